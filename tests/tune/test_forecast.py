"""What forecasts say when settings change, and which method is chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tiny import Tiny, write_tiny

from galiot.errors import BudgetError
from galiot.learn.batch import Sample
from galiot.model.model import open_model
from galiot.tune.forecast import Forecast, choose, forecasts, torch_bytes
from galiot.tune.settings import TuneSettings

MIB = 1 << 20
SETTINGS = TuneSettings(sequence=128, batch=4, threads=1)

pytest.importorskip("torch")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return open_model(write_tiny(tmp_path_factory.mktemp("forecast") / "tiny.gguf", Tiny()))


def by_method(model, settings, longest=128) -> dict[str, Forecast]:
    return {found.method: found for found in forecasts(model, longest, settings)}


def test_every_method_is_forecast_with_its_parts(model):
    found = by_method(model, SETTINGS)
    assert list(found) == ["lora", "rslora", "dora", "full", "mezo"]
    for forecast in found.values():
        assert forecast.total == sum(forecast.parts.values())
        assert forecast.decides in forecast.parts
        assert forecast.to_json()["total_bytes"] == forecast.total
    assert "PyTorch" not in found["mezo"].parts
    assert found["mezo"].total < found["lora"].total - 0.9 * torch_bytes().itself


def test_samples_shorter_than_the_sequence_count_as_long_as_they_are(model):
    samples = [Sample(np.zeros(n, np.int32), np.ones(n, bool)) for n in (10, 30)]
    given = {f.method: dict(f.parts) for f in forecasts(model, samples, SETTINGS)}
    expected = {f.method: dict(f.parts) for f in forecasts(model, 30, SETTINGS)}
    for method, parts in given.items():
        assert parts | {"process": 0} == expected[method] | {"process": 0}


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"batch": 64}, {"batch": 4}),
        ({"rank": 256}, {"rank": 8}),
        ({"optimizer": "adamw", "rank": 256}, {"optimizer": "adamw8", "rank": 256}),
        ({"checkpoints": "memory", "batch": 64}, {"checkpoints": "disk", "batch": 64}),
        ({"targets": ("attn_q", "ffn_down"), "rank": 256}, {"targets": ("attn_q",), "rank": 256}),
    ],
)
def test_settings_that_need_more_are_forecast_so(model, more, less):
    larger, smaller = (by_method(model, replace(SETTINGS, sequence=512, **s), 512)["lora"] for s in (more, less))
    assert _own(larger) > _own(smaller)


def test_auto_takes_exact_gradients_where_they_fit_and_passes_alone_where_they_do_not(model):
    assert choose(model, 128, SETTINGS).method == "lora"
    found = by_method(model, SETTINGS)
    between = (found["mezo"].total + found["lora"].total) // 2
    assert choose(model, 128, replace(SETTINGS, memory_bytes=between)).method == "mezo"


def test_what_does_not_fit_is_refused_with_what_would(model):
    found = by_method(model, SETTINGS)
    between = (found["mezo"].total + found["lora"].total) // 2
    with pytest.raises(BudgetError, match="the method mezo would fit") as refused:
        choose(model, 128, replace(SETTINGS, method="lora", memory_bytes=between))
    assert refused.value.parts["PyTorch"] == torch_bytes().itself
    with pytest.raises(BudgetError, match="the most goes to"):
        choose(model, 128, replace(SETTINGS, memory_bytes=MIB))


def test_what_pytorch_takes_is_measured(model):
    assert 50 * MIB < torch_bytes().itself < 1500 * MIB


def _own(forecast: Forecast) -> int:
    return forecast.total - forecast.parts["process"]
