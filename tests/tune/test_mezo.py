"""Slopes along random directions beside finite differences of the slow reference, and what a run may not depend on."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from dequantize import weights_in
from reference import Reference
from tiny import Tiny, write_tiny

from galiot.errors import RequestError
from galiot.learn.batch import Sample, pack
from galiot.model.model import open_model
from galiot.tune.methods.mezo import Mezo, initial
from galiot.tune.settings import TuneSettings

SETTINGS = TuneSettings(method="mezo", sequence=64, rank=4, threads=1, seed=3, clip=None)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return open_model(write_tiny(tmp_path_factory.mktemp("mezo") / "tiny.gguf", Tiny()))


@pytest.fixture(scope="module")
def batch():
    rng = np.random.default_rng(5)
    return pack([_sample(rng, length) for length in (12, 20, 9)])


@pytest.fixture
def mezo(model):
    with Mezo(model, SETTINGS, epsilon=1e-2) as made:
        yield made


def test_a_slope_is_the_references_difference_along_that_direction(model, mezo, batch):
    tokens, labels = batch.tokens[:11], batch.labels[:11]
    signs = {key: np.where(up, 1.0, -1.0) for key, (_, up) in zip(mezo._b, mezo.direction(7), strict=True)}
    losses = [_reference_loss(model, tokens, labels, signs, side * mezo.epsilon) for side in (1, -1)]
    above, below = mezo._both_sides(7, tokens, labels)
    assert above - below == pytest.approx(losses[0] - losses[1], rel=0.02, abs=2e-3)
    assert abs(losses[0] - losses[1]) > 0.05, "else the comparison says little"


def test_a_step_that_is_small_enough_lowers_the_loss(mezo, batch):
    before, count = mezo.loss(batch)
    found = [mezo.step([batch], 0.01) for _ in range(12)]
    assert mezo.loss(batch)[0] < before
    assert found[0].loss == pytest.approx(before / count, rel=1e-2)
    assert found[0].tokens == len(batch)


def test_the_same_seed_gives_the_same_run(model, batch):
    ends = []
    for _ in range(2):
        with Mezo(model, SETTINGS) as mezo:
            ends.append([mezo.step([batch], 0.05).loss for _ in range(3)] + [_numbers(mezo).tobytes()])
    assert ends[0] == ends[1]


def test_another_seed_gives_other_directions(model, mezo):
    with Mezo(model, TuneSettings(method="mezo", sequence=64, rank=4, threads=1, seed=4)) as other:
        mine, others = (np.concatenate([up.ravel() for _, up in m.direction(0)]) for m in (mezo, other))
    assert 0.45 < (mine == others).mean() < 0.55


def test_directions_differ_between_samples_and_steps(mezo, batch):
    first = _signs(mezo, 0)
    assert abs((first * _signs(mezo, 1)).mean()) < 0.05
    mezo.step([batch], 0.0)
    assert abs((first * _signs(mezo, 0)).mean()) < 0.05


def test_measuring_both_sides_leaves_the_factors_as_they_were_but_for_rounding(mezo, batch):
    for view in mezo._b.values():
        view[:] = np.random.default_rng(1).normal(0, 0.02, view.shape)
    before = _numbers(mezo)
    for number in range(5):
        mezo._both_sides(number, batch.tokens[:11], batch.labels[:11])
    assert np.abs(_numbers(mezo) - before).max() < 5 * 4 * np.finfo(np.float32).eps * 0.1


def test_a_restored_run_goes_on_as_if_it_had_not_stopped(model, batch):
    with Mezo(model, SETTINGS) as mezo:
        mezo.step([batch], 0.05)
        kept = mezo.state()
        expected = [mezo.step([batch], 0.05).loss for _ in range(2)]
    with Mezo(model, SETTINGS) as mezo:
        mezo.restore(kept)
        assert [mezo.step([batch], 0.05).loss for _ in range(2)] == expected


def test_a_state_of_another_rank_is_refused(model, mezo):
    with Mezo(model, TuneSettings(method="mezo", sequence=64, rank=2, threads=1)) as other:
        state = other.state()
    with pytest.raises(RequestError, match=r"blk\.0\.attn_q"):
        mezo.restore(state)


def test_more_directions_come_closer_to_the_gradient(model, mezo, batch):
    """The gradient by coordinates of one small factor; the estimates by directions in the same numbers only."""
    key = "blk.1.attn_v"
    mezo._b = {key: mezo._b[key]}
    exact = np.empty(mezo._b[key].shape)
    for place in np.ndindex(exact.shape):
        exact[place] = _slope(mezo, batch, place)
    cosines = [np.mean([_cosine(mezo, batch, exact, directions) for _ in range(4)]) for directions in (1, 8, 64)]
    # each sample's own gradient is blurred by all 128 dimensions, and the three have little in common
    np.testing.assert_allclose(cosines, 1 / np.sqrt(1 + exact.size / np.array([1, 8, 64])), atol=0.1)
    assert cosines[0] < cosines[1] < cosines[2]


def test_a_long_gradient_is_clipped(model, batch):
    ends = []
    for clip in (None, 1e-3):
        with Mezo(model, TuneSettings(method="mezo", sequence=64, rank=4, threads=1, clip=clip)) as mezo:
            norm = mezo.step([batch], 1.0).gradient_norm
            ends.append(np.linalg.norm(_numbers(mezo)))
    assert ends[1] == pytest.approx(ends[0] * 1e-3 / norm, rel=1e-3)


def test_the_adapter_gives_what_the_tuned_session_gives(model, mezo, batch):
    for _ in range(3):
        mezo.step([batch], 0.05)
    expected, adapter = mezo.loss(batch)[0], mezo.adapter()
    mezo.session.adapt([(adapter, 1.0)])
    assert mezo.loss(batch)[0] == pytest.approx(expected, rel=1e-5)
    assert adapter.base_sha256 == model.sha256


def test_only_the_chosen_projections_are_tuned(model):
    made = initial(model, TuneSettings(method="mezo", targets=("attn_q", "ffn_down")))
    assert {key.rpartition(".")[2] for key in made.layers} == {"attn_q", "ffn_down"}
    assert not any(layer.b.any() for layer in made.layers.values())


def test_pytorch_is_never_imported(model):
    program = f"""
