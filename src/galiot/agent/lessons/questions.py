"""Questions about the state, the past, averages, documents; timers, lists and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from galiot.agent.features import Feature, features_of
from galiot.agent.lessons import question_words
from galiot.agent.lessons.clause import Clause, steps_of
from galiot.agent.lessons.clock import duration_said, time_said
from galiot.agent.lessons.conditions import clear_wordings
from galiot.agent.lessons.requests import KIND_WORDS
from galiot.agent.lessons.scene import Scene
from galiot.agent.lessons.timed import make_timed
from galiot.agent.lessons.timed_words import CHORES, NUMERIC
from galiot.agent.names import clean
from galiot.agent.plan import Cancel, Do, Find, Item, Plan, Read, Step, Timer
from galiot.agent.text import render
from galiot.agent.thing import Thing


def make_question(scene: Scene) -> Clause | None:
    """Ask for a state, for history or an average, or whether something holds."""
    rng = scene.rng
    things = [thing for thing in scene.things if features_of(thing)]
    if not things:
        return None
    thing = rng.choice(things)
    readable = {role: feature for role, feature in features_of(thing).items() if feature.read is not None}
    if not readable:
        return None
    role, feature = rng.choice(list(readable.items()))
    if role == "temperature" and "target temperature" in readable and rng.random() < 0.3:
        role, feature = "target temperature", readable["target temperature"]
    draw = rng.random()
    if feature.shape == "number" and draw < 0.45:
        return _of_past(scene, thing, role)
    if feature.shape == "number" and draw < 0.55:
        return _compared(scene, thing, role, feature)
    if role in question_words.STATE_WORDS and draw < 0.5:
        return _of_state(scene, thing, role)
    return Clause(
        scene.speaker.say(
            question_words.NOW.get(role, question_words.ANY_NOW), {"it": scene.mention(thing), "role": role}
        ),
        steps_of(Read(role, scene.target([thing]))),
        imperative=False,
    )


def make_room_question(scene: Scene) -> Clause | None:
    """Ask what it is like in a room, or about all of a kind."""
    rng = scene.rng
    if rng.random() < 0.35:
        return _of_all(scene)
    found: dict[tuple[str, str], list[Thing]] = {}
    for thing in scene.things:
        for role, feature in features_of(thing).items():
            if thing.area and role in question_words.ROOM and feature.read is not None:
                found.setdefault((role, thing.area), []).append(thing)
    options = [(key, things[0]) for key, things in found.items() if len(things) == 1]
    if not options:
        return None
    (role, area), thing = rng.choice(options)
    where = rng.choice(("in the {}", "in the {}", "in {}", "in my {}")).format(clean(area))
    if role in ("temperature", "humidity") and rng.random() < 0.4:
        how = rng.choice(list(question_words.ROOM_PAST))
        said, span = rng.choice(question_words.SPANS)
        patterns = [
            pattern for pattern in question_words.ROOM_PAST[how] if role == "temperature" or "{role}" in pattern
        ]
        return Clause(
            scene.speaker.say(patterns, {"in": where, "role": role, "span": said}),
            steps_of(Read(role, scene.target([thing]), how, span)),
            imperative=False,
        )
    return Clause(
        scene.speaker.say(question_words.ROOM[role], {"in": where}),
        steps_of(Read(role, scene.target([thing]))),
        imperative=False,
    )


def _of_all(scene: Scene) -> Clause | None:
    kinds = [kind for kind in question_words.OF_ALL if len(scene.of_kind(kind)) > 1]
    if not kinds:
        return None
    kind = scene.rng.choice(kinds)
    role, patterns = question_words.OF_ALL[kind]
    area = scene.rng.choice([thing.area for thing in scene.of_kind(kind)]) if scene.rng.random() < 0.35 else None
    text = f"every {kind}" + (f" in {scene.area_word(area)}" if area else "")
    found = scene._read("", text)
    if not found or any(
        (feature := scene.feature(scene.home.by_id[id], role)) is None or feature.read is None or not scene.kinds[id]
        for id in found[1].things
    ):
        return None
    one, many = KIND_WORDS.get(kind, ((kind,), (f"{kind}s",)))
    said = scene.speaker.say(patterns, {"kind": one[0], "kinds": many[0]})
    return Clause(f"{said} in the {clean(area)}" if area else said, steps_of(Read(role, found[1])), imperative=False)


def _of_past(scene: Scene, thing: Thing, role: str) -> Clause:
    rng = scene.rng
    how = rng.choice(("average", "average", "lowest", "highest", "change"))
    (said, span), adjectives = rng.choice(question_words.SPANS), question_words.ADJECTIVE.get(role)
    patterns = [pattern for pattern in question_words.HOW[how] if adjectives or "{adj}" not in pattern]
    if how == "average" and "{adj}" in "".join(patterns) and not adjectives:
        patterns = [pattern for pattern in patterns if "{adj}" not in pattern]
    words = {"role": role, "it": scene.mention(thing), "span": said, "adj": rng.choice(adjectives or ("",))}
    if rng.random() < 0.12:
        span, words["span"] = "", ""
    return Clause(
        scene.speaker.say(patterns, words), steps_of(Read(role, scene.target([thing]), how, span)), imperative=False
    )


def _compared(scene: Scene, thing: Thing, role: str, feature: Feature) -> Clause:
    rng = scene.rng
    low, high, grain = NUMERIC.get(role, (10, 90, 5))
    value, above = rng.randrange(low, high + 1, grain), rng.random() < 0.5
    words = {
        "role": role,
        "it": scene.mention(thing),
        "v": str(value),
        "rel": rng.choice(
            ("above", "over", "higher than", "more than") if above else ("below", "under", "lower than", "less than")
        ),
        "rel2": "more than" if above else "less than",
    }
    act = Read(role, scene.target([thing]), relation="above" if above else "below", value=value)
    return Clause(
        scene.speaker.say(
            clear_wordings(
                role, feature, [pattern.replace("(the {role}|it)", "the {role}") for pattern in question_words.COMPARE]
            ),
            words,
        ),
        steps_of(act),
        imperative=False,
    )


def _of_state(scene: Scene, thing: Thing, role: str) -> Clause:
    rng = scene.rng
    how = rng.choice(list(question_words.STATE_HOW))
    (word, value), (said, span) = rng.choice(question_words.STATE_WORDS[role]), rng.choice(question_words.SPANS)
    words = {"it": scene.mention(thing), "w": word, "span": said}
    span = "" if how == "last" else span
    given = {"on": True, "off": False}.get(value, value)
    act = Read(role, scene.target([thing]), how, span, "is", given)
    return Clause(scene.speaker.say(question_words.STATE_HOW[how]["*"], words), steps_of(act), imperative=False)


def make_lookup(scene: Scene) -> Clause:
    """Ask the documents."""
    if scene.rng.random() < 0.6:
        what = scene.speaker.say(question_words.MANUALS)
        return Clause(
            scene.speaker.say(question_words.FIND_HOW, {"x": what}),
            steps_of(Find(f"how to {what}" if False else what)),
            imperative=False,
        )
    what = scene.speaker.say(question_words.FACTS)
    return Clause(scene.speaker.say(question_words.FIND_WHAT, {"x": what}), steps_of(Find(what)), imperative=False)


def make_timer(scene: Scene) -> Clause:
    """Kitchen timers."""
    rng = scene.rng
    said, seconds = duration_said(rng)
    name = rng.choice(question_words.DISHES) if rng.random() < 0.5 else ""
    if rng.random() < 0.55:
        patterns: Sequence[str] = question_words.TIMER_NAMED if name else question_words.TIMER_START
        short = said.replace("minutes", "minute") if rng.random() < 0.3 else said
        return Clause(scene.speaker.say(patterns, {"d": short, "x": name}), steps_of(Timer("start", seconds, name)))
    do, patterns = rng.choice(list(question_words.TIMER_OTHER.items()))
    words = {"d": said, "x": f"{name} " if name else ""}
    return Clause(
        scene.speaker.say(patterns, words), steps_of(Timer(do, seconds if do in ("add", "remove") else 0, name))
    )


def make_item(scene: Scene) -> Clause:
    """Shopping and other lists."""
    rng = scene.rng
    item, name = rng.choice(question_words.GOODS), rng.choice(question_words.LIST_NAMES)
    if name == "todo":
        item = rng.choice(CHORES)
    if rng.random() < 0.6:
        if name == "shopping" and rng.random() < 0.5:
            return Clause(
                scene.speaker.say(question_words.ADD_SHOPPING, {"x": item}),
                steps_of(Item("add", item, "shopping")),
                imperative=False,
            )
        return Clause(scene.speaker.say(question_words.ADD, {"x": item, "l": name}), steps_of(Item("add", item, name)))
    do, patterns = rng.choice(list(question_words.LIST_OTHER.items()))
    return Clause(
        scene.speaker.say(patterns, {"x": item, "l": name}), steps_of(Item(do, "" if do == "show" else item, name))
    )


def make_change(scene: Scene, now: datetime) -> tuple[Clause, tuple[str, ...]] | None:
    """Cancel or change what waits; returns the clause and the texts of the plans that wait."""
    rng = scene.rng
    waiting: list[tuple[Clause, str]] = []
    for _ in range(12):
        clause = make_timed(scene, now)
        if clause and len(clause.steps) == 1 and isinstance(clause.steps[0].act, Do) and clause.steps[0].guards:
            waiting.append((clause, render(Plan(clause.steps), scene.home)))
        if len(waiting) == rng.choice((1, 1, 2, 3)):
            break
    draw = rng.random()
    texts = tuple(text for _, text in waiting)
    if draw < 0.15 or not waiting:
        return Clause(scene.speaker.say(question_words.FORGET), steps_of(Cancel("")), imperative=False), texts
    if draw < 0.25:
        return Clause(scene.speaker.say(question_words.FORGET_ALL), steps_of(Cancel("all")), imperative=False), texts
    clause, _ = rng.choice(waiting)
    act = clause.steps[0].act
    assert isinstance(act, Do)
    if len(act.target.things) != 1:
        return None
    name = clean(scene.label(scene.home.by_id[act.target.things[0]]))
    if draw < 0.6:
        return Clause(scene.speaker.say(question_words.FORGET_ONE, {"x": name}), steps_of(Cancel(name))), texts
    from galiot.agent.plan import At

    if not isinstance(clause.steps[0].guards[0], At):
        return None
    said, time = time_said(rng)
    guard = clause.steps[0].guards[0]
    patterns = [pattern for pattern in question_words.CHANGE if "{x}" in pattern or len(waiting) == 1]
    new = Step(act, (At(time, guard.days, guard.repeat), *clause.steps[0].guards[1:]))
    words = {"t": said.removeprefix("at ") if rng.random() < 0.5 else said, "x": name}
    return Clause(scene.speaker.say(patterns, words), (Step(Cancel(name)), new), imperative=False), texts
