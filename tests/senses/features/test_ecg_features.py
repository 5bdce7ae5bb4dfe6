from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from galiot.senses.features.beat import fill_leads, twelve_leads
from galiot.senses.features.ecg import ecg_features
from galiot.senses.features.rhythm import beat_features, rhythm_features
from galiot.senses.features.vectors import vector_features
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


def beats_of(heart, **more):
    reading = simulate(heart, rate_hz=100, seed=4, noise_mv=0.01, **more).reading
    ecg = measure(reading)
    return dict(rhythm_features(ecg)) | dict(beat_features(ecg, reading.values))


def test_ventricular_beats_look_odd_and_atrial_ones_only_come_early():
    usual, atrial, ventricular = (beats_of(Heart(premature=share)) for share in ((0, 0), (0.3, 0), (0, 0.3)))
    assert usual["shape_least"] > 0.9
    assert usual["early_same"] == usual["early_odd"] == 0
    assert atrial["early_same"] > 0
    assert atrial["early_odd"] == 0
    assert ventricular["early_odd"] > 0
    assert ventricular["shape_early"] < 0.5
    assert ventricular["wide_early"] > 1.15
    assert ventricular["rr_longest"] > 1.2 > usual["rr_longest"]


def test_p_waves_are_the_same_before_each_beat_where_there_are_any():
    with_p, without = beats_of(Heart()), beats_of(Heart(p=0.0, spread=0.2))
    assert with_p["p_same"] > 0.8 > 0.5 > without["p_same"]
    assert with_p["p_coherent"] > 10 * without["p_coherent"]


def test_of_two_beats_none_is_odd():
    reading = simulate(Heart(), rate_hz=100, seconds=2.2, seed=4).reading
    ecg = measure(reading)
    assert dict(beat_features(replace(ecg, beats=ecg.beats[:2]), reading.values)) == {}


def test_the_heart_vector_has_its_direction_and_its_way_round():
    beat = twelve_leads(measured(Heart(axis_deg=50)))
    found = dict(vector_features(beat))
    assert found["qrs_x"] > 0.3
    assert found["qrs_y"] > 0.3
    turned = dict(vector_features(replace(beat, values=beat.values[:, ::-1], waves=reverse(beat))))
    for plane in ("frontal", "flat", "side"):
        assert turned[f"turn_{plane}"] == pytest.approx(-found[f"turn_{plane}"], abs=0.02)
    assert found["loop_length"] > 2 * found["qrs_vector"] * 0.9


def reverse(beat):
    last = beat.values.shape[1] - 1
    waves = beat.waves
    return replace(waves, qrs_begins=last - waves.qrs_ends, qrs_ends=last - waves.qrs_begins, t_ends=None)
