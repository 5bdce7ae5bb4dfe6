"""When steps come that follow others."""

from __future__ import annotations

import pytest

from galiot.agent.plan import After, At, Comparison, Do, Every, For, If, Operand, Step, Target, Until, When
from galiot.agent.rules.order import begun, extended, follow, under


def do(verb: str = "turn on", thing: str = "lamp") -> Do:
    return Do(verb, Target((thing,)))


def state(thing: str, value: object = True) -> tuple[Comparison, ...]:
    return (Comparison(Operand(thing, "contact"), "is", value),)


def test_a_later_step_counts_from_the_guard_that_waits():
    steps = (Step(do()), Step(do("turn off"), (After(60, True),)), Step(do("lock"), (After(30, True),)))
    guard = When(state("door"))
    assert [step.guards for step in under((guard,), steps)] == [(guard,), (guard, After(60)), (guard, After(90))]


def test_a_time_of_its_own_is_kept():
    assert under((At("09:00"),), (Step(do(), (At("11:00"),)),)) == (Step(do(), (At("11:00"),)),)


def test_what_is_said_of_every_day_holds_for_the_times_after_it():
    every = At("07:00", ("mon",), True)
    made = under((every,), (Step(do()), Step(do("turn off"), (At("21:00"),))))
    assert made[1].guards == (At("21:00", ("mon",), True),)


def test_waiting_for_the_same_thing_again_comes_after_the_first_time():
    opens, closes = When(state("door")), When(state("door", False))
    other = When(state("window"))
    made = under((opens,), (Step(do()), Step(do("turn off"), (closes,)), Step(do("lock"), (other,))))
    assert [step.guards for step in made] == [(opens,), (opens, closes), (other,)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((For(600),), (After(600, True),)),
        ((Until("22:00"),), (At("22:00"),)),
        ((Until(None, state("door")),), (When(state("door")),)),
        ((At("22:00"),), (After(0, True),)),
        ((Every(60),), (Every(60),)),
        ((If(state("door")),), ()),
        ((), ()),
    ],
)
def test_then_means_when_that_is_over(before, after):
    assert follow((Step(do(), before),), (Step(do("lock")),), then=True)[0].guards == after


def test_without_then_nothing_is_put_off():
    assert follow((Step(do(), (For(600),)),), (Step(do("lock")),), then=False)[0].guards == ()


def test_the_first_step_of_all_follows_none():
    assert begun((Step(do(), (After(0, True),)),))[0].guards == ()
    assert begun((Step(do(), (After(60, True), If(state("door")))),))[0].guards == (After(60), If(state("door")))


def test_how_long_it_lasts_is_put_on_the_step_that_is_about_it():
    steps = (Step(do(thing="lamp")), Step(do(thing="fan")))
    assert [step.guards for step in extended(steps, (For(60),), ("lamp",))] == [(For(60),), ()]
