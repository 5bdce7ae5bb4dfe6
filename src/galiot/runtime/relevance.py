"""Which facts of a reading answer a question."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from galiot.runtime.session import Session
from galiot.signals.fact import Fact

_CLOCK = re.compile(r"\b([01]?\d|2[0-3]):[0-5]\d")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d ")  # ten tokens that tell nothing about relevance
_PARTS_OF_DAY = {
    "night": ("In the night, ", (22, 23, 0, 1, 2, 3, 4, 5)),
    "morning": ("In the morning, ", (5, 6, 7, 8, 9, 10, 11)),
    "afternoon": ("In the afternoon, ", (12, 13, 14, 15, 16, 17)),
    "evening": ("In the evening, ", (17, 18, 19, 20, 21, 22)),
}
_OVERNIGHT = {"tonight": "night", "overnight": "night", "midnight": "night", "noon": "afternoon", "midday": "afternoon"}
_ASKED = {
    "maximum": "high higher highest max maximum most peak top warmest hottest largest biggest strongest fastest",
    "minimum": "low lower lowest min minimum least smallest coldest weakest slowest bottom",
    "level": "typical typically usual usually normal level median how warm cold high low",
    "mean": "average mean",
    "last": "now current currently last latest end moment",
    "trend": "trend rising falling increase increasing decrease decreasing drift slope going changing",
    "step": "happen happened step jump jumped drop dropped fall fell rise rose change changed event sudden when",
    "steps": "often many times steps changes",
    "outliers": "outlier outliers unusual strange odd anomaly anomalies spike spikes wrong fault error problem",
    "stuck": "stuck frozen dead fault broken wrong problem stopped stop working off",
    "gaps": "gap gaps missing lost incomplete pause data complete",
    "missing": "missing lost empty data",
    "period": "period periodic cycle cycles often regular repeat repeats every",
    "states": "on off open closed state states share working running occupied",
    "spread": "vary varies variation spread stable steady deviation noise",
    "constant": "constant stable stuck changed",
    "count": "count samples many",
    "span": "long span duration from until period cover covers",
    "rate": "rate often sampling frequency",
}


def asked_part_of_day(question: str | None) -> str:
    """Return night, morning, afternoon or evening where the question speaks of it, else nothing."""
    for word in _words(question or ""):
        word = _OVERNIGHT.get(word, word)
        if word in _PARTS_OF_DAY:
            return word
    return ""


def asks_for_events(question: str | None) -> bool:
    """Whether a question, or none, is best answered in the order of time."""
    return not question or bool(asked_part_of_day(question)) or "happen" in question.lower()


def part_of_day(fact: Fact, question: str | None) -> str:
    """Return "In the night, " where the question asks about the night and the fact happened then, else nothing."""
    part = asked_part_of_day(question)
    return _PARTS_OF_DAY[part][0] if part and _hour(fact) in _PARTS_OF_DAY[part][1] else ""


def matches(facts: Sequence[Fact], question: str) -> npt.NDArray[np.float64]:
    """Score facts (n,) by what their names, kinds and times share with the words of a question."""
    words, part = set(_words(question)), asked_part_of_day(question)
    scores = np.zeros(len(facts))
    for i, fact in enumerate(facts):
        name = _words(fact.channel)
        shared = sum(word in words for word in name)
        scores[i] += (shared > 0) + 2 * shared / max(1, len(name))
        scores[i] += bool(_WORDS_OF.get(fact.name, frozenset()) & words)
        hour = _hour(fact)
        if part and hour is not None:
            scores[i] += 2 if hour in _PARTS_OF_DAY[part][1] else -2
    return scores


def likelihoods(session: Session, clauses: Sequence[str], question: str) -> npt.NDArray[np.float64]:
    """Score clauses (n,) by how likely the model finds the question after each of them; mean 0, deviation 1.

    The session is left empty.
    Source: Sachan et al., "Improving Passage Retrieval with Zero-Shot Question Generation", EMNLP 2022.
    """
    tokenizer = session.model.tokenizer
    asked = tokenizer.encode(question)
    if not asked or not clauses:
        return np.zeros(len(clauses))
    scores = np.empty(len(clauses))
    for i, text in enumerate(clauses):
        session.rewind(0)
        lead = f"A sensor report says: {_DATE.sub('', text)}.\nThe question that this sentence answers: "
        first = session.evaluate(tokenizer.encode(lead, start=True)).logits
        rest = session.evaluate(asked, logits="all").logits
        assert first is not None
        assert rest is not None
        scores[i] = _log_likelihood(np.concatenate([first, rest[:-1]]), asked)
    session.rewind(0)
    normed: npt.NDArray[np.float64] = (scores - scores.mean()) / max(float(scores.std()), 1e-9)
    return normed


def _log_likelihood(logits: npt.NDArray[np.float32], tokens: Sequence[int]) -> float:
    """Log-likelihood of tokens (n,) under logits (n, vocabulary)."""
    highest = logits.max(axis=1)
    total = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    return float((logits[np.arange(len(tokens)), tokens] - total).sum())


def _hour(fact: Fact) -> int | None:
    found = _CLOCK.search(fact.at_display or fact.text) if fact.at is not None else None
    return int(found[1]) if found else None


def _words(text: str) -> list[str]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return [word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words]


_WORDS_OF = {name: frozenset(_words(words)) for name, words in _ASKED.items()}
