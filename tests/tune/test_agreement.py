"""Adapters mean the same here, in llama.cpp and in PEFT, run beside the model or merged into it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from adapters import random_adapter
from agreement import close
from dequantize import weights_in
from hf_folder import write_folder
from llama_peer import Peer, log_softmax
from peft_folder import CASES, COLUMNS, KEPT, POSITIONS, TOKENS, logits_of, write_peft_folder
from reference import Reference
from tiny import FAMILIES, Tiny, write_tiny

from galiot.model.adapter import read_adapter, write_adapter
from galiot.model.convert import convert_file, convert_folder
from galiot.model.model import Model, open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.tune.merge import export, merge

PEFT = json.loads(KEPT.read_text())


def by_engine(model: Model, adapters=()) -> np.ndarray:
    """(tokens, vocab) of TOKENS by the engine, in float32."""
    with Session(model, RuntimeConfig(context=96, cache_type="f32", threads=1), adapters=adapters) as session:
        return session.evaluate(TOKENS, logits="all").logits.copy()


def by_reference(path: Path) -> np.ndarray:
    """(tokens, vocab) of TOKENS by the reference."""
    with open_model(path) as model:
        return Reference(model.spec, weights_in(model.file)).run(TOKENS).logits


@pytest.mark.parametrize("family", ["llama", "llama-tied-spm", "llama-biases", "qwen2", "qwen3", "gemma3"])
def test_our_adapters_move_logits_in_llama_cpp_as_they_do_here(tmp_path, family):
    path = write_tiny(tmp_path / "m.gguf", FAMILIES[family])
    with open_model(path) as model:
        given = [(random_adapter(model), 1.0), (random_adapter(model, rank=5, seed=6, parts=("attn_v", "down")), -0.5)]
        for i, (adapter, _) in enumerate(given):
            write_adapter(tmp_path / f"{i}.gguf", adapter)
        files = [(tmp_path / f"{i}.gguf", weight) for i, (_, weight) in enumerate(given)]
        peer = Peer(path, vocab=model.spec.vocab, letter=100, adapters=files, cache="f32")
        ours, plain = log_softmax(by_engine(model, given)), log_softmax(by_engine(model))
    for length in (1, 7, 40):
        theirs = peer.log_probabilities(TOKENS[:length])
        np.testing.assert_allclose(ours[length - 1], theirs, atol=5e-3 if "gemma3" in family else 5e-4)
        assert np.abs(plain[length - 1] - theirs).max() > 0.3


@pytest.mark.parametrize("magnitudes", [False, True], ids=["lora", "dora"])
@pytest.mark.parametrize("family", ["llama", "llama-biases", "qwen2", "qwen3", "gemma3"])
def test_a_merged_model_is_the_model_with_its_adapters(tmp_path, family, magnitudes):
    with open_model(write_tiny(tmp_path / "m.gguf", FAMILIES[family])) as model:
        given = [(random_adapter(model, magnitudes=magnitudes), 0.8), (random_adapter(model, rank=2, seed=6), -0.5)]
        merge(model, given, tmp_path / "merged.gguf")
        beside, plain = by_engine(model, given), by_engine(model)
    close(beside, by_reference(tmp_path / "merged.gguf"))
    assert np.abs(beside - plain).max() > 0.5


def test_merging_into_quantized_weights_costs_no_more_than_halves_round(tmp_path):
    with open_model(write_tiny(tmp_path / "m.gguf", Tiny(type="Q4_0"))) as model:
        given = [(random_adapter(model), 1.0)]
        merge(model, given, tmp_path / "merged.gguf")
        exact = by_reference_with(model, given, tmp_path)
    apart = by_reference(tmp_path / "merged.gguf") - exact
    assert np.sqrt(np.mean(apart**2)) < 2**-11 * 8  # the weights' own rounding, and eight times that through the layers


def by_reference_with(model: Model, given, folder: Path) -> np.ndarray:
    """(tokens, vocab) of TOKENS by a float32 copy of the model, merged."""
    convert_file(model.path, folder / "f32.gguf", "f32")
    with open_model(folder / "f32.gguf") as copy:
        merge(copy, given, folder / "exact.gguf")
    return by_reference(folder / "exact.gguf")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """`base("qwen2")`: a Hugging Face folder and its model in F32."""
    folder, made = tmp_path_factory.mktemp("bases"), {}

    def get(name: str) -> tuple[Path, Model]:
        if name not in made:
            place = write_folder(folder / name, name)
            convert_folder(place, folder / f"{name}.gguf", "f32")
            made[name] = place, open_model(folder / f"{name}.gguf")
        return made[name]

    return get


@pytest.mark.parametrize("case", CASES)
def test_an_adapter_made_by_peft_moves_logits_here_as_it_does_there(tmp_path, base, case):
    _, model = base(CASES[case][0])
    adapter = read_adapter(write_peft_folder(tmp_path / "a", PEFT[case]), model)
    found = by_engine(model, [(adapter, 1.0)])
    chosen = found[np.ix_(POSITIONS, COLUMNS)]
    np.testing.assert_allclose(chosen, PEFT[case]["logits"], atol=5e-3 if "gemma3" in case else 1e-3)
    assert np.abs(by_engine(model) - found).max() > 0.3


@pytest.mark.parametrize("case", CASES)
def test_what_we_export_for_peft_reads_back_as_the_same(tmp_path, base, case):
    _, model = base(CASES[case][0])
    adapter = read_adapter(write_peft_folder(tmp_path / "a", PEFT[case]), model)
    export(model, [(adapter, 1.0)], tmp_path / "b", "peft")
    again = read_adapter(tmp_path / "b", model)
    assert again.layers.keys() == adapter.layers.keys()
    for key, layer in adapter.layers.items():
        for part, array in layer.arrays.items():
            np.testing.assert_array_equal(again.layers[key].arrays[part], array)
        assert again.scale(key) == pytest.approx(adapter.scale(key), rel=1e-6)


@pytest.mark.parametrize("magnitudes", [False, True], ids=["lora", "dora"])
@pytest.mark.parametrize("family", ["llama", "qwen2", "qwen3", "gemma3"])
def test_our_adapters_move_logits_in_peft_as_they_do_here(tmp_path, base, family, magnitudes):
    pytest.importorskip("peft")
    folder, model = base(family)
    adapter = random_adapter(model, magnitudes=magnitudes)
    export(model, [(adapter, 1.0)], tmp_path / "a", "peft")
    theirs, ours = logits_of(folder, tmp_path / "a"), by_engine(model, [(adapter, 1.0)])
    np.testing.assert_allclose(ours, theirs, atol=1e-2 if family == "gemma3" else 2e-3)


def test_joined_adapters_move_logits_in_peft_as_they_do_here(tmp_path, base):
    pytest.importorskip("peft")
    folder, model = base("llama")
    given = [(random_adapter(model), 0.7), (random_adapter(model, rank=4, seed=6, parts=("attn_q", "up")), -0.5)]
    export(model, given, tmp_path / "a", "peft")
    np.testing.assert_allclose(by_engine(model, given), logits_of(folder, tmp_path / "a"), atol=2e-3)
