"""Zigbee2MQTT: its documentation, "MQTT topics and messages" and "Exposes"."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from galiot.agent.demo.devices import Device, Quality
from galiot.agent.demo.speech.base import Heard, Said, json_text, wire

_COORDINATOR = {
    "ieee_address": "0x00124b0000000000",
    "type": "Coordinator",
    "friendly_name": "Coordinator",
    "supported": True,
    "definition": None,
    "interview_completed": True,
}


class Zigbee2Mqtt:
    """Zigbee2MQTT: one list of all devices, one JSON state for each."""

    filters: tuple[str, ...] = ("zigbee2mqtt/+/+/set", "zigbee2mqtt/+/+/get")

    def introduce(self, devices: Sequence[Device]) -> list[Said]:
        """See `Speech`."""
        entries = [_zigbee_device(device, number) for number, device in enumerate(devices, 1)]
        return [
            Said("zigbee2mqtt/bridge/state", json_text({"state": "online"})),
            Said("zigbee2mqtt/bridge/info", json_text({"version": "2.1.0", "permit_join": False})),
            Said("zigbee2mqtt/bridge/devices", json_text([_COORDINATOR, *entries])),
        ]

    def report(self, device: Device) -> list[Said]:
        """See `Speech`."""
        state = {each.name: wire(each, device.state[each.name]) for each in device.qualities}
        there = json_text({"state": "online" if device.online else "offline"})
        return [
            Said(f"zigbee2mqtt/{device.path}/availability", there),
            Said(f"zigbee2mqtt/{device.path}", json_text(state)),
        ]

    def hear(self, topic: str, payload: str) -> Heard | None:
        """See `Speech`."""
        name, verb = topic.removeprefix("zigbee2mqtt/").rsplit("/", 1)
        if verb == "get":
            return Heard(name, {})
        wanted = json.loads(payload) if payload.startswith("{") else {"state": payload}
        return Heard(name, wanted if isinstance(wanted, dict) else {})

    def refuse(self, device: str, quality: str, why: str) -> list[Said]:
        """See `Speech`."""
        message = f"z2m: Publish 'set' '{quality}' to '{device}' failed: '{why}'"
        return [Said("zigbee2mqtt/bridge/logging", json_text({"level": "error", "message": message}), retain=False)]


def _zigbee_device(device: Device, number: int) -> dict[str, Any]:
    features = [_expose(device, each) for each in device.qualities]
    own = [each for each in features if each["name"] not in ("battery", "power", "energy")]
    group = device.kind in ("light", "switch", "lock", "cover", "climate")
    exposes = (
        [{"type": device.kind, "features": own}, *(each for each in features if each not in own)] if group else features
    )
    return {
        "ieee_address": f"0x00124b{number:010x}",
        "type": "EndDevice" if "battery" in device.state else "Router",
        "friendly_name": device.path,
        "description": None,
        "supported": True,
        "disabled": False,
        "interview_completed": True,
        "definition": {
            "model": "demo",
            "vendor": "Galiot",
            "description": device.kind,
            "exposes": exposes,
            "options": [],
        },
    }


def _expose(device: Device, quality: Quality) -> dict[str, Any]:
    common: dict[str, Any] = {
        "name": quality.name,
        "property": quality.name,
        "label": quality.name.replace("_", " ").capitalize(),
        "access": 7 if quality.settable else 5,
    }
    if quality.kind == "binary":
        return common | {"type": "binary", "value_on": quality.on, "value_off": quality.off}
    if quality.kind == "choice":
        return common | {"type": "enum", "values": list(quality.choices)}
    limits = {
        "value_min": quality.low,
        "value_max": quality.high,
        "value_step": quality.step,
        "unit": quality.unit or None,
    }
    return common | {"type": "numeric"} | {key: value for key, value in limits.items() if value is not None}
