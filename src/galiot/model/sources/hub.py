"""Models from public Hugging Face repositories, or from any server that speaks like one (HF_ENDPOINT)."""

from __future__ import annotations

import hashlib
import http.client
import logging
import os
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from galiot.errors import DownloadError, RequestError
from galiot.files import Progress
from galiot.model.sources.base import Fetched, Source, check_room, name_from, write_failed

log = logging.getLogger(__name__)

_SOURCE = re.compile(r"hf:(?P<repo>[\w.-]+/[\w.-]+)(/(?P<file>[^@]+))?(@(?P<revision>[\w./-]+))?", re.ASCII)
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$")
_CUTS_IN_A_ROW = 3  # broken connections without a byte in between, then we give up for this time
_TIMEOUT_S = 30.0
_PAUSE_S = 0.5

T = TypeVar("T")


@dataclass(frozen=True)
class HubFile(Source):
    """One GGUF file of a repository; `file` is None until `resolved` has looked which one there is."""

    repo: str
    file: str | None = None
    revision: str | None = None

    @classmethod
    def parse(cls, text: str) -> HubFile:
        """Return what hf:org/repo[/file.gguf][@revision] means."""
        match = _SOURCE.fullmatch(text)
        file = match and match["file"]
        if match is None or (file and (not file.lower().endswith(".gguf") or ".." in file.split("/"))):
            raise RequestError(f"{text[:200]}: expected hf:org/repo, hf:org/repo/file.gguf, either with @revision")
        return cls(match["repo"], file, match["revision"])

    def __str__(self) -> str:
        return (
            f"hf:{self.repo}" + (f"/{self.file}" if self.file else "") + (f"@{self.revision}" if self.revision else "")
        )

    @property
    def default_name(self) -> str:
        return name_from(Path(self.file or self.repo).name)

    def covers(self, source: str, commit: str | None) -> bool:
        """Return whether a file that came from `source`, at that commit, is one that this asks for."""
        if not source.startswith("hf:"):
            return False
        other = HubFile.parse(source)
        return (
            self.repo == other.repo
            and self.file in (None, other.file)
            and (self.revision in (None, other.revision) or (commit or "").startswith(self.revision or "-"))
        )

    def is_same(self, sha256: str) -> bool:
        return self._remote.sha256 == sha256

    def resolved(self) -> HubFile:
        """Return this with the file's name, asking the repository where it was not given."""
        file = self.file or self._only_file()
        if _PART.search(file):
            raise RequestError(
                f"hf:{self.repo}/{file} is one part of a split model; give a repository with a single file"
            )
        return replace(self, file=file)

    def fetch(self, incoming: Path, name: str, progress: Progress | None) -> Fetched:
        remote = self._remote
        part = incoming / f"{name}.{remote.key}.part"
        have = part.stat().st_size if part.exists() else 0
        check_room(incoming, remote.bytes - have)
        _bring(remote, part, progress)
        sha256 = _checked(remote, part, str(self))
        return Fetched(path=part, sha256=sha256, source=str(self), revision=remote.commit, licence=self._licence())

    def _only_file(self) -> str:
        files = [sibling.rfilename for sibling in self._info.siblings or ()]
        models: list[str] = [file for file in files if file.lower().endswith(".gguf") and "mmproj" not in file.lower()]
        if len(models) == 1:
            return models[0]
        if not models:
            raise RequestError(f"hf:{self.repo} has no GGUF file; download the folder and use galiot convert")
        shown = ", ".join(models[:20]) + (f" and {len(models) - 20} more" if len(models) > 20 else "")
        raise RequestError(f"hf:{self.repo} has {len(models)} GGUF files; add /FILE, one of: {shown}")

    def _licence(self) -> str | None:
        try:
            card = self._info.card_data
        except (DownloadError, RequestError):  # the file is here; a missing licence is said by its absence
            return None
        licence = card.get("license") if card else None
        return licence if isinstance(licence, str) else None

    @cached_property
    def _info(self) -> Any:
        from huggingface_hub import HfApi

        api = HfApi(endpoint=_endpoint(), library_name="galiot")
        return _asked(lambda: api.model_info(self.repo, revision=self.revision, timeout=_TIMEOUT_S), self)

    @cached_property
    def _remote(self) -> _Remote:
        from huggingface_hub import get_hf_file_metadata, get_token, hf_hub_url

        assert self.file is not None
        url = hf_hub_url(self.repo, self.file, revision=self.revision, endpoint=_endpoint())
        said = _asked(lambda: get_hf_file_metadata(url, timeout=_TIMEOUT_S), self)
        if said.size is None or said.etag is None:
            raise DownloadError(f"{self}: the server says neither size nor hash of the file")
        location = urllib.parse.urljoin(url, said.location)
        own = urllib.parse.urlsplit(location).netloc == urllib.parse.urlsplit(url).netloc
        token = get_token() if own else None  # never to the servers that the repository sends us on to
        return _Remote(location, said.size, said.etag, said.commit_hash, token)


