"""Which columns of a table tell the time, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from galiot.errors import RequestError
from galiot.signals.base import ReadOptions
from galiot.signals.cells import NUMBER, number_of
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes
from galiot.signals.timestamps import DateText, epoch_scale, recognise_text
from galiot.signals.units import split_header

TIME_NAME = re.compile(
    r"^(?:.*[_ .])?(?:date|datetime|time|times|timestamps?|ts|epoch|unix|clock|utc|gmt|recorded|created|datum|zeit|"
    r"uhrzeit|fecha|hora|heure|data|ora|elapsed|when|t|last_changed|last_updated|observed|sampled)(?:[_ .]?"
    r"(?:at|s|ms|us|ns|sec|secs|seconds|utc|local|stamp|time))*$",
    re.IGNORECASE,
)
_PLAINLY_TIME = {"time", "timestamp", "elapsed", "epoch", "zeit"}
"""Such a column is the time even where its rows are in no order; a `t` may as well be a temperature."""
TIME_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """One column that tells the time: written (`text`) or a number times `scale`."""

    column: int
    text: DateText | None = None
    scale: float = 1.0


def find_time_columns(
    path: str, names: list[str], taken: list[list[str]], decimal: str, options: ReadOptions, notes: Notes
) -> tuple[tuple[TimeColumn, ...], TimeAxis]:
    wanted = _wanted(path, options.time, names) if options.time else []
    if options.rate_hz and not wanted:
        return (), TimeAxis("elapsed")
    written = [
        (column, text)
        for column in wanted or range(len(names))
        if (text := recognise_text(taken[column], options.day_first))
    ]
    if not options.time:
        written = [pair for pair in written if not is_number_column(taken[pair[0]], decimal)]
        written.sort(key=lambda pair: not TIME_NAME.match(split_header(names[pair[0]])[0]))
    if written:
        return _written(written, taken, notes)
    number = _numeric_time(names, taken, decimal, wanted, forced=bool(wanted))
    if number:
        return number
    if wanted:
        raise RequestError(f"{path}: column {options.time!r} holds no times; give another one with time")
    notes.say("no time column was found and no rate given: one sample a second is assumed (give rate_hz)")
    return (), TimeAxis("elapsed")


def _wanted(path: str, asked: str, names: list[str]) -> list[int]:
    plain = [split_header(name)[0].lower() for name in names]
    found = []
    whole = [asked] if asked.lower() in [*plain, *(name.lower() for name in names)] else asked.split("+")
    for part in (part.strip() for part in whole):
        if part.lower() in plain:
            found.append(plain.index(part.lower()))
        elif part.lower() in [name.lower() for name in names]:
            found.append([name.lower() for name in names].index(part.lower()))
        elif part.isascii() and part.isdigit() and 1 <= int(part) <= len(names):
            found.append(int(part) - 1)
        else:
            raise RequestError(f"{path}: no column {part!r}; it has {', '.join(repr(name) for name in names[:12])}")
    return found


def is_number_column(cells: list[str], decimal: str) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return sum(bool(NUMBER.match(cell)) for cell in filled) > len(filled) // 2


def _written(
    written: list[tuple[int, DateText]], taken: list[list[str]], notes: Notes
) -> tuple[tuple[TimeColumn, ...], TimeAxis]:
    both = [pair for pair in written if pair[1].has_date and pair[1].has_clock]
    dates = [pair for pair in written if pair[1].has_date]
    clocks = [pair for pair in written if not pair[1].has_date]
    chosen = both[:1] or (dates[:1] + clocks[:1])
    if chosen[0][1].ambiguous:
        first = "day" if chosen[0][1].order == "dmy" else "month"
        notes.say(f"dates such as {taken[chosen[0][0]][0].strip()} are taken as {first} first (say day_first if not)")
    offsets = chosen[-1][1].parse(taken[chosen[-1][0]]).offset_s
    known = offsets[np.isfinite(offsets)]
    kind = "date" if chosen[0][1].has_date else "clock"
    axis = TimeAxis(kind, float(known[0]), zone_name(float(known[0]))) if len(known) else TimeAxis(kind)  # type: ignore[arg-type]
    return tuple(TimeColumn(column, text) for column, text in chosen), axis


def zone_name(offset_s: float) -> str:
    """How an offset from UTC is written."""
    if not offset_s:
        return "UTC"
    minutes = abs(int(offset_s)) // 60
    return f"{'+' if offset_s > 0 else '-'}{minutes // 60:02d}:{minutes % 60:02d}"


def _numeric_time(
    names: list[str], taken: list[list[str]], decimal: str, wanted: list[int], *, forced: bool
) -> tuple[tuple[TimeColumn, ...], TimeAxis] | None:
    for column in wanted or range(len(names)):
        numbers = np.array(
            [number if (number := number_of(cell, decimal)) is not None else np.nan for cell in taken[column]]
        )
        good = numbers[np.isfinite(numbers)]
        name, unit = split_header(names[column])
        named = bool(TIME_NAME.match(name)) or forced
        if len(good) < max(1, 0.8 * len(numbers)) or not (named or (column == 0 and len(good) > 1)):
            continue
        rising = float((np.diff(good) >= 0).mean()) if len(good) > 1 else 1.0
        scale = epoch_scale(good)
        if scale and (named or (rising == 1.0 and good[-1] > good[0])):
            return (TimeColumn(column, None, scale),), TimeAxis("date", 0.0, "UTC")
        rises = rising > 0.9 and (len(good) < 3 or good[-1] > good[0])
        shuffled = name.lower() in _PLAINLY_TIME and len(np.unique(good)) == len(good)
        if named and (forced or rises or shuffled):
            return (TimeColumn(column, None, TIME_UNITS.get(unit, 1.0)),), TimeAxis("elapsed")
    return None
