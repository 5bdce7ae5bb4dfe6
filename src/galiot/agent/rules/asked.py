"""What a question wants to know of several things: any or all of them, which, how many, the highest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from galiot.agent.plan import Act, Plan, Read
from galiot.agent.rules.words import split

_HIGH = "warmest|hottest|highest|brightest|loudest|wettest|most humid|dampest|fullest|strongest|noisiest"
_LOW = "coldest|coolest|lowest|darkest|quietest|driest|emptiest|weakest|least humid"
_MORE = "warmer|hotter|higher|brighter|louder|wetter|more humid|damper|fuller|noisier"
_LESS = "colder|cooler|lower|darker|dimmer|quieter|drier|less humid|emptier"
_WORDS: tuple[tuple[str, str], ...] = (
    (rf"^how much (?:{_MORE}|{_LESS})\b.* than |\bdifference\b", "difference"),
    (rf"\b(?:{_HIGH})\b", "most"),
    (rf"\b(?:{_LOW})\b", "least"),
    (rf"\b(?:{_MORE})\b.* or ", "most"),
    (rf"\b(?:{_LESS})\b.* or ", "least"),
    (rf"\b(?:{_MORE})\b.* than ", "more"),
    (rf"\b(?:{_LESS})\b.* than ", "less"),
    (r"^how many\b", "count"),
    (r"^(?:which|what)\b", "which"),
    (r"\b(?:any|anything|some|something|someone|somebody|anyone|anybody|one of|either|there)\b", "any"),
    (r"\b(?:all|every|everything|both|each)\b", "all"),
)

_LISTED = re.compile(r"(?:check|read|report|list|show me|look at|tell me) (?!(?:if|whether|which|what|how)\b)")
"""What wants each reading by itself."""


def asked(text: str) -> str:
    """Return what `plan.Read` has as `asks` for a question, "" where each thing stands for itself."""
    if _LISTED.match(text):
        return ""
    return next((word for pattern, word in _WORDS if re.search(pattern, text)), "")


def with_asked(acts: Iterable[Act], text: str) -> list[Act]:
    """Return acts whose readings know what the question wants of them together."""
    word = asked(text)
    return [replace(act, asks=word) if isinstance(act, Read) and not act.asks else act for act in acts]


def summing(plan: Plan) -> Plan:
    """Return a plan that only reads with what its sentence wants of the readings together."""
    acts = [step.act for step in plan.steps]
    if not all(isinstance(act, Read) for act in acts) or any(isinstance(act, Read) and act.asks for act in acts):
        return plan
    text = " ".join(word for word in split(plan.request) if word[0].isalnum())
    steps = zip(plan.steps, with_asked(acts, text), strict=True)
    return replace(plan, steps=tuple(replace(step, act=act) for step, act in steps))
