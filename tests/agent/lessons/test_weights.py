from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import galiot.agent
from galiot.model.adapter import LowRank, read_adapter, write_adapter
from galiot.model.gguf import GgufFile
from galiot.model.types import TensorType

WEIGHTS = Path(galiot.agent.__path__[0]) / "weights"


@pytest.fixture(scope="module")
def manifest():
    return json.loads((WEIGHTS / "planner.json").read_text())


def test_the_manifest_is_of_the_file_that_ships(manifest):
    content = (WEIGHTS / manifest["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == manifest["sha256"]
    assert len(content) == manifest["bytes"] <= 8 << 20


def test_the_file_says_on_which_model_it_was_made(manifest):
    file = GgufFile.open(WEIGHTS / manifest["file"])
    try:
        assert file.text("galiot.base.sha256") == manifest["base_sha256"]
        assert {tensor.type for tensor in file.tensors.values()} == {TensorType.F16}
    finally:
        file.close()


def test_halves_are_read_back(tmp_path, manifest):
    adapter = read_adapter(WEIGHTS / manifest["file"])
    key = next(iter(adapter.layers))
    small = LowRank(adapter.layers[key].a, adapter.layers[key].b)
    from dataclasses import replace

    write_adapter(tmp_path / "small.gguf", replace(adapter, layers={key: small}), half=True)
    again = read_adapter(tmp_path / "small.gguf").layers[key]
    assert np.array_equal(again.a, small.a)
    assert np.array_equal(again.b, small.b)
