"""Commands that ask for more or less: "brighter", "turn the tv down a bit", "dim the lamp to half"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from galiot.agent.plan import Act, Do
from galiot.agent.rules.amounts import amount
from galiot.agent.rules.attributes import attribute
from galiot.agent.rules.targets import Absent, Answer, Found

if TYPE_CHECKING:
    from galiot.agent.rules.commands import Commands
    from galiot.agent.rules.frames import Maker


_MORE = {
    "brighter": ("raise", "brightness"),
    "lighter": ("raise", "brightness"),
    "dimmer": ("lower", "brightness"),
    "darker": ("lower", "brightness"),
    "louder": ("raise", "volume"),
    "quieter": ("lower", "volume"),
    "softer": ("lower", "volume"),
    "warmer": ("raise", "target temperature"),
    "hotter": ("raise", "target temperature"),
    "cooler": ("lower", "target temperature"),
    "colder": ("lower", "target temperature"),
    "faster": ("raise", "fan speed"),
    "slower": ("lower", "fan speed"),
    "higher": ("raise", None),
    "lower": ("lower", None),
    "less bright": ("lower", "brightness"),
    "more bright": ("raise", "brightness"),
    "less loud": ("lower", "volume"),
    "less warm": ("lower", "target temperature"),
    "less hot": ("lower", "target temperature"),
    "less cold": ("raise", "target temperature"),
}


COMPARATIVE = "|".join(sorted(_MORE, key=len, reverse=True))


def compare(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    verb, role = _MORE[m["more"]]
    by = amount(m["by"]) if m.groupdict().get("by") else None
    if m.groupdict().get("by") and by is None:
        return None
    phrase = m.groupdict().get("np") or ""
    place = m.groupdict().get("place") or ""
    if phrase in ("it", "that", "this", "things", "the room", "the house", "here", "it a", "it in here") and not (
        phrase in ("it", "that") and c.targets.last and not place
    ):
        phrase = ""
    if phrase == "it":
        answer = c.change(verb, "it", role, by)
        if not isinstance(answer, Absent) and answer is not None:
            return answer
        phrase = ""
    phrase = phrase or place
    if phrase in ("here", "in here"):
        phrase = ""
    inner = (
        next((p for r, p in attribute(phrase) if r is not None and (role is None or r == role)), None)
        if phrase
        else None
    )
    if inner is not None:
        role = role or next(r for r, _ in attribute(phrase) if r is not None)
        phrase = inner
    return c.change(verb, phrase, role, by)


def step(verb: str) -> Maker:
    """raise/lower with the feature said, or following from the thing."""
    return lambda c, m: _steps(verb, c, m)


def _steps(verb: str, c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    by = amount(m["by"]) if m.groupdict().get("by") else None
    if m.groupdict().get("by") and by is None:
        return
    for role, phrase in attribute(m["np"]):
        if phrase in ("it", "that") and not c.targets.last:
            phrase = ""
        if role is None and by is not None and by.sort == "temperature":
            role = "target temperature"
        yield c.change(verb, phrase, role, by)


def cover(verb: str, other: str) -> Maker:
    """raise/lower: what goes up and down is opened and closed; the rest gets more or less."""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        if not m.groupdict().get("by"):

            def fits(t: str) -> bool:
                return c.has(t, "position") and not c.has(t, "brightness")

            answer = c.targets.find(m["np"], fits)
            if isinstance(answer, Found):
                yield [Do(other, c.target(answer))]
                return
        yield from _steps(verb, c, m)

    return make


def dim(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    verb = "raise" if m["dim"].startswith("bright") else "lower"
    phrase = re.sub(r" (?:brightness)$", "", m["np"])
    phrase = "" if phrase == "it" and not c.targets.last else phrase
    if m.groupdict().get("value"):
        value = amount(m["value"])
        if value is not None and value.sort in ("percent", "number", "level"):
            yield c.set(phrase, value, "brightness", area_only=True)
        return
    yield c.change(verb, phrase, "brightness", amount(m["by"]) if m.groupdict().get("by") else None)


def dim_suffix(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    words = m["rest"].split()
    for at in range(1, len(words)):
        value = amount(" ".join(words[at:]))
        if value is not None and value.sort == "percent":
            yield c.set(" ".join(words[:at]), value, "brightness", area_only=True)
            return


def too(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    verb, role = {
        "cold": ("raise", "target temperature"),
        "chilly": ("raise", "target temperature"),
        "hot": ("lower", "target temperature"),
        "warm": ("lower", "target temperature"),
        "loud": ("lower", "volume"),
        "quiet": ("raise", "volume"),
    }[m["how"]]
    phrase = m["np"] or ""
    return c.change(verb, "" if phrase in ("here", "it") else phrase, role)
