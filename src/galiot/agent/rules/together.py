"""Commands that ask for two things at once: "the lamp on at 40 percent", "start the heating at 21", "tv on, to dvd"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from galiot.agent.features import VERBS
from galiot.agent.plan import Act, Do, Target
from galiot.agent.rules.amounts import amount
from galiot.agent.rules.setting import set_value
from galiot.agent.rules.targets import Answer, Found

if TYPE_CHECKING:
    from galiot.agent.rules.commands import Commands

_HOURS = 12
"""Up to here a bare number after "at" is a time of day."""
_LIT = ("brightness", "fan speed", "heat level")
"""What is on as soon as it is set."""


def on_at(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """Switch something on, set to a value; what a lamp shines with is enough, as it goes on with that."""
    value = amount(m["value"])
    if value is None and (m["at"] in ("at", "in", "with") or m["value"].startswith(("the ", "my ", "our "))):
        return
    if value is not None and value.sort == "number" and m["at"] == "at" and not _is_level(c, m["np"], value.value):
        return
    for made in set_value(c, m["np"], m["value"]):
        if not isinstance(made, list | tuple) or not made:
            continue
        things = tuple(dict.fromkeys(t for act in made if isinstance(act, Do) for t in act.target.things))
        roles = {act.role for act in made if isinstance(act, Do)}
        lit = all(role in _LIT for role in roles)
        able = tuple(t for t in things if c.can(t, "turn on")) or tuple(t for t in things if c.can(t, "start"))
        verb = "turn on" if able and c.can(able[0], "turn on") else "start"
        yield list(made) if lit or not able else [Do(verb, Target(able)), *made]


def on_choice(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """ "the fan on low", "put the heating on eco": one of the choices that a thing has, or a level."""
    yield from (made for made in set_value(c, m["np"], m["value"]) if isinstance(made, list | tuple) and made)


def sent_out(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """ "the mower out": what goes about starts to work, an awning opens; a lamp that is out is off."""
    answer = c.targets.find(m["np"], c.with_role("mowing", "cleaning"))
    if isinstance(answer, Found):
        yield [Do("start", c.target(answer))]
    answer = c.targets.find(m["np"], lambda thing: c.index.kind(thing) == "awning" and c.has(thing, "position"))
    if isinstance(answer, Found):
        yield [Do("open", c.target(answer))]


def taken_in(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """ "the awning in"."""
    answer = c.targets.find(m["np"], lambda thing: c.index.kind(thing) == "awning" and c.has(thing, "position"))
    if isinstance(answer, Found):
        yield [Do("close", c.target(answer))]


def play_at(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """ "play jazz at 30 percent"."""
    playing = c.read(f"play {m['query']}")
    loud = c.read(f"set the volume of it to {m['value']}") if playing else None
    if playing and loud and all(isinstance(act, Do) for act in (*playing, *loud)):
        yield [*playing, *loud]


def _is_level(c: Commands, phrase: str, value: object) -> bool:
    """Whether a bare number is no time of day: too high, or a temperature of what heats or cools."""
    assert isinstance(value, int | float)
    if value > 24:
        return True
    answer = c.targets.find(phrase, c.with_role("target temperature"))
    return value > _HOURS and isinstance(answer, Found) and bool(answer.things)


def opposite(act: Act) -> Act | None:
    """Return what undoes a command that needs no value: on and off, open and close, lock and unlock."""
    undo = VERBS[act.verb].undo if isinstance(act, Do) and act.verb in VERBS else None
    return Do(undo, act.target) if isinstance(act, Do) and undo and act.value is None else None
