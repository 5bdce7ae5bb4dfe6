"""The reference forward pass and llama.cpp say the same; so does every part that the reference is made of."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from dequantize import TYPES, dequantize, weights_in
from llama_peer import Peer, log_softmax
from reference import Reference, rotary_angles
from tiny import BEYOND, FAMILIES, Tiny, quantize, write_tiny

from galiot import ggml
from galiot.model.gguf import GgufFile
from galiot.model.spec import ModelSpec, Rotary, expected_tensors
from galiot.model.types import TensorType


def reference_of(path):
    file = GgufFile.open(path)
    return Reference(ModelSpec.from_gguf(file), weights_in(file))


@pytest.mark.parametrize("name", FAMILIES)
def test_reference_agrees_with_llama_cpp_on_every_candidate(tmp_path, name):
    path = write_tiny(tmp_path / "tiny.gguf", FAMILIES[name])
    reference = reference_of(path)
    peer = Peer(path, vocab=reference.spec.vocab, letter=100, cache="f32")
    tokens = np.random.default_rng(3).integers(5, 280, 41).tolist()
    ours = log_softmax(reference.run(tokens).logits)
    for length in (1, 2, 7, 40, 41):
        np.testing.assert_allclose(ours[length - 1], peer.log_probabilities(tokens[:length]), atol=5e-4)


@pytest.mark.parametrize("name", [*FAMILIES, *BEYOND])
def test_tiny_models_hold_just_the_tensors_that_their_spec_expects(tmp_path, name):
    file = GgufFile.open(write_tiny(tmp_path / "tiny.gguf", (FAMILIES | BEYOND)[name]))
    expected = expected_tensors(ModelSpec.from_gguf(file))
    assert {n: t.shape for n, t in file.tensors.items()} == {n: expected[n][0] for n in file.tensors}
    assert {n for n, (_, optional) in expected.items() if not optional} <= set(file.tensors)


@pytest.mark.parametrize("name", [*FAMILIES, *BEYOND])
def test_logits_of_tiny_models_are_spread_sensibly(tmp_path, name):
    reference = reference_of(write_tiny(tmp_path / "tiny.gguf", (FAMILIES | BEYOND)[name]))
    logits = reference.run(list(range(5, 25))).logits
    assert 1.0 < logits.std() < 5.0
    assert len(set(logits.argmax(axis=1))) > 5


@pytest.mark.parametrize("kind", TYPES)
def test_our_reading_of_quantized_blocks_is_ggmls(kind):
    kind = TensorType[kind]
    values = np.random.default_rng(0).standard_normal((4, 512)).astype(np.float32)
    data = quantize(values, kind)
    ours = dequantize(data.reshape(-1), kind)
    theirs = values.reshape(-1) if kind == TensorType.F32 else np.empty(values.size, np.float32)
    if kind != TensorType.F32:
        to_float = ggml.type_traits(int(kind)).to_float
        to_float(data.ctypes.data_as(ctypes.c_void_p), theirs.ctypes.data_as(ctypes.c_void_p), values.size)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)
    assert np.abs(ours - values.reshape(-1)).max() < 0.4


def test_yarn_keeps_fast_pairs_and_interpolates_slow_ones():
    rotary = Rotary(layout="halves", dims=64, base=10_000.0, scale=0.25, yarn=1.0, original_context=2048)
    plain, _ = rotary_angles(Rotary(layout="halves", dims=64, base=10_000.0), 2)
    scaled, size = rotary_angles(rotary, 2)
    share = scaled[1] / plain[1]
    assert share[0] == pytest.approx(1.0)
    assert share[-1] == pytest.approx(0.25)
    assert (np.diff(share) <= 1e-12).all()
    assert size == pytest.approx(1 + 0.1 * np.log(4))


def test_the_table_of_halves_explains_what_the_gelu_adds_to_the_error(tmp_path):
    path = write_tiny(tmp_path / "tiny.gguf", FAMILIES["gemma3"])
    file = GgufFile.open(path)
    spec, weights = ModelSpec.from_gguf(file), weights_in(file)
    halved, exact = (Reference(spec, weights, half_gelu=flag).run([9, 8, 7]).logits for flag in (True, False))
    assert 1e-5 < np.abs(halved - exact).max() < 1e-2


def test_a_window_of_one_sees_only_itself(tmp_path):
    tiny = Tiny(family="gemma3", layers=2, kv_heads=1, tokenizer="spm", window=1)
    reference = reference_of(write_tiny(tmp_path / "tiny.gguf", tiny))
    alone = [reference.run([token]).logits[0] for token in (9, 10)]
    np.testing.assert_allclose(reference.run([9, 10]).logits, alone, atol=1e-9)
