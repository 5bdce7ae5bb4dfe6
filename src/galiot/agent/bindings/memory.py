"""A home that is kept in memory: every valid command is accepted, recorded, and read back.

Nothing is known of a property before it is written, unless its description holds a constant: a default is what a
device begins with, not what it shows now. An action brings about what its name says where the thing has a property
that shows it: after `lock` the door's `locked` is true.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from galiot.agent.bindings.base import Binding, DeviceError, Reply
from galiot.agent.command import UNKNOWN, Command
from galiot.agent.features import VERBS, Feature, features_of
from galiot.agent.thing import Affordance, Thing
from galiot.agent.things.check import problem_of


class Memory(Binding):
    """Devices that do what they are told; also a `State`."""

    schemes = ("memory",)

    def __init__(self, values: Mapping[tuple[str, str], Any] | None = None) -> None:
        """values: (id, property) -> raw value that is known from the start"""
        self.values: dict[tuple[str, str], Any] = dict(values or {})
        self.accepted: list[Command] = []
        """What was done, in order."""
        self._listeners: list[tuple[str, str, asyncio.Queue[Any]]] = []

    def get(self, thing_id: str, name: str) -> Any:
        """Return the raw value of a property, UNKNOWN before it was written."""
        return self.values.get((thing_id, name), UNKNOWN)

    async def __aenter__(self) -> Memory:
        """Return itself."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close."""
        await self.close()

    async def read(self, thing: Thing, affordance: Affordance) -> Any:
        """See `Binding`; a DeviceError with the outcome unknown for what was never written."""
        if not affordance.readable:
            raise DeviceError("refused", f"{_name(thing, affordance)} cannot be read")
        if affordance.schema is not None and affordance.schema.const is not None:
            return affordance.schema.const
        value = self.get(thing.id, affordance.name)
        if value is UNKNOWN:
            raise DeviceError("unknown", f"{_name(thing, affordance)} is not known")
        return value

    async def write(self, thing: Thing, affordance: Affordance, value: Any) -> Reply:
        """See `Binding`; refused when the description does not allow the value."""
        problem = problem_of(affordance.schema, value) if affordance.schema is not None else None
        if not affordance.writable or problem:
            return Reply("refused", f"{_name(thing, affordance)}: {problem or 'cannot be written'}")
        self.accepted.append(Command(thing.id, affordance.name, "property", value))
        self._set(thing.id, affordance.name, value)
        for feature in _every_feature(thing):
            if affordance in (feature.write, *feature.also) and feature.read not in (None, affordance):
                self._show(thing, feature, _meaning(feature, affordance, value))
        return Reply("done", value=value)

    async def invoke(self, thing: Thing, affordance: Affordance, value: Any = None) -> Reply:
        """See `Binding`; refused when the description does not allow the input."""
        if (
            problem := problem_of(affordance.schema, value, "the input")
            if value is not None or affordance.schema is None
            else _needed(affordance)
        ):
            return Reply("refused", f"{_name(thing, affordance)}: {problem}")
        self.accepted.append(Command(thing.id, affordance.name, "action", value))
        for feature in _every_feature(thing):
            for verb, action in feature.actions.items():
                if action == affordance and feature.read is not None:
                    self._show(thing, feature, self._brought_about(feature, verb, value))
        return Reply("done")

    async def observe(self, thing: Thing, affordance: Affordance) -> AsyncIterator[Any]:
        """See `Binding`; an event comes when `tell` says so."""
        queue: asyncio.Queue[Any] = asyncio.Queue()
        listener = (thing.id, affordance.name, queue)
        self._listeners.append(listener)
        try:
            if affordance.kind == "property" and (value := self.get(thing.id, affordance.name)) is not UNKNOWN:
                yield value
            while True:
                yield await queue.get()
        finally:
            self._listeners.remove(listener)

    def tell(self, thing_id: str, name: str, value: Any) -> None:
        """Let a device report a property, or an event's data, of its own accord."""
        self._set(thing_id, name, value)

    async def close(self) -> None:
        """See `Binding`."""

    def _set(self, thing_id: str, name: str, value: Any) -> None:
        self.values[thing_id, name] = value
        for listening, named, queue in self._listeners:
            if (listening, named) == (thing_id, name):
                queue.put_nowait(value)

    def _show(self, thing: Thing, feature: Feature, meant: Any) -> None:
        """Let the property that shows a feature follow, if it can say what was brought about."""
        raw = feature.shown(meant) if meant is not UNKNOWN else UNKNOWN
        if raw is UNKNOWN or feature.read is None:
            return
        if feature.path:
            held = self.get(thing.id, feature.read.name)
            raw = _placed(held if isinstance(held, Mapping) else {}, feature.path, raw)
        self._set(thing.id, feature.read.name, raw)

    def _brought_about(self, feature: Feature, verb: str, value: Any) -> Any:
        if verb == "toggle":
            present = feature.value(self)
            return UNKNOWN if not isinstance(present, bool) else not present
        if verb == "set":
            given = value
            if isinstance(value, Mapping):
                given = next(iter(value.values()), UNKNOWN) if len(value) == 1 else UNKNOWN
            return feature.meaning(given) if given is not UNKNOWN and given is not None else UNKNOWN
        meant = VERBS[verb].value if verb in VERBS else verb.replace("arm ", "armed ")
        return UNKNOWN if meant is None else meant


def _every_feature(thing: Thing) -> list[Feature]:
    features = list(features_of(thing).values())
    return features + [part for feature in features for part in feature.parts]


def _meaning(feature: Feature, door: Affordance, value: Any) -> Any:
    for name in feature.path:
        value = value.get(name, UNKNOWN) if isinstance(value, Mapping) else UNKNOWN
    return UNKNOWN if value is UNKNOWN else feature.meaning_at(door, value)


def _placed(held: Mapping[str, Any], path: tuple[str, ...], raw: Any) -> dict[str, Any]:
    inner = held.get(path[0], {})
    deeper = raw if len(path) == 1 else _placed(inner if isinstance(inner, Mapping) else {}, path[1:], raw)
    return {**held, path[0]: deeper}


def _needed(affordance: Affordance) -> str | None:
    schema = affordance.schema
    if schema is None or (schema.type in ("object", None, "null") and not schema.required):
        return None
    return f"needs an input: {schema.required[0] if schema.required else schema.type}"


def _name(thing: Thing, affordance: Affordance) -> str:
    return f"{(thing.title or thing.id)[:60]}: {affordance.name[:60]}"
