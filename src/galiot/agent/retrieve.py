"""Which things of a large home a sentence may be about."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

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
_REST = 0.5  # of the other clauses
_LENGTH = 0.35  # how much a long name counts against a thing
_COMMON = frozenset(
    "the a an to of in on at and or is are it its be please can could you i me my we our do does with for from that "
    "this turn set make get put up down off all every when then if der die das und im auf le la les et de un une el "
    "los y en il lo e di".split()
)


_CLAUSE = re.compile(
    r"\b(?:and|then|when|whenever|if|unless|until|but|or|except|while|after|before|also|und|dann|et|puis|y|e|i|en)\b|[,;.!?]",
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
        self._rows: dict[str, tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]] = {}
        for term, rows in found.items():
            rarity = math.log(1 + (self._size - len(rows) + 0.5) / (len(rows) + 0.5)) + 0.1
            at = np.fromiter(rows, np.int32, len(rows))
            self._rows[term] = at, np.fromiter(rows.values(), np.float32, len(rows)) * rarity / lengths[at]

    def scores(self, sentence: str) -> list[npt.NDArray[np.float32]]:
        """Return how much each thing, in the home's order, has to do with each clause of a sentence: (things,) float32.

        The rest of the sentence counts half in each clause: "close the blind and lock the door in the office".
        """
        whole = self._scores(sentence)
        clauses = [self._scores(clause) for clause in _CLAUSE.split(sentence)]
        parts = [own * (1 - _REST) + whole * _REST for own in clauses if own.any()]
        return parts if len(parts) > 1 else [whole]

    def _scores(self, sentence: str) -> npt.NDArray[np.float32]:
        scores = np.zeros(self._size, np.float32)
        for term, weight in _query(sentence).items():
            if term in self._rows:
                at, weights = self._rows[term]
                scores[at] += weight * weights
        return scores


def index_of(home: Home) -> Index:
    """Return the index of a home, made once and kept as long as the home lives."""
    if home not in _KNOWN:
        _KNOWN[home] = Index(home)
    return _KNOWN[home]


_KNOWN: WeakKeyDictionary[Home, Index] = WeakKeyDictionary()


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
    terms: dict[str, float] = defaultdict(float)
    words = words_of(fold(sentence))
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
    return terms


def _grams(word: str) -> Iterable[str]:
    """Fragments of a word with its beginning and end marked; a short word has none."""
    marked = f"^{word}$"
    return (f"~{marked[i : i + _GRAM]}" for i in range(len(marked) - _GRAM + 1)) if len(word) > 2 else ()
