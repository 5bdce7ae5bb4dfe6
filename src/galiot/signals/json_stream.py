"""JSON objects out of a file of any length: one a line, or in arrays, whole or cut off."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

from galiot.errors import FormatError
from galiot.signals.notes import Notes, plural
from galiot.signals.stream import LINE_BYTES, TextFile, text_of

_SPACE = " \t\r\n,"


def objects(file: TextFile, notes: Notes) -> Iterator[tuple[dict[str, Any], int, bool]]:
    """Yield (object, line, whether an array begins with it).

    A line that is no object is counted and passed over; an array that breaks off is used up to there.
    """
    first = file.head().lstrip(b"\xef\xbb\xbf \t\r\n")[:1] if _has_short_lines(file) else b"["
    yield from _in_arrays(file, notes) if first == b"[" else _by_line(file, notes)


def first_objects(file: TextFile, count: int) -> list[dict[str, Any]]:
    """The first objects of a file, at most `count`."""
    found: list[dict[str, Any]] = []
    for made, _, _ in objects(file, Notes()):
        found.append(made)
        if len(found) >= count:
            break
    return found


def beginning(file: TextFile) -> bytes:
    """The first bytes of the text, however long its first line is."""
    return next(file.chunks(), b"")[:65536]


def _has_short_lines(file: TextFile) -> bool:
    return b"\n" in beginning(file) or file.size < LINE_BYTES


def _by_line(file: TextFile, notes: Notes) -> Iterator[tuple[dict[str, Any], int, bool]]:
    import msgspec

    decode = msgspec.json.Decoder().decode
    for block, line in file.blocks():
        for number, raw in enumerate(block.split(b"\n")[:-1], line):
            if not raw.strip():
                continue
            try:
                made = decode(raw)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                made = _lenient(raw)
            if isinstance(made, dict):
                yield made, number, False
            elif isinstance(made, list) and all(isinstance(item, dict) for item in made):
                for place, item in enumerate(made):
                    yield item, number, place == 0
            else:
                notes.count("json", lambda n: f"{plural(n, 'line')} not a JSON object left out", number)


def _lenient(raw: bytes) -> Any:
    """JSON as Python writes it: NaN and Infinity, another encoding."""
    try:
        return json.loads(text_of(raw), parse_int=float)
    except (ValueError, RecursionError):
        return None


def _in_arrays(file: TextFile, notes: Notes) -> Iterator[tuple[dict[str, Any], int, bool]]:
    scan = json.JSONDecoder(parse_int=float).raw_decode
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    text, place, line, fresh, read_any = "", 0, 1, False, False
    for chunk in file.chunks():
        text, place = text[place:] + decoder.decode(chunk), 0
        while True:
            start = place
            while place < len(text) and text[place] in _SPACE + "[]":
                fresh = fresh or text[place] == "["
                place += 1
            line += text.count("\n", start, place)
            if place >= len(text):
                break
            try:
                made, end = scan(text, place)
            except (ValueError, RecursionError) as error:
                if isinstance(error, json.JSONDecodeError) and text[place] == "{" and len(text) - place < LINE_BYTES:
                    break
                if not read_any:
                    raise FormatError(file.path, f"line {line}: not JSON that can be read") from error
                notes.count("broken", lambda n: "the JSON is broken; what follows was not read", line)
                return
            line += text.count("\n", place, end)
            place, read_any = end, True
            if isinstance(made, dict):
                yield made, line, fresh
            else:
                notes.count("json", lambda n: f"{plural(n, 'entry', 'entries')} not a JSON object left out", line)
            fresh = False
    if text[place:].strip(_SPACE + "[]"):
        if not read_any:
            raise FormatError(file.path, f"line {line}: not JSON that can be read")
        notes.count("broken", lambda n: "the file ends in the middle of a record, or is broken from there", line)
