"""What a sensor says: readings of every kind, and the facts computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from galiot.signals.clock import TimeAxis
from galiot.signals.fact import Fact, Facts
from galiot.signals.reading import Channel, Reading

if TYPE_CHECKING:
    from galiot.signals.analysis import facts
    from galiot.signals.readers import read

__all__ = ["Channel", "Fact", "Facts", "Reading", "TimeAxis", "facts", "read"]


def __getattr__(name: str) -> Any:
    if name == "facts":
        from galiot.signals.analysis import facts

        return facts
    if name == "read":
        from galiot.signals.readers import read

        return read
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
