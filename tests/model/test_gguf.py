from __future__ import annotations

import ctypes
import os
import re
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from galiot.errors import FileError, FormatError, RequestError
from galiot.model.gguf import GgufFile
from galiot.model.header import MOST_STRINGS, HeaderError, read_header
from galiot.model.types import TensorType
from galiot.model.writer import F32, U32, write_gguf

U32_KIND, BOOL_KIND, STRING_KIND, ARRAY_KIND = 4, 7, 8, 9


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(raw)) + raw


def entry(key, kind, raw):
    return text(key) + struct.pack("<I", kind) + raw


def info(name="t", shape=(4,), type_=0, offset=0):
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, type_, offset)


def gguf(entries=(), infos=(), data=b"", version=3, counts=None, alignment=32):
    tensors, keys = counts or (len(infos), len(entries))
    head = b"GGUF" + struct.pack("<IQQ", version, tensors, keys) + b"".join(entries) + b"".join(infos)
    return head.ljust(-(-len(head) // alignment) * alignment, b"\0") + data


def strings(*texts):
    return struct.pack("<IQ", STRING_KIND, len(texts)) + b"".join(map(text, texts))


VALID = gguf([entry("a", U32_KIND, struct.pack("<I", 7))], [info()], bytes(16))
BAD = {
    "another file": (b"PK\3\4" + bytes(100), "no GGUF file"),
    "too short": (b"GGU", "magic needs 4 bytes, 3 are left"),
    "version 1": (gguf(version=1), "version 1, versions 2 and 3"),
    "version 4": (gguf(version=4), "version 4"),
    "big endian": (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian"),
    "2^60 tensors": (gguf(counts=(1 << 60, 0)), "1152921504606846976 tensors announced"),
    "more tensors than bytes": (gguf(counts=(4, 0)), "tensors announced"),
    "2^60 keys": (gguf(counts=(0, 1 << 60)), "metadata entries announced"),
    "a key of 2^40 bytes": (gguf([struct.pack("<Q", 1 << 40) + bytes(9)]), "1099511627776 bytes"),
    "an empty key": (gguf([entry("", U32_KIND, bytes(4))]), "key is empty"),
    "a key that is no UTF-8": (gguf([entry(b"\xff", U32_KIND, bytes(4))]), "no UTF-8"),
    "one key twice": (gguf([entry("a", U32_KIND, bytes(4))] * 2), "'a' appears twice"),
    "an unknown kind": (gguf([entry("a", 13, bytes(4))]), "'a' has the unknown kind 13"),
    "a text of 2^40 bytes": (gguf([entry("a", STRING_KIND, struct.pack("<Q", 1 << 40))]), "1099511627776 bytes"),
    "a text behind the end": (gguf([entry("a", STRING_KIND, struct.pack("<Q", 999))]), "needs 999 bytes"),
    "2^40 numbers": (gguf([entry("a", ARRAY_KIND, struct.pack("<IQ", 4, 1 << 40))]), "1099511627776 elements"),
    "2^40 strings": (gguf([entry("a", ARRAY_KIND, struct.pack("<IQ", 8, 1 << 40))]), "1099511627776 strings"),
    "a string behind the end": (
        gguf([entry("a", ARRAY_KIND, struct.pack("<IQQQ", 8, 2, 0, (1 << 64) - 1))]),
        "strings that end behind",
    ),
    "an array of arrays": (gguf([entry("a", ARRAY_KIND, struct.pack("<IQ", 9, 1))]), "array of arrays"),
    "alignment 0": (gguf([entry("general.alignment", U32_KIND, struct.pack("<I", 0))]), "alignment is 0"),
    "alignment 48": (gguf([entry("general.alignment", U32_KIND, struct.pack("<I", 48))]), "alignment is 48"),
    "alignment yes": (gguf([entry("general.alignment", BOOL_KIND, b"\1")]), "no 32-bit unsigned integer"),
    "no dimension": (gguf([], [info(shape=())], bytes(64)), "0 dimensions"),
    "five dimensions": (gguf([], [info(shape=(1,) * 5)], bytes(64)), "5 dimensions"),
    "a dimension of 0": (gguf([], [info(shape=(4, 0))], bytes(64)), re.escape("impossible shape [4, 0]")),
    "2^64 elements": (gguf([], [info(shape=(1 << 32, 1 << 32))], bytes(64)), "impossible shape"),
    "an unknown type": (gguf([], [info(type_=4)], bytes(64)), "unknown type 4"),
    "half a block": (
        gguf([], [info(shape=(48,), type_=2)], bytes(64)),
        "rows of 48 elements, no multiple of Q4_0's 32",
    ),
    "truncated weights": (gguf([], [info()], bytes(15)), "ends at byte 80, the file has 79"),
    "an offset outside": (gguf([], [info(offset=1 << 63)], bytes(64)), "the file has"),
    "an offset between": (gguf([], [info(offset=4)], bytes(64)), "no multiple of the alignment 32"),
    "an overlap": (gguf([], [info("t", (16,)), info("u", offset=32)], bytes(64)), "'u' overlaps tensor 't'"),
    "one tensor twice": (gguf([], [info("t"), info("t", offset=32)], bytes(64)), "'t' appears twice"),
    "a name of 64 bytes": (gguf([], [info("n" * 64)], bytes(64)), "has 64 bytes, 63 is the most"),
    "no name": (gguf([], [info("")], bytes(64)), "name is empty"),
    "a name that obeys": (gguf([], [info("\x1b[2J\n", shape=(0,))], bytes(64)), re.escape(r"tensor '\x1b[2J\n' has")),
}


def opened(folder, raw):
    path = folder / "m.gguf"
    path.write_bytes(raw)
    return GgufFile.open(path)


def with_metadata(folder, metadata):
    write_gguf(folder / "m.gguf", metadata, [])
    return GgufFile.open(folder / "m.gguf")


def test_a_file_made_by_hand_is_read(tmp_path):
    file = opened(tmp_path, VALID[:-16] + np.arange(4, dtype="<f4").tobytes())
    assert dict(file.metadata) == {"a": 7}
    assert file.tensors["t"].shape == (4,)
    assert file.tensors["t"].type == TensorType.F32
    assert file.data("t").view("<f4").tolist() == [[0, 1, 2, 3]]
    assert file.tensors["t"].offset + file.tensors["t"].size == file.size


@pytest.mark.parametrize(("raw", "words"), BAD.values(), ids=BAD)
def test_nonsense_is_one_line_that_says_where(tmp_path, raw, words):
    with pytest.raises(FormatError, match=words) as caught:
        opened(tmp_path, raw)
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "m.gguf: "))
    assert message.isprintable()


def test_no_prefix_of_a_file_opens():
    for length in range(len(VALID)):
        with pytest.raises(HeaderError):
            read_header(VALID[:length])
    assert read_header(VALID).tensors


def test_version_2_reads_the_same(tmp_path):
    assert opened(tmp_path, gguf([entry("a", U32_KIND, struct.pack("<I", 7))], version=2)).integer("a") == 7


def test_tensors_come_in_the_order_in_which_they_lie(tmp_path):
    file = opened(tmp_path, gguf([], [info("b", offset=32), info("a")], bytes(64)))
    assert list(file.tensors) == ["a", "b"]


def test_an_empty_file_a_folder_a_pipe_and_nothing_are_one_line_each(tmp_path):
    with pytest.raises(FormatError, match="is empty"):
        opened(tmp_path, b"")
    with pytest.raises(FileError, match="no regular file"):
        GgufFile.open(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="no regular file"):
        GgufFile.open(tmp_path / "pipe")
    with pytest.raises(RequestError, match="no such file"):
        GgufFile.open(tmp_path / "none.gguf")
    with pytest.raises(FileError, match="cannot be opened"):
        GgufFile.open("a\0b")


def test_an_array_of_millions_of_empty_strings_takes_no_time_in_proportion(tmp_path):
    count = 1 << 21
    raw = gguf([entry("a", ARRAY_KIND, struct.pack("<IQ", 8, count) + bytes(8 * count))] * 3)
    start = time.process_time()
    with pytest.raises(HeaderError):
        read_header(raw)
    assert time.process_time() - start < 1
    with pytest.raises(HeaderError, match=f"{MOST_STRINGS} is the most"):
        read_header(gguf([entry("a", ARRAY_KIND, struct.pack("<IQ", 8, MOST_STRINGS + 1) + bytes(40 << 20))]))


def test_a_vocabulary_is_stepped_over_and_decoded_when_asked(tmp_path):
    tokens = [f"token {i}" for i in range(50_000)]
    raw = gguf([entry("tokens", ARRAY_KIND, strings(*tokens))])
    start = time.process_time()
    array = read_header(raw).metadata["tokens"]
    assert time.process_time() - start < 0.04
    assert (len(array), array[-1], array[1:3], array == tokens) == (50_000, "token 49999", tokens[1:3], True)
    assert repr(array) == "StringArray(50000 strings)"


def test_data_is_a_view_of_the_mapping_at_the_address_that_ggml_gets(tmp_path):
    file = opened(tmp_path, gguf([], [info(shape=(4, 2))], bytes(range(32))))
    assert file.data("t").shape == (2, 16)
    assert ctypes.string_at(file.address("t"), 32) == bytes(range(32))
    assert file.data("t").ctypes.data == file.address("t")


def test_a_write_stays_in_this_process(tmp_path):
    file = opened(tmp_path, VALID)
    file.data("t")[:] = 255
    assert (tmp_path / "m.gguf").read_bytes() == VALID


def resident_kib(address):
    """Resident memory of the mapping that starts at the page of an address."""
    lines = iter(Path("/proc/self/smaps").read_text(errors="replace").splitlines())
    for line in lines:
        first = re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line)
        if first and int(first[1], 16) <= address < int(first[2], 16):
            return next(int(x.split()[1]) for x in lines if x.startswith("Rss:"))
    raise AssertionError("no such mapping")


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps"), reason="reads Linux's /proc")
def test_released_tensors_give_their_memory_back_and_read_the_same(tmp_path):
    rng, size = np.random.default_rng(0), 1 << 20
    tensors = [(name, (size,), TensorType.I8, rng.integers(0, 255, size, np.uint8)) for name in "xyz"]
    write_gguf(tmp_path / "m.gguf", {}, tensors)
    file = GgufFile.open(tmp_path / "m.gguf")

    def touch():
        return [int(file.data(name).sum()) for name in "xyz"]

    before = touch()
    assert resident_kib(file.address("x")) >= 3 * 1024
    file.release(["x", "z"])
    assert 1024 - 8 <= resident_kib(file.address("x")) <= 1024 + 64
    file.release()
    assert resident_kib(file.address("x")) <= 64
    assert touch() == before == [int(data.sum()) for *_, data in tensors]


