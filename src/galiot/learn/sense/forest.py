"""Growing the trees of a sense with scikit-learn, in the arrays that are walked without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import MissingExtraError
from galiot.senses.base import Floats
from galiot.senses.forest import Trees
from galiot.senses.recipe import ForestRecipe

Truth = npt.NDArray[np.bool_]


def usual_values(rows: Floats) -> Floats:
    """Median of each feature (features,) over rows (rows, features) that may have NaN; 0 where nothing is known."""
    known = np.isfinite(rows).any(axis=0)
    made = np.zeros(rows.shape[1], np.float32)
    made[known] = np.nanmedian(rows[:, known], axis=0)
    return made


def filled(rows: Floats, usual: Floats) -> Floats:
    """Rows with the usual value where nothing could be measured."""
    return np.where(np.isfinite(rows), rows, usual).astype(np.float32)


def grow(rows: Floats, truth: Truth, settings: ForestRecipe, *, own: int, seed: int) -> Trees:
    """Grow a forest for each of the first `own` labels, and for the others one each, or one for all labels together.

    rows: (rows, features) without NaN; truth: (rows, labels)
    raises: MissingExtraError without scikit-learn
    """
    try:
        from sklearn.ensemble import ExtraTreesClassifier
    except ImportError:
        raise MissingExtraError("learn", "scikit-learn") from None
    made: list[Trees] = []
    single = range(truth.shape[1] if settings.code_trees else own)
    columns = [[label] for label in single] + ([list(range(truth.shape[1]))] if len(single) < truth.shape[1] else [])
    for number, wanted in enumerate(columns):
        target = truth[:, wanted]
        if len(wanted) == 1 and len(np.unique(target)) < 2:
            continue
        grown = ExtraTreesClassifier(
            settings.code_trees if len(wanted) == 1 and number >= own else settings.trees,
            min_samples_leaf=settings.leaf,
            max_features=settings.code_share if number >= own and len(wanted) == 1 else settings.share,
            random_state=seed + number,
            n_jobs=-1,
        ).fit(rows, target[:, 0] if len(wanted) == 1 else target)
        label = wanted[0] if len(wanted) == 1 else -1
        made.append(_joined([_arrays(tree.tree_, label, truth.shape[1]) for tree in grown.estimators_]))
    return _joined(made)


def _joined(forests: Sequence[Trees]) -> Trees:
    """Put forests one behind the other."""
    nodes = np.cumsum([0] + [len(forest.feature) for forest in forests[:-1]])
    rows = np.cumsum([0] + [len(forest.said) for forest in forests[:-1]])
    right = [
        forest.right + np.where(forest.feature < 0, row, node)
        for forest, node, row in zip(forests, nodes, rows, strict=True)
    ]
    return Trees(
        roots=np.concatenate([forest.roots + node for forest, node in zip(forests, nodes, strict=True)]).astype(
            np.int32
        ),
        labels=np.concatenate([forest.labels for forest in forests]),
        feature=np.concatenate([forest.feature for forest in forests]),
        value=np.concatenate([forest.value for forest in forests]),
        right=np.concatenate(right).astype(np.int32),
        said=np.concatenate([forest.said for forest in forests]),
    )


def _arrays(tree: Any, label: int, labels: int) -> Trees:
    """Flatten a tree of scikit-learn, whose left child always is the next node."""
    leaf = tree.children_left < 0
    shares = tree.value / tree.value.sum(axis=2, keepdims=True)  # (nodes, labels, no and yes)
    yes = shares[:, :, 1] if shares.shape[2] > 1 else np.zeros(shares.shape[:2])
    row = np.where(leaf, np.cumsum(leaf) - 1, tree.children_right) if label < 0 else tree.children_right
    return Trees(
        roots=np.zeros(1, np.int32),
        labels=np.array([label], np.int16),
        feature=np.where(leaf, -1, tree.feature).astype(np.int16),
        value=np.where(leaf, yes[:, 0], tree.threshold).astype(np.float32),
        right=np.where(leaf & (label >= 0), 0, row).astype(np.int32),
        said=(yes[leaf] if label < 0 else np.zeros((0, labels))).astype(np.float16),
    )


def judged(trees: Trees, rows: Floats) -> Floats:
    """Return logits (rows, labels) of rows of features without NaN."""
    return np.stack([trees.logits(row) for row in rows])
