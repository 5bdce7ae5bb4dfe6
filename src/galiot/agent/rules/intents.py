"""What the intents of Home Assistant are as acts of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from galiot.agent.plan import Act, Ask, Do, Item, Read, Refuse, Say, Target, Timer, Value
from galiot.agent.rules.commands import Commands
from galiot.agent.rules.targets import Fits, Targets

_COVERS = {"blind", "curtain", "shutter", "shade", "awning", "garage door", "gate", "door", "window", "cover"}
_CLASSES = {
    "awning": {"awning"},
    "blind": {"blind", "shade", "shutter", "cover"},
    "curtain": {"curtain"},
    "door": {"door", "garage door"},
    "garage": {"garage door"},
    "gate": {"gate"},
    "shade": {"shade", "blind"},
    "shutter": {"shutter", "blind"},
    "window": {"window"},
    "damper": {"cover"},
}
_KINDS = {
    "light": {"light"},
    "fan": {"fan"},
    "cover": _COVERS,
    "lock": {"lock"},
    "switch": {"switch", "plug", "pump"},
    "valve": {"valve"},
    "media_player": {"speaker", "radio", "tv", "media"},
    "climate": {"thermostat", "climate", "air conditioner", "heater"},
    "vacuum": {"vacuum"},
    "lawn_mower": {"mower"},
}
_STATES: dict[str, Value] = {
    "on": True,
    "off": False,
    "open": "open",
    "closed": "closed",
    "locked": True,
    "unlocked": False,
}


@dataclass(frozen=True)
class Match:
    """A template that a sentence fits.

    entities: slot -> value; slots: those that the template fixes; needs: what must come from around
    """

    intent: str
    entities: Mapping[str, Any]
    slots: Mapping[str, Any]
    needs: frozenset[str]
    texts: Mapping[str, str]
    every: bool = False
    """Whether the sentence has a word for all."""


class _Reading:
    """One match, read for one home."""

    def __init__(self, match: Match, targets: Targets) -> None:
        self.match, self.targets = match, targets
        self.index, self.commands = targets.index, Commands(targets)
        self.entities = match.entities

    def pool(self, fits: Fits) -> tuple[str, ...]:
        """Return the things that name, area, floor, domain and class leave, in the home's order."""
        named = self.entities.get("name")
        ids = set(named) if isinstance(named, tuple) else set(self.index.entries)
        area, floor = self.entities.get("area"), self.entities.get("floor")
        domain = self.match.slots.get("domain")
        device_class = self.entities.get("device_class")
        kept = []
        for thing, entry in self.index.entries.items():
            place = self.targets.home.by_id[thing]
            if thing not in ids or (area and place.area != area) or (floor and place.floor != floor):
                continue
            if domain in _KINDS and not entry.kinds & _KINDS[domain]:
                continue
            if device_class and not entry.kinds & _CLASSES.get(device_class, {device_class}):
                continue
            if fits(thing):
                kept.append(thing)
        return tuple(kept)

    def target(self, fits: Fits, *, group: bool = False) -> tuple[str, ...] | Act:
        """Return the things that are meant, or a question where it is not clear which of them, or a refusal."""
        things = self.pool(fits)
        if not things:
            anything = self.pool(lambda thing: True) if "name" in self.entities else ()
            if anything:
                return Refuse("absent attribute", self.match.texts.get("name", ""))
            return Refuse("absent device", " ".join(self.match.texts.values()))
        if len(things) > 1 and "area" in self.match.needs and self.targets.area:
            things = tuple(t for t in things if self.targets.home.by_id[t].area == self.targets.area) or things
        everywhere = "area" in self.match.needs and not self.targets.area and not self.match.every
        if len(things) > 1 and (not group or everywhere):
            return Ask("which", things)
        self.targets.last = things
        return things

    @property
    def grouped(self) -> bool:
        """Whether a kind in a place is meant and not one thing."""
        return "name" not in self.entities and ("domain" in self.match.slots or "device_class" in self.entities)

    def do(
        self,
        verb: str,
        *,
        role: str | None = None,
        value: Value = None,
        unit: str | None = None,
        group: bool | None = None,
    ) -> list[Act]:
        """Return one command."""
        fits = self.commands.with_role(role) if role else self.commands.does(verb)
        found = self.target(fits, group=self.grouped if group is None else group)
        if not isinstance(found, tuple):
            return [found]
        return [Do(verb, Target(found), role, value, unit)]


def acts_of(match: Match, targets: Targets) -> list[Act] | None:
    """Return the acts of a match, None for what an agent for things has no act for."""
    make = _MAKERS.get(match.intent)
    return make(_Reading(match, targets)) if make is not None else None


