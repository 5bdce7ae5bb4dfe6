"""Commands as people give them at home: to a device, to a room, to whatever there is only one of."""

from __future__ import annotations

import random
from collections.abc import Sequence

from galiot.agent.features import Feature, is_a
from galiot.agent.lessons import command_words, everyday_words
from galiot.agent.lessons.clause import Clause, steps_of, which
from galiot.agent.lessons.everyday_words import SAYINGS, Saying
from galiot.agent.lessons.requests import KIND_WORDS
from galiot.agent.lessons.scene import Scene
from galiot.agent.names import clean
from galiot.agent.plan import Do, Refuse, Target, Value
from galiot.agent.thing import Thing

_SCOPES = {"things": 56.0, "rooms": 22.0, "lone": 14.0, "all": 5.0, "floors": 3.0}
_WEIGHTS = [saying.often for saying in SAYINGS]
_LISTED = 6
"""Things that are named one by one where no group is all of them."""

Drawn = tuple[Value, str | None, dict[str, str]]
"""A value, its unit, and the words for it."""


def make_everyday(scene: Scene, *, scope: str | None = None) -> Clause | None:
    """Return a command, or None where this draw gives nothing.

    scope: "things", "rooms", "lone", "all" or "floors"; None: one that is drawn
    """
    rng = scene.rng
    saying = rng.choices(SAYINGS, _WEIGHTS)[0]
    usable = [name for name in _SCOPES if getattr(saying, name)]
    scope = scope or rng.choices(usable, [_SCOPES[name] for name in usable])[0]
    if scope not in usable:
        return None
    kinds = [scene.kinds[thing.id] for thing in scene.of_kind(saying.kinds)]
    if not kinds:
        return _missed(scene, saying, scope) if scope != "things" and rng.random() < 0.12 else None
    if scope == "things":
        return _to_things(scene, saying)
    kind = _family(rng.choice(kinds), saying)
    if scope == "lone":
        return _to_the_only_one(scene, saying, kind)
    return _to_a_group(scene, saying, kind, scope)


def make_sweep(scene: Scene) -> Clause | None:
    """Turn everything off in a room or on a floor, or a whole kind but for some."""
    rng = scene.rng
    if rng.random() < 0.45:
        return _sweep_place(scene)
    verb = rng.choice(("turn off", "turn off", "turn on", "close", "open"))
    sayings = [saying for saying in SAYINGS if saying.verb == verb and saying.all and saying.couples]
    if not sayings:
        return None
    saying = rng.choice(sayings)
    kinds = [scene.kinds[thing.id] for thing in scene.of_kind(saying.kinds)]
    if not kinds:
        return None
    kind = _family(rng.choice(kinds), saying)
    things = scene.of_kind(kind)
    if len(things) < 3 or not all((verb, None) in scene.able[thing.id] for thing in things):
        return None
    said = scene.speaker.say([row for row in saying.all if "[" not in row] or saying.all, _kind_words(scene, kind))
    rooms = sorted({thing.area for thing in things if thing.area})
    if rng.random() < 0.5 and len(rooms) > 1:
        room = rng.choice(rooms)
        out = [thing for thing in things if thing.area == room]
        sentence = scene.speaker.say(
            [row.replace("{s}", said) for row in everyday_words.EXCEPTING_ROOM], {"x": clean(room)}
        )
    else:
        out = rng.sample(things, k=rng.choice((1, 1, 2)))
        called = " and ".join(scene.mention(thing) for thing in out)
        sentence = scene.speaker.say([row.replace("{s}", said) for row in everyday_words.EXCEPTING], {"x": called})
    if len(out) > 4 or len(out) == len(things):
        return None
    found = scene._read("", f"every {clean(kind)} except {' and '.join(map(scene.label, out))}")
    return Clause(sentence, steps_of(Do(verb, found[1]))) if found else None


def _sweep_place(scene: Scene) -> Clause | None:
    rng = scene.rng
    things = [thing for thing in scene.things if ("turn off", None) in scene.able[thing.id] and thing.area]
    if not things:
        return None
    thing = rng.choice(things)
    floor = clean(thing.floor or "")
    if floor in scene.names.floors and rng.random() < 0.4:
        where, text = (floor if floor.endswith("stairs") else f"on the {floor}"), f"everything on {floor}"
    else:
        assert thing.area is not None
        where, text = f"in the {clean(thing.area)}", f"everything in {scene.area_word(thing.area)}"
    found = scene._read("", text)
    if found is None or len({id for id in found[1].things if ("turn off", None) in scene.able[id]}) < 2:
        return None
    return Clause(
        scene.speaker.say(everyday_words.EVERYTHING_OFF, {"where": where}), steps_of(Do("turn off", found[1]))
    )


# To whom


