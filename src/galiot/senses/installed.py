"""The senses that are installed: those of the package, and those in the user's folder."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from galiot.errors import FormatError, GaliotError, RequestError
from galiot.model.gguf import GgufFile
from galiot.model.library import home_dir
from galiot.model.manifest import read_manifest
from galiot.model.model import Model
from galiot.senses.channels import bare
from galiot.senses.file import ARCHITECTURE, PREFIX, read_sense, without_language
from galiot.senses.sense import GENERAL, Sense
from galiot.signals.ecg.leads import leads_of
from galiot.signals.reading import Reading

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A sense file, looked at from outside."""

    name: str
    path: Path
    bytes: int
    kind: str
    title: str
    channels: tuple[str, ...]
    base_sha256: str | None
    notice: str


def user_dir() -> Path:
    """Return the folder of the user's own senses; it may not exist yet."""
    return home_dir() / "senses"


def installed() -> list[Installed]:
    """Return the senses that are there; the user's come first, and a file that is no sense is passed over."""
    found: dict[str, Installed] = {}
    for folder in (user_dir(), SHIPPED):
        for path in sorted(folder.glob("*.gguf")):
            with contextlib.suppress(OSError):
                try:
                    found.setdefault(path.stem, _look_at(path))
                except GaliotError as error:
                    log.warning("%s", error)
    return list(found.values())


def find_sense(reading: Reading, model: Model | None = None, *, threads: int = 1) -> Sense | None:
    """Open the sense that fits a reading best; None where there is none, so that its facts serve as text.

    model: the language model that is to use it; of a sense made for another model only the statements serve; one made
        for the model that this one descends from is taken whole; each with a warning
    """
    fitting = [one for one in installed() if _takes(one, reading)]
    best = min(fitting, key=lambda one: one.kind == GENERAL, default=None)
    return _opened(best.path, model, threads) if best is not None else None


def open_sense(name_or_path: str, model: Model | None = None, *, threads: int = 1) -> Sense:
    """Open an installed sense by its name, or a file.

    raises: RequestError for a name that nobody knows, FormatError
    """
    path = next((one.path for one in installed() if one.name == name_or_path), Path(name_or_path).expanduser())
    if not path.is_file():
        known = ", ".join(one.name for one in installed()) or "none"
        raise RequestError(
            f"there is no sense {name_or_path[:80]!r}: give a file, or the name of one of these: {known}"
        )
    return _opened(path, model, threads)


def kind_fits(kind: str, channels: Sequence[str], reading: Reading) -> bool:
    """Whether a sense of a kind, with channels of these names, takes a reading."""
    if reading.kind != "signal":
        return False
    if leads_of(reading.channels):
        return kind == "ecg"
    test: Callable[[], bool] = {"ecg": lambda: False, GENERAL: lambda: True}.get(
        kind, lambda: bool(channels) and _most_are_there(channels, reading)
    )
    return test()


def _opened(path: Path, model: Model | None, threads: int) -> Sense:
    file, serves = read_sense(path), True
    if model is not None and not _serves(path, file.base_sha256, model):
        log.warning("%s learned to speak with another model than %s: only its statements serve", path.name, model.name)
        file, serves = without_language(file), False
    sense = Sense(file, threads=threads)
    if model is not None and serves:
        sense.use_names_of(model)
    return sense


def _most_are_there(channels: Sequence[str], reading: Reading) -> bool:
    names = {bare(channel.name) for channel in reading.channels}
    return sum(bare(channel) in names for channel in channels) >= max(1, (len(channels) + 1) // 2)


def _takes(one: Installed, reading: Reading) -> bool:
    return kind_fits(one.kind, one.channels, reading)


def _serves(path: Path, base_sha256: str | None, model: Model) -> bool:
    """Whether a sense was made for a model, or for the one that it descends from."""
    if base_sha256 is None or base_sha256 == model.sha256:
        return True
    manifest = read_manifest(model.path)
    if base_sha256 not in {model.file.metadata.get("galiot.parent.sha256"), manifest and manifest.parent_sha256}:
        return False
    log.warning("%s was made for the model that %s was made from: it may do a little less", path.name, model.name)
    return True


def _look_at(path: Path) -> Installed:
    with GgufFile.open(path) as file:
        if file.text("general.architecture", "") != ARCHITECTURE:
            raise FormatError(path, "is no sense")
        return Installed(
            name=path.stem,
            path=path,
            bytes=os.stat(path).st_size,
            kind=file.text(PREFIX + "kind"),
            title=file.text("general.name", path.stem),
            channels=tuple(file.strings(PREFIX + "channels", ())),
            base_sha256=file.text(PREFIX + "base.sha256", None),
            notice=file.text(PREFIX + "notice", ""),
        )
