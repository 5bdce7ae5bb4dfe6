"""The part of ggml's C interface that we use, bound on first use.

The shared libraries are those of the pinned package `ggml-python`; its Python module declares 900 functions and takes
0.15 s to import, so the few that we call are declared here. A tensor, a context, a buffer is an address (`int`);
`tensor(address)` gives the fields. Source of the signatures: ggml.h, ggml-alloc.h, ggml-backend.h, ggml-cpu.h (0.15.3).

    from galiot import ggml
    x = ggml.mul_mat(context, weight, x)        # ggml_mul_mat
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib.util
import logging
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import GaliotError

log = logging.getLogger(__name__)

F32, F16, Q4_0, Q4_1, Q8_0, I32, I64, BF16 = 0, 1, 2, 3, 8, 26, 27, 30
ROPE_NORMAL, ROPE_NEOX = 0, 2
OP_NONE, OP_RESHAPE = 0, 36

# p address, s text, i int32, l int64, z size, f float32, b bool, v nothing
_SIGNATURES = """
v log_set p p
s version
z tensor_overhead
p init params
v free p
z used_mem p
p new_tensor_1d p i l
p new_tensor_2d p i l l
p new_tensor_3d p i l l l
z nbytes p
z row_size i l
l blck_size i
v set_input p
v set_output p
v set_param p
p new_graph_custom p z b
z graph_overhead_custom z b
v build_forward_expand p p
i graph_n_nodes p
p graph_node p i
p get_rows p p p
p set_rows p p p p
p view_1d p p l z
p view_2d p p l l z z
p view_3d p p l l l z z z
p view_4d p p l l l l z z z z
p reshape_2d p p l l
p reshape_3d p p l l l
p permute p p i i i i
p cont p p
p cast p p i
p cpy p p p
p concat p p p i
p set_2d_inplace p p p z z
p add p p p
p add_inplace p p p
p mul p p p
p scale p p f
p mul_mat p p p
p out_prod p p p
v mul_mat_set_prec p i
p rms_norm p p f
p silu p p
p relu p p
p norm p p f
p im2col p p p i i i i i i b i
p swiglu p p
p geglu p p
p swiglu_split p p p
p geglu_split p p p
p rope_ext p p p p i i i f f f f f f
p rope_ext_inplace p p p p i i i f f f f f f
p soft_max_ext p p p f f
p flash_attn_ext p p p p p f f f
v flash_attn_ext_set_prec p i
p argmax p p
p get_type_traits i
z quantize_chunk i p p l l l p
v quantize_init i
b quantize_requires_imatrix i
p gallocr_new p
b gallocr_alloc_graph p p
b gallocr_reserve p p
z gallocr_get_buffer_size p i
v gallocr_free p
p backend_cpu_init
v backend_free p
v backend_cpu_set_n_threads p i
v backend_cpu_set_abort_callback p p p
p backend_cpu_buffer_type
p backend_get_device p
p backend_dev_backend_reg p
p backend_reg_get_proc_address p s
s backend_buft_name p
z backend_buft_get_alloc_size p p
z backend_buft_get_alignment p
p backend_buft_alloc_buffer p z
v backend_buffer_free p
v backend_buffer_clear p i
p backend_buffer_get_base p
i backend_tensor_alloc p p p
v backend_tensor_set p p z z
v backend_tensor_get p p z z
i backend_graph_compute p p
i cpu_has_avx
i cpu_has_avx2
i cpu_has_avx_vnni
i cpu_has_avx512
i cpu_has_avx512_vnni
i cpu_has_avx512_bf16
i cpu_has_fma
i cpu_has_f16c
i cpu_has_neon
i cpu_has_dotprod
i cpu_has_matmul_int8
i cpu_has_sve
i cpu_has_amx_int8
"""


class InitParams(ctypes.Structure):
    """`struct ggml_init_params`."""

    _fields_ = (("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


class Tensor(ctypes.Structure):
    """`struct ggml_tensor`: type, ne (elements by dimension, fastest first), nb (strides in bytes), data (address)."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buffer", ctypes.c_void_p),
        ("ne", ctypes.c_int64 * 4),
        ("nb", ctypes.c_size_t * 4),
        ("op", ctypes.c_int),
        ("op_params", ctypes.c_int32 * 16),
        ("flags", ctypes.c_int),
        ("src", ctypes.c_void_p * 10),
        ("view_src", ctypes.c_void_p),
        ("view_offs", ctypes.c_size_t),
        ("data", ctypes.c_void_p),
        ("name", ctypes.c_char * 64),
        ("extra", ctypes.c_void_p),
        ("padding", ctypes.c_char * 8),
    )


class TypeTraits(ctypes.Structure):
    """`struct ggml_type_traits`; `to_float(source, float32 destination, elements)` undoes a quantization."""

    _fields_ = (
        ("type_name", ctypes.c_char_p),
        ("blck_size", ctypes.c_int64),
        ("blck_size_interleave", ctypes.c_int64),
        ("type_size", ctypes.c_size_t),
        ("is_quantized", ctypes.c_bool),
        ("to_float", ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)),
        ("from_float_ref", ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)),
    )


