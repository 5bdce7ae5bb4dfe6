"""Which affordance of a thing is which feature, by types, names, titles and schemas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from galiot.agent.features import kinds, values
from galiot.agent.features.actions import Meant, also_set, meanings_of, work_of
from galiot.agent.features.feature import Feature
from galiot.agent.features.kinds_table import BY_ROLE, KINDS, SENSOR_BY_ROLE
from galiot.agent.features.roles import CHOICES, ROLES, STATES, SWITCH_MORE, Shape
from galiot.agent.features.units import unit_of
from galiot.agent.features.words import fold, plain
from galiot.agent.thing import Affordance, Schema, Thing

_PHRASES: dict[str, list[tuple[str, int]]] = {}
for _role, _row in ROLES.items():
    for _rank, _name in enumerate(_row.names):
        for _form in dict.fromkeys((fold(_name), fold(_name).replace(" ", ""))):
            _PHRASES.setdefault(_form, []).append((_role, _rank))
_TYPED: dict[str, list[str]] = {}
for _role, _row in ROLES.items():
    for _name in _row.types:
        _TYPED.setdefault(_name, []).append(_role)
_WEAK = {"percent", "state", "status", "command", "value", "mode", "level", "activity", "door", "window", "title",
         "run", "play", "light", "fan", "target", "gate", "cover", "media", "toggle", "active", "enabled", "running",
         "home", "charge", "angle", "height", "opening", "percentage", "strength", "moisture", "load", "flow", "valve",
         "shade", "docked", "detected", "input", "app", "rotation", "phase", "scene", "vacuum", "siren",
         "pump"}  # fmt: skip
_ON_OFF = {"on", "off", "toggle", "true", "false", "0", "1"}  # words that say nothing about what is on
_ALSO_CALLED = {"color temperature": "heat level", "fan speed": "fan mode"}
"""Role -> another that people call by the same name: the warmth of a light and of a blanket."""
_TEMPERATURES = ("temperature", "target temperature", "color")
_WORDED = ("position", "cleaning", "mowing", "watering", "playback", "lock", "alarm")
_SWITCHED = ("light", "switch", "fan")
_GENERAL = ("state", "status", "value", "command", "active")
_BELONGS: Mapping[str, tuple[str, ...]] = {
    "brightness": ("light", "switch", "media", "clock", "camera"),
    "fan speed": ("fan", "climate", "vacuum", "air purifier", "humidifier", "appliance"),
    "mowing": ("mower",), "cleaning": ("vacuum",), "alarm": ("alarm", "siren", "camera"), "playback": ("media",),
    "running": ("appliance", "vacuum", "mower", "sprinkler", "car charger", "pump"),
}  # fmt: skip
"""Role -> the kinds of which a property that is just called "state" may be it."""
_WISHED = ("target ", "desired ", "requested ", "wanted ", "new ", "set ")
_ENDS = (" value", " state", " level", " status", " enabled", " engaged", " active", " on", " pct", " percent",
         " percentage",
         " raw", " reading", " setting")  # fmt: skip
_PREFIXES = {"get", "is", "has", "the", "my", "device", "currently"}
_INVERTED = {
    "closed",
    "is closed",
    "closedness",
    "percent closed",
    "shading",
    "paused",
    "is paused",
    "unlocked",
    "is unlocked",
    "unmuted",
    "docked",
    "standby",
    "is standby",
    "coverage",
}
_CLOSED_IS_HIGH = re.compile(
    r"(?<!\d)100\s*%?\s*(=|:|is|means|being|for)?\s*(fully |completely )?(closed|shut)|"
    r"(?<!\d)0\s*%?\s*(=|:|is|means|being)\s*(fully |completely )?open|closed percentage|percent(age)? closed",
    re.I,
)
_TRUE_IS_CLOSED = re.compile(
    r"closed\s*\(?\s*(=|is|:)\s*\"?true|true\s*(=|:|is|means|if|when)\s*(it is |the \w+ is )?(closed|shut)", re.I
)
_TRUE_IS_OPEN = re.compile(
    r"true\s*(=|:|is|means|if|when)\s*(it is |the \w+ is )?open|open\s*\(?\s*(=|is|:)\s*true|whether .{0,30} open", re.I
)
_HELD = "_features"


def features_of(thing: Thing) -> Mapping[str, Feature]:
    """Return role -> feature. What fits no known role has its title in plain words for its role."""
    return _looked_up(thing)[1]


def kind_of(thing: Thing) -> str | None:
    """Return what a thing is ("light", "garage door", "sensor"), a key of `KINDS`; None where nothing says it."""
    return _looked_up(thing)[0]


def feature_for(thing: Thing, verb: str, role: str | None = None) -> Feature | None:
    """Return the feature that a verb is about: the role that was said, or the first of the verb's roles that the thing
    has."""
    from galiot.agent.features.verbs import VERBS

    features = features_of(thing)
    if role is not None:
        exact = features.get(role) or features.get(plain(role))
        if exact is not None and (exact.commandable or verb == "read"):
            return exact
        near = features.get(f"target {plain(role)}") or _near(features, plain(role), verb)
        return near or features.get(_ALSO_CALLED.get(plain(role), "")) or exact
    return next((features[name] for name in VERBS[verb].roles if name in features and features[name].commandable), None)


@dataclass(frozen=True)
class _Found:
    """A property, or a part of one, and what it seems to be."""

    affordance: Affordance
    schema: Schema
    role: str
    score: float
    inverted: bool = False
    path: tuple[str, ...] = ()
    rest: str = ""


def _looked_up(thing: Thing) -> tuple[str | None, Mapping[str, Feature]]:
    held: tuple[str | None, Mapping[str, Feature]] | None = vars(thing).get(_HELD)
    if held is not None:
        return held
    candidates = kinds.guesses(thing)
    features = _build(thing, candidates)
    kind = _decide(thing, candidates, features)
    if kind is not None and (not candidates or kind != candidates[0]):
        features = _build(thing, (kind, *candidates))
    object.__setattr__(thing, _HELD, (kind, features))  # features refer to their thing, so only it may hold them
    return kind, features


def _decide(thing: Thing, candidates: tuple[str, ...], features: Mapping[str, Feature]) -> str | None:
    changed = {role for role, feature in features.items() if feature.commandable}
    kind = kinds.decide(candidates, set(features), changed)
    if kind is not None:
        return kind
    for kind, roles in BY_ROLE:
        if set(roles) <= changed:
            return kind
    if changed and candidates:
        return candidates[0]
    for role, kind in SENSOR_BY_ROLE:
        if role in features:
            return kind
    return "sensor" if features and not changed else "scene" if "scene" in plain(thing.title) else None


def _build(thing: Thing, candidates: tuple[str, ...]) -> dict[str, Feature]:
    kind = candidates[0] if candidates else None
    titled = set(plain(thing.title).split())
    titles = Counter(affordance.title for affordance in thing.properties.values())
    found = [
        one
        for affordance in thing.properties.values()
        for one in _of_property(affordance, kind, titled, shared=titles[affordance.title] > 1)
    ]
    chosen: dict[str, list[_Found]] = {}
    generic: list[_Found] = []
    for one in sorted(found, key=lambda one: -one.score):
        (chosen.setdefault(one.role, []) if one.score > 0 else generic).append(one)
    features: dict[str, Feature] = {}
    for role, group in chosen.items():
        features.update(_of_group(thing, role, group))
    for one in generic:
        name = _free(features, _generic_name(one))
        features[name] = _of_found(thing, name, one)
    _add_actions(thing, features, kind, titled)
    switched = candidates and any(kinds.is_a(kind, wide) for wide in _SWITCHED)
    if switched and len(features) == 1 and "power" not in features:
        [only] = features.values()
        if only.shape == "switch" and only.write is not None and not only.actions and only.like == only.role:
            features["power"] = replace(only, role="power", like="power")
    here, target = features.get("temperature"), features.get("target temperature")
    if here is not None and here.read is not None and target is not None and here.unit is None and here.high is None:
        beside = target.write or target.actions.get("set")
        if beside is not None and values.in_hundredths(_input_of(beside, "target temperature"), "temperature"):
            features["temperature"] = replace(here, hundredths=True, unit="C")
    return features


def _of_property(affordance: Affordance, kind: str | None, titled: set[str], *, shared: bool) -> list[_Found]:
    """shared: its title is that of another property too, and tells them apart no more"""
    schema = values.flat(affordance.schema)
    whole = _best(affordance, affordance.name, "" if shared else affordance.title, schema, kind, titled)
    if schema.type == "object" and schema.properties and whole.role != "color":
        parts = [
            replace(
                _best(affordance, affordance.name if name == "value" else name, "", values.flat(part), kind, titled),
                path=(name,),
            )
            for name, part in list(schema.properties.items())[:40]
        ]
        return parts
    return [whole]


def _best(affordance: Affordance, name: str, title: str, schema: Schema, kind: str | None, titled: set[str]) -> _Found:
    scores: dict[str, float] = {}
    rests: dict[str, str] = {}
    for text, worth in ((name, 0.0), (title, -2.0)):
        for role, score, rest in _named(text, titled):
            if score + worth > scores.get(role, 0.0):
                scores[role], rests[role] = score + worth, rest
    for typed in affordance.types if name == affordance.name else ():
        bare = typed.rsplit(":", 1)[-1].rsplit("/", 1)[-1].rsplit("#", 1)[-1].lower().removesuffix("property")
        for role in _TYPED.get(bare, ()):
            scores[role], rests[role] = scores.get(role, 0.0) + 60.0, ""
    for role in _worded(schema, kind) if affordance.writable else ():
        scores[role], rests[role] = max(scores.get(role, 0.0), 80.0), ""
    best = _Found(affordance, schema, "", 0.0)
    for role, score in scores.items():
        bare = fold(plain(name))
        own = " ".join(word for word in bare.split() if word not in titled)
        weak = score < 70 or any(variant in _WEAK for variant in (bare, own, *map(bare.removeprefix, _WISHED)))
        possible = fits(role, affordance, schema, kind, weak=weak)
        possible = possible and not (role == "playback" and schema.type == "boolean" and bare in _GENERAL)
        score = score + _kind_worth(role, kind) if possible else 0.0
        score += _evidence(role, schema) if score else 0.0
        if score > best.score:
            best = _Found(
                affordance, schema, role, score, _is_inverted(role, name, affordance, schema), rest=rests[role]
            )
    return best if best.score else _last_guess(affordance, schema, kind, name)


def _worded(schema: Schema, kind: str | None) -> list[str]:
    """Return the roles of the thing's kind of which most choices speak: "mode: clean|dock|pause" of a robot."""
    own = KINDS[kind].roles if kind is not None and kind in KINDS else ()
    plainly = _evidence("power", schema)
    return [role for role in own if role in _WORDED and _evidence(role, schema) >= max(20.0, plainly + 0.1)]


