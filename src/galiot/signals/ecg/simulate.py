"""Electrocardiograms with exactly known rate, intervals and axis: for training, and to hold measurements against.

A heart vector in three dimensions is made of waves with exact ends and seen from the directions of the twelve leads
(a rough torso: limb leads in the frontal plane, chest leads around it).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galiot.signals.ecg.leads import STANDARD
from galiot.signals.reading import Channel, Floats, Reading

_TANGENT = 0.5 + 1 / math.pi
"""Where the tangent at the steepest descent of a raised cosine meets zero, in half widths from its peak."""
_FIRST, _LAST = 0.22 * np.array([-0.5, -0.35, 0.9]), 0.4 * np.array([-0.3, -0.2, -1.0])
"""The first and the last vector of QRS, in parts of the height of R."""
_FRONTAL_DEG = {"I": 0, "II": 60, "III": 120, "aVR": -150, "aVL": -30, "aVF": 90}
_CHEST = {"V1": (115, 0.9), "V2": (94, 1.3), "V3": (75, 1.3), "V4": (47, 1.25), "V5": (22, 1.1), "V6": (0, 0.9)}


@dataclass(frozen=True, kw_only=True)
class Heart:
    """What is simulated; times in ms, heights in mV.

    spread: standard deviation of the time from beat to beat, as a part of it
    qt: to where the tangent at the steepest descent of T meets the baseline
    p: height of P; 0 for none
    axis_deg: of QRS in the frontal plane, by area
    premature: shares of beats that come early, from the atria and from the ventricles
    """

    rate_bpm: float = 70.0
    spread: float = 0.03
    pr: float = 160.0
    p_width: float = 100.0
    p: float = 0.12
    qrs: float = 90.0
    qt: float = 390.0
    t: float = 0.3
    r: float = 1.2
    axis_deg: float = 50.0
    st: float = 0.0
    premature: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated recording; `beats` are the times in s of the middles of the QRS complexes, `kinds` N, A or V."""

    reading: Reading
    beats: Floats
    kinds: tuple[str, ...]


def simulate(
    heart: Heart,
    *,
    seconds: float = 10.0,
    rate_hz: float = 500.0,
    seed: int = 0,
    noise_mv: float = 0.0,
    wander_mv: float = 0.0,
    hum_mv: float = 0.0,
) -> Simulated:
    """Simulate twelve leads of a heart.

    noise_mv: standard deviation of white noise; wander_mv, hum_mv: heights of baseline wander and of 50 Hz mains
    """
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    starts, kinds = _rhythm(heart, seconds, rng)
    vector = np.zeros((3, len(times)))
    for start, kind in zip(starts, kinds, strict=True):
        _add_beat(vector, times, start, heart, kind)
    values = _directions() @ vector
    values += noise_mv * rng.normal(size=values.shape)
    if wander_mv:
        phase = rng.uniform(0, 2 * np.pi, (len(values), 2, 1))
        values += 0.5 * wander_mv * np.sin(2 * np.pi * np.array([[0.15], [0.31]]) * times + phase).sum(axis=1)
    if hum_mv:
        values += hum_mv * np.sin(2 * np.pi * 50 * times + rng.uniform(0, 6, (len(values), 1)))
    inside = (starts > 0) & (starts + 0.001 * heart.qrs < seconds)
    reading = Reading.of(times, values, [Channel(name, "mV") for name in STANDARD], source="simulated")
    middles = starts[inside] + 0.0005 * heart.qrs
    return Simulated(reading, middles, tuple(kind for kind, one in zip(kinds, inside, strict=True) if one))


def _rhythm(heart: Heart, seconds: float, rng: np.random.Generator) -> tuple[Floats, list[str]]:
    """When QRS complexes begin, from before the recording to behind it, and what they are."""
    usual = 60 / heart.rate_bpm
    at, starts, kinds = -2 * usual + rng.uniform(0, usual), list[float](), list[str]()
    pause = 0.0
    while at < seconds + 1:
        starts.append(at)
        draw = rng.random()
        atrial, ventricular = heart.premature
        early = draw < atrial + ventricular and not pause and len(starts) > 2
        kinds.append("N" if not pause else kinds.pop())
        step = usual * (1 + heart.spread * float(np.clip(rng.normal(), -2.5, 2.5)))
        if early:
            kind = "A" if draw < atrial else "V"
            starts.append(at + 0.62 * step)
            kinds.append(kind)
            at += (1.75 if kind == "A" else 2.0) * step
        else:
            at += step
    return np.array(starts), kinds


