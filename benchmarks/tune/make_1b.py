"""Write a model of 1.1 billion random weights in TinyLlama's shape, Q4_0, to measure memory and speed with.

    python benchmarks/tune/make_1b.py random-1b.gguf [--model smollm2-135m]

The tokenizer is the named model's, cut to 32000 tokens. The numbers are random blocks of the file's type, as wide as
those of a trained model, so that what goes through the layers stays a number; what it says means nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

import numpy as np

from galiot.model.model import Model, open_model
from galiot.model.types import TensorType
from galiot.model.writer import F32, U32, NewTensor, write_gguf

LAYERS, WIDTH, HEADS, KV_HEADS, FF, VOCAB = 22, 2048, 32, 4, 5632, 32000
HEAD = WIDTH // HEADS
_BLOCK = np.dtype([("scale", "<f2"), ("values", "V16")])
_SPREAD = 4.6  # of the numbers 0 to 15


def metadata(source: Model) -> dict[str, object]:
    """The shape, and the tokenizer of another model as far as the vocabulary reaches."""
    keys = {key: value for key, value in source.file.metadata.items() if key.startswith("tokenizer.")}
    tokens = list(source.file.strings("tokenizer.ggml.tokens"))[:VOCAB]
    known = set(tokens)
    halves = [(merge, merge.split(" ", 1)) for merge in source.file.strings("tokenizer.ggml.merges")]
    keys["tokenizer.ggml.tokens"] = tokens
    keys["tokenizer.ggml.token_type"] = np.asarray(source.file.metadata["tokenizer.ggml.token_type"])[:VOCAB]
    keys["tokenizer.ggml.merges"] = [merge for merge, (a, b) in halves if a in known and b in known and a + b in known]
    return keys | {
        "general.architecture": "llama",
        "general.name": "random weights in the shape of TinyLlama 1.1B",
        "llama.context_length": U32(2048),
        "llama.embedding_length": U32(WIDTH),
        "llama.block_count": U32(LAYERS),
        "llama.feed_forward_length": U32(FF),
        "llama.attention.head_count": U32(HEADS),
        "llama.attention.head_count_kv": U32(KV_HEADS),
        "llama.attention.layer_norm_rms_epsilon": F32(1e-5),
        "llama.rope.dimension_count": U32(HEAD),
        "llama.vocab_size": U32(VOCAB),
    }


def tensors(rng: np.random.Generator) -> Iterator[NewTensor]:
    """All weights; matrices are made row by row when they are written."""

    def matrix(name: str, width: int, rows: int) -> NewTensor:
        return f"{name}.weight", (width, rows), TensorType.Q4_0, blocks(rng, width, rows)

    def norm(name: str) -> NewTensor:
        return f"{name}.weight", (WIDTH,), TensorType.F32, np.ones(WIDTH, np.float32)

    yield matrix("token_embd", WIDTH, VOCAB)
    for i in range(LAYERS):
        yield norm(f"blk.{i}.attn_norm")
        yield matrix(f"blk.{i}.attn_q", WIDTH, HEADS * HEAD)
        yield matrix(f"blk.{i}.attn_k", WIDTH, KV_HEADS * HEAD)
        yield matrix(f"blk.{i}.attn_v", WIDTH, KV_HEADS * HEAD)
        yield matrix(f"blk.{i}.attn_output", HEADS * HEAD, WIDTH)
        yield norm(f"blk.{i}.ffn_norm")
        yield matrix(f"blk.{i}.ffn_gate", WIDTH, FF)
        yield matrix(f"blk.{i}.ffn_up", WIDTH, FF)
        yield matrix(f"blk.{i}.ffn_down", FF, WIDTH)
    yield norm("output_norm")
    yield matrix("output", WIDTH, VOCAB)


def blocks(rng: np.random.Generator, width: int, rows: int, step: int = 1024) -> Callable[[], Iterator[np.ndarray]]:
    """What makes the Q4_0 blocks of a matrix, some rows at a time."""

    def pieces() -> Iterator[np.ndarray]:
        for first in range(0, rows, step):
            made = np.empty((min(step, rows - first), width // 32), _BLOCK)
            made["scale"] = 1 / (_SPREAD * np.sqrt(width))
            made["values"] = np.frombuffer(rng.bytes(16 * made.size), "V16").reshape(made.shape)
            yield made.view(np.uint8)

    return pieces


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--model", default="smollm2-135m", help="whose tokenizer")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with open_model(given.model) as source:
        write_gguf(given.out, metadata(source), tensors(np.random.default_rng(given.seed)))


if __name__ == "__main__":
    main()
