"""A running model: tokens or embeddings in; logits, hidden states and taps out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from galiot.errors import ContextError, RequestError
from galiot.model.model import Model
from galiot.runtime.backend import Backend
from galiot.runtime.cache.cells import Cells
from galiot.runtime.config import CacheType, RuntimeConfig
from galiot.runtime.graph import Graphs, Logits, Shape, fill_masks
from galiot.runtime.weights import Weights
from galiot.runtime.weights.delta import Adapters, Deltas
from galiot.runtime.weights.store import GROUPS

if TYPE_CHECKING:
    from galiot.runtime.choose import Constraint
    from galiot.runtime.generate import GenerateConfig, Generation
    from galiot.runtime.mixed import Part

log = logging.getLogger(__name__)

Array = npt.NDArray[Any]
Tokens = Sequence[int] | npt.NDArray[np.integer[Any]]
_ALL_LOGITS = 64  # tokens at once when all logits are wanted, which take vocab * 4 bytes a token
_NO_TOKEN = -1  # what the history holds for a cell that was fed as an embedding


@dataclass(frozen=True)
class Output:
    """What one evaluation gave; arrays are the caller's own."""

    logits: Array | None = None
    """(tokens, vocab) float32, or (1, vocab) of the last token."""
    hidden: Array | None = None
    """(tokens, width) float32: the residual stream after the last layer that was computed, before the output norm."""
    taps: dict[str, Array] = field(default_factory=dict)
    """Weight's name -> its input, (tokens, its width) float32."""
    state: Array | None = None
    """(1, width) float32 where a sketch or the state was asked for: what the output layer multiplies."""

    def copied(self) -> Output:
        """The same in memory of its own."""
        return Output(
            None if self.logits is None else self.logits.copy(),
            None if self.hidden is None else self.hidden.copy(),
            {name: x.copy() for name, x in self.taps.items()},
            None if self.state is None else self.state.copy(),
        )


@dataclass(frozen=True)
class Snapshot:
    """What a session had seen: its tokens, and the keys and values of them."""

    tokens: tuple[int, ...]
    planes: list[Array]
    cache_type: CacheType
    adapters: object = None
    """Equal for snapshots under adapters that change a model alike; None without any."""


