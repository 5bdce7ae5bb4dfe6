from __future__ import annotations

import numpy as np
import pytest

from galiot.learn.sense.joining import calibrate, even, join, kinship, weigh
from galiot.learn.sense.metrics import auc, calibration_error, f1, interval, macro_f1
from galiot.senses.base import Label
from galiot.senses.recipe import HeadRecipe

LABELS = (Label(code="NORM", name="normal", group="NORM"), Label(code="IMI", name="inferior", group="MI"))


def drawn(count=2000, seed=0):
    """Log odds (count, 2) and labels that were drawn with them."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=(count, 2)) * 1.5 - 0.7
    return score, rng.random((count, 2)) < 1 / (1 + np.exp(-score))


def test_auc_is_the_share_of_pairs_in_order():
    truth, score = np.array([1, 0, 1, 0, 0], bool), np.array([3.0, 3.0, 2.0, 1.0, 2.5])
    pairs = [(a > b) + 0.5 * (a == b) for a in score[truth] for b in score[~truth]]
    assert auc(truth, score) == pytest.approx(np.mean(pairs))
    assert np.isnan(auc(np.ones(3, bool), score[:3]))


def test_f1_by_hand():
    assert f1(np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 0], bool)) == 0.5
    truth = np.array([[1, 0], [0, 0]], bool)
    assert macro_f1(truth, truth) == 1.0  # a label that is never true does not count


def test_calibration_error_is_the_distance_of_shares():
    truth = np.tile([True, False, False, False], 250)
    assert calibration_error(truth, np.full(1000, 0.25), bins=1) == pytest.approx(0, abs=1e-9)
    assert calibration_error(truth, np.full(1000, 0.65), bins=1) == pytest.approx(0.4)


def test_an_interval_holds_the_mean():
    values = np.random.default_rng(1).normal(size=400)
    low, high = interval(400, lambda rows: values[rows].mean())
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.2)


def test_calibration_undoes_a_wrong_scale():
    score, truth = drawn()
    found = calibrate(0.25 * score + 3, truth, np.array([True, False]))
    probability = 1 / (1 + np.exp(-((0.25 * score + 3) * found[:, 0] + found[:, 1])))
    assert calibration_error(truth, probability) < 0.03


def test_a_member_that_knows_nothing_is_hardly_heard():
    score, truth = drawn()
    weights = weigh(np.stack([score, np.random.default_rng(5).normal(size=score.shape)]), truth)
    assert weights[0, 0] * score.std() > 5 * weights[1, 0]


def test_a_label_that_is_rarer_where_the_sense_is_used_gets_rarer():
    score, truth = drawn()
    share = truth[:, 0].mean()
    head = join(score[None], truth, LABELS, HeadRecipe(prior={"NORM": 0.5 * share}))
    said = np.stack([head.probabilities(row[None].astype(np.float32)) for row in score])
    assert said[:, 0].mean() < 0.8 * share
    assert said[:, 1].mean() == pytest.approx(truth[:, 1].mean(), abs=0.03)


def test_a_label_is_wrongly_said_of_few_where_that_is_asked():
    score, truth = drawn()
    head = join(score[None], truth, LABELS, HeadRecipe(wrong={"NORM": 0.05}))
    said = np.stack([head.probabilities(row[None].astype(np.float32)) for row in score]) >= head.thresholds
    assert said[~truth[:, 0], 0].mean() <= 0.051
    assert said[~truth[:, 1], 1].mean() > 0.1


def test_a_code_that_is_true_of_most_does_not_set_the_threshold_of_rare_ones():
    score, _ = drawn()
    rng = np.random.default_rng(1)
    common = rng.normal(size=(2000, 1)) * 3 + 3
    labels = (*LABELS, Label(code="SR", name="sinus rhythm"))
    both = np.hstack([score - [0, 2], common])
    drawn_too = rng.random((2000, 3)) < 1 / (1 + np.exp(-both))
    with_it = join(both[None], drawn_too, labels, HeadRecipe()).thresholds[1]
    without = join(both[None, :, :2], drawn_too[:, :2], LABELS, HeadRecipe()).thresholds[1]
    assert with_it == pytest.approx(without, abs=0.05)


def test_a_member_that_is_no_judge_speaks_only_where_the_judges_are_silent():
    score, truth = drawn()
    both = np.stack([score + np.random.default_rng(2).normal(size=score.shape), score])
    head = join(both, truth, LABELS, HeadRecipe(judges=("forest",)), ["forest", "convolution"])
    assert (head.weights[0] > 20 * head.weights[1]).all()
    silent = head.probabilities(np.array([[np.nan, np.nan], [3, 3]], np.float32))
    assert (silent > head.priors).all()


def test_groups_are_kin_to_their_codes_and_the_one_without_codes_to_the_others():
    codes = {"NORM": "NORM", "MI": "MI", "IMI": "MI", "SR": ""}
    labels = [Label(code=code, name=code, group=group) for code, group in codes.items()]
    assert kinship(labels).tolist() == [[0, -1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_a_group_that_hears_its_code_is_ranked_better_where_the_code_is_known_better():
    score, _ = drawn()
    rng = np.random.default_rng(3)
    code = rng.random(2000) < 1 / (1 + np.exp(-3 * score[:, 1]))
    group = code | (rng.random(2000) < 0.1)
    truth = np.stack([group, code], axis=1)
    labels = (Label(code="MI", name="infarct", group="MI"), LABELS[1])
    own = np.stack([0.3 * score[:, 1] + rng.normal(size=2000), 3 * score[:, 1]], axis=1)[None]
    alone, heard = (join(own, truth, labels, HeadRecipe(kin=kin)) for kin in (False, True))
    ranked = [
        np.stack([head.probabilities(row[None].astype(np.float32)) for row in own[0]])[:, 0] for head in (alone, heard)
    ]
    assert auc(group, ranked[1]) > auc(group, ranked[0]) + 0.1
    assert ranked[1].mean() == pytest.approx(group.mean(), abs=0.02)


def test_judges_of_classes_count_alike_whatever_their_scale():
    score, _ = drawn()
    three = np.hstack([score, np.zeros((2000, 1))])
    rng = np.random.default_rng(6)
    odds = np.exp(three - np.log(np.exp(three).sum(axis=1, keepdims=True)))
    place = (rng.random((2000, 1)) > odds.cumsum(axis=1)).sum(axis=1)
    weights = even(np.stack([three, 4 * three + 7]), np.eye(3, dtype=bool)[place])
    assert weights[0, 0] == pytest.approx(4 * weights[1, 0], rel=0.1)
    assert weights[0, 0] == pytest.approx(0.5, rel=0.15)
