"""The words of a question that say what it is about, and the sentences of a passage that answer it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_STOP = frozenset(
    "a an and any anything are as at be been being by can could did do does doing for from had has have her here "
    "his how i if in is it its just may me might must my need needs of on or our please shall should so that the "
    "their them then there these they this those to us was we were what when where which who whom whose why will "
    "with would you your about actually again also always exactly ever get go goes got know like long look many "
    "mean means much often one say says tell up use used way find out thing things something someone manual manuals "
    "document documents note notes guide instructions according called name supposed allowed s t re ll ve d m not "
    "no".split()
)
_ALIKE = tuple(
    frozenset(row.split())
    for row in (
        "password passphrase passcode code pin",
        "wifi wlan wireless internet network",
        "phone number telephone call dial",
        "trash rubbish garbage waste refuse bin bins litter",
        "reset restart reboot reinitialise",
        "clean wash rinse brush wipe empty",
        "change replace renew swap exchange",
        "drain pump empty emptied drained pumped",
        "error fault failure problem trouble message",
        "collect collected collection pick picked pickup",
        "doctor dr physician vet veterinarian",
        "visitor visitors guest guests",
        "outage cut blackout failure",
        "stuck frozen freeze freezes hang hangs hung",
        "buy order ordered delivered deliver delivery",
        "warranty guarantee",
        "winter winterize winterise frost",
        "temperature warm hot degrees heat",
        "start begin begins",
        "stop end ends",
        "accompany accompanied escort escorted alone",
        "quiet silent noise silence",
    )
)
_SENTENCE = re.compile(
    r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\bca\.)(?<!\bmax\.)(?<!\bmin\.)(?<=[.!?])\s+(?=[A-Z0-9\"(])"
)
_CUES: tuple[tuple[str, str], ...] = (
    (r"how often|how frequently|how many times", r"\b(?:every|once|twice|daily|weekly|monthly|each|after)\b"),
    (r"how long|until when", r"\b(?:for|until|up to|within|at most|at least)\b[^.]*"),
    (
        r"\bwhen\b|what time|which day|what day",
        r"\b\w+day\b|\d|\b(?:week|month|hour|minute|second)s?\b",
    ),
    (r"how (?:much|many|hot|cold|warm|strong|high|far)|number|\bat what\b|what (?:temperature|pressure|speed)", r"\d"),
    (r"\bwho\b|whom|whose", r"(?<!^)\b[A-Z][a-z]+|\bwho\b|\bsomeone\b|\bcall\b"),
    (r"\bwhere\b", r"\b(?:in|on|under|behind|inside|into|at|left|right|top|bottom)\b"),
)
"""What is asked for, and what a sentence that says it has."""
_HOW_TO = re.compile(
    r"\bhow (?:do|can|should|must|to|would|could)\b|\bwhat (?:should|do|can|must) (?:i|we|you)\b|\bmeans?\b"
)
_SHORT = 60
"""Characters of a passage that is quoted as a whole."""
_LONGEST_QUERY = 32


def wanted(question: str) -> list[tuple[str, ...]]:
    """Return the words that say what a question is about, each with those that mean the same; at most 32."""
    words = [word for word in re.findall(r"\w+", question.lower()) if word not in _STOP]
    return [(word, *_synonyms(word)) for word in list(dict.fromkeys(words))[:_LONGEST_QUERY]]


def answering(question: str, passage: str) -> str:
    """Return the sentences of a passage that answer a question: from the best one on while they follow from it."""
    sentences = _SENTENCE.split(passage)
    if len(passage) <= _SHORT or len(sentences) == 1 or _HOW_TO.search(question.lower()):
        return passage
    scores = [_score(question, sentence) for sentence in sentences]
    best = max(scores)
    kept = [sentence for sentence, score in zip(sentences, scores, strict=True) if score >= best - 0.5]
    return " ".join(kept)


def _score(question: str, sentence: str) -> float:
    own = {root(word) for word in re.findall(r"\w+", sentence.lower())}
    words = sum(1.0 for alike in wanted(question) if own & {root(word) for word in alike})
    cues = [cue for asked, cue in _CUES if re.search(asked, question.lower())]
    return words + 0.75 * any(re.search(cue, sentence) for cue in cues)


@lru_cache(maxsize=4096)
def root(word: str) -> str:
    """Return a word without the endings that its forms have: cleaned, cleaning, cleans -> clean."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _synonyms(word: str) -> Iterable[str]:
    roots = root(word)
    return sorted({other for row in _ALIKE if any(root(one) == roots for one in row) for other in row} - {word})
