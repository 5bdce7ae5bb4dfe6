"""How fast this device reads its memory and its storage, measured in about a second each."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import secrets
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_STORAGE_BYTES = 256 << 20  # at most this much is read
_BLOCK = 4 << 20
_WRITE_S = 0.8  # a slow card gets a smaller test file
_READ_S = 1.2
_REPEATS = 7


@dataclass(frozen=True, kw_only=True)
class StorageSpeed:
    """Sequential reading of one file."""

    folder: str
    read_bytes_per_s: float
    bytes_read: int
    file: str  # what was read: a model of the library, or a file made for it
    cached_share: float | None  # of the file, what the system did not let go of before it was read; None: unknown


def memory_bytes_per_s(threads: int, buffer_bytes: int) -> float:
    """Return how many bytes per second `threads` threads read together, the best of seven rounds.

    buffer_bytes: for all threads together; beyond the last cache, or it is the cache that is measured
    """
    words = np.ones(buffer_bytes // 4, np.int32)
    parts = np.array_split(words, threads)
    passes = max(2, int(1.5e9 / words.nbytes))
    return max(_round(parts, passes) for _ in range(_REPEATS))


def _round(parts: list[np.ndarray], passes: int) -> float:
    start = threading.Barrier(len(parts) + 1)

    def read(part: np.ndarray) -> None:
        start.wait()
        for _ in range(passes):
            part.max()

    workers = [threading.Thread(target=read, args=(part,)) for part in parts]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    return passes * sum(part.nbytes for part in parts) / (time.perf_counter() - began)


def storage_speed(folder: Path, *, test_folder: Path | None = None) -> StorageSpeed:
    """Return how fast the largest model of the folder is read from storage, the system's own copy dropped before.

    Where there is no model of at least 32 MiB, a file is written to `test_folder` (default: the folder), read, and
    removed. raises: OSError
    """
    models = sorted(folder.glob("*.gguf"), key=lambda path: path.stat().st_size)
    if models and models[-1].stat().st_size >= 32 << 20:
        return _read_uncached(folder, models[-1], models[-1].name)
    place = test_folder or folder
    place.mkdir(parents=True, exist_ok=True)
    path = place / f".probe.{secrets.token_hex(4)}"
    try:
        _write_test_file(path)
        return _read_uncached(folder, path, "a test file")
    finally:
        path.unlink(missing_ok=True)


def _write_test_file(path: Path) -> None:
    block, written, stop = secrets.token_bytes(_BLOCK), 0, time.perf_counter() + _WRITE_S
    status = os.statvfs(path.parent)
    most = min(128 << 20, status.f_bavail * status.f_frsize // 2)
    with open(path, "xb", buffering=0) as file:
        while written < most and time.perf_counter() < stop:
            written += file.write(block)
            os.fsync(file.fileno())


def _read_uncached(folder: Path, path: Path, name: str) -> StorageSpeed:
    handle = os.open(path, os.O_RDONLY)
    try:
        size = min(os.fstat(handle).st_size, _STORAGE_BYTES)
        if not size:
            raise OSError("no room for a test file")
        _drop(handle)
        cached = _resident_share(handle, size)
        done, began = 0, time.perf_counter()
        while done < size and time.perf_counter() - began < _READ_S and (block := os.read(handle, _BLOCK)):
            done += len(block)
        seconds = time.perf_counter() - began
    finally:
        os.close(handle)
    return StorageSpeed(
        folder=str(folder), read_bytes_per_s=done / seconds, bytes_read=done, file=name, cached_share=cached
    )


def _drop(handle: int) -> None:
    """Ask the system to forget what it keeps of a file."""
    with contextlib.suppress(OSError):
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        elif sys.platform == "darwin":
            import fcntl

            fcntl.fcntl(handle, fcntl.F_NOCACHE, 1)


def _resident_share(handle: int, size: int) -> float | None:
    """Return the share of a file's first `size` bytes that is in memory still; None where the system does not say."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        pages = -(-size // mmap.PAGESIZE)
        flags = np.zeros(pages, np.uint8)
        with mmap.mmap(handle, size, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE) as memory:
            view = ctypes.c_char.from_buffer(memory)
            mincore = ctypes.CDLL(None, use_errno=True).mincore
            mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
            status = mincore(ctypes.addressof(view), size, flags.ctypes.data)
            del view
        return float((flags & 1).mean()) if status == 0 else None
    return None
