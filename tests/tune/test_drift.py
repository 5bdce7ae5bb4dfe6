"""New data raise an alarm when they have moved, and at the stated rate when they have not."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from tiny import Tiny, write_tiny

from galiot.errors import RequestError
from galiot.learn.batch import Sample
from galiot.model.adapter import Adapter, LowRank, read_adapter, write_adapter
from galiot.model.model import open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.tune.drift import SAMPLES, compare, drift, statistics

DIMS = 32


def told(rng: np.random.Generator, count: int, *, loss: float = 0.0, moved: float = 0.0) -> dict[str, object]:
    """Statistics of samples of one source: skewed losses, states in an ellipsoid with heavy tails."""
    states = rng.standard_t(4, (count, DIMS)) * np.geomspace(1, 0.01, DIMS)
    states[:, 1] += moved
    return {"drift.dims": DIMS, "drift.loss": rng.gamma(4, 0.3, count) + loss, "drift.states": states.reshape(-1)}


@pytest.mark.parametrize(("old", "new"), [(30, 12), (25, 25)])
def test_false_alarms_are_as_rare_as_stated(old, new):
    rng, alpha, trials = np.random.default_rng(1), 0.1, 300
    alarms = sum(compare(told(rng, old), told(rng, new), alpha=alpha, seed=i).case for i in range(trials))
    assert alarms <= alpha * trials + 3 * np.sqrt(alpha * (1 - alpha) * trials)
    assert alarms >= 0.3 * alpha * trials  # a test that never speaks would pass the line above


def test_p_values_of_unchanged_data_are_even():
    rng = np.random.default_rng(2)
    found = [compare(told(rng, 20), told(rng, 20), seed=i) for i in range(200)]
    for values in ([one.loss_p for one in found], [one.hidden_p for one in found]):
        assert np.abs(np.quantile(values, [0.25, 0.5, 0.75]) - [0.25, 0.5, 0.75]).max() < 0.12


@pytest.mark.parametrize(
    ("shift", "words"),
    [({"loss": 0.6}, "nats a token higher"), ({"loss": -0.6}, "nats a token lower"), ({"moved": 1.2}, "hidden states")],
)
def test_data_that_moved_raise_an_alarm_that_says_what_moved(shift, words):
    rng = np.random.default_rng(3)
    found = [compare(told(rng, 100), told(rng, 60, **shift), seed=i) for i in range(20)]
    assert sum(one.case for one in found) >= 18
    assert all(words in one.why for one in found if one.case)
    assert found[0].why.startswith("a case: ")


def test_the_difference_of_the_losses_is_told():
    one = {"drift.dims": DIMS, "drift.states": np.zeros(20 * DIMS)}
    found = compare({**one, "drift.loss": np.full(20, 1.0)}, {**one, "drift.loss": np.full(20, 1.75)})
    assert "0.75 nats a token higher" in found.why
    assert (found.loss_before, found.loss_now) == (1.0, 1.75)
    assert found.hidden_p == 1.0
    assert found.loss_p == pytest.approx(1 / 2000)


def test_equal_data_are_no_case():
    same = told(np.random.default_rng(4), 30)
    found = compare(same, same)
    assert not found.case
    assert found.loss_p == 1.0
    assert "at most 1 % of such tests" in found.why


def test_too_few_samples_are_no_case_and_it_is_said():
    rng = np.random.default_rng(5)
    found = compare(told(rng, 3), told(rng, 2, loss=9.0))
    assert not found.case
    assert "too few" in found.why


@pytest.mark.parametrize(
    "broken",
    [{"drift.dims": 7}, {"drift.loss": [1.0, 2.0]}, {"drift.loss": "no"}, {"drift.states": np.full(160, np.nan)}],
)
def test_statistics_that_make_no_sense_are_refused(broken):
    rng = np.random.default_rng(6)
    with pytest.raises(RequestError, match="make no sense"):
        compare(told(rng, 5) | broken, told(rng, 5))


def test_a_rate_that_so_few_permutations_cannot_keep_is_refused():
    with pytest.raises(RequestError, match="out of reach"):
        compare({}, {}, alpha=1e-5)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return open_model(write_tiny(tmp_path_factory.mktemp("tiny") / "m.gguf", Tiny()))


def samples(count: int, *, seed: int, low: int = 100, high: int = 200) -> list[Sample]:
    rng = np.random.default_rng(seed)
    made = [rng.integers(low, high, rng.integers(8, 14)).astype(np.int32) for _ in range(count)]
    return [Sample(tokens, np.arange(len(tokens)) >= 4) for tokens in made]


def adapter(model, about: dict[str, object]) -> Adapter:
    a, b = np.zeros((1, 64), np.float32), np.zeros((64, 1), np.float32)
    return Adapter(architecture="llama", alpha=2.0, layers={"blk.0.attn_q": LowRank(a, b)}, about=about, name="kitchen")


def test_statistics_travel_in_the_adapter_and_tell_other_data_apart(model, tmp_path):
    with Session(model, RuntimeConfig(context=64, threads=1)) as session:
        write_adapter(tmp_path / "a.gguf", adapter(model, statistics(session, samples(60, seed=1))))
    tuned = read_adapter(tmp_path / "a.gguf", model)
    assert (tmp_path / "a.gguf").stat().st_size < 40_000
    assert not drift(model, samples(60, seed=2), tuned, threads=1).case
    moved = drift(model, samples(60, seed=3, low=150, high=250), tuned, threads=1)
    assert moved.case
    assert moved.samples_now == 60
    json.dumps(moved.to_json())


def test_without_statistics_there_is_a_case_and_it_is_said(model):
    assert drift(model, samples(4, seed=1), None).case
    found = drift(model, samples(4, seed=1), adapter(model, {}))
    assert found.case
    assert "kitchen does not say" in found.why


def test_many_samples_are_drawn_from(model):
    with Session(model, RuntimeConfig(context=64, threads=1)) as session:
        found = SimpleNamespace(**{k[6:]: v for k, v in statistics(session, samples(SAMPLES + 50, seed=1)).items()})
    assert found.loss.shape == (SAMPLES,)
    assert found.states.shape == (SAMPLES * DIMS,)
