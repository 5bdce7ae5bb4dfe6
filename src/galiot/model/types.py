"""The kinds of numbers a GGUF file holds: in tensors, and in its metadata."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class TensorType(IntEnum):
    """How the elements of a tensor are stored; the numbers are ggml's and stand in the file."""

    F32 = 0
    F16 = 1
    Q4_0 = 2
    Q4_1 = 3
    Q5_0 = 6
    Q5_1 = 7
    Q8_0 = 8
    Q8_1 = 9
    Q2_K = 10
    Q3_K = 11
    Q4_K = 12
    Q5_K = 13
    Q6_K = 14
    Q8_K = 15
    IQ2_XXS = 16
    IQ2_XS = 17
    IQ3_XXS = 18
    IQ1_S = 19
    IQ4_NL = 20
    IQ3_S = 21
    IQ2_S = 22
    IQ4_XS = 23
    I8 = 24
    I16 = 25
    I32 = 26
    I64 = 27
    F64 = 28
    IQ1_M = 29
    BF16 = 30
    TQ1_0 = 34
    TQ2_0 = 35
    MXFP4 = 39
    NVFP4 = 40
    Q1_0 = 41

    @property
    def block(self) -> int:
        """Elements that are stored together; a row is a multiple of it."""
        return _LAYOUT[self][0]

    @property
    def block_bytes(self) -> int:
        """Bytes of one block."""
        return _LAYOUT[self][1]

    @property
    def quantized(self) -> bool:
        """Whether an element has no bytes of its own."""
        return self.block > 1

    @property
    def multipliable(self) -> bool:
        """Whether ggml's CPU backend takes it as the left side of a product."""
        return self not in _NOT_MULTIPLIABLE


_LAYOUT: dict[TensorType, tuple[int, int]] = {
    TensorType.F32: (1, 4),
    TensorType.F16: (1, 2),
    TensorType.Q4_0: (32, 18),
    TensorType.Q4_1: (32, 20),
    TensorType.Q5_0: (32, 22),
    TensorType.Q5_1: (32, 24),
    TensorType.Q8_0: (32, 34),
    TensorType.Q8_1: (32, 36),
    TensorType.Q2_K: (256, 84),
    TensorType.Q3_K: (256, 110),
    TensorType.Q4_K: (256, 144),
    TensorType.Q5_K: (256, 176),
    TensorType.Q6_K: (256, 210),
    TensorType.Q8_K: (256, 292),
    TensorType.IQ2_XXS: (256, 66),
    TensorType.IQ2_XS: (256, 74),
    TensorType.IQ3_XXS: (256, 98),
    TensorType.IQ1_S: (256, 50),
    TensorType.IQ4_NL: (32, 18),
    TensorType.IQ3_S: (256, 110),
    TensorType.IQ2_S: (256, 82),
    TensorType.IQ4_XS: (256, 136),
    TensorType.I8: (1, 1),
    TensorType.I16: (1, 2),
    TensorType.I32: (1, 4),
    TensorType.I64: (1, 8),
    TensorType.F64: (1, 8),
    TensorType.IQ1_M: (256, 56),
    TensorType.BF16: (1, 2),
    TensorType.TQ1_0: (256, 54),
    TensorType.TQ2_0: (256, 66),
    TensorType.MXFP4: (32, 17),
    TensorType.NVFP4: (64, 36),
    TensorType.Q1_0: (128, 18),
}
"""Elements and bytes of one block, as ggml 0.15.3 states them."""

# ggml has no dot product for these on a CPU: integers, doubles, and the two types that only ever hold activations.
_NOT_MULTIPLIABLE = frozenset(
    {
        TensorType.I8,
        TensorType.I16,
        TensorType.I32,
        TensorType.I64,
        TensorType.F64,
        TensorType.Q8_1,
        TensorType.Q8_K,
    }
)


def row_bytes(type: TensorType, width: int) -> int:
    """Return the bytes of a row of `width` elements.

    raises: ValueError when the width is no multiple of the type's block
    """
    if width % type.block:
        raise ValueError(f"a row of {width} elements is no multiple of {type.name}'s block of {type.block}")
    return width // type.block * type.block_bytes


class ValueType(IntEnum):
    """The kind of a metadata value; the numbers stand in the file."""

    U8 = 0
    I8 = 1
    U16 = 2
    I16 = 3
    U32 = 4
    I32 = 5
    F32 = 6
    BOOL = 7
    STRING = 8
    ARRAY = 9
    U64 = 10
    I64 = 11
    F64 = 12

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The NumPy type of one number of this kind, little endian.

        raises: KeyError for STRING and ARRAY
        """
        return _DTYPES[self]


_DTYPES: dict[ValueType, np.dtype[np.generic]] = {
    ValueType.U8: np.dtype("<u1"),
    ValueType.I8: np.dtype("<i1"),
    ValueType.U16: np.dtype("<u2"),
    ValueType.I16: np.dtype("<i2"),
    ValueType.U32: np.dtype("<u4"),
    ValueType.I32: np.dtype("<i4"),
    ValueType.F32: np.dtype("<f4"),
    ValueType.BOOL: np.dtype("?"),
    ValueType.U64: np.dtype("<u8"),
    ValueType.I64: np.dtype("<i8"),
    ValueType.F64: np.dtype("<f8"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A metadata value whose kind in the file is fixed; with a sequence as its value, an array of that kind."""

    kind: ValueType
    value: object
