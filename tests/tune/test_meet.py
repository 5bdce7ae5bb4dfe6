"""Which samples meet in a batch."""

from __future__ import annotations

import numpy as np
import pytest

from galiot.learn.batch import Sample
from galiot.tune.data import Batches
from galiot.tune.meet import kin


def sample(beginning: list[int], rest: int, chance: np.random.Generator) -> Sample:
    tokens = np.array([*beginning, *chance.integers(5, 9999, rest)], np.int32)
    return Sample(tokens, np.arange(len(tokens)) >= len(tokens) - 2)


def homes(*sizes: int, rest: int = 12) -> list[Sample]:
    """So many commands to each of some homes, in no order."""
    chance = np.random.default_rng(0)
    lists = [chance.integers(5, 9999, 40).tolist() for _ in sizes]
    made = [sample(lists[home], rest, chance) for home, size in enumerate(sizes) for _ in range(size)]
    return [made[i] for i in chance.permutation(len(made))]


def beginnings(samples: list[Sample], places: list[int]) -> set[bytes]:
    return {samples[place].tokens[:40].tobytes() for place in places}


def test_commands_to_a_home_meet_and_homes_take_turns():
    samples = homes(16, 16, 8)
    batches = Batches(samples, batch=4, seed=3)
    met = [beginnings(samples, batches.places(number)) for number in range(20)]
    assert all(len(found) == 1 for found in met)
    assert len({tuple(found) for found in met[:4]}) > 1
    assert met[:10] != met[10:]


@pytest.mark.parametrize("sizes", [(7, 5, 3), (2, 2, 1, 1), (16, 9), (1, 2, 2)])
@pytest.mark.parametrize("batch", [1, 3, 4, 40])
def test_every_epoch_has_every_sample_once_whatever_the_sizes(sizes, batch):
    samples = homes(*sizes)
    count, batches = len(samples), Batches(samples, batch=batch, seed=1)
    assert kin(samples)
    seen = [place for number in range(-(-5 * count // batch)) for place in batches.places(number)]
    for epoch in range(5):
        assert sorted(seen[epoch * count : (epoch + 1) * count]) == list(range(count))


def test_hardly_any_batch_is_mixed_where_epochs_end_within_batches():
    samples = homes(31, 22)
    batches = Batches(samples, batch=4, seed=1)
    met = [len(beginnings(samples, batches.places(number))) for number in range(53)]
    assert met.count(1) >= 53 - 2 * 4


def test_an_epoch_can_be_entered_anywhere():
    samples = homes(9, 6)
    one, other = (Batches(samples, batch=4, seed=2) for _ in range(2))
    in_turn = [one.places(number) for number in range(12)]
    assert [other.places(number) for number in (11, 4, 0)] == [in_turn[11], in_turn[4], in_turn[0]]


@pytest.mark.parametrize(
    "samples",
    [homes(1, 1, 1, 1, 1), homes(12), homes(12, 1, 1), homes(6, 6, rest=90)],
    ids=["nothing in common", "all in common", "one group", "little in common"],
)
def test_the_order_is_left_to_chance_where_it_makes_no_difference(samples):
    batches = Batches(samples, batch=3, seed=5)
    expected = np.random.default_rng([5, 0]).permutation(len(samples))
    assert [place for number in range(len(samples) // 3) for place in batches.places(number)] == expected[
        : len(samples) // 3 * 3
    ].tolist()
