"""The names of a home as words, made once for each home."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from galiot.agent.features import Feature, features_of, kind_of
from galiot.agent.features.kinds_table import KINDS
from galiot.agent.features.words import plain
from galiot.agent.home import Home
from galiot.agent.rules.lexicon import FLOORS, FOREIGN, GLUE, NOUNS
from galiot.agent.rules.words import Words, split, stem
from galiot.agent.thing import Thing


@dataclass
class Entry:
    """One thing as words."""

    id: str
    names: list[Words]
    areas: list[Words]
    floors: list[Words]
    kind: str
    kinds: frozenset[str]
    """What it is by its names, and by the types of its description: a "Coffee Maker" may be a plug."""
    features: Mapping[str, Feature] = field(default_factory=dict)

    def own(self) -> set[str]:
        return {word for name in self.names for word in name}


class Index:
    """A home's names as words, made once for each home by `index_of`."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.entries: dict[str, Entry] = {}
        self.by_word: dict[str, set[str]] = {}
        self.by_kind: dict[str, set[str]] = {}
        self.exact: dict[Words, list[str]] = {}
        self.foreign = False
        """Whether the words are those of another language than English."""
        self.verbs: dict[str, frozenset[str]] = {}
        """What can be asked of a thing without saying which feature; filled in as it is looked at."""
        for thing in home.things:
            self._add(thing)
        self.areas: dict[Words, list[str]] = {}
        for area in home.areas:
            for words in variants(area):
                if area not in self.areas.setdefault(words, []):
                    self.areas[words].append(area)
        self.floors = {words for e in self.entries.values() for words in e.floors}
        self.place_words = {w for e in self.entries.values() for group in (e.areas, e.floors) for v in group for w in v}

    def _add(self, thing: Thing) -> None:
        names = [v for name in (thing.title, *thing.aliases, self.home.label(thing)) for v in variants(name)]
        names = list(dict.fromkeys(names))
        areas = list(variants(thing.area)) if thing.area else []
        floors = list(_floor_variants(thing.floor)) if thing.floor else []
        kind = kind_of(thing) or ""
        kinds = frozenset({kind, *_typed(thing)})
        entry = Entry(thing.id, names, areas, floors, kind, kinds, features_of(thing))
        self.entries[thing.id] = entry
        for one in kinds:
            self.by_kind.setdefault(one, set()).add(thing.id)
        for name in names:
            self.exact.setdefault(name, []).append(thing.id)
        for word in {w for group in (names, areas, floors) for v in group for w in v}:
            self.by_word.setdefault(word, set()).add(thing.id)

    @cached_property
    def called(self) -> dict[str, dict[str, list[str]]]:
        """What a feature that can be changed is called -> thing -> its roles of that name."""
        found: dict[str, dict[str, list[str]]] = {}
        for thing, entry in self.entries.items():
            for role, feature in entry.features.items():
                if feature.commandable:
                    for name in feature_names(role, feature):
                        found.setdefault(name, {}).setdefault(thing, []).append(role)
        return found

    @cached_property
    def parts(self) -> frozenset[str]:
        """The words that the affordances of all things are called by."""
        named = (one for thing in self.home.things for one in thing.affordances())
        return frozenset(stem(word) for one in named for name in (one.name, one.title) for word in plain(name).split())

    @cached_property
    def told_by(self) -> dict[str, list[tuple[set[str], str]]]:
        """Thing -> what each of its features that can be read is called, and its role."""
        return {
            thing: [(feature_names(role, one), role) for role, one in entry.features.items() if one.read is not None]
            for thing, entry in self.entries.items()
        }

    @cached_property
    def readers(self) -> dict[str, dict[str, None]]:
        """Role -> the things that tell it."""
        found: dict[str, dict[str, None]] = {}
        for thing, entry in self.entries.items():
            for role, feature in entry.features.items():
                if feature.read is not None:
                    found.setdefault(role, {})[thing] = None
        return found

    def features(self, thing: str) -> Mapping[str, Feature]:
        """Return role -> feature of a thing."""
        return self.entries[thing].features

    def kind(self, thing: str) -> str:
        """Return the kind of a thing."""
        return self.entries[thing].kind

    def of_noun(self, noun: str) -> set[str]:
        """Return the things that a head noun may mean by their kind."""
        found: set[str] = set()
        for kind in self.kinds_of(noun):
            found |= self.by_kind.get(kind, set())
        return found

    def kinds_of(self, noun: str) -> tuple[str, ...]:
        """Return the kinds that a noun may mean, also in other languages while one of them is read."""
        return NOUNS.get(noun, ()) or (_foreign_nouns().get(noun, ()) if self.foreign else ())


_ABROAD = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, FOREIGN), key=len, reverse=True))})\b")


def index_of(home: Home) -> Index:
    """Return the words of a home, made once and kept as long as the home lives."""
    return home.once(Index)


def feature_names(role: str, feature: Feature) -> set[str]:
    """Return what a feature is called: by its role, and by the names and titles of its affordances; stemmed."""
    names = {role}
    for affordance in (feature.write, feature.read, *feature.actions.values()):
        if affordance is not None:
            names |= {plain(affordance.name), plain(affordance.title)}
    return {" ".join(stem(w) for w in name.split()) for name in names if name}


@lru_cache(maxsize=1)
def _foreign_nouns() -> dict[str, tuple[str, ...]]:
    """Return noun -> kinds in all languages that the table of kinds has."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, row in KINDS.items():
        for name in (*row.head_first, *row.head_last):
            if " " not in name:
                found[stem(name)] = (*found.get(stem(name), ()), kind)
    for name, other in (
        ("iluminacion", "light"),
        ("puerta", "lock"),
        ("porte", "lock"),
        ("tur", "lock"),
        ("lumiere", "light"),
        ("luz", "light"),
    ):
        found[name] = (*found.get(name, ()), other)
    return found


def _typed(thing: Thing) -> Iterable[str]:
    """Return the kinds that the types of a description name."""
    types = {t.rpartition(":")[2].lower() for t in thing.types}
    return (kind for kind, row in KINDS.items() if types & set(row.types))


def variants(name: str) -> Iterable[Words]:
    """Yield the ways to say a name, stemmed: as it stands, without and inside parentheses, in English."""
    forms = [name]
    if "(" in name:
        forms += [re.sub(r"\([^)]*\)", " ", name), *re.findall(r"\(([^)]*)\)", name)]
    if "/" in name:
        forms += [part for form in list(forms) for part in form.split("/")]
    seen: dict[Words, None] = {}
    for form in forms:
        words = content(split(form))
        plain = " ".join(w for w in split(form) if w[0].isalnum())
        if words:
            seen.setdefault(words)
        if (translated := _ABROAD.sub(lambda found: FOREIGN[found.group()], plain)) != plain:
            seen.setdefault(content(tuple(translated.split())))
    return seen


def _floor_variants(name: str) -> Iterable[Words]:
    found = dict.fromkeys(variants(name))
    plain = {w for v in found for w in v}
    for word, others in FLOORS.items():
        if word in plain or plain & set(others[:3]):
            found.setdefault((word,))
    return found


def content(words: Iterable[str]) -> Words:
    """Return the words that carry meaning, stemmed."""
    kept = tuple(stem(w) for w in words if w not in GLUE and (w[0].isalnum()))
    return kept or tuple(stem(w) for w in words if w[0].isalnum())
