"""Samples laid end to end."""

from __future__ import annotations

import numpy as np
import pytest

from galiot.errors import RequestError
from galiot.learn.batch import Batch, Sample, pack, rounded


def sample(tokens, targets) -> Sample:
    return Sample(np.array(tokens, np.int32), np.array(targets, bool))


def test_each_token_is_labelled_with_the_one_that_follows_where_that_counts():
    batch = pack([sample([5, 6, 7, 8], [1, 0, 1, 1]), sample([9, 4, 3], [0, 1, 1])])
    assert batch.tokens.tolist() == [5, 6, 7, 9, 4]
    assert batch.labels.tolist() == [-1, 7, 8, 4, 3]
    assert batch.ends == (3, 5)
    assert batch.spans == [(0, 3), (3, 5)]
    assert (len(batch), batch.predicted, batch.longest) == (5, 4, 3)
    assert batch.tokens.dtype == batch.labels.dtype == np.int32


def test_what_follows_the_last_predicted_token_is_not_fed():
    assert pack([sample([5, 6, 7, 8, 9], [0, 1, 0, 0, 0])]).tokens.tolist() == [5]


def test_the_first_token_is_never_predicted():
    assert sample([5, 6], [1, 0]).predicted == 0
    with pytest.raises(RequestError, match="no token to predict"):
        pack([sample([5, 6], [1, 0])])


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(RequestError, match="at least one"):
        pack([])


def test_tokens_and_targets_are_of_one_length():
    with pytest.raises(RequestError, match="shape"):
        sample([5, 6], [1])


def test_a_batch_predicts_what_its_samples_predict():
    rng = np.random.default_rng(0)
    for _ in range(20):
        made = [sample(rng.integers(0, 9, n), rng.random(n) < 0.7) for n in rng.integers(2, 30, 4)]
        made = [one for one in made if one.predicted]
        batch: Batch = pack(made)
        assert batch.predicted == sum(one.predicted for one in made)
        for one, (first, stop) in zip(made, batch.spans, strict=True):
            counted = batch.labels[first:stop] >= 0
            assert batch.labels[first:stop][counted].tolist() == one.tokens[1:][one.targets[1:]].tolist()


@pytest.mark.parametrize(
    ("lengths", "ends"),
    [((5,), (32,)), ((33, 20), (64, 96)), ((40, 70, 30), (64, 160, 192)), ((256,) * 4, (256, 512, 768, 1024))],
)
def test_a_rounded_batch_has_tails_that_count_for_nothing(lengths, ends):
    batch = pack([sample(range(3, n + 4), [1] * (n + 1)) for n in lengths])
    whole = rounded(batch)
    assert whole.ends == ends
    assert whole.predicted == batch.predicted == sum(lengths)
    for (a, b), (first, _) in zip(batch.spans, whole.spans, strict=True):
        assert whole.tokens[first : first + b - a].tolist() == batch.tokens[a:b].tolist()
        assert whole.labels[first : first + b - a].tolist() == batch.labels[a:b].tolist()


def test_few_sizes_are_left_of_many():
    rng = np.random.default_rng(0)
    batches = [pack([sample(range(n), [1] * n) for n in rng.integers(20, 257, 4)]) for _ in range(200)]
    assert len({len(batch) for batch in batches}) > 100
    assert len({len(rounded(batch)) for batch in batches}) <= 9
