"""What a session will need, what it is granted, and what it took."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass, replace

from galiot.model.model import Model
from galiot.runtime.config import RuntimeConfig


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What an answer took."""

    seconds: float = 0.0
    prompt_tokens: int = 0
    prompt_seconds: float = 0.0
    tokens: int = 0
    decode_seconds: float = 0.0
    """From the end of the prompt to the last token."""
    first_token_s: float = 0.0
    peak_bytes: int = 0
    """Largest resident size of the process so far."""

    @property
    def prefill_tokens_per_s(self) -> float:
        """Speed of reading the prompt."""
        return self.prompt_tokens / self.prompt_seconds if self.prompt_seconds else 0.0

    @property
    def decode_tokens_per_s(self) -> float:
        """Speed of writing, the first token left out as its logits came with the prompt."""
        return (self.tokens - 1) / self.decode_seconds if self.decode_seconds and self.tokens > 1 else 0.0

    def to_json(self) -> dict[str, float | int]:
        """The figures with their units in the keys."""
        return {
            "seconds": round(self.seconds, 4),
            "prompt_tokens": self.prompt_tokens,
            "tokens": self.tokens,
            "first_token_s": round(self.first_token_s, 4),
            "prefill_tokens_per_s": round(self.prefill_tokens_per_s, 1),
            "decode_tokens_per_s": round(self.decode_tokens_per_s, 1),
            "peak_bytes": self.peak_bytes,
        }


def admit(model: Model, config: RuntimeConfig, *, loaded: bool = False) -> RuntimeConfig:
    """Hold the forecast against what is granted."""
    return config if config.cache_type else replace(config, cache_type="f16")


def peak_bytes() -> int:
    """Return the largest resident size that this process has had."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # ru_maxrss is inherited from the parent
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
