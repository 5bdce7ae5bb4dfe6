"""Tiny random Hugging Face folders of every family, made from a seed without PyTorch.

write_folder(tmp_path / "m", "llama3")        # config.json, model.safetensors, tokenizer.json, ...
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

_COMMON: dict[str, Any] = dict(
    vocab_size=320,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    rms_norm_eps=1e-5,
)
_GEMMA: dict[str, Any] = dict(
    model_type="gemma3_text",
    num_hidden_layers=7,
    head_dim=8,
    query_pre_attn_scalar=8,
    sliding_window=6,
    rms_norm_eps=1e-6,
)
_LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0)
_YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32)

CASES: dict[str, dict[str, Any]] = {
    "llama": dict(model_type="llama"),
    "llama-tied-head-dim": dict(model_type="llama", tie_word_embeddings=True, head_dim=16),
    "llama-biases": dict(model_type="llama", attention_bias=True),
    "llama-3": dict(
        model_type="llama", rope_theta=5e5, rope_scaling={**_LLAMA3, "original_max_position_embeddings": 32}
    ),
    "llama-linear": dict(model_type="llama", rope_theta=1e4, rope_scaling=dict(type="linear", factor=4.0)),
    "llama-yarn": dict(model_type="llama", rope_theta=1e4, rope_scaling=_YARN),
    "llama-yarn-attention": dict(
        model_type="llama", rope_parameters={**_YARN, "rope_theta": 1e4, "attention_factor": 0.8}
    ),
    "mistral-window": dict(model_type="mistral", sliding_window=8, rope_theta=1e4, tie_word_embeddings=False),
    "qwen2": dict(model_type="qwen2", tie_word_embeddings=True, rope_theta=1e6, use_sliding_window=False),
    "qwen2-yarn": dict(model_type="qwen2", rope_parameters={**_YARN, "rope_theta": 1e6}),
    "qwen3": dict(model_type="qwen3", head_dim=16, rope_theta=1e6),
    "gemma3": dict(_GEMMA),
    "gemma3-every-third": dict(
        _GEMMA, layer_types=["sliding_attention" if i % 3 < 2 else "full_attention" for i in range(7)]
    ),
    "gemma3-scaled": dict(
        _GEMMA,
        query_pre_attn_scalar=20,
        rope_parameters={
            "full_attention": dict(rope_type="linear", factor=8.0, rope_theta=1e6),
            "sliding_attention": dict(rope_type="default", rope_theta=500.0),
        },
    ),
}


def config_of(case: str) -> dict[str, Any]:
    """The whole config.json of a case."""
    return {**_COMMON, "tie_word_embeddings": case.startswith("gemma3"), "bos_token_id": 0, **CASES[case]}


def weights_of(config: dict[str, Any], prefix: str = "model.", seed: int = 3) -> dict[str, np.ndarray]:
    """float32 tensors by the names that `transformers` gives them."""
    rng = np.random.default_rng(seed)
    gemma = config["model_type"].startswith("gemma3")
    weights = {}
    for name, shape in _shapes(config, prefix):
        if len(shape) == 2:
            weights[name] = rng.standard_normal(shape) * 1.3 / np.sqrt(shape[1])
        else:
            weights[name] = rng.standard_normal(shape) * 0.3 + (0.0 if gemma or name.endswith("bias") else 1.0)
    return {name: array.astype(np.float32) for name, array in weights.items()}


def _shapes(config: dict[str, Any], prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    kind, width, ff = config["model_type"], config["hidden_size"], config["intermediate_size"]
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    size = config.get("head_dim", width // heads)
    yield f"{prefix}embed_tokens.weight", (config["vocab_size"], width)
    for i in range(config["num_hidden_layers"]):
        layer = f"{prefix}layers.{i}."
        for part, rows in (("q", heads * size), ("k", kv_heads * size), ("v", kv_heads * size)):
            yield f"{layer}self_attn.{part}_proj.weight", (rows, width)
            if kind == "qwen2" or config.get("attention_bias"):
                yield f"{layer}self_attn.{part}_proj.bias", (rows,)
        yield f"{layer}self_attn.o_proj.weight", (width, heads * size)
        if config.get("attention_bias"):
            yield f"{layer}self_attn.o_proj.bias", (width,)
        if kind == "qwen3" or kind.startswith("gemma3"):
            yield f"{layer}self_attn.q_norm.weight", (size,)
            yield f"{layer}self_attn.k_norm.weight", (size,)
        for part, shape in (("gate", (ff, width)), ("up", (ff, width)), ("down", (width, ff))):
            yield f"{layer}mlp.{part}_proj.weight", shape
        norms = ["input_layernorm", "post_attention_layernorm"]
        if kind.startswith("gemma3"):
            norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
        for norm in norms:
            yield f"{layer}{norm}.weight", (width,)
    yield f"{prefix}norm.weight", (width,)
    if not config["tie_word_embeddings"]:
        yield "lm_head.weight", (config["vocab_size"], width)


def write_folder(folder: Path, case: str = "llama", **changes: Any) -> Path:
    """Write a case as one folder with a byte-level tokenizer; `changes` go into config.json."""
    folder.mkdir()
    config = {**config_of(case), **changes}
    (folder / "config.json").write_text(json.dumps(config))
    save_file(weights_of(config), folder / "model.safetensors", {"format": "pt"})
    write_tokenizer(folder)
    return folder


def write_tokenizer(folder: Path, *, pairs_as_lists: bool = False, **changes: Any) -> None:
    """Write the tokenizer of a folder: the bytes, a few merges, three control tokens and an added one."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    merges = [("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o"), ("Ġ", "w"), ("o", "r"), ("Ġw", "or")]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    texts = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *letters, *(left + right for left, right in merges)]
    words = Tokenizer(models.BPE(vocab={text: i for i, text in enumerate(texts)}, merges=merges))
    words.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    words.add_special_tokens(texts[:3])
    words.add_tokens(["<tool>"])
    file = json.loads(words.to_str())
    file["model"]["merges"] = [list(pair) if pairs_as_lists else " ".join(pair) for pair in merges]
    (folder / "tokenizer.json").write_text(json.dumps(file))
    settings = {"bos_token": "<|endoftext|>", "eos_token": {"content": "<|im_end|>"}, "chat_template": "{{ 1 }}"}
    (folder / "tokenizer_config.json").write_text(json.dumps({**settings, **changes}))