def test_an_array_outlives_the_file_that_gave_it(tmp_path):
    with opened(tmp_path, VALID) as file:
        data = file.data("t")
    assert data.tobytes() == bytes(16)
    with pytest.raises(ValueError, match="is closed"):
        file.data("t")
    file.release()


def test_numbers_are_held_against_their_bounds(tmp_path):
    file = with_metadata(tmp_path, {"a": 7, "b": 0.5, "c": float("nan"), "d": float("inf"), "e": True, "f": "x"})
    assert file.integer("a", low=7, high=7) == 7
    assert file.number("a") == 7.0
    assert file.number("b", low=0, high=1) == 0.5
    assert file.flag("e") is True
    assert file.text("f") == "x"
    for wrong, words in [
        (lambda: file.integer("a", low=8), "a is 7, expected at least 8"),
        (lambda: file.integer("a", high=6), "a is 7, expected at most 6"),
        (lambda: file.number("b", low=1, high=2), "b is 0.5, expected 1 to 2"),
        (lambda: file.number("c"), "c is nan, expected a finite number"),
        (lambda: file.number("d"), "d is inf, expected a finite number"),
        (lambda: file.integer("b"), "b is F32, expected a whole number"),
        (lambda: file.integer("e"), "e is BOOL, expected a whole number"),
        (lambda: file.number("e"), "e is BOOL, expected a number"),
        (lambda: file.flag("a"), "a is U32, expected true or false"),
        (lambda: file.text("a"), "a is U32, expected a text"),
        (lambda: file.strings("f"), "f is STRING, expected an array of texts"),
        (lambda: file.array("f", "iu"), "f is STRING, expected an array of numbers"),
        (lambda: file.integer("none"), "none is missing"),
    ]:
        with pytest.raises(FormatError, match=words):
            wrong()


