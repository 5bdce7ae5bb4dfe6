"""Shapes of questions beside the plain ones: what is left, where it is warmest, what it says, what it was at three."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from galiot.agent.plan import Act, Read, Say, Target
from galiot.agent.rules.amounts import amount
from galiot.agent.rules.states import HOW, MORE, QUANTITIES, QUANTITY, RELATIONS, STATE, Relation, measures
from galiot.agent.rules.targets import Found
from galiot.agent.rules.words import stem

if TYPE_CHECKING:
    from galiot.agent.rules.questions import Questions

Maker = Callable[["Questions", "re.Match[str]"], "Sequence[Act] | None"]

_NP = r"(?P<np>.+?)"
_IN = r"(?: (?:in|on|at|of|for|inside|from) (?P<np>.+?))?"
_BE = r"(?:is|are|was|were)"
_ONE = r"(?:someone|somebody|anyone|anybody|people|a person|we|i|you)"
_MOST: dict[str, tuple[tuple[str, ...], str]] = {
    "warmest": (("temperature",), "highest"),
    "hottest": (("temperature",), "highest"),
    "coldest": (("temperature",), "lowest"),
    "coolest": (("temperature",), "lowest"),
    "most humid": (("humidity",), "highest"),
    "dampest": (("humidity",), "highest"),
    "driest": (("humidity", "soil moisture"), "lowest"),
    "brightest": (("illuminance", "brightness"), "highest"),
    "darkest": (("illuminance", "brightness"), "lowest"),
    "loudest": (("noise", "volume"), "highest"),
    "noisiest": (("noise", "volume"), "highest"),
    "quietest": (("noise", "volume"), "lowest"),
}
_MOSTS = "|".join(sorted(map(re.escape, _MOST), key=len, reverse=True))
_MORES = "|".join(sorted(map(re.escape, MORE), key=len, reverse=True))
_HOWS = "|".join(sorted(map(re.escape, HOW), key=len, reverse=True))
_REL = f"(?P<relation>{'|'.join(pattern for pattern, _ in RELATIONS)})"
_SINKS = r"(?:drop|dropped|fall|fallen|go|gone|get|got|sink|rise|risen|climb|climbed|stay|stayed|be|been|come|reach)"
_PLACE = r"(?: (?P<place>(?:in|on|at|inside|outside) .+|upstairs|downstairs|outside|inside))?"
_VERBS: dict[str, str] = {
    "open": "open",
    "opened": "open",
    "close": "closed",
    "closed": "closed",
    "shut": "closed",
    "lock": "locked",
    "locked": "locked",
    "unlock": "unlocked",
    "unlocked": "unlocked",
    "turn on": "on",
    "turned on": "on",
    "switched on": "on",
    "switch on": "on",
    "go on": "on",
    "come on": "on",
    "turn off": "off",
    "turned off": "off",
    "switch off": "off",
    "switched off": "off",
    "go off": "off",
    "run": "running",
    "start": "running",
    "started": "running",
    "finish": "done",
    "stop": "stopped",
    "charge": "charging",
    "mow": "mowing",
    "clean": "cleaning",
    "vacuum": "cleaning",
    "water": "watering",
    "play": "playing",
    "ring": "ringing",
    "dock": "docked",
    "triggered": "triggered",
}
_DID = "|".join(sorted(_VERBS, key=len, reverse=True))
_LEFT = ("remaining", "time remaining", "remaining time", "time left", "remain time", "end time", "finish time")
_WEATHER = ("temperature", "rain", "wind speed", "humidity", "illuminance")
_CHARGED = re.compile(r"\b(?:car|ev|vehicle|van|bike|scooter|phone|laptop)$")
"""What hangs on a charger and is no device of the home."""
_LAIRS = ("cleaning", "mowing")
_MOST_THINGS = 12


# what features are called


def tellers(q: Questions, name: str) -> dict[str, str]:
    """Return thing -> role of the feature that bears a name and can be read."""
    wanted = " ".join(map(stem, re.sub(r"^(?:the|its|current) ", "", name).split()))
    found = {}
    for thing in q.index.entries:
        role = next((role for names, role in q.index.told_by[thing] if wanted in names), None)
        if role is not None:
            found[thing] = role
    return found


def own(q: Questions, name: str, phrase: str, how: str | None = None) -> list[Act] | None:
    """Return what to read of a feature that is called by its own name: "the toner of the copier"."""
    roles = tellers(q, name)
    if not roles:
        return None
    things: tuple[str, ...] = tuple(roles)
    if phrase and phrase != "it":
        answer = q.targets.find(phrase, lambda thing: thing in roles, area_only=True)
        things = answer.things if isinstance(answer, Found) else ()
    if not 1 <= len(things) <= _MOST_THINGS or (not phrase and len(things) > 1):
        return None
    q.targets.last = things
    how = how or ("average" if q.span and q.how == "now" else q.how)
    return [Read(role, Target(some), how, q.span) for role, some in _by_role(things, roles)]


def _by_role(things: Sequence[str], roles: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for role in dict.fromkeys(roles[thing] for thing in things):
        yield role, tuple(thing for thing in things if roles[thing] == role)


def _own(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    return own(q, m["own"], m.groupdict().get("np") or "")


def _left(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    return next((acts for name in _LEFT if (acts := own(q, name, m.groupdict().get("np") or ""))), None)


def _flag(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "is the car charging": a feature that is on or off; the only one where what is named is no device."""
    roles = {
        thing: role for thing, role in tellers(q, m["own"]).items() if q.index.features(thing)[role].shape == "switch"
    }
    answer = q.targets.find(m["np"], lambda thing: thing in roles) if roles else None
    things = answer.things if isinstance(answer, Found) else ()
    if len(roles) == 1 and not things and _CHARGED.search(m["np"]):
        things = tuple(roles)
    if not things:
        return None
    how = "duration" if re.match(r"(?:for )?how ", m.string) else "ever" if q.span else "now"
    return [Read(role, Target(some), how, q.span, "is", True) for role, some in _by_role(things, roles)] or None