def _last_guess(affordance: Affordance, schema: Schema, kind: str | None, name: str) -> _Found:
    """What the name does not say, the unit or the choices may."""
    if schema.enum and affordance.writable:
        for role in ("power", "lock", "position", "playback", "cleaning", "mowing"):
            if _evidence(role, schema) >= 29 and fits(role, affordance, schema, kind, weak=True):
                return _Found(affordance, schema, role, 15.0)
    numeric, unit = schema.type in ("number", "integer"), unit_of(schema.unit)
    if numeric and affordance.writable and unit in ("K", "mired") and (schema.minimum or 0) >= 100:
        return _Found(affordance, schema, "color temperature", 15.0)
    if schema.type in ("number", "integer") and not affordance.writable and unit_of(schema.unit) in ("C", "F"):
        return _Found(affordance, schema, "temperature", 5.0, rest=plain(name))
    return _Found(affordance, schema, "", 0.0)


def _named(text: str, titled: set[str]) -> Iterable[tuple[str, float, str]]:
    """Yield role, score and the words left over for what a name seems to say."""
    words = fold(plain(text)).split()[:12]
    while len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    trimmed = [word for word in words if word not in titled]
    for tried, worth in ((words, 100.0), (trimmed, 92.0)):
        joined = " ".join(tried)
        for variant in _variants(joined):
            for role, rank in _PHRASES.get(variant, ()):
                if not (joined.startswith(_WISHED) and not variant.startswith(_WISHED) and ROLES[role].sensed):
                    yield role, worth - 0.4 * rank - (3 if variant != joined else 0), ""
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if end - start < len(words):
                phrase = " ".join(words[start:end])
                for role, rank in _PHRASES.get(phrase, ()):
                    place = 8 if end == len(words) else 4 if start == 0 else 0
                    yield role, 40 + place + 6 * (end - start) - 0.2 * rank, " ".join(words[:start] + words[end:])


