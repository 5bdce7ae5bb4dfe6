"""How well a session predicts given tokens, with the logits of only a few of them in memory at any time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from galiot import ggml
from galiot.errors import ContextError, GaliotError, RequestError
from galiot.model.spec import ModelSpec
from galiot.runtime.session import Session

Array = npt.NDArray[Any]
_LOGITS_BYTES = 3 << 20  # a slice takes no more, down to the rows that the products take at once
_LEAST, _MOST = 16, 64  # tokens of a slice


class Likelihood:
    """Scores sequences with a session, whose cache it uses from the first cell on.

    The layers run over chunks of the sequence; the output layer and the softmax run over the predicted positions only,
    some at a time, in a graph of their own.
    """

    def __init__(self, session: Session) -> None:
        session.weights.quicken_output()
        self.session = session
        self._head = _Head(session, _slice_rows(session.spec.vocab))

    def score(self, tokens: npt.NDArray[np.integer[Any]], labels: npt.NDArray[np.integer[Any]]) -> Array:
        """Return -log p (predicted,) float64 in nats, of every label that is not -1.

        tokens: ids (n,), or embeddings (n, width) float32, seen from position 0 on
        labels: the token that follows each, (n,); -1 where nothing is to be predicted
        raises: ContextError when they are longer than the session's context; CancelledError
        """
        wanted = np.flatnonzero(labels >= 0)
        stop, chunk = int(wanted[-1]) + 1 if len(wanted) else 0, self.session.config.chunk
        self.session.rewind(0)
        if stop > self.session.room:  # before anything is run
            raise ContextError(
                "tokens", needed=stop, allowed=self.session.config.context, advice="shorten the sequence"
            )
        parts = [np.empty(0)]
        for i in range(0, stop, chunk):
            part = tokens[i : min(i + chunk, stop)]
            hidden = self.session.evaluate(part, logits="none", hidden=True, copy=False).hidden
            assert hidden is not None
            here = wanted[(wanted >= i) & (wanted < i + chunk)]
            parts.append(self.score_hidden(hidden[here - i], labels[here]))
        return np.concatenate(parts)

    def hidden(self, tokens: Array, layers: tuple[int, int] | None = None) -> Array:
        """Return the residual stream after these layers, (n, width) float32, of a sequence from position 0 on."""
        self.session.rewind(0)
        hidden = self.session.evaluate(tokens, logits="none", hidden=True, layers=layers).hidden
        assert hidden is not None
        return hidden

    def score_hidden(self, hidden: Array, labels: npt.NDArray[np.integer[Any]]) -> Array:
        """Return -log p (n,) float64 of labels (n,), from the residual stream (n, width) after the last layer."""
        if len(labels) and not 0 <= labels.min() <= labels.max() < self.session.spec.vocab:
            raise RequestError(f"labels from {labels.min()} to {labels.max()}, of {self.session.spec.vocab} tokens")
        step = self._head.rows
        parts = [self._head.run(hidden[i : i + step], labels[i : i + step]) for i in range(0, len(labels), step)]
        return np.concatenate(parts) if parts else np.empty(0)

    def probabilities(self, hidden: Array) -> Array:
        """Return the probability of every token (n, vocab) float32, from the residual stream (n, width)."""
        step = self._head.rows
        return np.concatenate([self._head.shares(hidden[i : i + step]) for i in range(0, len(hidden), step)])

    def close(self) -> None:
        """Give the memory back; the session stays open."""
        self._head.close()


def head_bytes(spec: ModelSpec) -> int:
    """Return the memory of a slice's logits and of what leads to them."""
    return 4 * _slice_rows(spec.vocab) * (spec.vocab + 4 * spec.width)


def _slice_rows(vocab: int) -> int:
    rows = _LOGITS_BYTES // (4 * vocab) // _LEAST * _LEAST
    return min(max(rows, _LEAST), _MOST)


class _Head:
    """The graph from the residual stream to the probabilities, for a fixed number of rows."""

    def __init__(self, session: Session, rows: int) -> None:
        self.rows, self._session = rows, session
        spec, weights = session.spec, session.weights
        self.context = ggml.context(32 * ggml.tensor_overhead() + ggml.graph_overhead_custom(32, False))
        self.graph: int = ggml.new_graph_custom(self.context, 32, False)
        self._allocator: int = ggml.gallocr_new(ggml.backend_cpu_buffer_type())
        self._scratch: dict[tuple[type, int, int], int] = {}
        x = ggml.new_tensor_2d(self.context, ggml.F32, spec.width, rows)
        ggml.set_input(x)
        ggml.set_output(x)
        state = ggml.rms_norm(self.context, x, spec.norm_epsilon)
        state = ggml.mul(self.context, state, weights.norms["output_norm.weight"])
        logits = weights.output.multiply(self, state)
        shares = ggml.soft_max_ext(self.context, logits, None, 1.0, 0.0)
        ggml.set_output(shares)
        ggml.build_forward_expand(self.graph, shares)
        if not ggml.gallocr_alloc_graph(self._allocator, self.graph):
            raise GaliotError(f"no memory for the logits of {rows} tokens")
        self._x = ggml.array(x, np.float32).reshape(rows, spec.width)
        self._shares = ggml.array(shares, np.float32).reshape(rows, spec.vocab)

    @property
    def size(self) -> int:
        """Bytes of the buffer."""
        return ggml.gallocr_get_buffer_size(self._allocator, 0)  # type: ignore[no-any-return]

    def scratch(self, user: type, width: int, rows: int) -> int:
        """See `Build.scratch`."""
        if (user, width, rows) not in self._scratch:
            self._scratch[user, width, rows] = ggml.new_tensor_2d(self.context, ggml.F32, width, rows)
        return self._scratch[user, width, rows]

    def run(self, hidden: Array, labels: Array) -> Array:
        """hidden (n, width), labels (n,), n up to `rows` -> -log p (n,) float64."""
        found = self.shares(hidden)[np.arange(len(labels)), labels].astype(np.float64)
        return -np.log(np.maximum(found, np.finfo(np.float32).tiny))

    def shares(self, hidden: Array) -> Array:
        """hidden (n, width), n up to `rows` -> probabilities (n, vocab) float32, which the next call overwrites."""
        n = len(hidden)
        self._x[:n], self._x[n:] = hidden, 0
        self._session.backend.compute(self.graph)
        return self._shares[:n]

    def close(self) -> None:
        """Give the memory back."""
        if self.context:
            del self._x, self._shares
            ggml.gallocr_free(self._allocator)
            ggml.free(self.context)
            self.context = 0
