from __future__ import annotations

from collections import Counter

import pytest

from galiot.agent.features import kind_of
from galiot.agent.lessons import make_home, make_lessons
from galiot.agent.plan import Ask, Refuse
from galiot.agent.text import parse, render
from galiot.agent.validator import check


@pytest.fixture(scope="module")
def lessons():
    return list(make_lessons(11, homes=12, of_each=16))


def test_the_same_seed_gives_the_same_rows():
    first, second = ([lesson.row() for lesson in make_lessons(3, homes=2, of_each=6)] for _ in range(2))
    assert first == second
    assert first != [lesson.row() for lesson in make_lessons(4, homes=2, of_each=6)]


def test_homes_differ_in_size_and_kinds():
    import random

    homes = [make_home(random.Random(seed)) for seed in range(150)]
    sizes = [len(home) for home in homes]
    assert min(sizes) < 8
    assert max(sizes) > 30
    assert len({kind_of(thing) for home in homes for thing in home.things}) > 30


def test_every_plan_is_read_back(lessons):
    for lesson in lessons:
        again = parse(lesson.text, lesson.home)
        assert [step.act for step in again.steps] == [step.act for step in lesson.plan.steps]
        assert render(again, lesson.home) == lesson.text


def test_what_a_plan_names_is_in_its_prompt(lessons):
    for lesson in lessons:
        shown = {thing.id for thing in lesson.prompt.things}
        for step in lesson.plan.steps:
            target = getattr(step.act, "target", None)
            if target is not None and not target.said.startswith("every"):
                assert set(target.things) <= shown, lesson.sentence


def test_the_validator_takes_nearly_all_plans_as_they_are_meant(lessons):
    wrong = 0
    for lesson in lessons:
        found = check(lesson.plan, lesson.home)
        meant = {step.act.reason for step in lesson.plan.steps if isinstance(step.act, Refuse)}
        asks = any(isinstance(step.act, Ask) for step in lesson.plan.steps)
        odd = {refusal.reason for refusal in found.refused} - meant - {"out of range", "unknown state"}
        wrong += bool(odd) or (found.question is not None and not asks)
    assert wrong < 0.08 * len(lessons)


def test_rows_are_prompts_and_completions(lessons):
    for lesson in lessons:
        row = lesson.row()
        assert row["prompt"].startswith("things:\n")
        assert row["prompt"].endswith("plan:")
        assert row["completion"].startswith(" ")


def test_all_sorts_of_requests_are_there():
    sorts = Counter(lesson.sort for lesson in make_lessons(5, homes=40, of_each=16))
    assert len(sorts) >= 22
    assert sorts["wish"] > 60
