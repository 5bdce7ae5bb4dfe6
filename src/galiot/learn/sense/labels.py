"""Which labels a sense gets, and which of them are true of a record."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.learn.sense.records import Record
from galiot.senses.base import Label
from galiot.senses.recipe import Recipe

Truth = npt.NDArray[np.bool_]
HEALTHY = frozenset({"NORM", "SR"})
"""Codes that say that all is well."""


def label_set(recipe: Recipe, records: Sequence[Record], folder: str | Path) -> tuple[Label, ...]:
    """Return the labels: the groups of the recipe first, then every code of enough records, the commonest first.

    raises: RequestError where none is left
    """
    wanted, meaning = recipe.labels, _meanings(recipe, Path(folder))
    counts = Counter(code for record in records for code in record.labels)
    groups = [
        Label(code=code, name=name, group=code, kind=wanted.kind, synonyms=wanted.synonyms.get(code, ()))
        for code, name in wanted.groups.items()
    ]
    common = sorted((-count, code) for code, count in counts.items() if count >= wanted.at_least)
    own = [
        Label(
            code=code,
            name=wanted.rename.get(code) or recipe.data.classes.get(code) or meaning.get(code, ("", ""))[0] or code,
            group=meaning.get(code, ("", ""))[1],
            kind=wanted.kind,
            synonyms=wanted.synonyms.get(code, ()),
        )
        for _, code in common
        if code not in wanted.groups
    ]
    if len(groups) + len(own) < 2:
        raise RequestError(
            f"the data has {len(own)} labels of at least {wanted.at_least} records; expected two or more"
        )
    return (*groups, *own)


def truth_of(labels: Sequence[Label], records: Sequence[Record], recipe: Recipe, folder: str | Path) -> Truth:
    """Return which labels are true of which records (records, labels); a group is true where one of its codes is."""
    meaning = _meanings(recipe, Path(folder))
    made = np.zeros((len(records), len(labels)), bool)
    for row, record in enumerate(records):
        said = set(record.labels)
        if recipe.labels.groups:
            said |= {meaning[code][1] for code in record.labels if code in meaning}
        made[row] = [label.code in said for label in labels]
    return made


def beyond(labels: Sequence[Label], records: Sequence[Record]) -> npt.NDArray[np.int64]:
    """Return how many codes of each record (records,) are no label, and so are never said."""
    known = {label.code for label in labels} | HEALTHY
    return np.array([len(set(record.labels) - known) for record in records], np.int64)


def _meanings(recipe: Recipe, folder: Path) -> dict[str, tuple[str, str]]:
    """Code -> name and group, as the table of the data set gives them."""
    path = folder / recipe.data.names
    if not recipe.labels.name_column or not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    columns = {name: place for place, name in enumerate(rows[0])}
    name, group = columns.get(recipe.labels.name_column), columns.get(recipe.labels.group_column)
    return {
        row[0]: (row[name] if name is not None else "", row[group] if group is not None else "")
        for row in rows[1:]
        if row
    }