def test_a_missing_key_has_its_default_and_a_wrong_one_has_not(tmp_path):
    file = with_metadata(tmp_path, {"a": "x"})
    assert (file.integer("n", 3), file.number("n", 0.5), file.text("n", default=None), file.flag("n", False)) == (
        3,
        0.5,
        None,
        False,
    )
    assert (file.integers("n", 2, (1, 2)), file.strings("n", ()), file.array("n", "f", None)) == ((1, 2), (), None)
    with pytest.raises(FormatError, match="a is STRING"):
        file.integer("a", 3)


def test_one_number_holds_for_every_layer_or_each_has_its_own(tmp_path):
    file = with_metadata(
        tmp_path, {"a": 4, "b": [1, 2, 3], "c": F32([1.0, 2.0, 3.0]), "d": [-1, 0, 1], "e": U32([9] * 3)}
    )
    assert file.integers("a", 3) == (4, 4, 4)
    assert file.integers("b", 3) == (1, 2, 3)
    assert file.integers("e", 3, low=9, high=9) == (9, 9, 9)
    for wrong, words in [
        (lambda: file.integers("b", 2), "b has 3 numbers, expected 2"),
        (lambda: file.integers("c", 3), "c is an array of F32, expected whole numbers"),
        (lambda: file.integers("d", 3, low=0), "d is -1, expected at least 0"),
    ]:
        with pytest.raises(FormatError, match=words):
            wrong()


def test_arrays_from_metadata_cannot_be_changed(tmp_path):
    file = with_metadata(tmp_path, {"a": [1, 2, 3], "b": [True, False]})
    for key in "ab":
        with pytest.raises(ValueError, match="read-only"):
            file.array(key, "iub")[0] = 0
