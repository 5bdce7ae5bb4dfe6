"""What cannot be done (absent devices and attributes, values out of range, other topics), or is not wanted or clear."""

from __future__ import annotations

from collections.abc import Sequence

from galiot.agent.features import features_of
from galiot.agent.lessons import refusal_words, requests
from galiot.agent.lessons.clause import Clause, steps_of, which
from galiot.agent.lessons.commands import is_scale, make_command
from galiot.agent.lessons.devices import ADJECTIVES, KINDS, MACHINES, ROOMS
from galiot.agent.lessons.scene import Scene
from galiot.agent.lessons.timed_words import CHORES
from galiot.agent.names import clean
from galiot.agent.plan import Ask, Do, Refuse
from galiot.agent.thing import Thing

_LIKELY = 0.75
"""Share of what things lack that people expect of their kind."""


def make_absent(scene: Scene) -> Clause | None:
    """Ask something of a device that is not there."""
    rng = scene.rng
    name, verbs = rng.choice(refusal_words.ASKED)
    noun = rng.choice([word.strip() for word in KINDS[name].nouns.split(",")][:8])
    if rng.random() < 0.15:
        noun, verbs = rng.choice(MACHINES.split(",")), ("turn on", "turn off")
    if rng.random() < 0.25:
        noun = f"{rng.choice(ADJECTIVES.split(','))} {noun}"
    known = scene._words
    head = noun.split()[-1]
    place = ""
    if _known(known, head) or (scene.of_kind(refusal_words.KIND.get(name, name))):
        place = _strange_room(scene)
        if not place:
            return None
    elif rng.random() < 0.3:
        areas = [clean(area) for area in scene.home.areas]
        place = rng.choice(areas) if areas and rng.random() < 0.6 else _strange_room(scene)
    called = noun if not place else rng.choice((f"{place} {noun}", f"{noun} in the {place}", f"{noun} in {place}"))
    verb = rng.choice(verbs)
    first, _, role = verb.partition(" ")
    key = (first, role) if (first, role) in requests.COMMANDS else (verb, refusal_words.ABOUT.get((name, verb), ""))
    if key not in requests.COMMANDS:
        key = next(key for key in requests.COMMANDS if key[0] == verb)
    article = rng.choice(("the ", "the ", "the ", "my ", "our ", ""))
    said = scene.speaker.say(
        requests.COMMANDS[key], {"it": article + called, "v": str(rng.choice((19, 20, 21, 22, 23)))}
    )
    return Clause(said, steps_of(Refuse("absent device", called)))


def _known(words: object, word: str) -> bool:
    from galiot.agent.lessons.scene import _plain

    return bool(words[_plain(word)])  # type: ignore[index]


def _strange_room(scene: Scene) -> str:
    """A room that the home has not."""
    rooms = [room for place in ("in", "wet", "yard", "garage") for room in ROOMS[place].split(",")]
    here = {word for area in scene.home.areas for word in clean(area).split()}
    free = [
        room
        for room in rooms
        if not set(room.split()) & here and not any(_known(scene._words, word) for word in room.split())
    ]
    return scene.rng.choice(free) if free else ""


def make_lacking(scene: Scene) -> Clause | None:
    """Ask something of a thing that it cannot do."""
    rng = scene.rng
    thing = rng.choice(list(scene.things))
    likely = refusal_words.LIKELY.get(scene.kinds[thing.id]) if rng.random() < _LIKELY else None
    role = rng.choice(likely or list(refusal_words.ABSENT_ROLE))
    if any(same in features_of(thing) for same in refusal_words.SAME.get(role, (role,))):
        return None
    said = scene.speaker.say(
        refusal_words.ABSENT_ROLE[role], {"it": scene.mention(thing), "v": str(rng.choice((10, 20, 22, 40, 50, 70)))}
    )
    return Clause(said, steps_of(Refuse("absent attribute", "")))


def make_excessive(scene: Scene) -> Clause | None:
    """Ask for a value that is out of range: the plan says it as it was said, the validator knows the range."""
    rng = scene.rng
    options = [
        (thing, role, feature)
        for thing in scene.things
        for (verb, role), feature in scene.able[thing.id].items()
        if verb == "set" and role and feature.shape in ("percent", "number") and feature.high is not None
    ]
    if not options:
        return None
    thing, role, feature = rng.choice(options)
    percent = role in ("brightness", "position", "volume")
    top = 100 if percent else feature.high or 100
    value = (
        int(top * rng.choice((1.2, 1.5, 2, 3, 5)) + rng.randrange(1, 10))
        if rng.random() < 0.8 or (feature.low or 0) <= 0
        else int((feature.low or 0) - rng.randrange(1, 15))
    )
    called = {"target temperature": "temperature", "target humidity": "humidity"}.get(role, role)
    table: Sequence[str] = requests.COMMANDS.get(("set", called), requests.ANY_SET)
    unit = "%" if feature.unit == "%" else None
    if is_scale(feature):
        table, unit, value = requests.ON_STEP, None, int(feature.high or 1) + rng.randrange(2, 20)
    said = scene.speaker.say(table, {"it": scene.mention(thing), "v": str(value), "role": role})
    return Clause(said, steps_of(Do("set", scene.target([thing]), role, value, unit)))


