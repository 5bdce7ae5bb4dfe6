"""Ways of asking that name nothing as the reading does: other prefixes, spoken hours, what is worse, what goes back."""

from __future__ import annotations

import numpy as np
import pytest

from galiot.senses.series import answer
from galiot.senses.series.prefixes import scaled
from galiot.signals import Channel, Reading, TimeAxis

NINE = 1_767_258_000.0  # 2026-01-01 09:00, in UTC


@pytest.fixture
def link() -> Reading:
    """Four hours from nine, a quarter of an hour apart."""
    values = [
        [20, 20, 20, 20, 60, 60, 60, 60, 20, 20, 20, 20, 20, 20, 20, 20],
        [90, 90, 90, 90, 40, 40, 40, 40, 90, 90, 90, 90, 90, 90, 90, 90],
        [-60, -60, -60, -60, -60, -60, -60, -60, -75, -75, -75, -75, -75, -75, -75, -75],
        [2000, 2000, 9000, 9000, 2000, 2000, 2000, 2000, 9000, 2000, 2000, 2000, 2000, 2000, 2000, 2000],
    ]
    names = (Channel("latency", "ms"), Channel("throughput", "Mbit/s"), Channel("signal", "dBm"), Channel("power", "W"))
    return Reading.of(NINE + 900 * np.arange(16), values, names, axis=TimeAxis("date"))


@pytest.fixture
def ride() -> Reading:
    """Ten minutes in steps of a minute."""
    values = [[100, 110, 120, 130, 140, 150, 140, 130, 120, 110, 100], [5, 12, 13, 5, 12, 4, 12, 13, 12, 5, 4]]
    return Reading.of(60 * np.arange(11), values, [Channel("altitude", "m"), Channel("speed", "km/h")])


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How long did it draw more than 5 kW?", ["power", "above 5000 W", "45 min"]),
        ("What was the worst ping?", ["latency", "60 ms"]),
        ("What was the worst signal?", ["-75 dBm"]),
        ("Was the throughput worse from 10:00 to 10:45 than from 11:00 to 12:00?", ["Yes", "40", "90"]),
        ("How slow did the link get?", ["throughput", "40 Mbit/s"]),
        ("What was the mean latency between ten and eleven?", ["52 ms"]),
        ("When did the signal drop?", ["signal", "11:00", "15 dB"]),
        ("Smallest and largest latency?", ["20 ms", "60 ms"]),
        ("What percentage of the time was the latency above 100 ms?", ["0 %", "60 ms"]),
        ("What was the throughput when the latency was highest?", ["throughput", "40 Mbit/s", "10:00"]),
        ("Did the signal change by more than 20?", ["No", "15 dB"]),
        ("How much latency was there above 5 kW?", ["latency", "while power was above 5000 W", "20 ms"]),
        ("What was the latency at the start and at the end?", ["20 ms at 09:00", "20 ms at 12:45"]),
    ],
)
def test_a_link_is_asked_about_in_other_words(question: str, told: list[str], link: Reading) -> None:
    found = answer(link, question)
    assert found is not None
    for words in told:
        assert words in found.text, found.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How high was I after half an hour?", ["10 min"]),  # beyond the end: its last value
        ("Altitude after 5 minutes?", ["150 m"]),
        ("mean altitude after 5 minutes", ["125 m"]),
        ("How often did the speed drop below 10 km/h?", ["3 times"]),
        ("How often was the speed below 10 km/h?", ["4 times"]),
        ("How many minutes until the altitude exceeded 135 m?", ["4 min"]),
        ("After how many minutes was the altitude highest?", ["5 min"]),
    ],
)
def test_a_ride_is_asked_about_by_the_minute(question: str, told: list[str], ride: Reading) -> None:
    found = answer(ride, question)
    assert found is not None
    for words in told:
        assert words in found.text, found.text


def test_quantities_of_different_units_are_not_held_against_each_other(link: Reading) -> None:
    found = answer(link, "Compare the latency and the throughput")
    assert found is None or "than" not in found.text


def test_what_is_flat_for_most_of_the_time_rose_where_its_ends_say_so() -> None:
    values = [35.0] * 30 + list(np.linspace(35, 100, 10)) + [100.0] * 40
    found = answer(Reading.of(600 * np.arange(80), [values], [Channel("battery charge", "%")]), "Did the charge rise?")
    assert found is not None
    assert found.text.startswith("Yes")
    assert "falling" not in found.text


@pytest.mark.parametrize(
    ("unit", "known", "found"),
    [
        ("kw", {"w"}, (1000.0, "w")),
        ("w", {"kw"}, (0.001, "kw")),
        ("mv", {"v"}, (0.001, "v")),
        ("w", {"w", "kw"}, (1.0, "w")),
        ("kw", {"°c"}, (1.0, "kw")),
        ("beats", {"/min"}, (1.0, "beats")),
    ],
)
def test_units_are_scaled_to_those_of_a_channel(unit: str, known: set[str], found: tuple[float, str]) -> None:
    assert scaled(unit, known) == found
