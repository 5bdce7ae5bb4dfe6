from __future__ import annotations

import numpy as np
import pytest
from learn.sense.sets import swing, write_watch

from galiot.errors import BudgetError, RequestError
from galiot.learn.sense.evaluate import evaluate
from galiot.learn.sense.stages import Stages
from galiot.learn.sense.train import train
from galiot.senses import Sense
from galiot.signals import Reading

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A sense of slow and fast swings, learned from persons a, b and c."""
    folder = tmp_path_factory.mktemp("watch")
    recipe = write_watch(folder)
    return folder, recipe, train(recipe, folder, folder / "watch.gguf")


def test_a_folder_of_ones_own_becomes_a_sense(made):
    folder, _, trained = made
    assert trained.scores["macro_f1"]["value"] > 0.9
    assert trained.examples == 12 * 2
    reading = Reading.of(np.arange(200) / 50, swing(3.5, np.random.default_rng(9)).T, ["ax", "ay", "az"])
    with Sense.open(folder / "watch.gguf") as sense:
        assert [one.code for one in sense.statements(reading) if one.said] == ["fast"]
        manifest = sense.info()["manifest"]
    assert manifest["persons"] == 3
    assert len(manifest["data_sha256"]) == 64


def test_evaluation_judges_the_person_that_was_kept_apart_and_blind_controls_cost_it(made):
    folder, recipe, _ = made
    page = folder / "page.html"
    found = evaluate(folder / "watch.gguf", folder, blind=True, report=page)
    assert found["records"] == 4
    assert not found["seen_in_training"]
    assert found["macro_f1"]["value"] == 1.0
    assert found["blind"]["zeroed"]["macro_f1"] < 0.7
    assert found["baselines"]["commonest"]["macro_f1"]["value"] < 0.5
    assert found["noise"]["noise, 20 dB"] > 0.9
    assert "<svg" in page.read_text()
    assert evaluate(folder / "watch.gguf", folder, recipe=recipe, noise=False, cheaper=False)["records"] == 4


def test_the_same_seed_gives_the_same_trees(made):
    folder, recipe, _ = made
    train(recipe, folder, folder / "again.gguf")
    with Sense.open(folder / "watch.gguf") as one, Sense.open(folder / "again.gguf") as other:
        for name, array in one.file.tensors.items():
            np.testing.assert_array_equal(array, other.file.tensors[name])


def test_a_training_that_needs_more_than_is_granted_is_refused_before_it_begins(made):
    folder, recipe, _ = made
    with pytest.raises(BudgetError, match="MiB"):
        train(recipe, folder, folder / "never.gguf", memory_bytes=1 << 20)
    assert not (folder / "never.gguf").exists()


def test_an_interrupted_training_goes_on_after_its_last_stage(tmp_path):
    recipe = write_watch(tmp_path, each=1)
    out = tmp_path / "watch.gguf"

    def stop(stage, *_):
        if stage == "trees":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(recipe, tmp_path, out, said=stop)
    assert not out.exists()
    stages = []
    train(recipe, tmp_path, out, resume=True, said=lambda stage, *_: stages.append(stage))
    assert set(stages) == {"read", "trees"}
    assert not out.with_name("watch.gguf.resume").exists()


def test_one_can_only_go_on_with_the_same_data_and_recipe(tmp_path):
    with pytest.raises(RequestError, match="without --resume"):
        Stages(tmp_path / "x.gguf", {"data": "1"}, resume=True)
    Stages(tmp_path / "x.gguf", {"data": "1"}, resume=False)
    with pytest.raises(RequestError, match="other data"):
        Stages(tmp_path / "x.gguf", {"data": "2"}, resume=True)
