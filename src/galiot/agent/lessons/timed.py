"""Times and conditions as people say them, in front of commands and behind them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from galiot.agent.features import Feature, features_of
from galiot.agent.lessons.commands import Clause, make_command, make_compound, number_in, with_guards
from galiot.agent.lessons.scene import Scene
from galiot.agent.names import clean
from galiot.agent.plan import After, At, Comparison, Do, Every, For, Guard, If, Operand, Read, Say, Step, Until, When
from galiot.agent.thing import Thing

_HOURS = "midnight one two three four five six seven eight nine ten eleven twelve".split()
_NUMBERS = {
    1: "one",
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    10: "ten",
    15: "fifteen",
    20: "twenty",
    30: "thirty",
    45: "forty-five",
    90: "ninety",
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = dict(
    zip(_DAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True)
)

# (feature, value) -> what people say of it; "*" is the thing's name
_STATES: dict[tuple[str, str], tuple[str, ...]] = {
    ("contact", "open"): ("{it} isn't closed", "{it} is open", "{it} opens", "{it} gets opened", "someone opens {it}", "{it} stands open", "{it} is ajar"),
    ("contact", "closed"): ("{it} isn't open", "{it} is not open", "{it} is closed", "{it} closes", "{it} gets shut", "someone closes {it}", "{it} is shut"),
    ("position", "open"): ("{it} is open", "{it} is up", "{it} opens", "{it} has been opened"),
    ("position", "closed"): ("{it} is closed", "{it} is down", "{it} is shut", "{it} closes"),
    ("lock", "locked"): ("{it} is locked", "{it} gets locked", "someone locks {it}"),
    ("lock", "unlocked"): ("{it} isn't locked", "{it} is unlocked", "{it} gets unlocked", "{it} is not locked", "someone unlocks {it}"),
    ("power", "on"): ("{it} is on", "{it} is running", "{it} gets switched on", "someone turns on {it}", "{it} comes on", "{it} goes on"),
    ("power", "off"): ("{it} is not on", "{it} is not running", "{it} is off", "{it} goes off", "{it} gets switched off", "someone turns off {it}", "{it} isn't on"),
    ("motion", "detected"): ("{it} (detects|sees|notices|registers|picks up) (motion|movement|something|somebody)", "there is (motion|movement) at {it}", "something moves at {it}", "{it} is triggered", "motion is detected by {it}"),
    ("motion", "clear"): ("{it} sees nobody", "there is no (motion|movement) at {it}", "{it} detects no motion"),
    ("occupancy", "detected"): ("{it} (sees|detects) (someone|somebody)", "someone is there according to {it}", "{it} reports presence"),
    ("occupancy", "clear"): ("{it} sees nobody", "nobody is there according to {it}", "{it} reports no one"),
    ("smoke", "detected"): ("{it} (detects|smells) smoke", "{it} goes off", "there is smoke at {it}"),
    ("leak", "detected"): ("{it} (detects|reports|finds) (a leak|water)", "{it} gets wet", "there is water at {it}", "{it} goes off"),
    ("running", "done"): ("{it} is (done|finished|ready|through)", "{it} has finished", "{it} finishes", "{it} is done with its program", "{it} stops running", "{it} completes its cycle"),
    ("running", "running"): ("{it} is running", "{it} starts", "{it} is in use", "{it} is at work"),
    ("playback", "playing"): ("{it} is playing", "{it} plays something", "something plays on {it}"),
    ("playback", "paused"): ("{it} is paused", "{it} gets paused"),
    ("cleaning", "docked"): ("{it} is (docked|back|home|back in its dock)", "{it} returns to its dock"),
    ("cleaning", "running"): ("{it} is cleaning", "{it} starts cleaning", "{it} is at it"),
    ("alarm", "armed"): ("{it} is armed", "{it} is set", "someone arms {it}"),
    ("alarm", "disarmed"): ("{it} is disarmed", "{it} is not armed", "someone disarms {it}"),
    ("alarm", "triggered"): ("{it} goes off", "{it} is triggered", "{it} rings"),
    ("charging", "on"): ("{it} is charging", "{it} starts charging"),
    ("recording", "on"): ("{it} is recording", "{it} starts recording"),
    ("rain", "on"): ("it rains", "it is raining according to {it}", "{it} reports rain", "it starts raining"),
    ("watering", "on"): ("{it} is watering", "{it} is running"),
}  # fmt: skip
_MEASURES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "temperature": (("(it is|it's|it gets) (warmer|hotter) than {v} [degrees] (at|on|by) {it}", "the temperature (of|at|on) {it} (is|rises|goes|climbs|gets) above {v} [degrees]", "{it} (shows|reads|reports|measures|is at) more than {v} [degrees]", "{it} (is|gets) over {v} degrees", "{it} goes past {v}"),
                    ("(it is|it's|it gets) (colder|cooler) than {v} [degrees] (at|on|by) {it}", "the temperature (of|at|on) {it} (is|drops|falls|goes|gets) below {v} [degrees]", "{it} (shows|reads|reports|measures) less than {v} [degrees]", "{it} (is|gets) under {v} degrees", "{it} sinks under {v}")),
    "humidity": (("the humidity (of|at|on) {it} (is|rises|goes|climbs) (above|over) {v} [percent|%]", "{it} (shows|reads|reports) more than {v} percent humidity", "it is more humid than {v}% at {it}"),
                 ("the humidity (of|at|on) {it} (is|drops|falls|goes) (below|under) {v} [percent|%]", "{it} (shows|reads|reports) less than {v} percent humidity")),
    "soil moisture": (("the soil (of|at) {it} is wetter than {v} [percent|%]", "the (soil moisture|moisture) of {it} (is|goes) above {v} [percent|%]"),
                      ("the soil (of|at) {it} is drier than {v} [percent|%]", "the (soil moisture|moisture) of {it} (is|drops|falls) (below|under) {v} [percent|%]", "{it} dries out below {v}")),
    "illuminance": (("it is brighter than {v} [lux] at {it}", "{it} (shows|reads|reports) more than {v} [lux]"), ("it is darker than {v} [lux] at {it}", "{it} (shows|reads|reports) less than {v} [lux]", "{it} drops below {v} lux")),
    "carbon dioxide": (("the co2 (of|at) {it} (is|rises|goes) above {v} [ppm]", "{it} (shows|reads|reports) more than {v} [ppm]", "the air at {it} is worse than {v} ppm"), ("the co2 (of|at) {it} is below {v} [ppm]", "{it} reads less than {v} ppm")),
    "battery": (("the battery of {it} is (above|over) {v} [percent|%]", "{it} is charged to more than {v} percent"), ("the battery of {it} (is|drops|falls) (below|under) {v} [percent|%]", "{it} has less than {v} percent battery")),
    "power use": (("{it} (uses|draws|consumes|takes) more than {v} [watts]", "the power use of {it} is above {v}"), ("{it} (uses|draws|consumes|takes) less than {v} [watts]", "the power use of {it} is below {v}")),
}  # fmt: skip
_ANY_MEASURE = (("the {role} of {it} (is|rises|goes|gets) (above|over) {v}", "{it} has a {role} of more than {v}", "{role} on {it} exceeds {v}", "{it} shows more than {v} {role}"),
                ("the {role} of {it} (is|drops|falls|goes) (below|under) {v}", "{it} has a {role} of less than {v}", "{role} on {it} is less than {v}", "{it} shows less than {v} {role}"))  # fmt: skip
_ANY_STATE = ("the {role} of {it} is {v}", "{role} on {it} is {v}", "{it} has {role} {v}", "{it} is in {role} {v}")
_AT_LEAST = (
    "the {role} of {it} (is at least|reaches|has reached|gets to) {v}",
    "{it} (reaches|shows at least|gets to|is up to) {v}",
    "{it} is at {v} or more",
)
_AT_MOST = (
    "the {role} of {it} (is at most|drops to|has fallen to|is down to) {v}",
    "{it} (shows at most|drops to|falls to|is down to) {v}",
    "{it} is at {v} or less",
)
_EVENTS = (
    "{it} (reports|signals|says|tells) {e}",
    "{it} {e}",
    "there is {e} at {it}",
    "{e} (happens|comes) (at|on|from) {it}",
    "{it} sends {e}",
)
_NUMERIC = {
    "temperature": (15, 30, 1),
    "humidity": (30, 80, 5),
    "soil moisture": (15, 60, 5),
    "illuminance": (10, 500, 10),
    "carbon dioxide": (600, 1800, 100),
    "battery": (10, 90, 5),
    "power use": (50, 2500, 50),
}


def time_said(rng: random.Random, now: datetime | None = None) -> tuple[str, str]:
    """Return a time of day as people say it (with "at" where it needs one) and as plans spell it."""
    kind = rng.random()
    hour, minute = rng.randrange(24), rng.choice((0, 0, 0, 15, 30, 45, 5, 10, 20, 40, 50))
    if kind < 0.08:
        return rng.choice(
            (
                ("at dusk", "sunset"),
                ("at dawn", "sunrise"),
                ("when it gets dark outside", "sunset"),
                ("when the sun goes down", "sunset"),
                ("when the sun comes up", "sunrise"),
                ("at noon", "12:00"),
                ("at midnight", "0:00"),
                ("at sunset", "sunset"),
                ("at sunrise", "sunrise"),
                ("at midday", "12:00"),
            )
        )
    if kind < 0.36:
        return f"at {hour}:{minute:02}" if rng.random() < 0.8 else f"at {hour:02}:{minute:02}", f"{hour}:{minute:02}"
    if kind < 0.5:
        plain = rng.randrange(1, 13)
        hour = plain + 12 if plain < 6 else plain
        return rng.choice(
            (f"at {plain}", f"at {_HOURS[plain]}", f"at {plain} o'clock", f"at {_HOURS[plain]} o'clock")
        ), f"{hour}:00"
    twelve, half = (hour % 12 or 12), "am" if hour < 12 else "pm"
    if kind < 0.75:
        half = rng.choice((half, f"{half[0]}.m."))
        clock = f"{twelve}" if minute == 0 else f"{twelve}:{minute:02}"
        return f"at {clock}{rng.choice((' ', '', ' '))}{half}", f"{hour}:{minute:02}"
    part = (
        "in the morning"
        if hour < 12
        else "in the afternoon"
        if hour < 18
        else "in the evening"
        if hour < 22
        else "at night"
    )
    if part in ("in the evening", "at night") and hour >= 18 and rng.random() < 0.4:
        part = "tonight"
    word = rng.choice((_HOURS[twelve], str(twelve)))
    clock = {
        0: f"{word}",
        15: f"quarter past {word}",
        30: f"half past {word}",
        45: f"quarter to {_HOURS[twelve % 12 + 1]}",
    }.get(minute)
    if clock is None:
        clock = f"{twelve}:{minute:02}"
    elif minute == 0 and rng.random() < 0.5:
        clock += " o'clock"
    return (f"{part} at {clock}" if part == "tonight" else f"at {clock} {part}"), f"{hour}:{minute:02}"


def duration_said(rng: random.Random, *, longest: int = 7200) -> tuple[str, float]:
    """Return a duration as people say it and its seconds."""
    special = (("half an hour", 1800), ("an hour", 3600), ("a minute", 60), ("a quarter of an hour", 900), ("an hour and a half", 5400), ("two hours", 7200), ("a couple of minutes", 120),
               ("half a minute", 30), ("three quarters of an hour", 2700), ("ninety seconds", 90))  # fmt: skip
    if rng.random() < 0.25:
        said, seconds = rng.choice(special)
        if seconds <= longest:
            return said, seconds
    kind = rng.random()
    if kind < 0.7:
        minutes = rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 10, 10, 12, 15, 20, 25, 30, 40, 45, 50, 60, 90))
        word = _NUMBERS.get(minutes, str(minutes)) if rng.random() < 0.4 else str(minutes)
        return (
            f"{word} {rng.choice(('minutes', 'minutes', 'min', 'mins'))}" if minutes != 1 else f"{word} minute",
            minutes * 60,
        )
    if kind < 0.85:
        seconds = rng.choice((5, 10, 15, 20, 30, 40, 45, 90))
        word = _NUMBERS.get(seconds, str(seconds)) if rng.random() < 0.3 else str(seconds)
        return f"{word} {rng.choice(('seconds', 'seconds', 'secs'))}", seconds
    hours = rng.choice((1, 2, 3, 4, 5, 6, 8))
    word = _NUMBERS.get(hours, str(hours)) if rng.random() < 0.4 else str(hours)
    return f"{word} {'hours' if hours > 1 else 'hour'}", hours * 3600


def make_condition(scene: Scene, *, thing: Thing | None = None) -> tuple[str, Comparison] | None:
    """Return what holds of a thing, as it is said and as a comparison."""
    rng = scene.rng
    things = [thing] if thing else list(scene.things)
    for _ in range(6):
        one = rng.choice(things)
        found = list(_conditions(scene, one))
        if found:
            patterns, comparison, words = rng.choice(found)
            if comparison.operand.role == "temperature" and "v" in words and one.area and rng.random() < 0.4 and _only(scene, one, "temperature"):
                more = comparison.relation in ("above", "at least")
                if comparison.relation in ("above", "below"):
                    said = rng.choice(_WARMER if more else _COLDER)
                    return said.replace("{in}", f"in the {clean(one.area)}").replace("{v}", words["v"]), comparison
            return scene.speaker.say(patterns, {"it": scene.mention(one), **words}), comparison
    return None


_WARMER = ("it's warmer than {v} {in}", "it is over {v} degrees {in}", "it gets hotter than {v} {in}", "the temperature {in} is above {v}", "it's more than {v} degrees {in}", "the temperature {in} goes above {v}")
_COLDER = ("it's colder than {v} {in}", "it is under {v} degrees {in}", "it gets cooler than {v} {in}", "the temperature {in} is below {v}", "it's less than {v} degrees {in}", "the temperature {in} falls below {v}")


def _only(scene: Scene, thing: Thing, role: str) -> bool:
    """Whether no other thing in the room measures the same."""
    return [other for other in scene.things if other.area == thing.area and role in features_of(other)] == [thing]


def _conditions(scene: Scene, thing: Thing) -> Iterator[tuple[Sequence[str], Comparison, dict[str, str]]]:
    rng = scene.rng
    for role, feature in features_of(thing).items():
        operand = Operand(thing.id, role)
        for (known, value), patterns in _STATES.items():
            if known == role:
                given = {"on": True, "off": False}.get(value, value)
                yield patterns, Comparison(operand, "is", given), {}
        if feature.shape == "number" and not feature.commandable and feature.read is not None:
            yield _measured(operand, feature, rng)
        elif role not in {known for known, _ in _STATES} and feature.choices and feature.shape == "choice":
            value = clean(str(rng.choice(feature.choices)))
            yield _ANY_STATE, Comparison(operand, "is", value), {"role": role, "v": value}
    for event in thing.events.values():
        word = clean((event.title or event.name).replace("_", " "))
        yield _EVENTS, Comparison(Operand(thing.id, word), "happens"), {"e": word}


def _measured(
    operand: Operand, feature: Feature, rng: random.Random
) -> tuple[Sequence[str], Comparison, dict[str, str]]:
    above = rng.random() < 0.5
    low, high, grain = _NUMERIC.get(feature.role, (0, 0, 1))
    if feature.role == "temperature" and (feature.unit or "").upper().startswith("F"):
        low, high = 50, 95
    value = rng.randrange(low, high + 1, grain) if high else number_in(feature, rng) or 10
    if rng.random() < 0.2:
        patterns = _clear(operand.role, feature, _AT_LEAST if above else _AT_MOST)
        return (
            patterns,
            Comparison(operand, "at least" if above else "at most", value),
            {"v": str(value), "role": feature.role},
        )
    patterns = _MEASURES.get(feature.role, _ANY_MEASURE)[0 if above else 1]
    return patterns, Comparison(operand, "above" if above else "below", value), {"v": str(value), "role": feature.role}


def _clear(role: str, feature: Feature, patterns: Sequence[str]) -> Sequence[str]:
    """Of wordings, those that say which of several quantities of a thing is meant."""
    others = [other for other in features_of(feature.thing).values() if other.shape == "number" and other.read is not None]
    return patterns if len(others) < 2 or role == "temperature" else [pattern for pattern in patterns if "{role}" in pattern]


_FRONT = ("{g}, {s}", "{g} {s}", "{s} {g}", "{s} {g}", "{s}, {g}")
_AFTER = ("{s} (when|as soon as|once|the moment) {c}", "(when|as soon as|once|the moment|after) {c}, {s}", "(when|once) {c} {s}", "wait until {c}, then {s}", "wait (until|till) {c} and {s}", "{s}, but only (when|once) {c}",
          "if {c} at some point, {s}", "{s} the moment {c}", "hold on until {c} and then {s}")  # fmt: skip
_ALWAYS = (
    "whenever {c}, {s}",
    "every time {c}, {s}",
    "{s} (whenever|every time|each time) {c}",
    "always {s} when {c}",
    "each time {c}, {s}",
    "any time {c}, {s}",
    "from now on, when {c}, {s}",
)
_IF = (
    "if {c}, {s}",
    "{s} if {c}",
    "{s}, if {c}",
    "in case {c}, {s}",
    "should it be that {c}, {s}",
    "check if {c}, and if so, {s}",
    "{s} but only if {c}",
    "only if {c}, {s}",
    "provided that {c}, {s}",
    "see whether {c} and then {s}",
    "{s} in case {c}",
)
_UNLESS = (
    "unless {c}, {s}",
    "{s} unless {c}",
    "{s}, unless {c}",
    "{s} except when {c}",
    "{s} but not if {c}",
    "{s}, but not when {c}",
)
_IN = ("in {d}", "in {d} from now", "{d} from now", "after {d}")
_FOR = (
    "{s} for {d}",
    "for {d}, {s}",
    "{s} for the next {d}",
    "{s}, but only for {d}",
    "{s} for {d} only",
    "{s} for just {d}",
)
_UNTIL = ("{s} until {t}", "until {t} {s}", "{s} till {t}", "{s}, but only until {t}", "keep it so until {t}: {s}")
_EVERY_DAY = ("every day {t}", "daily {t}", "each day {t}", "{t} every day", "{t} daily", "{t} each day")


def make_timed(scene: Scene, now: datetime) -> Clause | None:
    """Return a command with a time or a condition."""
    rng = scene.rng
    draw = rng.random()
    clause = (
        _reading(scene)
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
        day = rng.choice(_DAYS)
        return _framed(
            scene,
            clause,
            rng.choice((f"on {_DAY_NAMES[day]} {said}", f"{said} on {_DAY_NAMES[day]}")),
            At(time, (day,)),
        )
    if kind < 0.6:
        return _framed(
            scene,
            clause,
            rng.choice(
                (f"on weekdays {said}", f"every weekday {said}", f"monday to friday {said}", f"{said} on workdays")
            ),
            At(time, _DAYS[:5], repeat=True),
        )
    if kind < 0.75:
        return _framed(
            scene,
            clause,
            rng.choice((f"on weekends {said}", f"every weekend {said}", f"{said} on saturdays and sundays")),
            At(time, _DAYS[5:], repeat=True),
        )
    days = tuple(sorted(rng.sample(_DAYS, k=rng.choice((1, 1, 2))), key=_DAYS.index))
    names = " and ".join(f"{_DAY_NAMES[day]}" for day in days)
    plural = " and ".join(f"{_DAY_NAMES[day]}s" for day in days)
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
    return _framed(scene, clause, where, At(time, (_DAYS[day],)))


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
    return _framed(scene, clause, scene.speaker.say(_EVERY_DAY, {"t": said}), At(time, (), repeat=True))


def _after(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    said, seconds = duration_said(scene.rng)
    return _framed(scene, clause, scene.speaker.say(_IN, {"d": said}), After(seconds))


def _for(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    if not _undone(clause):
        return None
    said, seconds = duration_said(scene.rng)
    return with_guards(clause, scene.speaker.say(_FOR, {"s": clause.said, "d": said}), For(seconds))


def _until(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    if not _undone(clause):
        return None
    if scene.rng.random() < 0.6:
        said, time = time_said(scene.rng)
        return with_guards(
            clause, scene.speaker.say(_UNTIL, {"s": clause.said, "t": said.removeprefix("at ")}), Until(time)
        )
    found = make_condition(scene)
    return (
        with_guards(clause, scene.speaker.say(_UNTIL, {"s": clause.said, "t": found[0]}), Until(None, (found[1],)))
        if found
        else None
    )


def _when(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    found = make_condition(scene)
    if not found:
        return None
    said, conditions = _both(scene, found)
    return with_guards(clause, scene.speaker.say(_AFTER, {"s": clause.said, "c": said}), When(conditions))


def _whenever(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    found = make_condition(scene)
    return (
        with_guards(
            clause, scene.speaker.say(_ALWAYS, {"s": clause.said, "c": found[0]}), When((found[1],), every_time=True)
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
    return with_guards(clause, scene.speaker.say(_IF, {"s": clause.said, "c": said}), If(conditions))


def _unless(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    found = _holding(scene)
    return (
        with_guards(
            clause, scene.speaker.say(_UNLESS, {"s": clause.said, "c": found[0]}), If((found[1],), negated=True)
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
    daily = scene.speaker.say(_EVERY_DAY, {"t": said})
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
    more = f", {rng.choice((_NUMBERS.get(times, str(times)), str(times)))} times" if times else ""
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
        At(time, (_DAYS[day],)),
    )


def _then_back(scene: Scene, clause: Clause, now: datetime) -> Clause | None:
    """Turn it on and, after a while, off again."""
    act = clause.steps[0].act
    back = {"turn on": ("turn off", ("turn it off", "switch it off", "off again", "turn it back off")), "open": ("close", ("close it", "shut it", "close it again")),
            "close": ("open", ("open it", "open it again")), "turn off": ("turn on", ("turn it on", "turn it back on", "on again")),
            "unlock": ("lock", ("lock it", "lock it again")), "start": ("stop", ("stop it",)), "lock": ("unlock", ("unlock it",))}  # fmt: skip
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


def _reading(scene: Scene) -> Clause | None:
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


# Tasks of several steps that depend on each other


_READ = (
    "(check|read|look at|measure|tell me) the {role} of {it}",
    "(find out|tell me) what the {role} of {it} is",
    "what's the {role} of {it}",
    "have a look at the {role} of {it}",
)
_REPORT = (
    "(tell|inform) me when (you're done|it's done|everything is done)",
    "(report|let me know) (back|when finished|when that's done)",
    "say when you are finished",
    "give me a report",
    "let me know afterwards",
    "then report",
    "tell me what you did",
)


def make_task(scene: Scene, now: datetime) -> Clause | None:
    """Read, compare, act, wait, act, report: two to five steps."""
    rng = scene.rng
    said: list[str] = []
    steps: list[Step] = []
    sensors = [
        (thing, role, feature)
        for thing in scene.things
        for role, feature in features_of(thing).items()
        if feature.shape == "number" and feature.read is not None and not feature.commandable
    ]
    if sensors and rng.random() < 0.65:
        thing, role, feature = rng.choice(sensors)
        said.append(scene.speaker.say(_READ, {"role": role, "it": scene.mention(thing)}))
        steps.append(Step(Read(role, scene.target([thing]))))
        clause = make_command(scene, one=0.9)
        if clause:
            _, comparison, words = _measured(Operand(thing.id, role), feature, rng)
            over = comparison.relation == "above"
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
    for _ in range(rng.randint(1, 2)):
        clause = make_command(scene, one=0.9)
        if clause is None:
            continue
        draw = rng.random()
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
            steps += [replace(step, guards=(When((found[1],)), *step.guards)) for step in clause.steps]
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
            waits = bool(steps) and any(isinstance(guard, (When, After)) for guard in steps[-1].guards)
            steps += [
                replace(step, guards=(After(0, then=True), *step.guards)) if waits else step for step in clause.steps
            ]
    draw = rng.random()
    if draw < 0.15 and (reading := _reading(scene)):
        said.append(f"{reading.said}{rng.choice(('', ' afterwards', ' at the end', ' again'))}")
        waits = bool(steps) and any(isinstance(guard, (When, After)) for guard in steps[-1].guards)
        steps += [replace(step, guards=(After(0, then=True),)) if waits else step for step in reading.steps]
    elif draw < 0.55:
        said.append(scene.speaker.say(_REPORT))
        waits = bool(steps) and any(isinstance(guard, (When, After)) for guard in steps[-1].guards)
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


_NOTICES = (
    "(tell|inform|notify|warn|alert) me (when|as soon as|once|if) {c}",
    "let me know (when|as soon as|once) {c}",
    "give me a (shout|heads-up|note) when {c}",
    "say something when {c}",
    "i want to know when {c}",
    "drop me a word once {c}",
)
_REMIND = (
    "remind me to {x} {t}",
    "{t} remind me to {x}",
    "reminder {t} to {x}",
    "don't let me forget to {x} {t}",
    "{t} tell me to {x}",
    "remind me {t} to {x}",
    "set a reminder to {x} {t}",
)
CHORES = ("take out the trash,call mum,feed the cat,water the orchids,take my pills,check the roast,move the car,pay the rent,pick up the kids,start dinner,stretch,drink some water,send the report,get the parcel,"
          "turn the steaks,hang up the washing,walk the dog,book the dentist,empty the mailbox,charge my phone,leave for the airport,bring in the cushions,write to anna,lock the shed,buy stamps").split(",")  # fmt: skip


def make_notice(scene: Scene, now: datetime) -> Clause | None:
    """Tell me when ...; remind me to ... at ..."""
    rng = scene.rng
    if rng.random() < 0.5:
        found = make_condition(scene)
        if not found or '"' in found[0]:
            return None
        return Clause(scene.speaker.say(_NOTICES, {"c": found[0]}), (Step(Say(found[0]), (When((found[1],)),)),))
    chore = rng.choice(CHORES)
    if rng.random() < 0.5:
        said, time = time_said(rng)
        guard: Guard = At(time)
        if rng.random() < 0.25 and "tonight" not in said:
            said, guard = scene.speaker.say(_EVERY_DAY, {"t": said}), At(time, (), repeat=True)
    else:
        words, seconds = duration_said(rng)
        said, guard = f"in {words}", After(seconds)
    return Clause(scene.speaker.say(_REMIND, {"x": chore, "t": said}), (Step(Say(chore), (guard,)),))
