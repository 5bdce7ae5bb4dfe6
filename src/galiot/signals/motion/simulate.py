"""Motion with exactly known rhythm, strength and orientation: for training, and to hold measurements against."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from galiot.signals.motion.axes import G
from galiot.signals.reading import Channel, Floats, Reading


@dataclass(frozen=True, kw_only=True)
class Movement:
    """What is simulated.

    a_minute: repetitions a minute; spread: standard deviation of their lengths, as a part of them
    strength: root mean square of the acceleration without gravity, m/s²
    up: direction of "up" as the sensor sees it, which is where gravity's acceleration shows
    along: direction of the movement; overtone: height of its second harmonic, as a part of the first
    """

    a_minute: float = 40.0
    spread: float = 0.03
    strength: float = 2.0
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)
    along: tuple[float, float, float] = (1.0, 0.3, 0.2)
    overtone: float = 0.3


@dataclass(frozen=True, slots=True)
class Moved:
    """A simulated recording and how many repetitions it holds, not all whole."""

    reading: Reading
    repetitions: float


def simulate(
    movement: Movement,
    *,
    seconds: float = 30.0,
    rate_hz: float = 50.0,
    seed: int = 0,
    noise: float = 0.1,
    unit: str = "m/s²",
) -> Moved:
    """Simulate three axes of acceleration; noise: standard deviation of white noise, m/s²; unit: m/s² or g."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    phase = _phase(movement, times, rng)
    wave = np.sin(2 * math.pi * phase) + movement.overtone * np.sin(4 * math.pi * phase + 1.0)
    wave *= movement.strength / math.sqrt(0.5 * (1 + movement.overtone**2))
    values = np.outer(_unit(movement.along), wave) + G * _unit(movement.up)[:, None]
    values += noise * rng.normal(size=values.shape)
    scale = G if unit == "g" else 1.0
    channels = [Channel(name, unit) for name in ("ax", "ay", "az")]
    return Moved(Reading.of(times, values / scale, channels, source="simulated"), float(phase[-1] - phase[0]))


def _phase(movement: Movement, times: Floats, rng: np.random.Generator) -> Floats:
    """How many repetitions were made by each time (samples,)."""
    usual = 60 / movement.a_minute
    count = math.ceil(times[-1] / usual * 1.5) + 3
    lengths = usual * (1 + movement.spread * rng.normal(size=count).clip(-2.5, 2.5))
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    return np.interp(times, ends, np.arange(len(ends)))


def _unit(vector: tuple[float, float, float]) -> Floats:
    return np.array(vector) / math.hypot(*vector)
