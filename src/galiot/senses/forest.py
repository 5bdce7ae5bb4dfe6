"""Trees over measured features: extremely randomized or boosted ones, walked all at once.

Source: Geurts, Ernst and Wehenkel, "Extremely randomized trees", Machine Learning 63, 2006.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from galiot.errors import FormatError
from galiot.senses.base import Floats, Member, Prepared
from galiot.senses.features import measured
from galiot.senses.file import Array, Part

MOST_TREES = 100_000
_SURE = 1e-3
_MEASURED = 0.5  # of the features: with fewer there is nothing to judge


@dataclass(frozen=True, kw_only=True, eq=False)
class Trees:
    """Binary trees in flat arrays.

    roots, labels: (trees,) where a tree begins, and the label that it is of; -1: it speaks of all at once
    feature: (nodes,) which feature a node asks for; -1 for a leaf
    value: (nodes,) threshold, up to which one goes to the next node; of a leaf the probability of its label
    right: (nodes,) where one goes beyond the threshold; of a leaf of a tree for all labels its row in `said`
    said: (leaves, labels) probabilities
    """

    roots: npt.NDArray[np.int32]
    labels: npt.NDArray[np.int16]
    feature: npt.NDArray[np.int16]
    value: Floats
    right: npt.NDArray[np.int32]
    said: npt.NDArray[np.float16]

    def leaves(self, row: Floats) -> npt.NDArray[np.int64]:
        """Return the leaf that each tree (trees,) leads to from a row of features (features,)."""
        at = self.roots.astype(np.int64)
        asked = self.feature[at]
        while (walking := np.flatnonzero(asked >= 0)).size:
            node = at[walking]
            beyond = row[asked[walking]] > self.value[node]
            at[walking] = np.where(beyond, self.right[node], node + 1)
            asked = self.feature[at]
        return at

    def probabilities(self, row: Floats) -> Floats:
        """Return the probability of each label (labels,): of its own trees, else of those for all labels."""
        count, leaves = self.said.shape[1], self.leaves(row)
        joint = self.labels < 0
        made = np.full(count, np.nan)
        if joint.any():
            made = self.said[self.right[leaves[joint]]].astype(np.float64).mean(axis=0)
        own, said = self.labels[~joint], self.value[leaves[~joint]]
        trees, total = np.bincount(own, minlength=count), np.bincount(own, said, minlength=count)
        return np.where(trees > 0, total / np.maximum(trees, 1), made).astype(np.float32)

    def logits(self, row: Floats) -> Floats:
        """Return the logit of each label (labels,), bounded where all trees agree."""
        sure = np.clip(self.probabilities(row), _SURE, 1 - _SURE)
        return np.asarray(np.log(sure / (1 - sure)), np.float32)

    def check(self, path: str, features: int) -> None:
        """Raise FormatError where a walk could leave the arrays or never end."""
        nodes = len(self.feature)
        inner = np.flatnonzero(self.feature >= 0)
        at_end = self.right[self.feature < 0]
        sound = (
            len(self.value) == len(self.right) == nodes
            and len(self.labels) == len(self.roots)
            and 0 < len(self.roots) <= MOST_TREES
            and 0 <= self.roots.min() <= self.roots.max() < nodes
            and -1 <= self.labels.min() <= self.labels.max() < self.said.shape[1]
            and self.feature.max() < features
            and (not inner.size or bool((self.right[inner] > inner).all() and self.right[inner].max() < nodes))
            and (not inner.size or inner.max() + 1 < nodes)
            and (not (self.labels < 0).any() or 0 <= at_end.min() <= at_end.max() < len(self.said))
        )
        if not sound:
            raise FormatError(path, "its trees point outside of themselves")


class Forest(Member):
    """Trees over the measured features of a reading; windows are measured one by one and their logits averaged."""

    name = "forest"

    def __init__(self, part: Part, *, threads: int = 1) -> None:
        """Read and check the trees; they run on one thread.

        raises: FormatError
        """
        file = part.file
        self.kind, self.features = file.kind, file.features
        self.usual = part.array("usual", len(self.features))
        self.trees = Trees(
            roots=part.array("roots", None),
            labels=part.array("labels", None),
            feature=part.array("feature", None),
            value=part.array("value", None),
            right=part.array("right", None),
            said=part.array("said", None, len(file.labels)),
        )
        self.trees.check(file.path, len(self.features))

    def logits(self, prepared: Prepared) -> Floats:
        """Return the mean logit of each label (labels,) over the windows that could be measured."""
        rows = measured(self.kind, prepared, self.features)
        rows = rows[np.isfinite(rows).mean(axis=1) > _MEASURED]
        if not len(rows):
            return np.full(self.trees.said.shape[1], np.nan, np.float32)
        rows = np.where(np.isfinite(rows), rows, self.usual)
        return np.asarray(np.mean([self.trees.logits(row) for row in rows], axis=0), np.float32)


def forest_tensors(trees: Trees, usual: Floats, prefix: str) -> dict[str, Array]:
    """Return the arrays that `Forest` reads."""
    names = ("roots", "labels", "feature", "value", "right", "said")
    made: dict[str, Array] = {f"{prefix}.{name}": getattr(trees, name) for name in names}
    if not len(trees.said):  # a file holds no empty tensor
        made[f"{prefix}.said"] = np.zeros((1, trees.said.shape[1]), np.float16)
    return made | {f"{prefix}.usual": usual.astype(np.float32)}
