"""The words of plans: verbs, relations, reasons; and values, durations and free text, each with its way back."""

from __future__ import annotations

import json
import math
import re

from galiot.agent.names import clean
from galiot.agent.plan import Relation, Value
from galiot.errors import RequestError

HOWS = ("average", "lowest", "highest", "count", "duration", "ever", "last", "change")
"""What `read` may be followed by; without one of them it is the value of now."""
REASONS = (
    "absent device",
    "absent attribute",
    "out of range",
    "off-topic",
    "negated",
    "contradiction",
    "unsafe",
    "unclear",
)
"""What `refuse` may be followed by."""
_SIGNS: dict[Relation, str] = {
    "is not": "is not",
    "is": "is",
    "above": ">",
    "below": "<",
    "at least": ">=",
    "at most": "<=",
    "happens": "happens",
}
RELATIONS = {sign: relation for relation, sign in _SIGNS.items()}
SIGNS = {str(relation): sign for relation, sign in _SIGNS.items()}
RELATION = re.compile(r" (is not|is|>=|<=|>|<) (?=\S)| happens")
TIME_OF_DAY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|[a-z]+")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LISTS = {"add": "to", "remove": "from", "complete": "on", "show": "on"}
_NO_ROLE = re.compile(r"(^| )(of|to|by|is|and|or|happens)( |$)")
OPENERS = ("if", "unless", "when", "whenever", "at", "every", "then", "in", "for", "until")
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_QUANTITY = re.compile(rf"({_NUMBER})(?:(%)| ([^\s,:\"\d][^\s,:\"]*))?", re.I)
_WORD = re.compile(r"[^\W_][\w/.+#'-]*(?: [\w/.+#'-]+)*")
_JOINTS = re.compile(r"(?:^| )(?:and|or|to|by|of|is|not|happens)(?: |$)")
_FIXED: dict[str, bool | None] = {"on": True, "off": False, "unknown": None}
_UNITS = {"d": 86400, "h": 3600, "min": 60, "s": 1}
_DURATION = re.compile(rf"({_NUMBER}) (s|min|h|d)\b", re.I)


def write_value(value: Value, unit: str | None = None) -> str:
    """Spell a value: 22, 50%, 72 f, on, heat, "what a user said"; on and off are truth values, given as text too.

    A unit is only written with a number.
    """
    if isinstance(value, bool) or value is None:
        return {True: "on", False: "off", None: "unknown"}[value]
    if isinstance(value, str):
        return value if _is_word(value) or value in ("on", "off") else quote(value)
    number = write_number(value)
    return number if unit is None else f"{number}%" if unit == "%" else f"{number} {unit}"


def read_value(text: str) -> tuple[Value, str | None]:
    """Return (value, unit) of what `write_value` gives; raises RequestError."""
    if match := _QUANTITY.fullmatch(text):
        return read_number(match[1]), match[2] or match[3]
    if text.startswith('"'):
        return read_free(text), None
    if text in _FIXED:
        return _FIXED[text], None
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


def write_role(role: str, verb: str = "") -> str:
    """Write the name of a quantity as it stands in a plan, after the verb that it may belong to."""
    plain = clean(role) == role != "" and not _NO_ROLE.search(role) and role.split(" ")[0] not in HOWS
    return role if plain and not (verb and verb_of(f"{verb} {role}") != verb) else quote(role)


def joint_of(verb: str) -> str:
    """Return the word between what is changed and its value: by for raise and lower, else to."""
    return "by" if verb in ("raise", "lower") else "to"


def verb_of(text: str) -> str:
    """The longest verb that a text begins with, or ""."""
    from galiot.agent.features.verbs import VERBS

    return max((verb for verb in VERBS if f"{text} ".startswith(f"{verb} ")), key=len, default="")


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
