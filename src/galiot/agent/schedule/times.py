"""Times of day, and when they come next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from galiot.errors import RequestError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = {"noon": (12, 0, 0), "midday": (12, 0, 0), "midnight": (0, 0, 0)}
_GROUPS = {"weekday": DAYS[:5], "weekdays": DAYS[:5], "weekend": DAYS[5:], "weekends": DAYS[5:]}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def read_time(text: str) -> tuple[int, int, int]:
    """Return hour, minute and second of a time of day such as 22:00 or noon.

    raises: RequestError for what is none
    """
    found = _CLOCK.fullmatch(text)
    parts = _WORDS.get(text) or (found and (int(found[1]), int(found[2]), int(found[3] or 0)))
    if not parts or parts[0] > 23 or parts[1] > 59 or parts[2] > 59:
        raise RequestError(f"{text[:30]!r} is no time of day: say it as 22:00")
    return parts


def next_time(text: str, after: datetime, days: Sequence[str] = ()) -> datetime:
    """Return the next moment later than `after` at which the clock on the wall shows a time, on one of the days.

    raises: RequestError for a time or a day that does not exist
    """
    hour, minute, second = read_time(text)
    wanted = {index for day in days for index in _weekdays(day)} or set(range(7))
    for ahead in range(9):  # 8 days: the same weekday may come only after the time has passed today
        moment = (after + timedelta(days=ahead)).replace(hour=hour, minute=minute, second=second, microsecond=0)
        if moment > after and moment.weekday() in wanted:
            return moment
    raise AssertionError(f"no {text} on {days} within eight days")


def _weekdays(day: str) -> Sequence[int]:
    names = _GROUPS.get(day, (day[:3],))
    if any(name not in DAYS for name in names):
        raise RequestError(f"{day[:20]!r} is no day of the week: say {', '.join(DAYS)}, weekdays or weekends")
    return [DAYS.index(name) for name in names]
