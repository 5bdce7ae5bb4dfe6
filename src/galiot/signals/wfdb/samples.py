"""Samples as WFDB signal files hold them (signal(5) of the WFDB Applications Guide)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """How samples lie in a file.

    group: samples that are stored together, and the bytes that they take
    missing: what stands where nothing was measured, or None
    decode: bytes of whole groups to samples (n,)
    """

    group: int
    group_bytes: int
    missing: int | None
    decode: Callable[[bytes], Samples]

    def bytes_of(self, count: int) -> int:
        """Bytes that `count` samples take, the last group cut to what it needs."""
        whole, rest = divmod(count, self.group)
        return whole * self.group_bytes + -(-rest * self.group_bytes // self.group)

    def samples_in(self, size: int) -> int:
        """Samples that `size` bytes hold."""
        whole, rest = divmod(size, self.group_bytes)
        return whole * self.group + rest * self.group // self.group_bytes

    def unpack(self, raw: bytes) -> Samples:
        """Return the samples of some bytes that begin with a whole group; a cut group at the end is taken too."""
        count = self.samples_in(len(raw))
        return self.decode(raw + bytes(-len(raw) % self.group_bytes))[:count]


def _plain(kind: str, zero: int = 0) -> Callable[[bytes], Samples]:
    return lambda raw: np.frombuffer(raw, kind).astype(np.int32) - np.int32(zero)


def _three_bytes(raw: bytes) -> Samples:
    wide = np.zeros((len(raw) // 3, 4), np.uint8)
    wide[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
    return wide.view("<i4").ravel().astype(np.int32) >> 8


def _pairs_of_twelve_bits(raw: bytes) -> Samples:
    low, both, high = np.frombuffer(raw, np.uint8).reshape(-1, 3).astype(np.int32).T
    made = np.empty((len(low), 2), np.int32)
    made[:, 0] = low | (both & 0x0F) << 8
    made[:, 1] = high | (both & 0xF0) << 4
    return ((made.ravel() ^ 0x800) - 0x800).astype(np.int32)


FORMATS = {
    16: SampleFormat(1, 2, -(1 << 15), _plain("<i2")),
    24: SampleFormat(1, 3, -(1 << 23), _three_bytes),
    32: SampleFormat(1, 4, -(1 << 31), _plain("<i4")),
    61: SampleFormat(1, 2, -(1 << 15), _plain(">i2")),
    80: SampleFormat(1, 1, -(1 << 7), _plain("u1", 128)),
    160: SampleFormat(1, 2, -(1 << 15), _plain("<u2", 1 << 15)),
    212: SampleFormat(2, 3, -(1 << 11), _pairs_of_twelve_bits),
}
"""By number; a `.mat` file of a record is format 16, 32 or 80 behind an offset."""
