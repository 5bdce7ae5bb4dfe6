"""The file that everything remembered lies in: one SQLite database a home."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from galiot.errors import FileError, FormatError

VERSION = 1
_TABLES = """
create table reading (time real not null, thing text not null, name text not null, value text not null);
create index reading_by_name on reading (thing, name, time);
create table item (list text not null, item text not null, added real not null, done real);
create table timer (name text not null, ends real, left real, seconds real not null);
create table source (path text primary key, changed real not null, size integer not null);
create table waiting (id text primary key, made real not null, body text not null);
create virtual table passage using fts5 (
    text, heading, path unindexed, line unindexed, tokenize = 'porter unicode61 remove_diacritics 2'
);
"""


class Store:
    """An open database; of one process and any of its threads.

    path: the file, made when it is not there; ":memory:" keeps nothing
    raises: FormatError for a file that is something else, FileError for one that cannot be opened
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self.path = str(path)
        try:
            if self.path != ":memory:":
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=5)
            self._lock = threading.RLock()
            self._prepare()
        except sqlite3.DatabaseError as error:
            if "locked" in str(error) or "unable to open" in str(error):
                raise FileError(self.path, f"cannot be opened: {error}") from error
            raise FormatError(self.path, f"is no memory of the agent: {error}") from error
        except OSError as error:
            raise FileError(self.path, f"cannot be made: {error.strerror or error}") from error

    def _prepare(self) -> None:
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = normal")
        with self.transaction():
            version = self._database.execute("pragma user_version").fetchone()[0]
            if version == 0:
                for statement in _TABLES.split(";\n"):
                    if statement.strip():
                        self._database.execute(statement)
                self._database.execute(f"pragma user_version = {VERSION}")
            elif version != VERSION:
                raise FormatError(self.path, f"was written by another version ({version}, this one has {VERSION})")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written, or nothing of it."""
        with self._lock:
            self._database.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run one statement, within a transaction."""
        self._database.execute(statement, values)

    def write(self, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run a statement for each row, all or none; return how many rows it changed.

        raises: FileError when the disk is full or the file has gone
        """
        try:
            with self.transaction():
                return self._database.executemany(statement, rows).rowcount
        except sqlite3.OperationalError as error:
            raise FileError(self.path, f"cannot be written: {error}") from error

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file; what was written stays."""
        self._database.close()
