"""Spans of time as people say them: last night, yesterday morning, the last 2 hours, since 8:00, on Monday, at 3 am."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from galiot.errors import RequestError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PARTS = {"morning": (6, 12), "afternoon": (12, 18), "evening": (18, 23), "noon": (11, 14), "lunchtime": (11, 14)}
_NIGHT = (22, 7)
"""Of the evening before, until the morning."""
_UNITS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86400, "week": 604800}
_LAST = re.compile(
    r"(?:in |over |during |for |within )?(?:the )?(?:(?:last|past|previous) )?"
    r"(?:(\d+(?:\.\d+)?|few|couple of|half an?|half|an?) )?([a-z]+?)s?(?: ago)?"
)
_AMOUNTS = {"few": 3.0, "couple of": 2.0, "half a": 0.5, "half an": 0.5, "half": 0.5, "a": 1.0, "an": 1.0}
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*(am|pm|o'clock))?")
_DAY = re.compile(
    r"(?:on |of |late |early )?(?:last |this )?(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|"
    r"the day before yesterday)"
)


@dataclass(frozen=True)
class Span:
    """From one moment to another, in local time; `end` is not part of it."""

    start: datetime
    end: datetime
    said: str = ""


def read_span(text: str, now: datetime) -> Span:
    """Return what a span means at a moment; it never reaches into the future.

    raises: RequestError for words that are no span
    """
    said = " ".join(text.lower().split())
    found = _named(said, now) or _rolling(said, now) or _clocked(said, now)
    if found is None or found[0] > now:
        raise RequestError(
            f"{text[:60]!r} is no time that is known: say last night, yesterday, last 2 hours, since 8:00"
        )
    start, end = found
    return Span(start, min(end, now), said)


def _named(said: str, now: datetime) -> tuple[datetime, datetime] | None:
    today = datetime.combine(now.date(), time(), now.tzinfo)
    words = re.sub(r"^(?:in the |at |during the |during |on |over |all |of )", "", said).split()
    words = [word for word in words if word not in ("late", "early")]
    if words in (["today"], ["so", "far", "today"], ["this", "day"]):
        return today, now
    if words == ["day", "before", "yesterday"] or words == ["the", "day", "before", "yesterday"]:
        return today - timedelta(days=2), today - timedelta(days=1)
    if words == ["yesterday"]:
        return today - timedelta(days=1), today
    monday = today - timedelta(days=now.weekday())
    if words == ["this", "week"]:
        return monday, now
    if words == ["last", "week"]:
        return monday - timedelta(days=7), monday
    if words in (["this", "weekend"], ["last", "weekend"], ["the", "weekend"], ["weekend"]):
        saturday = monday + timedelta(days=5 if now.weekday() > 4 and words[0] != "last" else -2)
        return saturday, saturday + timedelta(days=2)
    if words in (["last", "night"], ["night"], ["the", "night"], ["overnight"], ["tonight"], ["this", "night"]):
        return _night(today, now)
    if words[-1:] and (words[-1] in _PARTS or words[-1] == "night"):
        return _part(words, today, now)
    day = words[-1][:3] if words and len(words) <= 2 and words[0] in ("last", "this", words[-1]) else ""
    if day in _DAYS and words[-1].endswith(("day", day)):
        return _weekday(day, today)
    return None


def _weekday(day: str, today: datetime) -> tuple[datetime, datetime]:
    back = (today.weekday() - _DAYS.index(day)) % 7 or 7
    return today - timedelta(days=back), today - timedelta(days=back - 1)


def _night(today: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the night that is, or the one before this day."""
    evening, morning = _NIGHT
    begins = today if now.hour >= evening else today - timedelta(days=1)
    return begins + timedelta(hours=evening), begins + timedelta(days=1, hours=morning)


