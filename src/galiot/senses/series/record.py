"""Answers about the record itself: samples, rate, span, channels, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galiot.senses.series.voice import Voice
from galiot.signals.clock import show_duration
from galiot.signals.pauses import Pauses
from galiot.signals.wording import show_number, show_percent, show_rate, significant_places

_GAP = 3.0
"""A step that is so much longer than nine of ten others is a gap."""


def tell_samples(voice: Voice) -> list[str]:
    """How many samples there are."""
    if voice.query.channels:
        told = []
        for samples in voice.all():
            count = len(samples)
            text = f"{samples.channel.name} has {count} samples"
            voice.keep("count", count, str(count), text, samples, unit="samples")
            told.append(f"{text}{voice.where}.")
        return told
    stretch, times = voice.query.stretch or voice.times.whole(), voice.reading.times
    count = int(((times >= stretch.start_s) & (times <= stretch.stop_s)).sum())
    voice.keep("count", count, str(count), f"the reading has {count} samples", unit="samples")
    return [f"The reading has {count} samples{voice.where}."]


def tell_rate(voice: Voice) -> list[str]:
    """How often it is sampled."""
    times = voice.samples(voice.query.channels[0]).times if voice.query.channels else voice.reading.times
    pauses = Pauses(1 << 62)
    pauses.add(times, np.arange(len(times), dtype=np.float64))
    rate = pauses.rate_hz
    if not rate > 0:
        return ["The reading has too few samples for a rate."]
    interval, hertz = show_duration(1 / rate), f"{show_number(rate, significant_places(rate, 4))} Hz"
    voice.keep("rate", rate, hertz, f"there are {show_rate(rate)}, {hertz}", unit="Hz")
    voice.keep("interval", 1 / rate, interval, f"a sample comes every {interval}", unit="s")
    return [f"There {'is' if rate <= 1.001 else 'are'} {show_rate(rate)}: {interval} from one to the next, {hertz}."]


def tell_span(voice: Voice) -> list[str]:
    """How long the record is, from when to when."""
    times = voice.times
    seconds = times.last_s - times.first_s
    text = f"covers {show_duration(seconds)}, from {times.show(times.first_s)} to {times.show(times.last_s)}"
    voice.keep("span", seconds, show_duration(seconds), f"the reading {text}", unit="s")
    return [f"The reading {text}."]


def tell_channels(voice: Voice) -> list[str]:
    """What is measured."""
    channels = voice.reading.channels
    names = [f"{channel.name} ({channel.unit})" if channel.unit else channel.name for channel in channels]
    text = f"has {len(channels)} channel{'s' if len(channels) != 1 else ''}"
    voice.keep("channels", len(channels), str(len(channels)), f"the reading {text}", unit="")
    return [f"The reading {text}: {', '.join(names)}."]


def tell_gaps(voice: Voice) -> list[str]:
    """Missing values of the channels, and gaps between samples."""
    places = voice.query.channels or tuple(range(len(voice.reading.channels)))
    told = list(_missing(voice, places))
    gaps = _gaps(voice, places)
    if gaps:
        many = "is one gap" if len(gaps) == 1 else f"are {len(gaps)} gaps"
        told.insert(0, f"there {many}{voice.where}; the longest {max(gaps)[1]}.")
    head = voice.yes(bool(told) != (voice.query.claim == "complete"))
    told = told or [f"nothing is missing{voice.where}, and there are no gaps."]
    return [head + (told[0] if head else told[0][:1].upper() + told[0][1:]), *told[1:]]


def _missing(voice: Voice, places: Sequence[int]) -> list[str]:
    told = []
    for samples in (voice.samples(place) for place in places):
        if not samples.absent:
            continue
        rows = samples.absent + len(samples)
        text = f"{samples.channel.name} misses {samples.absent} of {rows} samples"
        voice.keep("missing", samples.absent, str(samples.absent), text, samples, unit="samples")
        told.append(f"{text}{voice.where} ({show_percent(samples.absent / rows)}).")
    return told


def _gaps(voice: Voice, places: Sequence[int]) -> list[tuple[float, str]]:
    """Seconds and words of each gap, all of which become facts."""
    samples = voice.samples(places[0]) if len(places) == 1 else None
    times = samples.times if samples else voice.reading.times
    steps = np.diff(times)
    if len(steps) < 2:
        return []
    found = []
    for at in np.flatnonzero(steps > _GAP * float(np.quantile(steps, 0.9))).tolist():
        length, when = show_duration(float(steps[at])), voice.times.show(float(times[at]))
        voice.keep("gap", float(steps[at]), length, f"a gap of {length} from {when}", samples, unit="s")
        found.append((float(steps[at]), f"lasts {length}, from {when}"))
    return found