def _switch(on: bool) -> Callable[[_Reading], list[Act]]:
    def make(r: _Reading) -> list[Act]:
        by_verb: dict[str, list[str]] = {}
        found = r.target(lambda t: r.commands.can(t, _verb_for(r, t, on)), group=r.grouped)
        if not isinstance(found, tuple):
            return [found]
        for thing in found:
            by_verb.setdefault(_verb_for(r, thing, on), []).append(thing)
        return [Do(verb, Target(tuple(things))) for verb, things in by_verb.items()]

    return make


def _verb_for(r: _Reading, thing: str, on: bool) -> str:
    kinds = r.index.entries[thing].kinds
    if "lock" in kinds:
        return "lock" if on else "unlock"
    if kinds & _COVERS or ("valve" in kinds and r.commands.has(thing, "position")):
        return "open" if on else "close"
    return "turn on" if on else "turn off"


def _light(r: _Reading) -> list[Act] | None:
    e = r.entities
    acts: list[Act] = []
    group = "name" not in e
    if "brightness" in e:
        acts += r.do("set", role="brightness", value=_number(e["brightness"]), unit="%", group=group)
    if "color" in e:
        acts += r.do("set", role="color", value=str(e["color"]), group=group)
    if "temperature" in e:
        acts += r.do("set", role="color temperature", value=_number(e["temperature"]), unit="K", group=group)
    return acts or None


def _temperature(r: _Reading) -> list[Act]:
    return r.do("set", role="target temperature", value=_number(r.entities["temperature"]), group="floor" in r.entities)


def _fan_mode(r: _Reading) -> list[Act]:
    word = str(r.entities["fan_mode"])
    for role in ("fan mode", "fan speed"):
        found = r.pool(r.commands.with_role(role))
        if found:
            return r.do("set", role=role, value=word, group="floor" in r.entities)
    return [Refuse("absent attribute", "fan mode")]


def _fan_speed(r: _Reading) -> list[Act]:
    value = _number(r.entities["percentage"])
    if "name" in r.entities:
        return r.do("set", role="fan speed", value=value, unit="%")
    found = r.target(lambda t: r.commands.has(t, "fan speed") and "fan" in r.index.entries[t].kinds, group=True)
    return [Do("set", Target(found), "fan speed", value, "%")] if isinstance(found, tuple) else [found]


def _position(r: _Reading) -> list[Act]:
    return r.do("set", role="position", value=_number(r.entities["position"]), unit="%")


def _volume(r: _Reading) -> list[Act]:
    return r.do("set", role="volume", value=_number(r.entities["volume_level"]), unit="%", group="area" in r.entities)


def _volume_step(r: _Reading) -> list[Act] | None:
    step = r.entities.get("volume_step")
    group = bool({"area", "floor"} & set(r.entities))
    if step in ("up", "down"):
        return r.do("raise" if step == "up" else "lower", role="volume", group=group)
    if isinstance(step, int | float):
        return r.do("raise" if step >= 0 else "lower", role="volume", value=_number(abs(step)), unit="%", group=group)
    return None


def _media(verb: str) -> Callable[[_Reading], list[Act]]:
    roles = {
        "next": ("track", "channel"),
        "previous": ("track", "channel"),
        "mute": ("mute", "volume"),
        "unmute": ("mute",),
    }.get(verb, ("playback",))

    def make(r: _Reading) -> list[Act]:
        found = r.target(
            r.commands.with_role(*roles), group="area" in r.entities and verb in ("pause", "mute", "unmute")
        )
        return [Do(verb, Target(found))] if isinstance(found, tuple) else [found]

    return make


def _play(r: _Reading) -> list[Act] | None:
    query = str(r.match.texts.get("search_query", "")).strip()
    if not query:
        return None
    found = r.target(r.commands.with_role("playback"))
    if not isinstance(found, tuple):
        return [found]
    media = r.match.texts.get("media_class", "")
    return [Do("play", Target(found), None, f"{media} {query}".strip())]


def _one_of_kind(verb: str, domain: str) -> Callable[[_Reading], list[Act]]:
    """The vacuum or the mower, where only what it works on is said."""

    def make(r: _Reading) -> list[Act]:
        def fits(thing: str) -> bool:
            return bool(r.index.entries[thing].kinds & _KINDS[domain]) and r.commands.can(thing, verb)

        if "name" in r.entities:
            found = r.target(fits)
        else:
            here = r.pool(fits)
            everywhere = tuple(t for t in r.index.entries if fits(t))
            things = here or everywhere
            found = (
                things
                if len(things) == 1
                else Ask("which", things)
                if things
                else Refuse("absent device", domain.replace("_", " "))
            )
        return [Do(verb, Target(found))] if isinstance(found, tuple) else [found]

    return make


