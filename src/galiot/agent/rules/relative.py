"""More or less of something, in whatever order it is said: "key light a bit weaker", "ac two degrees cooler".

No shape of sentence is known here. One word says which way; beside it may stand how much; what is left has to name the
thing, or what of it is meant, or be words that say nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from galiot.agent.home import Home
from galiot.agent.plan import Act, Ask, Plan, Step
from galiot.agent.rules import polite
from galiot.agent.rules.amounts import Amount, amount
from galiot.agent.rules.attributes import UP_DOWN, attribute
from galiot.agent.rules.barred import JOINT, TIMED
from galiot.agent.rules.beyond import is_question
from galiot.agent.rules.choices import NOT
from galiot.agent.rules.commands import Commands
from galiot.agent.rules.targets import Found, Targets, TooLong, Unclear
from galiot.agent.rules.words import Words, split

_WARMTH, _LIGHT, _SOUND = ("target temperature", "heat level"), ("brightness",), ("volume",)
_WAYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **dict.fromkeys(("brighter", "lighter"), ("raise", _LIGHT)),
    **dict.fromkeys(("dimmer", "darker", "gloomier", "moodier"), ("lower", _LIGHT)),
    "louder": ("raise", _SOUND),
    "quieter": ("lower", _SOUND),
    **dict.fromkeys(("warmer", "hotter", "toastier", "cosier", "cozier"), ("raise", _WARMTH)),
    **dict.fromkeys(("cooler", "colder", "chillier", "fresher"), ("lower", _WARMTH)),
    "faster": ("raise", ("fan speed",)),
    "slower": ("lower", ("fan speed",)),
    "softer": ("lower", (*_LIGHT, *_SOUND)),
    **dict.fromkeys(("weaker", "gentler"), ("lower", (*_LIGHT, "fan speed", "heat level", *_SOUND))),
    **dict.fromkeys(("stronger", "harder"), ("raise", ("fan speed", "heat level", *_LIGHT, *_SOUND))),
    **dict.fromkeys(("moister", "damper"), ("raise", ("target humidity",))),
    "drier": ("lower", ("target humidity",)),
    **dict.fromkeys(("higher", "up", "raise", "increase"), ("raise", ())),
    **dict.fromkeys(("lower", "down", "drop", "reduce", "decrease"), ("lower", ())),
}
_LESS = {
    "bright": "dimmer", "loud": "quieter", "warm": "cooler", "hot": "cooler", "cold": "warmer", "strong": "weaker",
    "fast": "slower", "humid": "drier", "light": "dimmer", "noise": "quieter", "heat": "cooler", "volume": "quieter",
}  # fmt: skip
_MORE = {"bright": "brighter", "loud": "louder", "warm": "warmer", "light": "brighter", "heat": "warmer",
         "volume": "louder", "strong": "stronger", "humid": "moister"}  # fmt: skip
_CARRIERS = frozenset(
    "a an the my our your it us me i we you to by in on at of for with make turn set get put bring take move have go "
    "could should would can will shall be is let please bit little tad touch notch crack smidge slightly somewhat some "
    "just now again still yet further even much more than that this here there nice want like need love one up down "
    "thing so and".split()
)
_MOST = 5  # words of an amount


def more_or_less(sentence: str, home: Home, context: Mapping[str, object] | None = None) -> Plan | None:
    """Return the plan for a sentence that asks for more or less, None where it may mean anything else."""
    words = tuple(word for word in polite.digits(polite.strip(split(sentence))) if word[:1].isalnum() or word == "%")
    text = " ".join(words)
    joined = JOINT.search(text.replace(" and a half", ""))
    if not words or joined or TIMED.search(text) or NOT.search(text) or is_question(sentence):
        return None
    commands = Commands(Targets(home, context))
    try:
        for verb, roles, rest in _ways(words):
            for by, left in _amounts(rest):
                if (act := _act(commands, verb, roles, by, left)) is not None:
                    return Plan((Step(act),), "rules", sentence)
    except TooLong:
        return None
    return None


def _ways(words: Words) -> Iterator[tuple[str, tuple[str, ...], Words]]:
    """Verb and features of the one word that says which way, and the words without it."""
    found = []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        said = {"less": _LESS, "more": _MORE}.get(before, {}).get(word)
        if said:
            found.append((place - 1, place + 1, said))
        elif word in _WAYS:
            found.append((place, place + 1, str(word)))
    ways = {_WAYS[word] for _, _, word in found}
    telling = [one for one in found if _WAYS[one[2]][1]] or found
    if len(telling) != 1 or len({verb for verb, _ in ways}) > 1:
        return
    word = telling[0][2]
    gone = {place for first, last, _ in found for place in range(first, last)}
    yield *_WAYS[word], tuple(one for place, one in enumerate(words) if place not in gone)


def _amounts(words: Words) -> Iterator[tuple[Amount | None, Words]]:
    """Ways to take an amount out of words, the longest first; at last none."""
    for size in range(min(_MOST, len(words)), 0, -1):
        for first in range(len(words) - size + 1):
            if (by := _amount(" ".join(words[first : first + size]))) is not None:
                yield by, (*words[:first], *words[first + size :])
    if not any(word[0].isdigit() for word in words):
        yield None, words


def _amount(text: str) -> Amount | None:
    halves = {"half a degree": 0.5, "a half degree": 0.5, "a degree and a half": 1.5, "a degree": 1.0}
    if text in halves:
        return Amount(halves[text], None, "temperature")
    if text in ("one", "1"):
        return Amount(1.0, None, "number")
    found = amount(text)
    return found if found is not None and found.sort in ("percent", "temperature", "number") else None


def _act(commands: Commands, verb: str, roles: tuple[str, ...], by: Amount | None, words: Words) -> Act | None:
    phrase = " ".join(word for word in words if word not in _CARRIERS)
    for role, named in attribute(phrase) if phrase else ((None, ""),):
        wanted = (role,) if role is not None else roles or (*UP_DOWN, "heat level")
        if roles and role is not None and role not in roles:
            continue
        fits = commands.with_role(*wanted)
        answer = commands.targets.find(named, fits) if named else commands.only(fits, wanted[0])
        if not isinstance(answer, Found | Unclear) and named and commands.targets.is_place(named):
            answer = commands.targets.find(named, fits, area_only=True)
        if isinstance(answer, Unclear):
            return Ask("which", answer.options)
        if isinstance(answer, Found):
            chosen = next(one for one in wanted if commands.has(answer.things[0], one))
            acts = commands.change(verb, named, chosen, by) if named or len(answer.things) == 1 else None
            return acts[0] if isinstance(acts, list | tuple) and len(acts) == 1 else None
    return None
