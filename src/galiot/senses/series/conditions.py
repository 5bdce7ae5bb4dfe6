"""Answers about a condition: whether, when, how often and how long it holds."""

from __future__ import annotations

import math
from dataclasses import replace

from galiot.senses.series.query import Condition, Relation
from galiot.senses.series.samples import Samples, Spells, extreme, spells_of, statistic
from galiot.senses.series.voice import NAMES, Voice, empty
from galiot.signals.clock import show_duration
from galiot.signals.units import show_unit
from galiot.signals.wording import show_number, show_percent, significant_places

_TOLD_SPELLS = 3
_RELATIONS: dict[Relation, str] = {
    "above": "above",
    "below": "below",
    "at least": "at least",
    "at most": "at most",
    "equal": "equal to",
}


def tell_reached(voice: Voice) -> list[str]:
    """Hold each channel, or a statistic of it, against the condition."""
    condition, told = voice.query.condition, []
    assert condition
    for samples in voice.all():
        if not len(samples):
            told.append(empty(voice, samples))
        elif voice.query.wanted == "yes" and voice.query.statistic != "count":
            told.append(_statistic_holds(voice, samples, condition))
        else:
            told.append(_condition_told(voice, samples, condition))
    return told


def _statistic_holds(voice: Voice, samples: Samples, condition: Condition) -> str:
    name = voice.query.statistic
    value = statistic(name, samples)
    holds = {
        "above": value > condition.value,
        "below": value < condition.value,
        "at least": value >= condition.value,
        "at most": value <= condition.value,
        "equal": math.isclose(value, condition.value, rel_tol=0.005),
    }[condition.relation]
    written = voice.number(name, samples, value)
    return f"{voice.yes(holds)}the {NAMES[name]} of {samples.channel.name}{voice.where} is {written}."


def _condition_told(voice: Voice, samples: Samples, condition: Condition) -> str:
    spells = spells_of(samples, condition)
    limit = f"{_RELATIONS[condition.relation]} {show_number(condition.value, 6)}{show_unit(samples.channel.unit)}"
    if not spells.holds.any():
        return _never(voice, samples, condition, limit)
    match voice.query.wanted:
        case "days":
            return _days(voice, samples, spells, limit)
        case "first" | "entered" | "last":
            return _at_end(voice, samples, spells, limit)
        case "longest":
            return _longest(voice, samples, spells, limit)
        case "duration":
            return _duration(voice, samples, spells, limit)
        case "spells":
            return _spells(voice, samples, spells, limit)
        case "crossings":
            return _crossings(voice, samples, spells, condition)
        case "entries":
            later = spells if spells.starts[0] else replace(spells, starts=spells.starts[1:], stops=spells.stops[1:])
            return _times(voice, samples, later if len(later.starts) else spells, limit)
        case "share":
            return _share(voice, samples, spells, limit)
        case _:
            return _times(voice, samples, spells, limit)


def _never(voice: Voice, samples: Samples, condition: Condition, limit: str) -> str:
    name = "maximum" if condition.relation in ("above", "at least") else "minimum"
    at = extreme(samples, most=name == "maximum")
    edge = voice.number("maximum" if name == "maximum" else "minimum", samples, at=at)
    head = voice.yes(voice.query.claim == "never") if len(voice.query.channels) == 1 else ""
    none = {"share": " (0 % of the time)", "count": " (0 times)", "entries": " (0 times)"}.get(voice.query.wanted, "")
    if none:
        voice.keep(
            voice.query.wanted, 0, none.strip(" ()"), f"{samples.channel.name} was never {limit}", samples, unit=""
        )
    return f"{head}{samples.channel.name} was never {limit}{voice.where}{none}; its {name} is {edge}."


def _at_end(voice: Voice, samples: Samples, spells: Spells, limit: str) -> str:
    wanted = voice.query.wanted
    if wanted == "entered":  # where it begins to hold, not where it holds from the first sample on
        wanted = "first"
        spells = (
            replace(spells, starts=spells.starts[1:]) if not spells.starts[0] and len(spells.starts) > 1 else spells
        )
    at = int(spells.starts[0]) if wanted == "first" else int(spells.stops[-1]) - 1
    value, when = voice.value(samples, at), voice.when(samples, at)
    return f"{samples.channel.name} was {limit} for the {wanted} time{voice.where} at {when}, with {value}."


def _days(voice: Voice, samples: Samples, spells: Spells, limit: str) -> str:
    when = samples.times[spells.holds]
    held = [day for day in voice.times.days() if ((when >= day.start_s) & (when <= day.stop_s)).any()]
    text = f"{samples.channel.name} was {limit} on {len(held)} {'day' if len(held) == 1 else 'days'}"
    voice.keep("days", len(held), str(len(held)), text, samples, unit="days")
    return f"{text}{voice.where}: {', '.join(day.said for day in held)}."


