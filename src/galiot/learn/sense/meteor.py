"""METEOR without synonyms: words match as they are, or by their stems.

Source: Banerjee and Lavie, "METEOR: an automatic metric for MT evaluation", ACL workshop 2005: ten parts recall to one
part precision, less a penalty for words that do not stand together. Stems are Porter's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

_STEEPNESS, _MOST_LOST = 3.0, 0.5


def meteor(text: Sequence[str], wanted: Sequence[str], stem: Callable[[str], str]) -> float:
    """Return METEOR of the words of a text against those of a reference, 0 to 1."""
    pairs = aligned(text, wanted, stem)
    if not pairs:
        return 0.0
    precision, recall = len(pairs) / len(text), len(pairs) / len(wanted)
    mean = 10 * precision * recall / (recall + 9 * precision)
    chunks = 1 + sum(after != (before[0] + 1, before[1] + 1) for before, after in pairwise(pairs))
    return float(mean * (1 - _MOST_LOST * (chunks / len(pairs)) ** _STEEPNESS))


def aligned(text: Sequence[str], wanted: Sequence[str], stem: Callable[[str], str]) -> list[tuple[int, int]]:
    """Return pairs of places that match, in the order of the text: the words as they are first, then by their stems.

    Of several places a word is paired with the one that goes on from the word before, else with the first that is free.
    """
    found: dict[int, int] = {}
    for same in (str, stem):
        keys = [same(word) for word in wanted]
        free = set(range(len(wanted))) - set(found.values())
        for place, word in enumerate(text):
            if place in found:
                continue
            fits = sorted(at for at in free if keys[at] == same(word))
            if fits:
                after = found.get(place - 1, -2) + 1
                found[place] = after if after in fits else fits[0]
                free.discard(found[place])
    return sorted(found.items())
