"""Curves as text: each character of the Unicode block "Braille Patterns" holds two by four dots."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from galiot.signals.reading import Floats

_BLANK = 0x2800
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each dot of a character, from its upper left to its lower right."""
_GAP = 8.0
"""Steps of the usual length that are not bridged by a line."""

Span = tuple[float, float]


def plot(times: Floats, values: Floats, *, columns: int, rows: int, span: Span, bounds: Span) -> list[str]:
    """Draw a curve into lines of text.

    times, values: (samples,) ascending, without NaN
    columns, rows: characters
    span: the times at the left and right edge; bounds: the values at the lower and upper edge
    """
    dots = np.zeros((4 * rows, 2 * columns), bool)
    if len(values):
        _draw(dots, *_joined(times, values, 2 * columns, span), span, bounds)
    bits = dots.reshape(rows, 4, columns, 2).transpose(0, 2, 1, 3) * _DOTS
    return ["".join(chr(_BLANK + int(code)) for code in line) for line in bits.sum(axis=(2, 3))]


def place(time_s: float, span: Span, columns: int) -> int:
    """Return the character under which a moment lies."""
    share = (time_s - span[0]) / (span[1] - span[0]) if span[1] > span[0] else 0.0
    return min(columns - 1, max(0, int(share * columns)))


def _joined(times: Floats, values: Floats, width: int, span: Span) -> tuple[Floats, Floats]:
    """Add points on straight lines between samples, one for each column of dots, but for gaps."""
    grid = np.linspace(span[0], span[1], 2 * width)
    grid = grid[(grid > times[0]) & (grid < times[-1])]
    if not len(grid) or len(times) < 2:
        return times, values
    steps = np.diff(times)
    around = steps[np.searchsorted(times, grid, "right") - 1]
    grid = grid[around <= _GAP * np.median(steps)]
    both = np.concatenate([times, grid])
    order = np.argsort(both, kind="stable")
    return both[order], np.concatenate([values, np.interp(grid, times, values)])[order]


def _draw(dots: NDArray[np.bool_], times: Floats, values: Floats, span: Span, bounds: Span) -> None:
    """Set from the lowest to the highest dot in each column, joined with the column before."""
    height, width = dots.shape
    length, size = span[1] - span[0], bounds[1] - bounds[0]
    column = (
        ((times - span[0]) / length * width).astype(int).clip(0, width - 1) if length > 0 else 0 * times.astype(int)
    )
    share = (values - bounds[0]) / size if size > 0 else np.full(len(values), 0.5)
    row = np.round((1 - share) * (height - 1)).astype(int).clip(0, height - 1)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    top, bottom = np.minimum.reduceat(row, starts), np.maximum.reduceat(row, starts)
    first, last = row[starts], row[np.append(starts[1:], len(row)) - 1]
    for at, low, high in zip(column[starts].tolist(), top.tolist(), bottom.tolist(), strict=True):
        dots[low : high + 1, at] = True
    for here, after in zip(range(len(starts) - 1), range(1, len(starts)), strict=True):
        if column[starts[after]] == column[starts[here]] + 1:
            low, high = sorted((int(last[here]), int(first[after])))
            dots[low : high + 1, column[starts[after]]] = True
