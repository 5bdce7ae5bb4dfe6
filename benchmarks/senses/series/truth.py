"""True values by plain numpy: what a formula of questions.jsonl can say about a reading."""

from __future__ import annotations

import csv
import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray
SHORT = {
    "greenhouse": ("air", "out", "rh", "co2", "soil", "light"),
    "stand": ("speed", "torque", "current", "bearing", "oil", "vib"),
    "truck": ("cargo", "ambient", "door", "comp", "batt", "veh"),
    "house": ("power", "solar", "stored", "room", "volts", "window"),
    "run": ("speed", "heart", "cadence", "height", "skin", "oxygen"),
    "link": ("delay", "rate", "lost", "signal", "queue", "users"),
}


@dataclass(frozen=True)
class Series:
    """One channel without its missing values; t in seconds from `start`, v in its unit."""

    t: Array
    v: Array
    start: datetime.datetime | None
    missing: int = 0

    @property
    def n(self) -> int:
        """The number of values."""
        return len(self.v)

    def head(self, count: int) -> Series:
        """Return the first values."""
        return Series(self.t[:count], self.v[:count], self.start)

    def tail(self, count: int) -> Series:
        """Return the last values."""
        return Series(self.t[-count:], self.v[-count:], self.start)


def load(path: Path, name: str) -> tuple[dict[str, Series], datetime.datetime | None]:
    """Return the channels of a reading by their short names, and the time of second 0."""
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))[1:]
    dated = name not in ("stand", "run")
    start = datetime.datetime.fromisoformat(rows[0][0]) if dated else None
    stamps = [(datetime.datetime.fromisoformat(r[0]) - start).total_seconds() if start else float(r[0]) for r in rows]
    times, channels = np.array(stamps), {}
    for column, short in enumerate(SHORT[name], start=1):
        values = np.array([float(row[column]) if row[column] else math.nan for row in rows])
        there = ~np.isnan(values)
        channels[short] = Series(times[there], values[there], start, int((~there).sum()))
    return channels, start


def evaluate(formula: str, channels: dict[str, Series], start: datetime.datetime | None) -> Any:
    """Return what a formula says; a list holds what is right as well, a tuple what is needed together."""
    return eval(formula, {**FORMULAS, **channels, "at_s": partial(seconds, start=start)})  # the file beside this one


def seconds(when: str | float, start: datetime.datetime | None) -> float:
    """Return seconds from second 0: a number itself, '15 06:00' by day and clock, '06:00' on the first day."""
    if not isinstance(when, str) or start is None:
        return float(when)
    day, _, clock = when.rpartition(" ")
    hours, minutes = clock.split(":")
    clock_s = int(hours) * 3600 + int(minutes) * 60 - (start.hour * 3600 + start.minute * 60)
    return (int(day) - start.day if day else 0) * 86400.0 + clock_s


def cut(s: Series, begin: str | float, end: str | float) -> Series:
    """Return what lies from begin up to end."""
    inside = (s.t >= seconds(begin, s.start)) & (s.t <= seconds(end, s.start))
    return Series(s.t[inside], s.v[inside], s.start)


def at(s: Series, when: Any) -> Any:
    """Return the value at a time, or at each of several, between its neighbours."""
    return np.interp(when if isinstance(when, np.ndarray) else seconds(when, s.start), s.t, s.v)


def slope(s: Series) -> float:
    """Return the change in an hour of the straight line through the values."""
    return float(np.polyfit(s.t / 3600, s.v, 1)[0])


def rise(s: Series) -> list[float]:
    """Return last minus first value, the same of the means of 5 values, and what the straight line rises."""
    mean = s.v[-5:].mean() - s.v[:5].mean()
    return [abs(x) for x in (s.v[-1] - s.v[0], mean, slope(s) * (s.t[-1] - s.t[0]) / 3600)]


def step(s: Series, when: str | float, count: int = 20) -> float:
    """Return how far the mean of the values behind a time lies above the mean of those before it."""
    middle = seconds(when, s.start)
    return float(s.v[s.t > middle][:count].mean() - s.v[s.t <= middle][-count:].mean())


def above(s: Series, level: float) -> float:
    """Return for how many seconds the straight lines between the values lie above a level."""
    total = 0.0
    for k in range(s.n - 1):
        a, b, width = float(s.v[k]) - level, float(s.v[k + 1]) - level, float(s.t[k + 1] - s.t[k])
        share = float(a > 0) if (a > 0) == (b > 0) else max(a, b) / (abs(a) + abs(b))
        total += width * share
    return total


def first_where(s: Series, holds: Callable[[float], bool]) -> float:
    """Return the time of the first value of which something holds and did not hold of the one before."""
    return next(float(s.t[k]) for k in range(1, s.n) if holds(s.v[k]) and not holds(s.v[k - 1]))


def gap(s: Series) -> tuple[float, float]:
    """Return the times between which values are missing for longest."""
    widest = int(np.argmax(np.diff(s.t)))
    return float(s.t[widest]), float(s.t[widest + 1])


def ups(s: Series, level: float) -> int:
    """Return how often the values come to lie above a level."""
    return sum(1 for k in range(1, s.n) if s.v[k] > level >= s.v[k - 1])


def where(s: Series, holds: Array) -> Array:
    """Return the values of which something holds."""
    return np.array([value for value, true in zip(s.v, holds, strict=True) if true])


def values_of(s: Series | Array) -> Array:
    """Return plain values."""
    return s.v if isinstance(s, Series) else s


FORMULAS: dict[str, Any] = {
    "mean": lambda s: float(np.mean(values_of(s))),
    "median": lambda s: float(np.median(values_of(s))),
    "std": lambda s: float(np.std(values_of(s))),
    "mx": lambda s: float(s.v.max()),
    "mn": lambda s: float(s.v.min()),
    "p": lambda s, percent: float(np.percentile(s.v, percent)),
    "first": lambda s: float(s.v[0]),
    "last": lambda s: float(s.v[-1]),
    "t_max": lambda s: float(s.t[s.v.argmax()]),
    "t_min": lambda s: float(s.t[s.v.argmin()]),
    "length": lambda s: float(s.t[-1] - s.t[0]),
    "day": lambda s, number: cut(s, f"{number} 00:00", f"{number + 1} 00:00"),
    "below": lambda s, level: above(Series(s.t, -s.v, s.start), -level),
    "up": lambda s, level: first_where(s, lambda value: value > level),
    "down": lambda s, level: first_where(s, lambda value: value < level),
    "last_above": lambda s, level: float(s.t[s.v > level][-1]),
    "corr": lambda a, b: float(np.corrcoef(a.v, at(b, a.t))[0, 1]),
    "both": lambda *parts: tuple(parts),
    "size": lambda x: [abs(one) for one in x] if isinstance(x, list) else abs(x),
} | {one.__name__: one for one in (cut, at, slope, rise, step, above, gap, ups, where)}
