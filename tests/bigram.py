"""A method that is real and quick: a table of bigrams, trained by its exact gradient, with momentum and noise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

from galiot.learn.batch import Batch, Sample
from galiot.model.adapter import Adapter
from galiot.tune.base import Method, State, StepResult, finite
from galiot.tune.settings import TuneSettings

VOCAB = 12


def walks(count: int = 20, seed: int = 3) -> list[Sample]:
    """Samples that a table of bigrams can learn: each token is mostly followed by the next one."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        steps = np.where(rng.random(rng.integers(4, 16)) < 0.8, 1, rng.integers(0, VOCAB))
        tokens = (np.cumsum(steps) % VOCAB).astype(np.int32)
        made.append(Sample(tokens, rng.random(len(tokens)) < 0.9))
    return [sample for sample in made if sample.predicted]


def decided(**more: object) -> TuneSettings:
    """Settings of twelve steps."""
    given = {"method": "lora", "steps": 12, "batch": 3, "rate": 2.0, "warmup": 2, "save_every": 4, "clip": None}
    return TuneSettings(**(given | more))


class Bigram(Method):
    """Parameters, an optimizer's state and a random state: what has to come back when a run goes on."""

    name = "bigram"

    def __init__(self, fails_at: int | None = None) -> None:
        self.table = np.zeros((VOCAB, VOCAB))
        self.momentum = np.zeros_like(self.table)
        self.rng = np.random.default_rng(5)
        self.fails_at, self.steps = fails_at, 0
        self.seen: list[int] = []

    def step(self, batches: Sequence[Batch], rate: float) -> StepResult:
        self.seen.append(len(batches))
        predicted = sum(batch.predicted for batch in batches)
        loss, gradient = 0.0, np.zeros_like(self.table)
        for batch in batches:
            counted = batch.labels >= 0
            tokens, labels = batch.tokens[counted], batch.labels[counted]
            shares = self._shares(tokens)
            loss -= np.log(shares[np.arange(len(labels)), labels]).sum()
            shares[np.arange(len(labels)), labels] -= 1
            np.add.at(gradient, tokens, shares)
        gradient = gradient / predicted + 1e-3 * self.rng.standard_normal(gradient.shape)
        if self.steps + 1 == self.fails_at:
            loss = float("nan")
        result = StepResult(float(loss / predicted), sum(map(len, batches)), float(np.linalg.norm(gradient)))
        if finite(result):
            self.momentum = 0.5 * self.momentum + gradient
            self.table -= rate * self.momentum
            self.steps += 1
        return result

    def loss(self, batch: Batch) -> tuple[float, int]:
        counted = batch.labels >= 0
        shares = self._shares(batch.tokens[counted])
        return float(-np.log(shares[np.arange(len(shares)), batch.labels[counted]]).sum()), len(shares)

    def state(self) -> State:
        random = np.frombuffer(json.dumps(self.rng.bit_generator.state).encode(), np.uint8)
        return {"table": self.table.copy(), "momentum": self.momentum.copy(), "random": random}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        self.table, self.momentum = state["table"].copy(), state["momentum"].copy()
        self.rng.bit_generator.state = json.loads(state["random"].tobytes())

    def adapter(self) -> Adapter:
        raise NotImplementedError

    def _shares(self, tokens: np.ndarray) -> np.ndarray:
        shares = np.exp(self.table[tokens])
        return shares / shares.sum(axis=1, keepdims=True)
