"""The Homie convention 5.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from galiot.agent.demo.devices import Device, Quality
from galiot.agent.demo.speech.base import Heard, Said, json_text, plain


class Homie:
    """Homie 5: one topic for each property; a device is one node here."""

    filters: tuple[str, ...] = ("homie/5/+/+/+/set",)

    def introduce(self, devices: Sequence[Device]) -> list[Said]:
        """See `Speech`."""
        return [Said(f"homie/5/{device.id}/$description", json_text(_homie_description(device))) for device in devices]

    def report(self, device: Device) -> list[Said]:
        """See `Speech`."""
        base = f"homie/5/{device.id}"
        said = [Said(f"{base}/$state", "ready" if device.online else "lost")]
        for each in device.qualities:
            if each.told:
                said.append(Said(f"{base}/{device.kind}/{each.name}", plain(each, device.state[each.name])))
        return said + [Said(f"{base}/{device.kind}/{name}", value, retain=False) for name, value in device.happened]

    def hear(self, topic: str, payload: str) -> Heard | None:
        """See `Speech`."""
        _, _, device, _, quality, _ = topic.split("/")
        return Heard(device, {quality: payload})

    def refuse(self, device: str, quality: str, why: str) -> list[Said]:
        """See `Speech`."""
        return [Said(f"homie/5/{device}/$log/error", f"{quality}: {why}", retain=False)]


def _homie_description(device: Device) -> dict[str, Any]:
    properties = {each.name: _homie_property(each) for each in device.qualities}
    node = {"name": device.name, "type": device.kind, "properties": properties}
    return {"homie": "5.0", "version": 1, "name": device.name, "nodes": {device.kind: node}}


def _homie_property(quality: Quality) -> dict[str, Any]:
    kind = {"binary": "boolean", "whole": "integer", "decimal": "float", "choice": "enum"}[quality.kind]
    told: dict[str, Any] = {
        "name": quality.name,
        "datatype": kind,
        "settable": quality.settable,
        "retained": quality.told,
    }
    if quality.choices:
        told["format"] = ",".join(quality.choices)
    elif quality.low is not None and quality.high is not None:
        told["format"] = f"{quality.low:g}:{quality.high:g}"
    return told | ({"unit": quality.unit} if quality.unit else {})
