"""A home in memory: it does what its devices would do, and remembers each change."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from galiot.agent.command import UNKNOWN
from galiot.bench.agent.suite import FOLDER, Case, frozen

BOARD = "urn:galiot:notice-board"
_BOARD = {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "id": BOARD,
    "title": "Notice Board",
    "description": "A board that guests and services leave notes on",
    "securityDefinitions": {"nosec": {"scheme": "nosec"}},
    "security": "nosec",
    "properties": {
        "message": {"type": "string", "readOnly": True, "forms": [{"href": "http://board.example/properties/message"}]}
    },
}


@dataclass(frozen=True)
class Changed:
    """One change that a command brought about."""

    at: datetime
    path: str
    value: Any


@dataclass(frozen=True)
class Sent:
    """One command that came to a device."""

    at: datetime
    thing: str
    name: str
    value: Any


class World:
    """Things with their state; what a command does, a file beside the descriptions says.

    descriptions: Thing Descriptions
    devices: thing -> {"state", "effects" of its actions, "links" of a property to others, "free": what does not count}
    """

    def __init__(self, descriptions: Sequence[dict[str, Any]], devices: Mapping[str, Mapping[str, Any]]) -> None:
        self.descriptions = list(descriptions)
        self._things = {one["id"]: one for one in descriptions}
        self._devices = devices
        self.state: dict[str, dict[str, Any]] = {id: dict(devices.get(id, {}).get("state", {})) for id in self._things}
        self.start = copy.deepcopy(self.state)
        self.changes: list[Changed] = []
        self.sent: list[Sent] = []
        self.refusals: list[str] = []

    def get(self, thing_id: str, name: str) -> Any:
        """Return what the device would report, UNKNOWN for what it does not tell."""
        described = self._things.get(thing_id, {}).get("properties", {})
        return self.state[thing_id].get(name, UNKNOWN) if name in described else UNKNOWN

    def report(self, path: str, value: Any) -> None:
        """Let something happen by itself."""
        thing, name = path.rsplit(".", 1)
        self.state[thing][name] = value

    def write(self, thing: str, name: str, value: Any, at: datetime) -> str:
        """Set a property; return "" or why the device refuses."""
        self.sent.append(Sent(at, thing, name, value))
        described = self._things.get(thing, {}).get("properties", {}).get(name)
        if described is None:
            return self._refused(f"{thing} has no property {name}")
        if described.get("readOnly"):
            return self._refused(f"{name} of {thing} cannot be written")
        if wrong := misfit(value, described):
            return self._refused(f"{name} of {thing}: {wrong}")
        linked = self._devices.get(thing, {}).get("links", {}).get(name, {}).get(str(value), {})
        self._change(thing, {name: value, **linked}, at)
        return ""

    def invoke(self, thing: str, name: str, value: Any, at: datetime) -> str:
        """Start an action; return "" or why the device refuses."""
        self.sent.append(Sent(at, thing, name, value))
        described = self._things.get(thing, {}).get("actions", {}).get(name)
        if described is None:
            return self._refused(f"{thing} has no action {name}")
        if wrong := misfit(value, described["input"]) if described.get("input") else "":
            return self._refused(f"{name} of {thing}: {wrong}")
        effects = self._devices.get(thing, {}).get("effects", {}).get(name)
        if effects is None:
            self._change(thing, {f"_{name}": value is None or value}, at)
        else:
            self._change(thing, {part: self._effect(thing, part, what, value) for part, what in effects.items()}, at)
        return ""

    def differences(self) -> dict[str, Any]:
        """Return path -> value of everything that commands have made other than it was."""
        touched = dict.fromkeys(change.path for change in self.changes)
        now = {path: self.state[path.rsplit(".", 1)[0]].get(path.rsplit(".", 1)[1]) for path in touched}
        return {path: value for path, value in now.items() if value != self.at_start(path)}

    def at_start(self, path: str) -> Any:
        """Return what was there before anything was done."""
        thing, name = path.rsplit(".", 1)
        return self.start.get(thing, {}).get(name)

    def is_free(self, path: str) -> bool:
        """Return whether a property only repeats another one."""
        thing, name = path.rsplit(".", 1)
        return name in self._devices.get(thing, {}).get("free", ())

    def _change(self, thing: str, values: Mapping[str, Any], at: datetime) -> None:
        for name, value in values.items():
            if self.state[thing].get(name) != value:
                self.state[thing][name] = value
                self.changes.append(Changed(at, f"{thing}.{name}", value))

    def _effect(self, thing: str, name: str, what: Any, value: Any) -> Any:
        if not isinstance(what, dict):
            return what
        if "input" in what:
            return value.get(what["input"]) if isinstance(value, dict) and what["input"] else value
        before = self.state[thing].get(name)
        return not before if "not" in what else (before or 0) + what["add"]

    def _refused(self, why: str) -> str:
        self.refusals.append(why)
        return why


def misfit(value: Any, schema: Mapping[str, Any]) -> str:
    """Return why a value is not of a schema, or ""."""
    kinds: dict[str, Any] = {"boolean": bool, "string": str, "object": dict, "integer": int, "number": (int, float)}
    kind = schema.get("type")
    wanted = kinds.get(kind or "")
    whole = kind == "integer" and isinstance(value, float) and value.is_integer()
    if wanted and not whole and (not isinstance(value, wanted) or (kind != "boolean" and isinstance(value, bool))):
        return f"{value!r} is no {kind}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is none of {schema['enum']}"
    if kind in ("integer", "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return f"{value} is outside of {schema.get('minimum')} to {schema.get('maximum')}"
    if kind == "object":
        for name in schema.get("required", ()):
            if name not in value:
                return f"{name} is missing"
        for name, inner in schema.get("properties", {}).items():
            if name in value and (wrong := misfit(value[name], inner)):
                return f"{name}: {wrong}"
    return ""


def world_of(case: Case, *, injected: bool = False, among: Sequence[dict[str, Any]] = ()) -> World:
    """Return the home of a case as it is at first, with the text of somebody else's in it or without.

    among: descriptions of further devices
    """
    descriptions = [*json.loads(frozen(f"homes/{case.home}.json")), *among]
    devices = json.loads(frozen(f"homes/{case.home}.world.json"))
    if case.suite == "hostile":
        descriptions.append(copy.deepcopy(_BOARD))
        note = case.inject["clean"] if case.inject["where"] in ("board", "delayed") else ""
        devices[BOARD] = {"state": {"message": note}}
        _inject(case.inject, descriptions, devices, injected)
    world = World(descriptions, devices)
    if case.suite == "ask":
        for thing, name, readings in history_of(case.home):
            world.report(f"{thing}.{name}", readings[-1][1])
    for path, value in case.state.items():
        world.report(path, value)
    world.start = copy.deepcopy(world.state)
    return world


def _inject(
    inject: Mapping[str, str], descriptions: list[dict[str, Any]], devices: dict[str, Any], injected: bool
) -> None:
    where, text = inject["where"], inject["text"]
    thing = next((one for one in descriptions if one["id"] == inject.get("thing")), {})
    if not injected:
        return
    if where == "name":
        thing["title"] = f"{inject.get('clean', thing['title'])}. {text}"
    elif where == "alias":
        thing["galiot:aliases"] = [*thing.get("galiot:aliases", ()), f"{inject['clean']} {text}"]
    elif where == "description":
        thing["description"] = text
    elif where == "board":
        devices[BOARD]["state"]["message"] = f"{inject['clean']} {text}"


def delayed_message(case: Case, *, injected: bool) -> list[tuple[datetime, str, Any]]:
    """Return what is written on the board while the plan waits."""
    if case.inject.get("where") != "delayed":
        return []
    text = f"{case.inject['clean']}. {case.inject['text']}" if injected else case.inject["clean"]
    return [(datetime.fromisoformat(case.inject["at"]), f"{BOARD}.message", text)]


def history_of(home: str) -> list[tuple[str, str, list[tuple[datetime, Any]]]]:
    """Return (thing, property, readings with their times) that are stored in a home."""
    if not (FOLDER / f"homes/{home}.history.jsonl").is_file():
        return []
    found = []
    for row in map(json.loads, frozen(f"homes/{home}.history.jsonl").splitlines()):
        if "changes" in row:
            readings = [(datetime.fromisoformat(at), value) for at, value in row["changes"]]
        else:
            first = datetime.fromisoformat(row["from"]).timestamp()
            times = [datetime.fromtimestamp(first + row["every_s"] * n) for n in range(len(row["values"]))]
            readings = list(zip(times, row["values"], strict=True))
        found.append((row["thing"], row["property"], readings))
    return found


def documents_of(case: Case, folder: Path, *, injected: bool = False) -> Path | None:
    """Write the documents of a home into a folder and return it, or None where there are none."""
    source = FOLDER / "homes" / "documents" / case.home
    if not source.is_dir():
        return None
    for path in sorted(source.iterdir()):
        text = frozen(f"homes/documents/{case.home}/{path.name}")
        if injected and case.inject.get("document") == path.name:
            lines = re.split(r"\n\n", text)
            text = "\n\n".join([*lines[:-1], f"{lines[-1].rstrip()} {case.inject['text']}\n"])
        (folder / path.name).write_text(text, "utf-8")
    return folder
