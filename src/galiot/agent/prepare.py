"""From one act to its commands, by what is known of the things now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from galiot.agent.checked import Refusal
from galiot.agent.command import UNKNOWN, Command, Problem, State
from galiot.agent.features import VERBS, Feature, commands_for, feature_for, features_of
from galiot.agent.features.units import convert, unit_of
from galiot.agent.home import Home
from galiot.agent.plan import Do
from galiot.agent.thing import Thing

_GROUP = re.compile(r"^(every|everything|all)\b")
_AIMS = {"temperature": "target temperature", "humidity": "target humidity"}
_LACKS = ("absent attribute", "read-only")


@dataclass
class Prepared:
    """The commands of one act, and what is left out of it."""

    commands: list[Command] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    """Ids of things that are known to be as wished."""
    left_out: list[str] = field(default_factory=list)
    """Ids of things of a group that lack the feature."""
    unknown: list[Refusal] = field(default_factory=list)
    """Things for which something that is not known decides."""


def prepare(act: Do, home: Home, state: State, *, step: int | None = None, skip_same: bool = True) -> Prepared:
    """Return what an act comes to.

    skip_same: leave out commands for what is known to be so already
    """
    made, lacking = Prepared(), list[Refusal]()
    given = act
    group = is_group(act)
    for id in act.target.things:
        thing = home.by_id.get(id)
        if thing is None:
            made.refused.append(Refusal("absent device", id[:80], "there is no such device", step, id))
            continue
        act = _meant(given, thing)
        found = commands_for(thing, act.verb, act.role, act.value, act.unit, state)
        if isinstance(found, Problem) and found.reason == "unknown state":
            made.unknown.append(Refusal(found.reason, home.label(thing), found.why, step, id))
        elif isinstance(found, Problem):
            refusal = refusal_of(act, thing, home, found, step)
            (lacking if group and refusal.reason in _LACKS else made.refused).append(refusal)
        else:
            _take(made, act, thing, home, found, state, skip_same)
    if lacking and (made.commands or made.same or made.unknown):
        made.left_out += [refusal.thing for refusal in lacking if refusal.thing]
    else:
        made.refused += lacking
    if not act.target.things:
        made.refused.append(Refusal("absent device", _said(act), "there is no such device", step))
    return made


def _meant(act: Do, thing: Thing) -> Do:
    """Whoever changes the temperature of a thermostat means the one that it is to reach."""
    aim = _AIMS.get(act.role or "")
    features = features_of(thing)
    own = features.get(act.role or "")
    if aim and aim in features and features[aim].commandable and not (own and own.commandable):
        return replace(act, role=aim)
    return act


def is_group(act: Do) -> bool:
    """Whether the target was named as a group, so that members which cannot do it are no failure."""
    return len(act.target.things) > 1 and bool(_GROUP.match(act.target.said))


def refusal_of(act: Do, thing: Thing, home: Home, problem: Problem, step: int | None) -> Refusal:
    """Say why a thing cannot do an act, with the range where that is the reason."""
    feature, label = feature_of(act, thing), home.label(thing)
    reason, why = problem.reason, problem.why
    if feature is not None and not feature.commandable:
        reason, why = "read-only", f"{feature.role} of {label} can only be read"
    elif reason == "out of range" and feature is not None:
        if _is_other_unit(act.unit, feature):
            reason, why = "wrong unit", f"{feature.role} of {label} is not measured in {act.unit}"
        elif (span := range_of(feature)) and "between" not in why and "none of" not in why:
            why = f"{why}; the range is {span}" if why else f"the range is {span}"
    elif reason == "absent attribute" and act.role is not None and feature is None:
        why = f"{label} has no {act.role}"
    return Refusal(reason, label, why, step, thing.id)


def range_of(feature: Feature) -> str:
    """Return the values that a feature takes as a person says them: "5 to 30 C", "heat, cool or off"; "" for any."""
    if feature.choices and feature.shape in ("choice", "text"):
        words = [str(choice)[:30] for choice in feature.choices[:12]]
        return ", ".join(words[:-1]) + f" or {words[-1]}" if len(words) > 1 else words[0]
    if feature.shape == "percent":
        return "0 to 100 %"
    if feature.low is None or feature.high is None:
        return ""
    unit = unit_of(feature.unit)
    return f"{feature.low:g} to {feature.high:g}" + (f" {unit}" if unit and unit != "1" else "")


def _take(
    made: Prepared, act: Do, thing: Thing, home: Home, found: Sequence[Command], state: State, skip_same: bool
) -> None:
    changing = [command for command in found if not (skip_same and _is_so(command, act, thing, state))]
    if not changing and (skip_same or not found):
        made.same.append(thing.id)
        return
    made.commands += changing if skip_same else found
    feature = feature_of(act, thing)
    if act.verb in ("raise", "lower") and act.value is None and feature and feature.value(state) is UNKNOWN:
        taken = next((command.input for command in found if command.kind == "property"), None)
        if taken is not None:
            made.notes.append(f"{feature.role} of {home.label(thing)} is not known, {_plain(taken)} is taken")


def _is_so(command: Command, act: Do, thing: Thing, state: State) -> bool:
    """Whether a command would change nothing; what is not known is never so."""
    if command.kind == "property":
        known = state.get(thing.id, command.name)
        return known is not UNKNOWN and type(known) is type(command.input) and bool(known == command.input)
    feature = feature_of(act, thing)
    wanted = act.value if act.verb == "set" else VERBS[act.verb].value
    if feature is None or wanted is None or act.verb in ("toggle", "run", "next", "previous", "raise", "lower"):
        return False
    if act.verb != "set" and act.value is not None:
        return False  # "play jazz": something plays, but that may be anything
    present = feature.value(state)
    if present is UNKNOWN or act.verb == "arm":
        return False
    if act.verb == "set":
        return feature.same(feature.raw(state), act.value, act.unit)
    return bool(present == wanted) and (isinstance(present, bool) == isinstance(wanted, bool))


def feature_of(act: Do, thing: Thing) -> Feature | None:
    """Return the feature of a thing that an act is about, None where it has none."""
    act = _meant(act, thing)
    if act.verb not in VERBS:
        return None
    found = feature_for(thing, act.verb, act.role)
    if found is None and act.role is not None:
        found = features_of(thing).get(act.role)
    return found or next(
        (features_of(thing)[role] for role in VERBS[act.verb].roles if role in features_of(thing)), None
    )


def _is_other_unit(unit: str | None, feature: Feature) -> bool:
    own = feature.unit or ("%" if feature.shape == "percent" else None)
    return unit is not None and own is not None and convert(1.0, unit, own) is None and unit_of(unit) != "%"


def _said(act: Do) -> str:
    return act.target.said or "nothing"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)[:40]
