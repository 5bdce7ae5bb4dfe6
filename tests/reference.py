"""The slow, obvious forward pass that the engine is tested against: NumPy, one position after another, no cache.

    trace = Reference(spec, weights).run(tokens)
    trace.logits                                  # (tokens, vocab)

`weights` maps GGUF names to float arrays, matrices as (out, in); `dequantize.weights_in` reads them from a file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from galiot.model.spec import ModelSpec, Rotary


@dataclass
class Trace:
    """Everything that one pass computed."""

    logits: np.ndarray
    """(tokens, vocab)"""
    hidden: list[np.ndarray]
    """(tokens, width) before the first layer and after each; no final norm."""
    inputs: dict[str, np.ndarray] = field(default_factory=dict)
    """Name of a weight matrix -> the rows (tokens, in) that it was multiplied with."""


class Reference:
    """A decoder as its spec says, in arithmetic of `dtype`.

    half_gelu: look the GELU up in a table of halves, as ggml does; it moves the logits of tiny models by up to 2e-3
    """

    def __init__(
        self, spec: ModelSpec, weights: dict[str, np.ndarray], dtype: type = np.float64, *, half_gelu: bool = True
    ) -> None:
        self.spec, self.w = spec, {name: array.astype(dtype) for name, array in weights.items()}
        self.dtype, self.half_gelu = dtype, half_gelu

    def embed(self, tokens: list[int]) -> np.ndarray:
        """(tokens, width), scaled as the family scales it."""
        return self.w["token_embd.weight"][tokens] * self.dtype(self.spec.embedding_scale)

    def run(self, tokens: list[int] | np.ndarray) -> Trace:
        """Every position of `tokens` (ids, or embeddings of shape (tokens, width)), from position 0 on."""
        x = tokens.astype(self.dtype) if isinstance(tokens, np.ndarray) else self.embed(tokens)
        trace = Trace(np.empty(0), [x])
        for layer in range(self.spec.layers):
            x = self._layer(layer, x, trace.inputs)
            trace.hidden.append(x)
        last = self._norm(x, "output_norm.weight")
        output = "output.weight" if "output.weight" in self.w else "token_embd.weight"
        trace.logits = self._product(output, last, trace.inputs)
        return trace

    def _layer(self, i: int, x: np.ndarray, inputs: dict[str, np.ndarray]) -> np.ndarray:
        a = self._attention(i, self._norm(x, f"blk.{i}.attn_norm.weight"), inputs)
        if self.spec.post_norms:
            a = self._norm(a, f"blk.{i}.post_attention_norm.weight")
        x = x + a
        f = self._feed_forward(i, self._norm(x, f"blk.{i}.ffn_norm.weight"), inputs)
        if self.spec.post_norms:
            f = self._norm(f, f"blk.{i}.post_ffw_norm.weight")
        return x + f

    def _attention(self, i: int, h: np.ndarray, inputs: dict[str, np.ndarray]) -> np.ndarray:
        spec, b, n = self.spec, f"blk.{i}.", len(h)
        q = self._product(b + "attn_q.weight", h, inputs).reshape(n, spec.heads[i], spec.key_dim)
        k = self._product(b + "attn_k.weight", h, inputs).reshape(n, spec.kv_heads[i], spec.key_dim)
        v = self._product(b + "attn_v.weight", h, inputs).reshape(n, spec.kv_heads[i], spec.value_dim)
        if spec.query_key_norm:
            q, k = self._norm(q, b + "attn_q_norm.weight"), self._norm(k, b + "attn_k_norm.weight")
        q, k = self._rotate(q, spec.rotary_of(i)), self._rotate(k, spec.rotary_of(i))
        group = spec.heads[i] // spec.kv_heads[i]
        out = np.zeros((n, spec.heads[i], spec.value_dim), self.dtype)
        for head in range(spec.heads[i]):
            for position in range(n):
                first = max(0, position - spec.window + 1) if spec.has_window(i) else 0
                seen = slice(first, position + 1)
                scores = k[seen, head // group] @ q[position, head] * self.dtype(spec.attention_scale)
                weights = np.exp(scores - scores.max())
                out[position, head] = weights / weights.sum() @ v[seen, head // group]
        return self._product(b + "attn_output.weight", out.reshape(n, -1), inputs)

    def _feed_forward(self, i: int, h: np.ndarray, inputs: dict[str, np.ndarray]) -> np.ndarray:
        gate = self._product(f"blk.{i}.ffn_gate.weight", h, inputs)
        up = self._product(f"blk.{i}.ffn_up.weight", h, inputs)
        active = _silu(gate) if self.spec.activation == "silu" else self._gelu(gate)
        return self._product(f"blk.{i}.ffn_down.weight", active * up, inputs)

    def _product(self, name: str, x: np.ndarray, inputs: dict[str, np.ndarray]) -> np.ndarray:
        inputs[name] = x
        y = x @ self.w[name].T
        bias = self.w.get(name.removesuffix("weight") + "bias")
        return y if bias is None else y + bias

    def _norm(self, x: np.ndarray, name: str) -> np.ndarray:
        mean_square = (x * x).mean(axis=-1, keepdims=True)
        return x / np.sqrt(mean_square + self.dtype(self.spec.norm_epsilon)) * self.w[name]

    def _gelu(self, x: np.ndarray) -> np.ndarray:
        if not self.half_gelu:
            return _gelu(x)
        table = _gelu(x.astype(np.float16).astype(self.dtype)).astype(np.float16)
        return np.where(np.abs(x) < 10, table, np.maximum(x, 0.0))

    def _rotate(self, x: np.ndarray, rotary: Rotary) -> np.ndarray:
        """Turn x (tokens, heads, head_dim) by its positions."""
        angles, size = rotary_angles(rotary, len(x), self.w.get("rope_freqs.weight"))
        cos, sin = (size * f(angles)[:, None, :].astype(self.dtype) for f in (np.cos, np.sin))
        half = rotary.dims // 2
        if rotary.layout == "adjacent":
            first, second = slice(0, rotary.dims, 2), slice(1, rotary.dims, 2)
        else:
            first, second = slice(0, half), slice(half, rotary.dims)
        y = x.copy()
        y[..., first] = x[..., first] * cos - x[..., second] * sin
        y[..., second] = x[..., first] * sin + x[..., second] * cos
        return y


def rotary_angles(rotary: Rotary, positions: int, factors: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """The angle of every position and pair (positions, dims / 2), and what the turned pair is multiplied with.

    Yarn (Peng et al., arXiv 2309.00071, sections 3.2 to 3.4): pairs that turn more than `beta_fast` times within the
    original context keep their angle, those that turn less than `beta_slow` times are interpolated, a ramp mixes the
    ones between.
    """
    pairs = np.arange(rotary.dims // 2)
    frequency = rotary.base ** (-2.0 * pairs / rotary.dims)
    if factors is not None:
        frequency = frequency / factors
    size = rotary.attention_factor
    scaled = frequency * rotary.scale
    if rotary.yarn:
        low = max(0.0, math.floor(_pair_that_turns(rotary.beta_fast, rotary)))
        high = min(rotary.dims - 1.0, math.ceil(_pair_that_turns(rotary.beta_slow, rotary)))
        interpolated = np.clip((pairs - low) / max(0.001, high - low), 0.0, 1.0)
        kept = (1.0 - interpolated) * rotary.yarn
        scaled = scaled * (1.0 - kept) + frequency * kept
        size *= 1.0 + 0.1 * math.log(1.0 / rotary.scale)
    return np.arange(positions)[:, None] * scaled, size


def _pair_that_turns(times: float, rotary: Rotary) -> float:
    """The index, not whole, of the pair that turns so many times within the original context."""
    return rotary.dims * math.log(rotary.original_context / (times * 2 * math.pi)) / (2 * math.log(rotary.base))


def _silu(x: np.ndarray) -> np.ndarray:
    return x / (1.0 + np.exp(-x))


def _gelu(x: np.ndarray) -> np.ndarray:
    """The tanh form, as Gemma has it."""
    return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)))
