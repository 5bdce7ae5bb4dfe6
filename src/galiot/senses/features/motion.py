"""What is measured on a window of motion: postures, strengths, rhythms and how the axes go together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from galiot.senses.base import Prepared

Wide = npt.NDArray[np.float64]
Named = Iterator[tuple[str, float]]
_BANDS_HZ = ((0.0, 0.6), (0.6, 1.2), (1.2, 2.5), (2.5, 5.0), (5.0, 12.0))
_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
_LITTLE = 1e-6


def motion_features(prepared: Prepared, window: int) -> dict[str, float]:
    """Return measurements of one window by name, such as "ax.mean"; absent channels have none."""
    values = prepared.windows[window].astype(np.float64) * prepared.scale[:, None] + prepared.level[:, None]
    there = np.flatnonzero(prepared.present)
    names = [prepared.channels[row] for row in there]
    values = values[there]
    made: dict[str, float] = {}
    for name, row in zip(names, values, strict=True):
        made |= {f"{name}.{key}": value for key, value in _channel(row, prepared.rate_hz)}
    for name, rows in _triads(names):
        made |= {f"{name}.{key}": value for key, value in _triad(values[rows], prepared.rate_hz)}
    made |= dict(_together(names, values))
    return made


def _channel(row: Wide, rate_hz: float) -> Named:
    mean = row.mean()
    moved = row - mean
    spread = float(moved.std())
    yield "mean", float(mean)
    yield "std", spread
    for share, value in zip(_SHARES, np.quantile(row, _SHARES), strict=True):
        yield f"q{round(100 * share)}", float(value)
    yield "reach", float(np.ptp(row))
    yield "skew", float(np.mean(moved**3) / (spread**3 + _LITTLE))
    yield "peaked", float(np.mean(moved**4) / (spread**4 + _LITTLE))
    yield "drift", float(row[len(row) // 2 :].mean() - row[: len(row) // 2].mean())
    yield "bend", float(row[len(row) // 3 : 2 * len(row) // 3].mean() - mean)
    steps = np.diff(row) * rate_hz
    yield "jerk", float(np.sqrt(np.mean(steps**2)))
    yield "jerk_of_std", float(np.sqrt(np.mean(steps**2)) / (spread + _LITTLE))
    yield "crossings", float(np.mean(moved[1:] * moved[:-1] < 0) * rate_hz)
    yield from _spectrum(moved, rate_hz)


def _spectrum(moved: Wide, rate_hz: float) -> Named:
    """Where the energy lies: logarithms by band, centre in Hz, and how much one frequency stands out."""
    power = np.abs(np.fft.rfft(moved * np.hanning(len(moved)))) ** 2 / len(moved)
    at = np.fft.rfftfreq(len(moved), 1 / rate_hz)
    whole = float(power.sum()) + _LITTLE
    for low, high in _BANDS_HZ:
        yield f"power_{low:g}", float(np.log10(power[(at >= low) & (at < high)].sum() + _LITTLE))
    yield "centre_hz", float((at * power).sum() / whole)
    yield "pure", float(power.max() / whole)


def _triads(names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Vectors among the channels: three whose names differ in x, y, z at their end."""
    found = []
    for name in names:
        if name.endswith("x"):
            three = [name[:-1] + axis for axis in "xyz"]
            if all(each in names for each in three):
                found.append((name[:-1], [names.index(each) for each in three]))
    return found


def _triad(rows: Wide, rate_hz: float) -> Named:
    """The length of a vector, where it points, and in how many directions it moves."""
    yield from ((f"size.{key}", value) for key, value in _channel(np.linalg.norm(rows, axis=0), rate_hz))
    mean = rows.mean(axis=1)
    for axis, value in zip("xyz", mean / (np.linalg.norm(mean) + _LITTLE), strict=True):
        yield f"points_{axis}", float(value)
    spread, axes = np.linalg.eigh(np.cov(rows))
    yield "energy", float(np.log10(spread.sum() + _LITTLE))
    yield "second", float(spread[1] / (spread[2] + _LITTLE))
    yield "third", float(spread[0] / (spread[2] + _LITTLE))
    for axis, value in zip("xyz", np.abs(axes[:, 2]), strict=True):
        yield f"along_{axis}", float(value)
    for axis, value in zip("xyz", spread_share(rows), strict=True):
        yield f"share_{axis}", float(value)


def spread_share(rows: Wide) -> Wide:
    """Each row's part of the variance of all (rows,)."""
    variance = rows.var(axis=1)
    return np.asarray(variance / (variance.sum() + _LITTLE))


def _together(names: Sequence[str], values: Wide) -> Named:
    """Correlations between channels, at once and a fifth of a window apart."""
    moved = values - values.mean(axis=1, keepdims=True)
    moved /= moved.std(axis=1, keepdims=True) + _LITTLE
    count = moved.shape[1]
    at_once = moved @ moved.T / count
    lag = count // 8
    later = moved[:, lag:] @ moved[:, :-lag].T / (count - lag)
    for one, name in enumerate(names):
        for other in range(len(names)):
            if other < one:
                yield f"{name}~{names[other]}", float(at_once[one, other])
            yield f"{name}>{names[other]}", float(later[one, other])
