"""The decoder in PyTorch, built from a `ModelSpec`, over the weights that the engine runs.

The way back recomputes each layer from its input, so that the activations of one layer exist at a time. It is written
as a loop and not left to autograd: so a layer's weights are made once for both its recomputation and its gradients,
and whoever learns gets the gradients of a layer as soon as they are there (Lv et al., "Full Parameter Fine-tuning for
Large Language Models with Limited Resources", arXiv 2306.09782, needs just that).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import numpy as np
import torch

from galiot.learn.batch import Array, Batch, Place, places, rounded
from galiot.learn.blocks import Blocks, Group, Layer
from galiot.learn.functions import attend, gate, norm, project, rotate
from galiot.learn.loss import Head, cross_entropy
from galiot.learn.rotary import turns
from galiot.learn.share import positions, share
from galiot.learn.stash import InMemory, OnDisk, Stash
from galiot.model.model import Model
from galiot.runtime import heap


class Delta(NamedTuple):
    """What an adapter adds to the product of a group: gain * (W x + B A x)."""

    a: torch.Tensor
    """(rank, width)"""
    b: torch.Tensor
    """(rows, rank)"""
    gain: torch.Tensor | None = None
    """(rows,)"""


class Ends(Protocol):
    """What lies before the first layer and behind the last, where it is learned too."""

    def final(self) -> torch.Tensor:
        """Return the weight of the last norm, a leaf."""
        ...

    def behind(self, loss: float, head: Head, gradient: torch.Tensor) -> None:
        """Take what the gradient of the output layer is made of, and that of the last norm; comes first of all."""
        ...

    def before(self, tokens: torch.Tensor, gradient: torch.Tensor) -> None:
        """Take the gradients (tokens, width) of the first layer's input, tokens int64; comes last of all."""
        ...


class Learned(Protocol):
    """What is learned: an adapter, or the weights themselves."""

    @property
    def ends(self) -> Ends | None:
        """Return who learns the embedding, the last norm and the output layer; None: nobody."""
        ...

    @property
    def given(self) -> torch.Tensor | None:
        """Return what stands in place of the embeddings of tokens below 0, (rows, width): a leaf that gets a gradient.

        None: there are no such tokens
        """
        ...

    def cells(self, layer: int) -> torch.Tensor | None:
        """Return what stands in place of their keys, which are not rotated, and values, (rows, keys + values)."""
        ...

    def leaves(self, layer: int) -> Sequence[torch.Tensor]:
        """Return the tensors of a layer whose gradients are wanted."""
        ...

    def delta(self, group: Group) -> Delta | None:
        """Return what is added to the product of a group of weights, made of the leaves."""
        ...

    def collect(self, layer: int, gradients: Sequence[torch.Tensor]) -> None:
        """Take the gradients of a layer's leaves; layers come from the last to the first."""
        ...


def preferred_dtype() -> torch.dtype:
    """Return bfloat16 where the processor multiplies it, float32 elsewhere."""
    try:
        flags = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        flags = set()
    return torch.bfloat16 if flags & {"avx512_bf16", "amx_bf16", "bf16"} else torch.float32


