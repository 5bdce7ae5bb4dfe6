"""A model that learns to write about a signal: prompts, targets, stages, and what is read back."""

from __future__ import annotations

import numpy as np
import pytest
from senses.made import LABELS, Sure, ecg_file, heart
from tiny import Tiny, write_tiny

pytest.importorskip("torch", reason="PyTorch is not installed: pip install galiot[learn]")

from galiot.learn.sense.language import LanguageTraining, Lessons
from galiot.learn.sense.readback import read_back
from galiot.learn.sense.told import drawn, prompt_of, sample_of, text_for, with_truth
from galiot.model.model import open_model
from galiot.runtime.report import clause
from galiot.senses.recipe import LanguageRecipe
from galiot.senses.report import numbers_outside
from galiot.senses.seen import look
from galiot.senses.sense import Sense
from galiot.signals import facts

CODES = [label.code for label in LABELS]
TINY = Tiny(layers=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with open_model(write_tiny(tmp_path_factory.mktemp("m") / "m.gguf", TINY)) as made:
        yield made


@pytest.fixture(scope="module")
def seen():
    reading = heart()
    return look(Sense(ecg_file(), [Sure()]), reading, facts(reading))


def of(*codes):
    return np.array([code in codes for code in CODES])


@pytest.mark.parametrize("truth", [of("NORM"), of("MI", "IMI"), of("MI", "IMI", "CD", "LAFB"), of("CD")])
def test_what_is_true_is_read_back_from_every_text_that_says_it(seen, truth):
    rng = np.random.default_rng(0)
    for sure in (None, [0.95] * 5, [0.6] * 5):
        text = text_for(with_truth(seen, LABELS, truth, sure), rng)
        assert read_back(text, LABELS).tolist() == truth.tolist(), text
        assert numbers_outside(text, seen) == []


def test_what_is_denied_is_not_read_back():
    assert not read_back("A myocardial infarction is unlikely (12%).", LABELS).any()
    assert not read_back("The ECG is not taken for normal.", LABELS).any()
    assert read_back("inferior myocardial infarction", LABELS).tolist() == of("MI", "IMI").tolist()


def test_drawn_statements_could_be_true_together():
    truth, rng = np.stack([of("NORM"), of("MI", "IMI"), of("CD", "LAFB")]), np.random.default_rng(1)
    found = [drawn(truth, LABELS, rng) for _ in range(50)]
    for each in found:
        said = {code for code, holds in zip(CODES, each, strict=True) if holds}
        assert ("NORM" in said) == (not said & {"MI", "CD"})
        assert not {"IMI"} & said or "MI" in said
    assert len({tuple(each) for each in found}) > 4


def test_a_prompt_has_the_signal_in_its_place_and_only_the_text_is_learned(model, seen):
    one = with_truth(seen, LABELS, of("MI", "IMI"))
    for front in (False, True):
        prompt = prompt_of(model, one, shown="both", question="Report.", signal=[-1, -2, -3], front=front)
        sample = sample_of(model, prompt, "All is well.")
        places = np.flatnonzero(sample.tokens < 0)
        assert sample.tokens[places].tolist() == [-1, -2, -3]
        assert (places[0] == 0) == front
        assert not sample.targets[: places[-1] + 1].any()
        assert model.tokenizer.decode(sample.tokens[sample.targets][:-1].tolist()) == "All is well."
        assert clause(LABELS[2].name) in model.tokenizer.decode(sample.tokens[places[-1] + 1 :].tolist())
    hidden = prompt_of(model, one, shown="signal", question=None, signal=[-1], facts=False)
    text = "".join(part if isinstance(part, str) else "" for part in hidden)
    assert "infarction" not in text


def lessons(seen, count=12, width=6):
    """Readings whose hidden states say which of two statements is true."""
    rng = np.random.default_rng(0)
    sick = rng.random(count) < 0.5
    hidden = np.where(sick, 1.0, -1.0)[:, None, None] + 0.1 * rng.standard_normal((count, 2, width))
    truth = np.where(sick[:, None], of("MI", "IMI"), of("NORM"))
    return Lessons(
        seen=[with_truth(seen, LABELS, each) for each in truth],
        labels=LABELS,
        truth=truth,
        hidden=hidden.astype(np.float32),
        questions=(),
    )


@pytest.mark.parametrize("way", ["soft-tokens", "keys-values"])
def test_stages_teach_what_they_are_for_and_a_state_brings_all_back(model, seen, way):
    settings = LanguageRecipe(way=way, rows=2, batch=2, rate=5e-3)
    training = LanguageTraining(model, settings, lessons(seen), facts=False)
    before = training.state()
    training.run("align", 6)
    aligned = training.state()
    same = {name for name in before if np.array_equal(before[name], aligned[name])}
    assert {name for name in before if name.startswith("adapter.")} <= same
    assert not any(name.startswith("bridge.") and name.endswith("weight") for name in same)
    training.run("joint", 6)
    assert training.losses["joint"] < training.losses["align"]
    kept = training.state()
    training.restore(before)
    training.restore(kept)
    assert training.losses.keys() == {"align", "joint"}
    assert all(np.array_equal(kept[name], array) for name, array in training.state().items())
    assert training.adapter().base_sha256 == model.sha256
    training.close()
