"""When something is to be done: times, delays, repetitions, spans and conditions at either end of a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from galiot.agent.plan import After, At, Comparison, Every, For, Guard, If, Until, When
from galiot.agent.rules.conditions import Conditions
from galiot.agent.rules.numbers import clock, duration, number
from galiot.agent.rules.words import Words
from galiot.agent.schedule.times import next_time

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = {
    name: day
    for day, names in zip(
        DAYS,
        (
            ("monday", "mon"),
            ("tuesday", "tue", "tues"),
            ("wednesday", "wed"),
            ("thursday", "thu", "thurs"),
            ("friday", "fri"),
            ("saturday", "sat"),
            ("sunday", "sun"),
        ),
        strict=True,
    )
    for name in names
}
_DAY = "|".join(sorted(_DAY_NAMES, key=len, reverse=True))
_GROUPS = {
    "weekday": DAYS[:5],
    "weekdays": DAYS[:5],
    "workday": DAYS[:5],
    "workdays": DAYS[:5],
    "weekend": DAYS[5:],
    "weekends": DAYS[5:],
    "work days": DAYS[:5],
    "week days": DAYS[:5],
}
_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm"}
OPENER = re.compile(
    r"(?:^|(?<=\s))(?:at|in|after|for|until|till|when|once|as soon as|whenever|if|unless|every|"
    r"each|on|tomorrow|today|tonight|daily|nightly|between|from|the moment|"
    r"the next time|only if|only when|as long as|provided|this|weekdays|next|while|any time|"
    r"anytime|every time|each time|just|but only|exactly|around|about|otherwise|or else|else|another)\b"
)
_BEGIN = re.compile(
    r"(?:over|above|below|under|more than|less than) "
    r"|(?:\d[\d.]*|an?|half an?|half) [\w ]{0,12}?\b(?:seconds?|minutes?|min|hours?|days?)\b"
)
"""What a guard may begin with where it stands first: "over 20, ...", "ten minutes later, ..."."""
_YES = re.compile(
    r"(?:if|when|in case) (?:so|yes|(?:it|that|they|this|there) (?:still )?(?:is|are|does|do|has|was)"
    r"(?: so| the case| true)?(?: still)?)"
    r"|in (?:that|this) case|(?:if|in case) it still is"
)
_NO = re.compile(
    r"(?:if|when|in case) (?:not|no|(?:it|that|they|this|there) (?:still )?(?:is|are|does|do|has|was) (?:not|no)"
    r"(?: so| the case| true)?)"
    r"|unless (?:it|that|they) (?:is|are|does)"
)
_ELSE = re.compile(r"otherwise|or else|else|if not|in any other case")
_MOVING = re.compile(
    r"\b(?:gets?|becomes?|goes|climbs?|rises?|drops?|falls?|sinks?|reaches|hits|exceeds|starts?|stops?|opens|closes|"
    r"locks|unlocks|turns|rings|presses|comes|enters|arrives|moves|walks|finishes|detects|reports|senses|notices|sees)\b"
    r"|\bthere is (?:any |some )?(?:motion|movement|smoke|fire|a leak|water|a fire)\b"
)
"""What makes "if" mean what is to come: "if the window opens", not "if it is open"."""


class Guards:
    """Reads guards for one home at one moment."""

    def __init__(self, conditions: Conditions, now: datetime) -> None:
        self.conditions, self.now = conditions, now
        self._known: dict[tuple[object, ...], tuple[tuple[Guard, ...] | None, tuple[object, ...]]] = {}
        self.unit = 0.0
        """Seconds of the unit in which a span was said last, for "for another ten"."""

    def come_to(self, guards: tuple[Guard, ...]) -> datetime:
        """Count times of day from the one that guards wait for: "off at ten, on at eight"; returns the old now."""
        now = self.now
        at = next((guard for guard in guards if isinstance(guard, At) and not guard.repeat), None)
        if at is not None:
            self.now = next_time(at.time, now, at.days)
        return now

    def leading(self, text: str) -> Iterator[tuple[tuple[Guard, ...], str]]:
        """Yield (guards, rest) for a text that begins with guards: cut at commas first, then at every word."""
        if not OPENER.match(text) and not _BEGIN.match(text):
            return
        cuts = [(found.start(), found.end()) for found in re.finditer(r" ?, (?:then |please |just )*| then ", text)]
        cuts += [(found.start(), found.end()) for found in re.finditer(r" ", text)]
        seen: set[tuple[str, str]] = set()
        for start, end in cuts:
            head, rest = text[:start].strip(" ,"), text[end:].strip(" ,")
            if not rest or (head, rest) in seen:
                continue
            seen.add((head, rest))
            guards = self.read(head)
            if guards:
                yield guards, re.sub(r"^(?:then|please|just) ", "", rest)

    def trailing(self, text: str) -> Iterator[tuple[str, tuple[Guard, ...]]]:
        """Yield (head, guards) for a text that ends with guards, the longest end first."""
        for found in OPENER.finditer(text):
            head, tail = text[: found.start()].strip(" ,"), text[found.start() :].strip(" ,")
            if head and tail:
                guards = self.read(tail)
                if guards:
                    yield head, guards
        for found in re.finditer(_SPAN_LAST, text):
            guards = self.read(text[found.start() :])
            if guards:
                yield text[: found.start()].strip(" ,"), guards

    def read(self, text: str) -> tuple[Guard, ...] | None:
        """Return the guards that a text as a whole is."""
        conditions = self.conditions
        key = (text, self.now, self.unit, *conditions.mark())
        if key not in self._known:
            conditions.targets.spend()
            guards = self._read(text)
            self._known[key] = guards, (self.unit, conditions.targets.spoken, conditions.subject, conditions.compared)
        guards, (unit, spoken, subject, compared) = self._known[key]
        if guards:
            self.unit, conditions.targets.spoken, conditions.subject = unit, spoken, subject  # type: ignore[assignment]
            conditions.compared = compared  # type: ignore[assignment]
        return guards

    def _read(self, text: str) -> tuple[Guard, ...] | None:
        text = re.sub(r"^(?:but |and |just |exactly |around |about )+", "", text.strip(" ,"))
        one = self._time(tuple(text.split())) or self._condition(text)
        if one is not None:
            return one
        for found in list(OPENER.finditer(text))[1:]:
            first = self.read(text[: found.start()])
            rest = self.read(text[found.start() :]) if first else None
            if first and rest:
                return _in_time((*first, *rest))
        for found in re.finditer(_SPAN_LAST, text):
            first = self.read(text[: found.start()].strip(" ,"))
            rest = self.read(text[found.start() :]) if first else None
            if first and rest:
                return _in_time((*first, *rest))
        return self._distance(text)

    def _distance(self, text: str) -> tuple[Guard, ...] | None:
        """ "ten minutes after the door opens", "an hour before noon"."""
        for found in re.finditer(r" (after|before) ", text):
            words = tuple(text[: found.start()].split())
            span = duration(words, 0)
            if span is None or span[1] != len(words):
                continue
            rest = text[found.end() :]
            if found.group(1) == "after" and (conditions := self.conditions.read(rest)) is not None:
                return (When(conditions), After(span[0]))
            at = self._at(tuple(rest.split()), f"at {rest}")
            if at and len(at) == 1 and isinstance(at[0], At):
                return (_moved(at[0], span[0] if found.group(1) == "after" else -span[0]),)
        return None

    def _polar(self, text: str) -> If | None:
        """ "if so", "if not", "otherwise": by what was asked or made a condition before."""
        polar = self.conditions.polar
        if polar is None:
            return None
        if _ELSE.fullmatch(text):
            return If(polar.conditions, not polar.negated)
        if _YES.fullmatch(text):
            return If(polar.conditions)
        return If(polar.conditions, negated=True) if _NO.fullmatch(text) else None

    def _condition(self, text: str) -> tuple[Guard, ...] | None:
        if (polar := self._polar(text)) is not None:
            return (polar,)
        if re.match(r"(?:over|above|below|under|more than|less than) ", text):
            text = f"if {text}"
        for pattern, make in (
            (
                (
                    r"(?:whenever|every time(?: that| when)?|each time(?: that| when)?|any ?time(?: that)?|"
                    r"always when) (.+)"
                ),
                lambda c: When(c, every_time=True),
            ),
            (r"(?:when|once|as soon as|the moment(?: that)?|the next time(?: that)?|after) (.+)", lambda c: When(c)),
            (
                r"(?:if|only if|provided(?: that)?|as long as|but only if|only when|assuming(?: that)?|in case) (.+)",
                lambda c: If(c),
            ),
            (r"(?:unless|if not|except if|except when) (.+)", lambda c: If(c, negated=True)),
            (r"(?:until|till|as long as it takes until) (.+)", lambda c: Until(None, c)),
        ):
            found = re.fullmatch(pattern, text)
            if found is None:
                continue
            either = self._any_of(found.group(1)) if pattern.startswith(("(?:if", "(?:unless")) else None
            if either is not None:
                return (If(either, negated=pattern.startswith("(?:if")),)
            conditions = self.conditions.read(found.group(1))
            if conditions is None:
                continue
            if text.startswith(("if ", "in case ")) and _MOVING.search(found.group(1)):
                return (When(conditions),)
            return (make(conditions),)
        return None

    def _any_of(self, text: str) -> tuple[Comparison, ...] | None:
        """ "any window is open" as the opposite of "all windows are closed"."""
        found = re.fullmatch(
            r"(?:any|one|some)(?: of)? (?:the )?(.+?) (?:is|are) (open|on|unlocked|closed|off|locked)", text
        )
        if found is None:
            return None
        opposite = {
            "open": "closed",
            "on": "off",
            "unlocked": "locked",
            "closed": "open",
            "off": "on",
            "locked": "unlocked",
        }[found.group(2)]
        return self.conditions.read(f"all {found.group(1)} are {opposite}")

    # times

    def _time(self, words: Words) -> tuple[Guard, ...] | None:
        text = " ".join(words)
        return self._span(words, text) or self._at(words, text)

    def _span(self, words: Words, text: str) -> tuple[Guard, ...] | None:
        found = self._plain_span(words, text)
        unit = next((seconds for word, seconds in _UNITS if re.search(word, text)), 0.0)
        if found is not None and unit:
            self.unit = unit
        if found is None and self.unit and (some := re.fullmatch(r"for (?:another |about )?([\d.]+)(?: more)?", text)):
            return (For(float(some.group(1)) * self.unit),)
        return found

    def _plain_span(self, words: Words, text: str) -> tuple[Guard, ...] | None:
        later = re.fullmatch(
            r"(?:(?:after|in) )?(?:another |a further )?(.+?)(?: more)? (?:later|afterwards|after that|after this)",
            text,
        )
        if later is None:
            later = re.fullmatch(
                r"(?:(?:after|in) )?(?:another|a further) (.+?)(?: more)?|after (.+?)(?: more| or so| straight)?", text
            )
        if later is not None:
            said = tuple((later.group(1) or later.group(2) or "").split())
            found = duration(said, 0)
            if found is not None and found[1] == len(said):
                return (After(found[0], True),)
        for lead, make in (("in", After), ("for", For)):
            if words[:1] != (lead,):
                continue
            start = 1
            while words[start : start + 1] and words[start] in ("the", "about", "another", "exactly", "next", "around"):
                start += 1
            found = duration(words, start)
            if found is not None and words[start + found[1] :] in (
                (),
                ("time",),
                ("from", "now"),
                ("or", "so"),
                ("only",),
                ("more",),
                ("longer",),
                ("straight",),
            ):
                return (make(found[0]),)
        found = duration(words, 0)
        if found is not None and words[found[1] :] in (("from", "now"), ("later",)):
            return (After(found[0]),)
        if found is not None and words[found[1] :] == ("long",):
            return (For(found[0]),)
        if words[:1] in (("every",), ("each",)) or words[:2] == ("once", "every"):
            start = 2 if words[0] == "once" else 1
            words = (
                (*words[:start], "1", *words[start:])
                if words[start : start + 1] and words[start] in ("hour", "minute", "second")
                else words
            )
            if words[start : start + 3] == ("half", "hour"):
                words = (*words[:start], "30", "minutes", *words[start + 2 :])
            found = duration(words, start)
            if found is not None and found[0] < 86400:
                rest = words[start + found[1] :]
                times = number(rest, 0)
                if not rest:
                    return (Every(found[0]),)
                if times is not None and rest[times[1] :] == ("times",):
                    return (Every(found[0], int(times[0])),)
        return None

    def _at(self, words: Words, text: str) -> tuple[Guard, ...] | None:
        spans = re.fullmatch(
            (
                rf"(?:{_OFTEN} )?(?:from|between) (.+?) (?:to|until|till|and) (.+?)(?: "
                rf"{_OFTEN.replace('often', 'again')})?"
            ),
            text,
        )
        if spans is not None:
            first, last = spans.group(2), spans.group(3)
            late = re.search(r"\b(am|pm)$", last)
            if late and not re.search(r"\b(am|pm)$", first):
                first = f"{first} {late.group(1)}"
            often = spans["often"] or spans["again"] or ""
            days = self._days(
                re.sub(r"^(?:every|each|on) ", "", often) if "week" in often or "work" in often else "", ""
            )
            begin, end = self._clock(first, literal=bool(often)), self._clock(last, literal=bool(often))
            return (At(begin, days or (), bool(often)), Until(end)) if begin and end else None
        until = re.fullmatch(r"(?:until|till) (?:tomorrow )?(?:at )?(.+)", text)
        if until is not None:
            time = self._clock(until.group(1), literal="tomorrow" in text)
            return (Until(time),) if time else None
        for pattern, repeat in _AT:
            found = pattern.fullmatch(text)
            if found is None:
                continue
            parts = found.groupdict()
            days = self._days(parts.get("days") or "", parts.get("on") or "")
            if days is None:
                return None
            part = parts.get("part")
            time = self._clock(parts["time"], half=_PARTS.get(part or ""), literal=repeat or bool(days))
            if time is None:
                continue
            return (At(time, days, repeat or parts.get("on", "").endswith("s") if parts.get("on") else repeat),)
        return None

    def _clock(self, text: str, *, half: str | None = None, literal: bool = False) -> str | None:
        words = tuple(re.sub(r"^(?:at|around|about|exactly) ", "", text.strip()).split())
        if half and not re.search(r"\b(?:am|pm|morning|evening|night|afternoon|noon|midnight)\b|:", text):
            words = (*words, half)
        if len(words) == 1 and re.fullmatch(r"\d{3}", words[0]):
            return None  # more likely what an oven is set to
        found = clock(words, 0, self.now, literal=literal)
        if found is None or found[1] != len(words):
            return None
        if words[0] not in ("noon", "midday", "midnight") and not any(w[0].isdigit() for w in words):
            return None
        return found[0]

    def _days(self, days: str, on: str) -> tuple[str, ...] | None:
        said = days or on
        if not said or said in ("today", "tonight", "this", "day", "days", "single day"):
            return ()
        if said == "tomorrow":
            return (DAYS[(self.now + timedelta(days=1)).weekday()],)
        if said == "the day after tomorrow":
            return (DAYS[(self.now + timedelta(days=2)).weekday()],)
        names: list[str] = []
        for word in re.split(r" and | ?, ?(?:and )?| ", said):
            plain = word if word in _DAY_NAMES else word.removesuffix("s")
            if word in ("", "on", "every", "each", "next", "this"):
                continue
            if word in _GROUPS:
                names += _GROUPS[word]
            elif plain in _DAY_NAMES:
                names.append(_DAY_NAMES[plain])
            else:
                return None
        return tuple(day for day in DAYS if day in names)


_OFTEN = (
    r"(?P<often>every (?:single )?(?:day|night|evening|morning)|each day|daily|nightly|(?:on |"
    r"every )?week(?:days?|ends?)|on workdays)"
)
_T = r"(?P<time>.+?)"
_PART = r"(?P<part>morning|afternoon|evening|night)"
_DAYLIST = rf"(?P<days>(?:(?:{_DAY})s?(?: ?, ?| and | ?, and |$| ))+|weekdays?|weekends?|workdays?|week days|work days)"
_ON = (
    rf"(?P<on>(?:{_DAY})s?(?:(?: ?, ?| and | ?, and )(?:on )?(?:{_DAY})s?)*|weekdays|weekends|"
    r"workdays|the day after tomorrow)"
)
_AT_SHAPES: tuple[tuple[str, bool], ...] = (
    (rf"(?:every|each)(?: single)? (?P<days>day) (?:at |around )?{_T}", True),
    (rf"(?:every|each)(?: single)? {_PART} (?:at |around )?{_T}", True),
    (rf"(?:daily|nightly|day after day) (?:at )?{_T}", True),
    (rf"(?:at )?{_T} (?:every|each)(?: single)? (?P<days>day)", True),
    (rf"(?:at )?{_T} (?:every|each)(?: single)? {_PART}", True),
    (rf"(?:at )?{_T} daily", True),
    (rf"(?:every|each) {_DAYLIST}(?: {_PART})? ?(?:at |around ){_T}", True),
    (rf"(?:at )?{_T} (?:every|each) {_DAYLIST}", True),
    (rf"(?:on )?(?P<days>weekdays|weekends|workdays|work days|week days)(?: {_PART}s?)? (?:at |around )?{_T}", True),
    (rf"(?:at )?{_T} (?:on )?(?P<days>weekdays|weekends|workdays|work days|week days)", True),
    (rf"(?:on |next |this )?{_ON}(?: {_PART})? (?:at |around ){_T}", False),
    (rf"(?:at )?{_T} (?:on |next ){_ON}", False),
    (rf"(?P<days>tomorrow|the day after tomorrow|today|tonight|this)(?: {_PART})? ?(?:at |around )?{_T}", False),
    (rf"(?:at )?{_T} (?P<days>tomorrow)(?: {_PART})?", False),
    (rf"(?:at )?{_T} (?P<days>today|this {_PART})", False),
    (rf"(?:at|at exactly|at around|around|at about) {_T}", False),
)
"""Times of day; whether they come again."""
_AT = tuple((re.compile(shape), repeat) for shape, repeat in _AT_SHAPES)


_SPAN_LAST = re.compile(
    r"(?<=\s)(?=(?:(?:after|in) )?(?:another )?[\w.]+ (?:[\w.]+ ){0,3}?(?:from now|later|long|after that|afterwards)$"
    r"|[\w.]+ (?:an? )?(?:seconds?|minutes?|min|hours?) (?:after|before) )"
)
"""Where a span of time at the end of a clause may begin."""
_UNITS = ((r"\bhours?\b", 3600.0), (r"\bmin(?:ute)?s?\b", 60.0), (r"\bsec(?:ond)?s?\b", 1.0))


def _in_time(guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """ "if it is still open five minutes later" is looked at five minutes later."""
    later = next((guard for guard in guards if isinstance(guard, After) and guard.then), None)
    if later is None or guards[0] is later or not isinstance(guards[0], If | When):
        return guards
    rest = (If(guard.conditions) if isinstance(guard, When) else guard for guard in guards if guard is not later)
    return (later, *rest)


def _moved(at: At, seconds: float) -> At:
    hour, minute = (int(part) for part in at.time.split(":"))
    moment = (hour * 60 + minute + round(seconds / 60)) % 1440
    return At(f"{moment // 60:02}:{moment % 60:02}", at.days, at.repeat)
