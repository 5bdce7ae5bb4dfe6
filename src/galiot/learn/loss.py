"""The loss over the vocabulary, a few tokens at a time, so that the logits of all never exist."""

from __future__ import annotations

import torch

_CHUNK_BYTES = 16 << 20  # of logits


def cross_entropy(
    states: torch.Tensor, labels: torch.Tensor, output: torch.Tensor, scale: float | None = None
) -> tuple[float, torch.Tensor | None]:
    """Return the sum of negative log likelihoods, and its gradient times `scale` where that is given.

    states (tokens, width), labels (tokens,) int64, output (vocab, width); the gradient is of `states`
    """
    gradient = None if scale is None else torch.empty_like(states)
    total, step = 0.0, max(16, _CHUNK_BYTES // (output.element_size() * len(output)))
    for first in range(0, len(states), step):
        part, wanted = states[first : first + step], labels[first : first + step, None]
        shares = torch.softmax(part @ output.T, -1)
        total -= float(shares.gather(1, wanted).float().log_().sum())
        if gradient is not None and scale is not None:
            shares.scatter_add_(1, wanted, torch.full_like(wanted, -1, dtype=shares.dtype))
            gradient[first : first + step] = (shares @ output).mul_(scale)
    return total, gradient
