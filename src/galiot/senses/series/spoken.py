"""Times and slips as people write them, rewritten in the forms that are understood: "on the 15th", "half past two"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from galiot.senses.series.stretches import Times

_UNIT = r"(?:seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h)\b"
_CLOCK = r"(?:\d{1,2}:\d{2}(?:\s*[ap]m\b)?|\d{1,2}\s*[ap]m\b|\bnoon\b|\bmidday\b|\bmidnight\b)"
_DATE = r"\d{4}-\d{2}-\d{2}"
_TO = r"\s*(?:-|–|\bto\b|\band\b|\btill\b|\buntil\b)\s*"
_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" if len(month) > 3 else month for month in _MONTHS)
_HOURS = dict(zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True))
_HOUR = rf"(\d{{1,2}}|{'|'.join(_HOURS)})"
_HALF = r"(?:\s+(?:in the\s+)?(morning|afternoon|evening|night))?"
_BEFORE_TIME = "(?:at|around|about|to|till|until|and|from|between|after|before|by|since|or|than|with|on)"
_SPOKEN_LENGTHS = (
    (r"\b(?:half an|a half|half a|half) hour\b", 30),
    (r"\b(?:a )?quarter of an hour\b", 15),
    (r"\bthree quarters of an hour\b", 45),
    (r"\b(?:an|one) hour and a half\b|\bone and a half hours\b", 90),
)
_LATE = re.compile(rf"\bafter (?:about |exactly )?((?:\d+(?:\.\d+)?|an?)\s*{_UNIT})\s*[?.]*$", re.I)
"""At the end of a question about a value: at this moment, not from then on."""
_OF_MORE = re.compile(
    r"\b(?:mean|average|median|typical|maximum|minimum|peak|highest|lowest|most|least|when|how (?:long|often|many)|"
    r"did|does|do|is|was there|has|trend|total|sum|ris\w+|fall\w*|chang\w+|happen\w*|percentile|deviation|range|"
    r"first|last)\b",
    re.I,
)
_SHORTEST = 5
_ALIKE = 0.82


def plainly(question: str, times: Times) -> str:
    """Rewrite the times of a question; dates only where the reading has them."""
    text = _lengths(re.sub(r"\bminus (?=\d)", "-", " ".join(question.split()), flags=re.I))
    if times.axis.kind == "date":
        text = _hours(text)
    elif (late := _LATE.search(text)) and not _OF_MORE.search(text):
        text = f"{text[: late.start()]}at {late[1]}{text[late.end() :]}"
    text = _clocks(
        re.sub(r"\bbetween (?:the )?day and (?:the )?night\b", "during the day and at night", text, flags=re.I)
    )
    text = re.sub(rf"(\d+(?:\.\d+)?)({_TO})(\d+(?:\.\d+)?)\s*({_UNIT})", _united, text, flags=re.I)
    half = r"(half|third|quarter)"
    text = re.sub(rf"\b{half}(\s+than\s+(?:in\s+)?the\s+(?:first|second|third|last))\b(?!\s+{half})", r"\1\2 \1", text)
    if times.axis.kind == "elapsed":
        text = re.sub(r"\b(between|from)\s+(\d+)\s+(?:to|and)\s+(\d+)(?=[,.?!]|$| and\b)", r"\1 \2 s to \3 s", text)
    amount = rf"(?:{_CLOCK}|\d+(?:\.\d+)?\s*{_UNIT})"
    text = re.sub(
        rf"(?<!between )(?<!from )(?<![\d:.])({amount})\s*(?:-|–|\bto\b)\s*({amount})",
        r"from \1 to \2",
        text,
        flags=re.I,
    )
    text = re.sub(rf"\b(?!{_BEFORE_TIME}\b)([a-z]+)\s+(\d{{1,2}}:\d\d)(?=\s*[?.,]?\s*$)", r"\1 at \2", text, flags=re.I)
    return _days(text, times) if times.axis.kind == "date" else text


def _lengths(text: str) -> str:
    """Lengths of time in halves and quarters as minutes."""
    for pattern, minutes in _SPOKEN_LENGTHS:
        text = re.sub(pattern, f"{minutes} minutes", text, flags=re.I)
    return text


def _hours(text: str) -> str:
    """Bare hours from one to another: in words, or where a day, a part of it or brackets stand beside them."""

    def clocks(match: re.Match[str]) -> str:
        first, last = (_HOURS.get(match[n].lower()) or int(match[n]) for n in (2, 4))
        fits = first < 24 and last <= 24 and (first < last or last <= 12)
        return f"{match[1]}{first:02}:00{match[3]}{last:02}:00" if fits else match[0]

    words = "|".join(_HOURS)
    text = re.sub(
        rf"\b((?:between|from)\s+)({words})(\s+(?:and|to|till|until)\s+)({words})\b", clocks, text, flags=re.I
    )
    beside = r"(?=\s+(?:on\b|in the\b|at night|this\b|\w+day\b)|\s*\)|\s*\?*$)"
    after = r"(?:\(|(?:night|morning|afternoon|evening|rush|hours?) from )"
    pair = r"(\d{1,2})(\s*(?:to|till|until|-|–)\s*)(\d{1,2})"
    text = re.sub(rf"({after}){pair}(?=\s*[),?]|\s+\w+day|\s+on\b|$)", clocks, text, flags=re.I)
    text = re.sub(rf"\b((?:from)\s+){pair}{beside}", clocks, text, flags=re.I)
    part = r"\b(between|from)\s+(\d{1,2})\s+(and|to)\s+(\d{1,2})\s+(?:in the|at)\s+(morning|afternoon|evening|night)\b"
    text = re.sub(part, lambda m: f"{m[1]} {_clock(m[2], 0, m[5])} {m[3]} {_clock(m[4], 0, m[5])}", text, flags=re.I)
    both = r"(\d{1,2})(\s+and\s+)(\d{1,2})(?=\s+(?:on\b|\w+day\b))"
    return re.sub(rf"\b(between\s+){both}", clocks, text, flags=re.I)


def spelled(text: str, vocabulary: Iterable[str]) -> str:
    """Mend words that are all but a word of the vocabulary; words that are in it, and short ones, stay."""
    known = {word for word in vocabulary if len(word) >= _SHORTEST}

    def mend(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in known or len(word) < _SHORTEST or word.rstrip("s") in known:
            return match[0]
        near = difflib.get_close_matches(word, known, 1, _ALIKE)
        # one letter left out, doubled or wrong; another ending is another word
        slip = near and near[0][0] == word[0] and near[0][-1] == word[-1] and abs(len(near[0]) - len(word)) == 1
        return near[0] if slip else match[0]

    return re.sub(r"[a-zA-Z]+", mend, text)


def _united(match: re.Match[str]) -> str:
    """800 and 900 s as 800 s and 900 s."""
    first, between, last, unit = match.groups()
    return f"{first} {unit} {between.strip() if between.strip().isalpha() else 'to'} {last} {unit}"


def _clocks(text: str) -> str:
    """Spoken times of day as 14:30."""
    text = re.sub(r"\b(to|till|until|and) midnight\b", r"\1 24:00", text, flags=re.I)
    text = re.sub(r"\bmidnight\b", "00:00", re.sub(r"\b(?:noon|midday)\b", "12:00", text, flags=re.I), flags=re.I)
    text = re.sub(r"\b(\d{1,2})\.(\d{2})(?=\s*[ap]\.?m\b)", r"\1:\2", text, flags=re.I)
    text = re.sub(rf"\bhalf past {_HOUR}{_HALF}", lambda m: _clock(m[1], 30, m[2]), text, flags=re.I)
    text = re.sub(rf"\b(?:a )?quarter past {_HOUR}{_HALF}", lambda m: _clock(m[1], 15, m[2]), text, flags=re.I)
    text = re.sub(rf"\b(?:a )?quarter to {_HOUR}{_HALF}", lambda m: _clock(m[1], -15, m[2]), text, flags=re.I)
    text = re.sub(rf"\b{_HOUR} o'?clock{_HALF}", lambda m: _clock(m[1], 0, m[2]), text, flags=re.I)
    text = re.sub(
        rf"\b{_HOUR}\s+(?:in the|at)\s+(morning|afternoon|evening|night)\b",
        lambda m: _clock(m[1], 0, m[2]),
        text,
        flags=re.I,
    )
    text = re.sub(r"\b(\d{1,2})(\s*(?:-|to|and)\s*)(\d{1,2})\s*(?:h|o'clock)\b", r"\1:00\2\3:00", text)
    text = re.sub(rf"({_CLOCK}\s*(?:to|and|till|until|-)\s*)(\d{{1,2}})(?=\s+on\b|\s*[?,.]|$)", r"\1\2:00", text)
    return re.sub(r"\b(\d{1,2})(\s*(?:to|and|till|until|-)\s*)(\d{1,2}\s*)([ap]m)\b", r"\1 \4\2\3\4", text, flags=re.I)


def _clock(hour: str, minutes: int, half: str | None) -> str:
    number = _HOURS.get(hour.lower()) or int(hour)
    if half and half.lower() != "morning" and number < 12 and not (half.lower() == "night" and number < 5):
        number += 12
    whole = (number * 60 + minutes) % 1440
    return f"{whole // 60:02}:{whole % 60:02}"


def _days(text: str, times: Times) -> str:
    """Dates and days of the week as 2026-05-15; a single one goes to the clocks that are named without a date."""
    days = _dates(times)

    def written(fits: Callable[[datetime], bool], match: re.Match[str]) -> str:
        found = next((day for day in days if fits(day)), None)
        return f" on {found:%Y-%m-%d} " if found else match[0]

    ordinal, on = r"(\d{1,2})(?:st|nd|rd|th)?", r"(?:\bon\s+)?(?:\bthe\s+)?"
    for pattern, month, day in (
        (rf"{on}\b{ordinal}\s+(?:of\s+)?({_MONTH})\b", 2, 1),
        (rf"{on}\b({_MONTH})\s+(?:the\s+)?{ordinal}\b(?!:)", 1, 2),
    ):
        text = re.sub(pattern, lambda m, a=month, b=day: written(lambda d: _is(d, m[a], m[b]), m), text, flags=re.I)  # type: ignore[misc]
    text = re.sub(
        rf"{on}\b(\d{{1,2}})(?:st|nd|rd|th)\b(?!\s*(?:percentile|quantile))",
        lambda m: written(lambda d: d.day == int(m[1]), m),
        text,
        flags=re.I,
    )
    named = rf"{on}\b({'|'.join(_DAYS)})s?\b(?:'s)?"
    text = re.sub(named, lambda m: written(lambda d: d.weekday() == _DAYS.index(m[1].lower()), m), text, flags=re.I)
    if len(days) == 2:
        both = f"on {days[0]:%Y-%m-%d} and on {days[1]:%Y-%m-%d}"
        text = re.sub(r"\b(?:between|on|of) (?:the |these )?(?:two|both) days\b", both, text, flags=re.I)
    ordinal = "first|second|third|fourth|last"
    text = re.sub(
        rf"\bthe ({ordinal}) (or|and) (?:on )?the ({ordinal}) day\b", r"the \1 day \2 on the \3 day", text, flags=re.I
    )
    order = r"(?:\bon\s+|\bduring\s+|\bin\s+|\bof\s+)?\bthe\s+(first|second|third|fourth|last)\s+day\b"
    if len(days) > 1:
        places = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": len(days) - 1}
        text = re.sub(order, lambda m: written(lambda d: days.index(d) == places[m[1].lower()], m), text, flags=re.I)
    return _untangled(_attached(" ".join(text.split())))


def _attached(text: str) -> str:
    text = re.sub(rf"({_CLOCK})\s+on\s+({_DATE})", r"\2T\1", text, flags=re.I)
    text = re.sub(rf"(?:\bon\s+)?(?<![\dT-])({_DATE})\s*,?\s+(?:at\s+)?({_CLOCK})", r"\1T\2", text, flags=re.I)
    single = set(re.findall(_DATE, text))
    if len(single) != 1 or not re.search(rf"(?<!T)(?<![\d:])(?:{_CLOCK})", text, re.I):
        return text
    day = single.pop()
    text = re.sub(rf"\s*,?\s*\bon\s+{day}(?!T)", "", text)
    return re.sub(rf"(?<!T)(?<![\d:])({_CLOCK})", rf"{day}T\1", text, flags=re.I)


def _untangled(text: str) -> str:
    text = re.sub(
        rf"\b(before|after|since|until|till|from|between|(?<!compared )to)\s+on\s+({_DATE})", r"\1 \2", text, flags=re.I
    )
    text = re.sub(rf"\bbetween\s+({_DATE})\s+and\s+on\s+({_DATE})", r"on \1 and on \2", text, flags=re.I)
    return re.sub(rf"({_DATE})T", r"\1 ", text)


def _dates(times: Times) -> list[datetime]:
    """The days of the reading, at most four hundred."""
    first, last = (
        datetime.fromtimestamp(second + times.axis.offset_s, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        for second in (times.first_s, times.last_s)
    )
    return [first + timedelta(days=number) for number in range(min((last - first).days + 1, 400))]


def _is(day: datetime, month: str, number: str) -> bool:
    return day.day == int(number) and day.month == 1 + next(
        place for place, name in enumerate(_MONTHS) if name.startswith(month.lower()[:3])
    )
