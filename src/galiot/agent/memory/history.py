"""Stored readings, and what can be said of a span of them: each answer names the readings that it came from."""

from __future__ import annotations

import itertools
import json
import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from galiot.agent.memory.spans import Span
from galiot.agent.memory.store import Store
from galiot.errors import RequestError

Meaning = Callable[[Any], Any]
"""From what a device said to what it means: True, 21.5, "heating"; None for what means nothing."""

Fits = Callable[[Any], bool]

_PATIENCE = 4
"""A number is taken to last at most so many usual distances between readings; a longer pause was not measured."""
HOWS = ("now", "average", "lowest", "highest", "count", "duration", "ever", "last", "change")


@dataclass(frozen=True)
class Sample:
    """One stored reading: Unix time, and what it means."""

    time: float
    value: Any


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What readings say.

    value: a number, a state, seconds for "duration", a count, True or False for "ever", Unix time for "last"; None
        where nothing can be said
    samples: how many readings it was made of
    first, last: their Unix times
    at: when a lowest or highest value was, or the state last was there
    """

    how: str
    value: Any = None
    samples: int = 0
    first: float | None = None
    last: float | None = None
    at: float | None = None


class History:
    """Readings by thing and property name, as the devices said them.

    keep_s: readings older than this are forgotten
    """

    def __init__(self, store: Store, *, keep_s: float = 90 * 86400) -> None:
        self._store, self.keep_s = store, keep_s

    def add(self, readings: Iterable[tuple[float, str, str, Any]]) -> int:
        """Keep (Unix time, thing, property, value as the device said it); return how many there were."""
        rows = [(when, thing, name, json.dumps(value)) for when, thing, name, value in readings]
        return self._store.write("insert into reading values (?, ?, ?, ?)", rows) if rows else 0

    def forget(self, now: float) -> int:
        """Drop what is too old; return how many readings that were."""
        return self._store.write("delete from reading where time < ?", [(now - self.keep_s,)])

    def latest(self, thing: str, name: str, before: float) -> Sample | None:
        """Return the newest reading at or before a time, as the device said it."""
        found = self._store.rows(
            "select time, value from reading where thing = ? and name = ? and time <= ? order by time desc limit 1",
            (thing, name, before),
        )
        return Sample(found[0][0], json.loads(found[0][1])) if found else None

    def samples(self, thing: str, name: str, span: Span, meaning: Meaning) -> list[Sample]:
        """Return what was read in a span, the reading that stood at its beginning first, in ascending time."""
        start, end = span.start.timestamp(), span.end.timestamp()
        before = self.latest(thing, name, start)
        rows = self._store.rows(
            "select time, value from reading where thing = ? and name = ? and time > ? and time < ? order by time",
            (thing, name, start, end),
        )
        read = ([before] if before else []) + [Sample(when, json.loads(value)) for when, value in rows]
        meant = (Sample(sample.time, meaning(sample.value)) for sample in read)
        return [sample for sample in meant if sample.value is not None]

    def find(
        self,
        thing: str,
        name: str,
        *,
        how: str,
        span: Span,
        meaning: Meaning = lambda raw: raw,
        fits: Fits = lambda value: value is True,
    ) -> Finding:
        """Say something of the readings of a span.

        how: one of HOWS; now, average, lowest, highest and change need numbers or, for now, any state
        fits: which values count, duration, ever and last are about
        raises: RequestError for what cannot be said of such values
        """
        if how not in HOWS:
            raise RequestError(f"there is no way {how!r} to look at readings; there is {', '.join(HOWS)}")
        found = self.samples(thing, name, span, meaning)
        if how != "now" and found and found[0].time < span.start.timestamp() and is_number(found[0].value):
            found = _without_stale(found, span)
        if not found:
            return Finding(how=how)
        value, at = _LOOKS[how](found, span, fits)
        return Finding(how=how, value=value, samples=len(found), first=found[0].time, last=found[-1].time, at=at)


def is_number(value: Any) -> bool:
    """Whether a value can be averaged."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _without_stale(found: Sequence[Sample], span: Span) -> list[Sample]:
    """Leave out a number from so long before the span that it says nothing of it."""
    patience = _patience(found)
    return list(found[1:] if span.start.timestamp() - found[0].time > patience else found)


