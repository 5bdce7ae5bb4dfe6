"""Rows that say what another row has said already.

Texts are compared, not hidden states: that needs no model, so a duplicate costs no pass through one, and two commands
that differ in the one word that matters are as near to each other in a small model's states as true duplicates are.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Shingles = npt.NDArray[np.uint64]

_LENGTH = 5  # bytes of a shingle
_BANDS, _ROWS = 8, 8  # of a signature; texts that share nine tenths meet in one band with 99 %
_ALIKE = 0.9  # share of shingles from which on texts are near duplicates
_SHORT = 20  # shingles; what is shorter is only compared exactly, as a letter may turn its meaning
_LOOKED_AT = 8  # texts of one bucket; so the time grows with the number of texts only
_FORM_ROWS = 1000  # looked at to learn what all texts share
_FEWEST = 20  # below so many texts, nothing can be said about what they share


def distinct(texts: Sequence[str]) -> list[int]:
    """Return the places of texts that no text before them repeats, exactly or nearly.

    Exactly: the same letters and digits, whatever their case, spaces and compatibility forms. Nearly: nine tenths of
    all stretches of five bytes are the same, those left out that more than half of all texts have (a common system
    prompt makes no duplicates), where twenty are left. Found by MinHash (Broder 1997) with bands and then counted, in
    linear time.
    """
    normal = [normalized(text) for text in texts]
    seen: set[str] = set()
    first = []
    for place, text in enumerate(normal):
        if text not in seen:
            seen.add(text)
            first.append(place)
    form = _form([normal[place] for place in first])
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    known: dict[int, Shingles] = {}
    for place in first:
        own = np.setdiff1d(_shingles(normal[place]), form, assume_unique=True)
        bands = list(enumerate(row.tobytes() for row in _signature(own))) if len(own) >= _SHORT else []
        others = {other for band in bands for other in buckets[band][-_LOOKED_AT:]}
        if any(_alike(own, known[other]) for other in others):
            continue
        known[place] = own
        for band in bands:
            buckets[band].append(place)
    return list(known)


def normalized(text: str) -> str:
    """Return a text with one form of each letter, in lower case, and single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _shingles(text: str) -> Shingles:
    """Return every stretch of five bytes, once, as a number."""
    raw = np.frombuffer(text.encode("utf-8", "surrogatepass").ljust(_LENGTH), np.uint8).astype(np.uint64)
    found = np.zeros(len(raw) - _LENGTH + 1, np.uint64)
    for i in range(_LENGTH):
        found = (found << np.uint64(8)) | raw[i : i + len(found)]
    distinct_ones: Shingles = np.unique(found)
    return distinct_ones


def _form(texts: Sequence[str]) -> Shingles:
    """Return the stretches that more than half of the texts have."""
    if len(texts) < _FEWEST:
        return np.empty(0, np.uint64)
    looked_at = texts[:: -(-len(texts) // _FORM_ROWS)]
    found, counts = np.unique(np.concatenate([_shingles(text) for text in looked_at]), return_counts=True)
    common: Shingles = found[counts > len(looked_at) / 2]
    return common


def _signature(shingles: Shingles) -> npt.NDArray[Any]:
    """Return the smallest of each of 64 hashes of a set, (bands, rows) uint32."""
    multipliers, offsets = _HASHES
    with np.errstate(over="ignore"):
        mixed = (shingles ^ (shingles >> np.uint64(17))) * np.uint64(0x9E3779B97F4A7C15)
        hashed = (mixed[:, None] * multipliers + offsets) >> np.uint64(32)
    smallest: Shingles = hashed.min(axis=0)
    return smallest.astype(np.uint32).reshape(_BANDS, _ROWS)


def _alike(a: Shingles, b: Shingles) -> bool:
    """Tell whether two sets have nine tenths of their elements in common."""
    if min(len(a), len(b)) < _ALIKE * max(len(a), len(b)):
        return False
    both = len(np.intersect1d(a, b, assume_unique=True))
    return both >= _ALIKE * (len(a) + len(b) - both)


_HASHES = np.random.default_rng(1997).integers(0, 1 << 64, (2, _BANDS * _ROWS), np.uint64) | np.uint64(1)
