"""What every convention does, and how values are written in all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from galiot.agent.demo.devices import Device, Quality


@dataclass(frozen=True)
class Said:
    """One message."""

    topic: str
    payload: str
    retain: bool = True


@dataclass(frozen=True)
class Heard:
    """A command: the device's name or id, and the qualities that it wants; empty: it asks for the state."""

    device: str
    wanted: dict[str, Any]


class Speech(Protocol):
    """One convention."""

    filters: tuple[str, ...]
    """Topics of commands."""

    def introduce(self, devices: Sequence[Device]) -> list[Said]:
        """Return the descriptions."""

    def report(self, device: Device) -> list[Said]:
        """Return the whole state; only what has changed is published."""

    def hear(self, topic: str, payload: str) -> Heard | None:
        """Return the command in a message, None where it is none."""

    def refuse(self, device: str, quality: str, why: str) -> list[Said]:
        """Return what is said when a command was refused."""


def wire(quality: Quality, value: Any) -> Any:
    """Return a value as it stands in a JSON message."""
    if quality.kind == "binary":
        return quality.on if value else quality.off
    if quality.kind == "whole":
        return round(value)
    return round(value, 2) if quality.kind == "decimal" else value


def plain(quality: Quality, value: Any) -> str:
    """Return a value as the text of a message of its own."""
    value = wire(quality, value)
    return value if isinstance(value, str) else json_text(value)


def json_text(value: Any) -> str:
    """Return JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
