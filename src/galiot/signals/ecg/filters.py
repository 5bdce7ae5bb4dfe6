"""Filters without delay, by windowed sinc kernels; no samples are lost at the ends."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from galiot.signals.reading import Floats


def band_pass(values: Floats, rate_hz: float, low_hz: float, high_hz: float) -> Floats:
    """Keep what lies between two frequencies; values (..., samples). A bound of 0 or above half the rate is none."""
    made = values
    if high_hz < 0.5 * rate_hz:
        made = _smoothed(made, _low_pass(round(_taps(rate_hz, high_hz)), high_hz / rate_hz))
    if low_hz > 0:
        made = made - _smoothed(made, _low_pass(round(_taps(rate_hz, low_hz)), low_hz / rate_hz))
    return np.asarray(made)


def moving_average(values: Floats, width: int) -> Floats:
    """Mean of `width` samples around each; values (..., samples)."""
    width = max(1, min(width, values.shape[-1]))
    return _smoothed(values, np.full(width, 1 / width))


def _taps(rate_hz: float, cut_hz: float) -> float:
    return max(3.0, 1.6 * rate_hz / cut_hz)


@lru_cache(64)
def _low_pass(taps: int, cut: float) -> Floats:
    taps |= 1
    at = np.arange(taps) - taps // 2
    kernel = np.sinc(2 * cut * at) * np.hamming(taps)
    return np.asarray(kernel / kernel.sum())


def _smoothed(values: Floats, kernel: Floats) -> Floats:
    """Convolve the last axis; the ends go on as they are mirrored at their points."""
    count, half = values.shape[-1], len(kernel) // 2
    reach = min(half, count - 1)
    first, last = values[..., :1], values[..., -1:]
    before = 2 * first - values[..., reach:0:-1]
    after = 2 * last - values[..., -2 : -2 - reach : -1] if reach else values[..., :0]
    pad = [(0, 0)] * (values.ndim - 1) + [(half - reach, half - reach)]
    longer = np.pad(np.concatenate([before, values, after], axis=-1), pad, mode="edge")
    size = 1 << math.ceil(math.log2(longer.shape[-1] + len(kernel)))
    made = np.fft.irfft(np.fft.rfft(longer, size) * np.fft.rfft(kernel, size), size)
    begin = len(kernel) - 1
    return np.asarray(made[..., begin : begin + count])


def upsampled(values: Floats, factor: int) -> Floats:
    """Interpolate the last axis cubically (Catmull-Rom) to `factor` times the rate; n give (n - 1) factor + 1."""
    if factor == 1 or values.shape[-1] < 2:
        return values
    padded = np.concatenate(
        [2 * values[..., :1] - values[..., 1:2], values, 2 * values[..., -1:] - values[..., -2:-1]], axis=-1
    )
    count = (values.shape[-1] - 1) * factor + 1
    at = np.arange(count) / factor
    place = np.minimum(at.astype(int), values.shape[-1] - 2)
    part = at - place
    a, b, c, d = (padded[..., place + step] for step in range(4))
    return np.asarray(b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a))))
