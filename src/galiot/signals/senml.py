"""SenML in JSON: packs, streams (SenSML) and one record a line.

Source: RFC 8428, "Sensor Measurement Lists (SenML)", sections 4 and 5.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from galiot.errors import FormatError
from galiot.signals.base import Format, OpenFile, ReadOptions, Rows
from galiot.signals.clock import TimeAxis
from galiot.signals.json_stream import first_objects, objects
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import LARGEST
from galiot.signals.records import Merger
from galiot.signals.stream import TextFile

_LABELS = frozenset(["bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut"])
_VERSION = 10
_ABSOLUTE_S = 2.0**28
_UNITS = {
    "Cel": "°C", "%RH": "%", "%EL": "%", "lon": "°", "lat": "°", "m/s2": "m/s²", "m2": "m²", "m3": "m³", "m3/s": "m³/s",
    "kg/m3": "kg/m³", "W/m2": "W/m²", "cd/m2": "cd/m²", "/": "", "count": "", "EL": "s", "S/m": "S/m", "degL": "°",
    "beat/min": "bpm", "min": "min", "Ohm": "Ω", "A/m": "A/m",
}  # fmt: skip
_SUMS = {"W": "J", "A": "A·s", "m/s": "m", "m3/s": "m³", "l/s": "l", "bit/s": "bit"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*$")


class SenML(Format):
    """Records with base fields that hold until they are said anew."""

    name = "senml"

    def recognises(self, head: bytes, path: str) -> bool:
        """Look for a JSON object whose keys are SenML labels, one of them a name."""
        text = head.lstrip(b"\xef\xbb\xbf \t\r\n[")[:4096]
        first = text[: text.find(b"}")]
        keys = set(re.findall(rb'"([A-Za-z_]{1,8})"\s*:', first))
        known = {key.decode() for key in keys} & _LABELS
        return text.startswith(b"{") and bool(known & {"bn", "n"}) and 2 * len(known) > len(keys)

    def open(self, file: TextFile, options: ReadOptions, notes: Notes) -> OpenFile:
        """Look at the first records for whether their times are dates."""
        resolver = _Resolver(file.path, Notes())
        times = [record[0] for made in first_objects(file, 100) for record in resolver.resolve(made, 1, fresh=False)]
        dated = any(time >= _ABSOLUTE_S for time in times)
        if not dated and any(times):
            notes.say("times are relative to a moment that the file does not name; they are shown as they are")
        if times and not any(times):
            notes.say(
                "no record has a time" + ("" if options.rate_hz else ": one sample a second is assumed (give rate_hz)")
            )
        return _OpenSenML(file, options, dated=dated, timed=any(times))


class _OpenSenML(OpenFile):
    growing = True

    def __init__(self, file: TextFile, options: ReadOptions, *, dated: bool, timed: bool) -> None:
        self.file, self.dated, self.timed, self.rate_hz = file, dated, timed, options.rate_hz or 1.0
        self.merger = Merger(options.units)
        self.channels = self.merger.channels
        self.axis = TimeAxis("date", 0.0, "UTC") if dated else TimeAxis("elapsed")

    def rows(self, notes: Notes) -> Iterator[Rows]:
        """Resolve every record, and join those of one moment."""
        resolver, self.seen = _Resolver(self.file.path, notes), dict[str, int]()
        for made, line, fresh in objects(self.file, notes):
            for time_s, name, unit, value in resolver.resolve(made, line, fresh=fresh):
                if not self.timed:
                    self.seen[name] = self.seen.get(name, -1) + 1
                    time_s = self.seen[name] / self.rate_hz
                elif self.dated and time_s < _ABSOLUTE_S:
                    notes.count(
                        "relative", lambda n: f"{plural(n, 'record')} with a time relative to now left out", line
                    )
                    continue
                yield from self.merger.add(time_s, name, unit, value, line)
        yield from self.merger.flush()
        self.merger.report(notes)


class _Resolver:
    """Keeps the base fields, and turns a record into (time s, name, unit, value)."""

    def __init__(self, path: str, notes: Notes) -> None:
        self.path, self.notes = path, notes
        self.base: dict[str, Any] = {}
        self.short: dict[str, str] = {}

    def resolve(self, record: dict[str, Any], line: int, *, fresh: bool) -> list[tuple[float, str, str, float]]:
        """The measurements of a record, up to two (a value and a sum); what is none is counted.

        raises: FormatError for a version beyond ours, or a field that must be understood and is not
        """
        if fresh:
            self.base = {}
        self._check(record, line)
        self.base |= {key: record[key] for key in ("bn", "bt", "bu", "bv", "bs") if key in record}
        if not ({"n", "v", "vs", "vb", "vd", "s", "t", "bv", "bs"} & record.keys()):
            return []
        name = self._text(self.base, "bn") + self._text(record, "n")
        time_s = self._number(self.base, "bt", 0.0) + self._number(record, "t", 0.0)
        if not _NAME.match(name) or not math.isfinite(time_s):
            self._count("bad", "without a valid name or time left out", line)
            return []
        unit = self._text(record, "u") or self._text(self.base, "bu")
        shown = "" if "vb" in record else _UNITS.get(unit, unit)
        made = [(time_s, self._called(name), shown, value) for value in self._values(record, line)]
        total = self._number(self.base, "bs", math.nan if "s" not in record else 0.0) + self._number(record, "s", 0.0)
        if ("s" in record or "bs" in self.base) and math.isfinite(total):
            made.append((time_s, self._called(name) + " sum", _SUMS.get(unit, f"{unit}·s" if unit else ""), total))
        return made

    def _values(self, record: dict[str, Any], line: int) -> list[float]:
        if isinstance(record.get("vb"), bool):
            return [float(record["vb"])]
        for key, word in (("vs", "text"), ("vd", "data")):
            if key in record:
                self._count(key, f"with {word} instead of a number left out", line)
                return []
        if "v" not in record and "bv" not in self.base:
            if "s" not in record and "bs" not in self.base:
                self._count("none", "without a value left out", line)
            return []
        if "v" not in record and "s" in record:
            return []
        value = self._number(record, "v", 0.0) + self._number(self.base, "bv", 0.0)
        if not abs(value) <= LARGEST:
            self._count("number", "with a value that is no finite number left out", line)
            return []
        return [value]

    def _check(self, record: dict[str, Any], line: int) -> None:
        version = record.get("bver", _VERSION)
        if not isinstance(version, int | float) or version > _VERSION:
            raise FormatError(self.path, f"line {line}: SenML version {str(version)[:20]}, this reads up to {_VERSION}")
        for key in record:
            if key.endswith("_"):
                raise FormatError(self.path, f"line {line}: the field {key[:20]!r} must be understood and is not")

    def _called(self, name: str) -> str:
        """The part of a name behind its last separator, where no other name has the same."""
        if name not in self.short:
            last = re.split(r"[:/]", name)[-1]
            self.short[name] = last if last and last not in self.short.values() else name
            if self.short[name] != name:
                prefix = name[: -len(last)]
                if len(prefix) > 1:
                    self.notes.say(f"names are without {prefix}")
        return self.short[name]

    def _number(self, record: dict[str, Any], key: str, otherwise: float) -> float:
        value = record.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return math.nan
        try:
            return float(value)
        except OverflowError:
            return math.inf

    def _text(self, record: dict[str, Any], key: str) -> str:
        value = record.get(key, "")
        return value if isinstance(value, str) else "\0"

    def _count(self, key: str, words: str, line: int) -> None:
        self.notes.count(f"senml {key}", lambda n: f"{plural(n, 'record')} {words}", line)
