"""What a person sees: progress, tables and the line of what was spent."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from galiot.files import Progress

MIB = 2**20


def print_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object on one line."""
    import msgspec

    print(msgspec.json.encode(content, enc_hook=_plain).decode())


def say(line: str) -> None:
    """Tell the person something that is not part of the answer."""
    print(line, file=sys.stderr, flush=True)


def size(count: int | float | None) -> str:
    """Return bytes as a person reads them: 98.3 MB is 93.7 MiB."""
    if count is None:
        return "?"
    for unit, scale in (("GiB", 2**30), ("MiB", MIB), ("KiB", 2**10)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count:.0f} bytes"


def print_table(rows: Sequence[Mapping[str, Any]], *, right: Sequence[str] = ()) -> None:
    """Print rows under the names of their columns, without columns that are empty in all of them.

    right: columns that are numbers
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    watched = sys.stdout.isatty()  # a table that nobody watches is not broken to fit a window
    console = Console(width=None if watched else 200, highlight=False, markup=False, emoji=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    names = [name for name in rows[0] if any(str(row[name]) for row in rows)]
    for name, width in _widths(rows, names, console.width).items():
        table.add_column(name, justify="right" if name in right else "left", overflow="fold", width=width)
    for row in rows:
        table.add_row(*(str(row[name]) for name in names))
    with console.capture() as captured:
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines() if line.strip()))


def _widths(rows: Sequence[Mapping[str, Any]], names: Sequence[str], room: int) -> dict[str, int | None]:
    """Return how wide columns two spaces apart are, so that no word is broken; None where that cannot be."""
    cells = {name: [name, *(str(row[name]) for row in rows)] for name in names}
    wanted = {name: max(map(len, texts)) for name, texts in cells.items()}
    widths = {name: max(len(word) for text in texts for word in text.split()) for name, texts in cells.items()}
    spare = room - sum(widths.values()) - 2 * len(names)
    if spare < 0:
        return dict.fromkeys(names)
    for _ in range(spare):  # to the column that lacks least, so that as many as can be are whole
        if not (short := [name for name in names if widths[name] < wanted[name]]):
            break
        widths[min(short, key=lambda name: wanted[name] - widths[name])] += 1
    return {**widths}


def print_pairs(pairs: Mapping[str, Any]) -> None:
    """Print names and values in two columns."""
    wide = max(map(len, pairs))
    for name, value in pairs.items():
        print(f"{name:<{wide}}  {value}")


def spent_line(spent: Mapping[str, Any]) -> str:
    """Return what an answer took, in one line."""
    line = (
        f"{spent['tokens']} tokens in {spent['seconds']:.1f} s: the first after {spent['first_token_s']:.2f} s, "
        f"{spent['prompt_tokens']} of prompt at {spent['prefill_tokens_per_s']:.0f}/s, "
        f"then {spent['decode_tokens_per_s']:.0f}/s; memory {size(spent['peak_bytes'])}"
    )
    return line + (f", {size(spent['forecast_bytes'])} forecast" if "forecast_bytes" in spent else "")


@contextlib.contextmanager
def progress(what: str, unit: str = "bytes") -> Iterator[Progress]:
    """Show how far a long work is: a bar on a terminal, a line at its end where nobody watches.

    unit: of the two numbers that the work reports; bytes are shown with their rate
    """
    if not sys.stderr.isatty():
        yield from _plain_progress(what)
        return
    from rich import progress as bars
    from rich.console import Console

    columns: list[Any] = [bars.TextColumn("{task.description}"), bars.BarColumn(), bars.TaskProgressColumn()]
    columns += [bars.DownloadColumn(), bars.TransferSpeedColumn()] if unit == "bytes" else [bars.MofNCompleteColumn()]
    with bars.Progress(*columns, bars.TimeRemainingColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None, visible=False)
        yield lambda done, total: shown.update(task, completed=done, total=total or None, visible=True)


def _plain_progress(what: str) -> Iterator[Progress]:
    started = False

    def begin(done: int, total: int) -> None:
        nonlocal started
        if not started and done < total:
            say(f"{what} ...")
            started = True

    yield begin


def _plain(value: Any) -> Any:
    """Return something that is no JSON as something that is."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if hasattr(value, "item"):  # a number of numpy
        return value.item()
    return str(value)
