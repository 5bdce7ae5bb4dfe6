"""What an architecture is: frozen numbers and flags, read from a GGUF file's metadata."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from galiot.errors import FormatError

if TYPE_CHECKING:
    from galiot.model.gguf import GgufFile

FAMILIES = ("llama", "qwen2", "qwen3", "gemma3")
_LARGEST = 1 << 20  # no width, head count or layer count of a model for small devices comes near
_LONGEST = (1 << 31) - 1  # positions are int32 in ggml


@dataclass(frozen=True, kw_only=True)
class Rotary:
    """Rotary position embedding of one kind of layer.

    Pairs of the first `dims` of a head turn by position * scale / base ** (2 i / dims), divided by a factor of their
    own where the file has `rope_freqs.weight` (Llama 3).
    Sources: Su et al., "RoFormer", arXiv 2104.09864; Peng et al., "YaRN", arXiv 2309.00071.
    """

    layout: Literal["adjacent", "halves"]
    """Which two numbers make a pair: 2i and 2i + 1, or i and i + dims / 2."""
    dims: int
    base: float
    scale: float = 1.0
    """1 / factor of linear or yarn scaling."""
    yarn: float = 0.0
    """1 where yarn mixes interpolation and extrapolation, 0 elsewhere (ggml's `ext_factor`)."""
    attention_factor: float = 1.0
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    original_context: int = 0


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """The decoder that the graph, the reference and the training code are built from.

    Tuples have one entry a layer.
    """

    family: str
    layers: int
    width: int
    heads: tuple[int, ...]
    kv_heads: tuple[int, ...]
    key_dim: int
    value_dim: int
    ff_width: tuple[int, ...]
    vocab: int
    context: int
    """Tokens that the model was trained for."""
    norm_epsilon: float
    rotary: Rotary
    local_rotary: Rotary | None = None
    """Of layers with a window, where it differs."""
    window: int = 0
    """Positions that a layer with a window sees, its own included; 0: no window anywhere."""
    windowed: tuple[bool, ...] = ()
    activation: Literal["silu", "gelu"] = "silu"
    query_key_norm: bool = False
    post_norms: bool = False
    """Norms after attention and after the feed-forward part (Gemma 3)."""
    embedding_scale: float = 1.0
    attention_scale: float = 1.0

    @classmethod
    def from_gguf(cls, file: GgufFile) -> ModelSpec:
        """Read the spec of a file.

        raises: FormatError, naming the key, for what is missing, does not fit or is of a family that we do not have
        """
        family = file.text("general.architecture")
        if family not in FAMILIES:
            raise FormatError(file.path, f"architecture {family[:40]!a} is not among {', '.join(FAMILIES)}")
        return _read(file, family)

    def has_window(self, layer: int) -> bool:
        """Whether `layer` sees the last `window` positions only."""
        return bool(self.window and self.windowed[layer])

    def rotary_of(self, layer: int) -> Rotary:
        """The rotary embedding of `layer`."""
        return self.local_rotary if self.local_rotary and self.has_window(layer) else self.rotary


def expected_tensors(spec: ModelSpec) -> dict[str, tuple[tuple[int, ...], bool]]:
    """Name -> (shape in ggml's order, whether the file may lack it) of everything that the graph can use."""
    w, k, v = spec.width, spec.key_dim, spec.value_dim
    found: dict[str, tuple[tuple[int, ...], bool]] = {
        "token_embd.weight": ((w, spec.vocab), False),
        "output_norm.weight": ((w,), False),
        "output.weight": ((w, spec.vocab), True),
        "rope_freqs.weight": ((spec.rotary.dims // 2,), True),
    }
    for i, (heads, kv_heads, ff) in enumerate(zip(spec.heads, spec.kv_heads, spec.ff_width, strict=True)):
        layer: dict[str, tuple[tuple[int, ...], bool]] = {
            "attn_norm.weight": ((w,), False),
            "attn_q.weight": ((w, heads * k), False),
            "attn_k.weight": ((w, kv_heads * k), False),
            "attn_v.weight": ((w, kv_heads * v), False),
            "attn_q.bias": ((heads * k,), True),
            "attn_k.bias": ((kv_heads * k,), True),
            "attn_v.bias": ((kv_heads * v,), True),
            "attn_output.weight": ((heads * v, w), False),
            "attn_output.bias": ((w,), True),
            "ffn_norm.weight": ((w,), False),
            "ffn_gate.weight": ((w, ff), False),
            "ffn_up.weight": ((w, ff), False),
            "ffn_down.weight": ((ff, w), False),
        }
        if spec.query_key_norm:
            layer |= {"attn_q_norm.weight": ((k,), False), "attn_k_norm.weight": ((k,), False)}
        if spec.post_norms:
            layer |= {"post_attention_norm.weight": ((w,), False), "post_ffw_norm.weight": ((w,), False)}
        found |= {f"blk.{i}.{name}": value for name, value in layer.items()}
    return found


def _read(file: GgufFile, family: str) -> ModelSpec:
    def integer(key: str, default: int | None = None, low: int = 1, high: int = _LARGEST) -> int:
        name = f"{family}.{key}"
        return (
            file.integer(name, low=low, high=high)
            if default is None
            else file.integer(name, default, low=low, high=high)
        )

    layers = integer("block_count", high=4096)

    def per_layer(key: str) -> tuple[int, ...]:
        return file.integers(f"{family}.{key}", layers, low=1, high=_LARGEST)

    width = integer("embedding_length")
    heads = per_layer("attention.head_count")
    kv_heads = file.integers(f"{family}.attention.head_count_kv", layers, default=heads, low=0, high=_LARGEST)
    kv_heads = tuple(kv or q for q, kv in zip(heads, kv_heads, strict=True))
    uneven = [i for i, (q, kv) in enumerate(zip(heads, kv_heads, strict=True)) if q % kv]
    if uneven:
        i = uneven[0]
        raise FormatError(file.path, f"layer {i} has {heads[i]} heads over {kv_heads[i]} key heads: not a multiple")
    key_dim = integer("attention.key_length", max(1, width // heads[0]), high=4096)
    value_dim = integer("attention.value_length", max(1, width // heads[0]), high=4096)
    context = integer("context_length", high=_LONGEST)
    window = integer("attention.sliding_window", 0, low=0, high=_LONGEST) if family in ("gemma3", "llama") else 0
    rotary = _rotary(file, family, key_dim, context)
    common = dict(
        family=family,
        layers=layers,
        width=width,
        heads=heads,
        kv_heads=kv_heads,
        key_dim=key_dim,
        value_dim=value_dim,
        ff_width=per_layer("feed_forward_length"),
        vocab=_vocabulary(file, width),
        context=context,
        norm_epsilon=file.number(f"{family}.attention.layer_norm_rms_epsilon", low=0.0, high=1.0),
        rotary=rotary,
        query_key_norm=family in ("qwen3", "gemma3"),
        attention_scale=1 / math.sqrt(key_dim),
    )
    if family != "gemma3":
        return ModelSpec(**common, window=window, windowed=(window > 0,) * layers)  # type: ignore[arg-type]
    common |= _gemma3(file, layers, width, key_dim, window, rotary)
    return ModelSpec(**common)  # type: ignore[arg-type]


def _gemma3(file: GgufFile, layers: int, width: int, key_dim: int, window: int, rotary: Rotary) -> dict[str, object]:
    """What sets Gemma 3 apart; source: Gemma 3 Technical Report, arXiv 2503.19786, section 2."""
    base = file.number("gemma3.rope.freq_base_swa", default=10_000.0, low=1.0, high=1e12)
    if file.number("gemma3.final_logit_softcapping", default=0.0, low=0.0, high=1e6):
        raise FormatError(file.path, "gemma3.final_logit_softcapping is set, which only Gemma 2 needs: not supported")
    # the 27B model alone divides by the width of a head's share of the embedding instead of the head's own
    divisor = width / file.integers("gemma3.attention.head_count", layers, low=1, high=_LARGEST)[0]
    return {
        "window": window,
        "windowed": _pattern(file, layers),
        "local_rotary": replace(rotary, base=base, scale=1.0, yarn=0.0),
        "activation": "gelu",
        "post_norms": True,
        "embedding_scale": math.sqrt(width),
        "attention_scale": 1 / math.sqrt(divisor if layers == 62 else key_dim),
    }


def _pattern(file: GgufFile, layers: int) -> tuple[bool, ...]:
    """Which layers have a window: one flag for each, or a number n: all but every n-th."""
    key = "gemma3.attention.sliding_window_pattern"
    if isinstance(file.metadata.get(key), np.ndarray):
        flags = file.array(key, "biu").tolist()
        if len(flags) != layers:
            raise FormatError(file.path, f"{key} has {len(flags)} flags, expected {layers}")
        return tuple(bool(flag) for flag in flags)
    every = file.integer(key, default=6, low=1, high=4096)
    return tuple(i % every < every - 1 for i in range(layers))


def _rotary(file: GgufFile, family: str, key_dim: int, context: int) -> Rotary:
    dims = file.integer(f"{family}.rope.dimension_count", default=key_dim, low=2, high=key_dim)
    if dims % 2:
        raise FormatError(file.path, f"{family}.rope.dimension_count is {dims}, expected an even number")
    kind = file.text(f"{family}.rope.scaling.type", default="linear")
    old_factor = file.number(f"{family}.rope.scale_linear", default=1.0, low=0.0, high=1e6)
    factor = file.number(f"{family}.rope.scaling.factor", default=old_factor, low=0.0, high=1e6)
    if kind not in ("none", "linear", "yarn"):
        raise FormatError(file.path, f"rope scaling {kind[:40]!a} is not among none, linear, yarn")
    if 0 < factor < 1e-3:  # its inverse would not be a float32 any more
        raise FormatError(file.path, f"{family}.rope.scaling.factor is {factor}, expected 0 or at least 0.001")
    return Rotary(
        layout="adjacent" if family == "llama" else "halves",
        dims=dims,
        base=file.number(f"{family}.rope.freq_base", default=10_000.0, low=1.0, high=1e12),
        scale=1 / factor if kind != "none" and factor > 0 else 1.0,
        yarn=1.0 if kind == "yarn" else 0.0,
        attention_factor=file.number(f"{family}.rope.scaling.attn_factor", default=1.0, low=0.0, high=1e3),
        beta_fast=file.number(f"{family}.rope.scaling.yarn_beta_fast", default=32.0, low=0.0, high=1e6),
        beta_slow=file.number(f"{family}.rope.scaling.yarn_beta_slow", default=1.0, low=0.0, high=1e6),
        original_context=file.integer(
            f"{family}.rope.scaling.original_context_length", default=context, low=1, high=1 << 31
        ),
    )


def _vocabulary(file: GgufFile, width: int) -> int:
    """Rows of the embedding matrix, which may be more than the tokens that have a name."""
    embedding = file.tensors.get("token_embd.weight")
    if embedding is None or len(embedding.shape) != 2 or embedding.shape[0] != width:
        raise FormatError(file.path, f"token_embd.weight is missing or not {width} wide, as embedding_length says")
    return embedding.shape[1]
