"""What memory this process has taken; apart from the engine, so that asking does not load it."""

from __future__ import annotations

import resource
import sys


def peak_bytes() -> int:
    """Return the largest resident size that this process has had."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # ru_maxrss is inherited from the parent
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration, NameError):  # NameError: an answer that is dropped while the interpreter ends
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
