"""Choosing one token after another: session, constraint and sampler together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from galiot.runtime.sampling import Sampler, SamplingConfig
from galiot.runtime.session import Session

FEW = 64
"""So many logits are quicker computed one by one than by the whole output layer."""
_MARGIN = 4.0  # logits; the rounded layer misplaced the best token of 1024 by 2.3 at most


class Constraint(Protocol):
    """What may come next; made by `galiot.runtime.constrain`."""

    def mask_into(self, logits: npt.NDArray[np.float32]) -> None:
        """Set the logits (vocab,) of forbidden tokens to minus infinity."""

    def few(self) -> npt.NDArray[np.intp] | None:
        """Return the tokens that may come next, where they are `FEW` at most; None: only `mask_into` tells."""
        ...

    def accept(self, token: int) -> bool:
        """Take note of the token that was chosen; False where the answer could no longer be completed with it."""
        ...

    def forced(self) -> list[int]:
        """Take note of, and return, the tokens that are the only possibility from here on, as far as known."""
        ...

    @property
    def done(self) -> bool:
        """Whether the answer may end here."""
        ...

    @property
    def must_stop(self) -> bool:
        """Whether nothing more may come."""
        ...


class Chooser:
    """Reads tokens and chooses the next one.

    Where a constraint leaves few tokens, only their logits are computed, and the output layer is not touched.
    Where the sampler can only draw tokens near the best one, the logits of a single token come from `Sketch`, and those
    that can be drawn are then made exact: so the choice is that of the exact logits. How far the sketch was off is
    seen on these, and where it was off by half of the margin, more are made exact.
    """

    def __init__(self, session: Session, settings: SamplingConfig, constraint: Constraint | None = None) -> None:
        self._session, self._sampler, self._constraint = session, Sampler(settings), constraint
        self._sketching = session.weights.has_sketch and np.isfinite(self._sampler.span)
        self._logits: npt.NDArray[Any] = np.empty(0, np.float32)
        self._state: npt.NDArray[Any] | None = None
        self._exact = np.zeros(session.spec.vocab, bool)

    def read(self, tokens: Sequence[int] | npt.NDArray[Any]) -> None:
        """Append tokens, or embeddings, to what the session has seen."""
        few = self._constraint.few() if self._constraint else None
        if few is not None:
            state = self._session.evaluate(tokens, logits="state", copy=False).state
            assert state is not None
            self._logits, self._state = np.full(self._session.spec.vocab, -np.inf, np.float32), None
            self._logits[few] = self._session.weights.exact_logits(state, few)
            return
        sketch = self._sketching and len(tokens) == 1
        found = self._session.evaluate(tokens, logits="sketch" if sketch else "last", copy=False)
        assert found.logits is not None
        self._logits, self._state = found.logits[0], found.state

    def choose(self) -> int:
        """Return the token that comes next, which is not read yet."""
        if self._state is not None:
            self._exact[:] = False
        while True:
            if self._constraint:
                self._constraint.mask_into(self._logits)
            if self._state is not None:
                self._sharpen(self._state)
            token = self._sampler.draw(self._logits, self._session.tokens)
            if self._constraint is None or self._constraint.accept(token):
                return token

    def _sharpen(self, state: npt.NDArray[Any]) -> None:
        """Make the logits of all tokens exact that can be drawn."""
        logits, margin = self._logits, _MARGIN
        while True:
            near = np.flatnonzero(logits >= logits.max() - (self._sampler.span + margin))
            near = near[~self._exact[near]]
            if not len(near):
                return
            exact = self._session.weights.exact_logits(state, near)
            margin = max(margin, 2 * float(np.abs(exact - logits[near]).max()))
            logits[near], self._exact[near] = exact, True
