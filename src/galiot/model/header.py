"""What stands before the weights of a GGUF file: metadata and the table of tensors, read and checked.

ggml and llama.cpp abort the process on nonsense, so every length, count, type, shape and offset is held against the
file's real size here. Work and memory are bounded by the bytes that are really there, whatever the file claims.
Source: the GGUF specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3.
"""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from galiot.model.types import TensorType, ValueType, row_bytes

DEFAULT_ALIGNMENT = 32  # bytes
MOST_ENTRIES = 1 << 16  # metadata keys, and tensors
MOST_STRINGS = 1 << 22  # in all arrays together: four times the largest vocabulary with its merges
MOST_KEY_BYTES = (1 << 16) - 1
MOST_TEXT_BYTES = 1 << 24
MOST_NAME_BYTES = 63  # ggml keeps a tensor's name in 64 bytes with a zero at the end
_LEAST_ENTRY_BYTES = 13  # an empty key, its kind, one byte
_LEAST_TENSOR_BYTES = 33  # a name of one byte, one dimension

_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")


class HeaderError(Exception):
    """Why the bytes make no sense, and where; the opener adds the path."""


class StringArray(Sequence[str]):
    """The strings of a metadata array, decoded when first looked at.

    Bytes that are no UTF-8 come as surrogate escapes, so `text.encode("utf-8", "surrogateescape")` is exact;
    `raw()` gives the bytes themselves.
    """

    def __init__(self, memory: mmap.mmap | bytes, start: int, count: int) -> None:
        self._memory, self._start, self._count = memory, start, count
        self._texts: list[str] | None = None

    def raw(self) -> list[bytes]:
        """Return the exact bytes of every string, in a new list."""
        memory, position, unpack = self._memory, self._start, _U64.unpack_from
        found = []
        for _ in range(self._count):
            start = position + 8
            position = start + unpack(memory, position)[0]
            found.append(memory[start:position])
        return found

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Return one string, or a list of them."""
        return self._decoded()[index]

    def __len__(self) -> int:
        """Return the number of strings."""
        return self._count

    def __iter__(self) -> Iterator[str]:
        """Go through the strings."""
        return iter(self._decoded())

    def __eq__(self, other: object) -> bool:
        """Compare as a list would."""
        return isinstance(other, Sequence) and not isinstance(other, str) and self._decoded() == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Name the length only: a vocabulary fills no line."""
        return f"StringArray({self._count} strings)"

    def _decoded(self) -> list[str]:
        if self._texts is None:
            self._texts = [text.decode("utf-8", "surrogateescape") for text in self.raw()]
        return self._texts


Value = int | float | bool | str | StringArray | np.ndarray
"""A metadata value: a number, a text, or an array of either (numbers as a read-only NumPy array)."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """Where a tensor lies in its file."""

    name: str
    shape: tuple[int, ...]
    """ggml's order: the contiguous dimension first."""
    type: TensorType
    offset: int
    """Bytes from the start of the file."""
    size: int
    """Bytes."""

    @property
    def row_bytes(self) -> int:
        """Bytes of one row, that is `shape[0]` elements."""
        return row_bytes(self.type, self.shape[0])

    @property
    def rows(self) -> int:
        """Rows in all dimensions together."""
        return math.prod(self.shape[1:])


@dataclass(frozen=True, slots=True)
class Header:
    """Metadata and the table of tensors."""

    version: int
    metadata: dict[str, Value]
    kinds: dict[str, ValueType]
    """The kind of every metadata value; of the elements, where it is an array."""
    tensors: dict[str, TensorInfo]
    alignment: int
    """Bytes that every tensor's offset is a multiple of."""


