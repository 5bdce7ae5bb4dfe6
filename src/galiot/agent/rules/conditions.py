"""Conditions in English: "the washer is done", "it is over 23 degrees", "there is motion in the hall"."""

from __future__ import annotations

import re
from collections.abc import Callable

from galiot.agent.features.words import plain
from galiot.agent.plan import Comparison, If, Operand
from galiot.agent.rules.amounts import Amount, amount
from galiot.agent.rules.comparing import Compared, against_other, versus
from galiot.agent.rules.references import spelled_out
from galiot.agent.rules.states import (
    DONE,
    MORE,
    QUANTITIES,
    QUANTITY,
    RELATIONS,
    STATE,
    Relation,
    Told,
    measures,
    state_of,
)
from galiot.agent.rules.targets import Found, Targets, Unclear

_IS = r"(?:is|are|gets|get|becomes|become|has been|have been|is being|has|have|goes|turns|stays|was|were)"
_NP = r"(?P<np>.+?)"
_COMPARED = r"|".join(sorted(map(re.escape, MORE), key=len, reverse=True))
_VERBS = (
    r"(?:opens|closes|locks|unlocks|shuts|turns on|turns off|goes on|goes off|comes on|switches "
    r"on|switches off|starts|stops|rings|starts playing|starts running|finishes|ends|completes)"
)
_SENSED = {
    "motion": "motion",
    "movement": "motion",
    "smoke": "smoke",
    "a leak": "leak",
    "water": "leak",
    "leak": "leak",
    "someone": "occupied",
    "somebody": "occupied",
    "anyone": "occupied",
    "presence": "occupied",
    "a person": "occupied",
    "fire": "smoke",
    "people": "occupied",
}
_SENSED_WORD = {"motion": "detected", "smoke": "triggered", "leak": "leaking", "occupied": "occupied"}
_SENSE = "|".join(sorted(_SENSED, key=len, reverse=True))


_PRONOUN = re.compile(r"\b(?:it|that|they|them|this|there|its|still)\b|^(?:over|above|under|below|more|less)\b")
_ROOMS = {"taken": "occupied", "vacant": "empty", "free": "empty", "available": "empty", "busy": "occupied"}
_IN_USE = re.compile(
    r"(?<=room is )(?:taken|vacant|free|available|busy)$|(?<=it is )(?:taken|vacant|free|available|busy)$"
)
_MOST_HEARD = 12
_COOLING = ("dehumidifier", "air conditioner", "fan", "freezer", "fridge")

Mark = tuple[object, ...]
"""What was spoken of up to a place in the sentence."""


