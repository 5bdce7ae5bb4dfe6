"""One channel in bounded memory: counts, extremes, quantiles, runs, and its course as at most 16,384 block means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galiot.signals.digest import Largest, Quantiles
from galiot.signals.pauses import Pauses
from galiot.signals.reading import LARGEST, Floats

POINTS = 16_384
_KEEP = 128
_STATES = 8


@dataclass(frozen=True, slots=True)
class Course:
    """A channel at a bounded number of points.

    times, values: (points,) the mean of each block of samples
    starts: (points + 1,) the sample of the reading with which each block begins, and where the last one ends
    size: valid samples a block (the last one may have fewer)
    """

    times: Floats
    values: Floats
    starts: NDArray[np.int64]
    size: int

    def __len__(self) -> int:
        return len(self.values)


class Summary:
    """Gathers what facts are made of while the samples of one channel go by."""

    def __init__(self, exact: int) -> None:
        self.count, self.mean, self._squares = 0, 0.0, 0.0
        self.minimum = self.maximum = (float("nan"), 0.0, 0)
        self.first = self.last = (float("nan"), 0.0, 0)
        self.values, self.residuals = Quantiles(exact), Quantiles(exact)
        self.pauses, self.runs = Pauses(exact), Quantiles(exact)
        self.spikes, self.longest = Largest(_KEEP, 4), Largest(8, 5)
        self.states: dict[float, int] | None = {}
        self.changes, self.decimals = 0, 0
        self._tail: tuple[Floats, Floats, Floats] = (np.empty(0), np.empty(0), np.empty(0))
        self._run: tuple[float, float, float, float, float] | None = None
        self._course = _Blocks()
        self.head: tuple[Floats, Floats, Floats] = (np.empty(0), np.empty(0), np.empty(0))

    @property
    def deviation(self) -> float:
        """Standard deviation of the samples, 0 for a single one."""
        return float(np.sqrt(self._squares / (self.count - 1))) if self.count > 1 else 0.0

    @property
    def span_s(self) -> float:
        """Seconds from the first sample to the last."""
        return self.last[1] - self.first[1]

    def add(self, times: Floats, values: Floats, first_sample: int) -> None:
        """Take a block: times (n,) ascending, values (n,) with NaN where there is none."""
        valid = np.abs(values) <= LARGEST
        samples = np.flatnonzero(valid).astype(np.float64) + first_sample
        t, v = times[valid], values[valid]
        if not len(v):
            return
        self._add_moments(v)
        self._add_extremes(t, v, samples)
        self.values.add(v)
        self._add_states(v)
        self.pauses.add(t, samples)
        self._add_residuals(t, v, samples)
        self._add_runs(t, v, samples)
        self._course.add(t, v, samples)
        if len(self.head[0]) < POINTS:
            room = POINTS - len(self.head[0])
            self.head = tuple(
                np.concatenate([old, new[:room]]) for old, new in zip(self.head, (t, v, samples), strict=True)
            )  # type: ignore[assignment]
            self.decimals = max(self.decimals, _decimals(v[:2000]))

    def finish(self) -> None:
        """Close what was open at the end of the stream."""
        if self._run:
            self._close_runs(np.array([self._run]))
            self._run = None

    def course(self) -> Course:
        """The channel as block means."""
        return self._course.course(self.last[2] + 1)

    def beginning(self) -> Course:
        """The first POINTS samples as they are."""
        t, v, samples = self.head
        return Course(t, v, np.append(samples, samples[-1] + 1 if len(samples) else 0).astype(np.int64), 1)

    def _add_moments(self, v: Floats) -> None:
        count, mean = len(v), float(v.mean())
        total, delta = self.count + count, mean - self.mean
        self._squares += float(((v - mean) ** 2).sum()) + delta * delta * self.count * count / total
        self.mean += delta * count / total
        self.count = total

    def _add_extremes(self, t: Floats, v: Floats, samples: Floats) -> None:
        low, high = int(v.argmin()), int(v.argmax())
        if not self.minimum[0] <= v[low]:
            self.minimum = (float(v[low]), float(t[low]), int(samples[low]))
        if not self.maximum[0] >= v[high]:
            self.maximum = (float(v[high]), float(t[high]), int(samples[high]))
        if np.isnan(self.first[0]):
            self.first = (float(v[0]), float(t[0]), int(samples[0]))
        self.last = (float(v[-1]), float(t[-1]), int(samples[-1]))

    def _add_states(self, v: Floats) -> None:
        if self.states is None:
            return
        if len(v) > 100 and len(np.unique(v[:100])) > _STATES:
            self.states = None
            return
        found, counts = np.unique(v, return_counts=True)
        for value, count in zip(found[: _STATES + 1].tolist(), counts.tolist(), strict=False):
            self.states[value] = self.states.get(value, 0) + count
        if len(self.states) > _STATES or len(found) > _STATES:
            self.states = None

    def _add_residuals(self, t: Floats, v: Floats, samples: Floats) -> None:
        """Distance of every sample from the median of the five around it; the ends of the stream have none."""
        t, v, samples = (np.append(old, new) for old, new in zip(self._tail, (t, v, samples), strict=True))
        self._tail = (t[-4:].copy(), v[-4:].copy(), samples[-4:].copy())  # a view would keep the whole block
        if len(v) < 5:
            return
        middle = _median_of_five(v)
        residuals = v[2:-2] - middle
        self.residuals.add(np.abs(residuals))
        self.spikes.add(np.abs(residuals), np.column_stack([t[2:-2], v[2:-2], middle, samples[2:-2]]))

    def _add_runs(self, t: Floats, v: Floats, samples: Floats) -> None:
        """Runs of one value: (length, start s, stop s, first sample, last sample), the value kept beside."""
        cuts = np.flatnonzero(np.diff(v)) + 1
        starts, stops = np.append(0, cuts), np.append(cuts, len(v)) - 1
        runs = np.column_stack([stops - starts + 1.0, t[starts], t[stops], samples[starts], samples[stops]])
        if self._run and self._run_value == v[0]:
            runs[0, 0] += self._run[0]
            runs[0, 1], runs[0, 3] = self._run[1], self._run[3]
        elif self._run:
            self._close_runs(np.array([self._run]), np.array([self._run_value]))
            self.changes += 1
        self.changes += len(cuts)
        self._close_runs(runs[:-1], v[starts[:-1]])
        self._run, self._run_value = tuple(runs[-1].tolist()), float(v[-1])

    _run_value = float("nan")

    def _close_runs(self, runs: Floats, values: Floats | None = None) -> None:
        if len(runs):
            values = np.array([self._run_value]) if values is None else values
            self.runs.add(runs[:, 0].copy())  # kept, and the other columns are not
            self.longest.add(runs[:, 0], np.column_stack([runs[:, 1:], values]))


class _Blocks:
    """Means of equal numbers of samples; when there are too many, neighbours are joined."""

    def __init__(self) -> None:
        self._size = 1
        self._parts: list[NDArray[np.float64]] = []
        self._points = 0
        self._rest = np.empty((3, 0))

    def add(self, t: Floats, v: Floats, samples: Floats) -> None:
        """Take samples in order."""
        rows = np.concatenate([self._rest, np.stack([t, v, samples])], axis=1)
        while self._points + rows.shape[1] // self._size > POINTS:
            self._join()
        whole = rows.shape[1] // self._size * self._size
        self._rest = rows[:, whole:].copy()
        if whole:
            self._parts.append(_means(rows[:, :whole], self._size))
            self._points += whole // self._size
        if len(self._parts) > 64:
            self._parts = [np.concatenate(self._parts, axis=1)]

    def course(self, stop: int) -> Course:
        """What was gathered; `stop` is the sample after the last."""
        parts = list(self._parts)
        if self._rest.shape[1]:
            parts.append(_means(self._rest, self._rest.shape[1]))
        points = np.concatenate(parts, axis=1) if parts else np.empty((3, 0))
        return Course(points[0], points[1], np.append(points[2], stop).astype(np.int64), self._size)

    def _join(self) -> None:
        self._size *= 2
        if not self._points:
            return
        points = np.concatenate(self._parts, axis=1)
        odd = self._points % 2
        if odd:
            # The odd block goes back to the samples that wait, as often as it had samples; its mean stands for them.
            last = np.repeat(points[:, -1:], self._size // 2, axis=1)
            self._rest = np.concatenate([last, self._rest], axis=1)
            points = points[:, :-1]
        self._parts = [_means(points, 2)] if points.shape[1] else []
        self._points = points.shape[1] // 2


def _means(rows: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    shaped = rows.reshape(3, -1, size)
    return np.stack([shaped[0].mean(axis=1), shaped[1].mean(axis=1), shaped[2][:, 0]])


def _median_of_five(v: Floats) -> Floats:
    """The median of every five neighbours (n - 4,), by comparisons of whole arrays."""
    a, b, c, d, e = v[:-4], v[1:-3], v[2:-2], v[3:-1], v[4:]
    a, b = np.minimum(a, b), np.maximum(a, b)
    d, e = np.minimum(d, e), np.maximum(d, e)
    low, high = np.maximum(a, d), np.minimum(b, e)
    return np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), c))


def _decimals(v: Floats) -> int:
    """Decimal places with which the values were written, at most 9."""
    scale = max(1.0, float(np.abs(v).max()))
    for places in range(9):
        shifted = v * 10.0**places
        if np.abs(shifted - np.round(shifted)).max() <= 1e-9 * scale * 10.0**places:
            return places
    return 9
