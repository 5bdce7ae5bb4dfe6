"""Common beginnings, fed once."""

from __future__ import annotations

import numpy as np
import pytest

from galiot.learn import share as sharing
from galiot.learn.batch import NO_LABEL, Sample, join, pack, rounded
from galiot.learn.share import blocks, hidden, positions, share


def sample(beginning: int, rest: int, *, kind: int = 0, predicted: int = 2) -> Sample:
    """Tokens that begin like all of their kind; the last ones are predicted."""
    same = np.random.default_rng(kind).integers(5, 999, beginning)
    tokens = np.r_[same, np.random.default_rng([beginning, rest, kind]).integers(1000, 9999, rest)].astype(np.int32)
    return Sample(tokens, np.arange(len(tokens)) >= len(tokens) - predicted)


def unshared(batch) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """(tokens, labels) of each sample."""
    found = set()
    for (first, stop), fork in zip(batch.spans, batch.forks or ((),) * len(batch.ends), strict=True):
        starts = [first + start for start in fork] or [first]
        for a, b in zip(starts, [*starts[1:], stop], strict=True):
            tokens, labels = (np.r_[x[first : starts[0]], x[a:b]] for x in (batch.tokens, batch.labels))
            found.add((tuple(tokens.tolist()), tuple(labels.tolist())))
    return found


def test_what_samples_begin_with_is_laid_down_once():
    batch = pack([sample(30, 5), sample(20, 9, kind=1), sample(30, 8)])
    shared = share(batch)
    assert len(shared) == len(batch) - 30
    assert shared.forks == ((30, 34), ())
    assert shared.ends == (41, 69)
    assert unshared(shared) == unshared(batch)


def test_nothing_is_shared_from_the_first_label_on():
    one, other = sample(30, 5), sample(30, 8)
    early = Sample(one.tokens, np.arange(len(one)) >= 21)  # the token at 20 predicts
    assert share(pack([early, other])).forks == ((20, 34),)
    all_of_it = Sample(one.tokens, np.ones(len(one), bool))
    batch = pack([all_of_it, all_of_it])
    assert share(batch) is batch


@pytest.mark.parametrize(
    "samples", [[sample(30, 5)], [sample(15, 5), sample(15, 7)], [sample(30, 5), sample(30, 5, kind=1)]]
)
def test_a_batch_in_which_it_is_not_worth_it_stays_as_it_is(samples):
    batch = pack(samples)
    assert share(batch) is batch


def test_as_many_tokens_as_can_be_are_saved():
    rng = np.random.default_rng(0)
    for _ in range(30):
        long, short = rng.integers(5, 9999, 60), int(rng.integers(16, 60))
        heads = [long if rng.random() < 0.5 else np.r_[long[:short], rng.integers(10**5, 10**6, 9)] for _ in range(5)]
        tokens = [np.r_[head, rng.integers(10**6, 10**7, 4)].astype(np.int32) for head in heads]
        batch = pack([Sample(t, np.arange(len(t)) >= len(t) - 2) for t in tokens])
        shared = share(batch)
        full = sum(head is long for head in heads)
        ways = [4 * short, 60 * max(0, full - 1) + short * max(0, 5 - full - 1)]
        assert len(batch) - len(shared) >= max(ways)
        assert unshared(shared) == unshared(batch)
        assert shared.predicted == batch.predicted


def test_a_family_is_no_longer_than_what_goes_through_a_layer_at_once(monkeypatch):
    monkeypatch.setattr(sharing, "GROUP_TOKENS", 100)
    shared = share(pack([sample(40, rest) for rest in range(20, 30)]))
    assert max(stop - first for first, stop in shared.spans) <= 100
    assert len(shared.ends) < 10


def test_tails_and_joining_leave_branches_where_they_are():
    first, second = share(pack([sample(30, 5), sample(30, 8)])), pack([sample(20, 9, kind=1)])
    both = join([second, first, second])
    assert both.forks == ((), (30, 34), ())
    whole = rounded(both)
    assert whole.forks == both.forks
    for (a, b), (c, _) in zip(both.spans, whole.spans, strict=True):
        assert whole.tokens[c : c + b - a].tolist() == both.tokens[a:b].tolist()
    assert (whole.labels[whole.ends[0] + 41 : whole.ends[1]] == NO_LABEL).all()


def test_branches_go_on_where_their_beginning_ends():
    assert positions(9, (4, 6)).tolist() == [0, 1, 2, 3, 4, 5, 4, 5, 6]
    assert positions(3, ()).tolist() == [0, 1, 2]


@pytest.mark.parametrize("window", [0, 3, 7])
@pytest.mark.parametrize("queries", [2, 5, 64])
def test_a_token_sees_its_beginning_and_its_own_branch(window, queries, monkeypatch):
    monkeypatch.setattr(sharing, "QUERIES", queries)
    monkeypatch.setattr(sharing, "_KEYS", 4)
    ends, forks, start = (6, 26), ((), (7, 9, 15)), 6
    seen = np.zeros((26, 26), bool)
    for block in blocks(ends, forks, window):
        keys = np.concatenate([np.arange(a, b) for a, b in block.seen])
        assert len(keys) == block.keys == len(set(keys.tolist()))
        assert keys[-1] == block.last - 1
        if block.forks:
            rows = np.arange(block.first, block.last)[:, None]
            seen[rows, keys] = ~hidden(block, window)
    branch = [0] * 7 + [1] * 2 + [2] * 6 + [3] * 5
    at = positions(20, forks[1])
    for query in range(20):
        for key in range(20):
            near = not window or at[query] - at[key] < window
            expected = key <= query and branch[key] in (0, branch[query]) and near
            assert seen[start + query, start + key] == expected, (query, key)
    assert not seen[start:, :start].any()
