"""The layouts that public data sets come in: an index, folders, one archive, long tables, a matrix a channel."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import FileError, RequestError
from galiot.learn.sense.records import Record
from galiot.senses.recipe import DataRecipe
from galiot.signals import Channel, Reading, read

Wide = npt.NDArray[np.float64]
_LIST = re.compile(r"[;,|\s]+")


def read_table(data: DataRecipe, root: Path) -> Iterator[Record]:
    """Yield the records of an index; rows whose file is not there are passed over."""
    rows = _dictionaries(root / data.files, data.separator)
    _expect(rows, root / data.files, data.file_column, data.person, data.fold, data.site, data.label)
    for row in rows:
        path = _inside(root, row[data.file_column] + data.suffix)
        if path.is_file():
            yield Record(
                name=row[data.file_column],
                person=_plain(row.get(data.person, "")) or row[data.file_column],
                site=_plain(row.get(data.site, "")),
                fold=_plain(row.get(data.fold, "")),
                labels=labels_in(data, row[data.label]) if data.label else frozenset(),
                load=partial(_load, path, data),
            )


def read_folder(data: DataRecipe, root: Path) -> Iterator[Record]:
    """Yield one record for each file; its path says person and label."""
    pattern = _pattern(data)
    for path in sorted(root.glob(data.files)):
        name = path.relative_to(root).as_posix()
        if found := pattern.search(name):
            groups = {key: value or "" for key, value in found.groupdict().items()}
            yield Record(
                name=name,
                person=groups.get("person", name),
                labels=labels_in(data, groups.get("label", "")),
                load=partial(_load, path, data),
            )


def read_arrays(data: DataRecipe, root: Path) -> Iterator[Record]:
    """Yield the recordings of an archive in which they lie one after the other."""
    path = root / data.files
    if not path.is_file():
        return
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError) as error:
        raise FileError(path, f"cannot be read: {error}") from error
    wanted = [str(data.values[0]) if data.values else "x", data.offsets, data.label, data.person]
    if missing := [name for name in wanted if name and name not in arrays]:
        raise FileError(path, f"has no array {missing[0]}; it has {', '.join(arrays)}")
    values, offsets = arrays[wanted[0]], arrays[data.offsets]
    names = [str(name) for name in arrays.get(data.names, ())]
    columns = [str(name) for name in arrays.get("x_labels", range(values.shape[1]))]
    for number, (first, stop) in enumerate(pairwise(offsets)):
        label = str(arrays[data.label][number])
        yield Record(
            name=f"{number}",
            person=str(arrays[data.person][number]),
            labels=labels_in(data, names[int(label)] if names else label),
            load=partial(_even, values[first:stop].T, data.rate_hz, columns),
        )


def read_rows(data: DataRecipe, root: Path) -> Iterator[Record]:
    """Yield stretches of long tables in which person and label stay the same."""
    pattern, names = _pattern(data), data.names.split() or [str(name) for name in data.values]
    if len(names) != len(data.values):
        raise RequestError(f"the recipe has {len(names)} data.names for {len(data.values)} data.values")
    for path in sorted(root.glob(data.files)):
        found = pattern.search(path.relative_to(root).as_posix())
        groups = found.groupdict() if found else {}
        for number, (person, label, values) in enumerate(_stretches(path, data, groups.get("person") or "")):
            labels = labels_in(data, label)
            if labels and len(values) > 1:
                yield Record(
                    name=f"{path.relative_to(root).as_posix()}#{number}",
                    person=person,
                    labels=labels,
                    load=partial(_even, values.T, data.rate_hz, names),
                )


def read_matrices(data: DataRecipe, root: Path) -> Iterator[Record]:
    """Yield the windows of text files with one channel each; files beside the folder say who and what."""
    for path in sorted(root.glob(data.files)):
        folder = path.parent
        part = folder.parent.name
        columns = {
            str(name): np.loadtxt(_sole(folder, f"{name}*.txt"), dtype=np.float32, ndmin=2) for name in data.values
        }
        persons = (folder.parent / f"{data.person}_{part}.txt").read_text().split()
        labels = (folder.parent / f"{data.label}_{part}.txt").read_text().split()
        channels = list(columns)
        for number, (person, label) in enumerate(zip(persons, labels, strict=True)):
            rows = np.stack([columns[name][number] for name in channels])
            yield Record(
                name=f"{part}#{number}",
                person=person,
                labels=labels_in(data, label),
                load=partial(_even, rows, data.rate_hz, channels),
            )


def labels_in(data: DataRecipe, text: str) -> frozenset[str]:
    """Return the labels that a cell names."""
    text = text.strip()
    if data.label_style == "dictionary":
        try:
            found = [str(key) for key in ast.literal_eval(text or "{}")]
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            found = []
    elif data.label_style == "list":
        found = [word for word in _LIST.split(text) if word]
    else:
        found = [text] if text else []
    numbered = data.classes if found and found[0] in data.classes else {}
    return frozenset(numbered.get(code, code) if code.isdigit() else code for code in found if code not in data.ignore)


def _stretches(path: Path, data: DataRecipe, person: str) -> Iterator[tuple[str, str, Wide]]:
    """Yield person, label and values (samples, channels) of each stretch of a table."""
    held: list[list[float]] = []
    now: tuple[str, str] | None = None
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = (line.strip().rstrip(";,") for line in file)
        header = _split(next(lines, ""), data.separator) if data.header else []
        where = partial(_column, header)
        for line in lines:
            cells = _split(line, data.separator)
            try:
                values = [float(cells[where(name)] or "nan") for name in data.values]
                key = (cells[where(data.person)] if data.person else person, cells[where(data.label)])
            except (IndexError, ValueError):
                continue
            if key != now and held:
                assert now is not None
                yield (*now, np.array(held))
                held = []
            now = key
            held.append(values)
    if held and now:
        yield (*now, np.array(held))


def _split(line: str, separator: str) -> list[str]:
    return line.split() if separator == " " else [cell.strip() for cell in line.split(separator)]


def _column(header: list[str], name: str | int) -> int:
    if str(name) in header:
        return header.index(str(name))
    return int(name)


def _load(path: Path, data: DataRecipe) -> Reading:
    reading = read(str(path), rate_hz=data.rate_hz or None)
    if not data.values:
        return reading
    wanted = {str(name) for name in data.values}
    rows = [place for place, channel in enumerate(reading.channels) if channel.name in wanted]
    return Reading.of(
        reading.times, reading.values[rows], [reading.channels[row] for row in rows], source=reading.source
    )


def _even(values: npt.NDArray[Any], rate_hz: float, names: list[str]) -> Reading:
    """A reading of values (channels, samples) at an even rate."""
    return Reading.of(
        np.arange(values.shape[1]) / rate_hz, values.astype(np.float64), [Channel(name) for name in names]
    )


def _pattern(data: DataRecipe) -> re.Pattern[str]:
    try:
        return re.compile(data.path or "(?P<record>.*)")
    except re.error as error:
        raise RequestError(f"data.path of the recipe is no regular expression: {error}") from error


def _dictionaries(path: Path, separator: str) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=separator))
    except FileNotFoundError:
        raise RequestError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(path, f"cannot be read: {error}") from error


def _expect(rows: list[dict[str, str]], path: Path, *columns: str) -> None:
    if rows and (missing := [name for name in columns if name and name not in rows[0]]):
        raise FileError(path, f"has no column {missing[0]}; it has {', '.join(rows[0])}")


def _inside(root: Path, name: str) -> Path:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise FileError(root, f"the index names {name[:80]!r}, which is outside of the folder")
    return path


def _sole(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise FileError(folder, f"{len(found)} files are called {pattern}, expected one")
    return found[0]


def _plain(text: str) -> str:
    """A number without its ".0"."""
    return text[:-2] if text.endswith(".0") else text
