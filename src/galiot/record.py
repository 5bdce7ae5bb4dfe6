"""One measurement that somebody else can repeat."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

_TOLD = ("galiot", "ggml-python", "numpy")


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was measured, of what, where and how; a run that failed keeps its row."""

    task: str
    model: str
    model_sha256: str
    settings: Mapping[str, Any]
    """What somebody else has to set to measure the same."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """Medians, or the one value there is; the unit stands in the key."""
    spread: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Figure -> its smallest and its largest value."""
    repeats: int = 1
    seed: int | None = None
    failed: str = ""
    """Why there are no figures."""
    device: str = field(default_factory=lambda: describe_device())
    commit: str = field(default_factory=lambda: current_commit())
    versions: Mapping[str, str] = field(default_factory=lambda: current_versions())
    date: str = field(default_factory=lambda: datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def to_json(self) -> dict[str, Any]:
        """Return the record as one object, the figures beside the rest."""
        told = asdict(self)
        figures, spread = told.pop("figures"), told.pop("spread")
        return {**told, **figures, "spread": {name: list(span) for name, span in spread.items()}}


def median_and_spread(values: Sequence[float]) -> tuple[float, tuple[float, float]]:
    """Return the median of at least one value, and the smallest and largest."""
    return statistics.median(values), (min(values), max(values))


def describe_device() -> str:
    """Return processor, cores and memory in words: '2-core AMD EPYC 9645, 24 GiB'."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{cores}-core {_processor()}, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def current_commit() -> str:
    """Return the commit of the checkout that this file lies in, '+' behind it if it was changed; '' outside of one."""
    folder = Path(__file__).parent
    try:
        commit = _git(folder, "rev-parse", "--short=12", "HEAD")
        inside = _git(folder, "ls-files", "--error-unmatch", Path(__file__).name)
        return commit + ("+" if _git(folder, "status", "--porcelain", "--", ".") else "") if inside else ""
    except (OSError, subprocess.SubprocessError):
        return ""


def current_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide about a measurement."""
    found = {"python": platform.python_version()}
    for package in _TOLD:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith(("model name", "Model", "Hardware")):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
