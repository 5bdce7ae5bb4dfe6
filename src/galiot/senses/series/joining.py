"""Stretches that are said beside each other, and how they are told."""

from __future__ import annotations

import re
from dataclasses import replace

from galiot.senses.series.query import Stretch

_DAY_S = 86400.0


def joined(stretches: list[Stretch]) -> list[Stretch]:
    """A part of the day and a day said beside each other are one stretch; between clock times it says nothing more.

    Two days and one stretch of clock times, or one part of the day, are those of either day.
    """
    plain = [stretch for stretch in stretches if stretch.daily is None]
    daily = [stretch for stretch in stretches if stretch.daily is not None]
    days = [stretch for stretch in plain if _is_day(stretch)]
    clocks = [stretch for stretch in plain if not _is_day(stretch)]
    if len(days) == 2 and len(daily) + len(clocks) == 1:
        part = (daily + clocks)[0]
        return [_within(day, part) for day in days]
    if daily and clocks and all(stretch.stop_s - stretch.start_s < _DAY_S for stretch in clocks):
        return plain
    if len(daily) == len(days) == 1 and not clocks:
        return [_within(days[0], daily[0])]
    if len(daily) == len(plain) == 1:
        return [replace(plain[0], daily=daily[0].daily, said=f"{daily[0].said} {plain[0].said}")]
    return stretches


def as_told(text: str) -> str:
    """The words as they stand in an answer."""
    words = " ".join(text.split())
    words = re.sub(r"^(of|for|over|within|throughout)\s+the\b", "in the", words, flags=re.I)
    return re.sub(r"^the\b", "in the", words, flags=re.I)


def _is_day(stretch: Stretch) -> bool:
    return stretch.daily is None and abs(stretch.stop_s - stretch.start_s - _DAY_S) < 1.0


def _within(day: Stretch, part: Stretch) -> Stretch:
    """A part of one day: between clock times, or of a name."""
    said = f"{part.said} {day.said}"
    if part.daily is not None:
        return replace(day, daily=part.daily, said=said)
    shift = (part.start_s - day.start_s) // _DAY_S * _DAY_S
    return Stretch(part.start_s - shift, part.stop_s - shift, said)
