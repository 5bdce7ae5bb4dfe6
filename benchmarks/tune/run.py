"""Measure what tuning takes and what it is good for; see README.md beside this file."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import make_1b
import numpy as np
from hf_folder import write_folder
from measure import HERE, WARM_UP, Job, beside, full_rows, in_turn, ours, progress, write_rows
from task import Task, actions, price, selected, told

from galiot.errors import GaliotError
from galiot.model.model import Model, open_model
from galiot.model.writer import write_gguf
from galiot.record import Record, median_and_spread

BUILD = HERE.parents[1] / "build"
PEER = BUILD / "peft" / "bin" / "python"
PEER_PACKAGES = ["torch==2.13.0", "transformers", "peft", "hassil", "home-assistant-intents"]
SHAPES = ((256, 4), (1024, 1))  # tokens of a row, rows of a batch
FIGURES = ("loss", "steps", "frugal", "large", "actions", "selected", "price")


def main() -> None:
    """Measure the figures that are asked for, print each and write a record."""
    options = arguments()
    for folder in (options.out, options.work):
        folder.mkdir(parents=True, exist_ok=True)
    prepare_peer()
    subprocess.run([PEER, HERE / "home.py", options.work / "home"], check=True, stdout=subprocess.DEVNULL)
    with open_model(options.model) as model:
        for name in options.figures:
            for number, measure in enumerate(MEASURES[name](model, options)):
                try:
                    record = measure()
                except (RuntimeError, GaliotError) as error:
                    record = Record(
                        task=f"tune-{name}", model=model.path.name, model_sha256="", settings={}, failed=str(error)
                    )
                stamp = time.strftime("%Y%m%dT%H%M%S")
                path = options.out / f"{record.task}-{stamp}-{number}.json"
                path.write_text(json.dumps(record.to_json(), indent=2) + "\n", "utf-8")
                print(record.task, record.failed or json.dumps(told(record)), flush=True)


def arguments() -> argparse.Namespace:
    """Return the settings of this run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", default=FIGURES, help=f"{', '.join(FIGURES)}; else all of them")
    parser.add_argument("--model", default="smollm2-135m", help="a llama, since the peer is one")
    parser.add_argument("--repeats", type=int, default=10, help="steps that count, where the time is measured")
    parser.add_argument("--loss-steps", type=int, default=100)
    parser.add_argument("--task-steps", type=int, default=300)
    parser.add_argument("--selected-steps", type=int, default=100, help="of each run with selected or random rows")
    parser.add_argument("--seconds", type=float, default=120.0, help="of each method whose loss is shown over time")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=BUILD / "records")
    parser.add_argument("--work", type=Path, default=BUILD / "tune", help="for data, models and raw answers")
    options = parser.parse_args()
    if unknown := [name for name in options.figures if name not in FIGURES]:
        parser.error(f"there is no figure {unknown[0]}: there is {', '.join(FIGURES)}")
    return options


def prepare_peer() -> None:
    """Install transformers, peft and the sentences in an environment of their own, unless that has been done."""
    check = [PEER, "-c", "import transformers, peft, hassil, home_assistant_intents"]
    if PEER.is_file() and subprocess.run(check, capture_output=True).returncode == 0:
        return
    print(f"installing {' '.join(PEER_PACKAGES)} in {PEER.parents[1]}", file=sys.stderr)
    venv.create(PEER.parents[1], with_pip=True)
    subprocess.run([PEER, "-m", "pip", "install", "--quiet", *PEER_PACKAGES], check=True)


