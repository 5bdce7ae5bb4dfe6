"""A WFDB record as a reading: its signal files in blocks, in physical units."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.signals.base import BinaryFormat, ReadOptions
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import Channel, Floats, Reading
from galiot.signals.regular import Stretch, common_grid, distinct, reading_of
from galiot.signals.stream import beginning_of
from galiot.signals.units import tidy_unit
from galiot.signals.wfdb.header import Header, Signal, read_header
from galiot.signals.wfdb.samples import FORMATS, Samples


class Wfdb(BinaryFormat):
    """A header with signal files beside it; any file of the record may be named."""

    name = "WFDB"

    def recognises(self, head: bytes, path: str) -> bool:
        """Say whether it is a header, or has one beside it."""
        named = Path(path)
        if named.suffix == ".hea":
            return True
        return named.suffix in (".dat", ".mat", ".atr") and named.with_suffix(".hea").is_file()

    def open(self, path: str, options: ReadOptions, notes: Notes) -> Reading:
        """Read the header, and of a short record all of its samples."""
        header = read_header(Path(path).with_suffix(".hea"))
        record = _Segmented(header, notes) if header.segments else _Record(header, notes)
        stretch = record.stretch()
        if options.rate_hz:
            stretch = replace(stretch, frames_hz=options.rate_hz / record.fastest)
        channels = [replace(each, unit=options.units.get(each.name, each.unit)) for each in record.channels()]
        return reading_of(path, channels, stretch, record.frames, notes, about=header.comments)


@dataclass(frozen=True, slots=True)
class _Group:
    """The signals that share a file, by their places in the record."""

    path: Path
    places: tuple[int, ...]
    signals: tuple[Signal, ...]

    @property
    def per_frame(self) -> int:
        return sum(signal.per_frame for signal in self.signals)

    def frames_in_file(self) -> int:
        first = self.signals[0]
        try:
            _, size = beginning_of(str(self.path), 0)
        except RequestError as error:
            raise RequestError(f"{error}; its record's header names it") from error
        return FORMATS[first.format].samples_in(max(0, size - first.offset)) // self.per_frame

    def samples(self, first_frame: int, last_frame: int) -> Samples:
        """Samples (frames, per_frame) of the frames [first, last), as far as the file has them."""
        form = FORMATS[self.signals[0].format]
        first, last = first_frame * self.per_frame, last_frame * self.per_frame
        begin = first - first % form.group
        with self.path.open("rb") as file:
            file.seek(self.signals[0].offset + begin // form.group * form.group_bytes)
            raw = file.read(form.bytes_of(last - begin))
        found = form.unpack(raw)[first - begin : last - begin]
        return found[: len(found) - len(found) % self.per_frame].reshape(-1, self.per_frame)


class _Record:
    """A record in one piece."""

    def __init__(self, header: Header, notes: Notes) -> None:
        self.header, self.notes = header, notes
        if not header.signals:
            raise FormatError(header.path, "names no signal: there is nothing to read")
        self.groups = _groups(header)
        self.moments, self.rows = common_grid([signal.per_frame for signal in header.signals], header.path)
        self.fastest = max(signal.per_frame for signal in header.signals)
        self.length = self._length()
        for signal in header.signals:
            if not signal.calibrated:
                notes.say(f"{signal.name} has no gain; {signal.gain:g} per {signal.unit} is assumed")
        self._sums = [0] * len(header.signals)
        self._summed = 0

    def _length(self) -> int:
        found = min(
            group.frames_in_file() - max(0, *(signal.skew for signal in group.signals), 0) for group in self.groups
        )
        wanted = self.header.length
        if found <= 0:
            raise FormatError(self.header.path, "its signal files hold no sample")
        if wanted is not None and found < wanted:
            self.notes.say(f"the signal files end after {found} of {wanted} samples")
        return found if wanted is None else min(found, wanted)

    def channels(self) -> list[Channel]:
        """The signals under different names."""
        return named(self.header.signals)

    def stretch(self) -> Stretch:
        """How long it is, and on which clock."""
        return Stretch(self.length, self.moments, self.header.rate_hz, *_beginning(self.header))

    def frames(self, first: int, last: int) -> Floats:
        """Values (signals, rows) of the frames [first, last) in physical units, NaN where nothing was measured."""
        values = np.full((len(self.header.signals), last - first, len(self.moments)), np.nan)
        for group in self.groups:
            late = max(signal.skew for signal in group.signals)
            raw = group.samples(first, last + late)
            column = 0
            for place, signal in zip(group.places, group.signals, strict=True):
                mine = raw[signal.skew : signal.skew + last - first, column : column + signal.per_frame]
                column += signal.per_frame
                self._check(place, mine, first, last)
                known = np.where(mine == FORMATS[signal.format].missing, np.nan, mine)
                values[place, : len(mine), self.rows[place]] = (known.T - float(signal.baseline)) / signal.gain
        return values.reshape(len(values), -1)

    def _check(self, place: int, raw: Samples, first: int, last: int) -> None:
        """Hold the sum of a whole pass against the header's."""
        signal = self.header.signals[place]
        if first == 0:
            self._sums[place] = 0
        self._sums[place] += int(raw.sum(dtype=np.int64))
        if last < self.length or self.length != self.header.length or signal.checksum is None or signal.skew:
            return
        if (self._sums[place] - signal.checksum) % 65536:
            self.notes.count(
                "checksum",
                lambda n: (
                    f"{plural(n, 'signal does', 'signals do')} not add up to the checksum; the file may be damaged"
                ),
                0,
            )


