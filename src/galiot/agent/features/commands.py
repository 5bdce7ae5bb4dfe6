"""From a verb for a thing to the commands for it."""

from __future__ import annotations

from galiot.agent.command import Command, NoState, Problem, State
from galiot.agent.features.feature import Feature
from galiot.agent.features.kinds import is_a
from galiot.agent.features.match import feature_for, features_of, kind_of
from galiot.agent.features.verbs import INSTEAD, VERBS
from galiot.agent.plan import Value
from galiot.agent.thing import Thing

_NO_STATE = NoState()


def commands_for(
    thing: Thing,
    verb: str,
    role: str | None = None,
    value: Value = None,
    unit: str | None = None,
    state: State = _NO_STATE,
) -> list[Command] | Problem:
    """Return what has to be sent to a thing, or why it cannot be.

    verb: of `VERBS`; role: where the verb does not say it; value, unit: as they were said
    """
    if verb not in VERBS:
        return Problem("absent attribute", f'"{verb}" is no verb')
    if role is not None or not VERBS[verb].roles:
        feature = feature_for(thing, verb, role) if role is not None else None
        if feature is not None:
            return feature.commands(verb, value, unit, state)
        return Problem(
            "absent attribute", f"{_title(thing)} has no {role}" if role else f"what of {_title(thing)} was not said"
        )
    problem: Problem | None = None
    for feature in _candidates(thing, verb):
        found = feature.commands(verb, value, unit, state)
        if not isinstance(found, Problem):
            return found
        problem = problem or found
    for other, instead, given in INSTEAD.get(verb, ()):
        feature = features_of(thing).get(other)
        if feature is not None and feature.commandable and _makes_sense(thing, verb, other):
            found = feature.commands(instead, given, "%" if isinstance(given, int) else None, state)
            if not isinstance(found, Problem):
                return found
            problem = found if found.reason == "unclear" else problem
    return problem or Problem("absent attribute", f"{_title(thing)} cannot {verb}")


def verbs_of(thing: Thing) -> dict[tuple[str, str | None], Feature]:
    """Return what can be asked of a thing: (verb, role) -> feature; the role is None where the verb says it."""
    found: dict[tuple[str, str | None], Feature] = {}
    for role, feature in features_of(thing).items():
        for verb in feature.verbs:
            known = VERBS[verb].roles
            if known and role in known:
                found.setdefault((verb, None), feature)
            elif not known:
                found[verb, role] = feature
    for verb, ways in INSTEAD.items():
        if (verb, None) not in found:
            for role, _, _ in ways:
                other = features_of(thing).get(role)
                if other is not None and other.commandable and not isinstance(commands_for(thing, verb), Problem):
                    found[verb, None] = other
                    break
    return found


def _candidates(thing: Thing, verb: str) -> list[Feature]:
    first = feature_for(thing, verb)
    features = features_of(thing)
    others = [features[role] for role in VERBS[verb].roles if role in features and features[role].commandable]
    return ([first] if first else []) + [feature for feature in others if feature is not first]


def _makes_sense(thing: Thing, verb: str, role: str) -> bool:
    """Opening instead of turning on is for what water or air flows through; a door is not turned on."""
    kind = kind_of(thing)
    if role == "position":
        return kind in ("valve", "sprinkler") or (verb in ("turn on", "turn off") and kind in ("fan", None))
    if verb == "dock":
        return kind in ("vacuum", "mower", None)
    if role == "fan speed":
        return not any(is_a(kind, wide) for wide in ("climate", "vacuum"))
    if verb in ("arm", "disarm"):
        return is_a(kind, "alarm")
    if verb in ("start", "stop", "pause", "resume") and role == "power":
        return is_a(kind, "appliance") or kind in (
            "vacuum",
            "mower",
            "sprinkler",
            "fan",
            "pump",
            "air purifier",
            "humidifier",
            "dehumidifier",
        )
    if verb in ("open", "close"):
        return kind in (
            "valve",
            "sprinkler",
            "garage door",
            "gate",
            "door",
            "blind",
            "curtain",
            "shutter",
            "shade",
            "awning",
            "cover",
            "window",
        )
    return True


def _title(thing: Thing) -> str:
    return (thing.title or thing.id)[:60]
