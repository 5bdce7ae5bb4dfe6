"""A question in pieces: what it names, its times, its condition, and which statistic it wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from galiot.senses.series import cues
from galiot.senses.series.channels import alike, is_amount, is_speed
from galiot.senses.series.query import Condition, Statistic, Wanted
from galiot.senses.series.stretches import Found
from galiot.signals.reading import Channel

OF_WHOLE: tuple[Statistic, ...] = ("mean", "median", "range", "deviation", "sum")
"""Statistics of a stretch as a whole, and not of one sample."""


@dataclass(frozen=True)
class Asked:
    """A question in pieces.

    text: lower case, without the times and the condition; whole: with them
    mentions: the channels that it names, in order, all that fit where a name fits several
    """

    text: str
    whole: str
    mentions: tuple[tuple[int, ...], ...]
    channels: Sequence[Channel]
    times: Found
    condition: Condition | None
    ends: tuple[float, float]

    def has(self, *patterns: str) -> bool:
        """Whether the text has one of some cues."""
        return any(re.search(pattern, self.text) for pattern in patterns)

    def says(self, pattern: str) -> bool:
        """Whether the whole question has a cue."""
        return re.search(pattern, self.whole) is not None

    @property
    def places(self) -> tuple[int, ...]:
        """All channels that are named."""
        return tuple(dict.fromkeys(place for mention in self.mentions for place in mention))

    @property
    def pairs(self) -> tuple[int, ...]:
        """The first two names, as pairs of channels one behind the other; () where fewer are named."""
        if len(self.mentions) >= 2:
            first, second = self.mentions[:2]
            return tuple(place for a in first for b in second if a != b for place in (a, b))
        return self.places if len(self.places) == 2 else ()

    @property
    def yes(self) -> bool:
        """Whether it wants a yes or a no."""
        return re.match(cues.YES_NO, self.whole) is not None and not self.has(cues.OR)

    @property
    def when(self) -> bool:
        """Whether it wants a moment."""
        return self.says(cues.WHEN)

    @property
    def how_long(self) -> bool:
        """Whether it wants a length of time."""
        return self.says(cues.HOW_LONG) and not self.says(cues.UNTIL)

    @property
    def how_often(self) -> bool:
        """Whether it wants a number of times."""
        return self.says(cues.HOW_OFTEN)

    @property
    def about(self) -> tuple[int, ...]:
        """The channels that are named; else the only one, or those of the quantity; else none."""
        if self.places or len(self.channels) == 1:
            return self.places or (0,)
        kin = alike(self.channels, self.text)
        return kin if len(kin) < len(self.channels) else ()

    @property
    def about_any(self) -> tuple[int, ...]:
        """The same, all channels where nothing is named."""
        return self.about or tuple(range(len(self.channels)))

    @property
    def way(self) -> Wanted:
        """What of something that happens is wanted."""
        return "when" if self.when else "count" if self.how_often else "yes" if self.yes else "value"


def statistic_of(asked: Asked) -> tuple[Statistic, bool] | None:
    """Return the statistic that is asked for, and whether it is about the most of it."""
    if cues.QUANTILE.search(asked.whole):
        return "quantile", True
    if asked.has(cues.MOST_THAN_LEAST, cues.BOTH_ENDS):
        return "range", True
    if asked.says(cues.LIMITS_OF_DATA):
        return "range", True
    for name, pattern in cues.STATISTICS:
        if name == "slope" and _asks_speed(asked):
            continue
        if asked.says(pattern):
            return name, not asked.has(cues.LEAST_WORDS, cues.LESS_WORDS, cues.STEADY)
    if not asked.times.stretches or not asked.says(cues.CHANGED):
        if asked.has(cues.GETS_MOST):
            return "maximum", True
        if asked.has(cues.GETS_LEAST):
            return "minimum", False
    if asked.says(cues.CHANGED):
        return "sum" if is_sum(asked) else "change", True
    if asked.has(cues.MOST_WORDS):
        return "maximum", True
    if asked.has(cues.LEAST_WORDS):
        return "minimum", False
    if not asked.times.stretches and asked.says(cues.FIRST):
        return "first", True
    if not asked.times.stretches and re.search(cues.LAST, _without_current(asked)):
        return "last", True
    return None


def _without_current(asked: Asked) -> str:
    """The question without the word "current" where that is a quantity of the reading."""
    measured = any("current" in channel.name.lower() for channel in asked.channels)
    return re.sub(r"\bcurrent\b", "", asked.whole) if measured else asked.whole


def _asks_speed(asked: Asked) -> bool:
    """Whether "how fast" asks for a speed that is measured, not for the pace of a change."""
    fast = re.search(r"\bhow (?:fast|quick|slow)\b", asked.whole) and not re.search(r"\bper\b", asked.whole)
    moving = bool(asked.places) and all(is_speed(asked.channels[place]) for place in asked.places)
    return bool(fast) and moving and not asked.has(cues.UP_WORDS, cues.DOWN_WORDS, r"\bramp")


def is_sum(asked: Asked) -> bool:
    return bool(asked.places) and all(is_amount(asked.channels[place]) for place in asked.places)


def way_of(text: str) -> str:
    up = re.search(f"{cues.UP_WORDS}|{cues.MORE_WORDS}", text)
    down = re.search(f"{cues.DOWN_WORDS}|{cues.LESS_WORDS}", text)
    return "" if bool(up) == bool(down) else "up" if up else "down"
