"""Series with exactly known truth: trends, cycles, steps, spikes, flat stretches, changes of spread, of any sensor.

Source: Xie et al., "ChatTS", arXiv 2412.03104, where made series were enough to align a language model. Ours draws
every part either absent or strong enough to be seen beside the noise, so that what is said is beyond doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from galiot.learn.sense.records import Record
from galiot.senses.recipe import DataRecipe
from galiot.signals import Channel, Reading

Wide = npt.NDArray[np.float64]
PARTS = 10
"""Records are dealt out to so many parts, as if to persons."""
_SENSORS = """
temperature °C 21 1.5|outdoor temperature °C 9 4|humidity % 48 6|pressure hPa 1013 4|CO2 ppm 750 140|light lx 320 90
power W 640 180|energy kWh 12 3|voltage V 230 2|current A 4.2 1.1|water flow L/min 6 1.6|level cm 84 9|noise dB 41 5
heart rate /min 72 7|SpO2 % 97 0.8|respiration /min 15 2|skin temperature °C 33 0.6|glucose mg/dL 108 17|steps  42 14
speed km/h 54 13|engine speed rpm 1900 420|coolant temperature °C 88 4|battery V 12.6 0.3|fuel % 61 8|yaw rate °/s 0.1 3
latency ms 38 9|throughput Mbit/s 84 22|packets /s 1400 380|packet loss % 0.8 0.4|signal dBm -71 6|queue  18 7
joint torque Nm 7 1.9|joint angle rad 0.4 0.3|motor temperature °C 46 4|gripper force N 11 3|vibration mm/s 2.3 0.6
head yaw ° 4 21|frame time ms 11.4 1.8|gaze x  0.1 0.4|hand speed m/s 0.5 0.2|rendered frames /s 88 7
soil moisture % 31 5|wind speed m/s 4.6 1.7|rainfall mm 0.7 0.4|pH  7.1 0.2|flow m³/h 22 4|tank pressure bar 2.4 0.3
""".replace("\n", "|")


@dataclass(frozen=True)
class _Sensor:
    name: str
    unit: str
    level: float
    scale: float


def sensors() -> list[_Sensor]:
    """Return the sensors whose series are made: name, unit, usual level and spread."""
    rows = [line.rsplit(" ", 3) for line in _SENSORS.split("|") if line.strip()]
    return [_Sensor(name.strip(), unit, float(level), float(scale)) for name, unit, level, scale in rows]


def read_synthetic(data: DataRecipe, _: Path) -> Iterator[Record]:
    """Yield `data.records` made series, each of one channel; the same seed makes the same."""
    for number in range(data.records):
        labels = draw(data.seed, number)[1]
        yield Record(
            name=f"series {number}",
            person=str(number % PARTS),
            labels=labels,
            load=partial(_load, data.seed, number),
        )


def draw(seed: int, number: int) -> tuple[Reading, frozenset[str]]:
    """Return one series, and the codes of what is true of it."""
    rng = np.random.default_rng([seed, number])
    count = round(float(np.exp(rng.uniform(np.log(64), np.log(900)))))
    x, said = np.arange(count) / count, set[str]()
    noise = _noise(count, rng, said)
    shape = _trend(x, rng, said) + _cycle(x, rng, said) + _step(x, rng, said)
    shape += _excursion(x, rng, said)
    if not said & {"RISING", "FALLING", "CYCLE", "STEP_UP", "STEP_DOWN", "DROP", "BUMP"}:
        said.add("STEADY")
    values = _stuck(_spikes(shape + noise, rng, said), rng, said)
    if rng.random() < 0.2:
        values = np.round(values * 2) / 2
    sensors_known = sensors()
    sensor = sensors_known[rng.integers(len(sensors_known))]
    times, values = _sampled(count, values, rng)
    channel = Channel(sensor.name, sensor.unit)
    return Reading.of(times, (sensor.level + sensor.scale * values)[None], [channel]), frozenset(said)


def _noise(count: int, rng: np.random.Generator, said: set[str]) -> Wide:
    """Noise of deviation 1, somewhat correlated; its spread may grow or shrink."""
    white, memory = rng.standard_normal(count), rng.uniform(0, 0.6)
    made = np.empty(count)
    made[0] = white[0]
    for place in range(1, count):
        made[place] = memory * made[place - 1] + np.sqrt(1 - memory**2) * white[place]
    if rng.random() < 0.25:
        ramp = np.linspace(1, rng.uniform(3, 6), count)
        grows = rng.random() < 0.5
        said.add("GROWING" if grows else "SHRINKING")
        made *= (ramp if grows else ramp[::-1]) / ramp.mean()
    return made


def _trend(x: Wide, rng: np.random.Generator, said: set[str]) -> Wide:
    """A line, or a curve that always goes one way."""
    if rng.random() > 0.4:
        return np.zeros_like(x)
    sign = rng.choice([-1, 1])
    said.add("RISING" if sign > 0 else "FALLING")
    return np.asarray(sign * rng.uniform(4, 14) * x ** rng.uniform(0.7, 1.5))


def _cycle(x: Wide, rng: np.random.Generator, said: set[str]) -> Wide:
    """Three or more turns of a wave that is no pure sine."""
    if rng.random() > 0.3:
        return np.zeros_like(x)
    said.add("CYCLE")
    turns = rng.uniform(3, min(16, len(x) / 12))
    angle = 2 * np.pi * (turns * x + rng.random())
    wave = np.sin(angle) + rng.uniform(0, 0.5) * np.sin(2 * angle + rng.uniform(0, 6))
    return np.asarray(rng.uniform(1.8, 6) * wave)


def _step(x: Wide, rng: np.random.Generator, said: set[str]) -> Wide:
    """A sudden change of level that lasts."""
    if rng.random() > 0.3:
        return np.zeros_like(x)
    sign = rng.choice([-1, 1])
    said.add("STEP_UP" if sign > 0 else "STEP_DOWN")
    return np.asarray(np.where(x >= rng.uniform(0.15, 0.85), sign * rng.uniform(5, 14), 0.0))


def _excursion(x: Wide, rng: np.random.Generator, said: set[str]) -> Wide:
    """A change of level that goes back, at once or bit by bit."""
    if rng.random() > 0.25:
        return np.zeros_like(x)
    sign, length = rng.choice([-1, 1]), rng.uniform(0.06, 0.3)
    said.add("BUMP" if sign > 0 else "DROP")
    first, ramp = rng.uniform(0.1, 0.9 - length), rng.uniform(0.005, 0.4) * length
    up, down = np.clip((x - first) / ramp, 0, 1), np.clip((first + length - x) / ramp, 0, 1)
    return np.asarray(sign * rng.uniform(5, 14) * np.minimum(up, down))


def _spikes(values: Wide, rng: np.random.Generator, said: set[str]) -> Wide:
    """Single samples far off."""
    if rng.random() > 0.25:
        return values
    said.add("SPIKES")
    made, count = values.copy(), int(rng.integers(1, 4))
    places = rng.choice(np.arange(4, len(made) - 4), count, replace=False)
    made[places] += rng.choice([-1, 1], count) * rng.uniform(10, 24, count)
    return made


def _stuck(values: Wide, rng: np.random.Generator, said: set[str]) -> Wide:
    """A stretch in which the value does not change at all."""
    if rng.random() > 0.2:
        return values
    said.add("STUCK")
    made, length = values.copy(), round(len(values) * rng.uniform(0.1, 0.3))
    first = int(rng.integers(0, len(made) - length))
    made[first : first + length] = made[first]
    return made


def _sampled(count: int, values: Wide, rng: np.random.Generator) -> tuple[Wide, Wide]:
    """Times and values: some series are irregular, some lack samples, some have stretches without values."""
    step_s = float(rng.choice([0.02, 1, 10, 60, 600, 3600]))
    times = step_s * np.arange(count, dtype=np.float64)
    if rng.random() < 0.2:
        times += step_s * rng.uniform(-0.4, 0.4, count)
    values = values.copy()
    if rng.random() < 0.2:
        values[rng.random(count) < rng.uniform(0.03, 0.2)] = np.nan
    if rng.random() < 0.15:
        kept = np.sort(rng.choice(count, round(count * rng.uniform(0.6, 0.95)), replace=False))
        times, values = times[kept], values[kept]
    return times, values


def _load(seed: int, number: int) -> Reading:
    return draw(seed, number)[0]
