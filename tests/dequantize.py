"""What the bytes of a quantized tensor mean, block by block, in plain NumPy.

Source of the block layouts: ggml-common.h of ggml 0.15. A test holds them against ggml's own.
"""

from __future__ import annotations

import numpy as np

from galiot.model.gguf import GgufFile
from galiot.model.types import TensorType


def weights_in(file: GgufFile) -> dict[str, np.ndarray]:
    """Every tensor of the file as float32, slowest dimension first."""
    found = {}
    for name, info in file.tensors.items():
        values = dequantize(np.asarray(file.data(name)).reshape(-1), info.type)
        found[name] = values.reshape(tuple(reversed(info.shape)))
    return found


def dequantize(data: np.ndarray, kind: TensorType) -> np.ndarray:
    """The float32 values of a flat uint8 array of whole blocks."""
    return _METHODS[kind.name](data).astype(np.float32).reshape(-1)


def _half(bytes_: np.ndarray) -> np.ndarray:
    """Blocks (n, 2) of an IEEE half -> (n, 1)."""
    return np.ascontiguousarray(bytes_).view(np.float16).astype(np.float32)


def _nibbles(bytes_: np.ndarray) -> np.ndarray:
    """(n, b) -> (n, 2 b): all low halves, then all high halves."""
    return np.concatenate([bytes_ & 15, bytes_ >> 4], axis=1).astype(np.float32)


def _bf16(data: np.ndarray) -> np.ndarray:
    return (data.view(np.uint16).astype(np.uint32) << 16).view(np.float32)


def _q8_0(data: np.ndarray) -> np.ndarray:
    block = data.reshape(-1, 34)
    return _half(block[:, :2]) * np.ascontiguousarray(block[:, 2:]).view(np.int8)


def _q4_0(data: np.ndarray) -> np.ndarray:
    block = data.reshape(-1, 18)
    return _half(block[:, :2]) * (_nibbles(block[:, 2:]) - 8)


def _q4_1(data: np.ndarray) -> np.ndarray:
    block = data.reshape(-1, 20)
    return _half(block[:, :2]) * _nibbles(block[:, 4:]) + _half(block[:, 2:4])


def _fifth_bits(bytes_: np.ndarray) -> np.ndarray:
    return 16.0 * np.unpackbits(bytes_, axis=1, bitorder="little")


def _q5_0(data: np.ndarray) -> np.ndarray:
    block = data.reshape(-1, 22)
    return _half(block[:, :2]) * (_nibbles(block[:, 6:]) + _fifth_bits(block[:, 2:6]) - 16)


def _q5_1(data: np.ndarray) -> np.ndarray:
    block = data.reshape(-1, 24)
    return _half(block[:, :2]) * (_nibbles(block[:, 8:]) + _fifth_bits(block[:, 4:8])) + _half(block[:, 2:4])


def _q4_k(data: np.ndarray) -> np.ndarray:
    """256 values in eight parts, each with a 6-bit scale and a 6-bit minimum, packed into twelve bytes."""
    block = data.reshape(-1, 144)
    packed, quants = block[:, 4:16], block[:, 16:]
    first, second, third = packed[:, 0:4], packed[:, 4:8], packed[:, 8:12]
    scales = np.concatenate([first & 63, (third & 15) | (first >> 6 << 4)], axis=1)
    minima = np.concatenate([second & 63, (third >> 4) | (second >> 6 << 4)], axis=1)
    pairs = quants.reshape(-1, 4, 1, 32)
    values = np.concatenate([pairs & 15, pairs >> 4], axis=2).reshape(-1, 8, 32)
    scale = _half(block[:, :2]) * scales
    minimum = _half(block[:, 2:4]) * minima
    return scale[:, :, None] * values - minimum[:, :, None]


def _q6_k(data: np.ndarray) -> np.ndarray:
    """256 values of six bits: four low ones, two high ones; a signed scale for each sixteen."""
    block = data.reshape(-1, 210)
    low, high = block[:, :128].reshape(-1, 2, 2, 32), block[:, 128:192].reshape(-1, 2, 1, 32)
    scales = np.ascontiguousarray(block[:, 192:208]).view(np.int8).astype(np.float32)
    fours = np.concatenate([low & 15, low >> 4], axis=2)
    twos = np.concatenate([(high >> shift) & 3 for shift in (0, 2, 4, 6)], axis=2)
    values = (fours | (twos << 4)).astype(np.float32).reshape(-1, 16, 16) - 32
    return _half(block[:, 208:])[:, :, None] * scales[:, :, None] * values


_METHODS = {
    "F32": lambda data: data.view(np.float32),
    "F16": lambda data: data.view(np.float16),
    "BF16": _bf16,
    "Q8_0": _q8_0,
    "Q4_0": _q4_0,
    "Q4_1": _q4_1,
    "Q5_0": _q5_0,
    "Q5_1": _q5_1,
    "Q4_K": _q4_k,
    "Q6_K": _q6_k,
}
TYPES = tuple(_METHODS)
