"""The ways from an encoder's hidden states into a language model, as they are trained.

The engine runs what `tensors` gives: `galiot.senses.fusion.soft_tokens` and `galiot.senses.fusion.keys_values`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from galiot.learn.decoder import Decoder
from galiot.learn.lowrank import LowRank
from galiot.senses.base import Floats

Arrays = dict[str, npt.NDArray[Any]]
_INNER = 128  # width between the two layers of a soft bridge
_QUIET = 0.3  # of keys and values at first, so that the model still writes


class Bridge(LowRank):
    """An adapter, and rows that stand for readings; what `lead` made them of gets its gradient by `follow`."""

    prefix: str

    def __init__(self, decoder: Decoder, width: int, *, seed: int = 0, **settings: Any) -> None:
        """width: of a hidden state; settings: see `LowRank`"""
        super().__init__(decoder.spec, seed=seed, device=decoder.device, **settings)
        rng = np.random.default_rng(seed)
        made = self._first(decoder, width, rng)
        self.weights = {
            name: torch.from_numpy(np.asarray(values, np.float32)).to(decoder.device).requires_grad_()
            for name, values in made.items()
        }
        """What makes the rows: leaves, learned apart from the adapter's."""

    def _first(self, decoder: Decoder, width: int, rng: np.random.Generator) -> Arrays:
        """Return the weights to begin with."""
        raise NotImplementedError

    def lead(self, hidden: Floats) -> None:
        """Make the rows of one batch out of hidden states (rows, width)."""
        raise NotImplementedError

    def follow(self) -> None:
        """Bring the gradients of the rows back to the weights."""
        raise NotImplementedError

    def _rows(self, hidden: Floats) -> torch.Tensor:
        return torch.from_numpy(hidden).to(next(iter(self.weights.values())).device)

    def settings(self, tokens: int) -> dict[str, object]:
        """Return what the file says beside the tensors."""
        return {f"{self.prefix}.tokens": tokens}

    def tensors(self) -> Arrays:
        """Return the weights as a sense file holds them."""
        return {
            f"{self.prefix}.{name}": weight.detach()
            .cpu()
            .numpy()
            .astype(np.float16 if weight.ndim == 2 else np.float32)
            for name, weight in self.weights.items()
        }


class SoftBridge(Bridge):
    """Two layers from a hidden state to an embedding, which begin at the model's own mean embedding and its spread."""

    prefix = "proj"

    _made: torch.Tensor | None = None

    def _first(self, decoder: Decoder, width: int, rng: np.random.Generator) -> Arrays:
        """See `Bridge`."""
        known = decoder.blocks.embed(list(range(0, decoder.spec.vocab, 7))).float().cpu().numpy()
        return {
            "up.weight": rng.normal(0, width**-0.5, (_INNER, width)),
            "up.bias": np.zeros(_INNER),
            "weight": rng.normal(0, known.std() * _INNER**-0.5, (known.shape[1], _INNER)),
            "bias": known.mean(axis=0),
        }

    def lead(self, hidden: Floats) -> None:
        """See `Bridge`."""
        w = self.weights
        inner = functional.gelu(self._rows(hidden) @ w["up.weight"].T + w["up.bias"], approximate="tanh")
        self._made = inner @ w["weight"].T + w["bias"]
        self.given = self._made.detach().requires_grad_()

    def follow(self) -> None:
        """See `Bridge`."""
        if self._made is not None and self.given is not None and self.given.grad is not None:
            self._made.backward(self.given.grad)  # type: ignore[no-untyped-call]
        self._made = self.given = None


class KeysValuesBridge(Bridge):
    """One layer from a hidden state to keys and values, for each layer of the model.

    Source: Wan et al., "MEIT", arXiv 2403.04945.
    """

    prefix = "kv"

    _made: Sequence[torch.Tensor] = ()
    _leaves: Sequence[torch.Tensor] = ()

    def _first(self, decoder: Decoder, width: int, rng: np.random.Generator) -> Arrays:
        """See `Bridge`."""
        spec, made = decoder.spec, Arrays()
        for i in range(spec.layers):
            rows = spec.kv_heads[i] * (spec.key_dim + spec.value_dim)
            made[f"{i}.weight"] = rng.normal(0, _QUIET * width**-0.5, (rows, width))
            made[f"{i}.bias"] = np.zeros(rows)
        return made

    def lead(self, hidden: Floats) -> None:
        """See `Bridge`."""
        x = self._rows(hidden)
        self._made = [x @ self.weights[f"{i}.weight"].T + self.weights[f"{i}.bias"] for i in range(self.spec.layers)]
        self._leaves = [made.detach().requires_grad_() for made in self._made]

    def follow(self) -> None:
        """See `Bridge`."""
        for made, leaf in zip(self._made, self._leaves, strict=True):
            if leaf.grad is not None:
                made.backward(leaf.grad)  # type: ignore[no-untyped-call]
        self._made, self._leaves = [], []

    def cells(self, layer: int) -> torch.Tensor | None:
        """See `Learned`."""
        return self._leaves[layer] if self._leaves else None

    def leaves(self, layer: int) -> list[torch.Tensor]:
        """See `Learned`."""
        return [*super().leaves(layer), *self._leaves[layer : layer + 1]]
