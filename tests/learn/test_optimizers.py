"""Optimizers beside what torch has, and beside each other."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install galiot[learn]")

from galiot.learn.adalomo import AdaLomo  # noqa: E402
from galiot.learn.optimizers import BETAS, EPSILON, OPTIMIZERS, AdamW  # noqa: E402

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


def parameters(seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"a": (4, 200), "b": (130, 4), "m": (33,)}
    return {
        name: torch.from_numpy(rng.standard_normal(shape).astype(np.float32)).requires_grad_()
        for name, shape in shapes.items()
    }


def slopes(found, step):
    """Gradients of every size, some of them almost nothing."""
    rng = np.random.default_rng(100 + step)
    for p in found.values():
        sizes = 10.0 ** rng.uniform(-4, 0, p.shape)
        p.grad = torch.from_numpy((sizes * rng.standard_normal(p.shape)).astype(np.float32))


def values(found):
    return {name: p.detach().numpy().copy() for name, p in found.items()}


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[key], b[key]) for key in a)


def test_adamw_is_torchs():
    ours, theirs = parameters(), parameters()
    optimizer = AdamW(ours)
    peer = torch.optim.AdamW(theirs.values(), lr=0.01, betas=BETAS, eps=EPSILON, weight_decay=0.0)
    for step in range(20):
        slopes(ours, step)
        slopes(theirs, step)
        optimizer.step(0.01)
        peer.step()
        peer.zero_grad()
    for name, expected in values(theirs).items():
        np.testing.assert_allclose(values(ours)[name], expected, atol=2e-6)


@every_optimizer
def test_gradients_are_used_up_and_what_has_none_stays(name):
    found = parameters()
    before, optimizer = values(found), OPTIMIZERS[name](found)
    slopes(found, 0)
    found["b"].grad = None
    optimizer.step(0.1)
    after = values(found)
    assert (after["b"] == before["b"]).all()
    assert (after["a"] != before["a"]).all()
    assert all(p.grad is None for p in found.values())


@every_optimizer
def test_a_quadratic_is_brought_down(name):
    """Half the squared distance to a point, on axes of very different steepness."""
    found = parameters(1)
    goal, optimizer = parameters(2), OPTIMIZERS[name](found)
    steep = {key: torch.logspace(-2, 0, p.numel()).view(p.shape) for key, p in found.items()}

    def distance():
        return float(sum((steep[key] * (p.detach() - goal[key].detach()) ** 2).sum() for key, p in found.items()))

    start = distance()
    for _ in range(150):
        for key, p in found.items():
            p.grad = steep[key] * (p.detach() - goal[key].detach())
        optimizer.step(1.0 if name == "adafactor" else 0.05)
    assert distance() < 0.02 * start


def test_adamw_of_8_bits_goes_where_adamw_goes():
    exact, small = parameters(), parameters()
    start = values(exact)
    optimizers = OPTIMIZERS["adamw"](exact), OPTIMIZERS["adamw8"](small)
    for step in range(50):
        for found, optimizer in zip((exact, small), optimizers, strict=True):
            slopes(found, step)
            optimizer.step(0.01)
    for key in start:
        way, other = (values(found)[key] - start[key] for found in (exact, small))
        assert np.linalg.norm(way - other) < 0.25 * np.linalg.norm(way), key


def test_state_of_8_bits_is_a_quarter():
    found, sizes = parameters(), {}
    for name in ("adamw", "adamw8"):
        sizes[name] = sum(array.nbytes for array in OPTIMIZERS[name](found).state().values())
    assert sizes["adamw8"] < 0.4 * sizes["adamw"]  # of these small parameters, with their blocks filled up


@every_optimizer
def test_updates_after_coming_back_are_the_same_bit_for_bit(name):
    found = parameters()
    optimizer = OPTIMIZERS[name](found)
    for step in range(3):
        slopes(found, step)
        optimizer.step(0.02)
    kept, place = optimizer.state(), values(found)
    copied = {key: array.copy() for key, array in kept.items()}
    other = {key: torch.from_numpy(array.copy()).requires_grad_() for key, array in place.items()}
    again = OPTIMIZERS[name](other)
    again.restore(kept)
    assert same(again.state(), copied)
    for target, worker in ((found, optimizer), (other, again)):
        for step in range(3, 6):
            slopes(target, step)
            worker.step(0.02)
    assert same(values(other), values(found))
    assert same(kept, copied)


def test_adalomo_divides_by_moments_of_rows_and_columns():
    """The first update by hand: 1 - 1 ** -0.8 = 0, so that nothing before it counts."""
    rng = np.random.default_rng(4)
    weight, gradient = rng.standard_normal((6, 10)), rng.standard_normal((6, 10))
    squares = gradient**2
    rows, columns = squares.mean(1, keepdims=True), squares.mean(0, keepdims=True)
    update = gradient / np.sqrt(rows * columns / squares.mean())
    size = np.sqrt((update**2).mean())
    expected = weight - 0.01 * np.sqrt((weight**2).mean()) * update / max(1, size / 0.5)
    optimizer, found = AdaLomo(clip=0.5, seed=0), torch.from_numpy(weight).float()
    optimizer.begin(0.01)
    optimizer.update("w", found, torch.from_numpy(gradient))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert optimizer.squares == pytest.approx((gradient**2).sum(), rel=1e-5)


def test_adalomo_moves_what_is_all_zeros():
    optimizer, bias = AdaLomo(clip=1.0, seed=0), torch.zeros(1, 8)
    optimizer.begin(0.5)
    optimizer.update("b", bias, torch.full((1, 8), 3.0))
    np.testing.assert_allclose(bias, -0.5 * 1e-3, rtol=1e-5)


def test_rounding_is_drawn_anew_for_each_step_and_weight():
    optimizer, found = AdaLomo(clip=1.0, seed=0), []
    for _ in range(2):
        optimizer.begin(1e-3)
        for name in "ab":
            weight = torch.ones(2, 500, dtype=torch.bfloat16)
            optimizer.update(name, weight, torch.ones(2, 500))
            found.append(weight.float().numpy())
    shares = [(weight != 1).mean() for weight in found]
    assert all(0.2 < share < 0.3 for share in shares)  # a thousandth, where the next number is a 256th away
    assert all((a != b).any() for i, a in enumerate(found) for b in found[:i])
