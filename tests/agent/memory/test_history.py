"""What stored readings say of a span of time, by numbers that were worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from galiot.agent.memory.history import History
from galiot.agent.memory.spans import Span, read_span
from galiot.agent.memory.store import Store
from galiot.errors import FormatError, RequestError

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=timezone(timedelta(hours=1)))  # a Thursday


def at(hour: float, day: int = 12) -> float:
    """Return the Unix time of an hour of a day in March."""
    return (datetime(2026, 3, day, tzinfo=NOW.tzinfo) + timedelta(hours=hour)).timestamp()


def history(*readings: tuple[float, object], name: str = "temperature") -> History:
    made = History(Store())
    made.add((when, "sensor", name, value) for when, value in readings)
    return made


def find(made: History, how: str, said: str, name: str = "temperature") -> object:
    return made.find("sensor", name, how=how, span=read_span(said, NOW)).value


def test_an_average_counts_a_value_for_as_long_as_it_stood():
    made = history((at(6), 10.0), (at(7), 20.0), (at(9), 40.0))
    # between 7:00 and 9:30: 20 for two hours, 40 for half an hour
    assert find(made, "average", "since 7:00") == pytest.approx((2 * 20 + 0.5 * 40) / 2.5)


def test_regular_readings_have_their_plain_mean():
    made = history(*((at(h), float(h)) for h in range(6, 10)))
    assert find(made, "average", "between 6 and 9") == pytest.approx((6 + 7 + 8) / 3)


def test_a_number_is_not_taken_to_stand_through_a_long_pause():
    made = history(*((at(h, 11), 20.0) for h in range(6)), (at(8), 30.0), (at(9), 30.0))
    assert find(made, "average", "since 7:00") == 30.0


def test_lowest_and_highest_say_when_they_were():
    made = history((at(1), 18.0), (at(3), 15.5), (at(5), 17.0), (at(8), 21.0))
    found = made.find("sensor", "temperature", how="lowest", span=read_span("last night", NOW))
    assert (found.value, found.at, found.samples) == (15.5, at(3), 3)
    assert find(made, "highest", "today") == 21.0
    assert find(made, "change", "today") == 3.0


def test_a_state_that_began_before_the_span_counts_within_it():
    made = history((at(21, 11), True), (at(1), False), (at(2), True), (at(2.5), False), name="open")
    assert find(made, "ever", "last night", name="open") is True
    assert find(made, "count", "last night", name="open") == 1
    assert find(made, "duration", "last night", name="open") == pytest.approx(3.5 * 3600)
    assert find(made, "last", "last night", name="open") == at(2)
    assert find(made, "ever", "since 8:00", name="open") is False


def test_nothing_stored_is_nothing_known():
    found = history().find("sensor", "temperature", how="average", span=read_span("today", NOW))
    assert (found.value, found.samples) == (None, 0)


def test_a_state_has_no_average():
    with pytest.raises(RequestError, match="is a state"):
        find(history((at(8), "heating")), "average", "today")


def test_old_readings_are_forgotten(tmp_path):
    store = Store(tmp_path / "memory.db")
    made = History(store, keep_s=3600)
    made.add([(at(1), "a", "b", 1), (at(9), "a", "b", 2)])
    assert made.forget(at(9.5)) == 1
    store.close()
    again = History(Store(tmp_path / "memory.db")).latest("a", "b", at(10))
    assert again is not None
    assert again.value == 2


def test_a_file_that_is_no_memory_is_refused(tmp_path):
    (tmp_path / "memory.db").write_text("a shopping list, and a long one at that " * 40)
    with pytest.raises(FormatError, match="no memory"):
        Store(tmp_path / "memory.db")


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("today", (12, 0), (12, 9.5)),
        ("yesterday", (11, 0), (12, 0)),
        ("last night", (11, 22), (12, 7)),
        ("at night", (11, 22), (12, 7)),
        ("yesterday evening", (11, 18), (11, 23)),
        ("this morning", (12, 6), (12, 9.5)),
        ("in the afternoon", (11, 12), (11, 18)),
        ("the last 2 hours", (12, 7.5), (12, 9.5)),
        ("past hour", (12, 8.5), (12, 9.5)),
        ("since 8:00", (12, 8), (12, 9.5)),
        ("since 10 pm", (11, 22), (12, 9.5)),
        ("since yesterday", (11, 0), (12, 9.5)),
        ("between 22:00 and 6:00", (11, 22), (12, 6)),
        ("from 1 to 3", (12, 1), (12, 3)),
        ("on monday", (9, 0), (10, 0)),
        ("this week", (9, 0), (12, 9.5)),
    ],
)
def test_spans_are_what_people_mean(said, start, end):
    span = read_span(said, NOW)
    assert (span.start.timestamp(), span.end.timestamp()) == (at(start[1], start[0]), at(end[1], end[0]))


def test_words_that_are_no_span_are_refused():
    for said in ("", "blue", "last banana", "since the flood", "25:99"):
        with pytest.raises(RequestError, match="no time that is known"):
            read_span(said, NOW)


def test_a_span_never_reaches_into_the_future():
    assert read_span("today", NOW) == Span(NOW.replace(hour=0, minute=0), NOW, "today")
