from __future__ import annotations

import json

import numpy as np
import pytest

from galiot.errors import FormatError, RequestError
from galiot.signals import read


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "r.jsonl"
        path.write_text(content if isinstance(content, str) else "\n".join(map(json.dumps, content)))
        return str(path)

    return write


def names(reading):
    return [(channel.name, channel.unit) for channel in reading.channels]


def test_objects_become_rows_and_nested_keys_are_joined(write):
    reading = read(
        write([{"ts": f"2024-05-01T10:0{i}:00Z", "temp_c": 20 + i, "room": {"hum_pct": 40.5}} for i in range(3)])
    )
    assert names(reading) == [("temp", "°C"), ("room.hum", "%")]
    assert reading.values.tolist() == [[20, 21, 22], [40.5] * 3]
    assert np.diff(reading.times).tolist() == [60, 60]


@pytest.mark.parametrize("scale", [1, 1e3, 1e6, 1e9])
def test_epochs_of_every_unit_are_understood(write, scale):
    reading = read(write([{"t": int((1.7e9 + i) * scale), "a": i} for i in range(3)]))
    assert reading.times.tolist() == [1.7e9, 1.7e9 + 1, 1.7e9 + 2]


def test_one_sensor_an_object_becomes_one_channel_a_sensor(write):
    rows = [
        {
            "entity_id": name,
            "state": str(i),
            "last_changed": f"2024-05-01T10:0{i}:00+02:00",
            "attributes": {"unit_of_measurement": "W"},
        }
        for i in range(3)
        for name in ("a", "b")
    ]
    reading = read(write(rows))
    assert names(reading) == [("a", "W"), ("b", "W")]
    assert reading.values.tolist() == [[0, 1, 2], [0, 1, 2]]
    assert reading.axis.zone == "+02:00"


def test_broken_lines_texts_and_infinities_are_counted(write):
    text = '{"t":0,"a":1}\nnonsense\n{"t":1,"a":"high"}\n[1,2]\n{"t":2,"a":1e999,"b":NaN}\n{"a":7}\n{"t":3,"a":true}\n'
    reading = read(write(text))
    assert reading.values.tolist() == [[1, 1]]
    limits = " | ".join(reading.limits)
    assert "2 lines not a JSON object left out (first at line 2)" in limits
    assert "1 value of a not numeric (such as 'high') left out (line 3)" in limits
    assert "1 value infinite or too large" in limits
    assert "1 object without a time that is understood left out (line 6)" in limits


def test_an_array_of_objects_is_read_alike(write):
    rows = [{"time": i, "a": i * i} for i in range(5)]
    assert read(write(json.dumps(rows, indent=2))).values.tolist() == [[0, 1, 4, 9, 16]]


def test_a_rate_or_a_key_can_be_given(write):
    path = write([{"a": i, "b": 10 * i} for i in range(3)])
    assert read(path, rate_hz=10).times.tolist() == [0, 0.1, 0.2]
    assert read(path, time="b").times.tolist() == [0, 10, 20]
    assert "one sample a second" in read(path).limits[0]
    with pytest.raises(RequestError, match="no key 'c'"):
        read(path, time="c")


@pytest.mark.parametrize("text", ["{", '{"a": ', "[{]", '{"a":"x"}', "[" * 100_000, '{"a":' * 50_000])
def test_what_holds_nothing_is_refused(write, text):
    with pytest.raises(FormatError):
        read(write(text))
