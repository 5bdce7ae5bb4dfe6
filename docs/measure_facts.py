"""Measure how far facts of simulated hearts and movements are from the truth, and print the tables of readings.md.

python docs/measure_facts.py
"""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np

from galiot.signals import Reading, facts
from galiot.signals.ecg.simulate import Heart
from galiot.signals.ecg.simulate import simulate as simulate_heart
from galiot.signals.motion.axes import G
from galiot.signals.motion.simulate import Movement
from galiot.signals.motion.simulate import simulate as simulate_movement

HEARTS, MOVEMENTS = 100, 60
Errors = dict[str, list[float]]
"""Distance from the truth by fact; infinite where the fact is not there."""


def main() -> None:
    """Print both tables: the error that 95 of 100 stay below."""
    print("| sampled at | PR | QRS | QT | axis |\n|---|---|---|---|---|")
    for rate_hz in (100, 250, 500):
        errors = heart_errors(rate_hz)
        cells = [
            f"{_bound(errors[name]):.0f} {unit}" for name, unit in zip(errors, ("ms", "ms", "ms", "°"), strict=True)
        ]
        print(f"| {rate_hz} Hz | " + " | ".join(cells) + f" | {_missing(errors)}")
    errors = movement_errors()
    print("\n| fact | error |\n|---|---|")
    for name, values in errors.items():
        print(f"| {name} | {_bound(values):.2g} |")
    print(_missing(errors))


def heart_errors(rate_hz: float) -> Errors:
    """Measure hearts of 50 to 100 beats a minute, ten seconds of twelve leads with noise and baseline wander."""
    rng, errors = np.random.default_rng(1), defaultdict[str, list[float]](list)
    for seed in range(HEARTS):
        beats = rng.uniform(50, 100)
        rr_ms = 60_000 / beats
        heart = Heart(
            rate_bpm=beats,
            pr=rng.uniform(120, 220),
            qrs=rng.uniform(75, 150),
            qt=min(400 * (rr_ms / 1000) ** 0.5, 0.7 * rr_ms),
            axis_deg=rng.uniform(-60, 120),
            r=rng.uniform(0.8, 2),
            t=rng.uniform(0.2, 0.5),
        )
        found = _measured(simulate_heart(heart, rate_hz=rate_hz, noise_mv=0.02, wander_mv=0.1, seed=seed).reading)
        for name, true in {"pr": heart.pr, "qrs": heart.qrs, "qt": heart.qt, "axis": heart.axis_deg}.items():
            errors[name].append(abs(found.get(name, math.inf) - true))
    return errors


def movement_errors() -> Errors:
    """Measure movements of 15 to 150 repetitions a minute, 30 seconds at 50 Hz; relative, but tilt in degrees."""
    rng, errors = np.random.default_rng(2), defaultdict[str, list[float]](list)
    for seed in range(MOVEMENTS):
        up = rng.normal(size=3)
        movement = Movement(
            a_minute=rng.uniform(15, 150),
            strength=rng.uniform(1, 8),
            up=tuple(up),
            along=tuple(rng.normal(size=3)),
        )
        made = simulate_movement(movement, seconds=30, seed=seed)
        found = _measured(made.reading)
        true_a_minute, wave = 2 * made.repetitions, made.reading.values - (G * up / np.linalg.norm(up))[:, None]
        strength = float(np.sqrt((wave**2).sum(axis=0).mean()))
        errors["cadence"].append(abs(found.get("cadence", math.inf) / true_a_minute - 1))
        errors["repetitions"].append(abs(found.get("repetitions", math.inf) - made.repetitions))
        errors["intensity"].append(abs(found["intensity"] / strength - 1))
        for axis, part in zip("xyz", up / np.linalg.norm(up), strict=True):
            errors["tilt"].append(abs(found[f"tilt of {axis}"] - math.degrees(math.acos(part))))
    return errors


def _measured(reading: Reading) -> dict[str, float]:
    return {
        fact.name: float(fact.value) for fact in facts(reading) if not fact.channel and not isinstance(fact.value, str)
    }


def _bound(errors: list[float]) -> float:
    return float(np.quantile(errors, 0.95, method="higher"))


def _missing(errors: Errors) -> str:
    return ", ".join(f"{name} missing {sum(map(math.isinf, each))} of {len(each)}" for name, each in errors.items())


if __name__ == "__main__":
    main()
