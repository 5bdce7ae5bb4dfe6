"""Sentences from patterns: `"[please] (turn|switch) on {it}"`, and the ways in which people spoil them.

`[x]` is there or not, `(a|b)` is one of them, `{name}` is filled in. Patterns nest. One in eight of the patterns of a
table is held out: it makes the sentences that the adapter is judged by, and none that it learns from.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping, Sequence

from galiot.agent.lessons import noise_words

HELD_OUT = 8


def is_held_out(pattern: str) -> bool:
    """Return whether a pattern is kept for judging; the same for the same pattern, always."""
    return zlib.crc32(pattern.encode()) % HELD_OUT == 0


class Speaker:
    """Draws wordings; `held_out` speakers prefer the patterns that no other speaker uses."""

    def __init__(self, rng: random.Random, *, held_out: bool = False) -> None:
        self.rng, self.held_out = rng, held_out

    def pick(self, patterns: Sequence[str]) -> str:
        """Return one of the patterns that this speaker may use; all are allowed where none is left."""
        allowed = [pattern for pattern in patterns if is_held_out(pattern) == self.held_out]
        return self.rng.choice(allowed or list(patterns))

    def say(self, patterns: str | Sequence[str], words: Mapping[str, str] | None = None) -> str:
        """Return one sentence of a pattern or of a table of patterns, its slots filled from `words`."""
        pattern = patterns if isinstance(patterns, str) else self.pick(patterns)
        said = expand(pattern, self.rng)
        for name, value in (words or {}).items():
            said = said.replace("{" + name + "}", value)
        assert "{" not in said, f"a slot of {pattern!r} is not filled"
        return " ".join(said.split())


def expand(pattern: str, rng: random.Random) -> str:
    """Return a pattern with every choice made."""
    text, _ = _sequence(pattern, 0, "", rng)
    return text


def _sequence(pattern: str, at: int, ends: str, rng: random.Random) -> tuple[str, int]:
    """Return the text from `at` to one of the characters in `ends`, and where that is."""
    parts: list[str] = []
    while at < len(pattern) and pattern[at] not in ends:
        if pattern[at] in "([":
            close = ")" if pattern[at] == "(" else "]"
            choices: list[str] = []
            optional, at = pattern[at] == "[", at + 1
            while True:
                text, at = _sequence(pattern, at, "|" + close, rng)
                choices.append(text)
                at += 1
                if pattern[at - 1] == close:
                    break
            parts.append("" if optional and rng.random() < 0.5 else rng.choice(choices))
        else:
            parts.append(pattern[at])
            at += 1
    return "".join(parts), at


_IMPERATIVE = frozenset(
    "turn switch put flip flick power get bring click activate enable start energize engage fire boot wake make let "
    "run give set have open raise roll "
    "pull draw part lift swing crank close shut lower seal stop halt hold freeze lock bolt secure latch bar unlock "
    "unbolt release unlatch unbar undo free "
    "mute silence hush unmute play press pause resume continue unpause skip vacuum hoover clean send dock return "
    "park cut mow water irrigate begin launch "
    "abort end arm disarm deactivate disable kill take dim change adjust fade brighten bump increase boost soften "
    "tone reduce crank heat keep ease notch "
    "speed slow use select show choose pick move leave add remove set count extend shorten tell report read check "
    "find measure wait remind write note "
    "preheat boil hit chuck stick throw brighten dim darken illuminate heat warm cool drop pull roll bolt arm "
    "colour disengage unset cancel trigger execute toggle do drop warn notify alert inform say lose quit knock stick "
    "pop whack call don't".split()
)


_DONE = ("please", "thanks", "for me", "will you", "would you", "now")
_ASKING = ("could", "can ", "would", "do you", "mind ", "why", "how about", "i ", "i'd", "i'm", "let's", "somebody")
"""Ends and beginnings of what is said politely enough as it is."""


def give_reason(said: str, rng: random.Random) -> str:
    """Put a reason that changes nothing in front of what is asked or behind it."""
    reason = rng.choice(noise_words.REASONS)
    form = rng.choice(
        ("{r}, {s}", "{r} so {s}", "{s}, {r}", "{s} because {r}", "{r}. {s}", "{s}. {r}", "{r}, so please {s}")
    )
    return form.replace("{r}", reason).replace("{s}", said)


def be_polite(said: str, rng: random.Random) -> str:
    """Put a command without a capital into one of the ways people ask for things."""
    if said.endswith(_DONE) or said.startswith(_ASKING):
        return rng.choice(("hey, {s}", "ok {s}", "so, {s}", "oh and {s}", "listen, {s}")).replace("{s}", said)
    table = noise_words.POLITE if said.split(" ")[0] in _IMPERATIVE and rng.random() < 0.75 else noise_words.FRIENDLY
    return rng.choice(table).replace("{s}", said)


def spoil(said: str, rng: random.Random) -> str:
    """Return a sentence as it may come out of a thumb or of a speech recogniser; numbers stay as they are."""
    words = said.split()
    kind = rng.choice(("typo", "typo", "heard", "filler", "filler", "lower", "double", "upper"))
    at = rng.randrange(len(words))
    if kind == "filler":
        words.insert(at, rng.choice(noise_words.FILLERS) + rng.choice(("", ",")))
    elif kind == "double":
        words.insert(at, words[at])
    elif kind == "upper":
        words = [word.upper() for word in words]
    elif kind == "lower":
        words = [word.lower().strip(",.!?'") for word in words]
    elif kind == "heard":
        words = [noise_words.HEARD.get(word, word) if rng.random() < 0.5 else word for word in words]
    else:
        long = [n for n, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if long:
            at = rng.choice(long)
            words[at] = _mistype(words[at], rng)
    return " ".join(words)


def _mistype(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice(noise_words.NEAR.get(word[at].lower(), "e")) + word[at + 1 :]


def finish(said: str, rng: random.Random) -> str:
    """Give a sentence its capital and its stop, or not, as people do."""
    said = said.strip()
    if rng.random() < 0.45:
        said = said[:1].upper() + said[1:]
        said = said.replace(" i ", " I ").replace(" i'", " I'")
        if rng.random() < 0.6 and said[-1] not in ".?!":
            said += "."
    return said
