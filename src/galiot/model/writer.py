"""Writing GGUF files that llama.cpp loads: metadata, the table of tensors, then the tensors one after the other."""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import BinaryIO

import numpy as np

from galiot.files import Progress, atomic_write
from galiot.model.header import (
    DEFAULT_ALIGNMENT,
    MOST_ENTRIES,
    MOST_KEY_BYTES,
    MOST_NAME_BYTES,
    MOST_TEXT_BYTES,
    StringArray,
)
from galiot.model.types import TensorType, Typed, ValueType, row_bytes

VERSION = 3

Chunk = np.ndarray | bytes
TensorData = Chunk | Callable[[], Chunk | Iterable[Chunk]]
"""A tensor's bytes in ggml's layout, or what makes them, at once or in pieces, when their turn comes."""
NewTensor = tuple[str, tuple[int, ...], TensorType, TensorData]
"""Name, shape in ggml's order (the contiguous dimension first), type and data."""

# A number, or an array of a sequence's numbers, of just this kind: U32(5), I32([1, 2]).
U8 = partial(Typed, ValueType.U8)
I8 = partial(Typed, ValueType.I8)
U16 = partial(Typed, ValueType.U16)
I16 = partial(Typed, ValueType.I16)
U32 = partial(Typed, ValueType.U32)
I32 = partial(Typed, ValueType.I32)
U64 = partial(Typed, ValueType.U64)
I64 = partial(Typed, ValueType.I64)
F32 = partial(Typed, ValueType.F32)
F64 = partial(Typed, ValueType.F64)


_CODES = dict(zip(ValueType, "BbHhIif?--Qqd", strict=True))  # struct's letters


def write_gguf(
    path: str | os.PathLike[str],
    metadata: Mapping[str, object],
    tensors: Iterable[NewTensor],
    progress: Progress | None = None,
) -> None:
    """Write a file, whole or not at all; of the tensors only one piece is in memory at a time.

    metadata: a `Typed` value is written as it says. Without: bool; int as U32, I32, U64 or I64, the first that holds
        it; float as F32; str (surrogate escapes are the bytes they stand for) or bytes; an array as its dtype; a list
        of int as I32 or I64, of float as F32, of bool, of str
    progress: bytes of tensors
    raises: ValueError for what no reader would take, FileError when the disk is full or the folder cannot be written
    """
    listed = list(tensors)
    alignment = _alignment(metadata)
    header = _header(metadata, listed, alignment)
    total = sum(_size(shape, type_) for _, shape, type_, _ in listed)
    done = 0
    with atomic_write(path) as file:
        file.write(header)
        for name, shape, type_, data in listed:
            expected, written = _size(shape, type_), 0
            for piece in _pieces(data):
                file.write(piece)
                written += piece.nbytes
                if progress:
                    progress(done + written, total)
            if written != expected:
                raise ValueError(f"tensor {name} has {written} bytes, its shape and type say {expected}")
            _pad(file, expected, alignment)
            done += expected


def _header(metadata: Mapping[str, object], tensors: Sequence[NewTensor], alignment: int) -> bytes:
    if max(len(tensors), len(metadata)) > MOST_ENTRIES:
        raise ValueError(f"{len(tensors)} tensors and {len(metadata)} metadata keys, at most {MOST_ENTRIES} are read")
    if len({name for name, *_ in tensors}) < len(tensors):
        raise ValueError("two tensors have one name")
    parts = [b"GGUF", struct.pack("<IQQ", VERSION, len(tensors), len(metadata))]
    for key, value in metadata.items():
        parts += [_text(key, 1, MOST_KEY_BYTES), _value(key, value)]
    offset = 0
    for name, shape, type_, _ in tensors:
        if not 1 <= len(shape) <= 4 or min(shape) < 1:
            raise ValueError(f"tensor {name} has the impossible shape {list(shape)}")
        parts += [_text(name, 1, MOST_NAME_BYTES), struct.pack(f"<I{len(shape)}Q", len(shape), *shape)]
        parts.append(struct.pack("<IQ", type_, offset))
        offset += _padded(_size(shape, type_), alignment)
    header = b"".join(parts)
    return header.ljust(_padded(len(header), alignment), b"\0")


def _alignment(metadata: Mapping[str, object]) -> int:
    value = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
    number = value.value if isinstance(value, Typed) and value.kind == ValueType.U32 else value
    if not isinstance(number, int) or number < 8 or number >= 1 << 32 or number & (number - 1):
        raise ValueError(f"general.alignment is {number}, expected a power of two from 8 on, as U32")
    return number


