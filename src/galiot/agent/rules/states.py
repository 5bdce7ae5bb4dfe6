"""How states and quantities are called, and which feature of a thing tells them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from galiot.agent.features import Feature
from galiot.agent.features.values import same_word
from galiot.agent.features.words import plain
from galiot.agent.plan import Value
from galiot.agent.rules.index import Index

Relation = Literal["is", "is not", "above", "below", "at least", "at most", "happens"]


@dataclass(frozen=True)
class Told:
    """What a feature or an event has to tell for a state to hold."""

    role: str
    relation: Relation
    value: Value = None


_ON_OFF: tuple[tuple[str, Value, Value], ...] = (
    ("power", True, False),
    ("running", "running", "stopped"),
    ("watering", True, False),
    ("playback", "playing", "stopped"),
    ("alarm", "armed", "disarmed"),
)
_STATES: dict[str, tuple[tuple[str, Value], ...]] = {
    "on": tuple((role, on) for role, on, _ in _ON_OFF),
    "off": tuple((role, off) for role, _, off in _ON_OFF),
    "open": (("contact", True), ("position", "open"), ("lock", False), ("watering", True)),
    "closed": (("contact", False), ("position", "closed"), ("watering", False)),
    "locked": (("lock", True),),
    "unlocked": (("lock", False),),
    "running": (
        ("running", "running"),
        ("cleaning", "running"),
        ("mowing", "running"),
        ("watering", True),
        ("power", True),
        ("occupancy", True),
    ),
    "stopped": (
        ("running", "stopped"),
        ("playback", "stopped"),
        ("cleaning", "stopped"),
        ("mowing", "stopped"),
        ("watering", False),
    ),
    "paused": (("playback", "paused"), ("running", "paused"), ("cleaning", "paused")),
    "playing": (("playback", "playing"),),
    "cleaning": (("cleaning", "running"),),
    "mowing": (("mowing", "running"),),
    "watering": (("watering", True),),
    "docked": (("cleaning", "docked"), ("mowing", "docked")),
    "muted": (("mute", True),),
    "armed": (("alarm", "armed"),),
    "disarmed": (("alarm", "disarmed"),),
    "triggered": (("alarm", "triggered"), ("motion", True), ("smoke", True), ("leak", True)),
    "occupied": (("occupancy", True), ("motion", True)),
    "empty": (("occupancy", False), ("motion", False)),
    "motion": (("motion", True), ("occupancy", True)),
    "no motion": (("motion", False), ("occupancy", False)),
    "smoke": (("smoke", True),),
    "leak": (("leak", True),),
    "dry": (("leak", False),),
    "ringing": (("doorbell", True),),
}
_WORDS: dict[str, str] = {
    "on": "on",
    "turned on": "on",
    "switched on": "on",
    "activated": "on",
    "active": "on",
    "turns on": "on",
    "goes on": "on",
    "comes on": "on",
    "switches on": "on",
    "off": "off",
    "turned off": "off",
    "switched off": "off",
    "out": "off",
    "inactive": "off",
    "turns off": "off",
    "goes off": "off",
    "switches off": "off",
    "shuts off": "off",
    "left on": "on",
    "left open": "open",
    "still on": "on",
    "still open": "open",
    "open": "open",
    "opened": "open",
    "opens": "open",
    "up": "open",
    "ajar": "open",
    "wide open": "open",
    "closed": "closed",
    "shut": "closed",
    "closes": "closed",
    "close": "closed",
    "down": "closed",
    "shuts": "closed",
    "locked": "locked",
    "locks": "locked",
    "unlocked": "unlocked",
    "unlocks": "unlocked",
    "not locked": "unlocked",
    "running": "running",
    "working": "running",
    "starts": "running",
    "started": "running",
    "heating": "running",
    "going": "running",
    "starts running": "running",
    "in use": "running",
    "stopped": "stopped",
    "stops": "stopped",
    "idle": "stopped",
    "paused": "paused",
    "on pause": "paused",
    "playing": "playing",
    "starts playing": "playing",
    "cleaning": "cleaning",
    "vacuuming": "cleaning",
    "mowing": "mowing",
    "watering": "watering",
    "docked": "docked",
    "in its dock": "docked",
    "in the dock": "docked",
    "home": "docked",
    "in his dock": "docked",
    "back in its dock": "docked",
    "back in the dock": "docked",
    "charging": "docked",
    "muted": "muted",
    "mute": "muted",
    "armed": "armed",
    "disarmed": "disarmed",
    "triggered": "triggered",
    "detected": "motion",
    "occupied": "occupied",
    "empty": "empty",
    "unoccupied": "empty",
    "clear": "empty",
    "free": "empty",
    "vacant": "empty",
    "available": "empty",
    "taken": "occupied",
    "busy": "occupied",
    "ringing": "ringing",
    "rings": "ringing",
    "is pressed": "ringing",
    "leaking": "leak",
    "wet": "leak",
    "dry": "dry",
}
DONE = r"(?:done|finished|finishes|ready|complete|completed|completes|over|ended|ends|through)"
STATE = "|".join(sorted({*map(re.escape, _WORDS)}, key=len, reverse=True)) + f"|{DONE[3:-1]}"
_FINISHED = ("done", "finished", "finish", "complete", "completed", "end", "ended", "cycle done", "program finished")

QUANTITIES: dict[str, tuple[str, ...]] = {
    "temperature": ("temperature", "target temperature"),
    "temp": ("temperature", "target temperature"),
    "heat": ("temperature",),
    "target temperature": ("target temperature",),
    "set temperature": ("target temperature",),
    "setpoint": ("target temperature",),
    "humidity": ("humidity", "target humidity"),
    "air humidity": ("humidity",),
    "moisture": ("soil moisture", "humidity"),
    "soil moisture": ("soil moisture",),
    "brightness": ("brightness", "illuminance"),
    "light level": ("illuminance", "brightness"),
    "illuminance": ("illuminance",),
    "lux": ("illuminance",),
    "battery": ("battery",),
    "battery level": ("battery",),
    "charge": ("battery",),
    "battery charge": ("battery",),
    "power": ("power use",),
    "power use": ("power use",),
    "power consumption": ("power use",),
    "consumption": ("power use", "energy"),
    "power usage": ("power use",),
    "energy": ("energy",),
    "energy use": ("energy",),
    "energy consumption": ("energy",),
    "energy usage": ("energy",),
    "volume": ("volume",),
    "position": ("position",),
    "tilt": ("tilt",),
    "fan speed": ("fan speed",),
    "speed": ("fan speed",),
    "co2": ("carbon dioxide",),
    "co 2": ("carbon dioxide",),
    "co2 level": ("carbon dioxide",),
    "carbon dioxide": ("carbon dioxide",),
    "co 2 level": ("carbon dioxide",),
    "air quality": ("air quality",),
    "air pressure": ("pressure",),
    "pressure": ("pressure",),
    "noise": ("noise",),
    "noise level": ("noise",),
    "particles": ("particles",),
    "fine dust": ("particles",),
    "wind": ("wind speed",),
    "wind speed": ("wind speed",),
    "water temperature": ("water temperature", "temperature"),
    "soil": ("soil moisture",),
    "pm 2.5": ("particles",),
    "mode": ("mode",),
    "source": ("source",),
    "channel": ("channel",),
    "color": ("color",),
    "color temperature": ("color temperature",),
    "voltage": ("voltage",),
    "program": ("program",),
    "song": ("track",),
    "track": ("track",),
}
"""What a quantity is called -> the features that tell it, the likeliest first."""
QUANTITY = "|".join(sorted(map(re.escape, QUANTITIES), key=len, reverse=True))

MORE: Mapping[str, tuple[tuple[str, ...], Relation]] = {
    "warmer": (("temperature",), "above"),
    "hotter": (("temperature",), "above"),
    "colder": (("temperature",), "below"),
    "cooler": (("temperature",), "below"),
    "brighter": (("illuminance", "brightness"), "above"),
    "darker": (("illuminance", "brightness"), "below"),
    "dimmer": (("brightness",), "below"),
    "louder": (("volume", "noise"), "above"),
    "quieter": (("volume", "noise"), "below"),
    "more humid": (("humidity",), "above"),
    "damper": (("humidity",), "above"),
    "drier": (("soil moisture", "humidity"), "below"),
    "less humid": (("humidity",), "below"),
    "wetter": (("soil moisture", "humidity"), "above"),
}
HOW: Mapping[str, tuple[str, ...]] = {
    "warm": ("temperature",),
    "hot": ("temperature",),
    "cold": ("temperature",),
    "cool": ("temperature",),
    "humid": ("humidity",),
    "damp": ("humidity",),
    "bright": ("brightness", "illuminance"),
    "dark": ("illuminance",),
    "light": ("illuminance",),
    "loud": ("volume", "noise"),
    "full": ("battery",),
    "dry": ("soil moisture", "humidity"),
    "wet": ("soil moisture", "humidity"),
    "moist": ("soil moisture", "humidity"),
    "fast": ("fan speed",),
    "far open": ("position",),
    "open": ("position",),
    "charged": ("battery",),
    "windy": ("wind speed",),
    "noisy": ("noise", "volume"),
    "stuffy": ("carbon dioxide", "air quality"),
    "high": ("position", "volume", "brightness"),
    "strong": ("wind speed", "power use"),
}
ABOVE = r"(?:above|over|more than|higher than|greater than|exceeds|is above|bigger than|beyond)"
BELOW = r"(?:below|under|less than|lower than|smaller than|beneath)"
RELATIONS: tuple[tuple[str, Relation], ...] = (
    (r"(?:at least|no less than|not below|not less than)", "at least"),
    (r"(?:at most|no more than|not above|not more than)", "at most"),
    (ABOVE, "above"),
    (BELOW, "below"),
)


def is_sensed(word: str) -> bool:
    """Whether a state is one of a place, which a sensor in it tells."""
    return _WORDS.get(word) in ("occupied", "empty", "motion", "triggered", "leak", "dry")


def state_of(word: str, thing: str, index: Index) -> Told | None:
    """Return what tells a state of a thing, None where nothing does."""
    features = index.features(thing)
    if re.fullmatch(DONE, word):
        return _done(thing, features, index)
    state = _WORDS.get(word)
    if state is None:
        return None
    for role, value in _STATES[state]:
        feature = features.get(role)
        if feature is not None and feature.read is not None and _can_be(feature, value):
            return Told(role, "is", value)
    event = _event(thing, index, (word, state))
    return Told(event, "happens") if event else None


def _can_be(feature: Feature, value: Value) -> bool:
    return not (
        feature.role == "running"
        and isinstance(value, str)
        and feature.choices
        and not any(feature.meaning(c) == value for c in feature.choices)
    )


def _done(thing: str, features: Mapping[str, Feature], index: Index) -> Told | None:
    for feature in features.values():
        if feature.read is None:
            continue
        choice = next(
            (c for c in feature.choices if isinstance(c, str) and any(same_word(c, w) for w in _FINISHED)), None
        )
        if choice is not None:
            return Told(feature.role, "is", str(feature.meaning(choice)))
    event = _event(thing, index, _FINISHED)
    if event:
        return Told(event, "happens")
    for role, value in (("running", "stopped"), ("cleaning", "docked"), ("mowing", "docked")):
        if role in features and features[role].read is not None:
            return Told(role, "is", value)
    return None


def _event(thing: str, index: Index, words: Iterable[str]) -> str | None:
    """Return the plain name of an event that one of the words is in."""
    stems = {w[:4] for word in words for w in word.split() if len(w) > 2}
    for event in index.home.by_id[thing].events.values():
        name = plain(event.name)
        if any(part[:4] in stems for part in name.split()):
            return name
    return None


def measures(thing: str, roles: Iterable[str], index: Index) -> str | None:
    """Return the first of the features that a thing can tell."""
    features = index.features(thing)
    return next((role for role in roles if role in features and features[role].read is not None), None)


def own_quantity(thing: str, name: str, index: Index) -> str | None:
    """Return the feature of a thing that bears a name of its own, such as "spin speed"."""
    features = index.features(thing)
    return name if name in features and features[name].read is not None else None
