"""A few rows of the data, chosen by the small model itself: tuning on them takes a fraction of the time.

Duplicates go first, then a method out of `METHODS` chooses. The choice always stands beside random rows of the same
number: `Selection.coverage` and `Selection.random_coverage`.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from galiot.errors import FileError, RequestError
from galiot.files import Progress, atomic_write
from galiot.model.model import Model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.tune.data import Row, Rows, encode
from galiot.tune.scan import PAGE, Scan, scan
from galiot.tune.select.base import Candidates, Floats, Ints, Selector
from galiot.tune.select.difficulty import Difficulty, instruction_difficulty
from galiot.tune.select.duplicates import distinct
from galiot.tune.select.random import Random
from galiot.tune.select.spread import Both, Spread, coverage, places_of

METHODS: dict[str, type[Selector]] = {method.name: method for method in (Both, Spread, Difficulty, Random)}
DEFAULT = Both.name
_KEEP = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")
_CHUNK = 1 << 14  # the most that a session takes at once
_RANDOM = 10  # random choices of which the mean coverage is told


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which rows were kept, and why the others were not."""

    rows: Rows
    """The kept ones, in the order of the file."""
    method: str
    seed: int
    of: int
    """Rows that there were."""
    duplicates: int
    """Rows that repeat an earlier one, exactly or nearly."""
    too_hard: int | None
    """Rows whose answers their instructions make less likely; None where difficulty was not asked for."""
    unread: int
    """Rows of which nothing was left to be predicted once they were cut."""
    coverage: float | None
    """Mean similarity, 0 to 1, of a distinct row to the nearest kept one; None where no model was asked."""
    random_coverage: float | None
    """The same of random rows of the same number, mean of ten choices."""
    tokens: int
    """That went through the model."""
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON object."""
        said = {name: value for name, value in vars(self).items() if name not in ("rows", "of")}
        lines = [row.line for row in self.rows.rows]
        said["seconds"] = round(self.seconds, 3)
        return {"rows": self.of, "kept": len(lines), **said, "rows_per_s": self.of / self.seconds, "lines": lines}


def select(
    rows: Rows,
    model: Model,
    *,
    keep: str,
    method: str = DEFAULT,
    seed: int = 0,
    sequence: int = 256,
    raw: bool = False,
    threads: int | None = None,
    memory_bytes: int | None = None,
    progress: Progress | None = None,
) -> Selection:
    """Choose some of the rows.

    keep: "5%" of the rows, at least one, or a number of them
    sequence: tokens of a row that the model looks at
    memory_bytes: what the process may use
    progress: rows read
    raises: RequestError for a keep or method that makes no sense or when no row can be chosen; whatever `encode` and
        `Session` raise
    """
    began = time.perf_counter()
    if method not in METHODS:
        raise RequestError(f"there is no method {method[:40]!r}; there is {', '.join(METHODS)}")
    selector, count = METHODS[method](), count_of(keep, len(rows))
    rng = np.random.default_rng([seed, 0x5E1EC7])
    places = np.array(distinct([_text(row) for row in rows.rows]))
    looked = _unread(places)
    if selector.needs_places or selector.needs_difficulty:
        page = max(PAGE, sequence)
        config = RuntimeConfig(
            context=sequence + page, chunk=min(page, _CHUNK), threads=threads, memory_bytes=memory_bytes
        )
        read = _read(_picked(rows, places), model, selector, config, sequence=sequence, raw=raw, progress=progress)
        looked = _fitting(rows.path, places, read, selector)
    chosen = np.sort(selector.choose(looked.found, min(count, looked.found.count), rng))
    covered = _coverage(looked.found, chosen, rng)
    return Selection(
        rows=_picked(rows, looked.places[chosen]),
        method=method,
        seed=seed,
        of=len(rows),
        duplicates=len(rows) - len(places),
        too_hard=looked.too_hard,
        unread=len(places) - looked.read,
        coverage=covered[0],
        random_coverage=covered[1],
        tokens=looked.tokens,
        seconds=time.perf_counter() - began,
    )


def count_of(keep: str, rows: int) -> int:
    """Return how many rows "5%" or "200" are.

    raises: RequestError for what is neither, for nothing, and for more than all
    """
    found = _KEEP.fullmatch(keep.strip())
    number = float(found[1]) if found else 0.0
    if not found or not number or (not found[2] and number != int(number)):
        raise RequestError(f"keep is {keep[:40]!r}, expected a share such as 5% or a number of rows such as 200")
    if number > (100 if found[2] else rows):
        raise RequestError(f"keep is {keep[:40]}, but there are {rows} rows")
    return max(1, round(rows * number / 100)) if found[2] else int(number)


def write_rows(rows: Rows, out: str | Path) -> None:
    """Write rows as the very bytes that their file has, in its order; the file is there whole or not at all.

    raises: FileError when the file that they came from has changed, or `out` cannot be written
    """
    import hashlib

    try:
        content = Path(rows.path).read_bytes()
    except OSError as error:
        raise FileError(rows.path, f"cannot be read: {error.strerror or error}") from error
    if hashlib.sha256(content).hexdigest() != rows.sha256:
        raise FileError(rows.path, "changed while rows were chosen; start again")
    lines = content.split(b"\n")
    lines[:-1] = [line + b"\n" for line in lines[:-1]]
    with atomic_write(out) as file:
        for number in sorted(row.line for row in rows.rows):
            file.write(lines[number - 1])


class _Looked(NamedTuple):
    """Rows that can be chosen, and what came of looking at them."""

    places: Ints
    """Of the rows in the file."""
    found: Candidates
    read: int
    """Rows that were read, those that cannot be chosen counted in."""
    tokens: int = 0
    too_hard: int | None = None


def _unread(places: Ints) -> _Looked:
    """Return rows of which nothing is known."""
    count = len(places)
    return _Looked(places, Candidates(count, np.empty((0, 0), np.float32), np.full(count, np.nan)), count)


def _read(
    rows: Rows,
    model: Model,
    selector: Selector,
    config: RuntimeConfig,
    *,
    sequence: int,
    raw: bool,
    progress: Progress | None,
) -> tuple[Ints, Scan]:
    """Let the model read rows; return which could be read, and what was found of each."""
    samples, wanted = encode(rows, model, sequence=sequence, raw=raw), selector.needs_difficulty
    with Session(model, config) as session:
        read = scan(session, samples.samples, loss=wanted, alone=wanted, progress=progress)
    return _by_row(np.array(samples.rows), read)


def _fitting(path: str, places: Ints, read: tuple[Ints, Scan], selector: Selector) -> _Looked:
    """Leave out the rows whose instructions make their answers less likely.

    raises: RequestError where none is left
    """
    owners, found = read
    difficulty = instruction_difficulty(found)
    fit = ~(difficulty >= 1)
    if not fit.any():
        raise RequestError(
            f"{path}: no instruction helps with its answer, so none can be chosen by difficulty; "
            "try galiot select --method spread"
        )
    return _Looked(
        places[owners][fit],
        Candidates(int(fit.sum()), places_of(found.hidden)[fit], difficulty[fit]),
        read=len(owners),
        tokens=found.tokens,
        too_hard=int((~fit).sum()) if selector.needs_difficulty else None,
    )


def _picked(rows: Rows, places: Ints) -> Rows:
    return Rows(rows.path, [rows.rows[i] for i in places], rows.sha256, rows.tolerate, rows.skipped)


def _text(row: Row) -> str:
    """What a row says, for comparison with others."""
    return "\n".join(f"{turn['role']}: {turn['content']}" for turn in row.messages) + row.text


def _by_row(owners: Ints, read: Scan) -> tuple[Ints, Scan]:
    """Return the rows that were read, and what was found of each: a conversation may be several samples."""
    known, of = np.unique(owners, return_inverse=True)
    if len(known) == len(owners):
        return known, read

    def mean(values: Floats, weights: Floats) -> Floats:
        total = np.bincount(of, weights)
        return np.bincount(of, np.where(weights > 0, values, 0) * weights) / np.where(total, total, np.nan)

    tokens = read.predicted.astype(np.float64)
    hidden = np.zeros((len(known), read.hidden.shape[1]), np.float32)
    np.add.at(hidden, of, read.hidden)
    hidden /= np.bincount(of)[:, None]
    loss, alone, given = (mean(values, tokens) for values in (read.loss, read.alone, read.given))
    return known, Scan(loss, alone, given, hidden, np.bincount(of, tokens).astype(np.int64), read.tokens)


def _coverage(found: Candidates, chosen: Ints, rng: np.random.Generator) -> tuple[float | None, float | None]:
    """Return the coverage of the choice, and of random ones."""
    if not len(found.places):
        return None, None
    others = [coverage(found.places, rng.permutation(found.count)[: len(chosen)]) for _ in range(_RANDOM)]
    return coverage(found.places, chosen), float(np.mean(others))
