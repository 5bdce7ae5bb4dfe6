"""Commands with times and conditions in front of them or behind."""

from __future__ import annotations

from datetime import datetime, timedelta

from galiot.agent.lessons import timed_words
from galiot.agent.lessons.clause import Clause
from galiot.agent.lessons.clock import DAY_NAMES, DAYS, duration_said, time_said
from galiot.agent.lessons.commands import make_command, make_compound, with_guards
from galiot.agent.lessons.conditions import make_condition
from galiot.agent.lessons.scene import Scene
from galiot.agent.lessons.tasks import make_reading
from galiot.agent.plan import After, At, Comparison, Do, Every, For, Guard, If, Step, Until, When

_FRONT = ("{g}, {s}", "{g} {s}", "{s} {g}", "{s} {g}", "{s}, {g}")


_IN = ("in {d}", "in {d} from now", "{d} from now", "after {d}")


def make_timed(scene: Scene, now: datetime) -> Clause | None:
    """Return a command with a time or a condition."""
    rng = scene.rng
    draw = rng.random()
    clause = (
        make_reading(scene)
        if draw < 0.1
        else make_compound(scene, parts=2)
        if draw < 0.16
        else make_command(scene, one=0.85)
    )
    if clause is None:
        return None
    kinds = (
        _at,
        _at,
        _at_days,
        _every_day,
        _after,
        _for,
        _until,
        _when,
        _when,
        _whenever,
        _if,
        _if,
        _unless,
        _at_unless,
        _regular_for,
        _every,
        _tomorrow,
        _then_back,
        _then_back,
        _day_after,
    )
    made = rng.choice(kinds)(scene, clause, now)
    return made


