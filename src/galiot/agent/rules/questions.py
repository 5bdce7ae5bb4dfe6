"""Questions about states, measurements and the past, in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from galiot.agent.memory.spans import read_span
from galiot.agent.plan import Act, Find, Item, Read, Refuse, Say, Target, Value
from galiot.agent.rules.amounts import amount
from galiot.agent.rules.asked import with_asked
from galiot.agent.rules.asking import FORMS
from galiot.agent.rules.conditions import Conditions
from galiot.agent.rules.index import content
from galiot.agent.rules.lexicon import NOUNS
from galiot.agent.rules.states import (
    HOW,
    MORE,
    QUANTITIES,
    QUANTITY,
    RELATIONS,
    STATE,
    Told,
    is_sensed,
    measures,
    state_of,
)
from galiot.agent.rules.targets import Absent, Found, Unclear
from galiot.agent.rules.words import stem
from galiot.errors import RequestError

QUESTION = re.compile(
    r"(?:is|are|was|were|did|do|does|has|have|what|which|how|when|who|tell me|show me|check|"
    r"give me|read|look up|find|search|any|how's|where|"
    r"since|yesterday|last|today|in the last|over the|on average|at night|this|report|see|look at|"
    r"for how|at what|at which|on what|on which|in what|in which|to what|to which|will|may|must|should|am|on average|"
    r"the average|average|mean|highest|lowest|peak|maximum|minimum|max|min)\b"
)
_SPAN = re.compile(
    r"(?:so far |late |early )?\b(?:today|yesterday|tonight|overnight|last|past|this|since|between|from|during|in|over|"
    r"within|at|on|before|after|until|around|for|the|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d+|half|an?|of|all)\b"
)
"""How the words for a span of time begin."""
_LONGEST_SPAN = 9
_AT_MOST = re.compile(r" ?\bat (?:the |its )?(?P<far>lowest|coldest|least|highest|warmest|hottest|most|peak|worst)\b ?")
_PAST = re.compile(r"\b(?:was|were|did|had|has been|have been)\b")
_MOMENT = re.compile(r"(?:.* )?(?:at|around) .*|.* ago")
"""A span that is one moment."""
_NOUNS = {
    "average": "average",
    "mean": "average",
    "highest": "highest",
    "maximum": "highest",
    "max": "highest",
    "peak": "highest",
    "top": "highest",
    "warmest": "highest",
    "lowest": "lowest",
    "minimum": "lowest",
    "min": "lowest",
    "hottest": "highest",
    "coldest": "lowest",
    "coolest": "lowest",
}
_EMBEDDED = re.compile(
    r"^(?:tell me|let me know|check|see|look|find out|say|do you know|know|i wonder|i would like to know|verify|ask) "
    r"(?:if|whether) (?P<np>.+?) (?P<is>is|are|was|were|has|have) (?P<rest>.+)$"
)
"""A question within a request: "tell me if the oven is on"."""
_LOOK = "|".join(sorted(_NOUNS, key=len, reverse=True))
_HOWS = "|".join(sorted(map(re.escape, HOW), key=len, reverse=True))
_COMPARED = "|".join(sorted(map(re.escape, MORE), key=len, reverse=True))
_NP = r"(?P<np>.+?)"
_BE = r"(?:is|are|was|were)"
_ASK = (
    r"(?:(?:what|which) (?:is|are|was|were)|tell me|give me|check|show me|read(?: me| out)?|"
    r"report|do you know|look up|find out|let me know|what about|how about)"
)
_MOST = 12
"""Things that one question may be about."""


class Questions:
    """Reads questions for one home at one moment."""

    def __init__(self, conditions: Conditions, now: datetime) -> None:
        self.conditions, self.now = conditions, now
        self.index, self.targets = conditions.index, conditions.targets
        self.span, self.how, self.absent = "", "now", ""

    def read(self, text: str) -> list[Act] | None:
        """Return what to read for a question, None where it is no question or not understood."""
        if not QUESTION.match(text):
            return None
        fixed = self._fixed(text)
        if fixed is not None:
            return fixed
        self.span, self.how, self.absent = "", "now", ""
        text = _EMBEDDED.sub(r"\g<is> \g<np> \g<rest>", self._past(text))
        for pattern, make in (*_FRAMES, *FORMS):
            found = pattern.fullmatch(text)
            if found is not None:
                acts = make(self, found)
                if acts:
                    return with_asked(acts, text)
        if (placed := self._placed(text)) is not None:
            return self.read(placed)
        return [Refuse("absent device", self.absent)] if self.absent else None

    def _placed(self, text: str) -> str | None:
        """Put "in" before a place at the end that has none: "is the window open kitchen"."""
        words = text.split()
        for length in (1, 2, 3):
            place = content(tuple(words[-length:]))
            before = words[-length - 1] if len(words) > length else ""
            known = place in self.index.areas or place in self.index.floors
            if known and before not in ("in", "on", "at", "of", "the", "my", "our"):
                return " ".join([*words[:-length], "in", *words[-length:]])
            if known and before in ("the", "my", "our") and words[-length - 2 : -length - 1] != ["in"]:
                return " ".join([*words[: -length - 1], "in", *words[-length:]])
        return None

    def _past(self, text: str) -> str:
        """Take the span of time and "on average" out of a question."""
        words = text.split()
        for size in range(min(len(words), _LONGEST_SPAN), 0, -1):
            for start in range(len(words) - size + 1):
                said = " ".join(words[start : start + size]).strip(" ,")
                if not _SPAN.match(said) or not self._is_span(said, text):
                    continue
                said = re.sub(
                    r"^(?:(?:in|over|during|for|within|of) (?:the |all )?|all |the )(?=last|past|night)", "", said
                )
                self.span = "last night" if said in ("night", "at night") else said.replace("past", "last")
                text = " ".join([*words[:start], *words[start + size :]]).strip(" ,")
                break
            if self.span:
                break
        plain = re.sub(r" ?\b(?:on average|on the average|in average|usually|typically)\b ?", " ", text).strip()
        if plain != text:
            self.how = "average"
        if (far := _AT_MOST.search(plain)) is not None:
            self.how = "lowest" if far.group("far") in ("lowest", "coldest", "least") else "highest"
            plain = f"{plain[: far.start()]} {plain[far.end() :]}".strip()
        return " ".join(plain.split())

    def _is_span(self, said: str, text: str) -> bool:
        """Whether words are a span of time that has begun; "at 20" is one only where the past is asked for."""
        if re.match(
            r"(?:on|of|in|over|all|for|the) (?!(?:mon|tues|wednes|thurs|fri|satur|sun)day|the |last|past|late|early)",
            said,
        ):
            return False
        if re.match(r"(?:at|on|around|by) \d|(?:from|for|in|over|before|until|after) \d+$", said) and not _PAST.search(
            text
        ):
            return False
        try:
            read_span(said, self.now)
        except RequestError:
            return False
        return True

    def _fixed(self, text: str) -> list[Act] | None:
        if re.fullmatch(
            (
                r"(?:what(?: is)? (?:the )?(?:current )?time(?: is it)?|what time (?:is it|do we have)|tell "
                r"me the (?:current )?time|what is the clock)(?: now| right now)?"
            ),
            text,
        ):
            return [Say(f"It is {self.now:%H:%M}.")]
        if re.fullmatch(
            (
                r"(?:what is|tell me) (?:the (?:current )?date|today 's date|todays date|today date)(?: "
                r"today)?|what day is (?:it|today)(?: today)?|what date is (?:it|today)"
            ),
            text,
        ):
            return [Say(f"It is {self.now:%A}, {self.now.day} {self.now:%B %Y}.")]
        shown = re.fullmatch(
            (
                r"(?:what is|show(?: me)?|read(?: me)?|tell me what is|what do i have|what have i got) "
                r"(?:on )?(?:the |my )?(.+?)? ?list"
            ),
            text,
        )
        if shown is not None:
            return [Item("show", "", (shown.group(1) or "shopping").strip())]
        return self._document(text)

    def _document(self, text: str) -> list[Act] | None:
        """ "how do I descale the kettle": only about what is at home, or what the manual says."""
        found = re.fullmatch(
            (
                r"(?:how (?:do|can|should|must) (?:i|you|we) (.+)|how to (.+)|(?:look up|find out|search(?: "
                r"for)?|find) (how to .+)|what does the manual (?:of|for) .+? say about (.+)|"
                r"what does the (?:manual|guide|note|notes) say about (.+)|(?:look up|search|find)(?: for)? "
                r"(.+) in (?:the|my) (?:manual|manuals|notes|documents|guide))"
            ),
            text,
        )
        if found is None:
            return None
        query = next(group for group in found.groups() if group)
        words = content(tuple(query.split()))
        about = {stem(w) for w in words} & (set(self.index.by_word) | set(NOUNS))
        if not about and "manual" not in text and "note" not in text:
            return None
        return [Find(f"how to {query}" if text.startswith("how") else query)]

    # what frames need

    def things_in(self, phrase: str, word: str) -> dict[str, Told] | None:
        """Return what tells a state, of each thing that a phrase names."""
        told: dict[str, Told] = {}

        def fits(thing: str) -> bool:
            found = state_of(word, thing, self.index)
            if found is not None and found.relation != "happens":
                told[thing] = found
            return thing in told

        answer = self.targets.find(phrase, fits, area_only=is_sensed(word))
        things = answer.things if isinstance(answer, Found) else answer.options if isinstance(answer, Unclear) else ()
        if (
            isinstance(answer, Absent)
            and word in ("locked", "unlocked")
            and (lockable := re.sub(r"\b(?:door|window|gate|garage door|shutter)s?\b", "locks", phrase)) != phrase
        ):
            return self.things_in(lockable, word)
        if isinstance(answer, Absent) and not answer.near:
            self.absent = answer.said
        if not things or len(things) > _MOST or not all(fits(thing) for thing in things):
            return None
        self.targets.last = things
        return {thing: told[thing] for thing in things}

    def state(self, phrase: str, word: str, *, how: str | None = None) -> list[Act] | None:
        """Return whether things are, or were, in a state."""
        told = self.things_in(phrase, word)
        if told is None:
            return None
        how = how or ("ever" if self.span else "now")
        return self._reads([(thing, one.role, one.relation, one.value) for thing, one in told.items()], how)

    def quantity(
        self,
        phrase: str,
        roles: tuple[str, ...],
        *,
        how: str | None = None,
        relation: str | None = None,
        value: Value = None,
    ) -> list[Act] | None:
        """Return how much something is, or was."""
        things = self._bearing(phrase, roles) or self.conditions.all_measured(phrase, roles)
        if not things or len(things) > _MOST:
            return None
        self.targets.last = things
        rows = [
            (thing, role, relation, value)
            for thing in things
            if (role := measures(thing, roles, self.index)) is not None
        ]
        how = how or self.how
        if self.span and how == "now" and not (_MOMENT.fullmatch(self.span) and "night" not in self.span):
            how = "average"
        return self._reads(rows, how)

    def _bearing(self, phrase: str, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return the one thing that bears all of a phrase in its own name: "upstairs" for the upstairs heating."""
        wanted = set(content(tuple(phrase.split())))
        named = tuple(
            thing
            for thing, entry in self.index.entries.items()
            if wanted and measures(thing, roles[:1], self.index) and any(wanted <= set(name) for name in entry.names)
        )
        return named if len(named) == 1 else ()

    def _reads(self, rows: Sequence[tuple[str, str, str | None, Value]], how: str) -> list[Act]:
        groups: dict[tuple[str, str | None, Value], list[str]] = {}
        for thing, role, relation, value in rows:
            groups.setdefault((role, relation, value), []).append(thing)
        return [
            Read(role, Target(tuple(things)), how, self.span, relation, value)
            for (role, relation, value), things in groups.items()
        ]


