"""What several samples of a batch begin with, fed once: their common beginning, and a branch for each behind it.

Commands to a home all begin with the same list of devices; a chat begins with the same system prompt. Such a beginning
gives the same states in every sample, and its gradient is the sum of what flows back from all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from galiot.learn.batch import GROUP_TOKENS, Batch

Array = npt.NDArray[Any]
LEAST = 16
"""Shared tokens below which a family is not worth its masks."""
QUERIES = 128
"""Queries that attend at once; what lies after the last of them is not looked at."""
_KEYS = 32  # keys of a block of branches are a multiple of this, so that few sizes occur


class Block(NamedTuple):
    """Queries that attend at once, and the keys that they may see."""

    first: int
    last: int
    """One past the last query."""
    seen: tuple[tuple[int, int], ...]
    """Ranges of keys, ascending; the last one ends at `last`."""
    start: int
    """Of the sequence."""
    forks: tuple[int, ...]
    """Of the sequence, see `Batch.forks`; () where causality alone says what is seen."""

    @property
    def keys(self) -> int:
        """Keys of all ranges."""
        return sum(stop - first for first, stop in self.seen)


def share(batch: Batch) -> Batch:
    """Return the batch with what its samples have in common at their beginnings fed once, where that is worth it.

    Losses and gradients stay what they are, but for their rounding: only tokens before the first label of a sample are
    shared, so that every label is there as often as before. Families are chosen so that the most tokens are saved; one
    is no longer than `GROUP_TOKENS`.
    """
    samples = [(batch.tokens[a:b], batch.labels[a:b]) for a, b in batch.spans]
    if len(samples) < 2 or batch.forks:
        return batch
    heads = [beginning(tokens, labels) for tokens, labels in samples]
    order = sorted(range(len(samples)), key=lambda i: sort_key(heads[i]))
    shared = [common(heads[a], heads[b]) for a, b in pairwise(order)]
    families = _families([len(samples[i][0]) for i in order], shared)
    if len(families) == len(samples):
        return batch
    tokens, labels, ends, forks = list[Array](), list[Array](), list[int](), list[tuple[int, ...]]()
    for members, length in sorted((sorted(order[first:stop]), length) for first, stop, length in families):
        parts = [(t[length:], n[length:]) for t, n in (samples[i] for i in members)]
        tokens += [samples[members[0]][0][:length], *(t for t, _ in parts)]
        labels += [samples[members[0]][1][:length], *(n for _, n in parts)]
        starts = length + np.cumsum([0, *(len(t) for t, _ in parts)])
        forks.append(tuple(starts[:-1].tolist()) if length else ())
        ends.append((ends[-1] if ends else 0) + int(starts[-1]))
    return Batch(np.concatenate(tokens), np.concatenate(labels), tuple(ends), tuple(forks))


def beginning(tokens: Array, labels: Array) -> Array:
    """Return the tokens of a sample before the first that something is predicted from."""
    return tokens[: int((labels >= 0).argmax())]


def sort_key(tokens: Array) -> bytes:
    """Return what puts sequences of tokens next to those that begin like them."""
    return tokens.astype(">i4").tobytes()


def common(one: Array, other: Array) -> int:
    """Return how many tokens two sequences begin with alike."""
    length = min(len(one), len(other))
    apart = one[:length] != other[:length]
    return int(apart.argmax()) if apart.any() else length


def blocks(ends: Sequence[int], forks: Sequence[tuple[int, ...]], window: int) -> list[Block]:
    """Cut sequences into blocks of queries.

    ends: of the sequences; forks: of each, see `Batch.forks`; window: positions that are seen, 0: all
    """
    found, start = list[Block](), 0
    for end, fork in zip(ends, forks or ((),) * len(ends), strict=True):
        for first in range(start, end, QUERIES):
            last = min(first + QUERIES, end)
            found.append(Block(first, last, _seen(first, last, start, fork, window), start, fork))
        start = end
    return found


def hidden(block: Block, window: int) -> Array:
    """Return which of its keys each query of a block of branches must not see, (queries, keys) bool."""
    start, forks = block.start, np.array(block.forks)
    queries = np.arange(block.first - start, block.last - start)[:, None]
    keys = np.concatenate([np.arange(a - start, b - start) for a, b in block.seen])
    (mine, at), (its, there) = (_place(tokens, forks) for tokens in (queries, keys))
    unseen: Array = (keys > queries) | ((its > 0) & (its != mine))
    return unseen | (at - there >= window) if window else unseen


def positions(length: int, forks: tuple[int, ...]) -> Array:
    """Return the position of each token of a sequence, (length,): a branch goes on where the beginning ends."""
    return _place(np.arange(length), np.array(forks))[1] if forks else np.arange(length)


def _place(tokens: Array, forks: Array) -> tuple[Array, Array]:
    """Of tokens counted from the start of their sequence, the branch, from 1 (0: the beginning), and the position."""
    branch = np.searchsorted(forks, tokens, "right")
    return branch, np.where(branch > 0, tokens - forks[branch - 1] + forks[0], tokens)


def _seen(first: int, last: int, start: int, forks: tuple[int, ...], window: int) -> tuple[tuple[int, int], ...]:
    """The ranges of keys that a block of queries sees."""
    if not forks or first < start + forks[0]:
        return ((max(start, first - window + 1) if window else start, last),)
    split = start + forks[0]
    low = max(start, split - window + 1) if window else start
    own = start + max(fork for fork in forks if start + fork <= first)
    own = max(split, own - -(last - own + split - low) % _KEYS)
    return ((low, last),) if own == split else ((low, split), (own, last))


def _families(lengths: Sequence[int], shared: Sequence[int]) -> list[tuple[int, int, int]]:
    """Cut samples in order into (first, stop, shared tokens) so that the most tokens are saved.

    lengths: of each; shared: with the next one
    """
    saved, begins = [0], list[tuple[int, int]]()
    for stop in range(1, len(lengths) + 1):
        best, begin, alike, total = saved[stop - 1], (stop - 1, 0), GROUP_TOKENS, lengths[stop - 1]
        for first in range(stop - 2, -1, -1):
            alike, total = min(alike, shared[first]), total + lengths[first]
            spared = (stop - first - 1) * alike
            if alike < LEAST or total - spared > GROUP_TOKENS:
                break
            if saved[first] + spared > best:
                best, begin = saved[first] + spared, (first, alike)
        saved.append(best)
        begins.append(begin)
    found, stop = list[tuple[int, int, int]](), len(lengths)
    while stop:
        first, alike = begins[stop - 1]
        found.append((first, stop, alike))
        stop = first
    return found[::-1]
