"""Only plans that a home allows."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import Tiny, write_tiny

import galiot
from galiot.agent.constraint import PlanConstraint
from galiot.agent.grammar import grammar_of
from galiot.agent.home import Home
from galiot.agent.prompt import compose
from galiot.agent.text import parse, render
from galiot.errors import RequestError
from tests.agent.homes import home, thing

HOME = home()
SAID = "please add milk, find the manual of the sauna and play some jazz"
ALLOWED = """\
turn on: kitchen light
turn off: every light in kitchen except counter light
turn on: everything in kitchen
open: left blind, right blind
close: every cover
set brightness to 50%: bedroom lamp
set target temperature to 72 f: thermostat
raise volume by 10%: tv
raise volume: tv
start: washer
if temperature of office sensor > 23.5, set target temperature to 22: thermostat
unless lock of front door is locked and temperature of thermostat <= 20, turn on: tv
when finished of washer happens, lock: front door
when running of washer is done, say
at 22:00, turn off: every light
every mon tue at 7:00, open: left blind
then in 10 min, turn on: tv
then, turn on: tv
every 5 min 3 times, turn on: tv
for 10 min, until 22:00 or temperature of thermostat >= 22 c, turn on: tv
read temperature: office sensor, thermostat
read average temperature, last night: office sensor
read power is on: every light
find the manual of the sauna
timer start 10 min
add milk to shopping list
cancel all
ask which: left blind, right blind
refuse absent device: sauna
refuse off-topic
turn on: tv
 lock: front door""".replace("\n ", "\r").splitlines()
FORBIDDEN = [
    "turn on: sauna",
    "turn on: every sauna",
    "turn on: office sensor",
    "set color to red: bedroom lamp",
    "lock: tv",
    "read brightness: front door",
    "turn on: every light in office",
    "refuse absent device: fridge",
    "unlock front door",
    "dance: tv",
]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    with galiot.open_model(write_tiny(tmp_path_factory.mktemp("tiny") / "m.gguf", Tiny())) as model:
        yield model.tokenizer


def constraint(tokenizer, here=HOME, said=SAID):
    return PlanConstraint(grammar_of(compose(said, here), said), tokenizer)


def follow(constraint, tokens):
    """Whether the tokens may come one after another and end there; what is forced is what comes."""
    left, logits = list(tokens), np.zeros(constraint._vocabulary.size, np.float32)
    while left:
        logits[:] = 0
        constraint.mask_into(logits)
        if not np.isfinite(logits[left[0]]):
            return False
        constraint.accept(left.pop(0))
        forced = constraint.forced()
        if forced != left[: len(forced)]:
            return False
        left = left[len(forced) :]
    return constraint.done


@pytest.mark.parametrize("text", ALLOWED)
def test_what_the_home_can_do_may_be_written_in_the_tokenizers_own_tokens(tokenizer, text):
    text = text.replace("\r", "\n ")
    assert parse(text, HOME).steps
    assert follow(constraint(tokenizer), tokenizer.encode(f" {text}"))


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_the_home_cannot_do_may_not(tokenizer, text):
    assert not follow(constraint(tokenizer), tokenizer.encode(f" {text}"))


def wander(constraint, tokenizer, rng):
    """Take any allowed token after another until the text may end."""
    tokens, logits = [], np.zeros(constraint._vocabulary.size, np.float32)
    while not constraint.done or rng.random() < 0.7:
        logits[:] = 0
        constraint.mask_into(logits)
        allowed = [t for t in np.flatnonzero(np.isfinite(logits)) if t not in tokenizer.end_tokens]
        if not allowed:
            break
        tokens.append(int(rng.choice(allowed)))
        constraint.accept(tokens[-1])
        tokens += constraint.forced()
    return tokenizer.decode(tokens)


def test_whatever_may_be_written_can_be_read(tokenizer):
    rng, refused = np.random.default_rng(5), []
    for _ in range(60):
        text = wander(constraint(tokenizer), tokenizer, rng)
        try:
            plan = parse(text, HOME)
        except RequestError as error:
            refused.append(str(error))
        else:
            assert parse(render(plan, HOME), HOME) == plan
    assert len(refused) < 20
    assert all("nothing for 'every" in said for said in refused)  # every lock except the only one


def test_a_text_may_only_end_where_it_is_complete(tokenizer):
    one = constraint(tokenizer)
    for token in tokenizer.encode(" turn on: tv"):
        logits = np.zeros(one._vocabulary.size, np.float32)
        one.mask_into(logits)
        assert not np.isfinite(logits[list(tokenizer.end_tokens)]).any()
        one.accept(token)
    logits = np.zeros(one._vocabulary.size, np.float32)
    one.mask_into(logits)
    assert np.isfinite(logits[list(tokenizer.end_tokens)]).all()


def test_doubt_is_how_much_more_the_model_wanted_something_else(tokenizer):
    one = constraint(tokenizer)
    logits = np.zeros(one._vocabulary.size, np.float32)
    logits[tokenizer.encode("#")[0]] = 7.0
    one.mask_into(logits)
    assert one.doubt == 7.0
    one.mask_into(np.zeros(one._vocabulary.size, np.float32))
    assert one.doubt == 7.0


def test_a_home_without_things_allows_words_only(tokenizer):
    empty = Home([])
    assert follow(constraint(tokenizer, empty), tokenizer.encode(" refuse absent device: sauna"))
    assert not follow(constraint(tokenizer, empty), tokenizer.encode(" turn on: tv"))


def test_names_that_look_like_a_grammar_stay_names(tokenizer):
    tricky = Home(
        [thing(name, types=("Light",), actions=("turn_on",)) for name in ("a/b (c)", "x|y*", "[z]+.?", "#1 50%")]
    )
    one = compose("", tricky)
    labels = one.prefix.splitlines()[1:]
    assert len(labels) == 4
    for label in labels:
        assert follow(constraint(tokenizer, tricky), tokenizer.encode(f" turn on: {label.split(':')[0].strip()}"))


def test_a_faulty_grammar_is_an_error_of_one_line(tokenizer):
    with pytest.raises(RequestError, match="grammar of plans"):
        PlanConstraint("start: nothing here", tokenizer)
