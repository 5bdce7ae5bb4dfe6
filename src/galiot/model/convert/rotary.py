"""What a config.json says of the rotary embedding, as llama.cpp's metadata keys and tensors."""

from __future__ import annotations

import math

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.model.convert.config import Config, short
from galiot.model.writer import F32, U32


def read_rotary(
    config: Config, family: str, head_dim: int, notes: list[str]
) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """Return the keys of the rotary embedding, and the factors of Llama 3 as a tensor.

    Newer files keep base and scaling together under rope_parameters, gemma3 once for each kind of layer.
    """
    said, facts = config.part("rope_parameters"), dict[str, object]()
    if family == "gemma3":
        local = said.part("sliding_attention").number("rope_theta", config.number("rope_local_base_freq"))
        if local != 1e4:
            facts["rope.freq_base_swa"] = F32(local)
        said = said.part("full_attention") if said.get("full_attention") else said
    rope = Config(config.path, {**config.part("rope_scaling").values, **said.values}, {})
    base = rope.number("rope_theta", config.number("rope_theta"))
    facts["rope.freq_base"] = F32(base)
    kind = rope.get("rope_type") or rope.get("type") or "default"
    if kind == "llama3":
        return facts, {"rope_freqs.weight": _llama3_factors(rope, base, head_dim)}
    if kind in ("linear", "yarn"):
        facts |= {"rope.scaling.type": kind, "rope.scaling.factor": F32(rope.number("factor"))}
        facts |= _yarn(config, rope) if kind == "yarn" else {}
    elif kind == "dynamic":
        notes.append("dynamic rope scaling is left out: it only acts beyond the context that the model was trained for")
    elif kind != "default":
        raise RequestError(f"{config.path}: rope scaling {short(kind)} is not among linear, yarn, llama3")
    return facts, {}


def pairs_adjacent(rows: int, heads: int) -> np.ndarray:
    """Return the order of rows in which the two numbers that turn together lie side by side, as llama.cpp has them.

    A Hugging Face file has a head's first halves of all pairs before the second halves.
    """
    return np.arange(rows).reshape(heads, 2, -1).swapaxes(1, 2).reshape(-1)


def _yarn(config: Config, rope: Config) -> dict[str, object]:
    original = rope.integer(
        "original_max_position_embeddings", config.integer("max_position_embeddings", high=1 << 31), high=1 << 31
    )
    facts: dict[str, object] = {"rope.scaling.original_context_length": U32(original)}
    usual = 0.1 * math.log(max(1.0, rope.number("factor"))) + 1.0
    if rope.get("attention_factor") is not None:
        facts["rope.scaling.attn_factor"] = F32(rope.number("attention_factor") / usual)
    elif rope.get("mscale") and rope.get("mscale_all_dim"):
        raise RequestError(f"{config.path}: yarn with mscale is for architectures that we do not have")
    for theirs, ours, default in (("beta_fast", "yarn_beta_fast", 32.0), ("beta_slow", "yarn_beta_slow", 1.0)):
        if (value := rope.number(theirs, default)) != default:
            facts[f"rope.scaling.{ours}"] = F32(value)
    return facts


def _llama3_factors(rope: Config, base: float, head_dim: int) -> np.ndarray:
    """Return by what each pair's frequency is divided.

    Source: Grattafiori et al., "The Llama 3 Herd of Models", 2024; the rule is in Meta's published `apply_scaling`.
    """
    factor, low, high = rope.number("factor"), rope.number("low_freq_factor"), rope.number("high_freq_factor")
    original = rope.integer("original_max_position_embeddings", high=1 << 31)
    if high <= low:
        raise FormatError(rope.path, f"high_freq_factor {high:g} is not above low_freq_factor {low:g}")
    turns = original / (2 * np.pi) * base ** (-np.arange(0, head_dim, 2) / head_dim)  # in the original context
    smooth = np.clip((turns - low) / (high - low), 0.0, 1.0)
    return (1 / ((1 - smooth) / factor + smooth)).astype(np.float32)
