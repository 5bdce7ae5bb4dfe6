"""Commands for devices as people say them, each with its act."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from galiot.agent.features import Feature, features_of
from galiot.agent.lessons import command_words, everyday, requests, timed_words
from galiot.agent.lessons.clause import Clause, steps_of, which
from galiot.agent.lessons.remarks import REMARKS
from galiot.agent.lessons.scene import Scene
from galiot.agent.lessons.situations import SITUATIONS
from galiot.agent.lessons.wishes import WISHES, Effect, Wish
from galiot.agent.names import clean
from galiot.agent.plan import Act, Ask, Do, Step, Value
from galiot.agent.thing import Thing

_CALLED = {"target temperature": "temperature", "target humidity": "humidity"}
"""Features that have verbs of their own."""
_ACTIVE = ("running", "cleaning", "mowing", "playback", "position", "alarm", "lock")
_NOT_SAID: dict[str, tuple[str, ...]] = {
    "turn on": _ACTIVE,
    "turn off": _ACTIVE,
    **dict.fromkeys(
        ("start", "stop", "pause", "resume", "dock", "arm", "disarm", "open", "close"), ("power", "watering")
    ),
}
"""Verb -> features that it reaches only in place of another verb: a washer that is turned on is started."""
_NOT_ASKED = 0.65
"""Share of the wishes that end in a question which are passed over: in a large home most of them would."""
_REMARKS = 0.3
"""Share of the wishes that are about a device that is named."""
_EVERYDAY = 0.62
"""Share of the commands that are said as at home; the others ask for anything that anything can do."""


def make_command(scene: Scene, *, one: float = 0.68) -> Clause | None:
    """Ask for something that the home can do, or None where this draw gives nothing."""
    rng = scene.rng
    if (draw := rng.random()) < _EVERYDAY:
        return everyday.make_everyday(scene, scope="things" if one > 0.75 and rng.random() < 0.5 else None)
    if draw < _EVERYDAY + 0.03:
        return everyday.make_sweep(scene)
    things = [thing for thing in scene.things if scene.able[thing.id]]
    if not things:
        return None
    thing = rng.choice(things)
    abilities = list(scene.able[thing.id])
    weights = [_weight(verb, role) for verb, role in abilities]
    verb, role = rng.choices(abilities, weights)[0]
    feature = scene.able[thing.id][verb, role]
    if role is None and feature.role in _NOT_SAID.get(verb, ()):
        return None
    asked = _asked(verb, role, feature, rng, main=role != "fan speed" or "target temperature" not in features_of(thing))
    if asked is None:
        return None
    patterns, value, unit, words = asked
    if not scene.can(thing, verb, role, value, unit):
        return None
    same = [other for other in scene.pick(verb, role, value, unit) if _alike(scene, thing, other)]
    if verb == "turn off" and rng.random() < 0.06 and (every := scene.everything(same)):
        said, target = every
    else:
        said, target = scene.subject([thing], one=1) if rng.random() < one else scene.subject(same or [thing], one=0)
    sentence = scene.speaker.say(patterns, {"it": said, **words})
    area = scene.home.by_id[target.things[0]].area
    if area and rng.random() < 0.03 and clean(area) not in sentence:
        sentence = f"in the {clean(area)}, {sentence}"
    return Clause(sentence, steps_of(Do(verb, target, role, value, unit)))


def _alike(scene: Scene, thing: Thing, other: Thing) -> bool:
    """What is asked of several at once is asked of things of one sort, mostly."""
    return scene.kinds[thing.id] == scene.kinds[other.id] or scene.rng.random() < 0.4


def _weight(verb: str, role: str | None) -> float:
    if verb in ("toggle", "resume", "previous", "unmute", "stop"):
        return 0.3
    return 2.0 if verb in ("turn on", "turn off", "open", "close", "lock", "unlock", "set", "run", "start") else 1.0


def _asked(
    verb: str, role: str | None, feature: Feature, rng: random.Random, *, main: bool = True
) -> tuple[Sequence[str], Value, str | None, dict[str, str]] | None:
    """Return wordings, value, unit and words for them of a verb for a feature.

    main: whether it is what is meant where the device is turned up or set without another word
    """
    if verb == "toggle":
        return ("toggle {it}", "flip {it}", "switch {it} over", "change the state of {it}"), None, None, {}
    if role is None:
        return _plain(verb, feature)
    called = _CALLED.get(role, role)
    if verb == "run":
        return requests.ANY_RUN, None, None, {"run": role}
    if verb in ("raise", "lower"):
        amounts = requests.AMOUNTS.get((verb, called))
        if amounts and rng.random() < 0.35:
            by = rng.choice((5, 10, 15, 20, 25, 30)) if called != "temperature" else rng.choice((1, 2, 3, 4, 5))
            return amounts, by, "%" if called != "temperature" else None, {"v": str(by)}
        general = requests.ANY_RAISE if verb == "raise" else requests.ANY_LOWER
        return (requests.COMMANDS.get((verb, called), general) if main else general), None, None, {"role": role}
    return _setting(role, called if main else "", feature, rng)


def _plain(verb: str, feature: Feature) -> tuple[Sequence[str], Value, str | None, dict[str, str]] | None:
    usual = {"turn on": "power", "turn off": "power"}.get(verb, "")
    table = requests.COMMANDS.get((verb, feature.role)) or requests.COMMANDS.get((verb, usual))
    return table or requests.PLAIN[verb], None, None, {}


def _setting(
    role: str, called: str, feature: Feature, rng: random.Random
) -> tuple[Sequence[str], Value, str | None, dict[str, str]] | None:
    table = requests.COMMANDS.get(("set", called))
    if role in command_words.BY_VERBS:
        return None
    if feature.shape == "switch":
        on = rng.random() < 0.55
        return (requests.ANY_ON if on else requests.ANY_OFF), on, None, {"role": role}
    if called in ("brightness", "position", "volume") and rng.random() < 0.25:
        return _in_words(called, rng)
    if feature.choices and feature.shape != "color":
        value: Value = clean(str(rng.choice(feature.choices)))
        return table or requests.ANY_SET, value, None, {"v": str(value), "role": role}
    if feature.shape == "color":
        value = rng.choice([clean(str(choice)) for choice in feature.choices] or command_words.COLORS)
        return table or requests.ANY_SET, value, None, {"v": value, "role": role}
    number = number_in(feature, rng)
    if number is None:
        return None
    few = is_scale(feature)
    unit = "%" if feature.unit == "%" and not few else None
    word = timed_words.NUMBERS.get(number) if isinstance(number, int) and rng.random() < 0.2 else None
    said = word or f"{number}"
    if called == "temperature" and rng.random() < 0.12:
        unit = "f" if (feature.unit or "").upper().startswith("F") else "c"
        said += {"f": rng.choice((" fahrenheit", " f", "°F")), "c": rng.choice((" celsius", " c", "°C"))}[unit]
        return (
            [
                pattern.replace("[ degrees|°]", "").replace(" [degrees]", "").replace(" degrees", "")
                for pattern in table or requests.ANY_SET
            ],
            number,
            unit,
            {"v": said, "role": role},
        )
    if few:
        plain = [row for row in table or requests.ANY_SET if "percent" not in row and "%" not in row]
        return requests.ON_STEP if rng.random() < 0.5 else plain, number, None, {"v": said, "role": role}
    if table is None and feature.unit in requests.UNIT_WORDS and rng.random() < 0.5:
        said += " " + rng.choice(requests.UNIT_WORDS[feature.unit])
        return (*requests.TO_AMOUNT, *requests.ANY_SET[:4]), number, unit, {"v": said, "role": role}
    return table or requests.ANY_SET, number, unit, {"v": said, "role": role}


def is_scale(feature: Feature) -> bool:
    """Whether a feature has a few steps, which are counted as they are: speed 3 of 5 is no 3 percent."""
    return feature.shape == "percent" and feature.high is not None and 1 < feature.high < 100


def _in_words(role: str, rng: random.Random) -> tuple[Sequence[str], Value, str | None, dict[str, str]]:
    """Half, a quarter, as far as it goes."""
    if role == "position" and rng.random() < 0.5:
        return requests.HALF_OPEN, 50, "%", {}
    if role in requests.MAXIMAL and rng.random() < 0.4:
        return requests.MAXIMAL[role], 100, "%", {}
    word, value = rng.choice(list(requests.PERCENT_WORDS.items()))
    value = 0 if word == "minimum" and role != "brightness" else value
    return requests.HALF[role], value, "%", {"w": word}


def number_in(feature: Feature, rng: random.Random) -> int | float | None:
    """Return a round number that the feature takes, as a person would say it."""
    low, high = feature.low, feature.high
    if feature.shape == "percent":
        if high is not None and 1 < high < 100:
            return rng.randint(int(low or 0), int(high))
        return rng.choice(
            (5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 33, 42, 66, 77)
        )
    if low is None or high is None:
        return None
    if feature.role == "target temperature" and low <= 16 and 22 <= high <= 40 and rng.random() < 0.8:
        return rng.choice((16, 17, 18, 19, 20, 21, 22, 23, 24, 20.5, 21.5, 22.5)) if low <= 16 else None
    span = high - low
    grain = next(grain for grain in (1, 5, 10, 50, 100, 500) if span / grain <= 60 or grain == 500)
    number = low + round(rng.random() * span / grain) * grain
    number = min(max(number, low), high)
    return int(number) if number == int(number) else round(number, 1)


# What is wished, not commanded


_ALL_WISHES = (*WISHES.values(), *SITUATIONS.values())


def make_remark(scene: Scene) -> Clause | None:
    """Say something about a device that calls for a command."""
    remark = scene.rng.choice(REMARKS)
    things = [
        thing
        for thing in scene.of_kind(remark.kinds)
        if (remark.verb, remark.role) in scene.able[thing.id]
        and scene.can(thing, remark.verb, remark.role, remark.value, remark.unit)
    ]
    if not things:
        return None
    thing = scene.rng.choice(things)
    said = scene.speaker.say(remark.wordings, {"it": scene.mention(thing)})
    act = Do(remark.verb, scene.target([thing]), remark.role, remark.value, remark.unit)
    return Clause(said, steps_of(act), imperative=False)


def make_wish(scene: Scene) -> Clause | None:
    """Say what is wrong or wanted; the steps are what would help."""
    rng = scene.rng
    if rng.random() < _REMARKS:
        return make_remark(scene)
    for wish in rng.sample(_ALL_WISHES, k=20):
        area = _wish_area(scene, wish)
        acts = _wish_acts(scene, wish, area)
        if acts and not (any(isinstance(act, Ask) for act in acts) and rng.random() < _NOT_ASKED):
            where = (
                ""
                if area is None
                else rng.choice(("in the {}", "in the {}", "here in the {}", "in {}")).format(clean(area))
            )
            if area is not None and not any("{in}" in pattern for pattern in wish.wordings):
                return None
            if area is None and "{in}" in "".join(wish.wordings) and rng.random() < 0.3:
                where = rng.choice(("in here", "here", "in this place", "right now", "in this house"))
            patterns = wish.wordings if area is None else [pattern for pattern in wish.wordings if "{in}" in pattern]
            said = scene.speaker.say(patterns, {"in": where}).replace(" ,", ",")
            return Clause(said, steps_of(*acts), imperative=False)
    return None


def _wish_area(scene: Scene, wish: Wish) -> str | None:
    """Return a room where the wish could be helped, or None for no room in particular."""
    if not any("{in}" in pattern for pattern in wish.wordings) or scene.rng.random() < 0.3:
        return None
    rooms = {
        thing.area for row in wish.effects for effect in row for thing in scene.of_kind(effect.kinds) if thing.area
    }
    found = sorted(room for room in rooms if room)
    if (
        len(found) == 1
        and scene.rng.random() < 0.4
        and wish.effects[0][0].kinds.split(",")[0] in command_words.REACHING
    ):
        found = sorted(scene.home.areas)  # the only thing that could help may stand next door
    return scene.rng.choice(found) if found else None


def _wish_acts(scene: Scene, wish: Wish, area: str | None) -> list[Act]:
    acts: list[Act] = []
    for row in wish.effects:
        for effect in row:
            found = _helping(scene, effect, area)
            if found:
                act = _effect_act(scene, effect, found, area, whole=wish.whole)
                if act is None:
                    return []
                acts.append(act)
                break
    return acts


def _helping(scene: Scene, effect: Effect, area: str | None) -> list[Thing]:
    things = _called(scene, effect, area) or scene.of_kind(effect.kinds, area)
    if (
        not things
        and len(others := scene.of_kind(effect.kinds)) == 1
        and effect.kinds.split(",")[0] in command_words.REACHING
    ):
        things = others
    if effect.verb == "run":
        return [thing for thing in things if _run_role(scene, thing, effect)]
    return [
        thing
        for thing in things
        if (effect.verb, effect.role) in scene.able[thing.id]
        and scene.can(thing, effect.verb, effect.role, effect.value, effect.unit)
    ]


def _called(scene: Scene, effect: Effect, area: str | None) -> list[Thing]:
    """Return the things whose names have one of the words that an effect asks for."""
    wanted = [word for word in effect.called.split(",") if word]
    return [
        thing
        for thing in scene.things
        if (area is None or thing.area == area)
        and any(set(word.split()) <= set(clean(thing.title).split()) for word in wanted)
    ]


def _run_role(scene: Scene, thing: Thing, effect: Effect) -> str | None:
    return next(
        (role for verb, role in scene.able[thing.id] if verb == "run" and role and str(effect.role) in role), None
    )


def _effect_act(scene: Scene, effect: Effect, things: list[Thing], area: str | None, *, whole: bool) -> Act | None:
    """One thing: it; several: every one in a room, or of the whole home where that is meant; else the question."""
    value, role = effect.value, effect.role
    if effect.verb == "run":
        if len(things) > 1:
            return which(scene, things)
        role = _run_role(scene, things[0], effect)
    if len(things) == 1:
        return Do(effect.verb, scene.target(things), role, value, effect.unit)
    kind = effect.kinds.split(",")[0]
    if kind in ("light", "lock", "window", "blind", "sprinkler", "alarm") and (area or whole):
        return _all_of(scene, effect, things, area)
    return which(scene, things)


def _all_of(scene: Scene, effect: Effect, things: list[Thing], area: str | None) -> Act | None:
    kinds = {scene.kinds[thing.id] for thing in things}
    if len(kinds) == 1:
        text = f"every {clean(kinds.pop())}" + (f" in {scene.area_word(area)}" if area else "")
        found = scene._read("", text)
        if found and set(found[1].things) == {thing.id for thing in things}:
            return Do(effect.verb, found[1], effect.role, effect.value, effect.unit)
    return Do(effect.verb, scene.target(things), effect.role, effect.value, effect.unit) if len(things) <= 6 else None


# Several at once


def make_compound(scene: Scene, *, parts: int) -> Clause | None:
    """Join commands and wishes with and, then, commas; sometimes the verb is said once for two values."""
    rng = scene.rng
    if rng.random() < 0.2 and (found := _each_its_value(scene)):
        return found
    clauses: list[Clause] = []
    for _ in range(parts * 3):
        make = make_wish if rng.random() < 0.3 else make_command
        clause = make(scene) if make is make_wish else make_command(scene, one=0.8)
        if clause and not any(isinstance(step.act, Ask) for step in clause.steps) and not _clash(clauses, clause):
            clauses.append(clause)
        if len(clauses) == parts:
            break
    return join(scene, clauses) if len(clauses) == parts else None


def make_double(scene: Scene) -> Clause | None:
    """Turn one thing on and set something of it."""
    role, patterns = scene.rng.choice(list(command_words.BOTH.items()))
    things = [
        thing
        for thing in scene.pick("turn on", None)
        if ("set", role) in scene.able[thing.id] and ("turn on", None) in scene.able[thing.id]
    ]
    if not things:
        return None
    thing = scene.rng.choice(things)
    asked = _setting(role, _CALLED.get(role, role), scene.able[thing.id]["set", role], scene.rng)
    if asked is None or "v" not in asked[3] or not scene.can(thing, "set", role, asked[1], asked[2]):
        return None
    target = scene.target([thing])
    said = scene.speaker.say(patterns, {"it": scene.mention(thing), "v": asked[3]["v"]})
    return Clause(said, steps_of(Do("turn on", target), Do("set", target, role, asked[1], asked[2])))


_CORRECTED = ("turn on", "turn off", "open", "close", "lock", "unlock", "start")


def make_corrected(scene: Scene) -> Clause | None:
    """Name one thing, then the one that was meant."""
    verb = scene.rng.choice(_CORRECTED)
    things = scene.pick(verb, None)
    if len(things) < 2:
        return None
    wrong, right = scene.rng.sample(things, k=2)
    pattern = scene.speaker.pick([f"{verb} {{it}}", *(["switch {it} " + verb.split()[1]] if " " in verb else [])])
    said = scene.speaker.say(
        pattern,
        {"it": scene.speaker.say(command_words.CORRECTIONS, {"a": scene.mention(wrong), "b": scene.mention(right)})},
    )
    return Clause(said, steps_of(Do(verb, scene.target([right]))))


def make_again(scene: Scene, before: Clause) -> Clause | None:
    """Undo what the clause before did, its thing called "it"."""
    act = before.steps[-1].act
    if not isinstance(act, Do) or len(act.target.things) != 1 or act.verb not in command_words.AGAIN:
        return None
    verb, words = command_words.AGAIN[act.verb]
    if not scene.can(scene.home.by_id[act.target.things[0]], verb):
        return None
    return Clause(scene.rng.choice(words), steps_of(Do(verb, act.target)))


def _clash(clauses: Sequence[Clause], new: Clause) -> bool:
    """Whether two clauses speak of the same things."""
    taken = {id for clause in clauses for step in clause.steps for id in _things(step)}
    return any(id in taken for step in new.steps for id in _things(step))


def _things(step: Step) -> tuple[str, ...]:
    return getattr(getattr(step.act, "target", None), "things", ())


def join(scene: Scene, clauses: Sequence[Clause]) -> Clause:
    """Put clauses one behind the other."""
    rng = scene.rng
    said = clauses[0].said
    for number, clause in enumerate(clauses[1:], 2):
        last = number == len(clauses)
        said += (", " if not last and rng.random() < 0.6 else rng.choice(requests.JOINS)) + clause.said
    return Clause(said, tuple(step for clause in clauses for step in clause.steps), imperative=clauses[0].imperative)


def _each_its_value(scene: Scene) -> Clause | None:
    """ "The kitchen to 20 and the bedroom to 18", "the lamp on and the fan off"."""
    rng = scene.rng
    pair: Callable[[list[Thing]], list[Thing]] = lambda things: rng.sample(things, k=2)  # noqa: E731
    if rng.random() < 0.5:
        (first, second), patterns = rng.choice(list(command_words.OPPOSITE.items()))
        things = [thing for thing in scene.pick(first, None) if (second, None) in scene.able[thing.id]]
        if len(things) < 2:
            return None
        a, b = pair(things)
        said = scene.speaker.say(patterns, {"a": scene.mention(a), "b": scene.mention(b)})
        acts: list[Act] = [Do(first, scene.target([a])), Do(second, scene.target([b]))]
        if said.find("{b}") >= 0:
            return None
        return Clause(said, steps_of(*acts))
    role, patterns = rng.choice(list(command_words.EACH.items()))
    things = scene.pick(
        "set", role, 50 if role != "target temperature" else 20, "%" if role != "target temperature" else None
    )
    if len(things) < 2:
        return None
    a, b = pair(things)
    second = scene.mention(b)
    if (
        scene.kinds[a.id] == scene.kinds[b.id]
        and b.area
        and b.area != a.area
        and sum(thing.area == b.area for thing in things) == 1
        and rng.random() < 0.5
    ):
        second = rng.choice(("the one in the {}", "that in the {}", "the {} one")).format(clean(b.area))
    v, w = rng.sample(range(10, 100, 5), k=2) if role != "target temperature" else rng.sample(range(16, 25), k=2)
    unit = None if role == "target temperature" else "%"
    said = scene.speaker.say(patterns, {"a": scene.mention(a), "b": second, "v": str(v), "w": str(w)})
    wanted = [Do("set", scene.target([a]), role, v, unit), Do("set", scene.target([b]), role, w, unit)]
    return Clause(said, steps_of(*wanted))


def with_guards(clause: Clause, said: str, *guards: object) -> Clause:
    """Return a clause all of whose steps have guards in front."""
    return Clause(said, tuple(replace(step, guards=(*guards, *step.guards)) for step in clause.steps), imperative=True)  # type: ignore[arg-type]
