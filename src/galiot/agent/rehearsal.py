"""What would be done and when: the plans that wait and a new one, on a clock that is moved and a home in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from galiot.agent.bindings.memory import Memory
from galiot.agent.command import UNKNOWN
from galiot.agent.journal import Journal
from galiot.agent.memory.store import Store
from galiot.agent.plan import Plan, When
from galiot.agent.policy import Consent
from galiot.agent.report import StepReport
from galiot.agent.schedule.clock import SimulatedClock
from galiot.agent.schedule.timed import Happened
from galiot.agent.schedule.waiting import Waiting, WaitingStore
from galiot.agent.text import render
from galiot.agent.turn import Way
from galiot.agent.validator import check

if TYPE_CHECKING:
    from galiot.agent.agent import Agent

_MOST_ROWS = 1000


async def rehearse(agent: Agent, plan: Plan, seconds: float) -> list[dict[str, str]]:
    """Return one row for each command that would be sent within a time: when, why, thing, command, outcome.

    The same code as at home runs, from what is known of the home now. What waits for something to happen is a row
    without a time: nothing happens in a rehearsal.
    """
    from galiot.agent.agent import Agent, _Run

    await agent.executor.refresh(thing.id for thing in agent.home.things)
    known = {
        (thing.id, name): value
        for thing in agent.home.things
        for name in thing.properties
        if (value := agent.executor.state.get(thing.id, name)) is not UNKNOWN
    }
    clock = SimulatedClock(agent.clock.local(agent.clock.now()))
    store, memory = Store(), Memory(known)
    twin = Agent(agent.home, memory, config=agent.config, clock=clock, store=store, journal=Journal())
    rows: list[dict[str, str]] = []
    told: list[Happened] = []
    twin.plans.hear = told.append
    WaitingStore(store).change(put=agent.waiting())
    await twin.executor.refresh(thing.id for thing in agent.home.things)
    run = _Run(twin, plan)
    report = await twin.executor.carry_out(
        check(plan, agent.home, twin.executor.state), Way(Consent(yes=True), wait=run.wait, other=run.other)
    )
    twin.undo_later(report, run)
    now = clock.local(clock.now())
    for step in report.steps:
        rows += _commands(now, plan.request, step)
    end = clock.now() + seconds
    while (due := twin.plans.next_due()) is not None and due <= end and len(rows) < _MOST_ROWS:
        clock.move_to(due)
        await twin.plans.tick()
        rows += [row for happened in told for row in _rows(clock.local(due), happened)]
        told.clear()
    rows += [_waits(one, agent) for one in twin.waiting() if one.conditions and not one.undo]
    return rows


def _rows(when: datetime, happened: Happened) -> list[dict[str, str]]:
    about = happened.waiting.request
    if isinstance(happened.results, StepReport):
        return _commands(when, about, happened.results)
    if happened.what == "put back":
        return [_row(when, about, result) for result in happened.results]
    return [{"when": _said(when), "request": about, "thing": "", "command": "", "outcome": happened.what}]


def _commands(when: datetime, about: str, step: StepReport) -> list[dict[str, str]]:
    return [_row(when, about, result) for result in step.results]


def _row(when: datetime, about: str, result: Any) -> dict[str, str]:
    command = result.command
    value = "" if command.input is None else f" {command.input}"
    return {
        "when": _said(when),
        "request": about,
        "thing": command.thing,
        "command": f"{command.name}{value}",
        "outcome": result.outcome,
    }


def _waits(one: Waiting, agent: Agent) -> dict[str, str]:
    guard = When(one.conditions, every_time=one.again is not None)
    step = replace(one.step, guards=(guard, *one.step.guards)) if one.step else None
    line = render(Plan((step,)), agent.home) if step else ""
    return {"when": "", "request": one.request, "thing": "", "command": line, "outcome": "waits"}


def _said(when: datetime) -> str:
    return f"{when:%a %d %b %H:%M:%S}"
