"""What can be said of each lead before anything is measured on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from galiot.signals.ecg.filters import band_pass
from galiot.signals.reading import Floats

FLAT_MV = 0.02
REPEATS = 0.25
"""Complexes that are less alike are noise: of noise alone the likeness is 0 +- 0.1."""
_CLEAN, _NOISY = 12.0, 4.0


@dataclass(frozen=True, slots=True)
class Quality:
    """A lead's state; `ratio` is the height of its complexes over its noise (both in the unit of the lead)."""

    state: Literal["good", "noisy", "unusable", "flat", "saturated", "absent"]
    ratio: float
    noise: float
    missing: float

    @property
    def usable(self) -> bool:
        """Whether measurements may be taken from it."""
        return self.state in ("good", "noisy")


def quality_of(values: Floats, rate_hz: float) -> Quality:
    """Judge one lead (samples,) that may have gaps (NaN)."""
    known = np.isfinite(values)
    missing = 1 - float(known.mean()) if len(values) else 1.0
    if missing > 0.5:
        return Quality("absent", 0.0, 0.0, missing)
    filled = filled_in(values)
    inner = band_pass(filled, rate_hz, 0.7, min(40.0, 0.4 * rate_hz))
    window = max(2, round(1.5 * rate_hz))
    heights = _heights(inner, window)
    height = float(np.median(heights))
    if height < FLAT_MV:
        return Quality("flat", 0.0, 0.0, missing)
    if _saturated(filled):
        return Quality("saturated", 0.0, 0.0, missing)
    rest = inner - _slowly(inner, rate_hz)
    noise = 1.4826 * float(np.median(np.abs(rest)))
    ratio = height / max(noise, 1e-9)
    state: Literal["good", "noisy", "unusable"] = (
        "good" if ratio > _CLEAN else "noisy" if ratio > _NOISY else "unusable"
    )
    return Quality(state, ratio, noise, missing)


def repeats(values: Floats, rate_hz: float, beats: NDArray[np.int64]) -> Floats:
    """Return how alike the complexes of each lead are (leads,): the mean correlation of one with the others' mean.

    values: leads (leads, samples) without gaps; beats: samples of the middles; 1 for fewer than four beats
    """
    half = max(2, round(0.08 * rate_hz))
    inner = beats[(beats >= half) & (beats < values.shape[1] - half)]
    if len(inner) < 4:
        return np.ones(len(values))
    parts = values[:, inner[:, None] + np.arange(-half, half + 1)]
    parts = parts - parts.mean(axis=2, keepdims=True)
    others = parts.sum(axis=1, keepdims=True) - parts
    size = np.linalg.norm(parts, axis=2) * np.linalg.norm(others, axis=2)
    return np.asarray(((parts * others).sum(axis=2) / np.maximum(size, 1e-12)).mean(axis=1))


def filled_in(values: Floats) -> Floats:
    """Bridge gaps by straight lines, so that filters can pass; all zero where nothing is known."""
    known = np.isfinite(values)
    if known.all():
        return values
    if not known.any():
        return np.zeros_like(values)
    places = np.arange(len(values))
    return np.interp(places, places[known], values[known])


def _heights(values: Floats, window: int) -> Floats:
    """From lowest to highest in each stretch."""
    whole = len(values) // window * window
    parts = values[:whole].reshape(-1, window) if whole else values[None]
    return np.asarray(np.ptp(parts, axis=1))


def _slowly(values: Floats, rate_hz: float) -> Floats:
    """The same without what is faster than the waves of a heart at rest."""
    return band_pass(values, rate_hz, 0.0, 18.0) if rate_hz > 40 else values


def _saturated(values: Floats) -> bool:
    """Whether the signal stands at its highest or lowest value for a good part, in runs."""
    for bound in (values.max(), values.min()):
        at = values == bound
        runs = at[1:] & at[:-1]
        if runs.mean() > 0.03:
            return True
    return False
