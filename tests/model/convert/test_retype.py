from __future__ import annotations

import resource

import numpy as np
import pytest
from tiny import FAMILIES, Tiny, quantize, weights_of, write_tiny

from galiot.errors import FileError, FormatError, RequestError
from galiot.files import sha256_of
from galiot.model.convert import FILE_TYPES, convert_file
from galiot.model.gguf import GgufFile
from galiot.model.model import open_model
from galiot.model.types import TensorType
from galiot.model.writer import write_gguf


@pytest.fixture
def model(tmp_path):
    return write_tiny(tmp_path / "f32.gguf", Tiny())


def types_in(path):
    with GgufFile.open(path) as file:
        return {name: info.type for name, info in file.tensors.items()}


def test_f16_to_f32_and_back_is_bit_exact(model, tmp_path):
    convert_file(model, tmp_path / "a.gguf", "f16")
    convert_file(tmp_path / "a.gguf", tmp_path / "b.gguf", "f32")
    convert_file(tmp_path / "b.gguf", tmp_path / "c.gguf", "f16")
    with GgufFile.open(tmp_path / "a.gguf") as a, GgufFile.open(tmp_path / "c.gguf") as c:
        assert a.tensors.keys() == c.tensors.keys()
        for name in a.tensors:
            assert (a.data(name) == c.data(name)).all()
        assert list(c.strings("galiot.steps")) == ["convert --type f16", "convert --type f32", "convert --type f16"]


@pytest.mark.parametrize("type", FILE_TYPES)
def test_numbers_are_those_of_ggml_in_one_piece(model, tmp_path, type):
    convert_file(model, tmp_path / "out.gguf", type)
    with GgufFile.open(tmp_path / "out.gguf") as file:
        name = "blk.1.ffn_up.weight"
        assert file.tensors[name].type == FILE_TYPES[type]
        expected = quantize(weights_of(Tiny())[name], FILE_TYPES[type])
        np.testing.assert_array_equal(file.data(name), expected)


def test_large_tensors_are_converted_in_pieces_that_join(tmp_path):
    weights = np.random.default_rng(0).standard_normal((40_000, 96)).astype(np.float32)
    facts = {"general.architecture": "x"}
    write_gguf(tmp_path / "m.gguf", facts, [("big.weight", (96, 40_000), TensorType.F32, weights)])
    seen = []
    convert_file(tmp_path / "m.gguf", tmp_path / "out.gguf", "q4_0", lambda done, total: seen.append((done, total)))
    with GgufFile.open(tmp_path / "out.gguf") as file:
        np.testing.assert_array_equal(file.data("big.weight"), quantize(weights, TensorType.Q4_0))
        assert seen[-1] == (file.tensors["big.weight"].size,) * 2
    assert len(seen) > 3
    assert seen == sorted(seen)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("type", ["f16", "q4_0"])
def test_every_family_still_opens(tmp_path, family, type):
    convert_file(write_tiny(tmp_path / "m.gguf", FAMILIES[family]), tmp_path / "out.gguf", type)
    assert open_model(tmp_path / "out.gguf").spec == open_model(tmp_path / "m.gguf").spec


@pytest.mark.parametrize(("tied", "output", "embedding"), [(True, None, "Q8_0"), (False, "Q8_0", "Q4_0")])
def test_the_output_layer_of_a_4_bit_file_is_q8_0(tmp_path, tied, output, embedding):
    convert_file(write_tiny(tmp_path / "m.gguf", Tiny(tied=tied)), tmp_path / "out.gguf", "q4_0")
    types = types_in(tmp_path / "out.gguf")
    assert types["token_embd.weight"].name == embedding
    assert types.get("output.weight") == (TensorType[output] if output else None)
    assert types["blk.0.attn_q.weight"] == TensorType.Q4_0
    assert types["blk.0.attn_norm.weight"] == TensorType.F32


