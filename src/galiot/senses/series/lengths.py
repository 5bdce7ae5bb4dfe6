"""Lengths of time and times of day as people write them."""

from __future__ import annotations

import re

_UNITS = {"ms": 0.001, "millisecond": 0.001, "s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600}
_UNITS |= {"hr": 3600, "hour": 3600, "d": 86400, "day": 86400, "week": 604800}
UNIT = r"(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|min|hours?|hrs?|hr|h|days?|d|weeks?)\b"
NUMBER = r"\d+(?:\.\d+)?"
COUNT = rf"(?:{NUMBER}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty)"
_WORDS = dict(zip("a an one two three four five six seven eight nine ten".split(), (1, 1, *range(1, 11)), strict=True))
_WORDS |= {"twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30}


def duration(text: str) -> float | None:
    """Return the seconds that words such as "2 hours 30 min", "an hour", "90s" mean; None where they mean none."""
    found = re.findall(rf"({COUNT})([- ]?and[- ]a[- ]half)?\s*-?({UNIT})", text.strip().lower())
    rest = re.sub(rf"{COUNT}(?:[- ]?and[- ]a[- ]half)?\s*-?{UNIT}|\band\b|,", "", text.strip().lower()).strip()
    if not found or rest:
        return None
    return sum((number_of(count) + (0.5 if half else 0.0)) * seconds_in(unit) for count, half, unit in found)


def seconds_of_day(text: str) -> float | None:
    """Return the seconds since midnight of "14:30", "2:30 pm", "noon"; None for what is no time of day."""
    words = text.strip().lower().replace(".", "", 2) if re.search(r"[ap]\.m", text.lower()) else text.strip().lower()
    if words in ("noon", "midday", "midnight"):
        return 0.0 if words == "midnight" else 43200.0
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}(?:\.\d+)?))?\s*([ap]m)?", words)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), float(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    return hour * 3600 + minute * 60 + second if hour <= 24 and minute < 60 and second < 60 else None


def number_of(text: str) -> float:
    return float(_WORDS[text]) if text.lower() in _WORDS else float(text)


def seconds_in(unit: str) -> float:
    unit = unit.lower()
    return float(_UNITS.get(unit) or _UNITS.get(unit.rstrip("s"), 1))
