"""Several readings as one answer: which of them, how many, whether any or all, which is the highest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """What was found of one thing.

    subject: how it is spoken of; shown: what was found, in words; value: the same as it is, None where it is not known
    fits: whether it is what was asked for, None where nothing was; asked: the words for that
    """

    subject: str
    shown: str
    value: Any = None
    fits: bool | None = None
    asked: str = ""
    unit: str = ""


_MOST_NAMED = 4


def summed(asks: str, verdicts: Sequence[Verdict]) -> str | None:
    """Return one answer for several readings, None where there is no other than each by itself.

    asks: see `plan.Read`
    """
    known = [one for one in verdicts if one.value is not None]
    if len(known) < 2 and asks not in ("count", "which"):
        return None
    if asks in _OVER and all(_is_number(one.value) and one.unit == known[0].unit for one in known):
        text = _OVER[asks](known)
    elif asks not in _OVER and all(one.fits is not None for one in known) and known:
        text = _STATES.get(asks, _each)([one for one in known if one.fits], [one for one in known if not one.fits])
    else:
        return None
    lost = [one.subject for one in verdicts if one.value is None]
    return f"{text} I have no reading of {_listed(lost)}." if lost else text


def _any(yes: list[Verdict], no: list[Verdict]) -> str:
    return f"Yes, {_clauses(yes)}." if yes else f"No, {_none(no)}."


def _all(yes: list[Verdict], no: list[Verdict]) -> str:
    return f"No, {_clauses(no)}." if no else f"Yes, {_clauses(yes)}."


def _which(yes: list[Verdict], no: list[Verdict]) -> str:
    return _capital(f"{_clauses(yes)}.") if yes else f"None: {_none(no)}."


def _count(yes: list[Verdict], no: list[Verdict]) -> str:
    total = len(yes) + len(no)
    if not yes:
        return f"0 of {total}: {_none(no)}."
    return f"{len(yes)} of {total}: {_clauses(yes)}."


def _each(yes: list[Verdict], no: list[Verdict]) -> str:
    if yes and no:
        return f"Not all: {_clauses(yes)}, {_clauses(no)}."
    return f"Yes, {_clauses(yes)}." if yes else f"No, {_clauses(no)}."


def _highest(known: Sequence[Verdict]) -> str:
    return _ranked("highest", sorted(known, key=lambda one: -one.value))


def _lowest(known: Sequence[Verdict]) -> str:
    return _ranked("lowest", sorted(known, key=lambda one: one.value))


def _ranked(which: str, ordered: Sequence[Verdict]) -> str:
    rest = _listed([f"{one.subject} with {one.shown}" for one in ordered[1:_MOST_NAMED]])
    return _capital(f"{ordered[0].subject} is {which} with {ordered[0].shown}, before {rest}.")


def _more(known: Sequence[Verdict]) -> str:
    return _held_against(known, known[0].value > known[1].value)


def _less(known: Sequence[Verdict]) -> str:
    return _held_against(known, known[0].value < known[1].value)


def _held_against(known: Sequence[Verdict], holds: bool) -> str:
    return f"{'Yes' if holds else 'No'}, {_clauses(known)}."


def _difference(known: Sequence[Verdict]) -> str:
    by = f"{round(abs(known[0].value - known[1].value), 1):g} {known[0].unit}".strip()
    return f"The difference is {by}: {_clauses(known)}."


_STATES: dict[str, Callable[[list[Verdict], list[Verdict]], str]] = {
    "any": _any,
    "all": _all,
    "which": _which,
    "count": _count,
}
_OVER: dict[str, Callable[[Sequence[Verdict]], str]] = {
    "most": _highest,
    "least": _lowest,
    "more": _more,
    "less": _less,
    "difference": _difference,
}


def _none(no: Sequence[Verdict]) -> str:
    """Say that none is so: of a few what they are instead."""
    if len(no) <= _MOST_NAMED:
        return _clauses(no)
    return f"none of the {len(no)} is {no[0].asked}"


def _clauses(verdicts: Sequence[Verdict]) -> str:
    """Say what things are, those that are the same together."""
    by_shown: dict[str, list[str]] = {}
    for one in verdicts:
        by_shown.setdefault(one.shown, []).append(one.subject)
    said = [
        f"{_listed(subjects)} {'is' if len(subjects) == 1 else 'are'} {shown}" for shown, subjects in by_shown.items()
    ]
    return _listed(said)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
