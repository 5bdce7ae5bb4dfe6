"""What a model wrote, held against the home: reasons that are not true are put right, and other things left alone."""

from __future__ import annotations

from galiot.agent.checked import Checked
from galiot.agent.plan import Act, Do, Plan, Refuse, Step, Target
from galiot.agent.validator import check, named_in
from tests.agent.rules.house import house

HOME = house()
BY_TITLE = {thing.title: thing for thing in HOME.things}


def checked(request: str, act: Act) -> Checked:
    return check(Plan((Step(act),), "model", request), HOME)


def target(title: str) -> Target:
    return Target((BY_TITLE[title].id,))


def test_a_device_that_is_there_is_not_absent():
    found = checked("spray some starch with the washer", Refuse("absent device", "the washer"))
    assert [(one.reason, one.what) for one in found.refused] == [("absent attribute", "washer")]
    gone = checked("start the loom", Refuse("absent device", "the loom"))
    assert [(one.reason, one.what) for one in gone.refused] == [("absent device", "the loom")]


def test_a_thing_that_nobody_spoke_of_does_not_stand_in_for_the_named_one():
    found = checked("let Robbie polish", Do("turn on", target("Desk Lamp")))
    assert found.commands == ()
    assert [(one.reason, one.what) for one in found.refused] == [("absent attribute", "robbie")]


def test_what_is_spoken_of_by_its_kind_or_place_is_done():
    named = checked("it is dark at the desk", Do("turn on", target("Desk Lamp")))
    beside = checked("the TV is loud, shut the bedroom blind", Do("close", target("Bedroom Blind")))
    assert len(named.commands) == len(beside.commands) == 1


def test_only_whole_names_are_names():
    assert [thing.title for thing in named_in("open the garage door now", HOME)] == ["Garage Door"]
    assert named_in("open the door of the garage", HOME) == ()
