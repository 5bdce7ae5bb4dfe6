"""Tiny random models of every family, made in memory from a seed and written as GGUF files that llama.cpp loads.

    model_path = write_tiny(folder / "m.gguf", Tiny(family="qwen3", heads=4, kv_heads=2))

The weights are scaled so that every part has a visible share in logits of a deviation of about two: a part that is
left out, or done in another order, moves the logits by far more than rounding does.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from galiot import ggml
from galiot.model.types import TensorType, row_bytes
from galiot.model.writer import F32, U32, write_gguf

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_MERGES = "t h|th e|Ġ th|Ġth e|i n|e r|a n|an d|Ġ an|Ġ and|in g|o n|r e|l l|o r|Ġ a|Ġ o|e n|e s|a t|i s|Ġ is|i t"
_PIECES = "th|the|▁t|▁th|▁the|in|er|an|and|▁a|▁an|▁and|ing|on|re|ll|or|en|es|at|is|it|▁o|▁i|▁is"
_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED, _BYTE = 1, 2, 3, 4, 6


@dataclass(frozen=True, kw_only=True)
class Tiny:
    """The shape of one tiny model. A tuple gives one number for each layer."""

    family: str = "llama"
    layers: int = 2
    width: int = 64
    heads: int | tuple[int, ...] = 4
    kv_heads: int | tuple[int, ...] = 2
    head_dim: int = 16
    ff: int | tuple[int, ...] = 96
    base: float | None = 10000.0
    """Rotary base; None leaves the key out."""
    scaling: str | None = None
    """"linear" or "yarn", by `factor`."""
    factor: float = 4.0
    original_context: int = 32
    frequency_factors: bool = False
    attention_factor: float | None = None
    window: int | None = None
    """Tokens that a sliding layer sees; None leaves the key out."""
    tied: bool = True
    biases: bool | None = None
    """Biases on q, k and v; None: as the family has them. `output_bias` adds one to the attention's output."""
    output_bias: bool = False
    epsilon: float = 1e-5
    context: int = 512
    tokenizer: str = "bpe"
    type: str = "F32"
    """Type of every matrix that no entry of `types` names."""
    types: tuple[tuple[str, str], ...] = ()
    """(part of a tensor's name, type): the first that fits counts."""
    keys: tuple[tuple[str, object], ...] = ()
    """Further metadata, without the family's prefix."""
    seed: int = 7

    @property
    def has_biases(self) -> bool:
        return self.family == "qwen2" if self.biases is None else self.biases

    def each(self, value: int | tuple[int, ...]) -> tuple[int, ...]:
        """`value` by layer."""
        return (value,) * self.layers if isinstance(value, int) else value


_GEMMA = dict(family="gemma3", layers=7, kv_heads=1, tokenizer="spm", epsilon=1e-6)

FAMILIES: dict[str, Tiny] = {
    "llama": Tiny(tied=False),
    "llama-tied-spm": Tiny(tokenizer="spm", epsilon=1e-6),
    "llama-multi-head": Tiny(heads=2, kv_heads=2, head_dim=32),
    "llama-three-per-key": Tiny(heads=9, kv_heads=3, width=72, head_dim=8, ff=100, base=100_000.0),
    "llama-biases": Tiny(biases=True, output_bias=True),
    "llama-factors": Tiny(frequency_factors=True, base=500_000.0),
    "llama-linear": Tiny(scaling="linear", factor=4.0),
    "llama-yarn": Tiny(scaling="yarn", factor=4.0, original_context=64),
    "llama-yarn-attention": Tiny(scaling="yarn", factor=8.0, original_context=32, attention_factor=0.9),
    "llama-linear-untyped": Tiny(keys=(("rope.scaling.factor", F32(4.0)),)),
    "llama-linear-old-key": Tiny(keys=(("rope.scale_linear", F32(4.0)),)),
    "qwen2": Tiny(family="qwen2", base=1_000_000.0, epsilon=1e-6),
    "qwen2-untied-yarn": Tiny(family="qwen2", tied=False, scaling="yarn", factor=2.0, original_context=128),
    "qwen3": Tiny(family="qwen3", head_dim=24, base=1_000_000.0),
    "qwen3-linear": Tiny(family="qwen3", head_dim=32, scaling="linear", factor=2.0),
    "gemma3": Tiny(**_GEMMA, window=6, base=1_000_000.0),
    "gemma3-linear": Tiny(**_GEMMA, window=9, base=1_000_000.0, scaling="linear", factor=8.0),
    "gemma3-no-window": Tiny(**_GEMMA, base=1_000_000.0),
    "gemma3-yarn": Tiny(
        **_GEMMA, window=6, base=1_000_000.0, scaling="yarn", original_context=64, attention_factor=0.8
    ),
    "gemma3-every-third": Tiny(**_GEMMA, window=6, keys=(("attention.sliding_window_pattern", U32(3)),)),
    "gemma3-flags": Tiny(
        **_GEMMA, window=6, keys=(("attention.sliding_window_pattern", (True, False, True, True, False, True, True)),)
    ),
    "gemma3-local-base": Tiny(**_GEMMA, window=6, keys=(("rope.freq_base_swa", F32(500.0)),)),
}
"""What llama.cpp runs too."""

