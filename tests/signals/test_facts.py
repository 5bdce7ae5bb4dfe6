from __future__ import annotations

import itertools
import json
import re
import tracemalloc

import numpy as np
import pytest

from galiot.signals import Channel, Reading, TimeAxis, facts
from galiot.signals.analysis import _EXACT_STREAM
from galiot.signals.digest import Largest, Quantiles

NIGHT = 1646352000.0  # 2022-03-04 00:00 UTC


def reading_of(*channels, step_s=60.0, times=None, start=NIGHT, kind="date"):
    values = np.stack([np.asarray(channel, float) for channel in channels])
    times = start + step_s * np.arange(values.shape[1]) if times is None else times
    return Reading.of(times, values, [Channel(f"c{i}", "°C") for i in range(len(values))], axis=TimeAxis(kind))


def one(found, name, channel="c0"):
    (fact,) = found.of(channel, name)
    return fact


def streamed(reading, rows=997):
    """The same reading without being in memory, in uneven blocks."""
    times, values = reading.times, reading.values
    cuts = [*range(0, len(times), rows), len(times)]
    blocks = [(times[a:b], values[:, a:b]) for a, b in itertools.pairwise(cuts)]
    return Reading(reading.source, reading.channels, reading.axis, blocks=lambda: iter(blocks))


def noise(n, seed=0, scale=1.0):
    return np.random.default_rng(seed).normal(0, scale, n)


