"""What a question about a reading is about: labels of a sense, facts, or the difference of two readings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from galiot.senses.base import Label
from galiot.signals.fact import Fact

_COMPARING = re.compile(
    r"\b(?:chang\w*|differ\w*|compar\w*|than before|since (?:the )?(?:last|first|previous)|progress\w*|"
    r"better|worse|(?:is|anything|what(?:'s| is)) new)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    "a an and any are as at be been by can case could did do does ecg ekg electrocardiogram evidence find finding for "
    "from had has have heart how i in indicate is it its lead leads me most of old on one or patient person please "
    "possible present reading record recording recent seen show shown shows sign signal signs some such suggest tell "
    "that the there they this to was we what when which who with would you your".split()
)
_FACT_NAMES = {
    "heart rate": ("heart rate", "pulse", "bpm", "beats minute", "fast heart", "rate"),
    "pr": ("pr", "pq"),
    "qrs": ("qrs",),
    "qt": ("qt",),
    "qtc": ("qtc", "corrected qt"),
    "axis": ("axis",),
    "irregularity": ("regular", "irregular", "regularity", "regularly"),
    "early beats": ("early beat", "premature beat", "ectopic beat", "extrasystole"),
    "beats": ("many beat", "number beat"),
    "sdnn": ("sdnn", "heart rate variability", "hrv"),
    "rmssd": ("rmssd",),
    "p": ("p wave",),
    "pause": ("pause", "longest time"),
}
"""What people call a measurement: all words of one of its names stand in a question about it."""
_ALMOST = 0.75  # of a match: others that match nearly as well are of interest too


_FINE = frozenset("fine healthy ok okay alright normal".split())
_WRONG = frozenset("abnormal wrong unhealthy ill sick suspicious pathological".split())


def asks_whether_normal(question: str) -> Literal["normal", "abnormal"] | None:
    """Whether a question is about all being well, or about anything being wrong."""
    asked = set(words(question))
    return "normal" if asked & _FINE else "abnormal" if asked & _WRONG else None


def asks_for_change(question: str | None) -> bool:
    """Whether a question is about the difference of two readings."""
    return bool(question and _COMPARING.search(question))


def labels_asked(labels: Sequence[Label], question: str) -> list[tuple[int, float]]:
    """Return the labels that a question is about, by place, each with how well it matches (0 to 1), the best first.

    A name or synonym matches by the share of its words that the question holds; a label wins by its longest match.
    """
    asked = set(words(question))
    found = []
    for place, label in enumerate(labels):
        scores = [_match(asked, each) for each in (label.code, label.name, *label.synonyms)]
        if (best := max(scores)) > 0:
            found.append((place, best))
    best = max((score for _, score in found), default=0.0)
    return sorted((one for one in found if one[1] >= _ALMOST * best), key=lambda one: -one[1])


def facts_asked(facts: Sequence[Fact], question: str) -> list[Fact]:
    """Return the facts of the whole reading that a question calls by a name; of names within each other the longest."""
    asked = set(words(question, keep=True))
    matches: list[tuple[Fact, frozenset[str]]] = []
    for fact in facts:
        names = (frozenset(words(name, keep=True)) for name in (fact.name, *_FACT_NAMES.get(fact.name, ())))
        if not fact.channel and (held := max((name for name in names if name <= asked), key=len, default=None)):
            matches.append((fact, held))
    return [fact for fact, name in matches if not any(name < other for _, other in matches)]


def words(text: str, *, keep: bool = False) -> list[str]:
    """Return the words of a text that mean something, without the endings of plurals; keep: all of its words."""
    found = [word.replace("ae", "e").replace("oe", "e") for word in re.findall(r"[a-z0-9]+", text.lower())]
    bare = [word[:-1] if word.endswith("s") and len(word) > 3 and not word.endswith("ss") else word for word in found]
    return bare if keep else [word for word in bare if word not in _EMPTY]


def _match(asked: set[str], name: str) -> float:
    """How much of a name a question holds: its last word counts most, as an infarction is asked for by that."""
    own = words(name)
    if not own:
        return 0.0
    shared = [word for word in own if any(_alike(word, other) for other in asked)]
    if not shared:
        return 0.0
    missing = len(own) - len(shared)
    return (len(shared) + len(shared) / len(own)) / (2 + missing * 0.5)


def _alike(word: str, other: str) -> bool:
    """Whether two words are the same, or begin alike: infarct, infarction; ischemic, ischaemia."""
    if word == other:
        return True
    short = min(len(word), len(other))
    return short >= 6 and word[: short - 1] == other[: short - 1]
