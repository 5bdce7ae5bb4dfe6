"""The closed list of verbs: what each is about and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from galiot.agent.plan import Value


@dataclass(frozen=True)
class Verb:
    """What a verb stands for.

    roles: the features that it is about, the first that a thing has; empty: the step says which
    value: the canonical value that it asks for, None where the step says it
    takes: a value that must be said, an amount that may be said, or nothing
    undo: the verb that brings back what was
    """

    roles: tuple[str, ...] = ()
    value: Value = None
    takes: Literal["nothing", "value", "amount", "text"] = "nothing"
    undo: str | None = None


VERBS: Mapping[str, Verb] = {
    "turn on": Verb(("power",), True, undo="turn off"),
    "turn off": Verb(("power",), False, undo="turn on"),
    "toggle": Verb(("power",), None, undo="toggle"),
    "open": Verb(("position", "lock"), 100, undo="close"),
    "close": Verb(("position",), 0, undo="open"),
    "stop": Verb(("position", "playback", "cleaning", "mowing", "watering", "running"), "stopped"),
    "lock": Verb(("lock",), True, undo="unlock"),
    "unlock": Verb(("lock",), False, undo="lock"),
    "set": Verb((), None, takes="value"),
    "raise": Verb((), None, takes="amount", undo="lower"),
    "lower": Verb((), None, takes="amount", undo="raise"),
    "play": Verb(("playback",), "playing", takes="text", undo="pause"),
    "pause": Verb(("playback", "cleaning", "mowing", "running", "watering"), "paused", undo="resume"),
    "resume": Verb(("playback", "cleaning", "mowing", "running", "watering"), "playing", undo="pause"),
    "next": Verb(("track", "channel"), "next", undo="previous"),
    "previous": Verb(("track", "channel"), "previous", undo="next"),
    "mute": Verb(("mute",), True, undo="unmute"),
    "unmute": Verb(("mute",), False, undo="mute"),
    "start": Verb(("cleaning", "mowing", "watering", "running"), "running", undo="stop"),
    "dock": Verb(("cleaning", "mowing"), "docked", undo="start"),
    "arm": Verb(("alarm",), "armed", takes="text", undo="disarm"),
    "disarm": Verb(("alarm",), "disarmed", undo="arm"),
    "run": Verb(),
}
"""Verb -> what it stands for. "run" invokes the action that the step names by its title."""

INSTEAD: Mapping[str, tuple[tuple[str, str, Value], ...]] = {
    "turn on": (("watering", "start", None), ("mowing", "start", None), ("cleaning", "start", None),
                ("alarm", "arm", None), ("running", "start", None), ("playback", "play", None),
                ("fan speed", "set", 100), ("brightness", "set", 100), ("heat level", "set", 50), ("mode", "set", "on"),
                ("position", "open", None), ("effect", "set", "on")),
    "turn off": (("watering", "stop", None), ("mowing", "dock", None), ("mowing", "stop", None),
                 ("cleaning", "dock", None), ("cleaning", "stop", None), ("alarm", "disarm", None),
                 ("running", "stop", None), ("playback", "stop", None), ("playback", "pause", None),
                 ("fan speed", "set", 0), ("brightness", "set", 0), ("heat level", "set", 0), ("mode", "set", "off"),
                 ("position", "close", None)),
    "open": (("power", "turn on", None), ("watering", "start", None)),
    "close": (("power", "turn off", None), ("watering", "stop", None)),
    "start": (("power", "turn on", None), ("playback", "play", None), ("position", "open", None)),
    "stop": (("power", "turn off", None), ("position", "close", None)),
    "pause": (("power", "turn off", None),),
    "resume": (("power", "turn on", None),),
    "dock": (("running", "dock", None),),
    "next": (("playback", "next", None),),
    "previous": (("playback", "previous", None),),
    "arm": (("power", "turn on", None),),
    "disarm": (("power", "turn off", None),),
    "mute": (("volume", "set", 0),),
}  # fmt: skip
"""What a verb means for a thing that lacks its feature: a thermostat without a switch is turned off by its mode."""
