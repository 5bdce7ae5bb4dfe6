"""Changes of a prepared window: blind controls, which should cost a sense everything, and noise, which should not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from galiot.learn.sense.augment import hummed, lost, noisy, wandering
from galiot.senses.base import Prepared

Wide = npt.NDArray[np.float64]
Change = Callable[[Prepared, np.random.Generator], Prepared]
_BLOCK_S = 0.1


def shuffled(prepared: Prepared, rng: np.random.Generator) -> Prepared:
    """Put tenths of a second in random order: what is left is heights, no shapes."""
    values = prepared.windows[0]
    block = max(1, round(_BLOCK_S * prepared.rate_hz))
    count = values.shape[1] // block
    order = (rng.permutation(count)[:, None] * block + np.arange(block)).ravel()
    made = values.copy()
    made[:, : count * block] = values[:, order]
    return replace(prepared, windows=made[None])


def zeroed(prepared: Prepared, _: np.random.Generator) -> Prepared:
    """Take the signal away."""
    return replace(prepared, windows=np.zeros_like(prepared.windows), usable=False)


def with_noise(prepared: Prepared, rng: np.random.Generator, *, snr_db: float) -> Prepared:
    """White noise, each channel at its own signal-to-noise ratio."""
    return _changed(prepared, noisy(_values(prepared), snr_db, rng))


def with_hum(prepared: Prepared, rng: np.random.Generator, *, height: float) -> Prepared:
    """Mains hum just below half of the rate, or at 50 Hz."""
    frequency = min(50.0, 0.495 * prepared.rate_hz)
    return _changed(prepared, hummed(_values(prepared), height, frequency, prepared.rate_hz, rng))


def with_wander(prepared: Prepared, rng: np.random.Generator, *, height: float) -> Prepared:
    """A slowly wandering baseline."""
    return _changed(prepared, wandering(_values(prepared), height, prepared.rate_hz, rng))


def with_gain(prepared: Prepared, _: np.random.Generator, *, factor: float) -> Prepared:
    """Another amplification."""
    return _changed(prepared, factor * _values(prepared))


def without(prepared: Prepared, rng: np.random.Generator, *, count: int) -> Prepared:
    """So many channels lost; limb leads that follow from others come back, as they do when a reading is prepared."""
    gone = lost(prepared.channels, rng.permutation(len(prepared.channels))[:count])
    values = _values(prepared)
    values[gone] = 0
    return replace(_changed(prepared, values), present=prepared.present & ~gone)


def _values(prepared: Prepared) -> Wide:
    return np.asarray(prepared.windows[0], np.float64).copy()


def _changed(prepared: Prepared, values: Wide) -> Prepared:
    values[~prepared.present] = 0
    return replace(prepared, windows=values[None].astype(np.float32))


_ANY: dict[str, Change] = {
    "noise, 20 dB": partial(with_noise, snr_db=20.0),
    "noise, 10 dB": partial(with_noise, snr_db=10.0),
    "noise, 5 dB": partial(with_noise, snr_db=5.0),
}
SWEEPS: dict[str, dict[str, Change]] = {
    "ecg": {
        **_ANY,
        "hum, 0.1 mV": partial(with_hum, height=0.1),
        "wander, 0.3 mV": partial(with_wander, height=0.3),
        "gain 0.8": partial(with_gain, factor=0.8),
        "gain 1.25": partial(with_gain, factor=1.25),
        "1 lead lost": partial(without, count=1),
        "2 leads lost": partial(without, count=2),
        "3 leads lost": partial(without, count=3),
    },
    "motion": {
        **_ANY,
        "gain 0.8": partial(with_gain, factor=0.8),
        "gain 1.25": partial(with_gain, factor=1.25),
        "1 channel lost": partial(without, count=1),
    },
    "series": _ANY,
}
