"""What a config.json says of an architecture, as llama.cpp's metadata keys, and which tensors belong to it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.model.convert.config import Config, short
from galiot.model.convert.rotary import read_rotary
from galiot.model.convert.safetensors import read_json
from galiot.model.writer import F32, U32

# model_type in config.json -> architecture in GGUF
_FAMILIES = {
    "llama": "llama",
    "mistral": "llama",
    "qwen2": "qwen2",
    "qwen3": "qwen3",
    "gemma3": "gemma3",
    "gemma3_text": "gemma3",
}
# What the makers' own code takes where config.json is silent; gemma3 files leave most of it out.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "llama": {"hidden_act": "silu", "rope_theta": 1e4, "rms_norm_eps": 1e-6, "max_position_embeddings": 2048},
    "qwen2": {"hidden_act": "silu", "rope_theta": 1e4, "rms_norm_eps": 1e-6, "max_position_embeddings": 32768},
    "qwen3": {
        "hidden_act": "silu",
        "rope_theta": 1e4,
        "rms_norm_eps": 1e-6,
        "max_position_embeddings": 32768,
        "head_dim": 128,
    },
    "gemma3": {
        "hidden_activation": "gelu_pytorch_tanh",
        "rope_theta": 1e6,
        "rope_local_base_freq": 1e4,
        "rms_norm_eps": 1e-6,
        "max_position_embeddings": 131072,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "query_pre_attn_scalar": 256,
        "sliding_window": 4096,
        "tie_word_embeddings": True,
    },
}


@dataclass(frozen=True)
class Plan:
    """How one tensor is made of one in the folder."""

    source: str
    name: str  # in the GGUF file
    shape: tuple[int, ...]  # rows first
    heads: int = 0  # of a query or key matrix whose rows are put in llama.cpp's order
    plus: float = 0.0
    times: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """One decoder: metadata, tensors to take, tensors to add, and what the user should know."""

    family: str
    metadata: dict[str, object]
    plans: tuple[Plan, ...]
    added: dict[str, np.ndarray] = field(default_factory=dict)  # float32 vectors
    tied: bool = False
    notes: tuple[str, ...] = ()


def read_architecture(folder: Path, vocab: int, *, has_output: bool, prefix: str) -> Architecture:
    """Return what config.json describes.

    vocab: rows of the embedding; has_output: whether the folder has an output matrix; prefix: of the tensors' names
    raises: RequestError for a family that we do not have, FormatError naming the key that makes no sense
    """
    config = _config(folder)
    family = _FAMILIES[config.values["model_type"]]
    _refuse_what_we_lack(config, family)
    tied = bool(config.get("tie_word_embeddings")) or (family == "gemma3" and not has_output)
    if not tied and not has_output:
        raise FormatError(folder, "lm_head.weight is missing, and config.json does not tie it to the embedding")
    notes: list[str] = []
    metadata, added = _facts(config, family, notes)
    plans = [*_outer_plans(config, family, prefix, vocab, tied=tied), *_layer_plans(config, family, prefix)]
    return Architecture(
        family=family, metadata=metadata, plans=tuple(plans), added=added, tied=tied, notes=tuple(notes)
    )


def _config(folder: Path) -> Config:
    path = folder / "config.json"
    values = read_json(path)
    kind = values.get("model_type")
    if not isinstance(kind, str) or kind not in _FAMILIES:
        raise RequestError(f"{path}: model_type {short(kind)} is not among {', '.join(_FAMILIES)}")
    text = values.get("text_config")
    if isinstance(text, dict):
        values = {**values, **text, "model_type": kind}
    return Config(path, values, _DEFAULTS[_FAMILIES[kind]])


def _refuse_what_we_lack(config: Config, family: str) -> None:
    if config.get("quantization_config"):
        raise RequestError(
            f"{config.path}: the weights are quantized already; take the repository with F16 or BF16 weights"
        )
    activation = config.get("hidden_activation") or config.get("hidden_act")
    wanted = ("gelu_pytorch_tanh",) if family == "gemma3" else ("silu",)
    if activation not in wanted:
        raise RequestError(
            f"{config.path}: activation {short(activation)} is not {wanted[0]}, the only one that {family} has"
        )
    for key in ("mlp_bias", "attn_logit_softcapping", "final_logit_softcapping", "num_local_experts"):
        if config.get(key):
            raise RequestError(f"{config.path}: {key} is set, which the architecture {family} cannot hold")
    if config.get("partial_rotary_factor") not in (None, 1, 1.0):
        raise RequestError(
            f"{config.path}: partial_rotary_factor is not 1, which the architecture {family} cannot hold"
        )


def _facts(config: Config, family: str, notes: list[str]) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    heads, head_dim = config.integer("num_attention_heads"), _head_dim(config)
    facts: dict[str, object] = {
        "block_count": U32(config.integer("num_hidden_layers", high=4096)),
        "context_length": U32(config.integer("max_position_embeddings", high=1 << 31)),
        "embedding_length": U32(config.integer("hidden_size")),
        "feed_forward_length": U32(config.integer("intermediate_size")),
        "attention.head_count": U32(heads),
        "attention.head_count_kv": U32(config.integer("num_key_value_heads", heads)),
        "attention.key_length": U32(head_dim),
        "attention.value_length": U32(head_dim),
        "attention.layer_norm_rms_epsilon": F32(config.number("rms_norm_eps")),
        "rope.dimension_count": U32(head_dim),
    }
    rotary, added = read_rotary(config, family, head_dim, notes)
    facts |= rotary | _window(config, family)
    return {f"{family}.{key}": value for key, value in facts.items()}, added


def _head_dim(config: Config) -> int:
    heads, width = config.integer("num_attention_heads"), config.integer("hidden_size")
    if config.get("head_dim") is None and width % heads:
        raise FormatError(config.path, f"hidden_size {width} is no multiple of num_attention_heads {heads}")
    size = config.integer("head_dim", max(1, width // heads), high=4096)
    if size % 2:
        raise FormatError(config.path, f"head_dim is {size}, expected an even number")
    return size


def _window(config: Config, family: str) -> dict[str, object]:
    window = config.get("sliding_window")
    if family.startswith("qwen") and not config.get("use_sliding_window"):
        window = None
    if window is None:
        return {}
    size = config.integer("sliding_window", high=1 << 31)
    if family.startswith("qwen"):
        if size < config.integer("max_position_embeddings", high=1 << 31):
            raise RequestError(f"{config.path}: use_sliding_window is set, which the architecture {family} cannot hold")
        return {}
    return {"attention.sliding_window": U32(size), **(_pattern(config) if family == "gemma3" else {})}


def _pattern(config: Config) -> dict[str, object]:
    """Return which layers of a gemma3 have a window, where it is not five of every six."""
    layers = config.integer("num_hidden_layers", high=4096)
    kinds = config.get("layer_types")
    if kinds is None:
        period = config.integer("sliding_window_pattern", config.get("_sliding_window_pattern") or 6, high=4096)
        return {} if period == 6 else {"attention.sliding_window_pattern": U32(period)}
    if not isinstance(kinds, list) or len(kinds) != layers:
        raise FormatError(config.path, f"layer_types is {short(kinds)}, expected one for each of {layers} layers")
    flags = [kind == "sliding_attention" for kind in kinds]
    for period in (6, *range(1, layers + 2)):
        if flags == [i % period < period - 1 for i in range(layers)]:
            return {} if period == 6 else {"attention.sliding_window_pattern": U32(period)}
    return {"attention.sliding_window_pattern": flags}


def _outer_plans(config: Config, family: str, prefix: str, vocab: int, *, tied: bool) -> list[Plan]:
    width = config.integer("hidden_size")
    plus = 1.0 if family == "gemma3" else 0.0
    plans = [
        Plan(f"{prefix}embed_tokens.weight", "token_embd.weight", (vocab, width)),
        Plan(f"{prefix}norm.weight", "output_norm.weight", (width,), plus=plus),
    ]
    return plans if tied else [*plans, Plan("lm_head.weight", "output.weight", (vocab, width))]


def _layer_plans(config: Config, family: str, prefix: str) -> list[Plan]:
    width, ff, heads = (config.integer(k) for k in ("hidden_size", "intermediate_size", "num_attention_heads"))
    kv_heads, size = config.integer("num_key_value_heads", heads), _head_dim(config)
    plus = 1.0 if family == "gemma3" else 0.0
    swap, swap_kv = (heads, kv_heads) if family == "llama" else (0, 0)
    biased = bool(config.get("attention_bias")) or family == "qwen2"
    plans: list[Plan] = []
    for i in range(config.integer("num_hidden_layers", high=4096)):
        old, new = f"{prefix}layers.{i}.", f"blk.{i}."
        attention = [("q", heads, swap), ("k", kv_heads, swap_kv), ("v", kv_heads, 0)]
        for letter, count, order in attention:
            source, name = f"{old}self_attn.{letter}_proj.", f"{new}attn_{letter}."
            plans.append(Plan(source + "weight", name + "weight", (count * size, width), order))
            if biased:
                plans.append(Plan(source + "bias", name + "bias", (count * size,), order))
        plans.append(Plan(old + "self_attn.o_proj.weight", new + "attn_output.weight", (width, heads * size)))
        if biased and family != "qwen2":
            plans.append(Plan(old + "self_attn.o_proj.bias", new + "attn_output.bias", (width,)))
        if family in ("qwen3", "gemma3"):
            times = _query_scale(config, size) if family == "gemma3" else 1.0
            plans.append(Plan(old + "self_attn.q_norm.weight", new + "attn_q_norm.weight", (size,), 0, plus, times))
            plans.append(Plan(old + "self_attn.k_norm.weight", new + "attn_k_norm.weight", (size,), 0, plus))
        plans += [
            Plan(old + "mlp.gate_proj.weight", new + "ffn_gate.weight", (ff, width)),
            Plan(old + "mlp.up_proj.weight", new + "ffn_up.weight", (ff, width)),
            Plan(old + "mlp.down_proj.weight", new + "ffn_down.weight", (width, ff)),
        ]
        plans += [Plan(old + source, new + name, (width,), plus=plus) for source, name in _NORMS[family == "gemma3"]]
    return plans


_NORMS = {
    False: (
        ("input_layernorm.weight", "attn_norm.weight"),
        ("post_attention_layernorm.weight", "ffn_norm.weight"),
    ),
    True: (
        ("input_layernorm.weight", "attn_norm.weight"),
        ("post_attention_layernorm.weight", "post_attention_norm.weight"),
        ("pre_feedforward_layernorm.weight", "ffn_norm.weight"),
        ("post_feedforward_layernorm.weight", "post_ffw_norm.weight"),
    ),
}


def _query_scale(config: Config, head_dim: int) -> float:
    """Return what the query's norm takes over, because GGUF has no key for query_pre_attn_scalar.

    llama.cpp divides by the head's width, in a model of 62 layers (the 27B) by the embedding's width per head.
    """
    width, heads = config.integer("hidden_size"), config.integer("num_attention_heads")
    usual = width / heads if config.integer("num_hidden_layers", high=4096) == 62 else head_dim
    return math.sqrt(usual / config.number("query_pre_attn_scalar"))
