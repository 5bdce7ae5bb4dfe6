"""What was asked, planned, refused and done: JSON lines, only ever added to, each chained to the one before by a hash.

A line is `{"n":3,"at":1764000000.1,"kind":"done","body":{...},"previous":"...","hash":"..."}`: the hash of the line
before, and the SHA-256 of this line's bytes up to its own. Whoever changes, removes, adds or moves a line breaks the
chain there. What a chain cannot show is that its end is missing: keep `journal.head` elsewhere, give it to `verify`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from galiot.errors import FileError

log = logging.getLogger(__name__)

EntryKind = Literal["asked", "planned", "checked", "refused", "permitted", "started", "done", "recovered", "continued"]
START = "0" * 64
"""The hash before the first line."""
_LINE = re.compile(rb'^(\{.*),"hash":"([0-9a-f]{64})"\}$', re.DOTALL)
_MOST_LINE = 1 << 20  # bytes; nothing that an entry holds comes near
_FORM: Mapping[str, Any] = {"n": int, "at": (int, float), "kind": str, "body": dict, "previous": str, "hash": str}
_SECRETS = frozenset(("pin", "code", "pincode", "password", "passcode", "secret", "token"))


@dataclass(frozen=True)
class Entry:
    """One line: its number from 1, when it was written (seconds since 1970), what it tells."""

    number: int
    at: float
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Broken:
    """Where a chain is broken: the file, its line from 1, and why."""

    path: str
    line: int
    why: str


@dataclass(frozen=True)
class Head:
    """The end of a chain: how many lines it has and the last one's hash."""

    number: int = 0
    hash: str = START


@dataclass
class Journal:
    """The log of one home; several processes may add to one file.

    path: the file; None keeps the entries in memory only
    most_bytes: a file that has grown to this is set aside as NAME.000001 and so on, and a new one goes on
    keep: how many files that were set aside stay
    clock: seconds since 1970
    """

    path: Path | None = None
    most_bytes: int = 4 << 20
    keep: int = 16
    clock: Callable[[], float] = time.time
    _lines: list[bytes] = field(default_factory=list, init=False, repr=False)
    _head: Head = field(default_factory=Head, init=False, repr=False)
    _mark: tuple[int, int] | None = field(default=None, init=False, repr=False)  # inode and size of what was seen last

    def __post_init__(self) -> None:
        if self.path is not None:
            with self._locked():
                self._mend()

    @property
    def head(self) -> Head:
        """The end of the chain as this process knows it."""
        return self._head

    def add(self, kind: EntryKind, body: Mapping[str, Any]) -> Entry:
        """Append one entry; when this returns it is on the disk. Values under keys such as pin or code are left out.

        raises: FileError when it cannot be written, and then nothing may be done that it was to tell of
        """
        assert kind in get_args(EntryKind), kind
        if self.path is None:
            return self._append(kind, body)
        with self._locked():
            if self._mark is None or self._mark != _mark_of(self.path):
                self._mend()
            if self._mark is not None and self._mark[1] >= self.most_bytes:
                self._rotate()
            return self._append(kind, body)

    def entries(self, kinds: Iterable[str] = (), *, after: int = 0) -> Iterator[Entry]:
        """Yield the entries in order, from all files that are kept; kinds () is all of them."""
        wanted = frozenset(kinds)
        files = [self._lines] if self.path is None else map(_lines_of, _files(self.path))
        for line in (line for lines in files for line in lines):
            told = _told(line)
            if told and told["n"] > after and (not wanted or told["kind"] in wanted):
                yield Entry(told["n"], told["at"], told["kind"], told["body"])

    def _append(self, kind: EntryKind, body: Mapping[str, Any]) -> Entry:
        entry = Entry(self._head.number + 1, round(self.clock(), 3), kind, without_secrets(body))
        told = {"n": entry.number, "at": entry.at, "kind": kind, "body": entry.body, "previous": self._head.hash}
        content = json.dumps(told, separators=(",", ":"), default=str).encode()[:-1]
        digest = hashlib.sha256(content).hexdigest()
        line = content + b',"hash":"' + digest.encode() + b'"}'
        if len(line) > _MOST_LINE:
            raise FileError(self.path or "journal", f"an entry of {len(line)} bytes, {_MOST_LINE} are allowed")
        if self.path is None:
            self._lines.append(line)
        else:
            self._write(self.path, line + b"\n")
        self._head = Head(entry.number, digest)
        return entry

    def _write(self, path: Path, line: bytes) -> None:
        self._mark = None
        try:
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                if os.write(handle, line) != len(line):
                    raise OSError("only a part of the line could be written")
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise FileError(path, f"cannot be written: {error.strerror or error}") from error
        self._mark = _mark_of(path)

    def _mend(self) -> None:
        """Learn where the chain ends; what a power cut left of a last line goes to NAME.torn."""
        assert self.path is not None
        data = _read(self.path)
        end = len(data)
        while end:
            start = data.rfind(b"\n", 0, end - 1) + 1
            if data[end - 1 : end] == b"\n" and _told(data[start : end - 1]):
                break
            end = start
        if end < len(data):
            _tear_off(self.path, data[end:], end)
        line = data[start : end - 1] if end else _last_line(_files(self.path)[:-1])
        self._head = Head(_told(line)["n"], _told(line)["hash"]) if line else Head()
        self._mark = _mark_of(self.path)

    def _rotate(self) -> None:
        assert self.path is not None
        *old, _ = _files(self.path)
        number = int(old[-1].suffix[1:]) + 1 if old else 1
        target = self.path.with_name(f"{self.path.name}.{number:06d}")
        try:
            os.replace(self.path, target)
            for file in [*old, target][: -self.keep]:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(self.path, f"cannot be set aside: {error.strerror or error}") from error
        self._append("continued", {"from": target.name})

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        assert self.path is not None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FileError(self.path, f"cannot be written: {error.strerror or error}") from error
        try:
            with contextlib.suppress(ImportError):  # where there is no fcntl, one process at a time is the user's care
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def verify(path: str | os.PathLike[str], head: Head | None = None) -> Broken | None:
    """Return the first line that does not belong to the chain, over all files that are kept; None when all do.

    head: a line that the chain must have, so that a missing end is found too
    raises: FileError when a file cannot be read
    """
    previous, number, met = "", 0, head is None or head.number == 0
    for file in _files(Path(path)):
        for at, line in enumerate(_lines_of(file), 1):
            told, parts = _told(line), _LINE.match(line)
            if not told or parts is None:
                return Broken(str(file), at, "it is no line of a journal")
            if not previous:  # the oldest file that is kept may go on from one that is gone
                first = told["kind"] != "continued"
                previous, number = (START, 0) if first else (told["previous"], told["n"] - 1)
            if told["previous"] != previous or told["n"] != number + 1:
                return Broken(str(file), at, f"it does not follow line {number} of the chain")
            if hashlib.sha256(parts[1]).hexdigest() != told["hash"]:
                return Broken(str(file), at, "it was changed after it was written")
            previous, number = told["hash"], number + 1
            met = met or head == Head(number, previous)
    return (
        None if met else Broken(str(path), number + 1, f"the chain has no line {head.number if head else 0} as given")
    )


