"""What the engine says about every sample of a data set: its loss, with and without instruction, and a hidden state.

Many samples share one pass, as on a page with lines between them: each token sees its own sample only. What all samples
begin with is computed once. Logits are made of the tokens that are predicted, a few at a time, so that they never exist
for a whole sample.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import ContextError, RequestError
from galiot.files import Progress
from galiot.learn.batch import Sample
from galiot.runtime.graph import SEEN, UNSEEN, Graph, Shape
from galiot.runtime.likelihood import Likelihood
from galiot.runtime.session import Session

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
PAGE = 256
"""Tokens of one pass, where no sample is longer."""
_LARGEST = 5.0  # deviations; beyond are the few numbers that say nothing but where a text begins
_DEPTH = 2 / 3  # of the layers: the last ones turn what was said into what comes next


@dataclass(frozen=True)
class Scan:
    """What was found, sample by sample; NaN where a sample has nothing to predict."""

    loss: Floats
    """(samples,) mean nats of a predicted token."""
    alone: Floats
    """(samples,) the same without the instruction: after what the instructions of all samples share."""
    given: Floats
    """(samples,) the loss over the tokens that `alone` counts too: all, but where there is nothing to predict from."""
    hidden: Floats
    """(samples, width) float32: the residual stream two thirds up, each token scaled by `scaled`, averaged over the
    sample."""
    predicted: Ints
    """(samples,) tokens that `loss` counts."""
    tokens: int
    """That went through the model."""


def scan(
    session: Session,
    samples: Sequence[Sample],
    *,
    loss: bool = True,
    alone: bool = False,
    hidden: bool = True,
    whole: bool = False,
    progress: Progress | None = None,
) -> Scan:
    """Read all samples; the session is rewound, and left without anything seen.

    loss, alone, hidden: what is wanted; the others are NaN, or empty
    whole: average hidden states over all of a sample, and not only over what comes after the tokens that all samples
        begin with: so that averages of two data sets can be compared
    progress: samples done
    raises: RequestError for no samples, ContextError when one does not fit, CancelledError
    """
    if not samples:
        raise RequestError("there is nothing to read: the data has no samples")
    shared = _Shared.of(samples)
    pieces = _pieces(samples, shared, alone=loss and alone)
    total = sum(len(piece.tokens) for piece in pieces)
    page = max(PAGE, *(len(piece.tokens) for piece in pieces))
    if shared.start + page > session.config.context:
        longest = shared.start + max(len(piece.tokens) for piece in pieces)
        page = session.config.context - shared.start
        if longest > session.config.context:
            raise ContextError("tokens", needed=longest, allowed=session.config.context, advice="cut the samples")
    session.rewind(0)
    sums = _Sums(len(samples), session.spec.width if hidden else 0)
    if shared.start:
        beginning = samples[0].tokens[: shared.start].tolist()
        if hidden and whole:
            found = session.evaluate(beginning, logits="none", hidden=True, layers=(0, middle_of(session.spec.layers)))
            assert found.hidden is not None
            sums.begin_with(found.hidden)
            session.rewind(0)
        session.evaluate(beginning, logits="none")
    reader, done = _Reader(session, shared.start, page, loss=loss, hidden=hidden), 0
    try:
        for fitting in _pages(pieces, page):
            sums.add(fitting, *reader.read(fitting))
            if progress:
                done += sum(len(piece.tokens) for piece in fitting)
                progress(len(samples) * done // total, len(samples))
    finally:
        reader.close()
        session.rewind(0)
    return sums.result(shared.start + total)


@dataclass(frozen=True)
class _Shared:
    """What the instructions of all samples have in common; a sample's own part is what lies between."""

    start: int
    """Tokens that every sample begins with, and that are read once."""
    header: Ints
    """The tokens between every instruction and its answer; what comes before them is different."""

    @staticmethod
    def of(samples: Sequence[Sample]) -> _Shared:
        prompts = [sample.tokens[: _first(sample)] for sample in samples]
        # one token at least is left to every sample, and one to predict the answer from
        start = max(min(_common(prompts), min(len(sample.tokens) - 1 for sample in samples)), 0)
        if all(len(prompt) == start for prompt in prompts):  # one instruction for all, and it is a sample's own
            return _Shared(0, prompts[0][:0])
        rests = [prompt[start:][::-1] for prompt in prompts]
        length = _common(rests)
        if length == 0 and start:
            return _Shared(start - 1, prompts[0][start - 1 : start])
        return _Shared(start, rests[0][:length][::-1].copy())


