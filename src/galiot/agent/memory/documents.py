"""The user's own documents: found by their words, on the device, and quoted with the place that they stand at.

Passages are ranked by BM25 (Robertson and Zaragoza, 2009) as SQLite's FTS5 has it, over stems of words.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from galiot.agent.memory.store import Store
from galiot.errors import FileError

log = logging.getLogger(__name__)

SUFFIXES = (".txt", ".md", ".rst", ".html", ".htm", ".csv", ".log")
LARGEST_BYTES = 20 * 2**20
PASSAGE_CHARACTERS = 600
_STOP = frozenset(
    "a an and are as at be by can do does for from how i in is it my of on or should the this to was what when where "
    "which who why will with you your tell me about find look up say says".split()
)
_HEADING = re.compile(r"^(?:#{1,6}\s+(.+?)\s*#*|([^\n.!?]{3,80}):)$")


@dataclass(frozen=True)
class Quote:
    """A passage as it stands in a document, and where."""

    text: str
    path: str
    line: int
    heading: str = ""

    @property
    def source(self) -> str:
        """Return the place as a person looks it up: kettle.md:12."""
        return f"{Path(self.path).name}:{self.line}"


class Documents:
    """Files of text, cut into passages."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, place: Path, *, pause: Callable[[], None] = lambda: None) -> list[str]:
        """Take in a file, or all texts of a folder; what has not changed since is left alone, what has gone is dropped.

        pause: called between files
        returns: one line for each file that could not be used
        raises: FileError for a place that is not there
        """
        if not place.exists():
            raise FileError(place, "no such file or folder of documents")
        files = (
            sorted(path for path in place.rglob("*") if path.suffix.lower() in SUFFIXES) if place.is_dir() else [place]
        )
        problems: list[str] = []
        for path in files:
            pause()
            if path.is_file() and (problem := self._read_file(path)):
                problems.append(problem)
        kept = {str(path.resolve()) for path in files}
        for (known,) in self._store.rows("select path from source"):
            if known not in kept and Path(known).is_relative_to(place.resolve()):
                self._drop(known)
        return problems

    def find(self, query: str, limit: int = 3) -> list[Quote]:
        """Return the passages that fit a question best, the best first; none where no word of it occurs."""
        words = [word for word in re.findall(r"\w+", query.lower()) if word not in _STOP]
        if not words:
            return []
        rows = self._store.rows(
            "select text, path, line, heading from passage where passage match ? "
            "order by bm25(passage, 1.0, 2.0) limit ?",
            (" OR ".join(f'"{word}"' for word in dict.fromkeys(words[:32])), limit),
        )
        return [Quote(*row) for row in rows]

    def _read_file(self, path: Path) -> str | None:
        try:
            about = path.stat()
            known = self._store.rows("select changed, size from source where path = ?", (str(path.resolve()),))
            if known == [(about.st_mtime, about.st_size)]:
                return None
            if about.st_size > LARGEST_BYTES:
                return f"{path}: has {about.st_size / 2**20:.0f} MiB, documents may have {LARGEST_BYTES // 2**20}"
            text = path.read_text("utf-8", errors="strict")
        except UnicodeDecodeError:
            return f"{path}: is no UTF-8 text"
        except OSError as error:
            return f"{path}: cannot be read: {error.strerror or error}"
        if path.suffix.lower() in (".html", ".htm"):
            text = _plain(text)
        self._keep(str(path.resolve()), text, about.st_mtime, about.st_size)
        return None

    def _keep(self, path: str, text: str, changed: float, size: int) -> None:
        passages = [(passage, heading, path, line) for passage, heading, line in cut(text)]
        self._drop(path)
        self._store.write("insert into passage (text, heading, path, line) values (?, ?, ?, ?)", passages)
        self._store.write("insert into source values (?, ?, ?)", [(path, changed, size)])
        log.info("%s: %d passages", path, len(passages))

    def _drop(self, path: str) -> None:
        self._store.write("delete from passage where path = ?", [(path,)])
        self._store.write("delete from source where path = ?", [(path,)])


def cut(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (passage, heading above it, line that it begins at): paragraphs, joined while they are short."""
    heading, lines, begins = "", [], 1  # type: str, list[str], int
    for number, line in enumerate([*text.splitlines(), ""], 1):
        stripped = line.strip()
        found = _HEADING.match(stripped)
        full = sum(map(len, lines)) > PASSAGE_CHARACTERS
        if lines and (found or full or (not stripped and sum(map(len, lines)) > PASSAGE_CHARACTERS // 3)):
            yield " ".join(lines), heading, begins
            lines = []
        if found:
            heading = (found[1] or found[2]).strip()
        elif stripped:
            begins = begins if lines else number
            lines.append(stripped)
    if lines:
        yield " ".join(lines), heading, begins


def _plain(text: str) -> str:
    """Take the marks out of a page; every line stays where it is."""
    without = re.sub(r"(?is)<(script|style)\b.*?</\1>", lambda found: "\n" * found[0].count("\n"), text)
    return html.unescape(re.sub(r"(?s)<[^>]*>", lambda found: "\n" * found[0].count("\n") or " ", without))
