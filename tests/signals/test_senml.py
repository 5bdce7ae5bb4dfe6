from __future__ import annotations

import json

import numpy as np
import pytest

from galiot.errors import FormatError
from galiot.signals import read


@pytest.fixture
def write(tmp_path):
    def write(content, name="pack.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


def by_name(reading):
    return {
        channel.name: (channel.unit, values) for channel, values in zip(reading.channels, reading.values, strict=True)
    }


def test_base_fields_hold_until_they_are_said_anew(write):
    pack = [
        {"bn": "urn:dev:ow:10e2:", "bt": 1.6e9, "bu": "A", "bver": 5, "n": "voltage", "u": "V", "v": 120.1},
        {"n": "current", "t": -2, "v": 1.2},
        {"n": "current", "t": -1, "v": 1.3},
        {"bn": "urn:dev:ow:11:", "bu": "Cel", "n": "temp", "t": 5, "v": 20},
    ]
    reading = read(write(pack))
    assert reading.times.tolist() == [1.6e9 - 2, 1.6e9 - 1, 1.6e9, 1.6e9 + 5]
    found = by_name(reading)
    assert [found[name][0] for name in ("voltage", "current", "temp")] == ["V", "A", "°C"]
    assert found["current"][1][:2].tolist() == [1.2, 1.3]
    assert found["temp"][1][3] == 20


def test_base_values_and_sums_are_added(write):
    pack = [
        {"bn": "m", "bt": 1.6e9, "bv": 100, "bs": 1000, "bu": "W", "v": 1, "s": 5},
        {"t": 60, "v": 2, "s": 6},
        {"t": 120},
    ]
    found = by_name(read(write(pack)))
    assert found["m"][1].tolist() == [101, 102, 100]
    assert found["m sum"][0] == "J"
    assert found["m sum"][1].tolist() == [1005, 1006, 1000]


def test_booleans_are_numbers_and_texts_are_counted(write):
    pack = [
        {"bn": "a/", "bt": 1.6e9, "n": "lock", "vb": True},
        {"n": "lock", "t": 1, "vb": False},
        {"n": "label", "vs": "hi"},
        {"n": "blob", "vd": "aGkK"},
    ]
    reading = read(write(pack))
    assert by_name(reading)["lock"][1].tolist() == [1, 0]
    assert sum("left out" in limit for limit in reading.limits) == 2


@pytest.mark.parametrize("shape", ["pack", "lines", "open stream", "one long line"])
def test_packs_streams_and_lines_are_the_same(write, shape):
    records = [{"bn": "x", "bt": 1.6e9, "v": 0}] + [{"t": i, "v": i} for i in range(1, 500)]
    text = {
        "pack": json.dumps(records, indent=1),
        "lines": "\n".join(map(json.dumps, records)),
        "open stream": "[" + ",\n".join(map(json.dumps, records)),
        "one long line": json.dumps(records),
    }[shape]
    reading = read(write(text))
    assert reading.values.tolist() == [list(range(500))]
    assert np.diff(reading.times).tolist() == [1.0] * 499


def test_a_new_pack_forgets_the_base_of_the_old(write):
    text = json.dumps([{"bn": "a", "bt": 1.6e9, "v": 1}]) + "\n" + json.dumps([{"n": "b", "t": 1.6e9, "v": 2}])
    assert sorted(by_name(read(write(text)))) == ["a", "b"]


def test_relative_times_are_stated(write):
    reading = read(write([{"bn": "a", "v": 1, "t": -10}, {"v": 2, "t": -5}]))
    assert reading.times.tolist() == [-10, -5]
    assert "relative" in reading.limits[0]


@pytest.mark.parametrize("record", [{"bver": 11}, {"must_": 1}])
def test_what_must_be_understood_and_is_not_is_refused_with_its_line(write, record):
    with pytest.raises(FormatError, match="line 1"):
        read(write([{"n": "a", "t": 1.6e9, "v": 1} | record]))


def test_a_pack_that_breaks_off_is_used_up_to_there(write):
    text = json.dumps([{"n": "a", "t": 1.6e9 + i, "v": i} for i in range(20)], indent=0)
    reading = read(write(text[:-30]))
    assert reading.values.shape == (1, 19)
    assert "ends in the middle" in reading.limits[0]


def test_invalid_records_are_counted(write):
    pack = [
        {"n": "a", "t": 1.6e9, "v": 1},
        {"n": "", "v": 2},
        {"n": "a", "t": 1.6e9, "v": "x"},
        {"n": "a", "t": True, "v": 1},
    ]
    reading = read(write(pack))
    assert reading.values.tolist() == [[1]]
    assert "2 records without a valid name or time left out (first at line 1)" in reading.limits


def test_values_in_another_unit_are_left_out_and_said(tmp_path):
    pack = [{"n": "a", "t": i, "u": "V" if i == 7 else "Cel", "v": i} for i in range(10)]
    (tmp_path / "p.json").write_text(json.dumps(pack))
    reading = read(str(tmp_path / "p.json"))
    assert reading.channels[0].unit == "°C"
    assert 7 not in reading.values[0]
    assert "1 value in another unit than their sensor's first left out" in reading.limits
