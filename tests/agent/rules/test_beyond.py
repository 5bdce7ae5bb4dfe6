"""What the made house cannot do is refused with its reason, and what can be done beside it is done."""

from __future__ import annotations

import pytest

from galiot.agent.plan import Do, Refuse
from galiot.agent.rules import beyond, is_question, only_asks, read
from galiot.agent.text import render
from tests.agent.rules.house import house

HOME = house()


def refused(sentence: str) -> list[str]:
    plan = beyond(sentence, HOME)
    return [] if plan is None else [step.act.reason for step in plan.steps if isinstance(step.act, Refuse)]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("turn on the lava fountain", "absent device"),
        ("open the observatory dome", "absent device"),
        ("switch off the greenhouse fan", "absent device"),
        ("what's the carbon dioxide level", "absent device"),
        ("walk the poodle", "absent device"),
        ("how much battery does the front door have", "absent attribute"),
        ("change the playlist of the office fan to rock", "absent attribute"),
        ("put the washer on high pressure", "absent attribute"),
        ("zoom the tv in", "absent attribute"),
        ("lights on in the pantry", "absent device"),
        ("don't let the washer start", "negated"),
        ("leave the tv alone", "negated"),
        ("there's no need to water the garden", "negated"),
        ("the blinds should not move", "negated"),
        ("stop, don't lock the front door", "negated"),
        ("write me a limerick about cats", "off-topic"),
        ("who composed the moonlight sonata?", "off-topic"),
        ("will it rain in Bergen tomorrow", "off-topic"),
        ("what is 12 times 14", "off-topic"),
    ],
)
def test_what_cannot_be_is_refused_for_its_reason(sentence, reason):
    assert refused(sentence) == [reason]


@pytest.mark.parametrize(
    "sentence",
    [
        "give me a cozy evening",
        "turn on some music",
        "I can't see the page I am reading",
        "it smells burnt in the kitchen",
        "make it nice in here",
        "don't forget to lock the front door",
        "don't let the bedroom get colder than 18",
        "wie spät ist es in der Küche",
    ],
)
def test_what_may_be_meant_some_way_is_left_open(sentence):
    assert beyond(sentence, HOME) is None


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        (
            "turn on the tv and translate good night into Finnish",
            ["turn on: tv", "refuse off-topic: translate good night into finnish"],
        ),
        (
            "turn off the kitchen light, not the hall light",
            ["turn off: kitchen light", "refuse negated: the hall light"],
        ),
        (
            "turn off the desk lamp and the disco laser",
            ["turn off: desk lamp", "refuse absent device: disco laser"],
        ),
        ("kitchen light on in green", ["turn on: kitchen light", "refuse absent attribute: color green"]),
        (
            "lights off in the sauna and in the kitchen",
            ["refuse absent device: lights in sauna", "turn off: kitchen light"],
        ),
        ("lock the front door and the moon gate", ["lock: front door", "refuse absent device: moon gate"]),
    ],
)
def test_the_part_that_can_be_done_is_done(sentence, lines):
    plan = beyond(sentence, HOME)
    assert plan is not None
    assert render(plan, HOME).splitlines() == lines


def test_a_step_counts_on_the_scale_of_the_device_and_not_beyond_it():
    inside, outside = beyond("office fan on level 40", HOME), beyond("office fan on level 140", HOME)
    assert inside is not None
    assert outside is not None
    assert inside.steps[0].act == Do("set", inside.steps[0].act.target, "fan speed", 40, "%")
    assert outside.steps[0].act == Refuse("out of range", "office fan")


def test_what_rules_understand_is_never_refused_by_them():
    for sentence in ("turn on the kitchen light", "is the front door locked", "set the thermostat to 20"):
        assert read(sentence, HOME) is not None
        assert not set(refused(sentence)) & {"absent device", "off-topic", "negated"}


def test_a_question_is_told_from_a_request():
    assert is_question("which bin goes out on Friday?")
    assert only_asks("which bin goes out on Friday?")
    assert not is_question("can you turn on the lamp")
    assert not is_question("do the dishes")
    assert not only_asks("tell me whether the tv is on, and if so turn it off")
