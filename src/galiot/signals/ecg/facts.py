"""Facts of an electrocardiogram, each with the samples that it was measured on and how uncertain it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from galiot.signals.clock import show_duration
from galiot.signals.ecg.analysis import Ecg, measure, unmeasurable
from galiot.signals.ecg.rhythm import Rhythm, rhythm_of
from galiot.signals.fact import Fact
from galiot.signals.reading import Floats, Reading

_DOUBT_MS = {"pr": (14.0, 18.0), "qrs": (9.0, 15.0), "qt": (16.0, 24.0), "p": (13.0, 18.0)}
"""95 of 100 simulated recordings lie within: with three leads and more, with fewer."""
_MANY_LEADS = 3
_ST_S = 0.06


@dataclass(frozen=True, slots=True)
class EcgFacts:
    """What was measured on the leads of a reading: `channels` are their places in it."""

    channels: tuple[int, ...]
    facts: tuple[Fact, ...]
    limits: tuple[str, ...]


def ecg_facts(reading: Reading) -> EcgFacts | None:
    """Measure an electrocardiogram, or say why that cannot be; None where a reading is none."""
    ecg = measure(reading)
    if ecg is None:
        said = unmeasurable(reading)
        return EcgFacts((), (), (said,)) if said else None
    found = (*_rhythm_facts(ecg), *_interval_facts(ecg), *_axis(ecg), *_lead_facts(ecg, reading))
    return EcgFacts(ecg.places, found, tuple(ecg.limits))


def _fact(ecg: Ecg, name: str, value: float, unit: str, display: str, text: str, score: float, **more: Any) -> Fact:
    first, last = (int(ecg.beats[0]), int(ecg.beats[-1]) + 1) if len(ecg.beats) else (0, ecg.samples)
    made: dict[str, Any] = {"channel": "", "start": first, "stop": last} | more
    return Fact(name=name, value=value, unit=unit, display=display, text=text, score=score, **made)


def _rhythm_facts(ecg: Ecg) -> Iterator[Fact]:
    rhythm = rhythm_of(ecg)
    if rhythm is None:
        return
    beats = len(ecg.beats)
    yield _fact(ecg, "beats", beats, "", f"{beats} beats", f"the recording holds {beats} heart beats", 0.3)
    rate = rhythm.rate_bpm
    doubt = max(1.0, 2 * rate * rhythm.irregular / math.sqrt(beats))
    shown = f"{rate:.0f}/min"
    text = f"the heart rate is {rate:.0f} beats per minute"
    yield _fact(ecg, "heart rate", rate, "/min", shown, text, 0.95, details={"uncertainty": doubt})
    yield from _variability(ecg, rhythm)
    if rhythm.early:
        many = rhythm.early > 1
        text = f"{rhythm.early} {'beats come' if many else 'beat comes'} early"
        yield _fact(ecg, "early beats", rhythm.early, "", f"{rhythm.early} early", text, 0.8)
    if rhythm.other_shape:
        many = rhythm.other_shape > 1
        text = f"{rhythm.other_shape} {'beats have' if many else 'beat has'} another shape than the rest"
        yield _fact(ecg, "other beats", rhythm.other_shape, "", f"{rhythm.other_shape} of another shape", text, 0.75)
    if rhythm.longest_s > 2:
        shown = show_duration(rhythm.longest_s)
        yield _fact(ecg, "pause", rhythm.longest_s, "s", shown, f"the longest time between two beats is {shown}", 0.85)


def _variability(ecg: Ecg, rhythm: Rhythm) -> Iterator[Fact]:
    irregular = 100 * rhythm.irregular
    words = "regular" if irregular < 6 else "slightly irregular" if irregular < 12 else "irregular"
    score = 0.85 if irregular >= 12 else 0.5
    text = f"the rhythm is {words}: the time between beats varies by {irregular:.0f}%"
    yield _fact(ecg, "irregularity", irregular, "%", f"{irregular:.0f}%", text, score)
    for name, value, what in (
        ("sdnn", rhythm.sdnn_ms, "the standard deviation of the time between beats (SDNN)"),
        ("rmssd", rhythm.rmssd_ms, "the variability from beat to beat (RMSSD)"),
    ):
        if math.isfinite(value):
            yield _fact(ecg, name, value, "ms", f"{value:.0f} ms", f"{what} is {value:.0f} ms", 0.2)


def _interval_facts(ecg: Ecg) -> Iterator[Fact]:
    beat, waves = ecg.beat, ecg.waves
    if beat is None or waves is None:
        return
    ms = 1000 / beat.rate_hz
    if waves.p_begins is not None and waves.p_ends is not None:
        yield _interval(ecg, "pr", ms * (waves.qrs_begins - waves.p_begins), "the PR interval", 0.9)
        yield _interval(ecg, "p", ms * (waves.p_ends - waves.p_begins), "the P wave", 0.3)
    else:
        yield _fact(ecg, "p", 0, "ms", "no P wave", "no P wave is seen before the QRS complexes", 0.7)
    yield _interval(ecg, "qrs", ms * (waves.qrs_ends - waves.qrs_begins), "the QRS complex", 0.9)
    if waves.t_ends is None:
        return
    qt = ms * (waves.t_ends - waves.qrs_begins)
    yield _interval(ecg, "qt", qt, "the QT interval", 0.5)
    rhythm = rhythm_of(ecg)
    if rhythm is not None:
        bazett, fridericia = qt / math.sqrt(rhythm.rr_s), float(qt / rhythm.rr_s ** (1 / 3))
        yield _interval(
            ecg, "qtc", bazett, "the corrected QT interval (QTc, Bazett)", 0.9, like="qt", fridericia_ms=fridericia
        )


def _interval(ecg: Ecg, name: str, value_ms: float, what: str, score: float, like: str = "", **details: float) -> Fact:
    doubt = _DOUBT_MS[like or name][0 if len(ecg.used) >= _MANY_LEADS else 1]
    doubt = math.hypot(doubt, 400 / ecg.rate_hz)
    lasts = "lasts" if name in ("p", "qrs") else "is"
    shown = f"{value_ms:.0f} ms"
    more = {"uncertainty": doubt} | details
    return _fact(ecg, name, value_ms, "ms", shown, f"{what} {lasts} {shown}", score, details=more)


def _axis(ecg: Ecg) -> Iterator[Fact]:
    """The mean frontal axis by the areas of QRS in two limb leads."""
    one = _area(ecg, "I")
    foot = _area(ecg, "aVF")
    if foot is None and one is not None and (two := _area(ecg, "II")) is not None:
        foot = two - one / 2
    if one is None or foot is None or math.hypot(one, foot) < 1e-4:
        return
    degrees = math.degrees(math.atan2(2 / math.sqrt(3) * foot, one))
    if -30 <= degrees <= 90:
        words = "normal"
    elif -90 <= degrees < -30:
        words = "to the left"
    elif 90 < degrees <= 180:
        words = "to the right"
    else:
        words = "far to the right"
    text = f"the QRS axis is {degrees:.0f}°, {words}"
    score = 0.6 if words == "normal" else 0.8
    yield _fact(
        ecg, "axis", degrees, "°", f"{degrees:.0f}°", text, score, details={"uncertainty": 10.0, "words": words}
    )


def _area(ecg: Ecg, name: str) -> float | None:
    """Area of the QRS complex of a lead in mV s."""
    values = ecg.lead(name)
    if values is None or ecg.waves is None or ecg.beat is None:
        return None
    return float(values[round(ecg.waves.qrs_begins) : round(ecg.waves.qrs_ends) + 1].sum()) / ecg.beat.rate_hz


def _lead_facts(ecg: Ecg, reading: Reading) -> Iterator[Fact]:
    for name, place, quality in zip(ecg.leads, ecg.places, ecg.quality, strict=True):
        channel = reading.channels[place].name
        words = {"good": "good", "noisy": "noisy", "unusable": "too noisy", "absent": "mostly missing"}
        state = words.get(quality.state, quality.state)
        yield Fact(
            channel=channel,
            name="quality",
            value=quality.state,
            unit="",
            display=state,
            text=f"the signal of {channel} is {state}",
            start=0,
            stop=ecg.samples,
            score=0.1 if quality.state == "good" else 0.55,
            details={"height_over_noise": quality.ratio, "noise": quality.noise},
        )
        values = ecg.lead(name)
        if values is not None and ecg.calibrated:
            yield from _heights(ecg, channel, values, quality.noise)


def _heights(ecg: Ecg, channel: str, values: Floats, noise: float) -> Iterator[Fact]:
    assert ecg.waves is not None
    assert ecg.beat is not None
    waves, rate = ecg.waves, ecg.beat.rate_hz
    begin, end = round(waves.qrs_begins), round(waves.qrs_ends)
    doubt = 0.01 + 2 * noise / math.sqrt(max(1, ecg.beat.count))
    qrs = values[begin : end + 1]
    top = int(np.argmax(qrs))
    found = {"r": float(qrs[top]), "q": float(qrs[: top + 1].min()), "s": float(qrs[top:].min())}
    if found["r"] < 0.05:
        found = {"s": float(qrs.min())}
    for name, value in found.items():
        if abs(value) >= 0.05 and (value > 0) == (name == "r"):
            text = f"the {name.upper()} wave in {channel} is {value:.2f} mV"
            yield _height(ecg, channel, name, value, text, 0.12, doubt)
    at = end + round(_ST_S * rate)
    if at < len(values):
        level = float(values[max(end, at - 2) : at + 3].mean())
        side = "above" if level >= 0 else "below"
        text = f"the ST segment in {channel} is {abs(level):.2f} mV {side} the baseline"
        yield _height(ecg, channel, "st", level, text, 0.65 if abs(level) >= 0.1 else 0.12, doubt)
    if waves.t_peak is not None:
        around = values[round(waves.t_peak - 0.05 * rate) : round(waves.t_peak + 0.05 * rate) + 1]
        height = float(around[np.argmax(np.abs(around))])
        text = f"the T wave in {channel} is {height:.2f} mV"
        yield _height(ecg, channel, "t", height, text, 0.12, doubt)


def _height(ecg: Ecg, channel: str, name: str, value: float, text: str, score: float, doubt: float) -> Fact:
    value = round(value, 4)
    shown = f"{value:+.2f} mV".replace("-0.00", "+0.00") if name == "st" else f"{value:.2f} mV"
    return _fact(ecg, name, value, "mV", shown, text, score, channel=channel, details={"uncertainty": doubt})
