"""Stretches of a reading on an even grid of another rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from galiot.signals.ecg.filters import band_pass
from galiot.signals.reading import Floats, Reading

_PASSED = 0.45  # of the new rate: what is faster would be taken for something slower
_LONGEST_GAP_S = 0.2
_HIT = 1e-4  # of a step
_EVEN = 0.02  # of a step: deviation of steps that still count as even


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a reading lies in time: samples, first and last time, usual step."""

    samples: int
    first_s: float
    last_s: float
    step_s: float

    @property
    def seconds(self) -> float:
        """From the first sample to the end of the last one."""
        return self.last_s - self.first_s + self.step_s


def extent_of(reading: Reading) -> Extent | None:
    """Go through a reading once and tell how long it is; None where it is shorter than two samples."""
    samples, first_s, last_s = 0, math.nan, math.nan
    steps: list[float] = []
    for times, _ in reading.blocks():
        if not len(times):
            continue
        if not samples:
            first_s = float(times[0])
        samples, last_s = samples + len(times), float(times[-1])
        if len(times) > 1:
            steps.append(float(np.median(np.diff(times))))
    step_s = float(np.median(steps)) if steps else 0.0
    return Extent(samples, first_s, last_s, step_s) if samples > 1 and step_s > 0 and last_s > first_s else None


def stretches_of(reading: Reading, bounds: Sequence[tuple[float, float]]) -> list[tuple[Floats, Floats, int]]:
    """Go through a reading once and cut stretches out of it.

    bounds: when each begins and ends, in s, ascending; they may overlap
    returns: for each, times (samples,), values (channels, samples), and the number of its first sample
    """
    parts: list[list[tuple[Floats, Floats]]] = [[] for _ in bounds]
    firsts, seen = [0] * len(bounds), 0
    for times, values in reading.blocks():
        for number, (start_s, stop_s) in enumerate(bounds):
            low, high = (int(place) for place in np.searchsorted(times, [start_s, stop_s]))
            if high > low:
                firsts[number] = firsts[number] if parts[number] else seen + low
                parts[number].append((times[low:high].copy(), values[:, low:high].copy()))
        seen += len(times)
        if len(times) and times[-1] >= bounds[-1][1]:
            break
    return [(*_joined(part, len(reading.channels)), first) for part, first in zip(parts, firsts, strict=True)]


def on_grid(times: Floats, values: Floats, grid: Floats) -> Floats:
    """Return a channel at other times (grid,): NaN outside of what is known and in long gaps.

    times, values: (samples,), NaN where there is none; what the new rate cannot hold is filtered out before
    """
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(grid), np.nan)
    t, x = times[known], values[known]
    step, wanted = float(np.median(np.diff(t))), float(grid[1] - grid[0])
    even = abs(len(t) - 1 - (t[-1] - t[0]) / step) < 0.5 and np.abs(np.diff(t) / step - 1).max() < _EVEN
    if step < 0.98 * wanted:
        x = band_pass(x, 1 / step, 0.0, _PASSED / wanted) if even else _averaged(t, x, wanted)
    made = _cubic(x, (grid - t[0]) / step) if even else np.interp(grid, t, x)
    return _without_gaps(made, t, grid, max(_LONGEST_GAP_S, 2.5 * step, 1.5 * wanted))


def _joined(parts: Sequence[tuple[Floats, Floats]], channels: int) -> tuple[Floats, Floats]:
    if not parts:
        return np.empty(0), np.empty((channels, 0))
    return np.concatenate([times for times, _ in parts]), np.concatenate([values for _, values in parts], axis=1)


def _without_gaps(made: Floats, times: Floats, grid: Floats, longest_s: float) -> Floats:
    place = np.searchsorted(times, grid)
    after = times[np.minimum(place, len(times) - 1)]
    before = times[np.maximum(place - 1, 0)]
    far = (after - before > longest_s) & (np.minimum(np.abs(after - grid), np.abs(grid - before)) > longest_s / 4)
    outside = (grid < times[0] - longest_s / 2) | (grid > times[-1] + longest_s / 2)
    return np.where(far | outside, np.nan, made)


def _averaged(times: Floats, values: Floats, width_s: float) -> Floats:
    """Mean of what lies within half of `width_s` around each sample."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    low, high = np.searchsorted(times, times - width_s / 2), np.searchsorted(times, times + width_s / 2, side="right")
    return np.asarray((total[high] - total[low]) / (high - low))


def _cubic(values: Floats, at: Floats) -> Floats:
    """Catmull-Rom interpolation of even samples at fractional places; the ends stand outside of them."""
    last = len(values) - 1
    at = np.clip(at, 0, last)
    near = at.round()
    at = np.where(np.abs(at - near) < _HIT, near, at)  # a sample stays what it is, to the last bit
    place: npt.NDArray[np.int64] = np.minimum(at.astype(np.int64), last - 1)
    part = at - place
    longer = np.concatenate([[2 * values[0] - values[1]], values, [2 * values[-1] - values[-2]]])
    a, b, c, d = (longer[place + step] for step in range(4))
    return np.asarray(b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a))))
