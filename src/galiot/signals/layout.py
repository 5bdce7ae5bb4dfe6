"""How a table of text is laid out: delimiter, header, comments, times, decimal mark - seen in its first lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from galiot.errors import FormatError, RequestError
from galiot.signals.base import ReadOptions
from galiot.signals.cells import COMMA_NUMBER, COMMENTS, MISSING, NUMBER, WORDS, number_of, split_line
from galiot.signals.clock import TimeAxis
from galiot.signals.notes import Notes, plural
from galiot.signals.reading import Channel
from galiot.signals.stream import text_of
from galiot.signals.time_columns import TimeColumn, find_time_columns, is_number_column
from galiot.signals.timestamps import recognise_text
from galiot.signals.units import split_header, tidy_unit

_INDEX_NAMES = frozenset(
    ["", "index", "idx", "id", "row", "no", "no.", "nr", "#", "n", "unnamed: 0", "sample", "record", "entry"]
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What is needed to read the rows of a table.

    skip: lines before the first row; columns: cells a row; numeric: the columns of the channels
    times: none (a rate instead), one, or a date and a clock; offset_s: of the first time with a zone
    """

    delimiter: str
    decimal: str
    skip: int
    columns: int
    numeric: tuple[int, ...]
    channels: tuple[Channel, ...]
    times: tuple[TimeColumn, ...]
    axis: TimeAxis
    rate_hz: float | None
    long_name: int | None = None
    long_unit: int | None = None


def find_layout(path: str, head: bytes, options: ReadOptions, notes: Notes) -> Layout:
    """Look at the first lines of a table and decide how it is read; what was assumed goes into `notes`."""
    lines = [text_of(line) for line in head.split(b"\n")[:400]]
    if lines and not lines[-1]:
        lines.pop()
    usable = [(number, line) for number, line in enumerate(lines) if line.strip() and not _is_comment(line)]
    if not usable:
        raise FormatError(path, "holds only comments and empty lines")
    delimiter = options.delimiter or _delimiter([line for _, line in usable])
    cells = [(number, split_line(line, delimiter)) for number, line in usable]
    columns, first = _shape(cells)
    decimal = _decimal(delimiter, [row for _, row in cells[first:]])
    header, start = _header(cells, first, decimal, lines, delimiter)
    if start >= len(cells):
        raise FormatError(path, f"line {cells[-1][0] + 1} is a header, and no row follows it")
    rows = [row for _, row in cells[start:] if len(row) == columns]
    if not rows:
        rows = [row for _, row in cells[start:]]
        columns = max(len(row) for row in rows)
        rows = [row + [""] * (columns - len(row)) for row in rows]
    if start:
        before = cells[start - 1][0]
        skipped = sum(1 for number, _ in cells[:start]) - (1 if header else 0)
        if skipped > (1 if _units_row(cells, start, decimal) else 0):
            notes.say(f"{plural(skipped, 'line')} before the table passed over (up to line {before + 1})")
    names = _names(header, columns)
    taken: list[list[str]] = [[row[column] for row in rows] for column in range(columns)]
    units = _units_row(cells, start, decimal) or []
    units = (["", *units] if len(units) == columns - 1 else units) + [""] * columns
    times, axis = find_time_columns(path, names, taken, decimal, options, notes)
    return _columns_chosen(path, delimiter, decimal, cells[start][0], names, units, taken, times, axis, options, notes)


def _is_comment(line: str) -> bool:
    return line.lstrip().encode("utf-8", "replace").startswith(COMMENTS)


def _delimiter(lines: list[str]) -> str:
    best, best_share = "\n", 0.0
    for delimiter in ("\t", ";", "|", ",", " "):
        counts = Counter(len(split_line(line, delimiter)) for line in lines[-200:])
        columns, times = max(counts.items(), key=lambda pair: (pair[0] > 1, pair[1]))
        share = times / sum(counts.values()) if columns > 1 else 0.0
        if share > best_share + 0.25 or (share >= 0.9 and best_share < 0.9):
            best, best_share = delimiter, share
    return best


def _shape(cells: list[tuple[int, list[str]]]) -> tuple[int, int]:
    """Cells a row, and the first line that has so many (the header may have one fewer)."""
    counts = Counter(len(row) for _, row in cells[-200:])
    columns = max(counts.items(), key=lambda pair: (pair[1], pair[0]))[0]
    first = next(place for place, (_, row) in enumerate(cells) if len(row) == columns)
    if first and len(cells[first - 1][1]) == columns - 1 and columns > 2:
        first -= 1
    return columns, first


def _decimal(delimiter: str, rows: list[list[str]]) -> str:
    if delimiter == ",":
        return "."
    cells = [cell for row in rows[:100] for cell in row]
    commas = sum(1 for cell in cells if COMMA_NUMBER.match(cell))
    points = sum(1 for cell in cells if "." in cell and NUMBER.match(cell))
    return "," if commas > points else "."


def _is_data(cell: str, decimal: str) -> bool:
    return number_of(cell, decimal) is not None or recognise_text([cell]) is not None


