"""Rate and gaps, from the times between samples."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from galiot.signals.clock import show_duration
from galiot.signals.digest import Largest, Quantiles
from galiot.signals.fact import Fact
from galiot.signals.notes import plural
from galiot.signals.reading import Floats
from galiot.signals.wording import Voice, show_percent

_KEEP = 128


class Pauses:
    """Gathers the times between samples while they go by."""

    def __init__(self, exact: int) -> None:
        self._steps_s = Quantiles(exact)
        self._longest = Largest(_KEEP, 4)
        self._last: tuple[float, float] | None = None
        self._first_s, self._count = 0.0, 0

    def add(self, times: Floats, samples: Floats) -> None:
        """Take times (n,) ascending in seconds, with the numbers of their samples."""
        if not len(times):
            return
        if self._last:
            times, samples = np.append(self._last[0], times), np.append(self._last[1], samples)
        else:
            self._first_s, self._count = float(times[0]), 1
        self._last = (float(times[-1]), float(samples[-1]))
        steps = np.diff(times)
        self._count += len(steps)
        if len(steps):
            self._steps_s.add(steps)
            self._longest.add(steps, np.column_stack([times[:-1], times[1:], samples[:-1], samples[1:]]))

    @property
    def rate_hz(self) -> float:
        """Samples a second, by the usual time between two; 0 where no time goes by."""
        usual, span = self._steps_s.at(0.5), self._last[0] - self._first_s if self._last else 0.0
        if usual > 0 and usual >= 0.2 * span / max(self._count - 1, 1):
            return float(1 / usual)
        return (self._count - 1) / span if span > 0 else 0.0

    @property
    def bound_s(self) -> float:
        """A longer time between two samples is a gap."""
        usual, high = self._steps_s.at(0.5), self._steps_s.at(0.98)
        return max(1.5 * usual, 1.2 * high) if high <= 1.5 * usual else max(3 * usual, 3 * high)

    def facts(self, voice: Voice, channel: str, score: float) -> Iterator[Fact]:
        """The gaps, if there are any; `score` is that of a gap as long as half the reading."""
        bound = self.bound_s
        if self._count < 6 or not bound > 0 or not self._last:
            return
        found = np.flatnonzero(self._longest.keys > bound)
        if not len(found):
            return
        length_s = self._longest.keys[found]
        count = len(found) if len(found) < _KEEP else self._steps_s.above(bound)
        from_s, _, before, after = self._longest.rows[0].tolist()
        span = self._last[0] - self._first_s
        total_s = float((length_s - self._steps_s.at(0.5)).sum())
        length, when = show_duration(float(length_s[0])), voice.time(from_s)
        subject = channel or "the reading"
        text = f"{subject} has a gap of {length} from {when}"
        if count > 1:
            text = f"{subject} has {plural(count, 'gap')}; the longest lasts {length} from {when}"
        gaps = [
            dict(zip(("from", "to", "start", "stop"), row, strict=True))
            for row in self._longest.rows[found[:20]].tolist()
        ]
        yield Fact(
            channel=channel,
            name="gaps",
            value=count,
            unit="gaps",
            display=plural(count, "gap"),
            text=text,
            start=int(before),
            stop=int(after) + 1,
            at=from_s,
            at_display=when,
            score=score and score * (0.5 + min(0.5, float(length_s[0]) / span)),
            details={
                "longest_s": float(length_s[0]),
                "lost_share": show_percent(min(1.0, total_s / span)),
                "gaps": gaps,
            },
        )