class _Segmented:
    """A record whose samples lie in several records, one after the other; "~" is a gap between two."""

    fastest = 1

    def __init__(self, header: Header, notes: Notes) -> None:
        self.header, self.notes = header, notes
        opened = {name: self._record(name) for name in dict(segment for segment in header.segments if segment[1])}
        self.records = [opened[name] if frames else None for name, frames in header.segments]
        known = [record for record in self.records if record is not None]
        if not known:
            raise FormatError(header.path, "has no segment with samples")
        layout = self._layout() or known[0].header.signals
        self.names = [channel.name for channel in named(layout)]
        self.signals = layout
        if any(len(record.moments) != 1 for record in known):
            raise FormatError(header.path, "has segments with several samples per frame; read its segments one by one")
        lengths = [frames for _, frames in header.segments]
        for number, (record, frames) in enumerate(zip(self.records, lengths, strict=True)):
            if record and frames and record.length < frames:
                notes.say(f"segment {header.segments[number][0]} ends after {record.length} of {frames} samples")
        *self.starts, self.length = itertools.accumulate(lengths, initial=0)
        if not self.length:
            raise FormatError(header.path, "its segments hold no sample")

    def _record(self, name: str) -> _Record | None:
        if name == "~":
            return None
        header = self._header(name)
        if header.segments:
            raise FormatError(header.path, "is itself a record of segments")
        return _Record(header, self.notes)

    def _header(self, name: str) -> Header:
        try:
            return read_header(Path(self.header.path).with_name(name + ".hea"))
        except RequestError as error:
            raise RequestError(f"{error}; {self.header.path} names it") from error

    def _layout(self) -> tuple[Signal, ...] | None:
        """The signals of a record whose segments differ; its first segment, of no length, names them all."""
        name, frames = self.header.segments[0]
        return self._header(name).signals if frames == 0 and name != "~" else None

    def channels(self) -> list[Channel]:
        """The signals of all segments."""
        return named(self.signals)

    def stretch(self) -> Stretch:
        """How long all segments are together."""
        stretch = Stretch(self.length, np.zeros(1), self.header.rate_hz, *_beginning(self.header))
        return replace(stretch, parts=self._parts())

    def _parts(self) -> tuple[tuple[int, int], ...]:
        """Frames that were recorded; what follows without a gap is one part."""
        found: list[tuple[int, int]] = []
        for record, start, (_, frames) in zip(self.records, self.starts, self.header.segments, strict=True):
            if record is not None:
                stop = start + min(frames, record.length)
                found.append((found.pop()[0] if found and found[-1][1] == start else start, stop))
        return tuple(found)

    def frames(self, first: int, last: int) -> Floats:
        """Values (signals, samples) of [first, last); NaN in gaps and where a segment lacks a signal."""
        values = np.full((len(self.signals), last - first), np.nan)
        for record, start in zip(self.records, self.starts, strict=True):
            if record is None:
                continue
            begin, end = max(first, start), min(last, start + record.length)
            if begin < end:
                part = record.frames(begin - start, end - start)
                for channel, row in zip(record.channels(), part, strict=True):
                    if channel.name in self.names:
                        values[self.names.index(channel.name), begin - first : end - first] = row
        return values


def named(signals: tuple[Signal, ...]) -> list[Channel]:
    """Channels of signals."""
    names = distinct([signal.name for signal in signals])
    return [Channel(name, tidy_unit(signal.unit)) for name, signal in zip(names, signals, strict=True)]


def _groups(header: Header) -> list[_Group]:
    """Signals by file; they lie together in the header, and share format and offset."""
    made: list[_Group] = []
    folder = Path(header.path).parent
    for file in dict.fromkeys(signal.file for signal in header.signals):
        places = tuple(place for place, signal in enumerate(header.signals) if signal.file == file)
        signals = tuple(header.signals[place] for place in places)
        if file == "~" or {signal.format for signal in signals} != {signals[0].format}:
            raise FormatError(header.path, f"the signals of {file} have different formats, or none")
        made.append(_Group(folder / file, places, signals))
    return made


def _beginning(header: Header) -> tuple[TimeAxis, float]:
    """The axis, and the time of the first sample on it."""
    if header.begins is None:
        return TimeAxis("elapsed"), 0.0
    return TimeAxis("date" if header.dated else "clock"), header.begins.replace(tzinfo=UTC).timestamp()