def peer_name() -> str:
    """Return the peer's packages with their versions."""
    names = [package.partition("=")[0] for package in PEER_PACKAGES[:3]]
    code = f"from importlib.metadata import version; print(', '.join(n + ' ' + version(n) for n in {names}))"
    return subprocess.run([PEER, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def job_for(model: Model, options: argparse.Namespace, sequence: int, batch: int, steps: int) -> Job:
    """Return a job over conversations that fill the sequence."""
    lines = (options.work / "home" / "train.jsonl").read_text("utf-8").splitlines()
    rows = full_rows(model, [json.loads(line) for line in lines], sequence, batch * steps, seed=1)
    name = f"{model.name}-{sequence}x{batch}x{steps}"
    return Job(
        folder=options.work / name,
        model=model,
        data=write_rows(options.work / f"{name}.jsonl", rows),
        sequence=sequence,
        batch=batch,
        steps=steps,
        threads=options.threads,
    )


def with_peer(
    model: Model, options: argparse.Namespace, sequence: int, batch: int, steps: int, *, checkpointing: bool, auto: bool
) -> Record:
    """Measure LoRA beside the peer."""
    folder = options.work / "peer-model"
    if not (folder / "config.json").is_file():
        write_folder(model, folder)
    job = job_for(model, options, sequence, batch, steps)
    job = replace(job, hugging_face=folder, checkpointing=checkpointing, autocast=auto)
    job.write()
    subprocess.run(ours("rows", job), check=True)
    what = f"tune-{sequence}x{batch}-peer{'-checkpointing' if checkpointing else ''}{'-autocast' if auto else ''}"
    commands = {"galiot": ours("step", job), "peft": [PEER, HERE / "peer.py", job.folder]}
    return beside(what, job, commands, peer_name())


def loss(model: Model, options: argparse.Namespace) -> list[Callable[[], Record]]:
    """Many steps beside the peer: the loss at their end."""
    sequence, batch = SHAPES[0]
    return [
        lambda: replace(
            with_peer(model, options, sequence, batch, options.loss_steps, checkpointing=False, auto=False),
            task=f"tune-loss-{options.loss_steps}",
        )
    ]


def steps(model: Model, options: argparse.Namespace) -> list[Callable[[], Record]]:
    """Memory and seconds beside the peer, with and without checkpointing, and as its trainer's bf16 flag has it."""
    count = options.repeats + WARM_UP
    return [
        lambda shape=shape, checkpointing=checkpointing, auto=auto: with_peer(  # type: ignore[misc]
            model, options, *shape, count, checkpointing=checkpointing, auto=auto
        )
        for shape in SHAPES
        for checkpointing in (False, True)
        for auto in (False, True)
    ]


def frugal(model: Model, options: argparse.Namespace) -> list[Callable[[], Record]]:
    """The zeroth-order method beside plain inference over the same batches."""

    def measure(sequence: int, batch: int) -> Record:
        job = replace(job_for(model, options, sequence, batch, options.repeats + WARM_UP), method="mezo", rate=1e-4)
        job.write()
        commands = {"galiot": ours("step", job), "inference": ours("read", job)}
        return beside(f"tune-mezo-{sequence}x{batch}", job, commands, "plain inference of Galiot")

    return [lambda shape=shape: measure(*shape) for shape in SHAPES]  # type: ignore[misc]


def large(model: Model, options: argparse.Namespace) -> list[Callable[[], Record]]:
    """A model of 1.1 billion random weights: memory and seconds of a step."""
    path = options.work / "random-1b.gguf"
    if not path.is_file():
        write_gguf(path, make_1b.metadata(model), make_1b.tensors(np.random.default_rng(0)))

    def measure(method: str, rate: float) -> Record:
        with open_model(path) as big:
            job = replace(job_for(big, options, 256, 1, 2 + options.repeats // 3), method=method, rate=rate)
            job.write()
            for found in in_turn({"galiot": ours("step", job)}, job.steps):
                progress(f"1.1B, {method}", found)
            one = found["galiot"]
            figures = one.figures()
            figures["step_s"], span = median_and_spread(one.seconds[1:])
            return job.record(
                f"tune-1b-{method}", figures=figures, spread={"step_s": span}, repeats=len(one.seconds) - 1
            )

    return [lambda: measure("lora", 5e-4), lambda: measure("mezo", 1e-4)]


def task_of(model: Model, options: argparse.Namespace) -> Task:
    """Return the task of home actions."""
    return Task(
        model=model,
        home=options.work / "home",
        folder=options.work,
        steps=options.task_steps,
        threads=options.threads,
    )


MEASURES: dict[str, Callable[[Model, argparse.Namespace], list[Callable[[], Record]]]] = {
    "loss": loss,
    "steps": steps,
    "frugal": frugal,
    "large": large,
    "actions": lambda model, options: [lambda: actions(task_of(model, options))],
    "selected": lambda model, options: [
        lambda: selected(replace(task_of(model, options), steps=options.selected_steps))
    ],
    "price": lambda model, options: [lambda: price(task_of(model, options), options.seconds)],
}


if __name__ == "__main__":
    main()
