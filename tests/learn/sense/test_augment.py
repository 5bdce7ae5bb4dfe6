from __future__ import annotations

import numpy as np
import pytest

from galiot.learn.sense.augment import hummed, lost, mirrored, noisy, stretched, turned, vary, wandering
from galiot.senses.recipe import AugmentRecipe
from galiot.signals.ecg.leads import STANDARD

CHANNELS = ("ax", "ay", "az", "wx", "wy", "wz")


def values(seed=0, count=6, samples=1000):
    return np.random.default_rng(seed).normal(size=(count, samples))


def test_noise_has_the_ratio_that_was_asked_for():
    clean = values() * np.arange(1, 7)[:, None]
    added = noisy(clean, 10.0, np.random.default_rng(1)) - clean
    np.testing.assert_allclose(10 * np.log10(clean.var(axis=1) / added.var(axis=1)), 10, atol=0.6)


def test_hum_and_wander_have_their_height_and_place():
    still = np.zeros((2, 1000))
    rng = np.random.default_rng(0)
    for made, low_hz, high_hz in (
        (hummed(still, 0.1, 45.0, 100.0, rng), 44, 46),
        (wandering(still, 0.1, 100.0, rng), 0, 1),
    ):
        power = np.abs(np.fft.rfft(made[0])) ** 2
        at = np.fft.rfftfreq(1000, 0.01)
        assert power[(at >= low_hz) & (at <= high_hz)].sum() > 0.95 * power.sum()
        assert np.abs(made).max() <= 0.1 + 1e-9


def test_limb_leads_come_back_while_two_are_left():
    assert not lost(STANDARD, np.array([0, 2, 4])).any()
    assert lost(STANDARD, np.array([0, 1, 2, 3, 4, 7])).sum() == 6
    assert lost(STANDARD, np.array([0, 7])).tolist() == [number == 7 for number in range(12)]


def test_a_turn_keeps_the_length_of_every_vector():
    clean = values()
    made = turned(clean, CHANNELS, 1.0, np.random.default_rng(0))
    assert np.abs(made - clean).max() > 0.1
    np.testing.assert_allclose(np.linalg.norm(made[:3], axis=0), np.linalg.norm(clean[:3], axis=0))
    np.testing.assert_allclose((made[:3] * made[3:]).sum(axis=0), (clean[:3] * clean[3:]).sum(axis=0), atol=1e-9)


def test_the_other_side_of_the_body_is_its_own_opposite():
    clean = values()
    once = mirrored(clean, CHANNELS, ("ax", "wy"))
    assert (once[0] == -clean[0]).all()
    assert (once[1] == clean[1]).all()
    assert (mirrored(once, CHANNELS, ("ax", "wy")) == clean).all()


def test_played_slower_a_swing_has_fewer_turns():
    swing = np.sin(2 * np.pi * 5 * np.arange(1000) / 1000)[None]
    turns = [np.count_nonzero(np.diff(np.sign(row[0]))) for row in (swing, stretched(swing, 2.0))]
    assert turns[1] == pytest.approx(turns[0] / 2, abs=2)


def test_without_settings_nothing_is_changed_and_lost_channels_are_zero():
    clean, present = values(count=12), np.ones(12, bool)
    same, kept = vary(clean, present, AugmentRecipe(), channels=STANDARD, rate_hz=100.0, rng=np.random.default_rng(0))
    assert (same == clean).all()
    assert kept.all()
    rng = np.random.default_rng(0)
    gone = 0
    for _ in range(40):
        made, kept = vary(clean, present, AugmentRecipe(lost=3), channels=STANDARD, rate_hz=100.0, rng=rng)
        assert (made[~kept] == 0).all()
        assert (~kept).sum() <= 3
        gone += int((~kept).sum())
    assert gone > 5
