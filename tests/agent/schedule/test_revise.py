"""What a sentence changes of what waits."""

from __future__ import annotations

from datetime import datetime

import pytest

from galiot.agent.encoding import to_json
from galiot.agent.plan import After, At, Cancel, Comparison, Do, Operand, Step, Target, When
from galiot.agent.schedule.revise import revised, shared
from galiot.agent.schedule.waiting import Waiting
from tests.agent.rules.house import house

HOME = house()
NOW = datetime(2026, 3, 2, 20, 0)
LAMP, HEATING = ("urn:house:desk-lamp",), ("urn:house:thermostat",)


def waiting(act: Do, due: datetime | None = datetime(2026, 3, 2, 22, 0), **more) -> Waiting:
    return Waiting(id=act.verb, made=NOW.timestamp(), step=Step(act), due=due and due.timestamp(), **more)


def change(sentence: str, *there: Waiting):
    return revised(sentence, there, HOME, NOW, datetime.fromtimestamp)


OFF = Do("turn off", Target(LAMP))
WARM = Do("set", Target(HEATING), "target temperature", 21)


@pytest.mark.parametrize(
    ("sentence", "guard"),
    [
        ("make that eleven", At("23:00")),
        ("push it to half past ten", At("22:30")),
        ("move it to 9 pm, please", At("21:00")),
        ("delay it by 15 minutes", After(2 * 3600 + 900)),
        ("no, make it 23:15", At("23:15")),
        ("make it in an hour", None),
    ],
)
def test_another_time_takes_the_place_of_the_first(sentence, guard):
    found = change(sentence, waiting(OFF))
    assert (found and found.plan.steps[0]) == (Step(OFF, (guard,)) if guard else None)


def test_another_value_keeps_the_time():
    found = change("no, make it 18", waiting(WARM))
    assert found.plan.steps == (Step(Do("set", Target(HEATING), "target temperature", 18), (At("22:00"),)),)
    assert found.dropped == ("set",)


def test_a_value_changes_also_what_waits_for_something():
    washer = (Comparison(Operand("urn:house:washer", "running"), "is", "done"),)
    found = change("make it 19 degrees", waiting(WARM, None, conditions=washer))
    assert found.plan.steps[0].guards == (When(washer),)
    assert found.plan.steps[0].act.value == 19


def test_every_day_stays_every_day():
    daily = waiting(OFF, again=to_json(At("22:00", ("mon", "tue"), True)))
    assert change("make that eleven", daily).plan.steps[0].guards == (At("23:00", ("mon", "tue"), True),)


@pytest.mark.parametrize("sentence", ["leave the desk lamp alone", "don't turn the desk lamp off after all"])
def test_a_part_that_is_named_is_taken_back(sentence):
    found = change(sentence, waiting(OFF), waiting(WARM))
    assert isinstance(found.plan.steps[0].act, Cancel)
    assert [shared(found.plan.steps[0].act.what, one, HOME) > 0 for one in (waiting(OFF), waiting(WARM))] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    "sentence", ["turn on the tv", "leave the oven alone", "make it warmer", "do not open the garage"]
)
def test_other_sentences_are_about_something_else(sentence):
    assert change(sentence, waiting(OFF)) is None


def test_what_is_not_to_be_done_after_all_is_the_newest():
    assert change("stop, don't do it", waiting(OFF), waiting(WARM)).plan.steps[0].act == Cancel("")


def test_where_nothing_waits_nothing_is_changed():
    assert change("make that eleven") is None
