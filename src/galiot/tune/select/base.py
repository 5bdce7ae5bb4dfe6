"""What every way of choosing rows is, and what it is told about them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Rows that may be chosen: no two of them are duplicates."""

    count: int
    places: Floats
    """(count, dims) float32 of length 1: what the model makes of each; empty where the method does not ask for it."""
    difficulty: Floats
    """(count,): how little the instruction helps with the answer, below 1; NaN for plain text, and where not asked."""


class Selector(ABC):
    """A way of choosing a few rows out of many."""

    name: str
    needs_places = False
    needs_difficulty = False

    @abstractmethod
    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> Ints:
        """Return which `count` of the candidates are kept, in any order, each once.

        count: from 1 to `candidates.count`
        """
