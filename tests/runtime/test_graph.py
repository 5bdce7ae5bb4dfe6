"""The engine against the reference, in float32, for every family."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import close
from tiny import BEYOND, FAMILIES

MODELS = [*FAMILIES, *BEYOND]
every_model = pytest.mark.parametrize("name", MODELS)


def pieces(tokens, size):
    return [tokens[i : i + size] for i in range(0, len(tokens), size)]


@every_model
@pytest.mark.parametrize("size", [1, 2, 3, 7, 80])
def test_logits_of_every_token_are_the_references_however_the_prompt_is_cut(case, name, size):
    case = case(name)
    with case.session() as session:
        logits = [session.evaluate(part, logits="all").logits for part in pieces(case.tokens, size)]
    close(np.concatenate(logits), case.trace.logits)


@every_model
@pytest.mark.parametrize("chunk", [5, 33, 64, 256])
def test_the_last_logits_do_not_depend_on_the_chunk_setting(case, name, chunk):
    case = case(name)
    with case.session(chunk=chunk) as session:
        last = session.evaluate(case.tokens).logits
        assert last.shape == (1, case.model.spec.vocab)
        close(last[0], case.trace.logits[-1])


@every_model
def test_hidden_states_after_every_layer_are_the_references(case, name):
    case = case(name)
    for stop in range(1, case.model.spec.layers + 1):
        with case.session(chunk=32) as session:
            out = session.evaluate(case.tokens, logits="none", hidden=True, layers=(0, stop))
        assert out.logits is None
        close(out.hidden, case.trace.hidden[stop])


@every_model
@pytest.mark.parametrize("size", [1, 7, 80])
def test_two_windows_of_layers_make_one_model(case, name, size):
    case = case(name)
    layers = case.model.spec.layers
    for cut in range(1, layers):
        with case.session() as lower, case.session() as upper:
            logits = []
            for part in pieces(case.tokens, size):
                hidden = lower.evaluate(part, logits="none", hidden=True, layers=(0, cut)).hidden
                logits.append(upper.evaluate(hidden, logits="all", layers=(cut, layers)).logits)
        close(np.concatenate(logits), case.trace.logits)


@every_model
def test_one_session_can_run_its_layers_one_after_another(case, name):
    case = case(name)
    with case.session() as session:
        x = session.embed(case.tokens)
        for i in range(case.model.spec.layers):
            session.rewind(0)
            x = session.evaluate(x, logits="none", hidden=True, layers=(i, i + 1)).hidden
        close(x, case.trace.hidden[-1])
        # every layer has its keys and values now, as if the tokens had come in the usual way
        session.rewind(40)
        close(session.evaluate(case.tokens[40:], logits="all").logits, case.trace.logits[40:])


@every_model
def test_embeddings_stand_for_their_tokens(case, name):
    case = case(name)
    with case.session() as session:
        embeddings = session.embed(case.tokens)
        assert embeddings.dtype == np.float32
        np.testing.assert_allclose(embeddings, case.reference.embed(case.tokens), atol=1e-5)
        logits = [
            session.evaluate(embeddings[:30], logits="all").logits,
            session.evaluate(case.tokens[30:50], logits="all").logits,
            session.evaluate(embeddings[50:], logits="all").logits,
        ]
    close(np.concatenate(logits), case.trace.logits)


@every_model
def test_taps_are_what_each_weight_was_multiplied_with(case, name):
    case = case(name)
    parts = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    names = [f"blk.{i}.{part}" for i in range(case.model.spec.layers) for part in parts]
    with case.session(chunk=48) as session:
        out = session.evaluate(case.tokens, logits="all", taps=names)
    assert set(out.taps) == set(names)
    for tap in names:
        close(out.taps[tap], case.trace.inputs[f"{tap}.weight"])
    close(out.logits, case.trace.logits)


@pytest.mark.parametrize("name", ["llama", "qwen3", "gemma3"])
def test_taps_hidden_states_and_last_logits_go_together(case, name):
    case = case(name)
    layers = case.model.spec.layers
    with case.session() as session:
        out = session.evaluate(case.tokens[:70], hidden=True, taps=["blk.1.ffn_down"])
        close(out.logits[0], case.trace.logits[69])
        close(out.hidden, case.trace.hidden[-1][:70])
        close(out.taps["blk.1.ffn_down"], case.trace.inputs["blk.1.ffn_down.weight"][:70])
        only = session.evaluate(case.tokens[70:], logits="none", layers=(0, layers))
        assert only.logits is None
        assert only.hidden is None
        assert session.position == 80


@pytest.mark.parametrize("name", ["llama", "qwen2", "gemma3"])
def test_threads_change_nothing_that_matters(case, name):
    case = case(name)
    with case.session(threads=2) as session:
        close(session.evaluate(case.tokens, logits="all").logits, case.trace.logits)


@every_model
def test_a_cache_of_halves_moves_logits_by_little(case, name):
    case = case(name)
    with case.session(cache_type="f16") as session:
        logits = [session.evaluate(part, logits="all").logits for part in pieces(case.tokens, 16)]
    difference = np.concatenate(logits) - case.trace.logits
    assert 1e-6 < np.sqrt(np.mean(difference**2)) < 0.01
    assert np.abs(difference).max() < 0.1
