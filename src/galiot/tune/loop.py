"""The loop that drives a method: rate, clock, checkpoints, and an end in good order whatever happens."""

from __future__ import annotations

import contextlib
import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from galiot.errors import DivergedError
from galiot.runtime.budget import resident_bytes
from galiot.tune.base import Method, StepResult, finite
from galiot.tune.checkpoint import Checkpoint, Identity, check_identity, read_checkpoint, write_checkpoint
from galiot.tune.data import Batches
from galiot.tune.settings import TuneSettings

log = logging.getLogger(__name__)

_SMOOTHED = 20  # steps over which the speed is told


@dataclass(frozen=True, kw_only=True)
class StepReport:
    """How far a run is, after a step."""

    step: int
    steps: int
    loss: float
    rate: float
    tokens_per_s: float
    seconds_left: float
    memory_bytes: int
    """Resident now."""


StepProgress = Callable[[StepReport], None]


@dataclass(kw_only=True)
class Run:
    """What a training did."""

    curve: list[float] = field(default_factory=list)
    """The loss of every step, in nats per predicted token, before its update."""
    tokens: int = 0
    """That were fed."""
    seconds: float = 0.0
    """That the steps took, those before an interruption counted in."""
    stopped: Literal["steps", "time"] = "steps"

    @property
    def step(self) -> int:
        """Updates that were made."""
        return len(self.curve)


@dataclass(frozen=True, kw_only=True)
class Saving:
    """Where checkpoints go, and what they are of."""

    path: Path
    identity: Identity
    about: Mapping[str, Any] | None = None


def train(
    method: Method,
    batches: Batches,
    settings: TuneSettings,
    *,
    saving: Saving | None = None,
    resume: bool = False,
    deadline: float | None = None,
    progress: StepProgress | None = None,
) -> Run:
    """Make `settings.steps` updates, or as many as there is time for; at least one.

    settings: `decided`
    saving: None keeps no checkpoints
    resume: go on from the checkpoint that is there
    deadline: of time.monotonic()
    raises: DivergedError naming the step when the loss is no number, with the last good state as checkpoint;
        KeyboardInterrupt after Ctrl-C, with a checkpoint of the last whole step; RequestError for a checkpoint of
        another run; FileError when a checkpoint cannot be written
    """
    assert settings.steps is not None
    assert settings.rate is not None
    run = _resumed(method, saving) if resume and saving else Run()
    pace = _Pace()
    with _interruption() as interrupted:
        while run.step < settings.steps:
            rate = rate_at(run.step, settings)
            started = time.monotonic()
            result = method.step(batches.for_step(run.step, settings.accumulate), rate)
            took = time.monotonic() - started
            if not finite(result):
                raise _diverged(method, run, saving, result, rate)
            run.curve.append(result.loss)
            run.tokens += result.tokens
            run.seconds += took
            pace.add(took, result.tokens)
            if progress:
                progress(_report(run, settings, pace, rate, deadline))
            if interrupted():
                _save(method, run, saving)
                raise KeyboardInterrupt
            if deadline is not None and run.step < settings.steps and time.monotonic() + pace.seconds > deadline:
                _save(method, run, saving)
                run.stopped = "time"
                break
            if run.step % settings.save_every == 0 or run.step == settings.steps:
                _save(method, run, saving)
    return run


def rate_at(step: int, settings: TuneSettings) -> float:
    """Return the step size of a step, from 0: up in a straight line, then down to nothing along the schedule."""
    steps, rate, warmup = settings.steps or 1, settings.rate or 0.0, min(settings.warmup or 0, settings.steps or 1)
    if step < warmup:
        return rate * (step + 1) / warmup
    done = (step - warmup) / max(steps - warmup, 1)
    if settings.schedule == "constant":
        return rate
    return rate * (1 - done if settings.schedule == "linear" else 0.5 * (1 + math.cos(math.pi * done)))


def _resumed(method: Method, saving: Saving) -> Run:
    found = read_checkpoint(saving.path)
    check_identity(saving.path, found.identity, saving.identity)
    method.restore(found.state)
    log.info("%s: going on after step %d", saving.path, found.step)
    return Run(curve=list(found.curve), tokens=found.tokens, seconds=found.seconds)


def _save(method: Method, run: Run, saving: Saving | None) -> None:
    if saving is None:
        return
    state = method.state()
    checkpoint = Checkpoint(
        identity=saving.identity,
        step=run.step,
        curve=tuple(run.curve),
        state=state,
        tokens=run.tokens,
        seconds=run.seconds,
        about=saving.about,
    )
    write_checkpoint(saving.path, checkpoint)


def _diverged(method: Method, run: Run, saving: Saving | None, result: StepResult, rate: float) -> DivergedError:
    """Keep what was good before the step that failed, and return what to say."""
    what = "loss" if not math.isfinite(result.loss) else "gradient"
    kept = ""
    if saving is not None and run.step:
        if all(np.isfinite(array).all() for array in method.state().values() if array.dtype.kind == "f"):
            _save(method, run, saving)
        if saving.path.exists():
            kept = f"; {saving.path} has the last good state"
    return DivergedError(
        f"the {what} is {result.loss if what == 'loss' else result.gradient_norm} at step {run.step + 1}{kept}; "
        f"look at the data, or give a --rate below {rate:.2g}",
        step=run.step + 1,
    )


def _report(run: Run, settings: TuneSettings, pace: _Pace, rate: float, deadline: float | None) -> StepReport:
    assert settings.steps is not None
    left = (settings.steps - run.step) * pace.seconds
    return StepReport(
        step=run.step,
        steps=settings.steps,
        loss=run.curve[-1],
        rate=rate,
        tokens_per_s=pace.tokens_per_s,
        seconds_left=left if deadline is None else min(left, max(deadline - time.monotonic(), 0.0)),
        memory_bytes=resident_bytes(),
    )


class _Pace:
    """How long the last steps took."""

    def __init__(self) -> None:
        self._steps: list[tuple[float, int]] = []

    def add(self, seconds: float, tokens: int) -> None:
        self._steps = [*self._steps[1 - _SMOOTHED :], (seconds, tokens)]

    @property
    def seconds(self) -> float:
        """Of one step."""
        return sum(seconds for seconds, _ in self._steps) / len(self._steps)

    @property
    def tokens_per_s(self) -> float:
        return sum(tokens for _, tokens in self._steps) / max(sum(seconds for seconds, _ in self._steps), 1e-9)


@contextlib.contextmanager
def _interruption() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C wait until the step is whole; a second one ends it at once.

    Signals reach the main thread only; elsewhere nothing is changed.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def note(_number: int, _frame: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
