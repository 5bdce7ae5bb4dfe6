"""Readings held against each other, and the one of them that is meant."""

from __future__ import annotations

import pytest

from galiot.agent.home import Home
from galiot.agent.plan import If
from galiot.agent.rules import read
from galiot.agent.text import render
from galiot.agent.things.td import read_thing
from tests.agent.rules.house import describe

_HEATS = ("targetTemperature", "temperature")
HOME = Home(
    [
        read_thing(describe(title, kind, area, None, properties, ()))
        for title, kind, area, properties in (
            ("Attic Radiator", "Thermostat", "Attic", _HEATS),
            ("Parlour Radiator", "Thermostat", "Parlour", _HEATS),
            ("Study Radiator", "Thermostat", "Study", _HEATS),
            ("Attic Lamp", "Light", "Attic", ("on",)),
        )
    ]
)


def lines(sentence: str) -> list[str]:
    plan = read(sentence, HOME)
    assert plan is not None
    return render(plan, HOME).splitlines()


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("compare the attic with the study and set the warmer one to 18", (">=", ">")),
        ("which is colder, the attic or the study? set the colder one to 18", ("<=", "<")),
    ],
)
def test_each_is_meant_where_it_wins(sentence, sign):
    attic, study = "temperature of attic radiator", "temperature of study radiator"
    assert lines(sentence) == [
        "read temperature: attic radiator, study radiator",
        f"if {attic} {sign[0]} {study}, set target temperature to 18: attic radiator",
        f"if {study} {sign[1]} {attic}, set target temperature to 18: study radiator",
    ]


def test_exactly_one_of_all_rooms_wins_whatever_they_measure():
    plan = read("which room is the coldest? put its heating up by 2 degrees", HOME)
    assert plan is not None
    guards = [step.guards[0] for step in plan.steps[1:]]
    assert len(guards) == 3
    for measured in ((18, 19, 20), (20, 18, 19), (19, 19, 19), (20, 18, 18)):
        values = dict(zip((thing.id for thing in HOME.things), measured, strict=False))
        assert sum(_holds(guard, values) for guard in guards) == 1


def _holds(guard: If, values: dict[str, int]) -> bool:
    signs = {"below": int.__lt__, "at most": int.__le__}
    return all(signs[one.relation](values[one.operand.thing], values[one.value.thing]) for one in guard.conditions)


def test_the_other_place_is_the_one_that_was_compared():
    assert lines("compare the attic with the parlour. if it is colder in the parlour, turn on the attic lamp")[1] == (
        "if temperature of parlour radiator < temperature of attic radiator, turn on: attic lamp"
    )


def test_a_reading_is_held_against_what_is_set():
    assert lines("if the study is warmer than what the study radiator is set to, turn on the attic lamp") == [
        "if temperature of study radiator > target temperature of study radiator, turn on: attic lamp"
    ]
