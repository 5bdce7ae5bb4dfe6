"""Arrays of NumPy's formats as streams of rows, whichever way they lie in the file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import numpy as np
from numpy.lib import format as npy

from galiot.signals.reading import Floats


class Stream:
    """The rows of an array, from front to back; `file` stands at its first value."""

    def __init__(self, file: IO[bytes], dtype: np.dtype[np.generic], width: int) -> None:
        self.file, self.dtype, self.width = file, dtype, width

    def take(self, rows: int) -> Floats:
        """Return the next values (rows, width)."""
        return self._values(rows * self.width).reshape(rows, self.width)

    def _values(self, count: int) -> Floats:
        size = count * self.dtype.itemsize
        raw = self.file.read(size)
        if len(raw) < size:
            raise EOFError(f"it ends {size - len(raw)} bytes too early")
        return np.frombuffer(raw, self.dtype).astype(np.float64)


class Side(Stream):
    """The same where all samples of a channel lie together: (width, length) in a file that can be sought in."""

    def __init__(self, file: IO[bytes], dtype: np.dtype[np.generic], width: int, length: int) -> None:
        super().__init__(file, dtype, width)
        self.length, self.begin, self.done = length, file.tell(), 0

    def take(self, rows: int) -> Floats:
        """Return the next values (rows, width)."""
        made = np.empty((rows, self.width))
        for place in range(self.width):
            self.file.seek(self.begin + (place * self.length + self.done) * self.dtype.itemsize)
            made[:, place] = self._values(rows)
        self.done += rows
        return made


@contextmanager
def unpacked(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """Copy what is left of a packed file into one on disk, in which seeking costs nothing."""
    with tempfile.TemporaryFile() as made:
        shutil.copyfileobj(file, made, 1 << 20)
        made.seek(0)
        yield made


def header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    """Shape, whether it lies column by column, and type of an array."""
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, by_column, dtype = read(file)
    if any(size < 0 for size in shape):
        raise ValueError("an array with a size below 0")
    if dtype.hasobject:
        raise ValueError("an array of Python objects, which is not opened")
    return shape, by_column, dtype
