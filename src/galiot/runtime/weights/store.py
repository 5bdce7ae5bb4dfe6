"""Where a model's weights live, and in which form each of them is multiplied."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from galiot import ggml
from galiot.errors import FileError
from galiot.model.model import Model
from galiot.runtime.backend import Storage
from galiot.runtime.weights.augmented import Augmented, BlockSums
from galiot.runtime.weights.base import Build, Bytes, Floats, Matrix
from galiot.runtime.weights.halved import Halved
from galiot.runtime.weights.plain import Plain

GROUPS = {
    "qkv": ("attn_q", "attn_k", "attn_v"),
    "attention": ("attn_output",),
    "gate_up": ("ffn_gate", "ffn_up"),
    "down": ("ffn_down",),
}
"""Weights of a layer that multiply the same input: one product where their types allow."""


@dataclass(frozen=True)
class Slice:
    """Some columns of a float32 tensor (tokens, row)."""

    tensor: int
    offset: int
    width: int
    row: int


class Group:
    """Weights that multiply the same input, in as few products as their forms allow."""

    def __init__(self, parts: Sequence[tuple[Matrix, tuple[int, ...], int | None]]) -> None:
        """parts: matrix, the widths of the outputs that it holds one after another, bias (rows,) or None"""
        self.parts = parts

    @property
    def joined(self) -> bool:
        """Whether one product gives all outputs."""
        return len(self.parts) == 1

    def multiply(self, build: Build, x: int) -> list[Slice]:
        """x (tokens, width) -> the outputs, in the order of `GROUPS`."""
        found = []
        for matrix, widths, bias in self.parts:
            y, offset = matrix.multiply(build, x), 0
            if bias is not None:
                y = ggml.add(build.context, y, bias)
            for width in widths:
                found.append(Slice(y, offset, width, sum(widths)))
                offset += width
        return found


class Weights:
    """All weights of a model, ready for graphs; any number of sessions share them.

    Matrices whose type has an interleaved layout on this processor (or that can be brought into one without loss of
    accuracy: `Augmented`, `Halved`) are copied into it, and their pages of the file are given back. The others are
    multiplied where the file is mapped. Embedding rows are read one by one from the file.
    """

    def __init__(self, model: Model, *, threads: int = 1) -> None:
        self.model, self.spec = model, model.spec
        self.storage = Storage()
        self._sums: dict[int, BlockSums] = {}
        self._kept: list[Floats] = []
        names = model.file.tensors
        self.embedding = Embedding(model)
        self.frequency_factors = self._vector("rope_freqs.weight") if "rope_freqs.weight" in names else None
        for info in names.values():  # before the threads start, as both are shared by all of them
            if info.type == ggml.Q4_1 and self.storage.repacks(ggml.Q4_0, info.shape[0], 8):
                self._sums.setdefault(info.shape[0], BlockSums(self.storage, info.shape[0]))
        output = "output.weight" if "output.weight" in names else "token_embd.weight"
        with ThreadPoolExecutor(threads) as pool:
            last = pool.submit(self._matrix, [output])
            layers = pool.map(self._layer, range(self.spec.layers))
            self.layers = list(layers)
            self.output = last.result()
        self.norms = {name: self._vector(name) for name in names if name.endswith("norm.weight")}
        _trim()

    @property
    def copied_bytes(self) -> int:
        """Memory of the interleaved copies."""
        return self.storage.size

    def close(self) -> None:
        """Give the memory back, once no session uses these weights any more."""
        self.storage.close()
        self.embedding.close()

    def _layer(self, i: int) -> dict[str, Group]:
        return {group: self._group(i, parts) for group, parts in GROUPS.items()}

    def _group(self, i: int, parts: tuple[str, ...]) -> Group:
        names = [f"blk.{i}.{part}" for part in parts]
        infos = [self.model.file.tensors[f"{name}.weight"] for name in names]
        joinable = len({info.type for info in infos}) == 1 and self._form(infos[0].type, infos[0].shape[0]) != "plain"
        runs = [range(len(names))] if joinable else [range(j, j + 1) for j in range(len(names))]
        return Group(
            [
                (
                    self._matrix([f"{names[j]}.weight" for j in run]),
                    tuple(infos[j].shape[1] for j in run),
                    self._bias([f"{names[j]}.bias" for j in run], [infos[j].shape[1] for j in run]),
                )
                for run in runs
            ]
        )

    def _form(self, kind: int, width: int) -> str:
        """Which form a type of weight takes; the rules are measured in `benchmarks/speed`."""
        if self.storage.repacks(kind, width, 8):
            return "interleaved"
        if kind == ggml.Q4_1 and width in self._sums:
            return "augmented"
        if kind == ggml.Q8_0 and self.storage.repacks(ggml.Q4_0, 2 * width, 8):
            return "halved"
        return "plain"

    def _matrix(self, names: list[str]) -> Matrix:
        """One matrix out of weights that multiply the same input."""
        file = self.model.file
        info, rows = file.tensors[names[0]], sum(file.tensors[name].shape[1] for name in names)
        form = self._form(info.type, info.shape[0]) if rows % 8 == 0 else "plain"
        if form == "plain":
            assert len(names) == 1
            return Plain(self.storage.mapped(info.type, info.shape, file.address(names[0])))
        raw = file.data(names[0]) if len(names) == 1 else np.concatenate([file.data(name) for name in names])
        matrix = self._copy(form, info.type, info.shape[0], raw)
        file.release(names)
        return matrix

    def _copy(self, form: str, kind: int, width: int, raw: Bytes) -> Matrix:
        if form == "augmented":
            return Augmented(self.storage, raw, self._sums[width])
        if form == "halved":
            return Halved(self.storage, raw)
        return Plain(self.storage.repacked(kind, width, raw))

    def _bias(self, names: list[str], widths: list[int]) -> int | None:
        tensors = self.model.file.tensors
        if not any(name in tensors for name in names):
            return None
        parts = [
            self._floats(name) if name in tensors else np.zeros(width, np.float32)
            for name, width in zip(names, widths, strict=True)
        ]
        return self._keep(np.concatenate(parts))

    def _vector(self, name: str) -> int:
        """A norm's or a bias' numbers, in memory of their own: else each keeps a stretch of the file resident."""
        return self._keep(self._floats(name))

    def _keep(self, values: Floats) -> int:
        self._kept.append(values)
        return self.storage.mapped(ggml.F32, values.shape, values.ctypes.data)

    def _floats(self, name: str) -> Floats:
        info, raw = self.model.file.tensors[name], self.model.file.data(name)
        values = dequantize(info.type, raw, info.shape[0]).reshape(-1)
        self.model.file.release([name])
        return values


class Embedding:
    """The token embedding, read row by row from the file: the rows in use would else keep most of it in memory."""

    def __init__(self, model: Model) -> None:
        info = model.file.tensors["token_embd.weight"]
        self._kind, self._offset, self._row_bytes = info.type, info.offset, info.row_bytes
        self._width, self._path = info.shape[0], model.path
        self._scale = np.float32(model.spec.embedding_scale)
        self._handle = os.open(model.path, os.O_RDONLY)
        if os.fstat(self._handle).st_size != model.file.size:
            raise FileError(model.path, "changed while it was opened; open it again")

    def rows(self, tokens: Sequence[int]) -> Floats:
        """Return the embeddings of tokens, (tokens, width) float32, as the first layer takes them."""
        size = self._row_bytes
        raw = b"".join(os.pread(self._handle, size, self._offset + token * size) for token in tokens)
        if len(raw) != len(tokens) * size:
            raise FileError(self._path, "was cut while it was in use")
        values = dequantize(self._kind, np.frombuffer(raw, np.uint8).reshape(-1, size), self._width)
        return values if self._scale == 1 else values * self._scale

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def dequantize(kind: int, raw: Bytes, width: int) -> Floats:
    """Return what rows of a tensor stand for: uint8 (rows, row_bytes) -> float32 (rows, width)."""
    if kind == ggml.F32:
        return raw.view(np.float32).copy()
    raw = np.ascontiguousarray(raw)
    values = np.empty((len(raw), width), np.float32)
    ggml.type_traits(kind).to_float(raw.ctypes.data, values.ctypes.data, values.size)
    return values


def _trim() -> None:
    """Let glibc give back what loading left free; elsewhere there is nothing to do."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
