"""One command in English: which verb, what it is for, how much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from galiot.agent.features.commands import verbs_of
from galiot.agent.plan import Act, Ask, Do, Refuse, Target, Value
from galiot.agent.rules.amounts import Amount
from galiot.agent.rules.attributes import BY_SORT, FIRST_OF_KIND, OF_LIGHTS, UP_DOWN, USUAL
from galiot.agent.rules.frames import FRAMES
from galiot.agent.rules.targets import Absent, Answer, Fits, Found, Targets, Unclear


class Commands:
    """Reads commands for one home."""

    def __init__(self, targets: Targets) -> None:
        self.targets = targets
        self.index = targets.index

    def read(self, text: str) -> list[Act] | None:
        """Return the acts of one clause, None where it is not understood.

        A question or a refusal comes only where no way to read the clause gives something that can be done.
        """
        missing: list[Answer] = []
        for pattern, make in FRAMES:
            found = pattern.fullmatch(text)
            if found is None:
                continue
            for acts in _alternatives(make(self, found)):
                if isinstance(acts, Unclear | Absent):
                    missing.append(acts)
                elif acts:
                    return list(acts) if not isinstance(acts, Found) else None
        return self._missing(missing)

    def _missing(self, missing: list[Answer]) -> list[Act] | None:
        for answer in missing:
            if isinstance(answer, Unclear):
                return [Ask("which", answer.options)]
        for answer in missing:
            if isinstance(answer, Absent):
                return [Refuse("absent attribute" if answer.near else "absent device", answer.said)]
        return None

    # what things can do

    def has(self, thing: str, role: str) -> bool:
        """Whether a feature of a thing can be changed."""
        feature = self.index.features(thing).get(role)
        return feature is not None and feature.commandable

    def can(self, thing: str, verb: str) -> bool:
        """Whether a verb means something for a thing."""
        known = self.index.verbs.get(thing)
        if known is None:
            known = self.index.verbs[thing] = frozenset(
                name for name, role in verbs_of(self.index.home.by_id[thing]) if role is None
            )
        return verb in known or (verb in ("turn on", "turn off") and "toggle" in known and self._tells_power(thing))

    def _tells_power(self, thing: str) -> bool:
        """Whether it can be seen if a thing is on, so that a toggle can be used to a purpose."""
        power = self.index.features(thing).get("power")
        return power is not None and power.read is not None

    def does(self, verb: str) -> Fits:
        """Return a test of `can`."""
        return lambda thing: self.can(thing, verb)

    def with_role(self, *roles: str) -> Fits:
        """Return a test of `has` for any of the features."""
        return lambda thing: any(self.has(thing, role) for role in roles)

    # acts

    def do(
        self, verb: str, phrase: str, *, area_only: bool = False, kinds: tuple[str, ...] = ()
    ) -> Sequence[Act] | Answer:
        """Return the verb for what a phrase names."""
        able = self.does(verb)
        if re.match(r"(?:everything|anything|all devices|all the devices)\b", phrase) and verb in (
            "turn on",
            "turn off",
        ):
            able = self.with_role("power", "playback")

        def fits(thing: str) -> bool:
            if kinds and self.index.kind(thing) not in kinds:
                return False
            return able(thing) or (verb in ("open", "close") and self.has(thing, "lock"))

        answer = self.targets.find(phrase, fits, area_only=area_only)
        if not isinstance(answer, Found):
            return answer
        self.targets.last = answer.things
        if verb not in ("open", "close"):
            return [Do(verb, Target(answer.things))]
        moving = tuple(t for t in answer.things if not self.has(t, "lock") or self.has(t, "position"))
        bolted = tuple(t for t in answer.things if t not in moving)
        acts = [Do(verb, Target(moving))] if moving else []
        return [*acts, Do("unlock" if verb == "open" else "lock", Target(bolted))] if bolted else acts

    def target(self, found: Found) -> Target:
        """Return what was found as a target, and remember it for "it"."""
        self.targets.last = found.things
        return Target(found.things)

    def only(self, fits: Fits, said: str, prefer: tuple[str, ...] = (), *, group: bool = False) -> Answer:
        """Return the one thing that fits where none is named; where the user is, or of the preferred kinds, if there
        are several.

        group: all of them where the user is
        """
        things = [t for t in self.index.entries if fits(t)]
        prefer = prefer or USUAL.get(said, ())
        if said == "target temperature":
            things = list(self.targets.dry(tuple(things)))
        last = [t for t in self.targets.last if t in things]
        here = [t for t in things if self.targets.area and self.index.home.by_id[t].area == self.targets.area]
        for chosen in (last, here, [t for t in here or things if self.index.kind(t) in prefer]):
            if chosen and len(things) > 1:
                things = chosen
        if here and group and not last:
            return Found(tuple(things), said, group=True)
        if len(things) == 1:
            return Found(tuple(things), said)
        return Unclear(tuple(things), said) if things else Absent(said)

    def set(self, phrase: str, value: Amount, role: str | None, *, area_only: bool = False) -> Sequence[Act] | Answer:
        """Return a feature set to a value; the feature follows from value and thing where it is not said."""
        if role == "target temperature" and value.sort in ("kelvin", "white"):
            role = "color temperature"
        roles = (role,) if role else BY_SORT.get(value.sort, ())
        if not roles:
            return None
        fits = self.with_role(*roles)
        lights = any(r in OF_LIGHTS for r in roles[:1])
        if phrase:
            place = area_only or value.sort in ("temperature", "color", "white", "kelvin") or role is not None
            answer = self.targets.find(phrase, fits, area_only=place, group=lights)
        else:
            answer = self.only(fits, role or "", group=lights)
        if isinstance(answer, Unclear) and role == "fan speed":
            fans = tuple(t for t in answer.options if self.index.kind(t) == "fan")
            answer = Found(fans) if len(fans) == 1 else answer
        if not isinstance(answer, Found):
            return answer
        chosen: dict[str, list[str]] = {}
        for thing in answer.things:
            chosen.setdefault(self._role_for(thing, roles), []).append(thing)
        self.targets.last = answer.things
        return [Do("set", Target(tuple(things)), name, *_fitting(name, value)) for name, things in chosen.items()]

    def _role_for(self, thing: str, roles: Sequence[str]) -> str:
        first = FIRST_OF_KIND.get(self.index.kind(thing), "")
        return first if first in roles and self.has(thing, first) else next(r for r in roles if self.has(thing, r))

    def change(
        self, verb: str, phrase: str, role: str | None, by: Amount | None = None, *, area_only: bool = True
    ) -> Sequence[Act] | Answer:
        """Return a feature raised or lowered; which one follows from the thing where it is not said."""
        roles = (role,) if role else UP_DOWN
        fits = self.with_role(*roles)
        lights = role in OF_LIGHTS
        answer = (
            self.targets.find(phrase, fits, area_only=area_only and role is not None, group=lights)
            if phrase
            else self.only(fits, role or "", group=lights)
        )
        if not isinstance(answer, Found):
            return answer
        chosen: dict[str, list[str]] = {}
        for thing in answer.things:
            chosen.setdefault(self._role_for(thing, roles), []).append(thing)
        self.targets.last = answer.things
        value, unit = (by.value, by.unit) if by is not None else (None, None)
        return [Do(verb, Target(tuple(things)), name, value, unit) for name, things in chosen.items()]


def _fitting(role: str, value: Amount) -> tuple[Value, str | None]:
    if role in ("brightness", "volume", "position", "fan speed") and value.sort == "number":
        return value.value, None
    return value.value, value.unit


def _alternatives(made: Sequence[Act] | Answer | Iterator[Sequence[Act] | Answer]) -> Iterator[Sequence[Act] | Answer]:
    if isinstance(made, list | tuple | Found | Unclear | Absent) or made is None:
        yield made
    else:
        yield from made  # type: ignore[misc]
