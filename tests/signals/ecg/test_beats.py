from __future__ import annotations

import numpy as np
import pytest

from galiot.signals.ecg.beats import find_beats
from galiot.signals.ecg.simulate import Heart, Simulated, simulate
from galiot.signals.reading import Floats


def found_and_right(made: Simulated, values: Floats, rate_hz: float) -> tuple[float, float]:
    """Parts of the true beats that are found within 75 ms, and of those found that are true, away from the ends."""
    seconds = values.shape[1] / rate_hz
    found = find_beats(values, rate_hz) / rate_hz
    inner = [beat for beat in made.beats if 0.5 < beat < seconds - 0.5]
    right = [beat for beat in found if 0.5 < beat < seconds - 0.5]
    hit = sum(np.abs(found - beat).min(initial=9) < 0.075 for beat in inner)
    true = sum(np.abs(made.beats - beat).min(initial=9) < 0.075 for beat in right)
    return hit / len(inner), true / max(1, len(right))


@pytest.mark.parametrize("rate_hz", [100, 250, 360, 1000])
@pytest.mark.parametrize("rate_bpm", [35, 70, 150])
def test_every_beat_is_found_once(rate_hz: float, rate_bpm: float) -> None:
    qt = min(420.0, 0.6 * 60_000 / rate_bpm)
    made = simulate(Heart(rate_bpm=rate_bpm, qt=qt, pr=130), seconds=30, rate_hz=rate_hz, noise_mv=0.02, seed=1)
    assert found_and_right(made, made.reading.values, rate_hz) == (1, 1)


@pytest.mark.parametrize("lead", [0, 1, 6, 10])
def test_one_lead_is_enough(lead: int) -> None:
    made = simulate(Heart(), seconds=60, rate_hz=250, noise_mv=0.03, wander_mv=0.4, seed=2)
    assert found_and_right(made, made.reading.values[[lead]], 250) == (1, 1)


def test_tall_t_waves_are_no_beats() -> None:
    made = simulate(Heart(t=1.4, rate_bpm=60), seconds=30, rate_hz=250, seed=3)
    assert found_and_right(made, made.reading.values[[1]], 250) == (1, 1)


def test_early_beats_are_found_too() -> None:
    made = simulate(Heart(premature=(0.1, 0.1)), seconds=120, rate_hz=250, noise_mv=0.02, seed=4)
    assert {"A", "V"} <= set(made.kinds)
    assert found_and_right(made, made.reading.values, 250) == (1, 1)


@pytest.mark.parametrize(("noise", "wander", "hum"), [(0.15, 0, 0), (0.02, 1.5, 0), (0.02, 0, 0.3)])
def test_noise_wander_and_mains_cost_few_beats(noise: float, wander: float, hum: float) -> None:
    made = simulate(Heart(rate_bpm=80), seconds=60, rate_hz=250, noise_mv=noise, wander_mv=wander, hum_mv=hum, seed=5)
    found, right = found_and_right(made, made.reading.values, 250)
    assert found >= 0.98
    assert right >= 0.98


def test_a_signal_that_shrinks_to_a_third_is_followed() -> None:
    made = simulate(Heart(), seconds=60, rate_hz=250, noise_mv=0.005, seed=6)
    fading = made.reading.values * np.linspace(1, 0.33, made.reading.values.shape[1])
    assert found_and_right(made, fading, 250) == (1, 1)


@pytest.mark.parametrize("values", [np.zeros((2, 2500)), np.ones((1, 2500)), np.empty((0, 2500)), np.zeros((1, 10))])
def test_where_there_is_no_heart_nothing_is_found(values: Floats) -> None:
    assert len(find_beats(values, 250)) == 0
