"""The manifest beside a model of the library: where the file comes from, so that it can be had again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from galiot.errors import FormatError
from galiot.files import atomic_write

if TYPE_CHECKING:
    from galiot.model.sources import Fetched

_SAID = ("general.architecture", "general.license", "galiot.parent.sha256")  # what a file tells of itself


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Where a file comes from, so that it can be had again."""

    sha256: str
    bytes: int
    source: str  # as `get` takes it
    date: str = ""  # UTC, when it came into the library
    revision: str | None = None  # the source's own version of it
    licence: str | None = None
    architecture: str | None = None
    parent_sha256: str | None = None  # the file this one was made from
    steps: tuple[str, ...] = ()  # what was done to the parent
    galiot: str = ""  # version that wrote this


def manifest_of(fetched: Fetched) -> Manifest:
    """Return the manifest of a file; opening it for what it says of itself also proves that it is a model."""
    import datetime

    from galiot import __version__
    from galiot.model.gguf import GgufFile

    try:
        file = GgufFile.open(fetched.path)
    except FormatError as error:
        raise FormatError(fetched.source, error.problem) from error
    try:
        metadata = file.metadata
        said = {key: value for key in _SAID if isinstance(value := metadata.get(key), str)}
        steps = metadata.get("galiot.steps", ())
        done = tuple(str(step) for step in steps) if isinstance(steps, Sequence) else ()
    finally:
        file.close()
    return Manifest(
        sha256=fetched.sha256,
        bytes=fetched.path.stat().st_size,
        source=fetched.source,
        date=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        revision=fetched.revision,
        licence=fetched.licence or said.get("general.license"),
        architecture=said.get("general.architecture"),
        parent_sha256=said.get("galiot.parent.sha256"),
        steps=done,
        galiot=__version__,
    )


def read_manifest(path: Path) -> Manifest | None:
    """Return the manifest beside a model; one that says nothing usable counts as none."""
    try:
        said = json.loads(_beside(path).read_bytes())
        known = {field.name: said[field.name] for field in fields(Manifest) if field.name in said}
        manifest = Manifest(**{**known, "steps": tuple(known.get("steps", ()))})
    except (OSError, ValueError, TypeError):
        return None
    sound = isinstance(manifest.bytes, int) and isinstance(manifest.sha256, str) and isinstance(manifest.source, str)
    return manifest if sound else None


def known_sha256(path: Path) -> str | None:
    """Return the hash that the manifest tells, where the file has its size and did not change since it was written."""
    manifest = read_manifest(path)
    try:
        file, beside = path.stat(), _beside(path).stat()
    except OSError:
        return None
    same = manifest is not None and file.st_size == manifest.bytes and file.st_mtime_ns <= beside.st_mtime_ns
    return manifest.sha256 if manifest is not None and same else None


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest of the model at `path`, whole or not at all."""
    with atomic_write(_beside(path)) as file:
        file.write(json.dumps(asdict(manifest), indent=2).encode() + b"\n")


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.json")
