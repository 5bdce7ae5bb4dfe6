"""CSV and its relatives: plain numeric blocks by the megabyte, everything else cell by cell."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from galiot.signals.base import Format, OpenFile, ReadOptions, Rows
from galiot.signals.cells import COMMENTS, number_of, split_line
from galiot.signals.clock import TimeAxis
from galiot.signals.layout import Layout, find_layout
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import Floats
from galiot.signals.records import Merger
from galiot.signals.stream import TextFile, text_of
from galiot.signals.time_columns import TimeColumn

_CAREFUL_ROWS = 20_000


class Table(Format):
    """Delimited text with or without a header."""

    name = "table"

    def recognises(self, head: bytes, path: str) -> bool:
        """Take whatever no other format wanted."""
        return True

    def open(self, file: TextFile, options: ReadOptions, notes: Notes) -> OpenFile:
        """Find the layout in the first lines."""
        layout = find_layout(file.path, file.head(), options, notes)
        return _LongTable(file, layout, options) if layout.long_name is not None else _OpenTable(file, layout)


class _OpenTable(OpenFile):
    def __init__(self, file: TextFile, layout: Layout) -> None:
        self.file, self.layout = file, layout
        self.channels, self.axis = list(layout.channels), layout.axis
        self.done = 0

    def rows(self, notes: Notes) -> Iterator[Rows]:
        """Rows of every block: at once where it is plain, line by line where it is not."""
        self.done = 0
        for block, line in _without_first(self.file, self.layout.skip):
            made = self._plain(block, line, notes)
            if made is not None:
                yield self._timed(made, notes)
                continue
            lines = enumerate(block.split(b"\n")[:-1], line)
            while part := list(islice(lines, _CAREFUL_ROWS)):
                if made := self._careful(part, notes):
                    yield self._timed(made, notes)

    def _timed(self, rows: Rows, notes: Notes) -> Rows:
        if not self.layout.times:
            rate = self.layout.rate_hz or 1.0
            times = (self.done + np.arange(len(rows.times))) / rate
            self.done += len(times)
            return Rows(times, rows.values, rows.lines)
        if (bad := np.isnan(rows.times)).any():
            first = int(rows.lines[np.argmax(bad)])
            notes.count(
                "time",
                lambda n: f"{plural(n, 'row')} with a time that is not understood left out",
                first,
                int(bad.sum()),
            )
        return rows

    def _plain(self, block: bytes, line: int, notes: Notes) -> Rows | None:
        """All rows of a block in which every line has every cell and every cell is a number, or None."""
        layout = self.layout
        clean = _cleaned(block, layout.delimiter)
        if clean is None:
            return None
        block = clean
        raw = np.frombuffer(block, np.uint8)
        mark = ord(layout.delimiter)
        marks = np.flatnonzero((raw == mark) | (raw == 10))
        if len(marks) % layout.columns:
            return None
        last = raw[marks] == 10
        if not last[layout.columns - 1 :: layout.columns].all() or last.sum() * layout.columns != len(marks):
            return None
        ends = marks.reshape(-1, layout.columns)
        starts = np.concatenate([[0], ends.ravel()[:-1] + 1]).reshape(ends.shape)
        numbers = self._numbers(block, starts, ends)
        if numbers is None:
            return None
        times = np.zeros(len(ends))
        offsets = np.full(len(ends), np.nan)
        for time in layout.times:
            if time.text is None:
                times += numbers[:, time.column] * time.scale
            else:
                seconds, offset = _written_times(raw, starts[:, time.column], ends[:, time.column], time)
                times += seconds
                offsets = np.where(np.isnan(offset), offsets, offset)
        lines = np.arange(line, line + len(ends))
        times = _to_utc(times, offsets, layout.axis, lines, notes)
        return Rows(times, np.ascontiguousarray(numbers[:, list(layout.numeric)].T), lines)

    def _numbers(self, block: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Floats | None:
        layout = self.layout
        needed = {*layout.numeric, *(time.column for time in layout.times if time.text is None)}
        hidden = [column for column in range(layout.columns) if column not in needed]
        if hidden:
            block = _hidden(block, starts[:, hidden], ends[:, hidden])
        block = block.translate(_table(layout.delimiter, layout.decimal))
        if b",," in block or block.startswith(b","):
            block = (b"," + block).replace(b",,", b",nan,").replace(b",,", b",nan,")[1:]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                values = np.fromstring(block[:-1], np.float64, sep=",")
            except ValueError:
                return None
        return values.reshape(ends.shape) if values.size == ends.size else None

    def _careful(self, lines: list[tuple[int, bytes]], notes: Notes) -> Rows | None:
        """Rows of some lines, read cell by cell; whatever cannot be read is counted."""
        layout, numbers, cells = self.layout, [], []
        for number, raw in lines:
            if not raw.strip() or raw.lstrip().startswith(COMMENTS):
                continue
            row = split_line(text_of(raw), layout.delimiter)
            if len(row) != layout.columns:
                row = self._mended(row, number, notes) or []
            if row:
                numbers.append(number)
                cells.append(row)
        if not cells:
            return None
        columns = list(zip(*cells, strict=True))
        at = np.array(numbers)
        values = np.stack(
            [
                self._column(columns[c], name.name, at, notes)
                for c, name in zip(layout.numeric, self.channels, strict=True)
            ]
        )
        times, offsets = np.zeros(len(at)), np.full(len(at), np.nan)
        for time in layout.times:
            if time.text is None:
                times += self._column(columns[time.column], "", at, notes) * time.scale
            else:
                parsed = time.text.parse(columns[time.column])
                times += parsed.seconds
                offsets = np.where(np.isnan(parsed.offset_s), offsets, parsed.offset_s)
        return Rows(_to_utc(times, offsets, layout.axis, at, notes), values, at)

    def _mended(self, row: list[str], number: int, notes: Notes) -> list[str] | None:
        """A row with too few cells is filled up, empty cells too many at its end are cut; any other is left out."""
        wanted = self.layout.columns
        timed = max((time.column for time in self.layout.times), default=0)
        if len(row) > wanted and not any(cell.strip() for cell in row[wanted:]):
            return row[:wanted]
        if wanted > len(row) > timed:
            notes.count(
                "short",
                lambda n: f"{plural(n, 'row has', 'rows have')} too few cells; the rest is taken as missing",
                number,
            )
            return row + [""] * (wanted - len(row))
        notes.count(
            "ragged", lambda n: f"{plural(n, 'row')} with a wrong number of cells (expected {wanted}) left out", number
        )
        return None

    def _column(self, cells: tuple[str, ...], name: str, lines: NDArray[np.int64], notes: Notes) -> Floats:
        decimal = self.layout.decimal
        if decimal == "." and "_" not in "".join(cells):
            try:
                return np.array(list(map(float, cells)))
            except ValueError:
                pass
        found = [number_of(cell, decimal) for cell in cells]
        bad = [place for place, value in enumerate(found) if value is None]
        if bad and name:
            seen = " ".join(cells[bad[0]].split())[:20]
            notes.count(
                f"cell {name}",
                lambda n: f"{plural(n, 'cell')} of {name} not numeric (such as {seen!r}), taken as missing",
                int(lines[bad[0]]),
                len(bad),
            )
        return np.array([np.nan if value is None else value for value in found])


class _LongTable(_OpenTable):
    """A table with one sensor a row: time, name, value, perhaps a unit."""

    growing = True

    def __init__(self, file: TextFile, layout: Layout, options: ReadOptions) -> None:
        super().__init__(file, layout)
        self.options, self.merger = options, Merger(options.units)
        self.channels = self.merger.channels

    def rows(self, notes: Notes) -> Iterator[Rows]:
        """Records of one sensor each, joined where they have the same time."""
        layout = self.layout
        assert layout.long_name is not None
        for block, line in _without_first(self.file, layout.skip):
            lines = enumerate(block.split(b"\n")[:-1], line)
            while part := list(islice(lines, _CAREFUL_ROWS)):
                kept = []
                for number, raw in part:
                    row = split_line(text_of(raw), layout.delimiter)
                    if raw.strip() and not raw.lstrip().startswith(COMMENTS):
                        row = row if len(row) == layout.columns else self._mended(row, number, notes) or []
                        kept += [(number, row)] if row else []
                if kept:
                    yield from self._merged(kept, notes)
        yield from self.merger.flush()

    def _merged(self, kept: list[tuple[int, list[str]]], notes: Notes) -> Iterator[Rows]:
        layout = self.layout
        at = np.array([number for number, _ in kept])
        columns = list(zip(*(row for _, row in kept), strict=True))
        times, offsets = np.zeros(len(at)), np.full(len(at), np.nan)
        for time in layout.times:
            if time.text is None:
                times += self._column(columns[time.column], "", at, notes) * time.scale
            else:
                parsed = time.text.parse(columns[time.column])
                times, offsets = times + parsed.seconds, parsed.offset_s
        times = self._timed(
            Rows(_to_utc(times, offsets, layout.axis, at, notes), np.empty((0, len(at))), at), notes
        ).times
        values = self._column(columns[layout.numeric[0]], "the values", at, notes)
        units = columns[layout.long_unit] if layout.long_unit is not None else [""] * len(at)
        for line, time_s, name, unit, value in zip(
            at, times, columns[layout.long_name or 0], units, values, strict=True
        ):
            if time_s == time_s and value == value:
                yield from self.merger.add(float(time_s), name.strip(), unit, float(value), int(line))


def _without_first(file: TextFile, skip: int) -> Iterator[tuple[bytes, int]]:
    for block, line in file.blocks():
        while line <= skip and block:
            cut = block.find(b"\n") + 1
            block, line = block[cut:], line + 1
        if block:
            yield block, line


def _cleaned(block: bytes, delimiter: str) -> bytes | None:
    """The block without quotes and doubled spaces, or None where a line needs care."""
    if b"\n\n" in block:
        stripped = block.rstrip(b"\n") + b"\n"
        if b"\n\n" in stripped or stripped.startswith(b"\n"):
            return None
        block = stripped
    if any(block.startswith(mark) or b"\n" + mark in block for mark in COMMENTS):
        return None
    if b'"' in block:
        block = block.translate(None, b'"')
    if delimiter == " ":
        block = re.sub(rb" *\n *", b"\n", re.sub(rb"[ \t]+", b" ", block)).lstrip(b" ")
    elif b" " in block and b" " + delimiter.encode() in block:
        block = re.sub(rb" +" + re.escape(delimiter.encode()), delimiter.encode(), block)
    return block


def _hidden(block: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> bytes:
    """Replace cells [start, end) by zeros, so that a block with text reads as numbers."""
    change = np.zeros(len(block) + 1, np.int8)
    np.add.at(change, starts.ravel(), np.int8(1))
    np.add.at(change, ends.ravel(), np.int8(-1))
    raw = np.frombuffer(block, np.uint8).copy()
    raw[np.cumsum(change[:-1], dtype=np.int8) > 0] = ord("0")
    return raw.tobytes()


def _table(delimiter: str, decimal: str) -> bytes:
    table = bytearray(range(256))
    if decimal == ",":
        table[ord(",")] = ord(".")
    table[ord(delimiter)] = table[10] = ord(",")
    return bytes(table)


def _written_times(
    raw: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], time: TimeColumn
) -> tuple[Floats, Floats]:
    """Seconds and offsets of the cells [start, end): cells of one width at once, odd ones one by one."""
    assert time.text is not None
    seconds, offsets = np.full(len(starts), np.nan), np.full(len(starts), np.nan)
    widths = ends - starts
    for width in np.unique(widths):
        rows = np.flatnonzero(widths == width)
        if not 0 < width < 64:
            continue
        cells = raw[starts[rows, None] + np.arange(width)]
        parsed = time.text.parse_bytes(cells)
        if parsed is None:
            parsed = time.text.parse([text_of(bytes(cell)) for cell in cells])
        seconds[rows], offsets[rows] = parsed.seconds, parsed.offset_s
    return seconds, offsets


def _to_utc(times: Floats, offsets: Floats, axis: TimeAxis, lines: NDArray[np.int64], notes: Notes) -> Floats:
    """Take the zone off; a cell without one is read in the zone of the axis."""
    if axis.kind != "date" or (not axis.zone and np.isnan(offsets).all()):
        return times
    other = np.isfinite(offsets) & (offsets != axis.offset_s)
    if other.any():
        notes.count(
            "zone",
            lambda n: f"the zone changes; all times are shown in {axis.zone or 'UTC'}",
            int(lines[np.argmax(other)]),
        )
    return times - np.where(np.isnan(offsets), axis.offset_s, offsets)
