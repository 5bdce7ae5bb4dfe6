"""One of a device's own choices, named in whatever words: "YouTube on the tv", "make me a lungo", "the ac to dry mode".

No shape of sentence is known here. Words that name a choice are looked for, then what is left has to name the thing or
be words that say nothing else; any word beyond these makes it None. A choice that many devices have ("low", "auto")
counts only beside its thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from galiot.agent.features import Feature
from galiot.agent.home import Home
from galiot.agent.plan import Act, Ask, Do, Plan, Step, Target
from galiot.agent.rules import polite
from galiot.agent.rules.barred import ADJECTIVES, JOINT, TIMED
from galiot.agent.rules.beyond import is_question
from galiot.agent.rules.index import feature_names
from galiot.agent.rules.targets import Found, Targets, TooLong, Unclear
from galiot.agent.rules.words import Words, split, stem

_STATES = frozenset(
    "power position lock playback cleaning mowing watering running mute alarm color brightness volume track "
    "tilt".split()
)
"""Roles whose choices are what a thing does, which verbs ask for."""
_CARRIERS = frozenset(
    map(
        stem,
        "a an the my our your this that some any me us we you i it s put set turn switch change get give have make "
        "show go bring run do use select choose take want need would could should can will shall like love let "
        "please be is to on in at over into onto from of for with by up and now bit nice thing there here back "
        "mode program setting station channel input source feed app playlist option choice start play watch listen "
        "hear see thanks cup please quickly just really maybe fancy pick move jump flip tune wish good quick fresh "
        "new cool time lovely great programme preset".split(),
    )
)
_PLAIN = frozenset(
    map(
        stem,
        "on off auto automatic low medium mid middle high max min normal standard heat heating cool cooling dry "
        "fan eco open closed idle none quiet silent sleep live day night home away comfort one two three four five "
        "1 2 3 4 5 first second third speed level tv radio music light red green blue white warm cold".split(),
    )
)
"""Words of choices that mean other things as well: they count only beside the thing."""
NOT = re.compile(r"\b(?:not|no|never|nothing|without|except|stop|cancel|off|instead of|rather than)\b|n't\b")
"""Words with which a sentence may mean the opposite, or more than one thing."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERED = {"first": "1", "second": "2", "third": "3", "fourth": "4", "one": "1", "two": "2", "three": "3"}


@dataclass(frozen=True)
class _Match:
    """A choice that a sentence names. words: places of the words that name it"""

    thing: str
    role: str
    choice: Any
    words: frozenset[int]
    whole: bool


def choice(sentence: str, home: Home, context: Mapping[str, object] | None = None) -> Plan | None:
    """Return the plan for a sentence that names one of the choices of a thing, None where it may mean anything else."""
    said = polite.digits(polite.strip(split(sentence)))
    words = tuple(word for word in said if word[:1].isalnum())
    text = " ".join(words)
    if not words or JOINT.search(" ".join(said).strip(" .!?,")) or TIMED.search(text) or NOT.search(text):
        return None
    if is_question(sentence):
        return None
    try:
        act = _Choices(Targets(home, context)).read(words)
    except TooLong:
        return None
    return Plan((Step(act),), "rules", sentence) if act is not None else None


class _Choices:
    """Finds the choice that the words of one sentence name."""

    def __init__(self, targets: Targets) -> None:
        self.targets, self.index = targets, targets.index

    def read(self, words: Words) -> Act | None:
        """Return the act, a question where it fits several things, None where it is none."""
        stems = [stem(_NUMBERED.get(word, word)) for word in words]
        named = sorted(self._named(stems), key=lambda one: (-one.whole, -len(one.words)))
        for best in named:
            alike = [
                one
                for one in named
                if one.words == best.words and one.whole == best.whole and _same(one.choice, best.choice)
            ]
            if (act := self._of(words, stems, alike)) is not None:
                return act
        return None

    def _named(self, stems: list[str]) -> Iterator[_Match]:
        """The choices that are named, wholly or by a word that no other choice has."""
        known = list(self._choices())
        owners: dict[str, set[str]] = {}
        for _, _, choice in known:
            for word in _words(choice):
                owners.setdefault(word, set()).add(str(choice))
        for thing, role, choice in known:
            for own in (_words(choice), _words(_CAMEL.sub(" ", choice))):
                found = {place for place, word in enumerate(stems) if word in own}
                said = {stems[place] for place in found}
                telling = [word for word in said if len(owners.get(word, ())) < 2 and word not in _PLAIN]
                if said and (said == set(own) or any(len(word) > 2 for word in telling)):
                    yield _Match(thing, role, choice, frozenset(found), said == set(own))
                    break

    def _choices(self) -> Iterator[tuple[str, str, Any]]:
        for thing, entry in self.index.entries.items():
            for role, feature in entry.features.items():
                if feature.commandable and role not in _STATES and feature.like not in _STATES:
                    yield from ((thing, role, one) for one in feature.choices if isinstance(one, str) and _words(one))

    def _of(self, words: Words, stems: list[str], alike: list[_Match]) -> Act | None:
        first = alike[0]
        things = {one.thing: one for one in alike}
        left = [word for place, word in enumerate(words) if place not in first.words and stems[place] not in _CARRIERS]
        if all(word in ADJECTIVES for word in left) and not any(word in self.index.by_word for word in left):
            plain = all(stems[place] in _PLAIN for place in first.words)
            return None if plain else self._act(things, tuple(things))
        unclear: Unclear | None = None
        for phrase in filter(None, dict.fromkeys(map(" ".join, self._phrases(left, first)))):
            answer = self.targets.find(phrase, things.__contains__, area_only=False)
            if not isinstance(answer, Found | Unclear) and self.targets.is_place(phrase):
                answer = self.targets.find(phrase, things.__contains__, area_only=True)
            if isinstance(answer, Found):
                return self._act(things, tuple(id for id in answer.things if id in things))
            unclear = unclear or (answer if isinstance(answer, Unclear) else None)
        return Ask("which", unclear.options) if unclear is not None else None

    def _phrases(self, left: list[str], match: _Match) -> Iterator[list[str]]:
        """What is left; also without adjectives, and without the words that the feature is called by."""
        bare = [word for word in left if word not in ADJECTIVES]
        yield left
        yield bare
        yield self._without_role(left, match)
        yield self._without_role(bare, match)

    def _without_role(self, left: list[str], match: _Match) -> list[str]:
        """Words without those that the feature is called by: "fan" of "ac fan to low"."""
        feature = self.index.features(match.thing)[match.role]
        called = {word for name in feature_names(match.role, feature) for word in name.split()}
        return [word for word in left if stem(word) not in called]

    def _act(self, things: Mapping[str, _Match], chosen: tuple[str, ...]) -> Act | None:
        if len(chosen) != 1:
            return Ask("which", chosen) if chosen else None
        one = things[chosen[0]]
        verb = _verb(self.index.features(one.thing)[one.role])
        return Do(verb, Target((one.thing,)), one.role, one.choice) if verb else None


def _verb(feature: Feature) -> str:
    verbs = feature.verbs
    return "set" if "set" in verbs or feature.write is not None else "run" if "run" in feature.actions else ""


def _words(choice: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in split(choice.replace("_", " ").replace("-", " ")) if word[:1].isalnum())


def _same(one: Any, other: Any) -> bool:
    return str(one).casefold() == str(other).casefold()
