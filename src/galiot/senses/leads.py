"""The twelve leads of an electrocardiogram out of the channels of a reading, lost ones computed where they follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galiot.senses.channels import Arranged, Wide
from galiot.signals.ecg.filters import band_pass
from galiot.signals.ecg.leads import LIMB, STANDARD, in_millivolts, lead_of
from galiot.signals.ecg.quality import filled_in, quality_of
from galiot.signals.reading import Channel

_FROM_TWO = {
    "I": (1.0, 0.0),
    "II": (0.0, 1.0),
    "III": (-1.0, 1.0),
    "aVR": (-0.5, -0.5),
    "aVL": (1.0, -0.5),
    "aVF": (-0.5, 1.0),
}
"""Every limb lead out of I and II (Einthoven, Goldberger)."""
_ALIAS = {"MLI": "I", "MLII": "II", "MLIII": "III", "ECG": "II"}
_STRANGE_MV = (0.1, 20.0)  # heights of a heart's signal
_USUAL_MV = 1.5
_NOISE, _HEART = 3.5, 4.5  # spikiness: none of 4236 leads of PTB-XL is below the one, no recording below the other
_LOST = {"absent": "has no signal for more than half of the time", "flat": "is flat", "saturated": "is saturated"}


def arrange_leads(channels: Sequence[Channel], values: Wide, rate_hz: float) -> Arranged:
    """Return windows (windows, 12, samples) in mV, in the standard order, NaN where a lead is not usable.

    values: (windows, channels, samples) at `rate_hz`
    """
    made = Arranged(np.full((len(values), len(STANDARD), values.shape[2]), np.nan), STANDARD, ("mV",) * len(STANDARD))
    scaled, problems = True, dict[str, list[str]]()
    for place, channel in enumerate(channels):
        lead = _lead(channel.name)
        if lead is None or np.isfinite(made.values[:, STANDARD.index(lead)]).any():
            made.limits.append(f"{channel.name} is no lead that the sense knows")
            continue
        inside, known = in_millivolts(values[:, place], channel.unit)
        scaled = scaled and known
        if problem := _problem(inside, rate_hz):
            problems.setdefault(problem, []).append(lead)
            continue
        if lead_of(channel.name) == "ECG":
            made.limits.append(f"{channel.name} is taken for lead II")
        made.values[:, STANDARD.index(lead)] = inside
    made.limits += [_said(words, leads) for words, leads in problems.items()]
    _settle(made, rate_hz, scaled)
    return made


def _said(words: str, leads: Sequence[str]) -> str:
    """Say a problem as the facts of an electrocardiogram do, so that nothing is said twice."""
    if len(leads) > 1:
        words = words.replace("has ", "have ", 1).replace("is ", "are ", 1)
    return f"{'leads' if len(leads) > 1 else 'lead'} {', '.join(leads)} {words}"


def _problem(values: Wide, rate_hz: float) -> str:
    """Say why a lead (windows, samples) is not usable, nothing where it is."""
    state = quality_of(values.reshape(-1), rate_hz).state
    if state in _LOST:
        return _LOST[state]
    return "is too noisy to be measured" if state == "unusable" or _spikiness(values, rate_hz) < _NOISE else ""


def _spikiness(values: Wide, rate_hz: float) -> float:
    """Kurtosis of what is as fast as a QRS complex: 3 for noise, 1.5 for a sine, above 6 for nearly every heart."""
    fast = band_pass(filled_in(values.reshape(-1)), rate_hz, 5.0, 25.0)
    fast = fast - fast.mean()
    return float((fast**4).mean() / max(float((fast**2).mean()) ** 2, 1e-300))


def _lead(name: str) -> str | None:
    lead = lead_of(name)
    lead = _ALIAS.get(lead or "", lead)
    return lead if lead in STANDARD else None


def _settle(made: Arranged, rate_hz: float, scaled: bool) -> None:
    """Compute limb leads, judge what there is, and say what is missing."""
    there = _there(made)
    if not there:
        made.limits.append("no lead is usable")
        made.usable = False
        return
    if np.median([_spikiness(made.values[:, STANDARD.index(lead)], rate_hz) for lead in there]) < _HEART:
        made.limits.append("no heart beats stand out")
        made.usable = False
    _complete(made, there)
    lost = [lead for lead in STANDARD if lead not in _there(made)]
    if lost:
        made.limits.append(f"without {', '.join(lost)}" if len(lost) < 9 else f"only {', '.join(there)} of 12 leads")
    _check_height(made, there, scaled)


def _there(made: Arranged) -> list[str]:
    return [lead for row, lead in enumerate(STANDARD) if np.isfinite(made.values[:, row]).any()]


def _complete(made: Arranged, there: list[str]) -> None:
    """Compute the limb leads that are lost from two or more that are there."""
    limbs = [lead for lead in there if lead in LIMB]
    lost = [lead for lead in LIMB if lead not in there]
    if len(limbs) < 2 or not lost:
        return
    rows = made.values[:, [STANDARD.index(lead) for lead in limbs]]
    two = np.linalg.pinv(np.array([_FROM_TWO[lead] for lead in limbs])) @ rows
    for lead in lost:
        made.values[:, STANDARD.index(lead)] = np.tensordot(np.array(_FROM_TWO[lead]), two, axes=(0, 1))
    made.limits.append(f"{', '.join(lost)} computed from {', '.join(limbs[:2])}")


def _check_height(made: Arranged, there: list[str], scaled: bool) -> None:
    """Without a unit, or with one that cannot be right, the heights say nothing: they are made usual ones."""
    rows = made.values[:, [STANDARD.index(lead) for lead in there]]
    height = float(np.median(np.nanpercentile(rows, 99.5, axis=(0, 2)) - np.nanpercentile(rows, 0.5, axis=(0, 2))))
    strange = not _STRANGE_MV[0] <= height <= _STRANGE_MV[1]
    if strange:
        made.values *= _USUAL_MV / max(height, 1e-12)
        said = "no unit" if not scaled else f"heights of {height:.2g} mV, which no heart has"
        made.limits.append(f"{said}: what rests on heights is not sure")
    elif not scaled:
        made.limits.append("no unit is given, mV is assumed")
