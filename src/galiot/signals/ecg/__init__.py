"""Electrocardiograms: beats, intervals, heights and the quality of each lead, as facts."""

from __future__ import annotations

from galiot.signals.ecg.analysis import Ecg, measure
from galiot.signals.ecg.beats import find_beats
from galiot.signals.ecg.facts import ecg_facts

__all__ = ["Ecg", "ecg_facts", "find_beats", "measure"]
