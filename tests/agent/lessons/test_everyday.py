from __future__ import annotations

import random
from dataclasses import replace

import pytest

from galiot.agent.home import Home
from galiot.agent.lessons import make_home
from galiot.agent.lessons.everyday import make_everyday, make_sweep
from galiot.agent.lessons.scene import Scene
from galiot.agent.lessons.wording import Speaker
from galiot.agent.plan import Ask, Do, Plan, Refuse
from galiot.agent.text import parse_target, render


def scenes(count):
    for seed in range(count):
        rng = random.Random(seed)
        yield Scene(make_home(rng), Speaker(rng))


@pytest.fixture(scope="module")
def made():
    return [
        (scope, scene, clause)
        for scene in scenes(60)
        for scope in ("things", "rooms", "lone", "all", "floors")
        for _ in range(6)
        if (clause := make_everyday(scene, scope=scope)) is not None
    ]


def test_all_ways_of_asking_occur(made):
    assert {scope for scope, _, _ in made} == {"things", "rooms", "lone", "all", "floors"}
    assert {type(clause.steps[0].act) for _, _, clause in made} == {Do, Ask, Refuse}


def test_what_is_asked_can_be_done_by_all_who_are_meant(made):
    for _, scene, clause in made:
        act = clause.steps[0].act
        if isinstance(act, Do):
            assert act.target.things
            for id in act.target.things:
                assert (act.verb, act.role) in scene.able[id], clause.said


def test_the_target_means_what_it_says(made):
    for _, scene, clause in made:
        act = clause.steps[0].act
        if isinstance(act, Do):
            assert parse_target(act.target.said, scene.home).things == act.target.things
            assert render(Plan(clause.steps), scene.home)


def test_a_request_without_a_name_means_the_only_thing_and_asks_where_there_are_several():
    def speakers(scene, count):
        found = [thing for thing in scene.home.things if scene.kinds[thing.id] == "speaker"][:1]
        return Home([replace(thing, id=f"s{i}", title=f"Speaker {i}") for thing in found for i in range(count)])

    seen = set()
    for scene in scenes(40):
        for count in (1, 2):
            home = speakers(scene, count)
            for _ in range(30) if len(home) else ():
                clause = make_everyday(Scene(home, scene.speaker), scope="lone")
                if clause is not None and not isinstance(clause.steps[0].act, Refuse):
                    assert isinstance(clause.steps[0].act, Do if count == 1 else Ask), clause.said
                    seen.add(count)
    assert seen == {1, 2}


def test_what_is_to_be_left_out_is_left_out():
    found = 0
    for scene in scenes(120):
        clause = make_sweep(scene)
        act = clause.steps[0].act if clause else None
        if isinstance(act, Do) and " except " in act.target.said:
            kind = act.target.said.split(" except ")[0]
            rest = set(parse_target(kind, scene.home).things) - set(act.target.things)
            assert 1 <= len(rest) <= 4
            found += 1
    assert found > 5
