from __future__ import annotations

import numpy as np
import pytest

from galiot.errors import RequestError
from galiot.learn.sense.forest import filled, grow, judged, usual_values, views_of
from galiot.senses.base import Label
from galiot.senses.recipe import ForestRecipe

sklearn = pytest.importorskip("sklearn.ensemble")


def rows(count=80, seed=0):
    """Features (count, 5) and labels: two that hang on a feature each, and one of both."""
    made = np.random.default_rng(seed).normal(size=(count, 5)).astype(np.float32)
    return made, np.stack([made[:, 0] > 0, made[:, 1] > 0.5, (made[:, 0] > 0) & (made[:, 1] > 0)], axis=1)


def test_trees_say_what_scikit_learn_says():
    features, truth = rows()
    trees = grow(features, truth, ForestRecipe(trees=20, share=0.5, code_trees=20, code_share=0.5), own=1, seed=4)
    asked, _ = rows(30, seed=1)
    for label in range(3):
        peer = sklearn.ExtraTreesClassifier(20, min_samples_leaf=2, max_features=0.5, random_state=4 + label)
        wanted = peer.fit(features, truth[:, label]).predict_proba(asked)[:, 1]
        np.testing.assert_allclose([trees.probabilities(row)[label] for row in asked], wanted, atol=1e-6)


def test_one_forest_for_all_labels_says_what_scikit_learn_says():
    features, truth = rows()
    trees = grow(features, truth, ForestRecipe(trees=20, share=0.5), own=0, seed=4)
    asked, _ = rows(30, seed=1)
    peer = sklearn.ExtraTreesClassifier(20, min_samples_leaf=2, max_features=0.5, random_state=4).fit(features, truth)
    wanted = np.stack([each[:, 1] for each in peer.predict_proba(asked)], axis=1)
    np.testing.assert_allclose([trees.probabilities(row) for row in asked], wanted, atol=1e-3)
    trees.check("made.gguf", features=5)


def test_trees_rank_records_that_they_have_not_seen():
    features, truth = rows(200)
    asked, wanted = rows(100, seed=2)
    found = judged(grow(features, truth, ForestRecipe(trees=30, share=0.5), own=3, seed=0), asked)
    assert ((found[:, 0] > 0) == wanted[:, 0]).mean() > 0.9


def test_trees_of_a_label_see_its_views_only_and_share_them_evenly():
    features, truth = rows()
    names, labels = ("a.x", "a.y", "b", "c", "d"), [Label(code=code, name=code) for code in "KLM"]
    settings = ForestRecipe(
        trees=9, share=0.5, code_trees=9, views={"a": (r"a\..",), "b": ("b",)}, about={"K": ("a", "b"), "L": ("a + b",)}
    )
    views = views_of(settings, labels, names)
    assert [[place.tolist() for place in each] for each in views] == [[[0, 1], [2]], [[0, 1, 2]], [[0, 1, 2, 3, 4]]]
    trees = grow(features, truth, settings, own=0, seed=0, views=views)
    asked = [trees.feature[begin] for begin, label in zip(trees.roots, trees.labels, strict=True) if label == 0]
    assert len(asked) == 9
    assert {0} <= set(asked[:5]) <= {0, 1, -1}
    assert {2} <= set(asked[5:]) <= {2, -1}
    trees.check("made.gguf", features=5)


def test_a_view_that_fits_nothing_is_refused():
    with pytest.raises(RequestError, match="view far"):
        views_of(ForestRecipe(views={"far": ("z.*",)}), [], ("a", "b"))


def test_what_could_not_be_measured_is_usual():
    found = np.array([[1, np.nan, np.nan], [3, 5, np.nan], [2, 7, np.nan]], np.float32)
    usual = usual_values(found)
    assert usual.tolist() == [2, 6, 0]
    assert filled(found, usual)[0].tolist() == [1, 6, 0]
