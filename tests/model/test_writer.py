from __future__ import annotations

import numpy as np
import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from llama_peer import Peer

from galiot.errors import FileError
from galiot.model.gguf import GgufFile, StringArray
from galiot.model.header import read_header
from galiot.model.types import TensorType, Typed, ValueType, row_bytes
from galiot.model.writer import F32, F64, I8, U64, write_gguf

NUMBERS = [kind for kind in ValueType if kind not in (ValueType.STRING, ValueType.ARRAY)]
TEXTS = st.text(max_size=40)
KEYS = st.text(min_size=1, max_size=20).filter(lambda key: key != "general.alignment")


def scalars(kind):
    return (
        st.booleans() if kind == ValueType.BOOL else arrays.from_dtype(kind.dtype, allow_nan=False).map(np.generic.item)
    )


VALUES = st.one_of(
    TEXTS.map(lambda text: Typed(ValueType.STRING, text)),
    st.lists(TEXTS, max_size=5).map(lambda texts: Typed(ValueType.STRING, texts)),
    st.sampled_from(NUMBERS).flatmap(lambda kind: scalars(kind).map(lambda value: Typed(kind, value))),
    st.sampled_from(NUMBERS).flatmap(
        lambda kind: st.lists(scalars(kind), max_size=5).map(lambda values: Typed(kind, values))
    ),
)
SHAPES = st.lists(st.integers(1, 3), min_size=0, max_size=3)


def write_and_open(path, metadata, tensors=()):
    write_gguf(path, metadata, tensors)
    return GgufFile.open(path)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("written") / "m.gguf"


@given(metadata=st.dictionaries(KEYS, VALUES, max_size=6))
def test_metadata_of_every_kind_comes_back(path, metadata):
    file = write_and_open(path, metadata)
    assert list(file.metadata) == list(metadata)
    for key, typed in metadata.items():
        value = file.metadata[key]
        assert file.kinds[key] == typed.kind
        assert (list(value) if isinstance(typed.value, list) else value) == typed.value


@given(
    types=st.lists(st.tuples(st.sampled_from(TensorType), st.integers(1, 3), SHAPES), max_size=6),
    alignment=st.sampled_from([8, 32, 64, 4096]),
    seed=st.integers(0, 99),
)
def test_tensors_of_every_type_and_shape_come_back(path, types, alignment, seed):
    rng, tensors = np.random.default_rng(seed), []
    for i, (type_, blocks, rest) in enumerate(types):
        shape = (blocks * type_.block, *rest)
        size = row_bytes(type_, shape[0]) * int(np.prod(rest, dtype=int))
        tensors.append((f"t{i}", shape, type_, rng.integers(0, 256, size, np.uint8)))
    file = write_and_open(path, {"general.alignment": alignment}, tensors)
    assert list(file.tensors) == [name for name, *_ in tensors]
    for name, shape, type_, data in tensors:
        info = file.tensors[name]
        assert (info.shape, info.type, info.offset % alignment) == (shape, type_, 0)
        assert file.data(name).shape == (info.rows, info.row_bytes)
        assert file.data(name).tobytes() == data.tobytes()


def test_a_plain_value_takes_the_first_kind_that_holds_it(path):
    metadata = {
        "a": 7,
        "b": -7,
        "c": 1 << 32,
        "d": -(1 << 40),
        "e": 0.5,
        "f": True,
        "g": "text",
        "h": [1, -2],
        "i": [1, 1 << 31],
        "j": [0.5],
        "k": [True, False],
        "l": ["x", "y"],
        "m": np.array([1, 2], np.uint16),
        "n": np.float64(2.5),
        "o": b"\xff",
        "p": I8([1, 2]),
        "q": F64(1.5),
        "r": U64(1),
    }
    file = write_and_open(path, metadata)
    kinds = "U32 I32 U64 I64 F32 BOOL STRING I32 I64 F32 BOOL STRING U16 F64 STRING I8 F64 U64"
    assert [kind.name for kind in file.kinds.values()] == kinds.split()


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"a": []}, "empty list"),
        ({"a": [1, "x"]}, "mixes I32 and STRING"),
        ({"a": None}, "NoneType"),
        ({"a": 1 << 64}, "cannot be written"),
        ({"a": I8(200)}, "cannot be written"),
        ({"a": Typed(ValueType.U32, 1.5)}, "cannot be written"),
        ({"a": Typed(ValueType.BOOL, 3)}, "cannot be written"),
        ({"a": Typed(ValueType.U8, "x")}, "cannot be written"),
        ({"a": np.zeros((2, 2), np.float32)}, "cannot be written"),
        ({"a": I8(np.array([1, 200]))}, "int64 numbers as I8"),
        ({"a": I8(np.array([1.5]))}, "float64 numbers as I8"),
        ({"a": np.zeros(2, np.complex64)}, "complex64"),
        ({"": 1}, "expected 1 to"),
        ({"general.alignment": 3}, "power of two"),
        ({"general.alignment": U64(64)}, "as U32"),
        ({"general.alignment": "32"}, "as U32"),
    ],
)
def test_metadata_that_no_reader_would_take_is_refused(tmp_path, metadata, words):
    with pytest.raises(ValueError, match=words):
        write_gguf(tmp_path / "m.gguf", metadata, [])
    assert not list(tmp_path.iterdir())


