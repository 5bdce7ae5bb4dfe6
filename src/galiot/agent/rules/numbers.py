"""Numbers, durations and times of day, in English words or digits."""

from __future__ import annotations

from datetime import datetime

from galiot.agent.rules.words import Words

_ONES = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen"
        " eighteen nineteen".split()
    )
}
_TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_FRACTIONS = {"half": 0.5, "quarter": 0.25, "quarters": 0.25, "third": 1 / 3, "thirds": 1 / 3}
_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("day", "days"), 86400),
    **dict.fromkeys(("week", "weeks"), 604800),
}
_PARTS = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm", "tonight": "pm"}


def number(words: Words, at: int) -> tuple[float, int] | None:
    """Return the number that starts at a position and how many words it takes; "a", "half" alone are none."""
    if at >= len(words):
        return None
    word = words[at]
    sign = 1
    start = at
    if word in ("minus", "negative") and at + 1 < len(words):
        sign, at = -1, at + 1
        word = words[at]
    found: tuple[float, int] | None = None
    if word.replace(".", "", 1).isdigit() and word[0] != ".":
        found = float(word), 1
        if at + 2 < len(words) and words[at + 1] == "." and words[at + 2].isdigit():
            found = float(f"{word}.{words[at + 2]}"), 3
    elif word in _ONES or word in _TENS or word == "hundred":
        found = _spoken(words, at)
    if found is None:
        return None
    value, used = found
    rest = words[at + used :]
    if rest[:3] == ("and", "a", "half"):
        value, used = value + 0.5, used + 3
    elif rest[:1] == ("point",) and len(rest) > 1 and (rest[1].isdigit() or rest[1] in _ONES):
        digit = rest[1] if rest[1].isdigit() else str(_ONES[rest[1]])
        value, used = float(f"{int(value)}.{digit}"), used + 2
    return _whole(sign * value), at - start + used


def _spoken(words: Words, at: int) -> tuple[float, int]:
    total, used = 0, 0
    while at + used < len(words):
        word = words[at + used]
        if word in _TENS and total % 100 == 0:
            total += _TENS[word]
        elif (
            word in _ONES
            and (total % 10 == 0 and (total % 100 >= 20 or total % 100 == 0))
            and (used == 0 or _ONES[word] > 0)
            and not (total % 100 >= 20 and _ONES[word] > 9)
        ):
            total += _ONES[word]
        elif word == "hundred":
            total = max(total, 1) * 100
        elif word == "thousand":
            total = max(total, 1) * 1000
        elif (
            word == "and"
            and used
            and total >= 100
            and at + used + 1 < len(words)
            and (words[at + used + 1] in _ONES or words[at + used + 1] in _TENS)
        ):
            pass
        else:
            break
        used += 1
    return float(total), used


def fraction(words: Words, at: int) -> tuple[float, int] | None:
    """Return a share in percent and how many words name it: "half", "a quarter", "three quarters", "two thirds"."""
    rest = words[at:]
    skip = 1 if rest[:1] in (("a",), ("one",)) else 0
    if len(rest) > skip and rest[skip] in ("half", "quarter", "third"):
        return round(100 * _FRACTIONS[rest[skip]], 1), skip + 1
    if len(rest) > 1 and rest[0] in ("two", "three", "2", "3") and rest[1] in ("quarters", "thirds", "quarter"):
        count = {"two": 2, "three": 3}.get(rest[0]) or int(rest[0])
        return round(100 * count * _FRACTIONS[rest[1]], 1), 2
    return None


def duration(words: Words, at: int) -> tuple[float, int] | None:
    """Return seconds and how many words name them: "five minutes", "an hour and a half", "1 h 20 min"."""
    rest = words[at:]
    if (
        rest[:2] in (("half", "an"), ("half", "a"))
        and rest[2:3]
        and rest[2] in ("hour", "hours", "minute", "minutes", "day")
    ):
        return 0.5 * _SECONDS[rest[2]], 3
    if rest[:3] == ("a", "half", "hour") or rest[:2] == ("half", "hour"):
        return 1800.0, 3 if rest[0] == "a" else 2
    for lead in (("a", "quarter", "of", "an", "hour"), ("quarter", "of", "an", "hour"), ("a", "quarter", "hour")):
        if rest[: len(lead)] == lead:
            return 900.0, len(lead)
    if rest[:4] == ("three", "quarters", "of", "an") and rest[4:5] == ("hour",):
        return 2700.0, 5
    if rest[:3] in (("a", "couple", "of"),) and len(rest) > 3 and rest[3] in _SECONDS:
        return 2.0 * _SECONDS[rest[3]], 4
    count = (1.0, 1) if rest[:1] in (("a",), ("an",)) else number(words, at)
    if count is None:
        return None
    value, used = count
    if used >= len(rest) or rest[used] not in _SECONDS or value < 0:
        return None
    unit = _SECONDS[rest[used]]
    seconds, used = value * unit, used + 1
    if rest[used : used + 3] == ("and", "a", "half"):
        return seconds + 0.5 * unit, used + 3
    link = 1 if rest[used : used + 1] == ("and",) else 0
    more = duration(words, at + used + link) if rest[used + link : used + link + 1] not in (("a",), ("an",)) else None
    if more is not None and more[0] < 2 * unit:
        return seconds + more[0], used + link + more[1]
    return float(seconds), used


