"""Whether what a plan asks of the world holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from galiot.agent.command import UNKNOWN
from galiot.agent.plan import Comparison

ValueOf = Callable[[Comparison], tuple[Any, Any]]
"""From a comparison to the value that is there now (or UNKNOWN) and the value it is compared with, in one unit."""

_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda there, said: there == said,
    "is not": lambda there, said: there != said,
    "above": lambda there, said: there > said,
    "below": lambda there, said: there < said,
    "at least": lambda there, said: there >= said,
    "at most": lambda there, said: there <= said,
}


def holds(comparison: Comparison, value_of: ValueOf) -> bool | None:
    """Return whether a comparison holds now; None where that is not known, and for an event, which only happens."""
    if comparison.relation == "happens":
        return None
    there, said = value_of(comparison)
    if there is UNKNOWN or there is None:
        return None
    try:
        return bool(_RELATIONS[comparison.relation](_folded(there), _folded(said)))
    except TypeError:
        return None


def all_hold(comparisons: Iterable[Comparison], value_of: ValueOf) -> bool | None:
    """Return whether all hold; False as soon as one does not, None where that cannot be known."""
    found = [holds(comparison, value_of) for comparison in comparisons]
    return False if False in found else None if None in found else True


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