def _seconds(entities: Mapping[str, Any], prefix: str = "") -> float:
    return sum(
        size * float(entities.get(f"{prefix}{unit}", 0) or 0)
        for unit, size in (("hours", 3600), ("minutes", 60), ("seconds", 1))
    )


def _timer(do: str) -> Callable[[_Reading], list[Act] | None]:
    def make(r: _Reading) -> list[Act] | None:
        if "conversation_command" in r.entities:
            return None  # a command that waits is read as one, with its guard
        name = r.match.texts.get("name", "") or r.match.texts.get("area", "")
        if not name and _seconds(r.entities, "start_"):
            name = _spelled(_seconds(r.entities, "start_"))
        return [Timer(do, _seconds(r.entities), name)]

    return make


def _spelled(seconds: float) -> str:
    for unit, size in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} second"


def _item(do: str, shopping: bool) -> Callable[[_Reading], list[Act] | None]:
    def make(r: _Reading) -> list[Act] | None:
        item = r.match.texts.get("item", "").strip()
        name = "shopping" if shopping else str(r.match.texts.get("name", "")).strip() or "to-do"
        return [Item(do, item, name.removesuffix(" list"))] if item else None

    return make


def _get_temperature(r: _Reading) -> list[Act] | None:
    found = r.pool(lambda t: "temperature" in r.index.features(t))
    if not found:
        return None
    if len(found) > 1 and r.targets.area and not {"area", "name"} & set(r.entities):
        found = tuple(t for t in found if r.targets.home.by_id[t].area == r.targets.area) or found
    return [Read("temperature", Target(found))]


def _get_state(r: _Reading) -> list[Act] | None:
    state = r.entities.get("state")
    if r.match.slots.get("domain") == "person" or (state is not None and state not in _STATES):
        return None
    wanted = {
        "on": ("power", "occupancy", "motion"),
        "off": ("power", "occupancy", "motion"),
        "open": ("position", "contact"),
        "closed": ("position", "contact"),
        "locked": ("lock",),
        "unlocked": ("lock",),
    }.get(str(state), ("power", "position", "lock", "temperature"))
    found = r.pool(lambda t: any(role in r.index.features(t) for role in wanted))
    if not found:
        return None
    role = next(role for role in wanted if role in r.index.features(found[0]))
    return [Read(role, Target(found), relation="is" if state else None, value=_STATES[str(state)] if state else None)]


def _number(value: Any) -> Value:
    number = float(value)
    return int(number) if number == int(number) else number


def _say(r: _Reading) -> list[Act] | None:
    message = r.match.texts.get("message", "").strip()
    return [Say(message)] if message else None


_MAKERS: Mapping[str, Callable[[_Reading], list[Act] | None]] = {
    "HassTurnOn": _switch(True),
    "HassTurnOff": _switch(False),
    "HassLightSet": _light,
    "HassClimateSetTemperature": _temperature,
    "HassClimateGetTemperature": _get_temperature,
    "HassClimateSetFanMode": _fan_mode,
    "HassFanSetSpeed": _fan_speed,
    "HassSetPosition": _position,
    "HassSetVolume": _volume,
    "HassSetVolumeRelative": _volume_step,
    "HassMediaPause": _media("pause"),
    "HassMediaUnpause": _media("resume"),
    "HassMediaNext": _media("next"),
    "HassMediaPrevious": _media("previous"),
    "HassMediaPlayerMute": _media("mute"),
    "HassMediaPlayerUnmute": _media("unmute"),
    "HassMediaSearchAndPlay": _play,
    "HassVacuumStart": _one_of_kind("start", "vacuum"),
    "HassVacuumCleanArea": _one_of_kind("start", "vacuum"),
    "HassVacuumReturnToBase": _one_of_kind("dock", "vacuum"),
    "HassLawnMowerStartMowing": _one_of_kind("start", "lawn_mower"),
    "HassLawnMowerDock": _one_of_kind("dock", "lawn_mower"),
    "HassStartTimer": _timer("start"),
    "HassCancelTimer": _timer("cancel"),
    "HassCancelAllTimers": lambda r: [Timer("cancel", 0, "all")],
    "HassIncreaseTimer": _timer("add"),
    "HassDecreaseTimer": _timer("remove"),
    "HassPauseTimer": _timer("pause"),
    "HassUnpauseTimer": _timer("resume"),
    "HassTimerStatus": _timer("status"),
    "HassListAddItem": _item("add", False),
    "HassListCompleteItem": _item("complete", False),
    "HassListRemoveItem": _item("remove", False),
    "HassShoppingListAddItem": _item("add", True),
    "HassShoppingListCompleteItem": _item("complete", True),
    "HassGetState": _get_state,
    "HassBroadcast": _say,
}
"""Intent -> its acts."""
