"""How well a model predicts a text, and how far it is from a reference model.

The rule is llama.cpp's, so that the numbers may stand side by side: the text is cut into windows of `context` tokens
that do not overlap, the first token of each is the start token where the file asks for one, and the tokens after the
middle of a window are scored, each with all of the window before it in view. A rest that does not fill a window is left
out; of a text shorter than one window, what comes after its middle is scored.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.files import Progress
from galiot.model.model import Model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.runtime.weights.delta import Adapters

Array = npt.NDArray[Any]
_SLICE = 32  # tokens whose logits are held at once


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """How far the predictions of a model are from those of a reference, token by token."""

    mean: float
    """Mean Kullback-Leibler divergence of the model from the reference, in nats."""
    error: float
    """Its standard error."""
    largest: float
    agreement: float
    """Share of tokens for which both give the same token the most."""
    agreement_error: float
    reference_perplexity: float


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What was found over one text; standard errors take the tokens as independent."""

    perplexity: float
    perplexity_error: float
    nats_per_token: float
    scored_tokens: int
    tokens: int
    """Of the text."""
    windows: int
    context: int
    divergence: Divergence | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON object."""
        return asdict(self)


def evaluate(
    model: Model,
    text: str,
    *,
    adapters: Adapters = (),
    against: Model | None = None,
    context: int = 512,
    windows: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Score a text; memory is bounded by the context, not by the length of the text.

    adapters: what changes the model, but not the reference
    against: a reference model with the same vocabulary
    windows: how many of the windows are scored, from the start; None: all
    progress: scored tokens
    raises: RequestError for a text that is too short, or a reference with another vocabulary
    """
    if context < 4:
        raise RequestError(f"a window of {context} tokens is too short: give a context of at least 4")
    if windows is not None and windows < 1:
        raise RequestError(f"windows is {windows}, expected at least 1")
    if against is not None:
        check_same_vocabulary(model, against)
    tokenizer = model.tokenizer
    tokens = tokenizer.encode(text, start=True)
    parts = cut(tokens, context, tokens[0] if tokens[:1] == [tokenizer.bos] else None)[:windows]
    config = RuntimeConfig(context=context, threads=threads)
    total = sum(len(part) - 1 - len(part) // 2 for part in parts)
    sums = _Sums(compared=against is not None)
    with Session(model, config, adapters=adapters) as session:
        reference = Session(against, config) if against is not None else None
        try:
            for part in parts:
                for logits, other, truth in _scored(session, reference, part):
                    sums.add(logits, other, truth)
                    if progress:
                        progress(sums.count, total)
        finally:
            if reference is not None:
                reference.close()
    return sums.result(tokens=len(tokens), windows=len(parts), context=context)


def check_same_vocabulary(model: Model, other: Model) -> None:
    """Raise RequestError unless both models mean the same by every token."""
    if model.spec.vocab != other.spec.vocab:
        sizes = f"{model.spec.vocab} and {other.spec.vocab} tokens"
        raise RequestError(
            f"{other.name} has another vocabulary than {model.name} ({sizes}): divergence needs the same"
        )
    key = "tokenizer.ggml.tokens"
    if list(model.file.strings(key, ())) != list(other.file.strings(key, ())):
        raise RequestError(f"{other.name} has other tokens than {model.name}: divergence needs the same vocabulary")


def cut(tokens: Sequence[int], context: int, start: int | None) -> list[list[int]]:
    """Return windows of `context` tokens; a start token takes the place of the first of each.

    raises: RequestError for fewer than four tokens
    """
    if len(tokens) < 4:
        raise RequestError(f"the text has {len(tokens)} tokens: at least 4 are needed")
    stop = max(len(tokens) // context, 1) * context
    parts = [list(tokens[i : i + context]) for i in range(0, min(stop, len(tokens)), context)]
    return parts if start is None else [[start, *part[1:]] for part in parts]


def _scored(
    session: Session, reference: Session | None, part: list[int]
) -> Iterator[tuple[Array, Array | None, Array]]:
    """Yield logits (tokens, vocab) of the model and of the reference, and the tokens (tokens,) that did follow."""
    first = len(part) // 2
    both = [session] if reference is None else [session, reference]
    for one in both:
        one.rewind(0)
        one.evaluate(part[:first], logits="none")
    for i in range(first, len(part) - 1, _SLICE):
        stop = min(i + _SLICE, len(part) - 1)
        found = [one.evaluate(part[i:stop], logits="all").logits for one in both]
        assert found[0] is not None
        yield found[0], found[1] if len(found) > 1 else None, np.asarray(part[i + 1 : stop + 1])


class _Sums:
    """Running sums of what is averaged, so that no logits are kept."""

    def __init__(self, *, compared: bool) -> None:
        self.compared, self.count = compared, 0
        self.loss = self.loss2 = self.other_loss = 0.0
        self.apart = self.apart2 = self.largest = self.same = 0.0

    def add(self, logits: Array, other: Array | None, truth: Array) -> None:
        ours = log_softmax(logits)
        rows = np.arange(len(truth))
        loss = -ours[rows, truth]
        self.count += len(truth)
        self.loss += float(loss.sum())
        self.loss2 += float((loss**2).sum())
        if other is None:
            return
        theirs = log_softmax(other)
        apart = (np.exp(theirs) * (theirs - ours)).sum(axis=1)
        self.other_loss -= float(theirs[rows, truth].sum())
        self.apart += float(apart.sum())
        self.apart2 += float((apart**2).sum())
        self.largest = max(self.largest, float(apart.max()))
        self.same += int((logits.argmax(axis=1) == other.argmax(axis=1)).sum())

    def result(self, *, tokens: int, windows: int, context: int) -> Evaluation:
        mean, error = self._mean(self.loss, self.loss2)
        return Evaluation(
            perplexity=math.exp(mean),
            perplexity_error=math.exp(mean) * error,
            nats_per_token=mean,
            scored_tokens=self.count,
            tokens=tokens,
            windows=windows,
            context=context,
            divergence=self._divergence() if self.compared else None,
        )

    def _divergence(self) -> Divergence:
        mean, error = self._mean(self.apart, self.apart2)
        share, share_error = self._mean(self.same, self.same)
        return Divergence(
            mean=mean,
            error=error,
            largest=self.largest,
            agreement=share,
            agreement_error=share_error,
            reference_perplexity=math.exp(self.other_loss / self.count),
        )

    def _mean(self, total: float, squares: float) -> tuple[float, float]:
        """Return a mean and its standard error."""
        mean = total / self.count
        variance = max(squares / self.count - mean**2, 0.0) * self.count / max(self.count - 1, 1)
        return mean, math.sqrt(variance / self.count)


def log_softmax(logits: Array) -> Array:
    """Return natural logarithms of probabilities, float64, over the last axis."""
    shifted: Array = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted
