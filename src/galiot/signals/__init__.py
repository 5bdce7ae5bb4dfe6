"""What a sensor says: readings of every kind, and the facts computed from them."""

from __future__ import annotations

from galiot.signals.analysis import facts
from galiot.signals.clock import TimeAxis
from galiot.signals.fact import Fact, Facts
from galiot.signals.readers import read
from galiot.signals.reading import Channel, Reading

__all__ = ["Channel", "Fact", "Facts", "Reading", "TimeAxis", "facts", "read"]
