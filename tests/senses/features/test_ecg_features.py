from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from galiot.senses.features.beat import fill_leads, twelve_leads
from galiot.senses.features.ecg import ecg_features
from galiot.signals.ecg import measure
from galiot.signals.ecg.leads import STANDARD
from galiot.signals.ecg.simulate import Heart, simulate
from galiot.signals.reading import Reading


def measured(heart, **more):
    return measure(simulate(heart, rate_hz=250, seed=3, noise_mv=0.005, **more).reading)


def some_leads(reading, kept):
    rows = [place for place, channel in enumerate(reading.channels) if channel.name in kept]
    return Reading.of(reading.times, reading.values[rows], [reading.channels[row] for row in rows])


def test_intervals_are_those_of_the_heart():
    found = ecg_features(measured(Heart(rate_bpm=75, pr=180, qrs=110, qt=400)))
    assert found["rate"] == pytest.approx(75, abs=2)
    assert found["pr"] == pytest.approx(180, abs=20)
    assert found["qrs"] == pytest.approx(110, abs=20)
    assert found["qtc"] == pytest.approx(400 / math.sqrt(60 / 75), abs=35)


@pytest.mark.parametrize("degrees", [-45, 0, 50, 85])
def test_the_axis_points_where_the_heart_does(degrees):
    found = ecg_features(measured(Heart(axis_deg=degrees)))
    assert abs((found["axis_deg"] - degrees + 180) % 360 - 180) < 25


def test_heights_grow_with_the_signal_and_shares_do_not():
    reading = simulate(Heart(), rate_hz=250, seed=3).reading
    double = Reading.of(reading.times, 2 * reading.values, reading.channels)
    one, two = ecg_features(measure(reading)), ecg_features(measure(double))
    assert two["sokolow"] == pytest.approx(2 * one["sokolow"], rel=0.02)
    assert two["V2.r_share"] == pytest.approx(one["V2.r_share"], abs=0.02)
    assert two["qrs"] == pytest.approx(one["qrs"], abs=3)


def test_raised_st_is_seen_where_it_is():
    plain, raised = (ecg_features(measured(Heart(st=st)))["anterior.st"] for st in (0.0, 0.3))
    assert raised > plain + 0.1


def test_a_heart_without_p_waves_has_no_pr():
    found = ecg_features(measured(Heart(p=0.0, spread=0.2)))
    assert found["p_seen"] == 0
    assert math.isnan(found["pr"])
    assert found["irregular"] > 0.08


def test_lost_limb_leads_come_back_exactly_and_lost_chest_leads_nearly():
    reading = simulate(Heart(), rate_hz=250, seed=3).reading
    whole = twelve_leads(measure(reading))
    fewer = twelve_leads(measure(some_leads(reading, set(STANDARD) - {"III", "aVL", "V4"})))
    assert fewer.known == tuple(name not in ("III", "aVL", "V4") for name in STANDARD)
    for name in ("III", "aVL"):
        assert np.abs(fewer.lead(name) - whole.lead(name)).max() < 0.05
    assert np.corrcoef(fewer.lead("V4"), whole.lead("V4"))[0, 1] > 0.9


def test_leads_that_are_known_stay_as_they_are():
    rng = np.random.default_rng(0)
    found = {"I": rng.normal(size=20), "V3": rng.normal(size=20)}
    made = fill_leads(found)
    assert made.shape == (12, 20)
    assert (made[STANDARD.index("V3")] == found["V3"]).all()
    assert np.isfinite(made).all()


def test_of_a_recording_without_beats_nothing_is_measured():
    reading = simulate(Heart(), rate_hz=250, seed=3).reading
    ecg = measure(reading)
    found = ecg_features(replace(ecg, beat=None, waves=None, beats=ecg.beats[:1]))
    assert math.isnan(found["rate"])
    assert "qrs" not in found
