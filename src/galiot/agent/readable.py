"""Which feature of a thing tells what a plan calls it, and whether a condition holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from galiot.agent.command import UNKNOWN, State
from galiot.agent.features import Feature, features_of
from galiot.agent.features.words import plain
from galiot.agent.home import Home
from galiot.agent.plan import Comparison, Operand
from galiot.agent.thing import Thing

_GENERAL = ("", "state", "status")
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "above": operator.gt,
    "below": operator.lt,
    "at least": operator.ge,
    "at most": operator.le,
}
_FOREMOST = (
    "lock",
    "position",
    "running",
    "cleaning",
    "mowing",
    "alarm",
    "playback",
    "contact",
    "motion",
    "power",
    "mode",
)


def readable(thing: Thing, role: str) -> Feature | None:
    """Return the feature of a thing that tells a role; "state" is the one that people mean by it: locked, open, on."""
    features = features_of(thing)
    found = features.get(role) or features.get(plain(role))
    if found is None and role in _GENERAL:
        named = [features[name] for name in _FOREMOST if name in features]
        found = next((one for one in (*named, *features.values()) if one.read is not None), None)
    return found if found is not None and (found.read is not None or found.parts) else None


def holds(condition: Comparison, home: Home, state: State) -> bool | None:
    """Whether a condition holds now; None where that is not known. An event never holds, it happens."""
    thing = home.by_id.get(condition.operand.thing)
    feature = readable(thing, condition.operand.role) if thing else None
    if feature is None or condition.relation == "happens":
        return None
    try:
        if isinstance(condition.value, Operand):
            return _compare_two(condition, condition.value, home, state)
        return _compare(condition, feature, state)
    except (TypeError, ValueError, ArithmeticError):  # what a device reports may be anything
        return None


def _compare_two(condition: Comparison, other: Operand, home: Home, state: State) -> bool | None:
    """Whether one quantity stands to another as it was said; numbers in the unit of the first."""
    thing = home.by_id.get(other.thing)
    feature = readable(thing, other.role) if thing else None
    present = feature.value(state) if feature is not None else UNKNOWN
    if feature is None or present is UNKNOWN or present is None:
        return None
    return holds(replace(condition, value=present, unit=feature.unit), home, state)


def _compare(condition: Comparison, feature: Feature, state: State) -> bool | None:
    assert not isinstance(condition.value, Operand)
    raw, present = feature.raw(state), feature.value(state)
    if present is UNKNOWN or present is None:
        return None
    if condition.relation in ("is", "is not"):
        same = feature.same(raw, condition.value, condition.unit) if raw is not UNKNOWN else present == condition.value
        return same if condition.relation == "is" else not same
    wanted = feature.said(condition.value, condition.unit)
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (present, wanted))
    return ORDER[condition.relation](present, wanted) if numbers else None
