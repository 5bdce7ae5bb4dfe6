"""What the model is shown: the things, then the sentence.

    things:
     kitchen light: brightness, color
     desk lamp: light in office
     thermostat: temperature, mode, in hall
    user: it is cold at the desk
    plan:

The part that does not change comes first, so that it is read once for each home. A small home is listed whole, in its
own order; of a large one only what the sentence may be about is shown, because five tokens take as long to read as one
to write.
Nothing here needs the engine: training data is made by the same function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

from galiot.agent.names import clean, names_of
from galiot.agent.retrieve import index_of

if TYPE_CHECKING:
    from galiot.agent.home import Home
    from galiot.agent.thing import Thing

WHOLE_TOKENS = 300
"""A home whose list is estimated to take no more is listed whole."""
PART_TOKENS = 140
"""What the things of a larger home may take."""
_BASE_TOKENS, _CLAUSE_TOKENS, _KIND_TOKENS = 25, 15, 10
_LONGEST = 400  # characters of a sentence; 100 of a plan that waits
_MOST_ROLES, _MOST_ALIASES = 6, 2
_PIECE = re.compile(r"\d|[^\W\d_]+|[^\w\s]")
_TIMED = re.compile(
    r"\b(at \d|\d ?[ap]\.?m\b|\d:\d|o'?clock|noon|midnight|tonight|tomorrow|today|morning|evening|afternoon|night|"
    r"until|half past|quarter|(mon|tues|wednes|thurs|fri|satur|sun)day|week|sunset|sunrise)",
    re.I,
)
_FLOORED = re.compile(r"floor|upstairs|downstairs|level|storey|attic|basement|cellar|etage|stock|piso|piano", re.I)
_HIDDEN = frozenset(
    "power,battery,link quality,linkquality,signal strength,voltage,current,last seen,availability,firmware,update,"
    "power outage memory".split(",")
)  # what every device has, or few people ask for
_PLAIN = {
    "lock": "lock",
    "speaker": "playback track mute",
    "tv": "playback track mute",
    "radio": "playback track mute",
    "media": "playback track mute",
    "vacuum": "cleaning running",
    "mower": "mowing running",
    "sprinkler": "watering",
    "alarm": "alarm",
    "fan": "fan",
}  # what goes without saying for a kind
_COVERS = frozenset("blind,shutter,curtain,shade,awning,window,door,gate,garage door,cover,valve".split(","))


@dataclass(frozen=True)
class Prompt:
    """A prompt in two parts, each to be encoded by itself: what stays, and what does not."""

    prefix: str
    question: str
    """Ends with "plan:"; the lines of the plan follow, a space before each."""
    home: Home
    things: tuple[Thing, ...]
    """Those that are shown, in the home's order."""
    whole: bool
    """Whether all things are shown, so that the prefix is the same for every sentence."""


def compose(
    sentence: str,
    home: Home,
    waiting: Sequence[str] = (),
    now: datetime | None = None,
    *,
    part_tokens: int = PART_TOKENS,
) -> Prompt:
    """Show a sentence with what it may be about.

    waiting: plans that wait for a time or an event, as texts; they are shown, so that they can be cancelled or changed
    now: local time; shown only where the sentence speaks of time
    part_tokens: what the things of a home that is not listed whole may take
    """
    listing = home.once(Listing)
    whole = listing.tokens <= WHOLE_TOKENS
    chosen = range(len(home.things)) if whole else listing.choose(". ".join([shown(sentence), *waiting]), part_tokens)
    floors = listing.floors if whole or _FLOORED.search(sentence) else []
    prefix = "\n ".join(["things:", *floors, *(listing.lines[i] for i in chosen)]) + "\n"
    question = "".join(f"{line}\n" for line in _situation(sentence, waiting, now)) + "plan:"
    return Prompt(prefix, question, home, tuple(home.things[i] for i in chosen), whole)


def shown(sentence: str) -> str:
    """Return a sentence as the model sees it: on one line, and no longer than is read."""
    return _one_line(sentence, _LONGEST)


def answer(text: str) -> str:
    """Put a rendered plan into the form in which it follows a prompt: a space before each line, no newline at last."""
    return "\n".join(f" {line}" for line in text.splitlines())


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text takes; a quarter too many for plain English."""
    return sum(1 + len(piece) // 9 for piece in _PIECE.findall(text)) + text.count("\n") + 1


class Listing:
    """A home's lines, made once for each home by `Home.once`."""

    def __init__(self, home: Home) -> None:
        names = names_of(home)
        self.home = home
        self.lines = [_line(thing, names.by_id[thing.id]) for thing in home.things]
        self.sizes = [estimate_tokens(line) for line in self.lines]
        self.floors = [f"floors: {', '.join(names.floors)}"] if len(names.floors) > 1 else []
        self.tokens = sum(self.sizes) + sum(map(estimate_tokens, self.floors))

    def choose(self, sentence: str, tokens: int) -> list[int]:
        """Return places, ascending, of the things that score best and fit."""
        clauses, kinds = index_of(self.home).rankings(sentence)
        share = _BASE_TOKENS + _CLAUSE_TOKENS * len(clauses) + _KIND_TOKENS * len(kinds)
        left, chosen = min(tokens, share), dict[int, None]()
        for i in (i for row in zip_longest(*clauses, *kinds) for i in row if i is not None):
            if i not in chosen and self.sizes[i] <= left:
                chosen[i] = None
                left -= self.sizes[i]
        return sorted(chosen)


def _line(thing: Thing, label: str) -> str:
    """Return "desk lamp: light in office, brightness"; what the label says is not said again."""
    from galiot.agent.features import features_of, kind_of

    kind, area = clean(kind_of(thing) or ""), clean(thing.area or "")
    said = set(label.split())
    place = f"in {area}" if area and not set(area.split()) <= said else ""
    head = " ".join(filter(None, ["" if set(kind.split()) <= said else kind, place]))
    plain = {*_PLAIN.get(kind, "").split(), *(("position",) if kind in _COVERS else ())} | _HIDDEN
    roles = [role for role in map(clean, features_of(thing)) if role not in plain and not set(role.split()) <= said]
    also = [f"also {clean(alias)}" for alias in thing.aliases[:_MOST_ALIASES] if clean(alias) not in ("", label)]
    rest = ", ".join(filter(None, [head, *roles[:_MOST_ROLES], *also]))
    return f"{label}: {rest}" if rest else label


def _situation(sentence: str, waiting: Sequence[str], now: datetime | None) -> Iterator[str]:
    if now and _TIMED.search(sentence):
        yield f"now: {now.strftime('%a').lower()} {now.hour}:{now.minute:02}"
    if waiting:
        yield "waiting: " + "; ".join(_one_line(plan, 100) for plan in waiting[:4])
    yield f"user: {shown(sentence)}"


def _one_line(text: str, longest: int) -> str:
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))[:longest].strip()