@dataclass(frozen=True)
class _Piece:
    """A stretch of tokens that sees itself and what all samples begin with."""

    samples: tuple[int, ...]
    """Whose it is; an answer alone may be of several."""
    alone: bool
    tokens: Ints
    predictors: Ints
    """Places of the tokens whose next one is predicted."""
    labels: Ints
    counted: npt.NDArray[np.bool_]
    """Which of the labels `alone` counts too."""


def _pieces(samples: Sequence[Sample], shared: _Shared, *, alone: bool) -> list[_Piece]:
    """Return the samples one after another, then their answers; one that several samples give is read once."""
    bare = len(shared.header) == 0
    pieces: list[_Piece] = []
    answers: dict[bytes, list[int]] = defaultdict(list)
    for number, sample in enumerate(samples):
        places = np.flatnonzero(sample.targets)
        places = places[places > shared.start]
        starts = ~np.isin(places - 1, places)  # of a stretch of targets
        tokens, predictors = sample.tokens[shared.start :], places - 1 - shared.start
        pieces.append(_Piece((number,), False, tokens, predictors, sample.tokens[places], ~(starts & bare)))
        for stretch in np.split(places, np.flatnonzero(starts)[1:]) if alone else ():
            answers[sample.tokens[stretch].astype(np.int32).tobytes()].append(number)
    for raw, numbers in answers.items():
        answer = np.frombuffer(raw, np.int32)
        if len(labels := answer[int(bare) :]):
            tokens = np.concatenate([shared.header, answer])[:-1]
            predictors = np.arange(len(tokens) - len(labels), len(tokens))
            pieces.append(_Piece(tuple(numbers), True, tokens, predictors, labels, np.ones(len(labels), bool)))
    return pieces


def _pages(pieces: Sequence[_Piece], page: int) -> Iterator[list[_Piece]]:
    """Put pieces one after another until a page is full."""
    fitting: list[_Piece] = []
    used = 0
    for piece in pieces:
        if used + len(piece.tokens) > page:
            yield fitting
            fitting, used = [], 0
        fitting.append(piece)
        used += len(piece.tokens)
    if fitting:
        yield fitting


class _Reader:
    """Runs pages of pieces through the model."""

    def __init__(self, session: Session, start: int, page: int, *, loss: bool, hidden: bool) -> None:
        self._session, self._start, self._page, self._loss = session, start, page, loss
        rows, layers = session.cells.visible_rows(start + page), session.spec.layers
        middle = middle_of(layers) if hidden else layers
        ends = [middle] if middle == layers or not loss else [middle, layers]
        firsts = [0, *ends[:-1]]
        self._hidden = hidden
        self._shapes = [Shape(page, rows, a, b, "none", hidden=True) for a, b in zip(firsts, ends, strict=True)]
        self._head = Likelihood(session) if loss else None

    def read(self, pieces: Sequence[_Piece]) -> tuple[Floats, Floats]:
        """Return the middle states (tokens, width), and the nats of all labels, piece after piece."""
        tokens = np.concatenate([piece.tokens for piece in pieces])
        owners = np.repeat(np.arange(len(pieces)), [len(piece.tokens) for piece in pieces])
        ends = np.cumsum([len(piece.tokens) for piece in pieces])
        begins = ends - [len(piece.tokens) for piece in pieces]
        positions = self._start + np.arange(len(tokens)) - begins[owners]
        session = self._session
        x = session.embed(tokens)
        states = []
        for shape in self._shapes:
            graph = session.graphs.get(shape)
            self._fill(graph, x, positions, owners)
            session.graphs.run(graph)
            assert graph.hidden is not None
            x = graph.hidden[: len(tokens)].copy()
            states.append(x)
        if self._head is None:
            return states[0], np.empty(0, np.float32)
        places = np.concatenate([piece.predictors + begin for piece, begin in zip(pieces, begins, strict=True)])
        labels = np.concatenate([piece.labels for piece in pieces])
        return states[0], self._head.score_hidden(x[places], labels)

    def close(self) -> None:
        if self._head:
            self._head.close()

    def _fill(self, graph: Graph, x: Floats, positions: Ints, owners: Ints) -> None:
        n = len(x)
        cells = self._start + np.arange(n)
        graph.x[:n], graph.x[n:] = x, 0
        graph.positions[:n], graph.positions[n:] = positions, 0
        graph.targets[:n], graph.targets[n:] = cells, self._session.cells.spare
        known = self._start + n
        at = np.concatenate([np.arange(self._start), positions])  # of every cell
        whose = np.concatenate([np.full(self._start, -1), owners])
        seen = ((whose == owners[:, None]) | (whose < 0)) & (at <= positions[:, None])
        for windowed, mask in graph.masks.items():
            near = seen & (at > positions[:, None] - graph.spec.window) if windowed else seen
            mask[:] = UNSEEN
            mask[:n, :known] = np.where(near, SEEN, UNSEEN)
            mask[n:, 0] = SEEN  # padding sees something, or what it gives is no number


