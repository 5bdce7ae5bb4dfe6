"""The sensors that a Linux device has of itself, read from /proc and /sys."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from galiot.signals.reading import Channel

Sample = Callable[[], list[float]]
"""Gives the values of a sensor's channels now, NaN where one cannot be read."""

NAN = float("nan")


class Sensor:
    """A few channels that are sampled together; the first sample of a rate is missing."""

    def __init__(self, channels: list[Channel], sample: Sample) -> None:
        self.channels, self._sample = channels, sample

    def sample(self) -> list[float]:
        """The values of the channels now; a sensor that went away gives NaN."""
        try:
            return self._sample()
        except (OSError, ValueError, IndexError, KeyError):
            return [NAN] * len(self.channels)


def find_sensors(root: Path = Path("/")) -> tuple[list[Sensor], list[str]]:
    """The sensors below `root`, and one short sentence for each kind that is not there."""
    sensors: list[Sensor] = []
    missing: list[str] = []
    for find, absent in _KINDS:
        found = find(root)
        sensors += found
        if not found:
            missing.append(absent)
    return sensors, missing


def _load(root: Path) -> list[Sensor]:
    path = root / "proc/loadavg"
    return [Sensor([Channel("load average")], lambda: [float(path.read_text().split()[0])])] if path.exists() else []


def _cpu(root: Path) -> list[Sensor]:
    path = root / "proc/stat"
    if not path.exists():
        return []
    before: dict[str, list[int]] = {}

    def sample() -> list[float]:
        busy, waiting = {}, NAN
        for line in path.read_text().splitlines():
            name, *fields = line.split()
            if not name.startswith("cpu"):
                continue
            ticks = [int(field) for field in fields[:8]]
            spent = [now - then for now, then in zip(ticks, before.get(name, ticks), strict=True)]
            before[name] = ticks
            total = sum(spent)
            busy[name] = 100 * (total - spent[3] - spent[4]) / total if total > 0 else NAN
            waiting = 100 * spent[4] / total if name == "cpu" and total > 0 else waiting
        cores = [value for name, value in busy.items() if name != "cpu" and value == value]
        return [busy.get("cpu", NAN), max(cores, default=NAN), waiting]

    return [Sensor([Channel("CPU use", "%"), Channel("busiest core", "%"), Channel("CPU wait for disk", "%")], sample)]


def _memory(root: Path) -> list[Sensor]:
    path = root / "proc/meminfo"

    def kib() -> dict[str, int]:
        return {line.split(":")[0]: int(line.split()[1]) for line in path.read_text().splitlines() if ":" in line}

    def sample() -> list[float]:
        now = kib()
        return [100 * (1 - now["MemAvailable"] / now["MemTotal"]), now["MemAvailable"] / 1024]

    try:
        known = kib()
    except (OSError, ValueError, IndexError):
        return []
    if not known.get("MemTotal") or "MemAvailable" not in known:
        return []
    return [Sensor([Channel("memory use", "%"), Channel("memory available", "MiB")], sample)]


def _swap(root: Path) -> list[Sensor]:
    path = root / "proc/meminfo"

    def sample() -> list[float]:
        now = {line.split(":")[0]: int(line.split()[1]) for line in path.read_text().splitlines() if ":" in line}
        return [100 * (1 - now["SwapFree"] / now["SwapTotal"])]

    try:
        sample()
    except (OSError, ValueError, IndexError, KeyError, ZeroDivisionError):
        return []
    return [Sensor([Channel("swap use", "%")], sample)]


def _temperatures(root: Path) -> list[Sensor]:
    places: dict[str, Path] = {}
    for zone in sorted((root / "sys/class/thermal").glob("thermal_zone*")):
        places.setdefault(_name(zone / "type", zone.name), zone / "temp")
    for entry in sorted((root / "sys/class/hwmon").glob("hwmon*/temp*_input")):
        chip = _name(entry.parent / "name", entry.parent.name)
        label = _name(entry.with_name(entry.name.replace("_input", "_label")), "")
        places.setdefault(f"{chip} {label}".strip(), entry)
    return [
        Sensor([Channel(f"temperature {name}", "°C")], _scaled(path, 1e-3))
        for name, path in list(places.items())[:16]
        if _works(path)
    ]


def _fans(root: Path) -> list[Sensor]:
    paths = sorted((root / "sys/class/hwmon").glob("hwmon*/fan*_input"))[:8]
    return [
        Sensor([Channel(f"fan {number}", "rpm")], _scaled(path, 1.0))
        for number, path in enumerate(paths, 1)
        if _works(path)
    ]


