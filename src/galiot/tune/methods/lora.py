"""Low-rank adapters by exact gradients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from galiot.errors import RequestError
from galiot.learn.batch import Batch
from galiot.learn.decoder import Decoder
from galiot.learn.lowrank import LowRank
from galiot.learn.optimizers import OPTIMIZERS, Optimizer
from galiot.model.adapter import Adapter, read_adapter
from galiot.model.adapter import LowRank as Factors
from galiot.model.model import Model
from galiot.tune.base import Method, State, StepResult, finite
from galiot.tune.settings import TuneSettings


class Lora(Method):
    """Two thin matrices beside each chosen weight, W x + alpha / rank * B A x.

    Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", arXiv 2106.09685.
    """

    name = "lora"

    def __init__(self, model: Model, settings: TuneSettings) -> None:
        self.model, self.settings = model, settings
        self.decoder = Decoder(model, threads=settings.thread_count, checkpoints=settings.checkpoints)
        self.learned = self._learned()
        if settings.start is not None:
            self._start_from(read_adapter(settings.start, model))
        self._optimizer: Optimizer = OPTIMIZERS[settings.optimizer](self.learned.parameters)

    @property
    def scale(self) -> float:
        """What the product of the thin matrices is multiplied with."""
        return self.settings.scale_alpha / self.settings.rank

    def step(self, batches: Sequence[Batch], rate: float) -> StepResult:
        """See `Method`."""
        predicted = sum(batch.predicted for batch in batches)
        total = sum(self.decoder.gradients(batch, self.learned, 1 / predicted)[0] for batch in batches)
        gradients = [p.grad for p in self.learned.parameters.values() if p.grad is not None]
        norm = float(torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients])))
        result = StepResult(total / predicted, sum(len(batch) for batch in batches), norm)
        if not finite(result):
            for parameter in self.learned.parameters.values():
                parameter.grad = None
            return result
        if self.settings.clip and norm > self.settings.clip:
            torch._foreach_mul_(gradients, self.settings.clip / norm)
        self._optimizer.step(rate)
        return result

    def loss(self, batch: Batch) -> tuple[float, int]:
        """See `Method`."""
        return self.decoder.loss(batch, self.learned)

    def state(self) -> State:
        """See `Method`."""
        found = {f"parameter/{name}": p.detach().cpu().numpy().copy() for name, p in self.learned.parameters.items()}
        return found | {f"optimizer/{name}": value for name, value in self._optimizer.state().items()}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """See `Method`."""
        with torch.no_grad():
            for name, parameter in self.learned.parameters.items():
                parameter.copy_(torch.from_numpy(np.array(state[f"parameter/{name}"])))
        self._optimizer.restore(
            {key.removeprefix("optimizer/"): state[key] for key in state if key.startswith("optimizer/")}
        )

    def adapter(self) -> Adapter:
        """See `Method`."""
        values = {name: p.detach().cpu().numpy().copy() for name, p in self.learned.parameters.items()}
        names = [name.removesuffix(".a") for name in values if name.endswith(".a")]
        return Adapter(
            architecture=self.model.spec.family,
            alpha=self.scale * self.settings.rank,
            layers={name: Factors(values[f"{name}.a"], values[f"{name}.b"], values.get(f"{name}.m")) for name in names},
            base_sha256=self.model.sha256,
        )

    def close(self) -> None:
        """See `Method`."""
        self.decoder.close()

    def _start_from(self, adapter: Adapter) -> None:
        """Take over the numbers of an adapter; raises RequestError when it has another rank, scale or other layers."""
        wanted = {name.removesuffix(".a") for name in self.learned.parameters if name.endswith(".a")}
        odd = next((name for name in wanted ^ set(adapter.layers)), None)
        if odd is not None:
            raise RequestError(f"{adapter.name} and this run differ in {odd}; give the --targets that it was made with")
        for name, layer in adapter.layers.items():
            if layer.rank != self.settings.rank or not math.isclose(adapter.scale(name), self.scale, rel_tol=1e-6):
                said = f"--rank {layer.rank} --alpha {adapter.alpha:g}"
                raise RequestError(f"{adapter.name} was made with {said}; give these to go on from it")
            with torch.no_grad():
                self.learned.parameters[f"{name}.a"].copy_(torch.from_numpy(layer.a.copy()))
                self.learned.parameters[f"{name}.b"].copy_(torch.from_numpy(layer.b.copy()))

    def _learned(self) -> LowRank:
        return LowRank(self.model.spec, **self._shape())

    def _shape(self) -> dict[str, Any]:
        settings = self.settings
        return {
            "rank": settings.rank,
            "scale": self.scale,
            "targets": settings.targets,
            "seed": settings.seed,
            "device": self.decoder.device,
        }
