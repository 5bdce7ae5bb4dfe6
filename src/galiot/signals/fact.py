"""Numbers computed from a reading, each with its unit, its sample range and the words that may be said about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_NUMBER = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?|[-−]?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One computed number.

    channel: name of the channel, empty where the fact is about the whole reading
    name: count, span, rate, gaps, level, mean, spread, minimum, maximum, last, trend, step, outliers, stuck,
        period, states or constant
    value: the number in `unit` (text or None where there is none); unrounded
    display: the number as it may be written, with its unit
    text: a clause that stands alone, plain English, with number and unit
    start, stop: the samples [start, stop) of the reading that it was computed from
    at: time in seconds on the axis of the reading, for what happens at a moment; at_display: the same as written
    score: how remarkable it is, from 0 (ordinary) to 1
    details: further numbers of the same fact, by name
    """

    channel: str
    name: str
    value: float | str | None
    unit: str
    display: str
    text: str
    start: int
    stop: int
    at: float | None = None
    at_display: str = ""
    score: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)

    def numbers(self) -> list[str]:
        """The numbers and times that stand in `display` and `text`, as they are written there."""
        found = _NUMBER.findall(self.text) + _NUMBER.findall(self.display) + _NUMBER.findall(self.at_display)
        return list(dict.fromkeys(found))

    def to_json(self) -> dict[str, Any]:
        """The fact as plain values for a JSON object; what is not known is left out."""
        made: dict[str, Any] = {"channel": self.channel, "name": self.name, "value": self.value, "unit": self.unit}
        made |= {"display": self.display, "text": self.text, "start": self.start, "stop": self.stop}
        if self.at is not None:
            made |= {"at": self.at, "at_display": self.at_display}
        return made | ({"details": self.details} if self.details else {})


@dataclass(frozen=True, slots=True)
class Facts:
    """What was computed from one reading, in the order of its channels; `limits` says what could not be used."""

    source: str
    facts: tuple[Fact, ...]
    limits: tuple[str, ...] = ()
    title: str = ""
    _by_channel: dict[str, list[Fact]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def channels(self) -> list[str]:
        """Names of the channels, in order."""
        return list(dict.fromkeys(fact.channel for fact in self.facts if fact.channel))

    def of(self, channel: str, name: str | None = None) -> list[Fact]:
        """The facts of one channel (the whole reading: ""), of one name where it is given."""
        if not self._by_channel:
            for fact in self.facts:
                self._by_channel.setdefault(fact.channel, []).append(fact)
        return [fact for fact in self._by_channel.get(channel, []) if name in (None, fact.name)]

    def notable(self, count: int | None = None) -> list[Fact]:
        """The facts with the most remarkable first."""
        return sorted(self.facts, key=lambda fact: -fact.score)[:count]

    def numbers(self) -> list[tuple[str, Fact]]:
        """Every number as it may be written, with the fact that owns it."""
        return [(number, fact) for fact in self.facts for number in fact.numbers()]

    def rows(self) -> list[dict[str, str]]:
        """One row a channel for a table: channel, unit, level, spread, min, max, trend, last, notable."""
        from galiot.signals.table_of_facts import rows

        return rows(self)

    def tables(self) -> list[list[dict[str, str]]]:
        """Everything for a terminal: measurements of the whole, of leads, and `rows`, those that there are."""
        from galiot.signals.table_of_facts import tables

        return tables(self)

    def prompt(self, budget: int = 40) -> str:
        """The most notable facts as text for a model, in at most `budget` lines."""
        from galiot.signals.table_of_facts import prompt

        return prompt(self, budget)

    def to_json(self) -> dict[str, Any]:
        """The facts as plain values: source, title, limits, facts."""
        return {
            "source": self.source,
            "title": self.title,
            "limits": list(self.limits),
            "facts": [fact.to_json() for fact in self.facts],
        }
