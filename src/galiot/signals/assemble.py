"""Rows as a file has them made into a reading: in order of time, whole in memory or block by block."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from galiot.errors import FormatError
from galiot.signals.base import OpenFile, Rows
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import LARGEST, LATEST_S, WHOLE_VALUES, Block, Channel, Floats, Reading


def assemble(path: str, file: OpenFile, notes: Notes) -> Reading:
    """Make a reading of an opened file; FormatError where it holds no usable row.

    A file of few values is read whole, sorted and kept. Of a longer one every pass reads the file again, and rows that
    come later than they should are left out.
    """
    parts: list[Rows] = []
    held, whole = 0, True
    for rows in _usable(file, notes, _Clock(file.axis, notes, joins=not file.growing)):
        held += rows.values.size
        if whole and held > WHOLE_VALUES:
            whole = False
            parts.clear()
            if not file.growing:
                break
        if whole:
            parts.append(rows)
    if not held:
        notes.publish()
        raise FormatError(path, "holds no row with a usable value" + _because(notes))
    if whole:
        joined = _joined(parts, len(file.channels))
        block = _in_order(_merged(joined) if file.growing else joined, notes)
        reading = Reading.of(*block, file.channels, axis=file.axis, source=path, limits=notes.limits)
        _say_empty(file.channels, np.asarray(np.isfinite(block[1]).any(axis=1)), notes)
    else:
        reading = Reading(
            path, file.channels, file.axis, blocks=partial(_stream, path, file, notes), limits=notes.limits
        )
    notes.publish()
    return reading


def _stream(path: str, file: OpenFile, notes: Notes) -> Iterator[Block]:
    notes.restart()
    clock, latest, kept, late = _Clock(file.axis, notes, joins=not file.growing), -np.inf, 0, 0
    seen = np.zeros(len(file.channels), bool)
    for rows in _usable(file, notes, clock):
        rows = _padded(rows, len(file.channels))
        times, values, lines = rows.times, rows.values, rows.lines
        if (times[1:] < times[:-1]).any():
            order = np.argsort(times, kind="stable")
            times, values, lines = times[order], values[:, order], lines[order]
        cut = int(np.searchsorted(times, latest))
        if cut:
            notes.count("late", lambda n: f"{plural(n, 'row')} out of time order left out", int(lines[:cut].min()), cut)
        late, kept = late + cut, kept + len(times) - cut
        if late > kept:
            raise FormatError(path, f"line {int(lines.min())}: times run backwards; sort the file by time first")
        if cut < len(times):
            latest = times[-1]
            seen |= np.isfinite(values[:, cut:]).any(axis=1)
            yield times[cut:], values[:, cut:]
    _say_empty(file.channels, seen, notes)
    notes.publish()


def _usable(file: OpenFile, notes: Notes, clock: _Clock) -> Iterator[Rows]:
    """Rows with a time and at least one value; infinities become gaps."""
    for rows in file.rows(notes):
        times, values, lines = rows.times, rows.values, rows.lines
        if (infinite := np.abs(values) > LARGEST).any():
            first = int(lines[np.argmax(infinite.any(axis=0))])
            times_infinite = int(infinite.sum())
            notes.count(
                "inf", lambda n: f"{plural(n, 'value')} infinite or too large, taken as missing", first, times_infinite
            )
            values = np.where(infinite, np.nan, values)
        timed = np.abs(times) <= LATEST_S
        if wild := int((np.abs(times) > LATEST_S).sum()):
            notes.count("times", lambda n: f"{plural(n, 'row')} with a time that cannot be left out", 0, wild)
        good = timed & np.isfinite(values).any(axis=0)
        empty = timed & ~good
        if empty.any():
            notes.count(
                "empty",
                lambda n: f"{plural(n, 'row')} without any value left out",
                int(lines[np.argmax(empty)]),
                int(empty.sum()),
            )
        if not good.all():
            times, values, lines = times[good], values[:, good], lines[good]
        if len(times):
            yield Rows(clock.correct(times, lines), values, lines)


class _Clock:
    """Puts right what clocks do: midnight without a date, the end of summer time, a counter that starts again."""

    def __init__(self, axis: TimeAxis, notes: Notes, *, joins: bool) -> None:
        self.axis, self.notes, self.joins = axis, notes, joins
        self.shift, self.last, self.first = 0.0, np.nan, np.nan
        self.spring_forward = 0

    def correct(self, times: Floats, lines: NDArray[np.int64]) -> Floats:
        """Return times (n,) shifted where the clock jumped back for a known reason."""
        times = times + self.shift
        before = times[0] if np.isnan(self.last) else self.last
        self.first = min(times[0], before) if np.isnan(self.first) else self.first
        steps = np.diff(times, prepend=before)
        back = np.flatnonzero(steps < 0)
        if self.joins and len(back) and len(back) <= 1 + len(times) // 20:
            forward = steps[steps > 0]
            usual = float(np.median(forward)) if len(forward) else 1.0
            for place in back:
                if added := self._added(
                    times[place] - (times[place - 1] if place else before), times[place], usual, int(lines[place])
                ):
                    times[place:] += added
                    self.shift += added
        self.last = times[-1]
        return times

    def _added(self, step: float, time: float, usual: float, line: int) -> float:
        if self.axis.kind == "clock" and step < -43200:
            self.notes.count(
                "midnight", lambda n: f"the times hold no date; midnight was passed {plural(n, 'time')}", line
            )
            return 86400.0
        if self.axis.kind == "date" and not self.axis.zone and usual < 1800 and -2 <= step + 3600 <= 3 * usual + 2:
            self.notes.count(
                "summer",
                lambda n: (
                    "the clock goes back 1 h, taken as the end of summer time: later times are shown in summer time"
                ),
                line,
            )
            return 3600.0
        if self.axis.kind == "elapsed" and time <= self.first + 10 * usual and step < -20 * usual:
            self.notes.count(
                "again", lambda n: f"the times start again from the beginning {plural(n, 'time')} and were joined", line
            )
            return usual - step
        return 0.0


def _in_order(rows: Rows, notes: Notes) -> Block:
    times, values = rows.times, rows.values
    steps = np.diff(times)
    if (back := np.flatnonzero(steps < 0)).size:
        line = int(rows.lines[back[0] + 1])
        notes.count(
            "order", lambda n: f"the times go back {plural(n, 'time')}, so the rows were sorted", line, len(back)
        )
        order = np.argsort(times, kind="stable")
        times, values = times[order], values[:, order]
        steps = np.diff(times)
    if same := int((steps == 0).sum()):
        notes.say(f"{plural(same, 'row has', 'rows have')} the same time as the row before")
    return np.ascontiguousarray(times), np.ascontiguousarray(values)


def _merged(rows: Rows) -> Rows:
    """Rows in order of time, those of one time made one where no channel has two values in them."""
    order = np.argsort(rows.times, kind="stable")
    times, values, lines = rows.times[order], rows.values[:, order], rows.lines[order]
    starts = np.flatnonzero(np.diff(times, prepend=-np.inf) > 0)
    counts = np.add.reduceat(np.isfinite(values).astype(np.int32), starts, axis=1)
    alone = (counts <= 1).all(axis=0)
    alone = np.asarray(alone)
    if not alone.all():
        group = np.cumsum(np.diff(times, prepend=-np.inf) > 0) - 1
        first = np.zeros(len(times), bool)
        first[starts] = True
        starts = np.flatnonzero(first | ~alone[group])
    return Rows(times[starts], np.fmax.reduceat(values, starts, axis=1), lines[starts])


def _joined(parts: list[Rows], channels: int) -> Rows:
    parts = [_padded(rows, channels) for rows in parts]
    return Rows(
        np.concatenate([rows.times for rows in parts]),
        np.concatenate([rows.values for rows in parts], axis=1),
        np.concatenate([rows.lines for rows in parts]),
    )


def _padded(rows: Rows, channels: int) -> Rows:
    missing = channels - len(rows.values)
    if not missing:
        return rows
    return Rows(rows.times, np.pad(rows.values, ((0, missing), (0, 0)), constant_values=np.nan), rows.lines)


def _say_empty(channels: list[Channel], seen: NDArray[np.bool_], notes: Notes) -> None:
    for channel, any_value in zip(channels, seen, strict=True):
        if not any_value:
            notes.say(f"{channel.name} has no values")


def _because(notes: Notes) -> str:
    return ": " + "; ".join(notes.limits) if notes.limits else ""
