"""The names of a home that a sentence may hold, as lists for templates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

_CLOSE = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff]")
"""Letters of languages that put no space between words."""
_PARTS = re.compile(r"[\s_-]+")


class Slots:
    """Names for one place in templates, of which those are handed out that can be in a sentence.

    A list of all names of a large home takes longer to build than all templates to match. What is handed out is never
    too little: of a name that matches each word stands in the sentence, whatever else the templates skip there.

    rows: tuples that begin with a name, as hassil's `TextSlotList.from_tuples` has them
    """

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._words: dict[str, list[int]] = {}
        self._close: list[tuple[frozenset[str], int]] = []
        self._needed: list[int] = []
        for place, row in enumerate(rows):
            name = str(row[0])
            words = set() if _CLOSE.search(name) else {_bare(word) for word in _PARTS.split(name)} - {""}
            self._needed.append(len(words))
            if not words:
                self._close.append((frozenset(_bare(name)), place))
            for word in words:
                self._words.setdefault(word, []).append(place)

    def within(self, sentence: str) -> list[tuple[Any, ...]]:
        """Return the rows of the names that a sentence may hold, in their order."""
        said = _bare(sentence)
        letters = set(said)
        found: dict[int, int] = {}
        for word in self._words:
            if word in said:
                for place in self._words[word]:
                    found[place] = found.get(place, 0) + 1
        places: Iterable[int] = [place for place, count in found.items() if count == self._needed[place]]
        places = [*places, *(place for needed, place in self._close if needed <= letters)]
        return [self._rows[place] for place in sorted(places)]


def _bare(text: str) -> str:
    """Letters and digits alone, without case."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", folded)))
