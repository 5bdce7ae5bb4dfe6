"""Steps that wait, as the lines that the model would write for them, so that it can cancel and change them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from galiot.agent.encoding import from_json
from galiot.agent.home import Home
from galiot.agent.plan import At, Guard, Plan, When
from galiot.agent.schedule.waiting import Waiting
from galiot.agent.text import render
from galiot.errors import GaliotError


def line_of(waiting: Waiting, home: Home, local: Callable[[float], datetime]) -> str:
    """Return a waiting step as a line of a plan; the user's own words where it cannot be written as one.

    local: Unix time -> local time
    """
    if waiting.step is None:
        return waiting.request
    step = replace(waiting.step, guards=(*_first(waiting, local), *waiting.step.guards))
    try:
        return render(Plan((step,)), home)
    except GaliotError:
        return waiting.request


def _first(waiting: Waiting, local: Callable[[float], datetime]) -> tuple[Guard, ...]:
    """The guard by which it waits now."""
    if waiting.again:
        again: Guard = from_json(waiting.again)
        return (again,)
    if waiting.conditions:
        return (When(waiting.conditions),)
    if waiting.due is None:
        return ()
    moment = local(waiting.due)
    return (At(f"{moment.hour}:{moment.minute:02}"),)
