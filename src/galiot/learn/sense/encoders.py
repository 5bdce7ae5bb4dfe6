"""The encoders of senses in PyTorch, as they are trained; the engine runs what `tensors` gives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from galiot.senses.base import Floats
from galiot.senses.convolution import ConvolutionSpec


class ConvolutionModule(nn.Module):
    """The network of `galiot.senses.convolution`, with batch normalisation and dropout before the output."""

    def __init__(self, spec: ConvolutionSpec, labels: int, *, dropout: float = 0.2) -> None:
        super().__init__()
        self.spec = spec
        self.layers = nn.ModuleDict(
            {
                _key(name): nn.Sequential(
                    nn.Conv1d(inside, out, kernel, stride=stride, padding=kernel // 2, bias=False),
                    nn.BatchNorm1d(out),
                )
                for name, out, inside, kernel, stride in spec.layers()
            }
        )
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(2 * spec.widths[-1], labels)

    def forward(self, windows: Tensor) -> Tensor:
        """Return logits (batch, labels) of windows (batch, channels, samples)."""
        return self.judge(self.feature_map(windows))

    def judge(self, found: Tensor) -> Tensor:
        """Return logits (batch, labels) of feature maps (batch, width, tokens)."""
        pooled = torch.cat([found.mean(dim=2), found.amax(dim=2)], dim=1)
        return self.out(self.dropout(pooled))  # type: ignore[no-any-return]

    def feature_map(self, windows: Tensor) -> Tensor:
        """Return the last feature map (batch, width, tokens)."""
        x = self._convolve("stem", windows).relu()
        for stage, blocks in enumerate(self.spec.blocks):
            for block in range(blocks):
                x = self._block(f"{stage}.{block}", x)
        return x

    def tensors(self, prefix: str, *, half: bool = False) -> dict[str, np.ndarray]:
        """Return what the file holds, batch normalisation folded in; half: weights as float16."""
        made: dict[str, np.ndarray] = {}
        for name, *_ in self.spec.layers():
            conv, norm = (self.layers[_key(name)].get_submodule(place) for place in "01")
            assert isinstance(conv, nn.Conv1d)
            assert isinstance(norm, nn.BatchNorm1d)
            assert norm.running_var is not None
            assert norm.running_mean is not None
            factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            made[f"{name}.weight"] = _array(conv.weight * factor[:, None, None], half)
            made[f"{name}.bias"] = _array(norm.bias - norm.running_mean * factor)
        made["out.weight"], made["out.bias"] = _array(self.out.weight, half), _array(self.out.bias)
        return {f"{prefix}.{name}": array for name, array in made.items()}

    def _block(self, name: str, x: Tensor) -> Tensor:
        y = self._convolve(f"{name}.second", self._convolve(f"{name}.first", x).relu())
        short = self._convolve(f"{name}.shortcut", x) if _key(f"{name}.shortcut") in self.layers else x
        return (y + short).relu()

    def _convolve(self, name: str, x: Tensor) -> Tensor:
        return self.layers[_key(name)](x)  # type: ignore[no-any-return]


def parameters_of(tensors: Mapping[str, np.ndarray]) -> int:
    """Return how many numbers some tensors hold."""
    return sum(array.size for array in tensors.values())


def _key(name: str) -> str:
    return name.replace(".", "-")  # a module's name has no dots


def _array(tensor: Tensor, half: bool = False) -> Floats:
    return tensor.detach().cpu().numpy().astype(np.float16 if half else np.float32)