# texts


def _message(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    def text_of(thing: str) -> str | None:
        features = q.index.features(thing).items()
        return next((role for role, one in features if one.shape == "text" and one.read and not one.choices), None)

    phrase = m.groupdict().get("np") or ""
    if phrase:
        answer = q.targets.find(phrase, lambda thing: text_of(thing) is not None)
        things = answer.things if isinstance(answer, Found) else ()
    else:
        things = tuple(thing for thing in q.index.entries if text_of(thing) is not None)
    if len(things) != 1:
        return None
    role = text_of(things[0])
    assert role is not None
    q.targets.last = things
    return [Read(role, Target(things))]


# places


def _where(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    answer = q.targets.find(m["np"])
    if not isinstance(answer, Found) or len(answer.things) != 1:
        return None
    thing = answer.things[0]
    q.targets.last = answer.things
    if (role := measures(thing, _LAIRS, q.index)) is not None:
        return [Read(role, Target(answer.things))]
    home = q.index.home
    area = home.by_id[thing].area
    return [Say(f"The {home.label(home.by_id[thing])} is in the {area.lower()}.")] if area else None


def _rooms(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "which room is free", "where is someone": every sensor of presence."""
    word = m.groupdict().get("state") or "occupied"
    occupied = word in ("occupied", "taken", "in use", "busy")
    things = tuple(thing for thing in q.index.entries if measures(thing, ("occupancy", "motion"), q.index))
    roles = {thing: str(measures(thing, ("occupancy", "motion"), q.index)) for thing in things}
    if not 1 <= len(things) <= _MOST_THINGS:
        return None
    return [
        Read(role, Target(some), "now", q.span, "is", occupied, asks="which") for role, some in _by_role(things, roles)
    ]


def _most(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "which room was the warmest yesterday", "what is the coldest room"."""
    if m.groupdict().get("quantity"):
        roles, how = QUANTITIES[m["quantity"]], "lowest" if m["most"] in ("lowest", "least") else "highest"
    else:
        roles, how = _MOST[m["most"]]
    noun = m.groupdict().get("noun") or ""
    things = q.conditions.all_measured("", roles[:1])
    if noun and noun not in ("one", "ones", "room", "rooms", "place", "area", "floor", "device", "devices", "thing"):
        answer = q.targets.find(f"all {noun}", lambda thing: measures(thing, roles[:1], q.index) is not None)
        things = answer.things if isinstance(answer, Found) else ()
    if not 2 <= len(things) <= _MOST_THINGS:
        return None
    asks = "least" if how == "lowest" else "most"
    return [Read(roles[0], Target(things), "average" if q.span else "now", q.span, asks=asks)]


def _between(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """Two places held against each other."""
    parts = m.groupdict()
    if parts.get("more"):
        roles, _ = MORE[m["more"]]
    elif parts.get("how"):
        roles = HOW[m["how"]]
    else:
        roles = QUANTITIES[parts.get("quantity") or "temperature"]
    if amount(m["b"]) is not None:
        return None
    first, second = (q.quantity(re.sub(r"^(?:in|on|at|the one in) ", "", m[name]), roles) for name in ("a", "b"))
    if not first or not second or len(first) != 1 or len(second) != 1:
        return None
    one, other = first[0], second[0]
    assert isinstance(one, Read)
    assert isinstance(other, Read)
    if (one.role, one.how, one.span) == (other.role, other.how, other.span) and one.target != other.target:
        return [replace(one, target=Target((*one.target.things, *other.target.things)))]
    return [one, other] if one != other else None


# the past


def _verb(how: str) -> Maker:
    def make(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
        return q.state(m["np"], _VERBS[m["verb"]], how=how)

    return make


def _state(how: str | None = None) -> Maker:
    def make(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
        return q.state(f"{m['np']} {m.groupdict().get('place') or ''}".strip(), m["state"], how=how)

    return make


def _anyone(how: str) -> Maker:
    def make(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
        return q.state(m["np"], "occupied", how=how) or q.state(m["np"], "detected", how=how)

    return make


def _far(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "what was the coldest it got in the shed", "how hot did the attic get"."""
    if m.groupdict().get("how"):
        low = m["how"] in ("cold", "cool", "dry", "dark", "quiet")
        roles, how = HOW[m["how"]], "lowest" if low else "highest"
    else:
        roles, how = _MOST[m["most"]]
    phrase = m.groupdict().get("np") or m.groupdict().get("place") or ""
    phrase = m.groupdict().get("place") or "" if phrase == "it" else phrase
    return q.quantity(re.sub(r"^(?:in|on|at|inside) ", "", phrase), roles, how=how)


def _crossed(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "did it drop below 19 in the lounge"."""
    value = amount(m["value"])
    if value is None or value.unit == "F":
        return None
    parts = m.groupdict()
    relation: Relation
    if parts.get("more"):
        roles, relation = MORE[m["more"]]
    else:
        relation = next(r for pattern, r in RELATIONS if re.fullmatch(pattern, m["relation"]))
        warm = value.sort in ("temperature", "number")
        roles = QUANTITIES[m["quantity"]] if parts.get("quantity") else ("temperature",) if warm else ("humidity",)
    place = re.sub(r"^(?:in|on|at|inside) ", "", parts.get("place") or "")
    phrase = parts.get("np") or ""
    phrase = place if phrase in ("it", "") else phrase
    return q.quantity(phrase, roles, how="ever" if q.span else "now", relation=relation, value=value.value)


def _wet(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "how warm is the lake water": the water's own temperature where it has one."""
    return q.quantity(m["np"] or m["of"] or "", ("water temperature", "temperature"))


def _freezing(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "did it freeze": at most 0 °C, on the scale of the thing."""
    place = re.sub(r"^(?:in|on|at|inside) ", "", m.groupdict().get("place") or "")
    made = q.quantity(place, ("temperature",), how="ever" if q.span else "now", relation="at most", value=0)
    return [
        replace(act, value=32) if isinstance(act, Read) and _in_fahrenheit(q, act) else act for act in made or ()
    ] or None


def _in_fahrenheit(q: Questions, read: Read) -> bool:
    return all((q.index.features(thing)[read.role].unit or "").upper().startswith("F") for thing in read.target.things)


def _how_it(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "and how fast": of what was spoken of last."""
    things = tuple(thing for thing in q.targets.last if measures(thing, HOW[m["how"]], q.index))
    role = measures(things[0], HOW[m["how"]], q.index) if things else None
    return [Read(role, Target(things))] if role is not None else None


def _mean(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    return q.quantity(m.groupdict().get("np") or "", QUANTITIES[m["quantity"]], how="average") if q.span else None


def _water(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    return q.quantity(m["np"], ("soil moisture",))


def _battery(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    return q.quantity(m["np"], ("battery",))


def _raining(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    things = tuple(q.index.readers.get("rain", ()))
    return [Read("rain", Target(things), "ever" if q.span else "now", q.span, "is", True)] if len(things) == 1 else None


def _weather(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    for thing in q.index.entries:
        roles = [role for role in _WEATHER if measures(thing, (role,), q.index)]
        if len(roles) > 2 and {"rain", "wind speed"} & set(roles):
            return [Read(role, Target((thing,))) for role in roles]
    return None


def _everything(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "what is still on upstairs"."""
    place = m.groupdict().get("place") or ""
    return q.state(f"everything {place}".strip(), m["state"])


_SHAPES: tuple[tuple[str, Maker], ...] = (
    (rf"how (?P<how>{_HOWS})(?: (?:is|are) (?:it|they))?", _how_it),
    (rf"how (?:warm|hot|cold|cool) (?:is|was) the (?:water (?:in|of|at) {_NP}|(?P<of>.+) water|water)", _wet),
    # texts
    (rf"what (?:does|did) {_NP} (?:say|show|read|display)(?: now)?", _message),
    (rf"what is (?:written |shown |displayed |posted |noted )?on {_NP}", _message),
    (
        rf"(?:is|are) there (?:(?:a|any|some) )?(?:new )?(?:messages?|notes?|notices?|news|anything)"
        rf"(?: (?:written|posted|shown|left))?{_IN}",
        _message,
    ),
    (rf"(?:any|what is the|what are the) (?:new )?(?:messages?|notes?|notices?|news|text){_IN}", _message),
    (
        rf"(?:read|tell me|show me|give me|check|see)(?: me| out| aloud)? (?:what is (?:written )?on|the "
        rf"(?:messages?|"
        rf"notes?|notices?|text|news)(?: (?:on|from|of|at))?|what it says on) {_NP}",
        _message,
    ),
    (rf"(?:read|tell me|check)(?: me| out)? what {_NP} (?:says|reads|shows)", _message),
    (rf"(?:read|check|look at|see)(?: me| out)? {_NP}(?: out| aloud)?(?: to me| for me)?", _message),
    # what is left
    (
        r"how (?:much (?:time|longer)|long|many (?:more )?minutes)(?: is| are| does| do| will| until| till| before)?"
        rf"(?: there)?(?: it)?(?: left| remaining| still)*(?: (?:on|for|in|of|until|till|before))? {_NP}"
        r"(?: (?:still )?(?:take|need|run|last|have|go|be|is|are)| is)?(?: left| to go| remaining| done| "
        r"finished| ready"
        r"| over| going to (?:take|run|last))*",
        _left,
    ),
    (rf"when (?:will|is) {_NP} (?:be )?(?:done|finished|ready|over|through)", _left),
    (rf"how much (?P<own>[\w ]+?) (?:is|are)(?: there)?(?: still)? (?:left|remaining){_IN}", _own),
    (rf"how much (?P<own>[\w ]+?) (?:does|do|has|have) {_NP}(?: still)? (?:have|got)(?: left)?", _own),
    (rf"how much (?P<own>[\w ]+?) (?:is|are)(?: there)?(?: still)?{_IN}(?: left)?", _own),
    (rf"is there (?:any|enough|still|still some|still enough) (?P<own>[\w ]+?)(?: left)?{_IN}(?: left)?", _own),
    (rf"how (?:full|empty|high|low|much|far) (?:is|are) (?:the )?(?P<own>[\w ]+?){_IN}", _own),
    (rf"(?:what|how much) (?:is|are|was|were) (?:the )?(?:current |present )?(?P<own>[\w ]+?){_IN}", _own),
    (rf"(?:tell me|give me|show me|check|read) (?:the )?(?:current )?(?P<own>[\w ]+?){_IN}", _own),
    (
        rf"(?:what|which) (?P<own>[\w ]+?) (?:is|are|does|do|has|have) {_NP}(?: (?:running|playing|set|have|use|"
        rf"got))?"
        r"(?: (?:in|on|at|to|with|using|showing|playing|tuned to))?",
        _own,
    ),
    (
        rf"(?:at|on|in|to) (?:what|which) (?P<own>[\w ]+?) (?:is|are|does) {_NP}(?: (?:set|running|run|playing|"
        rf"tuned))?",
        _own,
    ),
    (r"(?:what|which) (?P<own>[\w ]+?) (?:is|are) (?:on|playing|running|selected|set|active|in use|used)", _own),
    # weather
    (r"(?:is|was) it (?:raining|rainy|wet)(?: outside| out| out there)?", _raining),
    (r"(?:has it|did it) (?:been )?rain(?:ed|ing)?(?: outside)?", _raining),
    (r"(?:what|how) is (?:the|it)(?: weather)?(?: like)?(?: outside| out there| out)", _weather),
    (r"(?:what|how) is the weather(?: like)?(?: outside| now| here)?", _weather),
    # places
    (rf"where (?:is|are) {_NP}", _where),
    (
        r"(?:which|what) (?:room|rooms|place|area|one|ones)s? (?:is|are) (?:still |currently )?"
        r"(?P<state>free|vacant|available|empty|occupied|taken|in use|busy)",
        _rooms,
    ),
    (rf"(?:where|in which room|in what room) (?:is|are) (?:there )?(?:{_ONE}|motion|movement)(?: now)?", _rooms),
    (rf"(?:which|what) (?P<noun>[\w ]+?) {_BE} (?:the )?(?P<most>{_MOSTS})", _most),
    (rf"where {_BE} it (?:the )?(?P<most>{_MOSTS})", _most),
    (rf"what {_BE} the (?P<most>{_MOSTS}) (?P<noun>[\w ]+)", _most),
    (
        rf"(?:which|what) (?P<noun>[\w ]+?) (?:has|had|shows|is at) the (?P<most>highest|lowest|most|least) "
        rf"(?P<quantity>{QUANTITY})",
        _most,
    ),
    (rf"(?:where|in which room) {_BE} the (?P<quantity>{QUANTITY}) (?:the )?(?P<most>highest|lowest)", _most),
    (rf"{_BE} it (?P<more>{_MORES}) (?P<a>(?:in |on |at )?.+?) or (?P<b>.+)", _between),
    (
        rf"(?:which|what)(?: one| room| place| side)? {_BE} (?P<more>{_MORES})(?: ,| :)? (?P<a>.+?)(?: ,)? or "
        rf"(?P<b>.+)",
        _between,
    ),
    (rf"{_BE} (?P<a>.+?) or (?P<b>.+?) (?P<more>{_MORES})", _between),
    (rf"how much (?P<more>{_MORES}) {_BE} (?:it )?(?P<a>.+?) than (?P<b>.+)", _between),
    (
        rf"(?:what|how big|how large) {_BE} the (?:(?P<quantity>{QUANTITY}) )?difference between (?P<a>.+?) and "
        rf"(?P<b>.+)",
        _between,
    ),
    (
        rf"how (?P<how>{_HOWS}) {_BE} (?:it )?(?P<a>.+?) (?:compared (?:to|with)|versus|and|as opposed to) (?P<b>.+)",
        _between,
    ),
    # the past
    (rf"(?:at )?what time (?:did|was|were|has) {_NP} (?:last )?(?:been )?(?P<verb>{_DID})(?: last)?", _verb("last")),
    (rf"when (?:did|has) {_NP} (?:last )?(?P<verb>{_DID})(?: last| for the last time)?", _verb("last")),
    (rf"when (?:did|has) {_ONE} (?:last )?(?P<verb>{_DID}) {_NP}(?: last)?", _verb("last")),
    (rf"when (?:was|were) (?:{_ONE}|there (?:motion|movement|someone|somebody)) last in {_NP}", _anyone("last")),
    (
        rf"(?:since when|how long) (?:is|are|has|have) {_NP} (?:been )?(?:already )?(?P<state>{STATE}){_PLACE}",
        _state("last"),
    ),
    (
        rf"(?:for )?how (?:long|many (?:hours|minutes)) (?:was|were) {_NP} (?P<state>{STATE})(?: for)?{_PLACE}",
        _state("duration"),
    ),
    (rf"(?:for )?how (?:long|many (?:hours|minutes)) did {_NP} (?P<verb>{_DID})(?: for)?", _verb("duration")),
    (
        rf"(?:for )?how (?:long|many (?:hours|minutes)) did {_NP} (?:stay|stand|remain|be) (?P<state>{STATE})",
        _state("duration"),
    ),
    (
        rf"(?:for )?how (?:long|many (?:hours|minutes)) (?:was|were) (?:{_ONE}|there (?:motion|movement)) in {_NP}",
        _anyone("duration"),
    ),
    (rf"how (?:often|many times) (?:did|has|have|was|were) {_NP} (?:been )?(?P<verb>{_DID})", _verb("count")),
    (rf"how (?:often|many times) (?:did|has|have) {_ONE} (?P<verb>{_DID}) {_NP}", _verb("count")),
    (rf"how (?:often|many times) was there (?:motion|movement|someone|somebody) in {_NP}", _anyone("count")),
    (rf"(?:did|has|have) {_ONE} (?:ever )?(?P<verb>{_DID}) {_NP}", _verb("ever")),
    (rf"(?:did|has) {_NP} (?:ever )?(?:been )?(?P<verb>{_DID})", _verb("ever")),
    (
        rf"(?:did|has) {_ONE} (?:go|come|walk|been|enter|gone)(?: (?:in|into|to|inside))* {_NP}",
        _anyone("ever"),
    ),
    (
        rf"(?:was|were|has|have) (?:there )?(?:been )?(?:{_ONE}|motion|movement) (?:in|at|on|inside) {_NP}",
        _anyone("ever"),
    ),
    (rf"what {_BE} the (?P<most>{_MOSTS}) {_NP} (?:got|was|has been|ever got|went|became){_PLACE}", _far),
    (rf"how (?P<how>{_HOWS}) did {_NP} get{_PLACE}", _far),
    (rf"how (?P<how>{_HOWS}) (?:did it get|has it been){_PLACE}", _far),
    (rf"(?:did|has|was|is) {_NP} (?:ever )?(?:{_SINKS} )?{_REL} (?P<value>.+?){_PLACE}", _crossed),
    (rf"(?:did|has|was|is) {_NP} (?:ever )?(?:{_SINKS} )?(?P<more>{_MORES}) than (?P<value>.+?){_PLACE}", _crossed),
    (
        rf"(?:did|has|was|is) (?:the )?(?P<quantity>{QUANTITY}){_IN} (?:ever )?(?:{_SINKS} )?{_REL} (?P<value>.+)",
        _crossed,
    ),
    (rf"(?:did it|has it) (?:ever )?(?:freeze|frozen|been freezing|get frosty){_PLACE}", _freezing),
    (rf"(?:is|was) (?:it (?:ever )?freezing|there (?:any )?frost|there a frost){_PLACE}", _freezing),
    (rf"what did (?:the )?(?P<quantity>{QUANTITY}){_IN} average(?: out at| at)?", _mean),
    (rf"(?:for )?how (?:long|many hours|many minutes) (?:was|were|did|has|have) {_NP} (?:been )?(?P<own>\w+)", _flag),
    # needs and states of its own
    (rf"(?:does|do) {_NP} need (?:water|watering|to be watered)", _water),
    (rf"(?:is|are) {_NP} thirsty", _water),
    (rf"(?:does|do) {_NP} need (?:charging|to be charged|a (?:new )?battery|new batteries)", _battery),
    (rf"is (?:the )?battery (?:of|in|on) {_NP} (?:low|full|empty|ok|okay|charged|dead|good)", _battery),
    (rf"what is (?:still |currently |left )?(?P<state>{STATE}){_PLACE}", _everything),
    (rf"(?:is|are|was|were) {_NP} (?:still |currently |already )?(?P<own>\w+)", _flag),
)
FORMS = tuple((re.compile(shape), make) for shape, make in _SHAPES)
