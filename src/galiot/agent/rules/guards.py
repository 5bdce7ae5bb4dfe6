"""When something is to be done: times, delays, repetitions, spans and conditions at either end of a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from galiot.agent.plan import After, At, Comparison, Every, For, Guard, If, Until, When
from galiot.agent.rules.conditions import Conditions
from galiot.agent.rules.numbers import clock, duration, number
from galiot.agent.rules.words import Words

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
    r"anytime|every time|each time|just|but only|exactly|around|about)\b"
)
WAITING = (At, When, After, Every)


class Guards:
    """Reads guards for one home at one moment."""

    def __init__(self, conditions: Conditions, now: datetime) -> None:
        self.conditions, self.now = conditions, now
        self._known: dict[str, tuple[Guard, ...] | None] = {}

    def leading(self, text: str) -> Iterator[tuple[tuple[Guard, ...], str]]:
        """Yield (guards, rest) for a text that begins with guards: cut at commas first, then at every word."""
        if not OPENER.match(text):
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
        for found in re.finditer(r"(?<=\s)(?=[\w.]+ (?:[\w.]+ )*(?:from now|later|long)$)", text):
            guards = self.read(text[found.start() :])
            if guards:
                yield text[: found.start()].strip(" ,"), guards

    def read(self, text: str) -> tuple[Guard, ...] | None:
        """Return the guards that a text as a whole is."""
        if text not in self._known:
            self.conditions.targets.spend()
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> tuple[Guard, ...] | None:
        text = re.sub(r"^(?:but |and |just |exactly |around |about )+", "", text.strip(" ,"))
        one = self._time(tuple(text.split())) or self._condition(text)
        if one is not None:
            return one
        for found in list(OPENER.finditer(text))[1:]:
            first = self.read(text[: found.start()])
            rest = self.read(text[found.start() :]) if first else None
            if first and rest:
                return _merged((*first, *rest))
        return None

    def _condition(self, text: str) -> tuple[Guard, ...] | None:
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
            if conditions is not None:
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
        for lead, make in (("in", After), ("after", After), ("for", For)):
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


def _merged(guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
    return guards


def waits(guards: tuple[Guard, ...]) -> bool:
    """Whether any of the guards puts the step off."""
    return any(isinstance(guard, WAITING) for guard in guards)
