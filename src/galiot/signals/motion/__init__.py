"""Motion: how strongly, how fast and how often a body moves, and how the sensor hangs, as facts."""

from __future__ import annotations

from galiot.signals.motion.analysis import Motion, measure
from galiot.signals.motion.facts import motion_facts

__all__ = ["Motion", "measure", "motion_facts"]
