"""All things together: how each is called, where it is, and which are meant by a kind and a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from galiot.agent.features import Feature, features_of, is_a, kind_of
from galiot.agent.features.words import fold, plain
from galiot.agent.thing import Thing
from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.agent.things.homefile import HomeFile

T = TypeVar("T")
_LONGEST_LABEL = 80  # characters
_IN_KIND: Mapping[str, tuple[str, ...]] = {
    "climate": ("climate", "water heater"),
    "thermostat": ("thermostat", "air conditioner", "heater", "climate"),
    "tv": ("tv",),
}
"""Kinds that people mean by another's name although they are not kinds of it."""


class Home:
    """The things of one home, in the order in which they were given. Nothing about it changes; a new home is made
    instead.

    raises: RequestError when two things have the same id
    """

    def __init__(
        self,
        things: Iterable[Thing],
        *,
        name: str = "",
        language: str = "en",
        units: str = "metric",
        refused: Iterable[str] = (),
        settings: HomeFile | None = None,
    ) -> None:
        self.things = tuple(things)
        self.name, self.language, self.units = name, language, units
        self.refused = tuple(refused)
        """One line for each description that could not be used, with the reason."""
        self.settings = settings
        self.by_id: Mapping[str, Thing] = {thing.id: thing for thing in self.things}
        if len(self.by_id) < len(self.things):
            twice = next(id for id, count in Counter(thing.id for thing in self.things).items() if count > 1)
            raise RequestError(f'two things have the id "{twice[:80]}"; give each its own')
        self.areas = tuple(dict.fromkeys(thing.area for thing in self.things if thing.area))
        self.floors = tuple(dict.fromkeys(thing.floor for thing in self.things if thing.floor))
        self._made: dict[Callable[[Home], Any], Any] = {}

    def __len__(self) -> int:
        return len(self.things)

    def once(self, make: Callable[[Home], T]) -> T:
        """Return what `make` makes of this home: made at the first call, and gone with the home."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def label(self, thing: Thing) -> str:
        """Return the thing's name in lower case: its title, with its area in front when the title alone is not its
        own."""
        return self._labels[thing.id]

    def find(self, label: str) -> Thing | None:
        """Return the thing that a label names."""
        return self._by_label.get(" ".join(label.lower().split()))

    def kind(self, thing: Thing) -> str | None:
        """Return what the thing is, a key of `features.KINDS`."""
        return kind_of(thing)

    def features(self, thing: Thing) -> Mapping[str, Feature]:
        """Return role -> feature of the thing."""
        return features_of(thing)

    def group(self, kind: str | None = None, area: str | None = None, floor: str | None = None) -> tuple[Thing, ...]:
        """Return the things of a kind (or of a narrower one) in a place; names of places are compared without case and
        accents."""
        area_key, floor_key = (fold(plain(place)) if place else None for place in (area, floor))
        return tuple(
            thing
            for thing in self.things
            if (kind is None or self._is_of(thing, kind))
            and (area_key is None or fold(plain(thing.area or "")) == area_key)
            and (floor_key is None or fold(plain(thing.floor or "")) == floor_key)
        )

    def named(self, words: str) -> list[tuple[Thing, float]]:
        """Return the things that words may name, the likeliest first, with a score of at most 1.

        1 is the label, the title or an alias itself; below 0.5 only the place or the kind was named.
        """
        said = fold(plain(words))
        if not said:
            return []
        tokens = _stems(said)
        scored = [(thing, self._score(thing, said, tokens)) for thing in self.things]
        return sorted(((thing, score) for thing, score in scored if score > 0), key=lambda one: -one[1])

    def _is_of(self, thing: Thing, kind: str) -> bool:
        own = kind_of(thing)
        return is_a(own, kind) or own in _IN_KIND.get(kind, ())

    def _score(self, thing: Thing, said: str, tokens: frozenset[str]) -> float:
        best = 0.0
        for names, full in self._names[thing.id]:
            if said == full:
                return 1.0
            shared = len(names & tokens)
            if shared:
                best = max(best, 0.95 * 2 * shared / (len(names) + len(tokens)))
        return round(best, 4)

    @cached_property
    def _names(self) -> dict[str, list[tuple[frozenset[str], str]]]:
        names: dict[str, list[tuple[frozenset[str], str]]] = {}
        for thing in self.things:
            own = [thing.title, *thing.aliases, self._labels[thing.id]]
            own += [f"{thing.area} {name}" for name in (thing.title, *thing.aliases) if thing.area]
            own += [f"{thing.floor} {name}" for name in (thing.title,) if thing.floor]
            kind = kind_of(thing)
            own += [f"{thing.area} {kind}"] if thing.area and kind else []
            folded = dict.fromkeys(fold(plain(name)) for name in own if name)
            names[thing.id] = [(_stems(name), name) for name in folded if name]
        return names

    @cached_property
    def _labels(self) -> dict[str, str]:
        titles = {thing.id: _one_line(thing.title) or _one_line(thing.id) for thing in self.things}
        labels = dict(titles)
        for place in ("area", "floor"):
            counts = Counter(labels.values())
            for thing in self.things:
                where = _one_line(getattr(thing, place) or "")
                if counts[labels[thing.id]] > 1 and where and where not in labels[thing.id]:
                    labels[thing.id] = f"{where} {labels[thing.id]}"
        taken: set[str] = set()
        for thing in self.things:
            label, number = labels[thing.id], 2
            while label in taken:
                label, number = f"{labels[thing.id]} {number}", number + 1
            labels[thing.id] = label
            taken.add(label)
        return labels

    @cached_property
    def _by_label(self) -> dict[str, Thing]:
        return {self._labels[thing.id]: thing for thing in self.things}


def _one_line(text: str) -> str:
    return " ".join(text[: 4 * _LONGEST_LABEL].lower().split())[:_LONGEST_LABEL].strip()


def _stems(text: str) -> frozenset[str]:
    """Words without the plural's s, so that "lights" finds a light."""
    return frozenset(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in text.split()
    )
