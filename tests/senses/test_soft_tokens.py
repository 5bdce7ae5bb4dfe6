from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from senses.made import SPEC, Sure, changed, ecg_file, heart
from tiny import FAMILIES, write_tiny

from galiot.errors import FormatError, RequestError
from galiot.model.model import open_model
from galiot.runtime.chat import chat_tokens
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.generate import GenerateConfig, generate
from galiot.runtime.mixed import joined
from galiot.runtime.session import Session
from galiot.senses.file import read_sense, write_sense
from galiot.senses.fusion.prompt import chat_parts
from galiot.senses.fusion.soft_tokens import gelu
from galiot.senses.report import overview, report, texts_of
from galiot.senses.seen import look
from galiot.senses.sense import Sense
from galiot.signals import facts

WIDTH, INNER, TOKENS = 64, 20, 5


def projected(*, inner: bool = True, tokens: int = TOKENS, width: int = WIDTH):
    rng = np.random.default_rng(4)
    hidden = SPEC.widths[-1]
    between = INNER if inner else hidden
    tensors = {"proj.weight": rng.normal(size=(width, between)) * 0.3, "proj.bias": rng.normal(size=width) * 0.1}
    if inner:
        tensors |= {"proj.up.weight": rng.normal(size=(INNER, hidden)), "proj.up.bias": rng.normal(size=INNER)}
    tensors = {name: array.astype(np.float32) for name, array in tensors.items()}
    file = ecg_file()
    settings = dict(file.settings) | {"proj.tokens": tokens}
    return replace(file, tensors=dict(file.tensors) | tensors, settings=settings, scaling="standard")


def test_a_reading_becomes_embeddings_with_the_samples_that_each_stands_for(tmp_path):
    write_sense(tmp_path / "a.gguf", projected())
    with Sense(read_sense(tmp_path / "a.gguf")) as sense:
        encoded = sense.encode(heart(seconds=20.0, rate_hz=200.0))
        hidden, _ = sense.encoder.hidden(sense.prepare(heart(seconds=20.0, rate_hz=200.0)))
    assert encoded.values.shape == (2 * TOKENS, WIDTH)
    assert encoded.values.dtype == np.float32
    edges = [first for first, _ in encoded.spans] + [encoded.spans[-1][1]]
    assert edges[0] == 0
    assert edges[-1] == 4000
    assert all(stop == first for (_, stop), first in zip(encoded.spans, edges[1:], strict=True))
    tensors = projected().tensors
    first = hidden[: edges[1] * len(hidden) // 4000].mean(axis=0)
    inner = gelu(tensors["proj.up.weight"] @ first + tensors["proj.up.bias"])
    assert np.allclose(encoded.values[0], tensors["proj.weight"] @ inner + tensors["proj.bias"], atol=1e-4)
    assert "II is around" in encoded.text
    assert "mV" in encoded.text


def test_without_an_inner_layer_the_projection_is_linear():
    file = projected(inner=False, tokens=0)
    sense = Sense(file)
    encoded, (hidden, spans) = sense.encode(heart()), sense.encoder.hidden(sense.prepare(heart()))
    assert np.allclose(encoded.values, hidden @ file.tensors["proj.weight"].T + file.tensors["proj.bias"], atol=1e-5)
    assert encoded.spans == spans


def test_another_signal_gives_other_embeddings_and_an_unusable_one_none():
    sense = Sense(projected())
    one, other = sense.encode(heart()), sense.encode(heart(seed=5, rate_bpm=110.0))
    assert np.abs(one.values - other.values).max() > 0.1
    flat = heart()
    assert sense.encode(changed(flat, np.zeros_like(flat.values))).values.shape == (0, WIDTH)


def test_a_sense_without_a_projection_says_so_and_one_that_does_not_fit_is_refused():
    with pytest.raises(RequestError, match="makes no embeddings"):
        Sense(ecg_file()).encode(heart())
    file = projected(inner=False)
    wrong = dict(file.tensors) | {"proj.weight": np.zeros((WIDTH, 3), np.float32)}
    with pytest.raises(FormatError, match="takes 3 numbers, not 12"):
        Sense(replace(file, tensors=wrong)).encode(heart())


def test_readings_in_the_middle_of_text_give_the_same_as_fed_in_pieces(session):
    sense = Sense(projected())
    one, other = sense.encode(heart()), sense.encode(heart(seed=5))
    parts = ["The first: ", one, " and the second: ", other, ". What"]
    prompt = joined(session, parts)
    whole = session.evaluate(prompt).logits
    session.rewind(0)
    for part in parts:
        piece = joined(session, [part])
        last = session.evaluate(piece).logits
    assert session.position == len(prompt)
    assert np.abs(whole - last).max() < 1e-4
    session.rewind(0)
    settings = GenerateConfig(temperature=0, max_tokens=8)
    told = generate(session, parts, settings=settings).finished()
    assert told.spent.prompt_tokens == len(prompt)
    session.rewind(0)
    session.evaluate(joined(session, parts[:3]), logits="none")
    assert generate(session, parts[3:], settings=settings).finished().text == told.text
    session.rewind(0)
    swapped = generate(session, [parts[0], other, parts[2], one, parts[4]], settings=settings).finished()
    assert swapped.text != told.text


def test_text_alone_stays_tokens(session):
    tokens = session.model.tokenizer.encode("the sea", special=True, start=True)
    assert joined(session, ["the sea"]) == tokens
    assert joined(session, [tokens[:2], tokens[2:]]) == tokens


def test_only_the_first_text_of_an_empty_session_has_a_start_token(tmp_path):
    with open_model(write_tiny(tmp_path / "m.gguf", FAMILIES["llama-tied-spm"])) as model:
        start = model.tokenizer.encode("", start=True)
        assert len(start) == 1
        with Session(model, RuntimeConfig(context=32, threads=1)) as session:
            assert joined(session, ["the", "sea"]).count(start[0]) == 1
            session.evaluate([7])
            assert start[0] not in joined(session, ["the", "sea"])


def test_parts_that_are_none_and_other_widths_are_refused(session):
    with pytest.raises(RequestError, match=r"give sense.encode\(reading\)"):
        generate(session, ["a", heart()])
    with pytest.raises(RequestError, match="is a dict"):
        generate(session, ["a", {"values": 3}])
    with pytest.raises(RequestError, match="this model takes"):
        joined(session, ["a", np.zeros((2, 3), np.float32)])


def test_a_conversation_with_parts_is_the_one_that_the_template_writes(model, session):
    parts = chat_parts(model, "Be short.", ["the ", "sea <|im_end|>"])
    messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "the sea <|im_end|>"}]
    text = [model.tokenizer.decode(tokens) for tokens in (joined(session, parts), chat_tokens(model, messages))]
    assert text[0] == text[1]


def test_a_report_reads_the_soft_tokens_and_stays_true(session):
    file = projected()
    sense = Sense(file, [*Sense(file).members, Sure(NORM=3.0)][:1])
    reading = heart()
    one = look(sense, reading, facts(reading), width=session.spec.width)
    assert one.encoded.values.shape == (TOKENS, WIDTH)
    blind = replace(one, encoded=None)
    settings = GenerateConfig(temperature=0, max_tokens=400)
    told = report(session, one, settings=settings).finished()
    assert told.text in texts_of(overview(one))
    without = report(session, blind, settings=settings).finished()
    assert told.spent.prompt_tokens > without.spent.prompt_tokens + TOKENS
    assert look(sense, reading, facts(reading), width=48).encoded is None
