"""The merging that byte-level BPE and SentencePiece share: the best pair first, the leftmost among equals."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush

Rank = Callable[[str, str], float | None]
"""How early two neighbours merge: smaller is earlier, None is never."""


def merge(symbols: list[str], rank: Rank) -> list[str]:
    """Return the symbols after every possible merge; n symbols take n log n steps.

    symbols: none of them empty; the list is consumed
    """
    count = len(symbols)
    before, after = list(range(-1, count - 1)), list(range(1, count + 1))
    heap = []
    for left in range(count - 1):
        order = rank(symbols[left], symbols[left + 1])
        if order is not None:
            heap.append((order, left, left + 1, len(symbols[left]) + len(symbols[left + 1])))
    heapify(heap)

    def consider(left: int, right: int) -> None:
        order = rank(symbols[left], symbols[right])
        if order is not None:
            heappush(heap, (order, left, right, len(symbols[left]) + len(symbols[right])))

    while heap:
        _, left, right, size = heappop(heap)
        # A neighbour that merged since then has grown or is gone, so the sizes no longer add up.
        if not symbols[left] or not symbols[right] or len(symbols[left]) + len(symbols[right]) != size:
            continue
        symbols[left] += symbols[right]
        symbols[right] = ""
        following = after[left] = after[right]
        if following < count:
            before[following] = left
            consider(left, following)
        if before[left] >= 0:
            consider(before[left], left)
    return [symbol for symbol in symbols if symbol]
