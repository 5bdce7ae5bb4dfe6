"""The base weights: quantized blocks in the file, floats only for as long as a layer needs them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch

from galiot import ggml
from galiot.model.model import Model
from galiot.runtime import heap
from galiot.runtime.weights.store import GROUPS, Reader, dequantize

_SLICE = 1 << 17  # weights that are dequantized at a time by one thread: floats that stay in its cache


@dataclass(frozen=True)
class Group:
    """Weights of a layer that multiply the same input, one below the other."""

    names: tuple[str, ...]
    """As `blk.3.attn_q`."""
    rows: tuple[int, ...]
    """Rows of each."""
    matrix: torch.Tensor
    """(sum of rows, width)"""
    bias: torch.Tensor | None
    """(sum of rows,)"""


@dataclass(frozen=True)
class Layer:
    """Everything that one layer is made of, as floats."""

    groups: dict[str, Group]
    norms: dict[str, torch.Tensor]
    """As `attn_norm` -> (width,)."""


class Blocks:
    """Gives the weights of a file, layer by layer, in a floating-point type.

    Nothing but the layer in work exists as floats: the file's blocks are read and dequantized by ggml's own functions
    each time, which takes a few hundredths of what the layer's products take. Where memory is not the processor's
    (CUDA), the floats are kept there instead.
    """

    def __init__(self, model: Model, *, dtype: torch.dtype, device: torch.device, threads: int = 1) -> None:
        heap.use_again()
        self.spec, self.dtype, self.device = model.spec, dtype, device
        self._tensors = model.file.tensors
        self._reader = Reader(model)
        self._pool = ThreadPoolExecutor(threads)
        self._kept: dict[tuple[str, ...], torch.Tensor] | None = {} if device.type != "cpu" else None
        self._room: dict[str, torch.Tensor] = {}

    def layer(self, i: int) -> Layer:
        """Return layer i, whose matrices hold until the next layer is asked for: all layers share their memory."""
        prefix = f"blk.{i}."
        groups = {group: self._group(group, [f"{prefix}{part}" for part in parts]) for group, parts in GROUPS.items()}
        norms = {
            name.removeprefix(prefix).removesuffix(".weight"): self.vector(name)
            for name in self._tensors
            if name.startswith(prefix) and name.endswith("norm.weight")
        }
        return Layer(groups, norms)

    def output(self) -> torch.Tensor:
        """Return the output layer, (vocab, width)."""
        return self._matrix(["output.weight" if "output.weight" in self._tensors else "token_embd.weight"])

    def matrix(self, name: str) -> torch.Tensor:
        """Return one weight, (rows, width)."""
        return self._matrix([name])

    def vector(self, name: str) -> torch.Tensor:
        """Return a norm's or a bias' numbers."""
        return self._matrix([name]).view(-1)

    def has(self, name: str) -> bool:
        """Whether the file holds a tensor of this name."""
        return name in self._tensors

    def embed(self, tokens: Sequence[int]) -> torch.Tensor:
        """Return the embeddings of tokens, (tokens, width), as the first layer takes them."""
        info = self._tensors["token_embd.weight"]
        values = dequantize(info.type, self._reader.picked("token_embd.weight", tokens), info.shape[0])
        return (torch.from_numpy(values) * self.spec.embedding_scale).to(self.device, self.dtype)

    def close(self) -> None:
        """Close the file."""
        self._pool.shutdown()
        self._reader.close()

    def _group(self, group: str, names: list[str]) -> Group:
        rows = [self._tensors[f"{name}.weight"].rows for name in names]
        parts = [
            self.vector(f"{name}.bias") if self.has(f"{name}.bias") else torch.zeros(count).to(self.device, self.dtype)
            for name, count in zip(names, rows, strict=True)
        ]
        biased = any(self.has(f"{name}.bias") for name in names)
        matrix = self._matrix([f"{name}.weight" for name in names], group)
        return Group(tuple(names), tuple(rows), matrix, torch.cat(parts) if biased else None)

    def _matrix(self, names: list[str], room: str | None = None) -> torch.Tensor:
        """The weights of some names, one below the other; room: whose memory they take."""
        key = tuple(names)
        if self._kept is not None and key in self._kept:
            return self._kept[key]
        infos = [self._tensors[name] for name in names]
        width = infos[0].shape[0]
        made = self._empty(sum(info.rows for info in infos), width, room if self._kept is None else None)
        step, jobs, start = max(1, _SLICE // width), [], 0
        for name, info in zip(names, infos, strict=True):
            for first in range(0, info.rows, step):
                stop = min(first + step, info.rows)
                jobs.append(self._pool.submit(self._fill, made[start + first : start + stop], name, first, stop))
            start += info.rows
        for job in jobs:
            job.result()
        made = made.to(self.device)
        if self._kept is not None:
            self._kept[key] = made
        return made

    def _empty(self, rows: int, width: int, room: str | None) -> torch.Tensor:
        if room is None:
            return torch.empty(rows, width, dtype=self.dtype)
        if room not in self._room or self._room[room].numel() < rows * width:
            self._room[room] = torch.empty(rows * width, dtype=self.dtype)
        return self._room[room][: rows * width].view(rows, width)

    def _fill(self, target: torch.Tensor, name: str, first: int, stop: int) -> None:
        """Dequantize rows first, ..., stop - 1 of a tensor into `target`."""
        raw, info = self._reader.rows(name, first, stop), self._tensors[name]
        if info.type == ggml.BF16 and self.dtype == torch.bfloat16:
            target.view(torch.uint8).copy_(torch.from_numpy(raw.copy()))
        else:
            target.copy_(torch.from_numpy(dequantize(info.type, raw, info.shape[0])))
