"""Two or more readings held against each other, and the one of them that is meant: "the colder room"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from galiot.agent.plan import Act, Comparison, If, Operand, Relation
from galiot.agent.rules.amounts import amount
from galiot.agent.rules.index import content
from galiot.agent.rules.lexicon import NOUNS
from galiot.agent.rules.looking import reads
from galiot.agent.rules.references import name_of, words_of
from galiot.agent.rules.states import MORE, QUANTITIES, QUANTITY, measures
from galiot.agent.rules.words import stem

if TYPE_CHECKING:
    from galiot.agent.rules.conditions import Conditions

_MOST: dict[str, str] = {
    "warmest": "warmer",
    "hottest": "warmer",
    "coldest": "colder",
    "coolest": "colder",
    "brightest": "brighter",
    "darkest": "darker",
    "loudest": "louder",
    "quietest": "quieter",
    "most humid": "more humid",
    "dampest": "damper",
    "driest": "drier",
    "wettest": "wetter",
}
_MORE = "|".join(sorted(map(re.escape, (*MORE, *_MOST)), key=len, reverse=True))
_SEE = r"(?:(?:tell me|find out|check|see|look|say|let me know|look up) )?"
_ONE = r"(?:one|room|place|side|area|floor|spot|of (?:the )?(?:two|them|both|rooms))"
_IMPLIED = re.compile(r"\b(?:that (?:one|room|place)|it|its|in there|there)\b")
_WINNER = re.compile(rf"(?:\bthe )?\b(?P<more>{_MORE}) {_ONE}(?: of (?:the )?(?:two|them|both))?\b")
_WHICHEVER = re.compile(
    r"(?P<before>.*?)\b(?:whichever|the one)(?: one)? of (?P<a>.+?) (?:and|or) (?P<b>.+?)(?: that)? "
    r"(?P<is>(?:is|are) .+)"
)
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"compare (?P<a>.+?) (?:and|with|to|against) (?P<b>.+)",
        rf"{_SEE}(?:which|what)(?: {_ONE})?(?: .+?)? is (?P<more>{_MORE}|higher|lower)(?: ,| :)? "
        r"(?P<a>.+?)(?: ,)? or (?P<b>.+)",
        rf"{_SEE}(?:which|what) (?:{_ONE}|[\w ]*room|room) is (?:the )?(?P<more>{_MORE})",
        rf"(?:is|are) it (?P<more>{_MORE}) (?P<a>(?:in|on|at) .+?|outside|inside|upstairs|downstairs) than (?P<b>.+)",
        rf"(?:is|are) (?P<a>.+?) (?P<more>{_MORE}) than (?P<b>.+)",
        rf"(?:tell me|find out|check|see|look) (?:if|whether) (?P<a>.+?) is (?P<more>{_MORE}) than (?P<b>.+)",
    )
)
_BOTH = re.compile(
    r"(?:tell me|report|show me|give me|say|read)(?: me| out)? "
    r"(?:both|them|them both|all of them|the two|both of them|the difference or both)"
    r"(?: (?:temperatures|values|readings|levels|numbers|results|of them))?"
)
_WATER = ("water", "lake", "sea", "pool", "pond")
_MOST_COMPARED = 12


@dataclass(frozen=True)
class Compared:
    """Readings that were compared, and how each place was called.

    more: which of them is meant by "it" from then on; "" where a sentence has to say it
    """

    operands: tuple[Operand, ...]
    phrases: tuple[str, ...]
    more: str = ""


def compared(c: Conditions, text: str) -> list[Act] | None:
    """Return what to read for a clause that compares, and remember it; None where it is none."""
    for shape in _SHAPES:
        found = shape.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        roles, relation = (
            MORE[_MOST.get(parts.get("more") or "", parts.get("more") or "")] if _named(parts) else ((), None)
        )
        if parts.get("a") is None:
            made = _everywhere(c, roles, parts["more"] or "")
        elif amount(parts["b"] or "") is not None:
            return None
        else:
            made = _two(c, parts["a"], parts["b"], roles)
        if made is None:
            continue
        c.compared, c.subject = made, made.operands
        if relation and (text.startswith(("is ", "are ")) or re.search(r"\b(?:if|whether)\b", text)):
            c.polar = If((Comparison(made.operands[0], relation, made.operands[1]),))
        return reads(made.operands)
    return None


def both(c: Conditions, text: str) -> list[Act] | None:
    """Return what to read for "tell me both" after a comparison."""
    if c.compared is None or not _BOTH.fullmatch(text):
        return None
    return reads(c.compared.operands)


def versus(c: Conditions, first: str, more: str, second: str) -> tuple[Comparison, ...] | None:
    """Return "the hall is warmer than the attic" as a condition."""
    roles, relation = MORE[more]
    made = _two(c, first, second, roles)
    if made is None:
        return None
    c.compared, c.subject = made, made.operands
    return (Comparison(made.operands[0], relation, made.operands[1]),)


def against_other(c: Conditions, phrase: str, more: str) -> tuple[Comparison, ...] | None:
    """Return "it is colder upstairs", where two places were compared before."""
    if c.compared is None or len(c.compared.operands) != 2:
        return None
    roles, relation = MORE[more]
    one = operand(c, phrase, roles)
    other = next((o for o in c.compared.operands if o != one), None)
    if one not in c.compared.operands or one is None or other is None:
        return None
    return (Comparison(one, relation, other),)


def operand(c: Conditions, phrase: str, roles: tuple[str, ...]) -> Operand | None:
    """Return the one quantity that a phrase names: "the hall", "in the hall", "what the heating is set to"."""
    phrase = re.sub(r"^(?:in|on|at|inside|of) ", "", phrase.strip(" ,"))
    if found := re.fullmatch(r"(?:what|where) (.+?) (?:is|are) set (?:to|at)", phrase):
        roles, phrase = ("target temperature",), found.group(1)
    elif found := re.fullmatch(rf"(?:the )?({QUANTITY})s?(?: (?:of |in |on |at |inside )?(.+))?", phrase):
        roles, phrase = QUANTITIES[found.group(1)], found.group(2) or ""
    elif found := re.fullmatch(rf"(.+?) ({QUANTITY})", phrase):
        roles, phrase = QUANTITIES[found.group(2)], found.group(1)
    roles = roles or ("temperature",)
    bare = re.sub(r"^(?:the|my|our) ", "", phrase)
    if bare in _WATER:
        roles, phrase = ("water temperature",), ""
    if bare in ("room", "air"):
        phrase = ""
    thing = _called(c, phrase, roles) or c.measured(phrase, roles)
    role = measures(thing, roles, c.index) if thing is not None else None
    return Operand(thing, role) if thing is not None and role is not None else None


def _called(c: Conditions, phrase: str, roles: tuple[str, ...]) -> str | None:
    """The one thing that bears all words of a phrase in its name and tells a quantity: "upstairs heating"."""
    wanted = set(content(tuple(phrase.split())))
    named = [
        thing
        for thing, entry in c.index.entries.items()
        if wanted and measures(thing, roles, c.index) and any(wanted <= set(name) for name in entry.names)
    ]
    return named[0] if len(named) == 1 else None


@dataclass(frozen=True)
class Winner:
    """A clause about the one of several that wins.

    ways: for each of them, ways to say the clause about it
    relation: by which it wins
    """

    operands: tuple[Operand, ...]
    ways: tuple[list[str], ...]
    relation: Relation
    every: bool
    """Whether the clause has to have a meaning for each of them."""

    def conditions(self, numbers: Sequence[int]) -> list[If]:
        """Return, for some of them, if it wins among these; of several that are the same the first does."""
        weak: Relation = "at least" if self.relation == "above" else "at most"
        return [
            If(
                tuple(
                    Comparison(self.operands[one], self.relation if other < one else weak, self.operands[other])
                    for other in numbers
                    if other != one
                )
            )
            for one in numbers
        ]


def winner(c: Conditions, text: str) -> Winner | None:
    """Return what a clause is about if that is the winner of a comparison."""
    if c.compared is None:
        return None
    found = _WINNER.search(text)
    more = found["more"] if found else c.compared.more
    if not more or not (found or _IMPLIED.search(text)):
        return None
    _, relation = MORE[_MOST.get(more, more)]
    ways = tuple(
        _about(text, phrase, name_of(one.thing, c.index.home), found)
        for one, phrase in zip(c.compared.operands, c.compared.phrases, strict=True)
    )
    return Winner(c.compared.operands, ways, relation, not c.compared.more)


def _about(text: str, phrase: str, label: str, found: re.Match[str] | None) -> list[str]:
    """Ways to say a clause about one of those that were compared."""
    place = re.sub(r"^(?:in|on|at) ", "", phrase)
    ways = []
    for name in (label, place):
        if found is not None:
            said = place if re.search(r"\b(?:in|on|at) $", text[: found.start()]) else name
            way = f"{text[: found.start()]}{said}{text[found.end() :]}"
        else:
            way = re.sub(r"\b(?:in )?there\b", f"in {place}", text)
            way = re.sub(r"\bthat (?:one|room|place)\b", name, way)
            way = re.sub(r"\bthe (?:room|place|one) and its (\w+)\b", r"its \1", way)
        ways += [re.sub(r"\bits (\w+)", rf"the {place} \1", way), re.sub(r"\bits (\w+)", rf"the \1 in {place}", way)]
        ways.append(re.sub(r"\bit\b", name, ways[-1]))
    return list(dict.fromkeys(ways))


def whichever(c: Conditions, text: str) -> list[tuple[If, str]] | None:
    """Return "turn on whichever of the lamps is off" as a clause for each, with its condition."""
    found = _WHICHEVER.fullmatch(text)
    if found is None:
        return None
    noun = found["b"].split()[-1]
    made = []
    for phrase in (found["a"], found["b"]):
        for name in (phrase, f"{phrase} {noun}"):
            conditions = c.read(f"{name} {found['is']}")
            if conditions is not None:
                made.append((If(conditions), f"{found['before']}{name}"))
                break
        else:
            return None
    return made


def _named(parts: dict[str, str | None]) -> bool:
    more = parts.get("more")
    return more is not None and more not in ("higher", "lower")


def _two(c: Conditions, first: str, second: str, roles: tuple[str, ...]) -> Compared | None:
    quantity = re.fullmatch(rf"(?:the )?({QUANTITY})s? (?:of |in |on |at |between )?(.+)", first)
    if quantity and not re.search(rf"\b(?:{QUANTITY})\b", second):
        roles = QUANTITIES[quantity.group(1)]
    noun = second.split()[-1]
    shared = stem(noun) in NOUNS and stem(first.split()[-1]) not in NOUNS
    one = (operand(c, f"{first} {noun}", roles) if shared else None) or operand(c, first, roles)
    other = operand(c, second, roles)
    water = next((found for found in (one, other) if found and found.role == "water temperature"), None)
    if water is not None and measures(water.thing, ("temperature",), c.index):
        air = Operand(water.thing, "temperature")
        one, other = (one if one == water else one or air), (other if other == water else other or air)
    if one is None or other is None or one == other:
        return None
    place = quantity.group(2) if quantity else first
    return Compared((one, other), (place, second))


def _everywhere(c: Conditions, roles: tuple[str, ...], more: str) -> Compared | None:
    """The readings of all rooms, one for each."""
    rooms: dict[str, Operand] = {}
    for thing in c.index.entries:
        area = c.index.home.by_id[thing].area
        role = measures(thing, roles[:1], c.index)
        if area and role and area not in rooms:
            rooms[area] = Operand(thing, role)
    if not 2 <= len(rooms) <= _MOST_COMPARED:
        return None
    return Compared(tuple(rooms.values()), tuple(map(words_of, rooms)), more)
