"""Linear discriminant analysis with a shrunk covariance: classes that differ in their means, and nothing to tune.

Source: Friedman, "Regularized discriminant analysis", J Am Stat Assoc 84, 1989; shrunk towards a multiple of unity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from galiot.learn.sense.made import Job, Made
from galiot.learn.sense.stages import Arrays
from galiot.senses.base import Floats
from galiot.senses.linear import linear_tensors, standard


@dataclass(frozen=True, kw_only=True, eq=False)
class Discriminant:
    """What `galiot.senses.linear.Linear` holds.

    middle, spread: (features,); weight: (classes, features); bias: (classes,)
    """

    middle: Floats
    spread: Floats
    weight: Floats
    bias: Floats

    def judged(self, rows: Floats) -> Floats:
        """Return logits (rows, classes) of rows of features, NaN for what was not measured."""
        return np.asarray(standard(rows, self.middle, self.spread) @ self.weight.T + self.bias)


def discriminate(rows: Floats, truth: npt.NDArray[np.bool_], shrinkage: float) -> Discriminant:
    """Return the weights that tell classes apart.

    rows: (rows, features), NaN for what was not measured; truth: (rows, classes), one true in each
    shrinkage: 0 for the covariance as it is, 1 for none between features
    """
    known = np.isfinite(rows)
    count = np.maximum(1, known.sum(axis=0))
    middle = np.where(known, rows, 0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, rows - middle, 0) ** 2).sum(axis=0) / count)
    values = standard(rows, middle, spread).astype(np.float64)
    shares = truth.mean(axis=0)
    means = (truth.T.astype(np.float64) @ values) / np.maximum(1, truth.sum(axis=0))[:, None]
    apart = values - means[truth.argmax(axis=1)]
    covariance = apart.T @ apart / len(values)
    size = len(covariance)
    shrunk = (1 - shrinkage) * covariance + (shrinkage * np.trace(covariance) / size + 1e-9) * np.eye(size)
    weight = np.linalg.solve(shrunk, means.T).T
    bias = np.log(np.maximum(shares, 1e-6)) - 0.5 * (means * weight).sum(axis=1)
    return Discriminant(middle=middle, spread=spread, weight=weight, bias=bias)


def train_lines(job: Job) -> Made:
    """Tell classes apart by lines: without each part for its logits, then on all."""
    settings, examples, rows = job.recipe.linear, job.examples, job.rows
    assert settings is not None

    def fit(chosen: npt.NDArray[np.bool_]) -> Discriminant:
        truth = np.tile(examples.truth[chosen], (len(rows), 1))
        return discriminate(rows[:, chosen].reshape(-1, rows.shape[2]), truth, settings.shrinkage)

    def work() -> Arrays:
        made = np.zeros(examples.truth.shape, np.float32)
        for part in np.unique(examples.part):
            apart = examples.part == part
            made[apart] = fit(~apart).judged(rows[0, apart])
        last = fit(np.ones(len(examples.part), bool))
        tensors = linear_tensors(last.middle, last.spread, last.weight, last.bias, "linear.0")
        return {"out_of_fold": made, **tensors}

    found = job.stages.run("linear", work)
    return Made(kind="linear", out_of_fold=found.pop("out_of_fold"), tensors=found, settings={})
