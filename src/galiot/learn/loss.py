"""The loss over the vocabulary, a few tokens at a time, so that the logits of all never exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch

_CHUNK_BYTES = 16 << 20  # of logits
_ROWS = 16  # of which there are float32 logits


class Head(NamedTuple):
    """All that the gradient of the output layer is made of."""

    states: torch.Tensor
    """(tokens, width), normed"""
    labels: torch.Tensor
    """(tokens,) int64"""
    normalizers: torch.Tensor
    """(tokens,) float32, see `cross_entropy`"""
    scale: float


def cross_entropy(
    states: torch.Tensor,
    labels: torch.Tensor,
    output: torch.Tensor,
    scale: float | None = None,
    normalizers: torch.Tensor | None = None,
) -> tuple[float, torch.Tensor | None]:
    """Return the sum of negative log likelihoods, and its gradient times `scale` where that is given.

    states (tokens, width), labels (tokens,) int64, output (vocab, width); the gradient is of `states`
    normalizers: (tokens,) float32, gets the logarithm of the sum of each token's exponentials
    """
    gradient = None if scale is None else torch.empty_like(states)
    total, step = 0.0, max(_ROWS, _CHUNK_BYTES // (output.element_size() * len(output)))
    room = states.new_empty(2, len(_filled(labels[:step], step)), len(output))  # once, so that no chunk leaves holes
    for first in range(0, len(states), step):
        count = min(step, len(states) - first)
        part, wanted = (_filled(x[first : first + step], step) for x in (states, labels))
        logits, shares = room[:, : len(part)]
        told = torch.arange(len(part), device=wanted.device), wanted  # by place: scatter_ copies all as float32
        torch.mm(part, output.T, out=logits)
        if normalizers is not None:
            few = [rows.float().logsumexp(-1) for rows in logits.split(_ROWS)]
            normalizers[first : first + step] = torch.cat(few)[:count]
        torch.softmax(logits, -1, out=shares)
        right = shares[told].float()
        shares[told] = 0
        # 1 - right, but exact where right is close to 1; a few rows at a time, since a sum copies them as float32
        wrong = torch.cat([rows.sum(-1, dtype=torch.float32) for rows in shares.split(_ROWS)])
        total -= float(_log(right, wrong)[:count].sum())
        if gradient is not None and scale is not None:
            shares[told] = -wrong.to(shares.dtype)
            gradient[first : first + step] = (shares @ output)[:count].mul_(scale)
    return total, gradient


def _filled(x: torch.Tensor, step: int) -> torch.Tensor:
    """x with rows of zeros behind, up to `step` or a power of two: see `rounded` for why only few sizes may occur."""
    wanted = min(step, max(_ROWS, 1 << (len(x) - 1).bit_length()))
    return x if len(x) == wanted else torch.nn.functional.pad(x, (0, 0) * (x.ndim - 1) + (0, wanted - len(x)))


def _log(right: torch.Tensor, wrong: torch.Tensor) -> torch.Tensor:
    """The logarithm of a probability that is known together with that of all else, down to what float32 can tell."""
    likely = torch.log1p(-wrong.clamp(max=0.5))
    unlikely = right.clamp(min=torch.finfo(torch.float32).tiny).log()
    return torch.where(wrong < 0.5, likely, unlikely)


def output_gradients(head: Head, output: torch.Tensor, slab: int) -> Iterator[tuple[int, torch.Tensor]]:
    """Yield the gradient of the output layer, `slab` rows at a time: the first row, and (rows, width) float32.

    The logits of a slab are made again, when its turn comes; rows that were yielded may change.
    """
    for first in range(0, len(output), slab):
        rows = output[first : first + slab]
        total = torch.zeros(rows.shape, device=rows.device)
        step = max(_ROWS, _CHUNK_BYTES // (8 * slab))
        for start in range(0, len(head.states), step):
            states, labels = _filled(head.states[start : start + step], step), head.labels[start : start + step]
            normalizers = _filled(head.normalizers[start : start + step, None], step)
            shares = (states @ rows.T).float().sub_(normalizers).exp_()
            here = ((labels >= first) & (labels < first + len(rows))).nonzero()[:, 0]
            shares[here, labels[here] - first] -= 1
            total += shares.mul_(head.scale).to(states.dtype).T @ states
        yield first, total
