"""Random adapters of tiny models, from a seed, large enough to move logits by about one."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from galiot.model.adapter import Adapter, LowRank, adaptable
from galiot.model.model import Model


def random_adapter(
    model: Model,
    *,
    rank: int = 3,
    alpha: float = 6.0,
    seed: int = 5,
    magnitudes: bool = False,
    parts: Collection[str] = (),
    **fields: object,
) -> Adapter:
    """Change every projection, or those whose names end with one of `parts`."""
    rng = np.random.default_rng(seed)
    layers = {}
    for key, (rows, width) in adaptable(model.spec).items():
        if not parts or key.endswith(tuple(parts)):
            a, b = rng.standard_normal((rank, width)) / np.sqrt(width), rng.standard_normal((rows, rank)) / 8
            lengths = (0.5 + rng.random(rows)).astype(np.float32) if magnitudes else None
            layers[key] = LowRank(a.astype(np.float32), b.astype(np.float32), lengths)
    return Adapter(architecture=model.spec.family, alpha=alpha, layers=layers, **fields)
