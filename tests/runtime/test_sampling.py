"""Sampling by hand-derived numbers, and by what every distribution must satisfy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galiot.errors import ConfigError
from galiot.runtime.sampling import Sampler, SamplingConfig

LOGITS = np.log(np.array([0.1, 0.4, 0.2, 0.3], np.float32))
OPEN = dict(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0)


def distribution(logits=LOGITS, **settings):
    tokens, p = Sampler(SamplingConfig(**(OPEN | settings))).distribution(np.asarray(logits, np.float32))
    return tokens.tolist(), p


def test_without_limits_the_distribution_is_the_softmax():
    tokens, p = distribution()
    assert tokens == [1, 3, 2, 0]
    np.testing.assert_allclose(p, [0.4, 0.3, 0.2, 0.1], rtol=1e-6)


def test_half_the_temperature_squares_the_probabilities():
    _, p = distribution(temperature=0.5)
    np.testing.assert_allclose(p, np.array([16, 9, 4, 1]) / 30, rtol=1e-6)


def test_twice_the_temperature_takes_their_square_root():
    _, p = distribution(temperature=2.0)
    root = np.sqrt([0.4, 0.3, 0.2, 0.1])
    np.testing.assert_allclose(p, root / root.sum(), rtol=1e-6)


def test_top_k_keeps_the_k_likeliest():
    tokens, p = distribution(top_k=2)
    assert tokens == [1, 3]
    np.testing.assert_allclose(p, [4 / 7, 3 / 7], rtol=1e-6)


@pytest.mark.parametrize(("top_p", "kept"), [(0.0, 1), (0.39, 1), (0.5, 2), (0.69, 2), (0.75, 3), (0.95, 4), (1.0, 4)])
def test_top_p_keeps_the_fewest_that_reach_it(top_p, kept):
    tokens, _ = distribution(top_p=top_p)
    assert tokens == [1, 3, 2, 0][:kept]


@pytest.mark.parametrize(("min_p", "kept"), [(0.0, 4), (0.2, 4), (0.3, 3), (0.6, 2), (0.8, 1), (1.0, 1)])
def test_min_p_keeps_those_that_are_likely_beside_the_likeliest(min_p, kept):
    tokens, _ = distribution(min_p=min_p)
    assert tokens == [1, 3, 2, 0][:kept]


def test_limits_count_after_the_temperature():
    assert distribution(temperature=0.5, min_p=0.2)[0] == [1, 3, 2]  # 16 : 9 : 4 : 1
    assert distribution(temperature=0.5, top_p=0.5)[0] == [1]
    assert distribution(temperature=0.5, top_k=3, top_p=0.9)[0] == [1, 3, 2]


def test_forbidden_tokens_are_never_drawn():
    logits = np.array([-np.inf, 0.0, -np.inf, 0.0], np.float32)
    tokens, p = distribution(logits)
    assert tokens == [1, 3]
    np.testing.assert_allclose(p, [0.5, 0.5])


def test_temperature_zero_takes_the_likeliest_and_the_first_of_equals():
    greedy = Sampler(SamplingConfig(temperature=0.0))
    assert greedy.draw(LOGITS.copy()) == 1
    assert greedy.draw(np.array([0.0, 2.0, 2.0], np.float32)) == 1


def test_the_same_seed_draws_the_same_tokens_and_another_seed_others():
    def draws(seed):
        sampler = Sampler(SamplingConfig(**OPEN, seed=seed))
        return [sampler.draw(LOGITS.copy()) for _ in range(50)]

    assert draws(1) == draws(1)
    assert draws(1) != draws(2)
    assert draws(None) != draws(None)


def test_tokens_are_drawn_as_often_as_they_are_likely():
    sampler = Sampler(SamplingConfig(**OPEN, seed=3))
    counts = np.bincount([sampler.draw(LOGITS.copy()) for _ in range(20_000)], minlength=4)
    # four deviations of a binomial count of 20,000
    np.testing.assert_allclose(counts / 20_000, [0.1, 0.4, 0.2, 0.3], atol=4 * 0.5 / np.sqrt(20_000))


def test_the_penalty_divides_positive_logits_and_multiplies_negative_ones():
    logits = np.array([3.0, 2.0, -1.0, -2.0], np.float32)
    greedy = Sampler(SamplingConfig(temperature=0.0, repetition_penalty=2.0))
    assert greedy.draw(logits.copy(), [0]) == 1  # 1.5, 2, -1, -2
    assert greedy.draw(logits.copy(), [0, 1, 0]) == 0  # 1.5, 1: a token counts once
    assert greedy.draw(np.array([-1.5, -1.0], np.float32), [1]) == 0  # -1.5, -2


def test_the_penalty_forgets_after_64_tokens_and_looks_past_embeddings():
    logits = np.array([3.0, 2.0], np.float32)
    greedy = Sampler(SamplingConfig(temperature=0.0, repetition_penalty=2.0))
    assert greedy.draw(logits.copy(), [0] + [-1] * 63) == 1
    assert greedy.draw(logits.copy(), [0] + [-1] * 64) == 0
    assert greedy.draw(logits.copy(), [-1] * 5) == 0


@pytest.mark.parametrize("penalty", [1.0, 2.0])
def test_drawing_leaves_the_logits_alone_so_that_it_can_be_done_again(penalty):
    logits = LOGITS.copy()
    Sampler(SamplingConfig(**OPEN, repetition_penalty=penalty, seed=0)).draw(logits, [0, 1, 2, 3])
    np.testing.assert_array_equal(logits, LOGITS)


@given(
    st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=40),
    st.floats(0.05, 5),
    st.integers(0, 50),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_every_distribution_adds_up_and_holds_the_likeliest(logits, temperature, top_k, top_p, min_p):
    settings = dict(temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p)
    tokens, p = distribution(logits, **settings)
    assert p.sum() == pytest.approx(1.0)
    assert (p > 0).all()
    assert (np.diff(p) <= 1e-12).all()
    assert len(set(tokens)) == len(tokens) <= (top_k or len(logits))
    assert np.float32(logits[tokens[0]]) == np.float32(max(logits))


@pytest.mark.parametrize(
    "settings",
    [{"temperature": -0.1}, {"top_k": -1}, {"top_p": 1.1}, {"min_p": -0.1}, {"repetition_penalty": 0.0}]
    + [{name: float("nan")} for name in ("temperature", "top_p", "min_p", "repetition_penalty")],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(ConfigError, match=next(iter(settings))):
        SamplingConfig(**settings)