def test_an_output_layer_below_q8_0_is_left_alone_and_bf16_never_becomes_f16(tmp_path):
    write_tiny(tmp_path / "m.gguf", Tiny(width=48, types=(("token_embd", "BF16"),), ff=64))
    done = convert_file(tmp_path / "m.gguf", tmp_path / "out.gguf", "q4_0")
    types = types_in(tmp_path / "out.gguf")
    assert types["token_embd.weight"] == TensorType.BF16
    assert types["blk.0.attn_q.weight"] == TensorType.F16
    assert types["blk.0.ffn_down.weight"] == TensorType.Q4_0
    assert "no multiple of 32" in done.notes[0]
    write_tiny(tmp_path / "k.gguf", Tiny(type="Q4_1"))
    done = convert_file(tmp_path / "k.gguf", tmp_path / "out.gguf", "q4_0")
    assert types_in(tmp_path / "out.gguf")["token_embd.weight"] == TensorType.Q4_1
    assert "second time" in done.notes[0]


def test_metadata_stays_and_says_where_the_file_comes_from(model, tmp_path):
    done = convert_file(model, tmp_path / "out.gguf", "q4_1")
    with GgufFile.open(model) as old, GgufFile.open(tmp_path / "out.gguf") as new:
        for key, value in old.typed_metadata().items():
            if not key.startswith("general.file_type"):
                assert np.all(np.asarray(new.typed_metadata()[key].value) == np.asarray(value.value)), key
        assert new.text("galiot.parent.sha256") == sha256_of(model)
        assert new.integer("general.file_type") == 3
        assert new.integer("general.quantization_version") == 2
        assert any(tool.startswith("ggml ") for tool in new.strings("galiot.tools"))
    assert done.to_json()["tensors"]["Q4_1"] == done.tensors["Q4_1"] > 0
    convert_file(tmp_path / "out.gguf", tmp_path / "back.gguf", "f32")
    with GgufFile.open(tmp_path / "back.gguf") as back:
        assert "general.quantization_version" not in back.metadata


@pytest.mark.parametrize(
    ("value", "type", "said"),
    [
        (7e4, "f16", "reaches 70000, which F16 cannot hold; convert to bf16 or f32"),
        (np.nan, "f16", "is not finite, which F16 cannot hold"),
        (np.inf, "q8_0", "is not finite, which Q8_0 cannot hold"),
        (1e6, "q4_0", r"reaches 1e\+06, which Q4_0 cannot hold"),
    ],
)
def test_numbers_that_a_type_cannot_hold_are_refused(tmp_path, value, type, said):
    weights = np.ones((2, 32), np.float32)
    weights[1, 5] = value
    write_gguf(tmp_path / "m.gguf", {"a": 1}, [("x.weight", (32, 2), TensorType.F32, weights)])
    with pytest.raises(FormatError, match=said):
        convert_file(tmp_path / "m.gguf", tmp_path / "out.gguf", type)
    assert [path.name for path in tmp_path.iterdir()] == ["m.gguf"]


def test_the_largest_half_still_fits(tmp_path):
    weights = np.full((1, 32), 65504.0, np.float32)
    write_gguf(tmp_path / "m.gguf", {"a": 1}, [("y.weight", (32, 1, 1), TensorType.F32, weights)])
    convert_file(tmp_path / "m.gguf", tmp_path / "out.gguf", "f16")
    with GgufFile.open(tmp_path / "out.gguf") as file:
        assert (file.data("y.weight").view(np.float16) == 65504).all()


def test_wrong_requests_are_one_line(model, tmp_path):
    with pytest.raises(RequestError, match="'q5' is no type to convert to; there are f32"):
        convert_file(model, tmp_path / "out.gguf", "q5")
    with pytest.raises(RequestError, match="is the file to convert"):
        convert_file(model, model, "q8_0")
    with pytest.raises(RequestError, match="no such file"):
        convert_file(tmp_path / "absent.gguf", tmp_path / "out.gguf", "q8_0")
    with pytest.raises(FileError):
        convert_file(model, tmp_path / "no" / "folder" / "out.gguf", "q8_0")


def test_a_full_disk_leaves_the_old_file(model, tmp_path):
    (tmp_path / "out.gguf").write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(FileError, match="cannot be written"):
            convert_file(model, tmp_path / "out.gguf", "f16")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "out.gguf").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f32.gguf", "out.gguf"]


def test_a_caller_who_stops_leaves_nothing(model, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert_file(model, tmp_path / "out.gguf", "f16", stop)
    assert [path.name for path in tmp_path.iterdir()] == ["f32.gguf"]
