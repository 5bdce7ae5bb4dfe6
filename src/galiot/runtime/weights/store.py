"""Where a model's weights live, and in which form each of them is multiplied."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from galiot import ggml
from galiot.errors import FileError
from galiot.model.model import Model
from galiot.runtime import heap
from galiot.runtime.backend import Storage
from galiot.runtime.weights.augmented import Augmented, BlockSums
from galiot.runtime.weights.base import Build, Bytes, Floats, Matrix
from galiot.runtime.weights.delta import Delta
from galiot.runtime.weights.halved import Halved
from galiot.runtime.weights.plain import Plain
from galiot.runtime.weights.sketch import Sketch

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

    def multiply(self, build: Build, x: int, deltas: Sequence[Delta | None] = ()) -> list[Slice]:
        """x (tokens, width) -> the outputs, in the order of `GROUPS`.

        deltas: what is added to each product, where anything is
        """
        found = []
        for (matrix, widths, bias), delta in itertools.zip_longest(self.parts, deltas):
            y, offset = matrix.multiply(build, x), 0
            if delta is not None:
                y = delta.add(build, x, y)
            if bias is not None:
                y = ggml.add(build.context, y, bias)
            for width in widths:
                found.append(Slice(y, offset, width, sum(widths)))
                offset += width
        return found


class Weights:
    """All weights of a model, ready for graphs; any number of sessions share them.

    Matrices whose type has an interleaved layout on this processor (or that can be brought into one without loss of
    accuracy: `Augmented`, `Halved`) are copied into it. The others are multiplied where the file is mapped. Embedding
    rows are read one by one from the file, so that the rows in use do not keep most of it in memory.
    """

    def __init__(self, model: Model, *, threads: int = 1, outline: bool = False) -> None:
        """outline: no weights are read; only their memory is counted, and that of graphs can be"""
        heap.keep_large_apart()
        self.model, self.spec = model, model.spec
        self.storage = Storage(outline=outline)
        self._sums: dict[int, BlockSums] = {}
        self._kept: list[Floats] = []
        self._mapped_bytes = 0
        self._tensors = names = model.file.tensors
        self._reader = Reader(model)
        self.frequency_factors = self._vector("rope_freqs.weight") if "rope_freqs.weight" in names else None
        for width in sorted({info.shape[0] for info in names.values() if info.type == ggml.Q4_1}):
            if self.storage.repacks(ggml.Q4_0, width, 8):
                self._sums[width] = BlockSums(self.storage, width)
        self._threads, self._lock = threads, threading.Lock()
        self._output_name = "output.weight" if "output.weight" in names else "token_embd.weight"
        self.output: Matrix = self._plain(self._output_name)
        info = names[self._output_name]
        self._sketch: Matrix | None = None
        self._slow_output = self._form(info.type, info.shape[0]) != "plain" and info.rows % 8 == 0
        with ThreadPoolExecutor(threads) as pool:
            self.layers = list(pool.map(self._layer, range(self.spec.layers)))
        self.norms = {name: self._vector(name) for name in names if name.endswith("norm.weight")}
        if outline:
            self.quicken_output()
        heap.trim()

    @property
    def size(self) -> int:
        """Bytes of the copies, and of what stays mapped from the file."""
        return self.storage.size + sum(values.nbytes for values in self._kept) + self._mapped_bytes

    def close(self) -> None:
        """Give the memory back, once no session uses these weights any more."""
        self.storage.close()
        self._reader.close()
        heap.trim()  # matrices of less than a megabyte lie in the heap, which keeps 50 MiB of a small model's

    def quicken_output(self) -> None:
        """Bring the output layer into its fastest form; called before the first token is decoded.

        The output layer is a third of a small model. A prompt needs it once, and does not wait for its copy.
        """
        with self._lock:
            if not self._slow_output:
                return
            self.model.file.release([self._output_name])
            with ThreadPoolExecutor(self._threads) as pool:
                self.output = self._matrix([self._output_name], pool)
            self._slow_output = False
            self._mapped_bytes -= self._tensors[self._output_name].size

    @property
    def has_sketch(self) -> bool:
        """Whether there is a way to most logits that is cheaper than the output layer."""
        info = self._tensors[self._output_name]
        return info.type == ggml.Q8_0 and self._form(info.type, info.shape[0]) == "halved" and info.rows % 8 == 0

    @property
    def sketch(self) -> Matrix:
        """The output layer rounded to 4 bits, made when it is first asked for."""
        with self._lock:
            if self._sketch is None:
                info, slices = self._tensors[self._output_name], self._reader.joined([self._output_name])
                self.model.file.release([self._output_name])
                with ThreadPoolExecutor(self._threads) as pool:
                    self._sketch = Sketch(self.storage, info.shape[0], info.rows, slices, pool)
            return self._sketch

    def exact_logits(self, state: Floats, tokens: npt.NDArray[np.intp]) -> Floats:
        """Return some logits (len(tokens),), from the normed state (1, width) of a token."""
        info = self._tensors[self._output_name]
        rows = dequantize(info.type, self._reader.picked(self._output_name, tokens.tolist()), info.shape[0])
        # not BLAS, whose threads would wake up and get in the way of ggml's
        return np.einsum("ij,j->i", rows, state[0])  # type: ignore[no-any-return]

    def embed(self, tokens: Sequence[int]) -> Floats:
        """Return the embeddings of tokens, (tokens, width) float32, as the first layer takes them."""
        info = self._tensors["token_embd.weight"]
        values = dequantize(info.type, self._reader.picked("token_embd.weight", tokens), info.shape[0])
        return values if self.spec.embedding_scale == 1 else values * np.float32(self.spec.embedding_scale)

    def values(self, name: str, first: int, stop: int) -> Floats:
        """Return what rows first, ..., stop - 1 of a weight stand for, (stop - first, width) float32."""
        info = self._tensors[name]
        return dequantize(info.type, self._reader.rows(name, first, stop), info.shape[0])

    def _layer(self, i: int) -> dict[str, Group]:
        return {group: self._group(i, parts) for group, parts in GROUPS.items()}

    def _group(self, i: int, parts: tuple[str, ...]) -> Group:
        names = [f"blk.{i}.{part}" for part in parts]
        infos = [self._tensors[f"{name}.weight"] for name in names]
        same = len({info.type for info in infos}) == 1 and all(info.rows % 8 == 0 for info in infos)
        joinable = same and self._form(infos[0].type, infos[0].shape[0]) != "plain"
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

    def _plain(self, name: str) -> Matrix:
        """A weight where the file is mapped."""
        info = self._tensors[name]
        self._mapped_bytes += info.size
        return Plain(self.storage.mapped(info.type, info.shape, self.model.file.address(name)))

    def _matrix(self, names: list[str], pool: Executor | None = None) -> Matrix:
        """One matrix out of weights that multiply the same input, in the form that suits it."""
        info, rows = self._tensors[names[0]], sum(self._tensors[name].rows for name in names)
        form = self._form(info.type, info.shape[0])
        if form == "plain" or rows % 8:
            assert len(names) == 1
            return self._plain(names[0])
        width, slices = info.shape[0], self._reader.joined(names)
        if form == "augmented":
            return Augmented(self.storage, rows, slices, self._sums[width])
        if form == "halved":
            return Halved(self.storage, width, rows, slices, pool)
        return Plain(self.storage.repacked(info.type, width, rows, slices, pool))

    def _bias(self, names: list[str], widths: list[int]) -> int | None:
        tensors = self._tensors
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
        info = self._tensors[name]
        return dequantize(info.type, self._reader.rows(name, 0, info.rows), info.shape[0]).reshape(-1)


class Reader:
    """Reads rows of tensors from the file; the pages of the mapping that they lie on never become resident."""

    def __init__(self, model: Model) -> None:
        self._tensors, self._path = model.file.tensors, model.path
        self._handle = os.open(model.path, os.O_RDONLY)
        if os.fstat(self._handle).st_size != model.file.size:
            raise FileError(model.path, "changed while it was opened; open it again")

    def rows(self, name: str, first: int, stop: int) -> Bytes:
        """Return rows first, ..., stop - 1 of a tensor, (stop - first, row_bytes)."""
        info = self._tensors[name]
        offset, size = info.offset + first * info.row_bytes, (stop - first) * info.row_bytes
        return self._bytes(os.pread(self._handle, size, offset), size).reshape(-1, info.row_bytes)

    def picked(self, name: str, rows: Sequence[int]) -> Bytes:
        """Return some rows of a tensor, (len(rows), row_bytes)."""
        info = self._tensors[name]
        size, start = info.row_bytes, info.offset
        raw = b"".join([os.pread(self._handle, size, start + row * size) for row in rows])
        return self._bytes(raw, size * len(rows)).reshape(-1, size)

    def joined(self, names: Sequence[str]) -> Callable[[int, int], Bytes]:
        """Return (first, stop) -> rows of these tensors, as if they were one."""
        ends = list(itertools.accumulate(self._tensors[name].rows for name in names))
        starts = [0, *ends[:-1]]

        def slices(first: int, stop: int) -> Bytes:
            parts = [
                self.rows(name, max(first, start) - start, min(stop, end) - start)
                for name, start, end in zip(names, starts, ends, strict=True)
                if first < end and start < stop
            ]
            return parts[0] if len(parts) == 1 else np.concatenate(parts)

        return slices

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _bytes(self, raw: bytes, size: int) -> Bytes:
        if len(raw) != size:
            raise FileError(self._path, "was cut while it was in use")
        return np.frombuffer(raw, np.uint8)


def dequantize(kind: int, raw: Bytes, width: int) -> Floats:
    """Return what rows of a tensor stand for: uint8 (rows, row_bytes) -> float32 (rows, width)."""
    if kind == ggml.F32:
        return raw.view(np.float32).copy()
    raw = np.ascontiguousarray(raw)
    values = np.empty((len(raw), width), np.float32)
    ggml.type_traits(kind).to_float(raw.ctypes.data, values.ctypes.data, values.size)
    return values
