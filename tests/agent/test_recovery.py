"""A power cut at any point leaves a journal from which the truth is told, and nothing is done twice."""

from __future__ import annotations

from typing import Any

import pytest

from galiot.agent.bindings.base import Reply
from galiot.agent.bindings.memory import Memory
from galiot.agent.executor import Executor
from galiot.agent.home import Home
from galiot.agent.journal import Journal, verify
from galiot.agent.plan import Do, Plan, Step, Target
from galiot.agent.recovery import recover
from galiot.agent.thing import Affordance, Schema, Thing
from galiot.agent.validator import check


def lamp(name: str) -> Thing:
    on = Affordance(name="on", kind="property", schema=Schema(type="boolean"), writable=True)
    return Thing(id=name, title=name, types=("Light",), properties={"on": on})


HOME = Home([lamp("desk lamp"), lamp("floor lamp")])
PLAN = Plan(tuple(Step(Do("turn on", Target((thing.id,)))) for thing in HOME.things), request="both lamps on")


class PowerCut(BaseException):
    """Ends everything, as a power cut does."""


class Cut(Memory):
    """A home whose power goes before or after so many writes."""

    def __init__(self, writes: int, *, before: bool) -> None:
        super().__init__()
        self.left, self.before = writes, before

    async def write(self, thing: Thing, affordance: Affordance, value: Any) -> Reply:
        self.left -= 1
        if self.left == 0 and self.before:
            raise PowerCut
        reply = await super().write(thing, affordance, value)
        if self.left == 0:
            raise PowerCut
        return reply


@pytest.mark.parametrize("writes", [1, 2])
@pytest.mark.parametrize("before", [True, False])
async def test_after_a_power_cut_the_truth_is_told_and_nothing_is_sent_again(anyio_backend, tmp_path, writes, before):
    cut = Cut(writes, before=before)
    executor = Executor(HOME, cut, journal=Journal(tmp_path / "journal.jsonl"))
    with pytest.raises(PowerCut):
        await executor.carry_out(check(PLAN, HOME))
    later = Executor(HOME, Memory(cut.values), journal=Journal(tmp_path / "journal.jsonl"))
    said = await recover(later)
    assert len(cut.accepted) == writes - before
    name = HOME.things[writes - 1].title
    assert said[0] == (
        f"It is not known whether on of the {name} was done when the program ended."
        if before
        else f"The {name} is as it was told before the program ended: on is True."
    )
    assert "both lamps on" in said[1]
    assert await recover(later) == []
    assert verify(tmp_path / "journal.jsonl") is None


async def test_a_plan_that_came_to_its_end_leaves_nothing_open(anyio_backend):
    executor = Executor(HOME, Memory())
    await executor.carry_out(check(PLAN, HOME))
    assert await recover(executor) == []
