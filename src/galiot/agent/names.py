"""The words that stand for a home's things, kinds, areas and floors in plans and prompts.

Names come from devices, so they are data: what could be taken for a line, a separator or a quotation of a plan is left
out of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from galiot.agent.home import Home
    from galiot.agent.thing import Thing

_LONGEST = 60  # characters of a name
_FORBIDDEN = re.compile(r"[^\w &'’/()#+.°%-]|_")
_RESERVED = {"every", "everything", "nothing"}


def clean(name: str) -> str:
    """Return a name in lower case, on one line, without what separates the parts of a plan; "" if nothing is left."""
    plain = unicodedata.normalize("NFC", name)
    plain = " ".join(_FORBIDDEN.sub(" ", plain).split())[:_LONGEST].strip().lower()
    return f"the {plain}" if plain.split(" ")[0] in _RESERVED else plain


def words_said(sentence: str) -> list[str]:
    """Return the words of a sentence as a plan may repeat them: cleaned, without the sentence's stops, each once."""
    words = (clean(word).strip(".'’-/") for word in sentence.split())
    return list(dict.fromkeys(part for word in words for part in word.split() if part))


class Names:
    """Both ways between a home and the words for it; made once for each home by `names_of`."""

    def __init__(self, home: Home) -> None:
        labels = _unique(home.label(thing) for thing in home.things)
        self._home = home
        self.labels = {label: thing.id for label, thing in zip(labels, home.things, strict=True)}
        """Label -> id, in the home's order."""
        self.by_id = {thing.id: label for label, thing in zip(labels, home.things, strict=True)}
        self.areas = dict(zip(_unique(home.areas), home.areas, strict=True))
        """Word -> area as the home has it."""
        self.floors = dict(zip(_unique(home.floors), home.floors, strict=True))

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Word -> kind, of the kinds that are there and the wider ones that they belong to."""
        return {clean(kind): kind for thing in self._home.things for kind in kinds_of(thing)}


def kinds_of(thing: Thing) -> tuple[str, ...]:
    """Return the kind of a thing and the wider ones: blind, cover; often one, sometimes none."""
    from galiot.agent.features import KINDS, kind_of

    found, kind = [], kind_of(thing)
    while kind is not None:
        found.append(kind)
        kind = KINDS[kind].parent if kind in KINDS else None
    return tuple(found)


def names_of(home: Home) -> Names:
    """Return the names of a home, made once and kept as long as the home lives."""
    return home.once(Names)


def _unique(names: Iterable[str]) -> list[str]:
    """Cleaned names; one that is taken gets the next number behind it."""
    taken: dict[str, None] = {}
    for name in names:
        plain = word = clean(name) or "thing"
        number = 2
        while word in taken:
            word, number = f"{plain} {number}", number + 1
        taken[word] = None
    return list(taken)
