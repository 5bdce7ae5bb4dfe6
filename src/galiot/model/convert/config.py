"""A config.json whose values are checked when they are asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from galiot.errors import FormatError


class Config:
    """A config.json whose values are checked when they are asked for; every error names the key."""

    def __init__(self, path: Path, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        self.path, self.values, self._defaults = path, values, defaults

    def get(self, key: str) -> Any:
        """Return a value as it is, None where the file says null or nothing."""
        value = self.values.get(key)
        return self._defaults.get(key) if value is None else value

    def integer(self, key: str, default: int | None = None, *, high: int = 1 << 22) -> int:
        """Return a whole number from 1 to high."""
        value = self.get(key)
        value = default if value is None else value
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= high:
            raise FormatError(self.path, f"{key} is {short(value)}, expected a whole number from 1 to {high}")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number that is finite and larger than zero."""
        value = self.get(key)
        value = default if value is None else value
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise FormatError(self.path, f"{key} is {short(value)}, expected a number above zero")
        return float(value)

    def part(self, key: str) -> Config:
        """Return an object inside the file as a config of its own; an empty one where it is null or missing."""
        values = self.get(key)
        if not isinstance(values, dict | None):
            raise FormatError(self.path, f"{key} is {short(values)}, expected an object")
        return Config(self.path, values or {}, {})


def short(value: object) -> str:
    """Return a value as it is written, cut to what fits a message."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
