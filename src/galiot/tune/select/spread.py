"""Rows that stand for all others: facility location over the model's own hidden states."""

from __future__ import annotations

import numpy as np

from galiot.tune.select.base import Candidates, Floats, Ints, Selector
from galiot.tune.select.difficulty import filled

_DIMS = 128  # of the directions in which rows differ most
_BLOCK = 32  # rows whose gains are computed at once


class Spread(Selector):
    """The rows to which the others are nearest, in sum.

    Facility location is submodular, so that taking the row of the greatest gain each time comes within 1 - 1/e of the
    best choice (Nemhauser et al. 1978), and a gain once computed is a bound for later (Minoux 1978): the same rows are
    found with a hundredth of the work.
    """

    name = "spread"
    needs_places = True

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Ints:
        """See `Selector.choose`."""
        return facility_location(candidates.places, count, np.ones(candidates.count, np.float32))


class Both(Selector):
    """Spread, where a row counts as much as it is difficult."""

    name = "both"
    needs_places = needs_difficulty = True

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Ints:
        """See `Selector.choose`."""
        return facility_location(candidates.places, count, filled(candidates.difficulty).astype(np.float32))


def facility_location(places: Floats, count: int, weights: Floats) -> Ints:
    """Return `count` rows, greedily, that make sum_i weights_i * max_j similarity(i, j) large; the best comes first.

    places: (rows, dims) float32 of length 1; the similarity is their product, and 0 where that is negative
    weights: (rows,) float32, how much each row counts

    Gains are exact, and computed for a few rows at a time: no matrix of rows by rows exists.
    """
    rows = len(places)
    covered = np.zeros(rows, np.float32)
    bounds = np.concatenate(
        [_gains(places, covered, weights, np.arange(i, min(i + _BLOCK, rows))) for i in range(0, rows, _BLOCK)]
    )
    chosen = np.empty(count, np.int64)
    for number in range(count):
        chosen[number] = _best(places, covered, weights, bounds)
        np.maximum(covered, places @ places[chosen[number]], out=covered)
        bounds[chosen[number]] = -np.inf
    return chosen


def coverage(places: Floats, chosen: Ints) -> float:
    """Return the mean similarity, 0 to 1, of a row to the nearest of those that were chosen."""
    covered = np.zeros(len(places), np.float32)
    for i in range(0, len(chosen), _BLOCK):
        np.maximum(covered, (places @ places[chosen[i : i + _BLOCK]].T).max(axis=1), out=covered)
    return float(covered.mean(dtype=np.float64))


def places_of(hidden: Floats) -> Floats:
    """Return where rows stand: hidden states (rows, width) -> (rows, dims) float32 of length 1.

    Each number is brought to mean 0 and deviation 1 over the rows first: a few of them are a hundred times larger than
    the others in most models, and the same in every row. Then the directions in which rows differ most are kept.
    """
    x = hidden.astype(np.float64)
    x -= x.mean(axis=0)
    x /= x.std(axis=0) + 1e-6
    if x.shape[1] > _DIMS:
        _, vectors = np.linalg.eigh(x.T @ x)
        x = x @ vectors[:, : -_DIMS - 1 : -1]
    length = np.linalg.norm(x, axis=1, keepdims=True)
    unit: Floats = np.divide(x, length, out=np.zeros_like(x), where=length > 1e-6)
    return unit.astype(np.float32)


def _gains(places: Floats, covered: Floats, weights: Floats, rows: Ints) -> Floats:
    """Return how much each of some rows would add."""
    more = places @ places[rows].T
    more -= covered[:, None]
    np.maximum(more, 0, out=more)
    gains: Floats = weights @ more
    return gains


def _best(places: Floats, covered: Floats, weights: Floats, bounds: Floats) -> int:
    """Return the row of the greatest gain; bounds on gains (rows,) are made exact where they are looked at."""
    stale = bounds.copy()
    best, gain = -1, -np.inf
    while True:
        top = np.argpartition(stale, -_BLOCK)[-_BLOCK:] if len(stale) > _BLOCK else np.arange(len(stale))
        top = np.sort(top[stale[top] > gain])
        if not len(top):
            return best
        bounds[top] = found = _gains(places, covered, weights, top)
        stale[top] = -np.inf
        if found.max() > gain:
            best, gain = int(top[found.argmax()]), float(found.max())
