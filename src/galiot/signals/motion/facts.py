"""Facts of motion, each with the samples that it was measured on and how uncertain it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from galiot.signals.fact import Fact
from galiot.signals.motion.analysis import Motion, measure, unmeasurable
from galiot.signals.reading import Reading
from galiot.signals.wording import show_number, significant_places

_STILL = 0.15
"""m/s²: what noise and a desk that trembles come to."""


@dataclass(frozen=True, slots=True)
class MotionFacts:
    """What was measured on the motion of a reading."""

    facts: tuple[Fact, ...]
    limits: tuple[str, ...]


def motion_facts(reading: Reading) -> MotionFacts | None:
    """Measure the motion of a reading, or say why that cannot be; None where it has no axes of motion."""
    motion = measure(reading)
    if motion is None:
        said = unmeasurable(reading)
        return MotionFacts((), (said,)) if said else None
    found = (*_strength(motion), *_rhythm(motion), *_orientation(motion))
    return MotionFacts(found, tuple(motion.limits))


def _fact(motion: Motion, name: str, value: float, unit: str, shown: str, text: str, score: float, **more: Any) -> Fact:
    common: dict[str, Any] = {"channel": "", "start": 0, "stop": motion.samples, "details": more}
    return Fact(name=name, value=value, unit=unit, display=shown, text=text, score=score, **common)


def _strength(motion: Motion) -> Iterator[Fact]:
    if motion.intensity is not None:
        size = motion.intensity
        shown = f"{show_number(size, significant_places(size, 3))} m/s²"
        still = size < _STILL
        text = f"the sensor is at rest ({shown})" if still else f"the movement has an intensity of {shown}"
        yield _fact(motion, "intensity", size, "m/s²", shown, text, 0.6, uncertainty=0.05 * size + 0.02)
    if motion.turning is not None:
        size, unit = motion.turning
        shown = f"{show_number(size, significant_places(size, 3))} {unit}".strip()
        yield _fact(motion, "turning", size, unit, shown, f"it turns at {shown}", 0.3, uncertainty=0.05 * size)


def _rhythm(motion: Motion) -> Iterator[Fact]:
    rhythm = motion.rhythm
    still = motion.intensity is not None and motion.intensity < _STILL
    if rhythm is None or still:
        return
    a_minute = 60 / rhythm.period_s
    doubt = max(0.02 * a_minute, a_minute * rhythm.doubt_s / rhythm.period_s)
    shown = f"{show_number(a_minute, 1)}/min"
    text = f"the movement repeats {show_number(a_minute, 1)} times a minute"
    yield _fact(motion, "cadence", a_minute, "/min", shown, text, 0.8, uncertainty=doubt, likeness=rhythm.likeness)
    count = rhythm.repetitions
    off = max(1, round(0.05 * count))
    yield _fact(
        motion, "repetitions", count, "", f"{count} repetitions", f"there are {count} repetitions", 0.7, uncertainty=off
    )


def _orientation(motion: Motion) -> Iterator[Fact]:
    """The angle between each axis and the vertical: 0° points up, 180° down."""
    if motion.gravity is None:
        return
    angles = [math.degrees(math.acos(max(-1.0, min(1.0, float(part))))) for part in motion.gravity]
    doubt = max(2.0, motion.sway_deg)
    for axis, angle in zip("xyz", angles, strict=True):
        text = f"the {axis} axis is {angle:.0f}° from pointing up"
        yield _fact(motion, f"tilt of {axis}", angle, "°", f"{angle:.0f}°", text, 0.2, uncertainty=doubt)
