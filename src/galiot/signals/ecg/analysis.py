"""Everything that is measured on an electrocardiogram, from its beats and its median beat."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from galiot.signals.ecg.beats import find_beats
from galiot.signals.ecg.filters import band_pass
from galiot.signals.ecg.leads import FASTEST_HZ, SLOWEST_HZ, in_millivolts, lead_of, leads_of
from galiot.signals.ecg.median_beat import MedianBeat, median_beat
from galiot.signals.ecg.quality import REPEATS, Quality, filled_in, quality_of, repeats
from galiot.signals.ecg.waves import Waves, find_waves
from galiot.signals.reading import Floats, Reading

PIECE_S = 60.0
_OVERLAP_S = 2.0
_MEDIAN_S = 120.0
_FEWEST = 100


@dataclass(frozen=True, slots=True)
class Ecg:
    """A measured electrocardiogram.

    leads: names, in the order of `places`, their rows in the reading
    beats: samples of the reading at which complexes have their middle, over its whole length
    beat, waves: of the usable leads (`used`), from the first two minutes; None where nothing could be measured
    """

    leads: tuple[str, ...]
    places: tuple[int, ...]
    quality: tuple[Quality, ...]
    rate_hz: float
    samples: int
    calibrated: bool
    beats: NDArray[np.int64]
    used: tuple[int, ...] = ()
    beat: MedianBeat | None = None
    waves: Waves | None = None
    limits: list[str] = field(default_factory=list)

    @property
    def rr_s(self) -> Floats:
        """Seconds from beat to beat."""
        return np.asarray(np.diff(self.beats) / self.rate_hz)

    def lead(self, name: str) -> Floats | None:
        """The median beat of a lead, above what counts as zero; None where the lead is not usable."""
        if self.beat is None or self.waves is None or name not in self.leads:
            return None
        place = self.leads.index(name)
        if place not in self.used:
            return None
        row = self.used.index(place)
        return np.asarray(self.beat.values[row] - self.waves.level[row])


def measure(reading: Reading) -> Ecg | None:
    """Measure a reading; None where it is no electrocardiogram, or sampled too slowly for one."""
    places = leads_of(reading.channels)
    if not places:
        return None
    head, rate_hz = _head(reading, places)
    if head is None:
        return None
    names = [lead_of(reading.channels[place].name) or "" for place in places]
    scaled = [in_millivolts(values, reading.channels[place].unit) for values, place in zip(head, places, strict=True)]
    values = np.stack([each for each, _ in scaled])
    calibrated = all(known for _, known in scaled)
    quality = tuple(quality_of(each, rate_hz) for each in values)
    used = [place for place, each in enumerate(quality) if each.usable]
    beats, samples = _all_beats(reading, [places[place] for place in used], rate_hz)
    clean = band_pass(np.stack([filled_in(each) for each in values]), rate_hz, 0.5, math.inf)
    unlike = set(_without_repeats(clean, rate_hz, beats, used))
    if unlike:
        quality = tuple(replace(q, state="unusable") if i in unlike else q for i, q in enumerate(quality))
        used = [place for place in used if place not in unlike]
        beats, _ = _all_beats(reading, [places[place] for place in used], rate_hz)
    limits = list(_limits(names, quality, calibrated))
    common = (tuple(names), tuple(places), quality, rate_hz, samples, calibrated, beats)
    if len(beats) < 2:
        return Ecg(*common, limits=[*limits, "no heart beats are found"])
    clean = clean[used]
    limits += _swapped([names[place] for place in used], clean)
    beat = median_beat(clean, rate_hz, beats[beats < clean.shape[1]])
    rr_s = float(np.median(np.diff(beats))) / rate_hz
    waves = find_waves(beat, rr_s) if beat else None
    return Ecg(*common, used=tuple(used), beat=beat, waves=waves, limits=limits)


def unmeasurable(reading: Reading) -> str:
    """Why leads of an electrocardiogram cannot be measured; "" where they can, or there are none."""
    places = leads_of(reading.channels)
    if not places:
        return ""
    head, rate_hz = _head(reading, places)
    if head is not None:
        return ""
    if SLOWEST_HZ <= rate_hz <= FASTEST_HZ:
        return "the electrocardiogram is too short to be measured"
    had = f"{rate_hz:.3g} a second" if rate_hz else "times that stand still"
    return f"leads are measured from {SLOWEST_HZ:.0f} to {FASTEST_HZ:.0f} samples a second; these have {had}"


def _without_repeats(values: Floats, rate_hz: float, beats: NDArray[np.int64], used: Sequence[int]) -> Iterator[int]:
    """The leads in use in which no complex looks like another."""
    inside = beats[beats < values.shape[1]]
    for place, alike in zip(used, repeats(values[list(used)], rate_hz, inside), strict=True):
        if alike < REPEATS:
            yield place


def _head(reading: Reading, places: Sequence[int]) -> tuple[Floats | None, float]:
    """The first two minutes of the leads (leads, samples) and their rate; None where the rate is too low or changes."""
    parts: list[tuple[Floats, Floats]] = []
    for times, values in reading.blocks():
        parts.append((times, values[list(places)]))
        if times[-1] - parts[0][0][0] > _MEDIAN_S:
            break
    if not parts:
        return None, 0.0
    times = np.concatenate([part[0] for part in parts])
    values = np.concatenate([part[1] for part in parts], axis=1)
    rate_hz = _rate_hz(times)
    if len(times) < _FEWEST or not SLOWEST_HZ <= rate_hz <= FASTEST_HZ:
        return None, rate_hz
    count = int(np.searchsorted(times, times[0] + _MEDIAN_S))
    return values[:, :count], rate_hz


def _rate_hz(times: Floats) -> float:
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    return 1 / step if step > 0 else 0.0


def _all_beats(reading: Reading, places: Sequence[int], rate_hz: float) -> tuple[NDArray[np.int64], int]:
    """Beats of the whole reading, found piece by piece, and how many samples it has."""
    found: list[NDArray[np.int64]] = []
    overlap, length = round(_OVERLAP_S * rate_hz), round(PIECE_S * rate_hz)
    held = np.empty((len(places), 0))
    begin = samples = 0
    for _, values in reading.blocks():
        samples += values.shape[1]
        held = np.concatenate([held, values[list(places)]], axis=1) if places else held
        while held.shape[1] > length + 2 * overlap:
            found.append(_piece(held[:, : length + 2 * overlap], begin, overlap, rate_hz, last=False))
            held = held[:, length:]
            begin += length
    if held.shape[1]:
        found.append(_piece(held, begin, overlap, rate_hz, last=True))
    return np.concatenate(found) if found else np.empty(0, np.int64), samples


def _piece(values: Floats, begin: int, overlap: int, rate_hz: float, *, last: bool) -> NDArray[np.int64]:
    """Beats of a piece in samples of the reading, without those that a neighbouring piece finds."""
    beats = find_beats(np.stack([filled_in(each) for each in values]), rate_hz)
    low = overlap if begin else 0
    high = values.shape[1] if last else values.shape[1] - overlap
    return np.asarray(begin + beats[(beats >= low) & (beats < high)])


def _limits(names: Sequence[str], quality: Sequence[Quality], calibrated: bool) -> list[str]:
    said = []
    for state, words in (
        ("absent", "has no signal for more than half of the time"),
        ("flat", "is flat"),
        ("saturated", "is saturated"),
        ("unusable", "is too noisy to be measured"),
        ("noisy", "is noisy"),
    ):
        leads = [name for name, each in zip(names, quality, strict=True) if each.state == state]
        if leads:
            many = "leads" if len(leads) > 1 else "lead"
            verb = words.replace("has ", "have ", 1).replace("is ", "are ", 1) if len(leads) > 1 else words
            said.append(f"{many} {', '.join(leads)} {verb}")
    if not calibrated:
        said.append("the unit is not known, so no height is given")
    return said


def _swapped(names: Sequence[str], values: Floats) -> list[str]:
    """Say where the limb leads contradict each other, or look as with the arm electrodes exchanged."""
    rows = dict(zip(names, values, strict=True))
    if not {"I", "II"} <= rows.keys():
        return []
    said = []
    if "III" in rows:
        error = rows["II"] - rows["I"] - rows["III"]
        if error.std() > 0.35 * max(rows["I"].std(), rows["II"].std(), rows["III"].std()):
            said.append("leads I, II and III do not add up: II should be I and III together")
    if "aVR" in rows and "V6" in rows and _likeness(rows["I"], rows["V6"]) < -0.5:
        upright = float(np.quantile(rows["aVR"], 0.995) + np.quantile(rows["aVR"], 0.005)) > 0
        if upright:
            said.append("lead I is upside down and aVR upright: the arm electrodes may be exchanged")
    return said


def _likeness(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 0 and other.std() > 0 else 0.0
