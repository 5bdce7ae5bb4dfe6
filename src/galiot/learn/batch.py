"""Samples of tokens, and several of them laid end to end for one pass through the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError

Array = npt.NDArray[Any]
NO_LABEL = -1
GROUP_TOKENS = 1024
"""Tokens that go through a layer at once, where sequences are not longer."""
_SAMPLE, _TOTAL = 32, 128  # tokens that a sample, and all samples, become a multiple of


@dataclass(frozen=True, eq=False)
class Sample:
    """One text as the model sees it."""

    tokens: Array
    """(n,) int32"""
    targets: Array
    """(n,) bool: the tokens to be predicted; what the first one says does not count, as nothing stands before it."""

    def __post_init__(self) -> None:
        if self.tokens.ndim != 1 or self.tokens.shape != self.targets.shape:
            raise RequestError(f"tokens of shape {self.tokens.shape} with targets of shape {self.targets.shape}")

    def __len__(self) -> int:
        """Tokens."""
        return len(self.tokens)

    @property
    def predicted(self) -> int:
        """Tokens that are predicted."""
        return int(self.targets[1:].sum())


@dataclass(frozen=True, eq=False)
class Batch:
    """Samples laid end to end; no token sees one of another sample, positions begin at 0 in each."""

    tokens: Array
    """(n,) int32: what is fed; below 0 something that is no text, -1 the first row of what is given beside, -2 the
    second. The last token of a sample is predicted only."""
    labels: Array
    """(n,) int32: the token that follows, -1 where it does not count."""
    ends: tuple[int, ...]
    """Where each sample ends; the last is n."""
    forks: tuple[tuple[int, ...], ...] = ()
    """Where samples with one beginning are laid as one: the starts of their branches, counted from the first token.

    All of them go on behind the beginning, and see it and themselves; () for a sample that stands alone, and () in all
    where every one does.
    """

    def __len__(self) -> int:
        """Tokens that are fed."""
        return len(self.tokens)

    @property
    def predicted(self) -> int:
        """Tokens that the loss counts."""
        return int((self.labels != NO_LABEL).sum())

    @property
    def spans(self) -> list[tuple[int, int]]:
        """(first, stop) of each sample."""
        return list(zip((0, *self.ends[:-1]), self.ends, strict=True))

    @property
    def longest(self) -> int:
        """Tokens of the longest sample."""
        return max(stop - first for first, stop in self.spans)


class Place(NamedTuple):
    """Where the tokens of some packed sequences stand."""

    first: int
    stop: int
    ends: tuple[int, ...]
    """Of the sequences, counted from `first`."""
    forks: tuple[tuple[int, ...], ...]
    """Of each sequence, see `Batch`."""
    tokens: Array
    """(stop - first,) int32"""


def pack(samples: Sequence[Sample]) -> Batch:
    """Lay samples end to end, without padding.

    What follows the last predicted token of a sample decides about nothing and is left out.
    raises: RequestError for no samples, or for one in which nothing is predicted
    """
    if not samples:
        raise RequestError("a batch needs at least one sample")
    parts = [_fed(sample) for sample in samples]
    ends = np.cumsum([len(tokens) for tokens, _ in parts])
    return Batch(
        np.concatenate([tokens for tokens, _ in parts]),
        np.concatenate([labels for _, labels in parts]),
        tuple(int(end) for end in ends),
    )


def join(batches: Sequence[Batch]) -> Batch:
    """Lay batches end to end: one of all their samples."""
    if len(batches) == 1:
        return batches[0]
    starts = np.cumsum([0, *(len(batch) for batch in batches)])
    forked = any(batch.forks for batch in batches)
    return Batch(
        np.concatenate([batch.tokens for batch in batches]),
        np.concatenate([batch.labels for batch in batches]),
        tuple(int(start) + end for start, batch in zip(starts, batches, strict=False) for end in batch.ends),
        tuple(fork for batch in batches for fork in batch.forks or ((),) * len(batch.ends)) if forked else (),
    )


def rounded(batch: Batch) -> Batch:
    """Return the batch with tails that nobody predicts from, so that few sizes occur.

    PyTorch keeps kernels made for every number of tokens that it has met, 20 MiB each. So samples grow to a multiple of
    32, the last one until the whole is a power of two or midway between two of them, or from 512 on a multiple of 128.
    """
    lengths = [-(-(stop - first) // _SAMPLE) * _SAMPLE for first, stop in batch.spans]
    total = sum(lengths)
    step = min(max(_SAMPLE, (1 << (total - 1).bit_length()) // 4), _TOTAL)
    lengths[-1] += -total % step
    ends = np.cumsum(lengths)
    tokens, labels = np.empty(ends[-1], np.int32), np.full(ends[-1], NO_LABEL, np.int32)
    for (first, stop), end, length in zip(batch.spans, ends, lengths, strict=True):
        kept = slice(end - length, end - length + stop - first)
        tokens[kept], labels[kept] = batch.tokens[first:stop], batch.labels[first:stop]
        tokens[kept.stop : end] = batch.tokens[stop - 1]
    return Batch(tokens, labels, tuple(int(end) for end in ends), batch.forks)


def places(batch: Batch) -> list[Place]:
    """Cut a batch between its sequences into parts of about `GROUP_TOKENS`."""
    found: list[Place] = []
    first, ends, forks = 0, list[int](), list[tuple[int, ...]]()
    for (a, b), fork in zip(batch.spans, batch.forks or ((),) * len(batch.ends), strict=True):
        if ends and b - first > GROUP_TOKENS:
            found.append(Place(first, a, tuple(ends), tuple(forks), batch.tokens[first:a]))
            first, ends, forks = a, [], []
        ends.append(b - first)
        forks.append(fork)
    return [*found, Place(first, batch.ends[-1], tuple(ends), tuple(forks), batch.tokens[first:])]


def _fed(sample: Sample) -> tuple[Array, Array]:
    """Return what is fed of a sample, and what is to follow each."""
    wanted = np.flatnonzero(sample.targets[1:])
    if not len(wanted):
        raise RequestError("a sample has no token to predict")
    stop = int(wanted[-1]) + 1
    labels = np.where(sample.targets[1 : stop + 1], sample.tokens[1 : stop + 1], NO_LABEL)
    return sample.tokens[:stop].astype(np.int32), labels.astype(np.int32)
