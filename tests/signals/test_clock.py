from __future__ import annotations

import datetime

import numpy as np
import pytest

from galiot.signals.clock import TimeAxis, show_duration
from galiot.signals.timestamps import recognise_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.25, "0.25 s"), (1.5, "1.5 s"), (42, "42 s"), (60, "60 s"), (200, "3 min 20 s"), (3600, "1 h"),
     (25800, "7 h 10 min"), (86400, "24 h"), (5 * 86400 + 3 * 3600, "5 d 3 h"), (-90, "-90 s"), (1e-4, "0.0001 s")],
)  # fmt: skip
def test_a_length_of_time_has_one_or_two_parts(seconds, text):
    assert show_duration(seconds) == text


def test_a_time_is_as_precise_as_its_record():
    axis, night = TimeAxis("date"), 1646446440.0  # 2022-03-05 02:14 UTC
    assert axis.show(night, first_s=night - 3600, last_s=night + 3600) == "02:14"
    assert axis.show(night, first_s=night - 1e6, last_s=night) == "2022-03-05 02:14"
    assert axis.show(night, first_s=night - 60, last_s=night) == "02:14:00"
    assert axis.show(night + 0.26, first_s=night, last_s=night + 5) == "02:14:00.2"
    assert TimeAxis("date", 3600.0, "+01:00").show(night, first_s=night, last_s=night + 3600) == "03:14"
    assert TimeAxis("elapsed").show(12.3, first_s=0, last_s=20) == "12.3 s"


def test_times_agree_with_the_calendar_of_python():
    generator = np.random.default_rng(3)
    seconds = generator.integers(-(2**33), 2**34, 500)
    cells = [
        datetime.datetime.fromtimestamp(int(s), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20) for s in seconds
    ]
    date = recognise_text(cells)
    assert date.parse(cells).seconds.tolist() == seconds.tolist()
    assert [date.parse([cell]).seconds[0] for cell in cells[:50]] == seconds[:50].tolist()


@pytest.mark.parametrize(
    "cell", ["2023-02-29 10:00", "2023-13-01 10:00", "2023-01-01 25:00", "2023-01-01 10:61", "12.5", "1.2.3.4"]
)
def test_what_is_in_no_calendar_is_no_time(cell):
    date = recognise_text(["2023-01-01 10:00"])
    assert np.isnan(date.parse([cell]).seconds[0])


def test_fractions_of_a_second_count_whatever_their_digits():
    cells = ["2024-01-01 00:00:00.5", "2024-01-01 00:00:01.250", "2024-01-01 00:00:02,125000"] * 30
    for some in (cells[:3], cells):
        seconds = recognise_text(cells).parse(some).seconds
        assert (seconds[:3] - 1704067200).tolist() == [0.5, 1.25, 2.125]
