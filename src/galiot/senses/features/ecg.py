"""What a cardiologist measures on an electrocardiogram, as a vector of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from galiot.senses.base import Prepared
from galiot.senses.features.beat import Beat, qrs_span, t_span, twelve_leads
from galiot.senses.features.rhythm import beat_features, rhythm_features
from galiot.senses.features.vectors import vector_features
from galiot.signals.ecg import Ecg, measure
from galiot.signals.ecg.leads import CHEST, STANDARD
from galiot.signals.reading import Channel, Floats, Reading

_GROUPS = {"inferior": ("II", "III", "aVF"), "septal": ("V1", "V2"), "anterior": ("V2", "V3", "V4"),
           "lateral": ("I", "aVL", "V5", "V6")}  # fmt: skip
_QRS_POINTS, _T_POINTS = 10, 10

Named = Iterator[tuple[str, float]]


def ecg_features(ecg: Ecg, values: Floats | None = None) -> dict[str, float]:
    """Return measurements by name; NaN, or none, for what could not be measured.

    values: (leads, samples) of all leads of `ecg` in mV, for what single beats show
    """
    beat = twelve_leads(ecg)
    made = dict(rhythm_features(ecg))
    if values is not None:
        made |= dict(beat_features(ecg, values))
    if beat is None:
        return made
    leads = {name: dict(_lead(beat, values)) for name, values in zip(STANDARD, beat.values, strict=True)}
    made |= dict(_intervals(beat, made["rr"]))
    made |= {f"{name}.{key}": value for name, found in leads.items() for key, value in found.items()}
    made |= dict(_criteria(leads, made))
    made |= dict(_regions(leads))
    made |= dict(vector_features(beat))
    made |= dict(_outline(beat))
    return made


def ecg_window_features(prepared: Prepared, window: int) -> dict[str, float]:
    """Measure one window of a prepared reading: at the rate of the sense, whatever that of the recording was."""
    values = prepared.windows[window] * prepared.scale[:, None] + prepared.level[:, None]
    there = np.flatnonzero(prepared.present)
    channels = [Channel(prepared.channels[row], "mV") for row in there]
    times = np.arange(values.shape[1]) / prepared.rate_hz
    ecg = measure(Reading.of(times, values[there], channels)) if len(there) else None
    return ecg_features(ecg, values[there][list(ecg.places)]) if ecg is not None else {}


def _intervals(beat: Beat, rr_s: float) -> Named:
    waves, ms = beat.waves, 1000 / beat.rate_hz
    seen = waves.p_begins is not None and waves.p_ends is not None
    yield "p_seen", float(seen)
    yield "pr", ms * (waves.qrs_begins - waves.p_begins) if waves.p_begins is not None else math.nan
    yield "p_ms", ms * (waves.p_ends - waves.p_begins) if waves.p_begins is not None and waves.p_ends else math.nan
    yield "qrs", ms * (waves.qrs_ends - waves.qrs_begins)
    qt = ms * (waves.t_ends - waves.qrs_begins) if waves.t_ends is not None else math.nan
    yield "qt", qt
    yield "qtc", qt / math.sqrt(rr_s)
    yield "t_peak_end", ms * (waves.t_ends - waves.t_peak) if waves.t_ends and waves.t_peak else math.nan
    yield "j_to_t", ms * (waves.t_peak - waves.qrs_ends) if waves.t_peak else math.nan
    yield "noise", math.log10(beat.noise + 1e-4)
    yield "p_before", _p_before(beat)


def _lead(beat: Beat, values: Floats) -> Named:
    """Heights in mV, durations in ms, areas in mV ms of one lead's beat (samples,)."""
    ms, rate = 1000 / beat.rate_hz, beat.rate_hz
    begin, end = qrs_span(beat)
    qrs = values[begin : end + 1]
    top, low = int(np.argmax(qrs)), int(np.argmin(qrs))
    q, s = qrs[: top + 1], qrs[top:]
    yield "r", max(0.0, float(qrs.max()))
    yield "q", min(0.0, float(q.min()))
    yield "s", min(0.0, float(s.min()))
    yield "net", float(qrs.max() + qrs.min())
    yield "peak_to_peak", float(np.ptp(qrs))
    yield "area", float(qrs.sum()) * ms
    yield "abs_area", float(np.abs(qrs).sum()) * ms
    yield "q_ms", _q_width(qrs, top) * ms
    yield "r_time", ms * top
    yield "s_time", ms * low
    yield "q_of_r", float(min(0.0, q.min()) / max(0.05, qrs.max()))
    yield "notches", _notches(qrs)
    yield "s_ms", float(np.count_nonzero(qrs[top:] < -0.03)) * ms if qrs[top] > 0.05 else ms * len(qrs)
    again = qrs[low:]
    yield "r_again", max(0.0, float(again.max()))
    yield "r_again_ms", float(np.count_nonzero(again > 0.03)) * ms
    yield "after20", float(qrs[min(len(qrs) - 1, round(0.02 * rate))])
    yield "begins", float(qrs[: round(0.03 * rate)].sum()) * ms
    yield "ends", float(qrs[-round(0.04 * rate) :].sum()) * ms
    after = values[end:]
    for name, seconds in (("j", 0.0), ("st40", 0.04), ("st80", 0.08)):
        at = min(len(after) - 3, round(seconds * rate))
        yield name, float(after[max(0, at - 2) : at + 3].mean())
    first, last = t_span(beat)
    t = values[first:last]
    yield "st_slope", float(values[min(len(values) - 1, end + round(0.1 * rate))] - values[min(len(values) - 1, end)])
    yield "t", float(t[np.argmax(np.abs(t))])
    yield "t_max", float(t.max())
    yield "t_min", float(t.min())
    yield "t_area", float(t.sum()) * ms
    yield "t_skew", float(np.sum(np.linspace(-1, 1, len(t)) * np.abs(t)) / max(1e-3, np.abs(t).sum()))
    yield "t_of_r", float(t[np.argmax(np.abs(t))] / max(0.1, np.ptp(qrs)))
    p = _p(beat, values)
    yield "p", float(p.max()) if len(p) else math.nan
    yield "p_min", float(p.min()) if len(p) else math.nan
    yield "p_end", float(p[len(p) // 2 :].sum()) * ms if len(p) else math.nan


def _p(beat: Beat, values: Floats) -> Floats:
    if beat.waves.p_begins is None or beat.waves.p_ends is None:
        return values[:0]
    first, last = max(0, round(beat.waves.p_begins)), round(beat.waves.p_ends) + 1
    p = values[first:last]
    return np.asarray(p - np.linspace(p[0], p[-1], len(p))) if len(p) > 3 else values[:0]


def _p_before(beat: Beat) -> float:
    """Time in ms from the highest place before QRS to its begin, also where P runs into T."""
    begin, _ = qrs_span(beat)
    last, slack = begin - round(0.03 * beat.rate_hz), round(0.01 * beat.rate_hz)
    before = beat.values[:, slack:last]
    if before.shape[1] < 0.1 * beat.rate_hz:
        return math.nan
    line = np.linspace(0, 1, before.shape[1])
    size = np.linalg.norm(before - before[:, :1] * (1 - line) - before[:, -1:] * line, axis=0)
    return 1000 * (begin - slack - int(size.argmax())) / beat.rate_hz


def _q_width(qrs: Floats, top: int) -> int:
    """Samples for which the complex is negative before its highest point."""
    return int(np.count_nonzero(qrs[: top + 1] < -0.03)) if qrs[top] > 0.05 else len(qrs)


def _notches(qrs: Floats) -> float:
    """Turns within the complex that are larger than a twentieth of its height."""
    last, count, way = qrs[0], 0, 0
    least = 0.05 * max(0.3, float(np.ptp(qrs)))
    extreme = last
    for value in qrs[1:]:
        if (way >= 0 and value > extreme) or (way <= 0 and value < extreme):
            if way == 0 and abs(value - last) > least:
                way = 1 if value > last else -1
            extreme = value
        elif abs(value - extreme) > least:
            way, count, extreme = (-way if way else (1 if value > extreme else -1)), count + 1, value
    return float(count)


def _criteria(leads: dict[str, dict[str, float]], made: dict[str, float]) -> Named:
    """Voltage criteria and the growth of R across the chest."""
    r = {name: found["r"] for name, found in leads.items()}
    s = {name: -found["s"] for name, found in leads.items()}
    yield "sokolow", s["V1"] + max(r["V5"], r["V6"])
    yield "cornell", r["aVL"] + s["V3"]
    yield "cornell_product", (r["aVL"] + s["V3"]) * made["qrs"]
    yield "lewis", r["I"] + s["III"] - r["III"] - s["I"]
    yield "peguero", max(s[name] for name in STANDARD) + s["V4"]
    yield "right", r["V1"] + max(s["V5"], s["V6"])
    yield "voltage_limb", max(leads[name]["peak_to_peak"] for name in STANDARD[:6])
    yield "voltage_chest", max(leads[name]["peak_to_peak"] for name in CHEST)
    yield "voltage_sum", sum(leads[name]["peak_to_peak"] for name in STANDARD)
    share = [r[name] / max(0.1, r[name] + s[name]) for name in CHEST]
    yield from ((f"{name}.r_share", value) for name, value in zip(CHEST, share, strict=True))
    yield "transition", float(np.interp(0.5, np.maximum.accumulate(share), range(6)))
    yield "r_growth", float(np.min(np.diff([r[name] for name in CHEST[:4]])))
    yield "r_v3", r["V3"]
    yield "terminal_p", leads["V1"]["p_end"]
    yield from _axes(leads)


def _axes(leads: dict[str, dict[str, float]]) -> Named:
    turns = {}
    for name, key in (("axis", "area"), ("t_axis", "t_area"), ("p_axis", "p")):
        left, down = leads["I"][key], 2 / math.sqrt(3) * leads["aVF"][key]
        size = math.hypot(left, down)
        yield f"{name}_cos", left / size if size > 0 else math.nan
        yield f"{name}_sin", down / size if size > 0 else math.nan
        turns[name] = math.degrees(math.atan2(down, left)) if size > 0 else math.nan
    yield "axis_deg", turns["axis"]
    apart = abs(turns["axis"] - turns["t_axis"])
    yield "axes_apart", min(apart, 360 - apart)


def _regions(leads: dict[str, dict[str, float]]) -> Named:
    """What neighbouring leads show together: infarction and ischaemia are said by region."""
    for region, names in _GROUPS.items():
        found = [leads[name] for name in names]
        yield f"{region}.q_ms", float(np.median([each["q_ms"] for each in found]))
        yield f"{region}.q_of_r", float(np.median([each["q_of_r"] for each in found]))
        yield f"{region}.st", float(np.mean([each["st80"] for each in found]))
        yield f"{region}.t", float(np.mean([each["t"] for each in found]))
        yield f"{region}.t_of_r", float(np.mean([each["t_of_r"] for each in found]))
        yield f"{region}.r", float(np.min([each["r"] for each in found]))
    everywhere = [found for name, found in leads.items() if name != "aVR"]
    yield "st_lowest", min(each["st80"] for each in everywhere)
    yield "st_highest", max(each["st80"] for each in everywhere)
    yield "t_negative", float(sum(each["t"] < -0.05 for each in everywhere))
    yield "t_flat", float(sum(abs(each["t_of_r"]) < 0.1 for each in everywhere))
    yield "q_many", float(sum(each["q_ms"] > 30 and each["q_of_r"] < -0.2 for each in everywhere))
    yield "notched", float(sum(each["notches"] for each in everywhere))


def _outline(beat: Beat) -> Named:
    """The beat itself, at equal parts of QRS and of what follows, in the leads that do not follow from others."""
    begin, end = qrs_span(beat)
    _, last = t_span(beat)
    at = np.arange(beat.values.shape[1])
    places = {
        "qrs": np.linspace(begin, end, _QRS_POINTS + 2)[1:-1],
        "late": np.linspace(end, last, _T_POINTS + 1)[1:],
    }
    for name, row in zip(STANDARD, beat.values, strict=True):
        if name in ("I", "II", *CHEST):
            for part, where in places.items():
                for number, value in enumerate(np.interp(where, at, row)):
                    yield f"{name}.{part}{number}", float(value)