class Decoder:
    """A model that can be differentiated. Not for several threads at once."""

    def __init__(
        self,
        model: Model,
        *,
        device: str | None = None,
        dtype: torch.dtype | None = None,
        threads: int = 1,
        checkpoints: Literal["memory", "disk"] = "memory",
        blocks: Blocks | None = None,
    ) -> None:
        """device: else CUDA where it is there; checkpoints: where layers' inputs wait; blocks: other weights"""
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.dtype = dtype or (torch.bfloat16 if self.device.type == "cuda" else preferred_dtype())
        self.spec, self._checkpoints = model.spec, checkpoints
        self.blocks = blocks or Blocks(model, dtype=self.dtype, device=self.device, threads=threads)
        torch.set_num_threads(threads)
        has_factors = self.blocks.has("rope_freqs.weight")
        self._factors = self.blocks.vector("rope_freqs.weight").float() if has_factors else None
        self._turns: dict[tuple[int, bool], torch.Tensor] = {}

    def loss(self, batch: Batch, learned: Learned | None = None) -> tuple[float, int]:
        """Return the sum of the negative log likelihoods of the labels, in nats, and their number."""
        batch = rounded(share(batch))
        with torch.no_grad():
            x = self._forward(batch, learned, None)
            rows, labels = self._labelled(batch)
            total, _ = cross_entropy(self._final(x[rows]), labels, self.blocks.output())
        return total, len(labels)

    def logits(self, batch: Batch, learned: Learned | None = None) -> torch.Tensor:
        """Return all logits, (tokens, vocab) float32: for short batches."""
        with torch.no_grad():
            return (self._final(self._forward(batch, learned, None)) @ self.blocks.output().T).float()

    def gradients(self, batch: Batch, learned: Learned, scale: float) -> tuple[float, int]:
        """Give `learned` the gradients of `scale` times what `loss` returns, and return that too."""
        batch = rounded(share(batch))
        stash: Stash = OnDisk() if self._checkpoints == "disk" else InMemory()
        try:
            with torch.no_grad():
                x = self._forward(batch, learned, stash)
            heap.trim()  # else holes that one part leaves grow with what the next one cannot put there: 80 MiB and more
            total, count, dx = self._head(x, batch, learned, scale)
            del x
            heap.trim()
            for i in reversed(range(self.spec.layers)):
                dx = self._back(i, stash.take(), dx, batch, learned)
            if learned.given is not None:
                _gather(learned.given, batch.tokens, dx)
            if learned.ends:
                learned.ends.before(torch.from_numpy(batch.tokens.astype("int64")).to(self.device), dx)
        finally:
            stash.close()
        heap.trim()
        return total, count

    def close(self) -> None:
        """Close the file."""
        self.blocks.close()

    def _forward(self, batch: Batch, learned: Learned | None, stash: Stash | None) -> torch.Tensor:
        """Run all layers; each one's input is laid on the stash."""
        x = self.blocks.embed(np.maximum(batch.tokens, 0).tolist())
        if learned and learned.given is not None:
            here, rows = _given(batch.tokens)
            x[here] = learned.given.detach()[rows].to(x.dtype)
        for i in range(self.spec.layers):
            if stash:
                stash.put(x)
            layer = self.blocks.layer(i)
            parts = [self._layer(i, x[place.first : place.stop], layer, place, learned) for place in places(batch)]
            x = parts[0] if len(parts) == 1 else torch.cat(parts)
        return x

    def _head(self, x: torch.Tensor, batch: Batch, learned: Learned, scale: float) -> tuple[float, int, torch.Tensor]:
        """The loss, the number of labels, and the gradient of the last layer's output."""
        rows, labels = self._labelled(batch)
        taken, ends = x[rows].requires_grad_(), learned.ends
        with torch.enable_grad():
            normed = self._final(taken)
        states, normalizers = normed.detach(), torch.empty(len(rows), device=x.device) if ends else None
        total, slope = cross_entropy(states, labels, self.blocks.output(), scale, normalizers)
        dx = torch.zeros_like(x)
        dx[rows], *final = torch.autograd.grad(normed, [taken, *([ends.final()] if ends else [])], slope)
        if ends and normalizers is not None:
            ends.behind(total, Head(states, labels, normalizers, scale), *final)
        return total, len(labels), dx

    def _back(self, i: int, x: torch.Tensor, dx: torch.Tensor, batch: Batch, learned: Learned) -> torch.Tensor:
        """Recompute layer i from its input, hand its gradients over, and return the gradient of that input."""
        layer, leaves = self.blocks.layer(i), list(learned.leaves(i))
        total: list[torch.Tensor] | None = None
        goes_on = i > 0 or learned.ends is not None or learned.given is not None
        for place in places(batch):
            part = x[place.first : place.stop].detach().requires_grad_(goes_on)
            with torch.enable_grad():
                y = self._layer(i, part, layer, place, learned)
            wanted = [part, *leaves] if goes_on else leaves
            found = list(torch.autograd.grad(y, wanted, dx[place.first : place.stop]))
            del y
            if goes_on:
                dx[place.first : place.stop] = found.pop(0)
            total = found if total is None else [a.float().add_(b) for a, b in zip(total, found, strict=True)]
        learned.collect(i, total or [])
        return dx

    def _layer(self, i: int, x: torch.Tensor, layer: Layer, place: Place, learned: Learned | None) -> torch.Tensor:
        spec, norms = self.spec, layer.norms
        attended = self._project(self._attention(i, x, layer, place, learned), layer.groups["attention"], learned)
        if spec.post_norms:
            attended = self._norm(attended, norms["post_attention_norm"])
        x = x + attended
        both = self._project(self._norm(x, norms["ffn_norm"]), layer.groups["gate_up"], learned)
        down = self._project(gate(both, spec.activation == "silu"), layer.groups["down"], learned)
        if spec.post_norms:
            down = self._norm(down, norms["post_ffw_norm"])
        return x + down

    def _attention(self, i: int, x: torch.Tensor, layer: Layer, place: Place, learned: Learned | None) -> torch.Tensor:
        spec, norms, n = self.spec, layer.norms, len(x)
        heads, kv_heads = spec.heads[i], spec.kv_heads[i]
        both = self._project(self._norm(x, norms["attn_norm"]), layer.groups["qkv"], learned)
        keys = (heads + kv_heads) * spec.key_dim
        qk, v = both[:, :keys].view(n, -1, spec.key_dim), both[:, keys:].view(n, kv_heads, spec.value_dim)
        if spec.query_key_norm:
            q, k = qk[:, :heads], qk[:, heads:]
            qk = torch.cat((self._norm(q, norms["attn_q_norm"]), self._norm(k, norms["attn_k_norm"])), 1)
        turned = rotate(qk, self._turn(i, place), spec.rotary_of(i).layout == "adjacent")
        window = spec.window if spec.has_window(i) else 0
        q, k = turned[:, :heads], turned[:, heads:]
        cells = learned.cells(i) if learned else None
        if cells is not None:
            here, rows = _given(place.tokens)
            taken, width = cells[rows].to(k.dtype), kv_heads * spec.key_dim
            k = k.index_copy(0, here, taken[:, :width].view(len(here), kv_heads, -1))
            v = v.index_copy(0, here, taken[:, width:].view(len(here), kv_heads, -1))
        return attend(q, k, v, place.ends, spec.attention_scale, window, place.forks).flatten(1)

    def _project(self, x: torch.Tensor, group: Group, learned: Learned | None) -> torch.Tensor:
        delta = learned.delta(group) if learned else None
        a, b = (delta.a.to(x.dtype), delta.b.to(x.dtype)) if delta else (None, None)
        y = project(x, group.matrix, a, b)
        if delta and delta.gain is not None:
            y = y * delta.gain.to(y.dtype)
        return y if group.bias is None else y + group.bias

    def _norm(self, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return norm(x, weight, self.spec.norm_epsilon)

    def _final(self, x: torch.Tensor) -> torch.Tensor:
        return self._norm(x, self.blocks.vector("output_norm.weight"))

    def _labelled(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Which tokens have a label, and the labels."""
        labels = torch.from_numpy(batch.labels.astype("int64")).to(self.device)
        rows = (labels >= 0).nonzero()[:, 0]
        return rows, labels[rows]

    def _turn(self, i: int, place: Place) -> torch.Tensor:
        """The rotations of some sequences' positions, each of which starts at 0."""
        rotary, local = self.spec.rotary_of(i), self.spec.rotary_of(i) is self.spec.local_rotary
        found = np.concatenate(
            [positions(b - a, fork) for (a, b), fork in zip(_spans(place.ends), place.forks, strict=True)]
        )
        longest = int(found.max()) + 1
        table = self._turns.get((0, local))
        if table is None or len(table) < longest:
            factors = None if local else self._factors
            table = turns(rotary, torch.arange(longest, device=self.device), factors)
            self._turns[0, local] = table
        return table[torch.from_numpy(found).to(self.device)]


def _given(tokens: Array) -> tuple[torch.Tensor, torch.Tensor]:
    """Where tokens are that are no text, and which row each of them stands for."""
    here = np.flatnonzero(tokens < 0)
    return torch.from_numpy(here), torch.from_numpy(-tokens[here].astype(np.int64) - 1)


def _gather(given: torch.Tensor, tokens: Array, gradient: torch.Tensor) -> None:
    """Add the gradient (tokens, width) of the first layer's input to that of the rows that stand there."""
    here, rows = _given(tokens)
    if given.grad is None:
        given.grad = torch.zeros_like(given)
    given.grad.index_add_(0, rows, gradient[here].to(given.dtype))


def _spans(ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip((0, *ends[:-1]), ends, strict=True)