def _part(words: list[str], today: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    if words[-1] == "night":
        day = _day(words[:-1], today)
        return _night(day + timedelta(days=1), day + timedelta(days=1)) if day else None
    first, last = _PARTS[words[-1]]
    before = words[:-1]
    if before == ["last"]:
        before = ["yesterday"]
    if before in ([], ["this"], ["the"], ["today"]):
        day = today if now.hour >= first else today - timedelta(days=1)
    else:
        day = _day(before, today)
    return (day + timedelta(hours=first), day + timedelta(hours=last)) if day else None


def _day(words: list[str], today: datetime) -> datetime | None:
    """Return the beginning of a day: today, yesterday, the last Monday."""
    found = _DAY.fullmatch(" ".join(words))
    if not found:
        return None
    named = found["day"]
    back = {"today": 0, "yesterday": 1, "the day before yesterday": 2}.get(named)
    return _weekday(named[:3], today)[0] if back is None else today - timedelta(days=back)


def _rolling(said: str, now: datetime) -> tuple[datetime, datetime] | None:
    found = _LAST.fullmatch(said)
    if not found or found[2] not in _UNITS:
        return None
    ago, rolls = said.endswith(" ago"), re.search(r"\b(?:last|past|previous)\b", said)
    if not (ago or rolls or (said.startswith("in the ") and found[1])):
        return None
    count = _AMOUNTS.get(found[1] or "a") or float(found[1])
    start = now - timedelta(seconds=count * _UNITS[found[2]])
    return (start, start) if ago else (start, now)


def _clocked(said: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return a span between times of day, or that of one moment: "at 3 am", "yesterday at noon"."""
    today = datetime.combine(now.date(), time(), now.tzinfo)
    since = said.removeprefix("since ") if said.startswith("since ") else ""
    if since and _moment(since, today) is None and (named := _named(since, now)):
        return named[0], now
    said, day = _on_a_day(said, today)
    words = re.split(
        r" (?:and|to|until|till) ", re.sub(r"^(since|from|between|after|before|until|till|by|at|around) ", "", said)
    )
    moments = [_moment(word, day or today) for word in words]
    if None in moments or len(moments) > 2 or not re.match(r"[a-z]", said):
        return None
    first = moments[0]
    assert first is not None
    back = timedelta(days=1) if first > now and not day else timedelta()
    if len(moments) == 2 and moments[1] is not None:
        second = moments[1] if moments[1] > first else moments[1] + timedelta(days=1)
        return first - back, second - back
    if said.startswith(("at ", "around ")):
        return first - back, first - back
    if said.startswith(("before ", "until ", "till ", "by ")):
        return (day or today), first
    return first - back, (day + timedelta(days=1) if day else now)


def _on_a_day(said: str, today: datetime) -> tuple[str, datetime | None]:
    """Take the day out of "between 2 and 4 yesterday", "at 3 last night", "this morning at 8"."""
    night = re.search(r" ?\b(?:(?:in|during) the night|last night|at night|this night)\b ?", said)
    if night:
        rest = f"{said[: night.start()]} {said[night.end() :]}".strip()
        hours = [int(hour) for hour in re.findall(r"\b(\d{1,2})(?:[:.]\d{2})?(?! ?pm)\b", rest)]
        late = bool(re.search(r"pm", rest)) or (bool(hours) and hours[0] >= 18)
        return re.sub(r"\s+", " ", rest), today - timedelta(days=1) if late else today
    part = re.search(r" ?\b(?:this|yesterday|in the)? ?(?P<part>morning|afternoon|evening)\b ?", said)
    if part:
        day = today - timedelta(days=1) if "yesterday" in part.group() else today
        rest = f"{said[: part.start()]} {said[part.end() :]}".strip()
        if part["part"] != "morning":
            rest = re.sub(r"\b(\d{1,2}(?::\d{2})?)(?! ?[ap]m|:)\b", r"\1 pm", rest)
        return rest, day
    found = _DAY.search(said)
    if found:
        rest = f"{said[: found.start()]} {said[found.end() :]}".strip()
        return re.sub(r"\s+", " ", rest), _day(found.group().split(), today)
    return said, None


def _moment(word: str, today: datetime) -> datetime | None:
    """Return a time of day, such as 8, 8:30, 8 pm, noon or midnight."""
    if word in ("noon", "midday", "midnight"):
        return today + timedelta(hours=0 if word == "midnight" else 12)
    found = _CLOCK.fullmatch(word)
    if not found or int(found[1]) > 24 or int(found[2] or 0) > 59:
        return None
    half = found[3] if found[3] in ("am", "pm") else None
    hour = int(found[1]) % 12 + (12 if half == "pm" else 0) if half and int(found[1]) <= 12 else int(found[1])
    return today + timedelta(hours=hour, minutes=int(found[2] or 0))
