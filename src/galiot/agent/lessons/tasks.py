"""Tasks of several steps that depend on each other, and what the user wants to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from galiot.agent.features import features_of
from galiot.agent.lessons import timed_words
from galiot.agent.lessons.clause import Clause
from galiot.agent.lessons.clock import duration_said, time_said
from galiot.agent.lessons.commands import make_again, make_command
from galiot.agent.lessons.conditions import make_condition, measured
from galiot.agent.lessons.scene import Scene
from galiot.agent.plan import After, At, Guard, If, Operand, Read, Say, Step, When


def make_reading(scene: Scene) -> Clause | None:
    """Tell me the temperature of ..."""
    found = [
        (thing, role)
        for thing in scene.things
        for role, feature in features_of(thing).items()
        if feature.shape == "number" and feature.read is not None
    ]
    if not found:
        return None
    thing, role = scene.rng.choice(found)
    called = {"target temperature": "set temperature"}.get(role, role)
    said = scene.speaker.say(
        (
            "(tell|give) me the {role} of {it}",
            "report the {role} (at|of) {it}",
            "read [out] the {role} of {it}",
            "check the {role} of {it}",
            "say the {role} of {it}",
        ),
        {"role": called, "it": scene.mention(thing)},
    )
    return Clause(said, (Step(Read(role, scene.target([thing]))),))


def make_task(scene: Scene, now: datetime) -> Clause | None:
    """Read, compare, act, wait, act, report: two to five steps."""
    rng = scene.rng
    said: list[str] = []
    steps: list[Step] = []
    clause: Clause | None = None
    sensors = [
        (thing, role, feature)
        for thing in scene.things
        for role, feature in features_of(thing).items()
        if feature.shape == "number" and feature.read is not None and not feature.commandable
    ]
    if sensors and rng.random() < 0.65:
        thing, role, feature = rng.choice(sensors)
        said.append(scene.speaker.say(timed_words.READ, {"role": role, "it": scene.mention(thing)}))
        steps.append(Step(Read(role, scene.target([thing]))))
        clause = make_command(scene, one=0.9)
        if clause:
            _, comparison, words = measured(Operand(thing.id, role), feature, rng)
            over = comparison.relation in ("above", "at least")
            comparison = replace(comparison, relation="above" if over else "below")
            phrase = rng.choice(
                (
                    "if it is {m} than {v}, {s}",
                    "if it's {o} {v}, {s}",
                    "if it is {o} {v} {s}",
                    "{s} if it's {o} {v}",
                    "in case it is {o} {v}, {s}",
                    "should it be {o} {v}, {s}",
                )
            )
            phrase = phrase.replace("{m}", "more" if over else "less").replace(
                "{o}", rng.choice(("above", "over") if over else ("below", "under"))
            )
            said.append(phrase.replace("{v}", words["v"]).replace("{s}", clause.said))
            steps += [replace(step, guards=(If((comparison,)), *step.guards)) for step in clause.steps]
            if rng.random() < 0.35 and (other := make_command(scene, one=0.95)):
                said.append(
                    rng.choice(("otherwise {s}", "if not, {s}", "else {s}", "or else {s}")).replace("{s}", other.said)
                )
                steps += [replace(step, guards=(If((comparison,), negated=True), *step.guards)) for step in other.steps]
    before: Clause | None = clause if steps and clause else None
    for _ in range(rng.randint(1, 2)):
        clause = make_again(scene, before) if before and rng.random() < 0.45 else None
        clause = clause or make_command(scene, one=0.9)
        if clause is None:
            continue
        before, draw = clause, rng.random()
        if draw < 0.35 and (found := make_condition(scene)):
            said.append(
                scene.speaker.say(
                    (
                        "wait (until|till) {c}, then {s}",
                        "when {c}, {s}",
                        "once {c}, {s}",
                        "as soon as {c} {s}",
                        "wait for the moment when {c} and {s}",
                    ),
                    {"c": found[0], "s": clause.said},
                )
            )
            first = (After(0, then=True),) if has_waits(steps) else ()
            steps += [replace(step, guards=(*first, When((found[1],)), *step.guards)) for step in clause.steps]
        elif draw < 0.65:
            long, seconds = duration_said(rng, longest=3600)
            said.append(
                scene.speaker.say(
                    (
                        "wait {d} and {s}",
                        "then after {d} {s}",
                        "{d} later {s}",
                        "wait {d}, then {s}",
                        "after another {d} {s}",
                    ),
                    {"d": long, "s": clause.said},
                )
            )
            steps += [replace(step, guards=(After(seconds, then=True), *step.guards)) for step in clause.steps]
        else:
            said.append(clause.said)
            waits = has_waits(steps)
            steps += [
                replace(step, guards=(After(0, then=True), *step.guards)) if waits else step for step in clause.steps
            ]
    draw = rng.random()
    if draw < 0.15 and (reading := make_reading(scene)):
        said.append(f"{reading.said}{rng.choice(('', ' afterwards', ' at the end', ' again'))}")
        waits = has_waits(steps)
        steps += [replace(step, guards=(After(0, then=True),)) if waits else step for step in reading.steps]
    elif draw < 0.55:
        said.append(scene.speaker.say(timed_words.REPORT))
        waits = has_waits(steps)
        steps.append(Step(Say(""), (After(0, then=True),) if waits else ()))
    if len(steps) < 2 or len(steps) > 6:
        return None
    text = said[0]
    for number, part in enumerate(said[1:], 2):
        text += (
            rng.choice((" and ", ", then ", ", and ", ". ", " and then "))
            if number == len(said)
            else rng.choice((", ", ", then ", ". ", " and then "))
        ) + part
    return Clause(text, tuple(steps))


def has_waits(steps: Sequence[Step]) -> bool:
    """Whether the last step waits, so that what follows it has to say that it does."""
    return bool(steps) and any(isinstance(guard, (When, After)) for guard in steps[-1].guards)


def make_report(scene: Scene) -> Clause:
    """Tell me when it's done: what is left of a task when the rest of it is understood."""
    return Clause(scene.speaker.say(timed_words.REPORT), (Step(Say("")),), imperative=False)


def make_notice(scene: Scene, now: datetime) -> Clause | None:
    """Tell me when ...; remind me to ... at ..."""
    rng = scene.rng
    if rng.random() < 0.5:
        found = make_condition(scene)
        if not found or '"' in found[0]:
            return None
        return Clause(
            scene.speaker.say(timed_words.NOTICES, {"c": found[0]}), (Step(Say(found[0]), (When((found[1],)),)),)
        )
    chore = rng.choice(timed_words.CHORES)
    if rng.random() < 0.5:
        said, time = time_said(rng)
        guard: Guard = At(time)
        if rng.random() < 0.25 and "tonight" not in said:
            said, guard = scene.speaker.say(timed_words.EVERY_DAY, {"t": said}), At(time, (), repeat=True)
    else:
        words, seconds = duration_said(rng)
        said, guard = f"in {words}", After(seconds)
    return Clause(scene.speaker.say(timed_words.REMIND, {"x": chore, "t": said}), (Step(Say(chore), (guard,)),))
