"""A GGUF file, mapped and checked: its metadata, its tensors, and the memory they lie in."""

from __future__ import annotations

import math
import mmap
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeVar, overload

import numpy as np

from galiot.errors import FileError, FormatError, RequestError
from galiot.model.header import Header, HeaderError, StringArray, TensorInfo, Value, read_header
from galiot.model.types import Typed, ValueType

__all__ = ["GgufFile", "StringArray", "TensorInfo"]

T = TypeVar("T")
N = TypeVar("N", int, float)


class _Required:
    """The default of a value that must be there."""


_REQUIRED: Final = _Required()
# Linux and macOS have the flag, Python 3.11 has no name for it; without it no model larger than memory is mapped.
_NO_RESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000 if os.uname().sysname == "Linux" else 0x40)


class GgufFile:
    """An opened file. Every offset, shape and size in it has been checked against the bytes that are there.

    The mapping is private: a write stays in this process. It lives until `close` and the last array from `data`.
    """

    path: Path
    metadata: Mapping[str, Value]
    kinds: Mapping[str, ValueType]
    """The kind of every metadata value; of the elements, where it is an array."""
    tensors: Mapping[str, TensorInfo]
    """By name, in the order in which they lie in the file."""
    alignment: int
    """Bytes that every tensor's offset is a multiple of."""
    size: int
    """Bytes of the whole file."""

    def __init__(self, path: Path, memory: mmap.mmap, header: Header) -> None:
        self.path, self.size, self.alignment = path, len(memory), header.alignment
        self.metadata, self.kinds, self.tensors = header.metadata, header.kinds, header.tensors
        self._memory: mmap.mmap | None = memory
        self._bytes: np.ndarray | None = np.frombuffer(memory, np.uint8)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> GgufFile:
        """Map a file and check it; its weights are not read yet.

        raises: RequestError when there is no such file, FileError when it cannot be read, FormatError when its
            content makes no sense
        """
        memory = _map(path)
        try:
            header = read_header(memory)
        except HeaderError as error:
            raise FormatError(path, str(error)) from None
        return cls(Path(path), memory, header)

    def data(self, name: str) -> np.ndarray:
        """Return a tensor's bytes where they lie: uint8 (rows, bytes of a row), no copy."""
        info = self.tensors[name]
        return self._mapped()[info.offset : info.offset + info.size].reshape(info.rows, info.row_bytes)

    def address(self, name: str) -> int:
        """Return where a tensor lies in memory; it stays there until `close`."""
        return int(self._mapped().ctypes.data) + self.tensors[name].offset

    def release(self, names: Iterable[str] | None = None) -> None:
        """Give the memory of these tensors (of all, without names) back; it is read from the file when next used."""
        chosen = self.tensors if names is None else names
        spans = sorted((self.tensors[name].offset, self.tensors[name].size) for name in chosen)
        start = stop = 0
        for offset, size in spans:
            if offset > stop + self.alignment:
                self._give_back(start, stop)
                start = offset
            stop = offset + size
        self._give_back(start, stop)

    def close(self) -> None:
        """Let go of the mapping; it ends with the last array that `data` gave out."""
        self._memory, self._bytes, self.metadata = None, None, {}

    def __enter__(self) -> GgufFile:
        """Return the file itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def typed_metadata(self) -> dict[str, Typed]:
        """Return every metadata value with its kind, as `write_gguf` takes them: a copy says what the original said."""
        return {key: Typed(self.kinds[key], value) for key, value in self.metadata.items()}

    @overload
    def integer(self, key: str, *, low: int | None = None, high: int | None = None) -> int: ...
    @overload
    def integer(self, key: str, default: T, *, low: int | None = None, high: int | None = None) -> int | T: ...
    def integer(
        self, key: str, default: T | _Required = _REQUIRED, *, low: int | None = None, high: int | None = None
    ) -> int | T:
        """Return a whole number from low to high, both included; the default where the key is missing.

        raises: FormatError naming the key when it is missing without a default, no whole number or out of bounds
        """
        value = self.metadata.get(key, _REQUIRED)
        if isinstance(value, _Required):
            return self._missing(key, default)
        return self._bounded(key, self._whole(key, value), low, high)

    @overload
    def number(self, key: str, *, low: float | None = None, high: float | None = None) -> float: ...
    @overload
    def number(self, key: str, default: T, *, low: float | None = None, high: float | None = None) -> float | T: ...
    def number(
        self, key: str, default: T | _Required = _REQUIRED, *, low: float | None = None, high: float | None = None
    ) -> float | T:
        """Return a finite number from low to high, both included; the default where the key is missing.

        raises: FormatError naming the key
        """
        value = self.metadata.get(key, _REQUIRED)
        if isinstance(value, _Required):
            return self._missing(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number", value)
        if not math.isfinite(value):
            raise FormatError(self.path, f"{key} is {value}, expected a finite number")
        return self._bounded(key, float(value), low, high)

    @overload
    def text(self, key: str) -> str: ...
    @overload
    def text(self, key: str, default: T) -> str | T: ...
    def text(self, key: str, default: T | _Required = _REQUIRED) -> str | T:
        """Return a text; bytes that are no UTF-8 come as surrogate escapes.

        raises: FormatError naming the key
        """
        value = self.metadata.get(key, _REQUIRED)
        if isinstance(value, _Required):
            return self._missing(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, "a text", value)
        return value

    @overload
    def flag(self, key: str) -> bool: ...
    @overload
    def flag(self, key: str, default: T) -> bool | T: ...
    def flag(self, key: str, default: T | _Required = _REQUIRED) -> bool | T:
        """Return a truth value.

        raises: FormatError naming the key
        """
        value = self.metadata.get(key, _REQUIRED)
        if isinstance(value, _Required):
            return self._missing(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", value)
        return value

    @overload
    def integers(self, key: str, count: int, *, low: int | None = None, high: int | None = None) -> tuple[int, ...]: ...
    @overload
    def integers(
        self, key: str, count: int, default: T, *, low: int | None = None, high: int | None = None
    ) -> tuple[int, ...] | T: ...
    def integers(
        self,
        key: str,
        count: int,
        default: T | _Required = _REQUIRED,
        *,
        low: int | None = None,
        high: int | None = None,
    ) -> tuple[int, ...] | T:
        """Return `count` whole numbers: an array of just so many, or one number that holds for all.

        raises: FormatError naming the key
        """
        value = self.metadata.get(key, _REQUIRED)
        if isinstance(value, _Required):
            return self._missing(key, default)
        if not isinstance(value, np.ndarray):
            return (self._bounded(key, self._whole(key, value), low, high),) * count
        if value.dtype.kind not in "iu":
            raise self._wrong(key, "whole numbers", value)
        if len(value) != count:
            raise FormatError(self.path, f"{key} has {len(value)} numbers, expected {count}")
        return tuple(self._bounded(key, number, low, high) for number in value.tolist())

    @overload
    def array(self, key: str, kinds: str) -> np.ndarray: ...
    @overload
    def array(self, key: str, kinds: str, default: T) -> np.ndarray | T: ...
    def array(self, key: str, kinds: str, default: T | _Required = _REQUIRED) -> np.ndarray | T:
        """Return an array of numbers, as it is; kinds: NumPy's letters that are welcome ("iu" whole, "f" real, "b").

        raises: FormatError naming the key
        """
        value = self.metadata.get(key, _REQUIRED)
        if isinstance(value, _Required):
            return self._missing(key, default)
        if not isinstance(value, np.ndarray) or value.dtype.kind not in kinds:
            raise self._wrong(key, "an array of numbers", value)
        return value

    @overload
    def strings(self, key: str) -> StringArray: ...
    @overload
    def strings(self, key: str, default: T) -> StringArray | T: ...
    def strings(self, key: str, default: T | _Required = _REQUIRED) -> StringArray | T:
        """Return an array of texts, decoded when first looked at.

        raises: FormatError naming the key
        """
        value = self.metadata.get(key, _REQUIRED)
        if isinstance(value, _Required):
            return self._missing(key, default)
        if not isinstance(value, StringArray):
            raise self._wrong(key, "an array of texts", value)
        return value

    def _missing(self, key: str, default: T | _Required) -> T:
        if isinstance(default, _Required):
            raise FormatError(self.path, f"{key} is missing")
        return default

    def _whole(self, key: str, value: Value) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(key, "a whole number", value)
        return value

    def _bounded(self, key: str, value: N, low: float | None, high: float | None) -> N:
        if (low is not None and value < low) or (high is not None and value > high):
            raise FormatError(self.path, f"{key} is {value}, expected {_range(low, high)}")
        return value

    def _wrong(self, key: str, wanted: str, value: Value) -> FormatError:
        kind = self.kinds[key].name
        got = f"an array of {kind}" if isinstance(value, StringArray | np.ndarray) else kind
        return FormatError(self.path, f"{key} is {got}, expected {wanted}")

    def _mapped(self) -> np.ndarray:
        if self._bytes is None:
            raise ValueError(f"{self.path} is closed")
        return self._bytes

    def _give_back(self, start: int, stop: int) -> None:
        """Return whole pages only, so that a neighbour's memory stays."""
        if self._memory is None:
            return
        first, last = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE, stop // mmap.PAGESIZE * mmap.PAGESIZE
        if stop == self.size:
            last = stop
        if last > first and hasattr(mmap, "MADV_DONTNEED"):
            self._memory.madvise(mmap.MADV_DONTNEED, first, last - first)


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def _map(path: str | os.PathLike[str]) -> mmap.mmap:
    """Map a regular file privately; writable, because ctypes takes no address from what is not."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe without a writer would block
    except FileNotFoundError:
        raise RequestError(f"{os.fspath(path)}: no such file") from None
    except (OSError, ValueError) as error:
        raise FileError(path, f"cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise FileError(path, "is no regular file")
        if not status.st_size:
            raise FormatError(path, "is empty")
        flags = mmap.MAP_PRIVATE | _NO_RESERVE
        return mmap.mmap(handle, status.st_size, flags, mmap.PROT_READ | mmap.PROT_WRITE)
    except OSError as error:
        raise FileError(path, f"cannot be mapped: {error.strerror or error}") from error
    finally:
        os.close(handle)
