"""Commands that turn, open, lock, start and stop."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from galiot.agent.features.verbs import VERBS
from galiot.agent.plan import Act, Do, Target
from galiot.agent.rules.attributes import CLIMATE
from galiot.agent.rules.setting import cuts, joined
from galiot.agent.rules.targets import Absent, Answer, Found, Unclear
from galiot.agent.rules.words import stem

if TYPE_CHECKING:
    from galiot.agent.rules.commands import Commands
    from galiot.agent.rules.frames import Maker


def verb(verb: str, *, area_only: bool = False) -> Maker:
    return lambda c, m: c.do(verb, m["np"], area_only=area_only)


def closing(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    """shut down: what can be closed is closed, the rest is for the patterns that follow"""
    answer = c.targets.find(m["np"], lambda t: c.has(t, "position"))
    return (
        [Do("close", c.target(answer))]
        if isinstance(answer, Found)
        else answer
        if isinstance(answer, Unclear)
        else None
    )


def startable(verb: str, otherwise: str) -> Maker:
    """start and stop what runs; turn on and off what does not"""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        answer = c.targets.find(m["np"], c.with_role(*VERBS[verb].roles))
        if isinstance(answer, Found):
            ends = all(_ends_by_docking(c, t) for t in answer.things)
            yield [Do("dock" if verb == "stop" and ends else verb, c.target(answer))]
            return
        yield c.do(otherwise, m["np"])

    return make


def _ends_by_docking(c: Commands, thing: str) -> bool:
    """Whether a robot can be sent home and not be stopped where it is."""
    mowing, cleaning = (c.index.features(thing).get(role) for role in ("mowing", "cleaning"))
    stays = (
        "stop" in mowing.actions
        if mowing is not None
        else cleaning is None or cleaning.write is not None or bool({"stop", "pause"} & set(cleaning.actions))
    )
    return not stays and c.can(thing, "dock")


def lights(verb: str) -> Maker:
    def make(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
        place = m.groupdict().get("np") or ""
        return c.do(verb, f"lights {place}".strip())

    return make


def fully(verb: str) -> Maker:
    return lambda c, m: c.do(verb, m["np"])


def heat(verb: str) -> Maker:
    """heat the living room; warm up the bedroom"""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        answer = c.do(verb, m["np"], area_only=True, kinds=CLIMATE)
        if isinstance(answer, Unclear):
            chosen = tuple(t for t in answer.options if c.has(t, "target temperature"))
            answer = [Do(verb, c.target(Found(chosen)))] if len(chosen) == 1 else answer
        yield answer

    return make


def run(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """run the rinse cycle; start the self clean of the oven"""
    plain = re.sub(r"^(?:the|a|an|my) ", "", m["np"])
    for name, phrase in cuts(plain):
        for wanted in (name, re.sub(r" (?:cycle|program|mode|action|function)$", "", name)):
            named = c.index.called.get(" ".join(stem(w) for w in wanted.split()))
            if not named:
                continue

            def role_of(thing: str, named: dict[str, list[str]] = named) -> str | None:
                features = c.index.features(thing)
                return next(
                    (r for r in named.get(thing, ()) if features[r].actions and features[r].write is None), None
                )

            def fits(t: str, f: Callable[[str], str | None] = role_of) -> bool:
                return f(t) is not None

            answer = c.targets.find(phrase, fits, area_only=True) if phrase else c.only(fits, name)
            if isinstance(answer, Found):
                c.targets.last = answer.things
                yield joined([Do("run", Target((t,)), role_of(t)) for t in answer.things])
                return
            if isinstance(answer, Unclear):
                yield answer


def dock(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    phrase = m.groupdict().get("np") or ""
    fits = c.does("dock")
    answer = c.targets.find(phrase, fits) if phrase else c.only(fits, "dock")
    return [Do("dock", c.target(answer))] if isinstance(answer, Found) else answer


def robot(verb: str, role: str) -> Maker:
    """vacuum the living room; mow the lawn; water the garden: the one device that does it, there or at all"""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        def fits(thing: str) -> bool:
            kinds = {"cleaning": ("vacuum",), "mowing": ("mower",), "watering": ("sprinkler",)}[role]
            return c.can(thing, verb) and (c.has(thing, role) or c.index.kind(thing) in kinds)

        phrase = m.groupdict().get("np") or ""
        place = bool(phrase) and c.targets.is_place(phrase)
        answer = c.targets.find(phrase, fits, area_only=True) if phrase else c.only(fits, role)
        if isinstance(answer, Found):
            yield [Do(verb, c.target(answer))]
            return
        if (
            phrase
            in (
                "lawn",
                "the lawn",
                "grass",
                "the grass",
                "plants",
                "the plants",
                "flowers",
                "the flowers",
                "up",
                "the floor",
                "the floors",
                "the house",
            )
            or not phrase
            or (place and role in ("mowing", "watering") and isinstance(answer, Absent) is False)
        ):
            single = c.only(fits, phrase or role)
            if isinstance(single, Found):
                yield [Do(verb, c.target(single))]
                return
            yield single
            return
        yield answer

    return make


def clean_area(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """vacuum the living room: a vacuum that takes rooms gets the room; the only one otherwise starts"""

    def fits(t: str) -> bool:
        return c.index.kind(t) == "vacuum" and c.can(t, "start")

    answer = c.targets.find(m["np"], fits, area_only=True)
    if not isinstance(answer, Found) and (
        c.targets.is_place(m["np"]) or m["np"] in ("up", "the floor", "the floors", "the house", "everything")
    ):
        answer = c.only(fits, "vacuum")
    yield [Do("start", c.target(answer))] if isinstance(answer, Found) else answer


def toggle(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    return c.do("toggle", m["np"])


def arm(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    verb = m["verb"]
    phrase = m["np"] or "alarm"
    answer = c.targets.find(phrase, c.with_role("alarm"))
    if not isinstance(answer, Found):
        return answer
    return [Do(verb, c.target(answer), None, m.groupdict().get("mode") if verb == "arm" else None)]
