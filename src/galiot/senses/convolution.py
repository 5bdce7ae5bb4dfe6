"""A residual network of one-dimensional convolutions over fixed channels, such as the leads of an electrocardiogram.

Source: He et al., "Deep Residual Learning", CVPR 2016; for electrocardiograms Wang, Yan and Oates, "Time Series
Classification from Scratch", IJCNN 2017. Batch normalisation is folded into the weights when a file is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from galiot.errors import FormatError
from galiot.senses.base import Encoder, Floats, Prepared, Span
from galiot.senses.file import Part
from galiot.senses.graph import StaticGraph

_MOST_WEIGHTS = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvolutionSpec:
    """The shape of the network.

    channels: of the input
    widths: channels of each stage
    blocks: residual blocks in each stage
    strides: by which each stage thins out the samples
    kernel, stem_kernel: samples, odd
    stem_stride: by which the first convolution thins out the samples
    """

    channels: int
    widths: tuple[int, ...] = (32, 64, 96, 128)
    blocks: tuple[int, ...] = (1, 1, 1, 1)
    strides: tuple[int, ...] = (1, 2, 2, 2)
    kernel: int = 5
    stem_kernel: int = 15
    stem_stride: int = 2

    @classmethod
    def read(cls, part: Part, channels: int) -> ConvolutionSpec:
        """Read the shape from the settings of a file.

        raises: FormatError
        """
        widths = part.integers("widths", low=1, high=1024, most=16)
        made = cls(
            channels=channels,
            widths=widths,
            blocks=part.integers("blocks", low=1, high=16, most=16),
            strides=part.integers("strides", low=1, high=16, most=16),
            kernel=part.integer("kernel", low=1, high=127),
            stem_kernel=part.integer("stem_kernel", low=1, high=127),
            stem_stride=part.integer("stem_stride", low=1, high=16),
        )
        if not len(made.blocks) == len(made.strides) == len(widths):
            raise FormatError(part.file.path, f"{part.prefix} has {len(widths)} widths, as many blocks and strides go")
        if made.kernel % 2 == 0 or made.stem_kernel % 2 == 0:
            raise FormatError(part.file.path, f"{part.prefix} has an even kernel, expected an odd one")
        return made

    def settings(self, prefix: str) -> dict[str, object]:
        """Return the settings that `read` reads."""
        return {
            f"{prefix}.widths": list(self.widths),
            f"{prefix}.blocks": list(self.blocks),
            f"{prefix}.strides": list(self.strides),
            f"{prefix}.kernel": self.kernel,
            f"{prefix}.stem_kernel": self.stem_kernel,
            f"{prefix}.stem_stride": self.stem_stride,
        }

    @property
    def stride(self) -> int:
        """Samples of the input for each hidden state."""
        return self.stem_stride * int(np.prod(self.strides))

    def layers(self) -> list[tuple[str, int, int, int, int]]:
        """Return name, outputs, inputs, kernel and stride of every convolution, in the order of use."""
        made = [("stem", self.widths[0], self.channels, self.stem_kernel, self.stem_stride)]
        inside = self.widths[0]
        for stage, (width, blocks, stride) in enumerate(zip(self.widths, self.blocks, self.strides, strict=True)):
            for block in range(blocks):
                name, step = f"{stage}.{block}", stride if block == 0 else 1
                made.append((f"{name}.first", width, inside, self.kernel, step))
                made.append((f"{name}.second", width, width, self.kernel, 1))
                if inside != width or step > 1:
                    made.append((f"{name}.shortcut", width, inside, 1, step))
                inside = width
        return made


class Convolution(Encoder):
    """The network on the engine. Its hidden states are the last feature map, its logits come from mean and maximum."""

    name = "convolution"

    def __init__(self, part: Part, *, threads: int = 1) -> None:
        """Read and check the weights; the graph is built when it is first needed.

        raises: FormatError
        """
        file = part.file
        if not file.channels:
            raise FormatError(file.path, "has a convolution but names no channels")
        self.spec = ConvolutionSpec.read(part, len(file.channels))
        self.samples, self.width = file.window_samples, self.spec.widths[-1]
        self._layers = {}
        for name, out, inside, kernel, stride in self.spec.layers():
            weight = part.array(f"{name}.weight", out, inside, kernel)
            self._layers[name] = (weight, part.array(f"{name}.bias", out), stride)
        if sum(weight.size for weight, _, _ in self._layers.values()) > _MOST_WEIGHTS:
            raise FormatError(file.path, f"{part.prefix} has more than {_MOST_WEIGHTS} weights")
        self._out = part.array("out.weight", len(file.labels), 2 * self.width)
        self._out_bias = part.array("out.bias", len(file.labels))
        self._threads = threads
        self._graph: StaticGraph | None = None

    def logits(self, prepared: Prepared) -> Floats:
        """Return the mean logits of the windows (labels,)."""
        return np.mean([self._judge(self.feature_map(window)) for window in prepared.windows], axis=0)  # type: ignore[no-any-return]

    def hidden(self, prepared: Prepared) -> tuple[Floats, tuple[Span, ...]]:
        """Return the feature maps of the windows one after the other."""
        maps, spans = [], list[Span]()
        for window, (first, stop) in zip(prepared.windows, prepared.spans, strict=True):
            found = self.feature_map(window).T
            maps.append(found)
            edges = np.linspace(first, stop, len(found) + 1).round().astype(int).tolist()
            spans += pairwise(edges)
        return np.concatenate(maps), tuple(spans)

    def feature_map(self, window: Floats) -> Floats:
        """Return the last feature map (width, tokens) of a window (channels, samples)."""
        if self._graph is None:
            self._graph = self._build()
        return self._graph.run(window)[0]

    def close(self) -> None:
        """Give the graph back; it is built anew when it is needed again."""
        if self._graph:
            self._graph.close()
            self._graph = None

    def _judge(self, found: Floats) -> Floats:
        pooled = np.concatenate([found.mean(axis=1), found.max(axis=1)])
        return np.asarray(self._out @ pooled + self._out_bias, np.float32)

    def _build(self) -> StaticGraph:
        graph = StaticGraph(threads=self._threads)
        x = graph.input(self.spec.channels, self.samples)
        x = graph.relu(self._convolve(graph, "stem", x))
        for stage, blocks in enumerate(self.spec.blocks):
            for block in range(blocks):
                x = self._block(graph, f"{stage}.{block}", x)
        graph.finish(x)
        return graph

    def _block(self, graph: StaticGraph, name: str, x: int) -> int:
        y = graph.relu(self._convolve(graph, f"{name}.first", x))
        y = self._convolve(graph, f"{name}.second", y)
        short = self._convolve(graph, f"{name}.shortcut", x) if f"{name}.shortcut" in self._layers else x
        return graph.relu(graph.add(y, short))

    def _convolve(self, graph: StaticGraph, name: str, x: int) -> int:
        weight, bias, stride = self._layers[name]
        return graph.convolve(x, weight, bias, stride=stride)
