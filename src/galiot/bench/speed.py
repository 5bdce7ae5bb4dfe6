"""How fast a model reads a prompt and writes an answer, beside llama.cpp in the same run.

We and the peer take turns, repeat by repeat, so that whatever else the machine does hits both. Both are given the same
random tokens, both write greedily, and nothing is loaded or warmed up inside a measured span.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from galiot.bench.peer import LlamaCpp
from galiot.errors import ConfigError
from galiot.files import Progress
from galiot.model.model import Model
from galiot.record import Record, median_and_spread
from galiot.runtime.choose import Chooser
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.sampling import SamplingConfig
from galiot.runtime.session import Session

KINDS = ("prefill", "decode")
_PAST_CACHES = 256 << 20  # bytes, more than a last cache holds


@dataclass(frozen=True, kw_only=True)
class SpeedConfig:
    """What is measured."""

    threads: int = 2
    prompt: int = 512
    """Tokens that are read at once; 0: reading is not measured."""
    tokens: int = 128
    """Tokens that are written one by one; 0: writing is not measured."""
    depth: int = 0
    """Tokens that are in the cache before either begins."""
    repeats: int = 5
    seed: int = 0
    """Of the random tokens."""

    def __post_init__(self) -> None:
        for name, low, high in (("threads", 1, 1024), ("prompt", 0, 1 << 20), ("tokens", 0, 1 << 20)):
            if not low <= getattr(self, name) <= high:
                raise ConfigError(f"{name} is {getattr(self, name)}, expected {low} to {high}")
        if self.depth < 0 or self.repeats < 1 or self.prompt + self.tokens == 0:
            raise ConfigError("nothing to measure: depth from 0, repeats from 1, and a prompt or tokens are needed")

    @property
    def context(self) -> int:
        """Tokens that the cache must hold."""
        return self.depth + max(self.prompt, self.tokens) + 1


class Runner(Protocol):
    """Somebody whose speed is measured."""

    def seconds(self, kind: str) -> float:
        """Return the time that one prefill or one decode of the settings took."""


class Ours:
    """This engine."""

    def __init__(self, model: Model, config: SpeedConfig) -> None:
        self.config = config
        self.session = Session(model, RuntimeConfig(context=config.context, threads=config.threads))
        self.chooser = Chooser(self.session, SamplingConfig(temperature=0))
        self.tokens = random_tokens(config, model.spec.vocab)
        self._refill()

    def seconds(self, kind: str) -> float:
        """Return the time that one prefill or one decode took."""
        config, session = self.config, self.session
        session.rewind(config.depth)
        begin = time.perf_counter()
        if kind == "prefill":
            session.evaluate(self.tokens[config.depth : config.depth + config.prompt])
        else:
            token = self.tokens[config.depth]
            for _ in range(config.tokens):
                self.chooser.read([token])
                token = self.chooser.choose()
        return time.perf_counter() - begin

    def close(self) -> None:
        """Give the memory back."""
        self.session.close()

    def _refill(self) -> None:
        if self.config.depth:
            self.session.evaluate(self.tokens[: self.config.depth], logits="none")


def measure_speed(
    model: Model, config: SpeedConfig, *, peer: LlamaCpp | None = None, progress: Progress | None = None
) -> Record:
    """Measure prefill and decode, in turn with the peer where one is given.

    returns: medians, spread, ratios and the share of the ceiling
    progress: repeats
    raises: whatever the session or the peer raises before anything was measured
    """
    kinds = [kind for kind, count in zip(KINDS, (config.prompt, config.tokens), strict=True) if count]
    ours = Ours(model, config)
    runners: dict[str, Runner] = {"": ours}
    try:
        if peer is not None:
            peer.start(model.path, asdict(config), ours.tokens)
            runners["peer"] = peer
        times = _in_turn(runners, kinds, config.repeats, progress)
    finally:
        ours.close()
        if peer is not None:
            peer.close()
    return _record(model, config, times, peer)


def random_tokens(config: SpeedConfig, vocab: int) -> list[int]:
    """Return as many random tokens as the longest run needs; the same for the same seed."""
    generator = np.random.default_rng(config.seed)
    return [int(token) for token in generator.integers(0, vocab, config.context)]


def ceiling_tokens_per_s(model: Model, config: SpeedConfig) -> float:
    """Return the decode speed at which every weight is read once a token, at the bandwidth measured now.

    The cache that is read beside it is counted as f16, at the middle of what is written.
    """
    from galiot.bench.throughput import memory_bytes_per_s

    bandwidth = memory_bytes_per_s(config.threads, _PAST_CACHES)
    return bandwidth / bytes_per_token(model, config.depth + config.tokens // 2)


def bytes_per_token(model: Model, depth: int) -> int:
    """Return the bytes of weights and of an f16 cache that one token needs at this depth."""
    tensors, spec = model.file.tensors, model.spec
    tied = "output.weight" not in tensors
    weights = sum(info.size for name, info in tensors.items() if tied or name != "token_embd.weight")
    cells = sum(2 * heads * (spec.key_dim + spec.value_dim) for heads in spec.kv_heads)
    return weights + cells * depth


def _in_turn(
    runners: Mapping[str, Runner], kinds: list[str], repeats: int, progress: Progress | None
) -> dict[tuple[str, str], list[float]]:
    times: dict[tuple[str, str], list[float]] = {(name, kind): [] for name in runners for kind in kinds}
    for turn in range(repeats + 1):  # the first one warms up and does not count
        for kind in kinds:
            for name, runner in runners.items():
                spent = runner.seconds(kind)
                if turn:
                    times[name, kind].append(spent)
        if progress:
            progress(turn, repeats)
    return times


def _record(
    model: Model, config: SpeedConfig, times: dict[tuple[str, str], list[float]], peer: LlamaCpp | None
) -> Record:
    figures: dict[str, Any] = {}
    spread: dict[str, tuple[float, float]] = {}
    counts = {"prefill": config.prompt, "decode": config.tokens}
    theirs: dict[str, Any] = {"name": peer.name} if peer is not None else {}
    ratios: dict[str, float] = {}
    for (who, kind), seconds in times.items():
        median, span = median_and_spread([counts[kind] / one for one in seconds])
        key = f"{kind}_tokens_per_s"
        (theirs if who else figures)[key] = round(median, 2)
        spread[f"peer.{key}" if who else key] = (round(span[0], 2), round(span[1], 2))
        if who:
            pairs = [b / a for a, b in zip(times["", kind], seconds, strict=True)]
            ratios[kind] = round(statistics.median(pairs), 3)
            spread[f"ratio.{kind}"] = (round(min(pairs), 3), round(max(pairs), 3))
    if peer is not None:
        figures |= {"peer": theirs, "ratio": ratios}
    if config.tokens:
        ceiling = ceiling_tokens_per_s(model, config)
        figures["ceiling_tokens_per_s"] = round(ceiling, 1)
        figures["ceiling_share"] = round(figures["decode_tokens_per_s"] / ceiling, 3)
    return Record(
        task="speed",
        model=Path(model.path).name,
        model_sha256=model.sha256,
        settings=asdict(config),
        figures=figures,
        spread=spread,
        repeats=config.repeats,
        seed=config.seed,
    )
