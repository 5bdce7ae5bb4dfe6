"""What an adapter is worth: how well it predicts what it was not shown, and what it made the model forget.

Both are measured by the engine that will run it, not by the code that trained it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.learn.batch import Sample, pack
from galiot.model.adapter import Adapter
from galiot.model.model import Model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.likelihood import Likelihood
from galiot.runtime.session import Session

Array = npt.NDArray[Any]
_GENERAL = 512  # tokens of the general text, at most
_MEASURED = 32768  # tokens of what was held out, at most; the first samples count
ROWS = 16
"""Positions whose probabilities are held at once."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the gate found. Losses are in nats per predicted token."""

    held_out_before: float
    """Of the model as it is."""
    held_out_after: float
    forgetting: float
    """Mean Kullback-Leibler divergence from the model as it is, in nats a token, on a general text."""
    held_out_old: float | None = None
    """Of the adapter that was there before, where there was one."""

    @property
    def better(self) -> bool:
        """Whether what was held out is predicted better than by the model alone and by the adapter that was there."""
        others = [self.held_out_before, *([] if self.held_out_old is None else [self.held_out_old])]
        return self.held_out_after < min(others)

    @property
    def finite(self) -> bool:
        """Whether the engine finds numbers at all with what was learned."""
        return math.isfinite(self.held_out_after) and math.isfinite(self.forgetting)

    @property
    def why(self) -> str:
        """The verdict in words."""
        was = f"held-out loss {self.held_out_before:.4f} before, {self.held_out_after:.4f} after"
        old = "" if self.held_out_old is None else f", {self.held_out_old:.4f} with the adapter that is there"
        return f"{was}{old}; forgetting {self.forgetting:.4f} nats a token"

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON object."""
        return asdict(self)


class Gate:
    """Measures a model with and without what was learned; its memory is a session's, and only while it measures."""

    def __init__(self, model: Model, held_out: Sequence[Sample], *, threads: int | None = None) -> None:
        self.model, self.threads = model, threads
        self.held_out = _first(held_out, _MEASURED)
        self.general = general_tokens(model)

    def before(self) -> float:
        """Return the held-out loss of the model as it is."""
        return self.loss_of(self.model)

    def after(self, adapter: Adapter, before: float, old: Adapter | None = None) -> Verdict:
        """Judge an adapter.

        before: what `before` returned
        old: the adapter that was there
        """
        with self._open(self.model) as scorer:
            base = scorer.hidden(self.general)
            old_loss = None
            if old is not None:
                scorer.session.adapt([(old, 1.0)])
                old_loss = held_out_loss(scorer, self.held_out)
            scorer.session.adapt([(adapter, 1.0)])
            return Verdict(
                held_out_before=before,
                held_out_after=held_out_loss(scorer, self.held_out),
                forgetting=divergence(scorer, base, scorer, scorer.hidden(self.general)),
                held_out_old=old_loss,
            )

    def loss_of(self, model: Model, adapter: Adapter | None = None) -> float:
        """Return the held-out loss of a model, with an adapter or without."""
        with self._open(model) as scorer:
            scorer.session.adapt([(adapter, 1.0)] if adapter else [])
            return held_out_loss(scorer, self.held_out)

    def after_whole(self, tuned: Model, before: float) -> Verdict:
        """Judge a model that was changed itself."""
        with self._open(self.model) as base, self._open(tuned) as scorer:
            apart = divergence(base, base.hidden(self.general), scorer, scorer.hidden(self.general))
            after = held_out_loss(scorer, self.held_out)
        return Verdict(held_out_before=before, held_out_after=after, forgetting=apart)

    def share(self, *, old: bool = False) -> float:
        """Return how much longer `after` takes than `before`."""
        measured = sum(map(len, self.held_out))
        return 1.0 + old + 3 * len(self.general) / measured

    @contextmanager
    def _open(self, model: Model) -> Iterator[Likelihood]:
        context = max([len(self.general), *map(len, self.held_out)]) + 1
        config = RuntimeConfig(context=context, threads=self.threads)
        with Session(model, config) as session:
            scorer = Likelihood(session)
            try:
                yield scorer
            finally:
                scorer.close()


def general_tokens(model: Model) -> Array:
    """Return the tokens (n,) int32 of a short general text, which comes with the package."""
    text = resources.files("galiot.tune").joinpath("general.txt").read_text("utf-8")
    tokens = model.tokenizer.encode(text, start=True)
    return np.asarray(tokens[: min(_GENERAL, model.spec.context)], np.int32)


def held_out_loss(scorer: Likelihood, samples: Sequence[Sample]) -> float:
    """Return the mean loss in nats per predicted token, each sample seen by itself."""
    total, count = 0.0, 0
    for sample in samples:
        batch = pack([sample])
        lost = scorer.score(batch.tokens, batch.labels)
        total, count = total + float(lost.sum()), count + len(lost)
    return total / count


def divergence(base: Likelihood, base_hidden: Array, other: Likelihood, other_hidden: Array) -> float:
    """Return the mean divergence KL(base || other) in nats, from residual streams (n, width) of one text."""
    total, tiny = 0.0, np.finfo(np.float32).tiny
    for i in range(0, len(base_hidden), ROWS):
        ours = base.probabilities(base_hidden[i : i + ROWS])
        theirs = other.probabilities(other_hidden[i : i + ROWS])
        for row, changed in zip(ours, theirs, strict=True):  # one by one, since these are float64
            p, q = (np.maximum(values, tiny, dtype=np.float64) for values in (row, changed))
            total += float(p @ np.log(p / q))
    return total / len(base_hidden)


def _first(samples: Sequence[Sample], tokens: int) -> list[Sample]:
    """Return samples from the start that together have so many tokens, one at least."""
    kept: list[Sample] = []
    for sample in samples:
        if kept and tokens < len(sample):
            break
        kept.append(sample)
        tokens -= len(sample)
    return kept
