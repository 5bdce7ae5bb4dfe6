"""Readings of files whose samples lie at equal steps: any stretch of them can be read by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galiot.errors import FormatError
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import LARGEST, LATEST_S, WHOLE_VALUES, Block, Channel, Floats, Reading

_BLOCK_VALUES = 1 << 20
_FRAME_VALUES = 1 << 24


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time that a record covers, as frames, `frames_hz` of them a second.

    moments: (rows,) when the rows of a frame are, as parts of it in [0, 1)
    first_s: time of the first frame on `axis`
    onsets: frames [first, last) to their times on the axis (last - first,), where they do not follow each other
    parts: frames [first, last) that were recorded, in order, where there are long gaps between them
    """

    frames: int
    moments: Floats
    frames_hz: float
    axis: TimeAxis
    first_s: float = 0.0
    onsets: Callable[[int, int], Floats] | None = None
    parts: tuple[tuple[int, int], ...] = ()

    def pieces(self, most: int) -> Iterator[tuple[int, int]]:
        """Frames [first, last) of at most `most`, which together are all that may hold something."""
        for begin, end in self.parts or ((0, self.frames),):
            for first in range(begin, end, most):
                yield first, min(first + most, end)

    def times(self, first: int, last: int) -> Floats:
        """When the rows of the frames [first, last) are."""
        if self.onsets:
            return (self.onsets(first, last)[:, None] + self.moments / self.frames_hz).ravel()
        return (self.first_s + (np.arange(first, last)[:, None] + self.moments) / self.frames_hz).ravel()


def common_grid(counts: Sequence[int], path: str) -> tuple[Floats, list[NDArray[np.int64]]]:
    """Rows on which the samples of several rates fall.

    counts: samples of each signal in one frame
    returns: the rows' moments (rows,) in [0, 1), and for each signal the rows of its samples
    raises: FormatError where the rates have so little in common that one frame would fill the memory
    """
    own = {count: np.arange(count) / count for count in set(counts)}
    if sum(own) <= _FRAME_VALUES:
        moments = np.unique(np.concatenate(list(own.values())))
        if len(moments) * len(counts) <= _FRAME_VALUES:
            return moments, [np.searchsorted(moments, own[count]) for count in counts]
    raise FormatError(path, f"has {len(own)} different rates in {len(counts)} signals, which share too few moments")


def distinct(names: Sequence[str]) -> list[str]:
    """Names for channels, on one line each; one that comes again gets a number."""
    seen: dict[str, int] = {}
    made = []
    for number, name in enumerate(names, 1):
        name = " ".join(name.split()) or f"signal {number}"
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return made


def reading_of(
    path: str,
    channels: Sequence[Channel],
    stretch: Stretch,
    read: Callable[[int, int], Floats],
    notes: Notes,
    *,
    about: Sequence[str] = (),
) -> Reading:
    """Make a reading; a short one is held in memory, a long one read again for every pass.

    read: frames [first, last) to values (channels, rows), NaN where there is none
    raises: FormatError where a short one has no value at all
    """
    rows = len(stretch.moments)

    def blocks() -> Iterator[Block]:
        notes.restart()
        seen, latest = np.zeros(len(channels), bool), -np.inf
        step = max(1, _BLOCK_VALUES // (rows * len(channels)))
        for first, last in stretch.pieces(step):
            values, times = _bounded(read(first, last), notes), stretch.times(first, last)
            known = np.isfinite(values)
            seen |= known.any(axis=1)
            kept = known.any(axis=0) & (np.abs(times) <= LATEST_S)
            if not kept.all():
                times, values = times[kept], values[:, kept]
            if stretch.onsets:
                times, values = _in_order(times, values, latest, notes)
            if len(times):
                latest = float(times[-1])
                yield times, values
        for channel, any_value in zip(channels, seen, strict=True):
            if not any_value:
                notes.say(f"{channel.name} has no values")
        notes.publish()

    reading = Reading(path, channels, stretch.axis, blocks=blocks, limits=notes.limits, about=about)
    if stretch.frames * rows * len(channels) <= WHOLE_VALUES and not len(reading.times):
        raise FormatError(path, "holds no usable value")
    notes.publish()
    return reading


def _in_order(times: Floats, values: Floats, latest: float, notes: Notes) -> Block:
    """Sort what a file tells in the wrong order, and leave out what lies before the samples already given."""
    if (times[1:] < times[:-1]).any():
        notes.say("the times go back, so the samples were sorted")
        order = np.argsort(times, kind="stable")
        times, values = times[order], values[:, order]
    late = int(np.searchsorted(times, latest))
    notes.count("late", lambda n: f"{plural(n, 'sample')} out of time order left out", 0, late)
    return times[late:], values[:, late:]


def _bounded(values: Floats, notes: Notes) -> Floats:
    """Take values that are no measurement out."""
    wild = np.abs(values) > LARGEST
    if wild.any():
        notes.count(
            "inf", lambda n: f"{plural(n, 'value')} infinite or too large, taken as missing", 0, int(wild.sum())
        )
        return np.where(wild, np.nan, values)
    return values
