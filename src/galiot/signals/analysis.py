"""Facts of a reading, in one pass through it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from galiot.signals.clock import show_duration
from galiot.signals.events import event_facts
from galiot.signals.fact import Fact, Facts
from galiot.signals.notes import plural
from galiot.signals.pauses import Pauses
from galiot.signals.reading import Reading
from galiot.signals.summary import Summary
from galiot.signals.trend import find_trend
from galiot.signals.wording import Voice, show_number, show_percent, show_rate, significant_places

_EXACT_STREAM = 16_384
_BUSY = {"disk use": 90.0, "memory use": 90.0, "CPU use": 90.0, "swap use": 50.0, "CPU wait for disk": 20.0}


def facts(reading: Reading) -> Facts:
    """Compute the facts of a reading, channel by channel; a reading beyond memory is gone through block by block.

    The leads of an electrocardiogram are measured instead: beats, intervals, heights. Of the axes of motion strength,
    rhythm and orientation come first.
    """
    from galiot.signals.ecg import ecg_facts
    from galiot.signals.motion import motion_facts

    measured, moved = ecg_facts(reading), motion_facts(reading)
    exact = 1 << 62 if reading.in_memory else _EXACT_STREAM
    pauses = Pauses(exact)
    leads = measured.channels if measured else ()
    others = [place for place in range(len(reading.channels)) if place not in leads]
    summaries = [Summary(exact) for _ in others]
    rows, first_s, last_s = 0, math.nan, math.nan
    for times, values in reading.blocks():
        if not len(times):
            continue
        first_s, last_s = (float(times[0]) if math.isnan(first_s) else first_s), float(times[-1])
        pauses.add(times, np.arange(rows, rows + len(times), dtype=np.float64))
        for summary, place in zip(summaries, others, strict=True):
            summary.add(times, values[place], rows)
        rows += len(times)
    found = list(_about_all(reading, rows, pauses, first_s, last_s)) if rows else []
    found += [fact for part in (measured, moved) if part for fact in part.facts]
    for place, summary in zip(others, summaries, strict=True):
        channel = reading.channels[place]
        summary.finish()
        voice = Voice(channel.name, channel.unit, summary.decimals, _spread(summary), reading.axis, first_s, last_s)
        found += _about_channel(summary, voice, rows, pauses)
    limits = (*reading.limits, *(limit for part in (measured, moved) if part for limit in part.limits))
    return Facts(reading.source, tuple(found), limits, _title(reading))


def _title(reading: Reading) -> str:
    return f"{reading.source}: {plural(len(reading.channels), 'channel')}"


def _spread(summary: Summary) -> float:
    """What decides how many digits are written: the deviation, but not that of a few wild samples."""
    inner = summary.values.at(0.9) - summary.values.at(0.1) if summary.count else 0.0
    return min(summary.deviation, inner / 2) if inner > 0 else summary.deviation


def _about_all(reading: Reading, rows: int, pauses: Pauses, first_s: float, last_s: float) -> Iterator[Fact]:
    voice = Voice("", "", 0, 0.0, reading.axis, first_s, last_s)
    common: dict[str, Any] = {"channel": "", "start": 0, "stop": rows}
    yield Fact(
        name="count",
        value=rows,
        unit="samples",
        display=plural(rows, "sample"),
        text=f"the reading has {plural(rows, 'sample')}",
        score=0.05,
        **common,
    )
    span = last_s - first_s
    if span > 0:
        length = show_duration(span)
        when = f", from {voice.time(first_s)} to {voice.time(last_s)}" if reading.axis.kind != "elapsed" else ""
        zone = f" ({reading.axis.zone})" if reading.axis.zone and when else ""
        yield Fact(
            name="span",
            value=span,
            unit="s",
            display=length,
            text=f"the reading covers {length}{when}{zone}",
            score=0.3,
            details={"first": first_s, "last": last_s},
            **common,
        )
        rate = pauses.rate_hz
        yield Fact(
            name="rate",
            value=rate,
            unit="Hz",
            display=show_rate(rate),
            text=f"there {'is' if rate <= 1.001 else 'are'} {show_rate(rate)}",
            score=0.1,
            **common,
        )
    yield from pauses.facts(voice, "", 0.9)


def _about_channel(summary: Summary, voice: Voice, rows: int, pauses: Pauses) -> Iterator[Fact]:
    name = voice.name
    if not summary.count:
        yield Fact(
            channel=name,
            name="count",
            value=0,
            unit="samples",
            display="no samples",
            text=f"{name} has no values",
            start=0,
            stop=rows,
            score=0.6,
        )
        return
    start, stop = summary.first[2], summary.last[2] + 1
    yield from _sampling(summary, voice, rows, pauses)
    yield from _levels(summary, voice, start, stop)
    if summary.minimum[0] == summary.maximum[0]:
        return
    yield from _trend(summary, voice, start, stop)
    yield from event_facts(summary, voice, start, stop)


def _sampling(summary: Summary, voice: Voice, rows: int, pauses: Pauses) -> Iterator[Fact]:
    name, start, stop = voice.name, summary.first[2], summary.last[2] + 1
    common: dict[str, Any] = {"channel": name, "start": start, "stop": stop}
    count = plural(summary.count, "sample")
    yield Fact(
        name="count",
        value=summary.count,
        unit="samples",
        display=count,
        text=f"{name} has {count}",
        score=0.02,
        **common,
    )
    missing = rows - summary.count
    if missing:
        share = show_percent(missing / rows)
        yield Fact(
            channel=name,
            name="missing",
            value=100 * missing / rows,
            unit="%",
            display=share,
            start=0,
            stop=rows,
            text=f"{name} is missing in {share} of the rows",
            score=0.15 if missing / rows > 0.3 else 0.25,
            details={"rows": missing},
        )
    if summary.span_s <= 0:
        return
    length, rate = show_duration(summary.span_s), summary.pauses.rate_hz
    yield Fact(
        name="span",
        value=summary.span_s,
        unit="s",
        display=length,
        text=f"{name} covers {length}",
        score=0.02,
        **common,
    )
    yield Fact(
        name="rate",
        value=rate,
        unit="Hz",
        display=show_rate(rate),
        text=f"{name} has {show_rate(rate)}",
        score=0.02,
        **common,
    )
    same = summary.count == rows
    yield from summary.pauses.facts(
        voice, name, 0.0 if same else 0.6 if summary.pauses.rate_hz > 0.5 * pauses.rate_hz else 0.3
    )


def _levels(summary: Summary, voice: Voice, start: int, stop: int) -> Iterator[Fact]:
    common: dict[str, Any] = {"channel": voice.name, "unit": voice.unit, "start": start, "stop": stop}
    if summary.minimum[0] == summary.maximum[0]:
        yield from _constant(summary, voice, common)
        return
    yield from _typical(summary, voice, common)
    moments = (("minimum", "lowest", summary.minimum, 0.26), ("maximum", "highest", summary.maximum, 0.26))
    for kind, word, moment, score in moments:
        yield _moment(voice, kind, moment, "{name} was " + word + " at {when} with {value}", score)
    yield _moment(voice, "last", summary.last, "{name} was {value} at the end ({when})", 0.25)


def _constant(summary: Summary, voice: Voice, common: dict[str, Any]) -> Iterator[Fact]:
    name, value = voice.name, summary.values.at(0.5)
    text = voice.with_unit(voice.exact(value))
    common = common | {"value": value, "display": text}
    yield Fact(name="level", text=f"{name} is {text}", score=_level_score(name, value, voice.unit), **common)
    if summary.count > 1:
        yield Fact(name="constant", text=f"{name} stayed at {text} throughout", score=0.3, **common)


def _typical(summary: Summary, voice: Voice, common: dict[str, Any]) -> Iterator[Fact]:
    """What the channel is most of the time: level, mean, spread."""
    name, median = voice.name, summary.values.at(0.5)
    text, score = voice.level(median), _level_score(name, median, voice.unit)
    yield Fact(name="level", value=median, display=text, text=f"{name} is typically {text}", score=score, **common)
    text = voice.level(summary.mean)
    yield Fact(name="mean", value=summary.mean, display=text, text=f"{name} is {text} on average", score=0.06, **common)
    low, high = summary.values.at(0.05), summary.values.at(0.95)
    text, between = voice.change(summary.deviation), f"{voice.number(low)} and {voice.level(high)}"
    yield Fact(
        name="spread",
        value=summary.deviation,
        display=text,
        score=0.15,
        **common,
        details={"p05": low, "p95": high},
        text=f"{name} varies by {text} (standard deviation), mostly between {between}",
    )


def _moment(voice: Voice, kind: str, moment: tuple[float, float, int], words: str, score: float) -> Fact:
    """A value at one time, as (value, time in s, sample); `words` says how it is told."""
    value, time_s, sample = moment
    text, when = voice.with_unit(voice.exact(value)), voice.time(time_s)
    return Fact(
        channel=voice.name,
        name=kind,
        value=value,
        unit=voice.unit,
        display=text,
        text=words.format(name=voice.name, value=text, when=when),
        start=sample,
        stop=sample + 1,
        at=time_s,
        at_display=when,
        score=score,
    )


def _level_score(name: str, median: float, unit: str) -> float:
    if (unit == "%" and median >= _BUSY.get(name, math.inf)) or (
        name.startswith("temperature ") and unit == "°C" and median >= 80
    ):
        return 0.85
    return 0.28


def _trend(summary: Summary, voice: Voice, start: int, stop: int) -> Iterator[Fact]:
    course = summary.course()
    trend = find_trend(course.times, course.values)
    if trend is None:
        return
    name = voice.name
    unit = f"{voice.unit}/h"
    clear = trend.clear and abs(trend.change) >= 0.5 * 10.0**-summary.decimals
    details = {"clear": clear, "change": trend.change, "change_unit": voice.unit, "span_s": summary.span_s}
    common: dict[str, Any] = {
        "channel": name,
        "name": "trend",
        "value": trend.slope_per_h,
        "unit": unit,
        "start": start,
        "stop": stop,
    }
    if not clear:
        yield Fact(display="no clear trend", text=f"{name} shows no clear trend", score=0.08, details=details, **common)
        return
    way, sign = ("rose", "+") if trend.slope_per_h > 0 else ("fell", "-")
    change, points, length = voice.change(trend.change), voice.points(trend.change), show_duration(summary.span_s)
    slope = voice.with_unit(show_number(abs(trend.slope_per_h), significant_places(trend.slope_per_h, 2)))
    range_ = summary.values.at(0.95) - summary.values.at(0.05)
    score = 0.35 + 0.4 * min(1.0, abs(trend.change) / range_) if range_ > 0 else 0.35
    if summary.span_s < 1200:
        display, text = f"{sign}{change} in {length}", f"{name} {way} by about {points} over {length}"
    else:
        display, text = f"{sign}{slope}/h", f"{name} {way} by about {slope} per hour, {points} over {length}"
    yield Fact(display=display, text=text, score=score, details=details, **common)
