"""What this device is and how fast it is, and what could not be found out."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from galiot.bench import hardware
from galiot.bench.hardware import Cores, Memory
from galiot.bench.throughput import StorageSpeed, memory_bytes_per_s, storage_speed
from galiot.errors import GaliotError

_LEAST_BUFFER = 128 << 20
_GGML_FEATURES = (
    "avx",
    "avx2",
    "avx_vnni",
    "avx512",
    "avx512_vnni",
    "avx512_bf16",
    "fma",
    "f16c",
    "neon",
    "dotprod",
    "matmul_int8",
    "sve",
    "amx_int8",
)


@dataclass(frozen=True, kw_only=True)
class Bandwidth:
    """Reading main memory, in bytes per second."""

    one_thread_bytes_per_s: float
    all_threads_bytes_per_s: float
    threads: int
    buffer_bytes: int


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One device as seen at one moment. `unknown`: what could not be found out, and why."""

    system: str
    machine: str
    python: str
    galiot: str
    cores: Cores
    instruction_sets: list[str]
    ggml: str | None
    ggml_built_with: list[str]
    memory: Memory
    bandwidth: Bandwidth | None
    storage: StorageSpeed | None
    temperatures_c: dict[str, float]
    battery: dict[str, str | float] | None
    unknown: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the same as plain values; units are in the keys."""
        return asdict(self)


def probe(folder: Path | None = None) -> Probe:
    """Look at this device and measure its memory and storage; takes about three seconds.

    folder: whose storage is measured; default: the library's. A model in it is read and loses its place in the
        system's cache; without one a file is written there for a moment.
    """
    from galiot import __version__
    from galiot.model.library import library_dir

    unknown: dict[str, str] = {}
    cores, memory = hardware.cores(), hardware.memory()
    version, features = _ggml(unknown)
    found = Probe(
        system=f"{platform.system()} {platform.release()}",
        machine=platform.machine(),
        python=platform.python_version(),
        galiot=__version__,
        cores=cores,
        instruction_sets=hardware.instruction_sets(),
        ggml=version,
        ggml_built_with=features,
        memory=memory,
        bandwidth=_bandwidth(cores, memory, unknown),
        storage=_storage(folder or library_dir(), unknown),
        temperatures_c=hardware.temperatures(),
        battery=hardware.battery(),
        unknown=unknown,
    )
    _name_gaps(found, unknown)
    return found


def memory_bandwidth(threads: int | None = None) -> float | None:
    """Return the bytes per second that `threads` threads (default: as many as may run) read from memory together.

    None where too little memory is free to see past the caches. Takes about half a second.
    """
    cores = hardware.cores()
    size = _buffer_bytes(cores, hardware.memory())
    return memory_bytes_per_s(threads or max(1, int(cores.usable)), size) if size else None


def _ggml(unknown: dict[str, str]) -> tuple[str | None, list[str]]:
    from galiot import ggml

    try:
        features = [name for name in _GGML_FEATURES if getattr(ggml, f"cpu_has_{name}")()]
        return ggml.version().decode(), features
    except (GaliotError, OSError, AttributeError) as error:
        unknown["ggml"] = str(error)
        return None, []


def _bandwidth(cores: Cores, memory: Memory, unknown: dict[str, str]) -> Bandwidth | None:
    size = _buffer_bytes(cores, memory)
    if size is None:
        unknown["bandwidth"] = "a quarter of the free memory is too little to see past the caches"
        return None
    threads = max(1, int(cores.usable))
    one = memory_bytes_per_s(1, size)
    every = memory_bytes_per_s(threads, size) if threads > 1 else one
    return Bandwidth(one_thread_bytes_per_s=one, all_threads_bytes_per_s=every, threads=threads, buffer_bytes=size)


def _buffer_bytes(cores: Cores, memory: Memory) -> int | None:
    """Return the size of four last caches, or what a quarter of the free memory allows; None if that is cached."""
    wanted = max(_LEAST_BUFFER, 4 * (cores.l3_bytes or 0))
    size = min(wanted, (memory.available_bytes or 4 * wanted) // 4)
    return size if size >= max(16 << 20, 2 * (cores.l3_bytes or 0)) else None


def _storage(folder: Path, unknown: dict[str, str]) -> StorageSpeed | None:
    there = folder
    while not there.exists():
        there = there.parent
    if not os.access(there, os.W_OK):
        there = Path(tempfile.gettempdir())
    try:
        found = storage_speed(folder, test_folder=there)
    except OSError as error:
        unknown["storage"] = f"{folder} could not be read or written: {error.strerror or error}"
        return None
    if found.cached_share is None:
        unknown["storage.cached_share"] = "the system does not say how much of the file it still had in memory"
    elif found.cached_share > 0.02:
        unknown["storage.read_bytes_per_s"] = (
            f"{found.cached_share:.0%} of the file came from memory, the system did not let go of it: storage is slower"
        )
    return found


def _name_gaps(found: Probe, unknown: dict[str, str]) -> None:
    unknown["storage.below"] = "a virtual machine's host or the drive itself may have answered from its own memory"
    if found.storage is None:
        del unknown["storage.below"]
    gaps = {
        "cores.model": (found.cores.model, "the system does not name the processor"),
        "cores.physical": (found.cores.physical, "the system does not say which cores share hardware"),
        "cores.l3_bytes": (found.cores.l3_bytes, "the system does not say how large the last cache is"),
        "instruction_sets": (found.instruction_sets, "the system does not list what the processor can do"),
        "memory.available_bytes": (found.memory.available_bytes, "the system does not say how much memory is free"),
        "temperatures_c": (found.temperatures_c, "no sensor is shown under /sys/class/thermal or /sys/class/hwmon"),
        "battery": (found.battery, "no battery is shown under /sys/class/power_supply"),
    }
    if sys.platform == "darwin":
        shown = "macOS does not show it to programs like this one"
        gaps |= {name: (gaps[name][0], shown) for name in ("temperatures_c", "battery")}
    unknown |= {name: reason for name, (value, reason) in gaps.items() if value is None or value in ({}, [])}
