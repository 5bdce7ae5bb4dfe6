"""Everything that this package raises on purpose.

GaliotError
├── RequestError          the request was wrong: a name, a flag, a missing path        (exit status 2)
│   ├── ConfigError       a setting that cannot be
│   └── MissingExtraError an optional part is not installed
├── FileError             a file that cannot be read or written                        (exit status 1)
│   └── FormatError       a file whose content makes no sense
├── BudgetError           what is asked does not fit what is granted
│   └── ContextError      more tokens than the context holds                           (exit status 2)
├── NotAdmittedError      work that the device cannot take on now
├── DivergedError         a training whose loss is no number any more
├── DownloadError         a source that could not be fetched
└── CancelledError        somebody stopped the work
"""

from __future__ import annotations

import os
from collections.abc import Mapping


class GaliotError(Exception):
    """Anything this package raises on purpose; the message is one line that says what to change."""

    exit_status = 1


class RequestError(GaliotError):
    """The request itself was wrong; nothing was started."""

    exit_status = 2


class ConfigError(RequestError):
    """A setting has a value that cannot be."""


class MissingExtraError(RequestError):
    """An optional part of the package is needed and not installed."""

    def __init__(self, extra: str, package: str) -> None:
        super().__init__(f"this needs the package {package}: pip install 'galiot[{extra}]'")
        self.extra, self.package = extra, package


class FileError(GaliotError):
    """A file that cannot be used, and why."""

    def __init__(self, path: str | os.PathLike[str], problem: str) -> None:
        super().__init__(f"{os.fspath(path)}: {problem}")
        self.path, self.problem = os.fspath(path), problem


class FormatError(FileError):
    """A file whose content makes no sense; the problem says where (byte, line or key)."""


class BudgetError(GaliotError):
    """What is asked does not fit what is granted; carries the numbers needed to try again.

    parts: bytes (or whatever `unit` says) by name, for a message that shows what decides
    advice: the change that would make it fit
    """

    def __init__(
        self, unit: str, *, needed: int, allowed: int, advice: str = "", parts: Mapping[str, int] | None = None
    ) -> None:
        message = f"needs {_amount(needed, unit)}, {_amount(allowed, unit)} allowed"
        if parts:
            message += " (" + ", ".join(f"{name} {_amount(size, unit)}" for name, size in parts.items()) + ")"
        super().__init__(message + (f"; {advice}" if advice else ""))
        self.unit, self.needed, self.allowed, self.parts = unit, needed, allowed, dict(parts or {})


class ContextError(BudgetError):
    """More tokens than the context of the session holds."""

    exit_status = 2


class DivergedError(GaliotError):
    """A training whose loss or gradient is no number any more, and at which step, from 1."""

    def __init__(self, message: str, *, step: int) -> None:
        super().__init__(message)
        self.step = step


class DownloadError(GaliotError):
    """A source that could not be fetched."""


class NotAdmittedError(GaliotError):
    """Work that the device cannot take on beside what it has; the message says what is in the way."""


class CancelledError(GaliotError):
    """The work was stopped by somebody else, between two steps."""


def _amount(number: int, unit: str) -> str:
    return f"{number / 2**20:.0f} MiB" if unit == "bytes" else f"{number} {unit}"