_LETTERS: dict[str, Any] = {
    "p": ctypes.c_void_p,
    "s": ctypes.c_char_p,
    "i": ctypes.c_int32,
    "l": ctypes.c_int64,
    "z": ctypes.c_size_t,
    "f": ctypes.c_float,
    "b": ctypes.c_bool,
    "v": None,
    "params": InitParams,
}
_libraries: list[ctypes.CDLL] = []


def __getattr__(name: str) -> Callable[..., Any]:
    """Bind `ggml_NAME` when it is first asked for."""
    signature = _SIGNATURE_OF.get(name)
    if signature is None:
        raise AttributeError(f"module 'galiot.ggml' has no function {name!r}")
    for library in _load():
        if hasattr(library, f"ggml_{name}"):
            function = getattr(library, f"ggml_{name}")
            function.restype, function.argtypes = _LETTERS[signature[0]], [_LETTERS[s] for s in signature[1]]
            globals()[name] = function
            return function  # type: ignore[no-any-return]
    raise GaliotError(f"the installed ggml has no function ggml_{name}: pip install ggml-python==0.0.45")


def tensor(address: int) -> Tensor:
    """The fields of the tensor at `address`, shared with ggml."""
    return Tensor.from_address(address)


def context(size: int, *, allocate: bool = False) -> int:
    """A new ggml context of `size` bytes; with `allocate`, tensors made in it get memory of their own from it."""
    address: int | None = __getattr__("init")(InitParams(size, None, not allocate))
    if not address:
        raise GaliotError(f"no memory for a ggml context of {size} bytes")
    return address


def array(address: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """The memory of a contiguous tensor as an array, slowest dimension first, of a type as wide as the tensor's."""
    t, dtype = Tensor.from_address(address), np.dtype(dtype)
    shape = [n for n in reversed(t.ne)]
    while len(shape) > 1 and shape[0] == 1:
        shape.pop(0)
    size = math.prod(shape) * dtype.itemsize
    return memory(t.data, size).view(dtype).reshape(shape)


def memory(address: int, size: int) -> npt.NDArray[np.uint8]:
    """`size` bytes at `address` as an array; the caller keeps the owner of that memory alive."""
    return np.frombuffer(memoryview((ctypes.c_uint8 * size).from_address(address)), np.uint8)


@functools.cache
def type_traits(kind: int) -> TypeTraits:
    """What ggml knows of a tensor type."""
    return TypeTraits.from_address(__getattr__("get_type_traits")(kind))


_SIGNATURE_OF = {(w := line.split())[1]: (w[0], w[2:]) for line in _SIGNATURES.strip().splitlines()}


def _load() -> list[ctypes.CDLL]:
    if _libraries:
        return _libraries
    spec = importlib.util.find_spec("ggml")
    if spec is None or not spec.submodule_search_locations:
        raise GaliotError("ggml is not installed: pip install ggml-python==0.0.45")
    folder = Path(spec.submodule_search_locations[0]) / "lib"
    with _considerate_spins():
        for stem in ("libggml-base", "libggml-cpu", "libggml"):
            path = next((p for p in (folder / f"{stem}.so", folder / f"{stem}.dylib") if p.exists()), None)
            if path is not None:
                _libraries.append(ctypes.CDLL(str(path)))
    if not _libraries:
        raise GaliotError(f"no ggml library in {folder}: pip install --force-reinstall ggml-python==0.0.45")
    _check_layout()
    __getattr__("log_set")(_quiet, None)
    return _libraries


@contextlib.contextmanager
def _considerate_spins() -> Iterator[None]:
    """Where other programs run, let threads that wait for each other sleep after some 30 us.

    OpenMP's threads spin for 4 ms by default. Where other programs want the same processors, the one that is waited
    for cannot run meanwhile: beside busy programs a prompt took 1.5 to 5 and an answer 2 to 10 times as long. Spins of
    50 or 200 us did worse than 30 in some runs. On an idle device the long spins are worth 5 % of a prompt. OpenMP
    reads the variable once, when it is loaded.
    """
    name = "GOMP_SPINCOUNT"
    if name in os.environ or "OMP_WAIT_POLICY" in os.environ or not _others_run():
        yield
        return
    os.environ[name] = "3000"
    try:
        yield
    finally:
        del os.environ[name]


def _others_run() -> bool:
    """Whether anybody but us wants a processor at this moment; unknown counts as no."""
    try:
        running = Path("/proc/loadavg").read_text("ascii").split()[3]  # as 2/180: running of all threads, us included
        return int(running.split("/")[0]) > 1
    except (OSError, ValueError, IndexError):
        return False


def _check_layout() -> None:
    overhead = __getattr__("tensor_overhead")()  # the tensor and the 32 bytes that a context spends on each object
    if overhead != ctypes.sizeof(Tensor) + 32:
        raise GaliotError("the installed ggml has another tensor layout: pip install ggml-python==0.0.45")


def _log(level: int, text: bytes, data: int) -> None:
    log.debug("%s", text.decode(errors="replace").rstrip())


_LogCallback = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
_quiet = _LogCallback(_log)
