"""Questions about a small reading whose numbers are known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from galiot.senses.series import answer
from galiot.signals import Channel, Reading, TimeAxis

CHANNELS = (
    Channel("kitchen_temperature", "°C"),
    Channel("cellar_temperature", "°C"),
    Channel("humidity", "%"),
    Channel("CO2", "ppm"),
)
NOON = 1_767_268_800.0  # 2026-01-01 12:00, in UTC


@pytest.fixture
def reading() -> Reading:
    """Ten samples, a minute apart, from noon."""
    values = [
        [20, 21, 22, 23, 24, 25, 24, 23, 22, 21],
        [12, 12, 12, 12, 12, 12, 12, 12, 12, 13],
        [40, np.nan, 42, 44, 46, 48, 50, 52, 54, 56],
        [600, 590, 580, 900, 910, 905, 570, 560, 550, 540],
    ]
    return Reading.of(NOON + 60 * np.arange(10), values, CHANNELS, axis=TimeAxis("date"))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the highest kitchen temperature?", ["25 °C", "12:05"]),
        ("When was the CO2 lowest?", ["12:09", "540 ppm"]),
        ("How warm was the kitchen on average?", ["22.5 °C"]),
        ("What is the mean humidity between 12:04 and 12:06?", ["48 %"]),
        ("What was the humidity at 12:08?", ["54 %"]),
        ("Was the kitchen ever above 24 °C?", ["Yes", "once", "12:05"]),
        ("Did the CO2 exceed 1000 ppm?", ["No", "910 ppm"]),
        ("How long was the CO2 over 800 ppm?", ["3 min"]),
        ("When did the humidity first reach 50 %?", ["12:06"]),
        ("How much did the humidity rise?", ["16 %", "40 %", "56 %"]),
        ("Which room is warmer?", ["kitchen_temperature", "22.5 °C"]),
        ("Which temperature is steadier?", ["cellar_temperature"]),
        ("Is the kitchen warmer than the cellar?", ["Yes", "22.5 °C", "12.1 °C", "10.4 °C"]),
        ("Was the kitchen warmer in the first half than in the second half?", ["No", "22 °C", "23 °C"]),
        ("Is the humidity rising?", ["Yes", "rising"]),
        ("How many humidity samples are missing?", ["1 of 10"]),
        ("How many samples does the reading have?", ["10 samples"]),
        ("What is the sampling interval?", ["60 s"]),
        ("What is the range of the CO2?", ["370 ppm", "540 ppm", "910 ppm"]),
        ("What was the biggest jump of the CO2?", ["335 ppm", "12:06"]),
        ("In how many samples was the CO2 below 560 ppm?", ["2"]),
        ("What is the median CO2 after 12:06?", ["555 ppm"]),
    ],
)
def test_answers_are_those_that_one_finds_by_hand(reading: Reading, question: str, told: list[str]) -> None:
    made = answer(reading, question)
    assert made
    for words in told:
        assert words in made.text, made.text


def test_every_number_that_is_said_is_a_fact_with_its_samples(reading: Reading) -> None:
    made = answer(reading, "What is the highest kitchen temperature between 12:01 and 12:04?")
    assert made
    (fact,) = made.facts
    assert (fact.value, fact.unit, fact.start, fact.stop) == (24, "°C", 4, 5)
    assert fact.display in made.text


def test_what_is_not_understood_is_left_to_others(reading: Reading) -> None:
    assert answer(reading, "Should I open a window?") is None
    assert answer(reading, "") is None


def test_a_channel_without_values_in_a_stretch_is_told_as_that(reading: Reading) -> None:
    made = answer(reading, "What is the mean humidity between 12:01 and 12:01:30?")
    assert made
    assert "has no values" in made.text
    assert not made.facts


def test_times_on_an_axis_that_only_counts_are_seconds_from_its_start() -> None:
    reading = Reading.of(np.arange(100) / 10, np.arange(100.0)[None], [Channel("force", "N")])
    made = answer(reading, "What was the force at 4.2 s?")
    assert made
    assert "42 N" in made.text
    made = answer(reading, "What is the average force in the last 2 seconds?")
    assert made
    assert "89 N" in made.text


def test_irregular_samples_count_as_long_as_they_last() -> None:
    times = np.array([0.0, 1, 2, 3, 6, 7, 8, 9])
    values = np.array([[0.0, 0, 5, 5, 5, 0, 0, 0]])
    made = answer(Reading.of(times, values, [Channel("flow", "l/min")]), "How long was the flow above 4?")
    assert made
    assert "5 s" in made.text  # 1 + 3 + 1