def _variants(name: str) -> set[str]:
    """Return a name with and without what people put before and behind it."""
    bare = {name, name.replace(" ", "")} | {name.removesuffix(end) for end in _ENDS if name != end.strip()}
    return bare | {one.removeprefix(start) for one in bare for start in _WISHED}


def _kind_worth(role: str, kind: str | None) -> float:
    if kind is None or kind not in KINDS:
        return 0.0
    roles = KINDS[kind].roles
    return 24.0 - 2 * roles.index(role) if role in roles else 0.0


def _evidence(role: str, schema: Schema) -> float:
    """How much of an enumeration speaks the language of a role, up to 30."""
    if not schema.enum:
        return 0.0
    spoken = {word for words in STATES.get(role, {}).values() for word in words} - {
        "true",
        "false",
        "0",
        "1",
        "home",
        "auto",
    }
    if role in ("fan speed", "fan mode"):
        spoken = {word for name in ("low", "medium", "high", "off", "auto") for word in CHOICES[name]}
    if role == "mode":
        spoken = {word for name in ("heat", "cool", "auto", "dry", "fan only", "eco") for word in CHOICES[name]}
    if role in ("power", "oscillation", "mute", "lock", "contact", "position"):
        spoken |= {"toggle"}
    return 30.0 * sum(fold(plain(str(choice))) in spoken for choice in schema.enum) / len(schema.enum)


