"""The forward pass as a ggml graph, built once per shape from a `ModelSpec` and run many times."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from galiot import ggml
from galiot.errors import GaliotError
from galiot.runtime.backend import Backend
from galiot.runtime.cache.cells import Cells
from galiot.runtime.weights import Slice, Weights
from galiot.runtime.weights.delta import Deltas
from galiot.runtime.weights.store import GROUPS

Array = npt.NDArray[Any]
SEEN, UNSEEN = np.uint16(0), np.uint16(0xFC00)  # 0 and minus infinity as float16 bits
_TILED = 64  # from this many tokens on, ggml's attention works in tiles
_NODES_PER_LAYER = 96
GRAPHS = 24  # kept at most; each holds about a megabyte of descriptions


Logits = Literal["last", "all", "none", "sketch", "state"]
"""Which logits are wanted; "sketch": those of a single token from `Sketch`, and the state that makes them exact;
"state": only the state of the last token, of which `Weights.exact_logits` makes a few."""
_OF_ONE = ("last", "state")  # wanted of the last token alone


@dataclass(frozen=True)
class Shape:
    """What distinguishes one graph from another."""

    tokens: int
    rows: int
    """Rows of the cache that are looked at."""
    first: int
    stop: int
    """Layers first, ..., stop - 1 are computed."""
    logits: Logits = "last"
    hidden: bool = False
    """Whether the residual stream after the last of these layers is wanted, before the output norm."""
    taps: tuple[str, ...] = ()
    """Weights whose input is wanted, as `blk.3.ffn_down`."""


class Graph:
    """One forward pass for a number of new tokens over a number of cache rows."""

    def __init__(
        self, shape: Shape, weights: Weights, cells: Cells, allocator: int, deltas: Deltas | None = None
    ) -> None:
        self.shape, self.spec, self._weights, self._cells = shape, weights.spec, weights, cells
        self._deltas = deltas
        nodes = _NODES_PER_LAYER * (shape.stop - shape.first) + 64
        size = (nodes + 16) * ggml.tensor_overhead() + ggml.graph_overhead_custom(nodes, False)
        self.context = ggml.context(size)
        self.graph: int = ggml.new_graph_custom(self.context, nodes, False)
        self._scratch: dict[tuple[type, int, int], int] = {}
        self._taps: dict[str, int] = {}
        n = shape.tokens
        self._x = self._input(ggml.new_tensor_2d(self.context, ggml.F32, self.spec.width, n))
        self._positions = self._input(ggml.new_tensor_1d(self.context, ggml.I32, n))
        self._targets = self._input(ggml.new_tensor_1d(self.context, ggml.I64, n))
        self._masks = {
            windowed: self._input(ggml.new_tensor_2d(self.context, ggml.F16, shape.rows, n))
            for windowed in {self.spec.has_window(i) for i in range(shape.first, shape.stop)}
        }
        self.output = weights.sketch if shape.logits == "sketch" else weights.output
        self._state = 0
        logits, hidden = self._build()
        if not ggml.gallocr_alloc_graph(allocator, self.graph):
            raise GaliotError(f"no memory for a graph of {n} tokens over {shape.rows} cells")
        self.x, self.positions = ggml.array(self._x, np.float32), ggml.array(self._positions, np.int32)
        self.targets = ggml.array(self._targets, np.int64)
        self.masks = {windowed: ggml.array(mask, np.uint16).reshape(n, -1) for windowed, mask in self._masks.items()}
        # what the graph gives; overwritten by the next run
        self.logits = ggml.array(logits, np.float32).reshape(-1, self.spec.vocab) if logits else None
        self.state = ggml.array(self._state, np.float32).reshape(1, -1) if self._state else None
        self.hidden = ggml.array(hidden, np.float32).reshape(n, -1) if hidden else None
        self.taps = {name: ggml.array(x, np.float32).reshape(n, -1) for name, x in self._taps.items()}

    def scratch(self, user: type, width: int, rows: int) -> int:
        """See `Build.scratch`: each tensor that is made in a graph is kept for the whole run, so they share one."""
        if (user, width, rows) not in self._scratch:
            self._scratch[user, width, rows] = ggml.new_tensor_2d(self.context, ggml.F32, width, rows)
        return self._scratch[user, width, rows]

    def close(self) -> None:
        """Give the descriptions back."""
        if self.context:
            ggml.free(self.context)
            self.context = 0

    def _input(self, tensor: int) -> int:
        ggml.set_input(tensor)
        ggml.set_output(tensor)  # else its memory is reused after its last use, and a second run reads nonsense
        return tensor

    def _build(self) -> tuple[int, int]:
        """Add all layers; return the tensors of the logits and of the hidden state (0 where not wanted)."""
        shape, spec, c = self.shape, self.spec, self.context
        x = self._x
        for i in range(shape.first, shape.stop):
            x = self._layer(i, x)
            if not x:
                return 0, 0
        hidden = logits = 0
        if shape.hidden:
            hidden = ggml.cont(c, x)
            self._finish(hidden)
        if shape.logits != "none":
            n = ggml.tensor(x).ne[1]
            if shape.logits in _OF_ONE and n > 1:
                x = ggml.view_2d(c, x, spec.width, 1, spec.width * 4, (n - 1) * spec.width * 4)
            state = self._norm(x, "output_norm")
            if shape.logits in ("sketch", "state"):
                self._finish(state)
                self._state = state
            if shape.logits != "state":
                logits = self.output.multiply(self, state)
                self._finish(logits)
        return logits, hidden

    def _finish(self, tensor: int) -> None:
        ggml.set_output(tensor)
        ggml.build_forward_expand(self.graph, tensor)

    def _layer(self, i: int, x: int) -> int:
        """Add one layer; return the residual stream, 0 where only its keys and values are wanted."""
        shape, spec, c = self.shape, self.spec, self.context
        last = i == shape.stop - 1 and not shape.hidden and not shape.taps
        query, first, attend = self._attention_input(i, x, last)
        if last and shape.logits == "none":
            return 0
        if first:
            row = spec.width * 4
            x = ggml.view_2d(c, x, spec.width, shape.tokens - first, row, first * row)
        attended = self._project(i, "attention", attend(query))[0].tensor
        if spec.post_norms:
            attended = self._norm(attended, f"blk.{i}.post_attention_norm")
        x = ggml.add(c, x, attended)
        down = self._feed_forward(i, self._norm(x, f"blk.{i}.ffn_norm"))
        if spec.post_norms:
            down = self._norm(down, f"blk.{i}.post_ffw_norm")
        return ggml.add(c, x, down)  # type: ignore[no-any-return]

    def _feed_forward(self, i: int, x: int) -> int:
        c, silu = self.context, self.spec.activation == "silu"
        parts = self._project(i, "gate_up", x)
        if len({part.tensor for part in parts}) == 1:
            y = (ggml.swiglu if silu else ggml.geglu)(c, parts[0].tensor)
        else:
            y = (ggml.swiglu_split if silu else ggml.geglu_split)(c, parts[0].tensor, parts[1].tensor)
        return self._project(i, "down", y)[0].tensor

    def _attention_input(self, i: int, x: int, last: bool) -> tuple[int, int, Any]:
        """Add queries, keys and values; store the latter two.

        returns: the queries (head_dim, tokens, heads), the first token that is still wanted, and the attention itself
        """
        shape, spec, c = self.shape, self.spec, self.context
        n, heads, kv_heads = shape.tokens, spec.heads[i], spec.kv_heads[i]
        q, k, v = self._project(i, "qkv", self._norm(x, f"blk.{i}.attn_norm"))
        if q.tensor == v.tensor and not spec.query_key_norm:
            both = self._view_heads(q, spec.key_dim, heads + kv_heads)
            turned = self._rotate(i, both, in_place=True)
            # a view of the rotated view may reach past it, to the values: so the order of the two is certain
            row = q.row * 4
            new = ggml.view_2d(c, turned, k.width + v.width, n, row, k.offset * 4)
            self._store(i, new, 0, k.width + v.width)
            q = Slice(turned, q.offset, q.width, q.row)
        else:
            q, k = (self._normed_and_rotated(i, part, name) for part, name in ((q, "attn_q"), (k, "attn_k")))
            for part, offset in ((k, 0), (v, k.width)):
                new = ggml.view_2d(c, part.tensor, part.width, n, part.row * 4, part.offset * 4)
                self._store(i, new, offset, part.width)
        first = n - 1 if last and shape.logits in _OF_ONE else 0
        head = spec.key_dim * 4
        query = ggml.view_3d(
            c, q.tensor, spec.key_dim, n - first, heads, q.row * 4, head, q.offset * 4 + first * q.row * 4
        )
        return query, first, lambda query: self._attend(i, query, first)

    def _attend(self, i: int, query: int, first: int) -> int:
        """Add attention over the cache; returns (tokens - first, heads * value_dim)."""
        shape, spec, c, layout = self.shape, self.spec, self.context, self._cells.layouts[i]
        cached, kind = self._cells.tensors[i], self._cells.kind
        both = layout.keys + layout.values
        stored = ggml.view_2d(c, cached, both, shape.rows, layout.row_bytes, 0)
        if shape.tokens >= _TILED and kind != ggml.F32:
            # the tiled attention converts the cache again for every tile and head; convert it once instead
            stored, kind = ggml.cast(c, stored, ggml.F32), ggml.F32
        row = ggml.row_size(kind, both)
        keys, values = (
            ggml.view_3d(c, stored, dim, shape.rows, spec.kv_heads[i], row, ggml.row_size(kind, dim), offset)
            for dim, offset in ((spec.key_dim, 0), (spec.value_dim, ggml.row_size(kind, layout.keys)))
        )
        n, seen = shape.tokens - first, self._masks[spec.has_window(i)]
        if first:
            seen = ggml.view_2d(c, seen, shape.rows, n, shape.rows * 2, first * shape.rows * 2)
        y = ggml.flash_attn_ext(c, query, keys, values, seen, spec.attention_scale, 0.0, 0.0)
        return ggml.reshape_2d(c, y, spec.value_dim * spec.heads[i], n)  # type: ignore[no-any-return]

    def _store(self, i: int, new: int, offset: int, width: int) -> None:
        """Write new keys or values (tokens, width) into their cells, at `offset` elements of the row."""
        layout, cached = self._cells.layouts[i], self._cells.tensors[i]
        if width != layout.keys + layout.values:
            start = ggml.row_size(self._cells.kind, offset)
            cached = ggml.view_2d(self.context, cached, width, self._cells.rows, layout.row_bytes, start)
        ggml.build_forward_expand(self.graph, ggml.set_rows(self.context, cached, new, self._targets))

    def _normed_and_rotated(self, i: int, part: Slice, name: str) -> Slice:
        dim = self.spec.key_dim
        x = self._view_heads(part, dim, part.width // dim)
        if self.spec.query_key_norm:
            x = self._norm(x, f"blk.{i}.{name}_norm")
        return Slice(self._rotate(i, x), 0, part.width, part.width)

    def _view_heads(self, part: Slice, dim: int, heads: int) -> int:
        n, row = self.shape.tokens, part.row * 4
        return ggml.view_3d(self.context, part.tensor, dim, heads, n, dim * 4, row, part.offset * 4)  # type: ignore[no-any-return]

    def _rotate(self, i: int, x: int, *, in_place: bool = False) -> int:
        r = self.spec.rotary_of(i)
        factors = None if r is self.spec.local_rotary else self._weights.frequency_factors
        mode = ggml.ROPE_NORMAL if r.layout == "adjacent" else ggml.ROPE_NEOX
        rotate = ggml.rope_ext_inplace if in_place else ggml.rope_ext
        numbers = (r.base, r.scale, r.yarn, r.attention_factor, r.beta_fast, r.beta_slow)
        return rotate(self.context, x, self._positions, factors, r.dims, mode, r.original_context, *numbers)  # type: ignore[no-any-return]

    def _norm(self, x: int, name: str) -> int:
        """RMS norm and its weight, which the CPU backend fuses."""
        y = ggml.rms_norm(self.context, x, self.spec.norm_epsilon)
        return ggml.mul(self.context, y, self._weights.norms[f"{name}.weight"])  # type: ignore[no-any-return]

    def _project(self, i: int, group: str, x: int) -> list[Slice]:
        for name in GROUPS[group]:
            if f"blk.{i}.{name}" in self.shape.taps:
                tapped = ggml.cont(self.context, x)
                self._finish(tapped)
                self._taps[f"blk.{i}.{name}"] = tapped
        return self._weights.layers[i][group].multiply(self, x, self._deltas.of(i, group) if self._deltas else ())


class Graphs:
    """The graphs of one session by shape; only one runs at a time, so all share one buffer for what lies between."""

    def __init__(self, backend: Backend | None, weights: Weights, cells: Cells) -> None:
        """backend: None, when graphs are only measured"""
        self._backend, self._weights, self._cells = backend, weights, cells
        self._deltas: Deltas | None = None
        self._allocator: int = ggml.gallocr_new(ggml.backend_cpu_buffer_type())
        self._graphs: OrderedDict[Shape, Graph] = OrderedDict()

    @property
    def buffer_bytes(self) -> int:
        """Memory of everything between inputs and outputs."""
        return ggml.gallocr_get_buffer_size(self._allocator, 0) if self._graphs else 0

    @property
    def description_bytes(self) -> int:
        """Memory of the operations of one graph, the largest so far."""
        return max((ggml.used_mem(graph.context) for graph in self._graphs.values()), default=0)

    def get(self, shape: Shape) -> Graph:
        """Return the graph of a shape, building it (2 to 7 ms) when it is not there."""
        if shape.logits == "sketch":
            output = self._weights.sketch
        else:
            if shape.logits != "state" and (shape.tokens == 1 or shape.logits == "all"):
                self._weights.quicken_output()
            output = self._weights.output
        graph = self._graphs.get(shape)
        if graph is None or graph.output is not output:
            before = self.buffer_bytes
            graph = Graph(shape, self._weights, self._cells, self._allocator, self._deltas)
            if ggml.gallocr_get_buffer_size(self._allocator, 0) != before:
                self._drop(len(self._graphs))  # the buffer moved: what others point to is gone
            self._drop(len(self._graphs) - GRAPHS + 1)
            self._graphs[shape] = graph
        self._graphs.move_to_end(shape)
        return graph

    @property
    def deltas(self) -> Deltas | None:
        """What adapters add to the weights; None where there are none."""
        return self._deltas

    def adapt(self, deltas: Deltas | None) -> None:
        """Build all graphs anew, with what adapters add to the weights."""
        self._drop(len(self._graphs))
        self._deltas = deltas

    def run(self, graph: Graph) -> None:
        """Compute it.

        raises: CancelledError
        """
        assert self._backend
        self._backend.compute(graph.graph)

    def close(self) -> None:
        """Give all memory back."""
        self._drop(len(self._graphs))
        if self._allocator:
            ggml.gallocr_free(self._allocator)
            self._allocator = 0

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._graphs.popitem(last=False)[1].close()


def fill_masks(graph: Graph) -> None:
    """Let each token see the cells up to its own; cell i holds position i, and padding stands at position 0."""
    positions, spec = graph.positions, graph.spec
    if len(positions) == 1 and not spec.window:  # the common case, quickly
        end = int(positions[0]) + 1
        for mask in graph.masks.values():
            mask[0, :end], mask[0, end:] = SEEN, UNSEEN
        return
    rows = np.arange(graph.shape.rows)
    for windowed, mask in graph.masks.items():
        seen = rows <= positions[:, None]
        if windowed:
            seen &= rows > positions[:, None] - spec.window
        mask[:] = np.where(seen, SEEN, UNSEEN)
