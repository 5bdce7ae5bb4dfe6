"""Records of one sensor each, joined into rows with every sensor of one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from galiot.signals.base import Rows
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import Channel
from galiot.signals.units import tidy_unit

_CELLS = 200_000
CHANNELS = 1000
"""Sensors that one record may have; further ones are kept out."""


class Merger:
    """Gathers (time, name, value) into rows; consecutive records of the same time share one."""

    def __init__(self, units: Mapping[str, str] | None = None) -> None:
        self.channels: list[Channel] = []
        self._units = dict(units or {})
        self._places: dict[str, int] = {}
        self._times: list[float] = []
        self._lines: list[int] = []
        self._cells: list[tuple[int, int, float]] = []
        self._row: set[int] = set()
        self._said: list[str] = []
        self._left_out = {"channels": 0, "units": 0}

    def add(self, time_s: float, name: str, unit: str, value: float, line: int) -> Iterator[Rows]:
        """Take one record; yields rows whenever enough have come together."""
        place = self._place(name, unit)
        if place is None:
            self._left_out["channels"] += 1
            return
        unit = tidy_unit(unit)
        if unit and self._said[place] not in ("", unit):
            self._left_out["units"] += 1
            return
        self._said[place] = self._said[place] or unit
        if not self._times or time_s != self._times[-1] or place in self._row:
            if len(self._times) * len(self.channels) >= _CELLS:
                yield from self.flush()
            self._times.append(time_s)
            self._lines.append(line)
            self._row.clear()
        self._row.add(place)
        self._cells.append((place, len(self._times) - 1, value))

    def flush(self) -> Iterator[Rows]:
        """Yield what has come together, and begin anew."""
        if self._times:
            values = np.full((len(self.channels), len(self._times)), np.nan)
            places, rows, numbers = zip(*self._cells, strict=True)
            values[list(places), list(rows)] = numbers
            made = Rows(np.array(self._times), values, np.array(self._lines))
            self._times, self._lines, self._cells = [], [], []
            self._row.clear()
            yield made

    def report(self, notes: Notes) -> None:
        """Say what was kept out since the last time."""
        most = f"of a sensor beyond the first {CHANNELS}"
        notes.count("channels", lambda n: f"{plural(n, 'value')} {most} left out", 0, self._left_out["channels"])
        other = "in another unit than their sensor's first"
        notes.count("units", lambda n: f"{plural(n, 'value')} {other} left out", 0, self._left_out["units"])
        self._left_out = {"channels": 0, "units": 0}

    def _place(self, name: str, unit: str) -> int | None:
        place = self._places.get(name)
        if place is None and len(self.channels) < CHANNELS:
            place = self._places[name] = len(self.channels)
            self._said.append("")
            self.channels.append(Channel(name, self._units.get(name, tidy_unit(unit))))
        return place