def fits(role: str, affordance: Affordance, schema: Schema, kind: str | None, *, weak: bool = False) -> bool:
    """Whether an affordance with that schema can be that feature. weak: its name alone says little."""
    row, kind_type = ROLES[role], schema.type
    if row.sensed and affordance.writable and role not in ("gas", "doorbell"):
        return False
    needs_writing = {
        "target temperature": ("temperature", "temp", "thermostat", "target"),
        "target humidity": ("humidity",),
    }
    if role in needs_writing and not affordance.writable and fold(plain(affordance.name)) in needs_writing[role]:
        return False
    if role in ("target temperature", "temperature") and kind_type in ("boolean",):
        return False
    if role in _BELONGS and weak and kind is not None and not any(kinds.is_a(kind, wide) for wide in _BELONGS[role]):
        return False
    if role == "color" and kind_type in ("integer", "number") and (schema.minimum or 0) >= 100:
        return False
    if unit_of(schema.unit) in ("K", "mired") and (schema.minimum or 0) >= 100 and role in _TEMPERATURES:
        return False
    if role == "color temperature" and (kinds.is_a(kind, "climate") or (schema.maximum or 100) <= 10):
        return False
    if role == "heat level" and (not affordance.writable or not (kind is None or kinds.is_a(kind, "climate"))):
        return False
    climate = kind is not None and kinds.is_a(kind, "climate")
    if role == "fan mode" and (not schema.enum or (_levels(schema) and not climate)):
        return False
    if role == "fan speed" and climate and schema.enum and not _levels(schema):
        return False
    if role == "mode" and climate and "fan" in plain(affordance.name).split():
        return False
    shaped = {"switch": _fits_switch, "percent": _fits_percent, "number": _fits_number, "choice": _fits_choice}.get(
        row.shape
    )
    if shaped is not None and not shaped(role, schema):
        return False
    if role in ("brightness", "illuminance") and kind_type in ("integer", "number"):
        if unit_of(schema.unit) == "lx" or (kind is not None and kinds.is_a(kind, "sensor")):
            return role == "illuminance"
        return role == "brightness" if affordance.writable or kinds.is_a(kind, "light") else True
    if (
        role == "power"
        and schema.enum
        and max(_evidence(other, schema) for other in ("position", "lock", "playback", "cleaning", "mode", "alarm"))
        > _evidence(role, schema)
    ):
        return False
    return not weak or _weak_fits(role, schema, kind)