def _at(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    said, time = time_said(scene.rng)
    return _framed(scene, clause, said, At(time))


def _at_days(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    rng = scene.rng
    said, time = time_said(rng)
    if "tonight" in said:
        return None
    kind = rng.random()
    if kind < 0.4:
        day = rng.choice(DAYS)
        return _framed(
            scene,
            clause,
            rng.choice((f"on {DAY_NAMES[day]} {said}", f"{said} on {DAY_NAMES[day]}")),
            At(time, (day,)),
        )
    if kind < 0.6:
        return _framed(
            scene,
            clause,
            rng.choice(
                (f"on weekdays {said}", f"every weekday {said}", f"monday to friday {said}", f"{said} on workdays")
            ),
            At(time, DAYS[:5], repeat=True),
        )
    if kind < 0.75:
        return _framed(
            scene,
            clause,
            rng.choice((f"on weekends {said}", f"every weekend {said}", f"{said} on saturdays and sundays")),
            At(time, DAYS[5:], repeat=True),
        )
    days = tuple(sorted(rng.sample(DAYS, k=rng.choice((1, 1, 2))), key=DAYS.index))
    names = " and ".join(f"{DAY_NAMES[day]}" for day in days)
    plural = " and ".join(f"{DAY_NAMES[day]}s" for day in days)
    return _framed(
        scene,
        clause,
        rng.choice((f"every {names} {said}", f"on {plural} {said}", f"{said} every {names}", f"each {names} {said}")),
        At(time, days, repeat=True),
    )


def _tomorrow(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    said, time = time_said(scene.rng)
    if "tonight" in said or "night" in said:
        return None
    day = (now + timedelta(days=1)).weekday()
    words = (
        said.replace("in the ", "") if said.endswith(("in the morning", "in the evening", "in the afternoon")) else said
    )
    where = (
        scene.rng.choice((f"tomorrow {said}", f"{said} tomorrow"))
        if words == said
        else f"tomorrow {words.split()[-1]} {' '.join(words.split()[:-1])}"
    )
    return _framed(scene, clause, where, At(time, (DAYS[day],)))


def _every_day(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    rng = scene.rng
    said, time = time_said(rng)
    if "tonight" in said:
        return None
    for part in ("morning", "evening", "afternoon"):
        if said.endswith(f"in the {part}") and rng.random() < 0.6:
            return _framed(
                scene, clause, f"every {part} {said.removesuffix(f'in the {part}').strip()}", At(time, (), repeat=True)
            )
    return _framed(scene, clause, scene.speaker.say(timed_words.EVERY_DAY, {"t": said}), At(time, (), repeat=True))


def _after(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    said, seconds = duration_said(scene.rng)
    return _framed(scene, clause, scene.speaker.say(_IN, {"d": said}), After(seconds))


def _for(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    if not _undone(clause):
        return None
    said, seconds = duration_said(scene.rng)
    return with_guards(clause, scene.speaker.say(timed_words.FOR, {"s": clause.said, "d": said}), For(seconds))


def _until(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    if not _undone(clause):
        return None
    if scene.rng.random() < 0.6:
        said, time = time_said(scene.rng)
        return with_guards(
            clause, scene.speaker.say(timed_words.UNTIL, {"s": clause.said, "t": said.removeprefix("at ")}), Until(time)
        )
    found = make_condition(scene)
    return (
        with_guards(
            clause, scene.speaker.say(timed_words.UNTIL, {"s": clause.said, "t": found[0]}), Until(None, (found[1],))
        )
        if found
        else None
    )


def _when(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    found = make_condition(scene)
    if not found:
        return None
    said, conditions = _both(scene, found)
    return with_guards(clause, scene.speaker.say(timed_words.AFTER, {"s": clause.said, "c": said}), When(conditions))


def _whenever(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    found = make_condition(scene)
    return (
        with_guards(
            clause,
            scene.speaker.say(timed_words.ALWAYS, {"s": clause.said, "c": found[0]}),
            When((found[1],), every_time=True),
        )
        if found
        else None
    )


def _both(scene: Scene, found: tuple[str, Comparison]) -> tuple[str, tuple[Comparison, ...]]:
    """A condition, sometimes with a second one."""
    other = make_condition(scene) if scene.rng.random() < 0.12 else None
    if other is None or other[1].operand == found[1].operand or other[1].relation == "happens":
        return found[0], (found[1],)
    return f"{found[0]} and {other[0]}", (found[1], other[1])


def _holding(scene: Scene) -> tuple[str, Comparison] | None:
    """A condition that can hold now, so no event."""
    found = make_condition(scene)
    return found if found and found[1].relation != "happens" else None


def _if(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    found = _holding(scene)
    if not found:
        return None
    said, conditions = _both(scene, found)
    return with_guards(clause, scene.speaker.say(timed_words.IF, {"s": clause.said, "c": said}), If(conditions))


def _unless(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    found = _holding(scene)
    return (
        with_guards(
            clause,
            scene.speaker.say(timed_words.UNLESS, {"s": clause.said, "c": found[0]}),
            If((found[1],), negated=True),
        )
        if found
        else None
    )


def _at_unless(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    made, found = _at(scene, clause, now), _holding(scene)
    if not made or not found:
        return None
    negated = scene.rng.random() < 0.6
    guards: tuple[Guard, ...] = (*made.steps[0].guards, If((found[1],), negated=negated))
    return with_guards(
        clause, f"{made.said}{scene.rng.choice(('', ','))} {'unless' if negated else 'if'} {found[0]}", *guards
    )


def _regular_for(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    """Every day at six for ten minutes."""
    if not _undone(clause):
        return None
    (said, time), (long, seconds) = time_said(scene.rng), duration_said(scene.rng, longest=3600)
    if "tonight" in said:
        return with_guards(clause, f"{clause.said} {said} for {long}", At(time), For(seconds))
    daily = scene.speaker.say(timed_words.EVERY_DAY, {"t": said})
    return with_guards(
        clause,
        scene.rng.choice((f"{clause.said} {daily} for {long}", f"{daily} {clause.said} for {long}")),
        At(time, (), repeat=True),
        For(seconds),
    )


def _every(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    rng = scene.rng
    said, seconds = duration_said(rng)
    said = {"an hour": "hour", "a minute": "minute"}.get(said, said)
    if said.startswith(("half an", "a ", "an ", "three q", "half a")):
        said = {"half an hour": "half hour"}.get(said, "")
    if not said:
        return None
    times = rng.choice((0, 0, 0, 2, 3, 4, 5))
    more = f", {rng.choice((timed_words.NUMBERS.get(times, str(times)), str(times)))} times" if times else ""
    return _framed(scene, clause, f"every {said}{more}", Every(seconds, times))


def _day_after(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    said, time = time_said(scene.rng)
    if "tonight" in said:
        return None
    day = (now + timedelta(days=2)).weekday()
    return _framed(
        scene,
        clause,
        scene.rng.choice((f"the day after tomorrow {said}", f"{said} the day after tomorrow")),
        At(time, (DAYS[day],)),
    )


def _then_back(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    """Turn it on and, after a while, off again."""
    act = clause.steps[0].act
    back = {
        "turn on": ("turn off", ("turn it off", "switch it off", "off again", "turn it back off")),
        "open": ("close", ("close it", "shut it", "close it again")),
        "close": ("open", ("open it", "open it again")),
        "turn off": ("turn on", ("turn it on", "turn it back on", "on again")),
        "unlock": ("lock", ("lock it", "lock it again")),
        "start": ("stop", ("stop it",)),
        "lock": ("unlock", ("unlock it",)),
    }
    if not isinstance(act, Do) or act.verb not in back or len(act.target.things) != 1:
        return None
    verb, words = back[act.verb]
    if not scene.can(scene.home.by_id[act.target.things[0]], verb):
        return None
    said, seconds = duration_said(scene.rng)
    joint = scene.rng.choice(
        (
            "and after {d} {w}",
            "then {w} after {d}",
            "and {w} {d} later",
            "wait {d} and {w}",
            "and in {d} {w}",
            "then wait {d}, then {w}",
            "{d} later {w}",
        )
    )
    text = joint.replace("{d}", said).replace("{w}", scene.rng.choice(words))
    return Clause(
        f"{clause.said}{scene.rng.choice((' ', ', '))}{text}",
        (*clause.steps, Step(Do(verb, act.target), (After(seconds, then=True),))),
    )


def _undone(clause: Clause) -> bool:
    """Whether there is something to undo."""
    verbs = ("turn on", "turn off", "open", "close", "lock", "unlock", "set", "mute", "start", "play", "pause", "arm")
    return all(isinstance(step.act, Do) and step.act.verb in verbs for step in clause.steps)


def _framed(scene: Scene, clause: Clause, when: str, guard: Guard) -> Clause:
    return with_guards(clause, scene.speaker.say(_FRONT, {"g": when, "s": clause.said}), guard)