import sys
import numpy as np
from galiot.learn.batch import Sample, pack
from galiot.model.model import open_model
from galiot.tune.methods import make_method
from galiot.tune.settings import TuneSettings
batch = pack([Sample(np.arange(5, 15, dtype=np.int32), np.ones(10, bool))])
settings = TuneSettings(method="mezo", sequence=16, threads=1)
with make_method("mezo", open_model({str(model.path)!r}), settings) as method:
    method.step([batch], 0.01)
    method.adapter()
assert "torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _sample(rng, length):
    return Sample(rng.integers(5, 280, length).astype(np.int32), np.arange(length) >= 4)


def _numbers(mezo):
    return np.concatenate([view.ravel() for view in mezo._b.values()])


def _signs(mezo, number):
    return np.concatenate([np.where(up, 1.0, -1.0).ravel() for _, up in mezo.direction(number)])


def _cosine(mezo, batch, exact, directions):
    """Between a gradient and what one step estimates it to be."""
    (view,), mezo.directions = mezo._b.values(), directions
    view[:] = 0
    mezo.step([batch], 1.0)
    estimate = -view
    view[:] = 0
    return (estimate * exact).sum() / np.linalg.norm(estimate) / np.linalg.norm(exact)


def _slope(mezo, batch, place):
    """The loss' slope along one number of the only factor that is tuned."""
    (view,) = mezo._b.values()
    sides = []
    for side in (1, -1):
        view[place] = side * mezo.epsilon * 4
        sides.append(mezo.loss(batch)[0])
    view[place] = 0
    return (sides[0] - sides[1]) / (8 * mezo.epsilon * batch.predicted)


def _reference_loss(model, tokens, labels, signs, distance):
    """The sum of the losses of a sample, with b moved away from zero, in float64."""
    weights, start = weights_in(model.file), initial(model, SETTINGS)
    for key, layer in start.layers.items():
        weights[f"{key}.weight"] = weights[f"{key}.weight"] + distance * signs[key] @ layer.a.astype(np.float64)
    logits = Reference(model.spec, weights).run(tokens.tolist()).logits
    lost = np.log(np.exp(logits).sum(1)) - logits[np.arange(len(labels)), labels]
    return lost[labels >= 0].sum()
