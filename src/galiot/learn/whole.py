"""All weights of a model as something that is learned: floats in memory, changed on the way back."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from galiot.learn.adalomo import AdaLomo, State
from galiot.learn.blocks import Blocks, Group
from galiot.learn.loss import Head, output_gradients
from galiot.model.model import Model
from galiot.runtime import heap
from galiot.runtime.weights.store import GROUPS

SLAB = 4096
"""Rows of the embedding and of the output layer that are changed at a time, each slab as a matrix of its own."""
_OFTEN = 6  # layers after which the heap gives back what is free: 20 % less memory, 3 % more time


class Whole(Blocks):
    """The weights themselves, in bfloat16 or float32, learned by `AdaLomo`; only one layer has gradients at a time.

    A layer's weights change as soon as the way back has passed it. Those of the output layer and of the embedding
    change at its end, slab by slab, from what the logits were made of: so their gradient, as large as they are, never
    exists either, and where one matrix is both, the two parts of its gradient come together in one update.
    """

    def __init__(
        self, model: Model, optimizer: AdaLomo, *, dtype: torch.dtype, device: torch.device, threads: int = 1
    ) -> None:
        super().__init__(model, dtype=dtype, device=device, threads=threads)
        self.optimizer = optimizer
        self._kept = {}
        self._layers = [self._load(i) for i in range(self.spec.layers)]
        self._embedding, self._norm = ("token_embd.weight",), ("output_norm.weight",)
        self._output = ("output.weight",) if self.has("output.weight") else self._embedding
        for key in (self._embedding, self._norm, self._output):
            self._matrix(list(key)).requires_grad_(key == self._norm)
        self._head: Head | None = None

    given = None

    @property
    def ends(self) -> Whole:
        """See `Learned`."""
        return self

    def embed(self, tokens: Sequence[int]) -> torch.Tensor:
        """See `Blocks`."""
        table = self._at(self._embedding).detach()
        rows = table[torch.tensor(tokens, device=self.device)]
        return (rows.float() * self.spec.embedding_scale).to(self.dtype)

    def cells(self, layer: int) -> None:
        """See `Learned`: none are given."""

    def leaves(self, layer: int) -> list[torch.Tensor]:
        """See `Learned`."""
        return [self._at(key) for key in self._layers[layer]]

    def delta(self, group: Group) -> None:
        """See `Learned`: nothing is added."""

    def collect(self, layer: int, gradients: Sequence[torch.Tensor]) -> None:
        """See `Learned`; changes the layer at once."""
        for key, gradient in zip(self._layers[layer], gradients, strict=True):
            self._update(key, gradient)
        if layer % _OFTEN == 0:
            heap.trim()

    def final(self) -> torch.Tensor:
        """See `Ends`."""
        return self._at(self._norm)

    def behind(self, loss: float, head: Head, gradient: torch.Tensor) -> None:
        """See `Ends`."""
        self._head = head
        self.optimizer.broken = self.optimizer.broken or not math.isfinite(loss)
        self._update(self._norm, gradient)

    def before(self, tokens: torch.Tensor, gradient: torch.Tensor) -> None:
        """See `Ends`; changes embedding and output layer, slab by slab."""
        assert self._head is not None
        tied = self._output == self._embedding
        output = self._at(self._output).detach()
        for first, slope in output_gradients(self._head, output, SLAB):
            if tied:
                self._add_rows(slope, first, tokens, gradient)
            self._slab(self._output, first, slope)
        self._head = None
        if tied:
            return
        for first in range(0, len(self._at(self._embedding)), SLAB):
            part = self._at(self._embedding).detach()[first : first + SLAB]
            slope = torch.zeros(part.shape, device=self.device)
            if self._add_rows(slope, first, tokens, gradient):
                self._slab(self._embedding, first, slope)

    def weights(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Each tensor by its name in the file, (rows, width)."""
        assert self._kept is not None
        for names, joined in self._kept.items():
            yield from zip(names, joined.detach().split_with_sizes([self._rows(name) for name in names]), strict=True)

    def state(self) -> State:
        """Return copies of weights and moments, bfloat16 as its bits."""
        found = {f"weight/{name}": _bits(weight).cpu().numpy().copy() for name, weight in self.weights()}
        return found | {f"optimizer/{name}": value for name, value in self.optimizer.state().items()}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Come back to what `state` returned."""
        for name, weight in self.weights():
            _bits(weight).copy_(torch.from_numpy(np.array(state[f"weight/{name}"])))
        kept = {key.removeprefix("optimizer/"): state[key] for key in state if key.startswith("optimizer/")}
        self.optimizer.restore(kept, self.device)

    def close(self) -> None:
        """Close the file and forget the weights."""
        super().close()
        self._kept = {}
        heap.trim()

    def _load(self, layer: int) -> list[tuple[str, ...]]:
        """Bring a layer's tensors into memory and return the names of each."""
        prefix = f"blk.{layer}."
        joined = [tuple(f"{prefix}{part}.weight" for part in parts) for parts in GROUPS.values()]
        vectors = [(name,) for name, info in self._tensors.items() if name.startswith(prefix) and len(info.shape) == 1]
        for key in (*joined, *vectors):
            self._matrix(list(key)).requires_grad_()
        return [*joined, *vectors]

    def _at(self, key: tuple[str, ...]) -> torch.Tensor:
        assert self._kept is not None
        return self._kept[key]

    def _rows(self, name: str) -> int:
        return self._tensors[name].rows

    def _update(self, key: tuple[str, ...], gradient: torch.Tensor) -> None:
        """Change each of some tensors that lie one below the other."""
        rows = [self._rows(name) for name in key]
        weights = self._at(key).detach().split_with_sizes(rows)
        for name, weight, slope in zip(key, weights, gradient.split_with_sizes(rows), strict=True):
            self.optimizer.update(name, weight, slope)

    def _slab(self, key: tuple[str, ...], first: int, slope: torch.Tensor) -> None:
        self.optimizer.update(f"{key[0]}:{first}", self._at(key).detach()[first : first + SLAB], slope)

    def _add_rows(self, slope: torch.Tensor, first: int, tokens: torch.Tensor, gradient: torch.Tensor) -> bool:
        """Add the gradients of the embeddings of tokens to those rows of a slab; tell whether there were any."""
        here = ((tokens >= first) & (tokens < first + len(slope))).nonzero()[:, 0]
        slope.index_add_(0, tokens[here] - first, gradient[here].float() * self.spec.embedding_scale)
        return len(here) > 0


def _bits(x: torch.Tensor) -> torch.Tensor:
    """The same memory as whole numbers where NumPy has no such floats."""
    return x.view(torch.int16) if x.dtype == torch.bfloat16 else x
