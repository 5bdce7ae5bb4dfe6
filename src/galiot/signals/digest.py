"""Quantiles and extremes of a stream in bounded memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from galiot.signals.reading import Floats


class Quantiles:
    """Quantiles of values that come in pieces: exact up to `exact` values, then within about 0.1 % of rank.

    Source: Dunning & Ertl, "Computing extremely accurate quantiles using t-digests" (2019), the arcsine scale. Ours
    sorts whole buffers instead of inserting values one by one.
    """

    def __init__(self, exact: int, centroids: int = 2000) -> None:
        self._exact, self._centroids = exact, centroids
        self._raw: list[Floats] = []
        self._waiting = 0
        self._means, self._weights = np.empty(0), np.empty(0)
        self._sorted: Floats | None = None

    def add(self, values: Floats) -> None:
        """Take some values (n,), all finite."""
        self._raw.append(values)
        self._waiting += len(values)
        self._sorted = None
        if self._waiting > self._exact:
            self._compress()

    def at(self, share: float) -> float:
        """The value below which `share` (0 to 1) of all values lie; NaN where there are none."""
        if self._waiting and len(self._means):
            self._compress()
        if len(self._means):
            ranks = (np.cumsum(self._weights) - 0.5 * self._weights) / self._weights.sum()
            return float(np.interp(share, ranks, self._means))
        if self._sorted is None:
            self._sorted = np.sort(np.concatenate(self._raw)) if self._raw else np.empty(0)
        values = self._sorted
        return (
            float(np.interp(share * (len(values) - 1), np.arange(len(values)), values)) if len(values) else float("nan")
        )

    def above(self, bound: float) -> int:
        """How many values lie above a bound."""
        raw = sum(int((part > bound).sum()) for part in self._raw)
        return raw + round(float(self._weights[self._means > bound].sum()))

    def _compress(self) -> None:
        raw = np.sort(np.concatenate(self._raw))
        self._raw, self._waiting = [], 0
        cuts = len(raw) * (0.5 + 0.5 * np.sin(np.pi * (np.arange(2 * self._centroids) / (2 * self._centroids) - 0.5)))
        starts = np.unique(cuts.astype(np.int64))
        weights = np.diff(starts, append=len(raw)).astype(np.float64)
        means = np.add.reduceat(raw, starts) / weights
        if len(self._means):
            means, weights = np.concatenate([self._means, means]), np.concatenate([self._weights, weights])
            order = np.argsort(means, kind="stable")
            means, weights = _joined(means[order], weights[order], self._centroids)
        self._means, self._weights = means, weights


def _joined(means: Floats, weights: Floats, count: int) -> tuple[Floats, Floats]:
    """Neighbours of an ascending list joined to about `count` weighted means, fine at both ends."""
    share = (np.cumsum(weights) - 0.5 * weights) / weights.sum()
    bins = np.floor(count * (0.5 + np.arcsin(2 * share - 1) / np.pi)).astype(np.int64)
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    joined = np.add.reduceat(weights, starts)
    return np.add.reduceat(means * weights, starts) / joined, joined


class Largest:
    """The rows with the largest keys of a stream, at most `keep`."""

    def __init__(self, keep: int, columns: int) -> None:
        self._keep = keep
        self.keys, self.rows = np.empty(0), np.empty((0, columns))

    def add(self, keys: Floats, rows: NDArray[np.float64]) -> None:
        """Take keys (n,) with their rows (n, columns)."""
        if len(self.keys) == self._keep:
            above = keys > self.keys[-1]
            keys, rows = keys[above], rows[above]
        if not len(keys):
            return
        if len(keys) > self._keep:
            top = np.argpartition(-keys, self._keep - 1)[: self._keep]
            keys, rows = keys[top], rows[top]
        keys, rows = np.concatenate([self.keys, keys]), np.concatenate([self.rows, rows])
        order = np.argsort(-keys, kind="stable")[: self._keep]
        self.keys, self.rows = keys[order], rows[order]
