"""A transformer over patches of any channels: what a channel is, it learns from the name and unit.

Source: Nie et al., "A Time Series is Worth 64 Words", ICLR 2023 (patches); for names as embeddings of a language model
Xie et al., "ChatTS", arXiv 2412.03104. Ours lets the patches of all channels look at each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from galiot.errors import FormatError
from galiot.senses.base import Encoder, Floats, Namer, Prepared, Span
from galiot.senses.file import Array, Part
from galiot.senses.graph import StaticGraph
from galiot.senses.names import names_in

TIMES = 7
"""Features of when a patch is."""
_MOST_ROWS = 1024
_DAY_S = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchSpec:
    """The shape of the network.

    patch: samples of a patch; a window is a multiple of it
    width, heads, layers, inner: of the transformer
    name_width: of the embeddings of names, the width of a language model
    """

    patch: int = 16
    width: int = 64
    heads: int = 4
    layers: int = 3
    inner: int = 128
    name_width: int = 576

    @classmethod
    def read(cls, part: Part) -> PatchSpec:
        """Read the shape from the settings of a file.

        raises: FormatError
        """
        made = cls(
            patch=part.integer("patch", low=1, high=1 << 14),
            width=part.integer("width", low=1, high=2048),
            heads=part.integer("heads", low=1, high=64),
            layers=part.integer("layers", low=1, high=32),
            inner=part.integer("inner", low=1, high=8192),
            name_width=part.integer("name_width", low=1, high=1 << 14),
        )
        if made.width % made.heads or part.file.window_samples % made.patch:
            problem = f"{made.heads} heads of {made.width}, patches of {made.patch} in {part.file.window_samples}"
            raise FormatError(part.file.path, f"{part.prefix} has {problem}: one must divide the other")
        return made

    def settings(self, prefix: str) -> dict[str, object]:
        """Return the settings that `read` reads."""
        return {f"{prefix}.{name}": getattr(self, name) for name in self.__slots__}

    def shapes(self, labels: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of every tensor by name."""
        w = self.width
        made: dict[str, tuple[int, ...]] = {
            "in.weight": (w, self.patch),
            "in.bias": (w,),
            "name.weight": (w, self.name_width),
            "time.weight": (w, TIMES),
            "norm.weight": (w,),
            "norm.bias": (w,),
            "out.weight": (labels, w),
            "out.bias": (labels,),
        }
        for layer in range(self.layers):
            for name, out, inside in (("qkv", 3 * w, w), ("mix", w, w), ("up", self.inner, w), ("down", w, self.inner)):
                made |= {f"{layer}.{name}.weight": (out, inside), f"{layer}.{name}.bias": (out,)}
            for name in ("norm1", "norm2"):
                made |= {f"{layer}.{name}.weight": (w,), f"{layer}.{name}.bias": (w,)}
        return made


