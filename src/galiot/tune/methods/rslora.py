"""Low-rank adapters whose scale does not shrink with the rank."""

from __future__ import annotations

import math

from galiot.tune.methods.lora import Lora


class RsLora(Lora):
    """LoRA with alpha / sqrt(rank): large ranks learn as fast as small ones.

    Source: Kalajdzievski, "A Rank Stabilization Scaling Factor for Fine-Tuning with LoRA", arXiv 2312.03732.
    """

    name = "rslora"

    @property
    def scale(self) -> float:
        """What the product of the thin matrices is multiplied with."""
        return self.settings.scale_alpha / math.sqrt(self.settings.rank)
