"""The gradients of every kind of parameter beside central differences of the reference's loss, in float64."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install galiot[learn]")

from dequantize import weights_in  # noqa: E402
from reference import Reference  # noqa: E402
from tiny import BEYOND, FAMILIES, Tiny, write_tiny  # noqa: E402

from galiot.learn import batch as batches  # noqa: E402
from galiot.learn import decoder as decoders  # noqa: E402
from galiot.learn import share as sharing  # noqa: E402
from galiot.learn import whole  # noqa: E402
from galiot.learn.adalomo import AdaLomo  # noqa: E402
from galiot.learn.batch import Sample, join, pack  # noqa: E402
from galiot.learn.decoder import Decoder  # noqa: E402
from galiot.learn.lowrank import LowRank, WeightDecomposed  # noqa: E402
from galiot.learn.whole import Whole  # noqa: E402
from galiot.model.model import open_model  # noqa: E402

STEP = 1e-4
MODELS = FAMILIES | BEYOND


class Keep(AdaLomo):
    """Changes nothing and keeps every gradient."""

    def __init__(self):
        super().__init__(clip=None, seed=0)
        self.found = {}

    def update(self, name, weight, gradient):
        assert weight.shape == gradient.shape
        self.found[name] = gradient.double().numpy().copy()


def batch_of(*lengths, seed=3):
    """Sequences of so many tokens, in which about two of three tokens are predicted."""
    rng = np.random.default_rng(seed)
    return pack(
        [Sample(rng.integers(5, 280, n + 1).astype(np.int32), (rng.random(n + 1) < 0.7) | (np.arange(n + 1) == n))
         for n in lengths]
    )  # fmt: skip


def reference_loss(spec, weights, batch):
    """Mean nats of each predicted token, every sequence by itself."""
    reference, total = Reference(spec, weights, half_gelu=False), 0.0
    for first, stop in batch.spans:
        labels = batch.labels[first:stop]
        logits = reference.run(batch.tokens[first:stop].tolist()).logits[labels >= 0]
        top = logits.max(-1)
        total += (top + np.log(np.exp(logits - top[:, None]).sum(-1))).sum()
        total -= logits[np.arange(len(logits)), labels[labels >= 0]].sum()
    return total / batch.predicted


def whole_gradients(model, batch, *, dtype=torch.float32, **settings):
    """(loss, gradient of every tensor by name)"""
    keep = Keep()
    weights = Whole(model, keep, dtype=dtype, device=torch.device("cpu"))
    decoder = Decoder(model, device="cpu", dtype=dtype, blocks=weights, **settings)
    total, count = decoder.gradients(batch, weights, 1 / batch.predicted)
    slabs = defaultdict(list)
    for name, gradient in keep.found.items():
        slabs[name.partition(":")[0]].append((int(name.partition(":")[2] or 0), gradient))
    joined = {name: np.concatenate([g for _, g in sorted(found, key=lambda s: s[0])]) for name, found in slabs.items()}
    return total / count, joined


def adapter_gradients(model, learned, batch, *, dtype=torch.float32, **settings):
    decoder = Decoder(model, device="cpu", dtype=dtype, **settings)
    total, count = decoder.gradients(batch, learned, 1 / batch.predicted)
    return total / count, {name: p.grad.double().numpy() for name, p in learned.parameters.items()}


def adapter_of(model, kind, rank=3):
    """An adapter with random factors; the one with magnitudes has learned some, too."""
    rng, settings = np.random.default_rng(1), dict(rank=rank, scale=1.5, seed=2)
    decoder = Decoder(model, device="cpu", dtype=torch.float32)
    learned = LowRank(model.spec, **settings) if kind == "lora" else WeightDecomposed(
        model.spec, decoder.blocks, **settings
    )  # fmt: skip
    with torch.no_grad():
        for name, parameter in learned.parameters.items():
            change = torch.from_numpy(rng.standard_normal(parameter.shape).astype(np.float32))
            parameter.add_(change, alpha=0.1) if not name.endswith(".m") else parameter.mul_(1 + 0.2 * change)
    return learned


def check_slopes(kinds, values, gradients, loss):
    """Hold gradients against central differences, along one random direction for each kind of parameter.

    kinds: name -> kind; loss: values -> number
    """
    rng, groups = np.random.default_rng(9), defaultdict(list)
    for name in values:
        groups[kinds(name)].append(name)
    for kind, names in groups.items():
        away = {name: rng.standard_normal(values[name].shape) for name in names}
        size = STEP / np.sqrt(sum((d**2).sum() for d in away.values()))
        up, down = ({**values, **{n: values[n] + sign * size * away[n] for n in names}} for sign in (1, -1))
        slope = (loss(up) - loss(down)) / (2 * size)
        found = sum((gradients[n].reshape(away[n].shape) * away[n]).sum() for n in names)
        length = np.sqrt(sum((gradients[n] ** 2).sum() for n in names))
        assert length > 0, kind
        assert abs(found - slope) < 2e-3 * length, f"{kind}: {found} beside {slope}, length {length}"


@pytest.mark.parametrize("key", MODELS)
def test_gradients_of_all_weights_are_the_slopes_of_the_loss(key, tmp_path, monkeypatch):
    monkeypatch.setattr(whole, "SLAB", 100)
    model = open_model(write_tiny(tmp_path / "m.gguf", MODELS[key]))
    batch = batch_of(11, 6)
    loss, gradients = whole_gradients(model, batch)
    values = {name: array.astype(np.float64) for name, array in weights_in(model.file).items()}
    factors = values.pop("rope_freqs.weight", None)
    fixed = {} if factors is None else {"rope_freqs.weight": factors}
    assert set(gradients) == set(values)

    def at(weights):
        return reference_loss(model.spec, weights | fixed, batch)

    assert loss == pytest.approx(at(values), abs=1e-5)
    check_slopes(lambda name: re.sub(r"blk\.\d+\.", "", name), values, gradients, at)


@pytest.mark.parametrize("kind", ["lora", "dora"])
@pytest.mark.parametrize("key", MODELS)
def test_gradients_of_adapters_are_the_slopes_of_the_loss(key, kind, tmp_path):
    model = open_model(write_tiny(tmp_path / "m.gguf", MODELS[key]))
    batch, learned = batch_of(11, 6), adapter_of(model, kind)
    base = {name: array.astype(np.float64) for name, array in weights_in(model.file).items()}
    values = {name: p.detach().double().numpy() for name, p in learned.parameters.items()}
    names = [name.removesuffix(".a") for name in values if name.endswith(".a")]

    def sums(parameters):
        return {n: base[f"{n}.weight"] + 1.5 * parameters[f"{n}.b"] @ parameters[f"{n}.a"] for n in names}

    lengths = {name: np.linalg.norm(w, axis=1) for name, w in sums(values).items()}  # constant, as the paper says

    def at(parameters):
        made = sums(parameters)
        if kind == "dora":
            made = {name: (parameters[f"{name}.m"] / lengths[name])[:, None] * w for name, w in made.items()}
        return reference_loss(model.spec, base | {f"{name}.weight": w for name, w in made.items()}, batch)

    loss, gradients = adapter_gradients(model, learned, batch)
    assert loss == pytest.approx(at(values), abs=1e-5)
    check_slopes(lambda name: re.sub(r"blk\.\d+\.", "", name), values, gradients, at)


SHAPES = {
    "windows": FAMILIES["gemma3"],
    "biases": FAMILIES["llama-biases"],
    "quantized": Tiny(type="Q4_0", tied=False),
}


def gradients_of(kind, model, batch, **settings):
    if kind == "full":
        return whole_gradients(model, batch, **settings)
    return adapter_gradients(model, adapter_of(model, kind), batch, **settings)


@pytest.mark.parametrize("kind", ["full", "lora", "dora"])
@pytest.mark.parametrize("shape", SHAPES)
def test_passing_a_layer_in_several_parts_changes_nothing(shape, kind, tmp_path, monkeypatch):
    model = open_model(write_tiny(tmp_path / "m.gguf", SHAPES[shape]))
    batch = join([batch_of(9, 20), batch_of(3, 7, 12, seed=4)])
    loss, expected = gradients_of(kind, model, batch)
    monkeypatch.setattr(batches, "GROUP_TOKENS", 12)
    parted, found = gradients_of(kind, model, batch)
    assert parted == pytest.approx(loss, abs=1e-6)
    for name, gradient in expected.items():
        np.testing.assert_allclose(found[name], gradient, atol=2e-4 * np.abs(gradient).max(), err_msg=name)


@pytest.mark.parametrize("kind", ["full", "lora"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_inputs_that_wait_on_disk_give_the_same_bits(dtype, kind, tmp_path):
    model = open_model(write_tiny(tmp_path / "m.gguf", SHAPES["windows"]))
    batch = batch_of(9, 20)
    loss, expected = gradients_of(kind, model, batch, dtype=dtype)
    again, found = gradients_of(kind, model, batch, dtype=dtype, checkpoints="disk")
    assert again == loss
    for name, gradient in expected.items():
        assert np.array_equal(found[name], gradient), name


@pytest.mark.parametrize("kind", ["full", "lora", "dora"])
def test_gradients_in_bfloat16_point_where_those_in_float32_do(kind, tmp_path):
    model = open_model(write_tiny(tmp_path / "m.gguf", SHAPES["quantized"]))
    batch = batch_of(40, 30)
    _, expected = gradients_of(kind, model, batch)
    _, found = gradients_of(kind, model, batch, dtype=torch.bfloat16)
    a, b = (np.concatenate([found[name].ravel() for name in expected]) for found in (expected, found))
    assert a @ b / np.sqrt((a @ a) * (b @ b)) > 0.995


def family_of(*lengths, beginning=40, seed=5):
    """Samples that begin with the same tokens, none of which is predicted, in no order."""
    rng = np.random.default_rng(seed)
    same = rng.integers(5, 280, beginning)
    made = []
    for n in lengths:
        tokens = np.concatenate([same, rng.integers(5, 280, n)]).astype(np.int32)
        made.append(Sample(tokens, np.arange(len(tokens)) > beginning + rng.integers(n - 1)))
    return made


def apart_and_shared(monkeypatch, kind, model, batch):
    """(loss, gradients) with every sample by itself, and with beginnings shared; the second feeds fewer tokens."""
    fed = []
    rotations = Decoder._turn
    monkeypatch.setattr(Decoder, "_turn", lambda self, i, place: fed.append(place.stop) or rotations(self, i, place))
    with monkeypatch.context() as patched:
        patched.setattr(decoders, "share", lambda batch: batch)
        expected = gradients_of(kind, model, batch)
    plain, fed[:] = max(fed), []
    found = gradients_of(kind, model, batch)
    assert max(fed) < plain
    return expected, found


@pytest.mark.parametrize("kind", ["full", "lora", "dora"])
@pytest.mark.parametrize("key", MODELS)
def test_sharing_what_samples_begin_with_leaves_loss_and_gradients_as_they_are(key, kind, tmp_path, monkeypatch):
    model = open_model(write_tiny(tmp_path / "m.gguf", MODELS[key]))
    others = family_of(17, 9, beginning=20, seed=8)
    batch = join([pack([*family_of(12, 30, 5), *others]), batch_of(11), pack(family_of(6, 8))])
    (loss, expected), (shared, found) = apart_and_shared(monkeypatch, kind, model, batch)
    assert shared == pytest.approx(loss, rel=1e-6)
    assert set(found) == set(expected)
    for name, gradient in expected.items():
        np.testing.assert_allclose(found[name], gradient, atol=1e-5 * np.abs(gradient).max(), rtol=0, err_msg=name)


@pytest.mark.parametrize("shape", SHAPES)
def test_branches_that_lie_over_many_blocks_of_queries_see_their_beginning_and_themselves(shape, tmp_path, monkeypatch):
    monkeypatch.setattr(sharing, "QUERIES", 16)
    monkeypatch.setattr(sharing, "_KEYS", 8)
    model = open_model(write_tiny(tmp_path / "m.gguf", SHAPES[shape]))
    batch = pack(family_of(12, 30, 5, 41, 7, 3, beginning=37))
    (loss, expected), (shared, found) = apart_and_shared(monkeypatch, "lora", model, batch)
    assert shared == pytest.approx(loss, rel=1e-6)
    for name, gradient in expected.items():
        np.testing.assert_allclose(found[name], gradient, atol=1e-5 * np.abs(gradient).max(), rtol=0, err_msg=name)


@pytest.mark.parametrize("kind", ["full", "lora"])
def test_losses_are_sums_over_what_is_predicted(kind, tmp_path):
    model = open_model(write_tiny(tmp_path / "m.gguf", SHAPES["biases"]))
    first, second = batch_of(9, 20), batch_of(5, 8, seed=4)
    both = join([first, second])
    parts = [(gradients_of(kind, model, batch), batch.predicted) for batch in (first, second)]
    loss, found = gradients_of(kind, model, both)
    assert loss == pytest.approx(sum(part[0] * n for part, n in parts) / both.predicted, abs=1e-6)
    for name, gradient in found.items():
        expected = sum(part[1][name] * n for part, n in parts) / both.predicted
        np.testing.assert_allclose(gradient, expected, atol=1e-4 * np.abs(expected).max(), err_msg=name)
