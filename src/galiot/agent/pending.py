"""Questions that the user has been asked, and what the next sentence settles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from galiot.agent.home import Home
from galiot.agent.plan import Do, Plan

if TYPE_CHECKING:
    from galiot.agent.agent import Agent

YES = re.compile(r"(?:yes|yep|yeah|sure|ok(?:ay)?|do it|go ahead|confirm(?:ed)?|please do)\W*", re.IGNORECASE)
NO = re.compile(r"(?:no|nope|cancel|never ?mind|forget it|leave it|don'?t)\W*", re.IGNORECASE)
ALL = re.compile(r"(?:both|all|every(?: one)?|all of them|both of them)\W*", re.IGNORECASE)


class Pending:
    """A question that the user has been asked."""

    def settle(self, sentence: str, agent: Agent) -> tuple[Plan, bool, str | None] | None:
        """Return the plan that the answer leads to, whether it confirms, and the PIN; None where it is no answer."""
        raise NotImplementedError


class Which(Pending):
    """Which of several things was meant."""

    def __init__(self, request: str, options: Sequence[str]) -> None:
        self.request, self.options = request, options

    def settle(self, sentence: str, agent: Agent) -> tuple[Plan, bool, str | None] | None:
        """See `Pending`: the sentence is read again in a home without the things that were not chosen."""
        things = [thing for option in self.options if (thing := agent.home.find(option))]
        if ALL.fullmatch(sentence):
            chosen = things
        else:
            named = Home(things).named(re.sub(r"^(?:the|my)\s+|\s+one\W*$", "", sentence.strip(" .!?")))
            best = [thing for thing, score in named if score == named[0][1] and score >= 0.3]
            chosen = best if len(best) == 1 else []
        plans = [agent.read_without(self.request, [thing for thing in things if thing is not one]) for one in chosen]
        steps = [step for plan in plans if plan is not None for step in plan.steps]
        return (Plan(tuple(steps), "rules", self.request), False, None) if steps else None


class May(Pending):
    """Whether something risky may be done."""

    def __init__(self, plan: Plan, barred: Sequence[tuple[int, str]], needs: str) -> None:
        self.plan, self.barred, self.needs = plan, barred, needs

    def settle(self, sentence: str, agent: Agent) -> tuple[Plan, bool, str | None] | None:
        """See `Pending`: only what was held back is done, not all of the sentence again."""
        pin = sentence.strip() if self.needs == "pin" and sentence.strip().isdigit() else None
        if not (pin or (self.needs == "confirm" and YES.fullmatch(sentence))):
            return (Plan((), "rules", sentence), False, None) if NO.fullmatch(sentence) else None
        steps = []
        for number, step in enumerate(self.plan.steps):
            things = tuple(thing for at, thing in self.barred if at == number)
            if things and isinstance(step.act, Do):
                steps.append(replace(step, act=replace(step.act, target=replace(step.act.target, things=things))))
        return Plan(tuple(steps), self.plan.source, self.plan.request), self.needs == "confirm", pin
