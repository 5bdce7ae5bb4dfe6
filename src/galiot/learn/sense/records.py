"""A data set as a recipe describes it: records with a person, labels and a reading that is loaded when it is needed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from galiot.errors import FileError, RequestError
from galiot.senses.recipe import DataRecipe, Recipe
from galiot.signals.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One recording.

    name: unique in its data set
    person, site, fold: who and where, as the data says it; fold is "" where it has none
    labels: codes that are true of it
    load: reads it
    """

    name: str
    person: str
    labels: frozenset[str]
    load: Callable[[], Reading]
    site: str = ""
    fold: str = ""


def read_records(recipe: Recipe, folder: str | Path | None) -> list[Record]:
    """Return all records of a data set, in its order; a recipe that makes its data needs no folder.

    raises: RequestError when the folder holds nothing of the kind, FileError for files that make no sense
    """
    from galiot.learn.sense import layouts, synthetic

    root, made = Path(folder or ""), recipe.data.layout == "synthetic"
    if not made and (folder is None or not root.is_dir()):
        said = "the data is missing" if folder is None else f"{root}: there is no such folder"
        raise RequestError(f"{said}; --data names the one with {recipe.data.files}")
    readers: dict[str, Callable[[DataRecipe, Path], Iterable[Record]]] = {
        "table": layouts.read_table,
        "folder": layouts.read_folder,
        "arrays": layouts.read_arrays,
        "rows": layouts.read_rows,
        "matrices": layouts.read_matrices,
        "synthetic": synthetic.read_synthetic,
    }
    found = list(readers[recipe.data.layout](recipe.data, root))
    if not found:
        raise RequestError(f"{root}: nothing there is called {recipe.data.files}")
    names = {record.name for record in found}
    if len(names) < len(found):
        raise FileError(root, f"{len(found) - len(names)} of {len(found)} records have the name of another one")
    return found


def divide(recipe: Recipe, records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Return records for training and for testing; no person is on both sides.

    raises: RequestError where nothing is left to train on
    """
    test = set(recipe.split.test)
    apart = {record.person for record in records if (record.fold or record.person) in test}
    training = [record for record in records if record.person not in apart]
    if not training:
        raise RequestError("every record is of a fold or person that is kept for testing")
    return training, [record for record in records if record.person in apart]


def parts_of(recipe: Recipe, records: Sequence[Record]) -> list[int]:
    """Return which part each record is in, from 0; the records of a person are in one.

    The parts are the folds of the data, or persons; more persons than `folds` are joined evenly.
    """
    wanted = recipe.split.folds
    keys = [record.fold for record in records]
    if not all(keys):
        keys = [record.person for record in records]
        wanted = wanted or min(10, len(set(keys)))
    order = sorted(set(keys), key=lambda key: (len(key), key))
    place = {key: number % wanted if wanted else number for number, key in enumerate(order)}
    parts = [place[key] for key in keys]
    of_person: dict[str, int] = {}
    return [of_person.setdefault(record.person, part) for record, part in zip(records, parts, strict=True)]


def hash_of(records: Iterable[Record]) -> str:
    """Hash names, persons and labels: two runs with the same hash saw the same data divided alike."""
    rows = [[record.name, record.person, record.fold, sorted(record.labels)] for record in records]
    return hashlib.sha256(json.dumps(sorted(rows), ensure_ascii=False).encode()).hexdigest()
