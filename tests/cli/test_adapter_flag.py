"""`--adapter FILE[:WEIGHT]`."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import Tiny, write_tiny

from galiot.model.adapter import Adapter, LowRank, adaptable, write_adapter
from galiot.model.model import open_model

ASK = ("--raw", "--max-tokens", 8, "--temperature", 0, "--threads", 1)


@pytest.fixture
def adapter(tiny, tmp_path):
    """An adapter of the tiny model, in a file whose name has a colon."""
    rng = np.random.default_rng(5)
    with open_model(tiny) as model:
        layers = {
            name: LowRank(
                rng.standard_normal((2, width)).astype(np.float32), rng.standard_normal((rows, 2)).astype(np.float32)
            )
            for name, (rows, width) in adaptable(model.spec).items()
        }
        made = Adapter(architecture="llama", alpha=2.0, layers=layers, base_sha256=model.sha256)
    write_adapter(tmp_path / "a:1.gguf", made)
    return "a:1.gguf"


def text(galiot, tiny, *adapters):
    flags = [flag for name in adapters for flag in ("--adapter", name)]
    return galiot("run", tiny, "the sea", *ASK, *flags, "--json").json["text"]


def test_an_adapter_changes_the_answer_by_its_weight(galiot, tiny, adapter):
    plain, whole, half = (text(galiot, tiny, *given) for given in ([], [adapter], [f"{adapter}:0.5"]))
    assert len({plain, whole, half}) == 3
    assert text(galiot, tiny, f"{adapter}:0") == plain
    assert text(galiot, tiny, f"{adapter}:0.25", f"{adapter}:0.25") == half


def test_an_adapter_counts_in_the_forecast_and_the_evaluation(galiot, tiny, adapter, tmp_path):
    result = galiot("run", tiny, "the sea", *ASK, "--adapter", adapter, "--memory", "1MiB")
    assert "adapters" in result.error
    (tmp_path / "t.txt").write_text("the sea and the wind in the night " * 30)
    ask = ("eval", tiny, "--text", "t.txt", "--context", 64, "--against", tiny, "--json")
    assert galiot(*ask).json["divergence"]["mean"] == pytest.approx(0, abs=1e-9)
    assert galiot(*ask, "--adapter", adapter).json["divergence"]["mean"] > 0.1


@pytest.mark.parametrize(
    ("given", "words", "status"),
    [("none.gguf", "no such file", 2), ("a:1.gguf:much", "no weight", 2), ("a:1.gguf:nan", "no weight", 2)],
)
def test_an_adapter_that_cannot_be_is_one_line(galiot, tiny, adapter, given, words, status):
    result = galiot("run", tiny, "the sea", "--adapter", given)
    assert words in result.error
    assert result.status == status


def test_an_adapter_of_another_model_is_refused(galiot, adapter, tmp_path):
    other = write_tiny(tmp_path / "other.gguf", Tiny(seed=9))
    result = galiot("run", other, "the sea", "--adapter", adapter)
    assert "another model" in result.error
    assert result.status == 1
