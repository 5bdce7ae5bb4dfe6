"""The channels of a reading in the order of a sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from galiot.senses.file import SenseFile
from galiot.signals.reading import Reading

Wide = npt.NDArray[np.float64]
_SHOWN = 6


@dataclass(slots=True)
class Arranged:
    """Windows in the channels of a sense, before anything is taken out; NaN where nothing is known."""

    values: Wide
    """(windows, channels, samples)"""
    channels: tuple[str, ...]
    units: tuple[str, ...]
    limits: list[str] = field(default_factory=list)
    usable: bool = True


def arrange(reading: Reading, file: SenseFile, values: Wide) -> Arranged:
    """Put channels (windows, channels, samples) in the order of a sense; one without channels takes them as they are.

    Names are compared without regard to case and signs. A unit that is not the sense's makes the reading unusable.
    """
    names = tuple(channel.name for channel in reading.channels)
    units = tuple(channel.unit for channel in reading.channels)
    if not file.channels:
        return Arranged(values, names, units)
    known = file.units or ("",) * len(file.channels)
    made = Arranged(np.full((len(values), len(file.channels), values.shape[2]), np.nan), file.channels, known)
    left = {bare(name): place for place, name in enumerate(names)}
    for row, name in enumerate(file.channels):
        place = left.pop(bare(name), None)
        if place is None:
            made.limits.append(f"the channel {name} is missing")
            continue
        made.values[:, row] = values[:, place]
        if known[row] and units[place] and units[place] != known[row]:
            made.limits.append(f"{name} is in {units[place]}, the sense takes {known[row]}")
            made.usable = False
    if left:
        others = [names[place] for place in left.values()]
        made.limits.append(f"not known to the sense: {_listed(others)}")
    return made


def bare(name: str) -> str:
    """Return letters and digits of a name, in lower case."""
    return "".join(character for character in name.lower() if character.isalnum())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
