"""A ggml graph of fixed shape with weights of its own: built once, run many times."""

from __future__ import annotations

import numpy as np

from galiot import ggml
from galiot.errors import GaliotError
from galiot.runtime.backend import Backend
from galiot.senses.base import Floats

_NODES = 4096


class StaticGraph:
    """Build with `input`, `constant` and the operations, name what is wanted with `finish`, then `run`.

    Tensors are addresses; shapes are told as NumPy does, slowest dimension first.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self.backend = Backend(threads)
        size = _NODES * ggml.tensor_overhead() + ggml.graph_overhead_custom(_NODES, False)
        self.context = ggml.context(size)
        self._graph: int = ggml.new_graph_custom(self.context, _NODES, False)
        self._allocator: int = ggml.gallocr_new(ggml.backend_cpu_buffer_type())
        self._kept: list[Floats] = []
        self._inputs: list[int] = []
        self._outputs: list[int] = []

    def input(self, *shape: int) -> int:
        """Add an input (at most three dimensions), filled by `run` in the order of these calls."""
        new = (ggml.new_tensor_1d, ggml.new_tensor_2d, ggml.new_tensor_3d)[len(shape) - 1]
        tensor: int = new(self.context, ggml.F32, *reversed(shape))
        ggml.set_input(tensor)
        ggml.set_output(tensor)  # else its memory is reused after its last use, and a second run reads nonsense
        self._inputs.append(tensor)
        return tensor

    def constant(self, values: Floats) -> int:
        """Add weights (at most three dimensions)."""
        kept = np.ascontiguousarray(values, np.float32)
        self._kept.append(kept)
        new = (ggml.new_tensor_1d, ggml.new_tensor_2d, ggml.new_tensor_3d)[kept.ndim - 1]
        tensor: int = new(self.context, ggml.F32, *reversed(kept.shape))
        ggml.tensor(tensor).data = kept.ctypes.data
        return tensor

    def add(self, x: int, y: int) -> int:
        """Add; y is repeated to the shape of x."""
        return ggml.add(self.context, x, y)  # type: ignore[no-any-return]

    def relu(self, x: int) -> int:
        """Keep what is above zero."""
        return ggml.relu(self.context, x)  # type: ignore[no-any-return]

    def convolve(self, x: int, weight: Floats, bias: Floats, *, stride: int = 1) -> int:
        """Convolve x (in, samples) with weight (out, in, odd kernel): (out, ceil(samples / stride)), zeros around it.

        In float32 throughout, which ggml_conv_1d is not.
        """
        out, channels, kernel = weight.shape
        flat = self.constant(weight.reshape(out, -1))
        if kernel > 1 or stride > 1:
            shape = ggml.reshape_3d(self.context, flat, kernel, channels, out)  # only its shape is looked at
            data = ggml.reshape_3d(self.context, x, *ggml.tensor(x).ne[:2], 1)
            rows = ggml.im2col(self.context, shape, data, stride, 0, kernel // 2, 0, 1, 0, False, ggml.F32)
            rows = ggml.reshape_2d(self.context, rows, *ggml.tensor(rows).ne[:2])
        else:
            rows = ggml.cont(self.context, ggml.permute(self.context, x, 1, 0, 2, 3))
        y = ggml.mul_mat(self.context, rows, flat)
        return self.add(y, self.constant(bias.reshape(out, 1)))

    def linear(self, x: int, weight: Floats, bias: Floats | None = None) -> int:
        """Multiply x (rows, in) with weight (out, in): (rows, out)."""
        y: int = ggml.mul_mat(self.context, self.constant(weight), x)
        return y if bias is None else self.add(y, self.constant(bias))

    def layer_norm(self, x: int, weight: Floats, bias: Floats, epsilon: float = 1e-5) -> int:
        """Normalise each row of x (rows, width)."""
        y = ggml.mul(self.context, ggml.norm(self.context, x, epsilon), self.constant(weight))
        return self.add(y, self.constant(bias))

    def silu(self, x: int) -> int:
        """Multiply x with its sigmoid; unlike ggml's GELU, which looks up halves, in float32."""
        return ggml.silu(self.context, x)  # type: ignore[no-any-return]

    def split(self, x: int, parts: int) -> list[int]:
        """Split each row of x (rows, parts * width) into parts (rows, width)."""
        (width, rows), row = ggml.tensor(x).ne[:2], ggml.tensor(x).nb[1]
        size = width // parts
        views = (ggml.view_2d(self.context, x, size, rows, row, 4 * size * part) for part in range(parts))
        return [ggml.cont(self.context, view) for view in views]

    def attention(self, q: int, k: int, v: int, heads: int) -> int:
        """Let every row of q look at the rows of k and v (rows, width)."""
        c = self.context
        width, rows = ggml.tensor(q).ne[:2]
        dim = width // heads
        q, k, v = (ggml.reshape_3d(c, each, dim, heads, rows) for each in (q, k, v))
        q, k = (ggml.cont(c, ggml.permute(c, each, 0, 2, 1, 3)) for each in (q, k))
        v = ggml.cont(c, ggml.permute(c, v, 1, 2, 0, 3))
        weights = ggml.soft_max_ext(c, ggml.mul_mat(c, k, q), None, dim**-0.5, 0.0)
        y = ggml.permute(c, ggml.mul_mat(c, v, weights), 0, 2, 1, 3)
        return ggml.reshape_2d(c, ggml.cont(c, y), width, rows)  # type: ignore[no-any-return]

    def finish(self, *outputs: int) -> None:
        """Say what is wanted, and allocate."""
        for tensor in outputs:
            ggml.set_output(tensor)
            ggml.build_forward_expand(self._graph, tensor)
        self._outputs += outputs
        if not ggml.gallocr_alloc_graph(self._allocator, self._graph):
            raise GaliotError("no memory for an encoder")

    def run(self, *inputs: Floats) -> list[Floats]:
        """Compute the outputs for inputs of the shapes that were told; the arrays are the caller's own.

        raises: CancelledError
        """
        for tensor, values in zip(self._inputs, inputs, strict=True):
            held = ggml.array(tensor, np.float32)
            held[:] = values.reshape(held.shape)
        self.backend.compute(self._graph)
        return [ggml.array(tensor, np.float32).copy() for tensor in self._outputs]

    @property
    def buffer_bytes(self) -> int:
        """Memory of everything between inputs and outputs."""
        return ggml.gallocr_get_buffer_size(self._allocator, 0)  # type: ignore[no-any-return]

    def close(self) -> None:
        """Give the memory back."""
        if self.context:
            ggml.gallocr_free(self._allocator)
            ggml.free(self.context)
            self.backend.close()
            self.context = 0