def _value(key: str, value: object) -> bytes:
    """Return a metadata value as it stands in the file: its kind, then its bytes."""
    kind = value.kind if isinstance(value, Typed) else _kind_of(key, value)
    content = value.value if isinstance(value, Typed) else value
    try:
        if isinstance(content, str | bytes):
            if kind != ValueType.STRING:
                raise ValueError(f"a text as {kind.name}")
            return struct.pack("<I", kind) + _text(content, 0, MOST_TEXT_BYTES)
        if isinstance(content, np.ndarray | Sequence):
            return struct.pack("<IIQ", ValueType.ARRAY, kind, len(content)) + _elements(kind, content)
        return struct.pack("<I", kind) + _elements(kind, [content])
    except (ValueError, OverflowError, TypeError, struct.error) as error:
        raise ValueError(f"metadata {key} cannot be written: {error}") from error


def _kind_of(key: str, value: object) -> ValueType:
    """Return the kind of a plain Python or NumPy value, or of its elements."""
    if isinstance(value, str | bytes | StringArray):
        return ValueType.STRING
    if isinstance(value, np.ndarray | np.generic):
        return _kind_of_dtype(key, value.dtype)
    if isinstance(value, list | tuple):
        if not value:
            raise ValueError(f"metadata {key} is an empty list; give it as Typed(kind, []), so that it has a kind")
        kinds = {_kind_of_scalar(key, item, in_list=True) for item in value}
        if kinds == {ValueType.I32, ValueType.I64}:
            return ValueType.I64
        if len(kinds) > 1:
            raise ValueError(f"metadata {key} mixes {' and '.join(sorted(kind.name for kind in kinds))}")
        return kinds.pop()
    return _kind_of_scalar(key, value, in_list=False)


def _kind_of_scalar(key: str, value: object, *, in_list: bool) -> ValueType:
    if isinstance(value, str | bytes):
        return ValueType.STRING
    if isinstance(value, bool):
        return ValueType.BOOL
    if isinstance(value, np.generic):
        return _kind_of_dtype(key, value.dtype)
    if isinstance(value, float):
        return ValueType.F32
    if not isinstance(value, int):
        raise ValueError(f"metadata {key} is a {type(value).__name__}, which GGUF cannot hold")
    if in_list:
        return ValueType.I32 if -(1 << 31) <= value < 1 << 31 else ValueType.I64
    if value < 0:
        return ValueType.I32 if value >= -(1 << 31) else ValueType.I64
    return ValueType.U32 if value < 1 << 32 else ValueType.U64


def _kind_of_dtype(key: str, dtype: np.dtype[np.generic]) -> ValueType:
    for kind in ValueType:
        if kind not in (ValueType.STRING, ValueType.ARRAY) and kind.dtype == dtype.newbyteorder("<"):
            return kind
    raise ValueError(f"metadata {key} is an array of {dtype}, which GGUF cannot hold")


def _elements(kind: ValueType, values: np.ndarray | Sequence[object]) -> bytes:
    if kind == ValueType.STRING:
        texts = values.raw() if isinstance(values, StringArray) else values
        return b"".join(_text(text, 0, MOST_TEXT_BYTES) for text in texts)
    if kind == ValueType.ARRAY:
        raise ValueError("an array of arrays")
    if kind == ValueType.BOOL and not all(isinstance(value, bool | np.bool_) for value in values):
        raise ValueError("a number as BOOL")
    if not isinstance(values, np.ndarray):
        return struct.pack(f"<{len(values)}{_CODES[kind]}", *values)
    if values.ndim != 1:
        raise ValueError(f"an array of {values.ndim} dimensions")
    whole = kind.dtype.kind in "iu"
    if values.dtype.kind not in ("iub" if whole else "iubf") or (
        whole and not np.array_equal(values.astype(kind.dtype), values)
    ):
        raise ValueError(f"{values.dtype} numbers as {kind.name}")
    return values.astype(kind.dtype).tobytes()


def _text(text: object, least: int, most: int) -> bytes:
    if not isinstance(text, str | bytes):
        raise ValueError(f"{text!r} is no text")
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    if not least <= len(raw) <= most:
        raise ValueError(f"{text[:80]!r} has {len(raw)} bytes, expected {least} to {most}")
    return struct.pack("<Q", len(raw)) + raw


def _pieces(data: TensorData) -> Iterable[memoryview]:
    made = data() if callable(data) else data
    for piece in [made] if isinstance(made, np.ndarray | bytes) else made:
        flat = np.frombuffer(piece, np.uint8) if isinstance(piece, bytes) else np.ascontiguousarray(piece).reshape(-1)
        yield flat.view(np.uint8).data


def _size(shape: tuple[int, ...], type_: TensorType) -> int:
    return row_bytes(type_, shape[0]) * math.prod(shape[1:])


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment


def _pad(file: BinaryIO, size: int, alignment: int) -> None:
    file.write(bytes(_padded(size, alignment) - size))
