"""Values, durations and free text as plans spell them, each with its way back."""

from __future__ import annotations

import json
import math
import re

from galiot.errors import RequestError

_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_QUANTITY = re.compile(rf"({_NUMBER})(?:(%)| ([^\s,:\"\d][^\s,:\"]*))?", re.I)
_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")(?: ([^\s,:\"]+))?')
_WORD = re.compile(r"[^\W_][\w/.+#'-]*(?: [\w/.+#'-]+)*")
_JOINTS = re.compile(r"(?:^| )(?:and|or|to|by|of|is|not|happens)(?: |$)")
_FIXED: dict[str, bool | None] = {"on": True, "off": False, "unknown": None}
_UNITS = {"d": 86400, "h": 3600, "min": 60, "s": 1}
_DURATION = re.compile(rf"({_NUMBER}) (s|min|h|d)\b", re.I)


def write_value(value: bool | int | float | str | None, unit: str | None = None) -> str:
    """Spell a value: 22, 50%, 72 f, on, heat, "what a user said"; on and off are truth values, given as text too."""
    if isinstance(value, str) and value not in ("on", "off"):
        word = value if _is_word(value) and unit is None else quote(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        word = write_number(value)
    else:
        word = {True: "on", False: "off", None: "unknown"}.get(value, str(value))  # type: ignore[arg-type]
    return word if unit is None else f"{word}%" if unit == "%" and word[-1].isdigit() else f"{word} {unit}"


def read_value(text: str) -> tuple[bool | int | float | str | None, str | None]:
    """Return (value, unit) of what `write_value` gives; raises RequestError."""
    if match := _QUANTITY.fullmatch(text):
        return read_number(match[1]), match[2] or match[3]
    if match := _QUOTED.fullmatch(text):
        return read_free(match[1]), match[2]
    word, _, unit = text.partition(" ")
    if text in _FIXED:
        return _FIXED[text], None
    if word in _FIXED and unit and not _is_word(text):
        return _FIXED[word], unit
    if not _is_word(text):
        raise RequestError(f"{text[:40]!r} is no value")
    return text, None


def write_number(value: float) -> str:
    """Spell a number as short as it goes."""
    if not math.isfinite(value):
        raise RequestError(f"{value} cannot be a part of a plan")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def read_number(text: str) -> int | float:
    """Return an int where the spelling is one."""
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def write_duration(seconds: float) -> str:
    """Spell seconds in the largest unit that divides them: 10 min, 90 s, 2 h."""
    unit = next((unit for unit, size in _UNITS.items() if seconds and seconds % size == 0), "s")
    return f"{write_number(seconds / _UNITS[unit])} {unit}"


def read_duration(text: str) -> tuple[float, str]:
    """Return the seconds that a text begins with, and its rest; raises RequestError."""
    match = _DURATION.match(text)
    if not match:
        raise RequestError(f"{text[:40]!r} does not begin with a duration")
    return read_number(match[1]) * _UNITS[match[2].lower()], text[match.end() :].lstrip(" ")


def write_free(text: str, stop: str = "") -> str:
    """Write words as they are where that can be read back, else quoted; `stop`: a pattern that they must not hold."""
    plain = bool(text) and text.isprintable() and text.strip() == text and '"' not in text
    return text if plain and not (stop and re.search(stop, text)) else quote(text)


def read_free(text: str) -> str:
    """Undo `write_free`; raises RequestError for a quotation that does not end."""
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        raise RequestError(f"{text[:40]!r} is no quotation") from None


def split_quoted(text: str, separator: str) -> list[str]:
    """Split at a separator, but not inside quotations."""
    parts, start, quoted, i = [], 0, False, 0
    while i < len(text):
        if quoted and text[i] == "\\":
            i += 1
        elif text[i] == '"':
            quoted = not quoted
        elif not quoted and text.startswith(separator, i):
            parts.append(text[start:i])
            i += len(separator)
            start = i
            continue
        i += 1
    return [*parts, text[start:]]


def _is_word(text: str) -> bool:
    return (
        bool(_WORD.fullmatch(text))
        and text not in _FIXED
        and not _JOINTS.search(text)
        and not _QUANTITY.fullmatch(text)
        and text.isprintable()
    )


def quote(text: str) -> str:
    """Put a text into quotation marks, on one line."""
    return json.dumps(text, ensure_ascii=not text.isprintable())
