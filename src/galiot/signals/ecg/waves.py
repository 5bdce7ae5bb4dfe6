"""Where the waves of a beat begin and end.

QRS: where all leads together stop being steep. T: where the tangent at its steepest descent meets the baseline
(Lepeschkin and Surawicz 1952). P: from a tenth of its height, gone on as steeply as it rose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galiot.signals.ecg.filters import band_pass, moving_average
from galiot.signals.ecg.median_beat import MedianBeat
from galiot.signals.reading import Floats


@dataclass(frozen=True, slots=True)
class Waves:
    """Samples of a median beat at which its waves begin and end; None for a wave that is not seen.

    level: (leads,) what counts as zero: just before the QRS complex
    """

    p_begins: float | None
    p_ends: float | None
    qrs_begins: float
    qrs_ends: float
    t_peak: float | None
    t_ends: float | None
    level: Floats


def find_waves(beat: MedianBeat, rr_s: float) -> Waves | None:
    """Find the waves of a beat; None where no QRS complex stands out.

    rr_s: usual time from beat to beat, which bounds how far P and T can lie
    """
    values = band_pass(beat.values, beat.rate_hz, 0.0, 60.0)
    speed = _speed(values, beat.rate_hz)
    found = _qrs(speed, beat)
    if found is None:
        return None
    begins, ends = found
    rate = beat.rate_hz
    level = values[:, max(0, round(begins - 0.02 * rate)) : max(1, round(begins - 0.004 * rate))].mean(axis=1)
    noise = beat.noise / max(1, beat.count) ** 0.5
    t_peak, t_ends = _t_wave(values - level[:, None], beat, ends, rr_s, noise)
    p_begins, p_ends = _p_wave(values, beat, begins, rr_s, t_ends, noise)
    return Waves(p_begins, p_ends, begins, ends, t_peak, t_ends, level)


def _speed(values: Floats, rate_hz: float) -> Floats:
    """How fast all leads change together (samples,), in units per second."""
    slope = np.gradient(values, axis=1) * rate_hz
    return np.asarray(np.sqrt(moving_average(slope**2, round(0.006 * rate_hz)).clip(0).mean(axis=0)))


def _qrs(speed: Floats, beat: MedianBeat) -> tuple[float, float] | None:
    rate, middle = beat.rate_hz, beat.middle
    near = slice(middle - round(0.09 * rate), middle + round(0.09 * rate))
    top = near.start + int(np.argmax(speed[near]))
    rest = float(np.quantile(speed[: middle + round(0.35 * rate)], 0.2))
    if speed[top] < 4 * max(rest, 1e-9):
        return None
    before = _quiet(speed[:top][::-1], rest + 0.07 * (speed[top] - rest), round(0.02 * rate), round(0.14 * rate))
    after = _quiet(speed[top:], rest + 0.09 * (speed[top] - rest), round(0.024 * rate), round(0.17 * rate))
    return top - before, top + after


def _quiet(speed: Floats, bound: float, length: int, furthest: int) -> float:
    """Samples until the speed falls below a bound and stays there, or is lowest."""
    low = speed[: furthest + length] < bound
    stays = np.convolve(low, np.ones(length, int), "valid") == length if len(low) >= length else low[:0]
    if not stays.any():
        return float(np.argmin(speed[:furthest])) if len(speed) else 0.0
    first = int(np.argmax(stays))
    if first == 0:
        return 0.0
    above, below = speed[first - 1], speed[first]
    return first - 1 + float((above - bound) / (above - below)) if above > below else float(first)


def _t_wave(
    values: Floats, beat: MedianBeat, qrs_ends: float, rr_s: float, noise: Floats
) -> tuple[float | None, float | None]:
    rate = beat.rate_hz
    first = round(qrs_ends + 0.08 * rate)
    last = min(values.shape[1], round(beat.middle + min(0.62, 0.72 * rr_s) * rate))
    if last - first < 0.1 * rate:
        return None, None
    smooth = band_pass(values, rate, 0.0, 14.0)
    tail = np.median(smooth[:, max(first, last - round(0.04 * rate)) : last], axis=1, keepdims=True)
    size = np.sqrt(np.mean((smooth - tail) ** 2, axis=0))
    peak = first + int(np.argmax(size[first : last - round(0.02 * rate)]))
    height = size[peak] - float(np.median(size[last - round(0.04 * rate) : last]))
    if height < max(0.03, 3 * float(np.sqrt(np.mean(noise[:, first:last] ** 2)))):
        return None, None
    slope = np.gradient(size)
    falling = slope[peak:last]
    if len(falling) < 3:
        return None, None
    steepest = peak + int(np.argmin(falling))
    rest = float(np.quantile(size[steepest:last], 0.1))
    if slope[steepest] >= 0:
        return None, None
    return float(peak), min(float(last), steepest + (size[steepest] - rest) / -slope[steepest])


def _p_wave(
    values: Floats, beat: MedianBeat, qrs_begins: float, rr_s: float, t_ends: float | None, noise: Floats
) -> tuple[float | None, float | None]:
    rate = beat.rate_hz
    earliest = 0.0 if t_ends is None else t_ends - rr_s * rate
    first, last = max(0, round(max(earliest, qrs_begins - 0.34 * rate))), round(qrs_begins - 0.012 * rate)
    if last - first < 0.08 * rate:
        return None, None
    smooth = band_pass(values, rate, 0.0, 25.0)[:, first:last]
    smooth = smooth - _sloping(smooth, round(0.016 * rate))
    size = np.sqrt(np.mean(smooth**2, axis=0))
    peak = int(np.argmax(size))
    height = float(size[peak])
    doubt = float(np.sqrt(np.mean(noise[:, first:last] ** 2)))
    if height < max(0.015, 2.5 * doubt) or not 0.015 * rate < peak < len(size) - 0.01 * rate:
        return None, None
    shape = smooth[:, peak] @ smooth / float(np.linalg.norm(smooth[:, peak]))
    before, after = _foot(shape[: peak + 1][::-1]), _foot(shape[peak:])
    if before is None or after is None or not 0.03 * rate < before + after < 0.19 * rate:
        return None, None
    return first + peak - before, min(first + peak + after, qrs_begins)


def _sloping(values: Floats, width: int) -> Floats:
    """A straight line (leads, samples) from what the values begin with to what they end with."""
    left, right = np.median(values[:, :width], axis=1), np.median(values[:, -width:], axis=1)
    part = np.linspace(0, 1, values.shape[1])
    return np.asarray(left[:, None] * (1 - part) + right[:, None] * part)


def _foot(shape: Floats) -> float | None:
    """Samples from a peak to where its flank would meet the baseline; None where it does not come down."""
    rest = min(0.25 * float(shape[0]), float(np.quantile(shape, 0.25)))
    height = float(shape[0]) - rest
    half, tenth = (np.flatnonzero(shape - rest < share * height) for share in (0.5, 0.12))
    if not len(half):
        return None
    if not len(tenth):
        return float(2 * half[0])
    return float(tenth[0] + 0.6 * min(tenth[0] - half[0], half[0]))
