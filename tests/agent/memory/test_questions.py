"""Answers from readings: every number in the text is a fact, and every fact comes from readings."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from galiot.agent.command import UNKNOWN
from galiot.agent.home import Home
from galiot.agent.memory.history import History
from galiot.agent.memory.questions import Told, answer, length
from galiot.agent.memory.store import Store
from galiot.agent.plan import Read, Target
from galiot.agent.thing import Affordance, Schema, Thing

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def prop(name: str, kind: str, unit: str | None = None) -> Affordance:
    return Affordance(name=name, kind="property", schema=Schema(type=kind, unit=unit))


HOME = Home(
    [
        Thing(id="t1", title="Bedroom Sensor", properties={"temperature": prop("temperature", "number", "celsius")}),
        Thing(id="w1", title="Kitchen Window", types=("ContactSensor",), properties={"open": prop("open", "boolean")}),
        Thing(id="p1", title="Washer Plug", properties={"on": prop("on", "boolean")}),
    ]
)
ROLES = {thing.id: next(role for role, one in HOME.features(thing).items() if one.read) for thing in HOME.things}


def at(hour: float, day: int = 12) -> float:
    return (datetime(2026, 3, day, tzinfo=NOW.tzinfo) + timedelta(hours=hour)).timestamp()


def ask(thing: str, how: str = "now", span: str = "", *, now: Any = UNKNOWN, **asked: Any) -> Told:
    history = History(Store())
    history.add((at(h, 11), "t1", "temperature", 20.0 + h / 10) for h in (18, 20, 22))
    today = {0: 21.0, 2: 19.5, 4: 18.0, 6: 20.0, 8: 22.0}
    history.add((at(h), "t1", "temperature", value) for h, value in today.items())
    history.add([(at(23.5, 11), "w1", "open", True), (at(1.25), "w1", "open", False), (at(8), "w1", "open", True)])
    read = Read(ROLES[thing], Target((thing,)), how, span, **asked)
    return answer(read, HOME, history, NOW, lambda feature: now)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (dict(thing="t1", now=21.46), "The temperature of the bedroom sensor is 21.5 °C."),
        (
            dict(thing="t1", now=21.46, relation="above", value=22),
            "No, the temperature of the bedroom sensor is 21.5 °C.",
        ),
        (dict(thing="w1", now=True, value=True), "Yes, the kitchen window is open."),
        (dict(thing="p1", now=False, value=True), "No, the washer plug is off."),
        (dict(thing="p1"), "I have no reading of the power of the washer plug."),
        (
            dict(thing="t1", how="average", span="between 0:00 and 8:00"),
            "The temperature of the bedroom sensor was 19.6 °C on average between 0:00 and 8:00.",
        ),
        (
            dict(thing="t1", how="lowest", span="last night"),
            "The temperature of the bedroom sensor was at its lowest last night at 04:00: 18 °C.",
        ),
        (
            dict(thing="t1", how="highest", span="yesterday"),
            "The temperature of the bedroom sensor was at its highest yesterday at 22:00: 22.2 °C.",
        ),
        (dict(thing="t1", how="change", span="today"), "The temperature of the bedroom sensor rose by 1 °C today."),
        (
            dict(thing="w1", how="ever", span="last night"),
            "Yes, the kitchen window was open last night, first yesterday at 23:30.",
        ),
        (dict(thing="w1", how="ever", span="between 2 and 5"), "No, the kitchen window was not open between 2 and 5."),
        (dict(thing="w1", how="duration", span="last night"), "The kitchen window was open for 1 h 45 min last night."),
        (
            dict(thing="w1", how="count", span="last 24 hours"),
            "The kitchen window came to be open twice in the last 24 hours.",
        ),
        (dict(thing="w1", how="last"), "The kitchen window last came to be open at 08:00."),
        (dict(thing="p1", how="average", span="today"), "I have no reading of the power of the washer plug today."),
        (
            dict(thing="t1", how="ever", span="last night", relation="below", value=19),
            "Yes, the bedroom sensor was below 19 °C last night, first at 04:00.",
        ),
    ],
)
def test_answers_read_like_this(asked, text):
    assert ask(**asked).text == text


def test_every_number_of_an_answer_stands_in_its_facts():
    told = ask("t1", "average", "last night")
    number = float(re.findall(r"\d+\.\d+|\d+", told.text)[0])
    assert number == pytest.approx(told.facts[0].value, abs=0.05)
    assert (told.facts[0].unit, told.facts[0].samples) == ("°C", 5)
    assert told.facts[0].last == "2026-03-12T06:00:00+01:00"


def test_lengths_are_said_as_people_do():
    assert [length(s) for s in (40, 60, 3600, 7500)] == ["40 s", "1 min", "1 h", "2 h 5 min"]
