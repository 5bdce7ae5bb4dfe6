"""Adapters in the engine: what they change, and what never outlives a change of them."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import close
from reference import Reference
from tiny import FAMILIES, Tiny

from galiot.errors import BudgetError, RequestError
from galiot.model.adapter import Adapter, LowRank, adaptable
from galiot.runtime.chat import Chat
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.generate import GenerateConfig
from galiot.runtime.session import Session

EIGHT_BITS = 0.06  # see test_weights.py


def made(spec, *, seed=0, rank=4, size=1.0, only=None, gain=None, weights=None):
    """A random adapter whose deltas are as large as the weights of a tiny model, or `size` times that.

    rank: a number, or a function of the weight's place; gain: how far magnitudes are from the lengths of the rows of
    `weights`
    """
    rng, layers = np.random.default_rng(seed), {}
    for place, (name, (rows, width)) in enumerate(adaptable(spec).items()):
        if only is not None and not any(part in name for part in only):
            continue
        r = rank(place) if callable(rank) else rank
        a = rng.standard_normal((r, width)).astype(np.float32) / np.float32(np.sqrt(width))
        b = size * rng.standard_normal((rows, r)).astype(np.float32) / np.float32(2 * np.sqrt(r))
        magnitude = None
        if gain is not None:
            lengths = np.linalg.norm(weights[f"{name}.weight"], axis=1)
            magnitude = (lengths * (1 + gain * rng.standard_normal(rows))).astype(np.float32)
        layers[name] = LowRank(a, b, magnitude)
    return Adapter(architecture=spec.family, alpha=8.0, layers=layers, name=f"made-{seed}")


def merged(weights, adapters):
    """The weights with every adapter added, in float64."""
    found = {name: values.astype(np.float64) for name, values in weights.items()}
    for adapter, weight in adapters:
        for name, layer in adapter.layers.items():
            plain = weights[f"{name}.weight"].astype(np.float64)
            changed = plain + adapter.alpha / len(layer.a) * layer.b.astype(np.float64) @ layer.a
            if layer.magnitude is not None:
                changed *= (layer.magnitude / np.linalg.norm(changed, axis=1))[:, None]
            found[f"{name}.weight"] += weight * (changed - plain)
    return found


def expected(case, adapters):
    return Reference(case.model.spec, merged(case.reference.w, adapters)).run(case.tokens)


def logits_of(session, tokens, size):
    return np.concatenate(
        [session.evaluate(tokens[i : i + size], logits="all").logits for i in range(0, len(tokens), size)]
    )


def relative_error(logits, wanted):
    return np.sqrt(np.mean((logits - wanted) ** 2)) / wanted.std()


@pytest.mark.parametrize("size", [1, 5, 80])
@pytest.mark.parametrize("name", FAMILIES)
def test_an_adapter_says_what_the_merged_weights_say(case, name, size):
    case = case(name)
    adapters = [(made(case.model.spec, size=0.2), 1.0)]
    with case.session() as session:
        session.adapt(adapters)
        close(logits_of(session, case.tokens, size), expected(case, adapters).logits)


FORMS = {
    "interleaved": Tiny(type="Q4_0"),
    "augmented": Tiny(type="Q4_1", types=(("token_embd", "Q8_0"),)),
    "halved": Tiny(type="Q8_0"),
    "mapped": Tiny(type="F16"),
    "unlike-projections": Tiny(type="Q4_0", types=(("attn_v", "Q8_0"), ("ffn_up", "F16"))),
    "two-scratches-for-one-input": Tiny(type="Q4_1", types=(("attn_k", "Q8_0"), ("ffn_up", "Q8_0"))),
    "biases": Tiny(biases=True, output_bias=True, type="Q4_1"),
    "widths-that-do-not-fit": Tiny(width=96, ff=160, heads=3, kv_heads=1, head_dim=32, type="Q4_1"),
    "gemma3": Tiny(family="gemma3", layers=3, window=6, tokenizer="spm", type="Q4_0", types=(("token_embd", "Q8_0"),)),
    "qwen3": Tiny(family="qwen3", type="Q8_0", head_dim=32),
}


@pytest.mark.parametrize("size", [1, 4, 80])
@pytest.mark.parametrize("gain", [None, 0.2])
@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_weight_is_changed_alike(case, name, gain, size):
    case = case(FORMS[name])
    rank = 3 if gain is None else lambda place: 1 + place % 5  # alike in joined weights, and not
    adapter = made(case.model.spec, size=0.2, rank=rank, gain=gain, weights=case.reference.w)
    with case.session() as session:
        session.adapt([(adapter, 1.0)])
        found = logits_of(session, case.tokens, size)
    wanted = expected(case, [(adapter, 1.0)]).logits
    assert relative_error(found, wanted) < EIGHT_BITS
    assert relative_error(case.trace.logits, wanted) > 5 * EIGHT_BITS


def test_two_adapters_are_the_sum_of_what_they_add(case):
    case = case("qwen2")
    spec = case.model.spec
    one = made(spec, seed=1, size=0.2, rank=3)
    two = made(spec, seed=2, size=0.2, rank=5, only=("attn_q", "attn_v", "ffn_down"))
    dora = made(spec, seed=3, size=0.2, gain=0.1, weights=case.reference.w, only=("ffn_up", "attn_k"))
    adapters = [(one, 0.7), (two, -0.4), (dora, 0.5)]
    with case.session() as session:
        session.adapt(adapters)
        both = logits_of(session, case.tokens, 80)
        close(both, expected(case, adapters).logits)
        session.adapt([*adapters, (one, 0.3), (one, -0.3)])
        np.testing.assert_allclose(logits_of(session, case.tokens, 80), both, atol=1e-3)


def test_no_adapter_gives_the_very_numbers_of_the_plain_model(case):
    case = case(FORMS["augmented"])
    adapter = made(case.model.spec)
    with case.session() as session:
        plain = logits_of(session, case.tokens, 16)
        session.adapt([(adapter, 1.0)])
        assert np.abs(logits_of(session, case.tokens, 16) - plain).max() > 0.5
        for nothing in ([], [(adapter, 0.0)], [(made(case.model.spec, size=0.0), 1.0)]):
            session.adapt([(adapter, 1.0)])
            session.adapt(nothing)
            np.testing.assert_array_equal(logits_of(session, case.tokens, 16), plain)


def test_a_change_of_adapters_forgets_what_was_seen(case):
    case = case("llama")
    adapter, other = made(case.model.spec), made(case.model.spec, seed=1)
    with case.session() as session:
        for adapters in ([(adapter, 1.0)], [(other, 1.0)], [(adapter, 0.5)], [(adapter, 0.5), (other, 1.0)], []):
            session.rewind(0)
            session.evaluate(case.tokens[:40])
            session.adapt(adapters)
            assert session.position == 0
            found = session.evaluate(case.tokens).logits[0]
            close(found, expected(case, adapters).logits[-1])
            with case.session() as fresh:
                fresh.adapt(adapters)
                np.testing.assert_array_equal(fresh.evaluate(case.tokens).logits[0], found)


def test_an_adapter_given_at_the_start_is_an_adapter_given_later(case):
    case = case("llama")
    adapters = [(made(case.model.spec), 0.5)]
    with Session(case.model, RuntimeConfig(context=96), weights=case.weights, adapters=adapters) as session:
        first = session.evaluate(case.tokens).logits
        session.adapt(adapters)
        np.testing.assert_array_equal(session.evaluate(case.tokens).logits, first)


def test_snapshots_come_back_under_the_same_adapters_only(case):
    case = case("llama")
    adapter, again, other = (made(case.model.spec, seed=seed) for seed in (0, 0, 1))
    with case.session() as session:
        session.evaluate(case.tokens[:20])
        plain = session.snapshot()
        session.adapt([(adapter, 1.0)])
        with pytest.raises(RequestError, match="other adapters"):
            session.restore(plain)
        session.evaluate(case.tokens[:20])
        adapted = session.snapshot()
        for adapters in ([], [(adapter, 0.5)], [(other, 1.0)], [(adapter, 1.0), (other, 1.0)]):
            session.adapt(adapters)
            with pytest.raises(RequestError, match="other adapters"):
                session.restore(adapted)
            assert session.position == 0
        session.adapt([(again, 1.0)])
        session.restore(adapted)
        close(session.evaluate(case.tokens[20:]).logits[0], expected(case, [(adapter, 1.0)]).logits[-1])
        session.adapt([])
        session.restore(plain)
        close(session.evaluate(case.tokens[20:]).logits[0], case.trace.logits[-1])


def test_a_fork_keeps_the_adapters_and_then_goes_its_own_way(case):
    case = case("llama")
    adapters = [(made(case.model.spec), 1.0)]
    with case.session() as session:
        session.adapt(adapters)
        session.evaluate(case.tokens[:20])
        with session.fork() as fork:
            session.adapt([])
            wanted = expected(case, adapters).logits[-1]
            close(fork.evaluate(case.tokens[20:]).logits[0], wanted)
            close(session.evaluate(case.tokens).logits[0], case.trace.logits[-1])
            fork.rewind(0)
            close(fork.evaluate(case.tokens).logits[0], wanted)


def test_windows_of_layers_taps_and_hidden_states_are_those_of_the_changed_model(case):
    case = case("qwen3")
    adapters = [(made(case.model.spec, size=0.2), 1.0)]
    trace = expected(case, adapters)
    taps = [f"blk.{i}.{name}" for i in range(2) for name in ("attn_q", "attn_output", "ffn_gate", "ffn_down")]
    with case.session() as first, case.session() as second:
        first.adapt(adapters)
        second.adapt(adapters)
        close(first.evaluate(case.tokens, logits="none", hidden=True, taps=taps).hidden, trace.hidden[-1])
        first.rewind(0)
        found = first.evaluate(case.tokens, taps=taps)
        for name in taps:
            close(found.taps[name], trace.inputs[f"{name}.weight"])
        first.rewind(0)
        half = first.evaluate(case.tokens, logits="none", hidden=True, layers=(0, 1)).hidden
        close(half, trace.hidden[1])
        close(second.evaluate(half, layers=(1, 2)).logits[0], trace.logits[-1])


def test_a_conversation_is_read_again_by_the_model_that_goes_on_with_it(case):
    case = case("llama")
    adapter, few = made(case.model.spec), GenerateConfig(max_tokens=4, temperature=0)
    with case.session(context=512) as session, case.session(context=512) as fresh:
        chat = Chat(session)
        "".join(chat.send("the sea", settings=few))
        session.adapt([(adapter, 1.0)])
        assert session.position == 0
        "".join(chat.send("and the wind", settings=few))
        fresh.adapt([(adapter, 1.0)])
        tokens = list(session.tokens)
        close(session.evaluate([7]).logits, fresh.evaluate([*tokens, 7]).logits)


def test_what_is_written_into_the_views_counts_from_the_next_token_on(case):
    case = case("llama")
    adapter = made(case.model.spec, rank=3)
    with case.session() as session:
        session.adapt([(adapter, 0.5)])
        a, b = session.deltas.views("blk.1.attn_v")
        layer = adapter.layers["blk.1.attn_v"]
        np.testing.assert_array_equal(a, layer.a)
        np.testing.assert_allclose(b, layer.b * adapter.alpha / 3 * 0.5, rtol=1e-6)
        changed = {name: LowRank(pair.a.copy(), pair.b.copy()) for name, pair in adapter.layers.items()}
        for name, pair in changed.items():
            a, b = session.deltas.views(name)
            a += 0.01
            b *= 2
            pair.a[:] += 0.01
            pair.b[:] *= 2
        wanted = Adapter(architecture="llama", alpha=adapter.alpha, layers=changed)
        for size in (1, 80):
            session.rewind(0)
            close(logits_of(session, case.tokens, size), expected(case, [(wanted, 0.5)]).logits)


def test_snapshots_from_before_the_views_were_asked_for_are_refused(case):
    case = case("llama")
    with case.session() as session:
        session.adapt([(made(case.model.spec), 1.0)])
        snapshot = session.snapshot()
        session.deltas.views("blk.0.attn_q")
        with pytest.raises(RequestError, match="other adapters"):
            session.restore(snapshot)


def test_an_adapter_that_does_not_fit_changes_nothing(case):
    llama, qwen, wide = case("llama"), case("qwen3"), case("llama-three-per-key")
    good = made(llama.model.spec)
    with llama.session() as session:
        session.adapt([(good, 1.0)])
        session.evaluate(llama.tokens[:8])
        for adapters, words in (
            ([(good, 1.0), (made(qwen.model.spec), 1.0)], "architecture qwen3"),
            ([(made(wide.model.spec), 1.0)], "matrix of"),
            ([(good, float("nan"))], "weight nan"),
        ):
            with pytest.raises(RequestError, match=words):
                session.adapt(adapters)
        assert session.position == 8
        session.evaluate(llama.tokens[8:40])
        close(session.evaluate(llama.tokens[40:]).logits[0], expected(llama, [(good, 1.0)]).logits[-1])


def test_the_forecast_counts_adapters_and_a_grant_holds_for_later_ones(case):
    from galiot.runtime.budget import forecast

    case = case("llama")
    small, large = made(case.model.spec, rank=2), made(case.model.spec, rank=2000)
    config = RuntimeConfig(context=96, threads=1)
    found = forecast(case.model, config, [(small, 1.0)])
    with Session(case.model, config, adapters=[(small, 1.0)]) as session:
        assert found.parts["adapters"] == session.deltas.size
    granted = RuntimeConfig(context=96, threads=1, memory_bytes=found.total + (16 << 20))
    with Session(case.model, granted, adapters=[(small, 1.0)]) as session:
        with pytest.raises(BudgetError, match="adapters"):
            session.adapt([(large, 1.0)])
        session.adapt([(small, 0.5)])
    with pytest.raises(BudgetError, match="adapters"):
        Session(case.model, granted, adapters=[(large, 1.0)])
