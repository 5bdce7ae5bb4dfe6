"""Answers about the shape of a course: its trend, sudden changes, its period, what stands out."""

from __future__ import annotations

import numpy as np

from galiot.senses.series.samples import Samples, trend_of
from galiot.senses.series.voice import Voice, empty, with_unit
from galiot.signals.clock import show_duration
from galiot.signals.period import find_period
from galiot.signals.steps import Step, find_steps

_TOLD_STEPS = 3


def tell_trend(voice: Voice) -> list[str]:
    """Whether each channel rises, falls or does neither."""
    return [_trend(voice, samples) for samples in voice.all()]


def tell_steps(voice: Voice) -> list[str]:
    """Sudden changes of level; of several channels only those that have some."""
    told = []
    alone = len(voice.query.channels) == 1
    for samples in voice.all():
        steps = _near(voice, samples, find_steps(samples.values)) if len(samples) else []
        if steps:
            told.append(_steps(voice, samples, steps, voice.yes(True) if alone else ""))
        elif alone:
            told.append(f"{voice.yes(False)}{samples.channel.name} shows no sudden change of level{voice.where}.")
    return told or [f"{voice.yes(False)}no channel shows a sudden change of level{voice.where}."]


def _near(voice: Voice, samples: Samples, steps: list[Step]) -> list[Step]:
    """The steps of the way that is asked about: the one at a moment, or the first, if that is wanted; else all."""
    at_s, claim = voice.query.at_s, voice.query.claim
    if claim and voice.query.wanted in ("when", "yes"):
        steps = [step for step in steps if (step.size > 0) == (claim == "up")]
    if at_s is None:
        return steps[:1] if voice.query.statistic == "first" else steps
    nearby = max(10 * samples.step_s, 0.02 * float(samples.times[-1] - samples.times[0]))
    near = [step for step in steps if abs(float(samples.times[step.place]) - at_s) <= nearby]
    return [min(near, key=lambda step: abs(float(samples.times[step.place]) - at_s))] if near else []


def tell_jump(voice: Voice) -> list[str]:
    """The largest change from one sample to the next."""
    return [_jump(voice, samples) if len(samples) > 1 else empty(voice, samples) for samples in voice.all()]


def tell_period(voice: Voice) -> list[str]:
    """Whether each channel repeats, and how fast."""
    told = []
    for samples in voice.all():
        found = find_period(samples.times, samples.values) if len(samples) else None
        head = voice.yes(found is not None)
        if found is None:
            told.append(f"{head}{samples.channel.name} shows no clear period{voice.where}.")
            continue
        length = show_duration(found.seconds)
        text = f"{samples.channel.name} repeats about every {length}"
        voice.keep("period", found.seconds, length, text, samples, unit="s")
        told.append(f"{head}{text}{voice.where}.")
    return told


def tell_outliers(voice: Voice) -> list[str]:
    """Samples far from their neighbours, and stretches that are stuck, as the facts of a reading have them."""
    from galiot.signals.analysis import facts

    names = {voice.reading.channels[place].name for place in voice.query.channels}
    found = [fact for fact in facts(voice.reading) if fact.name in ("outliers", "stuck") and fact.channel in names]
    if stretch := voice.query.stretch:
        found = [fact for fact in found if fact.at is None or stretch.start_s <= fact.at <= stretch.stop_s]
    voice.facts += found
    head = voice.yes(bool(found))
    if not found:
        return [f"{head}no sample stands far out of its neighbours{voice.where}."]
    return [head + "; ".join(fact.text for fact in found) + "."]


def _trend(voice: Voice, samples: Samples) -> str:
    name, found = samples.channel.name, trend_of(samples) if len(samples) else None
    if found is None:
        return f"{name} has too few samples{voice.where} for a trend."
    way = ("rising" if found.change > 0 else "falling") if found.clear else "steady"
    change, claim = with_unit(samples, abs(found.change)), voice.query.claim
    signed = f"{'+' if found.change > 0 else '-'}{change}"
    unit = f"{samples.channel.unit}/h"
    voice.keep("trend", found.slope_per_h, signed, f"the trend of {name} is {way}", samples, unit=unit)
    first, last = voice.number("first", samples, at=0), voice.number("last", samples, at=len(samples) - 1)
    head = voice.yes(claim == way or (claim == "changing" and way != "steady")) if claim else ""
    if way == "steady":
        return f"{head}{name} shows no clear trend{voice.where}: from {first} to {last}."
    return f"{head}{name} is {way}{voice.where}: from {first} to {last}, by a trend of {change} over that time."


def _steps(voice: Voice, samples: Samples, steps: list[Step], head: str) -> str:
    name, parts = samples.channel.name, []
    largest = sorted(steps, key=lambda step: -abs(step.size))[:_TOLD_STEPS]
    for step in sorted(largest, key=lambda step: step.place):
        before, after, size = (with_unit(samples, level) for level in (step.before, step.after, abs(step.size)))
        when = voice.when(samples, step.place)
        text = f"{name} changes by {size}, from {before} to {after}, at {when}"
        voice.keep("step", step.size, size, text, samples, at=step.place)
        parts.append(f"at {when} by {size}, from {before} to {after}")
    many = f"{len(steps)} times" if len(steps) > 1 else "once"
    voice.keep("steps", len(steps), str(len(steps)), f"{name} changes its level {many}", samples, unit="times")
    return f"{head}{name} changed its level {many}{voice.where}: {', '.join(parts)}."


def _jump(voice: Voice, samples: Samples) -> str:
    moves, claim = np.diff(samples.values), voice.query.claim
    sizes = {"up": moves, "down": -moves}.get(claim, np.abs(moves))
    at = int(sizes.argmax()) + 1
    if sizes[at - 1] <= 0:
        return f"{samples.channel.name} never {'fell' if claim == 'down' else 'rose'}{voice.where}."
    move, when = float(moves[at - 1]), voice.when(samples, at)
    size, before, after = (with_unit(samples, float(v)) for v in (abs(move), *samples.values[at - 1 : at + 1]))
    way = "rise" if move > 0 else "drop"
    text = f"the largest {way} of {samples.channel.name} is {size}, from {before} to {after}, at {when}"
    voice.keep("jump", move, size, text, samples, at=at)
    beyond = f"from one sample to the next{voice.where}"
    return f"The largest {way} of {samples.channel.name} {beyond} is {size}, at {when}, from {before} to {after}."
