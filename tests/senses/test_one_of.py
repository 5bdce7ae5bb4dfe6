from __future__ import annotations

import numpy as np
import pytest

from galiot.errors import RequestError
from galiot.runtime.constrain import Vocabulary
from galiot.senses.one_of import OneOf


class Table:
    """A tokenizer of single bytes, some words and an end token."""

    end_tokens = frozenset({0})

    def token_table(self) -> list[bytes]:
        words = [" the", " fell", " rose", "The", "he", " ro", "PR"]
        return [b"", *(bytes([value]) for value in range(256)), *(word.encode() for word in words)]


VOCABULARY = Vocabulary(Table())
TEXTS = ["The PR fell.", "The PR rose.", "The PR rose. It is 5 °C.", "PR rose"]


def drawn(constraint: OneOf, seed: int) -> str:
    rng, text = np.random.default_rng(seed), b""
    while not constraint.must_stop:
        tokens = constraint.forced()
        if not tokens:
            logits = rng.normal(size=VOCABULARY.size).astype(np.float32)
            constraint.mask_into(logits)
            token = int(np.argmax(logits))
            assert constraint.accept(token)
            tokens = [token]
        text += b"".join(VOCABULARY.pieces[token] for token in tokens)
    return text.decode()


def test_random_logits_write_each_of_the_texts_and_nothing_else():
    found = {drawn(OneOf(VOCABULARY, TEXTS, max_tokens=40), seed) for seed in range(60)}
    assert found == set(TEXTS)


def test_tokens_that_lead_nowhere_are_refused_and_change_nothing():
    constraint = OneOf(VOCABULARY, TEXTS, max_tokens=40)
    assert not constraint.accept(1 + ord("X"))
    assert not constraint.accept(0)
    assert constraint.accept(1 + ord("T"))
    assert not constraint.accept(VOCABULARY.pieces.index(b"PR"))
    assert constraint.accept(VOCABULARY.pieces.index(b"he"))
    assert not constraint.done


def test_what_does_not_fit_is_not_begun():
    # "The PR fell." is The| |PR| fell|. in five tokens, the longest text takes many more
    for seed in range(20):
        assert drawn(OneOf(VOCABULARY, TEXTS[:3], max_tokens=12), seed) in TEXTS[:2]
    with pytest.raises(RequestError, match="5 tokens, 4 are allowed"):
        OneOf(VOCABULARY, TEXTS[:1], max_tokens=4)


def test_a_single_text_is_forced_to_its_end():
    constraint = OneOf(VOCABULARY, ["The PR fell."], max_tokens=12)
    tokens = constraint.forced()
    assert b"".join(VOCABULARY.pieces[token] for token in tokens) == b"The PR fell."
    assert constraint.must_stop
