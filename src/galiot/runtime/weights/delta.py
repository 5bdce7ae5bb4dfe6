"""What adapters add to a model's products: y = W x * gain + B (A x).

The outputs of one product share one pair: the A of all adapters and projections lie one below the other, and B has
their B, times scale and weight, where rows and ranks belong to each other and zeros elsewhere. So an adapter costs two
products and a sum, however many there are.
"""

from __future__ import annotations

import itertools
import math
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from galiot import ggml
from galiot.errors import RequestError
from galiot.model.adapter import Adapter, LowRank
from galiot.model.spec import ModelSpec
from galiot.runtime.weights.base import Build, Floats

if TYPE_CHECKING:
    from galiot.runtime.weights.store import Weights

Adapters = Sequence[tuple[Adapter, float]]
"""Adapters and the weights with which they count."""
_BLOCK = 1024  # rows of a weight that are floats at one time
_PIECES = 4  # of what is added to one token


@dataclass(frozen=True)
class Delta:
    """What is added to one product."""

    a: int
    """(ranks, width)"""
    b: int
    """(ranks, rows), turned: ggml adds scaled rows of thousands at a time, but multiplies rows of 8 one by one"""
    gain: int | None
    """(rows,)"""
    blocks: int
    """B has so many blocks of one size, and zeros elsewhere."""

    def add(self, build: Build, x: int, y: int) -> int:
        """x (tokens, width), y = W x (tokens, rows) -> the product with the changed weight (tokens, rows)."""
        c = build.context
        if self.gain is not None:
            y = ggml.mul(c, y, self.gain)
        inner = ggml.mul_mat(c, x, self.a)  # (ranks, tokens)
        return ggml.add(c, y, self._outer(c, inner))  # type: ignore[no-any-return]

    def _outer(self, c: int, inner: int) -> int:
        """inner (ranks, tokens) -> (tokens, rows).

        ggml gives each thread whole tokens. So the rows of a single token are cut into pieces, each multiplied with
        the same numbers: a third dimension of stride 0, which ggml computes with, but has no function to make. The
        fourth goes from block to block, past the zeros between them.
        """
        tokens, ranks, rows = ggml.tensor(inner).ne[0], ggml.tensor(inner).ne[1], ggml.tensor(self.b).ne[0]
        pieces = max(1, _PIECES // self.blocks)
        if tokens > 1 or rows % (16 * pieces * self.blocks):
            return ggml.out_prod(c, self.b, inner)  # type: ignore[no-any-return]
        r, block, piece = ranks // self.blocks, rows // self.blocks, rows // self.blocks // pieces
        again = ggml.view_4d(c, inner, 1, r, 1, self.blocks, 4, 0, r * 4, 0)
        ggml.tensor(again).ne[2] = pieces
        b = ggml.view_4d(c, self.b, piece, r, pieces, self.blocks, rows * 4, piece * 4, (r * rows + block) * 4, 0)
        return ggml.reshape_2d(c, ggml.out_prod(c, b, again), rows, 1)  # type: ignore[no-any-return]


class Deltas:
    """What some adapters add to each product of a model; any number of sessions share it."""

    def __init__(self, weights: Weights, adapters: Adapters, *, outline: bool = False) -> None:
        """outline: no numbers are written, so that only their memory is counted

        raises: RequestError for an adapter that does not fit the model, or a weight that is no number
        """
        check_adapters(weights.spec, adapters)
        self._weights, self._outline = weights, outline
        self._adapters = [(adapter, weight) for adapter, weight in adapters if weight]
        self._views: dict[tuple[str, int], tuple[Floats, Floats]] = {}
        self._kept: list[Floats] = []
        self._context = ggml.context((3 * 7 * weights.spec.layers + 1) * ggml.tensor_overhead())
        weakref.finalize(self, ggml.free, self._context)
        self._deltas = [{name: self._group(i, name) for name in groups} for i, groups in enumerate(weights.layers)]
        self._identity: object = object() if outline else tuple((adapter.sha256, w) for adapter, w in self._adapters)
        del self._adapters, self._weights

    @property
    def size(self) -> int:
        """Bytes of all factors."""
        return sum(values.nbytes for values in self._kept)

    @property
    def identity(self) -> object:
        """Equal for deltas that change a model alike."""
        return self._identity

    def of(self, layer: int, group: str) -> Sequence[Delta | None]:
        """Return what is added to the products of a group, in their order."""
        return self._deltas[layer][group]

    def views(self, name: str, adapter: int = 0) -> tuple[Floats, Floats]:
        """Return A (rank, width) and B (rows, rank), times scale and weight, of one weight where they are multiplied.

        They may be written between evaluations; what the session has seen until then was seen with the old numbers.
        name: as blk.0.attn_q; adapter: which one of those that count
        raises: KeyError for a weight that it does not change
        """
        self._identity = object()
        return self._views[name, adapter]

    def _group(self, i: int, group: str) -> list[Delta | None]:
        from galiot.runtime.weights.store import GROUPS

        names = iter(f"blk.{i}.{name}" for name in GROUPS[group])
        parts = self._weights.layers[i][group].parts
        return [self._delta(list(itertools.islice(names, len(widths))), widths) for _, widths, _ in parts]

    def _delta(self, names: Sequence[str], rows: Sequence[int]) -> Delta | None:
        """Join what all adapters add to the weights of one product."""
        starts = [0, *itertools.accumulate(rows)]
        found = [
            (name, slice(start, start + n), which, adapter.layers[name])
            for name, start, n in zip(names, starts, rows, strict=False)
            for which, (adapter, _) in enumerate(self._adapters)
            if name in adapter.layers
        ]
        if not found:
            return None
        ranks = sum(layer.rank for *_, layer in found)
        stretched = any(layer.magnitude is not None for *_, layer in found)
        a, b = _aligned(ranks, found[0][-1].a.shape[1]), _aligned(ranks, starts[-1])
        gain = np.empty(starts[-1], np.float32)
        if not self._outline:
            self._fill(found, a, b.T, gain)
        each = [sum(layer.rank for name, *_, layer in found if name == one) for one in names]
        blocks = len(names) if len(set(each)) == len(set(rows)) == 1 else 1
        return Delta(self._keep(a), self._keep(b), self._keep(gain) if stretched else None, blocks)

    def _fill(self, found: Sequence[tuple[str, slice, int, LowRank]], a: Floats, b: Floats, gain: Floats) -> None:
        """Write the numbers of one product: of each weight its name, its rows, which adapter, and the pair."""
        b[:], gain[:], first = 0, 1, 0
        for name, span, which, layer in found:
            columns = slice(first, first + layer.rank)
            adapter, weight = self._adapters[which]
            scaled = layer.b * np.float32(adapter.scale(name))
            if layer.magnitude is not None:
                turned = layer.magnitude / self._lengths(name, LowRank(layer.a, scaled))
                gain[span] += np.float32(weight) * (turned - 1)
                scaled *= turned[:, None]
            a[columns], b[span, columns] = layer.a, scaled * np.float32(weight)
            self._views[name, which] = a[columns], b[span, columns]
            first = columns.stop

    def _lengths(self, name: str, added: LowRank) -> Floats:
        """Return the length of each row of W + b a, (rows,) float32."""
        found = np.empty(len(added.b), np.float32)
        for first in range(0, len(found), _BLOCK):
            part = slice(first, min(first + _BLOCK, len(found)))
            rows = self._weights.values(f"{name}.weight", part.start, part.stop) + added.b[part] @ added.a
            found[part] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        if not found.all():
            raise RequestError(f"the adapter gives a length to {name}, which has rows of zeros")
        return found

    def _keep(self, values: Floats) -> int:
        self._kept.append(values)
        made = (ggml.new_tensor_1d, ggml.new_tensor_2d)[values.ndim - 1]
        tensor: int = made(self._context, ggml.F32, *reversed(values.shape))
        ggml.tensor(tensor).data = values.ctypes.data
        return tensor


def _aligned(rows: int, width: int) -> Floats:
    """Return memory (rows, width) float32 that begins where a line of the processor's cache does."""
    memory = np.empty(rows * width + 16, np.float32)
    start = -memory.ctypes.data % 64 // 4
    return memory[start : start + rows * width].reshape(rows, width)


def check_adapters(spec: ModelSpec, adapters: Adapters) -> None:
    """Raise RequestError unless each adapter fits the model and each weight is a number."""
    for adapter, weight in adapters:
        if problem := adapter.problem_on(spec):
            raise RequestError(f"the adapter {adapter.name[:80]} {problem}")
        if not math.isfinite(weight):
            raise RequestError(f"the adapter {adapter.name[:80]} has the weight {weight}, expected a number")