def _to_things(scene: Scene, saying: Saying) -> Clause | None:
    """Of one thing by its name, of two or three, or of a group that is named."""
    rng = scene.rng
    things = [thing for thing in scene.of_kind(saying.kinds) if (saying.verb, saying.role) in scene.able[thing.id]]
    if not things:
        return None
    thing = rng.choice(things)
    drawn = _drawn(scene, saying, thing)
    if drawn is None or not _does(scene, saying, thing, drawn):
        return None
    same = [other for other in things if _does(scene, saying, other, drawn)]
    draw, found = rng.random(), None
    patterns: Sequence[str] = saying.things
    if draw < 0.16 and len(same) > 1:
        found = scene.several(same) if draw < 0.08 else scene.group(same)
        patterns = [row for row in patterns if not {"is", "has", "isn't", "wants", "needs"} & set(row.split())]
    said, target = found or (scene.mention(thing), scene.target([thing]))
    return _clause(scene, saying, patterns, {"it": said, **_kind_words(scene, scene.kinds[thing.id])}, target, drawn)


def _to_the_only_one(scene: Scene, saying: Saying, kind: str) -> Clause | None:
    """Of the only thing that can be meant; the question which, where there are several."""
    patterns = [row for row in saying.lone if "{kind" not in row or kind in KIND_WORDS]
    wide = not any("{kind" in row for row in patterns)
    kinds = saying.kinds if wide else kind
    things = [thing for thing in scene.of_kind(kinds) if (saying.verb, saying.role) in scene.able[thing.id]]
    if not things or not patterns:
        return None
    drawn = _drawn(scene, saying, scene.rng.choice(things))
    if drawn is None:
        return None
    fit = [thing for thing in things if _does(scene, saying, thing, drawn)]
    words = _kind_words(scene, kind)
    if any(scene._words[part] > len(fit) for word in words.values() for part in [word.split()[-1].removesuffix("s")]):
        return None
    if len(fit) == 1:
        return _clause(scene, saying, patterns, words, scene.target(fit), drawn)
    if not fit or scene.rng.random() < 0.5:
        return None
    return Clause(scene.speaker.say(patterns, {**words, **drawn[2]}), steps_of(which(scene, fit)))


def _to_a_group(scene: Scene, saying: Saying, kind: str, scope: str) -> Clause | None:
    """Of all of a kind in a room, on a floor or in the home."""
    rng = scene.rng
    things = scene.of_kind(kind)
    thing = rng.choice(things)
    text, words = f"every {clean(kind)}", _kind_words(scene, kind)
    if scope == "rooms":
        if not thing.area:
            return None
        things = [other for other in things if other.area == thing.area]
        text, words["area"] = f"{text} in {scene.area_word(thing.area)}", clean(thing.area)
        wider = scene.of_kind(saying.kinds, thing.area)
        if not saying.couples and len(wider) > 1:
            return None
    elif scope == "floors":
        floor = clean(thing.floor or "")
        if floor not in scene.names.floors or len(scene.names.floors) < 2:
            return None
        things = [other for other in things if other.floor == thing.floor]
        text, words["floor"] = f"{text} on {floor}", floor
    drawn = _drawn(scene, saying, thing)
    if drawn is None:
        return None
    fit = [other for other in things if _does(scene, saying, other, drawn)]
    target = _together(scene, text, things, fit)
    if target is None:
        return None
    clause = _clause(scene, saying, getattr(saying, scope), words, target, drawn)
    if scope == "floors" and words["floor"].endswith("stairs"):
        said = clause.said.replace(f"on the {words['floor']}", words["floor"]).replace(
            "the " + words["floor"], words["floor"]
        )
        return Clause(said.replace(f"on {words['floor']}", words["floor"]), clause.steps)
    return clause


def _together(scene: Scene, text: str, things: Sequence[Thing], fit: Sequence[Thing]) -> Target | None:
    """Return the group where all of it can do what is asked, else the things that can."""
    if not fit:
        return None
    if len(things) > 1 and len(fit) == len(things):
        found = scene._read("", text)
        if found and set(found[1].things) == {thing.id for thing in things}:
            return found[1]
    return scene.target(fit) if len(fit) <= _LISTED else None


def _missed(scene: Scene, saying: Saying, scope: str) -> Clause | None:
    """Ask for what the home has none of."""
    rng = scene.rng
    kind = rng.choice(saying.kinds.split(","))
    words = _kind_words(scene, kind)
    if any(scene._words[part.removesuffix("s")] for word in words.values() for part in word.split()):
        return None
    noun = saying.noun
    for name, word in words.items():
        noun = noun.replace("{" + name + "}", word)
    if scope == "rooms":
        if not scene.home.areas:
            return None
        words["area"] = clean(rng.choice(sorted(scene.home.areas)))
        noun = f"{words['area']} {noun}"
    elif scope == "floors":
        return None
    drawn = _drawn(scene, saying, None)
    if drawn is None:
        return None
    said = scene.speaker.say(getattr(saying, scope), {**words, **drawn[2]})
    return Clause(said, steps_of(Refuse("absent device", noun)))


