"""What the times between beats tell."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galiot.signals.ecg.analysis import Ecg
from galiot.signals.reading import Floats

_EARLY, _LATE = 0.82, 1.08
_LONGEST_S, _SHORTEST_S = 3.0, 0.2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How the heart beats.

    rr_s: usual time from beat to beat
    sdnn_ms, rmssd_ms: variability between normal beats (Task Force of the ESC and NASPE 1996); NaN for too few
    early: beats that come early; other_shape: beats of a shape that is not the commonest
    irregular: standard deviation of the time between normal beats, as a part of it
    """

    rr_s: float
    sdnn_ms: float
    rmssd_ms: float
    early: int
    other_shape: int
    irregular: float
    longest_s: float

    @property
    def rate_bpm(self) -> float:
        """Beats a minute."""
        return 60 / self.rr_s


def rhythm_of(ecg: Ecg) -> Rhythm | None:
    """Return the rhythm, or None with fewer than two beats."""
    rr = ecg.rr_s
    if not len(rr):
        return None
    usual = float(np.median(rr))
    early = _early(rr)
    normal = ~(early | np.concatenate([[False], early[:-1]])) & (rr < _LONGEST_S) & (rr > _SHORTEST_S)
    kept = rr[normal] if normal.sum() >= 2 else rr
    both = normal[1:] & normal[:-1]
    steps = np.diff(rr)[both]
    judged = ecg.beat.alike if ecg.beat else np.ones(0, bool)
    inside = _judged(ecg, len(judged))
    return Rhythm(
        rr_s=float(kept.mean()) if len(kept) >= 3 else usual,
        sdnn_ms=1000 * float(kept.std(ddof=1)) if len(kept) >= 4 else math.nan,
        rmssd_ms=1000 * float(np.sqrt(np.mean(steps**2))) if len(steps) >= 4 else math.nan,
        early=int(early.sum()),
        other_shape=int((inside & ~judged).sum()),
        irregular=float(kept.std() / kept.mean()) if len(kept) >= 3 else 0.0,
        longest_s=float(rr.max()),
    )


def _early(rr: Floats) -> NDArray[np.bool_]:
    """Which steps are much shorter than the three before and not followed by as short a one."""
    early = np.zeros(len(rr), bool)
    for place in range(1, len(rr)):
        before = float(np.median(rr[max(0, place - 4) : place]))
        after = rr[place + 1] if place + 1 < len(rr) else math.inf
        early[place] = rr[place] < _EARLY * before and after > _LATE * rr[place] and not early[place - 1]
    return early


def _judged(ecg: Ecg, count: int) -> NDArray[np.bool_]:
    """Which of the first beats lay whole in the stretch whose shapes were compared."""
    beats = ecg.beats[:count]
    low, high = 0.47 * ecg.rate_hz, min(ecg.samples, 120 * ecg.rate_hz) - 0.67 * ecg.rate_hz
    return np.asarray((beats > low) & (beats < high))
