from __future__ import annotations

import numpy as np
import pytest

from galiot.senses.base import Label
from galiot.senses.head import Head, from_kin

LABELS = tuple(Label(code=code, name=code) for code in "ab")
CLASSES = tuple(Label(code=code, name=code, kind="class") for code in "abc")


def head(members=2, **arrays):
    return Head.of(LABELS, members, **arrays)


def test_probabilities_are_the_weighed_and_calibrated_sum_by_hand():
    made = head(weights=[[0.25, 1.0], [0.75, 0.0]], bias=[0.5, 0.0], calibration=[[2.0, -1.0], [1.0, 0.0]])
    logits = np.array([[2.0, 1.0], [-1.0, 9.0]], np.float32)
    # a: 0.25 * 2 - 0.75 * 1 + 0.5 = 0.25, calibrated 2 * 0.25 - 1 = -0.5; b: 1
    assert np.allclose(made.probabilities(logits), [1 / (1 + np.exp(0.5)), 1 / (1 + np.exp(-1))])


def test_members_without_an_opinion_leave_it_to_the_others_and_the_prior_is_last():
    made = head(priors=[0.1, 0.2])
    one = made.probabilities(np.array([[1.0, np.nan], [np.nan, np.nan]], np.float32))
    assert np.allclose(one, [1 / (1 + np.exp(-1)), 0.2])


def test_classes_share_one_probability_and_the_likeliest_is_said():
    made = Head.of(CLASSES, 1, thresholds=[0.3] * 3)
    found = made.probabilities(np.array([[1.0, 1.0, 0.0]], np.float32) * np.log(2))
    assert np.allclose(found, [0.4, 0.4, 0.2])
    assert [one.said for one in made.statements(found)] == [True, False, False]
    assert not any(one.said for one in made.statements(np.array([0.29, 0.25, 0.2], np.float32)))


def test_of_a_reading_that_is_not_usable_nothing_is_said_and_the_priors_stand():
    made = head(priors=[0.9, 0.2])
    told = made.statements(np.array([0.99, 0.99], np.float32), usable=False)
    assert [(round(one.probability, 3), one.said) for one in told] == [(0.9, False), (0.2, False)]


def test_a_statement_is_said_from_its_threshold_on():
    made = head(thresholds=[0.25, 0.75])
    assert [one.said for one in made.statements(np.array([0.25, 0.74], np.float32))] == [True, False]


def test_kin_speaks_by_the_chance_that_some_of_it_holds_or_that_none_does():
    p = np.array([[0.1, 0.2, 0.5]])
    score = np.log(p / (1 - p))
    some = 1 - 0.9 * 0.8
    assert from_kin(score, np.array([1, 1, 0])) == pytest.approx([np.log(some / (1 - some))])
    assert from_kin(score, np.array([-1, -1, 0])) == pytest.approx([np.log((1 - some) / some)])
    assert np.isfinite(from_kin(np.array([[-800.0, 800.0, 0.0]]), np.array([1, 1, 1]))).all()


def test_a_group_hears_its_code_first_and_what_it_excludes_hears_the_group():
    # a: what is left when b does not hold; b: the group of the code c
    kin = [[0, -1, 0], [0, 0, 1], [0, 0, 0]]
    three = tuple(Label(code=code, name=code) for code in "abc")
    made = Head.of(three, 1, kin=kin, kin_calibration=[[1, 0], [1, 0.5], [1, 0]])
    found = made.probabilities(np.array([[1.0, -1.0, 2.0]], np.float32))
    group = 0.5 * (-1 + 2) + 0.5
    assert np.log(found / (1 - found)) == pytest.approx([0.5 * (1 - group), group, 2.0], abs=1e-5)
    assert "head.kin" in made.tensors()
    assert "head.kin" not in head().tensors()
