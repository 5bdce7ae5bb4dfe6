"""The samples of a channel in a stretch of time, and what is computed from them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from galiot.senses.series.query import Condition, Statistic, Stretch
from galiot.signals.clock import TimeAxis
from galiot.signals.reading import LARGEST, Channel, Floats, Reading
from galiot.signals.trend import Trend, find_trend
from galiot.signals.wording import show_number, significant_places

_DAY_S = 86400.0
_EXPLAINED = 0.4


@dataclass(frozen=True, slots=True)
class Samples:
    """Valid samples of one channel.

    times, values: (samples,) seconds on the axis of the reading, and the channel's unit
    places: (samples,) their numbers in the reading
    absent: samples of the stretch that have no value
    decimals: places in the data
    """

    channel: Channel
    times: Floats
    values: Floats
    places: NDArray[np.int64]
    absent: int
    decimals: int

    def __len__(self) -> int:
        return len(self.values)

    @property
    def start(self) -> int:
        """The first sample."""
        return int(self.places[0]) if len(self) else 0

    @property
    def stop(self) -> int:
        """The sample after the last."""
        return int(self.places[-1]) + 1 if len(self) else 0

    @property
    def step_s(self) -> float:
        """The usual time from one sample to the next, 0 for a single one."""
        return float(np.median(np.diff(self.times))) if len(self) > 1 else 0.0

    @property
    def held_s(self) -> Floats:
        """How long each sample (samples,) counts: until the next, at most five usual steps; the last for one step."""
        if not len(self):
            return np.empty(0)
        return np.asarray(np.append(np.minimum(np.diff(self.times), 5 * self.step_s), self.step_s))

    @property
    def covered_s(self) -> float:
        """How long all samples count."""
        return float(self.held_s.sum())

    def write(self, value: float) -> str:
        """A number computed from these samples, to four digits at least, without its unit."""
        return show_number(value, max(min(self.decimals, 6), significant_places(value, 4)) if value else self.decimals)


def samples_of(reading: Reading, place: int, stretch: Stretch) -> Samples:
    """Take the valid samples of a channel out of a stretch."""
    times, values = reading.times, reading.values[place]
    inside = (times >= stretch.start_s) & (times <= stretch.stop_s)
    if stretch.daily:
        inside &= _in_day(times, stretch.daily, reading.axis)
    valid = inside & (np.abs(np.nan_to_num(values, nan=np.inf)) <= LARGEST)
    places = np.flatnonzero(valid)
    return Samples(
        reading.channels[place],
        times[places],
        values[places],
        places,
        int(inside.sum() - len(places)),
        _decimals(values[np.isfinite(values)][:2000]),
    )


def _in_day(times: Floats, daily: tuple[float, float], axis: TimeAxis) -> NDArray[np.bool_]:
    seconds = (times + (axis.offset_s if axis.kind == "date" else 0.0)) % _DAY_S
    first, last = daily
    inside = (seconds >= first) & (seconds < last) if first <= last else (seconds >= first) | (seconds < last)
    return np.asarray(inside)


def statistic(name: Statistic, samples: Samples, quantile: float = 0.5) -> float:
    """Compute one number of samples, of which there is at least one.

    deviation: of the samples, with n - 1; slope: Theil's and Sen's, per hour; change: last less first
    """
    v = samples.values
    match name:
        case "mean":
            return float(v.mean())
        case "median":
            return float(np.median(v))
        case "quantile":
            return float(np.quantile(v, quantile))
        case "minimum":
            return float(v.min())
        case "maximum":
            return float(v.max())
        case "range":
            return float(v.max() - v.min())
        case "deviation":
            return float(v.std(ddof=1)) if len(v) > 1 else 0.0
        case "first":
            return float(v[0])
        case "last":
            return float(v[-1])
        case "change":
            return float(v[-1] - v[0])
        case "slope":
            found = find_trend(samples.times, v)
            return found.slope_per_h if found else math.nan
        case "sum":
            return float(v.sum())
        case "count":
            return float(len(v))


def extreme(samples: Samples, *, most: bool) -> int:
    """Return which of the samples is the largest or smallest, the first of equal ones."""
    return int(samples.values.argmax() if most else samples.values.argmin())


def trend_of(samples: Samples) -> Trend | None:
    """The trend of samples; None for too few.

    Who asks wants to know which way it went: so it counts as clear, too, where a straight line explains two fifths of
    the variance, which a step or a walk without aim may have.
    """
    found = find_trend(samples.times, samples.values)
    if found is None or found.clear:
        return found
    t, v = samples.times, samples.values
    if found.change == 0:  # flat for most of the time: the ends tell which way it went
        tenth = max(1, len(v) // 10)
        change = float(np.median(v[-tenth:]) - np.median(v[:tenth]))
        hours = max(float(t[-1] - t[0]) / 3600, 1e-12)
        found = replace(found, change=change, slope_per_h=change / hours)
    explains = float(np.corrcoef(t, v)[0, 1]) ** 2 if v.std() > 0 else 0.0
    return replace(found, clear=explains >= _EXPLAINED)


@dataclass(frozen=True, slots=True)
class Spells:
    """Where a condition holds.

    holds: (samples,) for each sample
    starts, stops: (spells,) samples [start, stop) of each run
    seconds: (spells,) how long each lasts, see `Samples.held_s`
    """

    holds: NDArray[np.bool_]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    seconds: Floats


def spells_of(samples: Samples, condition: Condition) -> Spells:
    """Find the runs of samples for which a condition holds."""
    v = samples.values
    holds = _meets(v, condition)
    edges = np.diff(np.concatenate([[False], holds, [False]]).astype(np.int8))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    total = np.concatenate([[0.0], np.cumsum(samples.held_s)])
    return Spells(holds, starts, stops, total[stops] - total[starts])


def samples_given(samples: Samples, other: Samples, condition: Condition) -> Samples:
    """Keep the samples at whose time another channel, on a straight line between its own, meets a condition."""
    if not len(other):
        return replace(samples, times=samples.times[:0], values=samples.values[:0], places=samples.places[:0])
    holds = _meets(np.interp(samples.times, other.times, other.values), condition)
    return replace(samples, times=samples.times[holds], values=samples.values[holds], places=samples.places[holds])


def _meets(v: Floats, condition: Condition) -> NDArray[np.bool_]:
    limit = condition.value
    match condition.relation:
        case "above":
            return np.asarray(v > limit)
        case "below":
            return np.asarray(v < limit)
        case "at least":
            return np.asarray(v >= limit)
        case "at most":
            return np.asarray(v <= limit)
        case "equal":
            return np.asarray(np.isclose(v, limit))


def likeness(one: Samples, other: Samples) -> float:
    """Pearson's correlation of two channels at the samples that both have; NaN where there are fewer than three."""
    _, mine, yours = np.intersect1d(one.places, other.places, return_indices=True)
    if len(mine) >= 3:
        a, b = one.values[mine], other.values[yours]
    else:  # not sampled together: the second is taken at the times of the first
        inside = (one.times >= other.times[0]) & (one.times <= other.times[-1])
        a = one.values[inside]
        b = np.interp(one.times[inside], other.times, other.values)
    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])


def _decimals(v: Floats) -> int:
    """Decimal places with which values were written, at most 6."""
    for places in range(6):
        if not len(v) or np.abs(v * 10.0**places - np.round(v * 10.0**places)).max() <= 1e-6 * max(
            1.0, np.abs(v).max()
        ):
            return places
    return 6
