"""galiot show"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output
from galiot.files import check_out

if TYPE_CHECKING:
    from galiot.signals import Facts, Reading


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ShowOptions(Output):
    """Settings of `galiot show`."""

    png: Path | None = None
    """Draw into this PNG file in place of the terminal (extra `signals`)."""


def main(file: str, /, *, options: ShowOptions = ShowOptions()) -> None:
    """Draw a reading, and tell the facts that are computed from it and where they come from.

    Parameters
    ----------
    file
        A file of sensor data, or host:10s for this device's own sensors.
    """
    from galiot.signals import facts, read

    if options.png:
        check_out(options.png, {"the reading": Path(file)})
    reading = read(file)
    found = facts(reading)
    if options.png:
        from galiot.signals.draw.picture import save_picture

        save_picture(reading, found, options.png)
        if not options.json:
            print(options.png)
    if options.json:
        told: dict[str, Any] = {"facts": [found.to_json()], "limits": list(found.limits)}
        terminal.print_json(told | ({"png": str(options.png)} if options.png else {}))
    elif not options.png:
        _show(reading, found)


def _show(reading: Reading, found: Facts) -> None:
    from galiot.signals.draw.marks import marks_of
    from galiot.signals.draw.screen import draw

    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
    for line in draw(reading, found, columns=columns):
        print(line)
    print()
    marks = marks_of(found, [channel.name for channel in reading.channels])
    rows = [
        {"mark": mark.letter, "fact": mark.fact.text, "samples": _samples(mark.fact.start, mark.fact.stop)}
        for each in marks.values()
        for mark in each
    ]
    if rows:
        terminal.print_table(rows)
    for table in found.tables():
        terminal.print_table(table)
    for limit in found.limits:
        terminal.say(f"{found.source}: {limit}")


def _samples(start: int, stop: int) -> str:
    return str(start) if stop == start + 1 else f"{start}-{stop - 1}"
