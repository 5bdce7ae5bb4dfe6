"""Loose ways to say a command, and what is only told beside it."""

from __future__ import annotations

import pytest

from galiot.agent import rules
from galiot.agent.home import Home
from galiot.agent.plan import Do
from galiot.agent.rules.asides import is_told, without
from galiot.agent.rules.colloquial import plainly
from galiot.agent.things.td import read_thing
from tests.agent.rules.house import describe, house


@pytest.fixture(scope="module")
def home():
    return house()


def acts_of(plan):
    return [(act.verb, act.role, act.value, len(act.target.things)) for act in (s.act for s in plan.steps)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("get the washer running", [("start", None, None, 1)]),
        ("whack the fireplace on", [("turn on", None, None, 1)]),
        ("fetch Robbie back home", [("dock", None, None, 1)]),
        ("half-close the bedroom blind", [("set", "position", 50, 1)]),
        ("pull the bedroom blind all the way down", [("close", None, None, 1)]),
        ("all lights off in every room", [("turn off", None, None, 6)]),
        ("switch off everything that is lit upstairs", [("turn off", None, None, 2)]),
        ("no lights upstairs", [("turn off", None, None, 2)]),
        ("the front door needs locking", [("lock", None, None, 1)]),
        ("hold Robbie for a moment", [("pause", None, None, 1)]),
        ("garage door shut, fireplace off", [("close", None, None, 1), ("turn off", None, None, 1)]),
    ],
)
def test_a_loose_command_is_read_as_the_plain_one(said, expected, home):
    plan = rules.read(said, home)
    assert plan is not None
    assert acts_of(plan) == expected


@pytest.mark.parametrize(
    "said", ["is the garage door shut", "turn the lamp on", "leave the blind closed", "set the lamp to 40 percent"]
)
def test_what_is_plain_or_asked_stays_as_it_is(said):
    assert plainly(said) == said


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("open the garage door, my brother is waiting", "open the garage door"),
        ("Kill the fireplace because it is summer", "Kill the fireplace"),
        ("lower the TV so that grandpa can nap", "lower the TV"),
        ("The guests are here. Turn on the hall light", "Turn on the hall light"),
    ],
)
def test_what_is_only_told_is_taken_off(said, left):
    assert left in list(without(said))


@pytest.mark.parametrize(
    "said",
    [
        "pause the TV, I mean the radio",
        "lock the door if it is dark, the kids are out",
        "turn on the lamp, it has to be bright",
        "lamp off, fan on, blind down",
    ],
)
def test_corrections_conditions_and_commands_are_never_taken_off(said):
    assert list(without(said)) == []


def test_a_command_is_not_told():
    assert is_told("the baby is asleep")
    assert not is_told("turn on the lamp")
    assert not is_told("the lamp should be blue")


def test_what_is_left_is_done_and_the_sentence_is_kept(home):
    plan = rules.pared("Robbie home please, the cat is scared", home)
    assert plan is None or all(isinstance(step.act, Do) for step in plan.steps)
    plan = rules.pared("turn on the hall light, somebody is coming", home)
    assert acts_of(plan) == [("turn on", None, None, 1)]
    assert plan.request == "turn on the hall light, somebody is coming"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("two degrees more in the living room", [("raise", "target temperature", 2, 1)]),
        ("make it one degree cooler", [("lower", "target temperature", 1, 1)]),
        ("the kitchen light a smidge brighter", [("raise", "brightness", None, 1)]),
        ("turn on every lamp in the living room", [("turn on", None, None, 2)]),
    ],
)
def test_degrees_are_those_of_what_heats_and_every_lamp_is_every_light(said, expected, home):
    assert acts_of(rules.read(said, home)) == expected


def test_an_awning_goes_out_and_a_piece_with_a_switch_is_switched():
    awning = describe("Patio Awning", "Awning", "Patio", None, ("position",), ())
    bell = describe("Door Bell", "Doorbell", "Hall", None, ("on",), ())
    bell["properties"]["chime"] = {"type": "boolean"}
    trough = describe("Trough Valve", "Valve", "Yard", None, ("on",), ())
    home = Home([read_thing(one) for one in (awning, bell, trough)])
    assert acts_of(rules.read("awning out", home)) == [("open", None, None, 1)]
    assert acts_of(rules.read("chime off", home)) == [("set", "chime", False, 1)]
    assert acts_of(rules.read("fill the trough", home)) == [("open", None, None, 1)]


def test_two_things_may_have_a_value_each(home):
    plan = rules.read("dim the desk lamp and the hall light to 20 and 40", home)
    assert acts_of(plan) == [("set", "brightness", 20, 1), ("set", "brightness", 40, 1)]


@pytest.mark.parametrize(
    ("said", "count"),
    [("turn off all lights except in the living room", 4), ("close every blind but the bedroom one", 2)],
)
def test_exceptions_may_be_places_and_ones(said, count, home):
    assert acts_of(rules.read(said, home))[0][3] == count


def test_the_heating_is_no_tub():
    tub = describe("Hot Tub", "Thermostat", "Deck", None, ("targetTemperature",), ())
    heating = describe("Wall Thermostat", "Thermostat", "Hall", None, ("targetTemperature",), ())
    home = Home([read_thing(tub), read_thing(heating)])
    for said in ("set the heating to 21", "make it a degree warmer"):
        (step,) = rules.read(said, home).steps
        assert step.act.target.things == ("urn:house:wall-thermostat",)


def test_a_piece_with_a_command_of_its_own_takes_no_other(home):
    assert acts_of(rules.read("Robbie home, hall light on", home)) == [
        ("dock", None, None, 1),
        ("turn on", None, None, 1),
    ]