def _weak_fits(role: str, schema: Schema, kind: str | None) -> bool:
    """A name such as "state" is the feature of the thing's kind, or of what its choices speak of."""
    if kind is not None and kind in KINDS and role in KINDS[kind].roles:
        return True
    if schema.enum:
        if all(fold(plain(str(choice))) in _ON_OFF for choice in schema.enum):
            return role == "power"
        return (
            _evidence(role, schema) >= 20
            or ROLES[role].shape not in ("choice", "switch")
            or role in ("mode", "source", "effect", "program", "preset")
        )
    if role == "running":
        return kinds.is_a(kind, "appliance")
    if role in ("cleaning", "mowing", "alarm", "lock", "playback", "watering", "contact", "motion", "occupancy"):
        return (
            kind is None
            and schema.type == "boolean"
            and role not in ("cleaning", "mowing", "alarm", "lock", "playback", "watering", "motion")
        )
    return role != "position" or kind is None or kinds.is_a(kind, "cover") or kinds.is_a(kind, "valve")


def _fits_switch(role: str, schema: Schema) -> bool:
    if schema.enum:
        spoken = {
            word for table in (values.states_of(role), SWITCH_MORE) for words in table.values() for word in words
        } | {"toggle"}
        return sum(fold(plain(str(choice))) in spoken for choice in schema.enum) >= min(2, len(schema.enum))
    if schema.type in ("integer", "number"):
        return (
            schema.maximum is not None
            and schema.maximum <= 1
            and (schema.minimum or 0) >= 0
            and schema.type == "integer"
        )
    return schema.type in ("boolean", "string", None) or bool(schema.one_of)


def _fits_percent(role: str, schema: Schema) -> bool:
    if schema.enum:
        spoken = {word for words in STATES.get(role, {}).values() for word in words}
        levels = {word for name in ("off", "low", "medium", "high", "auto") for word in CHOICES[name]}
        numbers = all(isinstance(choice, (int, float)) and not isinstance(choice, bool) for choice in schema.enum)
        return numbers or any(fold(plain(str(choice))) in spoken | levels for choice in schema.enum)
    if role == "position":
        return schema.type in ("integer", "number", "boolean", "string", None)
    if role == "fan speed" and schema.type == "string":
        return True
    return schema.type in ("integer", "number", None)


def _fits_number(role: str, schema: Schema) -> bool:
    if role == "power use" and schema.type not in ("integer", "number"):
        return False
    if role == "color temperature" and schema.type == "string":
        return bool(schema.enum)
    return (
        (not schema.enum and schema.type in ("integer", "number", None))
        or role == "color temperature"
        or (role == "channel" and schema.type == "string")
    )


def _fits_choice(role: str, schema: Schema) -> bool:
    if schema.type in ("integer", "number") and not schema.enum:
        return False
    if role in ("mode", "source", "effect", "program", "preset", "direction"):
        return schema.type not in ("boolean", "object", "array", "integer", "number") or bool(schema.enum)
    return True


