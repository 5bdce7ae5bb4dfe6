"""The local library: a folder of models with a name and a manifest each.

    HOME/models/smollm2-135m.gguf     the model
    HOME/models/smollm2-135m.json     its manifest
    HOME/models/.incoming/            what is still on its way; a download that was cut off goes on from here

HOME is $GALIOT_HOME, else $XDG_DATA_HOME/galiot, else ~/.local/share/galiot.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from galiot.errors import FileError, RequestError
from galiot.files import Progress, sha256_of
from galiot.model.manifest import Manifest, manifest_of, read_manifest, write_manifest

if TYPE_CHECKING:  # a model that is here is found without loading what could fetch it
    from galiot.model import sources

log = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True)
class LibraryModel:
    """One model of the library; a file that was put there by hand has no manifest."""

    name: str
    path: Path
    bytes: int
    manifest: Manifest | None

    def to_json(self) -> dict[str, Any]:
        """Return name, path, bytes and what the manifest says, ready for JSON."""
        manifest = asdict(self.manifest) if self.manifest else {}
        return {"name": self.name, "path": str(self.path), **manifest, "bytes": self.bytes}


def home_dir() -> Path:
    """Return the folder of everything that Galiot keeps for this user; it may not exist yet."""
    if chosen := os.environ.get("GALIOT_HOME"):
        return Path(chosen).expanduser()
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path("~/.local/share").expanduser()) / "galiot"


def library_dir() -> Path:
    """Return the folder of the models; it may not exist yet."""
    return home_dir() / "models"


def list_models() -> list[LibraryModel]:
    """Return what the library holds, by name."""
    found = []
    for path in sorted(library_dir().glob("*.gguf")):
        with contextlib.suppress(OSError):  # a model that another process removes meanwhile
            if _NAME.fullmatch(path.stem):
                found.append(LibraryModel(path.stem, path, path.stat().st_size, read_manifest(path)))
    return found


def find(name_or_path: str | os.PathLike[str], progress: Progress | None = None) -> Path:
    """Return the file of a library name or a path; the built-in model is fetched when it is not there.

    progress: bytes of that download
    raises: RequestError for a name nobody knows, FileError for a file that changed since it came into the library
    """
    text = os.fspath(name_or_path)
    if _NAME.fullmatch(text):
        path = _path_of(text)
        if path.is_file():
            return _unchanged(path)
    elif not text.startswith("hf:") and (given := Path(text).expanduser()).is_file():
        return given

    from galiot.model import sources

    if text in sources.MODELS:
        return get(text, progress)
    if text.startswith("hf:"):
        if here := _from_hub(sources.HubFile.parse(text)):
            return here
        raise RequestError(f"{text} is not in the library: galiot get {text}")
    given = Path(text).expanduser()
    if given.is_file():
        return given
    if given.is_dir():
        raise RequestError(f"{text} is a folder: galiot convert {text} --out MODEL.gguf makes a model of it")
    raise RequestError(_unknown(text))


def get(source: str | os.PathLike[str], progress: Progress | None = None, name: str | None = None) -> Path:
    """Fetch a model into the library and return its file; at once if it is already there.

    source: a built-in name, hf:org/repo[/file.gguf][@revision], or the path of a GGUF file, which is copied
    progress: bytes
    name: what it is to be called; else it is made from the file's name
    raises: RequestError, DownloadError, FileError; nothing half-made is left under the name, the next call goes on
    """
    from galiot.model import sources

    wanted = sources.parse(os.fspath(source))
    if isinstance(wanted, sources.HubFile):
        if name is None and (here := _from_hub(wanted)):
            return here
        wanted = wanted.resolved()
    called = check_name(name or wanted.default_name)
    incoming = library_dir() / ".incoming"
    _make_folder(incoming)
    with _only_one(incoming / f"{called}.lock", called):
        if here := _already(called, wanted):
            return here
        fetched = wanted.fetch(incoming, called, progress)
        try:
            return _take_in(fetched, called)
        finally:
            fetched.path.unlink(missing_ok=True)


def add(path: str | os.PathLike[str], name: str | None = None, progress: Progress | None = None) -> Path:
    """Copy a GGUF file into the library and return the copy; the original stays where it is."""
    return get(os.path.abspath(path), progress, name)


def remove(name: str) -> int:
    """Remove a model, its manifest and what has been downloaded of it; return the bytes that are free again."""
    path = _path_of(check_name(name))
    incoming = library_dir() / ".incoming"
    parts = [file for file in incoming.glob(f"{name}.*.part") if file.name.count(".") == name.count(".") + 2]
    if not path.is_file() and not parts:
        raise RequestError(_unknown(name))
    freed = 0
    for file in [path, *parts, path.with_name(f"{name}.json")]:
        try:
            freed += file.stat().st_size
            file.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise FileError(file, f"cannot be removed: {error.strerror or error}") from error
    return freed


def check_name(name: str) -> str:
    """Return the name, or raise RequestError where it could not be a file of the library."""
    if not _NAME.fullmatch(name):
        raise RequestError(f"{name[:120]!r} is no name: small letters, digits, '.', '_' and '-', at most 100, no path")
    return name


def _path_of(name: str) -> Path:
    return library_dir() / f"{name}.gguf"


def _unchanged(path: Path) -> Path:
    manifest, size = read_manifest(path), path.stat().st_size
    if manifest and manifest.bytes != size:
        problem = f"has {size} bytes, its manifest says {manifest.bytes}"
        raise FileError(path, f"{problem}; galiot rm {path.stem}, then get it again")
    return path


def _from_hub(wanted: sources.HubFile) -> Path | None:
    for model in list_models():
        if model.manifest and wanted.covers(model.manifest.source, model.manifest.revision):
            return _unchanged(model.path)
    return None


def _unknown(text: str) -> str:
    import difflib

    from galiot.model import sources

    known = sorted({model.name for model in list_models()} | set(sources.MODELS))
    near = difflib.get_close_matches(text, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(known[:8])}"
    return f"{text[:200]}: neither a file nor a model of the library; {hint}"


def _already(name: str, wanted: sources.Source) -> Path | None:
    path = _path_of(name)
    if not path.is_file():
        return None
    manifest = read_manifest(path)
    whole = manifest is not None and manifest.bytes == path.stat().st_size
    if wanted.is_same(manifest.sha256 if manifest and whole else sha256_of(path)):
        return path
    came_from = manifest.source if manifest else "a file that was put there by hand"
    raise RequestError(f"{name} is taken by {came_from}: choose another --name, or galiot rm {name} first")


def _take_in(fetched: sources.Fetched, name: str) -> Path:
    """Give a fetched file its manifest, then its name, so that it never has one without the other."""
    from galiot.model import sources

    if name in sources.MODELS and not sources.MODELS[name].is_same(fetched.sha256):
        raise RequestError(f"{name} is the name of the built-in model, and this is another file: choose another --name")
    path, manifest = _path_of(name), manifest_of(fetched)
    write_manifest(path, manifest)
    try:
        os.replace(fetched.path, path)
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror or error}") from error
    log.info("%s: %.0f MiB from %s", name, manifest.bytes / 2**20, manifest.source)
    return path


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(folder, f"cannot be made: {error.strerror or error}; set GALIOT_HOME") from error


@contextlib.contextmanager
def _only_one(lock: Path, name: str) -> Iterator[None]:
    """Hold a lock that other processes wait for; it is given back even if this process is killed."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise FileError(lock.parent, f"cannot be written: {error.strerror or error}; set GALIOT_HOME") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            log.info("another process is fetching %s, waiting for it", name)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
