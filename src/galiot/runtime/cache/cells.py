"""The memory of the key/value cache: one row a cell, one cell a token."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot import ggml
from galiot.errors import ConfigError, RequestError
from galiot.model.spec import ModelSpec
from galiot.runtime.config import CacheType

KINDS: dict[CacheType, int] = {"f16": ggml.F16, "q8_0": ggml.Q8_0, "f32": ggml.F32}


@dataclass(frozen=True)
class Layout:
    """How a layer's row is laid out: the keys of all heads, then the values. All in elements, but `row_bytes`."""

    keys: int
    values: int
    row_bytes: int


class Cells:
    """Cells of every layer, in one mapping: what was never written takes no memory.

    `spare` is a cell that no token sees; padding is written there.
    """

    def __init__(self, spec: ModelSpec, context: int, kind: CacheType) -> None:
        self.kind = KINDS[kind]
        self.layouts = layouts(spec, kind)
        self.count, self.spare = context, context
        step = 256 if context >= 256 else 32
        rows = -(-(context + 1) // step) * step
        self.rows = rows
        self._memory = mmap.mmap(
            -1, sum(x.row_bytes for x in self.layouts) * rows, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        )
        self._bytes = np.frombuffer(self._memory, np.uint8)
        self._context = ggml.context((spec.layers + 1) * ggml.tensor_overhead())
        self.tensors: list[int] = []
        self._planes: list[npt.NDArray[np.uint8]] = []
        offset = 0
        for layout in self.layouts:
            tensor = ggml.new_tensor_2d(self._context, self.kind, layout.keys + layout.values, rows)
            size = layout.row_bytes * rows
            plane = self._bytes[offset : offset + size].reshape(rows, layout.row_bytes)
            ggml.tensor(tensor).data = plane.ctypes.data
            self.tensors.append(tensor)
            self._planes.append(plane)
            offset += size

    @property
    def row_bytes(self) -> int:
        """Memory of one cell over all layers."""
        return sum(layout.row_bytes for layout in self.layouts)

    def visible_rows(self, used: int) -> int:
        """How many rows a graph looks at when `used` cells are in use: rounded up, so that graphs can be reused."""
        self._check_open()
        step = 256 if used > 128 or self.rows >= 256 else 32
        return min(-(-used // step) * step, self.rows)

    def copy(self, used: int) -> list[npt.NDArray[Any]]:
        """Return the contents of the first `used` cells, layer by layer."""
        self._check_open()
        return [plane[:used].copy() for plane in self._planes]

    def paste(self, planes: list[npt.NDArray[Any]]) -> None:
        """Put back what `copy` returned."""
        self._check_open()
        for plane, saved in zip(self._planes, planes, strict=True):
            plane[: len(saved)] = saved

    def write(self, first: int, rows: Sequence[npt.NDArray[np.float32]]) -> None:
        """Fill cells from `first` on with keys and values, layer by layer (cells, keys + values)."""
        self._check_open()
        for plane, new in zip(self._planes, rows, strict=True):
            plane[first : first + len(new)] = _stored(np.ascontiguousarray(new, np.float32), self.kind, plane.shape[1])

    def close(self) -> None:
        """Give the memory back, once no graph uses it."""
        if self._context:
            ggml.free(self._context)
            self._context, self._planes = 0, []
            del self._bytes
            self._memory.close()

    def _check_open(self) -> None:
        if not self._context:
            raise RequestError("the session is closed")


def _stored(rows: npt.NDArray[np.float32], kind: int, row_bytes: int) -> npt.NDArray[np.uint8]:
    if kind == ggml.F32:
        return rows.view(np.uint8)
    if kind == ggml.F16:
        return rows.astype(np.float16).view(np.uint8)
    made = np.empty((len(rows), row_bytes), np.uint8)
    ggml.quantize_chunk(kind, rows.ctypes.data, made.ctypes.data, 0, len(rows), rows.shape[1], None)
    return made


def layouts(spec: ModelSpec, kind: CacheType) -> list[Layout]:
    """The row layout of every layer.

    raises: ConfigError when heads are not a multiple of the blocks that q8_0 stores
    """
    block = ggml.blck_size(KINDS[kind])
    if spec.key_dim % block or spec.value_dim % block:
        raise ConfigError(
            f"cache type {kind} needs heads of a multiple of {block} numbers, this model has {spec.key_dim}; use f16"
        )
    return [
        Layout(kv * spec.key_dim, kv * spec.value_dim, ggml.row_size(KINDS[kind], kv * (spec.key_dim + spec.value_dim)))
        for kv in spec.kv_heads
    ]