def _patience(found: Sequence[Sample]) -> float:
    steps = [late.time - early.time for early, late in itertools.pairwise(found[1:])]
    return _PATIENCE * statistics.median(steps) if steps else math.inf


def _held(found: Sequence[Sample], span: Span) -> Iterator[tuple[Any, float]]:
    """Yield each value and the seconds of the span for which it stood: until the next reading."""
    start, end = span.start.timestamp(), span.end.timestamp()
    patience = _patience(found) if is_number(found[0].value) else math.inf
    for sample, following in zip(found, [*(one.time for one in found[1:]), end], strict=True):
        begins = max(sample.time, start)
        yield sample.value, max(0.0, min(following, begins + patience) - begins)


def _numbers(found: Sequence[Sample]) -> list[Sample]:
    numbers = [sample for sample in found if is_number(sample.value)]
    if not numbers:
        raise RequestError(f"{found[0].value!r} is a state and no number: it has no average, lowest or highest")
    return numbers


def _average(found: Sequence[Sample], span: Span, _fits: Fits) -> tuple[float, None]:
    """Return the mean over time: a value counts as long as it stood."""
    held = list(_held(_numbers(found), span))
    seconds = sum(weight for _, weight in held)
    if not seconds:
        return statistics.fmean(value for value, _ in held), None
    return math.fsum(value * weight for value, weight in held) / seconds, None


def _lowest(found: Sequence[Sample], span: Span, _fits: Fits) -> tuple[float, float]:
    least = min(_numbers(found), key=lambda sample: sample.value)
    return least.value, max(least.time, span.start.timestamp())


def _highest(found: Sequence[Sample], span: Span, _fits: Fits) -> tuple[float, float]:
    most = max(_numbers(found), key=lambda sample: sample.value)
    return most.value, max(most.time, span.start.timestamp())


def _change(found: Sequence[Sample], _span: Span, _fits: Fits) -> tuple[float, None]:
    numbers = _numbers(found)
    return numbers[-1].value - numbers[0].value, None


def _now(found: Sequence[Sample], _span: Span, _fits: Fits) -> tuple[Any, float]:
    return found[-1].value, found[-1].time


def _count(found: Sequence[Sample], span: Span, fits: Fits) -> tuple[int, None]:
    """Count how often it came to be so within the span."""
    start, count, was = span.start.timestamp(), 0, False
    for sample in found:
        now = fits(sample.value)
        count += now and not was and sample.time >= start
        was = now
    return count, None


def _duration(found: Sequence[Sample], span: Span, fits: Fits) -> tuple[float, None]:
    return math.fsum(seconds for value, seconds in _held(found, span) if fits(value)), None


def _ever(found: Sequence[Sample], span: Span, fits: Fits) -> tuple[bool, float | None]:
    first = next((sample.time for sample in found if fits(sample.value)), None)
    return first is not None, None if first is None else max(first, span.start.timestamp())


def _last(found: Sequence[Sample], span: Span, fits: Fits) -> tuple[float | None, float | None]:
    """Return when it last came to be so."""
    came, was = None, False
    for sample in found:
        now = fits(sample.value)
        if now and not was:
            came = sample.time
        was = now
    return came, came


_LOOKS: dict[str, Callable[[Sequence[Sample], Span, Fits], tuple[Any, float | None]]] = {
    "now": _now,
    "average": _average,
    "lowest": _lowest,
    "highest": _highest,
    "change": _change,
    "count": _count,
    "duration": _duration,
    "ever": _ever,
    "last": _last,
}


def local(when: float, now: datetime) -> datetime:
    """Return a Unix time on the clock that `now` is read from."""
    return datetime.fromtimestamp(when, now.tzinfo)
