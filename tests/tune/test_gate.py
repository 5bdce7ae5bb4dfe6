"""The gate: losses and divergence as the engine has them, against logits that are there whole."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import Tiny, write_tiny

from galiot.bench.evaluate import log_softmax
from galiot.learn.batch import Sample, pack
from galiot.model.adapter import Adapter, LowRank, adaptable
from galiot.model.model import open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.tune.gate import Gate, Verdict, general_tokens


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return open_model(write_tiny(tmp_path_factory.mktemp("gate") / "tiny.gguf", Tiny()))


@pytest.fixture(scope="module")
def held_out() -> list[Sample]:
    rng = np.random.default_rng(0)
    return [Sample(rng.integers(5, 250, n).astype(np.int32), rng.random(n) < 0.5) for n in (12, 30, 7)]


def adapter_of(model, strength: float) -> Adapter:
    rng = np.random.default_rng(1)
    layers = {
        key: LowRank(
            rng.standard_normal((2, width)).astype(np.float32) * 0.1,
            rng.standard_normal((rows, 2)).astype(np.float32) * np.float32(strength),
        )
        for key, (rows, width) in adaptable(model.spec).items()
    }
    return Adapter(architecture=model.spec.family, alpha=4.0, layers=layers)


def logits_of(model, tokens, adapter=None) -> np.ndarray:
    with Session(model, RuntimeConfig(context=600, threads=1)) as session:
        if adapter is not None:
            session.adapt([(adapter, 1.0)])
        return log_softmax(session.evaluate(tokens, logits="all").logits)


def loss_of(model, samples, adapter=None) -> float:
    found = []
    for sample in samples:
        batch = pack([sample])
        shares = logits_of(model, batch.tokens, adapter)
        found += [-shares[i, label] for i, label in enumerate(batch.labels) if label >= 0]
    return float(np.mean(found))


def test_the_losses_are_the_means_over_all_predicted_tokens(model, held_out):
    gate, adapter = Gate(model, held_out, threads=1), adapter_of(model, 0.3)
    before = gate.before()
    verdict = gate.after(adapter, before)
    assert before == pytest.approx(loss_of(model, held_out), abs=2e-3)
    assert verdict.held_out_after == pytest.approx(loss_of(model, held_out, adapter), abs=2e-3)
    assert abs(verdict.held_out_after - before) > 0.01


def test_forgetting_is_the_mean_divergence_from_the_model_on_the_general_text(model, held_out):
    adapter = adapter_of(model, 0.3)
    tokens = general_tokens(model)
    base, tuned = logits_of(model, tokens), logits_of(model, tokens, adapter)
    expected = (np.exp(base) * (base - tuned)).sum(axis=1).mean()
    assert expected > 0.01
    assert Gate(model, held_out, threads=1).after(adapter, 1.0).forgetting == pytest.approx(expected, rel=0.02)


def test_an_adapter_that_changes_nothing_forgets_nothing_and_is_not_better(model, held_out):
    gate = Gate(model, held_out, threads=1)
    before = gate.before()
    verdict = gate.after(adapter_of(model, 0.0), before)
    assert verdict.forgetting == pytest.approx(0.0, abs=1e-6)
    assert verdict.held_out_after == pytest.approx(before, abs=1e-6)
    assert not Verdict(held_out_before=1.0, held_out_after=1.0, forgetting=0.0).better


def test_the_adapter_that_is_there_has_to_be_beaten_too(model, held_out):
    gate, old = Gate(model, held_out, threads=1), adapter_of(model, 0.3)
    verdict = gate.after(adapter_of(model, 0.0), gate.before(), old)
    assert verdict.held_out_old == pytest.approx(loss_of(model, held_out, old), abs=2e-3)
    assert Verdict(held_out_before=2.0, held_out_after=1.0, forgetting=0.0).better
    assert not Verdict(held_out_before=2.0, held_out_after=1.0, forgetting=0.0, held_out_old=0.9).better
    assert (
        "0.9000 with the adapter that is there"
        in Verdict(held_out_before=2.0, held_out_after=1.0, forgetting=0.0, held_out_old=0.9).why
    )


def test_a_whole_model_is_judged_as_an_adapter_is(model, held_out, tmp_path):
    other = open_model(write_tiny(tmp_path / "other.gguf", Tiny(seed=8)))
    verdict = Gate(model, held_out, threads=1).after_whole(other, 1.0)
    tokens = general_tokens(model)
    base, tuned = logits_of(model, tokens), logits_of(other, tokens)
    assert verdict.forgetting == pytest.approx((np.exp(base) * (base - tuned)).sum(axis=1).mean(), rel=0.02)
    assert verdict.held_out_after == pytest.approx(loss_of(other, held_out), abs=2e-3)


def test_the_general_text_is_about_five_hundred_tokens_and_is_cut_to_the_context(model, tmp_path):
    assert len(general_tokens(model)) == 512
    short = open_model(write_tiny(tmp_path / "short.gguf", Tiny(context=100)))
    assert len(general_tokens(short)) == 100


def test_what_was_held_out_is_measured_up_to_a_bound(model):
    many = [Sample(np.full(1000, 7, np.int32), np.ones(1000, bool))] * 50
    assert len(Gate(model, many).held_out) == 32
