"""What a training has done so far, stage by stage, so that an interrupted one goes on where it was."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.files import atomic_write

Arrays = Mapping[str, npt.NDArray[Any]]
_WHO = "identity.json"


class Stages:
    """Results of stages in a folder beside the sense that is being made; each is written whole or not at all."""

    def __init__(self, out: Path, identity: Mapping[str, str], *, resume: bool) -> None:
        """Begin anew, or go on with what is there.

        identity: hashes of data and recipe
        raises: RequestError where `resume` finds nothing, or what other data or another recipe gave
        """
        self.folder = out.with_name(out.name + ".resume")
        self.seconds: dict[str, float] = {}
        who = self.folder / _WHO
        if resume:
            if not who.is_file():
                raise RequestError(f"{self.folder}: nothing to go on from: start without --resume")
            found = json.loads(who.read_text())
            if differ := [name for name, value in identity.items() if found.get(name) != value]:
                raise RequestError(f"{self.folder}: made with other {' and '.join(differ)}: start without --resume")
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        with atomic_write(who) as file:
            file.write(json.dumps(dict(identity)).encode())

    def done(self, name: str) -> bool:
        """Whether a stage has its result."""
        return self._path(name).is_file()

    def run(self, name: str, work: Callable[[], Arrays]) -> dict[str, npt.NDArray[Any]]:
        """Return what a stage gives: as it was kept, or by working; how long it took is in `seconds`."""
        path = self._path(name)
        if not path.is_file():
            begin = time.monotonic()
            made = dict(work())
            made["seconds"] = np.array(time.monotonic() - begin)
            with atomic_write(path) as file:
                np.savez(file, **made)  # type: ignore[arg-type]  # the names are ours, none is allow_pickle
        with np.load(path, allow_pickle=False) as archive:
            found = {key: archive[key] for key in archive.files}
        self.seconds[name] = float(found.pop("seconds"))
        return found

    def remove(self) -> None:
        """Forget everything: the sense is made."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npz"


def hash_of_text(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
