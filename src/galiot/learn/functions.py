"""The operations of a decoder whose gradients are written by hand, because that takes less memory and time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch.autograd import Function

from galiot.learn.share import Block, blocks, hidden


def project(x: torch.Tensor, w: torch.Tensor, a: torch.Tensor | None, b: torch.Tensor | None) -> torch.Tensor:
    """Return x W' + (x A') B'.

    x (tokens, width), w (rows, width), a (rank, width), b (rows, rank) -> (tokens, rows)
    """
    y: torch.Tensor = _Project.apply(x, w, a, b)  # type: ignore[no-untyped-call]
    return y


def gate(both: torch.Tensor, silu: bool) -> torch.Tensor:
    """Return act(gate) * up of (tokens, 2 * ff), the two side by side -> (tokens, ff); act: SiLU, or GELU by tanh."""
    y: torch.Tensor = _Gate.apply(both, silu)  # type: ignore[no-untyped-call]
    return y


def rotate(x: torch.Tensor, turn: torch.Tensor, adjacent: bool) -> torch.Tensor:
    """Turn pairs of x (tokens, heads, dim) by turn (tokens, 1, pairs) complex64; see `Rotary.layout` for `adjacent`."""
    y: torch.Tensor = _Rotate.apply(x, turn, adjacent)  # type: ignore[no-untyped-call]
    return y


def attend(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    ends: tuple[int, ...],
    scale: float,
    window: int,
    forks: tuple[tuple[int, ...], ...] = (),
) -> torch.Tensor:
    """Return causal attention of packed sequences, each of which sees itself alone.

    q (tokens, heads, key_dim), k (tokens, kv_heads, key_dim), v (tokens, kv_heads, value_dim), ends and forks: of the
    sequences, see `Batch`, window: positions that are seen, 0: all -> (tokens, heads, value_dim)
    """
    cut = tuple(blocks(ends, forks, window))
    y: torch.Tensor = _Attend.apply(q, k, v, cut, scale, window)  # type: ignore[no-untyped-call]
    return y


def norm(x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Return x (..., width) divided by the root of its mean square, times weight (width,).

    Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", arXiv 1910.07467.
    """
    y: torch.Tensor = _Norm.apply(x, weight, epsilon)  # type: ignore[no-untyped-call]
    return y


