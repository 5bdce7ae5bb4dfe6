"""What an electrocardiogram shows from beat to beat: times, odd shapes, and what the atria do between the complexes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from galiot.signals.ecg import Ecg
from galiot.signals.ecg.filters import band_pass
from galiot.signals.ecg.rhythm import rhythm_of
from galiot.signals.reading import Floats

Named = Iterator[tuple[str, float]]
_QRS_S, _ATRIA_S = (-0.07, 0.09), (-0.28, -0.06)


def rhythm_features(ecg: Ecg) -> Named:
    """Yield what the times between beats tell, NaN for what too few beats cannot."""
    rhythm = rhythm_of(ecg)
    rr = ecg.rr_s
    yield "rr", rhythm.rr_s if rhythm else math.nan
    yield "rate", rhythm.rate_bpm if rhythm else math.nan
    yield "irregular", rhythm.irregular if rhythm else math.nan
    yield "sdnn", rhythm.sdnn_ms if rhythm else math.nan
    yield "rmssd", rhythm.rmssd_ms if rhythm else math.nan
    yield "early", rhythm.early if rhythm else math.nan
    yield "other", rhythm.other_shape if rhythm else math.nan
    yield "rr_spread", float(np.ptp(rr) / np.median(rr)) if len(rr) else math.nan
    yield "rr_turns", float(np.mean(np.diff(rr)[1:] * np.diff(rr)[:-1] < 0)) if len(rr) > 3 else math.nan
    yield from _steps(rr)


def beat_features(ecg: Ecg, values: Floats) -> Named:
    """Yield how single beats differ from the usual one; values (leads, samples) of all leads, in mV.

    Nothing where fewer than three beats lie whole in the window.
    """
    if ecg.beat is None or not ecg.used:
        return
    clean = band_pass(values[list(ecg.used)], ecg.rate_hz, 0.7, math.inf)
    before, after = round(-_ATRIA_S[0] * ecg.rate_hz), round(_QRS_S[1] * ecg.rate_hz)
    beats = ecg.beats[(ecg.beats >= before) & (ecg.beats < clean.shape[1] - after)]
    if len(beats) < 3:
        return
    alike = ecg.beat.alike[np.isin(ecg.beats[: len(ecg.beat.alike)], beats)]
    yield from _shapes(_cut(clean, beats, _QRS_S, ecg.rate_hz), ecg, beats, alike)
    yield from _atria(_cut(clean, beats, _ATRIA_S, ecg.rate_hz), alike)


def _steps(rr: Floats) -> Named:
    """Jumps between neighbouring times: their share, their order, and the shortest and longest beside the usual."""
    few = len(rr) < 4
    usual = float(np.median(rr)) if len(rr) else math.nan
    jumps = np.diff(rr)
    yield "rr_shortest", float(rr.min() / usual) if len(rr) else math.nan
    yield "rr_longest", float(rr.max() / usual) if len(rr) else math.nan
    yield "rr_jumps", float(np.mean(np.abs(jumps) > 0.05)) if not few else math.nan
    yield "rr_jump", float(np.median(np.abs(jumps)) / usual) if not few else math.nan
    yield "rr_quartiles", float(np.subtract(*np.quantile(rr, [0.75, 0.25])) / usual) if not few else math.nan
    moved = rr - rr.mean() if len(rr) else rr
    power = float(moved @ moved)
    yield "rr_follows", float(moved[1:] @ moved[:-1] / power) if not few and power > 0 else math.nan
    sooner = rr[1:-1] / np.minimum(rr[:-2], rr[2:]) if len(rr) > 2 else rr[:0]
    yield "rr_sooner", float(sooner.min()) if len(sooner) else math.nan
    pause = rr[1:] / rr[:-1]
    yield "rr_pause", float(pause.max()) if len(pause) else math.nan


def _shapes(qrs: Floats, ecg: Ecg, beats: npt.NDArray[np.int64], alike: npt.NDArray[np.bool_]) -> Named:
    """How like its usual self each complex is (beats, leads, samples), and how the oddest and the earliest look."""
    usual = np.median(qrs[alike] if alike.any() else qrs, axis=0)
    likeness = _likeness(qrs, usual)
    size = np.linalg.norm(qrs.reshape(len(qrs), -1), axis=1) / max(1e-6, float(np.linalg.norm(usual)))
    wide = np.abs(qrs).sum(axis=2).sum(axis=1) / np.maximum(1e-6, np.abs(qrs).max(axis=2).sum(axis=1))
    worst = np.sort(likeness)
    yield "shape_least", float(worst[0])
    yield "shape_second", float(worst[1])
    yield "shape_mean", float(likeness.mean())
    yield "size_most", float(size.max())
    yield "size_least", float(size.min())
    yield "wide_most", float(wide.max() / np.median(wide))
    yield "wide_odd", float(wide[likeness.argmin()] / np.median(wide))
    yield "size_odd", float(size[likeness.argmin()])
    before = np.searchsorted(ecg.beats, beats) - 1
    rr = np.where(before >= 0, ecg.rr_s[np.maximum(before, 0)], math.nan) / np.median(ecg.rr_s)
    first = int(np.nanargmin(rr)) if np.isfinite(rr).any() else 0
    yield "shape_early", float(likeness[first])
    yield "wide_early", float(wide[first] / np.median(wide))
    yield "size_early", float(size[first])
    soon = rr < 0.88
    yield "early_odd", float(np.sum(soon & (likeness < 0.85)))
    yield "early_same", float(np.sum(soon & (likeness >= 0.85)))


def _atria(before: Floats, alike: npt.NDArray[np.bool_]) -> Named:
    """Whether the same wave stands in front of each complex (beats, leads, samples): of P, not of fibrillation."""
    kept = before[alike] if alike.sum() >= 3 else before
    line = np.linspace(0, 1, kept.shape[2])
    level = kept - kept[:, :, :1] * (1 - line) - kept[:, :, -1:] * line
    usual = np.median(level, axis=0)
    likeness = _likeness(level, usual)
    rest = level - level.mean(axis=0)
    yield "p_same", float(likeness.mean())
    yield "p_same_least", float(likeness.min())
    yield "p_power", math.log10(float(np.mean(usual**2)) + 1e-6)
    yield "p_coherent", float(np.mean(usual**2) / max(1e-9, float(np.mean(rest**2))))
    yield "p_where", float(np.linalg.norm(usual, axis=0).argmax() / kept.shape[2])


def _cut(values: Floats, beats: npt.NDArray[np.int64], around_s: tuple[float, float], rate_hz: float) -> Floats:
    """The same stretch around each beat (beats, leads, samples)."""
    first, last = (round(each * rate_hz) for each in around_s)
    return np.stack([values[:, beat + first : beat + last + 1] for beat in beats])


def _likeness(each: Floats, usual: Floats) -> Floats:
    """Correlation of each (beats, leads, samples) with the usual one, all leads together."""
    flat, one = each.reshape(len(each), -1), usual.ravel()
    return np.asarray(flat @ one / np.maximum(1e-9, np.linalg.norm(flat, axis=1) * np.linalg.norm(one)))
