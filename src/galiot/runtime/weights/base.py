"""What the graph wants of a weight: to be multiplied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from galiot import ggml

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating[Any]]


class Build(Protocol):
    """What a matrix needs of the graph that is being built."""

    context: int
    """The ggml context in which operations are made."""

    def scratch(self, width: int, rows: int) -> int:
        """A float32 tensor (rows, width), one for all who ask for that shape: each use must depend on the last."""
        ...


class Matrix(ABC):
    """A weight of shape (rows, width), ready to be multiplied."""

    @abstractmethod
    def multiply(self, build: Build, x: int) -> int:
        """Add the product to the graph: x (tokens, width) float32 -> (tokens, rows) float32."""


def widen(build: Build, parts: list[int]) -> int:
    """Put tensors (tokens, width_i) beside each other, as the input of a matrix with more columns than the weight."""
    tokens = ggml.tensor(parts[0]).ne[1]
    if tokens == 1:
        joined = parts[0]
        for part in parts[1:]:
            joined = ggml.concat(build.context, joined, part, 0)
        return joined
    widths = [ggml.tensor(part).ne[0] for part in parts]
    y, offset, row = build.scratch(sum(widths), tokens), 0, sum(widths) * 4
    for part, width in zip(parts, widths, strict=True):  # concat copies number by number, this row by row
        y = ggml.set_2d_inplace(build.context, y, part, row, offset * 4)
        offset += width
    return y
