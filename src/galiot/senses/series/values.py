"""Answers about values: of a channel, at a moment, the moment of an extreme, of several channels in order."""

from __future__ import annotations

import math

import numpy as np

from galiot.senses.series.query import Query
from galiot.senses.series.samples import Samples, extreme, statistic
from galiot.senses.series.voice import NAMES, Voice, empty
from galiot.signals.units import show_unit

_ASKED_PER = {"second": (1.0, "s"), "minute": (60.0, "min"), "hour": (3600.0, "h"), "day": (86400.0, "d")}
_PER = ((120.0, 1.0, "s"), (7200.0, 60.0, "min"), (172_800.0, 3600.0, "h"), (math.inf, 86400.0, "d"))
"""Up to which length of a record a slope is told per second, minute, hour and day."""


def tell_value(voice: Voice) -> list[str]:
    """One statistic of each channel."""
    return [_one_value(voice, samples) if len(samples) else empty(voice, samples) for samples in voice.all()]


def tell_at(voice: Voice) -> list[str]:
    """The value of each channel at a moment, or the nearest one where it has none there."""
    at_s, told = voice.query.at_s, []
    assert at_s is not None
    for samples in (voice.samples(place, voice.times.whole()) for place in voice.query.channels):
        if not len(samples):
            told.append(empty(voice, samples))
            continue
        nearest = int(np.abs(samples.times - at_s).argmin())
        value, when = voice.value(samples, nearest), voice.when(samples, nearest)
        if abs(float(samples.times[nearest]) - at_s) > max(2 * samples.step_s, 1e-9):
            away = voice.times.show(at_s)
            told.append(f"{samples.channel.name} has no value at {away}; the nearest, at {when}, is {value}.")
        else:
            told.append(f"{samples.channel.name} was {value} at {when}.")
    return told


def tell_when(voice: Voice) -> list[str]:
    """When each channel was highest or lowest."""
    most, told = voice.query.most, []
    for samples in voice.all():
        if not len(samples):
            told.append(empty(voice, samples))
            continue
        at = extreme(samples, most=most)
        value = voice.number("maximum" if most else "minimum", samples, at=at)
        word = "highest" if most else "lowest"
        told.append(f"{samples.channel.name} was {word}{voice.where} at {voice.when(samples, at)}, with {value}.")
    return told


def tell_which_day(voice: Voice) -> list[str]:
    """The day on which each channel has the most or the least of a statistic."""
    query, told = voice.query, []
    for samples in voice.all():
        place = voice.reading.channels.index(samples.channel)
        days = [(day, part) for day in voice.times.days() if len(part := voice.samples(place, day))]
        if not days:
            told.append(empty(voice, samples))
            continue
        best = (max if query.most else min)(days, key=lambda day: statistic(query.statistic, day[1]))
        value = voice.number(query.statistic, best[1])
        word = "largest" if query.most else "smallest"
        told.append(f"{samples.channel.name} has its {word} {NAMES[query.statistic]} on {best[0].said}: {value}.")
    return told


def tell_which(voice: Voice) -> list[str]:
    """The channel that has the most or the least of something, and who follows."""
    ranked, query = _ranked(voice), voice.query
    if not ranked:
        return []
    best, name = ranked[0], query.statistic
    if name == "count":
        display = f"{best.absent} samples"
        voice.keep("missing", best.absent, display, f"{best.channel.name} misses {display}", best, unit="samples")
        return [f"{best.channel.name} misses the most: {display}."]
    if query.claim:
        change = statistic("change", best)
        if (query.claim == "up" and change <= 0) or (query.claim == "down" and change >= 0):
            return [f"None of them {'rose' if query.claim == 'up' else 'fell'}{voice.where}."]
        size = voice.number("change", best, change).lstrip("-")
        return [f"{best.channel.name} {'rose' if change > 0 else 'fell'} the most{voice.where}: by {size}."]
    word = "largest" if query.most else "smallest"
    told = [f"{best.channel.name} has the {word} {NAMES[name]}{voice.where}: {voice.number(name, best)}."]
    if len(ranked) > 1:
        told.append(f"{ranked[1].channel.name} follows with {voice.number(name, ranked[1])}.")
    return told


def tell_rank(voice: Voice) -> list[str]:
    """All channels in order of a statistic."""
    ranked, name = _ranked(voice), voice.query.statistic
    parts = [f"{samples.channel.name} ({voice.number(name, samples)})" for samples in ranked]
    return [f"By {NAMES[name]}{voice.where}: {', '.join(parts)}."] if parts else []


def _one_value(voice: Voice, samples: Samples) -> str:
    name, channel, where = voice.query.statistic, samples.channel.name, voice.where
    match name:
        case "change":
            return _changed(voice, samples)
        case "minimum" | "maximum":
            at = extreme(samples, most=name == "maximum")
            value = voice.number(name, samples, at=at)
            return f"The {NAMES[name]} of {channel}{where} is {value}, at {voice.when(samples, at)}."
        case "range":
            low, high = voice.number("minimum", samples), voice.number("maximum", samples)
            return f"{channel} ranges over {voice.number(name, samples)}{where}, from {low} to {high}."
        case "slope":
            return _slope(voice, samples)
        case "first":
            return f"{channel} starts at {voice.number(name, samples, at=0)}{where}, at {voice.when(samples, 0)}."
        case "last":
            last = len(samples) - 1
            value = voice.number(name, samples, at=last)
            return f"{channel} is {value} at the end{where}, at {voice.when(samples, last)}."
        case _:
            return f"The {voice.name(name)} of {channel}{where} is {voice.number(name, samples)}."


def _changed(voice: Voice, samples: Samples) -> str:
    first, last = voice.number("first", samples, at=0), voice.number("last", samples, at=len(samples) - 1)
    change = statistic("change", samples)
    if change == 0:
        return f"{samples.channel.name} is {first} at both ends{voice.where}: no change."
    size = voice.number("change", samples, change).lstrip("-")
    return f"{samples.channel.name} {'rose' if change > 0 else 'fell'} by {size}{voice.where}, from {first} to {last}."


def _slope(voice: Voice, samples: Samples) -> str:
    """The slope per hour, and in the unit of time that suits the record."""
    slope, channel = statistic("slope", samples), samples.channel
    if math.isnan(slope):
        return f"{channel.name} has too few samples{voice.where} for a slope."
    text = f"{channel.name} changes by {voice.number('slope', samples, slope)}{voice.where}"
    span = float(samples.times[-1] - samples.times[0])
    seconds, word = next((seconds, word) for longest, seconds, word in _PER if span <= longest)
    seconds, word = _ASKED_PER.get(voice.query.per, (seconds, word))
    if word == "h":
        return f"{text}."
    value, unit = slope * seconds / 3600, f"{channel.unit}/{word}"
    written = samples.write(value) + show_unit(unit)
    voice.keep("slope", value, written, f"{channel.name} changes by {written}", samples, unit=unit)
    return f"{text} ({written})."


def _ranked(voice: Voice) -> list[Samples]:
    found = [samples for samples in voice.all() if len(samples)]
    return sorted(found, key=lambda samples: _score(samples, voice.query), reverse=voice.query.most)


def _score(samples: Samples, query: Query) -> float:
    if query.statistic == "count":
        return float(-samples.absent)
    value = statistic(query.statistic, samples)
    return abs(value) if query.claim == "size" else value