def read_header(memory: mmap.mmap | bytes) -> Header:
    """Read and check everything before the weights.

    raises: HeaderError with the place (byte, key or tensor)
    """
    reader = _Reader(memory)
    version = _read_version(reader)
    tensor_count = reader.count("tensors", MOST_ENTRIES, 0)
    entry_count = reader.count("metadata entries", MOST_ENTRIES, _LEAST_ENTRY_BYTES)
    metadata: dict[str, Value] = {}
    kinds: dict[str, ValueType] = {}
    for _ in range(entry_count):
        key = reader.key()
        if key in metadata:
            raise HeaderError(f"metadata key {shown(key)} appears twice")
        kinds[key], metadata[key] = reader.value(key)
    alignment = _read_alignment(metadata, kinds)
    if tensor_count * _LEAST_TENSOR_BYTES > reader.left:
        raise HeaderError(f"byte {reader.position}: {tensor_count} tensors announced, {reader.left} bytes left")
    found = [_read_tensor(reader) for _ in range(tensor_count)]
    start = -(-reader.position // alignment) * alignment
    tensors = _place(found, start, alignment, reader.size)
    return Header(version, metadata, kinds, tensors, alignment)


def _read_version(reader: _Reader) -> int:
    magic = reader.take(4, "the magic")
    if magic != b"GGUF":
        raise HeaderError(f"is no GGUF file: it starts with {magic!r}")
    version = reader.u32("the version")
    if version and not version & 0xFFFF:
        raise HeaderError("is a big-endian GGUF file; convert it to little-endian first")
    if version not in (2, 3):
        raise HeaderError(f"has GGUF version {version}, versions 2 and 3 can be read; convert the model again")
    return version


def _read_alignment(metadata: dict[str, Value], kinds: dict[str, ValueType]) -> int:
    alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or kinds.get("general.alignment", ValueType.U32) != ValueType.U32:
        raise HeaderError("general.alignment is no 32-bit unsigned integer")
    if alignment < 8 or alignment & (alignment - 1):
        raise HeaderError(f"general.alignment is {alignment}, expected a power of two from 8 on")
    return alignment


def _read_tensor(reader: _Reader) -> TensorInfo:
    """Read one row of the table; the offset is still relative to the start of the data."""
    name = reader.name()
    what = f"tensor {shown(name)}"
    dimensions = reader.u32(what)
    if not 1 <= dimensions <= 4:
        raise HeaderError(f"{what} has {dimensions} dimensions, expected 1 to 4")
    shape = tuple(reader.u64(what) for _ in range(dimensions))
    if min(shape) < 1 or math.prod(shape) >= 1 << 63:
        raise HeaderError(f"{what} has the impossible shape {list(shape)}")
    number, offset = reader.u32(what), reader.u64(what)
    try:
        type_ = TensorType(number)
    except ValueError:
        raise HeaderError(f"{what} has the unknown type {number}") from None
    if shape[0] % type_.block:
        raise HeaderError(f"{what} has rows of {shape[0]} elements, no multiple of {type_.name}'s {type_.block}")
    size = row_bytes(type_, shape[0]) * math.prod(shape[1:])
    return TensorInfo(name, shape, type_, offset, size)


def _place(found: list[TensorInfo], start: int, alignment: int, file_size: int) -> dict[str, TensorInfo]:
    """Return the tensors by name in file order, with absolute offsets; they are aligned, inside and apart."""
    tensors: dict[str, TensorInfo] = {}
    end, before = start, ""
    for info in sorted(found, key=lambda info: info.offset):
        what, offset = f"tensor {shown(info.name)}", start + info.offset
        if info.name in tensors:
            raise HeaderError(f"{what} appears twice")
        if info.offset % alignment:
            raise HeaderError(f"{what} lies at offset {info.offset}, no multiple of the alignment {alignment}")
        if offset + info.size > file_size:
            raise HeaderError(f"{what} ends at byte {offset + info.size}, the file has {file_size}: is it truncated?")
        if offset < end:
            raise HeaderError(f"{what} overlaps tensor {shown(before)} at byte {offset}")
        tensors[info.name] = TensorInfo(info.name, info.shape, info.type, offset, info.size)
        end, before = offset + info.size, info.name
    return tensors


class _Reader:
    """A place in the file, and the checked steps forward from it."""

    def __init__(self, memory: mmap.mmap | bytes) -> None:
        self.memory, self.size, self.position = memory, len(memory), 0
        self.strings = 0

    @property
    def left(self) -> int:
        return self.size - self.position

    def take(self, count: int, what: str) -> bytes:
        if count > self.left:
            raise HeaderError(f"byte {self.position}: {what} needs {count} bytes, {self.left} are left")
        start, self.position = self.position, self.position + count
        return self.memory[start : self.position]

    def u32(self, what: str) -> int:
        return int(_U32.unpack(self.take(4, what))[0])

    def u64(self, what: str) -> int:
        return int(_U64.unpack(self.take(8, what))[0])

    def count(self, what: str, most: int, least_bytes: int) -> int:
        """Read a number of things that take at least so many bytes each."""
        start = self.position
        count = self.u64(f"the number of {what}")
        if count > most or count * least_bytes > self.left:
            raise HeaderError(
                f"byte {start}: {count} {what} announced, {min(most, self.left)} is the most there can be"
            )
        return count

    def text(self, what: str, most: int) -> bytes:
        start = self.position
        length = self.u64(what)
        if length > most:
            raise HeaderError(f"byte {start}: {what} has {length} bytes, {most} is the most that is read")
        return self.take(length, what)

    def key(self) -> str:
        start = self.position
        try:
            key = self.text("a metadata key", MOST_KEY_BYTES).decode()
        except UnicodeDecodeError:
            raise HeaderError(f"byte {start}: a metadata key is no UTF-8") from None
        if not key:
            raise HeaderError(f"byte {start}: a metadata key is empty")
        return key

    def name(self) -> str:
        start = self.position
        try:
            name = self.text("a tensor's name", MOST_NAME_BYTES).decode()
        except UnicodeDecodeError:
            raise HeaderError(f"byte {start}: a tensor's name is no UTF-8") from None
        if not name or "\0" in name:
            raise HeaderError(f"byte {start}: a tensor's name is empty or holds a zero byte")
        return name

    def kind(self, what: str) -> ValueType:
        start, number = self.position, self.u32(what)
        try:
            return ValueType(number)
        except ValueError:
            raise HeaderError(f"byte {start}: {what} has the unknown kind {number}") from None

    def value(self, key: str) -> tuple[ValueType, Value]:
        what = f"metadata {shown(key)}"
        kind = self.kind(what)
        if kind == ValueType.ARRAY:
            return self.array(what)
        if kind == ValueType.STRING:
            return kind, self.text(what, MOST_TEXT_BYTES).decode("utf-8", "surrogateescape")
        raw = self.take(kind.dtype.itemsize, what)
        if kind == ValueType.BOOL:
            return kind, raw != b"\0"
        number: int | float = np.frombuffer(raw, kind.dtype)[0].item()
        return kind, number

    def array(self, what: str) -> tuple[ValueType, Value]:
        kind = self.kind(what)
        if kind == ValueType.ARRAY:
            raise HeaderError(f"{what} is an array of arrays, which nobody reads")
        if kind == ValueType.STRING:
            return kind, self.string_array(what)
        count = self.count(f"elements in {what}", self.left, kind.dtype.itemsize)
        stored = np.dtype("<u1") if kind == ValueType.BOOL else kind.dtype
        values = np.frombuffer(self.memory, stored, count, self.position) if count else np.empty(0, stored)
        self.position += count * kind.dtype.itemsize
        if kind == ValueType.BOOL:
            values = values != 0
        values.flags.writeable = False
        return kind, values

    def string_array(self, what: str) -> StringArray:
        """Step over the strings: 0.1 us each, where decoding them takes three times as long."""
        count = self.count(f"strings in {what}", MOST_STRINGS - self.strings, 8)
        self.strings += count
        memory, position, unpack, size = self.memory, self.position, _U64.unpack_from, self.size
        array = StringArray(memory, position, count)
        try:
            for _ in range(count):
                position += 8 + unpack(memory, position)[0]
        except (struct.error, OverflowError):
            position = size + 1
        if position > size:
            raise HeaderError(f"{what} has strings that end behind the file's {size} bytes")
        self.position = position
        return array


def shown(name: str) -> str:
    """Return a name from a file as it may stand in a message: one line, not too long, nothing a terminal obeys."""
    return ascii(name if len(name) <= 80 else name[:77] + "...")
