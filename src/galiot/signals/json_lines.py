"""JSON lines (and arrays of plain objects): one object a row, or one sensor an object."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.signals.base import Format, OpenFile, ReadOptions, Rows
from galiot.signals.cells import number_of
from galiot.signals.clock import TimeAxis
from galiot.signals.json_stream import first_objects, objects
from galiot.signals.layout import LONG_NAMES, LONG_VALUES
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import LARGEST, Floats
from galiot.signals.records import Merger
from galiot.signals.stream import TextFile
from galiot.signals.time_columns import TIME_NAME, TIME_UNITS, zone_name
from galiot.signals.timestamps import DateText, epoch_scale, recognise_text
from galiot.signals.units import split_header

_BATCH = 2000
_DEEP = 4
_LONG_LIST = 16


class JsonLines(Format):
    """Objects of numbers, flat or nested."""

    name = "json-lines"

    def recognises(self, head: bytes, path: str) -> bool:
        """Take what begins with an object, or with an array of them."""
        text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return text.startswith(b"{") or (text.startswith(b"[") and text[1:].lstrip(b" \t\r\n[").startswith(b"{"))

    def open(self, file: TextFile, options: ReadOptions, notes: Notes) -> OpenFile:
        """Find the key of the time in the first objects."""
        sample = [_flat(made) for made in first_objects(file, 200)]
        if not sample:
            raise FormatError(file.path, "line 1: no JSON object that can be read")
        return _OpenJson(file, options, _time_key(file.path, sample, options, notes), _long_keys(sample))


@dataclass(frozen=True, slots=True)
class _Time:
    key: str
    text: DateText | None
    scale: float
    axis: TimeAxis


class _OpenJson(OpenFile):
    growing = True

    def __init__(self, file: TextFile, options: ReadOptions, time: _Time | None, long: tuple[str, str] | None) -> None:
        self.file, self.time, self.long = file, time, long
        self.rate_hz = options.rate_hz or 1.0
        self.units = dict(options.units)
        self.merger = Merger(options.units)
        self.channels, self.axis = self.merger.channels, time.axis if time else TimeAxis("elapsed")
        self.keys: dict[str, tuple[str, str]] = {}
        self.texts: dict[str, str] = {}

    def rows(self, notes: Notes) -> Iterator[Rows]:
        """Go through the objects in batches, so that their times are read together."""
        source, done = objects(self.file, notes), 0
        while batch := list(islice(source, _BATCH)):
            flat = [_flat(made) for made, _, _ in batch]
            times = self._times(flat, done)
            done += len(flat)
            for made, time_s, (_, line, _) in zip(flat, times.tolist(), batch, strict=True):
                if not math.isfinite(time_s):
                    notes.count(
                        "time", lambda n: f"{plural(n, 'object')} without a time that is understood left out", line
                    )
                    continue
                yield from self._records(made, time_s, line, notes)
        yield from self.merger.flush()
        self.merger.report(notes)

    def _records(self, made: dict[str, Any], time_s: float, line: int, notes: Notes) -> Iterator[Rows]:
        if self.long and isinstance(made.get(self.long[0]), str) and self.long[1] in made:
            unit = next((made[key] for key in _UNIT_KEYS if isinstance(made.get(key), str)), "")
            made = {made[self.long[0]]: made[self.long[1]]}
            name = next(iter(made))
            self.keys[name] = (name, unit)
        for key, raw in made.items():
            if self.time and key == self.time.key:
                continue
            value = _number(raw)
            if value is None:
                self._count_text(key, raw, line, notes)
            elif abs(value) <= LARGEST:
                name, unit = self.keys.get(key) or self.keys.setdefault(key, _named(key, self.units))
                yield from self.merger.add(time_s, name, unit, value, line)
            elif not math.isnan(value):
                notes.count("inf", lambda n: f"{plural(n, 'value')} infinite or too large, taken as missing", line)

    def _count_text(self, key: str, raw: Any, line: int, notes: Notes) -> None:
        if len(self.texts) >= 50 and key not in self.texts:
            return
        seen = self.texts.setdefault(key, str(raw)[:20])
        notes.count(
            f"text {key}", lambda n: f"{plural(n, 'value')} of {key[:40]} not numeric (such as {seen!r}) left out", line
        )

    def _times(self, flat: list[dict[str, Any]], done: int) -> Floats:
        if self.time is None:
            return (done + np.arange(len(flat))) / self.rate_hz
        raw = [made.get(self.time.key) for made in flat]
        if self.time.text is None:
            numbers = [_number(value) for value in raw]
            return np.array([math.nan if number is None else number for number in numbers]) * self.time.scale
        parsed = self.time.text.parse([value if isinstance(value, str) else "" for value in raw])
        offset = self.axis.offset_s if self.axis.zone else 0.0
        return parsed.seconds - np.where(np.isnan(parsed.offset_s), offset, parsed.offset_s)


_UNIT_KEYS = ("unit", "units", "u", "unit_of_measurement", "attributes.unit_of_measurement")


def _flat(made: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Nested objects as dotted keys, short lists of numbers as numbered keys."""
    flat: dict[str, Any] = {}
    for key, value in made.items():
        if isinstance(value, dict) and depth < _DEEP:
            flat |= _flat(value, f"{prefix}{key}.", depth + 1)
        elif isinstance(value, list) and len(value) <= _LONG_LIST:
            flat |= {
                f"{prefix}{key} {place}": item
                for place, item in enumerate(value, 1)
                if not isinstance(item, dict | list)
            }
        elif not isinstance(value, dict | list):
            flat[prefix + key] = value
    return flat


