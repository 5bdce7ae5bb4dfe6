"""Whether all of what a plan asks of the world holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from galiot.agent.plan import Comparison

Holds = Callable[[Comparison], bool | None]
"""Whether a comparison holds now; None where that is not known, and for an event, which only happens."""


def all_hold(comparisons: Iterable[Comparison], holds: Holds) -> bool | None:
    """Return whether all hold; False as soon as one does not, None where that cannot be known."""
    found = [holds(comparison) for comparison in comparisons]
    return False if False in found else None if None in found else True