def without_secrets(value: Any) -> Any:
    """Return the same JSON value without what stands under keys such as pin, code or password."""
    if isinstance(value, Mapping):
        return {
            str(key): "(left out)" if str(key).lower().replace("_", "") in _SECRETS else without_secrets(inner)
            for key, inner in value.items()
        }
    return [without_secrets(inner) for inner in value] if isinstance(value, list | tuple) else value


def _files(path: Path) -> list[Path]:
    old = [file for file in path.parent.glob(f"{path.name}.*") if re.fullmatch(r"\.\d{6}", file.suffix)]
    return [*sorted(old), path]


def _lines_of(path: Path) -> list[bytes]:
    return _read(path).split(b"\n")[:-1]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error


def _last_line(files: list[Path]) -> bytes:
    return next((lines[-1] for file in reversed(files) if (lines := _lines_of(file)) and _told(lines[-1])), b"")


def _told(line: bytes) -> dict[str, Any]:
    """What a line says; {} where it is none of a journal."""
    try:
        told = json.loads(line) if _LINE.match(line) else {}
    except ValueError:
        return {}
    return told if all(isinstance(told.get(key), kind) for key, kind in _FORM.items()) else {}


def _tear_off(path: Path, torn: bytes, end: int) -> None:
    log.warning("%s: %d bytes at the end are no whole line and are set aside", path, len(torn))
    try:
        with open(path.with_name(path.name + ".torn"), "ab") as file:
            file.write(torn + b"\n")
        os.truncate(path, end)
    except OSError as error:
        raise FileError(path, f"cannot be mended: {error.strerror or error}") from error


def _mark_of(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except FileNotFoundError:
        return None
    return seen.st_ino, seen.st_size
