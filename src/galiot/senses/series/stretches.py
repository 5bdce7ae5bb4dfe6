"""Times and stretches of time as people write them, on the axis of a reading."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from galiot.senses.series.joining import as_told, joined
from galiot.senses.series.lengths import COUNT, NUMBER, UNIT, duration, number_of, seconds_in, seconds_of_day
from galiot.senses.series.query import Stretch
from galiot.signals.clock import TimeAxis
from galiot.signals.reading import Floats

_CLOCK = (
    r"(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?|\b(?:noon|midday|midnight)\b)"
)
_DATE = r"\d{4}-\d{2}-\d{2}"
_AMOUNT = rf"{COUNT}(?:[- ]?and[- ]a[- ]half)?\s*-?{UNIT}(?:(?:\s+|\s*,\s*|\s+and\s+){NUMBER}\s*{UNIT})?"
_NAMED = rf"(?:\b(?:second|minute|hour)\s+{NUMBER}|\bt\s*=\s*{NUMBER}(?:\s*{UNIT})?)"
_MOMENT = rf"(?:{_DATE}(?:(?:t|,?\s+(?:at\s+)?){_CLOCK})?|{_CLOCK}(?:\s+on\s+{_DATE})?|{_NAMED}|{_AMOUNT})"
_PARTS = {
    "early morning": (0, 8),
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (18, 22),
    "night": (22, 6),
    "daytime": (6, 22),
}
_SHARES = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_ORDER = {"first": 0, "second": 1, "third": 2, "fourth": 3, "middle": 1, "last": -1, "final": -1}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_S = 86400.0

_BETWEEN = re.compile(rf"\b(?:between|from)\s+({_MOMENT})\s*(?:and|to|until|till|through|-|–)\s*({_MOMENT})", re.I)
_AFTER = re.compile(rf"\b(?:after|since|from|starting (?:at|from))\s+({_MOMENT})(?:\s+(?:on|onwards?))?", re.I)
_BEFORE = re.compile(rf"\b(?:before|until|till|up to|by)\s+({_MOMENT})", re.I)
_ENDS = re.compile(
    rf"\b(?:(?:in|during|over|for|within|of|throughout)\s+)?the\s+(first|last|final)\s+(?:({COUNT})\s+)?({UNIT})",
    re.I,
)
_SHARED = re.compile(
    r"\b(?:(?:in|during|over|for|of)\s+)?the\s+(first|second|third|fourth|middle|last|final)\s+(half|third|quarter|fifth|tenth)\b",
    re.I,
)
_SAMPLES = re.compile(
    r"\b(?:(?:in|during|over|for|of)\s+)?the\s+(first|last|final)\s+(\d+)\s+(?:samples?|readings?|values?|measurements?|points?)\b",
    re.I,
)
_PART = re.compile(
    r"\b(?:(?:in|during|at|over)\s+)?(?:the\s+)?"
    r"(early morning|mornings?|afternoons?|evenings?|nights?|daytime|overnight)\b|"
    r"\b(?:during|by) (?:the )?(day)\b",
    re.I,
)
_ON = re.compile(
    rf"\bon\s+(?:the\s+)?({_DATE}|{'|'.join(_DAYS)}|(?:first|second|third|fourth|last)\s+day|day\s+\d+)s?\b", re.I
)
_AT = re.compile(rf"\b(?:at|around|about)\s+(?:exactly\s+|about\s+|around\s+|the\s+)?({_MOMENT})(?:\s+mark)?", re.I)
_IN = re.compile(rf"({_AMOUNT})\s+(?:in\b|into|after the (?:start|beginning))", re.I)


@dataclass(frozen=True)
class Found:
    """What a text says of time: stretches, the moment asked about, and what is left of the text."""

    rest: str
    stretches: tuple[Stretch, ...] = ()
    at_s: float | None = None
    then_s: float | None = None
    """A second moment that is named beside it."""


class Times:
    """Understands times on the axis of one reading; times (samples,) in seconds, at least one."""

    def __init__(self, axis: TimeAxis, times: Floats) -> None:
        self.axis, self.times = axis, times
        self.first_s, self.last_s = float(times[0]), float(times[-1])

    def find(self, text: str) -> Found:
        """Take the times out of a question."""
        found: list[tuple[int, Stretch]] = []
        rest = text
        for pattern, make in (
            (_BETWEEN, self._between),
            (_SAMPLES, self._samples),
            (_ENDS, self._ends),
            (_SHARED, self._share),
            (_ON, self._on),
            (_AFTER, self._after),
            (_BEFORE, self._before),
            (_PART, self._part),
        ):
            rest = pattern.sub(lambda match, make=make: self._take(match, make, found), rest)  # type: ignore[misc]
        stretches = joined([stretch for _, stretch in sorted(found, key=lambda item: item[0])])
        moments: list[float] = []
        while len(moments) < 2 and (match := _AT.search(rest) or _IN.search(rest)):
            at_s = self.moment(match[1], stretches[0] if stretches else None)
            if at_s is None:
                break
            moments.append(at_s)
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
        return Found(rest, tuple(stretches), *moments)

    def whole(self) -> Stretch:
        """The reading from its first sample to its last."""
        return Stretch(self.first_s, self.last_s)

    def days(self) -> list[Stretch]:
        """The days of the reading, on its own clock; none where it has no dates."""
        if self.axis.kind != "date":
            return []
        shift = self.axis.offset_s
        first, last = (math.floor((second + shift) / _DAY_S) for second in (self.first_s, self.last_s))
        return [
            Stretch(
                day * _DAY_S - shift,
                math.nextafter((day + 1) * _DAY_S - shift, 0.0),
                f"{datetime.fromtimestamp(day * _DAY_S, UTC):%Y-%m-%d, a %A}",
            )
            for day in range(first, last + 1)
        ]

    def moment(self, text: str, day: Stretch | None = None) -> float | None:
        """Return the time in seconds that words mean; None where they mean none.

        day: where a time of day has to lie
        """
        words = text.strip().lower().rstrip(".")
        if dated := re.match(rf"({_DATE})(?:(?:t|,?\s+(?:at\s+)?)({_CLOCK}))?$", words):
            begin = self._date(dated[1])
            clock = seconds_of_day(dated[2]) if dated[2] else 0.0
            return None if begin is None or clock is None else begin + clock
        if clocked := re.match(rf"({_CLOCK})(?:\s+on\s+({_DATE}))?$", words):
            clock = seconds_of_day(clocked[1])
            if clock is None:
                return None
            if clocked[2]:
                begin = self._date(clocked[2])
                return None if begin is None else begin + clock
            return self._clock(clock, day)
        if named := re.match(rf"(?:(second|minute|hour)\s+|t\s*=\s*)({NUMBER})(?:\s*({UNIT}))?$", words):
            unit = named[1] or (named[3] or "s")
            return self._elapsed(float(named[2]) * seconds_in(unit))
        length = duration(words)
        return None if length is None else self._elapsed(length)

    def show(self, time_s: float) -> str:
        """Write a moment as this reading's moments are written."""
        return self.axis.show(time_s, first_s=self.first_s, last_s=self.last_s)

    def _elapsed(self, seconds: float) -> float:
        return seconds if self.axis.kind == "elapsed" else self.first_s + seconds

    def _clock(self, clock: float, day: Stretch | None) -> float:
        """The first such time of day that is in the reading, or in a day of it."""
        if self.axis.kind == "elapsed":
            return clock
        begin = day.start_s if day else self.first_s
        midnight = math.floor((begin + self.axis.offset_s) / _DAY_S) * _DAY_S - self.axis.offset_s
        at = midnight + clock
        step = float(_median_step(self.times))
        return at if at >= begin - step else at + _DAY_S

    def _date(self, text: str) -> float | None:
        if self.axis.kind != "date":
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() - self.axis.offset_s
        except ValueError:
            return None

    def _take(self, match: re.Match[str], make, found: list[tuple[int, Stretch]]) -> str:  # type: ignore[no-untyped-def]
        stretch = make(match)
        if stretch is None:
            return match[0]
        found.append((match.start(), replace(stretch, said=stretch.said or as_told(match[0]))))
        return " " * len(match[0])  # places stay comparable

    def _between(self, match: re.Match[str]) -> Stretch | None:
        second = match[2]
        first_words = match[1]
        if re.fullmatch(NUMBER, first_words.strip()):
            return None
        first = self.moment(first_words)
        if first is None:
            return None
        day = Stretch(first, self.last_s)
        last = self.moment(second, day)
        if last is None:
            return None
        return Stretch(first, last) if last >= first else Stretch(last, first)

    def _after(self, match: re.Match[str]) -> Stretch | None:
        moment = self.moment(match[1])
        return None if moment is None else Stretch(moment, self.last_s)

    def _before(self, match: re.Match[str]) -> Stretch | None:
        moment = self.moment(match[1])
        return None if moment is None else Stretch(self.first_s, moment)

    def _ends(self, match: re.Match[str]) -> Stretch | None:
        length = number_of(match[2] or "one") * seconds_in(match[3])
        if match[1].lower() == "first":
            return Stretch(self.first_s, self.first_s + length)
        return Stretch(self.last_s - length, self.last_s)

    def _samples(self, match: re.Match[str]) -> Stretch | None:
        count = min(int(match[2]), len(self.times))
        if not count:
            return None
        if match[1].lower() == "first":
            return Stretch(self.first_s, float(self.times[count - 1]))
        return Stretch(float(self.times[-count]), self.last_s)

    def _share(self, match: re.Match[str]) -> Stretch | None:
        parts, place = _SHARES[match[2].lower()], _ORDER[match[1].lower()]
        if match[1].lower() == "middle" and parts != 3:
            return None
        place %= parts
        length = (self.last_s - self.first_s) / parts
        stop = self.first_s + (place + 1) * length
        later = float(self.times[min(int(self.times.searchsorted(stop, "left")), len(self.times) - 1)])
        # a sample on the border belongs to the later part
        stop = math.nextafter(stop, -math.inf) if later == stop and place < parts - 1 else stop
        return Stretch(self.first_s + place * length, stop)

    def _part(self, match: re.Match[str]) -> Stretch | None:
        if self.axis.kind == "elapsed":
            return None
        word = (match[1] or match[2]).lower().rstrip("s")
        first, last = _PARTS[{"overnight": "night", "day": "daytime"}.get(word, word)]
        return Stretch(self.first_s, self.last_s, daily=(first * 3600.0, last * 3600.0))

    def _on(self, match: re.Match[str]) -> Stretch | None:
        word = " ".join(match[1].lower().split())
        if self.axis.kind != "date":
            return None
        shift = self.axis.offset_s
        begin = math.floor((self.first_s + shift) / _DAY_S)
        end = math.floor((self.last_s + shift) / _DAY_S)
        if re.fullmatch(_DATE, word):
            start = self._date(word)
            return None if start is None else Stretch(start, math.nextafter(start + _DAY_S, 0.0))
        if word in _DAYS:
            wanted = (_DAYS.index(word) - (begin + 3)) % 7 + begin  # 1970-01-01 was a Thursday
            number = wanted if wanted <= end else None
        elif word.startswith("day "):
            number = begin + int(word.split()[1]) - 1
        else:
            number = end if word.startswith("last") else begin + _ORDER[word.split()[0]]
        return (
            None
            if number is None
            else Stretch(number * _DAY_S - shift, math.nextafter((number + 1) * _DAY_S - shift, 0.0))
        )


def _median_step(times: Floats) -> float:
    """The usual time between samples, 0 for one sample."""
    steps = times[1:] - times[:-1]
    return float(sorted(steps.tolist())[len(steps) // 2]) if len(steps) else 0.0
