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
    graph: int

    def scratch(self, user: type, width: int, rows: int) -> int:
        """A float32 tensor (rows, width), one for all of a form who ask for that shape: each use needs the last."""
        ...


class Matrix(ABC):
    """A weight of shape (rows, width), ready to be multiplied."""

    @abstractmethod
    def multiply(self, build: Build, x: int) -> int:
        """Add the product to the graph: x (tokens, width) float32 -> (tokens, rows) float32."""


def put(build: Build, x: int, wide: int, offset: int) -> None:
    """Put x (tokens, width) into columns offset, ... of `wide`, before whatever is added to the graph from now on.

    The result of an operation on a single token is not copied: it becomes a view of `wide`, as the results of ggml's
    in-place operations are views, so that the operation writes there itself. That saves a step for each product.
    """
    source, target = ggml.tensor(x), ggml.tensor(wide)
    if source.view_src == wide:  # it is there, for an earlier product
        return
    made = ggml.tensor(source.view_src) if source.op == ggml.OP_RESHAPE else source
    if target.ne[1] == 1 and made.op != ggml.OP_NONE and made.view_src is None:
        for tensor in (made, source):
            tensor.view_src, tensor.view_offs = wide, offset * 4
            tensor.data = target.data + offset * 4 if target.data else None
        ggml.build_forward_expand(build.graph, x)
    else:
        copy = ggml.set_2d_inplace(build.context, wide, x, target.nb[1], offset * 4)
        ggml.build_forward_expand(build.graph, copy)
