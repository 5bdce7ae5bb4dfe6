"""What is told of plans that wait, plans that are only planned, and of refusals."""

from __future__ import annotations

from typing import Any

from galiot.agent import answers
from galiot.agent.home import Home
from galiot.agent.plan import Plan
from galiot.agent.report import Report
from galiot.agent.schedule.timed import Happened
from galiot.agent.text import render


def happened_words(happened: Happened, home: Home) -> str:
    """Return what to tell about a step that waited."""
    about = happened.waiting.request
    if happened.what == "done":
        report = happened.results
        return answers.answer(Report(Plan((report.step,)), (report,), report.refused), home)
    if happened.what == "put back":
        bad = [result for result in happened.results if result.outcome != "done"]
        return (
            f'Could not put back all of "{about}": {bad[0].why}.'
            if bad
            else f'What was on for a while is put back: "{about}".'
        )
    return f'"{about}": {happened.what}, {happened.why}.' if happened.why else f'"{about}": {happened.what}.'


def outline(report: Report, home: Home) -> str:
    """Return what would be done, and what would not."""
    if report.question is not None or (report.refused and len(report.refused) == len(report.plan.steps)):
        return answers.answer(report, home)
    lines = "; ".join(render(report.plan, home).splitlines())
    told = answers.answer(report, home) if report.refused else ""
    return f"This is what I would do: {lines}. {told}".strip()


def refused(refusal: Any) -> dict[str, Any]:
    return {
        name: value
        for name in ("reason", "what", "why", "thing", "needs")
        if (value := getattr(refusal, name)) is not None
    }
