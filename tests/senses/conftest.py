from __future__ import annotations

import pytest
from tiny import FAMILIES, write_tiny

from galiot.model.model import open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    with open_model(write_tiny(tmp_path_factory.mktemp("tiny") / "m.gguf", FAMILIES["llama"])) as opened:
        yield opened


@pytest.fixture
def session(model):
    """A random model of bytes and a few words, with room for a report."""
    with Session(model, RuntimeConfig(context=2048, cache_type="f32", threads=1)) as made:
        yield made
