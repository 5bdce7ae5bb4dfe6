"""Which things of a large home a sentence may be about."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from galiot.agent.concepts import topics_of
from galiot.agent.features.words import fold, words_of
from galiot.agent.names import kinds_of

if TYPE_CHECKING:
    from galiot.agent.home import Home
    from galiot.agent.thing import Thing

_GRAM = 4  # letters
_TITLE, _ALIAS, _AREA, _FLOOR, _KIND, _ROLE = 2.0, 2.0, 1.5, 0.7, 1.2, 0.6  # what a word counts by where it stands
_PARTIAL = 0.35  # of all fragments of a word together, beside the word itself
_TOPIC = 0.5  # of a word's topic beside the topic's own name
_TOPIC_NAME = 0.25  # of a word's topic in a name: a plug that is called kettle
_REST = 0.5  # of the other clauses
_LEAST = 0.8  # of the best score: what is below is not shown
_FEWEST, _MOST = 2, 30  # things that are shown for a clause however low or high they score
_OF_KIND, _MOST_KINDS = 2, 5
_USUAL = ("light", "thermostat", "lock", "tv", "speaker", "blind", "fan")  # what wishes are often about
_LENGTH = 0.35  # how much a long name counts against a thing
_COMMON = frozenset(
    "the a an to of in on at and or is are it its be please can could you i me my we our do does with for from that "
    "this turn set make get put up down off all every when then if der die das und im auf le la les et de un une el "
    "los y en il lo e di d m s t re ll ve like should would what how here there too so just now want need let "
    "us".split()
)


_CLAUSE = re.compile(
    r"\b(?:and|then|when|whenever|if|unless|until|but|or|except|while|after|before|also|plus|und|dann|et|puis|y|e|en)\b|[,;.!?]",
    re.I,
)


class Index:
    """Words of things and where they stand, made once for each home by `index_of`.

    A sentence is held against names, aliases, areas, kinds and features by words, by fragments of words (so that
    "bedrooms" or a slip of the pen still finds), and by what its words may be about. The score is the sum of the
    inverse frequencies of what agrees, after Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
    and Beyond", 2009, without its saturation: a name holds a word once.
    """

    def __init__(self, home: Home) -> None:
        found: dict[str, dict[int, float]] = {}
        lengths = np.ones(len(home.things), np.float32)
        for i, thing in enumerate(home.things):
            for term, weight in _terms(thing):
                rows = found.setdefault(term, {})
                rows[i] = max(rows.get(i, 0.0), weight)
            lengths[i] = 1 + _LENGTH * math.log1p(len(words_of(home.label(thing))))
        self._size = len(home.things)
        self._kinds = {kind for thing in home.things for kind in kinds_of(thing)}
        titles = (name for thing in home.things for name in (thing.title, *thing.aliases))
        called = Counter(word for title in titles for word in words_of(fold(title)))
        self._rare = {word for word, count in called.items() if len(word) > 2 and count <= 3} - _COMMON
        self._rows: dict[str, tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]] = {}
        for term, rows in found.items():
            rarity = math.log(1 + (self._size - len(rows) + 0.5) / (len(rows) + 0.5)) + 0.1
            at = np.fromiter(rows, np.int32, len(rows))
            self._rows[term] = at, np.fromiter(rows.values(), np.float32, len(rows)) * rarity / lengths[at]

    def rankings(self, sentence: str) -> tuple[list[list[int]], list[list[int]]]:
        """Return places of things, the likeliest first: a list for each clause, one for each kind that it may be about.

        The rest of the sentence adds to what a clause says itself: "close the blind and lock the door in the office".
        The kinds are those that are named, where there are several; where nothing is named, those that a wish may be
        about.
        """
        whole = self._scores(sentence)
        clauses, kinds = [], []
        for clause in _CLAUSE.split(sentence):
            own = self._scores(clause)
            if own.any():
                scores = own + np.minimum(own, _REST * (whole - own).clip(0))
                clauses.append(_best(scores, _FEWEST))
                kinds += [_best(np.where(of_kind, scores, 0), 0)[:_OF_KIND] for of_kind in self._kinds_in(clause)]
        return clauses or [list(range(min(_FEWEST, self._size)))], kinds

    def _kinds_in(self, clause: str) -> list[npt.NDArray[np.bool_]]:
        """Which things are of each kind that a clause names, or may be about where it names none, (things,) each."""
        from galiot.agent.features import kinds_of_words

        named = [kind for kind in kinds_of_words(clause) if kind in self._kinds]
        words = words_of(fold(clause))
        if len(named) == 1:
            return []
        topics = [topic for word in words for topic in topics_of(word)]
        if not self._rare.intersection(words):
            topics += _USUAL
        kinds = named or [topic for topic in dict.fromkeys(topics) if topic in self._kinds]
        masks = np.zeros((min(len(kinds), _MOST_KINDS), self._size), bool)
        for mask, kind in zip(masks, kinds, strict=False):
            mask[self._rows[f"={kind}"][0]] = True
        return list(masks)

    def _scores(self, sentence: str) -> npt.NDArray[np.float32]:
        scores = np.zeros(self._size, np.float32)
        for term, weight in _query(sentence).items():
            if term in self._rows:
                at, weights = self._rows[term]
                scores[at] += weight * weights
        return scores


def _best(scores: npt.NDArray[np.float32], fewest: int) -> list[int]:
    """Places of the things that score best, and at least so many."""
    first = np.argsort(-scores, kind="stable")[:_MOST]
    count = max(fewest, int(np.count_nonzero(scores[first] >= _LEAST * scores[first[0]])))
    return [int(i) for i in first[:count] if scores[i] > 0]


def index_of(home: Home) -> Index:
    """Return the index of a home, made once and kept as long as the home lives."""
    return home.once(Index)


def _terms(thing: Thing) -> Iterator[tuple[str, float]]:
    from galiot.agent.features import features_of

    for kind in kinds_of(thing):
        yield f"={kind}", _KIND
        yield from _words(kind, _KIND)
    for role in features_of(thing):
        yield f"={role}", _ROLE
        yield from _words(role, _ROLE)
    for text, weight in [(thing.title, _TITLE), *((a, _ALIAS) for a in thing.aliases)]:
        yield from _words(text, weight)
    for place, weight in ((thing.area, _AREA), (thing.floor, _FLOOR)):
        if place:
            yield from _words(place, weight)


def _words(text: str, weight: float) -> Iterator[tuple[str, float]]:
    words = words_of(fold(text))
    yield from ((f"{a} {b}", weight) for a, b in pairwise(words))
    for word in words:
        yield word, weight
        for gram in _grams(word):
            yield gram, weight


def _query(sentence: str) -> dict[str, float]:
    """Terms of a sentence and what they count."""
    from galiot.agent.features import kinds_of_words

    terms: dict[str, float] = defaultdict(float)
    words, named = words_of(fold(sentence)), kinds_of_words(sentence)
    terms |= {f"{a} {b}": 1.0 for a, b in pairwise(words)}
    for word in dict.fromkeys(words):
        if word in _COMMON:
            continue
        terms[word] += 1
        grams = list(_grams(word))
        for gram in grams:
            terms[gram] += _PARTIAL / len(grams)
        terms[f"={word}"] += 1
        for topic in topics_of(word):
            terms[f"={topic}"] = max(terms[f"={topic}"], _TOPIC)
            if not named:
                terms[topic] = max(terms[topic], _TOPIC_NAME)
    terms |= {f"={kind}": 1.0 for kind in named}
    return terms


def _grams(word: str) -> Iterable[str]:
    """Fragments of a word with its beginning and end marked; a short word has none."""
    marked = f"^{word}$"
    return (f"~{marked[i : i + _GRAM]}" for i in range(len(marked) - _GRAM + 1)) if len(word) > 2 else ()