ZEROS = np.zeros(4, np.float32)


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ([("t", (5,), TensorType.F32, ZEROS)], "16 bytes, its shape and type say 20"),
        ([("t", (4,), TensorType.F32, ZEROS)] * 2, "one name"),
        ([("t" * 64, (4,), TensorType.F32, ZEROS)], "64 bytes"),
        ([("t", (4, 0), TensorType.F32, ZEROS)], "impossible shape"),
        ([("t", (1, 1, 1, 1, 4), TensorType.F32, ZEROS)], "impossible shape"),
        ([("t", (16,), TensorType.Q8_0, ZEROS)], "block"),
    ],
)
def test_tensors_that_no_reader_would_take_are_refused_and_leave_nothing(tmp_path, tensors, words):
    with pytest.raises(ValueError, match=words):
        write_gguf(tmp_path / "m.gguf", {}, tensors)
    assert not list(tmp_path.iterdir())


def test_a_tensor_may_come_in_pieces_made_when_their_turn_comes(path):
    pieces = [np.arange(8, dtype=np.float32), np.arange(8, 16, dtype=np.float32)]
    seen = []
    tensors = [
        ("a", (4, 4), TensorType.F32, lambda: iter(pieces)),
        ("b", (4,), TensorType.F32, lambda: ZEROS),
        ("c", (2, 2), TensorType.F32, np.arange(16, dtype=np.float32).reshape(4, 4)[::2, ::2]),
    ]
    write_gguf(path, {}, tensors, progress=lambda done, total: seen.append((done, total)))
    file = GgufFile.open(path)
    assert file.data("a").view(np.float32).ravel().tolist() == list(range(16))
    assert file.data("c").view(np.float32).ravel().tolist() == [0, 2, 8, 10]
    assert seen == [(32, 96), (64, 96), (80, 96), (96, 96)]


def test_a_copy_of_a_file_is_the_same_file(path, tmp_path):
    metadata = {
        "general.alignment": 64,
        "a": Typed(ValueType.U16, 3),
        "b": [b"\xff\xfe", "é"],
        "c": F32([1.5]),
        "d": I8([]),
    }
    tensors = [(name, (4,), TensorType.F32, ZEROS) for name in "xyz"]
    file = write_and_open(path, metadata, tensors)
    copied = [(i.name, i.shape, i.type, file.data(i.name)) for i in file.tensors.values()]
    write_gguf(tmp_path / "copy.gguf", file.typed_metadata(), copied)
    assert (tmp_path / "copy.gguf").read_bytes() == path.read_bytes()


def test_exact_bytes_of_a_token_survive_a_change_to_text_and_back(path):
    tokens = write_and_open(path, {"tokens": [b"\xe2\x96", "▁the", b""]}).strings("tokens")
    assert isinstance(tokens, StringArray)
    assert tokens.raw() == [b"\xe2\x96", "▁the".encode(), b""]
    assert [text.encode("utf-8", "surrogateescape") for text in tokens] == tokens.raw()
    write_gguf(path, {"tokens": list(tokens)}, [])
    assert GgufFile.open(path).strings("tokens").raw() == tokens.raw()


def test_numbers_at_the_edge_come_back(path):
    values = np.array([np.nan, np.inf, -0.0, 1e-45], np.float32)
    metadata = {
        "a": values,
        "b": F32(values.astype(np.float64)),
        "c": U64([0, (1 << 64) - 1]),
        "d": I8(np.array([-128, 127])),
    }
    file = write_and_open(path, metadata)
    assert file.array("a", "f").tobytes() == file.array("b", "f").tobytes() == values.tobytes()
    assert file.array("c", "u").tolist() == [0, (1 << 64) - 1]
    assert file.array("d", "i").tolist() == [-128, 127]


def test_the_file_is_padded_to_its_alignment(path):
    write_gguf(path, {"general.alignment": 256}, [("t", (3,), TensorType.F32, ZEROS[:3])])
    assert path.stat().st_size % 256 == 0
    assert read_header(path.read_bytes()).alignment == 256


def test_a_folder_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(FileError, match="cannot be written"):
        write_gguf(tmp_path / "none" / "m.gguf", {}, [])


def test_llama_cpp_loads_a_file_with_metadata_of_every_kind(path, tmp_path):
    source = GgufFile.open(tiny.write_tiny(tmp_path / "tiny.gguf", tiny.Tiny()))
    metadata = source.typed_metadata() | {"general.alignment": 64, "x.bytes": b"\xff\xfe", "x.none": I8([])}
    for kind in NUMBERS:
        metadata |= {f"x.{kind.name}": Typed(kind, True), f"x.{kind.name}s": Typed(kind, [True, False])}
    write_gguf(path, metadata, [(i.name, i.shape, i.type, source.data(i.name)) for i in source.tensors.values()])
    vocab = len(source.strings("tokenizer.ggml.tokens"))
    assert np.isfinite(Peer(path, vocab=vocab, letter=70).log_probabilities([5, 6, 7])).all()
