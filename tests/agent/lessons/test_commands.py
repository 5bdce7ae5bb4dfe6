from __future__ import annotations

import random

import pytest

from galiot.agent.home import Home
from galiot.agent.lessons import make_home, make_lessons
from galiot.agent.lessons.commands import is_scale, make_command, make_remark, make_wish
from galiot.agent.lessons.homes import _thing
from galiot.agent.lessons.refusals import make_excessive
from galiot.agent.lessons.scene import Scene
from galiot.agent.lessons.wording import Speaker
from galiot.agent.plan import Ask, Do
from galiot.agent.rules import read


def home_of(*specs):
    rng = random.Random(0)
    return Home([_thing(rng, i, title, "Den", None, (), spec) for i, (title, spec) in enumerate(specs)])


def scene_of(home, seed):
    return Scene(home, Speaker(random.Random(seed)))


@pytest.fixture(scope="module")
def fans():
    return home_of(("Tower fan", "speed:1..5:w"))


def test_a_step_of_a_few_is_no_percentage(fans):
    said = 0
    for seed in range(300):
        clause = make_command(scene_of(fans, seed), one=1)
        act = clause.steps[0].act if clause else None
        if isinstance(act, Do) and act.verb == "set":
            assert is_scale(scene_of(fans, 0).feature(fans.things[0], "fan speed"))
            assert (act.unit == "%") == any(word in clause.said for word in ("%", "percent", "half", "full"))
            said += act.unit is None
    assert said > 10


def test_what_is_beyond_the_last_step_is_out_of_range(fans):
    for seed in range(30):
        act = make_excessive(scene_of(fans, seed)).steps[0].act
        assert act.unit is None
        assert act.value > 5


def test_a_wish_finds_what_would_help_by_its_name():
    home = home_of(("Kettle plug", "on:bool:w"), ("Ice maker", "on:bool:w"))
    found = {
        clause.steps[0].act.target.things
        for seed in range(400)
        if (clause := make_wish(scene_of(home, seed))) and not {"plug", "ice"} & set(clause.said.split())
    }
    assert found == {(home.things[0].id,)}


def test_a_remark_names_one_device_that_can_do_what_is_meant():
    made = 0
    for seed in range(60):
        scene = scene_of(make_home(random.Random(seed)), seed)
        for _ in range(5):
            clause = make_remark(scene)
            if clause is not None:
                (step,) = clause.steps
                (id,) = step.act.target.things
                assert (step.act.verb, step.act.role) in scene.able[id]
                made += 1
    assert made > 100


def test_few_wishes_end_in_a_question():
    scenes = [scene_of(make_home(random.Random(seed), things=20), seed) for seed in range(30)]
    acts = [clause.steps[0].act for scene in scenes for _ in range(10) if (clause := make_wish(scene))]
    assert sum(isinstance(act, Ask) for act in acts) < 0.15 * len(acts)


def test_most_lessons_are_of_what_rules_leave_to_the_model():
    lessons = list(make_lessons(21, homes=6, of_each=12))
    ruled = sum(read(lesson.sentence, lesson.home, now=lesson.now) is not None for lesson in lessons)
    assert ruled < 0.2 * len(lessons)
