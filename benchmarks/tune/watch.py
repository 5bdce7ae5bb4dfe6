"""A program that works step by step when it is told to, and its memory as the system sees it from outside."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO


class Worker:
    """A program that prints one JSON line when it is ready, and one for every empty line that it gets.

    While one works the others wait, so programs can be measured in turn, step by step.
    """

    def __init__(self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
        self.peak_bytes = 0
        """Largest resident size, from the kernel's high-water mark."""
        self.peak_pss_bytes = 0
        """Largest proportional size seen in samples a quarter of a second apart; more would slow what is measured."""
        self._complaints: list[str] = []
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            text=True,
            env=None if environment is None else {**environment},
        )
        assert self._process.stderr is not None
        self._threads = [
            threading.Thread(target=self._sample, daemon=True),
            threading.Thread(target=self._drain, args=(self._process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self.ready = self._read()

    def step(self) -> dict[str, Any]:
        """Let the program make one step, and return what it said of it.

        raises: RuntimeError with the program's last words when it ended instead
        """
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """Let the program end."""
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with contextlib.suppress(json.JSONDecodeError):
                said: dict[str, Any] = json.loads(line)
                self.peak_bytes = _bytes(Path("/proc") / str(self._process.pid) / "status", "VmHWM:")
                return said
        status = self._process.wait()
        self._threads[1].join()
        raise RuntimeError(f"status {status}: {' '.join(''.join(self._complaints[-3:]).split())[-400:]}")

    def _sample(self) -> None:
        folder = Path("/proc") / str(self._process.pid)
        while self._process.poll() is None:
            with contextlib.suppress(OSError, ValueError, IndexError):
                self.peak_pss_bytes = max(self.peak_pss_bytes, _bytes(folder / "smaps_rollup", "Pss:"))
            time.sleep(0.25)

    def _drain(self, errors: TextIO) -> None:
        """Read all that is said, so that a talkative program never waits for us."""
        self._complaints.extend(errors)


def _bytes(path: Path, key: str) -> int:
    lines = path.read_text("ascii").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), 0)
