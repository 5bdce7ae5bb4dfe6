"""Everything that one run of tuning is told."""

from __future__ import annotations

import hashlib
import json
import math
import os
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from galiot.errors import ConfigError

Overlong = Literal["cut", "refuse"]
MethodName = Literal["auto", "lora", "rslora", "dora", "full", "mezo"]
TARGETS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
"""The linear layers that an adapter may lie on, as GGUF names them."""
_CHOICES = {
    "method": ("auto", "lora", "rslora", "dora", "full", "mezo"),
    "schedule": ("cosine", "linear", "constant"),
    "optimizer": ("adamw", "adamw8", "adafactor"),
    "checkpoints": ("memory", "disk"),
    "overlong": ("cut", "refuse"),
}
_BOUNDS: dict[str, tuple[float, float]] = {
    "steps": (1, 10**9),
    "epochs": (1, 10**6),
    "batch": (1, 4096),
    "sequence": (8, 1 << 20),
    "rank": (1, 4096),
    "seed": (0, (1 << 63) - 1),
    "warmup": (0, 10**9),
    "accumulate": (1, 4096),
    "tolerate": (0, 10**9),
    "save_every": (1, 10**9),
    "threads": (1, 1024),
    "memory_bytes": (1, (1 << 63) - 1),
}
# what changes how fast or how safely a run is made, but nothing that it learns
_NOT_LEARNED = ("steps", "epochs", "tolerate", "save_every", "threads", "memory_bytes", "seconds", "checkpoints")


@dataclass(frozen=True, kw_only=True)
class TuneSettings:
    """Settings of one run; what is None is decided by the method or by the data."""

    method: MethodName = "auto"
    steps: int | None = None
    """Updates; None: `epochs` times the data, or as many as `seconds` allow."""
    epochs: int = 3
    """How often every sample is seen where `steps` are not said."""
    batch: int = 4
    """Samples of one pass."""
    accumulate: int = 1
    """Passes of one update."""
    sequence: int = 256
    """Longest sample, in tokens."""
    rank: int = 8
    alpha: float | None = None
    """The adapter's product is multiplied by alpha / rank; None: twice the rank."""
    targets: tuple[str, ...] = TARGETS
    """Linear layers that get an adapter."""
    start: str | None = None
    """An adapter of the same model, rank and layers to go on from; None: one that changes nothing yet."""
    rate: float | None = None
    """Largest step size; None: the method's own."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup: int | None = None
    """Updates until the rate is reached; None: a twentieth of them."""
    clip: float | None = 1.0
    """Longest gradient; None: as long as it is."""
    optimizer: Literal["adamw", "adamw8", "adafactor"] = "adamw"
    checkpoints: Literal["memory", "disk"] = "memory"
    """Where the inputs of layers wait for the way back."""
    seed: int = 0
    raw: bool = False
    """Prompt and completion as they are, without the model's chat template."""
    overlong: Overlong = "cut"
    """Samples of more than `sequence` tokens: keep their beginning, or leave them out."""
    tolerate: int = 0
    """Malformed rows that are skipped; one more is an error."""
    save_every: int = 50
    """Updates between two checkpoints."""
    threads: int | None = None
    memory_bytes: int | None = None
    """What the whole process may use."""
    seconds: float | None = None
    """When the training stops, in good order."""

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            if (value := getattr(self, name)) not in known:
                raise ConfigError(f"{name} is {value!r}, expected {', '.join(known)}")
        for name, (low, high) in _BOUNDS.items():
            if (value := getattr(self, name)) is not None and not low <= value <= high:
                raise ConfigError(f"{name} is {value}, expected {low} to {high}")
        for name in ("alpha", "rate", "clip", "seconds"):
            if (value := getattr(self, name)) is not None and not (math.isfinite(value) and value > 0):
                raise ConfigError(f"{name} is {value}, expected a number above 0")
        if unknown := [name for name in self.targets if name not in TARGETS]:
            raise ConfigError(f"there is no linear layer {unknown[0][:40]!r}; there is {', '.join(TARGETS)}")
        if self.start is not None and self.method not in ("auto", "lora"):
            raise ConfigError(f"{self.method} cannot go on from an adapter; lora can")
        if not self.targets or len(set(self.targets)) < len(self.targets):
            raise ConfigError(f"targets are {self.targets}, expected each of at least one layer once")

    @property
    def scale_alpha(self) -> float:
        """`alpha`, or twice the rank."""
        return 2.0 * self.rank if self.alpha is None else self.alpha

    @property
    def thread_count(self) -> int:
        """`threads`, or the processors that this process may run on."""
        if self.threads:
            return self.threads
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def with_method(self, name: str) -> TuneSettings:
        """Return the settings with another method.

        raises: ConfigError for one that there is not
        """
        method: Any = name
        return replace(self, method=method)

    def decided(self, *, samples: int) -> TuneSettings:
        """Return the settings with the method's rate, and steps and warm-up counted for so many samples.

        The method must be known by now.
        """
        from galiot.tune.methods import METHODS

        per_update = self.batch * self.accumulate
        steps = self.steps or max(1, math.ceil(self.epochs * samples / per_update))
        return replace(
            self,
            steps=steps,
            rate=METHODS[self.method].rate if self.rate is None else self.rate,
            warmup=max(1, steps // 20) if self.warmup is None else self.warmup,
        )

    def digest(self) -> str:
        """Return a hash of everything that decides about what is learned, the number of steps counted in."""
        said = {name: value for name, value in asdict(self).items() if name not in _NOT_LEARNED or name == "steps"}
        if self.start is None:
            del said["start"]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
