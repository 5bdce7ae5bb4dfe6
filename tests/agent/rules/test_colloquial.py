"""Loose ways to say a command, and what is only told beside it."""

from __future__ import annotations

import pytest

from galiot.agent import rules
from galiot.agent.plan import Do
from galiot.agent.rules.asides import is_told, without
from galiot.agent.rules.colloquial import plainly
from tests.agent.rules.house import house


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
