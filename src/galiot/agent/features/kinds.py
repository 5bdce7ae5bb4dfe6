"""What kind of device a thing is, by its types, its names and what it can do."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable

from galiot.agent.features.kinds_table import KINDS
from galiot.agent.features.words import fold, plain
from galiot.agent.thing import Thing

_MOST_WORDS = 4
_LEAST_TAIL = 4  # letters of a word that a compound may end in: Steh|lampe


def is_a(kind: str | None, wider: str | None) -> bool:
    """Whether a kind is another or a kind of it: a blind is a cover."""
    while kind is not None and kind != wider:
        kind = KINDS[kind].parent if kind in KINDS else None
    return kind is not None


def kinds_of_words(text: str) -> tuple[str, ...]:
    """Return the kinds that a name speaks of, the likeliest first: "garage door light" is a light, then a garage
    door."""
    return _kinds_of(fold(plain(text)))


@functools.lru_cache(maxsize=16384)
def _kinds_of(text: str) -> tuple[str, ...]:
    words = text.split()
    found: list[tuple[float, str]] = []
    for start in range(len(words)):
        for length in range(min(_MOST_WORDS, len(words) - start), 0, -1):
            phrase = " ".join(words[start : start + length])
            end = start + length
            if phrase in _LAST:
                found.append((end * 10 + length, _LAST[phrase]))
            if phrase in _FIRST:
                found.append((1000 - start * 10 + length, _FIRST[phrase]))
        if kind := _tail(words[start]):
            found.append((start * 10 + 10.5, kind))
    found.sort(key=lambda one: -one[0])
    return tuple(dict.fromkeys(kind for _, kind in found))


def _tail(word: str) -> str | None:
    """Return the kind of a compound of one word: "Deckenlampe", "Wohnzimmerlicht", "Badezimmerrollladen"."""
    if len(word) < 8 or word in _LAST:
        return None
    for cut in range(2, len(word) - _LEAST_TAIL + 1):
        if word[cut:] in _TAILS:
            return _TAILS[word[cut:]]
    return None


def kinds_of_types(types: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds that @type names: "saref:LightSwitch", "om:Thermostat", "SmartPlug"."""
    found = []
    for name in types:
        bare = fold(plain(name.rsplit(":", 1)[-1].rsplit("/", 1)[-1].rsplit("#", 1)[-1]))
        joined = bare.replace(" ", "")
        if joined in _TYPES:
            found.append(_TYPES[joined])
        elif kinds := [kind for kind in _kinds_of(bare) if bare not in _VAGUE_TYPES]:
            found.append(kinds[0])
    return tuple(dict.fromkeys(found))


def guesses(thing: Thing) -> tuple[str, ...]:
    """Return the kinds that names and types speak of, the surest first."""
    found = list(kinds_of_types(thing.types))
    vague = [kind for kind in found if kind in ("switch", "sensor", "cover", "media", "climate", "appliance", "plug")]
    sure = [kind for kind in found if kind not in vague]
    named: list[str] = []
    for text in (
        thing.title,
        *thing.aliases,
        thing.id.rsplit("/", 1)[-1].rsplit(":", 1)[-1][:60],
        thing.description[:80] if not thing.title else "",
    ):
        named += kinds_of_words(text)
    return tuple(
        dict.fromkeys([*sure, *named, *vague] if not vague else [*sure, *_under(named, vague), *vague, *named])
    )


def _under(named: list[str], vague: list[str]) -> list[str]:
    """A type that says "cover" and a title that says "blind" agree on the blind; a switch may be anything that is
    switched."""
    loose = {"switch", "plug", "sensor"}
    return [kind for kind in named if any(is_a(kind, wide) or wide in loose for wide in vague) and kind != "button"]


def decide(candidates: Iterable[str], roles: Collection[str], changed: Collection[str]) -> str | None:
    """Return the first kind that the features allow.

    roles: all features of the thing; changed: those that can be commanded
    """
    for kind in candidates:
        needed = KINDS[kind].roles
        if is_a(kind, "sensor") or not needed:
            if not (is_a(kind, "sensor") and _DONE & set(changed) and kind != "sensor"):
                return kind
        elif set(needed) & set(changed) or (not changed and not roles):
            return kind
    return None


_DONE = {"power", "brightness", "lock", "position", "target temperature", "mode", "volume", "playback"}
_BACKWARDS = list(reversed(list(KINDS.items())))
_LAST = {fold(word): kind for kind, row in _BACKWARDS for word in row.head_last}
_FIRST = {fold(word): kind for kind, row in _BACKWARDS for word in row.head_first}
_TYPES = {word: kind for kind, row in _BACKWARDS for word in row.types}
_TAILS = {
    word: kind
    for word, kind in _LAST.items()
    if len(word) >= _LEAST_TAIL
    and " " not in word
    and word not in ("spot", "range", "amps", "torch", "screen", "media", "radio", "pump", "hose")
}
_VAGUE_TYPES = {"thing", "device", "smart device", "actuator"}
