"""What the settings of several verbs have in common: sizes, durations, `--json`, and galiot.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from galiot.errors import ConfigError, FileError, FormatError, RequestError

if TYPE_CHECKING:
    from cyclopts import App

_UNITS = {"": 1, "b": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_DURATIONS = {"": 1, "s": 1, "sec": 1, "min": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)", re.IGNORECASE)


def parse_size(text: str) -> int:
    """Return the bytes that a size such as 160MiB, 1.5GB or 4096 means.

    raises: RequestError for what is no size, or not a positive one
    """
    found = _SIZE.fullmatch(text.strip())
    unit = _UNITS.get(found[2].lower()) if found else None
    if not found or unit is None:
        raise RequestError(f"{text[:40]!r} is no size: a number with KiB, MiB, GiB, kB, MB or GB, such as 160MiB")
    size = float(found[1]) * unit
    if not 1 <= size < 2**63:
        raise RequestError(f"the size {text[:40]} must be more than nothing and less than 8 EiB")
    return int(size)


def parse_duration(text: str) -> float:
    """Return the seconds that a duration such as 30min, 1.5h, 90s or 90 means.

    raises: RequestError for what is no duration, or not a positive one
    """
    found = _SIZE.fullmatch(text.strip())
    unit = _DURATIONS.get(found[2].lower()) if found else None
    if not found or unit is None or not 0 < (seconds := float(found[1]) * unit) < 1e9:
        raise RequestError(f"{text[:40]!r} is no duration: a number above 0 with s, min, h or d, such as 30min")
    return seconds


def _seconds_of_token(_type: Any, tokens: Sequence[Any]) -> float:
    try:
        return parse_duration(tokens[0].value)
    except RequestError as error:
        raise ValueError(str(error)) from error


def _size_of_token(_type: Any, tokens: Sequence[Any]) -> int:
    try:
        return parse_size(tokens[0].value)
    except RequestError as error:
        raise ValueError(str(error)) from error


Size = Annotated[int, Parameter(converter=_size_of_token, metavar="SIZE")]
"""A number of bytes, given as a person says it: 160MiB."""
Duration = Annotated[float, Parameter(converter=_seconds_of_token, metavar="DURATION")]
"""A number of seconds, given as a person says it: 30min."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Output:
    """How a verb speaks."""

    json: bool = False
    """Print one JSON object and nothing else."""
    verbose: bool = False
    """Say what is being done, and show the traceback of an internal error."""


def read_text(path: Path) -> str:
    """Return what a text file says.

    raises: RequestError for a file that is not there, FileError for one that is no text
    """
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise RequestError(f"{path}: no such file") from error
    except UnicodeDecodeError as error:
        raise FormatError(path, f"is no UTF-8 text: byte {error.start}") from error
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error


def file_settings(path: Path, app: App, words: Sequence[str]) -> Callable[..., None]:
    """Return what puts the settings of galiot.toml under the flags: a table for each verb, keys named as its flags.

    raises: FormatError for a file that is no TOML, ConfigError for a table that belongs to no verb
    """
    import tomllib

    from cyclopts.config import Dict

    from galiot.cli.app import VERBS, nearest

    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormatError(path, f"is no settings file: {error}") from error
    for table, content in tables.items():
        if table not in VERBS:
            raise ConfigError(f"{path}: there is no verb {table!r}; {nearest(table, list(VERBS))}")
        if not isinstance(content, dict):
            raise ConfigError(f"{path}: {table} must be a table: [{table}]")
    return Dict(tables, source=str(path))
