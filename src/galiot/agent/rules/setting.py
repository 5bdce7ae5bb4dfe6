"""Commands that set something to a value: "the lamp to 50 percent", "the salon 20 degrees", "the washer to wool"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from galiot.agent.plan import Act, Do, Target
from galiot.agent.rules.amounts import Amount, amount, worded
from galiot.agent.rules.attributes import STATES, attribute
from galiot.agent.rules.targets import Absent, Answer, Found, Unclear
from galiot.agent.rules.words import stem

if TYPE_CHECKING:
    from galiot.agent.rules.commands import Commands


def set_to(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    whole = m.string[m.start("np") : m.end("value")]
    for cut in reversed(list(re.finditer(r" (?:up |down |back )?(?:to|at|into) ", whole))):
        yield from set_value(c, whole[: cut.start()], whole[cut.end() :])


def set_value(c: Commands, what: str, said: str) -> Iterator[Sequence[Act] | Answer]:
    if "fan mode" in what:
        yield _fan_mode(c, what, said)
        return
    value = amount(said)
    if (
        value is None
        and (found := re.fullmatch(r"(.+?) ((?:in|on|at|for|of|the|my|our) .+)", said))
        and amount(found.group(1)) is not None
    ):
        what, said = (
            f"{what} {'' if re.match('in |on |at |for |of ', found.group(2)) else 'in '}{found.group(2)}",
            found.group(1),
        )
        value = amount(said)
    for role, phrase in attribute(what):
        if value is not None:
            yield c.set(phrase, value, role)
        if role is not None or value is None:
            yield _worded(c, phrase, said, role)
    if said in STATES:
        for _, phrase in attribute(what):
            if phrase:
                yield c.do(STATES[said], phrase)
    yield _own(c, what, said, value)


def _fan_mode(c: Commands, what: str, said: str) -> Sequence[Act] | Answer:
    """The fan of a thermostat, which has modes; a fan that has none is something else."""

    def role_of(thing: str) -> str | None:
        return next(iter(c.index.called.get("fan mode", {}).get(thing, ())), None)

    phrase = re.sub(
        r"^(?:the |my |our )?fan mode$|(?:the )?fan mode(?: (?:of|on|in|at|for))?|^(?:in|on|at|of) ", "", what
    ).strip()

    def fits(t: str) -> bool:
        return role_of(t) is not None

    answer = c.targets.find(phrase, fits, area_only=True, group=True) if phrase else c.only(fits, "fan mode")
    if not isinstance(answer, Found):
        return answer
    return joined([Do("set", Target((t,)), role_of(t), said) for t in answer.things])


def _worded(c: Commands, phrase: str, said: str, role: str | None) -> Sequence[Act] | Answer:
    """Set to a word that is among the choices of a feature."""
    word = re.sub(
        r"^(?:the|a|an|its) | (?:mode|setting|speed|level|preset|effect|input|program|cycle|state)$", "", said
    )
    tail = re.search(r" (mode|speed|preset|effect|input|program|cycle)$", said)
    hint = (
        {"speed": "fan speed", "input": "source", "cycle": "program"}.get(tail.group(1), tail.group(1))
        if tail
        else None
    )
    if not re.fullmatch(r"[\w ]{1,30}", word):
        return None

    def roles(thing: str) -> list[str]:
        found = worded(c.index.features(thing), word)
        if (
            not found
            and word in ("low", "medium", "high", "slow", "fast")
            and role in (None, "fan speed")
            and c.has(thing, "fan speed")
        ):
            return ["fan speed"]
        if role == "target temperature" or role == "brightness":
            return []
        if role == "fan speed" and "fan mode" in found:
            return ["fan mode"]
        wanted = [r for r in (role, hint) if r]
        return (
            [r for r in found if r in wanted]
            if wanted and any(r in wanted for r in found)
            else found
            if not role
            else []
        )

    answer = (
        c.targets.find(phrase, lambda t: bool(roles(t)), area_only=role is not None)
        if phrase
        else c.only(lambda t: bool(roles(t)), said)
    )
    if not isinstance(answer, Found):
        return answer if answer is None or isinstance(answer, Unclear) or (role is not None and not phrase) else None
    acts: list[Act] = []
    for thing in answer.things:
        found = sorted(
            roles(thing),
            key=lambda r: (
                ("mode", "fan speed", "preset", "program", "effect", "source").index(r)
                if r in ("mode", "fan speed", "preset", "program", "effect", "source")
                else 9
            ),
        )
        acts.append(Do("set", Target((thing,)), found[0], word))
    c.targets.last = answer.things
    return joined(acts)


def joined(acts: list[Act]) -> list[Act]:
    """Put commands that differ only in their things together."""
    groups: dict[Do, list[str]] = {}
    for act in acts:
        assert isinstance(act, Do)
        groups.setdefault(Do(act.verb, Target(()), act.role, act.value, act.unit), []).extend(act.target.things)
    return [Do(a.verb, Target(tuple(things)), a.role, a.value, a.unit) for a, things in groups.items()]


def _own(c: Commands, what: str, said: str, value: Amount | None) -> Sequence[Act] | Answer:
    """Set a feature that only this device has: "the spin speed of the washer"."""
    for name, phrase in cuts(what):
        named = c.index.called.get(" ".join(stem(w) for w in name.split()))
        if not named:
            continue

        def role_of(thing: str, named: dict[str, list[str]] = named) -> str | None:
            shapes = (
                ("number", "percent")
                if value is not None
                else ("switch",)
                if said in ("on", "off")
                else ("choice", "text")
            )
            features = c.index.features(thing)
            return next((r for r in named.get(thing, ()) if r != "power" and features[r].shape in shapes), None)

        def fits(t: str, f: Callable[[str], str | None] = role_of) -> bool:
            return f(t) is not None

        answer = c.targets.find(phrase, fits, area_only=True) if phrase else c.only(fits, name)
        if isinstance(answer, Found):
            if value is not None:
                raw, unit = value.value, value.unit
            elif said in ("on", "off"):
                raw, unit = said == "on", None
            elif all(role_of(t) in worded(c.index.features(t), said) for t in answer.things):
                raw, unit = said, None
            else:
                return None
            c.targets.last = answer.things
            return joined([Do("set", Target((t,)), role_of(t), raw, unit) for t in answer.things])
        if isinstance(answer, Unclear) and phrase:
            return answer
    return None


def cuts(what: str) -> Iterator[tuple[str, str]]:
    plain = re.sub(r"^(?:the|my|our) ", "", what)
    for found in re.finditer(r" (?:of|on|for|in|at) (?:the |my |our )?", plain):
        yield plain[: found.start()], plain[found.end() :]
    words = plain.split()
    for at in range(1, len(words)):
        yield " ".join(words[at:]), " ".join(words[:at])
    yield plain, ""


def set_suffix(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """ "make the salon 20 degrees": an end of the clause is the value, the shortest first."""
    words = m["rest"].split()
    for at in range(len(words) - 1, 0, -1):
        what, said = words[:at], " ".join(words[at:])
        value = amount(said)
        if value is None or (value.sort == "number" and not _ends_with_attribute(what)):
            continue
        for role, phrase in attribute(" ".join(what)):
            if role is None and value.sort in ("percent", "number", "level"):
                role = (
                    "brightness"
                    if re.search(r"bright(?:ness)?$", said)
                    else "volume"
                    if said.endswith("volume")
                    else None
                )
            yield c.set(phrase, value, role, area_only=role is not None)
        if value.sort != "number":
            yield _own(c, " ".join(what), said, value)


def _ends_with_attribute(words: list[str]) -> bool:
    return any(role is not None for role, _ in attribute(" ".join(words)))


def suffix_in(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    """ "make it 22 degrees in the living room"."""
    value = amount(m["value"])
    if value is None or value.sort not in ("temperature", "percent"):
        return None
    return c.set(m["np"], value, "target temperature" if value.sort == "temperature" else None, area_only=True)


def bare_value(c: Commands, said: str) -> Sequence[Act] | Answer:
    """ "make it 22 degrees": what was spoken of, or the one thing that has a temperature"""
    value = amount(said)
    if value is None or value.sort not in ("temperature", "percent", "color", "white", "kelvin"):
        return None
    if c.targets.last:
        answer = c.set("it", value, None)
        if not isinstance(answer, Absent) and answer is not None:
            return answer
    return c.set("", value, "target temperature") if value.sort == "temperature" else None


def open_to(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    value = amount(m["value"])
    if value is None or value.sort not in ("percent", "number", "level"):
        return
    yield c.set(m["np"], value, "position", area_only=False)


def open_suffix(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    words = m["rest"].split()
    for at in range(1, len(words)):
        value = amount(" ".join(words[at:]))
        if value is not None and value.sort in ("percent", "level"):
            yield c.set(" ".join(words[:at]), value, "position")
            return


def fully_down(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    """Dim as far as it goes, and no further: what is all the way down is still on."""
    return c.set(m["np"], Amount(1, "%", "percent"), "brightness")


def fully_on(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    return c.set(m["np"], Amount(100, "%", "percent"), "brightness")
