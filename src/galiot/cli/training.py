"""How far a training is: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from galiot.cli import terminal

if TYPE_CHECKING:
    from galiot.tune.forecast import Forecast
    from galiot.tune.loop import StepReport

_EVERY = 5.0  # seconds between two plain lines


class TrainingView:
    """Shows on standard error what is being done."""

    def __init__(self, bar: Any = None) -> None:
        self._bar, self._task, self._forecast, self._said = bar, None, 0, 0.0
        self._stepping = False

    def stage(self, what: str) -> None:
        """Say what begins now."""
        self._stepping = False
        if self._bar is None:
            terminal.say(f"{what} ...")
        else:
            self._begin(what, None)

    def forecast(self, found: Forecast) -> None:
        """Note what the method is expected to need."""
        self._forecast = found.total

    def step(self, report: StepReport) -> None:
        """Show a step."""
        if self._bar is not None:
            if not self._stepping:
                self._begin("tuning", report.steps)
            self._stepping = True
            self._bar.update(self._task, completed=report.step, told=self._words(report))
        elif report.step in (1, report.steps) or time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            terminal.say(f"step {report.step}/{report.steps}: {self._words(report)}")

    def _words(self, report: StepReport) -> str:
        memory = terminal.size(report.memory_bytes)
        memory += f" of {terminal.size(self._forecast)} forecast" if self._forecast else ""
        left = span(report.seconds_left)
        return f"loss {report.loss:.4f}, {report.tokens_per_s:.0f} tokens/s, memory {memory}, {left} left"

    def _begin(self, what: str, total: int | None) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=total, told="")


@contextlib.contextmanager
def training_view() -> Iterator[TrainingView]:
    """Show what is being done for as long as it lasts."""
    if not sys.stderr.isatty():
        yield TrainingView()
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(bar_width=20),
        bars.MofNCompleteColumn(),
        bars.TextColumn("{task.fields[told]}"),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield TrainingView(shown)


def span(seconds: float) -> str:
    """Return a duration as a person reads it: 42 s, 3:05 min, 2:10 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"