def _longest(voice: Voice, samples: Samples, spells: Spells, limit: str) -> str:
    run = int(spells.seconds.argmax())
    seconds = float(spells.seconds[run])
    begin, end = int(spells.starts[run]), int(spells.stops[run]) - 1
    text = f"{samples.channel.name} stayed {limit} longest for {show_duration(seconds)}"
    voice.keep("duration", seconds, show_duration(seconds), text, samples, at=begin, unit="s")
    return f"{text}{voice.where}, from {voice.when(samples, begin)} to {voice.when(samples, end)}."


def _spells(voice: Voice, samples: Samples, spells: Spells, limit: str) -> str:
    """The longest stretches in which it holds, in order of time."""
    longest = sorted(spells.seconds.argsort()[::-1][:_TOLD_SPELLS].tolist())
    parts = []
    for run in longest:
        begin, end = int(spells.starts[run]), int(spells.stops[run]) - 1
        first, last = voice.when(samples, begin), voice.when(samples, end)
        voice.value(samples, begin)
        voice.value(samples, end)
        parts.append(f"from {first} to {last}" if end > begin else f"at {first}")
    count = len(spells.starts)
    times = "once" if count == 1 else f"{count} times"
    voice.keep("times", count, str(count), f"{samples.channel.name} was {limit} {times}", samples, unit="times")
    longer = ", longest" if count > _TOLD_SPELLS else ""
    return f"{samples.channel.name} was {limit} {times}{voice.where}{longer}: {', '.join(parts)}."


def _crossings(voice: Voice, samples: Samples, spells: Spells, condition: Condition) -> str:
    up, down = int((spells.starts > 0).sum()), int((spells.stops < len(samples)).sum())
    level = f"{show_number(condition.value, 6)}{show_unit(samples.channel.unit)}"
    text = f"{samples.channel.name} crossed {level} {up + down} times"
    voice.keep("crossings", up + down, str(up + down), text, samples, unit="times")
    voice.keep("crossings up", up, str(up), f"{up} times upwards", samples, unit="times")
    voice.keep("crossings down", down, str(down), f"{down} times downwards", samples, unit="times")
    return f"{text}{voice.where}, {up} upwards and {down} downwards."


def _duration(voice: Voice, samples: Samples, spells: Spells, limit: str) -> str:
    seconds = float(spells.seconds.sum())
    share, length = seconds / max(samples.covered_s, 1e-12), show_duration(seconds)
    text = f"{samples.channel.name} was {limit} for {length}"
    voice.keep("duration", seconds, length, text, samples, unit="s")
    part = show_percent(min(share, 1.0))
    voice.keep("share", 100 * share, part, f"{samples.channel.name} was {limit} {part} of the time", samples, unit="%")
    return f"{text} in total{voice.where} ({part} of the time)."


def _share(voice: Voice, samples: Samples, spells: Spells, limit: str) -> str:
    part = 100 * float(spells.seconds.sum()) / max(samples.covered_s, 1e-12)
    share, held = f"{show_number(part, significant_places(part, 3))} %", int(spells.holds.sum())
    text = f"{samples.channel.name} was {limit} {share} of the time"
    voice.keep("share", part, share, text, samples, unit="%")
    voice.keep(
        "count", held, str(held), f"{samples.channel.name} was {limit} in {held} samples", samples, unit="samples"
    )
    return f"{text}{voice.where} (in {held} of {len(samples)} samples)."


def _times(voice: Voice, samples: Samples, spells: Spells, limit: str) -> str:
    channel, count, held = samples.channel.name, len(spells.starts), int(spells.holds.sum())
    times, begin = "once" if count == 1 else f"{count} times", int(spells.starts[0])
    voice.keep("times", count, str(count), f"{channel} was {limit} {times}", samples, unit="times")
    voice.keep("count", held, str(held), f"{channel} was {limit} in {held} samples", samples, unit="samples")
    voice.value(samples, begin)
    if voice.query.wanted == "value":
        return f"{channel} was {limit} in {held} of {len(samples)} samples{voice.where}, {times}."
    right = {"always": held == len(samples), "never": False}.get(voice.query.claim, True)
    head = voice.yes(right) if len(voice.query.channels) == 1 else ""
    first = voice.when(samples, begin)
    return f"{head}{channel} was {limit} {times}{voice.where} ({held} samples), for the first time at {first}."
