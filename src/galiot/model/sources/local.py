"""A model from a file on this device."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from galiot.errors import FileError
from galiot.files import Progress, sha256_of
from galiot.model.sources.base import Fetched, Source, check_room, name_from, write_failed


@dataclass(frozen=True)
class LocalFile(Source):
    """A GGUF file given by its path; the library gets a copy, so that the original may change or go."""

    path: Path

    @property
    def default_name(self) -> str:
        return name_from(self.path.name)

    def is_same(self, sha256: str) -> bool:
        return self._sha256 == sha256

    def fetch(self, incoming: Path, name: str, progress: Progress | None) -> Fetched:
        copy = incoming / f"{name}.local.part"
        try:
            total = self.path.stat().st_size
            check_room(incoming, total)
            with open(self.path, "rb") as file:
                sha256 = copy_hashed(file, copy, total, progress)
        except OSError as error:
            raise FileError(self.path, f"cannot be read: {error.strerror or error}") from error
        return Fetched(path=copy, sha256=sha256, source=str(self.path.absolute()))

    @cached_property
    def _sha256(self) -> str:
        return sha256_of(self.path)


def copy_hashed(file: IO[bytes], copy: Path, total: int, progress: Progress | None) -> str:
    """Write everything that `file` reads to `copy`, synced, and return its SHA-256; a failed copy is removed."""
    digest, done, whole = hashlib.sha256(), 0, False
    try:
        with open(copy, "wb") as out:
            while block := file.read(1 << 20):
                try:
                    out.write(block)
                except OSError as error:
                    raise write_failed(copy, error) from error
                digest.update(block)
                done += len(block)
                if progress:
                    progress(done, total)
            out.flush()
            os.fsync(out.fileno())
        whole = True
    finally:
        if not whole:
            copy.unlink(missing_ok=True)
    return digest.hexdigest()