def _number(raw: Any) -> float | None:
    """A value as a number, NaN where it is missing, None where it is text."""
    if raw is None:
        return math.nan
    if isinstance(raw, bool | float):
        return float(raw)
    if isinstance(raw, int):
        try:
            return float(raw)
        except OverflowError:
            return math.inf
    return number_of(raw, ".") if isinstance(raw, str) and len(raw) < 64 else None


def _named(key: str, units: dict[str, str]) -> tuple[str, str]:
    name, unit = split_header(key)
    return name, units.get(key, unit)


def _time_key(path: str, sample: list[dict[str, Any]], options: ReadOptions, notes: Notes) -> _Time | None:
    keys = list(dict.fromkeys(key for made in sample for key in made))
    if options.time and options.time not in keys:
        raise RequestError(f"{path}: no key {options.time!r}; there are {', '.join(repr(key) for key in keys[:12])}")
    if options.rate_hz and not options.time:
        return None
    named = [key for key in keys if TIME_NAME.match(split_header(key)[0].rpartition(".")[2])]
    for key in [options.time] if options.time else named + [key for key in keys if key not in named]:
        values = [made[key] for made in sample if key in made]
        time = _as_time(key, values, key in named or key == options.time, options, notes)
        if time:
            return time
    if options.time:
        raise RequestError(f"{path}: key {options.time!r} holds no times; give another one with time")
    notes.say("no key with a time was found and no rate given: one sample a second is assumed (give rate_hz)")
    return None


def _as_time(key: str, values: list[Any], named: bool, options: ReadOptions, notes: Notes) -> _Time | None:
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) > len(values) / 2:
        text = recognise_text(texts, options.day_first)
        if text is None or not text.has_date:
            return None
        if text.ambiguous:
            first = "day" if text.order == "dmy" else "month"
            notes.say(f"dates such as {texts[0]} are taken as {first} first (say day_first if not)")
        offsets = text.parse(texts).offset_s
        known = offsets[np.isfinite(offsets)]
        axis = TimeAxis("date", float(known[0]), zone_name(float(known[0]))) if len(known) else TimeAxis("date")
        return _Time(key, text, 1.0, axis)
    numbers = np.array([math.nan if (number := _number(value)) is None else number for value in values])
    good = numbers[np.isfinite(numbers)]
    if not named or not len(good):
        return None
    scale = epoch_scale(good)
    if scale:
        return _Time(key, None, scale, TimeAxis("date", 0.0, "UTC"))
    if key == options.time or (np.diff(good) >= 0).all():
        return _Time(key, None, TIME_UNITS.get(split_header(key)[1], 1.0), TimeAxis("elapsed"))
    return None


def _long_keys(sample: list[dict[str, Any]]) -> tuple[str, str] | None:
    """Keys of (sensor name, value) where every object is about one sensor."""
    common = set(sample[0]).intersection(*sample)
    name = [key for key in sample[0] if key in common and key.lower() in LONG_NAMES and isinstance(sample[0][key], str)]
    value = [key for key in sample[0] if key in common and key.lower() in LONG_VALUES]
    return (name[0], value[0]) if name and value and name[0] != value[0] else None
