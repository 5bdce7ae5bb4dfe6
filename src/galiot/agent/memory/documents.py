"""The user's own documents: found by their words, on the device, and quoted with the place that they stand at.

Passages are found by BM25 (Robertson and Zaragoza, 2009) as SQLite's FTS5 has it, over stems of words, and ranked by
how much of the question they bear: each word counts by its rarity, and a synonym like the word itself.
"""

from __future__ import annotations

import html
import logging
import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from galiot.agent.memory.passages import answering, wanted
from galiot.agent.memory.store import Store
from galiot.errors import FileError

log = logging.getLogger(__name__)

SUFFIXES = (".txt", ".md", ".rst", ".html", ".htm", ".csv", ".log")
LARGEST_BYTES = 20 * 2**20
PASSAGE_CHARACTERS = 600
_CANDIDATES = 24
_SYNONYM = 0.8
"""What a word of the same meaning counts beside the word itself."""
_UNDER = " | "
"""Between the heading of a passage, the title of its document and the name of the file, all of which are searched."""
_SYNONYM = 0.8
"""What a word of the same meaning counts beside the word itself."""
_UNDER = " | "
"""Between the heading of a passage, the title of its document and the name of the file, all of which are searched."""
_ENOUGH = 0.5
"""Share of a question that a passage has to bear to be taken for its answer where documents were not asked for."""
_HEADING = re.compile(r"^(?:#{1,6}\s+(.+?)\s*#*|([^\n.!?]{3,80}):)$")
_TITLE = re.compile(r"^([^\n.!?:]{3,80})$")


@dataclass(frozen=True)
class Quote:
    """A passage as it stands in a document, and where."""

    text: str
    path: str
    line: int
    heading: str = ""
    share: float = 1.0
    """How much of the question it bears, 0 to 1, words counted by their rarity."""

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
        words = wanted(query)
        if not words:
            return []
        bears = [(self._bearing(alike[:1]), self._bearing(alike)) for alike in words]
        total = self._count()
        weights = [math.log(1 + total / max(1, len(rows))) for _, rows in bears]
        found = []
        for rank, (row, text, path, line, heading) in enumerate(
            self._candidates([word for alike in words for word in alike])
        ):
            borne = ((row in same) + _SYNONYM * (row in alike and row not in same) for same, alike in bears)
            share = sum(map(operator.mul, weights, borne)) / sum(weights)
            found.append((-round(share, 6), rank, Quote(text, path, line, heading.partition(_UNDER)[0], share)))
        return [quote for *_, quote in sorted(found, key=lambda one: one[:2])[:limit]]

    def answer(self, question: str) -> Quote | None:
        """Return what answers a question, cut to the sentences that do; None where nothing fits it."""
        best = next(iter(self.find(question, limit=1)), None)
        return replace(best, text=answering(question, best.text)) if best else None

    def knows(self, question: str, *, enough: float) -> bool:
        """Whether a passage bears so much of a question, 0 to 1, that it is likely to be about it."""
        words = wanted(question)
        best = next(iter(self.find(question, limit=1)), None) if words else None
        return best is not None and best.share >= (enough if len(words) > 1 else 1.0)

    def _count(self) -> int:
        return int(self._store.rows("select count(*) from passage")[0][0])

    def _bearing(self, alike: tuple[str, ...]) -> frozenset[int]:
        """Return the passages that any of some words is in."""
        rows = self._store.rows("select rowid from passage where passage match ?", (_any_of(alike),))
        return frozenset(row for (row,) in rows)

    def _candidates(self, words: list[str]) -> list[tuple[Any, ...]]:
        if not words:
            return []
        return self._store.rows(
            "select rowid, text, path, line, heading from passage where passage match ? "
            "order by bm25(passage, 1.0, 2.0) limit ?",
            (_any_of(words), _CANDIDATES),
        )

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
        name = re.sub(r"[\W_]+", " ", Path(path).stem)
        cuts = list(cut(text))
        title = cuts[0][1] if cuts else ""
        passages = [
            (passage, _UNDER.join(dict.fromkeys((heading, title, name))), path, line) for passage, heading, line in cuts
        ]
        self._drop(path)
        self._store.write("insert into passage (text, heading, path, line) values (?, ?, ?, ?)", passages)
        self._store.write("insert into source values (?, ?, ?)", [(path, changed, size)])
        log.info("%s: %d passages", path, len(passages))

    def _drop(self, path: str) -> None:
        self._store.write("delete from passage where path = ?", [(path,)])
        self._store.write("delete from source where path = ?", [(path,)])


def _any_of(words: Iterable[str]) -> str:
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(words))


def cut(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (passage, heading above it, line that it begins at): paragraphs, long ones cut between lines.

    A line of its own with a mark of a heading, or the first one of the text, heads what comes below it.
    """
    heading, lines, begins = "", [], 1  # type: str, list[str], int
    every = [*text.splitlines(), ""]
    for number, line in enumerate(every, 1):
        stripped = line.strip()
        found = _HEADING.match(stripped) or (
            _TITLE.match(stripped) if number == 1 and not every[1 : number + 1][0].strip() else None
        )
        full = sum(map(len, lines)) > PASSAGE_CHARACTERS
        if lines and (found or full or not stripped):
            yield " ".join(lines), heading, begins
            lines = []
        if found:
            heading = next(group for group in found.groups() if group).strip()
        elif stripped:
            begins = begins if lines else number
            lines.append(stripped)


def _plain(text: str) -> str:
    """Take the marks out of a page; every line stays where it is."""
    without = re.sub(r"(?is)<(script|style)\b.*?</\1>", lambda found: "\n" * found[0].count("\n"), text)
    return html.unescape(re.sub(r"(?s)<[^>]*>", lambda found: "\n" * found[0].count("\n") or " ", without))
