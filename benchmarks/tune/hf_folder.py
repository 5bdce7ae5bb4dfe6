"""A GGUF file's weights as a Hugging Face folder in bf16, so that the peer is tuned on the very same numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from galiot.files import atomic_write
from galiot.model.model import Model
from galiot.model.spec import ModelSpec
from galiot.runtime.weights.store import dequantize

# GGUF's name -> the folder's, inside a layer
LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_OUTER = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def write_folder(model: Model, folder: Path) -> None:
    """Write config.json and model.safetensors; what is quantized is dequantized and rounded to bf16.

    raises: ValueError for a model that is no plain llama
    """
    spec = model.spec
    if spec.family != "llama" or spec.window or len(set(spec.heads)) > 1:
        raise ValueError(f"{model.path}: the peer is a plain llama, this is {spec.family}")
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_write(folder / "model.safetensors") as file:
        names = {name: name_in_folder(name) for name in model.file.tensors}
        offsets, header = 0, {}
        for name, new in names.items():
            shape = tuple(reversed(model.file.tensors[name].shape))
            size = 2 * int(np.prod(shape))
            header[new] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [offsets, offsets + size]}
            offsets += size
        text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
        file.write(len(text).to_bytes(8, "little") + text)
        for name in names:
            for part in _bf16(model, name):
                file.write(part.tobytes())
    (folder / "config.json").write_text(json.dumps(config(model), indent=2) + "\n", "utf-8")


def name_in_folder(name: str) -> str:
    """Return what transformers calls a tensor: blk.0.attn_q.weight -> model.layers.0.self_attn.q_proj.weight."""
    stem, _, ending = name.rpartition(".")
    if not stem.startswith("blk."):
        return f"{_OUTER[stem]}.{ending}"
    _, layer, inner = stem.split(".", 2)
    return f"model.layers.{layer}.{LAYER[inner]}.{ending}"


def config(model: Model) -> dict[str, object]:
    """Return the spec in transformers' words."""
    spec = model.spec
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": spec.width,
        "intermediate_size": spec.ff_width[0],
        "num_hidden_layers": spec.layers,
        "num_attention_heads": spec.heads[0],
        "num_key_value_heads": spec.kv_heads[0],
        "head_dim": spec.key_dim,
        "vocab_size": spec.vocab,
        "max_position_embeddings": spec.context,
        "rms_norm_eps": spec.norm_epsilon,
        "rope_theta": spec.rotary.base,
        "hidden_act": "silu",
        "tie_word_embeddings": "output.weight" not in model.file.tensors,
        "torch_dtype": "bfloat16",
        "bos_token_id": None,
        "eos_token_id": None,
    }


def halves_first(rows: int, heads: int) -> np.ndarray:
    """Return the order of rows in which a head's first members of all rotary pairs come before the second."""
    return np.arange(rows).reshape(heads, -1, 2).swapaxes(1, 2).reshape(-1)


def _bf16(model: Model, name: str) -> Iterator[np.ndarray]:
    """Yield the rows of a tensor as uint16 words, in the folder's order, a few thousand at a time."""
    info, data = model.file.tensors[name], model.file.data(name)
    order = _order(model.spec, name, len(data))
    for first in range(0, len(data), 4096):
        rows = data[first : first + 4096] if order is None else data[order[first : first + 4096]]
        yield rounded(dequantize(int(info.type), np.ascontiguousarray(rows), info.shape[0]))


def _order(spec: ModelSpec, name: str, rows: int) -> np.ndarray | None:
    heads = {"attn_q": spec.heads[0], "attn_k": spec.kv_heads[0]}.get(name.split(".")[-2])
    return None if heads is None else halves_first(rows, heads)


def rounded(values: np.ndarray) -> np.ndarray:
    """Return float32 numbers as bf16 words, rounded to nearest, ties to even."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
