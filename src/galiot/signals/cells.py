"""The cells of a table of text: split, and read as numbers."""

from __future__ import annotations

import csv
import re

MISSING = frozenset(
    [
        "",
        "na",
        "n/a",
        "nan",
        "null",
        "none",
        "nil",
        "-",
        "--",
        "?",
        "unknown",
        "unavailable",
        "missing",
        "#n/a",
        "nodata",
    ]
)
WORDS = {"true": 1.0, "false": 0.0, "on": 1.0, "off": 0.0, "yes": 1.0, "no": 0.0, "open": 1.0, "closed": 0.0}
COMMENTS = (b"#", b"%", b"//")
NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$")
COMMA_NUMBER = re.compile(r"\s*[-+]?\d*,\d+(?:[eE][-+]?\d+)?\s*$")
_INFINITE = re.compile(r"\s*[-+]?inf(inity)?\s*$", re.IGNORECASE)


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of one line, quotes undone; never raises."""
    if delimiter == " ":
        line = " ".join(line.split())
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [""])
    except csv.Error:
        return line.replace('"', "").split(delimiter)


def number_of(cell: str, decimal: str) -> float | None:
    """The number in a cell: NaN where it is missing, inf where it is too large, None where it is no number."""
    cell = cell.strip()
    if NUMBER.match(cell) if decimal == "." else NUMBER.match(cell) or COMMA_NUMBER.match(cell):
        return float(cell.replace(",", "."))
    low = cell.lower()
    if low in MISSING:
        return float("nan")
    if _INFINITE.match(cell):
        return float("inf")
    if low in WORDS:
        return WORDS[low]
    return _decorated(cell, decimal)


def _decorated(cell: str, decimal: str) -> float | None:
    """A number with its unit behind it (23.5 °C), or with thousands apart (1,234.5)."""
    if found := re.match(r"([-+]?\d+(?:[.,]\d+)?)\s*(?:%|°[CF]?|[a-zA-Zµ]{1,4}(?:/[a-z]{1,3}[²³]?)?)$", cell):
        plain = found[1] if decimal == "." else found[1].replace(",", ".")
        return float(plain) if "," not in plain else None
    if decimal == "." and re.match(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$", cell):
        return float(cell.replace(",", ""))
    return None
