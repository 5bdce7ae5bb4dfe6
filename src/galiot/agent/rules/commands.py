"""One command in English: which verb, what it is for, how much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from galiot.agent.features.commands import verbs_of
from galiot.agent.features.verbs import VERBS
from galiot.agent.plan import Act, Ask, Do, Refuse, Target
from galiot.agent.rules.amounts import Amount, amount, worded
from galiot.agent.rules.targets import Absent, Answer, Fits, Found, Targets, Unclear
from galiot.agent.rules.words import stem

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "brightness": (
        "brightness",
        "brightness level",
        "light level",
        "dim level",
        "dimmer",
        "intensity",
        "light intensity",
    ),
    "target temperature": (
        "temperature",
        "temp",
        "target temperature",
        "thermostat temperature",
        "set temperature",
        "setpoint",
        "heat",
        "heating temperature",
    ),
    "volume": ("volume", "volume level", "sound", "sound level", "loudness", "audio"),
    "color": ("color", "light color"),
    "color temperature": ("color temperature", "white temperature", "color temp", "warmth"),
    "fan speed": ("fan speed", "speed", "fan level", "speed level"),
    "position": ("position", "opening", "openness"),
    "tilt": ("tilt", "tilt position", "slats", "slat angle", "angle"),
    "target humidity": ("humidity", "target humidity", "humidity level"),
    "mode": ("mode", "hvac mode", "operating mode"),
    "preset": ("preset", "preset mode"),
    "channel": ("channel", "tv channel"),
    "source": ("source", "input", "input source"),
    "effect": ("effect", "light effect"),
    "oscillation": ("oscillation", "swing"),
    "program": ("program", "cycle"),
}
"""Feature -> what people call it."""
_ROLE_OF = {name: role for role, names in ATTRIBUTES.items() for name in names}
_ATTRIBUTE = "|".join(sorted(map(re.escape, _ROLE_OF), key=len, reverse=True))

_BY_SORT: dict[str, tuple[str, ...]] = {
    "percent": ("brightness", "position", "volume", "fan speed", "target humidity"),
    "level": ("brightness", "position", "volume", "fan speed"),
    "temperature": ("target temperature",),
    "kelvin": ("color temperature",),
    "number": ("brightness", "target temperature", "volume", "position", "fan speed", "target humidity"),
    "color": ("color",),
    "white": ("color temperature", "color"),
}
_FIRST_OF_KIND = {"tv": "volume", "speaker": "volume", "radio": "volume", "media": "volume", "fan": "fan speed", "thermostat": "target temperature",
                  "climate": "target temperature", "air conditioner": "target temperature", "heater": "target temperature"}  # fmt: skip
_CLIMATE = ("thermostat", "climate", "air conditioner", "heater")
_USUAL = {"target temperature": _CLIMATE, "volume": ("speaker", "radio", "tv", "media"), "brightness": ("light",), "fan speed": ("fan",),
          "position": ("blind", "shutter", "curtain", "shade", "cover")}  # fmt: skip
"""What a quantity is of where no thing is named."""
_OF_LIGHTS = ("brightness", "color", "color temperature")
_UP_DOWN = ("volume", "target temperature", "brightness", "fan speed", "position", "target humidity")

_MORE = {
    "brighter": ("raise", "brightness"), "lighter": ("raise", "brightness"), "dimmer": ("lower", "brightness"), "darker": ("lower", "brightness"),
    "louder": ("raise", "volume"), "quieter": ("lower", "volume"), "softer": ("lower", "volume"), "warmer": ("raise", "target temperature"),
    "hotter": ("raise", "target temperature"), "cooler": ("lower", "target temperature"), "colder": ("lower", "target temperature"),
    "faster": ("raise", "fan speed"), "slower": ("lower", "fan speed"), "higher": ("raise", None), "lower": ("lower", None),
    "less bright": ("lower", "brightness"), "more bright": ("raise", "brightness"), "less loud": ("lower", "volume"),
    "less warm": ("lower", "target temperature"), "less hot": ("lower", "target temperature"), "less cold": ("raise", "target temperature"),
}  # fmt: skip
_COMPARATIVE = "|".join(sorted(_MORE, key=len, reverse=True))
_LITTLE = r"(?: (?:just )?(?:a (?:little |tiny |wee )?bit(?: more)?|a little(?: bit)?(?: more)?|a touch|a notch|a tad|slightly|some(?:what)?|a bit more|more|again|further))?"
_LEAD_LITTLE = r"(?:(?:just )?(?:a (?:little |tiny |wee )?bit|a little(?: bit)?|a touch|a notch|a tad|slightly|somewhat|much|a lot|even) )?"
_BY = r"(?: by (?P<by>.+))"
_MUSIC = r"(?:the |this |that |my |our |some )?(?:music|song|track|item|playback|movies?|film|video|audio|media players?|media|tv shows?|shows?|sound|playing|podcast|radio|album|playlist|tune)"
_ON = r"(?:on|in|from|at|of|for)"

Maker = Callable[["Commands", "re.Match[str]"], "Sequence[Act] | Answer"]


class Commands:
    """Reads commands for one home."""

    def __init__(self, targets: Targets) -> None:
        self.targets = targets
        self.index = targets.index

    def read(self, text: str) -> list[Act] | None:
        """Return the acts of one clause, None where it is not understood.

        A question or a refusal comes only where no way to read the clause gives something that can be done.
        """
        missing: list[Answer] = []
        for pattern, make in FRAMES:
            found = pattern.fullmatch(text)
            if found is None:
                continue
            for acts in _alternatives(make(self, found)):
                if isinstance(acts, Unclear | Absent):
                    missing.append(acts)
                elif acts:
                    return list(acts)
        return self._missing(missing)

    def _missing(self, missing: list[Answer]) -> list[Act] | None:
        for answer in missing:
            if isinstance(answer, Unclear):
                return [Ask("which", answer.options)]
        for answer in missing:
            if isinstance(answer, Absent):
                return [Refuse("absent attribute" if answer.near else "absent device", answer.said)]
        return None

    # what things can do

    def has(self, thing: str, role: str) -> bool:
        """Whether a feature of a thing can be changed."""
        feature = self.index.features(thing).get(role)
        return feature is not None and feature.commandable

    def can(self, thing: str, verb: str) -> bool:
        """Whether a verb means something for a thing."""
        known = self.index.verbs.get(thing)
        if known is None:
            known = self.index.verbs[thing] = frozenset(
                name for name, role in verbs_of(self.index.home.by_id[thing]) if role is None
            )
        return verb in known

    def does(self, verb: str) -> Fits:
        """Return a test of `can`."""
        return lambda thing: self.can(thing, verb)

    def with_role(self, *roles: str) -> Fits:
        """Return a test of `has` for any of the features."""
        return lambda thing: any(self.has(thing, role) for role in roles)

    # acts

    def do(
        self, verb: str, phrase: str, *, area_only: bool = False, kinds: tuple[str, ...] = ()
    ) -> Sequence[Act] | Answer:
        """Return the verb for what a phrase names."""
        fits = self.does(verb)
        if re.match(r"(?:everything|anything|all devices|all the devices)\b", phrase) and verb in (
            "turn on",
            "turn off",
        ):
            fits = self.with_role("power", "playback")
        if kinds:
            plain = fits
            fits = lambda thing: plain(thing) and self.index.kind(thing) in kinds  # noqa: E731
        if verb in ("open", "close"):
            plain_fits = fits
            fits = lambda thing: plain_fits(thing) or self.has(thing, "lock")  # noqa: E731
        answer = self.targets.find(phrase, fits, area_only=area_only)
        if not isinstance(answer, Found):
            return answer
        self.targets.last = answer.things
        if verb not in ("open", "close"):
            return [Do(verb, Target(answer.things))]
        moving = tuple(t for t in answer.things if not self.has(t, "lock") or self.has(t, "position"))
        bolted = tuple(t for t in answer.things if t not in moving)
        acts = [Do(verb, Target(moving))] if moving else []
        return [*acts, Do("unlock" if verb == "open" else "lock", Target(bolted))] if bolted else acts

    def target(self, found: Found) -> Target:
        """Return what was found as a target, and remember it for "it"."""
        self.targets.last = found.things
        return Target(found.things)

    def only(self, fits: Fits, said: str, prefer: tuple[str, ...] = (), *, group: bool = False) -> Answer:
        """Return the one thing that fits where none is named; where the user is, or of the preferred kinds, if there are several.

        group: all of them where the user is
        """
        things = [t for t in self.index.entries if fits(t)]
        prefer = prefer or _USUAL.get(said, ())
        last = [t for t in self.targets.last if t in things]
        here = [t for t in things if self.targets.area and self.index.home.by_id[t].area == self.targets.area]
        for chosen in (last, here, [t for t in here or things if self.index.kind(t) in prefer]):
            if chosen and len(things) > 1:
                things = chosen
        if here and group and not last:
            return Found(tuple(things), said, group=True)
        if len(things) == 1:
            return Found(tuple(things), said)
        return Unclear(tuple(things), said) if things else Absent(said)

    def set(self, phrase: str, value: Amount, role: str | None, *, area_only: bool = False) -> Sequence[Act] | Answer:
        """Return a feature set to a value for what a phrase names; the feature follows from value and thing where it is not said."""
        if role == "target temperature" and value.sort in ("kelvin", "white"):
            role = "color temperature"
        roles = (role,) if role else _BY_SORT.get(value.sort, ())
        if not roles:
            return None
        fits = self.with_role(*roles)
        lights = any(r in _OF_LIGHTS for r in roles[:1])
        if phrase:
            place = area_only or value.sort in ("temperature", "color", "white", "kelvin") or role is not None
            answer = self.targets.find(phrase, fits, area_only=place, group=lights)
        else:
            answer = self.only(fits, role or "", group=lights)
        if isinstance(answer, Unclear) and role == "fan speed":
            fans = tuple(t for t in answer.options if self.index.kind(t) == "fan")
            answer = Found(fans) if len(fans) == 1 else answer
        if not isinstance(answer, Found):
            return answer
        chosen: dict[str, list[str]] = {}
        for thing in answer.things:
            chosen.setdefault(self._role_for(thing, roles), []).append(thing)
        self.targets.last = answer.things
        return [Do("set", Target(tuple(things)), name, *_fitting(name, value)) for name, things in chosen.items()]

    def _role_for(self, thing: str, roles: Sequence[str]) -> str:
        first = _FIRST_OF_KIND.get(self.index.kind(thing), "")
        return first if first in roles and self.has(thing, first) else next(r for r in roles if self.has(thing, r))

    def change(
        self, verb: str, phrase: str, role: str | None, by: Amount | None = None, *, area_only: bool = True
    ) -> Sequence[Act] | Answer:
        """Return a feature raised or lowered; which one follows from the thing where it is not said."""
        roles = (role,) if role else _UP_DOWN
        fits = self.with_role(*roles)
        lights = role in _OF_LIGHTS
        answer = (
            self.targets.find(phrase, fits, area_only=area_only and role is not None, group=lights)
            if phrase
            else self.only(fits, role or "", group=lights)
        )
        if not isinstance(answer, Found):
            return answer
        chosen: dict[str, list[str]] = {}
        for thing in answer.things:
            chosen.setdefault(self._role_for(thing, roles), []).append(thing)
        self.targets.last = answer.things
        value, unit = (by.value, by.unit) if by is not None else (None, None)
        return [Do(verb, Target(tuple(things)), name, value, unit) for name, things in chosen.items()]


def _fitting(role: str, value: Amount) -> tuple[object, str | None]:
    if role in ("brightness", "volume", "position", "fan speed") and value.sort == "number":
        return value.value, None
    return value.value, value.unit


def _alternatives(made: Sequence[Act] | Answer | Iterator[Sequence[Act] | Answer]) -> Iterator[Sequence[Act] | Answer]:
    if isinstance(made, list | tuple | Found | Unclear | Absent) or made is None:
        yield made  # type: ignore[misc]
    else:
        yield from made  # type: ignore[misc]


# frames: a shape of a clause and what it means


def _attribute(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield ways to cut "the brightness of the lamp" into a feature and what it is of; (None, text) last."""
    plain = re.sub(r"^(?:the|my|our) ", "", text)
    if found := re.fullmatch(rf"({_ATTRIBUTE})(?: (?:of|in|on|for|at|from) (.+))?", plain):
        yield _ROLE_OF[found.group(1)], found.group(2) or ""
    if found := re.fullmatch(rf"(.+?) ({_ATTRIBUTE})(?: (?:in|on|at) (.+))?", plain):
        yield _ROLE_OF[found.group(2)], found.group(1) + (f" in {found.group(3)}" if found.group(3) else "")
    yield None, text


