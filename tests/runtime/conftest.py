"""Tiny models beside the reference, made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
from dequantize import weights_in
from reference import Reference, Trace
from tiny import BEYOND, FAMILIES, Tiny, write_tiny

from galiot.model.model import Model, open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.runtime.weights import Weights

TOKENS = np.random.default_rng(11).integers(5, 280, 80).tolist()


@dataclass
class Case:
    """A model, its weights as the engine holds them, and what the reference says about `tokens`."""

    model: Model
    tokens: list[int]

    @cached_property
    def weights(self) -> Weights:
        return Weights(self.model)

    @cached_property
    def reference(self) -> Reference:
        return Reference(self.model.spec, weights_in(self.model.file))

    @cached_property
    def trace(self) -> Trace:
        return self.reference.run(self.tokens)

    def session(self, weights: Weights | None = None, **settings: object) -> Session:
        """A session in float32 throughout."""
        config = RuntimeConfig(**({"context": 96, "cache_type": "f32", "threads": 1} | settings))
        return Session(self.model, config, weights=weights or self.weights)


@pytest.fixture(scope="session")
def case(tmp_path_factory):
    """`case("qwen3")`, or `case(Tiny(...))`."""
    folder, made = tmp_path_factory.mktemp("tiny"), {}

    def get(key: str | Tiny) -> Case:
        tiny = (FAMILIES | BEYOND)[key] if isinstance(key, str) else key
        if tiny not in made:
            made[tiny] = Case(open_model(write_tiny(folder / f"{len(made)}.gguf", tiny)), TOKENS)
        return made[tiny]

    return get
