"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from galiot.errors import FileError, RequestError

Progress = Callable[[int, int], None]
"""Called with (done, total) while a long work goes on."""


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`; on success it is synced and takes that name, on failure it is removed.

    raises: FileError when the disk is full, the folder is missing or may not be written
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def check_out(out: Path, read: Mapping[str, Path | None] = MappingProxyType({}), *, folder: bool = False) -> None:
    """Make sure, before long work, that a file can be written and takes the place of nothing that is read.

    read: what it is -> its path
    folder: whether a folder is to be written, which may be there
    raises: RequestError for a place that makes no sense, FileError for one that cannot be written
    """
    if out.is_dir() and not folder:
        raise RequestError(f"{out}: is a folder: name a file in it")
    if not out.parent.is_dir():
        raise RequestError(f"{out}: there is no folder {out.parent}: make it first")
    for name, path in read.items():
        if path is not None and out.exists() and path.exists() and out.samefile(path):
            raise RequestError(f"{out}: is {name} itself: give another --out")
    probe = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        with open(probe, "xb") as file:
            file.write(b"\0")
    except OSError as error:
        raise FileError(out, f"cannot be written: {error.strerror or error}") from error
    finally:
        probe.unlink(missing_ok=True)


def sha256_of(path: str | os.PathLike[str], progress: Progress | None = None) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits; progress is in bytes."""
    digest, done = hashlib.sha256(), 0
    try:
        with open(path, "rb") as file:
            total = os.fstat(file.fileno()).st_size
            while block := file.read(1 << 20):
                digest.update(block)
                done += len(block)
                if progress:
                    progress(done, total)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # some file systems cannot sync a folder; the rename holds all the same
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
