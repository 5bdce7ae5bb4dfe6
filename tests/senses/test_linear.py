from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from galiot.errors import FormatError
from galiot.learn.sense.discriminant import discriminate
from galiot.senses.base import Label
from galiot.senses.file import SenseFile
from galiot.senses.linear import Linear, linear_tensors, standard

LABELS = tuple(Label(code=code, name=code, kind="class") for code in "abc")


def drawn(count=300, seed=0):
    """Features (count, 4), whose means differ by class, and the classes."""
    rng = np.random.default_rng(seed)
    place = rng.integers(0, 3, count)
    mixing = rng.normal(size=(4, 4))
    rows = rng.normal(size=(count, 4)) @ mixing + np.eye(3, 4)[place] * 2
    return rows.astype(np.float32), np.eye(3, dtype=bool)[place]


@pytest.mark.parametrize("shrinkage", [0.0, 0.2])
def test_classes_are_told_apart_as_scikit_learn_does(shrinkage):
    peer = pytest.importorskip("sklearn.discriminant_analysis").LinearDiscriminantAnalysis
    rows, truth = drawn()
    found = discriminate(rows, truth, shrinkage)
    values = standard(rows, found.middle, found.spread)
    theirs = peer(solver="lsqr", shrinkage=shrinkage).fit(values, truth.argmax(1)).predict_proba(values)
    mine = np.exp(found.judged(rows))
    np.testing.assert_allclose(mine / mine.sum(axis=1, keepdims=True), theirs, atol=1e-4)


def test_what_was_not_measured_counts_nothing_and_what_is_far_out_no_more_than_the_bound():
    rows, truth = drawn()
    made = discriminate(np.where(np.arange(4) == 3, np.nan, rows), truth, 0.1)
    assert np.isfinite(made.judged(rows)).all()
    assert standard(np.array([[np.nan, 1e9]]), np.zeros(2), np.ones(2)).tolist() == [[0.0, 5.0]]


def test_the_member_says_what_was_learned():
    rows, truth = drawn()
    made = discriminate(rows, truth, 0.1)
    tensors = linear_tensors(made.middle, made.spread, made.weight, made.bias, "linear.0")
    file = SenseFile(
        kind="motion",
        rate_hz=50,
        window_s=2,
        labels=LABELS,
        members=("linear",),
        tensors=tensors,
        features=tuple("wxyz"),
    )
    member = Linear(file.part("linear.0"))
    np.testing.assert_allclose(member.judged(rows), made.judged(rows), atol=1e-4)
    short = replace(file, tensors=tensors | {"linear.0.bias": np.zeros(2, np.float32)})
    with pytest.raises(FormatError, match=r"linear\.0\.bias has shape \[2\], expected 3"):
        Linear(short.part("linear.0"))
