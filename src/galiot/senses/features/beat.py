"""The median beat of an electrocardiogram in all twelve leads, those that are lost derived from the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galiot.signals.ecg import Ecg
from galiot.signals.ecg.filters import band_pass
from galiot.signals.ecg.leads import STANDARD
from galiot.signals.ecg.waves import Waves
from galiot.signals.reading import Floats

INDEPENDENT = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
_FROM_TWO = np.array([[-1.0, 1.0], [-0.5, -0.5], [1.0, -0.5], [-0.5, 1.0]])  # III, aVR, aVL, aVF of I and II
_MOMENTS = np.array([
    [0.0431, 0.0333, -0.0311, -0.0045, 0.0285, 0.0505, 0.0571, 0.0493],
    [0.0333, 0.0565, -0.0287, -0.0044, 0.0492, 0.0761, 0.0746, 0.0607],
    [-0.0311, -0.0287, 0.0647, 0.0851, 0.0330, -0.0192, -0.0466, -0.0470],
    [-0.0045, -0.0044, 0.0851, 0.2050, 0.1354, 0.0499, -0.0077, -0.0247],
    [0.0285, 0.0492, 0.0330, 0.1354, 0.1854, 0.1337, 0.0703, 0.0383],
    [0.0505, 0.0761, -0.0192, 0.0499, 0.1337, 0.1582, 0.1207, 0.0860],
    [0.0571, 0.0746, -0.0466, -0.0077, 0.0703, 0.1207, 0.1242, 0.0983],
    [0.0493, 0.0607, -0.0470, -0.0247, 0.0383, 0.0860, 0.0983, 0.0844],
])  # fmt: skip
"""How the independent leads go together: mean products of QRS, ST and T, of 353 records of PTB-XL, in mV²."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The median beat in the order of `STANDARD`, zero where the signal rests before QRS.

    values: (12, samples) in mV
    known: (12,) which leads were recorded
    waves: where its waves begin and end, in samples
    """

    values: Floats
    known: tuple[bool, ...]
    rate_hz: float
    middle: int
    waves: Waves
    noise: float

    def lead(self, name: str) -> Floats:
        """One lead (samples,)."""
        return np.asarray(self.values[STANDARD.index(name)])


def twelve_leads(ecg: Ecg) -> Beat | None:
    """Return the median beat in twelve leads; None where none could be measured."""
    if ecg.beat is None or ecg.waves is None:
        return None
    found = {name: values for name in STANDARD if (values := ecg.lead(name)) is not None}
    if not found:
        return None
    noise = float(np.sqrt(np.mean(ecg.beat.noise**2)))
    known = tuple(name in found for name in STANDARD)
    values = band_pass(fill_leads(found), ecg.beat.rate_hz, 0.0, 45.0)
    return Beat(values, known, ecg.beat.rate_hz, ecg.beat.middle, ecg.waves, noise)


def qrs_span(beat: Beat) -> tuple[int, int]:
    """First and last sample of the QRS complex, a few apart at least."""
    begin = max(0, round(beat.waves.qrs_begins))
    return begin, min(beat.values.shape[1] - 8, max(begin + 4, round(beat.waves.qrs_ends)))


def t_span(beat: Beat) -> tuple[int, int]:
    """First sample of T and the one after its last: as found, or where it usually is."""
    _, end = qrs_span(beat)
    first, last = end + round(0.08 * beat.rate_hz), beat.values.shape[1]
    if beat.waves.t_ends is not None:
        last = min(last, round(beat.waves.t_ends) + 1)
    if last - first < 8:
        first = max(end, last - 8)
    return first, max(last, first + 1)


def fill_leads(found: dict[str, Floats]) -> Floats:
    """Return twelve leads (12, samples): what is known, and the rest as it is on average given the known."""
    names = list(found)
    known = np.stack([found[name] for name in names])
    mixing = _mixing()
    rows = mixing[[STANDARD.index(name) for name in names]]
    seen = rows @ _MOMENTS @ rows.T
    seen[np.diag_indices_from(seen)] += 1e-3 * np.trace(seen) / len(seen)
    made = mixing @ _MOMENTS @ rows.T @ np.linalg.solve(seen, known)
    for name, values in found.items():
        made[STANDARD.index(name)] = values
    return np.asarray(made)


def _mixing() -> Floats:
    """Twelve leads of the eight independent ones (12, 8)."""
    mixing = np.zeros((12, 8))
    mixing[0, 0] = mixing[1, 1] = 1
    mixing[2:6, :2] = _FROM_TWO
    mixing[6:, 2:] = np.eye(6)
    return mixing
