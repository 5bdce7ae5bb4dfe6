"""Which channels of a reading are the three axes of an accelerometer or a gyroscope."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from galiot.signals.reading import Channel, Floats

G = 9.80665
"""Standard acceleration of gravity, m/s²."""
_ACCELERATION = re.compile(r"^(?:.*[ _.-])?(?:a|acc|accel|acceleration|accelerometer)[ _.-]*([xyz])$|^a([xyz])$", re.I)
_TURNING = re.compile(
    r"^(?:.*[ _.-])?(?:w|g|gyro|gyroscope|gyr|omega|angular[ _.-]*(?:rate|velocity))[ _.-]*([xyz])$", re.I
)
_TO_MS2 = {"m/s²": 1.0, "m/s2": 1.0, "m/s^2": 1.0, "g": G, "mg": G / 1000}


@dataclass(frozen=True, slots=True)
class Axes:
    """Places of x, y and z in a reading."""

    kind: Literal["acceleration", "turning"]
    places: tuple[int, int, int]


def find_axes(channels: Sequence[Channel]) -> list[Axes]:
    """Return the first accelerometer and the first gyroscope among channels, those that there are."""
    found = []
    for kind, pattern in (("acceleration", _ACCELERATION), ("turning", _TURNING)):
        places: dict[str, int] = {}
        for place, channel in enumerate(channels):
            if match := pattern.match(channel.name.strip()):
                axis = next(letter for letter in match.groups() if letter).lower()
                places.setdefault(axis, place)
        if len(places) == 3:
            found.append(Axes(kind, (places["x"], places["y"], places["z"])))  # type: ignore[arg-type]
    return found


def in_ms2(values: Floats, channels: Sequence[Channel]) -> tuple[Floats, str]:
    """Return acceleration (3, samples) in m/s², and what has to be said about its unit, "" for nothing.

    Without a unit, the length of the mean vector tells g from m/s², as gravity is most of it.
    """
    units = {channel.unit for channel in channels}
    if len(units) > 1:
        return values, f"the axes of the acceleration have different units: {', '.join(sorted(units))}"
    unit = units.pop()
    if unit in _TO_MS2:
        return values * _TO_MS2[unit], ""
    length = float(np.sqrt(np.nanmean(np.nansum(values**2, axis=0))))
    if not unit and 0.5 < length < 2:
        return values * G, "the acceleration has no unit: by its size it is taken for g"
    if not unit and 0.5 * G < length < 2 * G:
        return values, "the acceleration has no unit: by its size it is taken for m/s²"
    return values, f"the unit of the acceleration is not known{f' ({unit})' if unit else ''}"
