from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from adapters import random_adapter
from dequantize import weights_in

from galiot.cli.adapters import split_weight
from galiot.errors import RequestError
from galiot.model.adapter import write_adapter
from galiot.model.gguf import GgufFile
from galiot.model.model import open_model


@pytest.fixture
def adapter(tiny, tmp_path):
    """The file of an adapter for the model `tiny`."""
    with open_model(tiny) as model:
        write_adapter(tmp_path / "kitchen.gguf", random_adapter(model))
    return tmp_path / "kitchen.gguf"


def test_merge_writes_a_model_and_tells_what_it_did(galiot, tiny, adapter, tmp_path):
    result = galiot("merge", tiny, adapter, "--out", tmp_path / "merged.gguf")
    assert result.out == f"{tmp_path / 'merged.gguf'}\n"
    assert "14 weights changed" in result.err
    told = galiot("merge", tiny, adapter, "--out", "small.gguf", "--type", "q4_0", "--json").json
    assert told["path"] == "small.gguf"
    assert told["tensors"]["Q4_0"] > 0
    assert galiot("info", "./small.gguf").status == 0


def test_the_merged_model_is_held_against_the_model_with_its_adapters(galiot, tiny, adapter):
    apart = galiot("merge", tiny, adapter, "--out", "merged.gguf", "--check", "--json").json["divergence"]
    assert 0 <= apart < 1e-5
    result = galiot("merge", tiny, adapter, "--out", "merged.gguf", "--check", "--type", "q4_0")
    assert "divergence from the model with its adapters: 0." in result.err
    assert float(result.err.split("adapters: ")[1].split()[0]) > 1e-3


def test_weights_follow_the_file_names(galiot, tiny, adapter, tmp_path):
    galiot("merge", tiny, f"{adapter}:0.25", f"{adapter}:0.75", "--out", tmp_path / "two.gguf")
    galiot("merge", tiny, adapter, "--out", tmp_path / "one.gguf")
    with GgufFile.open(tmp_path / "two.gguf") as two, GgufFile.open(tmp_path / "one.gguf") as one:
        for name, weights in weights_in(one).items():
            np.testing.assert_allclose(weights_in(two)[name], weights, atol=2e-6)


def test_adapters_are_exported_as_one(galiot, tiny, adapter, tmp_path):
    told = galiot("merge", tiny, adapter, f"{adapter}:2", "--format", "adapter", "--out", "both.gguf", "--json").json
    assert told["weights"] == 14
    assert told["rank"] == 6
    assert galiot("merge", tiny, "both.gguf", "--out", tmp_path / "merged.gguf").status == 0


def test_wrong_requests_are_one_line(galiot, tiny, two_models, adapter, tmp_path):
    def refused(*words: object) -> str:
        result = galiot("merge", *words)
        assert result.status in (1, 2)
        return result.error

    assert "at least one ADAPTER" in refused(tiny, "--out", "m.gguf")
    assert "--out" in refused(tiny, adapter)
    assert "absent.gguf" in refused(tiny, "absent.gguf", "--out", "m.gguf")
    assert "'much' is no weight" in refused(tiny, f"{adapter}:much", "--out", "m.gguf")
    assert "give another --out" in refused(tiny, adapter, "--out", tiny)
    assert "give another --out" in refused(tiny, adapter, "--out", adapter)
    assert "give another --out" in refused(tiny, adapter, "--out", adapter, "--format", "adapter")
    assert "leave one out" in refused(tiny, adapter, "--out", "m", "--format", "peft", "--type", "f16")
    assert "leave one out" in refused(tiny, adapter, "--out", "m", "--format", "adapter", "--check")
    assert "q4_0" in refused(tiny, adapter, "--out", "m.gguf", "--type", "q3")
    assert "is no adapter" in refused(tiny, two_models[0], "--out", "m.gguf")
    assert "is a folder" in refused(tiny, adapter, "--out", ".")
    assert not (tmp_path / "m.gguf").exists()


def test_an_adapter_of_another_model_is_refused(galiot, tiny, two_models, tmp_path):
    with open_model(tiny) as model:
        write_adapter(tmp_path / "other.gguf", random_adapter(model, base_sha256=model.sha256))
    result = galiot("merge", two_models[0], "other.gguf", "--out", "m.gguf")
    assert result.status == 1
    assert "was made on another model" in result.error


@pytest.mark.parametrize(
    ("text", "path", "weight"),
    [("a.gguf", "a.gguf", 1.0), ("a.gguf:0.5", "a.gguf", 0.5), ("a.gguf:-1", "a.gguf", -1.0), ("b:7:2", "b:7", 2.0)],
)
def test_a_weight_stands_behind_a_colon(text, path, weight):
    assert split_weight(text) == (Path(path), weight)


def test_a_file_whose_name_has_a_colon_is_that_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:2").touch()
    assert split_weight("a:2") == (Path("a:2"), 1.0)
    assert split_weight("a:2:3") == (Path("a:2"), 3.0)


@pytest.mark.parametrize("weight", ["b", "nan", "inf", ""])
def test_what_is_no_weight_is_refused(tmp_path, monkeypatch, weight):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").touch()
    with pytest.raises(RequestError, match="is no weight"):
        split_weight(f"a:{weight}")
