"""Runs many cases of damaged files: each opens, or is refused in one line, in bounded time and memory.

The cases run in a child process: one that dies is a finding like any other, and a fresh child goes on behind it.
"""

from __future__ import annotations

import collections
import contextlib
import os
import re
import resource
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from galiot.errors import GaliotError

MOST_SECONDS = 1.0  # of processor time, a case
HANG_SECONDS = 20  # of wall time: then it is a hang, whatever the machine is doing
MOST_BYTES = 256 << 20  # of address space beyond what the process had before

Probe = Callable[[str], object]
"""Does with a file whatever may be done with one; raises GaliotError where it is refused."""

Write = Callable[[int, Path], Path]
"""Writes the files of a case, by its number, into a folder and returns the one that is opened."""


@dataclass
class Result:
    """What came out of many cases."""

    opened: int = 0
    refused: collections.Counter[str] = field(default_factory=collections.Counter)
    """How often each reason was given, names and numbers taken out."""
    failures: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    @property
    def told(self) -> str:
        """Everything for a person to read."""
        lines = [f"{times:6} {reason}" for reason, times in self.refused.most_common()]
        lines += [f"{self.opened:6} opened", *self.failures[:20]]
        passed = self.opened + self.refused.total()
        lines.append(f"{passed} cases passed, {len(self.failures)} failed; the slowest took {self.slowest_s:.2f} s")
        return "\n".join(lines)


def run(wanted: Sequence[int], write: Write, probe: Probe) -> Result:
    """Try the cases; what is not an opening or one line of refusal is among the result's failures."""
    result, first = Result(), 0
    with tempfile.TemporaryDirectory() as folder:
        while first < len(wanted):
            first += _run_child(wanted[first:], write, probe, Path(folder), result)
    return result


def _run_child(wanted: Sequence[int], write: Write, probe: Probe, folder: Path, result: Result) -> int:
    """Try the cases in a forked process until it ends or dies; return how many are done."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _limit_memory()
            _try_cases(wanted, write, probe, folder, writing)
            os._exit(0)
        finally:  # whatever happens, the child does not go on as a second parent
            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    done = 0
    with os.fdopen(reading) as lines:
        for line in lines:
            done += 1
            index, *outcome = line.rstrip("\n").split("\t")
            _count(result, int(index), outcome)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status and done <= len(wanted):
        last = f"{signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        result.failures.append(f"case {wanted[max(0, done - 1)]}: the process died with {last}")
    return max(done, 1)


def _try_cases(wanted: Sequence[int], write: Write, probe: Probe, folder: Path, writing: int) -> None:
    with os.fdopen(writing, "w", buffering=1, errors="backslashreplace") as out:
        for index in wanted:
            out.write(f"{index}\t")
            out.flush()  # who reads knows on which case this process dies
            out.write(_try_case(str(write(index, folder)), probe) + "\n")


_NEWLINE = "\x1e"
_ESCAPED = str.maketrans({"\n": _NEWLINE, "\r": _NEWLINE, "\t": " "})


def _try_case(path: str, probe: Probe) -> str:
    """Return one line: seconds, then how it ended."""
    start = time.process_time()
    try:
        with _alarm():
            probe(path)
        ending = "opened"
    except GaliotError as error:
        ending = "refused\t" + str(error).replace(path, "FILE").translate(_ESCAPED)
    except BaseException:
        ending = "failed\t" + traceback.format_exc().translate(_ESCAPED)
    return f"{time.process_time() - start:.3f}\t{ending}"


def _count(result: Result, index: int, outcome: list[str]) -> None:
    if len(outcome) < 2:
        return  # it died on this one
    seconds, ending, *text = outcome
    result.slowest_s = max(result.slowest_s, float(seconds))
    if float(seconds) > MOST_SECONDS:
        result.failures.append(f"case {index}: took {seconds} s")
    if ending == "opened":
        result.opened += 1
    elif ending == "failed":
        result.failures.append(f"case {index}: " + text[0].replace(_NEWLINE, "\n"))
    elif not text[0].isprintable() or len(text[0]) > 500:
        result.failures.append(f"case {index}: the refusal is no short line: {text[0][:200]}")
    else:
        result.refused[re.sub(r"'[^']*'|\"[^\"]*\"|-?\d+(\.\d+)?(e[-+]?\d+)?|\w+\.[\w.]+", "_", text[0])] += 1


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError(f"hangs for more than {HANG_SECONDS} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(HANG_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _limit_memory() -> None:
    """Let this process have little more address space than it has; macOS counts it otherwise."""
    with contextlib.suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MOST_BYTES, resource.RLIM_INFINITY))
