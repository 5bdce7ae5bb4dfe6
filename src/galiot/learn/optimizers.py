"""What turns gradients into updates; each keeps its state as arrays that can be written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

State = dict[str, npt.NDArray[Any]]
BETAS, EPSILON = (0.9, 0.999), 1e-8
_BLOCK = 256  # numbers that share a scale in 8-bit state


class Optimizer(Protocol):
    """Updates parameters in place from their `.grad`, and clears it."""

    def step(self, rate: float) -> None:
        """Make one update of this size."""
        ...

    def state(self) -> State:
        """Return copies of what the next update depends on."""
        ...

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Come back to what `state` returned."""
        ...


class AdamW:
    """Adam with decoupled weight decay, here 0; 8 bytes of state a parameter.

    Source: Loshchilov and Hutter, arXiv 1711.05101. `torch.optim` does the same, and keeps 70 MiB of modules for it.
    """

    def __init__(self, parameters: Mapping[str, torch.Tensor]) -> None:
        self._parameters, self._steps = parameters, 0
        self._moments = {name: (torch.zeros_like(p), torch.zeros_like(p)) for name, p in parameters.items()}

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """See `Optimizer`."""
        self._steps += 1
        fast, slow = (1 - beta**self._steps for beta in BETAS)
        for name, parameter in self._parameters.items():
            if parameter.grad is None:
                continue
            m, v = self._moments[name]
            m.lerp_(parameter.grad, 1 - BETAS[0])
            v.mul_(BETAS[1]).addcmul_(parameter.grad, parameter.grad, value=1 - BETAS[1])
            parameter.addcdiv_(m, (v / slow).sqrt_().add_(EPSILON), value=-rate / fast)
            parameter.grad = None

    def state(self) -> State:
        """See `Optimizer`."""
        found: State = {"steps": np.array(self._steps)}
        for name, pair in self._moments.items():
            found |= {f"{name}/{key}": moment.cpu().numpy().copy() for key, moment in zip("mv", pair, strict=True)}
        return found

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """See `Optimizer`."""
        self._steps = int(state["steps"])
        for name, pair in self._moments.items():
            for key, moment in zip("mv", pair, strict=True):
                moment.copy_(torch.from_numpy(np.array(state[f"{name}/{key}"])))


class Adafactor:
    """Second moments as a row and a column for each matrix: hardly any state.

    Source: Shazeer and Stern, arXiv 1804.04235; as torch has it, with the rate relative to the parameter's size.
    """

    def __init__(self, parameters: Mapping[str, torch.Tensor]) -> None:
        self._parameters = parameters
        self._optimizer = torch.optim.Adafactor(list(parameters.values()), weight_decay=0.0)

    def step(self, rate: float) -> None:
        """See `Optimizer`."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()  # type: ignore[no-untyped-call]
        self._optimizer.zero_grad(set_to_none=True)

    def state(self) -> State:
        """See `Optimizer`."""
        kept = self._optimizer.state
        return {
            f"{name}/{key}": torch.as_tensor(value).cpu().numpy().copy()
            for name, parameter in self._parameters.items()
            for key, value in kept[parameter].items()
        }

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """See `Optimizer`."""
        for name, parameter in self._parameters.items():
            mine = {key.removeprefix(f"{name}/"): state[key] for key in state if key.startswith(f"{name}/")}
            self._optimizer.state[parameter] = {key: torch.from_numpy(np.array(value)) for key, value in mine.items()}


class AdamW8:
    """AdamW with both moments in 8 bits, scaled block by block; 2 bytes of state a parameter.

    The first moment keeps its signed square root and the second its fourth root in linear steps, so that small numbers
    of a block are not lost. Source of the block-wise scales: Dettmers et al., arXiv 2110.02861.
    """

    def __init__(self, parameters: Mapping[str, torch.Tensor]) -> None:
        self._parameters, self._steps = parameters, 0
        self._moments = {
            name: (_Packed(p, power=2, signed=True), _Packed(p, power=4)) for name, p in parameters.items()
        }

    def step(self, rate: float) -> None:
        """See `Optimizer`."""
        self._steps += 1
        fast, slow = (1 - beta**self._steps for beta in BETAS)
        for name, parameter in self._parameters.items():
            if parameter.grad is None:
                continue
            gradient = parameter.grad.float()
            first, second = self._moments[name]
            m = first.read().lerp_(gradient, 1 - BETAS[0])
            v = second.read().mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
            first.write(m)
            second.write(v)
            with torch.no_grad():
                parameter.addcdiv_(m, (v / slow).sqrt_().add_(EPSILON), value=-rate / fast)
            parameter.grad = None

    def state(self) -> State:
        """See `Optimizer`."""
        found: State = {"steps": np.array(self._steps)}
        for name, pair in self._moments.items():
            for key, packed in zip(("m", "v"), pair, strict=True):
                found[f"{name}/{key}"] = packed.codes.cpu().numpy().copy()
                found[f"{name}/{key}_scale"] = packed.scales.cpu().numpy().copy()
        return found

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """See `Optimizer`."""
        self._steps = int(state["steps"])
        for name, pair in self._moments.items():
            for key, packed in zip(("m", "v"), pair, strict=True):
                packed.codes.copy_(torch.from_numpy(np.array(state[f"{name}/{key}"])))
                packed.scales.copy_(torch.from_numpy(np.array(state[f"{name}/{key}_scale"])))


class _Packed:
    """Numbers in a byte each, by the root of their share of the block's largest."""

    def __init__(self, like: torch.Tensor, *, power: int, signed: bool = False) -> None:
        self._shape, self._power, self._signed = like.shape, power, signed
        blocks = -(-like.numel() // _BLOCK)
        self.codes = torch.zeros(blocks, _BLOCK, dtype=torch.int8 if signed else torch.uint8, device=like.device)
        self.scales = torch.zeros(blocks, 1, device=like.device)

    def read(self) -> torch.Tensor:
        share = self.codes.float().div_(127 if self._signed else 255)
        values = share.abs().pow_(self._power).copysign_(share).mul_(self.scales)
        return values.view(-1)[: self._shape.numel()].view(self._shape)

    def write(self, values: torch.Tensor) -> None:
        flat = torch.zeros(self.codes.numel(), device=values.device)
        flat[: values.numel()] = values.view(-1)
        flat = flat.view(self.codes.shape)
        self.scales = flat.abs().amax(-1, keepdim=True)
        share = flat / self.scales.clamp(min=torch.finfo(torch.float32).tiny)
        root = share.abs().pow_(1 / self._power).copysign_(share)
        self.codes = root.mul_(127 if self._signed else 255).round_().to(self.codes.dtype)


OPTIMIZERS: Mapping[str, Callable[[Mapping[str, torch.Tensor]], Optimizer]] = {
    "adamw": AdamW,
    "adamw8": AdamW8,
    "adafactor": Adafactor,
}
