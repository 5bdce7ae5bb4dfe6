"""A program's output line by line, and its memory as the system sees it from outside."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Run:
    """What a program said, and the most memory that it took."""

    lines: list[dict[str, float]] = field(default_factory=list)
    """JSON objects that it printed, one a line."""
    peak_bytes: int = 0
    """Largest resident size (the kernel's high-water mark)."""
    peak_pss_bytes: int = 0
    """Largest proportional size seen in samples 20 ms apart."""
    seconds: float = 0.0
    failed: str = ""
    """The end of what it said about why it failed."""


def watch(command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, seconds: float = 1800) -> Run:
    """Run a program to its end, or to the end of its time."""
    run, began = Run(), time.perf_counter()
    pipe = subprocess.PIPE
    # Errors go to a pipe that a thread drains, so that a talkative program never waits for us.
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=dict(environment or os.environ)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        complaints: list[str] = []
        threads = [
            threading.Thread(target=_sample, args=(process, run, began + seconds)),
            threading.Thread(target=lambda lines: complaints.extend(lines), args=(process.stderr,)),
        ]
        for thread in threads:
            thread.start()
        for line in process.stdout:
            with contextlib.suppress(json.JSONDecodeError):
                run.lines.append(json.loads(line))
        process.wait()
        for thread in threads:
            thread.join()
    run.seconds = time.perf_counter() - began
    if process.returncode:
        run.failed = f"status {process.returncode}: {' '.join(''.join(complaints[-3:]).split())[-500:]}"
    return run


def _sample(process: subprocess.Popen[str], run: Run, deadline: float) -> None:
    folder = Path("/proc") / str(process.pid)
    while process.poll() is None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            run.peak_bytes = max(run.peak_bytes, _kibibytes(folder / "status", "VmHWM:") * 1024)
            run.peak_pss_bytes = max(run.peak_pss_bytes, _kibibytes(folder / "smaps_rollup", "Pss:") * 1024)
        if time.perf_counter() > deadline:
            process.kill()
        time.sleep(0.02)


def _kibibytes(path: Path, key: str) -> int:
    return next((int(line.split()[1]) for line in path.read_text("ascii").splitlines() if line.startswith(key)), 0)
