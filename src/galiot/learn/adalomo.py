"""Updates of one weight at a time, made as soon as its gradient is there, after which the gradient is forgotten."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

State = dict[str, npt.NDArray[Any]]
_DECAY = 0.8  # the second moments of step t keep 1 - t ** -0.8 of what they were
_LEAST = 1e-3  # the size that a weight counts as, at least: what is all zeros can leave them
_TINY = 1e-30


class AdaLomo:
    """Second moments as a row and a column for each matrix, and every matrix clipped by itself.

    Source: Lv et al., "AdaLomo: Low-memory Optimization with Adaptive Learning Rate", arXiv 2310.10195, with the decay
    of second moments as Adafactor has it (Shazeer and Stern, arXiv 1804.04235, section 7.2).

    The length of the whole gradient is known only when the way back is over, and then most of it is gone: clipping by
    it takes a second way back (LOMO, arXiv 2306.09782, section 3.2). So each matrix is held to its own measure instead:
    the update, which after the division by the second moments is of size one, is cut to a root mean square of `clip`
    at most, and then goes by the size of the weight itself: a rate of 0.001 changes each weight by a thousandth.
    """

    def __init__(self, *, clip: float | None, seed: int) -> None:
        self.clip, self.seed = clip, seed
        self.steps, self._rate, self._keep = 0, 0.0, 0.0
        self._moments: dict[str, tuple[torch.Tensor, ...]] = {}
        self.squares, self.broken = 0.0, False
        """Sum of the squares of all gradients of this step; whether one of them was no number."""

    def begin(self, rate: float) -> None:
        """Begin a step of this size."""
        self.steps, self._rate = self.steps + 1, rate
        self._keep = 1 - self.steps**-_DECAY
        self.squares, self.broken = 0.0, False

    @torch.no_grad()
    def update(self, name: str, weight: torch.Tensor, gradient: torch.Tensor) -> None:
        """Change a weight in place, (rows, width) bfloat16 or float32; a bfloat16 one is rounded by chance.

        gradient: of any type, and not needed any more. Once one is no number, nothing is changed until the next step.
        """
        slope = gradient.float()
        length = float(torch.linalg.vector_norm(slope))
        self.squares += length**2
        self.broken = self.broken or not math.isfinite(length)
        if self.broken:
            return
        update = self._normed(name, slope)
        size, most = _root_mean_square(update), self.clip or math.inf
        scale = self._rate * max(_LEAST, _root_mean_square(weight)) / max(1.0, size / most)
        if weight.dtype == torch.bfloat16:
            round_by_chance(weight, weight.float().sub_(update, alpha=scale), self._chance(name))
        else:
            weight.sub_(update, alpha=scale)

    def state(self) -> State:
        """Return copies of what the next update depends on."""
        found: State = {"steps": np.array(self.steps)}
        for name, moments in self._moments.items():
            for key, values in zip("rc", moments, strict=False):
                found[f"{name}/{key}"] = values.cpu().numpy().copy()
        return found

    def restore(self, state: Mapping[str, npt.NDArray[Any]], device: torch.device) -> None:
        """Come back to what `state` returned."""
        self.steps, self._moments = int(state["steps"]), {}
        for key in state:
            name, _, which = key.rpartition("/")
            if which == "r":
                found = [state[f"{name}/{letter}"] for letter in "rc" if f"{name}/{letter}" in state]
                self._moments[name] = tuple(torch.from_numpy(np.array(value)).to(device) for value in found)

    def _normed(self, name: str, slope: torch.Tensor) -> torch.Tensor:
        """Divide a gradient, in place, by the roots of its second moments."""
        if len(slope) == 1:
            (moment,) = self._moment(name, slope.square().add_(_TINY))
            return slope.mul_(moment.rsqrt())
        width = slope.shape[1]
        rows = torch.linalg.vector_norm(slope, dim=1).square_().div_(width).add_(_TINY)
        columns = torch.linalg.vector_norm(slope, dim=0).square_().div_(len(slope)).add_(_TINY)
        r, c = self._moment(name, rows, columns)
        return slope.mul_((r / r.mean()).rsqrt_()[:, None]).mul_(c.rsqrt())

    def _moment(self, name: str, *now: torch.Tensor) -> tuple[torch.Tensor, ...]:
        before = self._moments.get(name, now)
        self._moments[name] = tuple(a.lerp_(b, 1 - self._keep) for a, b in zip(before, now, strict=True))
        return self._moments[name]

    def _chance(self, name: str) -> np.random.Generator:
        """What rounds a weight at a step: the same again when a run goes on from a checkpoint."""
        return np.random.Generator(np.random.SFC64([self.seed, self.steps, zlib.crc32(name.encode())]))


def round_by_chance(target: torch.Tensor, values: torch.Tensor, chance: np.random.Generator) -> None:
    """Write float32 values into bfloat16 numbers, up or down, so that the mean is right; `values` is used up.

    Rounding to nearest would lose every change below a 500th of a weight, which is most of them.
    """
    words = -(-values.numel() // 4)
    drawn = torch.from_numpy(chance.integers(0, 1 << 64, words, np.uint64).view(np.int16)[: values.numel()])
    bits = values.view(torch.int32)
    bits.add_(drawn.view(values.shape).to(values.device)).add_(1 << 15).bitwise_and_(-1 << 16)
    target.copy_(values)


def _root_mean_square(x: torch.Tensor) -> float:
    return float(torch.linalg.vector_norm(x, dtype=torch.float32)) / math.sqrt(x.numel())
