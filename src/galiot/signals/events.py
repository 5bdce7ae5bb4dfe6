"""What happened in a channel: steps, outliers, stuck values, states, a period."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from galiot.signals.clock import show_duration
from galiot.signals.fact import Fact
from galiot.signals.notes import plural
from galiot.signals.period import find_period
from galiot.signals.steps import find_steps
from galiot.signals.summary import Summary
from galiot.signals.wording import Voice, show_percent

_STEPS = 6


def event_facts(summary: Summary, voice: Voice, start: int, stop: int) -> Iterator[Fact]:
    """The events of a channel that is not constant."""
    range_ = _inner_range(summary)
    yield from _steps(summary, voice, range_)
    if _is_switch(summary):
        yield from _states(summary, voice, start, stop)
    else:
        yield from _outliers(summary, voice, range_)
        yield from _stuck(summary, voice)
    yield from _period(summary, voice)


def _is_switch(summary: Summary) -> bool:
    """Whether a channel goes between a few states, and not only seems to because it hardly moved."""
    if summary.states is None or len(summary.states) > min(3, summary.count // 20):
        return False
    return summary.decimals == 0 or (len(summary.states) == 2 and summary.changes > 3)


def _weight(summary: Summary, size: float) -> float:
    """How much a step counts: a change by one digit, or the only change of a short record, says little."""
    one_digit = summary.decimals > 0 and abs(size) < 2.5 * 10.0**-summary.decimals
    only_one = summary.changes == 1 and summary.count < 100
    return 0.4 if one_digit or only_one else 1.0


def _rounded(period_s: float, span_s: float) -> float:
    """A period as round as the number of times that it was seen allows."""
    allowed = period_s * period_s / span_s / 8
    for step in (86400.0, 3600.0, 600.0, 60.0, 10.0, 1.0):
        if period_s > step / 2 and abs(round(period_s / step) * step - period_s) <= allowed:
            return round(period_s / step) * step
    return period_s


def _inner_range(summary: Summary) -> float:
    inner = summary.values.at(0.95) - summary.values.at(0.05)
    return inner if inner > 0 else summary.maximum[0] - summary.minimum[0]


def _steps(summary: Summary, voice: Voice, range_: float) -> Iterator[Fact]:
    course = summary.course()
    steps = find_steps(course.values)
    largest = sorted(steps, key=lambda step: -abs(step.size))[:_STEPS]
    for step in sorted(largest, key=lambda step: step.place):
        way = "rose" if step.size > 0 else "fell"
        size, time_s = voice.change(step.size), float(course.times[step.place])
        when, levels = voice.time(time_s), f"from {voice.number(step.before)} to {voice.level(step.after)}"
        share = min(1.0, abs(step.size) / max(range_, (summary.maximum[0] - summary.minimum[0]) / 2))
        yield Fact(
            channel=voice.name,
            name="step",
            value=step.size,
            unit=voice.unit,
            display=("+" if step.size > 0 else "-") + size,
            text=f"{voice.name} {way} by {voice.points(step.size)} at {when}, {levels}",
            start=int(course.starts[step.place - 1]),
            stop=int(course.starts[step.place + 1]),
            at=time_s,
            at_display=when,
            score=_weight(summary, step.size) * (0.2 + 0.7 * share - (0.15 if len(steps) > _STEPS else 0.0)),
            details={"before": step.before, "after": step.after, "certainty": step.certainty},
        )
    if len(steps) > 1:
        yield Fact(
            channel=voice.name,
            name="steps",
            value=len(steps),
            unit="steps",
            display=plural(len(steps), "step"),
            text=f"the level of {voice.name} changed {len(steps)} times",
            start=int(course.starts[0]),
            stop=int(course.starts[-1]),
            score=0.35 if len(steps) > 3 else 0.2,
        )


def _states(summary: Summary, voice: Voice, start: int, stop: int) -> Iterator[Fact]:
    assert summary.states is not None
    shares = sorted(summary.states.items(), key=lambda pair: -pair[1])
    parts = [f"{voice.exact(value)} in {show_percent(count / summary.count)}" for value, count in shares]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    changes = f"; it changes {plural(summary.changes, 'time')}"
    yield Fact(
        channel=voice.name,
        name="states",
        value=summary.changes,
        unit="changes",
        display=plural(summary.changes, "change"),
        text=f"{voice.name} is {listed} of its samples{changes}",
        start=start,
        stop=stop,
        score=0.4,
        details={"shares": {voice.exact(value): count / summary.count for value, count in shares}},
    )


def _outliers(summary: Summary, voice: Voice, range_: float) -> Iterator[Fact]:
    if summary.count < 20:
        return
    usual, high = summary.residuals.at(0.5), summary.residuals.at(0.98)
    bound = max(12 * usual, 3.5 * high, 0.1 * range_, 2.5 * 10.0**-summary.decimals)
    keys, rows = summary.spikes.keys, summary.spikes.rows
    found = keys > bound
    groups = _apart(np.sort(rows[found, 3]))
    # Where one sample in a hundred is wild, being wild is how the signal is.
    if not groups or groups > max(3, summary.count // 100) or found.all():
        return
    time_s, value, around, sample = rows[0].tolist()
    text, when = voice.with_unit(voice.exact(value)), voice.time(time_s)
    beside = voice.level(around)
    sentence = f"{voice.name} has an outlier of {text} at {when}, beside {beside}"
    if groups > 1:
        sentence = f"{voice.name} has {groups} outliers; the farthest is {text} at {when}, beside {beside}"
    samples = np.sort(rows[found, 3]).astype(int).tolist()
    yield Fact(
        channel=voice.name,
        name="outliers",
        value=groups,
        unit="outliers",
        display=plural(groups, "outlier"),
        text=sentence,
        start=int(sample),
        stop=int(sample) + 1,
        at=time_s,
        at_display=when,
        details={"value": value, "samples": samples},
        score=0.5 + 0.4 * min(1.0, float(keys[0]) / (summary.maximum[0] - summary.minimum[0])),
    )


def _apart(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    """Outliers, where neighbouring samples are one."""
    return int((np.diff(samples) > 2).sum()) + 1 if len(samples) else 0


def _stuck(summary: Summary, voice: Voice) -> Iterator[Fact]:
    lengths = summary.longest.keys
    if len(lengths) < 8 or summary.changes < 20:
        return
    if lengths[0] < max(20, 8 * summary.runs.at(0.98), 4 * lengths[-1]):
        return
    from_s, to_s, first, last, value = summary.longest.rows[0].tolist()
    text, when, length = voice.with_unit(voice.exact(value)), voice.time(from_s), show_duration(to_s - from_s)
    share = (to_s - from_s) / summary.span_s if summary.span_s > 0 else 0.0
    yield Fact(
        channel=voice.name,
        name="stuck",
        value=to_s - from_s,
        unit="s",
        display=length,
        text=f"{voice.name} stayed at exactly {text} for {length} from {when}",
        start=int(first),
        stop=int(last) + 1,
        at=from_s,
        at_display=when,
        score=0.55 + 0.35 * min(1.0, 4 * share),
        details={"level": value, "samples": int(lengths[0])},
    )


def _period(summary: Summary, voice: Voice) -> Iterator[Fact]:
    course = summary.course()
    courses = [course] if course.size == 1 else [course, summary.beginning()]
    for part in courses:
        found = find_period(part.times, part.values)
        # Means of blocks keep a little of what is faster than they are; it must not pass for a slow period.
        if found and found.share * float(part.values.var()) >= 0.05 * summary.deviation**2:
            length = show_duration(_rounded(found.seconds, float(part.times[-1] - part.times[0])))
            yield Fact(
                channel=voice.name,
                name="period",
                value=found.seconds,
                unit="s",
                display=length,
                text=f"{voice.name} repeats about every {length}",
                start=int(part.starts[0]),
                stop=int(part.starts[-1]),
                score=0.4 + 0.2 * found.share,
                details={"share": found.share, "swing": found.swing},
            )
            return
