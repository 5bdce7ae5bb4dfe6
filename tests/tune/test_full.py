"""All weights tuned: the fused update beside the plain one, and what comes of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install galiot[learn]")

from tiny import FAMILIES, Tiny, write_tiny  # noqa: E402

from galiot.errors import RequestError  # noqa: E402
from galiot.learn import whole  # noqa: E402
from galiot.learn.adalomo import AdaLomo, round_by_chance  # noqa: E402
from galiot.learn.batch import Sample, pack  # noqa: E402
from galiot.learn.decoder import Decoder  # noqa: E402
from galiot.learn.whole import Whole  # noqa: E402
from galiot.model.model import open_model  # noqa: E402
from galiot.model.types import TensorType  # noqa: E402
from galiot.runtime.config import RuntimeConfig  # noqa: E402
from galiot.runtime.session import Session  # noqa: E402
from galiot.tune.methods import full, make_method  # noqa: E402
from galiot.tune.settings import TuneSettings  # noqa: E402

MODELS = {"tied": FAMILIES["gemma3"], "untied": FAMILIES["qwen2-untied-yarn"], "quantized": Tiny(type="Q4_0")}
RATE = 0.01


def samples_of(*lengths, seed=3):
    rng = np.random.default_rng(seed)
    return [Sample(rng.integers(5, 280, n).astype(np.int32), np.ones(n, bool)) for n in lengths]


BATCH = pack(samples_of(12, 20, 9))


@pytest.fixture
def make(tmp_path, monkeypatch):
    """`make("tied", torch.float32)`: a method that is ready; the same model each time."""
    monkeypatch.setattr(whole, "SLAB", 100)

    def made(key, dtype=torch.float32, **settings):
        path = tmp_path / f"{key}.gguf"
        if not path.exists():
            write_tiny(path, MODELS[key])
        monkeypatch.setattr(full, "preferred_dtype", lambda: dtype)
        return make_method("full", open_model(path), TuneSettings(**({"method": "full", "threads": 1} | settings)))

    return made


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[key], b[key]) for key in a)


both = pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
all_models = pytest.mark.parametrize("key", MODELS)


@both
@all_models
def test_loss_falls(key, dtype, make):
    with make(key, dtype) as method:
        losses = [method.step([BATCH], RATE).loss for _ in range(12)]
        assert losses[-1] < 0.8 * losses[0]
        total, count = method.loss(BATCH)
        assert total / count < losses[-1] + 0.1


@both
@all_models
def test_the_fused_update_is_the_plain_one_with_all_gradients_stored(key, dtype, make):
    fused = make(key, dtype)
    fused.step([BATCH], RATE)

    waiting = []

    class Store(AdaLomo):
        def update(self, name, weight, gradient):
            waiting.append((name, weight, gradient.clone()))

    store = Store(clip=fused.settings.clip, seed=fused.settings.seed)
    plain = Whole(fused.model, store, dtype=dtype, device=torch.device("cpu"))
    before = plain.state()
    decoder = Decoder(fused.model, device="cpu", dtype=dtype, blocks=plain)
    store.begin(RATE)
    decoder.gradients(BATCH, plain, 1 / BATCH.predicted)
    assert same(plain.state(), before | {"optimizer/steps": np.array(1)})
    for name, weight, gradient in waiting:
        AdaLomo.update(store, name, weight, gradient)
    assert same(plain.state(), fused.weights.state())
    changed = [name for name, values in plain.state().items() if name in before and (values != before[name]).any()]
    assert set(changed) == set(before)


@all_models
def test_every_tensor_moves_by_the_rate_times_its_size_at_most(key, make):
    method = make(key, clip=1.0)
    before = {name: weight.clone() for name, weight in method.weights.weights()}
    method.step([BATCH], RATE)
    for name, weight in method.weights.weights():
        share = (weight - before[name]).norm() / before[name].norm()
        assert 0 < share < RATE * 1.3, name  # slabs of an embedding differ in size


def test_a_smaller_clip_makes_a_smaller_update(make):
    moved = []
    for clip in (None, 0.5, 0.05):
        method = make("tied", clip=clip)
        before = method.weights.state()["weight/blk.3.ffn_up.weight"]
        method.step([BATCH], RATE)
        moved.append(np.abs(method.weights.state()["weight/blk.3.ffn_up.weight"] - before).mean())
    assert moved[0] > moved[1] > 0
    assert moved[2] == pytest.approx(moved[1] / 10, rel=1e-2)


@both
def test_several_passes_of_a_step_are_one_batch_of_all(dtype, make):
    first, second = samples_of(12, 20), samples_of(9, 14, 6, seed=4)
    one, several = make("tied", dtype), make("tied", dtype)
    for _ in range(2):
        a = one.step([pack([*first, *second])], RATE)
        b = several.step([pack(first), pack(second)], RATE)
        assert a == b
    assert same(one.state(), several.state())


@both
@all_models
def test_steps_after_coming_back_are_the_same_bit_for_bit(key, dtype, make):
    method = make(key, dtype)
    method.step([BATCH], RATE)
    kept = method.state()
    expected = [method.step([BATCH], RATE) for _ in range(2)]
    other = make(key, dtype)
    other.step([pack(samples_of(30, seed=8))], RATE)
    other.restore(kept)
    assert same(other.state(), kept)
    assert [other.step([BATCH], RATE) for _ in range(2)] == expected
    assert same(other.state(), method.state())


def test_states_are_copies(make):
    method = make("tied")
    kept = method.state()
    again = {name: values.copy() for name, values in kept.items()}
    method.step([BATCH], RATE)
    assert same(kept, again)


def test_a_loss_that_is_no_number_changes_nothing(make):
    method = make("tied")
    method.step([BATCH], RATE)
    with torch.no_grad():
        method.weights.final()[0, 0] = math.nan
    before = method.state()
    result = method.step([BATCH], RATE)
    assert not math.isfinite(result.loss)
    after = method.state()
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name], equal_nan=True) for name in before)
    assert after["torn"] == 0


def test_a_gradient_that_is_no_number_stops_the_way_back_and_is_never_kept(make, monkeypatch):
    method = make("tied")
    before, update = method.state(), method.weights.optimizer.update

    def poisoned(name, weight, gradient):
        update(name, weight, gradient * math.inf if name == "blk.3.ffn_down.weight" else gradient)

    monkeypatch.setattr(method.weights.optimizer, "update", poisoned)
    result = method.step([BATCH], RATE)
    assert math.isfinite(result.loss)
    assert math.isnan(result.gradient_norm)
    after = method.state()
    untouched = [name for name in before if "blk.0" in name or "blk.2" in name or "embd" in name]
    assert untouched
    assert all(np.array_equal(before[name], after[name]) for name in untouched)
    assert all(np.isfinite(after[name]).all() for name in before if name != "torn")
    assert np.isnan(after["torn"])
    method.restore(before)
    assert same(method.state(), before)


def test_rounding_by_chance_is_right_on_average_and_to_a_neighbour():
    chance = np.random.Generator(np.random.SFC64(1))
    values = torch.tensor([1.0, 1.001, -1.001, 1.0065, 3e-20, -0.3, 0.0])
    drawn = []
    for _ in range(4000):
        target = torch.empty(len(values), dtype=torch.bfloat16)
        round_by_chance(target, values.clone(), chance)
        drawn.append(target.float())
    found = torch.stack(drawn)
    step = 2.0 ** (values.abs().clamp(min=1e-30).log2().floor() - 7)
    assert ((found - values).abs() < step).all()
    assert (found[:, 0] == 1).all()
    assert (found[:, -1] == 0).all()
    assert ((found.mean(0) - values).abs() <= 0.04 * step).all()


@all_models
def test_what_was_learned_runs_in_the_engine(key, make, tmp_path):
    method, out = make(key), tmp_path / "tuned.gguf"
    method.step([BATCH], RATE)
    method.save(out, {"held_out_after": 1.25, "data.sha256": "ab"})
    tuned = open_model(out)
    tokens = BATCH.tokens[:11]
    expected = method.decoder.logits(pack([Sample(np.append(tokens, 5).astype(np.int32), np.ones(12, bool))]))
    with Session(tuned, RuntimeConfig(context=64, cache_type="f32", threads=1)) as session:
        found = session.evaluate(tokens.tolist(), logits="all").logits
    np.testing.assert_allclose(found, expected, atol=2e-2 if key == "quantized" else 5e-3)
    kinds = {info.type for info in tuned.file.tensors.values()}
    assert kinds == ({TensorType.F32, TensorType.F16} if key == "quantized" else {TensorType.F32})
    assert tuned.file.metadata["galiot.parent.sha256"] == method.model.sha256
    assert tuned.file.metadata["galiot.held_out_after"] == 1.25
    assert tuned.file.strings("galiot.steps", ())[-1] == "tune --method full"


def test_there_is_no_adapter_to_be_had(make):
    method = make("tied")
    assert method.whole
    with pytest.raises(RequestError, match="saved as a model"):
        method.adapter()
