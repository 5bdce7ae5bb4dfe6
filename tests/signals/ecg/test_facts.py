from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from galiot.signals import facts
from galiot.signals.ecg.simulate import Heart, simulate
from galiot.signals.fact import Fact, Facts
from galiot.signals.reading import Channel, Reading

HEARTS = [
    Heart(),
    Heart(rate_bpm=48, pr=210, qrs=100, qt=440, axis_deg=-45),
    Heart(rate_bpm=105, pr=140, qrs=80, qt=330, axis_deg=100, r=1.6),
    Heart(rate_bpm=62, pr=180, qrs=140, qt=450, axis_deg=10, t=0.4),
]


def measured(heart: Heart, rate_hz: float = 500, noise_mv: float = 0.02, seed: int = 3) -> dict[str, Fact]:
    found = facts(simulate(heart, rate_hz=rate_hz, noise_mv=noise_mv, wander_mv=0.1, seed=seed).reading)
    return {fact.name: fact for fact in found if not fact.channel}


@pytest.mark.parametrize("heart", HEARTS)
@pytest.mark.parametrize("rate_hz", [100, 250, 500, 1000])
def test_intervals_and_axis_lie_within_their_uncertainty(heart: Heart, rate_hz: float) -> None:
    found = measured(heart, rate_hz)
    wanted = {"pr": heart.pr, "qrs": heart.qrs, "qt": heart.qt, "p": heart.p_width, "axis": heart.axis_deg}
    for name, value in wanted.items():
        assert found[name].value == pytest.approx(value, abs=found[name].details["uncertainty"]), name
    assert found["heart rate"].value == pytest.approx(heart.rate_bpm, rel=0.04)


def test_nineteen_in_twenty_intervals_lie_within_their_uncertainty() -> None:
    rng = np.random.default_rng(11)
    inside: dict[str, list[bool]] = {"pr": [], "qrs": [], "qt": []}
    for seed in range(40):
        rate = rng.uniform(50, 100)
        usual = 60_000 / rate
        heart = Heart(
            rate_bpm=rate,
            pr=rng.uniform(120, 220),
            qrs=rng.uniform(75, 150),
            qt=min(400 * (usual / 1000) ** 0.5, 0.7 * usual),
            axis_deg=rng.uniform(-60, 120),
            r=rng.uniform(0.8, 2),
            t=rng.uniform(0.2, 0.5),
        )
        found = measured(heart, rate_hz=250, seed=seed)
        for name, hits in inside.items():
            fact = found.get(name)
            if fact and isinstance(fact.value, float):
                hits.append(abs(fact.value - getattr(heart, name)) <= fact.details["uncertainty"])
    for name, hits in inside.items():
        assert len(hits) >= 38, name
        assert np.mean(hits) >= 0.9, name


def test_corrected_qt_follows_bazett_and_fridericia() -> None:
    found = measured(Heart(rate_bpm=60, spread=0.0), noise_mv=0.0)
    assert found["qtc"].value == pytest.approx(found["qt"].value, rel=0.01)
    found = measured(Heart(rate_bpm=93.75, spread=0.0, qt=340), noise_mv=0.0)  # 0.64 s from beat to beat
    qt = found["qt"].value
    assert isinstance(qt, float)
    assert found["qtc"].value == pytest.approx(qt / 0.8, rel=0.01)
    assert found["qtc"].details["fridericia_ms"] == pytest.approx(qt / 0.64 ** (1 / 3), rel=0.01)


def test_without_p_waves_there_is_no_pr_interval() -> None:
    found = measured(Heart(p=0.0, spread=0.2))
    assert "pr" not in found
    assert found["p"].display == "no P wave"
    assert "irregular" in found["irregularity"].text


def test_early_and_broad_beats_are_counted() -> None:
    made = simulate(Heart(premature=(0.0, 0.12)), seconds=60, rate_hz=250, noise_mv=0.01, seed=9)
    found = {fact.name: fact.value for fact in facts(made.reading)}
    true = made.kinds.count("V")
    assert true > 3
    assert isinstance(found["other beats"], int)
    assert abs(found["other beats"] - true) <= 1
    assert isinstance(found["early beats"], int)
    assert abs(found["early beats"] - true) <= 1


