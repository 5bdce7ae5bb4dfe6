"""Choosing the next token from logits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import ConfigError

Array = npt.NDArray[Any]
_PENALTY_WINDOW = 64  # tokens that the repetition penalty looks back


@dataclass(frozen=True, kw_only=True)
class SamplingConfig:
    """How a token is drawn; with temperature 0 the likeliest is taken."""

    temperature: float = 0.7
    top_k: int = 40
    """Only so many of the likeliest tokens; 0: all."""
    top_p: float = 0.95
    """Only the likeliest tokens that together have this probability; 1: all."""
    min_p: float = 0.05
    """Only tokens at least this likely in proportion to the likeliest; 0: all."""
    repetition_penalty: float = 1.0
    """Divides the logits of the last 64 tokens (multiplies, where negative); 1: off."""
    seed: int | None = None
    """The same seed gives the same text; None: another each time."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("temperature", 0.0, 100.0),
            ("top_k", 0, 1 << 24),
            ("top_p", 0.0, 1.0),
            ("min_p", 0.0, 1.0),
            ("repetition_penalty", 0.1, 10.0),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} is {value}, expected {low} to {high}")
        if self.seed is not None and self.seed < 0:
            raise ConfigError(f"seed is {self.seed}, expected 0 or more")


class Sampler:
    """Draws tokens; holds the random state.

    Order: repetition penalty, top-k, temperature, min-p, top-p. Sources: Holtzman et al., "The Curious Case of Neural
    Text Degeneration", arXiv 1904.09751 (top-p); Nguyen et al., "Min-p Sampling", arXiv 2407.01082; Keskar et al.,
    "CTRL", arXiv 1909.05858 (penalty). Ours applies top-p and min-p to the tempered distribution.
    """

    def __init__(self, config: SamplingConfig) -> None:
        self.config = config
        self._random = np.random.default_rng(config.seed)

    @property
    def span(self) -> float:
        """How far below the best logit a token can be and still be drawn; infinite where that is not known."""
        config = self.config
        if config.repetition_penalty != 1:
            return math.inf
        if config.temperature == 0:
            return 0.0
        return -config.temperature * math.log(config.min_p) if config.min_p else math.inf

    def draw(self, logits: Array, history: Sequence[int] = ()) -> int:
        """Return a token.

        logits: (vocab,) float32; minus infinity forbids a token
        history: tokens so far, for the repetition penalty
        """
        config = self.config
        if config.repetition_penalty != 1 and history:
            recent = np.array(list({token for token in history[-_PENALTY_WINDOW:] if token >= 0}), np.int64)
            logits, seen = logits.copy(), logits[recent]
            logits[recent] = np.where(seen > 0, seen / config.repetition_penalty, seen * config.repetition_penalty)
        if config.temperature == 0:
            return int(logits.argmax())
        tokens, p = self.distribution(logits)
        drawn = int(np.searchsorted(np.cumsum(p), self._random.random()))
        return int(tokens[min(drawn, len(p) - 1)])

    def distribution(self, logits: Array) -> tuple[Array, Array]:
        """Return the tokens that may be drawn, likeliest first, and their probabilities (float64, adding up to 1)."""
        config = self.config
        count = min(config.top_k or len(logits), len(logits))
        likeliest = np.arange(len(logits)) if count == len(logits) else np.argpartition(logits, -count)[-count:]
        tokens: Array = np.sort(likeliest)
        tokens = tokens[np.argsort(-logits[tokens], kind="stable")]  # ties: the smaller token first
        scaled = logits[tokens].astype(np.float64) / config.temperature
        p = np.exp(scaled - scaled[0])
        p /= p.sum()
        p = p[(p >= config.min_p * p[0]) & (p > 0)]
        p /= p.sum()
        p = p[: max(1, int((np.cumsum(p) - p < config.top_p).sum()))]
        return tokens[: len(p)], p / p.sum()
