"""Galiot's side of a job that measure.py wrote: python ours.py WHAT FOLDER, for peer.py's jobs.

WHAT is `rows`, which writes rows.npz for the peer and ends; `step`, one update for every line of standard input; or
`read`, plain inference over the same batches. The first line of output says that all is ready, then comes one a step.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hf_folder import name_in_folder

from galiot.learn.batch import NO_LABEL, Batch
from galiot.model.model import Model, open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.tune.data import Batches, encode, read_rows
from galiot.tune.methods import make_method
from galiot.tune.settings import TuneSettings


def main() -> None:
    """Do what the first argument says, with the job in the folder that the second one names."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    job = json.loads((folder / "job.json").read_text("utf-8"))
    settings = TuneSettings(**job["settings"])
    with open_model(job["gguf"]) as model:
        samples = encode(read_rows(job["data"]), model, sequence=settings.sequence).samples
        batches = Batches(samples, batch=settings.batch, seed=settings.seed)
        if what == "rows":
            write_rows(folder / "rows.npz", model, batches, settings)
        else:
            serve(stepper(what, model, settings), batches)


def stepper(what: str, model: Model, settings: TuneSettings) -> Callable[[Batch], float]:
    """Return what is done with a batch; it returns the loss before the update."""
    if what == "step":
        method = make_method(settings.method, model, settings)
        return lambda batch: method.step([batch], settings.rate or 0.0).loss
    session = Session(model, RuntimeConfig(context=settings.sequence, threads=settings.thread_count))

    def read(batch: Batch) -> float:
        for first, stop in batch.spans:
            session.rewind(0)
            session.evaluate(batch.tokens[first:stop], logits="last")
        return 0.0

    return read


def serve(work: Callable[[Batch], float], batches: Batches) -> None:
    """Do one batch for each line of standard input."""
    tell({})
    for number, _ in enumerate(sys.stdin):
        batch = batches.at(number)
        began = time.perf_counter()
        loss = work(batch)
        tell({"loss": loss, "seconds": time.perf_counter() - began, "tokens": len(batch)})


def write_rows(path: Path, model: Model, batches: Batches, settings: TuneSettings) -> None:
    """Write the batches as rows of one length, and the factors that the adapter begins with, for the peer."""
    arrays: dict[str, Any] = {}
    for step in range(settings.steps or 1):
        batch = batches.at(step)
        tokens = np.zeros((len(batch.ends), batch.longest), np.int32)
        labels = np.full_like(tokens, NO_LABEL)
        for row, (first, stop) in enumerate(batch.spans):
            tokens[row, : stop - first] = batch.tokens[first:stop]
            labels[row, : stop - first] = batch.labels[first:stop]
        arrays |= {f"tokens.{step}": tokens, f"labels.{step}": labels}
    with make_method("lora", model, settings) as method:
        for name, factors in method.adapter().layers.items():
            arrays[f"a.{name_in_folder(name + '.weight').removesuffix('.weight')}"] = factors.a
    np.savez(path, **arrays)


def tell(said: dict[str, float]) -> None:
    """Print one line."""
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
