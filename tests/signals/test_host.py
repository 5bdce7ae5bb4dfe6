from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galiot.errors import RequestError
from galiot.signals import facts, read
from galiot.signals.base import ReadOptions
from galiot.signals.host import host_seconds, read_host
from galiot.signals.host_sensors import find_sensors

needs_proc = pytest.mark.skipif(not Path("/proc/stat").exists(), reason="this system has no /proc")


@needs_proc
def test_this_device_is_read_with_progress():
    seen = []
    reading = read("host:300ms", rate_hz=20, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(i, 6) for i in range(7)]
    assert reading.values.shape == (len(reading.channels), 6)
    assert (np.diff(reading.times) > 0).all()
    found = {channel.name: values for channel, values in zip(reading.channels, reading.values, strict=True)}
    assert ((found["memory use"] > 0) & (found["memory use"] < 100)).all()
    assert facts(reading).rows()[0]["channel"] == "load average"


@pytest.mark.parametrize(
    ("source", "seconds"), [("host", 10), ("host:10s", 10), ("host:2min", 120), ("host:0.5h", 1800), ("host:7", 7)]
)
def test_a_length_is_understood(source, seconds):
    assert host_seconds(source) == seconds


@pytest.mark.parametrize(
    "source", ["host:", "host:x", "host:-1s", "host:0s", "host:1e9s", "host:400h", "host:10 weeks"]
)
def test_a_length_that_cannot_be_is_refused(source):
    with pytest.raises(RequestError):
        read(source)


def tree(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_sensors_give_the_numbers_that_the_kernel_gives(tmp_path):
    root = tree(
        tmp_path,
        proc__stat="cpu 100 0 100 800 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0\ncpu1 50 0 50 400 0 0 0 0\n",
        proc__meminfo="MemTotal: 1000 kB\nMemAvailable: 250 kB\nSwapTotal: 100 kB\nSwapFree: 90 kB\n",
        sys__class__thermal__thermal_zone0__type="soc\n",
        sys__class__thermal__thermal_zone0__temp="48500\n",
        sys__class__power_supply__BAT0__type="Battery\n",
        sys__class__power_supply__BAT0__capacity="77\n",
    )
    sensors, missing = find_sensors(root)
    names = [channel.name for sensor in sensors for channel in sensor.channels]
    [sensor.sample() for sensor in sensors]
    tree(root, proc__stat="cpu 130 0 120 840 10 0 0 0\ncpu0 80 0 60 410 0 0 0 0\ncpu1 50 0 60 430 10 0 0 0\n")
    found = dict(zip(names, [value for sensor in sensors for value in sensor.sample()], strict=True))
    assert found["CPU use"] == pytest.approx(50)
    assert found["busiest core"] == pytest.approx(80)
    assert found["CPU wait for disk"] == pytest.approx(10)
    assert found["memory use"] == pytest.approx(75)
    assert found["swap use"] == pytest.approx(10)
    assert found["temperature soc"] == 48.5
    assert found["battery"] == 77
    assert "this device has no fan sensor" in missing


def test_a_sensor_that_goes_away_leaves_a_gap(tmp_path):
    root = tree(tmp_path, proc__stat="cpu 1 0 1 8 0 0 0 0\n", proc__loadavg="0.5 0 0 1/1 1\n")
    sensors, _ = find_sensors(root)
    (root / "proc/loadavg").unlink()
    assert np.isnan(sensors[0].sample()[0])


def test_what_the_device_has_not_is_said(tmp_path):
    root = tree(tmp_path, proc__stat="cpu 1 0 1 8 0 0 0 0\n")
    reading = read_host("host:100ms", ReadOptions(rate_hz=30), root=root)
    assert "this device has no temperature sensor that can be read" in reading.limits
