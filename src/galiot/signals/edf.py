"""EDF, EDF+ and BDF (Kemp et al. 1992; Kemp and Olivan 2003; BioSemi's 24 bit relative)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from galiot.errors import FormatError
from galiot.signals.base import BinaryFormat, ReadOptions
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes
from galiot.signals.reading import Channel, Floats, Reading, printable
from galiot.signals.regular import Stretch, common_grid, distinct, reading_of
from galiot.signals.units import tidy_unit

_SIGNALS = 1000
_RECORD_BYTES = 16 << 20
_ANNOTATIONS = ("EDF Annotations", "BDF Annotations")
_ONSET = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15[^\x14]*)?\x14")
_WIDTHS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)


class Edf(BinaryFormat):
    """A header, then data records with some samples of every signal."""

    name = "EDF"

    def recognises(self, head: bytes, path: str) -> bool:
        """Say whether the file begins as EDF or BDF do."""
        return head.startswith((b"0       ", b"\xffBIOSEMI"))

    def open(self, path: str, options: ReadOptions, notes: Notes) -> Reading:
        """Read the header, and of a short file all of its samples."""
        file = _File(Path(path), notes)
        signals = [signal for signal in file.signals if not signal.is_annotation]
        if not signals:
            raise FormatError(path, "holds annotations and no signal")
        names = distinct([signal.label for signal in signals])
        channels = [
            Channel(name, options.units.get(name, tidy_unit(signal.unit)))
            for name, signal in zip(names, signals, strict=True)
        ]
        moments, rows = common_grid([signal.per_record for signal in signals], path)
        stretch = Stretch(file.records, moments, 1 / file.record_s, *file.beginning())
        if file.interrupted:
            stretch = replace(stretch, onsets=file.onsets)
        if options.rate_hz:
            stretch = replace(
                stretch, frames_hz=options.rate_hz / max(signal.per_record for signal in signals), onsets=None
            )

        def read(first: int, last: int) -> Floats:
            raw = file.samples(first, last)
            values = np.full((len(signals), len(raw), len(moments)), np.nan)
            for place, signal in enumerate(signals):
                values[place][:, rows[place]] = signal.physical(raw[:, signal.begin : signal.end])
            return values.reshape(len(signals), -1)

        return reading_of(path, channels, stretch, read, notes)


@dataclass(frozen=True, slots=True)
class _Signal:
    label: str
    unit: str
    low: float
    high: float
    digital_low: int
    digital_high: int
    per_record: int
    begin: int
    """Place of its first sample in a data record."""

    @property
    def end(self) -> int:
        return self.begin + self.per_record

    @property
    def is_annotation(self) -> bool:
        return self.label in _ANNOTATIONS

    @property
    def is_scaled(self) -> bool:
        return self.digital_low != self.digital_high and self.low != self.high

    def physical(self, digital: NDArray[np.int32]) -> Floats:
        """Samples in `unit`; NaN where the header gives no scale."""
        if not self.is_scaled:
            return np.full(digital.shape, np.nan)
        scale = (self.high - self.low) / (self.digital_high - self.digital_low)
        return np.asarray((digital - float(self.digital_low)) * scale + self.low)


class _File:
    """An opened file: what its header says, and its data records."""

    def __init__(self, path: Path, notes: Notes) -> None:
        self.path = path
        with path.open("rb") as file:
            self.head = file.read(256)
            if len(self.head) < 256:
                raise FormatError(path, f"ends after {len(self.head)} bytes, inside its header")
            self.width = 3 if self.head[0] == 0xFF else 2
            count = self._whole(252, 4, "number of signals", 1, _SIGNALS)
            table = file.read(256 * count)
            size = file.seek(0, 2)
        if len(table) < 256 * count:
            raise FormatError(path, f"ends inside its header: {count} signals are announced")
        self.begin = 256 * (count + 1)
        self.interrupted = self.head[192:197] in (b"EDF+D", b"BDF+D")
        self.signals = self._signals(table, count)
        self.per_record = self.signals[-1].end
        if self.per_record * self.width > _RECORD_BYTES:
            raise FormatError(
                path, f"has data records of {self.per_record * self.width >> 20} MiB, at most 16 are read"
            )
        self.record_s = self._number(244, 8, "duration of a data record")
        if not 1e-6 <= self.record_s <= 1e9:
            if self.record_s != 0 or len(self.signals) > 1:
                raise FormatError(path, f"byte 244 gives a data record {self.record_s:g} s, expected 1e-6 to 1e9")
            self.record_s = 1.0
        self.records = self._records((size - self.begin) // (self.per_record * self.width), notes)
        for signal in self.signals:
            if not signal.is_scaled and not signal.is_annotation:
                notes.say(f"{signal.label} has no range of values in the header, so it cannot be scaled")

    def _records(self, found: int, notes: Notes) -> int:
        said = self._whole(236, 8, "number of data records", -1, 1 << 40)
        if found <= 0:
            raise FormatError(self.path, "ends after its header: it holds no data record")
        if said > found:
            notes.say(f"the file ends after {found} of {said} data records")
        return found if said < 0 else min(found, said) or found

    def beginning(self) -> tuple[TimeAxis, float]:
        """The axis, and the time of the first sample on it."""
        text = self.head[168:184].decode("latin-1")
        found = re.fullmatch(r"(\d\d)[.:/](\d\d)[.:/](\d\d)(\d\d)[.:](\d\d)[.:](\d\d)", text)
        if not found:
            return TimeAxis("elapsed"), 0.0
        day, month, year, hour, minute, second = map(int, found.groups())
        try:
            century = 1900 if year >= 85 else 2000
            begins = datetime(year + century, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            return TimeAxis("elapsed"), 0.0
        return TimeAxis("date"), begins.timestamp()

    def samples(self, first: int, last: int) -> NDArray[np.int32]:
        """Digital samples (records, per_record) of the data records [first, last)."""
        raw = self._raw(first, last)
        if self.width == 2:
            made = np.frombuffer(raw, "<i2").astype(np.int32)
        else:
            wide = np.zeros((len(raw) // 3, 4), np.uint8)
            wide[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
            made = wide.view("<i4").ravel() >> 8
        return made.reshape(-1, self.per_record)

    def onsets(self, first: int, last: int) -> Floats:
        """When the data records [first, last) begin, by their first annotation; NaN where it says nothing."""
        marks = next((signal for signal in self.signals if signal.is_annotation), None)
        _, first_s = self.beginning()
        if marks is None:
            return np.asarray(first_s + np.arange(first, last) * self.record_s)
        raw, size = self._raw(first, last), self.per_record * self.width
        made = np.full(last - first, np.nan)
        for number in range(last - first):
            begin = number * size
            found = _ONSET.match(raw[begin + marks.begin * self.width : begin + marks.end * self.width])
            if found and abs(onset := float(found[1])) < 1e12:
                made[number] = first_s + onset
        return made

    def _raw(self, first: int, last: int) -> bytes:
        size = self.per_record * self.width
        with self.path.open("rb") as file:
            file.seek(self.begin + first * size)
            raw = file.read((last - first) * size)
        if len(raw) < (last - first) * size:
            raise FormatError(self.path, "has become shorter while it was read")
        return raw

    def _signals(self, table: bytes, count: int) -> list[_Signal]:
        columns: list[list[str]] = []
        at = 0
        for width in _WIDTHS:
            cells = [table[at + number * width : at + (number + 1) * width] for number in range(count)]
            columns.append([cell.decode("latin-1").strip(" \0") for cell in cells])
            at += width * count
        made, begin = [], 0
        for number in range(count):
            cell = [column[number] for column in columns]
            where = f"signal {number + 1}"
            per_record = self._read(cell[8], f"{where}: samples per data record")
            if not 1 <= per_record <= _RECORD_BYTES:
                raise FormatError(self.path, f"{where} has {per_record:g} samples per data record, expected 1 or more")
            scale = [self._read(cell[place], f"{where}: a limit of its range") for place in (3, 4, 5, 6)]
            if not all(math.isfinite(each) and abs(each) < 1e30 for each in scale):
                raise FormatError(self.path, f"{where} has a range without bounds")
            digital = int(scale[2]), int(scale[3])
            made.append(_Signal(printable(cell[0]), cell[2], scale[0], scale[1], *digital, int(per_record), begin))
            begin = made[-1].end
        return made

    def _whole(self, at: int, width: int, what: str, low: int, high: int) -> int:
        value = int(self._number(at, width, what))
        if not low <= value <= high:
            raise FormatError(self.path, f"byte {at} gives the {what} as {value}, expected {low} to {high}")
        return value

    def _number(self, at: int, width: int, what: str) -> float:
        value = self._read(self.head[at : at + width].decode("latin-1").strip(" \0"), f"byte {at}: the {what}")
        if not math.isfinite(value):
            raise FormatError(self.path, f"byte {at} gives the {what} as {value}")
        return value

    def _read(self, text: str, what: str) -> float:
        try:
            return float(text.replace(",", "."))
        except ValueError:
            raise FormatError(self.path, f"{what} is {text!r}, expected a number") from None
