"""Questions as people word them, about three days of a cold room whose numbers are known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from galiot.senses.series import answer
from galiot.senses.series.spoken import plainly, spelled
from galiot.senses.series.stretches import Times
from galiot.signals import Channel, Reading, TimeAxis

HOUR = 3600.0
MIDNIGHT = 1_772_409_600.0  # 2026-03-02 00:00, a Monday, in UTC
CHANNELS = (
    Channel("room temperature", "°C"),
    Channel("outdoor temperature", "°C"),
    Channel("gate open", ""),
    Channel("fan speed", "rpm"),
)


@pytest.fixture
def reading() -> Reading:
    """Half-hourly samples of three days: the room at 4, 5 and 6 °C by day, the gate open from 10:00 to 12:00 on two."""
    hours = np.arange(144) / 2
    room = 4 + hours // 24
    outdoor = 10 + np.abs(12 - hours % 24)
    gate = ((hours % 24 >= 10) & (hours % 24 < 12) & (hours < 48)).astype(float)
    fan = np.where(gate > 0, 900.0, 300.0)
    return Reading.of(MIDNIGHT + HOUR * hours, [room, outdoor, gate, fan], CHANNELS, axis=TimeAxis("date"))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What was the mean room temperature on the 3rd?", ["5 °C"]),
        ("Average room temperature on March 4?", ["6 °C"]),
        ("How warm was the room on average on Monday?", ["4 °C"]),
        (
            "What was the outdoor temperature at quarter past 9 in the evening on Tuesday?",
            ["19 °C", "2026-03-03 21:00"],
        ),
        ("What was the lowest outdoor temperature between 6:00 and 8:30 on 4 March?", ["13.5 °C", "2026-03-04 08:30"]),
        ("How hot did it get outside?", ["22 °C"]),
        ("How low did the outdoor temperature drop?", ["10 °C"]),
        ("How often was the gate opened?", ["2 times"]),
        ("How long was the gate open?", ["4 h"]),
        ("When was the gate first opened?", ["2026-03-02 10:00"]),
        ("What was the average fan speed while the gate was open?", ["900 rpm"]),
        ("Mean fan speed when the outdoor temperature was above 15 °C?", ["300 rpm"]),
        ("What part of the time was the fan speed over 500 rpm?", ["5.56 %", "8 of 144"]),
        ("On how many days was the room warmer than 4.5 °C?", ["2 days"]),
        ("Which day was the warmest in the room?", ["2026-03-04"]),
        ("Was the room warmer on Tuesday than on Monday?", ["Yes", "1 °C"]),
        ("How much warmer was it outside at 6:00 than at 10:00?", ["16 °C", "12 °C", "4 °C"]),
        ("Is the room warmer at the end than at the beginning?", ["Yes", "2 °C"]),
        ("Does the fan speed rise when the gate opens?", ["Yes", "1.00"]),
        ("By how much did the room temperature jump at midnight on Tuesday?", ["by 1 °C"]),
        ("Was it ever freezing outside?", ["No", "10 °C"]),
        ("Was the fan speed always above 400 rpm?", ["No"]),
        ("Was the fan speed above 200 rpm all the time?", ["Yes", "144 samples"]),
        ("Is it true, was the fan speed never above 1000 rpm?", ["900 rpm"]),
        ("Was the outdoor temperature never above 20 °C?", ["No"]),
        ("How long was the gate open in a row?", ["2 h"]),
        ("Was the gate open at 11:00 on Monday?", ["gate open was 1"]),
        ("wat is the averge outdoor temprature?", ["16 °C"]),
    ],
)
def test_questions_are_answered_however_they_are_worded(reading: Reading, question: str, told: list[str]) -> None:
    made = answer(reading, question)

    assert made is not None
    for words in told:
        assert words in made.text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("between 5 and 9 min", "between 5 min and 9 min"),
        ("from 100-200 s", "from 100 s to 200 s"),
        ("at half past two in the afternoon", "at 14:30"),
        ("at 7.45 am on the 3rd", "at 2026-03-03 7:45 am"),
        ("between noon on Monday and Tuesday 6:00", "between 2026-03-02 12:00 and 2026-03-03 6:00"),
        ("the 95th percentile", "the 95th percentile"),
        ("on 9 May", "on 9 May"),
    ],
)
def test_times_are_rewritten_only_where_the_reading_has_them(reading: Reading, said: str, meant: str) -> None:
    assert plainly(said, Times(reading.axis, reading.times)) == meant


def test_a_clause_that_is_not_understood_is_not_left_out(reading: Reading) -> None:
    assert answer(reading, "What was the average room temperature while the fan was spinning?") is None


def test_a_slip_is_mended_but_another_word_stays() -> None:
    assert (
        spelled("averge humidty of the mediator", ["average", "humidity", "median"])
        == "average humidity of the mediator"
    )
