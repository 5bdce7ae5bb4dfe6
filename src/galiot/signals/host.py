"""host:10s - this device's own sensors for a while."""

from __future__ import annotations

import platform
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from galiot.errors import RequestError
from galiot.signals.base import ReadOptions
from galiot.signals.clock import TimeAxis
from galiot.signals.host_sensors import Sensor, find_sensors
from galiot.signals.reading import WHOLE_VALUES, Channel, Floats, Reading

_SOURCE = re.compile(r"host(?::(?P<number>\d+(?:\.\d+)?|\.\d+)\s*(?P<unit>ms|s|sec|min|m|h|))?$")
_SECONDS = {"ms": 1e-3, "": 1.0, "s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
_PLACES = {"%": 1, "MiB": 0, "°C": 1, "MB/s": 2, "kB/s": 1, "MHz": 0, "rpm": 0, "W": 2}


def read_host(
    source: str,
    options: ReadOptions,
    progress: Callable[[int, int], None] | None = None,
    *,
    root: Path = Path("/"),
) -> Reading:
    """Sample this device's sensors for as long as `source` says, ten seconds for a bare "host".

    progress: (samples taken, samples to take)
    root: where proc and sys are found
    raises: RequestError for a length that cannot be understood
    """
    seconds = host_seconds(source)
    rate = options.rate_hz or (10.0 if seconds < 5 else 2.0 if seconds <= 60 else 1.0 if seconds <= 3600 else 0.2)
    sensors, missing = find_sensors(root) if (root / "proc/stat").exists() else _portable()
    channels = [
        Channel(channel.name, options.units.get(channel.name, channel.unit))
        for sensor in sensors
        for channel in sensor.channels
    ]
    count = max(2, round(seconds * rate) + 1)
    if count * len(channels) > WHOLE_VALUES:
        raise RequestError(
            f"{source}: {count} samples of {len(channels)} channels are too many; lower rate_hz or the time"
        )
    offset = time.localtime().tm_gmtoff
    first, started = time.time(), time.monotonic()
    times, values = _sampled(sensors, count, seconds / (count - 1), started, progress)
    axis = TimeAxis("date", float(offset), time.strftime("%Z"))
    # Rates are differences to the sample before, so the first sample only starts the counters.
    return Reading.of(
        first + times[1:] - started,
        values[:, 1:],
        channels,
        axis=axis,
        source=f"device {platform.node() or 'here'}",
        limits=missing,
    )


def host_seconds(source: str) -> float:
    """The length that a source such as host:10s or host:2min asks for, in seconds."""
    found = _SOURCE.match(source.strip())
    if not found:
        raise RequestError(f"{source!r} is not understood; write host:10s, host:5min or host:1h")
    seconds = float(found["number"] or 10) * _SECONDS[found["unit"] or ""]
    if not 0.1 <= seconds <= 7 * 86400:
        raise RequestError(f"{source!r}: from 0.1 s to 168 h can be sampled")
    return seconds


def _sampled(
    sensors: list[Sensor], count: int, step_s: float, started: float, progress: Callable[[int, int], None] | None
) -> tuple[Floats, Floats]:
    times, rows = np.zeros(count), []
    for number in range(count):
        wait = started + number * step_s - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        times[number] = time.monotonic()
        rows.append([value for sensor in sensors for value in sensor.sample()])
        if progress:
            progress(number, count - 1)
    channels = [channel for sensor in sensors for channel in sensor.channels]
    places = [_PLACES.get(channel.unit, 2) for channel in channels]
    return times, np.stack([np.round(column, place) for column, place in zip(np.array(rows).T, places, strict=True)])


def _portable() -> tuple[list[Sensor], list[str]]:
    """Sensors of a device without /proc: what Python gives, and more where psutil is installed."""
    import os

    nan = float("nan")
    sensors = [
        Sensor([Channel("load average")], lambda: [os.getloadavg()[0]]),
    ]
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError:
        return sensors, ["this system shows only its load average without the package psutil"]

    def rates() -> list[float]:
        disk, net = psutil.disk_io_counters(), psutil.net_io_counters()
        return [
            disk.read_bytes / 1e6 if disk else nan,
            disk.write_bytes / 1e6 if disk else nan,
            net.bytes_recv / 1e3,
            net.bytes_sent / 1e3,
        ]

    from galiot.signals.host_sensors import _Rate

    names = [Channel("disk read", "MB/s"), Channel("disk write", "MB/s")]
    names += [Channel("network received", "kB/s"), Channel("network sent", "kB/s")]
    sensors += [
        Sensor([Channel("CPU use", "%")], lambda: [float(psutil.cpu_percent())]),
        Sensor([Channel("memory use", "%")], lambda: [float(psutil.virtual_memory().percent)]),
        Sensor([Channel("swap use", "%")], lambda: [float(psutil.swap_memory().percent)]),
        Sensor([Channel("disk use", "%")], lambda: [float(psutil.disk_usage("/").percent)]),
        Sensor(names, _Rate(rates)),
    ]
    if (charge := getattr(psutil, "sensors_battery", lambda: None)()) is not None:
        sensors.append(Sensor([Channel("battery", "%")], lambda: [float(charge.percent)]))
    return sensors, ["this system does not give its temperatures"]
