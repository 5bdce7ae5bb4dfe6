"""Q8_0 as two 4-bit halves: 16 * high + low.

Two interleaved Q4_0 columns beat one plain Q8_0 column where Q8_0 has no interleaved kernel (x86): decode of an output
layer of 49152 x 576 takes 0.7 ms instead of 1.1, a prompt's products half the time. Both halves lie side by side in one
matrix twice as wide, and the input is given twice.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from galiot import ggml
from galiot.runtime.backend import Storage
from galiot.runtime.weights.base import Build, Bytes, Floats, Matrix, put


class Halved(Matrix):
    """A Q8_0 matrix as an interleaved Q4_0 matrix twice as wide."""

    def __init__(
        self,
        storage: Storage,
        width: int,
        rows: int,
        slices: Callable[[int, int], Bytes],
        pool: Executor | None = None,
    ) -> None:
        """slices: (first, stop) -> the Q8_0 bytes of these rows, (stop - first, row_bytes)"""
        self.tensor = storage.repacked(ggml.Q4_0, 2 * width, rows, lambda a, b: _split(slices(a, b)), pool)

    def multiply(self, build: Build, x: int) -> int:
        """One product over both halves."""
        width, tokens, _, _ = ggml.tensor(x).ne
        wide = build.scratch(type(self), 2 * width, tokens)
        put(build, x, wide, 0)
        copy = ggml.set_2d_inplace(build.context, wide, x, 2 * width * 4, width * 4)
        ggml.build_forward_expand(build.graph, copy)
        return ggml.mul_mat(build.context, self.tensor, wide)  # type: ignore[no-any-return]


def high_half(raw: Bytes) -> Bytes:
    """Return some Q8_0 rows rounded to Q4_0: (rows, blocks * 34) -> (rows, blocks * 18)."""
    scales, u = _lifted(raw)
    high = np.empty((*u.shape[:2], 18), np.uint8)
    _pack_high(scales, u, high)
    return high.reshape(len(raw), -1)


def _split(raw: Bytes) -> Bytes:
    """Return both halves of some Q8_0 rows: (rows, blocks * 34) -> (rows, 2 * blocks * 18)."""
    scales, u = _lifted(raw)
    halves = np.empty((len(raw), 2, u.shape[1], 18), np.uint8)
    _pack_high(scales, u, halves[:, 0])
    halves[:, 1, :, :2] = scales.view(np.uint8)
    halves[:, 1, :, 2:] = (u[..., :16] & 0x0F) | (u[..., 16:] << 4)
    return halves.reshape(len(raw), -1)


def _lifted(raw: Bytes) -> tuple[Floats, Bytes]:
    """Return scales (rows, blocks, 1) float16 and bytes (rows, blocks, 32) whose upper four bits are high + 8.

    The byte is q + 136, its lower four bits are low + 8; both are in 0..15 for q in -136..119. So a block that reaches
    above 119 is turned to have its peak below zero, and the few that do so on both sides (a tenth, here) are scaled to
    fit, which rounds them at 8 bits once more.
    """
    blocks = raw.reshape(len(raw), -1, 34)
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16)
    q = np.ascontiguousarray(blocks[..., 2:]).view(np.int8)
    above, below = q.max(-1, keepdims=True) > 119, q.min(-1, keepdims=True) < -119
    sign = np.where(above & ~below, np.int8(-1), np.int8(1))
    np.multiply(q, sign, out=q)
    scales = scales * sign
    both = (above & below)[..., 0]
    q[both] = np.rint(q[both] * np.float32(119 / 127)).astype(np.int8)
    scales[both] = scales[both].astype(np.float32) * (127 / 119)
    u = q.view(np.uint8)
    u += 136
    return scales, u


def _pack_high(scales: Floats, u: Bytes, high: Bytes) -> None:
    high[..., :2] = (scales * np.float16(16)).view(np.uint8)
    high[..., 2:] = (u[..., :16] >> 4) | (u[..., 16:] & 0xF0)
