"""What one session is granted, and how it runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from galiot.errors import ConfigError

CacheType = Literal["f16", "q8_0", "f32"]


@dataclass(frozen=True, kw_only=True)
class RuntimeConfig:
    """Settings of a `Session`."""

    context: int = 2048
    """Tokens that the cache holds."""
    threads: int | None = None
    """None: one for each processor that this process may use."""
    cache_type: CacheType | None = None
    """Stored form of a cached key or value; None: f16, or q8_0 where only that fits into `memory_bytes`."""
    chunk: int = 512
    """Tokens of a prompt that go through the model at once."""
    memory_bytes: int | None = None
    """What the whole process may use; None: no promise is made."""

    def __post_init__(self) -> None:
        for name, low, high in (("context", 1, 1 << 24), ("chunk", 1, 1 << 14), ("threads", 1, 1024)):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ConfigError(f"{name} is {value}, expected {low} to {high}")
        if self.cache_type not in (None, "f16", "q8_0", "f32"):
            raise ConfigError(f"cache type is {self.cache_type!r}, expected f16, q8_0 or f32")
        if self.memory_bytes is not None and self.memory_bytes <= 0:
            raise ConfigError(f"memory is {self.memory_bytes} bytes, expected more than 0")

    @property
    def thread_count(self) -> int:
        """`threads`, or the processors that this process may run on."""
        if self.threads:
            return self.threads
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
