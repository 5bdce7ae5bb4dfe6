"""The period with which a signal repeats, if it does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galiot.signals.reading import Floats


@dataclass(frozen=True, slots=True)
class Period:
    """seconds: of one repetition; share: of the variance that repeats; swing: from the lowest to the highest phase."""

    seconds: float
    share: float
    swing: float


def find_period(times: Floats, values: Floats) -> Period | None:
    """Find the dominant period of a course (points,), or None.

    A peak of the spectrum must stand out of red noise with the signal's own memory, be seen at least three times, and
    explain a quarter of the variance when the course is folded by it.
    """
    if len(values) < 24 or np.ptp(values) == 0 or times[-1] <= times[0]:
        return None
    step = (times[-1] - times[0]) / (len(times) - 1)
    grid = np.linspace(times[0], times[-1], len(times))
    v = np.interp(grid, times, values)
    x = np.linspace(-1, 1, len(v))
    v = v - v.mean() - x * float((x * (v - v.mean())).sum() / (x**2).sum())
    low, high = np.quantile(v, [0.005, 0.995])
    v = np.clip(v, low, high) - float(np.clip(v, low, high).mean())
    if not v.any():
        return None
    padded = 1 << (4 * len(v) - 1).bit_length()
    power = np.abs(np.fft.rfft(v * np.hanning(len(v)), padded)) ** 2
    frequency = np.fft.rfftfreq(padded, step)
    usable = (frequency * (grid[-1] - grid[0]) >= 3) & (frequency * step <= 0.45)
    if not usable.any():
        return None
    best = int(np.argmax(np.where(usable, power, 0.0)))
    ratio = power / _red_noise(v, frequency * step)
    around = (frequency > frequency[best] / 3) & (frequency < frequency[best] * 3)
    around &= np.abs(np.arange(len(power)) - best) > 8
    if not around.any() or ratio[best] < np.log(len(v) / 0.0005) * float(np.median(ratio[around])) / np.log(2):
        return None
    seconds = 1.0 / _peak(frequency, power, best)
    share, swing = _folded(grid, v, seconds)
    for times_longer in (2, 3):
        longer = seconds * times_longer
        if longer * 3 <= grid[-1] - grid[0]:
            more, wider = _folded(grid, v, longer)
            if more > share + 0.15:
                seconds, share, swing = longer, more, wider
    return Period(float(seconds), share, swing) if share >= 0.25 else None


def _red_noise(v: Floats, cycles: Floats) -> Floats:
    """The spectrum of noise with the same memory from one point to the next."""
    memory = float(np.clip((v[1:] * v[:-1]).sum() / (v**2).sum(), 0.0, 0.999))
    return 1.0 / (1 + memory**2 - 2 * memory * np.cos(2 * np.pi * cycles))


def _peak(frequency: Floats, power: Floats, best: int) -> float:
    if not 0 < best < len(power) - 1:
        return float(frequency[best])
    left, top, right = np.log(power[best - 1 : best + 2] + 1e-300)
    bend = left - 2 * top + right
    shift = 0.5 * (left - right) / bend if bend else 0.0
    return float(frequency[best] + np.clip(shift, -0.5, 0.5) * (frequency[1] - frequency[0]))


def _folded(t: Floats, v: Floats, seconds: float) -> tuple[float, float]:
    """Share of the variance that the mean of each phase explains, less chance; and the swing of these means."""
    bins = int(np.clip(min(24, seconds / (t[1] - t[0])), 2, 24))
    phase = np.minimum(((t - t[0]) / seconds % 1 * bins).astype(np.int64), bins - 1)
    counts = np.bincount(phase, minlength=bins)
    means = np.bincount(phase, v, minlength=bins) / np.maximum(counts, 1)
    total = float((v**2).sum())
    raw = float((counts * means**2).sum()) / total
    # Neighbouring points are alike, so chance explains as much as a fold of so many independent cycles would.
    cycles = (t[-1] - t[0]) / seconds
    return 1 - (1 - raw) * cycles / max(cycles - 1, 0.5), float(np.ptp(means))