def _is_inverted(role: str, name: str, affordance: Affordance, schema: Schema) -> bool:
    bare = fold(plain(name))
    said = f"{affordance.title} {affordance.description}"[:400]
    if role == "position":
        # Matter counts hundredths of a percent, and 0 is fully open there.
        return bare in _INVERTED or "100 ths" in bare or bool(_CLOSED_IS_HIGH.search(said))
    if role == "contact":
        if schema.type != "boolean" or _TRUE_IS_OPEN.search(said):
            return bare in ("closed", "is closed") and schema.type == "boolean"
        return bare in ("contact", "contact state", "closed", "is closed") or bool(_TRUE_IS_CLOSED.search(said))
    return bare in _INVERTED


def _of_group(thing: Thing, role: str, group: list[_Found]) -> dict[str, Feature]:
    """Make features of the properties that seem to be one role, the best first."""
    best = group[0]
    twins = [one for one in group if one.rest and one.affordance.writable and best.rest and one.score > best.score - 12]
    if len(twins) > 1 and len({one.rest for one in twins}) == len(twins):
        parts = tuple(_of_found(thing, one.rest, replace(one, rest="")) for one in twins)
        named = {
            part.role if part.role not in ROLES else f"{part.role} {role}": replace(part, role=part.role)
            for part in parts
        }
        others = _of_group(thing, role, [one for one in group if one not in twins]) if len(twins) < len(group) else {}
        return (
            {**named, **others}
            if role in others
            else {**named, role: replace(parts[0], role=role, read=None, write=None, parts=parts)}
        )
    read = next((one for one in group if one.affordance.readable), None)
    writes = [one for one in group if one.affordance.writable and (one.score > best.score - 45 or _says(role, one))]
    writes = writes or [one for one in group if one.affordance.writable]
    main = writes[0] if writes else read or best
    if read is not None and writes and writes[0].affordance.readable and writes[0].score > read.score - 25:
        read = writes[0]
    if role == "position" and writes:
        numeric = [one for one in writes if one.schema.type in ("integer", "number")]
        main = numeric[0] if numeric else main
        read = (
            main
            if main.affordance.readable and (read is None or read.schema.type not in ("integer", "number"))
            else read
        )
    feature = _of_found(thing, role, main)
    same_path = read is None or read.path == main.path
    feature = replace(
        feature,
        read=read.affordance if read is not None else None,
        write=main.affordance if main.affordance.writable else None,
        also=tuple(one.affordance for one in writes if one is not main and not one.path) if not main.path else (),
        path=main.path if same_path else (),
    )
    result = {role: feature}
    for one in group:
        if one.affordance not in (feature.read, feature.write, *feature.also) or (
            one.path != main.path and one is not read
        ):
            name = _free(result, _generic_name(one))
            result[name] = _of_found(thing, name, replace(one, role=role if one.role else ""))
    return result


def _says(role: str, one: _Found) -> bool:
    """Whether all of an enumeration is about the role, whatever it is called."""
    return _evidence(role, one.schema) >= 29


def _of_found(thing: Thing, role: str, one: _Found) -> Feature:
    schema = one.schema
    if values.in_hundredths(schema, one.role):
        low, high = (None if bound is None else bound / 100 for bound in (schema.minimum, schema.maximum))
        schema = replace(schema, minimum=low, maximum=high, unit="C")
    shape: Any = ROLES[one.role].shape if one.role else _shape_of(schema)
    if one.role and shape == "percent" and schema.enum and _levels(schema):
        shape = "percent"
    return Feature(
        role=role, thing=thing, like=one.role or role, shape=shape,
        read=one.affordance if one.affordance.readable else None,
        write=one.affordance if one.affordance.writable else None,
        low=schema.minimum, high=schema.maximum,
        unit=unit_of(schema.unit) or (ROLES[one.role].unit if one.role else None),
        choices=schema.enum, inverted=one.inverted, path=one.path,
    )  # fmt: skip


