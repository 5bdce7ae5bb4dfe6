"""NumPy's NPZ and NPY: one array, or one a channel, beside the rate or the times, streamed from the archive."""

from __future__ import annotations

import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.lib import format as npy

from galiot.errors import FormatError, RequestError
from galiot.signals.assemble import assemble
from galiot.signals.base import BinaryFormat, OpenFile, ReadOptions, Rows
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes
from galiot.signals.npz_streams import Side, Stream, header, unpacked
from galiot.signals.reading import RATES_HZ, Channel, Reading, printable
from galiot.signals.regular import distinct
from galiot.signals.time_columns import TIME_NAME, TIME_UNITS
from galiot.signals.timestamps import epoch_scale
from galiot.signals.units import split_header, tidy_unit

_RATES = (
    "fs",
    "rate",
    "rate_hz",
    "sampling_rate",
    "sampling_rate_hz",
    "sample_rate",
    "sampling_frequency",
    "freq",
    "hz",
)
_NAMES = ("channels", "channel_names", "names", "columns", "labels", "leads", "sig_name")
_BLOCK_VALUES = 1 << 20
_CHANNELS = 1000
_VALUES = 1 << 32
_SMALL_BYTES = 1 << 20


_DAMAGED: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, struct.error, tokenize.TokenError, EOFError)
_DAMAGED += (OSError, SyntaxError, ValueError, OverflowError, NotImplementedError, RuntimeError, MemoryError)
"""What the libraries for archives and arrays raise when the bytes are not as they should be."""


class Npz(BinaryFormat):
    """Arrays with samples along one axis; channels are the other axis, or arrays of their own."""

    name = "NPZ"

    def recognises(self, head: bytes, path: str) -> bool:
        """Say whether it is an array, or an archive that is called one."""
        return head.startswith(npy.MAGIC_PREFIX) or (head.startswith(b"PK") and path.lower().endswith(".npz"))

    def open(self, path: str, options: ReadOptions, notes: Notes) -> Reading:
        """Find the arrays with samples, their rate or times and the names of their channels."""
        with _refusing(path):
            return assemble(path, _Arrays(path, options, notes), notes)


