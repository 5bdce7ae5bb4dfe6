"""Any rows: what every other method is held against."""

from __future__ import annotations

import numpy as np

from galiot.tune.select.base import Candidates, Ints, Selector


class Random(Selector):
    """Every set of rows is as likely as every other; no model is needed."""

    name = "random"

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Ints:
        """See `Selector.choose`."""
        return rng.permutation(candidates.count)[:count]
