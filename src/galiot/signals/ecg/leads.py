"""Which readings are electrocardiograms, and what their leads are called."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from galiot.signals.reading import Channel, Floats

LIMB = ("I", "II", "III", "aVR", "aVL", "aVF")
CHEST = tuple(f"V{number}" for number in range(1, 7))
STANDARD = LIMB + CHEST
_BY_LOWER = {name.lower(): name for name in (*STANDARD, "V7", "V8", "V9", "V3R", "V4R", "V5R", "MLI", "MLII", "MLIII")}
_PREFIX = re.compile(r"^(?:ecg|ekg|lead)[\s_.:-]*", re.IGNORECASE)
_TO_MV = {"mV": 1.0, "V": 1e3, "uV": 1e-3, "µV": 1e-3, "nV": 1e-6}
SLOWEST_HZ = 80.0
"""Below this rate a QRS complex is too few samples to be measured."""
FASTEST_HZ = 20_000.0
"""Above this rate it is no electrocardiogram."""


def lead_of(name: str) -> str | None:
    """The lead that a channel is called after, or None: "ECG II" and "ii" are II; a lone "ECG" has no name."""
    bare = _PREFIX.sub("", name.strip())
    if not bare or re.fullmatch(r"\d+", bare):
        return "ECG" if bare != name.strip() else None
    return _BY_LOWER.get(bare.lower())


def leads_of(channels: Sequence[Channel]) -> list[int]:
    """Places of the channels that are leads of an electrocardiogram; none if too few are surely so."""
    named = [place for place, channel in enumerate(channels) if lead_of(channel.name)]
    sure = [
        place
        for place in named
        if channels[place].unit in _TO_MV or lead_of(channels[place].name) in ("ECG", "MLII", "aVR", "aVL", "aVF")
    ]
    return named if sure and (len(sure) >= 2 or channels[sure[0]].name.strip().lower() not in ("i", "v1")) else []


def in_millivolts(values: Floats, unit: str) -> tuple[Floats, bool]:
    """Return values in mV, and whether the unit says how much that is; without a unit they stay as they are."""
    scale = _TO_MV.get(unit)
    return (values, False) if scale is None else (np.asarray(values * scale), True)
