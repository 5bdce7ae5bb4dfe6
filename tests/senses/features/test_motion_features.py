from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from galiot.senses.features.motion import motion_features

NAMES = ("ax", "ay", "az", "wx", "wy", "wz")


def features_of(values, rate_hz=50.0, present=None):
    count = len(values)
    prepared = SimpleNamespace(
        windows=np.asarray(values)[None],
        scale=np.ones(count),
        level=np.zeros(count),
        present=np.ones(count, bool) if present is None else np.array(present),
        channels=NAMES,
        rate_hz=rate_hz,
    )
    return motion_features(prepared, 0)


def swinging(frequency_hz, samples=200):
    t = np.arange(samples) / 50.0
    values = np.random.default_rng(0).normal(size=(6, samples)) * 0.01
    values[0] += 1.0
    values[1] += np.sin(2 * np.pi * frequency_hz * t)
    return values


def test_rhythm_is_found_in_its_band():
    slow, fast = features_of(swinging(0.9)), features_of(swinging(4.0))
    assert slow["ay.centre_hz"] == pytest.approx(0.9, abs=0.3)
    assert fast["ay.centre_hz"] == pytest.approx(4.0, abs=0.3)
    assert slow["ay.power_0.6"] > fast["ay.power_0.6"] + 1
    assert fast["ay.power_2.5"] > slow["ay.power_2.5"] + 1


def test_posture_points_along_gravity():
    found = features_of(swinging(1.0))
    assert found["a.points_x"] == pytest.approx(1.0, abs=0.05)
    assert found["a.along_y"] == pytest.approx(1.0, abs=0.05)


def test_an_absent_channel_is_not_measured_and_nothing_is_infinite():
    found = features_of(np.zeros((6, 100)), present=[True] * 5 + [False])
    assert "wz.mean" not in found
    assert not any(name.startswith("w.") for name in found)
    assert np.isfinite(list(found.values())).all()


def test_channels_that_move_together_are_said_to():
    values = swinging(1.0)
    values[2] = -values[1]
    assert features_of(values)["az~ay"] == pytest.approx(-1.0, abs=0.01)
