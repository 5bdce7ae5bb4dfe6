from __future__ import annotations

import random
from itertools import pairwise

import pytest

from galiot.model.tokenizer.merging import merge


def slow_merge(symbols, rank):
    """Look at every pair, join the best one, start again."""
    while True:
        ranked = [(rank(*pair), at) for at, pair in enumerate(pairwise(symbols))]
        ranked = [(order, at) for order, at in ranked if order is not None]
        if not ranked:
            return symbols
        _, at = min(ranked)
        symbols = [*symbols[:at], symbols[at] + symbols[at + 1], *symbols[at + 2 :]]


@pytest.mark.parametrize("seed", range(30))
def test_merging_is_what_looking_at_every_pair_would_give(seed):
    rng = random.Random(seed)
    ranks = {"".join(rng.choices("ab", k=rng.randint(2, 5))): rng.randint(0, 8) for _ in range(40)}
    symbols = rng.choices("abc", k=60)
    rank = lambda left, right: ranks.get(left + right)  # noqa: E731
    assert merge(list(symbols), rank) == slow_merge(symbols, rank)


def test_equal_pairs_merge_from_the_left():
    assert merge(list("aaaaa"), lambda a, b: 0 if a + b == "aa" else None) == [
        "aa",
        "aa",
        "a",
    ]


def test_a_long_word_asks_for_each_pair_a_few_times_only():
    asked = 0

    def rank(left, right):
        nonlocal asked
        asked += 1
        return 0 if len(left) == len(right) else None

    assert merge(["a"] * 2**14, rank) == ["a" * 2**14]
    assert asked < 4 * 2**14


def test_nothing_and_one_symbol_stay():
    assert merge([], lambda *_: 0) == []
    assert merge(["a"], lambda *_: 0) == ["a"]
