"""What a session will need, what it is granted, and what it took."""

from __future__ import annotations

import logging
import resource
from dataclasses import dataclass, replace

from galiot.errors import BudgetError, ConfigError
from galiot.model.model import Model
from galiot.runtime.cache.cells import Cells
from galiot.runtime.config import CacheType, RuntimeConfig
from galiot.runtime.graph import GRAPHS, Graphs, Shape
from galiot.runtime.peak import peak_bytes
from galiot.runtime.weights import Weights
from galiot.runtime.weights.delta import Adapters, Deltas

log = logging.getLogger(__name__)

_LIBRARIES = 6 << 20  # ggml, OpenMP, threads, what loading leaves in the heap; measured


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


@dataclass(frozen=True)
class Forecast:
    """Bytes that a session will need, by part."""

    interpreter: int
    """The process as it is, with tokenizer and template."""
    weights: int
    cache: int
    """For a full context."""
    graphs: int
    """What lies between the layers, and the descriptions of the operations."""
    cache_type: CacheType
    adapters: int = 0

    @property
    def total(self) -> int:
        """All parts together."""
        return self.interpreter + self.weights + self.adapters + self.cache + self.graphs

    @property
    def parts(self) -> dict[str, int]:
        """Name -> bytes."""
        return {
            "interpreter": self.interpreter,
            "weights": self.weights,
            **({"adapters": self.adapters} if self.adapters else {}),
            f"{self.cache_type} cache": self.cache,
            "graphs": self.graphs,
        }


def forecast(model: Model, config: RuntimeConfig, adapters: Adapters = (), *, before: int | None = None) -> Forecast:
    """Say what a session with these settings will need; takes about 20 ms and loads no weights.

    The largest graph is built over weights without memory, so that ggml itself says what it takes.

    before: bytes that the process held before the session; None: what it holds now
    """
    kind: CacheType = config.cache_type or "f16"
    _ = model.tokenizer, model.template  # their memory counts, and only the process can say how much it is
    weights = Weights(model, outline=True)
    cells = Cells(model.spec, config.context, kind)
    graphs = Graphs(None, weights, cells)
    deltas = Deltas(weights, adapters, outline=True) if adapters else None
    try:
        graphs.adapt(deltas)
        graphs.get(Shape(config.chunk, cells.visible_rows(config.context), 0, model.spec.layers))
        described = min(GRAPHS, 2 + 2 * config.context // 256) * graphs.description_bytes
        return Forecast(
            interpreter=(resident_bytes() if before is None else before) + _LIBRARIES,
            weights=weights.size,
            adapters=deltas.size if deltas else 0,
            cache=cells.row_bytes * config.context,
            graphs=graphs.buffer_bytes + described,
            cache_type=kind,
        )
    finally:
        graphs.close()
        cells.close()
        weights.close()


def admit(model: Model, config: RuntimeConfig, adapters: Adapters = (), *, before: int | None = None) -> RuntimeConfig:
    """Hold the forecast against what is granted; return the settings with the cache type decided.

    before: as `forecast` takes it
    raises: BudgetError with the parts and with the change that would fit
    """
    kinds: list[CacheType] = [config.cache_type] if config.cache_type else ["f16", "q8_0"]
    if config.memory_bytes is None:
        return replace(config, cache_type=kinds[0])
    needed: list[Forecast] = []
    for kind in kinds:
        try:
            found = forecast(model, replace(config, cache_type=kind), adapters, before=before)
        except ConfigError:  # heads too narrow for q8_0
            continue
        if found.total <= config.memory_bytes:
            if kind != kinds[0]:
                log.warning("the cache is kept as %s: f16 would not fit into the memory that is granted", kind)
            return replace(config, cache_type=kind)
        needed.append(found)
    least = min(needed, key=lambda f: f.total)
    raise BudgetError(
        "bytes", needed=least.total, allowed=config.memory_bytes, parts=least.parts, advice=_advice(least, config)
    )


def _advice(least: Forecast, config: RuntimeConfig) -> str:
    """Name the change that would make it fit."""
    fixed = least.total - least.cache
    room = int(config.context * (config.memory_bytes - fixed) / least.cache) // 64 * 64 if config.memory_bytes else 0
    if room >= 64:
        return f"a context of {room} tokens would fit"
    if least.cache_type != "q8_0" and config.cache_type:
        return "use a smaller model, or try the cache type q8_0"
    return "use a smaller model"


def resident_bytes() -> int:
    """Return the resident size of this process now."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:
        return peak_bytes()
