"""Answers to questions of state, history and averages; every number in them is a reading or computed from readings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from galiot.agent.command import UNKNOWN
from galiot.agent.features import Feature, kind_of
from galiot.agent.features.words import plain
from galiot.agent.home import Home
from galiot.agent.memory.history import Finding, History, is_number, local
from galiot.agent.memory.spans import Span, read_span
from galiot.agent.memory.summing import Verdict, summed
from galiot.agent.plan import Read
from galiot.agent.readable import ORDER, readable
from galiot.errors import RequestError

ReadNow = Callable[[Feature], Any]
"""Returns the raw value of a feature now, or UNKNOWN."""

_PLAIN_STATES = {True: "on", False: "off"}
_STATE_WORDS: dict[str, tuple[str, str]] = {
    "contact": ("open", "closed"),
    "position": ("open", "closed"),
    "lock": ("locked", "unlocked"),
    "motion": ("moving", "still"),
    "occupancy": ("occupied", "empty"),
    "mute": ("muted", "not muted"),
    "leak": ("wet", "dry"),
    "rain": ("reporting rain", "reporting no rain"),
    "smoke": ("detecting smoke", "free of smoke"),
}
_OF_ITSELF = ("power", "lock", "contact", "position", "state", "running", "cleaning", "mowing", "playback", "alarm")
"""What a thing is said to be, where others have it: the washer is running, its temperature is 40."""
_FEW = 10
"""Steps that a person counts."""
_ROLLING = ("minute", "hour", "day", "week")
_IN_UNIT = ("now", "average", "lowest", "highest", "change")
_UNITS = {"percent": "%", "celsius": "°C", "c": "°C", "fahrenheit": "°F", "f": "°F", "k": "K", "kelvin": "K"}


@dataclass(frozen=True)
class Fact:
    """What was found of one thing, as JSON tells it: every number that the text has stands here."""

    thing: str
    role: str
    how: str
    value: Any
    unit: str = ""
    samples: int = 0
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Told:
    """An answer, and the facts that it is made of."""

    text: str
    facts: tuple[Fact, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


def answer(read: Read, home: Home, history: History, now: datetime, read_now: ReadNow) -> Told:
    """Answer a question from readings.

    raises: RequestError for a span or a comparison that makes no sense
    """
    sentences, facts, verdicts = [], [], []
    span = read_span(read.span, now) if read.span else Span(datetime.fromtimestamp(0, now.tzinfo), now)
    for thing_id in read.target.things:
        thing = home.by_id[thing_id]
        feature = readable(thing, read.role)
        if feature is None or feature.read is None:
            sentences.append(f"The {home.label(thing)} does not tell its {read.role}.")
            continue
        question = _Question(read, feature, home.label(thing), span, now)
        found = question.now(read_now(feature)) if read.how == "now" and not read.span else question.past(history)
        sentences.append(question.sentence(found))
        verdicts.append(question.verdict(found))
        if found.value is not None:
            facts.append(question.fact(found, thing_id))
    return Told(summed(read.asks, verdicts) or " ".join(sentences), tuple(facts), tuple(verdicts))


def together(told: Sequence[Told], asks: str) -> str | None:
    """Return one answer for what was read in several parts, None where each part stands by itself."""
    return summed(asks, [verdict for one in told for verdict in one.verdicts])


class _Question:
    """One question about one feature."""

    def __init__(self, read: Read, feature: Feature, label: str, span: Span, now: datetime) -> None:
        self.read, self.feature, self.label, self.span, self.now_ = read, feature, label, span, now
        self.raw: Any = UNKNOWN
        self.unit = _UNITS.get((feature.unit or "").lower(), feature.unit or "")
        if feature.shape == "percent" and not self.unit:
            self.unit = "%"

    def fits(self, value: Any) -> bool:
        """Whether a value is what was asked for."""
        if self.read.relation in (None, "is", "is not") and self.read.value is not None:
            same = self.feature.same(value, self.read.value) if not isinstance(value, bool) else self._truth() == value
            return same != (self.read.relation == "is not")
        if self.read.relation is None:
            return value is True or (is_number(value) and value > 0)
        try:
            return ORDER[self.read.relation](value, self.feature.said(self.read.value))
        except TypeError as error:
            raise RequestError(f"{self.read.value!r} cannot be compared with {value!r}") from error

    def _truth(self) -> Any:
        return self.feature.said(self.read.value)

    def now(self, raw: Any) -> Finding:
        if raw is UNKNOWN or raw is None:
            return Finding(how="now")
        self.raw = raw
        return Finding(how="now", value=self.feature.meaning(raw), samples=1, last=self.now_.timestamp())

    def past(self, history: History) -> Finding:
        assert self.feature.read is not None
        return history.find(
            self.feature.thing.id,
            self.feature.read.name,
            how=self.read.how,
            span=self.span,
            meaning=self.feature.meaning,
            fits=self.fits,
        )

    def fact(self, found: Finding, thing: str) -> Fact:
        times = (found.first, found.last, found.at)
        stamped = {at: local(at, self.now_).isoformat(timespec="seconds") for at in times if at}
        unit = self.unit if found.how in _IN_UNIT and is_number(found.value) else "s" if found.how == "duration" else ""
        value = stamped.get(found.value, found.value) if found.how == "last" else found.value
        first, last = (stamped[at] if at else "" for at in times[:2])
        return Fact(thing, self.feature.role, found.how, value, unit, found.samples, first, last)

    def verdict(self, found: Finding) -> Verdict:
        """Return what was found, to be summed up with others."""
        polar = self.read.how == "now" and (self.read.relation is not None or self.read.value is not None)
        number = is_number(found.value) and self.read.how != "duration"
        shown = "" if found.value is None else self.shown(found.value)
        fits = self.fits(found.value) if polar and found.value is not None else None
        subject = self._placed(f"the {self.label}") if number and not polar else self._subject()
        return Verdict(subject, shown, found.value, fits, self._asked() if polar else "", self.unit)

    def _placed(self, subject: str) -> str:
        area = self.feature.thing.area
        return f"{subject} in the {area.lower()}" if area and area.lower() not in subject.lower() else subject

    def sentence(self, found: Finding) -> str:
        when = f" {self.span.said}" if self.span.said else ""
        if found.samples == 0:
            return f"I have no reading of the {self.feature.role} of the {self.label}{_preposed(when)}."
        return str(getattr(self, f"_{found.how}")(found, _preposed(when)))

    def _now(self, found: Finding, when: str) -> str:
        value, subject = found.value, self._subject()
        is_ = "was" if self.span.said else "is"
        if self.read.relation is not None or self.read.value is not None:
            return f"{'Yes' if self.fits(value) else 'No'}, {subject} {is_} {self.shown(value)}{when}."
        return f"{_capital(subject)} {is_} {self.shown(value)}{when}."

    def _average(self, found: Finding, when: str) -> str:
        return f"{_capital(self._subject())} was {self.shown(found.value)} on average{when}."

    def _lowest(self, found: Finding, when: str) -> str:
        return f"{_capital(self._subject())} was at its lowest{when}{self._at(found)}: {self.shown(found.value)}."

    def _highest(self, found: Finding, when: str) -> str:
        return f"{_capital(self._subject())} was at its highest{when}{self._at(found)}: {self.shown(found.value)}."

    def _change(self, found: Finding, when: str) -> str:
        if not found.value:
            return f"{_capital(self._subject())} did not change{when}."
        way = "rose" if found.value > 0 else "fell"
        return f"{_capital(self._subject())} {way} by {self.shown(abs(found.value))}{when}."

    def _count(self, found: Finding, when: str) -> str:
        times = {0: "never", 1: "once", 2: "twice"}.get(found.value, f"{found.value} times")
        return f"The {self.label} came to be {self._asked()} {times}{when}."

    def _duration(self, found: Finding, when: str) -> str:
        if not found.value:
            return f"The {self.label} was not {self._asked()}{when}."
        return f"The {self.label} was {self._asked()} for {length(found.value)}{when}."

    def _ever(self, found: Finding, when: str) -> str:
        if not found.value:
            return f"No, the {self.label} was not {self._asked()}{when}."
        return f"Yes, the {self.label} was {self._asked()}{when}, first{self._at(found)}."

    def _last(self, found: Finding, when: str) -> str:
        if found.value is None:
            return f"I have no reading of the {self.label} being {self._asked()}{when}."
        return f"The {self.label} last came to be {self._asked()}{self._at(found)}."

    def _subject(self) -> str:
        """Return what is spoken of: the lamp for a state of its own, else the quantity of the thing."""
        if self.feature.shape == "switch" or self.feature.role in _OF_ITSELF:
            return f"the {self.label}"
        if kind_of(self.feature.thing) == "sensor" and self.feature.role in self.label:
            return f"the {self.label}"
        return f"the {self.feature.role} of the {self.label}"

    def _asked(self) -> str:
        if self.read.value is None:
            return self.shown(True)
        words = {"above": "above ", "below": "below ", "at least": "at least ", "at most": "at most ", "is not": "not "}
        return words.get(self.read.relation or "", "") + self.shown(self.feature.said(self.read.value))

    def shown(self, value: Any) -> str:
        """Return a value as a person says it: open, 21.5 °C."""
        if isinstance(value, bool):
            return _STATE_WORDS.get(self.feature.like or self.feature.role, ("on", "off"))[0 if value else 1]
        if (own := self._on_own_scale()) is not None:
            return own
        if is_number(value) and self.feature.role == "position":
            return {0: "closed", 100: "open"}.get(round(value), f"{round(value, 1):g}% open")
        if is_number(value):
            return f"{round(value, 1):g}" + (self.unit if self.unit == "%" else f" {self.unit}" if self.unit else "")
        if (
            self.feature.shape == "choice"
            and isinstance(self.raw, str)
            and isinstance(value, str)
            and self.feature.meaning(self.raw) == value
        ):
            return plain(self.raw) or value
        return str(value)

    def _on_own_scale(self) -> str | None:
        """Return what a device said in its own few steps or words, which a percentage would hide: 3 of 4, low."""
        if self.feature.shape != "percent" or self.feature.role == "position" or self.raw is UNKNOWN:
            return None
        if isinstance(self.raw, str):
            return plain(self.raw)
        high = self.feature.high
        return f"{self.raw:g} of {high:g}" if is_number(self.raw) and high and 1 < high <= _FEW else None

    def _at(self, found: Finding) -> str:
        if found.at is None:
            return ""
        moment = local(found.at, self.now_)
        days = (self.now_.date() - moment.date()).days
        day = {0: "", 1: " yesterday"}.get(days, f" on {moment:%A}" if days < 7 else f" on {moment:%d %B}")
        day = "" if day.strip() == self.span.said else day
        return f"{day} at {moment:%H:%M}"


def length(seconds: float) -> str:
    """Return a span as a person says it: 2 h 5 min, 40 s."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def _preposed(when: str) -> str:
    """Return a span with the word that English has before it."""
    words = when.strip().split()
    if not words:
        return ""
    if words[0] in ("last", "past") and len(words) > 1 and (words[1].isdigit() or words[1] in _ROLLING):
        return f" in the {' '.join(words)}"
    return f" at {words[0]}" if words == ["night"] else when


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