@dataclass(frozen=True)
class _Remote:
    url: str
    bytes: int
    etag: str
    commit: str | None
    token: str | None

    @property
    def sha256(self) -> str | None:
        return self.etag if re.fullmatch(r"[0-9a-f]{64}", self.etag) else None

    @property
    def key(self) -> str:
        """A name for this very content, so that a download never goes on with another version."""
        return hashlib.sha256(f"{self.etag} {self.bytes}".encode()).hexdigest()[:16]


def _bring(remote: _Remote, part: Path, progress: Progress | None) -> None:
    """Append to `part` until it is whole; what has arrived stays for the next try."""
    cuts = 0
    while (have := part.stat().st_size if part.exists() else 0) < remote.bytes:
        try:
            _append(remote, part, have, progress)
            problem = "the connection was cut"
        except (OSError, http.client.HTTPException) as error:
            problem = _said(error)
        now = part.stat().st_size if part.exists() else 0
        if now >= remote.bytes:
            break
        cuts = 1 if now > have else cuts + 1
        if cuts >= _CUTS_IN_A_ROW:
            arrived = f"{now} of {remote.bytes} bytes are here"
            raise DownloadError(f"{remote.url.split('?')[0]}: {problem}; {arrived}, the next try goes on from there")
        log.warning("%s after %d of %d bytes, trying again", problem, now, remote.bytes)
        time.sleep(_PAUSE_S * cuts)


def _append(remote: _Remote, part: Path, have: int, progress: Progress | None) -> None:
    request = urllib.request.Request(remote.url, headers={"User-Agent": "galiot", "Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    if remote.token:
        request.add_unredirected_header("Authorization", f"Bearer {remote.token}")
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
        if have and not _goes_on(answer, have):
            part.unlink()
            have = 0
        while have < remote.bytes and (block := answer.read1(1 << 20)):
            _write(part, block[: remote.bytes - have])
            have += len(block)
            if progress:
                progress(min(have, remote.bytes), remote.bytes)


def _goes_on(answer: Any, have: int) -> bool:
    return bool(answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"))


def _write(part: Path, block: bytes) -> None:
    try:
        with open(part, "ab") as out:
            out.write(block)
    except OSError as error:
        raise write_failed(part, error) from error


def _checked(remote: _Remote, part: Path, source: str) -> str:
    """Return the SHA-256 of the whole file; one that is not what the server promised is removed."""
    sha256, git = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % remote.bytes, usedforsecurity=False)
    with open(part, "rb") as file:
        os.fsync(file.fileno())
        while block := file.read(1 << 20):
            sha256.update(block)
            git.update(block)
    if remote.etag not in (sha256.hexdigest(), git.hexdigest()) and re.fullmatch(
        r"[0-9a-f]{40}|[0-9a-f]{64}", remote.etag
    ):
        part.unlink()
        got = sha256.hexdigest() if remote.sha256 else git.hexdigest()
        raise DownloadError(
            f"{source}: what arrived has the hash {got}, expected {remote.etag}; it was removed, try again"
        )
    return sha256.hexdigest()


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT") or "https://huggingface.co"


def _asked(question: Callable[[], T], source: HubFile) -> T:
    """Return the repository's answer; what huggingface_hub raises becomes one line."""
    from huggingface_hub import errors

    try:
        return question()
    except errors.EntryNotFoundError as error:
        raise RequestError(
            f"{source}: the repository has no such file; galiot get hf:{source.repo} lists them"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise RequestError(f"{source}: the repository has no revision {source.revision}") from error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        raise RequestError(f"{source}: no such public repository (or it needs a login: set HF_TOKEN)") from error
    except Exception as error:  # httpx, requests, OSError: what it is depends on the version of huggingface_hub
        raise DownloadError(f"{source}: {_said(error)}; is there a network? A file can be given by its path") from error


def _said(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200]
