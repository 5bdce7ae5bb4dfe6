"""How the simulated devices speak: descriptions, states and commands in three public conventions over MQTT."""

from __future__ import annotations

from galiot.agent.demo.devices import Way
from galiot.agent.demo.speech.base import Said, Speech
from galiot.agent.demo.speech.home_assistant import HomeAssistant
from galiot.agent.demo.speech.homie import Homie
from galiot.agent.demo.speech.zigbee2mqtt import Zigbee2Mqtt

SPEECHES: dict[Way, Speech] = {"zigbee2mqtt": Zigbee2Mqtt(), "homie": Homie(), "home assistant": HomeAssistant()}

__all__ = ["SPEECHES", "Said", "Speech"]
