"""Growing the trees of a sense with scikit-learn, in the arrays that are walked without it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import MissingExtraError, RequestError
from galiot.learn.sense.made import Job, Made
from galiot.learn.sense.stages import Arrays
from galiot.senses.base import Floats, Label
from galiot.senses.forest import Trees, forest_tensors
from galiot.senses.recipe import ForestRecipe

Truth = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


def usual_values(rows: Floats) -> Floats:
    """Median of each feature (features,) over rows (rows, features) that may have NaN; 0 where nothing is known."""
    known = np.isfinite(rows).any(axis=0)
    made = np.zeros(rows.shape[1], np.float32)
    made[known] = np.nanmedian(rows[:, known], axis=0)
    return made


def filled(rows: Floats, usual: Floats) -> Floats:
    """Rows with the usual value where nothing could be measured."""
    return np.where(np.isfinite(rows), rows, usual).astype(np.float32)


def views_of(settings: ForestRecipe, labels: Sequence[Label], names: Sequence[str]) -> list[list[Places]]:
    """Return, for each label, the places of the features (places,) that its trees are shared out among.

    raises: RequestError for a view that none of the features `names` fits
    """
    found = {"all": np.arange(len(names))}
    for view, patterns in settings.views.items():
        fits = re.compile("|".join(patterns)).fullmatch
        found[view] = np.array([place for place, name in enumerate(names) if fits(name)], np.int64)
        if not len(found[view]):
            raise RequestError(f"no measured feature fits the view {view} of the recipe's forest")

    def places(view: str) -> Places:
        return np.unique(np.concatenate([found[part.strip()] for part in view.split("+")]))

    return [[places(view) for view in settings.about.get(label.code, ("all",))] for label in labels]


def grow(
    rows: Floats,
    truth: Truth,
    settings: ForestRecipe,
    *,
    own: int,
    seed: int,
    views: Sequence[Sequence[Places]] | None = None,
) -> Trees:
    """Grow a forest for each of the first `own` labels, and for the others one each, or one for all labels together.

    rows: (rows, features) without NaN; truth: (rows, labels); views: of each label, as `views_of` gives them
    raises: MissingExtraError without scikit-learn
    """
    made: list[Trees] = []
    everything = np.arange(rows.shape[1])
    views = views or [[everything]] * truth.shape[1]
    single = range(truth.shape[1] if settings.code_trees else own)
    for label in single:
        if len(np.unique(truth[:, label])) < 2:
            continue
        trees = settings.trees if label < own else settings.code_trees
        whole = settings.share if label < own else settings.code_share
        for number, places in enumerate(views[label]):
            share = whole if len(places) == rows.shape[1] else settings.view_share
            count = len(range(number, trees, len(views[label])))
            grown = _grown(rows[:, places], truth[:, label], settings, count, share, seed + label + 500 * number)
            made.append(_joined([_arrays(tree, label, truth.shape[1], places) for tree in grown]))
    if len(single) < truth.shape[1]:
        grown = _grown(rows, truth, settings, settings.trees, settings.share, seed + len(single))
        made.append(_joined([_arrays(tree, -1, truth.shape[1], everything) for tree in grown]))
    return _joined(made)


def train_forest(job: Job) -> Made:
    """Grow trees: without each part for its logits, then on all."""
    recipe, examples, rows = job.recipe, job.examples, job.rows
    assert recipe.forest is not None

    settings, own = recipe.forest, len(recipe.labels.groups)
    parts = np.unique(examples.part)
    views = views_of(settings, job.labels, job.names)

    def fit(chosen: npt.NDArray[np.bool_]) -> tuple[Any, Floats]:
        usual = usual_values(rows[0, chosen])
        stacked = filled(rows[:, chosen].reshape(-1, rows.shape[2]), usual)
        truth = np.tile(examples.truth[chosen], (len(rows), 1))
        return grow(stacked, truth, settings, own=own, seed=recipe.seed, views=views), usual

    def work() -> Arrays:
        made = np.zeros(examples.truth.shape, np.float32)
        for number, part in enumerate(parts):
            apart = examples.part == part
            trees, usual = fit(~apart)
            made[apart] = judged(trees, filled(rows[0, apart], usual))
            job.said("trees", number + 1, len(parts) + 1)
        trees, usual = fit(np.ones(len(examples.part), bool))
        job.said("trees", len(parts) + 1, len(parts) + 1)
        return {"out_of_fold": made, **forest_tensors(trees, usual, "forest.0")}

    found = job.stages.run("forest", work)
    return Made(kind="forest", out_of_fold=found.pop("out_of_fold"), tensors=found, settings={})


def _grown(rows: Floats, truth: Truth, settings: ForestRecipe, trees: int, share: float, seed: int) -> list[Any]:
    try:
        from sklearn.ensemble import ExtraTreesClassifier
    except ImportError:
        raise MissingExtraError("learn", "scikit-learn") from None
    forest = ExtraTreesClassifier(
        trees, min_samples_leaf=settings.leaf, max_features=share, random_state=seed, n_jobs=-1
    )
    return [tree.tree_ for tree in forest.fit(rows, truth).estimators_]


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


def _arrays(tree: Any, label: int, labels: int, places: Places) -> Trees:
    """Flatten a tree of scikit-learn, whose left child always is the next node and which saw the features `places`."""
    leaf = tree.children_left < 0
    shares = tree.value / tree.value.sum(axis=2, keepdims=True)  # (nodes, labels, no and yes)
    yes = shares[:, :, 1] if shares.shape[2] > 1 else np.zeros(shares.shape[:2])
    row = np.where(leaf, np.cumsum(leaf) - 1, tree.children_right) if label < 0 else tree.children_right
    return Trees(
        roots=np.zeros(1, np.int32),
        labels=np.array([label], np.int16),
        feature=np.where(leaf, -1, places[np.where(leaf, 0, tree.feature)]).astype(np.int16),
        value=np.where(leaf, yes[:, 0], tree.threshold).astype(np.float32),
        right=np.where(leaf & (label >= 0), 0, row).astype(np.int32),
        said=(yes[leaf] if label < 0 else np.zeros((0, labels))).astype(np.float16),
    )


def judged(trees: Trees, rows: Floats) -> Floats:
    """Return logits (rows, labels) of rows of features without NaN."""
    return np.stack([trees.logits(row) for row in rows])
