"""Variations of training windows: what a recording could have been as well, with the same labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from galiot.senses.recipe import AugmentRecipe
from galiot.signals.ecg.leads import LIMB

Wide = npt.NDArray[np.float64]
Present = npt.NDArray[np.bool_]


def vary(
    values: Wide,
    present: Present,
    settings: AugmentRecipe,
    *,
    channels: Sequence[str],
    rate_hz: float,
    rng: np.random.Generator,
) -> tuple[Wide, Present]:
    """Return another version of a window (channels, samples), and which channels it still has."""
    made = np.array(values, np.float64)
    if settings.mirror and rng.random() < 0.5:
        made = mirrored(made, channels, settings.mirror)
    if settings.turn_deg:
        made = turned(made, channels, np.radians(settings.turn_deg), rng)
    if settings.stretch:
        made = stretched(made, float(np.exp(settings.stretch * rng.normal())))
    low, high = settings.gain
    if high > low:
        made *= np.exp(rng.uniform(np.log(low), np.log(high)))
    made = _disturbed(made, settings, rate_hz, rng)
    kept = present.copy()
    if settings.lost and rng.random() < 0.5:
        kept = kept & ~lost(channels, rng.permutation(len(channels))[: rng.integers(1, settings.lost + 1)])
    made[~kept] = 0
    return made, kept


def mirrored(values: Wide, channels: Sequence[str], turning: Sequence[str]) -> Wide:
    """The other side of the body: some channels change their sign."""
    return np.where(np.isin(channels, turning)[:, None], -values, values)


def noisy(values: Wide, snr_db: float, rng: np.random.Generator) -> Wide:
    """Add white noise to each channel, so that its signal stands `snr_db` above it."""
    power = values.var(axis=1, keepdims=True)
    return np.asarray(values + rng.normal(size=values.shape) * np.sqrt(power / 10 ** (snr_db / 10)))


def hummed(values: Wide, height: float, frequency_hz: float, rate_hz: float, rng: np.random.Generator) -> Wide:
    """Add mains hum of a height, in each channel with a phase of its own."""
    times = np.arange(values.shape[1]) / rate_hz
    phase = rng.uniform(0, 2 * np.pi, (len(values), 1))
    return np.asarray(values + height * np.sin(2 * np.pi * frequency_hz * times + phase))


def wandering(values: Wide, height: float, rate_hz: float, rng: np.random.Generator) -> Wide:
    """Add a slow wander of the baseline, as breathing and loose electrodes make it."""
    times = np.arange(values.shape[1]) / rate_hz
    made = values
    for frequency_hz in (0.15, 0.31):
        phase = rng.uniform(0, 2 * np.pi, (len(values), 1))
        made = made + 0.5 * height * np.sin(2 * np.pi * frequency_hz * times + phase)
    return np.asarray(made)


def lost(channels: Sequence[str], places: npt.NDArray[np.int64]) -> Present:
    """Which channels are gone (channels,); limb leads follow from any two that are left and come back."""
    gone = np.zeros(len(channels), bool)
    gone[places] = True
    limbs = np.isin(channels, LIMB)
    if limbs.sum() == len(LIMB) and (limbs & ~gone).sum() >= 2:
        gone &= ~limbs
    return gone


def turned(values: Wide, channels: Sequence[str], spread: float, rng: np.random.Generator) -> Wide:
    """Turn every vector of three channels (whose names end in x, y, z) about one random axis."""
    turn = _rotation(spread * rng.normal(size=3))
    made = values.copy()
    for name in channels:
        three = [name[:-1] + axis for axis in "xyz"]
        if name.endswith("x") and all(each in channels for each in three):
            rows = [list(channels).index(each) for each in three]
            made[rows] = turn @ values[rows]
    return made


def stretched(values: Wide, factor: float) -> Wide:
    """Play a window slower (factor above 1) or faster about its middle; ends are held."""
    count = values.shape[1]
    middle = (count - 1) / 2
    at = middle + (np.arange(count) - middle) / factor
    return np.stack([np.interp(at, np.arange(count), row) for row in values])


def _disturbed(values: Wide, settings: AugmentRecipe, rate_hz: float, rng: np.random.Generator) -> Wide:
    if settings.snr_db and rng.random() < 0.6:
        values = noisy(values, rng.uniform(*settings.snr_db), rng)
    if settings.hum[1] and rng.random() < 0.4:
        values = hummed(values, rng.uniform(*settings.hum), rng.uniform(45, 50), rate_hz, rng)
    if settings.wander[1] and rng.random() < 0.5:
        values = wandering(values, rng.uniform(*settings.wander), rate_hz, rng)
    return values


def _rotation(vector: Wide) -> Wide:
    """Rodrigues' formula: the rotation about a vector by its length in radians."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)
