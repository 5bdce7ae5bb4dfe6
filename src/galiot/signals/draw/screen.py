"""A reading as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from galiot.signals.draw.braille import Span, place, plot
from galiot.signals.draw.marks import Mark, marks_of
from galiot.signals.fact import Facts
from galiot.signals.reading import LARGEST, Floats, Reading
from galiot.signals.wording import show_number, significant_places

_LABEL = 10
_ROWS, _FEW_ROWS, _MANY = 6, 3, 6
_POINTS = 200_000
"""Samples that are drawn at most; of a longer reading every n-th block is."""


def draw(reading: Reading, facts: Facts, *, columns: int = 80) -> Iterator[str]:
    """Yield the lines of a drawing: each channel with its bounds and marks, then the time.

    columns: characters of a line
    """
    times, values = samples_to_draw(reading)
    if not len(times):
        yield "no samples"
        return
    span = (float(times[0]), float(times[-1]))
    marks = marks_of(facts, [channel.name for channel in reading.channels])
    width = max(20, columns - _LABEL - 2)
    rows = _ROWS if len(reading.channels) <= _MANY else _FEW_ROWS
    for channel, row in zip(reading.channels, values, strict=True):
        yield f"{channel.name}" + (f" ({channel.unit})" if channel.unit else "")
        yield from _channel(times, row, span, width, rows)
        yield from _mark_line(marks[channel.name], span, width)
    yield from _time_axis(reading, span, width)


def samples_to_draw(reading: Reading) -> tuple[Floats, Floats]:
    """Return times (samples,) and values (channels, samples) of a reading, thinned out where it is long."""
    times: list[Floats] = []
    values: list[Floats] = []
    count, step = 0, 1
    for t, v in reading.blocks():
        times.append(t[::step])
        values.append(v[:, ::step])
        count += len(times[-1])
        while count > _POINTS:
            times, values = [each[::2] for each in times], [each[:, ::2] for each in values]
            count, step = sum(map(len, times)), 2 * step
    if not times:
        return np.empty(0), np.empty((len(reading.channels), 0))
    return np.concatenate(times), np.concatenate(values, axis=1)


def bounds_of(values: Floats) -> Span:
    """Return the lowest and the highest value to be drawn; without wild samples, which would flatten the rest."""
    low, high = float(values.min()), float(values.max())
    inner = np.quantile(values, [0.001, 0.999])
    reach = 4 * (inner[1] - inner[0])
    if reach > 0:
        low, high = max(low, float(inner[0] - reach)), min(high, float(inner[1] + reach))
    return low, high


def _channel(times: Floats, row: Floats, span: Span, width: int, rows: int) -> Iterator[str]:
    known = np.abs(np.nan_to_num(row, nan=np.inf)) <= LARGEST
    if not known.any():
        yield f"{'no values':>{_LABEL}}"
        return
    low, high = bounds_of(row[known])
    lines = plot(times[known], row[known], columns=width, rows=rows, span=span, bounds=(low, high))
    places = significant_places(max(abs(low), abs(high), 1e-12), 4)
    labels = {0: show_number(high, places), rows - 1: show_number(low, places)}
    for number, line in enumerate(lines):
        yield f"{labels.get(number, '')[:_LABEL]:>{_LABEL}} ┤{line}"


def _mark_line(marks: list[Mark], span: Span, width: int) -> Iterator[str]:
    """The letters of the marks under the moments that they stand for."""
    if not marks:
        return
    line = [" "] * width
    for mark in marks:
        at = place(mark.at_s, span, width)
        while at < width - 1 and line[at] != " ":
            at += 1
        line[at] = mark.letter
    yield " " * (_LABEL + 2) + "".join(line).rstrip()


def _time_axis(reading: Reading, span: Span, width: int) -> Iterator[str]:
    first, last = (reading.axis.show(time_s, first_s=span[0], last_s=span[1]) for time_s in span)
    yield " " * _LABEL + " └" + "─" * width
    yield " " * (_LABEL + 2) + first + last.rjust(max(1, width - len(first)))
