"""ggml's CPU backend: threads, memory in its own layouts, and graphs that another thread can stop."""

from __future__ import annotations

import ctypes
import itertools
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np
import numpy.typing as npt

from galiot import ggml
from galiot.errors import CancelledError, GaliotError

Bytes = npt.NDArray[np.uint8]


class Backend:
    """One set of threads that computes graphs, one at a time."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.handle: int = ggml.backend_cpu_init()
        ggml.backend_cpu_set_n_threads(self.handle, threads)
        # ggml asks before every node whether to stop. A Python callback would cost a tenth of the speed; strlen of
        # these two bytes is 0 until the first of them is set, and is C.
        self._stop = ctypes.create_string_buffer(2)
        stop_asked = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p)
        ggml.backend_cpu_set_abort_callback(self.handle, stop_asked, ctypes.addressof(self._stop))

    def compute(self, graph: int) -> None:
        """Run a graph.

        raises: CancelledError when `cancel` was called before or meanwhile; the next call runs again
        """
        status = ggml.backend_graph_compute(self.handle, graph)
        if self._stop[0] != b"\0":
            self._stop[0] = b"\0"
            raise CancelledError("the session was cancelled")
        if status != 0:
            raise GaliotError(f"ggml could not compute the graph (status {status})")

    def cancel(self) -> None:
        """Stop the graph that runs now or, when none does, the next one; may be called from any thread."""
        self._stop[0] = b"\1"

    def close(self) -> None:
        """Give the threads back."""
        if self.handle:
            ggml.backend_free(self.handle)
            self.handle = 0


class Storage:
    """Weights in memory of their own, in the layout that suits the kernels best.

    ggml interleaves the rows of some types (Q4_0, IQ4_NL, Q4_K, ... depending on the processor), which makes their
    products 1.5 to 3 times as fast. Whether it does so for a type and shape, ggml alone knows; so we ask by trying.
    """

    def __init__(self, *, outline: bool = False) -> None:
        """outline: count, but keep no memory; such weights can be measured and not multiplied"""
        self._outline = outline
        self._context = ggml.context(_TENSORS * ggml.tensor_overhead())
        self._buffers: list[int] = []
        self._lock = threading.Lock()
        self._answers: dict[tuple[int, int], bool] = {}
        self._repacking = _repacking_buffer_type()
        self.size = 0  # bytes

    def repacks(self, kind: int, width: int, rows: int) -> bool:
        """Whether a matrix of this type and shape has an interleaved layout here."""
        if not self._repacking or width % ggml.blck_size(kind) or rows % 8:
            return False
        if (kind, width) not in self._answers:
            self._answers[kind, width] = self._try(kind, width)
        return self._answers[kind, width]

    def _try(self, kind: int, width: int) -> bool:
        context = ggml.context(2 * ggml.tensor_overhead())
        sample = ggml.new_tensor_2d(context, kind, width, 8)
        size = ggml.backend_buft_get_alloc_size(self._repacking, sample)
        buffer = ggml.backend_buft_alloc_buffer(self._repacking, size)
        ggml.backend_tensor_alloc(buffer, sample, ggml.backend_buffer_get_base(buffer))
        answer = ggml.tensor(sample).extra is not None
        ggml.backend_buffer_free(buffer)
        ggml.free(context)
        return answer

    def repacked(
        self,
        kind: int,
        width: int,
        rows: int,
        slices: Callable[[int, int], Bytes],
        pool: Executor | None = None,
    ) -> int:
        """A matrix in the interleaved layout.

        slices: (first, stop) -> the bytes of these rows, uint8 (stop - first, row_bytes); asked for some rows at a
            time, so that the other layout never lies beside this one as a whole
        pool: runs several slices at a time
        """
        assert self._repacking
        with self._lock:
            tensor: int = ggml.new_tensor_2d(self._context, kind, width, rows)
            size = ggml.backend_buft_get_alloc_size(self._repacking, tensor)
            self.size += size
            if self._outline:
                ggml.tensor(tensor).data = _NOWHERE
                return tensor
            buffer = ggml.backend_buft_alloc_buffer(self._repacking, size)
            if not buffer:
                raise MemoryError(f"no memory for {size} bytes of weights")
            self._buffers.append(buffer)
        base = ggml.backend_buffer_get_base(buffer)
        ggml.backend_tensor_alloc(buffer, tensor, base)

        def fill(first: int) -> None:  # rows are interleaved by eight, so a slice is a matrix of its own
            raw = slices(first, min(first + _SLICE, rows))
            assert raw.flags.c_contiguous
            context = ggml.context(2 * ggml.tensor_overhead())
            part = ggml.new_tensor_2d(context, kind, width, len(raw))
            assert raw.nbytes == ggml.nbytes(part)
            ggml.backend_tensor_alloc(buffer, part, base + first * ggml.row_size(kind, width))
            ggml.backend_tensor_set(part, raw.ctypes.data, 0, raw.nbytes)
            ggml.free(context)

        deque((pool.map if pool else map)(fill, range(0, rows, _SLICE)), maxlen=0)
        return tensor

    def mapped(self, kind: int, shape: tuple[int, ...], address: int) -> int:
        """A tensor over memory that somebody else keeps."""
        with self._lock:
            tensor: int = (ggml.new_tensor_1d, ggml.new_tensor_2d)[len(shape) - 1](self._context, kind, *shape)
        ggml.tensor(tensor).data = address
        return tensor

    @property
    def is_open(self) -> bool:
        """Whether the weights are still there."""
        return bool(self._context)

    def close(self) -> None:
        """Give all memory back; no graph may use these tensors any more."""
        for buffer in self._buffers:
            ggml.backend_buffer_free(buffer)
        self._buffers.clear()
        if self._context:
            ggml.free(self._context)
            self._context = 0


_SLICE = 1024  # rows; what is worked on stays in the processor's cache
_NOWHERE = 64  # the address of what has no memory
_TENSORS = 1 << 16  # room for their descriptions; pages that are not touched cost nothing


def _repacking_buffer_type() -> int | None:
    backend = ggml.backend_cpu_init()
    device = ggml.backend_get_device(backend)
    registry = ggml.backend_dev_backend_reg(device)
    address = ggml.backend_reg_get_proc_address(registry, b"ggml_backend_dev_get_extra_bufts")
    ggml.backend_free(backend)
    if not address:
        return None
    kinds = ctypes.CFUNCTYPE(ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p)(address)(device)
    for kind in itertools.takewhile(bool, (kinds[i] for i in itertools.count())):
        if b"REPACK" in ggml.backend_buft_name(kind):
            return int(kind)
    return None
