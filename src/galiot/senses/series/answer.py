"""Answers to questions about a reading: sentences whose every number was computed from its samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from galiot.errors import BudgetError
from galiot.senses.series import comparisons, conditions, record, shapes, values
from galiot.senses.series.query import Query, Task
from galiot.senses.series.stretches import Times
from galiot.senses.series.understand import understand
from galiot.senses.series.voice import Voice
from galiot.signals.fact import Fact
from galiot.signals.reading import Reading

_TELLERS: Mapping[Task, Callable[[Voice], list[str]]] = {
    "value": values.tell_value,
    "at": values.tell_at,
    "moments": comparisons.tell_moments,
    "when": values.tell_when,
    "which day": values.tell_which_day,
    "which": values.tell_which,
    "rank": values.tell_rank,
    "compare": comparisons.tell_compare,
    "stretches": comparisons.tell_stretches,
    "together": comparisons.tell_together,
    "reached": conditions.tell_reached,
    "trend": shapes.tell_trend,
    "steps": shapes.tell_steps,
    "jump": shapes.tell_jump,
    "period": shapes.tell_period,
    "outliers": shapes.tell_outliers,
    "gaps": record.tell_gaps,
    "samples": record.tell_samples,
    "rate": record.tell_rate,
    "span": record.tell_span,
    "channels": record.tell_channels,
}


@dataclass(frozen=True)
class Answer:
    """What is said, and the facts that its numbers are."""

    text: str
    facts: tuple[Fact, ...]
    query: Query


def answer(reading: Reading, question: str) -> Answer | None:
    """Answer a question about a reading; None where it is not understood, or the reading is beyond memory.

    Every number of the text is in a fact, with the samples that it was computed from.
    """
    try:
        times = reading.times
    except BudgetError:
        return None
    if not len(times):
        return None
    understood = Times(reading.axis, times)
    query = understand(question, reading.channels, understood)
    if query is None:
        return None
    if query.at_extreme is not None:
        place, most = query.at_extreme
        values = reading.values[place]
        if not np.isfinite(values).any():
            return None
        query = replace(query, at_s=float(times[np.nanargmax(values) if most else np.nanargmin(values)]))
    voice = Voice(reading, understood, query)
    told = _TELLERS[query.task](voice)
    return Answer(" ".join(told), tuple(voice.facts), query) if told else None
