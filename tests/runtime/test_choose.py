"""Choosing by the rounded output layer is choosing by the exact one."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import Tiny

from galiot.runtime.choose import Chooser
from galiot.runtime.sampling import SamplingConfig

GREEDY = SamplingConfig(temperature=0)
MILD = SamplingConfig(temperature=0.7, min_p=0.05, seed=3)


@pytest.fixture
def sketched(case):
    with case(Tiny(type="Q8_0", tied=False)).session() as session:
        if not session.weights.has_sketch:
            pytest.skip("no interleaved Q4_0 on this processor")
        yield session


def chosen(session, config, *, sketching, tokens=60):
    session.rewind(0)
    chooser, found = Chooser(session, config), [5]
    chooser._sketching = sketching
    for _ in range(tokens):
        chooser.read(found[-1:])
        found.append(chooser.choose())
    return found


def exact_greedy(session, tokens=60):
    """Greedy by the exact logits, computed from the state as `exact_logits` does."""
    session.rewind(0)
    found, everything = [5], np.arange(session.spec.vocab)
    for _ in range(tokens):
        state = session.evaluate(found[-1:], logits="sketch").state
        found.append(int(session.weights.exact_logits(state, everything).argmax()))
    return found


def test_a_greedy_choice_is_that_of_the_exact_logits(sketched):
    assert chosen(sketched, GREEDY, sketching=True) == exact_greedy(sketched)


def test_without_a_margin_and_without_looking_the_choice_is_another(sketched, monkeypatch):
    monkeypatch.setattr(Chooser, "_sharpen", lambda self, state: None)
    assert chosen(sketched, GREEDY, sketching=True) != exact_greedy(sketched)


def test_a_sketch_that_is_seen_to_be_far_off_is_looked_at_more_widely(sketched, monkeypatch):
    sketch = np.array([10.0, 9.0, 4.5, -50.0], np.float32)  # the third lies outside of the margin of 4
    exact = np.array([10.0, 6.0, 11.0, -50.0], np.float32)  # but the second is off by 3
    monkeypatch.setattr(sketched.weights, "exact_logits", lambda state, tokens: exact[tokens])
    chooser = Chooser(sketched, GREEDY)
    chooser._logits, chooser._state, chooser._exact = sketch, np.zeros((1, 64)), np.zeros(4, bool)
    assert chooser.choose() == 2
    assert chooser._exact.tolist() == [True, True, True, False]


def test_what_can_be_drawn_is_exact_and_the_rest_cannot_be_drawn(sketched):
    chooser = Chooser(sketched, MILD)
    sketched.rewind(0)
    chooser.read([5])
    chooser.choose()
    sketched.rewind(0)
    state = sketched.evaluate([5], logits="sketch").state
    exact = sketched.weights.exact_logits(state, np.arange(sketched.spec.vocab))
    tokens, p = chooser._sampler.distribution(chooser._logits)
    wanted, q = chooser._sampler.distribution(exact)
    np.testing.assert_array_equal(tokens, wanted)
    np.testing.assert_allclose(p, q, rtol=1e-5)


def test_a_seed_draws_the_same_tokens_again(sketched):
    assert chosen(sketched, MILD, sketching=True) == chosen(sketched, MILD, sketching=True)


def test_settings_that_reach_every_token_use_the_exact_layer(sketched):
    for config in (SamplingConfig(min_p=0), SamplingConfig(temperature=0, repetition_penalty=1.1)):
        chooser = Chooser(sketched, config)
        sketched.rewind(0)
        chooser.read([5])
        assert chooser._state is None


class Few:
    """A constraint to a few tokens, ever the same."""

    def __init__(self, tokens):
        self.tokens = np.array(tokens)

    def few(self):
        return self.tokens

    def mask_into(self, logits):
        mask = np.ones(len(logits), bool)
        mask[self.tokens] = False
        logits[mask] = -np.inf

    def accept(self, token):
        return True


@pytest.mark.parametrize("tokens", [[5], [5, 9, 14, 3, 8], list(range(40))])
def test_where_few_tokens_may_come_only_their_logits_are_computed(case, tokens):
    allowed = [7, 21, 60, 61]
    with case(Tiny(type="Q8_0", tied=False)).session() as session:
        state = session.evaluate(tokens, logits="state").state
        exact = session.weights.exact_logits(state, np.array(allowed))
        session.rewind(0)
        whole = session.evaluate(tokens).logits[0, allowed]
        np.testing.assert_allclose(exact, whole, atol=0.02 * np.ptp(whole))  # the layer rounds its input to 8 bits
        session.rewind(0)
        chooser = Chooser(session, GREEDY, Few(allowed))
        chooser.read(tokens)
        assert np.isfinite(chooser._logits).sum() == len(allowed)
        assert chooser.choose() == allowed[int(exact.argmax())]


def test_a_state_is_that_of_the_last_token_however_a_prompt_is_cut(case):
    tokens = list(range(1, 50))
    found = []
    for chunk in (16, 64):
        with case(Tiny(type="Q8_0", tied=False)).session(chunk=chunk) as session:
            found.append(session.evaluate(tokens, logits="state").state)
    np.testing.assert_allclose(*found, atol=0.05)
