"""Descriptions of devices, read into things and written back: Thing Descriptions, Zigbee2MQTT, Homie 5, Home Assistant
discovery."""

from __future__ import annotations

from galiot.agent.things.homefile import BrokerSettings, HomeFile, read_home_file
from galiot.agent.things.load import join, load
from galiot.agent.things.td import read_thing, read_things, write_file, write_thing

__all__ = [
    "BrokerSettings",
    "HomeFile",
    "join",
    "load",
    "read_home_file",
    "read_thing",
    "read_things",
    "write_file",
    "write_thing",
]
