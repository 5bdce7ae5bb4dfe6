"""Readings of files whose samples lie at equal steps: any stretch of them can be read by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galiot.errors import FormatError
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import LARGEST, WHOLE_VALUES, Block, Channel, Floats, Reading

_BLOCK_VALUES = 1 << 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time that a record covers, as frames, `frames_hz` of them a second.

    moments: (rows,) when the rows of a frame are, as parts of it in [0, 1)
    first_s: time of the first frame on `axis`
    onsets: frames [first, last) to their times on the axis (last - first,), where they do not follow each other
    """

    frames: int
    moments: Floats
    frames_hz: float
    axis: TimeAxis
    first_s: float = 0.0
    onsets: Callable[[int, int], Floats] | None = None

    def times(self, first: int, last: int) -> Floats:
        """When the rows of the frames [first, last) are."""
        if self.onsets:
            return (self.onsets(first, last)[:, None] + self.moments / self.frames_hz).ravel()
        return (self.first_s + (np.arange(first, last)[:, None] + self.moments) / self.frames_hz).ravel()


def common_grid(counts: Sequence[int]) -> tuple[Floats, list[NDArray[np.int64]]]:
    """Rows on which the samples of several rates fall.

    counts: samples of each signal in one frame
    returns: the rows' moments (rows,) in [0, 1), and for each signal the rows of its samples
    """
    own = [np.arange(count) / count for count in counts]
    moments = np.unique(np.concatenate(own))
    return moments, [np.searchsorted(moments, each) for each in own]


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
        seen = np.zeros(len(channels), bool)
        step = max(1, _BLOCK_VALUES // (rows * len(channels)))
        for first in range(0, stretch.frames, step):
            last = min(first + step, stretch.frames)
            values, times = _bounded(read(first, last), notes), stretch.times(first, last)
            known = np.isfinite(values)
            seen |= known.any(axis=1)
            kept = known.any(axis=0) & np.isfinite(times)
            if kept.any():
                yield (times, values) if kept.all() else (times[kept], values[:, kept])
        for channel, any_value in zip(channels, seen, strict=True):
            if not any_value:
                notes.say(f"{channel.name} has no values")
        notes.publish()

    reading = Reading(path, channels, stretch.axis, blocks=blocks, limits=notes.limits, about=about)
    if stretch.frames * rows * len(channels) <= WHOLE_VALUES and not len(reading.times):
        raise FormatError(path, "holds no usable value")
    notes.publish()
    return reading


def _bounded(values: Floats, notes: Notes) -> Floats:
    """Take values that are no measurement out."""
    wild = np.abs(values) > LARGEST
    if wild.any():
        notes.count(
            "inf", lambda n: f"{plural(n, 'value')} infinite or too large, taken as missing", 0, int(wild.sum())
        )
        return np.where(wild, np.nan, values)
    return values
