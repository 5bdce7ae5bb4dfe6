"""What the operating system says of this device: cores, instruction sets, memory, limits, temperatures, battery.

Nothing here is measured. Linux is read from /proc and /sys, macOS from sysctl; what neither says is None or empty.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CPU = Path("/sys/devices/system/cpu")
# What decides how fast matrix products are; /proc/cpuinfo names, and sysctl's on macOS.
_OF_INTEREST = (
    "sse4_2",
    "avx",
    "avx2",
    "fma",
    "f16c",
    "avx_vnni",
    "avx512f",
    "avx512bw",
    "avx512_vnni",
    "avx512_bf16",
    "avx512_fp16",
    "amx_tile",
    "amx_int8",
    "amx_bf16",
    "neon",
    "asimd",
    "fphp",
    "asimdhp",
    "asimddp",
    "i8mm",
    "bf16",
    "sve",
    "sve2",
    "sme",
)
_MACOS_ARM = {
    "FEAT_DotProd": "asimddp",
    "FEAT_FP16": "asimdhp",
    "FEAT_I8MM": "i8mm",
    "FEAT_BF16": "bf16",
    "FEAT_SME": "sme",
}


@dataclass(frozen=True, kw_only=True)
class Cores:
    """Processor cores; `usable` is what affinity and container leave to this process."""

    model: str | None
    physical: int | None
    logical: int
    usable: float
    l3_bytes: int | None


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Main memory; with a container's limit, total and available are what the limit leaves."""

    total_bytes: int | None
    available_bytes: int | None
    limit_bytes: int | None


def cores() -> Cores:
    """Return how many cores there are and how many this process may use."""
    logical = os.cpu_count() or 1
    return Cores(
        model=_cpuinfo("model name", "Model", "Hardware") or _sysctl("machdep.cpu.brand_string"),
        physical=_physical_cores() or _number(_sysctl("hw.physicalcpu")),
        logical=logical,
        usable=min(_affinity(logical), _cpu_quota() or logical),
        l3_bytes=_l3_bytes() or _number(_sysctl("hw.l3cachesize")),
    )


def instruction_sets() -> list[str]:
    """Return the vector instructions that the processor has, by the kernel's names."""
    said = set((_cpuinfo("flags", "Features") or "").lower().split())
    if platform.system() == "Darwin":
        features = f"{_sysctl('machdep.cpu.features')} {_sysctl('machdep.cpu.leaf7_features')}".lower()
        said |= {name.replace(".", "_").replace("avx1_0", "avx") for name in features.split()}
        said |= {ours for theirs, ours in _MACOS_ARM.items() if _sysctl(f"hw.optional.arm.{theirs}") == "1"}
        said |= {"asimd"} if platform.machine() == "arm64" else set()
    return [name for name in _OF_INTEREST if name in said]


def memory() -> Memory:
    """Return total and available memory, a container's limit respected."""
    facts = _meminfo()
    total = facts.get("MemTotal") or _number(_sysctl("hw.memsize"))
    available = facts.get("MemAvailable") or _macos_available()
    limit, used = _memory_limit()
    if limit is not None and (total is None or limit < total):
        free = max(0, limit - used)
        return Memory(
            total_bytes=limit, available_bytes=free if available is None else min(free, available), limit_bytes=limit
        )
    return Memory(total_bytes=total, available_bytes=available, limit_bytes=None)


def temperatures() -> dict[str, float]:
    """Return temperatures in degrees Celsius by the name of their sensor."""
    found: dict[str, float] = {}
    for zone in sorted(Path("/sys/class/thermal").glob("thermal_zone*")):
        if (value := _number(_read(zone / "temp"))) is not None:
            found[f"{_read(zone / 'type') or zone.name} {zone.name[12:]}"] = value / 1000
    for sensor in sorted(Path("/sys/class/hwmon").glob("hwmon*/temp*_input")):
        if (value := _number(_read(sensor))) is not None:
            label = _read(sensor.with_name(sensor.name.replace("_input", "_label"))) or sensor.name[:-6]
            found[f"{_read(sensor.parent / 'name') or sensor.parent.name} {label}"] = value / 1000
    return found


