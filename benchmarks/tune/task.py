"""What tuning is good for: the task of home actions, selected data, and the price of zeroth-order steps."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from answers import answer, nearest, score
from measure import write_rows

from galiot.model.model import Model
from galiot.record import Record
from galiot.tune.data import Batches, encode, read_rows
from galiot.tune.methods import METHODS, make_method
from galiot.tune.settings import TuneSettings


@dataclass(frozen=True, kw_only=True)
class Task:
    """The model, the data and where things go."""

    model: Model
    home: Path
    """Folder with train.jsonl, held_out.jsonl, test.jsonl and about.json."""
    folder: Path
    """For adapters, models and raw answers."""
    steps: int
    batch: int = 8
    threads: int = 2

    @property
    def about(self) -> dict[str, Any]:
        """Return about.json."""
        found: dict[str, Any] = json.loads((self.home / "about.json").read_text("utf-8"))
        return found

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a part."""
        return [json.loads(line) for line in (self.home / f"{name}.jsonl").read_text("utf-8").splitlines()]

    def tune(self, data: Path, out: Path, *words: str, seed: int = 0) -> dict[str, Any]:
        """Run `galiot tune` as a user does; return what it says, and its peak as seen from outside."""
        held_out = self.home / "held_out.jsonl"
        said = galiot(
            *("tune", self.model.path, "--data", data, "--held-out", held_out, "--out", out, "--method", "lora"),
            *("--steps", self.steps, "--batch", self.batch, "--sequence", 128, "--seed", seed),
            *("--threads", self.threads, "--json", *words),
        )
        said.pop("forecast", None)
        return said

    def record(self, task: str, *, seed: int | None = None, **rest: Any) -> Record:
        """Return a record of this task."""
        settings = {"steps": self.steps, "batch": self.batch, "threads": self.threads, "method": "lora"}
        settings |= {"split": self.about}
        name, digest = self.model.path.name, self.model.sha256
        return Record(task=task, model=name, model_sha256=digest, settings=settings, seed=seed, **rest)


def galiot(*words: object) -> dict[str, Any]:
    """Run a command with --json; return its object, and the peak of the process.

    raises: RuntimeError with its last line when it fails
    """
    command = [sys.executable, "-m", "galiot", *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = [0]

    def look() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], resident_peak(process.pid))
            time.sleep(0.1)

    watcher = threading.Thread(target=look)
    watcher.start()
    said, complaints = process.communicate()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"status {process.returncode}: {complaints.strip()[-400:]}")
    return {**json.loads(said), "process_peak_bytes": peak[0]}


