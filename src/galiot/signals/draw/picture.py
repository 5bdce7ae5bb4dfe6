"""A reading as a picture, by matplotlib (extra `signals`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from galiot.errors import RequestError
from galiot.files import atomic_write
from galiot.signals.draw.marks import Mark, marks_of
from galiot.signals.draw.screen import bounds_of, samples_to_draw
from galiot.signals.fact import Facts
from galiot.signals.reading import LARGEST, Floats, Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CURVE, _MARK, _GRID, _TEXT = "#1f5673", "#d1495b", "#d9dee2", "#33383d"
_DPI = 130
_CLOCK_S = np.array([60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200], float)
"""Round steps of a clock between a minute and a day."""


def save_picture(reading: Reading, facts: Facts, path: str | os.PathLike[str]) -> None:
    """Write a PNG file, whole or not at all: an electrocardiogram on its paper, everything else as stacked curves.

    raises: RequestError without matplotlib; FileError when the file cannot be written
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise RequestError("pictures need matplotlib: pip install 'galiot[signals]'") from error
    from galiot.signals.draw.paper import ecg_figure

    figure = ecg_figure(reading, facts) or curves_figure(reading, facts)
    with atomic_write(Path(path)) as file:
        figure.savefig(file, format="png", dpi=_DPI)


def curves_figure(reading: Reading, facts: Facts) -> Figure:
    """Draw each channel over one axis of time, with its marks."""
    from matplotlib.figure import Figure

    times, values = samples_to_draw(reading)
    count = max(1, len(reading.channels))
    figure = Figure(figsize=(10, 0.9 + 1.45 * count), layout="constrained")
    axes = np.atleast_1d(figure.subplots(count, 1, sharex=True))
    marks = marks_of(facts, [channel.name for channel in reading.channels])
    elapsed = reading.axis.kind == "elapsed"
    for channel, row, axis in zip(reading.channels, values, axes, strict=True):
        known = np.abs(np.nan_to_num(row, nan=np.inf)) <= LARGEST
        axis.plot(times, np.where(known, row, np.nan), color=_CURVE, linewidth=1.1)
        if known.any():
            low, high = bounds_of(row[known])
            room = 0.12 * (high - low) or max(1.0, 0.1 * abs(high))
            axis.set_ylim(low - room, high + room)
        axis.set_title(channel.name, loc="left", fontsize=10, color=_TEXT)
        axis.set_ylabel(channel.unit, fontsize=9, color=_TEXT)
        for at_s, letters in _together(marks[channel.name], times):
            axis.axvline(at_s, color=_MARK, linewidth=0.8, linestyle=(0, (2, 2)))
            axis.annotate(
                letters, (at_s, 0.98), xycoords=("data", "axes fraction"), color=_MARK, fontsize=9,
                ha="left", va="top", xytext=(2, 0), textcoords="offset points",
            )  # fmt: skip
        _plain(axis)
    if len(times):
        span = float(times[0]), float(times[-1])
        _ticks(axes[-1], reading, span)
        if span[1] > span[0]:
            axes[-1].set_xlim(*span)
    axes[-1].set_xlabel("time" if not elapsed else "time since the beginning", fontsize=9, color=_TEXT)
    lines = [f"{mark.letter}  {mark.fact.text}" for each in marks.values() for mark in each]
    if lines:
        figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=8, color=_TEXT)
        figure.set_size_inches(10, 0.9 + 1.45 * count + 0.16 * len(lines))
    return figure


def _together(marks: list[Mark], times: Floats) -> Iterator[tuple[float, str]]:
    """Moments and the letters there; those of moments that cannot be told apart stand at the first of them."""
    close = 0.012 * float(times[-1] - times[0]) if len(times) else 0.0
    found: list[tuple[float, str]] = []
    for mark in marks:
        if found and mark.at_s - found[-1][0] <= close:
            found[-1] = (found[-1][0], found[-1][1] + mark.letter)
        else:
            found.append((mark.at_s, mark.letter))
    yield from found


def round_moments(reading: Reading, span: tuple[float, float]) -> Floats:
    """Four to eight moments with round times within a span; one, where the span is none."""
    length = span[1] - span[0]
    tens = 10.0 ** np.arange(-9, 16)[:, None] * [1, 2, 5]
    steps = np.concatenate([tens[tens < 60].ravel(), _CLOCK_S, 86_400 * tens[tens >= 1].ravel()])
    step = float(steps[np.searchsorted(steps, length / 8)])
    shift = reading.axis.offset_s
    first, last = np.ceil((span[0] + shift) / step), np.floor((span[1] + shift) / step)
    return np.asarray(np.arange(first, last + 1) * step - shift)[:20]


def _ticks(axis: Any, reading: Reading, span: tuple[float, float]) -> None:
    """Round moments, written as the reading's moments are."""
    at = round_moments(reading, span)
    shown = [reading.axis.show(float(time_s), first_s=span[0], last_s=span[1]) for time_s in at]
    axis.set_xticks(at, [text.replace(" ", "\n", 1) if len(text) > 12 else text for text in shown])


def _plain(axis: Any) -> None:
    axis.grid(color=_GRID, linewidth=0.6)
    axis.tick_params(labelsize=8, colors=_TEXT, length=2)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axis.spines[side].set_color(_GRID)