def _set_to(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    whole = m.string[m.start("np") : m.end("value")]
    for cut in reversed(list(re.finditer(r" (?:up |down |back )?(?:to|at|into) ", whole))):
        yield from _set(c, whole[: cut.start()], whole[cut.end() :])


def _set(c: Commands, what: str, said: str) -> Iterator[Sequence[Act] | Answer]:
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
    for role, phrase in _attribute(what):
        if value is not None:
            yield c.set(phrase, value, role)
        if role is not None or value is None:
            yield _worded(c, phrase, said, role)
    if said in _STATES:
        for _, phrase in _attribute(what):
            if phrase:
                yield c.do(_STATES[said], phrase)
    yield _own(c, what, said, value)


def _fan_mode(c: Commands, what: str, said: str) -> Sequence[Act] | Answer:
    """The fan of a thermostat, which has modes; a fan that has none is something else."""

    def role_of(thing: str) -> str | None:
        return next(iter(c.index.called.get("fan mode", {}).get(thing, ())), None)

    phrase = re.sub(
        r"^(?:the |my |our )?fan mode$|(?:the )?fan mode(?: (?:of|on|in|at|for))?|^(?:in|on|at|of) ", "", what
    ).strip()
    fits: Fits = lambda t: role_of(t) is not None  # noqa: E731
    answer = c.targets.find(phrase, fits, area_only=True, group=True) if phrase else c.only(fits, "fan mode")
    if not isinstance(answer, Found):
        return answer
    return _joined([Do("set", Target((t,)), role_of(t), said) for t in answer.things])


_STATES = {
    "fully open": "open",
    "fully closed": "close",
    "completely open": "open",
    "completely closed": "close",
    "wide open": "open",
    "fully shut": "close",
    "on": "turn on",
    "off": "turn off",
    "open": "open",
    "closed": "close",
    "shut": "close",
    "locked": "lock",
    "unlocked": "unlock",
    "mute": "mute",
}


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
        return answer if answer is None or isinstance(answer, Unclear) or role is not None and not phrase else None
    acts: list[Act] = []
    for thing in answer.things:
        found = sorted(roles(thing), key=lambda r: ("mode", "fan speed", "preset", "program", "effect", "source").index(r) if r in
                       ("mode", "fan speed", "preset", "program", "effect", "source") else 9)  # fmt: skip
        acts.append(Do("set", Target((thing,)), found[0], word))
    c.targets.last = answer.things
    return _joined(acts)


def _joined(acts: list[Act]) -> list[Act]:
    """Put commands that differ only in their things together."""
    groups: dict[Do, list[str]] = {}
    for act in acts:
        assert isinstance(act, Do)
        groups.setdefault(Do(act.verb, Target(()), act.role, act.value, act.unit), []).extend(act.target.things)
    return [Do(a.verb, Target(tuple(things)), a.role, a.value, a.unit) for a, things in groups.items()]


def _own(c: Commands, what: str, said: str, value: Amount | None) -> Sequence[Act] | Answer:
    """Set a feature that only this device has: "the spin speed of the washer"."""
    for name, phrase in _cuts(what):
        named = c.index.called.get(" ".join(stem(w) for w in name.split()))
        if not named:
            continue

        def role_of(thing: str, named: dict[str, list[str]] = named) -> str | None:
            shapes = ("number", "percent") if value is not None else ("switch",) if said in ("on", "off") else ("choice", "text")
            features = c.index.features(thing)
            return next((r for r in named.get(thing, ()) if r != "power" and features[r].shape in shapes), None)

        fits: Fits = lambda t, f=role_of: f(t) is not None  # type: ignore[misc]  # noqa: E731
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
            return _joined([Do("set", Target((t,)), role_of(t), raw, unit) for t in answer.things])
        if isinstance(answer, Unclear) and phrase:
            return answer
    return None


def _cuts(what: str) -> Iterator[tuple[str, str]]:
    plain = re.sub(r"^(?:the|my|our) ", "", what)
    for found in re.finditer(r" (?:of|on|for|in|at) (?:the |my |our )?", plain):
        yield plain[: found.start()], plain[found.end() :]
    words = plain.split()
    for at in range(1, len(words)):
        yield " ".join(words[at:]), " ".join(words[:at])
    yield plain, ""


def _set_suffix(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """ "make the salon 20 degrees": an end of the clause is the value, the shortest first."""
    words = m["rest"].split()
    for at in range(len(words) - 1, 0, -1):
        what, said = words[:at], " ".join(words[at:])
        value = amount(said)
        if value is None or (value.sort == "number" and not _ends_with_attribute(what)):
            continue
        for role, phrase in _attribute(" ".join(what)):
            if role is None and value.sort in ("percent", "number", "level"):
                role = "brightness" if re.search(r"bright(?:ness)?$", said) else "volume" if said.endswith("volume") else None
            yield c.set(phrase, value, role, area_only=role is not None)
        if value.sort != "number":
            yield _own(c, " ".join(what), said, value)


def _ends_with_attribute(words: list[str]) -> bool:
    return any(role is not None for role, _ in _attribute(" ".join(words)))


def _suffix_in(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    """ "make it 22 degrees in the living room"."""
    value = amount(m["value"])
    if value is None or value.sort not in ("temperature", "percent"):
        return None
    return c.set(m["np"], value, "target temperature" if value.sort == "temperature" else None, area_only=True)


def _bare_value(c: Commands, said: str) -> Sequence[Act] | Answer:
    """ "make it 22 degrees": what was spoken of, or the one thing that has a temperature"""
    value = amount(said)
    if value is None or value.sort not in ("temperature", "percent", "color", "white", "kelvin"):
        return None
    if c.targets.last:
        answer = c.set("it", value, None)
        if not isinstance(answer, Absent) and answer is not None:
            return answer
    return c.set("", value, "target temperature") if value.sort == "temperature" else None


def _verb(verb: str, *, area_only: bool = False) -> Maker:
    return lambda c, m: c.do(verb, m["np"], area_only=area_only)


def _closing(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    """shut down: what can be closed is closed, the rest is for the patterns that follow"""
    answer = c.targets.find(m["np"], lambda t: c.has(t, "position"))
    return (
        [Do("close", c.target(answer))]
        if isinstance(answer, Found)
        else answer
        if isinstance(answer, Unclear)
        else None
    )


def _startable(verb: str, otherwise: str) -> Maker:
    """start and stop what runs; turn on and off what does not"""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        answer = c.targets.find(m["np"], c.with_role(*VERBS[verb].roles))
        if isinstance(answer, Found):
            ends = all(
                "mower" in c.index.entries[t].kinds
                and "stop" not in c.index.features(t)["mowing"].actions
                and c.can(t, "dock")
                for t in answer.things
            )
            yield [Do("dock" if verb == "stop" and ends else verb, c.target(answer))]
            return
        yield c.do(otherwise, m["np"])

    return make


def _lights(verb: str) -> Maker:
    def make(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
        place = m.groupdict().get("np") or ""
        return c.do(verb, f"lights {place}".strip())

    return make


def _compare(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
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
        next((p for r, p in _attribute(phrase) if r is not None and (role is None or r == role)), None)
        if phrase
        else None
    )
    if inner is not None:
        role = role or next(r for r, _ in _attribute(phrase) if r is not None)
        phrase = inner
    return c.change(verb, phrase, role, by)


def _step(verb: str) -> Maker:
    """raise/lower with the feature said, or following from the thing."""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        by = amount(m["by"]) if m.groupdict().get("by") else None
        if m.groupdict().get("by") and by is None:
            return
        for role, phrase in _attribute(m["np"]):
            if phrase in ("it", "that") and not c.targets.last:
                phrase = ""
            yield c.change(verb, phrase, role, by)

    return make


def _cover(verb: str, other: str) -> Maker:
    """raise/lower: what goes up and down is opened and closed; the rest gets more or less."""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        if not m.groupdict().get("by"):
            fits: Fits = lambda t: c.has(t, "position") and not c.has(t, "brightness")  # noqa: E731
            answer = c.targets.find(m["np"], fits)
            if isinstance(answer, Found):
                yield [Do(other, c.target(answer))]
                return
        yield from _step(verb)(c, m)  # type: ignore[misc]

    return make


def _dim(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    verb = "raise" if m["dim"].startswith("bright") else "lower"
    phrase = re.sub(r" (?:brightness)$", "", m["np"])
    phrase = "" if phrase == "it" and not c.targets.last else phrase
    if m.groupdict().get("value"):
        value = amount(m["value"])
        if value is not None and value.sort in ("percent", "number", "level"):
            yield c.set(phrase, value, "brightness", area_only=True)
        return
    yield c.change(verb, phrase, "brightness", amount(m["by"]) if m.groupdict().get("by") else None)


def _dim_suffix(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    words = m["rest"].split()
    for at in range(1, len(words)):
        value = amount(" ".join(words[at:]))
        if value is not None and value.sort == "percent":
            yield c.set(" ".join(words[:at]), value, "brightness", area_only=True)
            return


def _open_to(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    value = amount(m["value"])
    if value is None or value.sort not in ("percent", "number", "level"):
        return
    yield c.set(m["np"], value, "position", area_only=False)


def _open_suffix(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    words = m["rest"].split()
    for at in range(1, len(words)):
        value = amount(" ".join(words[at:]))
        if value is not None and value.sort in ("percent", "level"):
            yield c.set(" ".join(words[:at]), value, "position")
            return


def _fully(verb: str) -> Maker:
    return lambda c, m: c.do(verb, m["np"])


def _fully_on(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    return c.set(m["np"], Amount(100, "%", "percent"), "brightness")


def _heat(verb: str) -> Maker:
    """heat the living room; warm up the bedroom"""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        answer = c.do(verb, m["np"], area_only=True, kinds=_CLIMATE)
        if isinstance(answer, Unclear):
            chosen = tuple(t for t in answer.options if c.has(t, "target temperature"))
            answer = [Do(verb, c.target(Found(chosen)))] if len(chosen) == 1 else answer
        yield answer

    return make


def _media(verb: str) -> Maker:
    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        phrase = m.groupdict().get("np") or ""
        fits: Fits = lambda t: any(
            c.has(t, r) for r in VERBS[verb].roles if r in ("playback", "track", "mute", "channel")
        )  # noqa: E731
        if phrase and verb in ("pause", "resume"):
            fits = c.with_role(*VERBS[verb].roles)
        if verb == "mute":
            fits = c.with_role("mute", "volume")
        if phrase and phrase not in ("it", "this", "that"):
            answer = c.targets.find(phrase, fits, area_only=True)
        else:
            said = m.group(0)
            prefer = (
                ("tv", "media")
                if re.search(r"movie|film|show|video", said)
                else ("speaker", "radio", "media")
                if re.search("music|song|track|album|playlist", said)
                else ()
            )
            answer = c.only(fits, said, prefer)
        if not isinstance(answer, Found):
            yield answer
            return
        yield [Do(verb, c.target(answer))]

    return make


def _play(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    query = m["query"].strip()
    if re.fullmatch(r"(?:it|that|this|something|anything|a game)", query):
        return
    fits = c.with_role("playback")
    phrase = m.groupdict().get("np") or ""
    answer = c.targets.find(phrase, fits, area_only=True) if phrase else c.only(fits, "play")
    if isinstance(answer, Found):
        yield [Do("play", c.target(answer), None, query)]
    else:
        yield answer


def _run(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """run the rinse cycle; start the self clean of the oven"""
    plain = re.sub(r"^(?:the|a|an|my) ", "", m["np"])
    for name, phrase in _cuts(plain):
        for wanted in (name, re.sub(r" (?:cycle|program|mode|action|function)$", "", name)):
            named = c.index.called.get(" ".join(stem(w) for w in wanted.split()))
            if not named:
                continue

            def role_of(thing: str, named: dict[str, list[str]] = named) -> str | None:
                features = c.index.features(thing)
                return next((r for r in named.get(thing, ()) if features[r].actions and features[r].write is None), None)

            fits: Fits = lambda t, f=role_of: f(t) is not None  # type: ignore[misc]  # noqa: E731
            answer = c.targets.find(phrase, fits, area_only=True) if phrase else c.only(fits, name)
            if isinstance(answer, Found):
                c.targets.last = answer.things
                yield _joined([Do("run", Target((t,)), role_of(t)) for t in answer.things])
                return
            if isinstance(answer, Unclear):
                yield answer


def _dock(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    phrase = m.groupdict().get("np") or ""
    fits = c.does("dock")
    answer = c.targets.find(phrase, fits) if phrase else c.only(fits, "dock")
    return [Do("dock", c.target(answer))] if isinstance(answer, Found) else answer


def _robot(verb: str, role: str) -> Maker:
    """vacuum the living room; mow the lawn; water the garden: the one device that does it, there or at all"""

    def make(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
        def fits(thing: str) -> bool:
            kinds = {"cleaning": ("vacuum",), "mowing": ("mower",), "watering": ("sprinkler",)}[role]
            return c.can(thing, verb) and (c.has(thing, role) or c.index.kind(thing) in kinds)

        phrase = m.groupdict().get("np") or ""
        place = bool(phrase) and c.targets.is_place(phrase)
        answer = c.targets.find(phrase, fits, area_only=True) if phrase else c.only(fits, role)
        if isinstance(answer, Found):
            yield [Do(verb, c.target(answer))]
            return
        if (
            phrase
            in (
                "lawn",
                "the lawn",
                "grass",
                "the grass",
                "plants",
                "the plants",
                "flowers",
                "the flowers",
                "up",
                "the floor",
                "the floors",
                "the house",
            )
            or not phrase
            or (place and role in ("mowing", "watering") and isinstance(answer, Absent) is False)
        ):
            single = c.only(fits, phrase or role)
            if isinstance(single, Found):
                yield [Do(verb, c.target(single))]
                return
            yield single
            return
        yield answer

    return make


def _clean_area(c: Commands, m: re.Match[str]) -> Iterator[Sequence[Act] | Answer]:
    """vacuum the living room: a vacuum that takes rooms gets the room; the only one otherwise starts"""
    fits: Fits = lambda t: c.index.kind(t) == "vacuum" and c.can(t, "start")  # noqa: E731
    answer = c.targets.find(m["np"], fits, area_only=True)
    if not isinstance(answer, Found) and (
        c.targets.is_place(m["np"]) or m["np"] in ("up", "the floor", "the floors", "the house", "everything")
    ):
        answer = c.only(fits, "vacuum")
    yield [Do("start", c.target(answer))] if isinstance(answer, Found) else answer


def _too(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    verb, role = {"cold": ("raise", "target temperature"), "chilly": ("raise", "target temperature"), "hot": ("lower", "target temperature"),
                  "warm": ("lower", "target temperature"), "loud": ("lower", "volume"), "quiet": ("raise", "volume")}[m["how"]]  # fmt: skip
    phrase = m["np"] or ""
    return c.change(verb, "" if phrase in ("here", "it") else phrase, role)


def _toggle(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    return c.do("toggle", m["np"])


def _arm(c: Commands, m: re.Match[str]) -> Sequence[Act] | Answer:
    verb = m["verb"]
    phrase = m["np"] or "alarm"
    answer = c.targets.find(phrase, c.with_role("alarm"))
    if not isinstance(answer, Found):
        return answer
    return [Do(verb, c.target(answer), None, m.groupdict().get("mode") if verb == "arm" else None)]


def _frame(pattern: str, make: Maker) -> tuple[re.Pattern[str], Maker]:
    return re.compile(pattern), make


_TURN = r"(?:turn|switch|put|flip|power|get|have|flick|change|bring)"
_NP = r"(?P<np>.+?)"
_SET = r"(?:set|change|adjust|put|make|turn|bring|get|move|switch|have|keep|leave|take)"
FRAMES: tuple[tuple[re.Pattern[str], Maker], ...] = (
    # media first: "play", "next", "turn the music off" have objects that are no devices
    _frame(rf"(?:pause|hold)(?: {_MUSIC})?(?: {_ON} {_NP})?", _media("pause")),
    _frame(rf"(?:pause|stop) {_NP} {_MUSIC}", _media("pause")),
    _frame(rf"(?:resume|unpause|continue) {_NP} {_MUSIC}", _media("resume")),
    _frame(rf"mute {_NP} {_MUSIC}", _media("mute")),
    _frame(rf"unmute {_NP} {_MUSIC}", _media("unmute")),
    _frame(rf"(?:pause|hold on to) {_NP}", _media("pause")),
    _frame(rf"(?:stop|halt)(?: playing)? {_MUSIC}(?: {_ON} {_NP})?", _media("pause")),
    _frame(rf"(?:stop playing|put {_MUSIC} on (?:pause|hold)|hold on)(?: {_ON} {_NP})?", _media("pause")),
    _frame(
        rf"(?:resume|unpause|continue|restart|start|play|keep playing|start playing|carry on|continue playing)(?: {_MUSIC})?(?: again)?(?: {_ON} {_NP})?",
        _media("resume"),
    ),
    _frame(rf"(?:resume|unpause|continue) {_NP}", _media("resume")),
    _frame(
        rf"(?:(?:play|skip to|go to|jump to) )?(?:the )?next(?: (?:song|track|one|item|episode|video|tune|chapter|channel))?(?: please)?(?: {_ON} {_NP})?",
        _media("next"),
    ),
    _frame(
        rf"skip(?: (?:forward|ahead|(?:this |the |to the next )?(?:song|track|one|episode|item)))?(?: {_ON} {_NP})?",
        _media("next"),
    ),
    _frame(
        rf"(?:(?:play|skip to|go to|go back to|jump to|skip back to|return to) )?(?:the )?(?:previous|last|prior)(?: (?:song|track|one|item|episode|video|tune|channel))(?: again)?(?: {_ON} {_NP})?",
        _media("previous"),
    ),
    _frame(
        rf"(?:replay|play (?:it |that )?again|play (?:the )?(?:last|previous)(?: again)?)(?: {_ON} {_NP})?",
        _media("previous"),
    ),
    _frame(
        rf"(?:previous|go back|skip back|skip backwards?|back up)(?: (?:a|one) (?:song|track))?(?: {_ON} {_NP})?",
        _media("previous"),
    ),
    _frame(rf"(?:mute|silence)(?: {_MUSIC})?(?: {_ON} {_NP})?", _media("mute")),
    _frame(rf"(?:mute|silence) {_NP}", _media("mute")),
    _frame(rf"unmute(?: {_MUSIC})?(?: {_ON} {_NP})?", _media("unmute")),
    _frame(rf"unmute {_NP}", _media("unmute")),
    # on and off
    _frame(rf"{_TURN} on {_NP}", _verb("turn on")),
    _frame(rf"{_TURN} {_NP} (?:back )?on", _verb("turn on")),
    _frame(rf"{_TURN} (?:off|out) {_NP}", _verb("turn off")),
    _frame(rf"{_TURN} {_NP} (?:back )?(?:off|out)", _verb("turn off")),
    _frame(rf"{_TURN} {_NP} on (?P<place>(?:in|at|on) .+)", lambda c, m: c.do("turn on", f"{m['np']} {m['place']}")),
    _frame(
        rf"{_TURN} {_NP} (?:off|out) (?P<place>(?:in|at|on) .+)",
        lambda c, m: c.do("turn off", f"{m['np']} {m['place']}"),
    ),
    _frame(rf"(?:activate|enable|energize|engage|power up|start up|fire up|boot up|boot) {_NP}", _verb("turn on")),
    _frame(rf"(?:shut down|close down|shut up|close up|lower down|lower up) {_NP}", _closing),
    _frame(rf"(?:raise|lift|open) up {_NP}", _verb("open", area_only=True)),
    _frame(
        rf"(?:deactivate|disable|disengage|shut off|shut down|power down|kill|cut|cut off|switch down|close down) {_NP}",
        _verb("turn off"),
    ),
    _frame(rf"(?:shut|power|kill|cut|close) {_NP} (?:off|down)", _verb("turn off")),
    _frame(rf"(?:power|start|fire|boot) {_NP} up", _verb("turn on")),
    _frame(rf"(?:extinguish|put out|douse|snuff out|blow out) {_NP}", _verb("turn off")),
    _frame(rf"(?:light|ignite|kindle) {_NP}", _verb("turn on")),
    _frame(rf"(?:light up|illuminate) {_NP}", _lights("turn on")),
    _frame(rf"light (?:it|this|things)? ?up(?P<np>)", _lights("turn on")),
    _frame(rf"light {_NP} up", _lights("turn on")),
    # open, close, lock
    _frame(rf"(?:fully|completely) (?:open|raise) {_NP}", _fully("open")),
    _frame(
        rf"(?:open|raise|pull up|roll up|lift) {_NP} (?:fully|completely|all the way|wide|up fully|entirely)(?: up| open)?",
        _fully("open"),
    ),
    _frame(
        rf"(?:close|shut|lower|pull down) {_NP} (?:fully|completely|all the way|entirely)(?: down)?", _fully("close")
    ),
    _frame(rf"(?:fully|completely) (?:close|shut|lower) {_NP}", _fully("close")),
    _frame(
        rf"(?:(?:open|raise|lower|lift|close|shut)(?: up| down)?|pull (?:up|down)|roll (?:up|down)) {_NP}(?: up| down)? (?:to|at) (?P<value>.+)",
        _open_to,
    ),
    _frame(
        r"(?:half|partly) ?(?:open) (?P<np>.+)(?P<value>)",
        lambda c, m: c.set(m["np"], Amount(50, "%", "percent"), "position"),
    ),
    _frame(r"(?:open|raise|lower|lift|close|shut|pull down|roll down) (?P<rest>.+)", _open_suffix),
    _frame(
        r"(?P<verb>open|close) (?P<np>.+?) (?:just )?(?:a (?:little |tiny )?bit|a little|slightly|partly|a crack|some)(?: more| further)?",
        lambda c, m: c.change("raise" if m["verb"] == "open" else "lower", m["np"], "position"),
    ),
    _frame(r"(?P<np>.+?) (?:should|must|has to|have to|needs to|need to) be (?:turned |switched )?(?P<state>on|off|open|closed|locked|unlocked)", lambda c, m: c.do(_STATES[m["state"]], m["np"])),
    _frame(r"speed up (?P<np>.+)", lambda c, m: c.change("raise", m["np"], "fan speed")),
    _frame(r"slow down (?P<np>.+)", lambda c, m: c.change("lower", m["np"], "fan speed")),
    _frame(rf"(?:open up|open|unshut) {_NP}(?: up)?", _verb("open", area_only=True)),
    _frame(rf"(?:close|shut) {_NP}(?: up)?", _verb("close", area_only=True)),
    _frame(rf"(?:pull|roll|draw|wind) up {_NP}", _verb("open")),
    _frame(rf"(?:pull|roll|wind) {_NP} up", _verb("open")),
    _frame(rf"(?:pull|roll|let|wind) down {_NP}", _verb("close")),
    _frame(rf"(?:pull|roll|let|wind) {_NP} down", _verb("close")),
    _frame(rf"(?:unlock|unbolt|unlatch) {_NP}(?: up)?", _verb("unlock", area_only=True)),
    _frame(rf"(?:lock|bolt|secure|latch) (?:up )?{_NP}(?: up)?", _verb("lock", area_only=True)),
    _frame(r"lock up(?P<np>)", lambda c, m: c.do("lock", "all locks")),
    # values
    _frame(
        rf"(?:dim|brighten|darken|dim down|brighten up|brighten) {_NP} (?:to|at|up to|down to) (?P<value>.+)".replace(
            "(?:dim", "(?P<dim>dim", 1
        ),
        _dim,
    ),
    _frame(rf"(?P<dim>dim|brighten|darken) {_NP}(?: up| down)?{_BY}", _dim),
    _frame(r"dim (?P<rest>.+)", _dim_suffix),
    _frame(rf"(?P<dim>dim down|dim|brighten up|brighten|darken) {_NP}(?: up| down)?{_LITTLE}", _dim),
    _frame(rf"{_SET} {_NP} (?:fully|completely|all the way) (?:on|up|bright)", _fully_on),
    _frame(rf"{_SET} {_NP} (?:up |down |back )?(?:to|at|into|in to) (?P<value>.+)", _set_to),
    _frame(rf"{_SET} (?:up|down) {_NP} (?:to|at) (?P<value>.+)", _set_to),
    _frame(
        rf"(?:increase|raise|reduce|decrease|lower|boost|drop|crank up|crank|heat|cool|warm|warm up|cool down|heat up|lift) {_NP}(?: up| down)? to (?P<value>.+)",
        _set_to,
    ),
    _frame(
        r"(?:set|make|have|get|keep) (?:it|the temperature|the heating|the heat) (?:to |at )?(?P<value>.+?) (?:in|on|at|for|with|using) (?P<np>.+)",
        _suffix_in,
    ),
    _frame(
        rf"(?:make|turn|get|set) {_NP} (?P<by>[^ ]+ percent) (?P<more>brighter|dimmer|darker|louder|quieter|lighter)",
        _compare,
    ),
    _frame(r"(?:make|set|get) it (?P<value>.+)", lambda c, m: _bare_value(c, m["value"])),
    _frame(
        rf"(?:make|turn|get|set) {_NP} {_LEAD_LITTLE}(?P<more>{_COMPARATIVE}){_BY}?(?: (?P<place>(?:in|on|at) .+))?",
        _compare,
    ),
    _frame(rf"(?:make|turn|get|set) {_NP} (?P<more>{_COMPARATIVE}){_LITTLE}(?: (?P<place>(?:in|on|at) .+))?", _compare),
    _frame(
        rf"{_LEAD_LITTLE}(?P<more>brighter|dimmer|darker|louder|quieter|softer|warmer|hotter|cooler|colder){_BY}?(?: (?:in|on|at|for) (?P<np>.+))?",
        _compare,
    ),
    _frame(
        rf"(?:a (?:little |tiny )?bit |a little |slightly )?(?P<more>brighter|dimmer|darker|louder|quieter|softer|warmer|hotter|cooler|colder){_LITTLE}",
        _compare,
    ),
    _frame(
        rf"{_NP} {_LEAD_LITTLE}(?P<more>brighter|dimmer|darker|louder|quieter|softer|warmer|hotter|cooler|colder){_LITTLE}",
        _compare,
    ),
    _frame(r"(?P<np>volume|brightness|temperature) (?:up|increase|higher)", _step("raise")),
    _frame(r"(?P<np>volume|brightness|temperature) (?:down|decrease|lower)", _step("lower")),
    _frame(r"down (?P<np>the volume|volume|the brightness|the temperature)(?: (?:in|on|of) .+)?", _step("lower")),
    _frame(rf"turn (?:up|increase) {_NP}{_BY}", _step("raise")),
    _frame(rf"turn {_NP} up{_BY}", _step("raise")),
    _frame(rf"turn down {_NP}{_BY}", _step("lower")),
    _frame(rf"turn {_NP} down{_BY}", _step("lower")),
    _frame(rf"(?:turn|crank|bump|ramp|pump|notch|bring) up {_NP}{_LITTLE}", _step("raise")),
    _frame(rf"(?:turn|crank|bump|ramp|pump|bring|put) {_NP} {_LEAD_LITTLE}up{_LITTLE}", _step("raise")),
    _frame(rf"(?:turn|tone|dial|bring|notch) down {_NP}{_LITTLE}", _step("lower")),
    _frame(rf"(?:turn|tone|dial|bring|put) {_NP} {_LEAD_LITTLE}down{_LITTLE}", _step("lower")),
    _frame(rf"(?:raise|lift) {_NP}{_BY}", _step("raise")),
    _frame(rf"(?:lower|drop|reduce|decrease|cut) {_NP}{_BY}", _step("lower")),
    _frame(rf"(?:increase|boost|up) {_NP}{_BY}", _step("raise")),
    _frame(rf"(?:raise|lift) {_NP}", _cover("raise", "open")),
    _frame(rf"(?:lower|drop) {_NP}", _cover("lower", "close")),
    _frame(
        rf"(?:increase|boost|raise|up|turn up) (?P<np>(?:the )?(?:volume|brightness|temperature)(?: (?:in|on|of) .+?)?) (?P<by>[\d.]+(?: percent| degrees)?)",
        _step("raise"),
    ),
    _frame(
        rf"(?:decrease|reduce|lower|turn down) (?P<np>(?:the )?(?:volume|brightness|temperature)(?: (?:in|on|of) .+?)?) (?P<by>[\d.]+(?: percent| degrees)?)",
        _step("lower"),
    ),
    _frame(rf"(?:increase|boost|raise|up) {_NP}{_LITTLE}", _step("raise")),
    _frame(rf"(?:lower|reduce|decrease|drop) {_NP}{_LITTLE}", _step("lower")),
    _frame(
        rf"more (?P<np>light|volume|brightness|heat)(?: (?:in|on|at) (?P<place>.+))?",
        lambda c, m: c.change("raise", m["place"] or "", _ROLE_OF.get(m["np"], "brightness")),
    ),
    _frame(
        rf"less (?P<np>light|volume|brightness|heat)(?: (?:in|on|at) (?P<place>.+))?",
        lambda c, m: c.change("lower", m["place"] or "", _ROLE_OF.get(m["np"], "brightness")),
    ),
    _frame(
        rf"(?:make|set|get|have) {_NP} (?P<state>on|off|open|closed|locked|unlocked)",
        lambda c, m: c.do(_STATES[m["state"]], m["np"]),
    ),
    _frame(
        r"(?:full|maximum|max) brightness(?: (?:for|in|on|of|at) (?P<np>.+))?",
        lambda c, m: c.set(m["np"] or "", Amount(100, "%", "percent"), "brightness"),
    ),
    _frame(
        r"(?:full|maximum|max) volume(?: (?:for|in|on|of|at) (?P<np>.+))?",
        lambda c, m: c.set(m["np"] or "", Amount(100, "%", "percent"), "volume"),
    ),
    _frame(r"(?:set|make|put|turn|change|get|have|bring|keep) (?P<rest>.+)", _set_suffix),
    # heating, cleaning, watering
    _frame(rf"(?:stop|quit|finish|no more) (?:heating|warming|cooling)(?: up| down)? {_NP}", _heat("turn off")),
    _frame(
        rf"(?:heat|warm|heat up|warm up|start heating|begin heating|cool|cool down|start cooling) {_NP}",
        _heat("turn on"),
    ),
    _frame(rf"(?:heat|warm|cool) {_NP} (?:up|down)", _heat("turn on")),
    _frame(r"(?:stop|end|quit) (?:watering|sprinkling|irrigating)(?: (?P<np>.+))?", _robot("stop", "watering")),
    _frame(
        r"(?:water|irrigate|sprinkle|start watering|start irrigating|begin watering) (?P<np>.+)",
        _robot("start", "watering"),
    ),
    _frame(r"(?:start|begin) (?:watering|irrigation)", _robot("start", "watering")),
    _frame(r"(?:mow|cut|trim|start mowing|begin mowing)(?: (?P<np>.+))?", _robot("start", "mowing")),
    _frame(r"(?:stop|end|quit|cancel|finish) (?:mowing)(?: (?P<np>.+))?", _robot("dock", "mowing")),
    _frame(rf"(?:vacuum|hoover|clean|start vacuuming|start cleaning|sweep) {_NP}", _clean_area),
    _frame(r"(?:start|begin) (?:vacuuming|cleaning)(?P<np>)", _robot("start", "cleaning")),
    _frame(r"(?:stop|end|quit) (?:vacuuming|cleaning|hoovering)(?: (?P<np>.+))?", _robot("stop", "cleaning")),
    _frame(
        rf"(?:send|return|bring|take|get|dock|park) {_NP} (?:(?:back )?(?:home|to (?:the |its |his |her )?(?:base|dock|charger|station|docking station|charging station|charging base|base station)))",
        _dock,
    ),
    _frame(rf"(?:return|dock|park) {_NP}(?: to base)?", _dock),
    _frame(
        rf"(?:send|have) {_NP} (?:back )?(?:home|go home|dock|charge|to charge|return to (?:the |its )?(?:base|dock))",
        _dock,
    ),
    _frame(
        rf"{_NP} ,? ?(?:go|return|head) (?:back )?(?:home|to (?:the |its |your )?(?:base|dock|charger|station))", _dock
    ),
    # alarm
    _frame(rf"(?P<verb>arm|disarm)(?: {_NP})?(?: (?:to|in|for) (?P<mode>away|home|night|stay)(?: mode)?)?", _arm),
    _frame(rf"toggle {_NP}", _toggle),
    # start, stop, run
    _frame(rf"(?:run|start|begin|execute|trigger|launch|perform|do) {_NP}", _run),
    _frame(rf"(?:start|run|begin|launch) {_NP}", _startable("start", "turn on")),
    _frame(rf"(?:stop|halt|end|abort) {_NP}", _startable("stop", "turn off")),
    # no verb
    _frame(rf"{_NP} (?:to |back )?on", _verb("turn on")),
    _frame(rf"{_NP} (?:to |back )?(?:off|out)", _verb("turn off")),
    _frame(
        rf"(?:on|off) (?P<np>.+)", lambda c, m: c.do("turn on" if m.group(0).startswith("on") else "turn off", m["np"])
    ),
    _frame(
        rf"{_NP} (?P<state>on|off|out) (?P<place>(?:in|on|at) .+|upstairs|downstairs|outside|everywhere)",
        lambda c, m: c.do("turn on" if m["state"] == "on" else "turn off", f"{m['np']} {m['place']}"),
    ),
    _frame(rf"{_NP} open", _verb("open")),
    _frame(rf"{_NP} (?:close|closed|shut)", _verb("close")),
    _frame(rf"{_NP} (?:lock|locked)", _verb("lock")),
    _frame(rf"{_NP} (?:unlock|unlocked)", _verb("unlock")),
    _frame(rf"{_NP} up", _cover("raise", "open")),
    _frame(rf"{_NP} down", _cover("lower", "close")),
    _frame(rf"{_NP} up{_LITTLE}{_BY}?", _step("raise")),
    _frame(rf"{_NP} down{_LITTLE}{_BY}?", _step("lower")),
    _frame(rf"{_NP} (?:to|at) (?P<value>.+)", _set_to),
    _frame(r"(?P<rest>.+)", _set_suffix),
    _frame(r"(?P<value>[^ ]+ .+?) (?:in|on|at|for) (?P<np>.+)", _suffix_in),
    _frame(
        r"(?P<np>lights?|lamps?) (?P<state>on|off) (?P<place>.+)",
        lambda c, m: c.do("turn on" if m["state"] == "on" else "turn off", f"{m['np']} in {m['place']}"),
    ),
    _frame(
        rf"(?:it is|it's|i am|we are|it feels|it gets|it is getting|i feel) (?:far |way |much |a bit |a little |really )?too (?P<how>cold|hot|warm|loud|quiet|chilly)(?: (?:in|on|for) (?P<np>.+?))?(?: in here| here)?",
        _too,
    ),
    _frame(r"play (?P<query>.+?) (?:on|in|at|through|via) (?P<np>.+)", _play),
    _frame(r"play (?P<query>.+)", _play),
)
"""Shapes of a clause, tried in this order; the first whose words all fit is meant."""
