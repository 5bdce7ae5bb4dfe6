"""The rotary embedding as complex factors."""

from __future__ import annotations

import math

import numpy as np
import torch

from galiot.model.spec import Rotary


def turns(rotary: Rotary, positions: torch.Tensor, factors: torch.Tensor | None = None) -> torch.Tensor:
    """Return what each pair is multiplied with as a complex number, (positions, 1, dims / 2) complex64.

    factors: by what each pair's frequency is divided (Llama 3)
    Sources: Su et al., "RoFormer", arXiv 2104.09864; Peng et al., "YaRN", arXiv 2309.00071, sections 3.2 to 3.4.
    """
    pairs = np.arange(rotary.dims // 2)
    frequency = rotary.base ** (-2.0 * pairs / rotary.dims)
    if factors is not None:
        frequency = frequency / factors.double().cpu().numpy()
    slow, size = frequency * rotary.scale, rotary.attention_factor
    if rotary.yarn:
        low = max(0.0, math.floor(_pair(rotary.beta_fast, rotary)))
        high = min(rotary.dims - 1.0, math.ceil(_pair(rotary.beta_slow, rotary)))
        kept = rotary.yarn * (1.0 - np.clip((pairs - low) / max(0.001, high - low), 0.0, 1.0))
        slow = slow * (1.0 - kept) + frequency * kept
        size *= 1.0 + 0.1 * math.log(1.0 / rotary.scale)
    angles = positions.double().cpu()[:, None, None] * torch.from_numpy(slow)
    return torch.polar(torch.full_like(angles, size), angles).to(torch.complex64).to(positions.device)


def _pair(times: float, rotary: Rotary) -> float:
    """The index, not whole, of the pair that turns so many times within the original context."""
    return rotary.dims * math.log(rotary.original_context / (times * 2 * math.pi)) / (2 * math.log(rotary.base))
