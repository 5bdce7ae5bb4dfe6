"""One process that fills its context: half by reading, half by writing; run by run.py with either engine.

It prints the bytes that were resident before the model was loaded, and stays until standard input ends.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

PEER_PROGRAM = Path(__file__).parents[2] / "src" / "galiot" / "bench"


def galiot(path: str, context: int, threads: int) -> int:
    """Fill a session; everything counts, Python too."""
    import galiot
    from galiot.runtime.config import RuntimeConfig

    model = galiot.open_model(path)
    assert model.tokenizer
    session = galiot.Session(model, RuntimeConfig(context=context, threads=threads))
    tokens = [7 + i % 1000 for i in range(context)]
    session.evaluate(tokens[: context // 2])
    for token in tokens[context // 2 :]:
        session.evaluate([token])
    return 0


def llama_cpp(path: str, context: int, threads: int) -> int:
    """Fill llama.cpp's context by its plain functions; what Python takes before loading is told, to be taken off."""
    sys.path.insert(0, str(PEER_PROGRAM))
    import llama_cpp  # noqa: F401
    import numpy  # noqa: F401
    from peer_program import LowLevel

    before = resident_bytes()
    tokens = [7 + i % 1000 for i in range(context)]
    settings = {"context": context, "threads": threads, "depth": 0, "prompt": context // 2, "tokens": context // 2}
    peer = LowLevel(path, settings, tokens)
    peer.seconds("prefill")
    peer.settings["depth"] = context // 2
    peer.seconds("decode")
    return before


def resident_bytes() -> int:
    """Return the resident size of this process now."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    fill = galiot if sys.argv[1] == "galiot" else llama_cpp
    print(fill(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])), flush=True)
    sys.stdin.read()
