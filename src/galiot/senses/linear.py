"""A linear judgement over the measured features of a reading: what trees cut, a line weighs up."""

from __future__ import annotations

import numpy as np

from galiot.senses.base import Floats, Member, Prepared
from galiot.senses.features import measured
from galiot.senses.file import Array, Part

_FURTHEST = 5.0  # standard deviations: what lies further out counts as much, so that no single measurement decides
_MEASURED = 0.5  # of the features: with fewer there is nothing to judge


class Linear(Member):
    """Scores that are sums of weighed features; windows are measured one by one and their scores averaged."""

    name = "linear"

    def __init__(self, part: Part, *, threads: int = 1) -> None:
        """Read the weights; they need one thread.

        raises: FormatError
        """
        file = part.file
        self.kind, self.features = file.kind, file.features
        count, labels = len(self.features), len(file.labels)
        self.middle, self.spread = part.array("middle", count), part.array("spread", count)
        self.weight, self.bias = part.array("weight", labels, count), part.array("bias", labels)

    def logits(self, prepared: Prepared) -> Floats:
        """Return the mean logit of each label (labels,) over the windows that could be measured."""
        rows = measured(self.kind, prepared, self.features)
        rows = rows[np.isfinite(rows).mean(axis=1) > _MEASURED]
        if not len(rows):
            return np.full(len(self.bias), np.nan, np.float32)
        return np.asarray(self.judged(rows).mean(axis=0), np.float32)

    def judged(self, rows: Floats) -> Floats:
        """Return logits (rows, labels) of rows of features, NaN for what was not measured."""
        return np.asarray(standard(rows, self.middle, self.spread) @ self.weight.T + self.bias)


def standard(rows: Floats, middle: Floats, spread: Floats) -> Floats:
    """Features (rows, features) in standard deviations from the middle, bounded; 0 where nothing was measured."""
    away = (rows - middle) / np.maximum(spread, 1e-6)
    return np.asarray(np.clip(np.nan_to_num(away), -_FURTHEST, _FURTHEST), np.float32)


def linear_tensors(middle: Floats, spread: Floats, weight: Floats, bias: Floats, prefix: str) -> dict[str, Array]:
    """Return the arrays that `Linear` reads."""
    arrays = {"middle": middle, "spread": spread, "weight": weight, "bias": bias}
    return {f"{prefix}.{name}": np.asarray(array, np.float32) for name, array in arrays.items()}
