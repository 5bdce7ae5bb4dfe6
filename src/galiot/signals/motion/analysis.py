"""What is measured on the motion of one sensor: strength, rhythm, repetitions, and how it hangs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from galiot.signals.motion.axes import Axes, find_axes, in_ms2
from galiot.signals.reading import Floats, Reading

LONGEST_S = 600.0
"""What is measured of a long recording: its first ten minutes."""
_RATE_HZ = 50.0
_GRAVITY_S = 3.0
_SHORTEST_S = 3.0
_SLOWEST_HZ = 8.0
_PERIODS_S = (0.25, 8.0)
_REPEATS = 0.35
"""Least autocorrelation of a movement that repeats; of noise it is 0.1 +- 0.05 at its highest."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A movement that repeats.

    period_s: of one repetition; doubt_s: how uncertain that is
    repetitions: how many there are; likeness: of one to the next, 0 to 1
    """

    period_s: float
    doubt_s: float
    repetitions: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Motion:
    """What was measured on the samples 0 to `samples` of a reading.

    intensity: root mean square of the acceleration without gravity, m/s²; None without acceleration in a known unit
    gravity: mean direction (3,) of gravity as the sensor sees it; None alike; sway_deg: how much it turns about it
    turning: root mean square of the turning rate and its unit; None without a gyroscope
    """

    samples: int
    intensity: float | None
    gravity: Floats | None
    sway_deg: float
    turning: tuple[float, str] | None
    rhythm: Rhythm | None
    limits: list[str] = field(default_factory=list)


def measure(reading: Reading) -> Motion | None:
    """Measure a reading; None where it has no three axes of motion, or too little of them."""
    axes = find_axes(reading.channels)
    if not axes:
        return None
    times, values = _head(reading)
    if _reason(times):
        return None
    limits: list[str] = []
    moving: list[Floats] = []
    intensity: float | None = None
    gravity: Floats | None = None
    sway, turning = 0.0, None
    for found in axes:
        even = _evenly(times, values[list(found.places)])
        if even is None:
            limits.append(f"the {found.kind} has no values for more than half of the time")
        elif found.kind == "acceleration":
            scaled, said = in_ms2(even, [reading.channels[place] for place in found.places])
            limits += [said] if said else []
            slow = _slow(scaled)
            moving.append(scaled - slow)
            if "not known" not in said and "different" not in said:
                intensity, gravity, sway = _strength(scaled - slow), _direction(slow), _sway(slow)
        else:
            moving.append(even - _slow(even))
            turning = (_strength(even), _unit(reading, found))
    rhythm = _rhythm(moving) if moving else None
    return Motion(len(times), intensity, gravity, sway, turning, rhythm, limits)


def unmeasurable(reading: Reading) -> str:
    """Why the axes of motion cannot be measured; "" where they can, or there are none."""
    return _reason(_head(reading)[0]) if find_axes(reading.channels) else ""


def _reason(times: Floats) -> str:
    if len(times) < 2 or times[-1] - times[0] < _SHORTEST_S:
        return f"the movement is too short to be measured: {_SHORTEST_S:.0f} s are needed"
    if float(np.median(np.diff(times))) > 1 / _SLOWEST_HZ:
        return f"the movement is sampled too slowly to be measured: {_SLOWEST_HZ:.0f} samples a second are needed"
    return "" if float(np.median(np.diff(times))) > 0 else "the times of the movement stand still"


def _head(reading: Reading) -> tuple[Floats, Floats]:
    parts: list[tuple[Floats, Floats]] = []
    for block in reading.blocks():
        parts.append(block)
        if len(block[0]) and block[0][-1] - parts[0][0][0] > LONGEST_S:
            break
    if not parts:
        return np.empty(0), np.empty((len(reading.channels), 0))
    times = np.concatenate([part[0] for part in parts])
    count = int(np.searchsorted(times, times[0] + LONGEST_S)) if len(times) else 0
    return times[:count], np.concatenate([part[1] for part in parts], axis=1)[:, :count]


def _evenly(times: Floats, values: Floats) -> Floats | None:
    """The axes (3, samples) at 50 Hz; None where one is mostly missing."""
    grid = np.arange(times[0], times[-1], 1 / _RATE_HZ)
    rows = []
    for row in values:
        known = np.isfinite(row)
        if known.mean() < 0.5:
            return None
        rows.append(np.interp(grid, times[known], row[known]))
    return np.stack(rows)


def _slow(values: Floats) -> Floats:
    """The mean of three seconds around each sample, taken twice, of which a movement that repeats leaves little."""
    for _ in range(2):
        width = min(round(_GRAVITY_S * _RATE_HZ), values.shape[1] - 1) | 1
        half = width // 2
        padded = np.pad(values, [(0, 0), (half, half)], mode="reflect" if values.shape[1] > half else "edge")
        total = np.cumsum(np.pad(padded, [(0, 0), (1, 0)]), axis=1)
        values = (total[:, width:] - total[:, :-width]) / width
    return np.asarray(values)


def _strength(values: Floats) -> float:
    return float(np.sqrt((values**2).sum(axis=0).mean()))


def _direction(slow: Floats) -> Floats | None:
    mean = slow.mean(axis=1)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length) if length > 1e-6 else None


def _sway(slow: Floats) -> float:
    """Root mean square of the angle between gravity now and on the whole, in degrees."""
    mean = slow.mean(axis=1)
    lengths = np.linalg.norm(slow, axis=0) * np.linalg.norm(mean)
    cosine = (mean @ slow / np.maximum(lengths, 1e-9)).clip(-1, 1)
    return math.degrees(float(np.sqrt(np.mean(np.arccos(cosine) ** 2))))


def _unit(reading: Reading, axes: Axes) -> str:
    return reading.channels[axes.places[0]].unit


def _rhythm(moving: list[Floats]) -> Rhythm | None:
    """The shortest time after which all axes together repeat (autocorrelation of the vector)."""
    rows = np.concatenate([part / max(float(part.std()), 1e-9) for part in moving])
    count = rows.shape[1]
    size = 1 << (2 * count - 1).bit_length()
    power = (np.abs(np.fft.rfft(rows, size)) ** 2).sum(axis=0)
    likeness = np.fft.irfft(power, size)[:count] / np.arange(count, 0, -1)
    if likeness[0] <= 0:
        return None
    likeness = likeness / likeness[0]
    first, last = round(_PERIODS_S[0] * _RATE_HZ), min(round(_PERIODS_S[1] * _RATE_HZ), count // 3)
    peaks = [at for at in range(first, last) if likeness[at] == likeness[max(0, at - 6) : at + 7].max()]
    best = max((likeness[at] for at in peaks), default=0.0)
    if best < _REPEATS:
        return None
    at = next(at for at in peaks if likeness[at] >= 0.85 * best)
    period_s = _between(likeness, at) / _RATE_HZ
    repetitions, doubt_s = _count(rows, period_s)
    return Rhythm(period_s, doubt_s, repetitions, float(likeness[at])) if repetitions >= 2 else None


def _between(likeness: Floats, at: int) -> float:
    """Where the parabola through a peak and its neighbours is highest."""
    left, top, right = likeness[at - 1 : at + 2]
    bend = left - 2 * top + right
    return at + (0.5 * float(left - right) / float(bend) if bend < 0 else 0.0)


def _count(rows: Floats, period_s: float) -> tuple[int, float]:
    """How often the strongest course of the movement swings, and the standard error of its period."""
    axes = np.linalg.svd(rows @ rows.T)[0]
    course = axes[:, 0] @ rows
    width = max(1, round(0.3 * period_s * _RATE_HZ))
    smooth = np.convolve(course, np.hanning(width + 2)[1:-1] / np.hanning(width + 2).sum(), "same")
    bound = 0.35 * float(smooth.std())
    armed, swings = True, list[int]()
    for place, value in enumerate(smooth.tolist()):
        if armed and value > bound:
            armed = False
            if not swings or place - swings[-1] > 0.5 * period_s * _RATE_HZ:
                swings.append(place)
        elif value < -bound:
            armed = True
    apart = np.diff(swings) / _RATE_HZ
    doubt = float(apart.std() / math.sqrt(len(apart))) if len(apart) > 1 else 0.1 * period_s
    return len(swings), doubt
