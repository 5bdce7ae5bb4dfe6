"""Scores of given tokens beside those that come from all logits."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import Tiny

from galiot.errors import RequestError
from galiot.runtime.likelihood import Likelihood

NONE = -1


@pytest.mark.parametrize("family", ["llama", "qwen3", "gemma3", "llama-factors"])
def test_scores_agree_with_the_reference(case, family):
    made = case(family)
    tokens, labels = np.asarray(made.tokens), np.r_[made.tokens[1:], NONE]
    with made.session() as session:
        found = Likelihood(session).score(tokens, labels)
    logits = made.trace.logits[:-1]
    expected = np.log(np.exp(logits).sum(1)) - logits[np.arange(len(logits)), labels[:-1]]
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_only_what_is_to_be_predicted_is_scored(case):
    made = case("llama")
    tokens, labels = np.asarray(made.tokens), np.r_[made.tokens[1:], NONE]
    few = np.full_like(labels, NONE)
    few[[3, 40, 41, 70]] = labels[[3, 40, 41, 70]]
    with made.session() as session:
        likelihood = Likelihood(session)
        every = likelihood.score(tokens, labels)
        np.testing.assert_allclose(likelihood.score(tokens, few), every[[3, 40, 41, 70]], atol=1e-5)
        assert session.position == 71, "what follows the last prediction is not run"
        assert len(likelihood.score(tokens, np.full_like(labels, NONE))) == 0


def test_quantized_output_layers_give_what_the_session_gives(case):
    made = case(Tiny(types=(("token_embd", "Q8_0"),), type="Q4_0"))
    tokens, labels = np.asarray(made.tokens), np.r_[made.tokens[1:], NONE]
    with made.session() as session:
        found = Likelihood(session).score(tokens, labels)
        session.rewind(0)
        logits = session.evaluate(tokens, logits="all").logits[:-1]
    expected = np.log(np.exp(logits).sum(1)) - logits[np.arange(len(logits)), labels[:-1]]
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_a_label_beyond_the_vocabulary_is_refused(case):
    made = case("llama")
    with made.session() as session, pytest.raises(RequestError, match="labels"):
        Likelihood(session).score(np.asarray([1, 2]), np.asarray([made.model.spec.vocab, NONE]))