class Session:
    """A model with a cache of its own. Not for several threads at once, but for `cancel`.

    Sessions of one model share its weights: `session.fork()`, or `Session(model, config, weights=other.weights)`.
    """

    def __init__(
        self,
        model: Model,
        config: RuntimeConfig | None = None,
        *,
        weights: Weights | None = None,
        adapters: Adapters = (),
    ) -> None:
        """Load the weights, unless they are given, and make room for the context.

        adapters: as `adapt` takes them
        raises: BudgetError when the forecast is more than `config.memory_bytes`; RequestError for an adapter that does
            not fit
        """
        from galiot.runtime.budget import admit, resident_bytes

        self._before = resident_bytes()
        config = admit(model, config or RuntimeConfig(), adapters)
        self.model, self.spec, self.config = model, model.spec, config
        self._owns_weights = weights is None
        self.weights = weights or Weights(model, threads=config.thread_count)
        self.backend = Backend(config.thread_count)
        self.cells = Cells(self.spec, config.context, config.cache_type or "f16")
        self.graphs = Graphs(self.backend, self.weights, self.cells)
        self.tokens: list[int] = []
        self.pause: Callable[[], None] | None = None
        """Called before each token of an answer and each chunk of a prompt: a place to give way to others."""
        if adapters:
            self.graphs.adapt(Deltas(self.weights, adapters))

    @property
    def deltas(self) -> Deltas | None:
        """What adapters add to the weights, None where there are none."""
        return self.graphs.deltas

    @property
    def position(self) -> int:
        """Tokens in the cache."""
        return len(self.tokens)

    @property
    def room(self) -> int:
        """Tokens that still fit."""
        return self.config.context - self.position

    def embed(self, tokens: Tokens) -> Array:
        """Return the embeddings of tokens, (tokens, width) float32, as `evaluate` takes them.

        raises: RequestError for a token that the vocabulary does not have
        """
        return self.weights.embed(self._ids(tokens))

    def evaluate(
        self,
        tokens: Tokens | Array,
        *,
        logits: Logits = "last",
        hidden: bool = False,
        layers: tuple[int, int] | None = None,
        taps: Sequence[str] = (),
        copy: bool = True,
    ) -> Output:
        """Append tokens to what was seen, and run them through the model.

        tokens: ids, or embeddings (tokens, width) float32: of something that is no text, or the hidden state that
            the layers before `layers` gave
        layers: (first, stop) runs these layers only; logits need the last one, ids the first
        hidden, taps: what else is wanted; see `Output`
        copy: False gives arrays that the next evaluation overwrites, which saves a fiftieth of a small model's time
        raises: ContextError when they do not fit, and then nothing has changed; CancelledError
        """
        ids, inputs = self._inputs(tokens)
        first, stop = self._window(layers, logits, ids)
        n = len(inputs if inputs is not None else ids)
        if n == 0:
            raise RequestError("nothing to evaluate: give at least one token")
        if n > self.room:
            advice = f"{self.position} are taken; shorten the prompt or give a longer context"
            raise ContextError("tokens", needed=self.position + n, allowed=self.config.context, advice=advice)
        if logits == "sketch" and n > 1:
            raise RequestError(f"a sketch of the logits is made of a single token, {n} are given")
        shape = Shape(0, 0, first, stop, logits, hidden, _checked_taps(taps, first, stop))
        chunk = min(self.config.chunk, _ALL_LOGITS) if logits == "all" else self.config.chunk
        if n <= chunk:
            return self._step(ids, inputs, shape, copy=copy)
        before = replace(shape, logits="none" if logits in ("last", "state") else logits)
        return _join(
            [
                self._step(ids[i:j], None if inputs is None else inputs[i:j], before if j < n else shape)
                for i in range(0, n, chunk)
                for j in (min(i + chunk, n),)
            ]
        )

    def insert(self, rows: Sequence[Array]) -> None:
        """Append cells whose keys and values are given, as if something had been seen that no layer was run for.

        rows: for each layer (cells, keys + values) float32: the keys of all heads as they are compared with queries,
            then the values
        raises: RequestError for other shapes, ContextError when they do not fit; then nothing has changed
        """
        wanted = [layout.keys + layout.values for layout in self.cells.layouts]
        if len({len(row) for row in rows}) != 1 or [row.shape[1] for row in rows] != wanted:
            raise RequestError(f"keys and values for {len(rows)} layers, this model has {len(wanted)} of other widths")
        if len(rows[0]) > self.room:
            needed = self.position + len(rows[0])
            raise ContextError("tokens", needed=needed, allowed=self.config.context, advice="give a longer context")
        self.cells.write(self.position, rows)
        self.tokens += [_NO_TOKEN] * len(rows[0])

    def generate(
        self,
        prompt: str | Tokens | Array | Sequence[Part],
        *,
        settings: GenerateConfig | None = None,
        constraint: Constraint | None = None,
    ) -> Generation:
        """Continue a prompt: text, tokens, embeddings or a list of such parts; see `galiot.generate`."""
        from galiot.runtime.generate import generate

        return generate(self, prompt, settings=settings, constraint=constraint)

    def rewind(self, position: int) -> None:
        """Forget everything from `position` on.

        raises: RequestError when so many tokens were not seen
        """
        if not 0 <= position <= self.position:
            raise RequestError(f"cannot rewind to {position}: {self.position} tokens are in the cache")
        del self.tokens[position:]

    def adapt(self, adapters: Adapters) -> None:
        """Change the model by adapters, each with the weight it counts with; () gives back the model as it is.

        The adapters that were there go, and so does everything that was seen. Whether an adapter was made on this very
        model, `read_adapter` finds out.
        raises: RequestError for an adapter that does not fit, BudgetError for one that takes more than
            `config.memory_bytes` leaves; then nothing has changed
        """
        from galiot.runtime.budget import admit

        admit(self.model, self.config, adapters, before=self._before + sum(adapter.size for adapter, _ in adapters))
        deltas = Deltas(self.weights, adapters)
        self.rewind(0)
        self.graphs.adapt(deltas if deltas.size else None)

    def snapshot(self) -> Snapshot:
        """Copy what was seen, so that `restore` can come back to it."""
        planes, kind = self.cells.copy(self.position), self.config.cache_type or "f16"
        return Snapshot(tuple(self.tokens), planes, kind, self.deltas and self.deltas.identity)

    def restore(self, snapshot: Snapshot) -> None:
        """Come back to a snapshot of a session of the same model, adapters and cache type.

        raises: ContextError when it is longer than this context; RequestError when it is of another kind
        """
        if len(snapshot.tokens) > self.config.context:
            raise ContextError("tokens", needed=len(snapshot.tokens), allowed=self.config.context)
        widths = [layout.row_bytes for layout in self.cells.layouts]
        if [plane.shape[1] for plane in snapshot.planes] != widths or snapshot.cache_type != self.config.cache_type:
            raise RequestError("the snapshot is of another model or cache type")
        if snapshot.adapters != (self.deltas and self.deltas.identity):
            raise RequestError("the snapshot was taken under other adapters: give the session the same first")
        self.cells.paste(snapshot.planes)
        self.tokens = list(snapshot.tokens)

    def fork(self) -> Session:
        """Return a session that has seen the same, shares weights and adapters, and goes its own way.

        The weights live as long as the session that loaded them.
        """
        other = Session(self.model, replace(self.config, memory_bytes=None), weights=self.weights)
        other.graphs.adapt(self.deltas)
        other.cells.paste(self.cells.copy(self.position))
        other.tokens = list(self.tokens)
        return other

    def cancel(self) -> None:
        """Stop the evaluation that runs, or the next one; may be called from any thread."""
        self.backend.cancel()

    def close(self) -> None:
        """Give all memory back."""
        self.graphs.close()
        self.cells.close()
        self.backend.close()
        if self._owns_weights:
            self.weights.close()

    def __enter__(self) -> Session:
        """Return the session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _ids(self, tokens: Tokens) -> list[int]:
        ids = [int(t) for t in tokens]
        if ids and not 0 <= min(ids) <= max(ids) < self.spec.vocab:
            raise RequestError(f"tokens from {min(ids)} to {max(ids)}, the vocabulary has 0 to {self.spec.vocab - 1}")
        return ids

    def _inputs(self, tokens: Tokens | Array) -> tuple[list[int], Array | None]:
        """Ids, and embeddings where those were given instead."""
        if not (isinstance(tokens, np.ndarray) and tokens.dtype.kind == "f"):
            return self._ids(tokens), None
        if tokens.ndim != 2 or tokens.shape[1] != self.spec.width:
            raise RequestError(f"embeddings of shape {tokens.shape}, expected (tokens, {self.spec.width})")
        return [_NO_TOKEN] * len(tokens), np.asarray(tokens, np.float32)

    def _window(self, layers: tuple[int, int] | None, logits: str, ids: list[int]) -> tuple[int, int]:
        first, stop = layers or (0, self.spec.layers)
        if not 0 <= first < stop <= self.spec.layers:
            raise RequestError(f"layers {first} to {stop} of {self.spec.layers}")
        if stop < self.spec.layers and logits != "none":
            raise RequestError('logits come from the last layer: give logits="none" for a window that ends before it')
        if first > 0 and ids and ids[0] != _NO_TOKEN:
            raise RequestError("a window that starts after the first layer takes hidden states, not tokens")
        return first, stop

    def _step(self, ids: list[int], inputs: Array | None, shape: Shape, *, copy: bool = True) -> Output:
        """Run one chunk and append it to what was seen."""
        if self.pause is not None:
            self.pause()
        n, begin = len(ids), self.position
        tokens = min(padded(n), max(n, self.config.chunk))
        rows = self.cells.visible_rows(begin + n)
        if not self.weights.storage.is_open:
            raise RequestError("the weights are given back: the session that loaded them is closed")
        graph = self.graphs.get(Shape(tokens, rows, shape.first, shape.stop, shape.logits, shape.hidden, shape.taps))
        pads = tokens - n
        if pads:
            graph.x[:pads], graph.positions[:pads], graph.targets[:pads] = 0, 0, self.cells.spare
        graph.x[pads:] = inputs if inputs is not None else self.weights.embed(ids)
        graph.positions[pads:] = graph.targets[pads:] = range(begin, begin + n)
        fill_masks(graph)
        self.graphs.run(graph)
        self.tokens += ids
        logits, hidden = graph.logits, graph.hidden
        if logits is not None and shape.logits == "all":
            logits = logits[pads:]
        found = Output(
            logits,
            None if hidden is None else hidden[pads:],
            {name: x[pads:] for name, x in graph.taps.items()},
            graph.state,
        )
        return found.copied() if copy else found


def padded(tokens: int) -> int:
    """Round a number of tokens up to one of the few for which graphs are built.

    The products take four rows at a time, so three tokens cost more than four.
    """
    if tokens == 1:
        return 1
    step = 4 if tokens <= 32 else 16 if tokens <= 128 else 32
    return -(-tokens // step) * step


def _checked_taps(taps: Sequence[str], first: int, stop: int) -> tuple[str, ...]:
    known = (
        {f"blk.{i}.{name}" for i in range(first, stop) for names in GROUPS.values() for name in names}
        if taps
        else set()
    )
    if unknown := sorted(set(taps) - known):
        raise RequestError(
            f"no weight {unknown[0][:80]!r} in layers {first} to {stop - 1}; taps are like blk.0.ffn_down"
        )
    return tuple(sorted(set(taps)))


def _join(parts: list[Output]) -> Output:
    logits = [part.logits for part in parts if part.logits is not None]
    hidden = [part.hidden for part in parts if part.hidden is not None]
    return Output(
        logits=np.concatenate(logits) if logits else None,
        hidden=np.concatenate(hidden) if hidden else None,
        taps={name: np.concatenate([part.taps[name] for part in parts]) for name in parts[0].taps},
        state=parts[-1].state,
    )
