"""Steps of tuning beside those of peers: memory, seconds and losses of programs that take turns."""

from __future__ import annotations

import itertools
import json
import random
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watch import Worker

from galiot.model.model import Model
from galiot.record import Record, median_and_spread
from galiot.tune.data import Row, encode_row

HERE = Path(__file__).parent
WARM_UP = 2  # steps that do not count for the time
LAST = 10  # steps whose mean loss is compared


@dataclass(frozen=True, kw_only=True)
class Job:
    """What two programs do alike."""

    folder: Path
    """Where job.json and rows.npz are written."""
    model: Model
    data: Path
    sequence: int
    batch: int
    steps: int
    method: str = "lora"
    rate: float = 5e-4
    rank: int = 8
    threads: int = 2
    hugging_face: Path | None = None
    checkpointing: bool = False
    """Of the peer."""
    autocast: bool = False
    """Of the peer."""
    seed: int = 0

    @property
    def settings(self) -> dict[str, Any]:
        """Return what `TuneSettings` takes."""
        return {
            "method": self.method,
            "steps": self.steps,
            "batch": self.batch,
            "sequence": self.sequence,
            "rank": self.rank,
            "alpha": 2.0 * self.rank,
            "rate": self.rate,
            "schedule": "constant",
            "warmup": 0,
            "clip": 1.0,
            "seed": self.seed,
            "threads": self.threads,
        }

    def write(self) -> Path:
        """Write job.json; return its folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {
            "settings": self.settings,
            "gguf": str(self.model.path),
            "data": str(self.data),
            "folder": str(self.hugging_face),
            "checkpointing": self.checkpointing,
            "autocast": self.autocast,
        }
        (self.folder / "job.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
        return self.folder

    def record(self, task: str, **rest: Any) -> Record:
        """Return a record of this job."""
        settings = self.settings | {"checkpointing": self.checkpointing, "autocast": self.autocast}
        return Record(task=task, model=self.model.path.name, model_sha256=self.model.sha256, settings=settings, **rest)


@dataclass
class Told:
    """What one program said of its steps."""

    peak_bytes: int = 0
    peak_pss_bytes: int = 0
    seconds: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Return the figures that go into a record."""
        return {
            "step_s": statistics.median(self.seconds[WARM_UP:] or self.seconds),
            "peak_bytes": self.peak_bytes,
            "peak_pss_bytes": self.peak_pss_bytes,
            "loss_first": self.losses[0],
            "loss_last": self.losses[-1],
            f"loss_last_{LAST}": statistics.mean(self.losses[-LAST:]),
            "tokens_per_step": statistics.mean(self.tokens),
            "curve": self.losses,
        }


def ours(what: str, job: Job) -> list[str | Path]:
    """Return the command of our side: what is step, read or rows."""
    return [sys.executable, HERE / "ours.py", what, job.folder]


def in_turn(commands: Mapping[str, Sequence[str | Path]], steps: int) -> Iterator[dict[str, Told]]:
    """Run programs that take turns, step by step; yields the same dictionary after each, and at last with the peaks.

    raises: RuntimeError when one of them fails
    """
    told = {name: Told() for name in commands}
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(command)) for name, command in commands.items()}
        for _ in range(steps):
            for name, worker in workers.items():
                said = worker.step()
                told[name].seconds.append(said["seconds"])
                told[name].losses.append(said["loss"])
                told[name].tokens.append(int(said["tokens"]))
                told[name].peak_bytes, told[name].peak_pss_bytes = worker.peak_bytes, worker.peak_pss_bytes
            yield told
        for worker in workers.values():
            worker.close()


def beside(task: str, job: Job, commands: Mapping[str, Sequence[str | Path]], peer: str) -> Record:
    """Run ours and another in turn; return a record with both and their ratios, or why there is none.

    commands: two of them, ours first
    peer: what the other is called in the record
    """
    told: dict[str, Told] = {}
    failed = ""
    try:
        for told in in_turn(commands, job.steps):
            progress(task, told)
    except RuntimeError as error:
        failed = str(error)
    if (failed and not all(len(one.seconds) > WARM_UP for one in told.values())) or not told:
        return job.record(task, failed=failed)
    mine, other = told.values()
    figures, theirs = mine.figures(), other.figures()
    pairs = list(zip(mine.seconds, other.seconds, strict=False))[WARM_UP:]
    ratios = [a / b for a, b in pairs]
    ratio, ratio_span = median_and_spread(ratios)
    figures["peer"] = {"name": peer, **theirs}
    figures["ratio"] = {
        "step": ratio,
        "peak": mine.peak_bytes / other.peak_bytes,
        "peak_pss": mine.peak_pss_bytes / other.peak_pss_bytes,
        **{key: figures[key] / theirs[key] for key in ("loss_first", f"loss_last_{LAST}") if theirs[key]},
    }
    spread = {
        "step_s": median_and_spread(mine.seconds[WARM_UP:])[1],
        "peer.step_s": median_and_spread(other.seconds[WARM_UP:])[1],
        "ratio.step": ratio_span,
    }
    return job.record(task, figures=figures, spread=spread, repeats=len(pairs), seed=job.seed, failed=failed)


def progress(task: str, told: Mapping[str, Told]) -> None:
    """Say on standard error how far it is."""
    steps = len(next(iter(told.values())).seconds)
    if steps % 10 == 0 or steps == WARM_UP + 1:
        words = [
            f"{name} {statistics.median(one.seconds[WARM_UP:] or one.seconds):.2f} s, loss {one.losses[-1]:.4f}, "
            f"{one.peak_bytes / 2**20:.0f} MiB"
            for name, one in told.items()
        ]
        print(f"{task}: step {steps}: {'; '.join(words)}", file=sys.stderr, flush=True)


def full_rows(model: Model, rows: Sequence[Mapping[str, Any]], sequence: int, count: int, seed: int) -> list[Any]:
    """Return conversations that fill a sequence to the last token, which is one that is to be predicted.

    rows: a system prompt, a command and its answer each
    """
    rng, made = random.Random(seed), []
    system = rows[0]["messages"][0]
    turns = [row["messages"][1:] for row in rows]
    for _ in itertools.count():
        chosen = rng.sample(turns, min(len(turns), sequence // 30 + 2))
        messages = [system, *itertools.chain.from_iterable(chosen)]
        sample = encode_row(Row(line=1, kind="messages", messages=tuple(messages)), model)[0]
        if len(sample) >= sequence and sample.targets[sequence - 1]:
            made.append({"messages": messages})
        if len(made) == count:
            return made
    raise AssertionError


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path
