"""A home as the lessons see it: what can be asked of whom, and how each thing and group may be called without doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from galiot.agent.command import Problem
from galiot.agent.features import Feature, commands_for, features_of, is_a, kind_of, verbs_of
from galiot.agent.home import Home
from galiot.agent.lessons.devices import NICKNAMES
from galiot.agent.lessons.requests import EVERYTHING, EXCEPT, IN_AREA, KIND_WORDS, ON_FLOOR, PAIRS, SUBJECTS, TRIPLES
from galiot.agent.lessons.wording import Speaker
from galiot.agent.names import clean, names_of
from galiot.agent.plan import Target, Value
from galiot.agent.text import parse_target
from galiot.agent.thing import Thing
from galiot.errors import RequestError

Ability = tuple[str, str | None]
_NICKNAMES = frozenset(name.strip() for name in NICKNAMES.split(","))
_NO_NAME = ("the ", "my ", "our ", "dad's", "mum's", "grandma's")


class Scene:
    """A home, somebody who speaks, and what is shown of the home."""

    def __init__(self, home: Home, speaker: Speaker) -> None:
        self.home, self.speaker, self.rng = home, speaker, speaker.rng
        self.names = names_of(home)
        self.things: Sequence[Thing] = home.things

    @cached_property
    def able(self) -> dict[str, dict[Ability, Feature]]:
        """Id -> what can be asked of the thing."""
        return {thing.id: verbs_of(thing) for thing in self.things}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Id -> kind, "" where it is not known or not to be seen from the name."""
        return {thing.id: "" if thing.source else kind_of(thing) or "" for thing in self.things}

    @cached_property
    def _words(self) -> Counter[str]:
        """How many things have a word in their title, aliases or label."""
        found: Counter[str] = Counter()
        for thing in self.things:
            texts = [thing.title, *thing.aliases, self.label(thing), self.kinds[thing.id]]
            found.update({_plain(word) for text in texts for word in clean(text).split()})
        return found

    def label(self, thing: Thing) -> str:
        """Return what a plan calls a thing."""
        return self.names.by_id[thing.id]

    def can(
        self, thing: Thing, verb: str, role: str | None = None, value: Value = None, unit: str | None = None
    ) -> bool:
        """Return whether a thing would do it."""
        return not isinstance(commands_for(thing, verb, role, value, unit), Problem) or (
            verb in ("raise", "lower", "toggle", "next", "previous") and (verb, role) in self.able[thing.id]
        )

    def of_kind(self, kinds: str, area: str | None = None) -> list[Thing]:
        """Return the things of one of the kinds (parted by commas), in an area."""
        wanted = kinds.split(",")
        return [
            thing
            for thing in self.things
            if (area is None or thing.area == area)
            and self.kinds[thing.id]
            and any(is_a(self.kinds[thing.id], kind) for kind in wanted)
        ]

    # How things are called

    def mention(self, thing: Thing) -> str:
        """Return a name that nothing else in the home has, mostly with an article."""
        options = [self.label(thing)] * 2
        title, area = clean(thing.title), clean(thing.area or "")
        alone = sum(clean(other.title) == title for other in self.things) == 1
        here = sum(clean(other.title) == title and other.area == thing.area for other in self.things) == 1
        if alone:
            options += [title] * 2
        if here and area and area not in title:
            options += [f"{title} in the {area}", f"{area} {title}", f"{title} in {area}", f"{title} of the {area}"]
        options += [clean(alias) for alias in thing.aliases if self._is_alone(clean(alias), thing)] * 2
        options += self._by_kind(thing, area)
        name = self.rng.choice([option for option in options if option] or [self.label(thing)])
        own = name.startswith(_NO_NAME) or "'s" in name.split(" ")[0] or name in _NICKNAMES
        bare = own or self.rng.random() < 0.15
        return name if bare else f"{self.rng.choices(('the', 'my', 'our'), (12, 1, 1))[0]} {name}"

    def _is_alone(self, alias: str, thing: Thing) -> bool:
        """Whether nothing else in the home can be meant by an alias."""
        words = set(map(_plain, alias.split()))
        if len(words) < 2:
            return self._words[_plain(alias)] == 1
        return not any(
            words
            <= {_plain(word) for word in f"{clean(name)} {self.kinds[other.id]} {clean(other.area or '')}".split()}
            for other in self.things
            if other is not thing
            for name in (other.title, *other.aliases)
        )

    def _by_kind(self, thing: Thing, area: str) -> list[str]:
        """Names by what it is, where it is the only one of its kind, in the home or in its area."""
        kind = self.kinds[thing.id]
        if kind not in KIND_WORDS:
            return []
        words = KIND_WORDS[kind][0]
        same = [
            other
            for other in self.things
            if is_a(self.kinds[other.id] or "?", kind) or is_a(kind, self.kinds[other.id] or "?")
        ]
        own = set(map(_plain, clean(thing.title).split()))
        free = [
            word for word in words if all(self._words[_plain(part)] <= (_plain(part) in own) for part in word.split())
        ]
        if len(same) == 1:
            return free + [f"{area} {word}" for word in free if area]
        inside = [
            other
            for other in self.things
            if other.area == thing.area
            and any(set(map(_plain, word.split())) & set(map(_plain, clean(other.title).split())) for word in words)
        ]
        if area and [other for other in same if other.area == thing.area] == [thing] and inside in ([thing], []):
            return [f"{area} {words[0]}", f"{words[0]} in the {area}", f"{words[0]} in {area}"]
        return []

    # What is asked of several at once

    def pick(self, verb: str, role: str | None, value: Value = None, unit: str | None = None) -> list[Thing]:
        """Return the things that can do it."""
        return [
            thing
            for thing in self.things
            if (verb, role) in self.able[thing.id] and self.can(thing, verb, role, value, unit)
        ]

    def several(self, things: Sequence[Thing]) -> tuple[str, Target] | None:
        """Return two or three of the things, named one by one."""
        if len(things) < 2:
            return None
        chosen = self.rng.sample(list(things), k=min(len(things), self.rng.choice((2, 2, 2, 3))))
        said = [self.mention(thing) for thing in chosen]
        pattern = self.speaker.say(PAIRS if len(said) == 2 else TRIPLES, dict(zip("abc", said, strict=False)))
        return pattern, self.target(chosen)

    def group(self, things: Sequence[Thing]) -> tuple[str, Target] | None:
        """Return a group, such as every light in the kitchen, all of which are among the things."""
        able = {thing.id for thing in things}
        kinds = [self.kinds[thing.id] for thing in things if self.kinds[thing.id]]
        for _ in range(4):
            if not kinds:
                return None
            kind = self.rng.choice(kinds)
            one, many = KIND_WORDS.get(kind, ((kind,), (f"{kind}s",)))
            words = {"kind": self.rng.choice(one), "kinds": self.rng.choice(many)}
            found = self._placed(f"every {clean(kind)}", words, things, kind)
            if (
                found
                and len(found[1].things) > 1
                and set(found[1].things) <= able
                and all(map(self.kinds.get, found[1].things))
            ):
                return found
        return None

    def _placed(
        self, text: str, words: dict[str, str], things: Sequence[Thing], kind: str
    ) -> tuple[str, Target] | None:
        place = self.rng.random()
        same = [thing for thing in things if is_a(self.kinds[thing.id] or "?", kind)]
        said = self.speaker.say(SUBJECTS, words)
        thing = self.rng.choice(same)
        if place < 0.5 and thing.area:
            area = self._area_word(thing.area)
            said = _area(self, said, words, area)
            text += f" in {area}"
            same = [other for other in same if other.area == thing.area]
        elif place < 0.75 and thing.floor and clean(thing.floor) in self.names.floors:
            said = self.speaker.say(
                [pattern.replace("{subject}", said) for pattern in ON_FLOOR], {**words, "floor": clean(thing.floor)}
            )
            said = (
                said.replace("on the upstairs", "upstairs")
                .replace("on the downstairs", "downstairs")
                .replace("on upstairs", "upstairs")
                .replace("on downstairs", "downstairs")
            )
            text += f" on {clean(thing.floor)}"
            same = [other for other in same if other.floor == thing.floor]
        if len(same) == 2 and self.rng.random() < 0.5 and said.startswith(("all", "the ", "every", "each", "any")):
            both = self.rng.choice(("both {kinds}", "the two {kinds}", "both of the {kinds}", "both {kinds}")).replace(
                "{kinds}", words["kinds"]
            )
            said = both + (
                f" in the {self._area_word(thing.area)}"
                if " in " in text and thing.area
                else f" on the {clean(thing.floor)}"
                if " on " in text and thing.floor
                else ""
            )
        if len(same) > 2 and self.rng.random() < 0.2:
            left_out = self.rng.choice(same)
            said = self.speaker.say(
                [pattern.replace("{subject}", said) for pattern in EXCEPT], {"it": self.mention(left_out)}
            )
            text += f" except {self.label(left_out)}"
        return self._read(said, text)

    def everything(self, things: Sequence[Thing]) -> tuple[str, Target] | None:
        """Return everything in an area, where all of it is among the things."""
        areas = {thing.area for thing in things if thing.area}
        if not areas:
            return None
        area = self._area_word(self.rng.choice(sorted(areas)))
        found = self._read(f"{self.rng.choice(EVERYTHING)} in the {area}", f"everything in {area}")
        return found if found and len(set(found[1].things) & {thing.id for thing in things}) > 1 else None

    def subject(self, things: Sequence[Thing], *, one: float = 0.68) -> tuple[str, Target]:
        """Return some of the things and what they are called: mostly one of them, or a few, or a group."""
        draw = self.rng.random()
        found = None
        if draw > one and len(things) > 1:
            found = self.several(things) if draw < one + 0.4 * (1 - one) else self.group(things)
        if found:
            return found
        thing = self.rng.choice(list(things))
        return self.mention(thing), self.target([thing])

    def target(self, things: Iterable[Thing]) -> Target:
        """Return things, named one by one, in the home's order."""
        ids = {thing.id for thing in things}
        ordered = [thing for thing in self.home.things if thing.id in ids]
        return Target(tuple(thing.id for thing in ordered), ", ".join(map(self.label, ordered)))

    def _read(self, said: str, text: str) -> tuple[str, Target] | None:
        try:
            return said, parse_target(text, self.home)
        except RequestError:
            return None

    def _area_word(self, area: str) -> str:
        return next((word for word, own in self.names.areas.items() if own == area), clean(area))

    def area_word(self, area: str) -> str:
        """Return what a plan calls an area."""
        return self._area_word(area)

    def feature(self, thing: Thing, role: str) -> Feature | None:
        """Return a feature of a thing."""
        return features_of(thing).get(role)


def _area(scene: Scene, subject: str, words: dict[str, str], area: str) -> str:
    patterns = [pattern.replace("{subject}", subject) for pattern in IN_AREA]
    return scene.speaker.say(patterns, {**words, "area": area})


def _plain(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
