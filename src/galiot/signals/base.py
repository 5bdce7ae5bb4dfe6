"""What every format of readings offers: is it mine, and the rows of a file in blocks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from galiot.errors import ConfigError
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes
from galiot.signals.reading import Channel, Floats, Reading
from galiot.signals.stream import TextFile


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What the caller knows better than the file."""

    rate_hz: float | None = None
    """Samples a second, for a file without times (or instead of them)."""

    time: str | None = None
    """Name (or number, from 1) of the time column; two joined by a plus for a date and a clock."""

    delimiter: str | None = None
    """What stands between two cells; "tab" and "space" are understood."""

    units: Mapping[str, str] = field(default_factory=dict)
    """Units by channel name, before those of the header."""

    day_first: bool | None = None
    """How 03/04/2022 is meant; None leaves it to the file."""

    def __post_init__(self) -> None:
        if self.rate_hz is not None and not 0 < self.rate_hz < float("inf"):
            raise ConfigError(f"rate_hz is {self.rate_hz}, expected a number above 0")
        named = {"tab": "\t", "\\t": "\t", "space": " ", "comma": ",", "semicolon": ";"}.get(self.delimiter or "")
        if named:
            object.__setattr__(self, "delimiter", named)
        if self.delimiter is not None and (
            len(self.delimiter) != 1 or self.delimiter in '"\n\r' or not self.delimiter.isascii()
        ):
            raise ConfigError(f"delimiter is {self.delimiter!r}, expected one character such as ';' or 'tab'")


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a file, as they stand there: nothing is sorted yet.

    times: (rows,) seconds, NaN where not understood
    values: (channels, rows), NaN where there is none
    lines: (rows,) numbers of the lines
    """

    times: Floats
    values: Floats
    lines: NDArray[np.int64]


class OpenFile(ABC):
    """A file of one format, looked at: what channels it has, and its rows."""

    channels: list[Channel]
    axis: TimeAxis
    growing = False
    """Whether channels may still be met while rows are read; the list grows then."""

    @abstractmethod
    def rows(self, notes: Notes) -> Iterator[Rows]:
        """Go through the file once; counts of troubles go into `notes`."""


class Format(ABC):
    """One file format."""

    name: str

    @abstractmethod
    def recognises(self, head: bytes, path: str) -> bool:
        """Say whether a file with this beginning is of this format."""

    @abstractmethod
    def open(self, file: TextFile, options: ReadOptions, notes: Notes) -> OpenFile:
        """Look at the file's beginning; FormatError with a line number where nothing can be made of it."""


class BinaryFormat(ABC):
    """One file format that is not text."""

    name: str

    @abstractmethod
    def recognises(self, head: bytes, path: str) -> bool:
        """Say whether a file with this beginning and name is of this format."""

    @abstractmethod
    def open(self, path: str, options: ReadOptions, notes: Notes) -> Reading:
        """Read a file; FormatError where nothing can be made of it."""
