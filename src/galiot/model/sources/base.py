"""What a place where models come from must do."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from galiot.errors import FileError
from galiot.files import Progress


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A whole file, checked and synced, still under a temporary name in the folder `incoming`."""

    path: Path
    sha256: str
    source: str  # as `parse` takes it
    revision: str | None = None
    licence: str | None = None


class Source(ABC):
    """One model at one place. `fetch` may be called by one process at a time for one name."""

    @property
    @abstractmethod
    def default_name(self) -> str:
        """What the library calls it unless told otherwise."""

    @abstractmethod
    def is_same(self, sha256: str) -> bool:
        """Return whether a file of the library with this hash is already what would be fetched."""

    @abstractmethod
    def fetch(self, incoming: Path, name: str, progress: Progress | None) -> Fetched:
        """Bring the file into the folder `incoming`; what begins with `name` there is this call's own.

        progress: bytes
        raises: DownloadError, FileError, RequestError
        """


def name_from(file_name: str) -> str:
    """Return a library name for a file name: small letters, no ending, nothing that a path could use."""
    stem = re.sub(r"\.(gguf|whl)$", "", file_name, flags=re.IGNORECASE).lower()
    return re.sub(r"[^a-z0-9._-]+", "-", stem).lstrip("._-")[:100] or "model"


def check_room(folder: Path, needed: int) -> None:
    """Raise FileError if the disk of `folder` has fewer than `needed` free bytes."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise FileError(folder, f"cannot be written: {error.strerror or error}") from error
    if free < needed:
        problem = f"the disk has {free / 2**20:.0f} MiB free and {needed / 2**20:.0f} MiB are needed"
        raise FileError(folder, f"{problem}; free some, or choose another disk (the library's: GALIOT_HOME)")


def write_failed(path: Path, error: OSError) -> FileError:
    """Return the error for a file that could not be written; a full disk gets its space back first."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        path.unlink(missing_ok=True)
    return FileError(path.parent, f"cannot be written: {error.strerror or error}")


def link_or_copy(original: Path, copy: Path) -> None:
    """Give a file that never changes a second name, or copy it where the disk cannot do that."""
    copy.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        os.link(original, copy)
        return
    try:
        check_room(copy.parent, original.stat().st_size)
        shutil.copyfile(original, copy)
    except OSError as error:
        raise write_failed(copy, error) from error
