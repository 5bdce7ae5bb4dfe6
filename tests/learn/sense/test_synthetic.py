"""Made series hold what is said of them, and a sense learned from them says it of series that nobody made for it."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import Tiny, write_tiny

from galiot.errors import RequestError
from galiot.learn.sense.synthetic import draw, sensors
from galiot.learn.sense.train import train
from galiot.senses.features.series import series_features
from galiot.senses.file import SenseFile
from galiot.senses.installed import SHIPPED
from galiot.senses.prepare import prepare
from galiot.senses.recipe import parse_recipe, read_recipe, shipped
from galiot.senses.seen import look
from galiot.senses.sense import Sense
from galiot.signals import Reading, facts

MANY = [draw(7, number) for number in range(120)]


def known(reading):
    return reading.values[0][np.isfinite(reading.values[0])]


def measured(values):
    file = SenseFile(kind="series", rate_hz=0, window_s=0, samples=256, labels=(), members=(), tensors={},
                     scaling="standard")  # fmt: skip
    return series_features(prepare(Reading.of(np.arange(len(values)), [values], ["x"]), file), 0)


def test_a_seed_makes_the_same_series_again_and_another_one_others():
    again, other = draw(7, 3), draw(8, 3)
    np.testing.assert_array_equal(again[0].values, MANY[3][0].values)
    assert again[1] == MANY[3][1]
    assert not np.array_equal(other[0].values, again[0].values)


def test_what_is_said_excludes_what_cannot_be():
    for _, said in MANY:
        for pair in ({"RISING", "FALLING"}, {"STEP_UP", "STEP_DOWN"}, {"GROWING", "SHRINKING"}, {"DROP", "BUMP"}):
            assert not pair <= said
        assert ("STEADY" in said) == (not said & {"RISING", "FALLING", "CYCLE", "STEP_UP", "STEP_DOWN", "DROP", "BUMP"})
    every = set().union(*(said for _, said in MANY))
    assert every == set(read_recipe("series")[0].data.classes)


def test_a_series_said_to_be_stuck_has_a_run_of_equal_values_and_others_have_none():
    for reading, said in MANY:
        values = known(reading)
        same = np.abs(np.diff(values)) < 1e-12
        longest = max((len(run) for run in "".join("x" if one else " " for one in same).split()), default=0)
        coarse = len(np.unique(values)) < 0.4 * len(values)  # rounded
        if "STUCK" in said:
            assert longest >= 0.05 * len(values)
        elif not coarse:
            assert longest < 0.05 * len(values)


def test_sensors_have_a_level_and_a_spread_in_their_unit():
    assert len({one.name for one in sensors()}) == len(sensors()) > 40
    assert all(one.scale > 0 for one in sensors())


@pytest.mark.parametrize(
    ("shape", "feature", "least"),
    [
        (lambda x: 8 * x, "line explains", 0.5),
        (lambda x: 8.0 * (x > 0.6), "step explains", 0.5),
        (lambda x: 4 * np.sin(2 * np.pi * 8 * x), "cycle", 0.5),
        (lambda x: 12.0 * ((x > 0.4) & (x < 0.55)), "excursion explains", 0.5),
    ],
)
def test_a_feature_is_large_where_its_shape_is_and_small_in_noise(shape, feature, least):
    rng, x = np.random.default_rng(0), np.arange(400) / 400
    noise = rng.standard_normal(400)
    assert measured(noise + shape(x))[feature] > least
    assert measured(noise)[feature] < 0.4


def test_the_shipped_sense_names_the_channel_and_says_what_is_seen():
    rng, x = np.random.default_rng(1), np.arange(300) / 300
    values = np.stack([20 + 6 * x, 50 + 5.0 * (x > 0.5), 3 * np.sin(2 * np.pi * 9 * x)])
    values += 0.3 * rng.standard_normal(values.shape)
    constant = np.full((1, 300), 4.0)
    reading = Reading.of(60 * np.arange(300), np.concatenate([values, constant]), ["warmth", "load", "sway", "dead"])
    with Sense.open(SHIPPED / "series.gguf") as sense:
        seen = look(sense, reading, facts(reading))
    said = {one.code for one in seen.statements if one.said}
    assert {"warmth: RISING", "load: STEP_UP", "sway: CYCLE"} <= said
    assert not said & {"warmth: FALLING", "load: STEP_DOWN", "sway: STUCK", "load: CYCLE"}
    assert not any(one.code.startswith("dead") for one in seen.statements)
    facts_told = [fact for fact in seen.with_findings() if fact.name == "finding"]
    assert {fact.channel for fact in facts_told} == {"warmth", "load", "sway"}
    assert any("a rising trend in warmth" in fact.text for fact in facts_told)
    told = seen.told_in("There is a rising trend in warmth.")
    assert [one.code for one in told.statements if one.said] == ["warmth: RISING"]


def test_a_few_samples_are_not_judged():
    reading = Reading.of(np.arange(20), [np.arange(20.0)], ["x"])
    with Sense.open(SHIPPED / "series.gguf") as sense:
        assert look(sense, reading, facts(reading)).statements == ()


def test_the_recipe_ships_and_needs_no_folder(tmp_path):
    assert "series" in shipped()
    with pytest.raises(Exception, match=r"data\.records"):
        parse_recipe(read_recipe("series")[1].replace("records = 5000", ""))


def test_training_needs_no_data_and_its_network_runs_on_the_engine(tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    model = write_tiny(tmp_path / "m.gguf", Tiny(layers=1))
    text = read_recipe("series")[1].replace("records = 5000", "records = 80").replace("passes = 40", "passes = 2")
    text = text.replace("trees = 60", "trees = 4").replace("[patches]", f'[patches]\nbase = "{model}"\nwidth = 16')
    (tmp_path / "small.toml").write_text(text)
    made = train(tmp_path / "small.toml", None, tmp_path / "small.gguf")
    assert made.scores["macro_auc"]["value"] > 0.6  # the trees' share; the network has seen next to nothing
    with Sense.open(tmp_path / "small.gguf") as sense:
        assert sense.file.members == ("forest", "patches")
        assert np.isfinite(sense.logits(MANY[0][0])).all()


def test_a_recipe_that_reads_a_folder_says_when_none_is_given(tmp_path):
    with pytest.raises(RequestError, match=r"the data is missing; --data names the one with train\.npz"):
        train("motion", None, tmp_path / "m.gguf")