def resident_peak(process: int) -> int:
    """Return the largest resident size of a process so far; 0 when it has gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def actions(task: Task) -> Record:
    """Measure exact matches on the test before tuning, after, after merging, and after quantizing what was merged."""
    test, folder = task.rows("test"), task.folder
    adapter, merged = folder / "home.gguf", folder / "merged.gguf"
    tuned = task.tune(task.home / "train.jsonl", adapter)
    galiot("merge", task.model.path, adapter, "--out", merged, "--json")
    forms: dict[str, tuple[Path, Path | None]] = {
        "before": (task.model.path, None),
        "tuned": (task.model.path, adapter),
        "merged": (merged, None),
    }
    for kind in ("q8_0", "q4_1"):
        again = folder / f"merged-{kind}.gguf"
        galiot("convert", merged, "--out", again, "--type", kind, "--json")
        forms[f"requantized-{kind}"] = (again, None)
    figures: dict[str, Any] = {"nearest": score(nearest(task.rows("train"), test))}
    for name, (model, with_adapter) in forms.items():
        out = folder / f"answers-{name}.jsonl"
        figures[name] = score(answer(model, test, out, adapter=with_adapter, threads=task.threads))
        figures[name]["model_bytes"] = model.stat().st_size
    figures["tune"] = {key: tuned[key] for key in ("loss", "forgetting", "spent", "steps", "process_peak_bytes")}
    return task.record("tune-home-actions", figures=figures, seed=0)


def selected(
    task: Task, keep: str = "5%", seeds: Sequence[int] = (0, 1, 2), methods: Sequence[str] = ("both", "spread")
) -> Record:
    """Compare selected data with random data of the same size, and both with all, by the held-out loss.

    All get the same number of steps, so that only the data differ.
    """
    train, folder = task.home / "train.jsonl", task.folder
    all_rows = task.rows("train")

    def loss(name: str, data: Path, seed: int) -> float:
        return float(task.tune(data, folder / f"{name}.gguf", seed=seed)["loss"]["held_out_after"])

    figures: dict[str, Any] = {"selected": {}}
    for method in methods:
        few = folder / f"few-{method}.jsonl"
        began = time.perf_counter()
        how = ("--method", method, "--keep", keep, "--sequence", 128)
        galiot("select", task.model.path, "--data", train, "--out", few, *how, "--json")
        took = time.perf_counter() - began
        count = len(few.read_text("utf-8").splitlines())
        figures["selected"][method] = {"rows": count, "select_s": took, "loss": loss(few.stem, few, seeds[0])}
    at_random = [
        loss(f"random-{seed}", write_rows(folder / "random.jsonl", random.Random(seed).sample(all_rows, count)), seed)
        for seed in seeds
    ]
    figures |= {"random_losses": at_random, "all_loss": loss("all", train, seeds[0])}
    figures["ratio"] = {
        f"{method}_to_{name}": found["loss"] / other
        for method, found in figures["selected"].items()
        for name, other in (("all", figures["all_loss"]), ("random", statistics.mean(at_random)))
    }
    return task.record("tune-selected", figures=figures, spread={"random_loss": (min(at_random), max(at_random))})


def price(task: Task, seconds: float = 120.0) -> Record:
    """Measure what zeroth-order steps cost: their direction beside the exact gradient, and loss against time."""
    figures: dict[str, Any] = {"cosine": cosines(task)}
    for method in ("lora", "mezo"):
        figures[method] = against_time(task, method, seconds)
    return task.record("tune-zeroth-order", figures=figures, seed=0)


def settings_of(task: Task, method: str) -> TuneSettings:
    """Return the settings of a method with its own rate."""
    said: Any = method
    return TuneSettings(
        method=said, steps=10**6, batch=task.batch, sequence=128, rate=METHODS[method].rate, schedule="constant",
        warmup=0, threads=task.threads,
    )  # fmt: skip


def cosines(task: Task, steps: int = 16) -> dict[str, float]:
    """Return the cosine of zeroth-order updates to the exact gradient of the same batches, with respect to b.

    Both begin with the same factors; the update is read off what one step moves.
    """
    from galiot.tune.methods.lora import Lora
    from galiot.tune.methods.mezo import Mezo

    settings = settings_of(task, "mezo")
    samples = encode(read_rows(task.home / "train.jsonl"), task.model, sequence=128).samples
    batches = Batches(samples, batch=task.batch, seed=0)
    found = []
    with Mezo(task.model, settings) as mezo, Lora(task.model, settings) as lora:
        start = mezo.adapter()
        for step in range(steps):
            parameters = lora.learned.parameters
            for name, factors in start.layers.items():
                parameters[f"{name}.a"].data.copy_(_tensor(factors.a))
                parameters[f"{name}.b"].data.copy_(_tensor(factors.b))
            batch = batches.at(step)
            lora.decoder.gradients(batch, lora.learned, 1 / batch.predicted)
            names = list(start.layers)
            exact = np.concatenate([_taken(parameters[f"{name}.b"]) for name in names])
            for parameter in parameters.values():
                parameter.grad = None
            mezo.restore({"steps": np.array(step), **{name: factors.b * 0 for name, factors in start.layers.items()}})
            mezo.step([batch], 1e-3)
            moved = mezo.adapter().layers
            update = np.concatenate([-moved[name].b.ravel() for name in names])
            found.append(float(exact @ update / np.linalg.norm(exact) / np.linalg.norm(update)))
    return {
        "mean": statistics.mean(found),
        "standard_error": statistics.stdev(found) / len(found) ** 0.5,
        "numbers": len(exact),
        "share_of_directions": float((task.batch / len(exact)) ** 0.5),
    }


def against_time(task: Task, method: str, seconds: float) -> dict[str, Any]:
    """Return the training loss of batches over wall time."""
    settings = settings_of(task, method)
    samples = encode(read_rows(task.home / "train.jsonl"), task.model, sequence=128).samples
    batches = Batches(samples, batch=task.batch, seed=0)
    times, losses = [], []
    with make_method(method, task.model, settings) as made:
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            result = made.step([batches.at(len(losses))], settings.rate or 0.0)
            losses.append(result.loss)
            times.append(time.perf_counter() - began)
    tenth = max(1, len(losses) // 10)
    return {
        "steps": len(losses),
        "step_s": times[-1] / len(losses),
        "loss_begin": statistics.mean(losses[:tenth]),
        "loss_end": statistics.mean(losses[-tenth:]),
        "curve": [[round(t, 2), round(loss, 4)] for t, loss in zip(times, losses, strict=True)][:: max(1, tenth // 5)],
    }


def _tensor(values: Any) -> Any:
    import torch

    return torch.from_numpy(np.array(values))


def _taken(parameter: Any) -> Any:
    return parameter.grad.float().numpy().ravel().copy()


def told(record: Record) -> Mapping[str, Any]:
    """Return the figures without curves, to be printed."""

    def short(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: short(one) for key, one in value.items() if key != "curve"}
        return value

    return {key: short(value) for key, value in record.figures.items() if key != "curve"}
