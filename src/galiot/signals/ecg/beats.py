"""Finding heart beats: the steepness of all leads together, against a threshold that follows its own peaks.

The idea of Pan and Tompkins (IEEE Trans Biomed Eng 1985), without delay and over several leads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from galiot.signals.ecg.filters import band_pass, moving_average
from galiot.signals.reading import Floats

_REFRACTORY_S = 0.24
_T_WAVE_S = 0.36
_AROUND_S = 6.0
_STRETCH_S = 2.0
"""Holds a beat at 30 a minute."""
_SHARE, _SHARE_AGAIN = 0.34, 0.16
_NOISE = 2.0
"""Between beats the steepness varies about its median: so much of it counts as none."""


def find_beats(values: Floats, rate_hz: float) -> NDArray[np.int64]:
    """Return the samples at which QRS complexes have their middle.

    values: leads (leads, samples) without gaps, in any unit
    """
    if values.shape[1] < rate_hz or not len(values):
        return np.empty(0, np.int64)
    steep = steepness(values, rate_hz)
    peaks = _peaks(steep, round(0.1 * rate_hz))
    if not len(peaks):
        return peaks
    kept = _above(steep, peaks, rate_hz)
    return _without_t_waves(steep, kept, rate_hz)


def steepness(values: Floats, rate_hz: float) -> Floats:
    """How steep all leads are together (samples,); each counts by its own usual height."""
    fast = band_pass(values, rate_hz, 6.0, min(24.0, 0.4 * rate_hz))
    slope = np.gradient(fast, axis=1) * rate_hz
    energy = moving_average(slope**2, round(0.1 * rate_hz))
    energy = (energy - _NOISE * np.median(energy, axis=1, keepdims=True)).clip(0)
    window = max(1, round(2 * rate_hz))
    usual = np.array([_usual_peak(each, window) for each in energy])
    weights = np.divide(1.0, usual, out=np.zeros_like(usual), where=usual > 1e-12)
    return np.asarray(np.sqrt(np.maximum(weights @ energy, 0) / max(1, np.count_nonzero(weights))))


def _usual_peak(energy: Floats, window: int) -> float:
    whole = len(energy) // window * window
    highest = energy[:whole].reshape(-1, window).max(axis=1) if whole else energy
    return float(np.median(highest))


def _peaks(signal: Floats, apart: int) -> NDArray[np.int64]:
    """Local maxima, the higher of two that are closer than `apart`."""
    rising = np.flatnonzero((signal[1:-1] > signal[:-2]) & (signal[1:-1] >= signal[2:])) + 1
    kept: list[int] = []
    for place in rising.tolist():
        if kept and place - kept[-1] < apart:
            if signal[place] > signal[kept[-1]]:
                kept[-1] = place
        else:
            kept.append(place)
    return np.array(kept, np.int64)


def _above(steep: Floats, peaks: NDArray[np.int64], rate_hz: float) -> NDArray[np.int64]:
    """Peaks above a share of the usual one around them; in a long pause, above a smaller share."""
    heights = steep[peaks]
    level = _level(peaks, heights, rate_hz)
    kept = np.flatnonzero(heights > _SHARE * level)
    if len(kept) > 2:
        usual = float(np.median(np.diff(peaks[kept])))
        weak = np.flatnonzero((heights > _SHARE_AGAIN * level) & (heights <= _SHARE * level))
        found = peaks[kept]
        for place in weak.tolist():
            at = np.searchsorted(found, peaks[place])
            before = peaks[place] - found[at - 1] if at else peaks[place]
            after = found[at] - peaks[place] if at < len(found) else len(steep) - peaks[place]
            if before + after > 1.6 * usual and min(before, after) > 0.5 * usual and before < 1.6 * usual:
                found = np.insert(found, at, peaks[place])
        return np.asarray(found)
    return np.asarray(peaks[kept])


def _level(peaks: NDArray[np.int64], heights: Floats, rate_hz: float) -> Floats:
    """The usual height of a beat around each peak: what two of five stretches of time around it reach."""
    stretch = (peaks / rate_hz / _STRETCH_S).astype(int)
    highest = np.zeros(stretch[-1] + 1)
    np.maximum.at(highest, stretch, heights)
    reach = round(_AROUND_S / _STRETCH_S)
    padded = np.pad(highest, reach, mode="reflect" if len(highest) > reach else "edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(np.quantile(around, 0.6, axis=1)[stretch])


def _without_t_waves(steep: Floats, beats: NDArray[np.int64], rate_hz: float) -> NDArray[np.int64]:
    """Drop what follows a beat so soon that the heart could not, or as soon as a T wave does and as flat as one."""
    kept: list[int] = []
    for beat in beats.tolist():
        gap_s = (beat - kept[-1]) / rate_hz if kept else 10.0
        if gap_s < _REFRACTORY_S:
            if steep[beat] > steep[kept[-1]]:
                kept[-1] = beat
            continue
        if gap_s < _T_WAVE_S and steep[beat] < 0.5 * steep[kept[-1]]:
            continue
        kept.append(beat)
    return np.array(kept, np.int64)
