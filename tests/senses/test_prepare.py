from __future__ import annotations

import numpy as np
import pytest
from senses.made import changed, ecg_file, heart, only

from galiot.senses.base import Label
from galiot.senses.file import SenseFile
from galiot.senses.prepare import MOST_WINDOWS, prepare
from galiot.signals import Channel, Reading
from galiot.signals.ecg.leads import STANDARD

FILE = ecg_file()
ROWS = {name: row for row, name in enumerate(STANDARD)}


def motion_file(**more):
    settings = {
        "kind": "motion",
        "rate_hz": 50.0,
        "window_s": 2.0,
        "channels": ("accel x", "accel y", "accel z"),
        "units": ("g", "g", "g"),
        "labels": (Label(code="row", name="row", kind="class"),),
        "members": (),
        "tensors": {},
    }
    return SenseFile(**(settings | more))


def test_a_reading_at_the_rate_of_the_sense_goes_through_unchanged():
    reading = heart()
    prepared = prepare(reading, FILE)
    assert prepared.windows.shape == (1, 12, 1000)
    assert np.allclose(prepared.windows[0], reading.values, atol=1e-6)
    assert prepared.spans == ((0, 1000),)
    assert prepared.limits == ()
    assert prepared.usable


@pytest.mark.parametrize(
    ("rate_hz", "error"), [(100.0, 0.07), (128.0, 0.07), (250.0, 0.02), (360.0, 0.02), (1000.0, 0.02)]
)
def test_every_rate_gives_the_same_windows(rate_hz, error):
    one, other = (prepare(heart(noise_mv=0, rate_hz=rate), FILE) for rate in (500.0, rate_hz))
    assert abs(other.spans[0][1] - 10 * rate_hz) <= 1
    difference = (one.windows - other.windows)[:, :, 20:-20]
    # the simulated complexes have corners, which the lower rates fold over
    assert np.sqrt((difference**2).mean()) < error * one.windows.std()


def test_what_the_new_rate_cannot_hold_is_filtered_out_before():
    reading = heart(noise_mv=0, rate_hz=500.0)
    hum = 0.5 * np.sin(2 * np.pi * 110 * reading.times)
    clean, noisy = prepare(reading, FILE), prepare(changed(reading, reading.values + hum), FILE)
    assert np.abs(clean.windows - noisy.windows)[:, :, 20:-20].max() < 0.02


def test_leads_are_found_under_their_names_in_any_order_and_unit():
    reading = heart()
    order = np.random.default_rng(1).permutation(12)
    names = [STANDARD[place].upper() for place in order]
    shuffled = Reading.of(reading.times, 1000 * reading.values[order], [Channel(name, "uV") for name in names])
    assert np.allclose(prepare(shuffled, FILE).windows, prepare(reading, FILE).windows, atol=1e-5)


def test_lost_limb_leads_are_computed_from_two_that_are_there():
    reading = heart()
    whole = prepare(reading, FILE)
    for pair in (("I", "II"), ("aVL", "III"), ("aVR", "aVF")):
        prepared = prepare(only(reading, *pair, "V1", "V2", "V3", "V4", "V5", "V6"), FILE)
        assert prepared.present.all()
        # the noise of a computed lead is a few times that of a measured one
        assert np.abs(prepared.windows - whole.windows).max() < 0.2
        assert any("computed from" in limit for limit in prepared.limits)


def test_absent_flat_saturated_and_unknown_leads_are_masked_and_said():
    reading = heart()
    values = reading.values.copy()
    values[ROWS["V1"]] = np.nan
    values[ROWS["V2"]] = 0.3
    values[ROWS["V5"]] = np.clip(values[ROWS["V5"]], -0.02, 0.1)
    prepared = prepare(changed(reading, values), FILE)
    lost = [ROWS["V1"], ROWS["V2"], ROWS["V5"]]
    assert not prepared.present[lost].any()
    assert not prepared.windows[:, lost].any()
    assert "lead V1 has no signal for more than half of the time" in prepared.limits
    assert {"lead V2 is flat", "lead V5 is saturated"} <= set(prepared.limits)
    assert prepared.usable


def test_a_signal_without_a_usable_lead_is_not_usable():
    reading = heart()
    rng = np.random.default_rng(2)
    noise = rng.normal(size=reading.values.shape)
    wave = np.tile(np.sin(2 * np.pi * 1.2 * reading.times), (12, 1))
    for values in (np.zeros_like(noise), noise, noise.cumsum(axis=1), wave, np.full_like(noise, np.nan)):
        prepared = prepare(changed(reading, values), FILE)
        assert not prepared.usable
        assert {"no lead is usable", "no heart beats stand out"} & set(prepared.limits)


def test_one_lead_without_a_name_is_taken_for_the_second():
    reading = heart()
    one = Reading.of(reading.times, reading.values[1:2], [Channel("ECG", "mV")])
    prepared = prepare(one, FILE)
    assert np.flatnonzero(prepared.present).tolist() == [ROWS["II"]]
    assert "ECG is taken for lead II" in prepared.limits
    assert "only II of 12 leads" in prepared.limits


