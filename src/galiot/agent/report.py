"""What was really done: one entry for each step, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from galiot.agent.checked import CheckedStep, Question, Refusal
from galiot.agent.command import UNKNOWN, Command, Result
from galiot.agent.plan import Plan, Step

Status = Literal["done", "partly", "failed", "same", "skipped", "waits", "told", "refused"]


@dataclass(frozen=True)
class Reading:
    """What one thing told.

    value: canonical (a truth, percent, a number in `unit`, a word), UNKNOWN where it did not answer
    """

    thing: str
    role: str
    value: Any = UNKNOWN
    unit: str | None = None
    raw: Any = UNKNOWN


@dataclass(frozen=True)
class StepReport:
    """What became of one step.

    status: done (all of it is confirmed), partly, failed (nothing is), same (there was nothing to change), skipped (its
        condition does not hold), waits (handed to the schedule), told (answered by `text` or `readings`), refused
    same: ids of things that were as wished before
    undo: commands that put back what was before
    """

    step: Step
    number: int
    status: Status
    results: tuple[Result, ...] = ()
    readings: tuple[Reading, ...] = ()
    refused: tuple[Refusal, ...] = ()
    same: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    undo: tuple[Command, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Report:
    """What became of a plan.

    refused: what was not even tried, by the validator and by the policy
    consents: keys of the effects that the user agreed to, for the steps that wait
    """

    plan: Plan
    steps: tuple[StepReport, ...] = ()
    refused: tuple[Refusal, ...] = ()
    question: Question | None = None
    consents: frozenset[str] = frozenset()
    run: str = ""

    @property
    def results(self) -> tuple[Result, ...]:
        """All commands in the order of the steps."""
        return tuple(result for step in self.steps for result in step.results)

    @property
    def waiting(self) -> tuple[StepReport, ...]:
        """The steps that wait."""
        return tuple(step for step in self.steps if step.status == "waits")


def status_of(results: tuple[Result, ...], refused: tuple[Refusal, ...], same: tuple[str, ...]) -> Status:
    """Sum up what became of the commands of a step."""
    done = sum(result.outcome == "done" for result in results)
    if not results:
        return "refused" if refused else "same" if same else "done"
    if done == len(results):
        return "partly" if refused else "done"
    return "partly" if done else "failed"


__all__ = ["CheckedStep", "Reading", "Report", "Status", "StepReport", "status_of"]
