"""Home Assistant: "MQTT discovery" of its documentation, and the pages of the components."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from galiot.agent.demo.devices import Device
from galiot.agent.demo.speech.base import Heard, Said, json_text, plain, wire


class HomeAssistant:
    """Home Assistant's discovery: every device says by which topics and words it is used."""

    filters: tuple[str, ...] = ("demo/+/+/set",)

    def introduce(self, devices: Sequence[Device]) -> list[Said]:
        """See `Speech`."""
        said = []
        for device in devices:
            component, config = _discovery(device)
            said.append(Said(f"homeassistant/{component}/demo/{device.id}/config", json_text(config)))
        return said

    def report(self, device: Device) -> list[Said]:
        """See `Speech`."""
        base = f"demo/{device.id}"
        said = [Said(f"{base}/availability", "online" if device.online else "offline")]
        if device.kind == "light":
            state = {each.name: wire(each, device.state[each.name]) for each in device.qualities}
            return [*said, Said(f"{base}/light/state", json_text(state))]
        for each in device.qualities:
            value = plain(each, device.state[each.name])
            if device.kind == "garage" and each.name == "state":
                value = _cover_state(device)
            said.append(Said(f"{base}/{each.name}/state", value))
        return said

    def hear(self, topic: str, payload: str) -> Heard | None:
        """See `Speech`."""
        _, device, quality, _ = topic.split("/")
        wanted = json.loads(payload) if payload.startswith("{") else {quality: payload}
        return Heard(device, wanted if isinstance(wanted, dict) else {})

    def refuse(self, device: str, quality: str, why: str) -> list[Said]:
        """Say nothing: the convention has no words for it."""
        return []


def _cover_state(device: Device) -> str:
    if device.state["motion"] != "stopped":
        return str(device.state["motion"])
    return "open" if device.state["position"] > 0 else "closed"


def _discovery(device: Device) -> tuple[str, dict[str, Any]]:
    """Return the component and the configuration of a device."""
    base = f"demo/{device.id}"
    config: dict[str, Any] = {
        "~": base,
        "name": None,
        "unique_id": f"demo_{device.id}",
        "availability_topic": "~/availability",
        "device": {"identifiers": [f"demo_{device.id}"], "name": device.name, "suggested_area": device.area},
        "origin": {"name": "galiot"},
    }
    if device.kind == "light":
        light = {
            "schema": "json",
            "command_topic": "~/light/set",
            "state_topic": "~/light/state",
            "brightness": True,
            "brightness_scale": 254,
        }
        return "light", config | light
    component, own = _COMPONENTS[device.kind]
    return component, config | own


_COMPONENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "garage": (
        "cover",
        {
            "device_class": "garage",
            "command_topic": "~/state/set",
            "state_topic": "~/state/state",
            "position_topic": "~/position/state",
            "set_position_topic": "~/position/set",
        },
    ),
    "fan": (
        "fan",
        {
            "command_topic": "~/state/set",
            "state_topic": "~/state/state",
            "percentage_command_topic": "~/percentage/set",
            "percentage_state_topic": "~/percentage/state",
        },
    ),
    "climate": (
        "climate",
        {
            "mode_command_topic": "~/mode/set",
            "mode_state_topic": "~/mode/state",
            "modes": ["off", "heat", "cool"],
            "temperature_command_topic": "~/temperature/set",
            "temperature_state_topic": "~/temperature/state",
            "current_temperature_topic": "~/current_temperature/state",
            "min_temp": 16,
            "max_temp": 30,
            "temp_step": 0.5,
            "temperature_unit": "C",
        },
    ),
    "sensor": (
        "sensor",
        {
            "device_class": "carbon_dioxide",
            "state_topic": "~/carbon_dioxide/state",
            "unit_of_measurement": "ppm",
            "state_class": "measurement",
        },
    ),
}
