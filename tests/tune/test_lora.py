"""Low-rank adapters by exact gradients: what they learn runs in the engine as it was trained."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install galiot[learn]")

from agreement import close  # noqa: E402
from tiny import FAMILIES, Tiny, write_tiny  # noqa: E402

from galiot.errors import RequestError  # noqa: E402
from galiot.learn import decoder as decoders  # noqa: E402
from galiot.learn.batch import Sample, pack  # noqa: E402
from galiot.model.adapter import read_adapter, write_adapter  # noqa: E402
from galiot.model.model import open_model  # noqa: E402
from galiot.runtime.config import RuntimeConfig  # noqa: E402
from galiot.runtime.session import Session  # noqa: E402
from galiot.tune.methods import make_method  # noqa: E402
from galiot.tune.settings import TuneSettings  # noqa: E402

METHODS = ("lora", "rslora", "dora")
OPTIMIZERS = ("adamw", "adamw8", "adafactor")
RATE = 0.02

every_method = pytest.mark.parametrize("name", METHODS)


def batch_of(*lengths, seed=3):
    rng = np.random.default_rng(seed)
    return pack([Sample(rng.integers(5, 280, n).astype(np.int32), np.ones(n, bool)) for n in lengths])


BATCH = batch_of(12, 20, 9)


@pytest.fixture
def make(tmp_path, monkeypatch):
    """`make("lora", "gemma3", rank=4)`: a method that is ready, in float32; the same model each time."""
    monkeypatch.setattr(decoders, "preferred_dtype", lambda: torch.float32)

    def made(name, key="qwen3", tiny=None, **settings):
        path = tmp_path / f"{key}.gguf"
        if not path.exists():
            write_tiny(path, tiny or FAMILIES[key])
        given = {"method": name, "threads": 1, "rank": 4} | settings
        return make_method(name, open_model(path), TuneSettings(**given))

    return made


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[key], b[key]) for key in a)


def by_engine(model, adapters, tokens):
    with Session(model, RuntimeConfig(context=96, cache_type="f32", threads=1)) as session:
        session.adapt(adapters)
        return session.evaluate(tokens, logits="all").logits.copy()


@pytest.mark.parametrize("key", ["llama-biases", "qwen2", "gemma3"])
@every_method
def test_the_engine_runs_what_was_trained(name, key, make, tmp_path):
    with make(name, key) as method:
        for _ in range(3):
            method.step([BATCH], RATE)
        write_adapter(tmp_path / "a.gguf", method.adapter())
        tokens = BATCH.tokens[:12]
        trained = method.decoder.logits(batch_of_tokens(tokens), method.learned)
        plain = method.decoder.logits(batch_of_tokens(tokens))
        adapter = read_adapter(tmp_path / "a.gguf", method.model)
        close(by_engine(method.model, [(adapter, 1.0)], tokens.tolist()), trained.numpy())
        close(by_engine(method.model, [], tokens.tolist()), plain.numpy())
        assert (trained - plain).abs().max() > 0.1


def batch_of_tokens(tokens):
    """One sequence that is fed whole."""
    return pack([Sample(np.append(tokens, 0).astype(np.int32), np.ones(len(tokens) + 1, bool))])


@every_method
def test_adapters_change_nothing_before_the_first_step(name, make):
    method = make(name)
    tokens = BATCH.tokens[:12]
    plain = method.decoder.logits(batch_of_tokens(tokens))
    adapted = method.decoder.logits(batch_of_tokens(tokens), method.learned)
    np.testing.assert_allclose(adapted, plain, atol=1e-5)
    close(by_engine(method.model, [(method.adapter(), 1.0)], tokens.tolist()), plain.numpy())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@every_method
def test_loss_falls(name, optimizer, make):
    method = make(name, optimizer=optimizer)
    rate = 1.0 if optimizer == "adafactor" else RATE  # of which Adafactor takes no more than its steps allow
    losses = [method.step([BATCH], rate).loss for _ in range(10)]
    assert losses[-1] < 0.9 * losses[0]
    total, count = method.loss(BATCH)
    assert count == BATCH.predicted
    assert total / count < losses[-1] + 0.1


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@every_method
def test_steps_after_coming_back_are_the_same_bit_for_bit(name, optimizer, make):
    method = make(name, optimizer=optimizer)
    method.step([BATCH], RATE)
    kept = method.state()
    again = {key: values.copy() for key, values in kept.items()}
    expected = [method.step([BATCH], RATE) for _ in range(2)]
    assert same(kept, again)  # copies
    other = make(name, optimizer=optimizer, seed=1)
    other.step([batch_of(30, seed=8)], RATE)
    other.restore(kept)
    assert same(other.state(), kept)
    assert [other.step([BATCH], RATE) for _ in range(2)] == expected
    assert same(other.state(), method.state())


@every_method
def test_several_passes_of_a_step_are_one_of_all(name, make):
    one, several = make(name), make(name)
    parts = [batch_of(12, 20), batch_of(9, 14, 6, seed=4)]
    rng, whole = [np.random.default_rng(seed) for seed in (3, 4)], []
    for generator, lengths in zip(rng, [(12, 20), (9, 14, 6)], strict=True):
        whole += [Sample(generator.integers(5, 280, n).astype(np.int32), np.ones(n, bool)) for n in lengths]
    a, b = one.step([pack(whole)], RATE), several.step(parts, RATE)
    assert (a.loss, a.gradient_norm) == pytest.approx((b.loss, b.gradient_norm), rel=1e-5)
    assert a.tokens == b.tokens


@every_method
def test_long_gradients_are_cut_to_the_clip(name, make):
    method = make(name, clip=1e-3)
    seen = []
    method._optimizer.step = lambda rate: seen.extend(p.grad.clone() for p in method.learned.parameters.values())
    result = method.step([BATCH], RATE)
    assert result.gradient_norm > 0.1
    assert math.sqrt(sum(float(g.square().sum()) for g in seen)) == pytest.approx(1e-3, rel=1e-4)


@every_method
@pytest.mark.parametrize("batches", [1, 2])
def test_a_loss_that_is_no_number_changes_nothing(name, batches, make):
    method = make(name)
    method.step([BATCH], RATE)
    before = method.state()
    parameter = method.learned.parameters["blk.1.ffn_down.b"]
    with torch.no_grad():
        kept = parameter.clone()
        parameter[0, 0] = math.nan
    result = method.step([BATCH] * batches, RATE)
    assert not math.isfinite(result.loss)
    with torch.no_grad():
        parameter.copy_(kept)
    assert same(method.state(), before)
    assert math.isfinite(method.step([BATCH], RATE).gradient_norm)  # nothing is left of those before


def test_the_scale_is_stored_as_every_reader_takes_it(make):
    for name, alpha, scale in (("lora", None, 2.0), ("lora", 12.0, 3.0), ("rslora", 12.0, 6.0), ("rslora", None, 4.0)):
        adapter = make(name, rank=4, alpha=alpha).adapter()
        assert adapter.scale("blk.0.attn_q") == pytest.approx(scale)
        assert adapter.alpha == pytest.approx(4 * scale)


def test_only_what_is_named_gets_factors(make):
    method = make("dora", "llama", tiny=Tiny(type="Q4_0"), targets=("attn_q", "ffn_down"))
    before = method.state()
    method.step([BATCH], RATE)
    layers = method.adapter().layers
    assert set(layers) == {f"blk.{i}.{part}" for i in range(2) for part in ("attn_q", "ffn_down")}
    assert all(layer.rank == 4 and layer.magnitude is not None for layer in layers.values())
    moved = {key for key, values in method.state().items() if key in before and (values != before[key]).any()}
    assert {key for key in before if key.startswith("parameter/") and not key.endswith(".a")} <= moved


def test_another_seed_begins_elsewhere(make):
    a, b, c = (make("lora", seed=seed).adapter().layers["blk.0.attn_v"].a for seed in (0, 0, 1))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)
    assert np.abs(a).max() <= 1 / math.sqrt(a.shape[1])


def test_a_run_goes_on_from_an_adapter(make, tmp_path):
    first = make("lora", "llama")
    for _ in range(3):
        first.step([BATCH], RATE)
    write_adapter(tmp_path / "first.gguf", first.adapter())
    second = make("lora", "llama", start=str(tmp_path / "first.gguf"))
    assert second.loss(BATCH) == pytest.approx(first.loss(BATCH), rel=1e-6)


@pytest.mark.parametrize("other", [{"rank": 2}, {"alpha": 3.0}, {"targets": ("attn_q",)}], ids=str)
def test_an_adapter_of_another_shape_is_not_gone_on_from(make, tmp_path, other):
    write_adapter(tmp_path / "first.gguf", make("lora", "llama").adapter())
    with pytest.raises(RequestError, match="give th"):
        make("lora", "llama", start=str(tmp_path / "first.gguf"), **other)