class _Sums:
    """What is added up over the pieces of each sample."""

    def __init__(self, samples: int, width: int) -> None:
        self._nats, self._counts = np.zeros((3, samples)), np.zeros((3, samples), np.int64)
        self._hidden = np.zeros((samples, width), np.float32)
        self._start, self._shared = np.zeros(width, np.float32), 0

    def begin_with(self, states: Floats) -> None:
        """Count the states (tokens, width) of what all samples begin with in every average."""
        self._start, self._shared = scaled(states).sum(axis=0), len(states)

    def add(self, pieces: Sequence[_Piece], states: Floats, nats: Floats) -> None:
        token = label = 0
        for piece in pieces:
            own = nats[label : label + len(piece.labels)]
            if len(own):
                kinds = [(1, own)] if piece.alone else [(0, own), (2, own[piece.counted])]
                for kind, values in kinds:
                    np.add.at(self._nats[kind], list(piece.samples), values.sum())
                    np.add.at(self._counts[kind], list(piece.samples), len(values))
            if not piece.alone and self._hidden.shape[1]:
                total = self._start + scaled(states[token : token + len(piece.tokens)]).sum(axis=0)
                self._hidden[piece.samples[0]] = total / (self._shared + len(piece.tokens))
            token, label = token + len(piece.tokens), label + len(piece.labels)

    def result(self, tokens: int) -> Scan:
        with np.errstate(invalid="ignore"):
            loss, alone, given = self._nats / np.where(self._counts, self._counts, np.nan)
        return Scan(loss, alone, given, self._hidden, self._counts[0], tokens)


def middle_of(layers: int) -> int:
    """After how many layers the hidden states are taken."""
    return max(1, round(layers * _DEPTH))


def scaled(states: Floats) -> Floats:
    """Return states (tokens, width), each brought to a mean square of 1, without what sticks out of them.

    A few numbers of some tokens, the first above all, are a thousand times larger than the others in most models (Sun
    et al., "Massive Activations in Large Language Models", 2024), and would drown what a text is about.
    """
    deviation = np.sqrt(np.mean(states * states, axis=1, keepdims=True) + 1e-12)
    return np.clip(states / deviation, -_LARGEST, _LARGEST)  # type: ignore[no-any-return]


def _first(sample: Sample) -> int:
    """Where the first token is that is to be predicted; the sample's end where there is none."""
    places = np.flatnonzero(sample.targets)
    return int(places[0]) if len(places) else len(sample.tokens)


def _common(rows: Sequence[Ints]) -> int:
    """How many tokens all rows begin with."""
    length = min(map(len, rows))
    for row in rows[1:]:
        differ = np.flatnonzero(row[:length] != rows[0][:length])
        length = int(differ[0]) if len(differ) else length
    return length
