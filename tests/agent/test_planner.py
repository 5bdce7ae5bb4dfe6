"""Sentences to plans with a model that knows nothing: whatever it writes, a plan comes out."""

from __future__ import annotations

import pytest
from tiny import Tiny, write_tiny

import galiot
from galiot.agent.home import Home
from galiot.agent.plan import Ask, Plan, Refuse, Step
from galiot.agent.planner import Draft, Planner, shipped_adapter
from galiot.runtime.config import RuntimeConfig
from tests.agent.homes import BOOL, home, thing
from tests.agent.test_prompt import large


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with galiot.open_model(write_tiny(tmp_path_factory.mktemp("tiny") / "m.gguf", Tiny(context=2048))) as model:
        yield model


@pytest.fixture
def planner(model):
    planner = Planner(model, config=RuntimeConfig(context=2048, threads=1))
    yield planner
    planner.close()


def unclear(sentence):
    return Plan((Step(Refuse("unclear")),), source="model", request=sentence)


@pytest.mark.parametrize("here", [home(), large(), Home([])], ids=["small", "large", "empty"])
@pytest.mark.parametrize("sentence", ["turn on the tv", "", "x" * 100_000, "ทำให้ห้องสว่าง"])
def test_every_sentence_gives_a_plan_for_the_home(planner, here, sentence):
    draft = planner.draft(sentence, here)
    assert draft.plan.source == "model"
    assert draft.plan.request == sentence
    assert draft.plan.steps
    assert draft.plan == unclear(sentence) or draft.complete


def test_what_was_read_of_a_home_is_not_read_again(planner):
    here, other = home(), Home([thing("Lamp", "Den", writable={"on": BOOL})])
    first = planner.draft("turn on the tv", here)
    planner.draft("turn on the lamp", other)
    again = planner.draft("turn on the tv", here)
    question = len(planner.session.model.tokenizer.encode("user: turn on the tv\nplan:"))
    assert again.prompt_tokens == question
    assert (again.text, again.plan) == (first.text, first.plan)


def test_a_warm_home_has_nothing_but_the_sentence_to_read(planner):
    planner.warm(home())
    assert planner.draft("turn on the tv", home()).prompt_tokens == len(
        planner.session.model.tokenizer.encode("user: turn on the tv\nplan:")
    )


def test_the_answer_is_the_same_with_and_without_what_was_kept(model, planner):
    planner.draft("close the blind", home())
    kept = planner.draft("turn on the tv", home())
    fresh = Planner(model, config=RuntimeConfig(context=2048, threads=1))
    assert fresh.draft("turn on the tv", home()).text == kept.text
    fresh.close()


def test_a_plan_that_the_grammar_has_bent_too_far_is_unclear(model):
    planner = Planner(model, config=RuntimeConfig(context=2048, threads=1), most_doubt=0.0)
    draft = planner.draft("turn on the tv", home())
    assert draft.doubt > 0
    assert draft.plan == unclear("turn on the tv")
    planner.close()


def test_a_plan_that_was_cut_is_unclear_even_where_it_could_be_read(planner, monkeypatch):
    for most in range(1, 40):
        monkeypatch.setattr("galiot.agent.planner.MOST_TOKENS", most)
        draft = planner.draft("turn on the tv", home())
        assert draft.complete or draft.plan == unclear("turn on the tv")


def test_a_prompt_that_does_not_fit_is_unclear(model):
    planner = Planner(model, config=RuntimeConfig(context=64, threads=1))
    assert planner.read("turn on the tv", home()) == unclear("turn on the tv")
    planner.close()


def test_a_session_that_is_given_is_used_and_left_open(model):
    with galiot.Session(model, RuntimeConfig(context=2048, threads=1)) as session:
        planner = Planner(model, session=session)
        planner.read("turn on the tv", home())
        planner.close()
        assert session.position > 0


def test_the_adapter_of_another_model_is_left_alone(model):
    assert shipped_adapter(model) is None


def test_a_question_names_each_option_once(planner, monkeypatch):
    written = " ask which: den lamp, hall lamp, den lamp"
    here = Home([thing("Den Lamp", "Den", writable={"on": BOOL}), thing("Hall Lamp", "Hall", writable={"on": BOOL})])
    draft = Draft(Plan(()), written, 1, 1, 0.0, 0.0, complete=True)
    monkeypatch.setattr(planner, "_write", lambda *_: draft)
    (step,) = planner.read("turn on the lamp", here).steps
    assert isinstance(step.act, Ask)
    assert len(step.act.options) == 2
