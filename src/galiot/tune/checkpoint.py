"""The file from which an interrupted run goes on: parameters, optimizer, random state, step and loss curve."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import FileError, FormatError, RequestError
from galiot.files import atomic_write

State = Mapping[str, npt.NDArray[Any]]
_VERSION = 1
_HEADER = "galiot.json"  # the member that says what the others are; no name of a state has a dot at this place


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a run is of; one that differs in anything cannot go on from its checkpoint."""

    method: str
    model: str
    """SHA-256 of the model's file."""
    data: str
    """Hash of the samples."""
    settings: str
    """Hash of what decides about the learning."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A run between two steps."""

    identity: Identity
    step: int
    """Updates that were made."""
    curve: tuple[float, ...]
    """The loss of each, in nats per predicted token."""
    state: State
    tokens: int = 0
    """That were fed so far."""
    seconds: float = 0.0
    """That were spent on steps so far."""
    about: Mapping[str, Any] | None = None
    """Whatever else the run wants to know again, as JSON."""


def checkpoint_path(out: Path) -> Path:
    """Return where the checkpoint of a run lies: beside what the run writes."""
    return out.with_name(out.name + ".resume")


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, whole or not at all.

    raises: FileError when the disk is full or the folder may not be written
    """
    header = {
        "version": _VERSION,
        "identity": asdict(checkpoint.identity),
        "step": checkpoint.step,
        "curve": checkpoint.curve,
        "tokens": checkpoint.tokens,
        "seconds": checkpoint.seconds,
        "about": checkpoint.about,
        "names": list(checkpoint.state),
    }
    with atomic_write(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_HEADER, json.dumps(header))
        for place, array in enumerate(checkpoint.state.values()):
            with archive.open(f"{place}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


def read_checkpoint(path: Path, *, state: bool = True) -> Checkpoint:
    """Return what `write_checkpoint` wrote.

    state: False leaves the numbers in the file
    raises: RequestError when there is none, FileError when it cannot be read, FormatError when it is something else
    """
    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read(_HEADER))
            if header["version"] != _VERSION:
                raise FormatError(
                    path, f"is of version {header['version']}, expected {_VERSION}: start without --resume"
                )
            names = header["names"] if state else []
            found = {name: _array(archive, place) for place, name in enumerate(names)}
        return Checkpoint(
            identity=Identity(**header["identity"]),
            step=int(header["step"]),
            curve=tuple(map(float, header["curve"])),
            state=found,
            tokens=int(header["tokens"]),
            seconds=float(header["seconds"]),
            about=header["about"],
        )
    except FileNotFoundError as error:
        raise RequestError(f"{path}: no checkpoint to go on from: start without --resume") from error
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise FormatError(path, "is no checkpoint: start without --resume") from error


def check_identity(path: Path, found: Identity, wanted: Identity) -> None:
    """Raise RequestError naming what differs between a checkpoint and the run that is to go on from it."""
    names = {"method": "method", "model": "model", "data": "data", "settings": "settings"}
    if differ := [word for name, word in names.items() if getattr(found, name) != getattr(wanted, name)]:
        which = f" ({found.method}, not {wanted.method})" if "method" in differ else ""
        raise RequestError(
            f"{path}: the checkpoint is of other {' and '.join(differ)}{which}: give what it was started with, "
            "or start anew without --resume"
        )


def _array(archive: zipfile.ZipFile, place: int) -> npt.NDArray[Any]:
    with archive.open(f"{place}.npy") as member:
        found: npt.NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
        return found