_Maker = Callable[[Questions, "re.Match[str]"], "Sequence[Act] | None"]


def _state(how: str | None = None) -> _Maker:
    def make(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
        place = m.groupdict().get("place") or ""
        return q.state(f"{m['np']} {place}".strip(), m["state"], how=how)

    return make


def _every(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    place = m.groupdict().get("place") or ""
    noun = re.sub(r"^(?:of )?(?:the |my |our )+", "", m["np"])
    return q.state(f"all {noun} {place}".strip(), m["state"])


def _quantity(how: str | None = None) -> _Maker:
    def make(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
        look = m.groupdict().get("look")
        phrase = m.groupdict().get("np") or ""
        if look and not q.span and _NOUNS[look] == "average":
            return None
        return q.quantity(phrase, QUANTITIES[m["quantity"]], how=_NOUNS[look] if look else how)

    return make


def _how(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    phrase = m.groupdict().get("np") or ""
    far = (
        ("lowest" if m["how"] in ("cold", "cool", "dry", "dark", "quiet") else "highest")
        if re.search(r"\bget\b", m.group(0))
        else None
    )
    return q.quantity("" if phrase == "it" else phrase, HOW[m["how"]], how=far)


def _both(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    first, second = (q.quantity(m["np"] or "", QUANTITIES[m[name]]) for name in ("quantity", "second"))
    return [*first, *second] if first and second else None


def _compare(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    value = amount(m["value"])
    if value is None:
        return None
    if m.groupdict().get("more"):
        roles, relation = MORE[m["more"]]
    else:
        relation = next(r for p, r in RELATIONS if re.fullmatch(p, m["relation"]))
        quantity = m.groupdict().get("quantity")
        roles = (
            QUANTITIES[quantity]
            if quantity
            else ("temperature",)
            if value.sort in ("temperature", "number")
            else ("humidity", "battery")
        )
    phrase = m.groupdict().get("np") or m.groupdict().get("place") or ""
    if value.unit in ("F", "C"):
        return (
            None
            if value.unit == "F"
            else q.quantity(
                "" if phrase == "it" else phrase,
                roles,
                relation=relation,
                value=value.value,
                how="ever" if q.span else "now",
            )
        )
    return q.quantity(
        "" if phrase == "it" else phrase, roles, relation=relation, value=value.value, how="ever" if q.span else "now"
    )


def _own(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """The feature that only one device has, or its state: "the spin speed of the washer"."""
    name, phrase = m["own"], m["np"]
    if name in ("state", "status", "current state"):
        return _status(q, m)
    answer = q.targets.find(
        phrase, lambda t: name in q.index.features(t) and q.index.features(t)[name].read is not None
    )
    if not isinstance(answer, Found):
        return None
    return [Read(name, Target(answer.things), q.how, q.span)]


def _status(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    roles = (
        "running",
        "cleaning",
        "mowing",
        "alarm",
        "playback",
        "lock",
        "position",
        "contact",
        "watering",
        "power",
        "motion",
        "occupancy",
        "temperature",
    )
    answer = q.targets.find(m["np"], lambda t: measures(t, roles, q.index) is not None)
    if not isinstance(answer, Found) or len(answer.things) > _MOST:
        return None
    q.targets.last = answer.things
    role = measures(answer.things[0], roles, q.index)
    assert role is not None
    return (
        [Read(role, Target(answer.things), "now", q.span)]
        if all(measures(t, (role,), q.index) for t in answer.things)
        else None
    )


def _set_to(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    """ "what is the heating set to"."""
    return q.quantity(
        m["np"], ("target temperature", "brightness", "volume", "position", "fan speed", "mode", "program", "source")
    )


def _used(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    what = m["what"]
    if what in ("power", "electricity") and not q.span:
        return q.quantity(m["np"], ("power use", "energy"))
    return q.quantity(m["np"], ("energy",), how="change") if q.span else q.quantity(m["np"], ("energy", "power use"))


def _playing(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    return q.quantity(m.groupdict().get("np") or "", ("track", "playback"))


def _anyone(q: Questions, m: re.Match[str]) -> Sequence[Act] | None:
    word = {
        "motion": "detected",
        "movement": "detected",
        "smoke": "triggered",
        "water": "leaking",
        "a leak": "leaking",
    }.get(m.groupdict().get("sense") or "", "occupied")
    phrase = m["np"]
    if phrase in ("home", "at home", "the house") or phrase is None:
        return None
    return q.state(phrase, word)


_PLACE = (
    r"(?: (?P<place>(?:in|on|at|inside|outside|of|throughout|across|around) .+|upstairs|downstairs|outside|inside))?"
)
_REL = f"(?P<relation>{'|'.join(p for p, _ in RELATIONS)})"
_STATE = f"(?P<state>{STATE})"
_SHAPES: tuple[tuple[str, _Maker], ...] = (
    # past
    (
        rf"how long (?:was|were|has|have|had|did) {_NP} (?:been |be |stay |stand |remain )?{_STATE}{_PLACE}",
        _state("duration"),
    ),
    (
        rf"(?:how often|how many times) (?:was|were|has|have|did|is) {_NP} (?:been |be |get |turned )?{_STATE}{_PLACE}",
        _state("count"),
    ),
    (
        rf"how often (?:did|does|do|has) {_NP} (?P<state>open|close|turn on|run|start|go on|come on)",
        lambda q, m: q.state(
            m["np"],
            {"open": "open", "close": "closed"}.get(m["state"], "on" if "on" in m["state"] else "running"),
            how="count",
        ),
    ),
    (
        (
            r"how (?:often|many times) did (?:someone|somebody|anyone|we|i|you) (?P<state>open|close|"
            rf"turn on|lock|unlock) {_NP}"
        ),
        lambda q, m: q.state(
            m["np"],
            {"open": "open", "close": "closed", "turn on": "on", "lock": "locked", "unlock": "unlocked"}[m["state"]],
            how="count",
        ),
    ),
    (rf"when (?:was|were) {_NP} last {_STATE}", _state("last")),
    (rf"when (?:was|were) the last time (?:that )?{_NP} (?:was|were) {_STATE}", _state("last")),
    (
        (
            rf"when (?:did|was|were) {_NP} (?:last )?(?P<state>open|close|closed|opened|turned on|turned "
            r"off|locked|unlocked)(?: last| for the last time)?"
        ),
        lambda q, m: q.state(m["np"], {"open": "open", "close": "closed"}.get(m["state"], m["state"]), how="last"),
    ),
    (
        (
            rf"(?:how much|by how much) (?:did|has) (?:the )?(?P<quantity>{QUANTITY})(?: (?:of|in|on|at) "
            rf"{_NP})? (?:change|changed|rise|risen|drop|dropped|fall|fallen|go up|go down|vary)"
        ),
        _quantity("change"),
    ),
    # quantities
    (
        (
            rf"{_ASK} (?:the )?(?:current )?(?P<quantity>{QUANTITY}) and (?:the "
            rf")?(?P<second>{QUANTITY})(?: (?:of|in|on|at|inside) {_NP})?"
        ),
        _both,
    ),
    (
        (
            rf"{_ASK} (?:the )?(?:current )?(?P<look>{_LOOK}) (?P<quantity>{QUANTITY})(?: (?:of|in|on|at|"
            rf"inside|from|for) {_NP})?"
        ),
        _quantity(),
    ),
    (
        rf"{_ASK} (?:the )?(?P<quantity>{QUANTITY}) (?P<look>{_LOOK})(?: (?:of|in|on|at|inside|from|for) {_NP})?",
        _quantity(),
    ),
    (
        (
            rf"{_ASK} (?:the )?(?:current |present |exact )?(?P<quantity>{QUANTITY})(?: (?:like|right "
            rf"now|now|level))?(?: (?:(?:like )?(?:of|in|on|at|inside|from|for) )?{_NP})?(?: right now| "
            r"now| currently| at the moment)?"
        ),
        _quantity(),
    ),
    (
        (
            rf"what (?P<quantity>{QUANTITY}) (?:is|was|does|did|do)(?: it)?(?: (?:in|on|at|inside) )?(?: "
            rf"?{_NP})?(?: have| show| report| measure| read)?"
        ),
        _quantity(),
    ),
    (rf"{_ASK} {_NP} (?P<quantity>{QUANTITY})(?: right now| now)?", _quantity()),
    (rf"what (?:is|was|are|were) {_NP} (?:currently |now )?set (?:to|at)(?: right now| now)?", _set_to),
    (
        (
            rf"how (?P<how>{_HOWS}) (?:is|was|did|has)(?: it)?(?: get| been)? (?:in|on|at|inside|by) "
            rf"{_NP}(?: right now| now| currently)?"
        ),
        _how,
    ),
    (
        (
            rf"how (?P<how>{_HOWS}) (?:is|was|are|were|has) (?:it|things)(?: been)?(?: (?P<np>outside|"
            r"inside|upstairs|downstairs|here|in here))?(?: right now| now)?"
        ),
        _how,
    ),
    (rf"how (?P<how>{_HOWS}) (?:is|was|are|were) {_NP}(?: right now| now)?", _how),
    (
        rf"how (?P<how>{_HOWS}) did (?:it|{_NP}) get(?: (?:in|on|at) .+)?",
        lambda q, m: (
            q.quantity(
                m["np"] or "", HOW[m["how"]], how="lowest" if m["how"] in ("cold", "cool", "dry", "dark") else "highest"
            )
            if not re.search(r"get .", m.group(0))
            else None
        ),
    ),
    (
        (
            rf"how much (?P<what>power|energy|electricity) (?:does|did|has|is|was|do) {_NP} (?:use|used|"
            r"using|consume|consumed|consuming|need|draw|drawing|take)"
        ),
        _used,
    ),
    (
        rf"how much (?:battery|charge) (?:does|has|is left (?:in|on)) {_NP}(?: have| got)?(?: left)?",
        lambda q, m: q.quantity(m["np"], ("battery",)),
    ),
    (rf"is it (?P<more>{_COMPARED}) than (?P<value>.+?){_PLACE}", _compare),
    (rf"(?:is|was) it (?:ever )?(?:{_REL}) (?P<value>.+?){_PLACE}", _compare),
    (rf"(?:is|was|are|were|did) {_NP} (?:ever |get |go )?(?P<more>{_COMPARED}) than (?P<value>.+)", _compare),
    (
        (
            rf"(?:is|was|did|does) (?:the )?(?P<quantity>{QUANTITY})(?: (?:of|in|on|at|inside) {_NP})? "
            rf"(?:ever |get |go |rise |fall |drop )?{_REL} (?P<value>.+)"
        ),
        _compare,
    ),
    (
        rf"(?:is|was|did) {_NP} (?P<quantity>{QUANTITY}) (?:ever |get |go |rise |fall |drop )?{_REL} (?P<value>.+)",
        _compare,
    ),
    (rf"{_ASK} (?:the )?(?P<look>{_LOOK}) {_NP} (?P<quantity>{QUANTITY})", _quantity()),
    (rf"(?:the )?(?P<look>{_LOOK}) (?P<quantity>{QUANTITY})(?: (?:of|in|on|at|inside|from|for) {_NP})?", _quantity()),
    (rf"(?:the )?(?P<look>{_LOOK}) {_NP} (?P<quantity>{QUANTITY})", _quantity()),
    # states
    (rf"(?:which|what)(?: of)? (?:the )?{_NP} {_BE} (?:still |currently )?{_STATE}{_PLACE}", _every),
    (
        (
            rf"(?:are|is|were|was) (?:there )?(?:any|some|all)(?: of)? (?:the )?{_NP} (?:still |"
            rf"currently )?{_STATE}{_PLACE}"
        ),
        _every,
    ),
    (rf"(?:are|is|were|was) there (?:a |an )?{_NP} (?:still |currently )?{_STATE}{_PLACE}", _every),
    (rf"any {_NP} (?:still |left )?{_STATE}{_PLACE}", _every),
    (rf"how many(?: of the)? {_NP} {_BE} (?:still |currently )?{_STATE}{_PLACE}", _every),
    (
        (
            r"(?:did|have|has) (?:i|we|you|someone|somebody|anyone) (?:leave|left|forget|forgotten) "
            rf"{_NP} {_STATE}{_PLACE}"
        ),
        lambda q, m: q.state(m["np"], m["state"]),
    ),
    (
        (
            r"(?:did|have|has) (?:i|we|you|someone|somebody|anyone) (?P<verb>lock|locked|close|closed|"
            r"shut|turn off|turned off|switch off|switched off|turn on|turned on|open|opened|unlock|"
            rf"unlocked) {_NP}"
        ),
        lambda q, m: q.state(
            m["np"],
            {
                "lock": "locked",
                "close": "closed",
                "turn off": "off",
                "turned off": "off",
                "switch off": "off",
                "switched off": "off",
                "turn on": "on",
                "turned on": "on",
                "open": "open",
                "opened": "open",
                "unlock": "unlocked",
            }.get(m["verb"], m["verb"]),
        ),
    ),
    (
        rf"did {_NP} (?P<state>open|close|finish|stop|start|turn on|turn off|go off|come on|ring)",
        lambda q, m: q.state(
            m["np"],
            {
                "open": "open",
                "close": "closed",
                "finish": "done",
                "stop": "stopped",
                "start": "running",
                "turn on": "on",
                "turn off": "off",
                "go off": "triggered",
                "come on": "on",
                "ring": "ringing",
            }[m["state"]],
        ),
    ),
    (
        (
            r"(?:is|was|has) (?:there )?(?:been )?(?:any )?(?P<sense>someone|somebody|anyone|anybody|"
            rf"motion|movement|smoke|water|a leak)(?: detected| moving)?(?: (?:in|on|at|inside))? {_NP}"
        ),
        _anyone,
    ),
    (
        (
            rf"(?:is|are|was|were|has|have) {_NP} (?:been |still |currently |already |ever |left |"
            rf"actually )?{_STATE}(?: or not| yet| right now| now| already)?{_PLACE}"
        ),
        _state(),
    ),
    (
        rf"(?:check|tell me|find out|see|look|do you know) (?:if|whether) {_NP} (?:is|are) (?:still )?{_STATE}{_PLACE}",
        _state(),
    ),
    (rf"(?:is|are|was|were|has|have) {_NP} (?:been )?(?P<state>{STATE}) or (?:{STATE})", _state()),
    (
        (
            r"(?:what is|what are|tell me|give me|show me|check) (?:the )?(?:current )?(?P<own>[\w ]+?) "
            r"(?:of|on|for|in) (?P<np>.+)"
        ),
        _own,
    ),
    (r"(?:what is|what are) (?P<np>.+?) (?:doing|up to)(?: right now| now)?", _status),
    (r"(?:how is|how are) (?P<np>.+?)(?: doing)?", _status),
    (
        r"(?:what is|what song is|which song is|what music is)(?: currently)? (?:playing|on)(?: (?:on|in) (?P<np>.+))?",
        _playing,
    ),
)
_FRAMES = tuple((re.compile(shape), make) for shape, make in _SHAPES)
