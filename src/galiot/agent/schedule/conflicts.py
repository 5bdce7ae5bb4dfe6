"""Waiting plans that work against each other: seen before they are carried out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from galiot.agent.encoding import from_json
from galiot.agent.plan import At, Do, Step
from galiot.agent.schedule.times import DAYS, read_time
from galiot.agent.schedule.waiting import Waiting

_OPPOSITES = (
    {"turn on", "turn off"},
    {"open", "close"},
    {"lock", "unlock"},
    {"start", "stop"},
    {"start", "dock"},
    {"mute", "unmute"},
    {"play", "pause"},
)


def conflicts(waiting: Sequence[Waiting]) -> list[str]:
    """Return one line for each two steps that give the same things opposite orders at the same time."""
    return [
        f"{_asked(first)} and {_asked(second)} want opposite things of the same device at the same time"
        for first, second in combinations((one for one in waiting if one.due is not None and not one.undo), 2)
        if _coincide(first, second) and opposed(first.step, second.step)
    ]


def opposed(first: Step | None, second: Step | None) -> bool:
    """Whether two steps want different things of a device that both are for."""
    if first is None or second is None or not (isinstance(first.act, Do) and isinstance(second.act, Do)):
        return False
    one, other = first.act, second.act
    if not set(one.target.things) & set(other.target.things):
        return False
    if {one.verb, other.verb} in _OPPOSITES:
        return True
    return one.verb == other.verb == "set" and one.role == other.role and one.value != other.value


def _coincide(first: Waiting, second: Waiting) -> bool:
    """Whether two steps come at the same moment, the next time or on a later day."""
    one, other = (from_json(waiting.again) if waiting.again else None for waiting in (first, second))
    if first.due == second.due:
        return True
    if not (isinstance(one, At) and isinstance(other, At)):
        return False
    return read_time(one.time) == read_time(other.time) and bool(set(one.days or DAYS) & set(other.days or DAYS))


def _asked(one: Waiting) -> str:
    return f'"{one.request[:60]}"'