@dataclass(frozen=True, slots=True)
class _Array:
    """An array as its header tells: `shape` with the axis along which it lies in the file first."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    transposed: bool

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


class _Arrays(OpenFile):
    def __init__(self, path: str, options: ReadOptions, notes: Notes) -> None:
        self.path = path
        self.arrays = {array.name: array for array in self._found()}
        self.rate_hz = options.rate_hz or self._rate()
        numeric = [array for array in self.arrays.values() if array.dtype.kind in "fiub" and array.shape]
        self.time = None if options.rate_hz else self._time(numeric, options)
        data = [array for array in numeric if array is not self.time and len(array.shape) <= 2 and array.bytes]
        longest = max((max(array.shape) for array in data), default=0)
        self.length = self.time.shape[0] if self.time else longest
        self.data = [array for array in data if self.length in array.shape and self.length > 0]
        if not self.data:
            raise FormatError(path, "holds no numeric array with one or two axes")
        for array in numeric:
            if array not in self.data and array is not self.time and math.prod(array.shape) > 1:
                notes.say(f"the array {array.name} of shape {array.shape} is not read")
        self.channels = self._channels(options)
        if self.length * len(self.channels) > _VALUES:
            raise FormatError(path, f"has {self.length} samples of {len(self.channels)} channels, too many to be true")
        self.scale, self.axis = self._clock(options)
        if not self.time and not self.rate_hz:
            notes.say("no rate is given, so 1 sample a second is assumed; --rate says it")

    def rows(self, notes: Notes) -> Iterator[Rows]:
        """Stretches of all arrays, side by side."""
        with _refusing(self.path), ExitStack() as stack:
            time = self._stream(self.time, stack) if self.time else None
            streams = [self._stream(array, stack) for array in self.data]
            step = max(1, _BLOCK_VALUES // len(self.channels))
            for first in range(0, self.length, step):
                count = min(step, self.length - first)
                values = np.concatenate([stream.take(count) for stream in streams], axis=1).T
                times = (first + np.arange(count)) / (self.rate_hz or 1.0)
                if time:
                    times = time.take(count)[:, 0] * self.scale
                yield Rows(times, np.ascontiguousarray(values), np.zeros(count, np.int64))

    def _stream(self, array: _Array, stack: ExitStack) -> Stream:
        file = stack.enter_context(self._open(array.name))
        header(file)
        if array.shape[0] == self.length:
            return Stream(file, array.dtype, 1 if len(array.shape) == 1 else array.shape[1])
        if array.name:
            file = stack.enter_context(unpacked(file))
        return Side(file, array.dtype, *array.shape)

    def _open(self, name: str) -> IO[bytes]:
        if not name:
            return open(self.path, "rb")
        return zipfile.ZipFile(self.path).open(name + ".npy")

    def _found(self) -> Iterator[_Array]:
        with open(self.path, "rb") as file:
            single = file.read(6) == npy.MAGIC_PREFIX
        names = [""] if single else [name for name in zipfile.ZipFile(self.path).namelist() if name.endswith(".npy")]
        for name in names[:_CHANNELS]:
            with self._open(name.removesuffix(".npy")) as file:
                shape, by_column, dtype = header(file)
            transposed = by_column and len(shape) > 1
            yield _Array(name.removesuffix(".npy"), shape[::-1] if transposed else shape, dtype, transposed)

    def _small(self, array: _Array) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
        """A small array, whole."""
        if array.bytes > _SMALL_BYTES:
            raise FormatError(
                self.path, f"the array {array.name} is larger than 1 MiB; expected a few names or numbers"
            )
        with self._open(array.name) as file:
            return np.asarray(npy.read_array(file, allow_pickle=False))

    def _rate(self) -> float | None:
        for array in self.arrays.values():
            if array.name.lower() in _RATES and math.prod(array.shape) == 1 and array.dtype.kind in "fiu":
                rate_hz = float(self._small(array).ravel()[0])
                if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
                    raise FormatError(self.path, f"the rate {array.name} is {rate_hz:g}, expected 1e-9 to 1e9 a second")
                return rate_hz
        return None

    def _time(self, numeric: list[_Array], options: ReadOptions) -> _Array | None:
        lines = [array for array in numeric if len(array.shape) == 1 and array.shape[0] > 1]
        if options.time is not None:
            named = [array for array in lines if array.name == options.time]
            if not named:
                known = ", ".join(array.name for array in lines) or "none"
                raise RequestError(f"{self.path}: no array {options.time} for the time; there are: {known}")
            return named[0]
        return next((array for array in lines if _is_time(array, numeric)), None)

    def _clock(self, options: ReadOptions) -> tuple[float, TimeAxis]:
        if not self.time:
            return 1.0, TimeAxis("elapsed")
        with ExitStack() as stack:
            first = self._stream(self.time, stack).take(min(self.length, 1000))[:, 0]
        scale = epoch_scale(first[np.isfinite(first)])
        if scale:
            return scale, TimeAxis("date", 0.0, "UTC")
        return TIME_UNITS.get(split_header(self.time.name)[1], 1.0), TimeAxis("elapsed")

    def _channels(self, options: ReadOptions) -> list[Channel]:
        widths = [math.prod(array.shape) // self.length for array in self.data]
        if sum(widths) > _CHANNELS:
            raise FormatError(self.path, f"has {sum(widths)} channels, at most {_CHANNELS} are read")
        said = self._texts(_NAMES, sum(widths))
        units = self._texts(("units", "unit"), sum(widths))
        names = said or [
            array.name if width == 1 else f"{array.name} {number + 1}".strip()
            for array, width in zip(self.data, widths, strict=True)
            for number in range(width)
        ]
        split = [split_header(name) for name in names]
        units = [tidy_unit(unit) for unit in units] if units else [unit for _, unit in split]
        plain = distinct([name for name, _ in split])
        return [Channel(name, options.units.get(name, unit)) for name, unit in zip(plain, units, strict=True)]

    def _texts(self, names: tuple[str, ...], count: int) -> list[str] | None:
        for array in self.arrays.values():
            if array.name.lower() in names and array.dtype.kind in "US" and math.prod(array.shape) == count:
                cells = self._small(array).ravel().tolist()
                return [cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for cell in cells]
        return None


@contextmanager
def _refusing(path: str) -> Iterator[None]:
    """Say of damaged data, whichever layer stumbles over it, that it cannot be read."""
    try:
        yield
    except _DAMAGED as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise FormatError(path, f"cannot be read as NumPy arrays: {printable(reason)[:200]}") from error


def _is_time(array: _Array, numeric: list[_Array]) -> bool:
    """Whether it is called a time, and there is something else to have it."""
    called = TIME_NAME.match(split_header(array.name)[0]) is not None
    return called and any(other is not array and array.shape[0] in other.shape for other in numeric)
