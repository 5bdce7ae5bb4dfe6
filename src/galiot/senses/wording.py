"""Sentences about statements and measurements; how sure a statement is, is said in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from galiot.runtime.report import clause
from galiot.senses.base import Statement
from galiot.signals.fact import Fact, Facts

HEDGES = ((0.9, ""), (0.7, "likely"), (0.5, "probably"), (0.0, "possibly"))
"""From which probability on a statement is made with which word."""
NORMAL = "NORM"
_UNLIKELY = ((0.05, "very unlikely"), (0.2, "unlikely"), (1.1, "not likely enough to be stated"))
SHORT = {"heart rate": "heart rate", "pr": "PR", "qrs": "QRS", "qtc": "QTc", "qt": "QT", "p": "P wave"}
_THING = {"ecg": "ECG"}
_MOST_LIMITS = 3

Wordings = tuple[str, ...]
"""Sentences that say the same, of which the model takes one."""


def thing_of(kind: str) -> str:
    """What a reading of a kind is called in a sentence."""
    return _THING.get(kind, "recording")


def hedge(probability: float) -> str:
    """Return the word that says how sure a statement is; nothing from 0.9 on."""
    return next(word for least, word in HEDGES if probability >= least)


def unlikely(probability: float) -> str:
    """Return the words for a statement that is not made."""
    return next(words for most, words in _UNLIKELY if probability < most)


def told(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements that are told, the surest first: a wide one only where none of its group is told."""
    said = sorted((one for one in statements if one.said and one.code != NORMAL), key=lambda one: -one.probability)
    finer = {one.label.group for one in said if one.label.group != one.code}
    return [one for one in said if one.code not in finer]


def findings(statements: Sequence[Statement], thing: str) -> list[Wordings]:
    """Say all that is said, and nothing else: one sentence of findings, and one on whether all is normal."""
    made: list[Wordings] = []
    found = told(statements)
    if found:
        made.append(finding_sentences(found, thing))
    normal = next((one for one in statements if one.code == NORMAL), None)
    if normal is not None and normal.said:
        word = f"{hedge(normal.probability)} normal".strip()
        abnormal = any(one.label.group not in ("", NORMAL) for one in found)
        made.append(
            (f"Otherwise the {thing} is {word}.", f"Apart from this the {thing} is {word}.")
            if abnormal
            else (f"The {thing} is {word}.", f"Overall, the {thing} is {word}.")
        )
    elif not any(one.label.group not in ("", NORMAL) for one in found):
        made.append(_nothing_sure(normal, thing))
    return made


def finding_sentences(found: Sequence[Statement], thing: str) -> Wordings:
    """Say some statements, the surest first, each with the word that says how sure it is."""
    groups = _by_hedge(found)
    parts = [f"{word} {listed(names)}".strip() for word, names in groups]
    word, names = groups[0]
    shows = f"{word} shows".strip()
    together = listed([listed(names), *parts[1:]], comma=len(parts) > 1)
    there = listed(parts, comma=len(parts) > 1)
    return (f"The {thing} {shows} {together}.", f"There is {there}.", f"Findings: {'; '.join(parts)}.")


def nothing_stated(thing: str) -> list[Wordings]:
    """Say that too many channels are missing for statements."""
    return [(f"With so few channels nothing is stated of the {thing} beyond measurements.",)]


def classes(statements: Sequence[Statement]) -> list[Wordings]:
    """Say which class it is, and which comes next where that is not sure."""
    ranked = sorted(statements, key=lambda one: -one.probability)
    first = ranked[0]
    if not first.said:
        return [("It is not sure enough to be stated what the recording shows.",)]
    word = hedge(first.probability)
    rest = f", less likely {ranked[1].name}" if word in ("probably", "possibly") and len(ranked) > 1 else ""
    shows = f"{word} shows".strip()
    return [(f"This is {f'{word} {first.name}'.strip()}{rest}.", f"The recording {shows} {first.name}{rest}.")]


def measurements(facts: Facts, names: Sequence[str]) -> list[Wordings]:
    """Say the facts of the whole reading that have these names, all in one sentence; none where there are none."""
    pairs = [(SHORT.get(name, name), found[0].display) for name in names if (found := _measured(facts.of("", name)))]
    if not pairs:
        return []
    plain = [f"{name} {value}" for name, value in pairs]
    (first, value), others = pairs[0], plain[1:]
    given = f"The {first} is {value}"
    sentence = f"{given}, with {listed(others)}." if others else f"{given}."
    return [(f"{capital(', '.join(plain))}.", sentence)]


def remarkable(facts: Iterable[Fact], least: float, most: int) -> list[Wordings]:
    """Say facts that are remarkable, each in a sentence that may be left out."""
    chosen = sorted((fact for fact in facts if fact.score >= least and clause(fact.text)), key=lambda fact: -fact.score)
    return [(f"{capital(clause(fact.text))}.", "") for fact in chosen[:most]]


def limits_of(limits: Sequence[str]) -> list[Wordings]:
    """Say what is wrong with the signal."""
    said = [clause(limit) for limit in dict.fromkeys(limits) if clause(limit)]
    more = [f"{len(said) - _MOST_LIMITS} more"] if len(said) > _MOST_LIMITS else []
    return [(f"Limits: {'; '.join(said[:_MOST_LIMITS] + more)}.",)] if said else []


def not_usable(limits: Sequence[str], thing: str) -> str:
    """The sentence for a reading of which nothing sure can be said."""
    reasons = "; ".join(clause(limit) for limit in dict.fromkeys(limits) if clause(limit))
    return f"The {thing} cannot be judged{': ' + reasons if reasons else ''}."


def listed(parts: Sequence[str], *, comma: bool = False) -> str:
    """Join words as a sentence does: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])}{',' if comma else ''} and {parts[-1]}"


def capital(text: str) -> str:
    """Begin with a capital, unless the first word is a name with letters of its own."""
    start = text.split(" ", 1)[0].rstrip(",;:.")
    return text[:1].upper() + text[1:] if start == start.lower() and start.isalpha() else text


def _by_hedge(found: Sequence[Statement]) -> list[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for one in found:
        groups.setdefault(hedge(one.probability), []).append(clause(one.name))
    return list(groups.items())


def _measured(found: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in found if isinstance(fact.value, float | int) and fact.display[:1] in "+-0123456789"]


def _nothing_sure(normal: Statement | None, thing: str) -> Wordings:
    if normal is None:
        return ("No finding is sure enough to be stated.", f"Nothing in the {thing} is sure enough to be stated.")
    return (
        f"The {thing} is not taken for normal, but no finding is sure enough to be stated.",
        f"No finding is sure enough to be stated, yet the {thing} is not taken for normal.",
    )
