"""What a sentence changes of what waits: another time, another value, or one part of it left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from galiot.agent.encoding import from_json
from galiot.agent.home import Home
from galiot.agent.plan import After, At, Cancel, Do, Guard, Plan, Step, When
from galiot.agent.rules.amounts import Amount, amount
from galiot.agent.rules.numbers import clock, duration
from galiot.agent.rules.polite import digits, strip
from galiot.agent.rules.words import split
from galiot.agent.schedule.times import DAYS
from galiot.agent.schedule.waiting import Waiting

_CHANGE = re.compile(
    r"(?:no ,? )?(?:actually ,? |rather |better |please )*"
    r"(?P<verb>make|change|move|push|set|put|shift|delay|postpone|bring|do)"
    r" (?:it|that|this|the time)(?: back| forward| forwards| up| on)?(?P<by> by)?(?: to| at| for| until)? (?P<rest>.+?)"
    r"(?: instead| then)?"
)
_RATHER = re.compile(
    r"(?:no ,? |rather |better |i meant |sorry ,? )+(?P<verb>)(?P<by>)(?:at |to )?(?P<rest>.+?)(?: instead| rather)?"
)
_MOVES = ("move", "push", "shift", "delay", "postpone", "bring")
_NOT = re.compile(
    r"(?:(?:stop|wait|no) ,? )?(?:do not|never) (?P<what>.+?)(?: after all| any ?more| then| now)?"
    r"|leave (?P<alone>.+?) (?:alone|as (?:it is|they are)|out)"
    r"|(?:forget|skip|drop) (?:about )?(?:the (?:thing|plan|bit|one) (?:with|about|for) )?(?P<thing>.+)"
)
_TIMED = re.compile(r"[ap]m\b|:|o'clock|noon|midnight")


@dataclass(frozen=True)
class Revised:
    """What takes the place of steps that wait.

    dropped: ids of those that no longer wait
    """

    plan: Plan
    dropped: tuple[str, ...] = ()


def revised(
    sentence: str, waiting: Sequence[Waiting], home: Home, now: datetime, local: Callable[[float], datetime]
) -> Revised | None:
    """Return what a sentence changes of what waits; None where it is about something else.

    now: local time; local: Unix time -> local time
    """
    there = [one for one in waiting if one.step is not None and not one.undo]
    text = " ".join(digits(strip(split(sentence)))) if there else ""
    if not text:
        return None
    if (found := _NOT.fullmatch(text)) is not None:
        what = next(said for said in found.groups() if said)
        if what.endswith((" it", " that", " them")):
            return Revised(Plan((Step(Cancel("")),), "rules", sentence))
        named = any(shared(what, one, home) for one in there)
        return Revised(Plan((Step(Cancel(what)),), "rules", sentence)) if named else None
    raw = " ".join(split(sentence))
    found = _CHANGE.fullmatch(text) or (
        _RATHER.fullmatch(" ".join(digits(split(sentence)))) if "no" in raw[:3] else None
    )
    if found is None:
        return None
    last = there[-1]
    step = _changed(last, found, now, local)
    return Revised(Plan((step,), "rules", sentence), (last.id,)) if step is not None else None


def shared(what: str, one: Waiting, home: Home) -> int:
    """Count the words that a phrase has in common with the names of what a step is for."""
    act = one.step.act if one.step else None
    if not isinstance(act, Do):
        return 0
    names = (home.label(home.by_id[id]) for id in act.target.things if id in home.by_id)
    aliases = (alias for id in act.target.things if id in home.by_id for alias in home.by_id[id].aliases)
    return len(_stems(what) & _stems(" ".join([*names, *aliases])))


def _changed(one: Waiting, found: re.Match[str], now: datetime, local: Callable[[float], datetime]) -> Step | None:
    assert one.step is not None
    rest, act = found["rest"].strip(" ,."), one.step.act
    words = tuple(rest.split())
    value = amount(rest)
    if found["verb"] not in _MOVES and not _TIMED.search(rest) and isinstance(act, Do) and _fits(act, value):
        assert value is not None
        return Step(
            replace(act, value=value.value, unit=value.unit or act.unit), (*_guards(one, now, local), *one.step.guards)
        )
    span = duration(words, 0)
    if span is not None and span[1] == len(words):
        return _moved(one, span[0], by=bool(found["by"]) or found["verb"] in _MOVES, now=now, local=local)
    time = clock(words, 0, now)
    if time is None or time[1] != len(words) or one.due is None:
        return None
    return Step(act, (_at(one, _nearer(time[0], rest, local(one.due)), local), *one.step.guards))


def _nearer(time: str, said: str, before: datetime) -> str:
    """Of the two times of a day that an hour alone may mean, the one nearer to the time that it takes the place of."""
    if _TIMED.search(said):
        return time
    hour, minute = (int(part) for part in time.split(":"))
    was = before.hour * 60 + before.minute
    both = ((hour * 60 + minute) % 720, (hour * 60 + minute) % 720 + 720)
    best = min(both, key=lambda one: min((one - was) % 1440, (was - one) % 1440))
    return f"{best // 60:02}:{best % 60:02}"


def _fits(act: Do, value: Amount | None) -> bool:
    if value is None or act.value is None:
        return False
    return isinstance(act.value, str) == isinstance(value.value, str)


def _moved(one: Waiting, seconds: float, *, by: bool, now: datetime, local: Callable[[float], datetime]) -> Step | None:
    assert one.step is not None
    if one.due is None:
        return None
    left = max(0.0, one.due - now.timestamp())
    wait = After(left + seconds if by else seconds)
    if one.again:
        moment = local(one.due + seconds)
        return Step(one.step.act, (_at(one, f"{moment:%H:%M}", local), *one.step.guards)) if by else None
    return Step(one.step.act, (wait, *one.step.guards))


def _at(one: Waiting, time: str, local: Callable[[float], datetime]) -> At:
    again = from_json(one.again) if one.again else None
    if isinstance(again, At):
        return replace(again, time=time)
    due = local(one.due or 0.0)
    asked = local(one.made)
    days = (DAYS[due.weekday()],) if (due.date() - asked.date()).days > 1 else ()
    return At(time, days)


def _guards(one: Waiting, now: datetime, local: Callable[[float], datetime]) -> tuple[Guard, ...]:
    """What a step waits for now, as guards."""
    if one.again:
        again: Guard = from_json(one.again)
        return (again,)
    if one.conditions:
        return (When(one.conditions),)
    if one.due is None:
        return ()
    if one.relative:
        return (After(max(0.0, one.due - now.timestamp())),)
    return (_at(one, f"{local(one.due):%H:%M}", local),)


def _stems(text: str) -> set[str]:
    return {word.rstrip("s") for word in split(text) if word[0].isalnum()} - _SMALL


_SMALL = frozenset("a an and at for in i it my of off on please that the thi to turn when with room".split())
