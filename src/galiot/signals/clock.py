"""What the times of a reading mean, and how a time and a length of time are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """What a time in seconds means.

    kind: "date" (seconds since 1970), "clock" (seconds since midnight, the day unknown) or "elapsed"
    offset_s: what is added before a date is shown, so that it reads as it did in the file
    zone: how that offset is named; empty where the file did not say
    """

    kind: Literal["date", "clock", "elapsed"] = "elapsed"
    offset_s: float = 0.0
    zone: str = ""

    def show(self, time_s: float, *, first_s: float, last_s: float) -> str:
        """Write a time as precisely as a record from `first_s` to `last_s` deserves: 02:14 or 2022-03-05 02:14."""
        span = last_s - first_s
        if self.kind == "elapsed":
            return show_duration(time_s, span)
        moment = _moment(time_s + self.offset_s)
        clock = moment.strftime("%H:%M:%S" if span < 1200 else "%H:%M")
        if span < 20:
            clock += f".{moment.microsecond // 100000}"
        one_day = _moment(first_s + self.offset_s).date() == _moment(last_s + self.offset_s).date()
        return clock if self.kind == "clock" or (one_day and span < 86400) else f"{moment:%Y-%m-%d} {clock}"


def show_duration(seconds: float, scale: float | None = None) -> str:
    """Write a length of time with one or two parts: 0.25 s, 42 s, 3 min 20 s, 7 h 10 min, 24 h, 5 d 3 h."""
    if seconds < 0:
        return "-" + show_duration(-seconds, scale)
    size = max(seconds, scale if scale is not None else seconds)
    if size < 120 and seconds < 119.95:
        places = 0 if size == 0 else max(0, min(6, 2 - math.floor(math.log10(size))))
        places = min(places, 1) if size >= 10 else places
        text = f"{seconds:.{places}f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) + " s"
    if seconds < 3599.5:
        minutes, rest = divmod(round(seconds), 60)
        return _two(minutes, "min", rest, "s")
    if seconds < 48 * 3600:
        hours, rest = divmod(round(seconds / 60), 60)
        return _two(hours, "h", rest, "min")
    days, rest = divmod(round(seconds / 3600), 24)
    return _two(days, "d", rest, "h")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    if not large:
        return f"{small} {small_unit}"
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def _moment(seconds: float) -> datetime:
    limited = min(max(seconds, -62_135_596_800.0), 253_402_300_799.0)  # years 1 to 9999
    return _EPOCH + timedelta(seconds=limited)
