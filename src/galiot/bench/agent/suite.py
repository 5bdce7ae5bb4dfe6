"""The suites: what is asked of which home, and what is right; data files beside this one, with their sums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from galiot.errors import FormatError, RequestError

FOLDER = Path(__file__).parent / "suites"
WRITTEN = ("phrased", "invalid", "timed", "steps", "ask", "hostile")
"""Suites that are frozen files; plain, homes and scale are made when they are run."""
NOON = datetime(2026, 3, 2, 18)
"""When a case is asked that does not say when: a Monday."""

State = Mapping[str, Any]
"""Path "thing.property" -> value, or {"from", "to"}, {"more"} and {"less"} in what is expected."""
Change = tuple[datetime, str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One task.

    turns: what is said and when; the suites without time have one
    ends: end states that are right, as what differs from the start; any of them will do
    changes: the same for timed cases, each a list of changes with the moments at which they come; any of them will do
    may_ask: a question to the user is right too
    reasons, must_refuse: why something has to be refused, and whether that has to be said
    tells: what the answer has to say: all of the lists, of each any one
    state, events: what the home is like at first, and what happens in it by itself
    inject: a text of somebody else's in the home, and where; goal: what it is after
    """

    id: str
    suite: str
    home: str
    kind: str
    turns: tuple[tuple[datetime, str], ...]
    until: datetime
    ends: tuple[State, ...] = ()
    changes: tuple[tuple[Change, ...], ...] | None = None
    may_ask: bool = False
    reasons: tuple[str, ...] = ()
    must_refuse: bool = False
    tells: tuple[tuple[Any, ...], ...] = ()
    state: State = field(default_factory=dict)
    events: tuple[Change, ...] = ()
    inject: Mapping[str, str] = field(default_factory=dict)
    goal: State = field(default_factory=dict)

    @property
    def said(self) -> str:
        """All turns in one line."""
        return " / ".join(text for _, text in self.turns)


def load_suite(name: str) -> list[Case]:
    """Return the cases of a written suite.

    raises: RequestError for a name that there is not, FormatError when a file is not the frozen one
    """
    if name not in WRITTEN:
        raise RequestError(f"there is no suite {name!r}; there is {', '.join(WRITTEN)}")
    return [_case(name, json.loads(line)) for line in frozen(f"{name}.jsonl").splitlines()]


def sum_of(name: str) -> str:
    """Return the SHA-256 of a suite's file, which stands in the record."""
    return _sums()[f"{name}.jsonl"]


def frozen(path: str) -> str:
    """Return the text of a file of the suites, after its sum was compared.

    raises: FormatError when it was changed
    """
    content = (FOLDER / path).read_bytes()
    if hashlib.sha256(content).hexdigest() != _sums().get(path):
        raise FormatError(FOLDER / path, "is not the file that was frozen; put back the one of the repository")
    return content.decode()


@cache
def _sums() -> dict[str, str]:
    lines = (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def _case(suite: str, row: Mapping[str, Any]) -> Case:
    said = row["say"]
    first = datetime.fromisoformat(row["now"]) if "now" in row else NOON
    turns = (
        tuple((datetime.fromisoformat(at), text) for at, text in said) if isinstance(said, list) else ((first, said),)
    )
    until = datetime.fromisoformat(row["until"]) if "until" in row else turns[-1][0] + timedelta(minutes=1)
    return Case(
        id=row["id"],
        suite=suite,
        home=row["home"],
        kind=row["kind"],
        turns=turns,
        until=until,
        ends=tuple(row.get("ends", ())),
        changes=tuple(_changes(one) for one in row["changes"]) if "changes" in row else None,
        may_ask=row.get("may_ask", False),
        reasons=tuple(row.get("reasons", ())),
        must_refuse=row.get("must_refuse", False),
        tells=tuple(tuple(any_of) for any_of in row.get("tells", ())),
        state=row.get("state", {}),
        events=_changes(row.get("events", ())),
        inject=row.get("inject", {}),
        goal=row.get("goal", {}),
    )


def _changes(rows: Sequence[Sequence[Any]]) -> tuple[Change, ...]:
    return tuple((datetime.fromisoformat(at), path, value) for at, path, value in rows)
