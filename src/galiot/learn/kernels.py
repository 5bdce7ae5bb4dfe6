"""The kernels that PyTorch compiles and keeps: one for every shape that two matrices of bfloat16 were multiplied in.

oneDNN compiles them and keeps the last 1024; PyTorch's own layer above it keeps as many again, where they are never
found, since oneDNN is asked first. Together that is 0.6 MiB a shape, measured with PyTorch 2.13 on a processor with
AVX-512; rows of many lengths meet hundreds of shapes. Both numbers are read when PyTorch is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from galiot.learn.batch import Batch, places
from galiot.learn.share import blocks

KEPT = 128
"""Kernels of the last shapes: more than a step of one size uses. To compile one takes less than a millisecond."""
_LINEAR = {"full": 12}  # shapes of a layer's four products with weights, there and back, for one number of tokens
_LINEAR_ADAPTED = 32  # the same with an adapter
_ATTENTION = 4  # shapes for one number of queries and keys
_HEAD = 6  # of the output layer


def bound() -> None:
    """Let PyTorch keep no more than `KEPT` kernels, each once; of no use once it is loaded.

    What the user said in the environment stays.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(KEPT))
    os.environ.setdefault("LRU_CACHE_CAPACITY", "1")


def count(batches: Iterable[Batch], method: str) -> int:
    """Return how many kernels there will be at most, after passes through these batches, as they are laid out."""
    sizes, attended = set[int](), set[tuple[int, int]]()
    for batch in batches:
        for place in places(batch):
            sizes.add(place.stop - place.first)
            attended |= {(block.last - block.first, block.keys) for block in blocks(place.ends, place.forks, 0)}
    found = _LINEAR.get(method, _LINEAR_ADAPTED) * len(sizes) + _ATTENTION * len(attended) + _HEAD
    return min(found, KEPT)
