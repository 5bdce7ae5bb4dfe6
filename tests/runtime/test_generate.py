"""Answers piece by piece: reproducible, whole characters, ended by what should end them."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from tiny import Tiny

from galiot.errors import ConfigError, ContextError
from galiot.runtime.generate import GenerateConfig, generate

MILD = dict(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0)


def greedy(tokens=24, **settings):
    return GenerateConfig(temperature=0.0, max_tokens=tokens, **settings)


@pytest.fixture
def session(case):
    with case("llama").session() as session:
        yield session


def answer(session, settings, prompt=(30, 40, 50)):
    session.rewind(0)
    return generate(session, list(prompt), settings=settings).finished()


def test_a_greedy_answer_is_the_references(case, session):
    reference, tokens = case("llama").reference, [30, 40, 50]
    for _ in range(10):
        tokens.append(int(reference.run(tokens).logits[-1].argmax()))
    assert answer(session, greedy(10)).tokens == tokens[3:]


@pytest.mark.parametrize("name", ["llama", "qwen3", "gemma3"])
def test_the_same_seed_gives_the_same_text_in_any_session(case, name):
    texts = []
    for seed in (5, 5, 6):
        with case(name).session() as session:
            texts.append(answer(session, GenerateConfig(**MILD, seed=seed, max_tokens=40)).text)
    assert texts[0] == texts[1] != texts[2]


def test_pieces_are_the_text_and_never_parts_of_characters(case):
    split = 0
    for seed in range(10):
        with case("llama").session() as session:
            made = generate(session, [30], settings=GenerateConfig(**MILD, seed=seed, max_tokens=60))
            pieces = list(made)
        assert "".join(pieces) == made.text
        assert made.text == session.model.tokenizer.decode(made.tokens)
        split += made.text.count("\N{REPLACEMENT CHARACTER}")
        assert all(piece for piece in pieces)
    assert split > 10  # bytes that are no text at all are shown as such, as random models write them


def test_max_tokens_ends_an_answer(session):
    made = answer(session, greedy(7))
    assert (len(made.tokens), made.finish, made.spent.tokens) == (7, "length", 7)


def test_the_end_of_the_context_ends_an_answer(case):
    with case("llama").session(context=16) as session:
        made = answer(session, greedy(100))
        assert made.finish == "context"
        assert len(made.tokens) == 14  # three of the prompt; the last is never read again
        assert session.room == 0


def test_a_prompt_longer_than_the_context_is_refused_before_anything_is_done(case):
    with case("llama").session(context=16) as session:
        with pytest.raises(ContextError, match=r"17.*16"):
            generate(session, [5] * 17)
        assert session.position == 0


def test_a_stop_text_ends_the_answer_before_it_wherever_tokens_are_cut(session):
    whole = answer(session, greedy(40)).text
    for start in range(0, len(whole) - 4, 3):
        stop = whole[start : start + 4]
        made = answer(session, greedy(40, stop=("never in there", stop)))
        assert made.text == whole[: whole.index(stop)]
        assert made.finish == "stop"


def test_what_looked_like_a_stop_text_is_shown_in_the_end(session):
    whole = answer(session, greedy(12)).text
    made = answer(session, greedy(12, stop=(whole[-3:] + "never",)))
    assert (made.text, made.finish) == (whole, "length")


def test_end_tokens_end_the_answer_and_are_no_part_of_it(case):
    model = case("llama")
    ends = model.model.tokenizer.end_tokens
    for seed in range(200):
        with model.session() as session:
            made = generate(session, [30], settings=GenerateConfig(**MILD, seed=seed, max_tokens=80)).finished()
        if made.finish == "stop":
            break
    assert made.finish == "stop"
    assert not ends & set(made.tokens)
    assert "<|" not in made.text


def test_an_answer_is_cancelled_from_another_thread_and_the_session_goes_on(case):
    with case(Tiny(layers=8)).session(context=4096) as session:
        made = generate(session, [30], settings=greedy(4000))
        thread = threading.Thread(target=lambda: (time.sleep(0.1), made.cancel()))
        thread.start()
        list(made)
        thread.join()
        assert made.finish == "cancelled"
        assert 0 < len(made.tokens) < 4000
        session.rewind(0)
        assert generate(session, [30], settings=greedy(5)).finished().finish == "length"


def test_embeddings_are_a_prompt_too(case, session):
    wanted = answer(session, greedy(10)).tokens
    session.rewind(0)
    embedded = generate(session, session.embed([30, 40, 50]), settings=greedy(10)).finished()
    assert embedded.tokens == wanted
    session.rewind(0)
    penalized = greedy(10, repetition_penalty=1.5)
    assert generate(session, session.embed([30, 40, 50]), settings=penalized).finished().tokens


def test_a_text_prompt_starts_with_the_start_token_where_the_file_asks(case):
    with case("llama-tied-spm").session() as session:
        generate(session, "the", settings=greedy(1)).finished()
        assert session.tokens[0] == session.model.tokenizer.bos
    with case("llama").session() as session:
        generate(session, "the", settings=greedy(1)).finished()
        assert session.tokens == session.model.tokenizer.encode("the")


def test_a_repetition_penalty_keeps_a_model_from_saying_one_thing(session):
    plain = answer(session, greedy(40)).tokens
    varied = answer(session, greedy(40, repetition_penalty=3.0)).tokens
    assert len(set(varied)) > len(set(plain))


def test_what_was_spent_is_told(session):
    made = answer(session, greedy(10))
    spent = made.spent.to_json()
    assert spent["prompt_tokens"] == 3
    assert spent["tokens"] == 10
    assert spent["seconds"] >= spent["first_token_s"] > 0
    assert spent["decode_tokens_per_s"] > 0
    assert spent["peak_bytes"] > 1 << 20


class Allowed:
    """A constraint that lets some tokens through, in order, each of a set."""

    def __init__(self, *sets):
        self.sets, self.done = list(sets), False

    def mask_into(self, logits):
        kept = logits[sorted(self.sets[0])].copy()
        logits[:] = -np.inf
        logits[sorted(self.sets[0])] = kept

    def few(self):
        return None

    def accept(self, token):
        assert token in self.sets.pop(0)
        self.done = not self.sets
        return True

    def forced(self):
        found = []
        while self.sets and len(self.sets[0]) == 1:
            found += self.sets.pop(0)
        self.done = not self.sets
        return found

    @property
    def must_stop(self):
        return not self.sets


def test_a_constraint_decides_what_may_come_and_forced_tokens_cost_no_sampling(session):
    made = generate(
        session, [30], settings=greedy(20), constraint=Allowed({60, 61}, {70}, {71}, {80, 81, 82}, {90})
    ).finished()
    assert made.finish == "constraint"
    assert made.tokens[0] in {60, 61}
    assert made.tokens[1:3] == [70, 71]
    assert made.tokens[3] in {80, 81, 82}
    assert made.tokens[4] == 90


@pytest.mark.parametrize("settings", [{"max_tokens": 0}, {"stop": ("a", "")}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(ConfigError):
        GenerateConfig(**settings)


def test_a_session_generates_as_the_function_does_from_parts_too(session):
    text = generate(session, "ab", settings=greedy(8)).finished().tokens
    session.rewind(0)
    assert session.generate("ab", settings=greedy(8)).finished().tokens == text
    session.rewind(0)
    tokens = session.model.tokenizer.encode("ab", special=True, start=True)
    parts = [session.embed(tokens[:1]), tokens[1:]]
    assert session.generate(parts, settings=greedy(8)).finished().tokens == text