@pytest.mark.parametrize("stream", [False, True])
def test_numbers_agree_with_slow_and_obvious_ones(stream):
    generator = np.random.default_rng(8)
    values = np.round(generator.normal(20, 3, 5000), 2)
    values[generator.random(5000) < 0.1] = np.nan
    times = NIGHT + np.cumsum(generator.exponential(60, 5000))
    reading = reading_of(values, times=times)
    found = facts(streamed(reading) if stream else reading)
    kept = [(t, v, i) for i, (t, v) in enumerate(zip(times.tolist(), values.tolist(), strict=True)) if v == v]
    plain = sorted(v for _, v, _ in kept)
    assert one(found, "count").value == len(kept)
    assert one(found, "span").value == kept[-1][0] - kept[0][0]
    assert one(found, "mean").value == pytest.approx(sum(plain) / len(plain), rel=1e-12)
    assert one(found, "level").value == pytest.approx(
        (plain[(len(plain) - 1) // 2] + plain[len(plain) // 2]) / 2, rel=1e-12
    )
    mean = sum(plain) / len(plain)
    assert one(found, "spread").value == pytest.approx((sum((v - mean) ** 2 for v in plain) / (len(plain) - 1)) ** 0.5)
    lowest = min(kept, key=lambda row: row[1])
    highest = max(kept, key=lambda row: row[1])
    for name, (t, v, i) in (("minimum", lowest), ("maximum", highest), ("last", kept[-1])):
        fact = one(found, name)
        assert (fact.at, fact.value, fact.start, fact.stop) == (t, v, i, i + 1)
    assert one(found, "missing").details["rows"] == 5000 - len(kept)
    pauses = sorted(b[0] - a[0] for a, b in itertools.pairwise(kept))
    assert one(found, "rate").value == pytest.approx(1 / np.median(pauses))


def test_a_stream_gives_the_facts_of_the_whole():
    values = noise(9000) + 5.0 * (np.arange(9000) >= 4000)
    values[700] = 60
    values[2000:2300] = 1.25
    reading = reading_of(values, np.round(values))
    whole, parts = facts(reading), facts(streamed(reading))
    assert [fact.text for fact in whole] == [fact.text for fact in parts]


def test_a_step_has_its_size_time_and_samples():
    values = 60 + noise(400, scale=0.3) - 12.4 * (np.arange(400) >= 134)
    fact = one(facts(reading_of(values)), "step")
    assert fact.value == pytest.approx(-12.4, abs=0.3)
    assert fact.at_display == "02:14"
    assert fact.start < 134 < fact.stop <= 136
    assert re.fullmatch(r"c0 fell by 12\.\d* °C at 02:14, from 6\d(\.\d+)? to 4\d(\.\d+)? °C", fact.text)


def test_a_step_below_the_noise_is_found_where_it_lasts():
    fact = one(facts(reading_of(noise(1000) + 2.0 * (np.arange(1000) >= 500))), "step")
    assert fact.value == pytest.approx(2, abs=0.4)
    assert abs(fact.start - 500) < 10


def test_numbers_are_written_as_precisely_as_they_vary():
    found = facts(reading_of(20 + noise(500), 0.004 + noise(500, scale=0.0001), 5e4 + noise(500, scale=900)))
    assert re.fullmatch(r"(19|20)(\.\d{1,2})? °C", one(found, "level").display)
    assert re.fullmatch(r"0\.00[34]\d{0,4} °C", one(found, "level", "c1").display)
    assert re.fullmatch(r"(49|50)\d{3} °C", one(found, "level", "c2").display)


def test_a_trend_is_given_per_hour_and_called_clear_only_where_it_is():
    rising = one(facts(reading_of(20 + 0.01 * np.arange(600) + noise(600, scale=0.3))), "trend")
    assert rising.value == pytest.approx(0.6, rel=0.05)
    assert rising.unit == "°C/h"
    assert rising.details["clear"]
    assert "rose by about 0.6 °C per hour" in rising.text
    assert not one(facts(reading_of(noise(600))), "trend").details["clear"]
    assert not one(facts(reading_of(np.cumsum(noise(600)))), "trend").details["clear"]


def test_gaps_are_found_with_their_samples():
    times = NIGHT + 10.0 * np.arange(1000)
    times[300:] += 2100
    times[700:] += 50
    found = facts(reading_of(noise(1000), times=times))
    fact = one(found, "gaps", "")
    assert (fact.value, fact.start, fact.stop) == (2, 299, 301)
    assert fact.text == "the reading has 2 gaps; the longest lasts 35 min 10 s from 00:49"
    assert one(found, "rate", "").value == pytest.approx(0.1)


def test_irregular_sampling_has_no_gaps():
    times = NIGHT + np.cumsum(np.random.default_rng(0).exponential(10, 5000))
    assert not facts(reading_of(noise(5000), times=times)).of("", "gaps")


def test_outliers_are_found_and_neighbours_counted_once():
    values = noise(2000)
    values[[500, 1200, 1201]] = [30, -40, -40]
    fact = one(facts(reading_of(values)), "outliers")
    assert fact.value == 2
    assert fact.details["samples"] == [500, 1200, 1201]
    assert fact.details["value"] == -40


def test_a_stuck_sensor_is_found():
    values = np.round(noise(3000), 2)
    values[1000:1430] = 1.23
    fact = one(facts(reading_of(values)), "stuck")
    assert (fact.start, fact.stop) == (1000, 1430)
    assert fact.text == "c0 stayed at exactly 1.23 °C for 7 h 9 min from 2022-03-04 16:40"


def test_a_period_is_found():
    hours = np.arange(24 * 14) * 1.0
    fact = one(
        facts(reading_of(np.sin(hours * 2 * np.pi / 24) + noise(len(hours), scale=0.2), step_s=3600.0)), "period"
    )
    assert fact.value == pytest.approx(86400, rel=0.01)
    assert fact.display == "24 h"


def test_a_fast_period_of_a_long_reading_is_found():
    n = 300_000
    fact = one(facts(reading_of(np.sin(np.arange(n) * 2 * np.pi / 20) + noise(n, scale=0.2), step_s=0.001)), "period")
    assert fact.value == pytest.approx(0.02, rel=0.01)
    assert fact.stop <= 20_000


def test_a_constant_and_a_switch_are_described():
    n = 300
    switch = (np.arange(n) % 100 >= 75).astype(float)
    found = facts(reading_of(np.full(n, 5.0), switch))
    assert one(found, "constant").text == "c0 stayed at 5 °C throughout"
    states = one(found, "states", "c1")
    assert states.details["shares"] == {"0": 0.75, "1": 0.25}
    assert states.value == 5
    assert "trend" not in {fact.name for fact in found.of("c0")}


NULLS = {
    "white": lambda r, n: r.normal(size=n),
    "heavy": lambda r, n: r.laplace(size=n),
    "uniform": lambda r, n: r.uniform(size=n),
    "walk": lambda r, n: np.cumsum(r.normal(size=n)),
    "coarse": lambda r, n: np.round(r.normal(size=n) * 0.7),
    "coarse walk": lambda r, n: np.round(np.cumsum(r.normal(size=n)) / 5),
    "ramp": lambda r, n: np.arange(n) * 10 / n + r.normal(size=n),
    "wave": lambda r, n: np.sin(np.arange(n) * 2 * np.pi / (n / 5.3)) + 0.2 * r.normal(size=n),
}


@pytest.mark.parametrize("kind", NULLS)
def test_nothing_is_made_of_noise(kind):
    counted = dict.fromkeys(("step", "outliers", "stuck", "period", "trend", "gaps"), 0)
    for seed in range(12):
        for n in (60, 600, 3000):
            found = facts(reading_of(np.round(NULLS[kind](np.random.default_rng(seed), n), 3)))
            for fact in found.of("c0"):
                if fact.name in counted and fact.details.get("clear", True):
                    counted[fact.name] += 1
    if kind == "wave":
        assert counted.pop("period") > 20
    if kind == "ramp":
        assert counted.pop("trend") == 36
    assert sum(counted.values()) <= 2, counted


def test_texts_hold_only_numbers_that_facts_own():
    reading = reading_of(noise(500) + 4.0 * (np.arange(500) > 200), np.round(noise(500, 1), 1))
    found = facts(reading)
    owned = {number for number, _ in found.numbers()}
    text = re.sub(r"c[01]", "", found.prompt())
    for number in re.findall(r"\d{4}-\d\d-\d\d|\d\d:\d\d|[-−]?\d+(?:\.\d+)?", text):
        assert number in owned


def test_the_prompt_and_the_table_keep_their_bounds():
    reading = reading_of(*[noise(200, i) + 9.0 * (np.arange(200) > 3 * i + 20) for i in range(50)])
    found = facts(reading)
    for budget in (5, 12, 40):
        lines = found.prompt(budget).split("\n")
        assert len(lines) <= budget
        assert max(map(len, lines)) <= 200
    assert len(found.rows()) == 50
    json.dumps(found.to_json(), allow_nan=False)


def test_the_most_remarkable_comes_first():
    values = noise(600, scale=0.1) + 30.0 * (np.arange(600) > 300)
    assert facts(reading_of(values, noise(600, 1))).notable(1)[0].name == "step"


@pytest.mark.parametrize(
    "values", [[], [[1.0]], [[np.nan, np.nan]], [[1.0, 1.0]], [[1.0, 2.0]], [[1e300, -1e300, 0]], [[1e-300, 0]]]
)
def test_readings_of_hardly_anything_have_facts(values):
    channels = np.array(values) if len(values) else np.empty((1, 0))
    found = facts(Reading.of(np.arange(channels.shape[1]), channels, ["a"]))
    json.dumps(found.to_json(), allow_nan=False)
    found.rows(), found.prompt()


def test_quantiles_of_a_stream_are_near_the_exact_ones():
    values = np.random.default_rng(0).lognormal(size=300_000)
    quantiles = Quantiles(_EXACT_STREAM)
    for part in np.array_split(values, 37):
        quantiles.add(part)
    for share in (0.001, 0.05, 0.5, 0.95, 0.999):
        assert abs((values < quantiles.at(share)).mean() - share) < 2e-4
    assert quantiles.above(1.0) == pytest.approx((values > 1.0).sum(), rel=0.01)


def test_the_largest_of_a_stream_are_the_largest():
    keys, largest = np.random.default_rng(1).normal(size=5000), Largest(16, 1)
    for part in np.array_split(np.arange(5000), 13):
        largest.add(keys[part], part[:, None].astype(float))
    assert largest.rows[:, 0].tolist() == np.argsort(-keys)[:16].tolist()


def test_what_many_channels_keep_is_a_dozen_numbers_a_sample_and_not_their_working_memory():
    values = np.sin(np.arange(40_000) / 20 + np.arange(10)[:, None])
    recorded = Reading.of(np.arange(40_000.0), values, [f"c{i}" for i in range(10)])
    tracemalloc.start()
    facts(recorded)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak / values.size < 120  # bytes
