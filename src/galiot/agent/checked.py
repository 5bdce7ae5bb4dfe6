"""What is left of a plan after it was held against the home: steps with commands, refusals with reasons, a question."""

from __future__ import annotations

from dataclasses import dataclass, field

from galiot.agent.command import Command
from galiot.agent.plan import Plan, Step

REASONS = (
    "absent device",
    "absent attribute",
    "out of range",
    "wrong unit",
    "read-only",
    "nothing to change",
    "unknown state",
    "contradiction",
    "off-topic",
    "negated",
    "unsafe",
    "unclear",
    "untraceable",
    "not permitted",
)
"""Why something is not done; what `plan.Refuse` may say, and what the validator and the policy add."""


@dataclass(frozen=True)
class Refusal:
    """One part of a request that is not done.

    reason: one of `REASONS`
    what: the part: a label, or what the user called it
    why: for the user, a clause without capital and stop: "the range is 5 to 30 C"
    step: the step's place in the plan, from 0
    needs: "confirm" or "pin" where the user can still allow it
    """

    reason: str
    what: str
    why: str = ""
    step: int | None = None
    thing: str | None = None
    needs: str = ""


@dataclass(frozen=True)
class Question:
    """What the user has to say first. options: labels to choose from; () for an open question."""

    text: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedStep:
    """A step that can be done.

    commands: for a `Do`, what would be sent by what is known now; made anew when the step's turn comes
    notes: what was assumed, clauses such as "brightness of lamp is not known, 75 % is taken"
    same: things of the target that are known to be as wished already
    left_out: things of the target that another step or their lack of the feature keeps out of it
    """

    step: Step
    number: int
    commands: tuple[Command, ...] = ()
    notes: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A plan that was held against the home."""

    plan: Plan
    steps: tuple[CheckedStep, ...] = ()
    refused: tuple[Refusal, ...] = ()
    question: Question | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands in the order of the steps."""
        return tuple(command for step in self.steps for command in step.commands)