def battery() -> dict[str, str | float] | None:
    """Return charge in percent and state of the first battery; None where there is none."""
    for supply in sorted(Path("/sys/class/power_supply").glob("*")):
        charge = _number(_read(supply / "capacity"))
        if _read(supply / "type") == "Battery" and charge is not None:
            return {"name": supply.name, "charge_percent": charge, "state": _read(supply / "status") or "unknown"}
    return None


def _affinity(logical: int) -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return logical


def _physical_cores() -> int | None:
    seen = {
        (_read(core / "topology/physical_package_id"), _read(core / "topology/core_id"))
        for core in _CPU.glob("cpu[0-9]*")
    }
    return len(seen - {(None, None)}) or None


def _l3_bytes() -> int | None:
    sizes = []
    for index in _CPU.glob("cpu0/cache/index*"):
        if _read(index / "level") == "3" and (size := _read(index / "size")):
            sizes.append(int(size.rstrip("KM")) << (20 if size.endswith("M") else 10))
    return max(sizes, default=None)


def _cgroups(controller: str) -> Iterator[Path]:
    """Yield the folders of this process's control groups, from its own up to the root, version 2 and 1."""
    for line in (_read(Path("/proc/self/cgroup")) or "").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        roots = [Path("/sys/fs/cgroup", controllers)] if controllers else [Path("/sys/fs/cgroup")]
        for root in roots:
            inside = Path(path.lstrip("/"))
            yield from (root / folder for folder in (inside, *inside.parents))


def _cpu_quota() -> float | None:
    """Return the cores that a container grants, as a number that need not be whole."""
    quotas = []
    for folder in _cgroups("cpu"):
        quota, period = _read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us")
        if said := _read(folder / "cpu.max"):
            quota, period = said.split()[0], said.split()[-1]
        if quota and period and quota.isdigit() and int(period) > 0:
            quotas.append(int(quota) / int(period))
    return min(quotas, default=None)


def _memory_limit() -> tuple[int | None, int]:
    """Return the tightest limit of a container and what counts against it."""
    tightest: tuple[int | None, int] = None, 0
    for folder in _cgroups("memory"):
        limit = _number(_read(folder / "memory.max") or _read(folder / "memory.limit_in_bytes"))
        if limit is None or limit >= 1 << 60 or (tightest[0] is not None and limit >= tightest[0]):
            continue
        used = _number(_read(folder / "memory.current") or _read(folder / "memory.usage_in_bytes")) or 0
        stat = dict(line.split() for line in (_read(folder / "memory.stat") or "").splitlines())
        tightest = limit, max(0, used - int(stat.get("total_inactive_file", stat.get("inactive_file", 0))))
    return tightest


def _meminfo() -> dict[str, int]:
    lines = (_read(Path("/proc/meminfo")) or "").splitlines()
    return {m[1]: int(m[2]) << 10 for line in lines if (m := re.match(r"(\w+):\s+(\d+) kB", line))}


def _macos_available() -> int | None:
    if platform.system() != "Darwin":
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(["vm_stat"], capture_output=True, text=True, timeout=2, check=True).stdout
        page = re.search(r"page size of (\d+)", said)
        counts = [int(n) for n in re.findall(r"Pages (?:free|inactive|speculative):\s+(\d+)", said)]
        return sum(counts) * int(page[1]) if page and counts else None
    return None


def _cpuinfo(*keys: str) -> str | None:
    text = _read(Path("/proc/cpuinfo")) or ""
    for key in keys:
        if match := re.search(rf"^{key}\s*:\s*(.+)$", text, re.MULTILINE):
            return match[1].strip()
    return None


def _sysctl(key: str) -> str | None:
    if platform.system() != "Darwin":
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(
            ["sysctl", "-n", key], capture_output=True, text=True, timeout=2, check=True
        ).stdout.strip()
    return None


def _read(path: Path) -> str | None:
    with contextlib.suppress(OSError):
        return path.read_text(errors="replace").strip()
    return None


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d+", text) else None