def _disk_space(root: Path) -> list[Sensor]:
    def sample() -> list[float]:
        disk = os.statvfs(root)
        used = disk.f_blocks - disk.f_bfree
        return [100 * used / (used + disk.f_bavail)]

    try:
        sample()
    except (OSError, ZeroDivisionError):
        return []
    return [Sensor([Channel("disk use", "%")], sample)]


def _disk_rates(root: Path) -> list[Sensor]:
    path, block = root / "proc/diskstats", root / "sys/block"
    disks = {
        entry.name for entry in block.glob("*") if not entry.name.startswith(("loop", "ram", "zram", "dm-", "md", "sr"))
    }

    def counters() -> list[float]:
        rows = [line.split() for line in path.read_text().splitlines()]
        mine = [row for row in rows if row[2] in disks]
        return [512e-6 * sum(int(row[place]) for row in mine) for place in (5, 9)]

    if not path.exists() or not disks:
        return []
    return [Sensor([Channel("disk read", "MB/s"), Channel("disk write", "MB/s")], _Rate(counters))]


def _network(root: Path) -> list[Sensor]:
    path = root / "proc/net/dev"

    def counters() -> list[float]:
        rows = [line.partition(":") for line in path.read_text().splitlines()[2:]]
        mine = [rest.split() for name, _, rest in rows if name.strip() != "lo"]
        return [1e-3 * sum(int(row[place]) for row in mine) for place in (0, 8)]

    try:
        lines = path.read_text().splitlines()[2:]
    except OSError:
        return []
    if not [line for line in lines if line.partition(":")[0].strip() not in ("lo", "")]:
        return []
    return [Sensor([Channel("network received", "kB/s"), Channel("network sent", "kB/s")], _Rate(counters))]


def _frequency(root: Path) -> list[Sensor]:
    paths = sorted((root / "sys/devices/system/cpu").glob("cpu[0-9]*/cpufreq/scaling_cur_freq"))
    if not paths or not _works(paths[0]):
        return []
    return [
        Sensor([Channel("CPU frequency", "MHz")], lambda: [sum(int(p.read_text()) for p in paths) / len(paths) / 1000])
    ]


def _battery(root: Path) -> list[Sensor]:
    for supply in sorted((root / "sys/class/power_supply").glob("*")):
        if _name(supply / "type", "") == "Battery" and _works(supply / "capacity"):
            charge = Sensor([Channel("battery", "%")], _scaled(supply / "capacity", 1.0))
            if _works(supply / "power_now"):
                return [charge, Sensor([Channel("battery power", "W")], _scaled(supply / "power_now", 1e-6))]
            return [charge]
    return []


_KINDS: list[tuple[Callable[[Path], list[Sensor]], str]] = [
    (_load, "this device gives no load average"),
    (_cpu, "this device does not say how busy its processor is"),
    (_memory, "this device does not say how much memory is in use"),
    (_swap, "this device has no swap"),
    (_temperatures, "this device has no temperature sensor that can be read"),
    (_fans, "this device has no fan sensor"),
    (_disk_space, "this device does not say how full its disk is"),
    (_disk_rates, "this device does not count what it reads from disk"),
    (_network, "this device has no network interface that can be counted"),
    (_frequency, "this device does not give its processor frequency"),
    (_battery, "this device has no battery"),
]


class _Rate:
    """Turns counters into a rate a second; a counter that went backwards gives a missing value."""

    def __init__(self, counters: Callable[[], list[float]]) -> None:
        self._counters = counters
        self._before: tuple[float, list[float]] | None = None

    def __call__(self) -> list[float]:
        now, values = time.monotonic(), self._counters()
        before, self._before = self._before, (now, values)
        if before is None or now <= before[0]:
            return [NAN] * len(values)
        rates = [(value - then) / (now - before[0]) for value, then in zip(values, before[1], strict=True)]
        return [rate if rate >= 0 else NAN for rate in rates]


def _scaled(path: Path, scale: float) -> Sample:
    return lambda: [int(path.read_text()) * scale]


def _works(path: Path) -> bool:
    try:
        int(path.read_text())
    except (OSError, ValueError):
        return False
    return True


def _name(path: Path, otherwise: str) -> str:
    try:
        return path.read_text().strip() or otherwise
    except (OSError, ValueError):
        return otherwise
