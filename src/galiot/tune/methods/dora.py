"""Low-rank adapters that learn the length of each row of a weight apart from its direction."""

from __future__ import annotations

from galiot.learn.lowrank import LowRank, WeightDecomposed
from galiot.tune.methods.lora import Lora


class Dora(Lora):
    """LoRA on the direction of each row, and the row's length beside it.

    Source: Liu et al., "DoRA: Weight-Decomposed Low-Rank Adaptation", arXiv 2402.09353.
    """

    name = "dora"

    def _learned(self) -> LowRank:
        return WeightDecomposed(self.model.spec, self.decoder.blocks, **self._shape())