class _Norm(Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
        size = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
        inverse = size.square_().div_(x.shape[-1]).add_(epsilon).rsqrt_()
        ctx.save_for_backward(x, weight, inverse)
        y: torch.Tensor = (x * inverse).to(x.dtype)
        return y.mul_(weight)

    @staticmethod
    def backward(ctx: Any, dy: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        x, weight, inverse = ctx.saved_tensors
        unit, slope = (x * inverse).to(x.dtype), dy * weight
        dweight = (dy * unit).flatten(0, -2).sum(0) if ctx.needs_input_grad[1] else None
        along = torch.linalg.vecdot(slope, unit).div_(x.shape[-1]).unsqueeze(-1)
        return slope.addcmul_(unit, along, value=-1).mul_(inverse), dweight, None


class _Project(Function):
    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, w: torch.Tensor, a: torch.Tensor | None, b: torch.Tensor | None
    ) -> torch.Tensor:
        y = x @ w.T
        z = None
        if a is not None and b is not None:
            z = x @ a.T
            y.addmm_(z, b.T)
        ctx.save_for_backward(x, w, a, b, z)
        return y

    @staticmethod
    def backward(ctx: Any, dy: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        x, w, a, b, z = ctx.saved_tensors
        needs_x, needs_w, needs_a, needs_b = ctx.needs_input_grad
        dz = dy @ b if b is not None and (needs_x or needs_a) else None
        dx = None
        if needs_x:
            dx = dy @ w
            if dz is not None:
                dx.addmm_(dz, a)
        dw = dy.T @ x if needs_w else None
        return dx, dw, dz.T @ x if needs_a and dz is not None else None, dy.T @ z if needs_b else None


class _Gate(Function):
    @staticmethod
    def forward(ctx: Any, both: torch.Tensor, silu: bool) -> torch.Tensor:
        gate, up = both.chunk(2, -1)
        ctx.save_for_backward(both)
        ctx.silu = silu
        return _activate(gate, silu).mul_(up)

    @staticmethod
    def backward(ctx: Any, dy: torch.Tensor) -> tuple[torch.Tensor, None]:
        (both,) = ctx.saved_tensors
        out = torch.empty_like(both)
        (gate, up), (dgate, dup) = both.chunk(2, -1), out.chunk(2, -1)
        torch.mul(dy, _activate(gate, ctx.silu), out=dup)
        if ctx.silu:
            torch.ops.aten.silu_backward.grad_input(dy * up, gate, grad_input=dgate)
        else:
            torch.ops.aten.gelu_backward.grad_input(dy * up, gate, approximate="tanh", grad_input=dgate)
        return out, None


class _Rotate(Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, turn: torch.Tensor, adjacent: bool) -> torch.Tensor:
        ctx.save_for_backward(turn)
        ctx.adjacent = adjacent
        return _turned(x, turn, adjacent)

    @staticmethod
    def backward(ctx: Any, dy: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        # the transpose of a rotation is the rotation back; a scale of the pairs stays as it is
        (turn,) = ctx.saved_tensors
        return _turned(dy, turn.conj(), ctx.adjacent), None, None


class _Attend(Function):
    @staticmethod
    def forward(
        ctx: Any,
        q: torch.Tensor,
        k: torch.Tensor,
        v: torch.Tensor,
        cut: tuple[Block, ...],
        scale: float,
        window: int,
    ) -> torch.Tensor:
        out = q.new_empty(*q.shape[:2], v.shape[-1])
        keep = ctx.needs_input_grad[0]
        shares = []
        for block in cut:
            here = slice(block.first, block.last)
            share = _shares(q[here], _picked(k, block), scale, window, block)
            out[here] = _ungrouped(share @ _picked(v, block).transpose(0, 1), block.last - block.first)
            if keep:
                shares.append(share)
        ctx.save_for_backward(q, k, v, *shares)
        ctx.cut, ctx.scale = cut, scale
        return out

    @staticmethod
    def backward(ctx: Any, dy: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        q, k, v, *shares = ctx.saved_tensors
        dq, groups = torch.empty_like(q), k.shape[1]
        dk, dv = (torch.zeros(t.shape, dtype=torch.float32, device=t.device) for t in (k, v))
        for block, share in zip(ctx.cut, shares, strict=True):
            here = slice(block.first, block.last)
            grad = _grouped(dy[here], groups)
            _add(dv, block, (share.transpose(1, 2) @ grad).transpose(0, 1))
            slope = torch._softmax_backward_data(grad @ _picked(v, block).permute(1, 2, 0), share, -1, share.dtype)
            dq[here] = _ungrouped(slope @ _picked(k, block).transpose(0, 1), block.last - block.first)
            _add(dk, block, (slope.transpose(1, 2) @ _grouped(q[here], groups)).transpose(0, 1))
        return dq.mul_(ctx.scale), dk.mul_(ctx.scale).to(k.dtype), dv.to(v.dtype), None, None, None


def _activate(gate: torch.Tensor, silu: bool) -> torch.Tensor:
    return torch.nn.functional.silu(gate) if silu else torch.nn.functional.gelu(gate, approximate="tanh")


def _turned(x: torch.Tensor, turn: torch.Tensor, adjacent: bool) -> torch.Tensor:
    dims = 2 * turn.shape[-1]
    part = x[..., :dims].float()
    if adjacent:
        pairs = torch.view_as_complex(part.view(*part.shape[:-1], -1, 2))
        done = torch.view_as_real(pairs * turn).flatten(-2)
    else:
        half = dims // 2
        first, second, cos, sin = part[..., :half], part[..., half:], turn.real, turn.imag
        done = torch.cat((first * cos - second * sin, first * sin + second * cos), -1)
    done = done.to(x.dtype)
    return done if dims == x.shape[-1] else torch.cat((done, x[..., dims:]), -1)


def _picked(x: torch.Tensor, block: Block) -> torch.Tensor:
    """What a block of queries sees of x (tokens, ...)."""
    parts = [x[first:stop] for first, stop in block.seen]
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def _add(total: torch.Tensor, block: Block, x: torch.Tensor) -> None:
    """Add what flows back to where it was picked."""
    for (first, stop), part in zip(block.seen, x.split_with_sizes([b - a for a, b in block.seen]), strict=True):
        total[first:stop] += part


def _grouped(x: torch.Tensor, groups: int) -> torch.Tensor:
    """(tokens, heads, dim) -> (groups, heads of a group * tokens, dim): heads that share their keys lie together."""
    tokens, heads, dim = x.shape
    return x.transpose(0, 1).reshape(groups, heads // groups * tokens, dim)


def _ungrouped(x: torch.Tensor, tokens: int) -> torch.Tensor:
    groups, _, dim = x.shape
    return x.reshape(groups, -1, tokens, dim).flatten(0, 1).transpose(0, 1)


def _shares(q: torch.Tensor, k: torch.Tensor, scale: float, window: int, block: Block) -> torch.Tensor:
    """How much each query looks at each key: (kv_heads, heads of a group * queries, keys).

    The last of the keys stands where the last of the queries does.
    """
    queries, keys, groups = q.shape[0], k.shape[0], k.shape[1]
    grouped, nothing = _grouped(q, groups), q.new_empty(())
    scores = torch.baddbmm(nothing, grouped, k.permute(1, 2, 0), beta=0, alpha=scale)
    if block.forks and block.start + block.forks[0] < block.last:
        unseen = _apart(block, window, q.dtype, q.device)
    else:
        unseen = _unseen(queries, keys if window else queries, window, q.dtype, q.device)
    scores.view(groups, -1, queries, keys)[..., keys - unseen.shape[1] :].add_(unseen)
    return torch.softmax(scores, -1)


@lru_cache(maxsize=64)
def _apart(block: Block, window: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """What is added to the scores of a block of branches: minus infinity where a query does not see a key."""
    unseen = torch.from_numpy(hidden(block, window)).to(device)
    return torch.zeros(unseen.shape, dtype=dtype, device=device).masked_fill_(unseen, -torch.inf)


@lru_cache(maxsize=32)
def _unseen(queries: int, keys: int, window: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """What is added to the scores of the last keys: 0 where a query sees one, minus infinity elsewhere."""
    back = torch.arange(keys - queries, keys, device=device)[:, None] - torch.arange(keys, device=device)
    unseen = (back < 0) | (back >= window) if window else back < 0
    return torch.zeros(queries, keys, dtype=dtype, device=device).masked_fill_(unseen, -torch.inf)
