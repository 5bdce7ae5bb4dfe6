"""How good statements are: ranking, decisions, calibration, each with an interval over records."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Wide = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


def auc(truth: Truth, score: Wide) -> float:
    """Chance that a record with the label has a higher score than one without (ties count half); NaN without both."""
    order = np.argsort(score, kind="stable")
    _, begins = np.unique(score[order], return_index=True)
    ends = np.append(begins[1:], len(score))
    rank = np.empty(len(score))
    for begin, end in zip(begins, ends, strict=True):
        rank[order[begin:end]] = (begin + end + 1) / 2
    yes = int(truth.sum())
    no = len(truth) - yes
    return float((rank[truth].sum() - yes * (yes + 1) / 2) / (yes * no)) if yes and no else float("nan")


def macro_auc(truth: Truth, scores: Wide) -> float:
    """Mean over the labels (columns) that are true of some records and not of all."""
    found = [auc(truth[:, label], scores[:, label]) for label in range(truth.shape[1])]
    return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")


def f1(truth: Truth, said: Truth) -> float:
    """Harmonic mean of precision and recall; 0 where nothing is right."""
    right = float((truth & said).sum())
    return 2 * right / max(1.0, float(truth.sum() + said.sum()))


def macro_f1(truth: Truth, said: Truth) -> float:
    """Mean of `f1` over the labels that are true of some record."""
    return float(np.mean([f1(truth[:, label], said[:, label]) for label in np.flatnonzero(truth.any(axis=0))]))


def calibration_error(truth: Truth, probability: Wide, bins: int = 10) -> float:
    """Mean distance between said and true shares, over bins of equal mass; any shapes, pooled."""
    order = np.argsort(probability.ravel(), kind="stable")
    p, t = probability.ravel()[order], truth.ravel()[order]
    parts = np.array_split(np.arange(len(p)), min(bins, max(1, len(p))))
    return float(sum(len(part) * abs(p[part].mean() - t[part].mean()) for part in parts) / len(p))


def interval(
    count: int, score: Callable[[npt.NDArray[np.int64]], float], *, repeats: int = 300, seed: int = 0
) -> tuple[float, float]:
    """Bootstrap interval of 95 % of a score over records; `score` takes the chosen records."""
    rng = np.random.default_rng(seed)
    found = [score(rng.integers(0, count, count)) for _ in range(repeats)]
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)
