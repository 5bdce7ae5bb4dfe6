"""What holds of a thing, as people say it and as a comparison."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from galiot.agent.features import Feature, features_of
from galiot.agent.lessons import timed_words
from galiot.agent.lessons.commands import number_in
from galiot.agent.lessons.scene import Scene
from galiot.agent.names import clean
from galiot.agent.plan import Comparison, Operand
from galiot.agent.thing import Thing


def make_condition(scene: Scene, *, thing: Thing | None = None) -> tuple[str, Comparison] | None:
    """Return what holds of a thing, as it is said and as a comparison."""
    rng = scene.rng
    things = [thing] if thing else list(scene.things)
    for _ in range(6):
        one = rng.choice(things)
        found = list(_conditions(scene, one))
        if found:
            patterns, comparison, words = rng.choice(found)
            if (
                comparison.operand.role == "temperature"
                and "v" in words
                and one.area
                and rng.random() < 0.4
                and _only(scene, one, "temperature")
            ):
                more = comparison.relation in ("above", "at least")
                if comparison.relation in ("above", "below"):
                    said = rng.choice(timed_words.WARMER if more else timed_words.COLDER)
                    return said.replace("{in}", f"in the {clean(one.area)}").replace("{v}", words["v"]), comparison
            return scene.speaker.say(patterns, {"it": scene.mention(one), **words}), comparison
    return None


def _only(scene: Scene, thing: Thing, role: str) -> bool:
    """Whether no other thing in the room measures the same."""
    return [other for other in scene.things if other.area == thing.area and role in features_of(other)] == [thing]


def _conditions(scene: Scene, thing: Thing) -> Iterator[tuple[Sequence[str], Comparison, dict[str, str]]]:
    rng = scene.rng
    for role, feature in features_of(thing).items():
        operand = Operand(thing.id, role)
        for (known, value), patterns in timed_words.STATES.items():
            if known == role:
                given = {"on": True, "off": False}.get(value, value)
                yield patterns, Comparison(operand, "is", given), {}
        if feature.shape == "number" and not feature.commandable and feature.read is not None:
            yield measured(operand, feature, rng)
        elif role not in {known for known, _ in timed_words.STATES} and feature.choices and feature.shape == "choice":
            value = clean(str(rng.choice(feature.choices)))
            yield timed_words.ANY_STATE, Comparison(operand, "is", value), {"role": role, "v": value}
    for event in thing.events.values():
        word = clean((event.title or event.name).replace("_", " "))
        yield timed_words.EVENTS, Comparison(Operand(thing.id, word), "happens"), {"e": word}


def measured(
    operand: Operand, feature: Feature, rng: random.Random
) -> tuple[Sequence[str], Comparison, dict[str, str]]:
    above = rng.random() < 0.5
    low, high, grain = timed_words.NUMERIC.get(feature.role, (0, 0, 1))
    if feature.role == "temperature" and (feature.unit or "").upper().startswith("F"):
        low, high = 50, 95
    value = rng.randrange(low, high + 1, grain) if high else number_in(feature, rng) or 10
    if rng.random() < 0.2:
        patterns = clear_wordings(operand.role, feature, timed_words.AT_LEAST if above else timed_words.AT_MOST)
        return (
            patterns,
            Comparison(operand, "at least" if above else "at most", value),
            {"v": str(value), "role": feature.role},
        )
    patterns = timed_words.MEASURES.get(feature.role, timed_words.ANY_MEASURE)[0 if above else 1]
    return patterns, Comparison(operand, "above" if above else "below", value), {"v": str(value), "role": feature.role}


def clear_wordings(role: str, feature: Feature, patterns: Sequence[str]) -> Sequence[str]:
    """Of wordings, those that say which of several quantities of a thing is meant."""
    others = [
        other for other in features_of(feature.thing).values() if other.shape == "number" and other.read is not None
    ]
    return (
        patterns
        if len(others) < 2 or role == "temperature"
        else [pattern for pattern in patterns if "{role}" in pattern]
    )
