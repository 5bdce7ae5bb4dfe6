"""A sensor record: channels with units on one time axis, read again as often as needed, in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from galiot.errors import BudgetError
from galiot.signals.clock import TimeAxis

Floats = NDArray[np.float64]
Block = tuple[Floats, Floats]
"""Times (samples,) in seconds and values (channels, samples); NaN where a channel has no sample."""

LARGEST = 1e100
"""A value beyond this is no measurement: its square must still be a number."""

LATEST_S = 1e15
"""A time further than this from its beginning, 30 million years, is no time; neither is a rate beyond its bounds."""
RATES_HZ = (1e-9, 1e9)

Kind = Literal["signal", "traffic", "cloud", "track", "events", "audio", "image"]
WHOLE_VALUES = 4_000_000
"""A reading of at most so many values (32 MB) is kept in memory; a longer one is read again for every pass."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured quantity; `unit` is written as it is shown, and empty where nobody said it."""

    name: str
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", printable(self.name))
        object.__setattr__(self, "unit", printable(self.unit))


class Reading:
    """A record of sensors.

    source: the path or the name of the device it came from
    channels: in the order of the rows of `values`
    axis: what the times mean and how they are shown
    limits: short sentences on what was not usable; complete once every block was seen
    about: what the file says of the record besides, such as the comments of its header
    """

    def __init__(
        self,
        source: str,
        channels: Sequence[Channel],
        axis: TimeAxis,
        *,
        blocks: Callable[[], Iterator[Block]],
        limits: list[str] | None = None,
        kind: Kind = "signal",
        about: Sequence[str] = (),
    ) -> None:
        self.source, self.channels, self.axis, self.kind = source, tuple(channels), axis, kind
        self.about = tuple(map(printable, about))
        self.limits: list[str] = limits if limits is not None else []
        self._blocks = blocks
        self._whole: Block | None = None

    @classmethod
    def of(
        cls,
        times: Sequence[float] | Floats,
        values: Sequence[Sequence[float]] | Floats,
        channels: Sequence[Channel | str],
        *,
        axis: TimeAxis | None = None,
        source: str = "memory",
        limits: list[str] | None = None,
        kind: Kind = "signal",
    ) -> Reading:
        """Make a reading of arrays: times (samples,) in seconds, ascending, and values (channels, samples)."""
        t, v = np.asarray(times, np.float64), np.atleast_2d(np.asarray(values, np.float64))
        named = [channel if isinstance(channel, Channel) else Channel(channel) for channel in channels]
        if v.shape != (len(named), len(t)):
            raise ValueError(f"values have shape {v.shape}, expected {(len(named), len(t))}")
        made = cls(source, named, axis or TimeAxis("elapsed"), blocks=lambda: iter([(t, v)]), limits=limits, kind=kind)
        made._whole = (t, v)
        return made

    @property
    def in_memory(self) -> bool:
        """Whether the whole record is held, so that `times` and `values` cost nothing."""
        return self._whole is not None

    @property
    def times(self) -> Floats:
        """Seconds (samples,): since 1970 where the axis is a date, else since the beginning."""
        return self._arrays()[0]

    @property
    def values(self) -> Floats:
        """All values (channels, samples), NaN where a channel has none; BudgetError for a record beyond memory."""
        return self._arrays()[1]

    def blocks(self) -> Iterator[Block]:
        """Go through the record once, in ascending time, in blocks of bounded size."""
        return iter([self._whole]) if self._whole else self._blocks()

    def __repr__(self) -> str:
        return f"Reading({self.source!r}, channels={[channel.name for channel in self.channels]})"

    def _arrays(self) -> Block:
        if self._whole is None:
            self._whole = self._gather()
        return self._whole

    def _gather(self) -> Block:
        parts: list[Block] = []
        allowed, have = 8 * WHOLE_VALUES, 0
        for times, values in self._blocks():
            parts.append((times, values))
            have += 8 * values.size
            if have > allowed:
                raise BudgetError("bytes", needed=have, allowed=allowed, advice="go through its blocks() instead")
        if not parts:
            return np.empty(0), np.empty((len(self.channels), 0))
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts], axis=1)


def printable(text: str) -> str:
    """Put a replacement character where a text of a file would steer the terminal that shows it."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "\ufffd" for each in text)