class Conditions:
    """Reads conditions for one home, and remembers what a sentence spoke of."""

    def __init__(self, targets: Targets) -> None:
        self.targets, self.index = targets, targets.index
        self._known: dict[tuple[object, ...], tuple[tuple[Comparison, ...] | None, Mark]] = {}
        self.subject: tuple[Operand, ...] = ()
        """The quantities that were read or compared last, for "if it is above ten"."""
        self.polar: If | None = None
        """What was asked or made a condition last, for "if so" and "otherwise"."""
        self.compared: Compared | None = None
        """What was compared last, for "the warmer one"."""

    def mark(self) -> Mark:
        """Return what was spoken of so far."""
        targets = self.targets
        return targets.last, targets.spoken, targets.last_kind, targets.heard, self.subject, self.polar, self.compared

    def back_to(self, mark: Mark) -> None:
        """Forget what was spoken of since."""
        targets = self.targets
        targets.last, targets.spoken, targets.last_kind, targets.heard, *rest = mark  # type: ignore[assignment]
        self.subject, self.polar, self.compared = rest  # type: ignore[assignment]

    def remember(self) -> None:
        """Keep what was spoken of just now for "its battery", when other things have been spoken of since."""
        targets = self.targets
        targets.heard = tuple(dict.fromkeys((*targets.last, *targets.spoken, *targets.heard)))[:_MOST_HEARD]

    def read(self, text: str) -> tuple[Comparison, ...] | None:
        """Return the comparisons that all have to hold, None where the condition is not understood."""
        text = re.sub(r"^(?:that (?!is |has |gets |one )|,|both )+", "", text.strip(" ,.")).strip()
        text = re.sub(r"(?<=\w) (?:too|as well|again|already)$", "", text)
        text = _IN_USE.sub(lambda found: _ROOMS[found.group()], text)
        found = self._one(text)
        if found is not None:
            return found
        for joint in re.finditer(r" and (?:if |when |that )?", text):
            first, second = self._one(text[: joint.start()]), None
            if first is not None:
                second = self.read(text[joint.end() :])
            if first is not None and second is not None:
                return (*first, *second)
        return None

    def _one(self, text: str) -> tuple[Comparison, ...] | None:
        key = (text, *self.mark()) if _PRONOUN.search(text) else (text,)
        if key not in self._known:
            self.targets.spend()
            self.targets.asking = not text.startswith(("that ", "this ", "they ", "all that "))
            found = self._match(text) if _PREDICATE.search(text) or _PRONOUN.search(text) else None
            self.targets.asking = False
            self._known[key] = found, (self.targets.spoken, self.subject)
        found, spoken = self._known[key]
        if found is not None:
            self.targets.spoken, self.subject = spoken  # type: ignore[assignment]
        return found

    def _match(self, text: str) -> tuple[Comparison, ...] | None:
        if " its " in f" {text}":
            spelled = spelled_out(text, self.targets, self.targets.heard)
            text = spelled if spelled != text else text.replace("its ", "the ")
        for pattern, make in _FRAMES:
            if found := pattern.fullmatch(text):
                made = make(self, found)
                if made is not None:
                    return made
        return None

    def state(self, phrase: str, word: str, *, negated: bool = False) -> tuple[Comparison, ...] | None:
        """Return that what a phrase names is in a state."""
        told: dict[str, Told] = {}

        def fits(thing: str) -> bool:
            found = state_of(word, thing, self.index) or self._alarmed(word, thing)
            if found is not None:
                told[thing] = found
            return found is not None

        sensed = word in ("occupied", "empty", "detected", "triggered", "leaking")
        answer = self.targets.find(phrase, fits, area_only=sensed)
        if answer is None and not sensed:
            answer = self.targets.find(phrase, fits, area_only=True)
        if not isinstance(answer, Found) or (negated and len(answer.things) > 1):
            return None
        self.targets.spoken = answer.things
        comparisons = []
        for thing in answer.things:
            if not fits(thing):
                return None
            relation: Relation = told[thing].relation
            if negated and relation != "is":
                return None
            comparisons.append(
                Comparison(Operand(thing, told[thing].role), "is not" if negated else relation, told[thing].value)
            )
        return tuple(comparisons)

    def _alarmed(self, word: str, thing: str) -> Told | None:
        """What tells that an alarm goes off or a doorbell rings, where that is called by another word."""
        if word in ("goes off", "going off", "sounds"):
            return state_of("triggered", thing, self.index)
        events = self.index.home.by_id[thing].events
        if word in ("ringing", "rings") and self.index.kind(thing) == "doorbell" and len(events) == 1:
            return Told(plain(next(iter(events.values())).name), "happens")
        return None

    def quantity(
        self, phrase: str, roles: tuple[str, ...], relation: Relation, value: Amount
    ) -> tuple[Comparison, ...] | None:
        """Return how a quantity of what a phrase names compares with a value."""
        thing = self.measured(phrase, roles)
        if thing is None or value.value is None:
            return None
        unit = value.unit if value.unit != "%" else "%"
        role = measures(thing, roles, self.index)
        assert role is not None
        self.targets.spoken, self.subject = (thing,), (Operand(thing, role),)
        return (Comparison(Operand(thing, role), relation, value.value, unit),)

    def measured(self, phrase: str, roles: tuple[str, ...]) -> str | None:
        """Return the one thing that tells a quantity: the named one, the sensor of the place, the only one."""
        things = self.all_measured(phrase, roles)
        return things[0] if len(things) == 1 else None

    def all_measured(self, phrase: str, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return the things that tell a quantity for a phrase: of several in one place, those that only measure."""

        def fits(thing: str) -> bool:
            return measures(thing, roles, self.index) is not None

        phrase = (
            ""
            if phrase
            in (
                "here",
                "in here",
                "the house",
                "inside",
                "home",
                "at home",
                "it",
                "the room",
                "the home",
                "the apartment",
            )
            and not (phrase == "it" and (self.targets.last or self.targets.spoken))
            else phrase
        )
        if " and " in phrase and not isinstance(self.targets.find(phrase, fits), Found):
            parts = [self.all_measured(part, roles) for part in re.split(r" and (?:in |on |at )?", phrase)]
            return tuple(dict.fromkeys(t for part in parts for t in part)) if all(parts) else ()
        if phrase:
            answer = self.targets.find(phrase, fits, area_only=True)
            things = (
                answer.things if isinstance(answer, Found) else answer.options if isinstance(answer, Unclear) else ()
            )
        else:
            telling = dict.fromkeys(t for role in roles for t in self.index.readers.get(role, ()))
            things = tuple(t for t in self.index.entries if t in telling)
            if self.targets.area:
                things = tuple(t for t in things if self.index.home.by_id[t].area == self.targets.area) or things
        for role in roles:
            first = tuple(t for t in things if measures(t, (role,), self.index))
            if first:
                things = first
                break
        if len(things) > 1:
            sensors = tuple(t for t in things if not any(f.commandable for f in self.index.features(t).values()))
            things = sensors or things
        return things


_PREDICATE = re.compile(
    rf"\b(?:{_IS[3:-1]}|{_VERBS[3:-1]}|reaches|hits|rises|drops|falls|climbs|sinks|shows|reads|"
    r"reports|detects?|senses|sees|notices|registers|enters|walks|comes|steps|arrives|runs|than|"
    rf"{DONE[3:-1]}|opens?|closes?|shuts?|presses|pushes|switch(?:es)?|turns?)\b"
)
"""What a condition has at least one of."""
_Maker = Callable[[Conditions, "re.Match[str]"], "tuple[Comparison, ...] | None"]


def _compare(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    """the temperature in the bedroom is above 23"""
    value = amount(m["value"])
    roles = QUANTITIES.get(m.groupdict().get("quantity") or "", ())
    if value is None:
        return _above_other(c, m)
    relation = _relation(m["relation"])
    phrase = m.groupdict().get("np") or m.groupdict().get("place") or ""
    if not roles:
        roles = (
            ("temperature",)
            if value.sort in ("temperature", "number")
            else ("humidity", "battery", "brightness")
            if value.sort == "percent"
            else ()
        )
        if value.sort == "other" and value.unit:
            roles = {
                "lx": ("illuminance",),
                "W": ("power use",),
                "kW": ("power use",),
                "kWh": ("energy",),
                "ppm": ("carbon dioxide",),
            }.get(value.unit, ())
        if value.sort == "number" and phrase:
            roles = (
                *("temperature", "humidity", "soil moisture", "carbon dioxide", "illuminance", "noise", "wind speed"),
                *("power use", "battery", "volume", "brightness"),
            )
            things = c.all_measured(phrase, roles)
            if len(things) != 1 or sum(measures(things[0], (r,), c.index) is not None for r in roles) != 1:
                roles = ("temperature",)
    return c.quantity(phrase, roles, relation, value) if roles else None


def _above_other(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    """the temperature in the attic is lower than in the hall"""
    quantity, relation = m.groupdict().get("quantity"), _relation(m["relation"])
    if quantity is None:
        return None
    first, second = f"{quantity} of {m['np'] or ''}".strip(), m["value"]
    if not re.search(rf"\b(?:{QUANTITY})\b", second):
        second = f"{quantity} of {re.sub(r'^(?:in|on|at|of|that of|that in) ', '', second)}"
    found = versus(c, first, "warmer" if relation in ("above", "at least") else "colder", second)
    return (Comparison(found[0].operand, relation, found[0].value),) if found else None


def _versus(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    """it is warmer in the attic than in the hall"""
    place = m.groupdict().get("place") or m.groupdict().get("np") or ""
    return versus(c, place, m["more"], m["other"]) if amount(m["other"]) is None else None


def _colder_there(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    """it is colder upstairs - than the place that it was compared with"""
    return against_other(c, m.groupdict().get("place") or m.groupdict().get("np") or "", m["more"])


def _of_it(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    """it is still above 20, over 20, above that: the quantity that was spoken of last"""
    said = m["value"]
    if len(c.subject) != 1:
        return None
    before = c.polar.conditions[0] if c.polar and c.polar.conditions[0].operand == c.subject[0] else None
    if said in ("that", "it", "this"):
        return (Comparison(c.subject[0], _relation(m["relation"]), before.value, before.unit),) if before else None
    value = amount(said)
    if value is None or isinstance(value.value, str) or not _measures_in(c, c.subject[0], value):
        return None
    return (Comparison(c.subject[0], _relation(m["relation"]), value.value, value.unit),)


def _arrives(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    """it gets to 45 percent: from the side on which it was"""
    value = amount(re.sub(r" (?:of )?(?:humidity|volume|battery|charge)$", "", m["value"]))
    if value is None or isinstance(value.value, str):
        return None
    if len(c.subject) == 1 and _measures_in(c, c.subject[0], value):
        one = c.subject[0]
    else:
        things = c.targets.spoken or c.targets.last
        roles = ("temperature",) if value.sort == "temperature" else ("humidity", "temperature", "brightness")
        role = measures(things[0], roles, c.index) if len(things) == 1 else None
        if role is None:
            return None
        one = Operand(things[0], role)
    high = (
        c.polar is not None
        and c.polar.conditions[0].operand == one
        and c.polar.conditions[0].relation
        in (
            "above",
            "at least",
        )
    )
    acting = {c.index.kind(thing) for thing in c.targets.last} | {
        word for thing in c.targets.last for word in c.index.home.label(c.index.home.by_id[thing]).split()
    }
    falls = high or bool(acting & set(_COOLING))
    return (Comparison(one, "at most" if falls else "at least", value.value, value.unit),)


def _rains(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    things = tuple(c.index.readers.get("rain", ()))
    c.targets.spoken = things
    return (Comparison(Operand(things[0], "rain"), "is", not m["no"]),) if len(things) == 1 else None


def _measures_in(c: Conditions, one: Operand, value: Amount) -> bool:
    """Whether a quantity can have such a value: no percent of degrees."""
    feature = c.index.features(one.thing).get(one.role)
    if feature is None or feature.shape not in ("number", "percent"):
        return False
    percent = feature.shape == "percent" or feature.unit in ("%", "percent")
    return value.sort == "number" or (value.sort == "percent") is percent


def _relation(said: str) -> Relation:
    return next(
        (relation for pattern, relation in RELATIONS if re.fullmatch(pattern, said)),
        "above" if said in ("rises", "climbs", "goes up", "reaches") else "below",
    )


def _reaches(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    value = amount(m["value"])
    if value is None:
        return None
    falls = m["move"].startswith(("drop", "fall", "sink", "go down", "goes down"))
    return c.quantity(
        m.groupdict().get("np") or "", QUANTITIES[m["quantity"]], "at most" if falls else "at least", value
    )


def _warmer(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    roles, relation = MORE[m["more"]]
    value = amount(m["value"])
    phrase = m.groupdict().get("np") or ""
    phrase = "" if phrase in ("it", "the temperature") else phrase
    return c.quantity(phrase or m.groupdict().get("place") or "", roles, relation, value) if value is not None else None


def _sensed(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    state = _SENSED[m["sense"]]
    word = _SENSED_WORD[state]
    phrase = m.groupdict().get("np") or ""
    negated = bool(m.groupdict().get("no"))
    if phrase:
        found = c.state(phrase, word)
    else:
        things = [t for t in c.index.entries if state_of(word, t, c.index) is not None]
        found = None
        if len(things) == 1:
            told = state_of(word, things[0], c.index)
            assert told is not None
            found = (Comparison(Operand(things[0], told.role), told.relation, told.value),)
    if found is None or not negated:
        return found
    return tuple(Comparison(x.operand, "is", False) for x in found) if all(x.value is True for x in found) else None


def _low(c: Conditions, m: re.Match[str]) -> tuple[Comparison, ...] | None:
    return c.quantity(m["np"] or "", ("battery",), "below", Amount(20, "%", "percent"))


_VALUE = r"(?P<value>.+?)"
_REL = f"(?P<relation>{'|'.join(p for p, _ in RELATIONS)})"
_MOVES = r"(?:is|are|gets|goes|climbs|rises|drops|falls|sinks|becomes|reads|shows)"
_WHERE = r"(?:(?:in|on|at) .+|outside|inside|upstairs|downstairs)"
_SHAPES: tuple[tuple[str, _Maker], ...] = (
    (
        (
            rf"(?:(?:it|that|the (?:reading|value|level|number)) )?(?:still )?(?:{_MOVES} )?"
            rf"(?:still |now |back |up |down )*(?:to )?{_REL} {_VALUE}"
        ),
        _of_it,
    ),
    (
        (
            r"it (?:is (?:back )?at|is back to|gets (?:back |up |down )?to|reaches|hits|has reached|comes (?:back )?to|"
            rf"is down to|is up to|gets back to|drops to|falls to|rises to|climbs to) {_VALUE}"
        ),
        _arrives,
    ),
    (rf"it (?:is|gets) (?P<more>{_COMPARED}) (?P<place>{_WHERE}) than (?P<other>.+)", _versus),
    (rf"{_NP} (?:is|are|gets) (?P<more>{_COMPARED}) than (?P<other>.+)", _versus),
    (rf"it (?:is|gets) (?P<more>{_COMPARED}) (?P<place>{_WHERE})", _colder_there),
    (rf"{_NP} (?:is|gets) (?P<more>{_COMPARED})", _colder_there),
    (
        r"(?:it|there) is (?P<no>not |no |no longer )?(?:raining|(?:any )?rain)(?: outside| today)?(?: any ?more)?",
        _rains,
    ),
    (r"it (?P<no>stops) (?:raining|to rain)", _rains),
    (r"(?:the )?rain (?P<no>stops|is over|has stopped)", _rains),
    (
        (
            rf"(?:the )?(?P<quantity>{QUANTITY})(?: (?:of|in|on|at|from|inside) {_NP})? (?:{_IS}|rises|"
            rf"goes|drops|falls|climbs|goes up|goes down|sinks)(?: to)? {_REL} {_VALUE}"
        ),
        _compare,
    ),
    (rf"{_NP} (?P<quantity>{QUANTITY}) (?:{_IS}|rises|goes|drops|falls|climbs|sinks) {_REL} {_VALUE}", _compare),
    (
        (
            rf"(?:the )?(?P<quantity>{QUANTITY})(?: (?:of|in|on|at|from|inside) {_NP})? (?P<move>reaches|"
            rf"hits|gets to|rises to|climbs to|drops to|falls to|sinks to|goes down to) {_VALUE}"
        ),
        _reaches,
    ),
    (
        (
            rf"{_NP} (?P<quantity>{QUANTITY}) (?P<move>reaches|hits|gets to|rises to|climbs to|drops to|"
            rf"falls to|sinks to) {_VALUE}"
        ),
        _reaches,
    ),
    (
        (
            rf"it (?:is|gets|becomes) (?P<more>{_COMPARED}) than {_VALUE}(?: (?P<place>(?:in|on|at) .+|"
            r"outside|inside|upstairs|downstairs|here))?"
        ),
        _warmer,
    ),
    (rf"{_NP} (?:is|gets|becomes) (?P<more>{_COMPARED}) than {_VALUE}", _warmer),
    (
        (
            rf"it (?:is|gets|becomes|goes|drops|falls|sinks|rises|climbs) {_REL} {_VALUE}"
            r"(?: (?P<place>(?:in|on|at) .+|outside|inside|upstairs|downstairs|here))?"
        ),
        _compare,
    ),
    (rf"{_NP} (?:is|gets|goes|shows|reads|reports) {_REL} {_VALUE}", _compare),
    (
        (
            r"(?:there is|there are|you detect|it detects|we detect|you see|there has been)(?P<no> "
            rf"no)?(?: any)? (?P<sense>{_SENSE})(?: (?:is )?detected)?(?: (?:in|on|at|by) {_NP})?"
        ),
        _sensed,
    ),
    (
        (
            rf"(?P<no>no )?(?P<sense>{_SENSE}) (?:is|has been|gets|was)(?: detected| sensed| seen| "
            rf"noticed)?(?: (?:in|on|at|by) {_NP})?"
        ),
        _sensed,
    ),
    (
        (
            r"(?P<sense>someone|somebody|anyone|a person) (?:is|moves|comes|enters|walks|goes|steps|"
            rf"arrives)(?: into| in| in to| to| at| on)? {_NP}"
        ),
        _sensed,
    ),
    (rf"(?P<no>nobody|no one|noone) is (?:in|on|at) {_NP}", lambda c, m: c.state(m["np"], "empty")),
    (rf"{_NP} (?:detects|senses|sees|notices|registers|reports) (?P<sense>{_SENSE})", _sensed),
    (rf"(?:the )?battery (?:of|in) {_NP} (?:is|gets|runs) (?:low|empty|almost empty)", _low),
    (rf"{_NP}(?: battery)? (?:is low on battery|battery is low|battery gets low|battery runs low)", _low),
    (
        rf"{_NP} {_IS} (?:not|no longer|not yet) (?P<state>{STATE})",
        lambda c, m: c.state(m["np"], m["state"], negated=True),
    ),
    (
        rf"{_NP} {_IS} (?:still |already |now |finally |all |both |fully |completely )?(?P<state>{STATE})",
        lambda c, m: c.state(m["np"], m["state"]),
    ),
    (rf"{_NP} (?P<state>{_VERBS})", lambda c, m: c.state(m["np"], m["state"])),
    (rf"(?:someone|somebody|anybody|anyone|i|we|you) (?:opens?) {_NP}", lambda c, m: c.state(m["np"], "open")),
    (
        rf"(?:someone|somebody|anybody|anyone|i|we|you) (?:closes?|shuts?) {_NP}",
        lambda c, m: c.state(m["np"], "closed"),
    ),
    (
        rf"(?:someone|somebody|anybody|anyone|i|we|you) (?:turns?|switch(?:es)?) on {_NP}",
        lambda c, m: c.state(m["np"], "on"),
    ),
    (
        rf"(?:someone|somebody|anybody|anyone|i|we|you) (?:turns?|switch(?:es)?) off {_NP}",
        lambda c, m: c.state(m["np"], "off"),
    ),
    (rf"(?:someone|somebody|anybody|anyone) (?:rings|presses|pushes) {_NP}", lambda c, m: c.state(m["np"], "ringing")),
    (rf"{_NP} {DONE}", lambda c, m: c.state(m["np"], "done")),
)
_FRAMES = tuple((re.compile(shape), make) for shape, make in _SHAPES)
