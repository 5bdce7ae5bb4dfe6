"""What "it", "its volume" and "there" stand for: names of things and places in their stead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from galiot.agent.home import Home
from galiot.agent.rules.lexicon import NOUNS
from galiot.agent.rules.states import QUANTITIES, measures
from galiot.agent.rules.targets import Targets
from galiot.agent.rules.words import split, stem

_ITS = re.compile(r"\b(?:its|their) (?P<noun>\w+)\b")
_THERE = re.compile(r"\b(?:in |over )?there\b(?! (?:is|are|was|were)\b)")
_IT = re.compile(r"\b(?:it|them|they|that one|this one)\b")
_THAT = re.compile(
    r"^(?P<verb>(?:turn|switch|put|set|make|open|close|lock|start|stop|pause|dim) )(?:that|this)\b"
    r"(?= (?:on|off|to)\b|$)"
)


def name_of(thing: str, home: Home) -> str:
    """Return a thing's name in the words that sentences are compared in."""
    return _words(home.label(home.by_id[thing]))


def words_of(name: str) -> str:
    """Return the name of a place likewise."""
    return _words(name)


def spelled_out(text: str, targets: Targets, heard: Sequence[str] = ()) -> str:
    """Return a clause with "its volume" and "there" as names of what was spoken of last.

    heard: what was spoken of before that, for a quantity that the last one has not
    """
    things = targets.last or targets.spoken
    home = targets.home
    if _ITS.search(text) and things:
        text = _ITS.sub(lambda found: _its(found["noun"], things, heard, targets), text)
    area = next((home.by_id[t].area for t in (*targets.last, *targets.spoken) if home.by_id[t].area), None)
    if area and _THERE.search(text):
        text = _THERE.sub(f"in {_words(area)}", text)
    return text


def named(text: str, targets: Targets) -> str:
    """Return a clause for a reader that knows nothing of those before it: with names for every pronoun."""
    text = spelled_out(text, targets)
    things = targets.last or targets.spoken
    if not things or len(things) > 4:
        return text
    names = " and ".join(f"the {name_of(thing, targets.home)}" for thing in things)
    text = _THAT.sub(lambda found: f"{found['verb']}{names}", text)
    return _IT.sub(names, text)


def _its(noun: str, things: Sequence[str], heard: Sequence[str], targets: Targets) -> str:
    home = targets.home
    roles = QUANTITIES.get(noun) or QUANTITIES.get(stem(noun)) or ()
    for some in (things, *((thing,) for thing in heard)):
        if roles and any(measures(thing, roles, targets.index) for thing in some):
            return f"the {stem(noun)} of {' and '.join(name_of(thing, home) for thing in some)}"
    area = home.by_id[things[0]].area
    if stem(noun) in NOUNS and area:
        own = [t for t in targets.index.of_noun(stem(noun)) if home.by_id[t].area == area and t not in things]
        if len(own) == 1:
            return name_of(own[0], home)
        return f"the {noun} in {_words(area)}"
    return f"the {noun} of {' and '.join(name_of(thing, home) for thing in things)}"


def _words(name: str) -> str:
    return " ".join(word for word in split(name) if word[0].isalnum())
