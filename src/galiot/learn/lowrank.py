"""Low-rank adapters as something that is learned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from galiot.learn.blocks import Blocks, Group
from galiot.learn.decoder import Delta
from galiot.model.spec import ModelSpec, expected_tensors
from galiot.runtime.weights.store import GROUPS

PROJECTIONS = tuple(name for names in GROUPS.values() for name in names)


class LowRank:
    """Two thin matrices beside each chosen weight: W x + scale * B A x.

    A is drawn as by Kaiming with a = sqrt(5) (uniform within 1 / sqrt(width)), B starts at 0.
    Source: Hu et al., "LoRA", arXiv 2106.09685.
    """

    ends = None
    given: torch.Tensor | None = None

    def __init__(
        self,
        spec: ModelSpec,
        *,
        rank: int,
        scale: float,
        targets: Sequence[str] = PROJECTIONS,
        seed: int = 0,
        device: torch.device | str = "cpu",
    ) -> None:
        self.spec, self.rank, self.scale, self.targets = spec, rank, scale, tuple(targets)
        self.parameters: dict[str, torch.Tensor] = {}
        """As blk.3.attn_q.a (rank, width), blk.3.attn_q.b (rows, rank), blk.3.attn_q.m (rows,): float32."""
        generator, shapes = np.random.default_rng(seed), expected_tensors(spec)
        for i in range(spec.layers):
            for name in targets:
                width, rows = shapes[f"blk.{i}.{name}.weight"][0]
                bound = 1 / math.sqrt(width)
                a = generator.uniform(-bound, bound, (rank, width)).astype(np.float32)
                self.parameters[f"blk.{i}.{name}.a"] = torch.from_numpy(a).to(device).requires_grad_()
                self.parameters[f"blk.{i}.{name}.b"] = torch.zeros(rows, rank, device=device, requires_grad=True)
        self._arrange()

    def _arrange(self) -> None:
        self._layers = [
            [name for name in self.parameters if name.startswith(f"blk.{i}.")] for i in range(self.spec.layers)
        ]

    def cells(self, layer: int) -> torch.Tensor | None:
        """See `Learned`: none are given."""
        return None

    def leaves(self, layer: int) -> list[torch.Tensor]:
        """See `Learned`."""
        return [self.parameters[name] for name in self._layers[layer]]

    def collect(self, layer: int, gradients: Sequence[torch.Tensor]) -> None:
        """See `Learned`; gradients add up in the leaves until the optimizer takes them."""
        for leaf, gradient in zip(self.leaves(layer), gradients, strict=True):
            leaf.grad = gradient if leaf.grad is None else leaf.grad.add_(gradient)

    def delta(self, group: Group) -> Delta | None:
        """See `Learned`: the factors of a group as one pair, B block-diagonal."""
        present = [name for name in group.names if f"{name}.a" in self.parameters]
        if not present:
            return None
        a = torch.cat([self.parameters[f"{name}.a"] for name in present])
        device = a.device
        blocks = [
            self.parameters[f"{name}.b"] if name in present else torch.zeros(rows, 0, device=device)
            for name, rows in zip(group.names, group.rows, strict=True)
        ]
        b = torch.block_diag(*blocks) * self.scale  # type: ignore[no-untyped-call]
        return Delta(a, b, self._gain(group, a, b))

    def _gain(self, group: Group, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor | None:
        """By what each row of the product is multiplied; None: by nothing."""
        return None


class WeightDecomposed(LowRank):
    """Low-rank factors, and the length of each row of the weight.

    Source: Liu et al., "DoRA", arXiv 2402.09353, section 4.3: the length of W + scale * B A counts as a constant in the
    gradient. It is had from thin products, |W|^2 + 2 W . BA + |BA|^2, so that the sum itself is never made.
    """

    def __init__(self, spec: ModelSpec, blocks: Blocks, **settings: Any) -> None:
        """settings: see `LowRank`"""
        super().__init__(spec, **settings)
        self._squares: dict[str, torch.Tensor] = {}
        for i in range(spec.layers):
            for name in [f"blk.{i}.{target}" for target in self.targets]:
                square = blocks.matrix(f"{name}.weight").float().square_().sum(-1)
                self._squares[name] = square
                self.parameters[f"{name}.m"] = square.sqrt().requires_grad_()
        self._arrange()

    def _gain(self, group: Group, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor | None:
        with torch.no_grad():
            w, dtype = group.matrix, group.matrix.dtype
            across = ((w @ a.T.to(dtype)).float() * b).sum(-1)
            own = ((b @ (a @ a.T)) * b).sum(-1)
        gains, start = [], 0
        for name, rows in zip(group.names, group.rows, strict=True):
            part = slice(start, start + rows)
            if f"{name}.m" in self.parameters:
                length = (self._squares[name] + 2 * across[part] + own[part]).clamp(min=0).sqrt()
                gains.append(self.parameters[f"{name}.m"] / length.clamp(min=torch.finfo(torch.float32).tiny))
            else:
                gains.append(torch.ones(rows, device=w.device))
            start += rows
        return torch.cat(gains)