def _add_beat(vector: Floats, times: Floats, start: float, heart: Heart, kind: str) -> None:
    """Add P, QRS, ST and T of one beat to the heart vector (3, samples): left, down, forward."""
    main = np.array([*_main_direction(heart.axis_deg), -0.25])
    wide = 1.7 if kind == "V" else 1.0
    qrs_s, pr_s, width_s = 0.001 * heart.qrs * wide, 0.001 * heart.pr, 0.001 * heart.p_width
    if heart.p and kind != "V":
        _add(
            vector, times, start - pr_s, start - pr_s + width_s, heart.p * np.array([0.5, 0.8, 0.15]), 0.5, cosine=True
        )
    if kind == "V":
        main = np.array([-main[0], main[1], 0.4])
        _add(vector, times, start, start + qrs_s, 1.5 * heart.r * main, 0.45)
    else:
        _add(vector, times, start, start + 0.36 * qrs_s, heart.r * _FIRST, 0.5)
        _add(vector, times, start + 0.16 * qrs_s, start + 0.74 * qrs_s, heart.r * main, 0.5)
        _add(vector, times, start + 0.6 * qrs_s, start + qrs_s, heart.r * _LAST, 0.4)
    end = start + 0.001 * heart.qt + (qrs_s - 0.001 * heart.qrs)
    begin = start + qrs_s + 0.25 * (end - start - qrs_s)
    peak = begin + 0.58 * (end - begin)
    last = peak + (end - peak) / _TANGENT
    height = heart.t * np.array([0.6, 0.7, 0.35]) * (-1.6 if kind == "V" else 1.0)
    _add(vector, times, begin, last, height, (peak - begin) / (last - begin), cosine=True)
    if heart.st:
        plateau = heart.st * np.array([0.3, 0.2, 0.9])
        _add(vector, times, start + 0.85 * qrs_s, last, plateau, 0.4, cosine=True)


def _main_direction(axis_deg: float) -> Floats:
    """Where the main vector points in the frontal plane (2,), so that all of QRS together has an axis by area."""
    turn = math.radians(axis_deg)
    axis = np.array([math.cos(turn), math.sin(turn)])
    other = (0.36 * _FIRST[:2] + 0.4 * _LAST[:2]) / 0.58  # areas go with the lengths of the waves
    along = float(axis @ other)
    return np.asarray((along + math.sqrt(along**2 - float(other @ other) + 1)) * axis - other)


def _add(
    vector: Floats, times: Floats, begin: float, end: float, height: Floats, peak: float, *, cosine: bool = False
) -> None:
    """Add one wave with exact ends, that is highest at a part `peak` of its length."""
    first, last = np.searchsorted(times, [begin, end])
    if first == last:
        return
    at = (times[first:last] - begin) / (end - begin)
    phase = np.where(at < peak, 0.5 * at / peak, 0.5 + 0.5 * (at - peak) / (1 - peak))
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * phase) if cosine else np.sin(np.pi * phase)
    vector[:, first:last] += height[:, None] * shape


def _directions() -> NDArray[np.float64]:
    """From where the leads look (12, 3); Einthoven's and Goldberger's laws hold."""
    rows = []
    for name in STANDARD:
        if name in _FRONTAL_DEG:
            turn = math.radians(_FRONTAL_DEG[name])
            strength = 1.0 if name in ("I", "II", "III") else math.sqrt(3) / 2 * (2 / 3) * 1.5
            rows.append([strength * math.cos(turn), strength * math.sin(turn), 0.0])
        else:
            degrees, strength = _CHEST[name]
            turn = math.radians(degrees)
            rows.append([strength * math.cos(turn), 0.12 * strength, strength * math.sin(turn)])
    return np.array(rows)
