"""A home as tools to call, for a peer that calls tools: one tool for each kind of device, with groups to name.

The tools follow the form of the peer's own smart-home example: one function a kind, its devices and actions as
enumerations, bounded numbers, a description that says what it is not for. What a call means for a device is found as
for our own plans, so that names of properties, scales and units cost the peer nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from galiot.agent.command import Command, Problem, State
from galiot.agent.features import Feature, features_of, kind_of
from galiot.agent.features.commands import commands_for
from galiot.agent.features.verbs import VERBS
from galiot.agent.home import Home
from galiot.agent.thing import Thing

SYSTEM = (
    "Map each explicit supported home action to exactly one declared call; never duplicate an action. Do not guess "
    "missing targets or values. Unsupported, invalid, ambiguous, and negated requests return no call."
)
"""What the peer's own smart-home example tells it."""
_WORDS = {"turn on": "on", "turn off": "off"}
_MORE = {"brightness": ("brighten", "dim"), "volume": ("louder", "quieter"), "target temperature": ("warmer", "cooler"),
         "fan speed": ("faster", "slower"), "channel": ("channel_up", "channel_down")}  # fmt: skip
_LEFT_OUT = ("toggle", "set", "raise", "lower", "run")
Acts = list[tuple[str, str | None, Any, str | None]]
"""(verb, role, value, unit)"""


@dataclass
class _Tool:
    kind: str
    things: list[Thing] = field(default_factory=list)
    verbs: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    values: dict[str, list[Feature]] = field(default_factory=lambda: defaultdict(list))


class Tools:
    """The tools of one home, and what calls of them mean."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._tools: dict[str, _Tool] = {}
        for thing in home.things:
            if any(feature.commandable for feature in features_of(thing).values()):
                kind = (kind_of(thing) or "device").replace(" ", "_")
                _take(self._tools.setdefault(f"control_{kind}", _Tool(kind)), thing)

    def schemas(self) -> list[dict[str, Any]]:
        """Return the declarations: name, description, parameters as a JSON schema."""
        return [self._schema(name, tool) for name, tool in self._tools.items()]

    def meant(self, name: str, arguments: Mapping[str, Any]) -> tuple[list[Thing], Acts]:
        """Return the things and acts that a call is for; nothing for a tool or device that there is not."""
        tool = self._tools.get(name)
        if tool is None:
            return [], []
        return self._named(tool).get(str(arguments.get("device", "")).lower(), []), _acts(tool, arguments)

    def commands(self, name: str, arguments: Mapping[str, Any], state: State) -> list[Command]:
        """Return what a call sends."""
        things, acts = self.meant(name, arguments)
        found: list[Command] = []
        for thing in things:
            for verb, role, value, unit in acts:
                made = commands_for(thing, verb, role, value, unit, state)
                found += [] if isinstance(made, Problem) else made
        return found

    def _schema(self, name: str, tool: _Tool) -> dict[str, Any]:
        words = tool.kind.replace("_", " ")
        called = "; ".join(
            f"{self.home.label(thing)} is also called {', '.join(thing.aliases)}"
            for thing in tool.things
            if thing.aliases
        )
        properties: dict[str, Any] = {
            "device": {
                "type": "string",
                "enum": list(self._named(tool)),
                "description": "The device or group to control.",
            }
        }
        actions = [*tool.verbs, *(["set"] if tool.values else [])]
        properties["action"] = {"type": "string", "enum": actions, "description": "What to do."}
        for role, features in tool.values.items():
            properties[_parameter(role, features)] = _value_schema(role, features)
        description = f"Control each {words}: {', '.join(actions)}. Never use this for any other device."
        return {
            "name": name,
            "description": f"{description} {called}." if called else description,
            "parameters": {"type": "object", "properties": properties, "required": ["device", "action"]},
        }

    def _named(self, tool: _Tool) -> dict[str, list[Thing]]:
        """Return names of devices and groups -> things; a group has at least two."""
        named = {self.home.label(thing): [thing] for thing in tool.things}
        words = tool.kind.replace("_", " ")
        plural = words if words.endswith("s") else f"{words}s"
        groups: dict[str, list[Thing]] = defaultdict(list)
        for thing in tool.things:
            groups[f"all {plural}"].append(thing)
            for place in (thing.area, thing.floor):
                if place:
                    groups[f"all {place.lower()} {plural}"].append(thing)
        return named | {name: things for name, things in groups.items() if len(things) > 1}


def _take(tool: _Tool, thing: Thing) -> None:
    tool.things.append(thing)
    for role, feature in features_of(thing).items():
        for verb in feature.verbs:
            if verb in ("raise", "lower") and role in _MORE:
                tool.verbs.setdefault(_MORE[role][verb == "lower"], (verb, role))
            elif verb == "run":
                tool.verbs.setdefault(role.replace(" ", "_"), (verb, role))
            elif verb not in _LEFT_OUT and role in VERBS[verb].roles:
                tool.verbs.setdefault(_WORDS.get(verb, verb).replace(" ", "_"), (verb, None))
    for role, feature in features_of(thing).items():
        if "set" in feature.verbs and feature.shape != "switch":
            tool.values[role].append(feature)


def _parameter(role: str, features: list[Feature]) -> str:
    name = role.replace(" ", "_")
    return f"{name}_percent" if features[0].shape == "percent" else name


def _value_schema(role: str, features: list[Feature]) -> dict[str, Any]:
    first = features[0]
    about = f"The {role}; include only when the user says it."
    if first.shape == "percent":
        return {"type": "integer", "minimum": 0, "maximum": 100, "description": about}
    if first.shape == "number":
        schema: dict[str, Any] = {
            "type": "number",
            "description": f"{about} Unit: {first.unit}." if first.unit else about,
        }
        lows = [one.low for one in features if one.low is not None]
        highs = [one.high for one in features if one.high is not None]
        return schema | ({"minimum": min(lows)} if lows else {}) | ({"maximum": max(highs)} if highs else {})
    choices = list(dict.fromkeys(str(choice) for one in features for choice in one.choices))
    return {"type": "string", "description": about} | ({"enum": choices} if choices else {})


def _acts(tool: _Tool, arguments: Mapping[str, Any]) -> Acts:
    acts: Acts = []
    given = arguments.get("action")
    said = {_parameter(role, features): (role, features) for role, features in tool.values.items()}
    for name, value in arguments.items():
        if name in said and value is not None:
            role, features = said[name]
            acts.append(("set", role, value, "%" if features[0].shape == "percent" else features[0].unit))
    if given in tool.verbs:
        verb, about = tool.verbs[given]
        if not (verb in ("raise", "lower") and any(set_role == about for _, set_role, _, _ in acts)):
            acts.insert(0, (verb, about, None, None))
    return acts
