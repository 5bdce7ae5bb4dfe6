from __future__ import annotations

import numpy as np

from galiot.senses.base import Label
from galiot.senses.head import Head

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
