"""Guards held against the home: things and values that exist, times and spans that can be."""

from __future__ import annotations

from collections.abc import Iterable

from galiot.agent.checked import Refusal
from galiot.agent.features import Feature
from galiot.agent.features.units import convert, unit_of
from galiot.agent.features.words import plain
from galiot.agent.home import Home
from galiot.agent.plan import After, At, Comparison, Every, For, Guard, If, Operand, Until, Value, When
from galiot.agent.prepare import range_of
from galiot.agent.readable import readable
from galiot.errors import RequestError

WAITING = (When, At, After, Every)
"""Guards that put a step off."""
_LONGEST_S = 366 * 86400.0
_ORDERED = ("above", "below", "at least", "at most")


def check_guard(guard: Guard, home: Home, step: int | None = None) -> Refusal | None:
    """Return why a guard can never do its work in this home, None where it can."""
    if isinstance(guard, If | When | Until):
        for condition in guard.conditions:
            if problem := check_comparison(condition, home, step):
                return problem
    if isinstance(guard, At) or (isinstance(guard, Until) and guard.time):
        return _check_time(guard, step)
    if isinstance(guard, After | Every | For):
        least = 0.0 if isinstance(guard, After) else 1.0
        if not least <= guard.seconds <= _LONGEST_S:
            return Refusal("out of range", f"{guard.seconds:g} s", "a span is 1 second to 366 days", step)
    if isinstance(guard, Until) and not guard.time and not guard.conditions:
        return Refusal("unclear", "until", "it was not said until when", step)
    return None


def check_comparison(condition: Comparison, home: Home, step: int | None = None) -> Refusal | None:
    """Return what is wrong with a condition: no such thing or quantity, a value that it never has, another unit."""
    thing = home.by_id.get(condition.operand.thing)
    if thing is None:
        return Refusal("absent device", condition.operand.thing[:80], "there is no such device", step)
    label, role = home.label(thing), condition.operand.role
    told = {plain(name) for event in thing.events.values() for name in (event.name, event.title)}
    feature = readable(thing, role)
    if condition.relation == "happens" and (plain(role) in told or feature is not None):
        return None
    if feature is None:
        return Refusal("absent attribute", label, f"{label} does not tell {role}", step, thing.id)
    if isinstance(condition.value, Operand):
        return check_comparison(Comparison(condition.value, "is not", None), home, step)
    return _check_value(condition, condition.value, feature, label, step)


def _check_value(condition: Comparison, value: Value, feature: Feature, label: str, step: int | None) -> Refusal | None:
    role = feature.role
    if condition.relation in _ORDERED:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Refusal("unclear", label, f"{role} cannot be {condition.relation} {value}", step, feature.thing.id)
        if feature.shape not in ("number", "percent"):
            return Refusal("unclear", label, f"{role} of {label} is no number", step, feature.thing.id)
    own = feature.unit or ("%" if feature.shape == "percent" else None)
    if condition.unit and own and unit_of(own) in _KNOWN and convert(1.0, condition.unit, own) is None:
        why = f"{role} of {label} is not measured in {condition.unit}"
        return Refusal("wrong unit", label, why, step, feature.thing.id)
    listed = feature.choices if feature.shape == "choice" and isinstance(value, str) else ()
    if condition.relation in ("is", "is not") and listed and not any(_same(feature, one, value) for one in listed):
        why = f"{role} of {label} is never {value}; it is {range_of(feature)}"
        return Refusal("out of range", label, why, step, feature.thing.id)
    return None


def _same(feature: Feature, choice: object, value: Value) -> bool:
    try:
        return feature.same(choice, value) or plain(str(choice)) == plain(str(value))
    except (TypeError, ValueError, ArithmeticError):
        return False


def _check_time(guard: At | Until, step: int | None) -> Refusal | None:
    from datetime import datetime

    from galiot.agent.schedule.times import next_time

    try:
        next_time(guard.time or "", datetime.now(), guard.days if isinstance(guard, At) else ())
    except RequestError as error:
        return Refusal("out of range", (guard.time or "")[:20], str(error), step)
    return None


def conditions_of(guards: Iterable[Guard]) -> tuple[Comparison, ...]:
    """Return all conditions of guards."""
    return tuple(
        condition for guard in guards if isinstance(guard, If | When | Until) for condition in guard.conditions
    )


_KNOWN = ("C", "F", "K", "%", "W", "kW", "Wh", "kWh", "lx", "s", "min", "h", "V", "A", "hPa", "ppm")
