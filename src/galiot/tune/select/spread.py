"""Rows that stand for all others: facility location over the model's own hidden states."""

from __future__ import annotations

import numpy as np

from galiot.tune.select.base import Candidates, Floats, Ints, Selector
from galiot.tune.select.difficulty import filled

_DIMS = 128  # of the directions in which rows differ most
_BLOCK = 128  # rows whose similarities to all others are held at once


class Spread(Selector):
    """The rows to which the others are nearest, in sum.

    Facility location is submodular, so that taking the row of the greatest gain each time comes within 1 - 1/e of the
    best choice (Nemhauser et al. 1978).
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

    The gains of all rows are kept exact: what they lose with each choice comes from the few rows that are nearer to it
    than to the earlier ones. A row finds a nearer one about log(count) times, so all choices cost a few times what the
    first does. No matrix of rows by rows exists.
    """
    covered = np.zeros(len(places), np.float32)
    gains = _lost(places, weights, np.arange(len(places)), covered, covered + 2)
    chosen = np.empty(count, np.int64)
    for number in range(count):
        chosen[number] = best = int(gains.argmax())
        similar = places @ places[best]
        nearer = np.flatnonzero(similar > covered)
        gains -= _lost(places, weights, nearer, covered, similar)
        covered[nearer] = similar[nearer]
        gains[best] = -np.inf
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
    x = hidden.astype(np.float32)
    x -= x.mean(axis=0, dtype=np.float64).astype(np.float32)
    x /= x.std(axis=0) + np.float32(1e-6)
    if x.shape[1] > _DIMS:
        _, vectors = np.linalg.eigh(x.T @ x)
        x = x @ vectors[:, : -_DIMS - 1 : -1]
    length = np.linalg.norm(x, axis=1, keepdims=True)
    unit: Floats = np.divide(x, length, out=np.zeros_like(x), where=length > 1e-6)
    return unit


def _lost(places: Floats, weights: Floats, rows: Ints, old: Floats, new: Floats) -> Floats:
    """Return how much less each row (all,) float64 would add, once `rows` are covered by `new` instead of `old`."""
    lost = np.zeros(len(places))
    for i in range(0, len(rows), _BLOCK):
        part = rows[i : i + _BLOCK]
        similar = places[part] @ places.T
        np.clip(similar, old[part, None], new[part, None], out=similar)
        similar -= old[part, None]
        lost += weights[part] @ similar
    return lost