def clock(words: Words, at: int, now: datetime, *, literal: bool = False) -> tuple[str, int] | None:
    """Return a time of day as "HH:MM" and how many words name it.

    An hour without am or pm is the one that comes next after `now`, or the hour as it stands when `literal` is set.
    """
    rest = words[at:]
    for name, time in (("noon", "12:00"), ("midday", "12:00"), ("midnight", "00:00")):
        if rest[:1] == (name,):
            return time, 1
    minutes: int | None = None
    used = 0
    hour: int | None = None
    if rest and ":" in rest[0]:
        hour, minutes = (int(part) for part in rest[0].split(":"))
        used = 1
        literal = True
    elif rest[:1] and rest[0].count(".") == 1 and rest[0].replace(".", "").isdigit() and rest[0].index(".") <= 2:
        whole, part = rest[0].split(".")
        if len(part) != 2:
            return None
        hour, minutes, used = int(whole), int(part), 1
    else:
        relative = _relative_hour(rest)
        if relative is not None:
            hour, minutes, used = relative
        else:
            found = number(words, at)
            if found is None or found[0] != int(found[0]):
                return None
            hour, used = int(found[0]), found[1]
            if hour > 24 and 100 <= hour <= 2359 and hour % 100 < 60 and rest[0].isdigit():
                hour, minutes, literal = hour // 100, hour % 100, True
            elif 20 < hour < 60 and not rest[0].isdigit():
                return None
            else:
                after = number(words, at + used)
                if after is not None and 10 <= after[0] < 60 and len(rest[1]) > 1 and after[0] == int(after[0]):
                    minutes, used = int(after[0]), used + after[1]
    if hour is None or hour > 24 or (minutes or 0) > 59:
        return None
    half, extra = _half_of_day(rest[used:])
    used += extra
    if half is None and hour <= 12 and not literal and not (len(rest[0]) == 2 and rest[0].startswith("0")):
        half = _next_half(hour % 12, minutes or 0, now)
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return f"{hour % 24:02d}:{minutes or 0:02d}", used


def _relative_hour(rest: Words) -> tuple[int, int, int] | None:
    """half past seven, quarter to eight, ten past six -> hour, minutes, words."""
    skip = 1 if rest[:1] == ("a",) else 0
    if len(rest) <= skip + 2:
        return None
    shares = {"half": 30, "quarter": 15}
    used = 1
    if rest[skip] in shares:
        minutes = shares[rest[skip]]
    else:
        found = number(rest, skip)
        if found is None or not 0 < found[0] < 30:
            return None
        minutes, used = int(found[0]), found[1]
        if rest[skip + used : skip + used + 1] == ("minutes",):
            used += 1
    side = rest[skip + used] if len(rest) > skip + used else ""
    hour = number(rest, skip + used + 1)
    if side not in ("past", "to") or hour is None or not 0 <= hour[0] <= 24:
        return None
    total = skip + used + 1 + hour[1]
    value = int(hour[0])
    return (value, minutes, total) if side == "past" else ((value - 1) % 24 or 12, 60 - minutes, total)


def _half_of_day(rest: Words) -> tuple[str | None, int]:
    """am, p.m., in the morning, at night, o'clock -> "am"/"pm"/None and words used."""
    used = 0
    if rest[:1] == ("o'clock",):
        used = 1
    elif rest[:2] == ("o", "clock"):
        used = 2
    tail = rest[used:]
    if tail[:1] in (("am",), ("pm",)):
        return tail[0], used + 1
    if tail[:3] in (("a", ".", "m"), ("p", ".", "m")):
        return tail[0] + "m", used + 3 + (1 if tail[3:4] == (".",) else 0)
    if tail[:2] == ("in", "the") and tail[2:3] and tail[2] in _PARTS:
        return _PARTS[tail[2]], used + 3
    if tail[:2] == ("at", "night") or tail[:1] == ("tonight",):
        return "pm", used + (2 if tail[0] == "at" else 1)
    if tail[:1] == ("this",) and tail[1:2] and tail[1] in _PARTS:
        return _PARTS[tail[1]], used + 2
    return None, used


def _next_half(hour: int, minute: int, now: datetime) -> str:
    """Return which of the two times of that name comes next."""
    passed = now.hour * 60 + now.minute
    morning, evening = hour * 60 + minute, (hour + 12) * 60 + minute
    return "pm" if morning <= passed < evening else "am"


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value
