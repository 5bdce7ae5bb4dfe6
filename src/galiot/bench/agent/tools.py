"""A home as tools to call, for a peer that calls tools: one tool for each kind of device, with groups to name.

The tools follow the form of the peer's own examples. Smart home: one function a kind, its devices and actions as
enumerations, bounded numbers, a description that says what it is not for. Media: one function an action. Devices are
named as users name them: by label, by alias, by place and kind. What a call means for a device is found as for our own
plans, so that names of properties, scales and units cost the peer nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from galiot.agent.command import Command, Problem, State
from galiot.agent.features import Feature, features_of, kind_of
from galiot.agent.features.commands import commands_for
from galiot.agent.features.verbs import VERBS
from galiot.agent.home import Home
from galiot.agent.names import kinds_of
from galiot.agent.thing import Thing

SYSTEM = (
    "Map each explicit supported home action to exactly one declared call; never duplicate an action. Do not guess "
    "missing targets or values. Unsupported, invalid, ambiguous, and negated requests return no call."
)
"""What the peer's own smart-home example tells it."""
_WORDS = {"turn on": "on", "turn off": "off"}
_MORE = {"brightness": ("brighten", "dim"), "volume": ("louder", "quieter"), "target temperature": ("warmer", "cooler"),
         "fan speed": ("faster", "slower"), "channel": ("channel_up", "channel_down")}  # fmt: skip
_MEDIA: dict[tuple[str, str], tuple[str, str]] = {
    ("pause", "playback"): ("pause_media", "Pause the music or whatever is playing on a device."),
    ("play", "playback"): ("play_media", "Start to play on a device."),
    ("resume", "playback"): ("resume_media", "Resume or unpause the paused media on a device."),
    ("stop", "playback"): ("stop_media", "Stop the music or whatever is playing on a device."),
    ("next", "track"): ("skip_track", "Skip to the next track, song or video on a device."),
    ("previous", "track"): ("previous_track", "Go back to the previous track, song or video on a device."),
    ("raise", "volume"): ("turn_volume_up", "Make a device louder when no volume is stated."),
    ("lower", "volume"): ("turn_volume_down", "Make a device quieter when no volume is stated."),
    ("set", "volume"): ("set_volume", "Set the volume of a device to a stated percentage."),
}
"""(verb, role) -> the tool of its own and what it says."""
_LEFT_OUT = ("toggle", "set", "raise", "lower", "run")
Acts = list[tuple[str, str | None, Any, str | None]]
"""(verb, role, value, unit)"""


@dataclass
class _Tool:
    kind: str
    things: list[Thing] = field(default_factory=list)
    verbs: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    values: dict[str, list[Feature]] = field(default_factory=lambda: defaultdict(list))
    about: str = ""
    """What the one action of this tool is; "" where the action is a parameter."""


class Tools:
    """The tools of one home, and what calls of them mean."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._tools: dict[str, _Tool] = {}
        for thing in home.things:
            if any(feature.commandable for feature in features_of(thing).values()):
                kind = (kind_of(thing) or "device").replace(" ", "_")
                self._take(kind, thing)

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

    def _take(self, kind: str, thing: Thing) -> None:
        media = "media" in kinds_of(thing)
        alone = {one: row for one, row in _MEDIA.items() if media and one[0] in _verbs(thing, one[1])}
        for (verb, role), (name, about) in alone.items():
            tool = self._tools.setdefault(name, _Tool("media device", about=about))
            tool.things.append(thing)
            if verb == "set":
                tool.values[role].append(features_of(thing)[role])
            else:
                tool.verbs[name] = verb, role if verb in ("raise", "lower") else None
        rest = _Tool(kind)
        _take(rest, thing, alone)
        if rest.verbs or rest.values:
            _take(self._tools.setdefault(f"control_{kind}", _Tool(kind)), thing, alone)

    def _schema(self, name: str, tool: _Tool) -> dict[str, Any]:
        words = tool.kind.replace("_", " ")
        properties: dict[str, Any] = {
            "device": {
                "type": "string",
                "enum": list(self._named(tool)),
                "description": "The device or group to control.",
            }
        }
        actions = [*tool.verbs, *(["set"] if tool.values else [])]
        if not tool.about:
            properties["action"] = {"type": "string", "enum": actions, "description": "What to do."}
        for role, features in tool.values.items():
            properties[_parameter(role, features)] = _value_schema(role, features)
        description = f"Control each {words}: {', '.join(actions)}. Never use this for any other device."
        values = [_parameter(role, features) for role, features in tool.values.items()]
        return {
            "name": name,
            "description": tool.about or description,
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": ["device", *values] if tool.about else ["device", "action"],
            },
        }

    def _named(self, tool: _Tool) -> dict[str, list[Thing]]:
        """Return names of devices and groups -> things; a group has at least two.

        A device alone of its kind in a place is also named by the two, where its label says the place not.
        """
        named = {self.home.label(thing): [thing] for thing in tool.things}
        groups: dict[str, list[Thing]] = defaultdict(list)
        for thing in tool.things:
            words = kind_of(thing) or "device"
            plural = words if words.endswith("s") else f"{words}s"
            groups[f"all {plural}"].append(thing)
            for place in (thing.area, thing.floor):
                if place:
                    groups[f"all {place.lower()} {plural}"].append(thing)
            for alias in thing.aliases:
                named.setdefault(alias.lower(), [thing])
        for thing in tool.things:
            place, kind = (thing.area or "").lower(), kind_of(thing)
            same = [one for one in tool.things if (one.area or "").lower() == place and kind_of(one) == kind]
            if place and kind and len(same) == 1 and place not in self.home.label(thing):
                named.setdefault(f"{place} {kind}", [thing])
        return named | {name: things for name, things in groups.items() if len(things) > 1}


def _verbs(thing: Thing, role: str) -> tuple[str, ...]:
    feature = features_of(thing).get(role)
    return tuple(feature.verbs) if feature is not None else ()


def _take(tool: _Tool, thing: Thing, alone: Collection[tuple[str, str]]) -> None:
    """Add a thing to the tool of its kind.

    alone: verbs and roles that have tools of their own
    """
    tool.things.append(thing)
    for role, feature in features_of(thing).items():
        for verb in feature.verbs:
            if (verb, role) in alone:
                continue
            if verb in ("raise", "lower") and role in _MORE:
                tool.verbs.setdefault(_MORE[role][verb == "lower"], (verb, role))
            elif verb == "run":
                tool.verbs.setdefault(role.replace(" ", "_"), (verb, role))
            elif verb not in _LEFT_OUT and role in VERBS[verb].roles:
                tool.verbs.setdefault(_WORDS.get(verb, verb).replace(" ", "_"), (verb, None))
    for role, feature in features_of(thing).items():
        if "set" in feature.verbs and feature.shape != "switch" and ("set", role) not in alone:
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
    given = next(iter(tool.verbs), None) if tool.about else arguments.get("action")
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
