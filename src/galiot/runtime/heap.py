"""Keeping what the C library's heap holds close to what is in use.

glibc serves large requests from mappings of their own, and gives those back when they are freed. But each time one is
freed it raises the size that counts as large, up to 32 MiB; from then on graph buffers and weights in the making leave
holes in the heap: 20 MiB after a prompt of 2048 tokens. Other C libraries need none of this, and nothing is done there.
"""

from __future__ import annotations

import ctypes
from typing import Any

_LARGE, _HUGE = 1 << 20, 32 << 20  # bytes
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def keep_large_apart() -> None:
    """Fix the size from which on memory is mapped apart and given back when freed, for the whole process."""
    if (mallopt := _glibc("mallopt")) is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, 4 * _LARGE)


def use_again() -> None:
    """Take requests below 32 MiB from the heap, for the whole process: what every layer makes need not be mapped anew.

    After `keep_large_apart`, a step of tuning takes half as long again where pages are slow to get.
    """
    if (mallopt := _glibc("mallopt")) is not None:
        mallopt(_M_MMAP_THRESHOLD, _HUGE)
        mallopt(_M_TRIM_THRESHOLD, 2 * _HUGE)


def trim() -> None:
    """Give back what is free."""
    if (malloc_trim := _glibc("malloc_trim")) is not None:
        malloc_trim(0)


def _glibc(name: str) -> Any:
    library = ctypes.CDLL(None)
    return getattr(library, name, None) if hasattr(library, "gnu_get_libc_version") else None
