from __future__ import annotations

import hashlib
import logging

import numpy as np
import pytest
import tiny

import galiot.model
from galiot.errors import FormatError, RequestError
from galiot.model.gguf import GgufFile
from galiot.model.model import open_model
from galiot.model.types import TensorType
from galiot.model.writer import U32, write_gguf


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return tiny.write_tiny(tmp_path_factory.mktemp("model") / "m.gguf", tiny.Tiny(layers=1, tied=False))


def rewritten(whole, path, change):
    """Write the file again, with its metadata and its tensors (name -> shape, type, data) as `change` leaves them."""
    file = GgufFile.open(whole)
    metadata = file.typed_metadata()
    tensors = {i.name: [i.shape, i.type, file.data(i.name)] for i in file.tensors.values()}
    change(metadata, tensors)
    write_gguf(path, metadata, [(name, *rest) for name, rest in tensors.items()])
    return path


@pytest.mark.parametrize("name", [*tiny.FAMILIES, *tiny.BEYOND])
def test_every_family_opens(tmp_path, name):
    wanted = (tiny.FAMILIES | tiny.BEYOND)[name]
    with open_model(tiny.write_tiny(tmp_path / "m.gguf", wanted)) as model:
        assert (model.spec.family, model.spec.layers, model.spec.width) == (wanted.family, wanted.layers, wanted.width)


def test_a_model_knows_its_name_and_hash(whole):
    model = open_model(str(whole))
    assert (model.name, model.path) == ("m", whole)
    assert model.sha256 == hashlib.sha256(whole.read_bytes()).hexdigest()


def test_a_model_has_its_tokenizer_and_its_template(whole):
    model = open_model(whole)
    assert model.tokenizer.decode(model.tokenizer.encode("the end")) == "the end"
    assert "hello" in model.template.render([{"role": "user", "content": "hello"}])


def drop(name):
    return lambda metadata, tensors: tensors.pop(name)


def put(name, shape, type_):
    size = int(np.prod(shape)) // type_.block * type_.block_bytes
    return lambda metadata, tensors: tensors.update({name: [shape, type_, np.zeros(size, np.uint8)]})


def say(key, value):
    return lambda metadata, tensors: metadata.update({key: value})


VOCAB = len(tiny.vocabulary(tiny.Tiny())[0])
WRONG = {
    "lacks a tensor": (drop("blk.0.attn_q.weight"), r"blk.0.attn_q.weight is missing, expected with shape \[64, 64\]"),
    "has a tensor on its side": (
        put("blk.0.ffn_up.weight", (96, 64), TensorType.F32),
        r"blk.0.ffn_up.weight has shape \[96, 64\], expected \[64, 96\]",
    ),
    "has an optional tensor of another shape": (
        put("blk.0.attn_q.bias", (63,), TensorType.F32),
        r"blk.0.attn_q.bias has shape \[63\], expected \[64\]",
    ),
    "has a third dimension": (
        put("blk.0.attn_q.weight", (64, 64, 1), TensorType.F32),
        r"shape \[64, 64, 1\], expected \[64, 64\]",
    ),
    "has a norm in halves": (put("output_norm.weight", (64,), TensorType.F16), "output_norm.weight is F16"),
    "has integers for weights": (put("blk.0.attn_q.weight", (64, 64), TensorType.I8), "blk.0.attn_q.weight is I8"),
    "has weights for activations": (put("blk.0.attn_q.weight", (64, 64), TensorType.Q8_1), "weight is Q8_1"),
    "says another width": (say("llama.feed_forward_length", U32(128)), r"expected \[64, 128\]"),
    "says more layers": (say("llama.block_count", U32(2)), "blk.1.attn_norm.weight is missing"),
    "is of another family": (say("general.architecture", "mamba"), "architecture 'mamba' is not among"),
    "has more tokens than rows": (say("tokenizer.ggml.tokens", ["x"] * (VOCAB + 1)), f"has {VOCAB + 1} tokens"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_a_file_that_could_not_be_run_is_refused_by_name(whole, tmp_path, change, words):
    path = rewritten(whole, tmp_path / "bad.gguf", change)
    with pytest.raises(FormatError, match=words):
        open_model(path)


def test_tensors_that_nobody_knows_are_tolerated_and_said(whole, tmp_path, caplog):
    path = rewritten(whole, tmp_path / "more.gguf", put("vision.patch", (4,), TensorType.F32))
    with caplog.at_level(logging.INFO):
        open_model(path)
    assert "1 tensors are not used, 'vision.patch' the first" in caplog.text


def test_a_name_that_nobody_knows_is_a_wrong_request(tmp_path, monkeypatch):
    monkeypatch.setenv("GALIOT_HOME", str(tmp_path))
    with pytest.raises(RequestError, match="no-such-model"):
        open_model("no-such-model")


def test_the_public_names_are_these():
    assert sorted(galiot.model.__all__) == galiot.model.__all__
    assert [getattr(galiot.model, name).__name__ for name in galiot.model.__all__] == [
        "GgufFile",
        "Model",
        "ModelSpec",
        "TensorInfo",
        "TensorType",
        "Typed",
        "open_model",
        "write_gguf",
    ]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = galiot.model.nothing
