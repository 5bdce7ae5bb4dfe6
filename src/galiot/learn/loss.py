"""The loss over the vocabulary, a few tokens at a time, so that the logits of all never exist."""

from __future__ import annotations

import torch

_CHUNK_BYTES = 24 << 20  # of logits in float32


def cross_entropy(
    states: torch.Tensor, labels: torch.Tensor, output: torch.Tensor, scale: float | None = None
) -> tuple[float, torch.Tensor | None]:
    """Return the sum of negative log likelihoods, and its gradient times `scale` where that is given.

    states (tokens, width), labels (tokens,) int64, output (vocab, width); the gradient is of `states`
    """
    gradient = None if scale is None else torch.empty_like(states)
    total, step = 0.0, max(16, _CHUNK_BYTES // (4 * len(output)))
    for first in range(0, len(states), step):
        part, wanted = states[first : first + step], labels[first : first + step, None]
        logits = (part @ output.T).float()
        if gradient is None:
            total += float((logits.logsumexp(-1) - logits.gather(1, wanted)[:, 0]).sum())
            continue
        assert scale is not None
        shares = torch.log_softmax(logits, -1)
        del logits
        total -= float(shares.gather(1, wanted).sum())
        shares.exp_().scatter_add_(1, wanted, torch.full_like(wanted, -1, dtype=shares.dtype))
        gradient[first : first + step] = (shares.to(states.dtype) @ output).mul_(scale)
    return total, gradient
