from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from galiot.errors import FormatError
from galiot.senses.forest import Trees


def trees():
    """Two trees of label 1 (is feature 0 above 2?), and one for all labels (is feature 1 above 0?)."""
    return Trees(
        roots=np.array([0, 3, 6], np.int32),
        labels=np.array([1, 1, -1], np.int16),
        feature=np.array([0, -1, -1, 0, -1, -1, 1, -1, -1], np.int16),
        value=np.array([2, 0.2, 0.8, 3, 0.0, 1.0, 0, 0, 0], np.float32),
        right=np.array([2, 0, 0, 5, 0, 0, 8, 0, 1], np.int32),
        said=np.array([[0.25, 0.0, 0.5], [0.75, 1.0, 0.5]], np.float16),
    )


def test_a_walk_goes_right_above_the_threshold_only():
    assert trees().leaves(np.array([2.0, 1.0])).tolist() == [1, 4, 8]
    assert trees().leaves(np.array([2.5, 0.0])).tolist() == [2, 4, 7]


def test_own_trees_decide_before_those_for_all():
    np.testing.assert_allclose(trees().probabilities(np.array([9.0, 9.0])), [0.75, 0.9, 0.5], atol=1e-3)
    np.testing.assert_allclose(trees().probabilities(np.array([0.0, 0.0])), [0.25, 0.1, 0.5], atol=1e-3)


def test_logits_are_bounded_where_all_trees_agree():
    sure = replace(trees(), value=np.array([2, 0, 1, 3, 0, 1, 0, 0, 0], np.float32))
    assert sure.logits(np.array([9.0, 9.0]))[1] == pytest.approx(np.log(999), rel=1e-3)


@pytest.mark.parametrize(
    "broken",
    [
        {"right": np.array([0, 0, 0, 5, 0, 0, 8, 0, 1], np.int32)},  # a walk without an end
        {"right": np.array([99, 0, 0, 5, 0, 0, 8, 0, 1], np.int32)},
        {"right": np.array([2, 0, 0, 5, 0, 0, 8, 0, 2], np.int32)},  # no such row
        {"feature": np.array([7, -1, -1, 0, -1, -1, 1, -1, -1], np.int16)},
        {"roots": np.array([0, 3, -1], np.int32)},
        {"labels": np.array([1, 5, -1], np.int16)},
        {"labels": np.array([1, 1], np.int16)},
    ],
)
def test_trees_that_point_outside_of_themselves_are_refused(broken):
    trees().check("good.gguf", features=2)
    with pytest.raises(FormatError, match="trees"):
        replace(trees(), **broken).check("bad.gguf", features=2)
