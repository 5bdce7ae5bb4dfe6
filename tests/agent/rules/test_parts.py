"""What rules leave open of a sentence, so that the model reads that alone."""

from __future__ import annotations

from galiot.agent.plan import Do, Refuse, When
from galiot.agent.rules import read, read_parts
from tests.agent.homes import home

HOME = home()


def test_a_clause_that_is_not_understood_stands_open_beside_the_others():
    sentence = "turn on the bedroom lamp and make the oven sing"
    assert read(sentence, HOME) is None
    plan = read_parts(sentence, HOME)
    assert plan is not None
    lamp, rest = (step.act for step in plan.steps)
    assert isinstance(lamp, Do)
    assert lamp.target.things == ("bedroom-lamp-bedroom",)
    assert rest == Refuse("unclear", "make the oven sing")


def test_an_open_clause_keeps_the_guard_that_was_understood():
    plan = read_parts("when the washer is done, make the oven sing", HOME)
    assert plan is not None
    assert plan.steps[0].act == Refuse("unclear", "make the oven sing")
    assert isinstance(plan.steps[0].guards[0], When)


def test_where_nothing_is_understood_all_is_left_to_the_model():
    assert read_parts("the begonias have a certain melancholy today", HOME) is None
    assert read_parts("", HOME) is None
    assert read_parts("word " * 200, HOME) is None
