"""Spans of time as people say them: last night, yesterday morning, the last two hours, since 8:00, on Monday."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from galiot.errors import RequestError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PARTS = {"morning": (6, 12), "afternoon": (12, 18), "evening": (18, 23), "noon": (11, 14)}
_NIGHT = (22, 7)
"""Of the evening before, until the morning."""
_UNITS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86400, "week": 604800}
_LAST = re.compile(r"(?:in |over |during |for )?(?:the )?(?:last|past) (?:(\d+(?:\.\d+)?) )?([a-z]+?)s?")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?:\s*(am|pm))?")


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
    if found is None:
        raise RequestError(
            f"{text[:60]!r} is no time that is known: say last night, yesterday, last 2 hours, since 8:00"
        )
    start, end = found
    return Span(start, min(end, now), said)


def _named(said: str, now: datetime) -> tuple[datetime, datetime] | None:
    today = datetime.combine(now.date(), time(), now.tzinfo)
    words = said.removeprefix("in the ").removeprefix("at ").removeprefix("during the ").removeprefix("on ").split()
    if words in (["today"], ["so", "far", "today"]):
        return today, now
    if words == ["yesterday"]:
        return today - timedelta(days=1), today
    if words == ["this", "week"]:
        return today - timedelta(days=now.weekday()), now
    if words in (["last", "night"], ["night"], ["the", "night"], ["overnight"], ["tonight"], ["this", "night"]):
        return _night(today, now)
    if words[-1:] and words[-1] in _PARTS:
        return _part(words, today, now)
    day = words[-1][:3] if words and len(words) <= 2 and words[0] in ("last", words[-1]) else ""
    if day in _DAYS and words[-1].endswith(("day", day)):
        back = (now.weekday() - _DAYS.index(day)) % 7 or 7
        return today - timedelta(days=back), today - timedelta(days=back - 1)
    return None


def _night(today: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the night that is, or the one before this day."""
    evening, morning = _NIGHT
    begins = today if now.hour >= evening else today - timedelta(days=1)
    return begins + timedelta(hours=evening), begins + timedelta(days=1, hours=morning)


def _part(words: list[str], today: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    first, last = _PARTS[words[-1]]
    before = words[:-1]
    if before == ["yesterday"] or (before == ["last"]):
        day = today - timedelta(days=1)
    elif before in ([], ["this"], ["the"], ["today"]):
        day = today if now.hour >= first else today - timedelta(days=1)
    else:
        return None
    return day + timedelta(hours=first), day + timedelta(hours=last)


def _rolling(said: str, now: datetime) -> tuple[datetime, datetime] | None:
    found = _LAST.fullmatch(said)
    if not found or found[2] not in _UNITS:
        return None
    return now - timedelta(seconds=float(found[1] or 1) * _UNITS[found[2]]), now


def _clocked(said: str, now: datetime) -> tuple[datetime, datetime] | None:
    today = datetime.combine(now.date(), time(), now.tzinfo)
    if said.startswith("since ") and (named := _named(said.removeprefix("since "), now)):
        return named[0], now
    words = re.split(r" (?:and|to|until) ", re.sub(r"^(since|from|between|after|before|until) ", "", said))
    moments = [_moment(word, today) for word in words]
    if None in moments or len(moments) > 2:
        return None
    first = moments[0]
    assert first is not None
    if len(moments) == 2 and moments[1] is not None:
        second = moments[1] if moments[1] > first else moments[1] + timedelta(days=1)
        back = timedelta(days=1) if first > now else timedelta()
        return first - back, second - back
    if said.startswith(("before ", "until ")):
        return today, first
    return (first if first <= now else first - timedelta(days=1)), now


def _moment(word: str, today: datetime) -> datetime | None:
    """Return a time of day, such as 8, 8:30, 8 pm, noon or midnight."""
    if word in ("noon", "midnight"):
        return today + timedelta(hours=12 if word == "noon" else 0)
    found = _CLOCK.fullmatch(word)
    if not found or int(found[1]) > 24 or int(found[2] or 0) > 59:
        return None
    hour = int(found[1]) % 12 + (12 if found[3] == "pm" else 0) if found[3] else int(found[1])
    return today + timedelta(hours=hour, minutes=int(found[2] or 0))
