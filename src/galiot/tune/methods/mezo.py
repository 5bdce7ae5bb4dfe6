"""Zeroth-order tuning on the engine: two forward passes a step, no backward pass, no PyTorch.

Source: Malladi et al., "Fine-Tuning Language Models with Just Forward Passes", arXiv 2305.17333; on devices: Peng et
al., "PocketLLM", arXiv 2407.01031. Ours departs from them in three ways: every sample is measured along a direction of
its own, which costs no further pass and averages over as many directions as there are samples; directions are signs
(Spall, IEEE TAC 37(3), 1992), 32 times as cheap to draw as normal numbers; and only the factor b of the adapter is
tuned, as in LoRA-FA (arXiv 2308.03303), since with b = 0 a change of a changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.learn.batch import Batch
from galiot.model.adapter import Adapter, LowRank, adaptable
from galiot.model.model import Model
from galiot.runtime import heap
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.likelihood import Likelihood
from galiot.runtime.session import Session
from galiot.tune.base import Method, State, StepResult
from galiot.tune.settings import TuneSettings

Array = npt.NDArray[Any]
EPSILON = 5e-2
"""How far the numbers of b, times the adapter's scale, are moved to either side; see `benchmarks/tune`."""

CHUNK = 256
"""Tokens that go through the layers at once: more take memory and hardly less time."""


class Mezo(Method):
    """Low-rank factors b, moved along random directions by how the loss differs on both sides."""

    name = "mezo"

    def __init__(self, model: Model, settings: TuneSettings, *, epsilon: float = EPSILON, directions: int = 1) -> None:
        """directions: how many each sample is measured along, two passes each"""
        self.model, self.settings, self.epsilon, self.directions = model, settings, epsilon, directions
        config = RuntimeConfig(
            context=settings.sequence, threads=settings.thread_count, chunk=CHUNK, memory_bytes=settings.memory_bytes
        )
        self.session = Session(model, config)
        self.session.adapt([(initial(model, settings), 1.0)])
        deltas = self.session.deltas
        assert deltas
        views = {key: deltas.views(key) for key in _tuned(model, settings)}
        self._a, self._b = ({key: pair[i] for key, pair in views.items()} for i in (0, 1))
        self._likelihood = Likelihood(self.session)
        heap.trim()  # the engine has a copy of the adapter, and of the output layer, of its own
        self.steps = 0

    def step(self, batches: Sequence[Batch], rate: float) -> StepResult:
        """Make one update: each sample's share of the gradient is the mean over its own directions.

        Memory: the directions are drawn again from their seeds whenever they are needed, and never kept.
        """
        samples = [(batch.tokens[i:j], batch.labels[i:j]) for batch in batches for i, j in batch.spans]
        predicted = sum(batch.predicted for batch in batches)
        loss, slopes = 0.0, []
        for number in range(len(samples) * self.directions):
            above, below = self._both_sides(number, *samples[number // self.directions])
            loss += (above + below) / (2 * predicted * self.directions)
            slopes.append((above - below) / (2 * self.epsilon * predicted * self.directions))
        norm = float(np.sqrt(np.square(slopes).sum() * self.directions))
        result = StepResult(loss, sum(map(len, batches)), norm)
        if np.isfinite(norm):
            clip = self.settings.clip
            rate *= min(1.0, clip / norm) if clip and norm else 1.0
            for number, slope in enumerate(slopes):
                self.move(number, -rate * slope)
            self.steps += 1
        return result

    def loss(self, batch: Batch) -> tuple[float, int]:
        """Return the sum of negative log likelihoods in nats, and the number of predicted tokens."""
        return sum(self._score(batch.tokens[i:j], batch.labels[i:j]) for i, j in batch.spans), batch.predicted

    def move(self, number: int, distance: float) -> None:
        """Move b along direction `number` of this step, in place."""
        for view, signs in self.direction(number):
            view += np.where(signs, np.float32(distance), np.float32(-distance))

    def direction(self, number: int) -> Iterator[tuple[Array, Array]]:
        """Yield each factor as the engine multiplies it, and the signs of a direction there (True: up)."""
        sizes = [view.size for view in self._b.values()]
        key = np.array([self.settings.seed, self.steps << 20 | number], np.uint64)
        drawn = np.frombuffer(
            np.random.Generator(np.random.Philox(key=key)).bytes(sum(-(-n // 8) for n in sizes)), np.uint8
        )
        first = 0
        for view, size in zip(self._b.values(), sizes, strict=True):
            stop = first + -(-size // 8)
            yield view, np.unpackbits(drawn[first:stop], count=size).view(bool).reshape(view.shape)
            first = stop

    def state(self) -> State:
        """The factors, and the number of steps, from which the seeds follow."""
        return {"steps": np.array(self.steps)} | {key: view.copy() for key, view in self._b.items()}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Come back to what `state` returned.

        raises: RequestError for a state of another model or other settings
        """
        for key, view in self._b.items():
            if key not in state or state[key].shape != view.shape:
                raise RequestError(f"the checkpoint has no factor of shape {view.shape} for {key}")
            view[:] = state[key]
        self.steps = int(state["steps"])

    def adapter(self) -> Adapter:
        """Return what was learned."""
        alpha = self.settings.scale_alpha
        scale = np.float32(alpha / self.settings.rank)
        layers = {key: LowRank(a.copy(), self._b[key] / scale) for key, a in self._a.items()}
        family = self.model.spec.family
        return Adapter(architecture=family, alpha=alpha, layers=layers, base_sha256=self.model.sha256)

    def close(self) -> None:
        """Give all memory back."""
        self._likelihood.close()
        self.session.close()

    def _both_sides(self, number: int, tokens: Array, labels: Array) -> tuple[float, float]:
        """Return the loss of a sample on both sides of where b is, and come back there."""
        self.move(number, self.epsilon)
        above = self._score(tokens, labels)
        self.move(number, -2 * self.epsilon)
        below = self._score(tokens, labels)
        self.move(number, self.epsilon)
        return above, below

    def _score(self, tokens: Array, labels: Array) -> float:
        return float(self._likelihood.score(tokens, labels).sum())


def initial(model: Model, settings: TuneSettings) -> Adapter:
    """Return an adapter that changes nothing yet: a uniform as PEFT draws it, b zero."""
    rng = np.random.Generator(np.random.Philox(settings.seed))
    layers = {}
    for key, (rows, width) in _tuned(model, settings).items():
        a = rng.uniform(-1, 1, (settings.rank, width)) / np.sqrt(width)
        layers[key] = LowRank(a.astype(np.float32), np.zeros((rows, settings.rank), np.float32))
    return Adapter(architecture=model.spec.family, alpha=settings.scale_alpha, layers=layers)


def _tuned(model: Model, settings: TuneSettings) -> dict[str, tuple[int, int]]:
    """Return the shapes (rows, width) of the weights that get an adapter."""
    every = adaptable(model.spec)
    return {key: shape for key, shape in every.items() if key.rpartition(".")[2] in settings.targets}