def _levels(schema: Schema) -> bool:
    return any(values.same_word(choice, level) for choice in schema.enum for level in ("low", "medium", "high"))


def _shape_of(schema: Schema) -> Shape:
    if schema.enum:
        if len(schema.enum) == 1:
            return "trigger"
        words = {fold(plain(str(choice))) for choice in schema.enum}
        return "switch" if words <= {"on", "off", "true", "false", "toggle", "0", "1"} and len(words) > 1 else "choice"
    if schema.type == "boolean":
        return "switch"
    if schema.type in ("integer", "number"):
        return "number"
    return "trigger" if schema.type == "null" else "text"


def _generic_name(one: _Found) -> str:
    if one.path:
        return plain(one.path[-1])
    return plain(one.affordance.title)[:60] or plain(one.affordance.name)[:60] or one.affordance.name[:60]


def _free(taken: Mapping[str, object], name: str) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free


def _add_actions(thing: Thing, features: dict[str, Feature], kind: str | None, titled: set[str]) -> None:
    for action in thing.actions.values():
        meant: list[Meant] = meanings_of(action, kind, titled, frozenset(features))
        meant = meant or work_of(action, kind)
        placed = False
        for verb, role in meant:
            feature = features.get(role)
            if feature is None:
                feature = _of_action(thing, role, _input_of(action, role))
            if verb not in feature.actions:
                features[role] = replace(feature, actions={**feature.actions, verb: action})
                placed = True
        if not placed:
            name = plain(action.title)[:60] or plain(action.name)[:60] or action.name[:60]
            if name in features and not features[name].actions:
                features[name] = replace(features[name], actions={"run": action})
                continue
            name = _free(features, name)
            schema = values.flat(action.schema)
            features[name] = Feature(role=name, thing=thing, like=name,
                                     shape="trigger" if action.schema is None else _shape_of(schema),
                                     actions={"run": action},
                                     low=schema.minimum, high=schema.maximum, unit=unit_of(schema.unit),
                                     choices=schema.enum)  # fmt: skip

    setting = {one.actions["set"].name for one in features.values() if "set" in one.actions}
    for action in thing.actions.values():
        for role in also_set(action, kind, frozenset(features), vague=action.name not in setting):
            feature = features.get(role) or _of_action(thing, role, _input_of(action, role))
            if feature.write is None and "set" not in feature.actions:
                features[role] = replace(feature, actions={**feature.actions, "set": action})


def _of_action(thing: Thing, role: str, schema: Schema) -> Feature:
    """Return the feature of what only an action changes."""
    return Feature(role=role, thing=thing, like=role, shape=ROLES[role].shape if role in ROLES else "text",
                   low=schema.minimum, high=schema.maximum, unit=unit_of(schema.unit), choices=schema.enum)  # fmt: skip


def _input_of(action: Affordance, role: str) -> Schema:
    schema = values.flat(action.schema)
    for name, part in schema.properties.items():
        if plain(name) in (role, *(ROLES[role].names if role in ROLES else ())) or len(schema.properties) == 1:
            return values.flat(part)
    return schema


def _near(features: Mapping[str, Feature], role: str, verb: str) -> Feature | None:
    """Return the feature that a word of a description speaks of: "spin" for "spin speed"; roles by another of their
    names."""
    usable = {name: feature for name, feature in features.items() if verb == "read" or feature.commandable}
    for feature in usable.values():
        if any(door is not None and plain(door.name) == role for door in (feature.write, feature.read)):
            return feature
    for known, _ in sorted(_PHRASES.get(fold(role), ()), key=lambda one: one[1]):
        if known in usable:
            return usable[known]
    words = set(role.split())
    near = [
        feature
        for name, feature in features.items()
        if words and name not in ROLES and (words <= set(name.split()) or set(name.split()) <= words)
    ]
    return near[0] if len(near) == 1 else None
