"""Adapter files: what is written comes back, and what makes no sense is one clear line."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import numpy as np
import pytest
from tiny import Tiny, quantize, write_tiny

from galiot.errors import FormatError, GaliotError, RequestError
from galiot.model.adapter import Adapter, LowRank, adaptable, read_adapter, write_adapter
from galiot.model.convert import convert_file
from galiot.model.gguf import GgufFile
from galiot.model.model import open_model
from galiot.model.peft import write_peft
from galiot.model.types import TensorType
from galiot.model.writer import F32, write_gguf

ABOUT = {
    "tune.steps": 120,
    "tune.loss": 1.25,
    "tune.curve": [0.5, 0.25],
    "tune.method": "lora",
    "tune.tags": ["a", "b"],
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with open_model(write_tiny(tmp_path_factory.mktemp("adapter") / "m.gguf", Tiny())) as opened:
        yield opened


def made(model, *, magnitudes=False, ranks=(3, 1, 5), parts=(), **more):
    """A random adapter whose ranks differ from weight to weight."""
    rng, layers = np.random.default_rng(4), {}
    for place, (name, (rows, width)) in enumerate(adaptable(model.spec).items()):
        if parts and not any(part in name for part in parts):
            continue
        r = ranks[place % len(ranks)]
        a, b = rng.standard_normal((r, width)), rng.standard_normal((rows, r))
        m = rng.random(rows).astype(np.float32) + 0.5 if magnitudes else None
        layers[name] = LowRank(a.astype(np.float32), b.astype(np.float32), m)
    return Adapter(architecture=model.spec.family, alpha=6.0, layers=layers, **more)


def same(one, other):
    assert (one.architecture, one.alpha, one.layers.keys()) == (other.architecture, other.alpha, other.layers.keys())
    for key, layer in one.layers.items():
        assert layer.arrays.keys() == other.layers[key].arrays.keys()
        for part, array in layer.arrays.items():
            np.testing.assert_array_equal(array, other.layers[key].arrays[part])


@pytest.mark.parametrize("magnitudes", [False, True])
def test_what_is_written_comes_back(model, tmp_path, magnitudes):
    adapter = made(model, magnitudes=magnitudes, base_sha256=model.sha256, about=ABOUT, name="kitchen")
    write_adapter(tmp_path / "a.gguf", adapter)
    found = read_adapter(tmp_path / "a.gguf", model)
    same(found, adapter)
    assert (found.base_sha256, found.about, found.name) == (model.sha256, ABOUT, "kitchen")
    assert found.sha256 == adapter.sha256
    assert found.scale("blk.0.attn_q") == 6.0 / 3


def test_a_file_is_named_as_llama_cpp_names_it(model, tmp_path):
    adapter = made(model)
    write_adapter(tmp_path / "a.gguf", adapter)
    with GgufFile.open(tmp_path / "a.gguf") as file:
        assert file.text("general.type") == "adapter"
        assert file.text("adapter.type") == "lora"
        assert file.text("general.architecture") == "llama"
        assert file.kinds["adapter.lora.alpha"].name == "F32"
        assert file.tensors["blk.1.attn_k.weight.lora_a"].shape == (64, len(adapter.layers["blk.1.attn_k"].a))
        assert file.tensors["blk.1.attn_k.weight.lora_b"].shape == (len(adapter.layers["blk.1.attn_k"].a), 32)
        assert len(file.tensors) == 2 * 14


def test_an_adapter_that_changes_another_number_has_another_hash(model):
    one, other = made(model), made(model)
    assert one.sha256 == other.sha256
    other.layers["blk.1.ffn_up"].b[0, 0] += 1
    assert made(model).sha256 == one.sha256 != replace(other, name="x").sha256
    assert replace(one, alpha=7.0).sha256 != one.sha256


def rewritten(path, out, *, metadata=(), without=(), tensors=()):
    """The file with other metadata and tensors; a tensor is (name, array) in float32, or None to leave it out."""
    with GgufFile.open(path) as file:
        facts = {key: value for key, value in file.typed_metadata().items() if key not in without} | dict(metadata)
        kept = {
            name: (name, info.shape, info.type, np.array(file.data(name)))
            for name, info in file.tensors.items()
            if name not in without
        }
        for name, array in dict(tensors).items():
            kept[name] = (name, tuple(reversed(array.shape)), TensorType.F32, array)
        write_gguf(out, facts, kept.values())
    return out


@pytest.mark.parametrize(("kind", "near"), [("F16", 1e-3), ("BF16", 1e-2), ("Q8_0", 2e-2)])
def test_factors_in_other_types_are_read_too(model, tmp_path, kind, near):
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal(shape).astype(np.float32) for shape in ((32, 64), (64, 32)))
    tensors = [
        (
            f"blk.0.attn_q.weight.lora_{part}",
            (array.shape[1], len(array)),
            TensorType[kind],
            quantize(array, TensorType[kind]),
        )
        for part, array in (("a", a), ("b", b))
    ]
    facts = {"general.type": "adapter", "adapter.type": "lora", "general.architecture": "llama"}
    write_gguf(tmp_path / "a.gguf", facts | {"adapter.lora.alpha": F32(4.0)}, tensors)
    found = read_adapter(tmp_path / "a.gguf", model).layers["blk.0.attn_q"]
    np.testing.assert_allclose(found.a, a, atol=near * 3)
    np.testing.assert_allclose(found.b, b, atol=near * 3)


A, B = "blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b"
LINE = np.ones((1, 64), np.float32)
BAD = {
    "no-adapter": ({"metadata": {"general.type": "model"}}, "is no adapter"),
    "no-lora": ({"metadata": {"adapter.type": "control_vector"}}, "adapter.type"),
    "no-alpha": ({"without": ["adapter.lora.alpha"]}, "alpha is missing"),
    "alpha-is-text": ({"metadata": {"adapter.lora.alpha": "8"}}, "expected a number"),
    "alpha-is-nan": ({"metadata": {"adapter.lora.alpha": F32(np.nan)}}, "finite"),
    "alpha-is-zero": ({"metadata": {"adapter.lora.alpha": F32(0.0)}}, "above zero"),
    "other-family": ({"metadata": {"general.architecture": "qwen2"}}, "architecture qwen2"),
    "half-a-pair": ({"without": [B]}, "has no lora_b"),
    "unlike-ranks": ({"tensors": {A: np.ones((7, 64), np.float32)}}, "make no pair"),
    "other-width": ({"tensors": {A: np.ones((3, 65), np.float32)}}, "64 x 65"),
    "other-rows": ({"tensors": {B: np.ones((63, 3), np.float32)}}, "63 x 64"),
    "unknown-weight": (
        {"tensors": {"blk.7.attn_q.weight.lora_a": LINE, "blk.7.attn_q.weight.lora_b": LINE.T}},
        "blk.7",
    ),
    "a-norm": (
        {"tensors": {"blk.0.attn_norm.weight.lora_a": LINE, "blk.0.attn_norm.weight.lora_b": LINE.T}},
        "attn_norm",
    ),
    "the-output": ({"tensors": {"output.weight.lora_a": LINE}}, "no part of an adapter"),
    "no-low-rank": ({"tensors": {"blk.0.attn_q.weight": LINE}}, "no part of an adapter"),
    "not-a-number": ({"tensors": {A: np.full((3, 64), np.nan, np.float32)}}, "not finite"),
    "infinite": ({"tensors": {B: np.full((64, 3), -np.inf, np.float32)}}, "not finite"),
    "magnitudes": ({"tensors": {"blk.0.attn_q.weight.lora_magnitude": np.ones(63, np.float32)}}, "63 magnitudes"),
    "by-some-tokens": ({"metadata": {"adapter.alora.invocation_tokens": [1, 2]}}, "tokens switch on"),
    "another-base": ({"metadata": {"galiot.base.sha256": "0" * 64}}, "another model"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_makes_no_sense_is_one_line(model, tmp_path, case):
    changes, words = BAD[case]
    write_adapter(tmp_path / "a.gguf", made(model, base_sha256=model.sha256))
    path = rewritten(tmp_path / "a.gguf", tmp_path / "b.gguf", **changes)
    with pytest.raises(FormatError, match=words) as caught:
        read_adapter(path, model)
    assert "b.gguf" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_without_a_pair_is_refused(model, tmp_path):
    facts = {"general.type": "adapter", "adapter.type": "lora", "adapter.lora.alpha": F32(1.0)}
    write_gguf(tmp_path / "a.gguf", facts | {"general.architecture": "llama"}, [])
    with pytest.raises(FormatError, match="no low-rank pair"):
        read_adapter(tmp_path / "a.gguf", model)


def test_a_file_that_was_cut_is_refused_wherever_it_was_cut(model, tmp_path):
    write_adapter(tmp_path / "a.gguf", made(model))
    whole = (tmp_path / "a.gguf").read_bytes()
    for length in (1, 20, 300, len(whole) // 2, len(whole) - 40):
        (tmp_path / "b.gguf").write_bytes(whole[:length])
        with pytest.raises(FormatError):
            read_adapter(tmp_path / "b.gguf", model)
    (tmp_path / "b.gguf").write_bytes(b"")
    with pytest.raises(FormatError, match="empty"):
        read_adapter(tmp_path / "b.gguf", model)
    with pytest.raises(RequestError, match="no such file"):
        read_adapter(tmp_path / "c.gguf", model)


def test_bytes_that_were_changed_give_an_adapter_or_one_line(model, tmp_path):
    write_adapter(tmp_path / "a.gguf", made(model, magnitudes=True, parts=("attn_q",), about=ABOUT))
    whole, rng = (tmp_path / "a.gguf").read_bytes(), np.random.default_rng(1)
    for _ in range(300):
        raw = bytearray(whole)
        for place in rng.integers(0, 1100, rng.integers(1, 4)):
            raw[place] = rng.integers(0, 256)
        (tmp_path / "b.gguf").write_bytes(raw)
        with contextlib.suppress(GaliotError):  # anything else is a defect
            read_adapter(tmp_path / "b.gguf", model)


def test_a_model_that_was_made_from_the_base_is_taken_with_a_warning(model, tmp_path, caplog):
    write_adapter(tmp_path / "a.gguf", made(model, base_sha256=model.sha256))
    convert_file(model.path, tmp_path / "f16.gguf", "f16")
    with open_model(tmp_path / "f16.gguf") as child:
        assert read_adapter(tmp_path / "a.gguf", child).layers
    assert "was made on the model that f16 was made from" in caplog.text
    other = open_model(write_tiny(tmp_path / "other.gguf", Tiny(seed=8)))
    with other, pytest.raises(FormatError, match="another model"):
        read_adapter(tmp_path / "a.gguf", other)


@pytest.mark.parametrize("magnitudes", [False, True])
@pytest.mark.parametrize("family", ["llama", "qwen3"])
def test_a_folder_of_peft_comes_back_with_its_rows_in_place(tmp_path, family, magnitudes):
    with open_model(write_tiny(tmp_path / "m.gguf", Tiny(family=family))) as model:
        adapter = made(model, magnitudes=magnitudes)
        write_peft(tmp_path / "peft", adapter, model)
        same(read_adapter(tmp_path / "peft", model), adapter)
        raw = np.fromfile(tmp_path / "peft" / "adapter_model.safetensors", np.uint8)
        length = int.from_bytes(raw[:8].tobytes(), "little")
        said = json.loads(raw[8 : 8 + length].tobytes())[
            "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"
        ]
        start, stop = (8 + length + offset for offset in said["data_offsets"])
        theirs = raw[start:stop].view("<f4").reshape(said["shape"])
        ours = adapter.layers["blk.0.attn_q"].b
        # of a head of 16, a llama's rows 0, 1, 2 are 0, 8, 1 at Hugging Face
        np.testing.assert_array_equal(theirs[[0, 8, 1]] if family == "llama" else theirs[:3], ours[:3])


def test_scales_that_differ_end_in_the_factors(model, tmp_path):
    write_peft(tmp_path / "peft", made(model, ranks=(4,)), model)
    config = tmp_path / "peft" / "adapter_config.json"
    plain = read_adapter(tmp_path / "peft", model)
    said = json.loads(config.read_text())
    config.write_text(
        json.dumps(said | {"use_rslora": True, "alpha_pattern": {"mlp.up_proj": 12, "^model.layers.1": 3}})
    )
    found = read_adapter(tmp_path / "peft", model)
    for key, alpha in (("blk.0.ffn_up", 12), ("blk.1.attn_q", 3), ("blk.0.attn_q", 6)):
        product, other = (x.layers[key].b * x.scale(key) for x in (found, plain))
        np.testing.assert_allclose(product, other * (4 * alpha / 6 / 2), rtol=1e-5)  # alpha / sqrt(4), was 6 / 4


WRONG = {
    "other-method": ({"peft_type": "IA3"}, "peft_type"),
    "biases": ({"bias": "all"}, "bias"),
    "whole-modules": ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
    "turned": ({"fan_in_fan_out": True}, "fan_in_fan_out"),
    "other-base": ({"init_lora_weights": "pissa_niter_4"}, "changes the base"),
    "alpha": ({"lora_alpha": None}, "lora_alpha"),
    "pattern": ({"alpha_pattern": {"(": 3}}, "regular expression"),
    "pattern-alpha": ({"alpha_pattern": {"q_proj": "x"}}, "q_proj"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_folder_that_means_something_else_is_one_line(model, tmp_path, case):
    changes, words = WRONG[case]
    write_peft(tmp_path / "peft", made(model), model)
    config = tmp_path / "peft" / "adapter_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | changes))
    with pytest.raises(FormatError, match=words) as caught:
        read_adapter(tmp_path / "peft", model)
    assert "\n" not in str(caught.value)


def test_a_folder_needs_its_parts_and_its_model(model, tmp_path):
    folder = tmp_path / "peft"
    write_peft(folder, made(model), model)
    with pytest.raises(RequestError, match="give the model"):
        read_adapter(folder)
    with pytest.raises(RequestError, match="there already"):
        write_peft(folder, made(model), model)
    with (
        open_model(write_tiny(tmp_path / "wide.gguf", Tiny(width=96))) as wide,
        pytest.raises(FormatError, match="matrix"),
    ):
        read_adapter(folder, wide)
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    with pytest.raises(RequestError, match="pickle"):
        read_adapter(folder, model)
    (folder / "adapter_config.json").unlink()
    with pytest.raises(RequestError, match=r"adapter_config\.json"):
        read_adapter(folder, model)
    assert not list(tmp_path.glob(".*.part"))
