import pytest

from galiot.agent.home import Home
from galiot.agent.plan import Do, Plan, Step, Target
from galiot.agent.rules import read
from galiot.agent.things.td import read_thing
from galiot.bench.agent.plain import DESCRIPTIONS, Case, cases, check

pytest.importorskip("home_assistant_intents")


def test_rules_read_nearly_all_templates_of_more_than_thirty_intents():
    home = Home([read_thing(description) for description in DESCRIPTIONS])
    drawn = cases(seed=3, per_block=1)
    wrong = [case for case in drawn if check(case, read(case.sentence, home, context=case.context))]
    assert len({case.intent for case in drawn}) >= 30
    assert len(wrong) <= 0.01 * len(drawn), [case.sentence for case in wrong]


def test_the_same_seed_gives_the_same_sentences():
    assert cases(seed=5, per_block=1) == cases(seed=5, per_block=1)
    assert cases(seed=5, per_block=1) != cases(seed=6, per_block=1)


def test_a_plan_that_does_more_or_less_than_asked_is_wrong():
    case = Case("turn on a", "HassTurnOn", "", {("a", "turn on"): None})
    assert check(case, None)
    assert not check(case, Plan((Step(Do("turn on", Target(("a",)))),)))
    assert check(case, Plan((Step(Do("turn on", Target(("a", "b")))),)))
    assert check(case, Plan((Step(Do("turn off", Target(("a",)))),)))