def test_heights_are_those_of_the_simulated_leads() -> None:
    made = simulate(Heart(spread=0.0, st=0.3), noise_mv=0.0, seed=1)
    found = facts(made.reading)
    values = made.reading.values
    for place, lead in ((1, "II"), (10, "V5")):
        begin = round((made.beats[3] - 0.045) * 500)
        (tall,) = found.of(lead, "r")
        assert tall.value == pytest.approx(values[place, begin : begin + 46].max(), abs=0.08)
    raised = {lead: fact.value for lead in ("V2", "V3") for fact in found.of(lead, "st")}
    assert all(isinstance(level, float) and level > 0.1 for level in raised.values())


def limited(reading: Reading) -> Facts:
    return facts(reading)


def test_leads_that_cannot_be_used_are_named_and_left_out() -> None:
    reading = simulate(Heart(), noise_mv=0.01, seed=2).reading
    values = reading.values.copy()
    rng = np.random.default_rng(0)
    values[0] = 0.0
    values[6] = rng.normal(size=values.shape[1])
    values[7] = np.clip(5 * values[7], -0.4, 0.4)
    values[8] = np.nan
    found = facts(Reading.of(reading.times, values, reading.channels))
    assert {"lead V3 has no signal for more than half of the time", "lead I is flat"} <= set(found.limits)
    assert {"lead V2 is saturated", "lead V1 is too noisy to be measured"} <= set(found.limits)
    assert not found.of("I", "r")
    assert found.of("V5", "r")
    (pr,) = found.of("", "pr")
    assert pr.value == pytest.approx(160, abs=15)


def test_exchanged_arm_electrodes_are_suspected() -> None:
    reading = simulate(Heart(), noise_mv=0.01, seed=2).reading
    values = reading.values.copy()
    one, two, three, right, left = values[:5].copy()
    values[0], values[1], values[2], values[3], values[4] = -one, three, two, left, right
    assert any("arm electrodes" in limit for limit in facts(Reading.of(reading.times, values, reading.channels)).limits)
    assert not facts(reading).limits


def test_nothing_is_claimed_of_noise() -> None:
    rng = np.random.default_rng(0)
    noise = Reading.of(np.arange(5000) / 500, rng.normal(size=(2, 5000)), [Channel("I", "mV"), Channel("II", "mV")])
    found = facts(noise)
    assert "leads I, II are too noisy to be measured" in found.limits
    assert {fact.name for fact in found} <= {"count", "span", "rate", "quality"}


def test_other_channels_keep_their_own_facts() -> None:
    reading = simulate(Heart(), seed=1).reading
    values = np.vstack([reading.values, np.linspace(20, 30, reading.values.shape[1])])
    found = facts(Reading.of(reading.times, values, [*reading.channels, Channel("skin", "°C")]))
    assert found.of("skin", "trend")
    assert found.of("", "pr")
    assert [table[0].keys() & {"measured", "lead", "channel"} for table in found.tables()] == [
        {"measured"},
        {"lead"},
        {"channel"},
    ]


@pytest.mark.parametrize("names", [("I", "V1"), ("temperature", "x"), ("V1", "V2")])
def test_what_is_only_called_like_a_lead_is_no_electrocardiogram(names: tuple[str, str]) -> None:
    made = Reading.of(np.arange(2000) / 200, np.random.default_rng(1).normal(size=(2, 2000)), list(names))
    assert not facts(made).of("", "beats")
    assert facts(made).of(names[0], "level")


def test_every_fact_says_its_number_in_its_words() -> None:
    found = facts(simulate(Heart(premature=(0.1, 0.1)), seconds=30, noise_mv=0.02, seed=5).reading)
    for fact in found:
        if isinstance(fact.value, float | int) and fact.name != "p":
            assert fact.numbers(), fact
        assert dataclasses.asdict(fact)["start"] < fact.stop


@pytest.mark.parametrize(
    ("rate_hz", "count", "said"),
    [
        (60, 2000, "leads are measured from 80 to 20000 samples a second; these have 60 a second"),
        (1e8, 2000, "leads are measured from 80 to 20000 samples a second; these have 1e+08 a second"),
        (250, 60, "the electrocardiogram is too short to be measured"),
    ],
)
def test_what_cannot_be_measured_is_a_limit(rate_hz: float, count: int, said: str) -> None:
    values = simulate(Heart(), seconds=20, rate_hz=250, seed=1).reading.values[:2, :count]
    found = facts(Reading.of(np.arange(count) / rate_hz, values, [Channel("I", "mV"), Channel("II", "mV")]))
    assert said in found.limits
    assert not found.of("", "heart rate")
