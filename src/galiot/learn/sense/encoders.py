"""The encoders of senses in PyTorch, as they are trained; the engine runs what `tensors` gives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from galiot.senses.base import Floats
from galiot.senses.convolution import ConvolutionSpec
from galiot.senses.patches import PatchSpec


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


class PatchModule(nn.Module):
    """The network of `galiot.senses.patches`; a channel that is absent is left out of attention and means."""

    def __init__(self, spec: PatchSpec, labels: int) -> None:
        super().__init__()
        self.spec = spec
        made = {name: torch.empty(shape) for name, shape in spec.shapes(labels).items()}
        for name, tensor in made.items():
            if tensor.ndim == 2:
                nn.init.normal_(tensor, std=tensor.shape[1] ** -0.5)
            else:
                nn.init.constant_(tensor, float("norm" in name and name.endswith("weight")))
        self.weights = nn.ParameterDict({_key(name): nn.Parameter(tensor) for name, tensor in made.items()})

    def forward(self, windows: Tensor, present: Tensor, names: Tensor, times: Tensor) -> Tensor:
        """Return logits (batch, labels).

        windows: (batch, channels, samples); present: (batch, channels) bool; names: (batch, channels, name_width);
        times: (batch, times, 7), as `time_features` gives them
        """
        return self._linear(self.states(windows, present, names, times).mean(dim=1), "out")

    def states(self, windows: Tensor, present: Tensor, names: Tensor, times: Tensor) -> Tensor:
        """Return a state for each patch of time (batch, times, width)."""
        batch, channels, samples = windows.shape
        count = samples // self.spec.patch
        x = self._linear(windows.reshape(batch, channels, count, self.spec.patch), "in")
        x = x + (names @ self._get("name.weight").T)[:, :, None] + (times @ self._get("time.weight").T)[:, None]
        x = x.reshape(batch, channels * count, self.spec.width)
        seen = present.repeat_interleave(count, dim=1)
        for layer in range(self.spec.layers):
            x = x + self._attend(self._norm(x, f"{layer}.norm1"), f"{layer}", seen)
            y = functional.silu(self._linear(self._norm(x, f"{layer}.norm2"), f"{layer}.up"))
            x = x + self._linear(y, f"{layer}.down")
        x = self._norm(x, "norm").reshape(batch, channels, count, self.spec.width)
        share = present[:, :, None, None].to(x.dtype)
        return (x * share).sum(dim=1) / share.sum(dim=1).clamp(min=1)

    def tensors(self, prefix: str, *, half: bool = False) -> dict[str, np.ndarray]:
        """Return what the file holds; half: matrices as float16."""
        return {
            f"{prefix}.{name.replace('-', '.')}": _array(weight, half and weight.ndim == 2)
            for name, weight in self.weights.items()
        }

    def _attend(self, x: Tensor, layer: str, seen: Tensor) -> Tensor:
        batch, rows, width = x.shape
        parts = self._linear(x, f"{layer}.qkv").reshape(batch, rows, 3, self.spec.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        y = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen[:, None, None])
        return self._linear(y.transpose(1, 2).reshape(batch, rows, width), f"{layer}.mix")

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(x, x.shape[-1:], self._get(f"{name}.weight"), self._get(f"{name}.bias"))

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self._get(f"{name}.weight"), self._get(f"{name}.bias"))

    def _get(self, name: str) -> Tensor:
        weight: Tensor = self.weights[_key(name)]
        return weight


def parameters_of(tensors: Mapping[str, np.ndarray]) -> int:
    """Return how many numbers some tensors hold."""
    return sum(array.size for array in tensors.values())


def _key(name: str) -> str:
    return name.replace(".", "-")  # a module's name has no dots


def _array(tensor: Tensor, half: bool = False) -> Floats:
    return tensor.detach().cpu().numpy().astype(np.float16 if half else np.float32)
