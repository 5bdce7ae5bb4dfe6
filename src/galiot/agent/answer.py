"""What the user gets for a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from galiot.agent.encoding import to_json
from galiot.agent.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was understood, done, refused and asked.

    commands: writes and invocations in the order of execution: thing, name, input, outcome, why
    refused: reason, what, why, and needs ("confirm", "pin") where that would allow it
    question: what the user has to say first; options: what there is to choose from
    waiting: the steps that were stored, in words
    plan_text: the plan as lines
    """

    text: str
    plan: Plan
    plan_text: str = ""
    source: str = ""
    commands: tuple[Mapping[str, Any], ...] = ()
    refused: tuple[Mapping[str, Any], ...] = ()
    question: str | None = None
    options: tuple[str, ...] = ()
    facts: tuple[Any, ...] = ()
    waiting: tuple[str, ...] = ()
    spent: Mapping[str, Any] = field(default_factory=dict)
    plan_only: bool = False

    @property
    def exit_status(self) -> int:
        """0 where all that was asked is done, stored or answered, or the user is asked; 1 where a part is not done."""
        undone = any(command["outcome"] != "done" for command in self.commands)
        refused = any(one["reason"] != "nothing to change" for one in self.refused)
        return 1 if undone or refused else 0

    def to_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return {
            "text": self.text,
            "source": self.source,
            "plan": to_json(self.plan.steps),
            "plan_text": self.plan_text,
            "commands": list(self.commands),
            "refused": list(self.refused),
            "question": self.question,
            "options": list(self.options),
            "facts": [vars(fact) for fact in self.facts],
            "waiting": list(self.waiting),
            "spent": dict(self.spent),
        }
