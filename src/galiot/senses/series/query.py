"""What a question about a reading asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Statistic = Literal[
    "mean",
    "median",
    "quantile",
    "minimum",
    "maximum",
    "range",
    "deviation",
    "first",
    "last",
    "change",
    "slope",
    "sum",
    "count",
]
Relation = Literal["above", "below", "at least", "at most", "equal"]
Task = Literal[
    "value",  # one statistic of a channel
    "at",  # the value at a moment
    "moments",  # the values at two moments held against each other
    "when",  # the moment of an extreme
    "which day",  # the day of the most or least of a statistic
    "which",  # the channel that has the most or the least of a statistic
    "rank",  # all channels in order of a statistic
    "compare",  # two channels by a statistic
    "stretches",  # one channel in two stretches of time by a statistic
    "reached",  # whether, how often, when or how long a condition holds
    "trend",  # rising, falling or neither
    "steps",  # sudden changes of level
    "jump",  # the largest change between neighbours
    "period",  # whether it repeats, and how fast
    "together",  # how two channels move together
    "gaps",  # what is missing
    "samples",  # how many there are
    "rate",  # how often it is sampled
    "span",  # how long the reading is
    "channels",  # what is measured
    "outliers",  # samples far from their neighbours
]
Wanted = Literal[
    "value",
    "when",
    "yes",
    "count",
    "duration",
    "share",
    "longest",
    "first",
    "entered",
    "last",
    "spells",
    "crossings",
    "entries",
    "days",
]


@dataclass(frozen=True)
class Stretch:
    """A part of a reading.

    start_s, stop_s: from one time in seconds on its axis to another, both counted in
    daily: only these seconds of each day; the second may be smaller, for a night
    said: how that is told
    """

    start_s: float
    stop_s: float
    said: str = ""
    daily: tuple[float, float] | None = None


@dataclass(frozen=True)
class Condition:
    """What values are held against."""

    relation: Relation
    value: float
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question, understood.

    channels: places in the reading, in the order in which they were named; where pairs are held against each other,
        one pair behind the other
    quantile: which one, from 0 to 1, for the statistic of that name
    most: the largest is asked for, where two or more are compared, and not the smallest
    claim: what a yes-or-no question supposes, such as "rising", "above", "below"; "" where it is none
    at_s: the moment asked about; then_s: the one that it is held against
    at_extreme: the moment is that of a channel's largest value, or of its smallest (False)
    per: the unit of time in which a slope is wanted, "" where none is said
    given: only samples at whose time another channel meets a condition
    """

    task: Task
    channels: tuple[int, ...]
    statistic: Statistic = "mean"
    wanted: Wanted = "value"
    stretch: Stretch | None = None
    other: Stretch | None = None
    condition: Condition | None = None
    most: bool = True
    claim: str = ""
    at_s: float | None = None
    then_s: float | None = None
    given: tuple[int, Condition] | None = None
    at_extreme: tuple[int, bool] | None = None
    per: str = ""
    quantile: float = 0.5
