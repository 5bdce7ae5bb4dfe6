"""How soon a sentence is heard while a long report is being written, and whether the report loses anything.

`python benchmarks/agent/preempt.py [--asks 20] [--out DIR]`

A report of 1,500 tokens of prompt and 300 of answer is written in the background, in a session that gives way between
its steps. Requests come at random moments and hold the device for 50 ms. The report must have the tokens that it has
when it is alone.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import galiot
from galiot.agent.schedule.device import DeviceScheduler, Turn
from galiot.agent.schedule.jobs import Job
from galiot.files import atomic_write
from galiot.record import Record
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.generate import GenerateConfig, generate

PROMPT_TOKENS, ANSWER_TOKENS = 1500, 300
HELD_S = 0.05


def report(model: Any, turn: Turn | None, chunk: int, begun: threading.Event) -> list[int]:
    """Write the report; return its tokens."""
    text = "The boiler of the house was watched for a night. " * 200
    tokens = model.tokenizer.encode(text, start=True)[:PROMPT_TOKENS]
    with galiot.Session(model, RuntimeConfig(context=2048, chunk=chunk)) as session:
        if turn is not None:
            session.pause = turn.checkpoint
        begun.set()
        settings = GenerateConfig(temperature=0.0, max_tokens=ANSWER_TOKENS)
        return generate(session, tokens, settings=settings).finished().tokens


def measure(model: Any, asks: int, chunk: int, seed: int) -> dict[str, Any]:
    """Return how long requests waited, and whether the report came out as alone."""
    alone = report(model, None, chunk, threading.Event())
    scheduler, waits, found, begun = DeviceScheduler(), [], [], threading.Event()

    def work() -> None:
        with scheduler.admitted(Job(name="report", seconds=60)) as turn:
            found.extend(report(model, turn, chunk, begun))

    rng = random.Random(seed)
    while len(waits) < asks:
        begun.clear()
        found.clear()
        worker = threading.Thread(target=work)
        worker.start()
        begun.wait()
        while worker.is_alive() and len(waits) < asks:
            time.sleep(rng.uniform(0.05, 0.4))
            asked = time.perf_counter()
            with scheduler.admitted(Job(name=f"request {len(waits)}", seconds=HELD_S, deadline=10, urgency="reactive")):
                waits.append(time.perf_counter() - asked)
                time.sleep(HELD_S)
        worker.join()
    waits.sort()
    return {
        "wait_s_median": statistics.median(waits),
        "wait_s_p95": waits[int(0.95 * (len(waits) - 1))],
        "wait_s_most": waits[-1],
        "asks": len(waits),
        "report_is_the_same": found == alone,
        "report_tokens": len(alone),
    }


def main() -> None:
    """Measure and write a record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--asks", type=int, default=20)
    parser.add_argument("--chunk", type=int, default=64, help="tokens of prompt between two places to give way")
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--out", type=Path, default=Path("build/records"))
    options = parser.parse_args()
    model = galiot.open_model(options.model)
    figures = measure(model, options.asks, options.chunk, seed=0)
    settings = {"asks": options.asks, "chunk": options.chunk, "prompt_tokens": PROMPT_TOKENS}
    record = Record(
        task="agent-preempt",
        model=model.path.name,
        model_sha256=model.sha256,
        settings=settings,
        figures=figures,
        seed=0,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    with atomic_write(options.out / "agent-preempt.json") as file:
        file.write(json.dumps(record.to_json(), indent=1).encode())
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
