from datetime import datetime

import pytest

from galiot.agent.rules.numbers import clock, duration, fraction, number
from galiot.agent.rules.polite import digits
from galiot.agent.rules.words import split

EVENING = datetime(2026, 3, 2, 20, 0)
MORNING = datetime(2026, 3, 2, 6, 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty one and a half", 21.5),
        ("one hundred and five", 105),
        ("minus three", -3),
        ("21.5", 21.5),
        ("21,5", 21.5),
        ("two point five", 2.5),
        ("seventy-two", 72),
    ],
)
def test_a_number_is_read_to_its_last_word(text, value):
    words = split(text)
    assert number(words, 0) == (value, len(words))


@pytest.mark.parametrize(
    ("text", "percent"), [("half", 50), ("a quarter", 25), ("three quarters", 75), ("two thirds", 66.7)]
)
def test_a_share_is_a_percentage(text, percent):
    assert fraction(split(text), 0)[0] == percent


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("five minutes", 300),
        ("an hour and a half", 5400),
        ("half an hour", 1800),
        ("a quarter of an hour", 900),
        ("1 h 20 min", 4800),
        ("two hours and ten seconds", 7210),
        ("90 s", 90),
    ],
)
def test_a_duration_is_read_in_seconds(text, seconds):
    words = split(text)
    assert duration(words, 0) == (seconds, len(words))


@pytest.mark.parametrize(
    ("text", "now", "time"),
    [
        ("10", EVENING, "22:00"),
        ("10", MORNING, "10:00"),
        ("7", EVENING, "07:00"),
        ("10 pm", MORNING, "22:00"),
        ("12 am", MORNING, "00:00"),
        ("half past seven", MORNING, "07:30"),
        ("quarter to eight in the evening", MORNING, "19:45"),
        ("6:45", EVENING, "06:45"),
        ("22:15", MORNING, "22:15"),
        ("seven thirty", MORNING, "07:30"),
        ("noon", MORNING, "12:00"),
    ],
)
def test_a_time_of_day_is_the_next_of_its_name(text, now, time):
    words = digits(split(text))
    assert clock(words, 0, now) == (time, len(words))


def test_one_stays_a_word_where_it_stands_for_a_thing():
    assert digits(split("the kitchen one")) == ("the", "kitchen", "one")
    assert digits(split("one minute")) == ("1", "minute")