BEYOND: dict[str, Tiny] = {
    "llama-widths-by-layer": Tiny(layers=3, heads=(4, 2, 6), kv_heads=(2, 1, 3), ff=(96, 64, 160)),
    "qwen3-widths-by-layer": Tiny(family="qwen3", layers=3, heads=(4, 2, 4), kv_heads=(1, 2, 4), ff=(96, 33, 128)),
    "gemma3-widths-by-layer": Tiny(
        family="gemma3", layers=7, heads=(4, 2, 4, 4, 1, 4, 4), kv_heads=1, ff=(96, 64, 96, 32, 96, 96, 64), window=5
    ),
}
"""What the spec allows and llama.cpp refuses: pruned models have other widths in every layer."""


def write_tiny(path: Path, tiny: Tiny) -> Path:
    """Write the model as a GGUF file and return its path."""
    write_gguf(path, metadata_of(tiny), list(_tensors(tiny)))
    return path


def weights_of(tiny: Tiny) -> dict[str, np.ndarray]:
    """The float32 weights by GGUF name, matrices as (out, in), before any rounding to the file's types."""
    rng = np.random.default_rng(tiny.seed)
    vocab = len(vocabulary(tiny)[0])

    def matrix(rows: int, columns: int, gain: float) -> np.ndarray:
        return (rng.standard_normal((rows, columns)) * gain / np.sqrt(columns)).astype(np.float32)

    def vector(size: int, mean: float, spread: float) -> np.ndarray:
        return (mean + spread * rng.standard_normal(size)).astype(np.float32)

    w = {"token_embd.weight": matrix(vocab, tiny.width, 2.0)}
    gemma = tiny.family == "gemma3"
    for i, (heads, kv_heads, ff) in enumerate(
        zip(tiny.each(tiny.heads), tiny.each(tiny.kv_heads), tiny.each(tiny.ff), strict=True)
    ):
        b, q_size, kv_size = f"blk.{i}.", heads * tiny.head_dim, kv_heads * tiny.head_dim
        w[b + "attn_norm.weight"] = vector(tiny.width, 1.0, 0.2)
        w[b + "attn_q.weight"] = matrix(q_size, tiny.width, 1.3)
        w[b + "attn_k.weight"] = matrix(kv_size, tiny.width, 1.3)
        w[b + "attn_v.weight"] = matrix(kv_size, tiny.width, 1.0)
        w[b + "attn_output.weight"] = matrix(tiny.width, q_size, 0.7)
        w[b + "ffn_norm.weight"] = vector(tiny.width, 1.0, 0.2)
        w[b + "ffn_gate.weight"] = matrix(ff, tiny.width, 1.5)
        w[b + "ffn_up.weight"] = matrix(ff, tiny.width, 1.0)
        w[b + "ffn_down.weight"] = matrix(tiny.width, ff, 0.7)
        if tiny.has_biases:
            w[b + "attn_q.bias"] = vector(q_size, 0.0, 0.5)
            w[b + "attn_k.bias"] = vector(kv_size, 0.0, 0.5)
            w[b + "attn_v.bias"] = vector(kv_size, 0.0, 0.5)
        if tiny.output_bias:
            w[b + "attn_output.bias"] = vector(tiny.width, 0.0, 0.2)
        if gemma or tiny.family == "qwen3":
            w[b + "attn_q_norm.weight"] = vector(tiny.head_dim, 1.2, 0.3)
            w[b + "attn_k_norm.weight"] = vector(tiny.head_dim, 1.2, 0.3)
        if gemma:
            w[b + "post_attention_norm.weight"] = vector(tiny.width, 0.6, 0.2)
            w[b + "post_ffw_norm.weight"] = vector(tiny.width, 0.6, 0.2)
    w["output_norm.weight"] = vector(tiny.width, 1.0, 0.2)
    if not tiny.tied:
        w["output.weight"] = matrix(vocab, tiny.width, 2.0)
    if tiny.frequency_factors:
        w["rope_freqs.weight"] = np.geomspace(1.0, 8.0, tiny.head_dim // 2).astype(np.float32)
    return w


def metadata_of(tiny: Tiny) -> dict[str, object]:
    """The keys that llama.cpp's converter writes for such a model."""
    a = tiny.family
    m: dict[str, object] = {
        "general.architecture": a,
        "general.name": f"tiny {a}",
        f"{a}.context_length": U32(tiny.context),
        f"{a}.embedding_length": U32(tiny.width),
        f"{a}.block_count": U32(tiny.layers),
        f"{a}.feed_forward_length": _number_or_list(tiny.ff),
        f"{a}.attention.head_count": _number_or_list(tiny.heads),
        f"{a}.attention.head_count_kv": _number_or_list(tiny.kv_heads),
        f"{a}.attention.key_length": U32(tiny.head_dim),
        f"{a}.attention.value_length": U32(tiny.head_dim),
        f"{a}.attention.layer_norm_rms_epsilon": F32(tiny.epsilon),
        f"{a}.rope.dimension_count": U32(tiny.head_dim),
    }
    if tiny.base is not None:
        m[f"{a}.rope.freq_base"] = F32(tiny.base)
    if tiny.scaling is not None:
        m[f"{a}.rope.scaling.type"] = tiny.scaling
        m[f"{a}.rope.scaling.factor"] = F32(tiny.factor)
        if tiny.scaling == "yarn":
            m[f"{a}.rope.scaling.original_context_length"] = U32(tiny.original_context)
    if tiny.attention_factor is not None:
        m[f"{a}.rope.scaling.attn_factor"] = F32(tiny.attention_factor)
    if tiny.window is not None:
        m[f"{a}.attention.sliding_window"] = U32(tiny.window)
    return m | {f"{a}.{key}": value for key, value in tiny.keys} | _tokenizer_keys(tiny)


def vocabulary(tiny: Tiny) -> tuple[list[str], list[int]]:
    """The tokens and their types."""
    if tiny.tokenizer == "bpe":
        merged = [merge.replace(" ", "") for merge in _merges()]
        specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
        spare = [f"<spare{i}>" for i in range(-(4 + 256 + len(merged)) % 8)]  # rows are interleaved by eight
        tokens = specials + list(byte_letters()) + merged + ["<tool>"] + spare
        return tokens, [_CONTROL] * 3 + [_NORMAL] * (256 + len(merged)) + [_USER_DEFINED] + [_CONTROL] * len(spare)
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    pieces = ["▁", *letters, ".", *_PIECES.split("|")]
    specials = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
    tokens = specials + [f"<0x{b:02X}>" for b in range(256)] + pieces
    return tokens, [_UNKNOWN] + [_CONTROL] * 4 + [_BYTE] * 256 + [_NORMAL] * len(pieces)


def byte_letters() -> str:
    """The 256 printable letters that stand for the bytes 0 to 255 in byte-level BPE vocabularies."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return "".join(chr(b if b in printable else next(others)) for b in range(256))


def _merges() -> list[str]:
    return [merge for merge in _MERGES.split("|") if merge != "Ġ and"]


def _tokenizer_keys(tiny: Tiny) -> dict[str, object]:
    tokens, kinds = vocabulary(tiny)
    keys: dict[str, object] = {
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.chat_template": CHAT_TEMPLATE,
    }
    if tiny.tokenizer == "bpe":
        return keys | {
            "tokenizer.ggml.model": "gpt2",
            "tokenizer.ggml.pre": "qwen2" if tiny.family.startswith("qwen") else "smollm",
            "tokenizer.ggml.merges": _merges(),
            "tokenizer.ggml.bos_token_id": U32(0),
            "tokenizer.ggml.eos_token_id": U32(2),
            "tokenizer.ggml.add_bos_token": False,
        }
    return keys | {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.scores": [0.0 if k != _NORMAL else -float(i) for i, k in enumerate(kinds)],
        "tokenizer.ggml.bos_token_id": U32(1),
        "tokenizer.ggml.eos_token_id": U32(2),
        "tokenizer.ggml.unknown_token_id": U32(0),
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_space_prefix": tiny.family != "gemma3",
    }


def _number_or_list(value: int | tuple[int, ...]) -> object:
    return U32(value) if isinstance(value, int) else list(value)


def _tensors(tiny: Tiny) -> Iterator[tuple[str, tuple[int, ...], TensorType, np.ndarray]]:
    for name, array in weights_of(tiny).items():
        kind = TensorType[_type_name(tiny, name, array)]
        yield name, tuple(reversed(array.shape)), kind, quantize(array, kind)


def _type_name(tiny: Tiny, name: str, array: np.ndarray) -> str:
    if array.ndim == 1:
        return "F32"
    return next((kind for part, kind in tiny.types if part in name), tiny.type)


def quantize(array: np.ndarray, kind: TensorType) -> np.ndarray:
    """The bytes (rows, row bytes) of a float32 array (..., columns) in a tensor type, by ggml's own quantizer."""
    rows = np.ascontiguousarray(array.reshape(-1, array.shape[-1]), dtype=np.float32)
    out = np.empty((len(rows), row_bytes(kind, rows.shape[1])), np.uint8)
    if kind == TensorType.F32:
        return rows.view(np.uint8)
    ggml.quantize_init(int(kind))
    ggml.quantize_chunk(
        int(kind), rows.ctypes.data_as(ctypes.c_void_p), out.ctypes.data_as(ctypes.c_void_p), 0, *rows.shape, None
    )
    return out
