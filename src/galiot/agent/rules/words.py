"""A sentence as words that can be compared, with the user's own spelling kept beside each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_PIECE = re.compile(r"\d+[.,]\d+|\d{1,2}:\d{2}|\d+|[^\W\d_]+(?:'[^\W\d_]+)*|[°%,;:.!?()<>&+=]")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_CONTRACTIONS = {
    "what's": ("what", "is"),
    "whats": ("what", "is"),
    "how's": ("how", "is"),
    "hows": ("how", "is"),
    "where's": ("where", "is"),
    "who's": ("who", "is"),
    "when's": ("when", "is"),
    "it's": ("it", "is"),
    "that's": ("that", "is"),
    "there's": ("there", "is"),
    "i'm": ("i", "am"),
    "i'd": ("i", "would"),
    "i'll": ("i", "will"),
    "let's": ("let", "us"),
    "don't": ("do", "not"),
    "dont": ("do", "not"),
    "doesn't": ("does", "not"),
    "didn't": ("did", "not"),
    "isn't": ("is", "not"),
    "aren't": ("are", "not"),
    "wasn't": ("was", "not"),
    "won't": ("will", "not"),
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "shouldn't": ("should", "not"),
    "mustn't": ("must", "not"),
    "needn't": ("need", "not"),
    "o'clock": ("o'clock",),
    "%": ("percent",),
    "pct": ("percent",),
    "°": ("degrees",),
    "&": ("and",),
    "telly": ("tv",),
    "television": ("tv",),
    "tvs": ("tv",),
    "televisions": ("tv",),
    "aircon": ("air", "conditioner"),
    "switchoff": ("switch", "off"),
    "colour": ("color",),
    "centigrade": ("celsius",),
    "grey": ("gray",),
}


class Word(str):
    """One word in comparable spelling; `raw` is what was written, `gap` whether a space was before it."""

    __slots__ = ("gap", "raw")
    raw: str
    gap: bool

    def __new__(cls, text: str, raw: str = "", gap: bool = True) -> Word:
        """Return the word; `raw` defaults to the text itself."""
        word = super().__new__(cls, text)
        word.raw = raw or text
        word.gap = gap
        return word


Words = tuple[str, ...]


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Return the text in lower case and without accents: "Salón" -> "salon"; other scripts keep their marks."""
    lowered = text.lower().translate(_APOSTROPHES)
    if lowered.isascii():
        return lowered
    plain = unicodedata.normalize("NFKD", lowered)
    latin = "".join(c for c in plain if not unicodedata.combining(c))
    replaced = latin.replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("æ", "ae").replace("œ", "oe")
    return replaced if replaced.isascii() else unicodedata.normalize("NFC", lowered)


def split(sentence: str) -> Words:
    """Return the words of a sentence, punctuation that separates as words of its own; "20°C" is 20, degrees, c."""
    words: list[str] = []
    text = sentence.translate(_APOSTROPHES)
    for found in _PIECE.finditer(text):
        raw = found.group()
        gap = found.start() == 0 or text[found.start() - 1].isspace()
        folded = fold(raw)
        if folded not in _CONTRACTIONS and folded.endswith("'s") and len(folded) > 2:
            folded = folded[:-2]
        if found.start() > 1 and text[found.start() - 1] == "-" and text[found.start() - 2].isalnum():
            raw = f"-{raw}"
        if raw[0].isdigit() and "," in folded:
            folded = folded.replace(",", ".")
        parts = _CONTRACTIONS.get(folded, (folded,))
        for index, part in enumerate(parts):
            words.append(Word(part, raw if index == 0 else "", gap if index == 0 else False))
            if len(parts) > 1 and index:
                words[-1].raw = ""  # type: ignore[attr-defined]
    return tuple(words)


def spell(words: Iterable[str]) -> str:
    """Return words as the user wrote them."""
    text = ""
    for word in words:
        raw = word.raw if isinstance(word, Word) else word
        if not raw:
            continue
        text += (" " if text and getattr(word, "gap", True) else "") + raw
    return text.strip(" ,.;:!?-")


_SINGULAR = {
    "lights": "light",
    "blinds": "blind",
    "leaves": "leaf",
    "shelves": "shelf",
    "switches": "switch",
    "radiators": "radiator",
    "batteries": "battery",
    "humidities": "humidity",
    "children": "child",
    "kids": "kid",
    "stairs": "stairs",
    "upstairs": "upstairs",
    "downstairs": "downstairs",
    "glass": "glass",
    "gas": "gas",
    "bus": "bus",
    "this": "this",
    "is": "is",
    "was": "was",
    "as": "as",
    "us": "us",
    "its": "its",
    "always": "always",
    "celsius": "celsius",
    "series": "series",
    "christmas": "christmas",
    "minus": "minus",
    "plus": "plus",
}
_NUMBER_NAMES = {
    w: str(i) for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return the form under which a word of a name is compared: singular, and small numbers as digits."""
    if word in _SINGULAR:
        return _SINGULAR[word]
    if word in _NUMBER_NAMES:
        return _NUMBER_NAMES[word]
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def slipped(word: str, other: str) -> bool:
    """Whether two words that begin alike differ by one letter left out, put in or taken for another, or two swapped."""
    if word[:1] != other[:1] or word == other or abs(len(word) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    mine, its = word[at:], other[at:]
    return mine[1:] == its or mine == its[1:] or mine[1:] == its[1:] or (mine[1::-1], mine[2:]) == (its[:2], its[2:])
