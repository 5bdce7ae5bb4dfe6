"""Times written in any of the usual ways, recognised from a few cells and read by the column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Order = Literal["ymd", "dmy", "mdy"]

_CLOCK = r"(?P<h>\d{1,2}):(?P<mi>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,9})\d*)?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
_ZONE = r"(?:\s*(?P<zone>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
_YMD = r"(?P<y>\d{4})(?P<sep>[-/.])(?P<mo>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
_AB = r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d\d)"
_NAMED = r"(?P<d>\d{1,2})[- ](?P<mon>[A-Za-z]{3})[a-z]*[-, ]+(?P<y>\d{4}|\d\d)"
_NAMED_FIRST = r"(?P<mon>[A-Za-z]{3})[a-z]* (?P<d>\d{1,2}),? (?P<y>\d{4})"
_COMPACT = r"(?P<y>(?:19|20)\d\d)(?P<mo>\d\d)(?P<d>\d\d)"
_COMPACT_CLOCK = r"T?(?P<h>\d\d)(?P<mi>\d\d)(?P<s>\d\d)(?:\.(?P<f>\d{1,9})\d*)?"
_PATTERNS = [re.compile(date + f"(?:(?:T|t|[ _,]+){_CLOCK}{_ZONE})?$") for date in (_YMD, _AB, _NAMED, _NAMED_FIRST)]
_PATTERNS += [re.compile(_CLOCK + _ZONE + "$"), re.compile(_COMPACT + "T" + _COMPACT_CLOCK[2:] + _ZONE + "$")]
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_SCALES = ((1e8, 2e10, 1.0), (2e10, 2e13, 1e-3), (2e13, 2e16, 1e-6), (2e16, 2e19, 1e-9))
_DAYS_BEFORE = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])
_MONTH_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True, slots=True)
class Parsed:
    """Times of some cells: seconds (n,), NaN where not understood, and offsets from UTC (n,), NaN where not said."""

    seconds: Floats
    offset_s: Floats


@dataclass(frozen=True, slots=True)
class DateText:
    """How times are written in a column; `has_date` and `has_clock` say which parts a cell holds."""

    pattern: int
    order: Order
    has_date: bool
    has_clock: bool
    ambiguous: bool = False

    def parse(self, cells: Sequence[str]) -> Parsed:
        """Read cells; one written in another way is NaN. Many cells of one width are read at once."""
        if len(cells) > 64:
            return self._by_width(cells)
        fields = np.full((len(cells), 7), np.nan)
        offsets = np.full(len(cells), np.nan)
        pattern = _PATTERNS[self.pattern]
        for row, cell in enumerate(cells):
            if found := pattern.match(cell.strip()):
                fields[row], offsets[row] = _fields(found, self.order)
        return Parsed(_seconds(fields), offsets)

    def _by_width(self, cells: Sequence[str]) -> Parsed:
        made = Parsed(np.full(len(cells), np.nan), np.full(len(cells), np.nan))
        widths: dict[int, list[int]] = {}
        for row, cell in enumerate(cells):
            widths.setdefault(len(cell) if cell.isascii() else 0, []).append(row)
        for width, rows in widths.items():
            alike = None
            if 0 < width < 64 and len(rows) > 1:
                joined = "".join([cells[row] for row in rows]).encode("ascii")
                alike = self.parse_bytes(np.frombuffer(joined, np.uint8).reshape(-1, width))
            if alike:
                made.seconds[rows], made.offset_s[rows] = alike.seconds, alike.offset_s
                continue
            for place in range(0, len(rows), 64):
                some = self.parse([cells[row] for row in rows[place : place + 64]])
                made.seconds[rows[place : place + 64]] = some.seconds
                made.offset_s[rows[place : place + 64]] = some.offset_s
        return made

    def parse_bytes(self, cells: NDArray[np.uint8]) -> Parsed | None:
        """Read cells of one width (n, width) at once, or None where they are not all written alike."""
        first = bytes(cells[0]).decode("latin-1")
        found = _PATTERNS[self.pattern].match(first)
        if not found or found.groupdict().get("mon"):
            return None
        groups = {name: found.span(name) for name, text in found.groupdict().items() if text and name in _DIGITS}
        digit = np.zeros(cells.shape[1], bool)
        for start, stop in groups.values():
            digit[start:stop] = True
        values = cells[:, digit] - np.uint8(48)
        if (values > 9).any() or (cells[:, ~digit] != cells[0, ~digit]).any():
            return None
        columns = np.cumsum(digit) - 1
        one, offset = _fields(found, self.order)
        fields = np.repeat(one[None], len(cells), axis=0)
        for name, (start, stop) in groups.items():
            number = np.zeros(len(cells), np.int64)
            for place in range(start, stop):
                number = number * 10 + values[:, columns[place]]
            _put(
                fields,
                name,
                number,
                stop - start,
                self.order,
                found.group("half") if "half" in found.groupdict() else None,
            )
        return Parsed(_seconds(fields), np.full(len(cells), offset))


_DIGITS = ("y", "mo", "d", "a", "b", "h", "mi", "s", "f")


def recognise_text(cells: Sequence[str], day_first: bool | None = None) -> DateText | None:
    """Say how non-empty cells write their times, or None where most of them are no times."""
    cells = [cell.strip() for cell in cells if cell.strip()][:500]
    if not cells:
        return None
    for number, pattern in enumerate(_PATTERNS):
        found = [match for cell in cells if (match := pattern.match(cell))]
        if len(found) < max(1, 0.8 * len(cells)):
            continue
        groups = found[0].groupdict()
        order, ambiguous = _order(found, day_first) if "a" in groups else ("ymd", False)
        date = DateText(number, order, "y" in groups, groups.get("h") is not None, ambiguous)
        if np.isfinite(date.parse(cells).seconds).mean() >= 0.8:
            return date
    return None


def epoch_scale(numbers: Floats) -> float | None:
    """Seconds per unit if numbers look like times since 1970 (in s, ms, us or ns, 1973-2600), else None."""
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return None
    for low, high, scale in _SCALES:
        if (finite >= low).all() and (finite < high).all():
            return scale
    return None


def _order(found: list[re.Match[str]], day_first: bool | None) -> tuple[Order, bool]:
    if day_first is not None:
        return ("dmy" if day_first else "mdy"), False
    if max(int(match["a"]) for match in found) > 12:
        return "dmy", False
    if max(int(match["b"]) for match in found) > 12:
        return "mdy", False
    if found[0]["sep"] == ".":
        return "dmy", False
    steps = {}
    for order in ("dmy", "mdy"):
        seconds = _seconds(np.array([_fields(match, order)[0] for match in found]))
        steps[order] = float(np.abs(np.diff(seconds)).sum())
    if abs(steps["dmy"] - steps["mdy"]) > 1:
        return ("dmy" if steps["dmy"] < steps["mdy"] else "mdy"), False
    return ("mdy" if found[0].groupdict().get("half") else "dmy"), True


def _fields(found: re.Match[str], order: Order) -> tuple[Floats, float]:
    """Year, month, day, hour, minute, second, fraction; and the offset from UTC in seconds."""
    groups = {name: text for name, text in found.groupdict().items() if text is not None}
    fields = np.array([[1970, 1, 1, 0, 0, 0, 0]], np.float64)
    for name in _DIGITS:
        if name in groups:
            _put(fields, name, np.array([int(groups[name])]), len(groups[name]), order, groups.get("half"))
    if "mon" in groups:
        fields[0, 1] = _MONTHS.get(groups["mon"].lower(), np.nan)
    return fields[0], _offset(groups.get("zone"))


def _put(fields: Floats, name: str, number: NDArray[np.int64], digits: int, order: Order, half: str | None) -> None:
    if name == "y":
        fields[:, 0] = number if digits == 4 else np.where(number < 70, 2000 + number, 1900 + number)
    elif name == "f":
        fields[:, 6] = number / 10.0**digits
    elif name == "h" and half:
        fields[:, 3] = np.where(number <= 12, number % 12 + (12 if half in "pP" else 0), np.nan)
    else:
        place = {
            "mo": 1,
            "d": 2,
            "h": 3,
            "mi": 4,
            "s": 5,
            "a": 2 if order == "dmy" else 1,
            "b": 1 if order == "dmy" else 2,
        }
        fields[:, place[name]] = number


def _offset(zone: str | None) -> float:
    if zone is None:
        return np.nan
    if zone[0] not in "+-":
        return 0.0
    digits = zone[1:].replace(":", "")
    return (int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60) * (1 if zone[0] == "+" else -1)


def _seconds(fields: Floats) -> Floats:
    """Seconds since 1970 of (n, 7) fields in the proleptic Gregorian calendar, NaN where they cannot be."""
    year, month, day, hour, minute, second, fraction = fields.T
    with np.errstate(invalid="ignore"):
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        index = np.nan_to_num(np.clip(month, 1, 12), nan=1).astype(np.int64) - 1
        good = (month >= 1) & (month <= 12) & (day >= 1) & (day <= _MONTH_DAYS[index] - ((index == 1) & ~leap))
        good &= (hour <= 24) & (minute < 60) & (second <= 60) & ((hour < 24) | ((minute == 0) & (second == 0)))
        past = year - 1
        days = 365 * (year - 1970) + (past // 4 - past // 100 + past // 400) - 477
        days += _DAYS_BEFORE[index] + ((index > 1) & leap) + day - 1
        total = days * 86400 + hour * 3600 + minute * 60 + second + fraction
    return np.where(good, total, np.nan)