def _header(
    cells: list[tuple[int, list[str]]], first: int, decimal: str, lines: list[str], delimiter: str
) -> tuple[list[str], int]:
    """The names (or none), and the place of the first row in `cells`."""
    row = cells[first][1]
    words = [cell for cell in row if cell.strip().lower() not in MISSING and not _is_data(cell, decimal)]
    data = [cell for cell in row if cell.strip().lower() not in MISSING and _is_data(cell, decimal)]
    following = cells[first + 1][1] if first + 1 < len(cells) else []
    followed = sum(_is_data(cell, decimal) for cell in following if cell.strip())
    if words and (not data or (len(words) > len(data) and followed > len(data))):
        start = first + 1
        return row, start + 1 if _units_row(cells, start + 1, decimal) else start
    before = cells[first][0] - 1
    if before >= 0 and _is_comment(lines[before]):
        names = split_line(lines[before].lstrip("#%/ \t"), delimiter)
        if len(names) == len(row) and not any(_is_data(name, decimal) for name in names):
            return names, first
    return [], first


def _units_row(cells: list[tuple[int, list[str]]], start: int, decimal: str) -> list[str] | None:
    """The row before `start`, if it holds units below the names."""
    if start < 2 or start >= len(cells):
        return None
    row, names = cells[start - 1][1], cells[start - 2][1]
    filled = [cell.strip() for cell in row if cell.strip()]
    if len(row) != len(names) or not filled or any(_is_data(cell, decimal) for cell in filled):
        return None
    if any(_is_data(name, decimal) for name in names if name.strip()) or max(map(len, filled)) > 10:
        return None
    return [cell.strip().strip("[]()") for cell in row]


def _names(header: list[str], columns: int) -> list[str]:
    if header and len(header) == columns - 1:
        header = ["", *header]
    names = [(header[column].strip() if column < len(header) else "") for column in range(columns)]
    return names if any(names) else [f"column {column + 1}" for column in range(columns)]


def _columns_chosen(
    path: str, delimiter: str, decimal: str, skip: int, names: list[str], units: list[str], taken: list[list[str]],
    times: tuple[TimeColumn, ...], axis: TimeAxis, options: ReadOptions, notes: Notes,
) -> Layout:  # fmt: skip
    busy = {time.column for time in times}
    numeric, texts, words = [], [], []
    for column in range(len(names)):
        if column in busy or ((not times or column == 0) and _is_row_number(names[column], taken[column], column)):
            continue
        filled = [cell for cell in taken[column] if cell.strip().lower() not in MISSING]
        if not filled and names[column] in ("", f"column {column + 1}"):
            continue
        readable = sum(number_of(cell, decimal) is not None for cell in filled)
        is_time = bool(filled) and recognise_text(filled) is not None and not is_number_column(filled, decimal)
        if is_time or readable * 2 < len(filled):
            texts.append(column)
        else:
            numeric.append(column)
            if filled and sum(cell.strip().lower() in WORDS for cell in filled) * 2 > len(filled):
                words.append(column)
    long = _long_form(names, taken, numeric, texts, bool(times))
    common = (delimiter, decimal, skip, len(names))
    if long:
        value, name, unit = long
        return Layout(*common, (value,), (), times, axis, options.rate_hz, name, unit)
    for column in texts:
        notes.say(f"{_called(names, column)} holds text and was kept out")
    for column in words:
        notes.say(f"{names[column]} is given in words: on, open, true and yes are 1, their opposites 0")
    if not numeric:
        raise FormatError(path, f"line {skip + 1}: no column of numbers" + ("" if times else " and no times"))
    channels = _named_channels(names, units, numeric, options)
    return Layout(*common, tuple(numeric), channels, times, axis, options.rate_hz)


def _called(names: list[str], column: int) -> str:
    name = names[column] or f"column {column + 1}"
    return name if name.startswith("column ") else f"column {name}"


def _named_channels(
    names: list[str], units: list[str], numeric: list[int], options: ReadOptions
) -> tuple[Channel, ...]:
    made: list[Channel] = []
    for column in numeric:
        name, unit = split_header(names[column] or f"column {column + 1}")
        unit = options.units.get(name, options.units.get(names[column], unit or tidy_unit(units[column])))
        used = {channel.name for channel in made}
        name = names[column] if name in used else name
        made.append(Channel(name if name not in used else f"{name} ({column + 1})", unit))
    for asked in options.units:
        if asked not in names and asked not in {channel.name for channel in made}:
            raise RequestError(
                f"units name {asked!r}, but the channels are {', '.join(channel.name for channel in made[:12])}"
            )
    return tuple(made)


def _is_row_number(name: str, cells: list[str], column: int) -> bool:
    if name.strip().lower() not in _INDEX_NAMES or len(cells) < 2:
        return False
    try:
        numbers = [int(cell) for cell in cells]
    except ValueError:
        return False
    return all(after - before == 1 for before, after in pairwise(numbers))


LONG_VALUES = frozenset(["value", "val", "state", "v", "reading", "_value", "measure"])
LONG_NAMES = frozenset(["sensor", "name", "channel", "metric", "entity_id", "topic", "parameter", "variable", "field",
                         "measurement", "tag", "sensor_id", "device", "key", "n", "signal", "quantity",
                         "series"])  # fmt: skip


def _long_form(
    names: list[str], taken: list[list[str]], numeric: list[int], texts: list[int], timed: bool
) -> tuple[int, int, int | None] | None:
    """Columns (value, sensor name, unit) of a table with one sensor a row, or None."""
    plain = [name.strip().lower() for name in names]
    value = [c for c in numeric + texts if plain[c] in LONG_VALUES]
    label = [c for c in texts if plain[c] in LONG_NAMES and len(set(taken[c])) <= max(1, len(taken[c]) // 2)]
    if not timed or not value or not label or value[0] == label[0]:
        return None
    unit = [c for c in texts if plain[c] in ("unit", "units", "u", "unit_of_measurement")]
    return value[0], label[0], unit[0] if unit else None
