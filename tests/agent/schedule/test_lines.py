from __future__ import annotations

from datetime import UTC, datetime

from galiot.agent.encoding import to_json
from galiot.agent.home import Home
from galiot.agent.plan import At, Comparison, Do, Operand, Step, Target
from galiot.agent.schedule.lines import line_of
from galiot.agent.schedule.waiting import Waiting
from galiot.agent.thing import Affordance, Schema, Thing

SWITCH = Affordance(name="on", kind="property", schema=Schema(type="boolean"), writable=True)
HOME = Home([Thing(id="lamp", title="Porch lamp", properties={"on": SWITCH})])
OFF = Step(Do("turn off", Target(("lamp",))))


def local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_step_that_waits_for_a_time_is_written_with_its_time():
    assert (
        line_of(Waiting(id="1", made=0, step=OFF, due=22 * 3600 + 300), HOME, local) == "at 22:05, turn off: porch lamp"
    )


def test_a_step_that_comes_again_is_written_with_what_brings_it():
    waiting = Waiting(id="1", made=0, step=OFF, due=60.0, again=to_json(At("7:00", (), True)))
    assert line_of(waiting, HOME, local) == "every day at 7:00, turn off: porch lamp"


def test_a_step_that_waits_for_something_is_written_with_it():
    waiting = Waiting(id="1", made=0, step=OFF, conditions=(Comparison(Operand("lamp", "power"), "is", True),))
    assert line_of(waiting, HOME, local) == "when power of porch lamp is on, turn off: porch lamp"


def test_what_cannot_be_written_is_shown_in_the_users_words():
    assert line_of(Waiting(id="1", made=0, request="undo it"), HOME, local) == "undo it"
    gone = Step(Do("turn off", Target(("gone",))))
    assert line_of(Waiting(id="1", made=0, step=gone, request="the old lamp off"), HOME, local) == "the old lamp off"
