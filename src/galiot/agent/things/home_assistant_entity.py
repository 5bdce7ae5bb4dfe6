"""One component of Home Assistant's discovery: its configuration, and the affordances that are made of its topics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from galiot.agent.thing import Affordance, Form, Kind, Schema
from galiot.agent.things.schemas import a_mapping, a_number, a_text
from galiot.agent.things.templates import path_of, payload_of


@dataclass
class Entity:
    """One component's configuration, and what its readers make of it."""

    component: str
    config: dict[str, Any]
    broker: str

    def text(self, key: str, default: str = "") -> str:
        """Return a text, or what Home Assistant takes without it."""
        value = self.config.get(key)
        return (
            default
            if value is None
            else a_text(str(value) if isinstance(value, (int, float)) else value, key) or default
        )

    def number(self, key: str, default: float) -> float:
        """Return a number, or what Home Assistant takes without it."""
        value = a_number(self.config.get(key), key)
        return default if value is None else value

    def one(
        self,
        name: str,
        schema: Schema,
        *,
        command: str = "",
        state: str = "",
        command_template: str = "",
        value_template: str = "",
        values: Mapping[str, Any] | None = None,
        **terms: Any,
    ) -> list[Affordance]:
        """Return a property by the keys of its topics; none where the configuration has neither topic."""
        out, told = self.text(command), self.text(state)
        path = path_of(self.config.get(value_template))
        payload = terms.pop("payload", None) or payload_of(self.config.get(command_template))
        told, out = told if path is not None else "", out if payload is not None else ""
        if not out and not told:
            return []
        held = {"galiot:path": terms.pop("path", path or [])} | ({"galiot:values": dict(values)} if values else {})
        held |= {"galiot:stateTopic": told} if told else {}
        held |= {"mqv:topic": out, "galiot:payload": payload} if out else {"mqv:topic": told}
        operations = (("readproperty", "observeproperty") if told else ()) + (("writeproperty",) if out else ())
        return [self._affordance(name, "property", schema, operations, held | terms)]

    def action(
        self,
        name: str,
        payload: Any,
        *,
        command: str = "command_topic",
        confirm: str = "",
        state: str = "state_topic",
        path: list[str] | None = None,
    ) -> list[Affordance]:
        """Return an action without input; `confirm` is what the state topic tells when it is done."""
        out, told = self.text(command), self.text(state)
        path = path if path is not None else path_of(self.config.get("value_template"))
        if not out:
            return []
        held: dict[str, Any] = {"mqv:topic": out, "galiot:payload": payload}
        if told and confirm and path is not None:
            held |= {"galiot:stateTopic": told, "galiot:path": path, "galiot:confirm": confirm}
        return [self._affordance(name, "action", None, ("invokeaction",), held)]

    def event(self, name: str, schema: Schema, state: str = "state_topic") -> list[Affordance]:
        """Return an event."""
        told = self.text(state)
        held = {"mqv:topic": told, "galiot:path": ["event_type"]}
        return [self._affordance(name, "event", schema, ("subscribeevent",), held)] if told else []

    def _affordance(
        self, name: str, kind: Kind, schema: Schema | None, operations: tuple[str, ...], held: dict[str, Any]
    ) -> Affordance:
        if self.config.get("retain") is True and "writeproperty" in operations:
            held = held | {"mqv:retain": True}
        if there := self._availability():
            held = held | {"galiot:availability": there}
        readable, writable = "readproperty" in operations, "writeproperty" in operations
        called = a_text(self.config.get("name"), "name")
        return Affordance(
            name=name,
            kind=kind,
            title=called[:200] if called and name in ("state", "value", "press") else name.replace("_", " "),
            schema=schema,
            readable=readable,
            writable=writable,
            observable=readable or kind == "event",
            idempotent=kind == "action" and "galiot:confirm" in held,
            forms=(
                Form(
                    href=f"{self.broker}/{held['mqv:topic']}",
                    operations=operations,
                    content_type="text/plain",
                    terms=held,
                ),
            ),
        )

    def _availability(self) -> list[dict[str, Any]]:
        listed = self.config.get("availability") or []
        if self.text("availability_topic"):
            listed = [
                {
                    "topic": self.text("availability_topic"),
                    "value_template": self.config.get("availability_template"),
                    "payload_not_available": self.config.get("payload_not_available"),
                }
            ]
        found = []
        for each in listed if isinstance(listed, list) and self.config.get("availability_mode") != "any" else []:
            path = path_of(a_mapping(each, "availability").get("value_template"))
            if isinstance(each.get("topic"), str) and path is not None:
                offline = each.get("payload_not_available") or "offline"
                found.append({"topic": each["topic"], "path": path, "offline": [str(offline)]})
        return found


def slug(name: str) -> str:
    """Return a name as it stands in names of affordances."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")[:100]
