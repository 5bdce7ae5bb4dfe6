"""Perplexity and divergence against numbers derived by hand and a slow, obvious sum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tiny import Tiny, write_tiny

from galiot.bench.evaluate import _Sums, check_same_vocabulary, cut, evaluate, log_softmax
from galiot.errors import RequestError
from galiot.model.model import open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session

TEXT = "the sea and the wind in the night on the other side of it " * 12


@pytest.fixture
def model(tmp_path):
    with open_model(write_tiny(tmp_path / "m.gguf", Tiny())) as opened:
        yield opened


def test_windows_do_not_overlap_and_begin_with_the_start_token():
    assert cut(range(10), 4, None) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert cut(range(10), 4, 99) == [[99, 1, 2, 3], [99, 5, 6, 7]]
    assert cut(range(5), 8, None) == [[0, 1, 2, 3, 4]]
    with pytest.raises(RequestError):
        cut(range(3), 4, None)


def test_even_chances_give_a_perplexity_of_the_vocabulary():
    sums = _Sums(compared=False)
    sums.add(np.zeros((5, 7), np.float32), None, np.arange(5))
    found = sums.result(tokens=5, windows=1, context=5)
    assert found.perplexity == pytest.approx(7)
    assert found.perplexity_error == pytest.approx(0, abs=1e-6)


def test_divergence_of_two_coins_is_the_textbooks():
    ours, theirs = np.log([[0.25, 0.75]]), np.log([[0.5, 0.5]])
    sums = _Sums(compared=True)
    sums.add(ours, theirs, np.array([0]))
    found = sums.result(tokens=1, windows=1, context=1).divergence
    assert found.mean == pytest.approx(0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75))
    assert found.agreement == 0


def test_the_score_is_that_of_the_whole_logits_of_every_window(model):
    found = evaluate(model, TEXT, context=80, threads=1)
    tokens = model.tokenizer.encode(TEXT, start=True)
    start = tokens[0] if tokens[0] == model.tokenizer.bos else None
    losses = []
    for part in cut(tokens, 80, start):
        with Session(model, RuntimeConfig(context=80, threads=1)) as session:
            p = log_softmax(session.evaluate(part, logits="all").logits)
        losses += [-p[i, part[i + 1]] for i in range(40, 79)]
    assert found.scored_tokens == len(losses)
    assert found.nats_per_token == pytest.approx(np.mean(losses), abs=1e-3)
    error = np.std(losses, ddof=1) / math.sqrt(len(losses))
    assert found.perplexity_error == pytest.approx(math.exp(np.mean(losses)) * error, rel=1e-2)


def test_another_vocabulary_is_refused(model, tmp_path):
    with open_model(write_tiny(tmp_path / "o.gguf", Tiny(tokenizer="spm"))) as other, pytest.raises(RequestError):
        check_same_vocabulary(model, other)
