"""What the owner corrects is understood, and kept as data to tune on."""

from __future__ import annotations

import json

import pytest

from galiot.agent.home import Home
from galiot.agent.memory.corrections import corrected, keep
from galiot.agent.plan import At, Do, Plan, Step, Target
from galiot.agent.thing import Affordance, Schema, Thing
from galiot.tune.data import read_rows


def lamp(title: str, area: str) -> Thing:
    on = Affordance(name="on", kind="property", schema=Schema(type="boolean"), writable=True)
    return Thing(id=title.lower().replace(" ", "-"), title=title, area=area, types=("Light",), properties={"on": on})


HOME = Home([lamp("Desk Lamp", "Office"), lamp("Floor Lamp", "Office"), lamp("Bed Lamp", "Bedroom")])
BEFORE = Plan((Step(Do("turn on", Target(("desk-lamp",), "desk lamp")), (At("22:00"),)),))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no, the other lamp", "floor-lamp"),
        ("No, the other one!", "floor-lamp"),
        ("I meant the bed lamp", "bed-lamp"),
        ("wrong one, I meant the one in the bedroom", "bed-lamp"),
        ("not that one, the floor lamp", "floor-lamp"),
        ("no", None),
        ("no, thanks", None),
        ("turn on the floor lamp", None),
    ],
)
def test_a_correction_names_another_thing(said, meant):
    plan = corrected(said, BEFORE, HOME)
    if meant is None:
        assert plan is None
    else:
        assert plan is not None
        assert plan.steps[0].act.target.things == (meant,)
        assert plan.steps[0].guards == BEFORE.steps[0].guards


def test_the_other_one_of_many_is_not_guessed():
    home = Home([lamp(f"Lamp {n}", "Hall") for n in range(3)])
    assert corrected("no, the other one", Plan((Step(Do("turn on", Target(("lamp-0",)))),)), home) is None


def test_corrections_are_rows_to_tune_on(tmp_path):
    for n in range(2):
        keep(tmp_path / "kept" / "corrections.jsonl", f"turn on the lamp {n}\n", "turn on: floor lamp\n")
    rows = read_rows(tmp_path / "kept" / "corrections.jsonl")
    assert len(rows.rows) == 2
    assert json.loads((tmp_path / "kept" / "corrections.jsonl").read_text().splitlines()[1])["prompt"].endswith("1\n")
