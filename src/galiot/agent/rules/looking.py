"""Looking at things: "check the washer", "read the soil probe", "check again", "tell me how cold it is"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from galiot.agent.plan import Act, Operand, Read, Target
from galiot.agent.rules.states import HOW, measures
from galiot.agent.rules.targets import Found
from galiot.agent.rules.words import stem

if TYPE_CHECKING:
    from galiot.agent.rules.conditions import Conditions

_LOOK = re.compile(
    r"(?:read|tell me|report|check|check on|look at|take a look at|have a look at|measure|inspect) (?P<np>.+)"
)
_OF = re.compile(
    r"(?:read|check|tell me|what is) (?:the )?(?:current )?(?P<own>[\w ]+?) (?:of|in|at|on|from) (?P<np>.+)"
)
_AGAIN = re.compile(
    r"(?:(?:tell me|report|show me|read|say) (?:it|that|them|the (?:value|reading|level|number|result)s?)"
    r"|(?:check|look|measure|read)(?: it| that| them)?)(?: again| now| then| once more)?"
    r"|tell me (?:the )?(?:new |current )?(?:value|reading|level|number)s?(?: now| then| again)?"
)
_HOW = re.compile(
    rf"how (?:{'|'.join(sorted(map(re.escape, HOW), key=len, reverse=True))}) (?:is|was) it(?: now| then)?"
)
_STATES = (
    *("running", "cleaning", "mowing", "alarm", "lock", "position", "contact", "playback", "watering", "power"),
    *("motion", "occupancy", "leak", "smoke", "rain"),
)
_MEASURES = (
    *("soil moisture", "temperature", "humidity", "carbon dioxide", "illuminance", "wind speed", "power use"),
    *("noise", "battery", "water temperature"),
)


def looked_at(c: Conditions, text: str) -> list[Act] | None:
    """Return what to read for a clause that looks at a thing; None for any other."""
    if (owned := _own(c, text)) is not None:
        return owned
    found = _LOOK.fullmatch(text)
    if found is None:
        return None
    phrase = re.sub(r" (?:again|once more)$", "", found["np"])
    answer = c.targets.find(phrase, lambda thing: measures(thing, (*_STATES, *_MEASURES), c.index) is not None)
    if not isinstance(answer, Found) or not 1 <= len(answer.things) <= 4:
        return None
    c.targets.last = answer.things
    return reads([Operand(thing, _first(c, thing)) for thing in answer.things])


def _own(c: Conditions, text: str) -> list[Act] | None:
    """ "the water temperature at the dock": a feature by its own name."""
    found = _OF.fullmatch(text)
    if found is None:
        return None
    role = " ".join(map(stem, found["own"].split()))
    answer = c.targets.find(found["np"], lambda thing: measures(thing, (role,), c.index) is not None, area_only=True)
    return reads([Operand(thing, role) for thing in answer.things]) if isinstance(answer, Found) else None


def again(c: Conditions, text: str) -> list[Act] | None:
    """Return what to read for a clause that asks once more for what was read before."""
    return reads(c.subject) if c.subject and (_AGAIN.fullmatch(text) or _HOW.fullmatch(text)) else None


def reads(operands: Sequence[Operand]) -> list[Act]:
    """Return one reading for each quantity, of all things that it is asked of."""
    groups: dict[str, list[str]] = {}
    for one in operands:
        groups.setdefault(one.role, []).append(one.thing)
    return [Read(role, Target(tuple(things))) for role, things in groups.items()]


def _first(c: Conditions, thing: str) -> str:
    """What a thing is looked at for: what it measures if it does nothing else, else the state that it is in."""
    acts = any(feature.commandable for feature in c.index.features(thing).values())
    role = measures(thing, (*_STATES, *_MEASURES) if acts else (*_MEASURES, *_STATES), c.index)
    assert role is not None
    return role
