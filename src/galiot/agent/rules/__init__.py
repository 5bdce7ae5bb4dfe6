"""Sentences that rules can read: answered in milliseconds, with no model.

`read` gives a plan, or None where the rules are not sure; they never guess: a word that they do not understand makes
it None. `beyond` then tells what the home cannot do, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from galiot.agent.home import Home
from galiot.agent.plan import Plan
from galiot.agent.rules.asides import without
from galiot.agent.rules.asked import summing
from galiot.agent.rules.beyond import asks_of_now, asks_of_state, beyond, is_question, only_asks
from galiot.agent.rules.choices import choice
from galiot.agent.rules.english import asks
from galiot.agent.rules.reader import read, read_parts
from galiot.agent.rules.relative import more_or_less

__all__ = [
    "asks_of_now",
    "asks_of_state",
    "beyond",
    "is_question",
    "loosely",
    "only_asks",
    "pared",
    "read",
    "read_parts",
    "summing",
]


def loosely(sentence: str, home: Home, context: Mapping[str, object] | None = None) -> Plan | None:
    """Return the plan for a sentence of no known shape whose every word says what it is about, else None."""
    return choice(sentence, home, context) or more_or_less(sentence, home, context)


def pared(
    sentence: str, home: Home, *, now: datetime | None = None, context: Mapping[str, object] | None = None
) -> Plan | None:
    """Return the plan for a sentence without what is only told in it, None where that is not understood either."""
    for said in without(sentence):
        plan = read(said, home, now=now, context=context) or loosely(said, home, context)
        if plan is not None and not asks(plan.steps):
            return replace(plan, request=sentence)
    return None
