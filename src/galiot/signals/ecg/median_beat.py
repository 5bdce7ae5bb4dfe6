"""One beat that stands for many: aligned, sorted by shape, and the median of the commonest shape."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galiot.signals.ecg.filters import upsampled
from galiot.signals.reading import Floats

BEFORE_S, AFTER_S = 0.42, 0.62
FINE_HZ = 500.0
_SHIFT_S = 0.04
_ALIKE = 0.86
_MOST = 400
"""Beats that a median is taken of; of more, evenly spread ones."""


@dataclass(frozen=True, slots=True)
class MedianBeat:
    """The commonest beat of a stretch.

    values: (leads, samples) around the middle of its QRS complex
    rate_hz: that of `values`, a multiple of the recording's
    middle: the sample of the beat's mark
    noise: (leads, samples) how far a single beat lies from it, typically, in the unit of the values
    alike: (beats,) which of the beats have this shape
    places: (beats,) the marks after alignment, in samples of the recording, as fractions
    """

    values: Floats
    rate_hz: float
    middle: int
    noise: Floats
    alike: NDArray[np.bool_]
    places: Floats

    @property
    def count(self) -> int:
        """Beats of this shape."""
        return int(self.alike.sum())


def median_beat(values: Floats, rate_hz: float, beats: NDArray[np.int64]) -> MedianBeat | None:
    """Return the commonest beat of a recording (leads, samples), or None where no beat lies whole in it."""
    before, after = round(BEFORE_S * rate_hz), round(AFTER_S * rate_hz)
    slack = math.ceil(_SHIFT_S * rate_hz)
    inside = np.flatnonzero((beats >= before + slack) & (beats + after + slack < values.shape[1]))
    if not len(inside):
        return None
    chosen = inside[np.linspace(0, len(inside) - 1, min(len(inside), _MOST)).round().astype(int)]
    factor = max(1, math.ceil(FINE_HZ / rate_hz))
    cut = np.stack([values[:, beats[place] - before - slack : beats[place] + after + slack + 1] for place in chosen])
    fine = upsampled(cut, factor)
    slack *= factor
    middle, rate = before * factor, rate_hz * factor
    core = slice(middle - round(0.12 * rate), middle + round(0.3 * rate))
    shifts, alike = _sorted(fine, slack, core)
    aligned = _shifted(fine, shifts, slack)
    median = np.median(aligned[alike], axis=0)
    noise = np.sqrt(np.mean((aligned[alike] - median) ** 2, axis=0))
    everyone = np.zeros(len(beats), bool)
    everyone[chosen] = alike
    places = beats.astype(np.float64)
    places[chosen] += shifts / factor
    if len(chosen) < len(inside):
        everyone[inside] |= _also_alike(values, beats, inside, median[:, ::factor], before, core, factor)
    return MedianBeat(median, rate, middle, noise, everyone, places)


def _sorted(fine: Floats, slack: int, core: slice) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Shifts (beats,) that align the beats with the commonest shape, and which have that shape."""
    shifts = np.zeros(len(fine), np.int64)
    template = _commonest(_shifted(fine, shifts, slack)[:, :, core])
    alike = np.ones(len(fine), bool)
    for _ in range(3):
        shifts, fits = _aligned(fine, template, slack, core)
        alike = fits > _ALIKE
        if not alike.any():
            alike[np.argmax(fits)] = True
        template = np.median(_shifted(fine, shifts, slack)[alike][:, :, core], axis=0)
    return shifts, alike


def _commonest(beats: Floats) -> Floats:
    """The beat to which most others are alike."""
    flat = _normalised(beats.reshape(len(beats), -1))
    likeness = flat @ flat.T
    return np.asarray(beats[np.argmax((likeness > _ALIKE - 0.06).sum(axis=1) + 0.1 * likeness.mean(axis=1))])


def _aligned(fine: Floats, template: Floats, slack: int, core: slice) -> tuple[NDArray[np.int64], Floats]:
    """The shift of each beat at which it is most like a template, and how much it is."""
    wanted = _normalised(template.reshape(1, -1))[0]
    fits = np.stack(
        [
            _normalised(fine[:, :, core.start + slack + shift : core.stop + slack + shift].reshape(len(fine), -1))
            @ wanted
            for shift in range(-slack, slack + 1)
        ]
    )
    best = fits.argmax(axis=0)
    return best - slack, fits.max(axis=0)


def _shifted(fine: Floats, shifts: NDArray[np.int64], slack: int) -> Floats:
    width = fine.shape[2] - 2 * slack
    return np.stack([beat[:, slack + shift : slack + shift + width] for beat, shift in zip(fine, shifts, strict=True)])


def _normalised(rows: Floats) -> Floats:
    rows = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, length, out=np.zeros_like(rows), where=length > 0))


def _also_alike(
    values: Floats,
    beats: NDArray[np.int64],
    inside: NDArray[np.int64],
    median: Floats,
    before: int,
    core: slice,
    factor: int,
) -> NDArray[np.bool_]:
    """Which of the beats of a long recording have the shape of its median, shifted by one sample at most."""
    first, last = core.start // factor, core.stop // factor
    wanted = _normalised(median[:, first:last].reshape(1, -1))[0]
    made = np.zeros(len(inside), bool)
    for number, place in enumerate(inside):
        begin = beats[place] - before + first
        around = [values[:, begin + shift : begin + shift + last - first].reshape(1, -1) for shift in (-2, -1, 0, 1, 2)]
        made[number] = bool((_normalised(np.concatenate(around)) @ wanted).max() > _ALIKE - 0.03)
    return made