def test_heights_that_no_heart_has_are_said():
    reading = heart()
    prepared = prepare(changed(reading, reading.values * 200, unit="mV"), FILE)
    assert any("which no heart has" in limit for limit in prepared.limits)
    assert 0.5 < np.ptp(prepared.windows[0], axis=1).max() < 10
    without = prepare(changed(reading, reading.values, unit=""), FILE)
    assert any("mV is assumed" in limit for limit in without.limits) or not without.usable


def test_a_short_reading_is_padded_and_a_very_short_one_is_not_usable():
    prepared = prepare(heart(seconds=7.0), FILE)
    assert prepared.usable
    assert any("short" in limit for limit in prepared.limits)
    assert not prepared.windows[:, :, 710:].any()
    assert not prepare(heart(seconds=4.0), FILE).usable
    assert not prepare(Reading.of([0.0], [[1.0]], [Channel("II", "mV")]), FILE).usable


def test_a_long_reading_is_judged_in_stretches_spread_over_it():
    prepared = prepare(heart(seconds=200.0), FILE)
    assert len(prepared.windows) == MOST_WINDOWS
    assert prepared.spans[0][0] == 0
    assert prepared.spans[-1][1] == 20000
    for window, (first, stop) in zip(prepared.windows, prepared.spans, strict=True):
        assert np.allclose(window, prepared.reading.values[:, first:stop], atol=1e-6)
    assert any("stretches" in limit for limit in prepared.limits)


def test_one_window_of_a_reading_is_that_window():
    prepared = prepare(heart(seconds=30.0), FILE)
    one = prepared.window(1)
    assert np.array_equal(one.windows, prepared.windows[1:2])
    assert one.spans == ((1000, 2000),)
    assert one.starts_s == (10.0,)


def test_blocks_give_what_the_whole_gives():
    reading = heart(seconds=30.0)
    times, values = reading.times, reading.values
    split = Reading(
        "split",
        reading.channels,
        reading.axis,
        blocks=lambda: ((times[i : i + 77], values[:, i : i + 77]) for i in range(0, len(times), 77)),
    )
    assert not split.in_memory
    one, other = prepare(reading, FILE), prepare(split, FILE)
    assert one.spans == other.spans
    assert np.allclose(one.windows, other.windows, atol=1e-6)


def test_a_reading_beyond_memory_is_gone_through_twice():
    reading, passes = heart(seconds=200.0), []
    times, values = reading.times, reading.values

    def blocks():
        passes.append(1)
        return ((times[i : i + 500], values[:, i : i + 500]) for i in range(0, len(times), 500))

    prepared = prepare(Reading("long", reading.channels, reading.axis, blocks=blocks), FILE)
    assert len(prepared.windows) == MOST_WINDOWS
    assert len(passes) == 2  # how long it is, and the windows


def test_short_windows_are_judged_for_two_minutes():
    t = np.arange(50 * 300) / 50
    reading = Reading.of(t, np.random.default_rng(0).normal(size=(1, len(t))), [Channel("accel x", "g")])
    assert prepare(reading, motion_file()).windows.shape == (60, 3, 100)


def test_long_gaps_are_unknown_and_short_ones_bridged():
    reading = heart()
    values = reading.values.copy()
    values[:, 300:305] = np.nan
    values[:, 500:600] = np.nan
    prepared = prepare(changed(reading, values), FILE)
    assert prepared.present.all()
    assert prepared.windows[0, 1, 300:305].any()
    assert not prepared.windows[0, :, 515:585].any()


def test_other_kinds_take_their_channels_by_name_and_say_which_are_missing():
    t = np.arange(500) / 50
    rng = np.random.default_rng(0)
    channels = [Channel("Accel_Z", "g"), Channel("accel_x", "g"), Channel("heart rate", "/min")]
    values = rng.normal(size=(3, 500))
    prepared = prepare(Reading.of(t, values, channels), motion_file())
    assert prepared.windows.shape == (5, 3, 100)
    assert np.allclose(prepared.windows[2, 0], values[1, 200:300], atol=1e-6)
    assert prepared.present.tolist() == [True, False, True]
    assert set(prepared.limits) == {"the channel accel y is missing", "not known to the sense: heart rate"}


def test_a_unit_that_disagrees_makes_a_reading_unusable():
    t = np.arange(500) / 50
    channels = [Channel(f"accel {axis}", "m/s²") for axis in "xyz"]
    prepared = prepare(Reading.of(t, np.ones((3, 500)), channels), motion_file())
    assert not prepared.usable
    assert "accel x is in m/s², the sense takes g" in prepared.limits


def test_level_and_scale_are_taken_out_and_told():
    t = np.arange(500) / 50
    values = 20 + 3 * np.sin(t)[None] + np.array([[0.0], [100.0]])
    reading = Reading.of(t, values, [Channel("a", "°C"), Channel("b", "°C")])
    file = motion_file(channels=(), units=(), scaling="standard", window_s=0.0, samples=250)
    prepared = prepare(reading, file)
    assert prepared.windows.shape == (1, 2, 250)
    assert np.allclose(prepared.windows.mean(axis=2), 0, atol=1e-5)
    assert np.allclose(prepared.windows.std(axis=2), 1, atol=1e-5)
    back = prepared.windows[0] * prepared.scale[:, None] + prepared.level[:, None]
    assert np.allclose(back, values[:, ::2], atol=0.01)