def _clause(
    scene: Scene, saying: Saying, patterns: Sequence[str], words: dict[str, str], target: Target, drawn: Drawn
) -> Clause:
    value, unit, said = drawn
    sentence = scene.speaker.say(patterns, {**words, **said})
    return Clause(sentence, steps_of(Do(saying.verb, target, saying.role, value, unit)))


def _does(scene: Scene, saying: Saying, thing: Thing, drawn: Drawn) -> bool:
    value, unit, _ = drawn
    if (saying.verb, saying.role) not in scene.able[thing.id]:
        return False
    return saying.verb == "play" or scene.can(thing, saying.verb, saying.role, value, unit)


def _family(kind: str, saying: Saying) -> str:
    """The kind that is spoken of: all lights are lights, but a blind is no curtain."""
    kinds = saying.kinds.split(",")
    return kinds[0] if len(kinds) == 1 else next((own for own in kinds if is_a(kind, own)), kind)


def _kind_words(scene: Scene, kind: str) -> dict[str, str]:
    one, many = KIND_WORDS.get(kind, ((kind,), (f"{kind}s",)))
    return {"kind": scene.rng.choice(one[:2]), "kinds": scene.rng.choice(many[:1])}


# How much


def _drawn(scene: Scene, saying: Saying, thing: Thing | None) -> Drawn | None:
    """Return a value, its unit and the words for it, None where the thing takes none of this sort."""
    rng = scene.rng
    feature = scene.able[thing.id].get((saying.verb, saying.role)) if thing else None
    if thing and feature is None:
        return None
    if not saying.draw:
        return saying.value, saying.unit, {}
    if saying.draw in ("percent", "by"):
        return _percent(saying, feature, rng)
    if saying.draw in ("degrees", "step", "oven"):
        return _degrees(saying.draw, feature, rng)
    if saying.draw == "music":
        tune = rng.choice(everyday_words.MUSIC)
        return tune, None, {"v": tune}
    if saying.draw == "channel":
        number = rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 24, 31, 45, 101))
        return number, None, {"n": str(number)}
    if saying.draw == "color":
        choices = [clean(str(choice)) for choice in feature.choices] if feature else []
        color = rng.choice(choices or command_words.COLORS)
        return color, None, {"v": color}
    choices = [clean(str(choice)) for choice in feature.choices] if feature else ["hdmi 1", "bluetooth", "aux"]
    word = rng.choice(choices) if choices else ""
    return (word, None, {"v": word}) if word else None


def _percent(saying: Saying, feature: Feature | None, rng: random.Random) -> Drawn:
    unit = "%" if feature is None or feature.unit == "%" or saying.draw == "by" else None
    if saying.draw == "percent" and rng.random() < 0.18:
        word, number = rng.choice(everyday_words.PERCENT)
        return number, unit, {"p": word}
    number = rng.choice((5, 10, 10, 15, 20, 20, 25, 30)) if saying.draw == "by" else rng.choice(range(5, 101, 5))
    if saying.draw == "percent" and rng.random() < 0.12:
        number = rng.randrange(1, 100)
    return number, unit, {"p": rng.choice((f"{number} percent", f"{number}%", f"{number} %", f"{number} percent"))}


def _degrees(draw: str, feature: Feature | None, rng: random.Random) -> Drawn | None:
    names = everyday_words.NUMBERS
    if draw == "step":
        number: float = rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 5))
        word = names[int(number)] if rng.random() < 0.5 else str(number)
        if number <= 2 and rng.random() < 0.25:
            word = "a couple of" if number == 2 else "a"
        return number, None, {"d": f"{word} degree{'s' if number != 1 else ''}"}
    if draw == "oven":
        number = rng.choice(range(100, 251, 10))
    elif feature is not None and (feature.unit or "").upper().startswith("F"):
        number = rng.choice(range(62, 79))
    else:
        number = rng.choice((16, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22, 22, 23, 24, 25, 19.5, 20.5, 21.5))
    low, high = (feature.low, feature.high) if feature else (None, None)
    if (low is not None and number < low) or (high is not None and number > high):
        return None
    plain = f"{number:g}"
    word = names.get(int(number), plain) if number == int(number) and rng.random() < 0.2 else plain
    said = word + rng.choice((" degrees", " degrees", "", "°" if word == plain else " degrees"))
    return int(number) if number == int(number) else number, None, {"d": said}