class Patches(Encoder):
    """The network on the engine. Its hidden states are those of the times, the mean over the channels that are there.

    Without a language model there are no embeddings of names: then channels are told apart by what they hold.
    """

    name = "patches"

    def __init__(self, part: Part, *, threads: int = 1) -> None:
        """Read and check the weights; a graph is built for each number of channels when it is first needed.

        raises: FormatError
        """
        self.spec, self._threads = PatchSpec.read(part), threads
        self._namer: Namer | None = None
        self.width, self.samples = self.spec.width, part.file.window_samples
        self._tensors: dict[str, Array] = {
            name: part.array(name, *shape) for name, shape in self.spec.shapes(len(part.file.labels)).items()
        }
        self._graphs: dict[int, StaticGraph] = {}

    def logits(self, prepared: Prepared) -> Floats:
        """Return the mean logits of the windows (labels,); NaN where no channel is there."""
        if not prepared.present.any():
            return np.full(len(self._tensors["out.bias"]), np.nan, np.float32)
        pooled = np.mean([states.mean(axis=0) for states in self._states(prepared)], axis=0)
        return np.asarray(self._tensors["out.weight"] @ pooled + self._tensors["out.bias"], np.float32)

    def hidden(self, prepared: Prepared) -> tuple[Floats, tuple[Span, ...]]:
        """Return a state for each patch of time, the windows one after the other."""
        if not prepared.present.any():
            return np.zeros((0, self.width), np.float32), ()
        found, spans = self._states(prepared), list[Span]()
        for states, (first, stop) in zip(found, prepared.spans, strict=True):
            spans += pairwise(np.linspace(first, stop, len(states) + 1).round().astype(int).tolist())
        return np.concatenate(found), tuple(spans)

    def use_names(self, namer: Namer) -> None:
        """Embed names with a language model; one of another width is no use."""
        self._namer = namer

    def close(self) -> None:
        """Give the graphs back; they are built anew when they are needed again."""
        for graph in self._graphs.values():
            graph.close()
        self._graphs.clear()

    def _states(self, prepared: Prepared) -> list[Floats]:
        """Return for each window the states (times, width)."""
        there = np.flatnonzero(prepared.present)[: max(1, _MOST_ROWS * self.spec.patch // self.samples)]
        names = self._names(prepared)[there]
        made = []
        for place, window in enumerate(prepared.windows):
            rows = self._embedded(window[there], names, time_features(prepared, place, self.spec.patch))
            states = self._graph(len(rows)).run(rows)[0]
            made.append(states.reshape(len(there), -1, self.width).mean(axis=0))
        return made

    def _names(self, prepared: Prepared) -> Floats:
        if self._namer is None:
            return np.zeros((len(prepared.channels), self.spec.name_width), np.float32)
        found = self._namer(names_in(prepared))
        fits = found.shape[1] == self.spec.name_width
        return found if fits else np.zeros((len(found), self.spec.name_width), np.float32)

    def _embedded(self, window: Floats, names: Floats, times: Floats) -> Floats:
        """Return rows (channels * times, width) of a window (channels, samples)."""
        t = self._tensors
        values = window.reshape(len(window), -1, self.spec.patch) @ t["in.weight"].T + t["in.bias"]
        rows = values + (names @ t["name.weight"].T)[:, None] + times @ t["time.weight"].T
        return np.asarray(rows.reshape(-1, self.width), np.float32)

    def _graph(self, rows: int) -> StaticGraph:
        if rows not in self._graphs:
            self._graphs[rows] = self._build(rows)
        return self._graphs[rows]

    def _build(self, rows: int) -> StaticGraph:
        graph, t = StaticGraph(threads=self._threads), self._tensors
        x = graph.input(rows, self.width)
        for layer in range(self.spec.layers):

            def linear(x: int, name: str, layer: int = layer) -> int:
                return graph.linear(x, t[f"{layer}.{name}.weight"], t[f"{layer}.{name}.bias"])

            y = graph.layer_norm(x, t[f"{layer}.norm1.weight"], t[f"{layer}.norm1.bias"])
            query, key, value = graph.split(linear(y, "qkv"), 3)
            x = graph.add(x, linear(graph.attention(query, key, value, self.spec.heads), "mix"))
            y = graph.layer_norm(x, t[f"{layer}.norm2.weight"], t[f"{layer}.norm2.bias"])
            x = graph.add(x, linear(graph.silu(linear(y, "up")), "down"))
        graph.finish(graph.layer_norm(x, t["norm.weight"], t["norm.bias"]))
        return graph


def time_features(prepared: Prepared, window: int, patch: int) -> Floats:
    """Return when the patches of a window are (times, 7): place in the window, its length, time of day and of week."""
    count = prepared.windows.shape[2] // patch
    place = (np.arange(count) + 0.5) / count
    seconds = prepared.starts_s[window] + place * prepared.windows.shape[2] / prepared.rate_hz
    axis, made = prepared.reading.axis, np.zeros((count, TIMES))
    made[:, 0], made[:, 1] = np.sin(np.pi * place), np.cos(np.pi * place)
    made[:, 2] = math.log10(max(prepared.windows.shape[2] / prepared.rate_hz, 1e-6)) / 5
    if axis.kind != "elapsed":
        turn = 2 * np.pi * ((seconds + axis.offset_s) % _DAY_S) / _DAY_S
        made[:, 3], made[:, 4] = np.sin(turn), np.cos(turn)
    if axis.kind == "date":
        turn = 2 * np.pi * ((seconds + axis.offset_s) % (7 * _DAY_S)) / (7 * _DAY_S)
        made[:, 5], made[:, 6] = np.sin(turn), np.cos(turn)
    return made.astype(np.float32)
