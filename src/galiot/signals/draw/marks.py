"""Which facts of a channel are shown in a drawing, and by which mark."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass

from galiot.signals.fact import Fact, Facts

_MOST = 4
_SHOWN = ("step", "outliers", "stuck", "maximum", "minimum", "gaps")
LETTERS = string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Mark:
    """A fact at a moment, and the letter that stands for it."""

    letter: str
    fact: Fact

    @property
    def at_s(self) -> float:
        """When it was, on the axis of the reading."""
        assert self.fact.at is not None
        return self.fact.at


def marks_of(facts: Facts, channels: Sequence[str]) -> dict[str, list[Mark]]:
    """Give letters to the most notable facts that happened at a moment, at most four a channel, in order of time."""
    found: dict[str, list[Mark]] = {}
    letters = iter(LETTERS + string.ascii_uppercase)
    for channel in channels:
        timed = [fact for fact in facts.of(channel) if fact.at is not None and fact.name in _SHOWN]
        chosen = sorted(timed, key=lambda fact: -fact.score)[:_MOST]
        chosen.sort(key=lambda fact: fact.at or 0.0)
        found[channel] = [Mark(letter, fact) for fact, letter in zip(chosen, letters, strict=False)]
    return found
