from __future__ import annotations

import numpy as np
import pytest

from galiot.signals import Channel, Reading, facts
from galiot.signals.fact import Fact
from galiot.signals.motion.axes import find_axes
from galiot.signals.motion.simulate import Movement, simulate


def measured(reading: Reading) -> dict[str, Fact]:
    return {fact.name: fact for fact in facts(reading) if not fact.channel}


@pytest.mark.parametrize("a_minute", [15, 40, 110, 180])
@pytest.mark.parametrize("rate_hz", [20, 50, 100])
@pytest.mark.parametrize("seed", [0, 1])
def test_cadence_and_repetitions_lie_within_their_uncertainty(a_minute: float, rate_hz: float, seed: int) -> None:
    made = simulate(Movement(a_minute=a_minute), seconds=40, rate_hz=rate_hz, seed=seed)
    found = measured(made.reading)
    assert found["cadence"].value == pytest.approx(
        60 * made.repetitions / 40, abs=found["cadence"].details["uncertainty"]
    )
    off = found["repetitions"].details["uncertainty"] + 0.5  # the last one is not whole
    assert found["repetitions"].value == pytest.approx(made.repetitions, abs=off)


@pytest.mark.parametrize("strength", [0.5, 2.0, 8.0])
def test_intensity_is_the_acceleration_without_gravity(strength: float) -> None:
    found = measured(simulate(Movement(strength=strength), noise=0.0).reading)
    assert found["intensity"].value == pytest.approx(strength, rel=0.05)


def test_units_change_nothing_but_are_asked_for() -> None:
    ms2 = measured(simulate(Movement(), unit="m/s²").reading)
    g = measured(simulate(Movement(), unit="g").reading)
    assert g["intensity"].value == pytest.approx(ms2["intensity"].value)
    bare = simulate(Movement(), unit="g").reading
    unnamed = Reading.of(bare.times, bare.values, ["ax", "ay", "az"])
    found = facts(unnamed)
    assert "the acceleration has no unit: by its size it is taken for g" in found.limits
    assert measured(unnamed)["intensity"].value == pytest.approx(ms2["intensity"].value)
    mixed = Reading.of(bare.times, bare.values, [Channel("ax", "g"), Channel("ay", "g"), Channel("az", "m/s²")])
    assert any("different units" in limit for limit in facts(mixed).limits)
    assert "intensity" not in measured(mixed)


def test_orientation_is_the_angle_of_each_axis_from_up() -> None:
    found = measured(simulate(Movement(up=(0, 1, -1)), noise=0.02).reading)
    assert [found[f"tilt of {axis}"].value for axis in "xyz"] == pytest.approx([90, 45, 135], abs=2)


def test_rest_has_no_rhythm() -> None:
    found = measured(simulate(Movement(strength=0.0), noise=0.03).reading)
    assert "at rest" in found["intensity"].text
    assert "cadence" not in found
    found = measured(simulate(Movement(strength=0.0), noise=1.0).reading)
    assert "cadence" not in found


def test_three_axes_are_found_under_their_many_names() -> None:
    for names in (
        ["Acc_X", "acc_y", "acc_z"],
        ["wrist accelerometer x", "wrist accelerometer y", "wrist accelerometer z"],
    ):
        assert [axes.kind for axes in find_axes([Channel(name) for name in names])] == ["acceleration"]
    both = [Channel(name) for name in ("gyro.x", "ax", "gyro.y", "ay", "gyro.z", "az")]
    assert {axes.kind: axes.places for axes in find_axes(both)} == {"acceleration": (1, 3, 5), "turning": (0, 2, 4)}
    assert not find_axes([Channel("max"), Channel("ay"), Channel("relay x")])


def test_missing_axes_are_a_limit() -> None:
    made = simulate(Movement()).reading
    values = made.values.copy()
    values[1] = np.nan
    found = facts(Reading.of(made.times, values, made.channels))
    assert "the acceleration has no values for more than half of the time" in found.limits
    assert "cadence" not in {fact.name for fact in found}


@pytest.mark.parametrize(
    ("step_s", "said"), [(0.5, "sampled too slowly"), (0.001, "too short"), (0.0, "too short")], ids=str
)
def test_movement_that_cannot_be_measured_is_a_limit(step_s: float, said: str) -> None:
    made = simulate(Movement()).reading
    found = facts(Reading.of(step_s * np.arange(len(made.times)), made.values, made.channels))
    assert any(said in limit for limit in found.limits)
    assert not found.of("", "cadence")
