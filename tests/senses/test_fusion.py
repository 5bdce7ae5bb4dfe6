from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from senses.made import SPEC, ecg_file, heart

from galiot.errors import ContextError, FormatError, RequestError
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.generate import GenerateConfig
from galiot.runtime.session import Session
from galiot.senses.fusion.keys_values import KeysValues
from galiot.senses.fusion.ways import WAYS
from galiot.senses.report import overview, report, texts_of
from galiot.senses.seen import look
from galiot.senses.sense import Sense
from galiot.signals import facts

TOKENS, LAYERS, BOTH, WIDTH = 4, 2, 2 * 2 * 16, 64


def fused(**changes: np.ndarray):
    rng = np.random.default_rng(2)
    hidden = SPEC.widths[-1]
    tensors = {f"kv.{layer}.weight": rng.normal(size=(BOTH, hidden)) for layer in range(LAYERS)}
    tensors |= {f"kv.{layer}.bias": rng.normal(size=BOTH) for layer in range(LAYERS)}
    tensors |= {"proj.weight": rng.normal(size=(WIDTH, hidden)), "proj.bias": rng.normal(size=WIDTH)}
    tensors = {name: array.astype(np.float32) for name, array in (tensors | changes).items()}
    file = ecg_file()
    return replace(file, tensors=dict(file.tensors) | tensors, settings=dict(file.settings) | {"kv.tokens": TOKENS})


def seen(seed: int = 0):
    reading = heart(seed)
    return look(Sense(fused()), reading, facts(reading), width=WIDTH)


@pytest.mark.parametrize("kind", ["f32", "f16"])
def test_inserted_cells_are_what_the_layers_would_have_written(model, kind):
    text = np.random.default_rng(0).integers(5, 250, 12).tolist()
    with Session(model, RuntimeConfig(context=64, cache_type=kind, threads=1)) as session:
        wanted = session.evaluate(text).logits
        dtype = {"f32": np.float32, "f16": np.float16}[kind]
        rows = [plane.view(dtype).astype(np.float32) for plane in session.cells.copy(11)]
        session.rewind(0)
        session.evaluate([9] * 11)
        session.rewind(0)
        session.insert(rows)
        assert session.position == 11
        assert np.abs(session.evaluate(text[11:]).logits - wanted).max() < 1e-5


def test_cells_are_inserted_behind_what_was_seen(session):
    session.evaluate([5, 6, 7])
    before = session.cells.copy(3)
    session.insert(seen().prefix)
    after = session.cells.copy(3 + TOKENS)
    for layer in range(LAYERS):
        assert np.array_equal(after[layer][:3], before[layer])
        assert np.array_equal(after[layer][3:].view(np.float32), seen().prefix[layer])


def test_a_reading_becomes_cells_of_every_layer(session):
    one = seen()
    assert [rows.shape for rows in one.prefix] == [(TOKENS, BOTH)] * LAYERS
    file, sense = fused(), Sense(fused())
    hidden, _ = sense.encoder.hidden(sense.prepare(heart()))
    edges = np.linspace(0, len(hidden), TOKENS + 1).round().astype(int)
    means = np.stack([hidden[low:high].mean(axis=0) for low, high in pairwise(edges)])
    assert np.allclose(one.prefix[1], means @ file.tensors["kv.1.weight"].T + file.tensors["kv.1.bias"], atol=1e-4)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_every_way_lets_the_model_see_the_reading(session, way):
    def after(seed: int) -> np.ndarray:
        session.rewind(0)
        session.evaluate([7, 8])
        taken = way.append(session, seen(seed))
        assert session.position == 2 + taken
        return session.evaluate([9]).logits

    one, again, other = after(0), after(0), after(7)
    assert np.abs(one - again).max() < 1e-6
    assert np.abs(one - other).max() > 1e-3


def test_what_a_sense_does_not_make_is_said(session):
    reading = heart()
    bare = look(Sense(ecg_file()), reading, facts(reading), width=WIDTH)
    for way in WAYS[:2]:
        with pytest.raises(RequestError, match="the sense makes no"):
            way.append(session, bare)
    with pytest.raises(RequestError, match="makes no keys and values"):
        KeysValues.of(Sense(ecg_file()))


def test_cells_that_do_not_fit_are_refused_and_change_nothing(model):
    with Session(model, RuntimeConfig(context=6, cache_type="f32", threads=1)) as session:
        session.evaluate([5, 6, 7])
        with pytest.raises(ContextError):
            session.insert(seen().prefix)
        with pytest.raises(RequestError, match="this model has 2"):
            session.insert(seen().prefix[:1])
        assert session.position == 3
    with pytest.raises(FormatError, match=r"kv\.1\.weight"):
        KeysValues.of(Sense(fused(**{"kv.1.weight": np.zeros((BOTH, 3))})))


def test_a_report_behind_keys_and_values_stays_true(session):
    one = seen()
    told = report(session, one, settings=GenerateConfig(temperature=0, max_tokens=400)).finished()
    assert told.text in texts_of(overview(one))
    assert session.tokens[:TOKENS] == [-1] * TOKENS