def make_off_topic(scene: Scene) -> Clause:
    """Ask for what is no matter of the home."""
    return Clause(scene.speaker.say(refusal_words.OFF_TOPIC), steps_of(Refuse("off-topic")), imperative=False)


def make_negated(scene: Scene) -> Clause | None:
    """Say what is not to be done."""
    if scene.rng.random() < 0.2:
        thing = scene.rng.choice(list(scene.things))
        return Clause(
            scene.speaker.say(refusal_words.LEAVE, {"it": scene.mention(thing)}),
            steps_of(Refuse("negated")),
            imperative=False,
        )
    command = make_command(scene, one=0.9)
    starts = (
        "turn",
        "switch",
        "open",
        "close",
        "lock",
        "unlock",
        "set",
        "put",
        "dim",
        "start",
        "play",
        "shut",
        "mute",
        "raise",
        "lower",
        "activate",
        "run",
        "stop",
        "pause",
        "send",
        "arm",
        "disarm",
        "make",
        "brighten",
        "deactivate",
    )
    if command is None or not command.said.startswith(starts):
        return None
    return Clause(
        scene.speaker.say(refusal_words.NEGATED, {"s": command.said}), steps_of(Refuse("negated")), imperative=False
    )


def make_unclear(scene: Scene) -> Clause | None:
    """Say too little, or two things at once."""
    if scene.rng.random() < 0.25:
        things = scene.pick("turn on", None)
        if not things:
            return None
        return Clause(
            scene.speaker.say(refusal_words.CONTRADICT, {"it": scene.mention(scene.rng.choice(things))}),
            steps_of(Refuse("contradiction")),
            imperative=False,
        )
    return Clause(scene.speaker.say(refusal_words.UNCLEAR), steps_of(Refuse("unclear")), imperative=False)


def make_incomplete(scene: Scene) -> Clause | None:
    """Leave out the value, the device, the time."""
    draw, rng = scene.rng.random(), scene.rng
    if draw < 0.4:
        roles = ("brightness", "target temperature", "volume", "color", "fan speed", "position")
        options = [
            (thing, role)
            for thing in scene.things
            for verb, role in scene.able[thing.id]
            if verb == "set" and role in roles
        ]
        if not options:
            return None
        thing, role = rng.choice(options)
        called = {"target temperature": "temperature"}.get(role or "", role or "")
        question = "what" if role == "color" else "how much"
        return Clause(
            scene.speaker.say(refusal_words.HOW_MUCH, {"it": scene.mention(thing), "role": called}),
            steps_of(Ask(question)),
        )
    if draw < 0.65:
        return Clause(scene.speaker.say(refusal_words.WHICH), steps_of(Ask("which"))) if len(scene.things) > 1 else None
    if draw < 0.85:
        return Clause(
            scene.speaker.say(refusal_words.WHEN, {"x": rng.choice(CHORES)}), steps_of(Ask("when")), imperative=False
        )
    return Clause(scene.speaker.say(refusal_words.HOW_LONG), steps_of(Ask("how long")))


def make_ambiguous(scene: Scene) -> Clause | None:
    """Name a kind of which there are several."""
    rng = scene.rng
    verbs = rng.choice(
        (
            ("turn on", "turn off"),
            ("open", "close"),
            ("lock", "unlock"),
            ("start",),
            ("play", "pause"),
            ("turn on", "turn off"),
            ("set", "raise", "lower"),
        )
    )
    verb = rng.choice(verbs)
    role = (
        rng.choice(("brightness", "target temperature", "volume", "position"))
        if verb in ("set", "raise", "lower")
        else None
    )
    value, unit = (50, "%") if verb == "set" and role != "target temperature" else (21 if verb == "set" else None, None)
    things = [thing for thing in scene.pick(verb, role, value, unit) if scene.kinds[thing.id] in requests.KIND_WORDS]
    by_kind: dict[tuple[str, str | None], list[Thing]] = {}
    for thing in things:
        by_kind.setdefault((scene.kinds[thing.id], None), []).append(thing)
        by_kind.setdefault((scene.kinds[thing.id], thing.area), []).append(thing)
    options = [(key, found) for key, found in by_kind.items() if 1 < len(found) <= 5]
    if not options:
        return None
    (kind, area), found = rng.choice(options)
    word = requests.KIND_WORDS[kind][0][0]
    exact = [
        thing
        for thing in scene.things
        if clean(thing.title) in (word, f"{clean(area or '')} {word}") and (area is None or thing.area == area)
    ]
    wider = [thing for thing in scene.of_kind(kind) if area is None or thing.area == area]
    if (
        exact
        or len(wider) != len(found)
        or (
            area is None
            and any(
                set(word.split()) <= set(clean(thing.title).split()) for thing in scene.things if thing not in found
            )
        )
    ):
        return None
    said = (
        f"the {word}" if area is None else rng.choice((f"the {word} in the {clean(area)}", f"the {clean(area)} {word}"))
    )
    called = {"target temperature": "temperature"}.get(role or "", role)
    about = called or scene.able[found[0].id][verb, role].role
    table: Sequence[str] = requests.COMMANDS.get((verb, about), ())
    if not table:
        return None
    sentence = scene.speaker.say(table, {"it": said, "v": str(value or "")})
    return Clause(sentence, steps_of(which(scene, found)))
