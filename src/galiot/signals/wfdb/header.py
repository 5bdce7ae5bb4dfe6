"""The header of a WFDB record (header(5) of the WFDB Applications Guide)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from galiot.errors import FormatError
from galiot.signals.reading import RATES_HZ, printable
from galiot.signals.stream import beginning_of
from galiot.signals.wfdb.samples import FORMATS

SIGNALS = 1000
"""Signals that one record may have."""
_LARGEST_BYTES = 1 << 20
_PER_FRAME = 10_000
_SEGMENTS = 20_000
_DEFAULT_GAIN, _DEFAULT_RATE_HZ = 200.0, 250.0
_NAME = re.compile(r"[A-Za-z0-9_.+-]+")
_FORMAT = re.compile(r"(\d+)(?:x(\d+))?(?::(-?\d+))?(?:\+(\d+))?")
_GAIN = re.compile(r"([^(/\s]+)(?:\(([^)\s]*)\))?(?:/(\S*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal of a record; a sample x stands for (x - baseline) / gain in `unit`.

    per_frame: samples in one frame
    skew: frames by which the signal lies too late in its file
    offset: bytes in front of its file's first sample
    checksum: sum of all samples modulo 65536, or None
    """

    file: str
    format: int
    per_frame: int
    skew: int
    offset: int
    gain: float
    calibrated: bool
    baseline: int
    unit: str
    checksum: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a header says; `length` counts frames and is None where it does not say.

    segments: (name, frames) of a record in several segments; "~" is a gap
    """

    path: str
    name: str
    rate_hz: float
    length: int | None
    begins: datetime | None
    dated: bool
    signals: tuple[Signal, ...]
    segments: tuple[tuple[str, int], ...] = ()
    comments: tuple[str, ...] = ()


def read_header(path: Path) -> Header:
    """Read a header.

    raises: RequestError for no file, FileError where it cannot be read, FormatError with the line that makes no sense
    """
    raw, _ = beginning_of(str(path), _LARGEST_BYTES + 1)
    if len(raw) > _LARGEST_BYTES:
        raise FormatError(path, "is larger than 1 MiB; this is no header of a WFDB record")
    lines = [(number, line.strip()) for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1)]
    comments = tuple(line.lstrip("# ").strip() for _, line in lines if line.startswith("#"))
    said = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not said:
        raise FormatError(path, "is empty: a header names its record, signals and rate in its first line")
    return _Parser(path, said, comments).header()


class _Parser:
    def __init__(self, path: Path, lines: list[tuple[int, str]], comments: tuple[str, ...]) -> None:
        self.path, self.lines, self.comments = path, lines, comments

    def header(self) -> Header:
        number, line = self.lines[0]
        fields = line.split()
        name, _, segments = fields[0].partition("/")
        if len(fields) < 2:
            raise self.wrong(number, "has no number of signals")
        count = self.whole(number, "number of signals", fields[1], 0, SIGNALS)
        rate_hz = self.rate(number, fields[2]) if len(fields) > 2 else _DEFAULT_RATE_HZ
        length = self.whole(number, "number of samples", fields[3], 0, 1 << 48) if len(fields) > 3 else 0
        begins, dated = self.time(fields[4:6])
        rest = self.lines[1:]
        wanted = self.whole(number, "number of segments", segments, 1, _SEGMENTS) if segments else count
        if len(rest) < wanted:
            raise FormatError(
                self.path, f"ends after {len(rest)} of {wanted} {'segments' if segments else 'signals'}; is it whole?"
            )
        made = [] if segments else [self.signal(*rest[i], i) for i in range(count)]
        return Header(
            path=str(self.path),
            name=name,
            rate_hz=rate_hz,
            length=length or None,
            begins=begins,
            dated=dated,
            signals=tuple(made),
            segments=tuple(self.segment(*entry) for entry in rest[:wanted]) if segments else (),
            comments=self.comments,
        )

    def rate(self, number: int, text: str) -> float:
        rate_hz = self.number(number, "rate", re.split(r"[/(]", text)[0])
        if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
            raise self.wrong(number, f"has the rate {rate_hz:g}, expected 1e-9 to 1e9 a second")
        return rate_hz

    def time(self, fields: list[str]) -> tuple[datetime | None, bool]:
        """When the record begins, and whether the day is known; what is not understood is left out."""
        clock, date = [*fields, "", ""][:2]
        for form in ("%H:%M:%S.%f", "%H:%M:%S", "%H:%M"):
            try:
                if date:
                    return datetime.strptime(f"{date} {clock}", f"%d/%m/%Y {form}"), True
                return datetime.strptime(f"1970-01-01 {clock}", f"%Y-%m-%d {form}"), False
            except ValueError:
                continue
        return None, False

    def segment(self, number: int, line: str) -> tuple[str, int]:
        fields = line.split()
        if len(fields) < 2:
            raise self.wrong(number, "names a segment without its length")
        name = fields[0] if fields[0] == "~" else self.plain(number, fields[0])
        return name, self.whole(number, "length of the segment", fields[1], 0, 1 << 48)

    def signal(self, number: int, line: str, index: int) -> Signal:
        fields = line.split(None, 8)
        if len(fields) < 2:
            raise self.wrong(number, "has no format")
        file = fields[0] if fields[0] == "~" else self.plain(number, fields[0])
        found = _FORMAT.fullmatch(fields[1])
        if not found:
            raise self.wrong(number, f"has the format {fields[1]!r}, expected such as 16, 212x4 or 16:2+24")
        form = int(found[1])
        if form not in FORMATS and (form, file) != (0, "~"):
            known = ", ".join(str(each) for each in FORMATS)
            raise self.wrong(number, f"has signal format {form}; {known} can be read")
        gain, calibrated, baseline, unit = self.gain(number, fields[2]) if len(fields) > 2 else (0.0, False, None, "")
        zero = self.whole(number, "ADC zero", fields[4], -(1 << 31), 1 << 31) if len(fields) > 4 else 0
        return Signal(
            file=file,
            format=form,
            per_frame=self.whole(number, "samples per frame", found[2] or "1", 1, _PER_FRAME),
            skew=self.whole(number, "skew", found[3] or "0", 0, 1 << 24),
            offset=self.whole(number, "byte offset", found[4] or "0", 0, 1 << 48),
            gain=gain or _DEFAULT_GAIN,
            calibrated=calibrated,
            baseline=zero if baseline is None else baseline,
            unit=unit or "mV",
            checksum=self.whole(number, "checksum", fields[6], -(1 << 31), 1 << 31) if len(fields) > 6 else None,
            name=printable(fields[8].strip()) if len(fields) > 8 else f"signal {index + 1}",
        )

    def gain(self, number: int, text: str) -> tuple[float, bool, int | None, str]:
        """Units per physical unit, whether that was measured, the zero where it is said, the unit."""
        found = _GAIN.fullmatch(text)
        if not found:
            raise self.wrong(number, f"has the gain {text!r}, expected such as 200, 200(1024)/mV")
        gain = self.number(number, "gain", found[1])
        if not math.isfinite(gain) or abs(gain) > 1e18 or 0 < abs(gain) < 1e-18:
            raise self.wrong(number, f"has the gain {found[1]}, expected units per physical unit")
        baseline = self.whole(number, "baseline", found[2], -(1 << 31), 1 << 31) if found[2] else None
        return gain, gain != 0, baseline, (found[3] or "").replace("_", " ")

    def plain(self, number: int, name: str) -> str:
        """A file beside the header and nowhere else."""
        if not _NAME.fullmatch(name) or name.startswith((".", "-")):
            raise self.wrong(number, f"names the file {name!r}; a record's files lie beside its header")
        return name

    def whole(self, number: int, what: str, text: str, low: int, high: int) -> int:
        try:
            value = int(text)
        except ValueError:
            raise self.wrong(number, f"has the {what} {text!r}, expected a whole number") from None
        if not low <= value <= high:
            raise self.wrong(number, f"has the {what} {value}, expected {low} to {high}")
        return value

    def number(self, number: int, what: str, text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise self.wrong(number, f"has the {what} {text!r}, expected a number") from None

    def wrong(self, number: int, problem: str) -> FormatError:
        return FormatError(self.path, f"line {number} {problem}")
