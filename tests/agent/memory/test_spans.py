"""Spans of time, worked out by hand for a Wednesday afternoon."""

from __future__ import annotations

from datetime import datetime

import pytest

from galiot.agent.memory.spans import read_span
from galiot.errors import RequestError

NOW = datetime(2026, 5, 13, 15, 30)


def day(number: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 5, number, hour, minute)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("between 2 and 4 last night", day(13, 2), day(13, 4)),
        ("between 11 pm and 1 am last night", day(12, 23), day(13, 1)),
        ("yesterday between 13:00 and 14:30", day(12, 13), day(12, 14, 30)),
        ("this afternoon between 1 and 3", day(13, 13), day(13, 15)),
        ("on monday evening", day(11, 18), day(11, 23)),
        ("on sunday night", day(10, 22), day(11, 7)),
        ("the day before yesterday", day(11), day(12)),
        ("last week", day(4), day(11)),
        ("last weekend", day(9), day(11)),
        ("since noon", day(13, 12), NOW),
        ("since monday", day(11), NOW),
        ("in the last half hour", day(13, 15), NOW),
        ("at 3 this morning", day(13, 3), day(13, 3)),
        ("yesterday at noon", day(12, 12), day(12, 12)),
        ("2 hours ago", day(13, 13, 30), day(13, 13, 30)),
    ],
)
def test_spans_are_what_people_mean(said, start, end):
    span = read_span(said, NOW)
    assert (span.start, span.end) == (start, end)


@pytest.mark.parametrize("said", ["3", "2 days", "in 2 hours", "tomorrow", "the lamp", "at the door"])
def test_words_that_are_no_past_are_refused(said):
    with pytest.raises(RequestError):
        read_span(said, NOW)
