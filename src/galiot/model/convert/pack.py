"""Choosing the type of each tensor, and turning its numbers into it with ggml's own quantizers."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from galiot import ggml
from galiot.errors import FormatError, RequestError
from galiot.model.types import TensorType

FILE_TYPES = {
    "f32": TensorType.F32,
    "f16": TensorType.F16,
    "bf16": TensorType.BF16,
    "q8_0": TensorType.Q8_0,
    "q4_0": TensorType.Q4_0,
    "q4_1": TensorType.Q4_1,
}
"""What a whole file can be converted to."""

# general.file_type, as llama.cpp numbers it, and the version of ggml's quantized layouts.
_FILE_TYPE_NUMBERS = {"f32": 0, "f16": 1, "q4_0": 2, "q4_1": 3, "q8_0": 7, "bf16": 32}
_QUANTIZATION_VERSION = 2
_PLAIN = (TensorType.F32, TensorType.F16, TensorType.BF16)
_PIECE = 1 << 20  # elements that are converted at a time: 4 MiB as F32

Rows = tuple[int, int]  # first row, and the row after the last
ReadFloats = Callable[[Rows], np.ndarray]  # -> float32 (rows, width)


@dataclass(frozen=True, kw_only=True)
class Converted:
    """What a conversion wrote."""

    path: Path
    type: str
    bytes: int
    tensors: Mapping[str, int]  # how many of each type
    notes: tuple[str, ...] = ()  # what the user should know: each one sentence

    def to_json(self) -> dict[str, Any]:
        """Return the same, ready for JSON."""
        return {**self.__dict__, "path": str(self.path), "tensors": dict(self.tensors), "notes": list(self.notes)}


def check_type(type: str) -> TensorType:
    """Return the tensor type that a file type mostly has; RequestError if there is none."""
    if type not in FILE_TYPES:
        raise RequestError(f"{type!r} is no type to convert to; there are {', '.join(FILE_TYPES)}")
    return FILE_TYPES[type]


def type_facts(type: str) -> dict[str, object]:
    """Return the metadata that says what type a file has."""
    facts: dict[str, object] = {"general.file_type": _FILE_TYPE_NUMBERS[type]}
    if FILE_TYPES[type].quantized:
        facts["general.quantization_version"] = _QUANTIZATION_VERSION
    return facts


def choose_type(
    name: str, shape: tuple[int, ...], source: TensorType, target: TensorType, *, output: str
) -> TensorType:
    """Return the type of one tensor in a file of type `target`.

    - whole numbers and doubles stay as they are; one-dimensional tensors (norms, biases, factors) are F32
    - the output layer of a 4-bit file is Q8_0, and so is the embedding where it serves as the output layer: 4 bits
      there cost 0.08 of divergence. If it is quantized to less than Q8_0 already, it stays as it is
    - rows that are no multiple of the target's block are F16, or BF16 if that is what they were
    - everything else gets the target type

    output: name of the tensor that is the output layer
    """
    if not convertible(source):
        return source
    if len(shape) == 1:
        return TensorType.F32
    four_bits = target in (TensorType.Q4_0, TensorType.Q4_1)
    if four_bits and name == output:
        if source.quantized and source.block_bytes / source.block < 34 / 32:
            return source
        target = TensorType.Q8_0
    if shape[0] % target.block:
        return source if source in (TensorType.F16, TensorType.BF16) else TensorType.F16
    return target


def convertible(type: TensorType) -> bool:
    """Return whether ggml can turn this type into floats."""
    return type in _PLAIN or bool(ggml.type_traits(type).to_float)


def to_floats(raw: np.ndarray, type: TensorType, width: int) -> np.ndarray:
    """Return rows of ggml bytes, uint8 (rows, bytes), as float32 (rows, width)."""
    if type == TensorType.F32:
        return raw.view(np.float32).reshape(-1, width)
    raw = np.ascontiguousarray(raw)
    floats = np.empty((raw.shape[0], width), np.float32)
    ggml.type_traits(type).to_float(raw.ctypes.data, floats.ctypes.data, floats.size)
    return floats


def from_floats(floats: np.ndarray, type: TensorType) -> np.ndarray:
    """Return float32 (rows, width) as ggml bytes of the type, uint8 (rows, bytes of a row)."""
    if type == TensorType.F32:
        return floats
    floats = np.ascontiguousarray(floats, np.float32)
    rows, width = floats.shape
    raw = np.empty((rows, width // type.block * type.block_bytes), np.uint8)
    written = ggml.quantize_chunk(type, floats.ctypes.data, raw.ctypes.data, 0, rows, width, None)
    assert written == raw.nbytes
    return raw


def pack(
    path: Path, name: str, shape: tuple[int, ...], read: ReadFloats, type: TensorType, pool: ThreadPoolExecutor
) -> Iterator[np.ndarray]:
    """Yield a tensor's bytes piece by piece, in order, converted by the threads of the pool.

    raises: FormatError naming the tensor when a number does not fit the type
    """
    width, rows = shape[0], math.prod(shape[1:])
    step = max(1, _PIECE // width)

    def convert(start: int) -> np.ndarray:
        floats = read((start, min(rows, start + step)))
        _check(path, name, floats, type)
        return from_floats(floats, type)

    yield from _in_order(convert, range(0, rows, step), pool)


def _in_order(
    work: Callable[[int], np.ndarray], items: Iterable[int], pool: ThreadPoolExecutor
) -> Iterator[np.ndarray]:
    """Yield the results in order, with at most a few pieces in memory."""
    waiting: deque[Future[np.ndarray]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > 3:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _check(path: Path, name: str, floats: np.ndarray, type: TensorType) -> None:
    """Refuse numbers that the type would silently make infinite: F16 ends at 65504, and so do the scales of blocks."""
    most = {TensorType.F32: math.inf, TensorType.BF16: math.inf, TensorType.F16: 65519.0}.get(type, 65504.0 * 7)
    largest = float(np.abs(floats).max(initial=0.0))
    if largest <= most:
        return
    what = "is not finite" if not math.isfinite(largest) else f"reaches {largest:g}"
    advice = "" if type in _PLAIN[::2] else "; convert to bf16 or f32"
    raise FormatError(path, f"tensor {name} {what}, which {type.name} cannot hold{advice}")
