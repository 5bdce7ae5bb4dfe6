"""Changes of level: where a signal goes from one level to another and stays there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from galiot.signals.reading import Floats

_POINTS = 4096
_WINDOWS = (6, 20, 60)
_REACH, _NEAR = 150, 50
_GAIN = 12.0


@dataclass(frozen=True, slots=True)
class Step:
    """A change between the points place - 1 and place of a course; `certainty` is above 1 for a step."""

    place: int
    before: float
    after: float
    certainty: float

    @property
    def size(self) -> float:
        """Level after less level before."""
        return self.after - self.before


def find_steps(values: Floats) -> list[Step]:
    """Find the steps of a course (points,), in order of place.

    A step is sharp (it stands out of the differences between neighbours, and the level after it stays) or noisy (the
    medians before and after differ by much more than noise without memory explains). Ramps, random walks and slow waves
    are none.
    """
    squeeze = -(-len(values) // _POINTS)
    if squeeze > 1:
        whole = len(values) // squeeze * squeeze
        means = values[:whole].reshape(-1, squeeze).mean(axis=1)
        return [
            Step(_refined(values, step.place * squeeze, squeeze), step.before, step.after, step.certainty)
            for step in find_steps(means)
        ]
    if len(values) < 12 or np.ptp(values) == 0:
        return []
    found: list[tuple[float, int]] = []
    for window in _WINDOWS:
        if len(values) >= 2 * window:
            found += _candidates(values, window)
    chosen: list[tuple[float, int]] = []
    for certainty, place in sorted(found, reverse=True):
        if all(abs(place - other) > 5 for _, other in chosen):
            chosen.append((certainty, place))
            if len(chosen) >= 200:
                break
    scale = 8 * _outstanding(np.diff(values))
    sharp = {place: abs(values[place] - values[place - 1]) > scale for _, place in chosen}
    return _confirmed(values, sorted(sharp), sharp)


def _candidates(v: Floats, w: int) -> list[tuple[float, int]]:
    """Places where the medians of the w points before and after differ beyond the noise, with how far beyond."""
    windows = sliding_window_view(v, w)
    median = np.median(windows, axis=1)
    noise = 1.4826 * np.median(np.abs(windows - median[:, None]), axis=1)
    variance = windows.var(axis=1)
    noise = np.maximum(noise, 0.6 * np.sqrt(variance))
    moves = np.diff(v)
    rough = sliding_window_view(moves**2, w - 1).mean(axis=1) / (2 * variance + 1e-300)
    height = median[w:] - median[:-w]
    places = np.arange(w, len(v) - w + 1)
    local = np.sqrt((noise[w:] ** 2 + noise[:-w] ** 2) / 2)
    floor = _noise_floor(moves)
    local = np.maximum(local, floor)
    jump = np.abs(v[places] - v[places - 1])
    wide = np.abs(v[np.minimum(places + 1, len(v) - 1)] - v[places - 1])
    sharp = np.abs(height) / (4 * local)
    scale = _outstanding(moves)
    sharp = np.minimum(sharp, np.minimum(np.maximum(jump, wide), 1e6 * scale) / (8 * scale)) * (
        np.maximum(jump, wide) > 0.5 * np.abs(height)
    )
    memory = np.clip(1 - np.minimum(rough[w:], rough[:-w]), 0, 0.99)
    bound = local * np.maximum(1.0, 1.25 * 6 * np.sqrt(1 / w) * np.sqrt((1 + memory) / (1 - memory)))
    noisy = np.where(memory < 0.5, np.abs(height) / bound, 0.0) if w >= 20 else np.zeros(len(places))
    certainty = np.maximum(sharp, noisy)
    peaks = np.flatnonzero(certainty > 1)
    made: list[tuple[float, int]] = []
    for group in np.split(peaks, np.flatnonzero(np.diff(peaks) > w // 2) + 1):
        if len(group):
            best = group[np.argmax(certainty[group])]
            made.append((float(certainty[best]), _split(v, int(places[best]), w)))
    return made


def _confirmed(v: Floats, places: list[int], sharp: dict[int, bool]) -> list[Step]:
    """Keep the places where a step says more than a smooth curve; the weakest goes first, the others see further."""
    tested: dict[tuple[int, int, int], tuple[float, float, float]] = {}
    while places:
        bounds = [0, *places, len(v)]
        tests = []
        for left, place, right in zip(bounds, places, bounds[2:], strict=False):
            key = (left, place, right)
            if key not in tested:
                tested[key] = _better_than_smooth(v, left, place, right, sharp[place])
            tests.append(tested[key])
        worst = min(range(len(places)), key=lambda k: tests[k][0])
        if tests[worst][0] >= 1:
            least = 2.5 * _resolution(np.diff(v)) if len(np.unique(v)) > 3 else 0.0
            steps = [
                Step(place, before, after, certainty)
                for place, (certainty, before, after) in zip(places, tests, strict=True)
            ]
            return [step for step in steps if abs(step.size) > least]
        places = places[:worst] + places[worst + 1 :]
    return []


def _better_than_smooth(v: Floats, start: int, place: int, stop: int, sharp: bool) -> tuple[float, float, float]:
    """How much likelier two levels are than a cubic curve (1 is enough), and the levels before and after."""
    left, right = v[max(start, place - _REACH) : place], v[place : min(stop, place + _REACH)]
    if min(len(left), len(right)) < 4:
        return 0.0, 0.0, 0.0
    gain, level, height = _gain(left, right)
    near = _gain(left[-_NEAR:], right[:_NEAR])[0] if max(len(left), len(right)) > _NEAR else gain
    if gain >= _GAIN and near > 0:
        return gain / _GAIN, level, level + height
    before, after = float(np.median(left[-6:])), float(np.median(right[:6]))
    jump = float(right[0] - left[-1])
    stays = sharp and jump * (after - before) > 0 and abs(after - before) > 0.5 * abs(jump)
    return (1.0 if stays and abs(jump) > 8 * _outstanding(np.diff(np.r_[left, right])) else 0.0), before, after


def _gain(left: Floats, right: Floats) -> tuple[float, float, float]:
    """Log likelihood of two levels on one slope over that of a cubic curve; the level before, and the height.

    What the levels leave over counts the less the more each point of it remembers of the one before.
    """
    both = np.concatenate([left, right])
    x = (np.arange(len(both)) - len(left) + 0.5) / len(both)
    found, rest = _fit(np.stack([np.ones_like(x), x, (x > 0).astype(np.float64)], axis=1), both)
    _, smooth = _fit(np.stack([np.ones_like(x), x, x**2, x**3], axis=1), both)
    tiny = 1e-12 * float(np.ptp(both)) ** 2 * len(both) + 1e-300
    power = float((rest**2).sum()) + tiny
    memory = float(np.clip((rest[1:] * rest[:-1]).sum() / power, 0.0, 0.95))
    ratio = (float((smooth**2).sum()) + tiny) / power
    return float(0.5 * len(both) * np.log(ratio) * (1 - memory) / (1 + memory)), float(found[0]), float(found[2])


def _fit(terms: Floats, v: Floats) -> tuple[Floats, Floats]:
    found: Floats = np.asarray(np.linalg.lstsq(terms, v, rcond=None)[0], np.float64)
    return found, v - terms @ found


def _split(v: Floats, place: int, w: int) -> int:
    """The place near `place` that parts the points best into two levels."""
    start, stop = max(0, place - w), min(len(v), place + w)
    part = v[start:stop]
    before, after = np.median(v[start:place]), np.median(v[place:stop])
    cost = np.cumsum(np.abs(part - before) - np.abs(part - after))
    return start + int(np.argmin(cost[:-1])) + 1


def _refined(v: Floats, place: int, squeeze: int) -> int:
    return _split(v, min(max(place, 1), len(v) - 1), 2 * squeeze)


def _noise_floor(moves: Floats) -> float:
    """What a point may differ from its neighbour without saying anything: the resolution, or the usual move."""
    sizes = np.abs(moves)
    return max(float(np.median(sizes)), 0.5 * min(_resolution(moves), float(sizes.mean()) * 10), 1e-300)


def _resolution(moves: Floats) -> float:
    """The smallest move that is made again and again."""
    sizes = np.abs(moves)
    nonzero = sizes[sizes > 1e-9 * sizes.max()]
    return float(np.quantile(nonzero, 0.02)) if len(nonzero) > 1 else 0.0


def _outstanding(moves: Floats) -> float:
    """The scale of the usual differences between neighbours, careful where they have long tails."""
    sizes = np.abs(moves)
    return max(1.4826 * float(np.median(sizes)), float(np.quantile(sizes, 0.9)) / 1.645, 1e-300)
