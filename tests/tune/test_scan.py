"""Reading many samples in one pass agrees with reading each by itself."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import BEYOND, FAMILIES, write_tiny

from galiot.errors import ContextError, RequestError
from galiot.learn.batch import Sample
from galiot.model.model import open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.tune.scan import middle_of, scaled, scan

BEGIN, HEADER = [40, 41, 42, 43], [50, 51]


def sample(prompt: list[int], answer: list[int]) -> Sample:
    tokens = np.array(prompt + answer, np.int32)
    return Sample(tokens, np.arange(len(tokens)) >= len(prompt))


def chats(count: int = 9, *, seed: int = 3, begin: list[int] = BEGIN, header: list[int] = HEADER) -> list[Sample]:
    rng = np.random.default_rng(seed)
    rows = [
        (rng.integers(100, 260, 3 + i % 5).tolist(), rng.integers(5, 260, 4 + i % 3).tolist()) for i in range(count)
    ]
    return [sample(begin + asked + header, answer) for asked, answer in rows]


@pytest.fixture(scope="module")
def open_session(tmp_path_factory):
    made = {}

    def get(family: str) -> Session:
        if family not in made:
            path = write_tiny(tmp_path_factory.mktemp("tiny") / "m.gguf", (FAMILIES | BEYOND)[family])
            made[family] = Session(open_model(path), RuntimeConfig(context=512, cache_type="f32", threads=1))
        return made[family]

    yield get
    for session in made.values():
        session.close()


def nats(session: Session, before: list[int], answer: list[int]) -> float:
    """Mean nats of an answer, from logits of the whole, by itself."""
    session.rewind(0)
    tokens = before + answer
    logits = session.evaluate(tokens, logits="all").logits.astype(np.float64)
    session.rewind(0)
    first = max(len(before), 1)
    rows = np.arange(first - 1, len(tokens) - 1)
    shifted = logits - logits.max(axis=1, keepdims=True)
    chances = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -chances[rows, tokens[first:]].mean()


@pytest.mark.parametrize("family", ["llama", "qwen3", "gemma3", "llama-tied-spm", "gemma3-widths-by-layer"])
def test_losses_are_those_of_each_sample_by_itself(open_session, family):
    session, samples = open_session(family), chats()
    found = scan(session, samples, alone=True)
    for i, one in enumerate(samples):
        first = int(np.flatnonzero(one.targets)[0])
        before, answer = one.tokens[:first].tolist(), one.tokens[first:].tolist()
        assert found.loss[i] == pytest.approx(nats(session, before, answer), rel=1e-4)
        assert found.given[i] == pytest.approx(found.loss[i])
        assert found.alone[i] == pytest.approx(nats(session, BEGIN + HEADER, answer), rel=1e-4)
    assert found.predicted.tolist() == [one.predicted for one in samples]


def test_without_a_shared_header_the_first_token_of_an_answer_is_counted_in_neither(open_session):
    session, samples = open_session("llama"), chats(begin=[], header=[])
    found = scan(session, samples, alone=True)
    one = samples[2]
    first = int(np.flatnonzero(one.targets)[0])
    assert found.alone[2] == pytest.approx(nats(session, [], one.tokens[first:].tolist()), rel=1e-4)
    given = nats(session, one.tokens[: first + 1].tolist(), one.tokens[first + 1 :].tolist())
    assert found.given[2] == pytest.approx(given, rel=1e-4)


def test_an_answer_right_after_what_all_share_is_predicted_from_it(open_session):
    session = open_session("llama")
    samples = [sample(BEGIN, [9, 10, 11]), *chats(header=[])]
    found = scan(session, samples, alone=True)
    assert found.loss[0] == pytest.approx(nats(session, BEGIN, [9, 10, 11]), rel=1e-4)
    assert found.alone[0] == pytest.approx(found.loss[0], rel=1e-4)


def test_with_one_instruction_for_all_the_answer_alone_has_no_instruction(open_session):
    session, samples = open_session("llama"), [sample(BEGIN, [9, 10, 11 + i]) for i in range(3)]
    found = scan(session, samples, alone=True)
    assert found.alone[1] == pytest.approx(nats(session, [], [9, 10, 12]), rel=1e-4)


def test_hidden_states_are_averages_of_each_sample_by_itself(open_session):
    session, samples = open_session("llama"), chats()
    layers = (0, middle_of(session.spec.layers))
    session.rewind(0)
    states = scaled(session.evaluate(samples[4].tokens.tolist(), logits="none", hidden=True, layers=layers).hidden)
    own, whole = scan(session, samples, loss=False).hidden[4], scan(session, samples, whole=True).hidden[4]
    assert np.allclose(own, states[len(BEGIN) :].mean(axis=0), atol=1e-4)
    assert np.allclose(whole, states.mean(axis=0), atol=1e-4)


def test_several_answers_of_one_conversation_are_each_read_alone(open_session):
    session = open_session("llama")
    tokens = np.array([*BEGIN, 120, *HEADER, 9, 10, 121, 122, *HEADER, 11, 12, 13], np.int32)
    targets = np.zeros(len(tokens), bool)
    targets[[7, 8, 13, 14, 15]] = True
    found = scan(session, [Sample(tokens, targets), *chats()], alone=True)
    both = 2 * nats(session, BEGIN + HEADER, [9, 10]) + 3 * nats(session, BEGIN + HEADER, [11, 12, 13])
    assert found.alone[0] == pytest.approx(both / 5, rel=1e-4)
    assert found.predicted[0] == 5


def test_an_answer_that_many_give_is_read_once(open_session):
    session = open_session("llama")
    samples = [sample([*BEGIN, 100 + i, *HEADER], [9, 10 + i % 2, 11]) for i in range(6)]
    found = scan(session, samples, alone=True)
    assert found.tokens == len(BEGIN) + 6 * (1 + 2 + 3) + 2 * (2 + 3 - 1)
    for i in range(6):
        assert found.alone[i] == pytest.approx(nats(session, BEGIN + HEADER, [9, 10 + i % 2, 11]), rel=1e-4)


def test_plain_text_has_a_loss_and_its_beginning_is_not_read_twice(open_session):
    session, text = open_session("llama"), Sample(np.arange(100, 120, dtype=np.int32), np.ones(20, bool))
    found = scan(session, [text, text])
    assert found.loss[0] == pytest.approx(nats(session, [], text.tokens.tolist()), rel=1e-4)


def test_nothing_and_what_does_not_fit_are_refused(open_session):
    session = open_session("llama")
    with pytest.raises(RequestError, match="no samples"):
        scan(session, [])
    with pytest.raises(ContextError, match="600"):
        scan(session, [Sample(np.full(600, 9, np.int32), np.ones(600, bool))])
    assert session.position == 0
