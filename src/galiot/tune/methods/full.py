"""All weights of a model by exact gradients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from galiot.errors import RequestError
from galiot.learn.adalomo import AdaLomo
from galiot.learn.batch import Batch, join
from galiot.learn.decoder import Decoder, preferred_dtype
from galiot.learn.whole import Whole
from galiot.model.adapter import Adapter, facts_of
from galiot.model.convert.pack import Rows, check_type, type_facts
from galiot.model.convert.provenance import made_from
from galiot.model.convert.retype import types_of, write_again
from galiot.model.gguf import GgufFile
from galiot.model.model import Model
from galiot.model.types import TensorType
from galiot.runtime import heap
from galiot.tune.base import Method, State, StepResult
from galiot.tune.settings import TuneSettings


class Full(Method):
    """Every weight, norm, bias and embedding, each changed while the way back passes it.

    Memory: all weights as bfloat16 (float32 where the processor does not multiply that), the gradient of one layer,
    and what an adapter needs too. The updates are those of `AdaLomo`, whatever `settings.optimizer` says: two moments
    for each weight are what this method is there to do without. `settings.clip` bounds the update of each matrix.

    The passes of an accumulated step are one batch of all their sequences: layers are passed once, and only their
    inputs wait for all of them.

    Sources: Lv et al., "Full Parameter Fine-tuning for Large Language Models with Limited Resources", arXiv 2306.09782;
    "AdaLomo", arXiv 2310.10195.
    """

    name = "full"

    def __init__(self, model: Model, settings: TuneSettings) -> None:
        self.model, self.settings = model, settings
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        dtype = torch.bfloat16 if device.type == "cuda" else preferred_dtype()
        optimizer = AdaLomo(clip=settings.clip, seed=settings.seed)
        self.weights = Whole(model, optimizer, dtype=dtype, device=device, threads=settings.thread_count)
        self.decoder = Decoder(
            model,
            device=device.type,
            dtype=dtype,
            threads=settings.thread_count,
            checkpoints=settings.checkpoints,
            blocks=self.weights,
        )
        self._torn = False

    @property
    def whole(self) -> bool:
        """See `Method`."""
        return True

    def step(self, batches: Sequence[Batch], rate: float) -> StepResult:
        """See `Method`.

        A loss that is no number changes nothing. A gradient that is none is met on the way back, when the layers behind
        it are changed already: nothing more is changed then, and `state` holds a NaN, so that nobody keeps it.
        """
        batch = join(batches)
        optimizer = self.weights.optimizer
        optimizer.begin(rate)
        total, predicted = self.decoder.gradients(batch, self.weights, 1 / batch.predicted)
        if optimizer.broken:
            optimizer.steps -= 1
            self._torn = self._torn or math.isfinite(total)
        norm = math.nan if optimizer.broken else math.sqrt(optimizer.squares)
        return StepResult(total / predicted, len(batch), norm)

    def loss(self, batch: Batch) -> tuple[float, int]:
        """See `Method`."""
        return self.decoder.loss(batch)

    def state(self) -> State:
        """See `Method`; as large as the weights."""
        return self.weights.state() | {"torn": np.array(math.nan if self._torn else 0.0)}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """See `Method`."""
        self._torn = bool(np.isnan(state["torn"]))
        self.weights.restore(state)

    def adapter(self) -> Adapter:
        """See `Method`."""
        raise RequestError("full changes the model itself: it is saved as a model, not as an adapter")

    def save(self, path: Path, about: Mapping[str, object], type: str | None = None) -> None:
        """See `Method`.

        Without a type quantized weights become F16, others keep theirs. In the base's own 4 bits little would be left
        of what was learned: the base lies on the grid already, and a change below half a step falls back to it. After
        30 steps that brought a held-out loss from 3.417 to 0.201, it is 0.206 in Q8_0 and 2.686 in Q4_1.
        """
        heap.trim()  # of the copies that a checkpoint was written from
        file, target = self.model.file, check_type(type) if type else None
        types = _unquantized(file) if target is None else types_of(file, target)
        mostly = type or ("f16" if TensorType.F16 in types.values() else None)
        steps = [*file.strings("galiot.steps", ()), "tune --method full"]
        facts = {
            **(type_facts(mostly) if mostly else {}),
            **made_from(self.model.sha256, steps),
            **facts_of(about),
        }
        changes = {name: _Given(weight) for name, weight in self.weights.weights()}
        write_again(file, path, types, facts, changes=changes, threads=self.settings.thread_count)

    def close(self) -> None:
        """See `Method`."""
        self.decoder.close()


def _unquantized(file: GgufFile) -> dict[str, TensorType]:
    return {
        name: TensorType.F16 if info.type.quantized and len(info.shape) > 1 else info.type
        for name, info in file.tensors.items()
    }


class _Given:
    """Takes the place of a tensor's numbers."""

    def __init__(self, weight: torch.Tensor) -> None:
        self._weight = weight

    def __call__(self, rows: Rows, floats: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return rows of the weight, whatever the file has there."""
        found: npt.NDArray[Any] = self._weight[slice(*rows)].float().cpu().numpy()
        return found.reshape(floats.shape)
