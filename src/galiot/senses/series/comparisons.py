"""Answers that hold two channels, or two stretches of one, against each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

from galiot.senses.series.samples import Samples, likeness, statistic
from galiot.senses.series.voice import NAMES, Voice, empty, with_unit

_TOGETHER = 0.3
"""A correlation of a smaller size is told as none."""


def tell_compare(voice: Voice) -> list[str]:
    """Pairs of channels by a statistic."""
    told = []
    for one, other in _pairs(voice):
        if not (len(one) and len(other)):
            told.append(empty(voice, other if len(one) else one))
        else:
            told += _held(voice, (one, other), (one.channel.name, other.channel.name), voice.where)
    return told


def tell_stretches(voice: Voice) -> list[str]:
    """One channel in two stretches of time."""
    query = voice.query
    assert query.stretch
    assert query.other
    one, other = voice.samples(query.channels[0], query.stretch), voice.samples(query.channels[0], query.other)
    for samples, stretch in ((one, query.stretch), (other, query.other)):
        if not len(samples):
            return [f"{samples.channel.name} has no values {stretch.said}."]
    names = (f"{one.channel.name} {query.stretch.said}", f"{other.channel.name} {query.other.said}")
    return _held(voice, (one, other), names, "")


def tell_moments(voice: Voice) -> list[str]:
    """The values of each channel at two moments, or the usual ones around them, and how far they lie apart."""
    query, told = voice.query, []
    assert query.at_s is not None
    assert query.then_s is not None
    for samples in voice.all():
        if not len(samples):
            told.append(empty(voice, samples))
            continue
        places = [int(abs(samples.times - moment).argmin()) for moment in (query.at_s, query.then_s)]
        first, then = (float(samples.values[place]) for place in places)
        said = [f"{voice.value(samples, place)} at {voice.when(samples, place)}" for place in places]
        apart = with_unit(samples, abs(first - then))
        voice.keep("difference", first - then, apart, f"the difference is {apart}", samples)
        relation = "higher than" if first > then else "lower than" if first < then else "the same as"
        head = voice.yes((query.claim == "above" and first > then) or (query.claim == "below" and first < then))
        ratio = ""
        if first and then and query.claim == "factor":
            written = samples.write(first / then)
            voice.keep("ratio", first / then, written, f"the ratio is {written}", samples, unit="")
            ratio = f", a factor of {written}"
        told.append(
            f"{head}{samples.channel.name} was {said[0]}, {relation} {said[1]}: a difference of {apart}{ratio}."
        )
    return told


def tell_together(voice: Voice) -> list[str]:
    """How pairs of channels move together, by Pearson's correlation."""
    return [_together(voice, one, other) for one, other in _pairs(voice)]


def _pairs(voice: Voice) -> list[tuple[Samples, Samples]]:
    each = voice.all()
    return list(zip(each[::2], each[1::2], strict=True))


def _together(voice: Voice, one: Samples, other: Samples) -> str:
    value = likeness(one, other) if len(one) and len(other) else math.nan
    names = f"{one.channel.name} and {other.channel.name}"
    if math.isnan(value):
        return f"{names} cannot be compared{voice.where}: one of them does not change, or they share no time."
    written = f"{value:.2f}"
    voice.keep("correlation", value, written, f"the correlation of {names} is {written}", one, unit="")
    way = "move together" if value > 0 else "move in opposite directions"
    way = way if abs(value) >= _TOGETHER else "hardly move together"
    holds = {"opposite": value <= -_TOGETHER, "same way": value >= _TOGETHER}.get(
        voice.query.claim, abs(value) >= _TOGETHER
    )
    return f"{voice.yes(holds)}{names} {way}{voice.where}: their correlation is {written}."


def _held(voice: Voice, pair: Sequence[Samples], names: tuple[str, str], where: str) -> list[str]:
    name, claim = voice.query.statistic, voice.query.claim
    values = [statistic(name, samples) for samples in pair]
    if any(map(math.isnan, values)):
        return []
    first, second = (voice.number(name, samples, value) for samples, value in zip(pair, values, strict=True))
    less = values[0] - values[1]
    apart = with_unit(pair[0], abs(less))
    voice.keep("difference", less, apart, f"the difference is {apart}", pair[0])
    same = first == second
    relation = "the same as" if same else "higher than" if less > 0 else "lower than"
    holds = (same and not claim) or (claim == "above" and less > 0) or (claim == "below" and less < 0)
    head = voice.yes(holds)
    what = f"the {NAMES[name]} of {names[0]} ({first})"
    rest = f"is {relation} that of {names[1]} ({second}){where}" + ("" if same else f", a difference of {apart}")
    return [f"{head}{what if head else what[:1].upper() + what[1:]} {rest}."]
