"""galiot select"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output, Size

if TYPE_CHECKING:
    from galiot.tune.select import Selection


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SelectOptions(Output):
    """Settings of `galiot select`."""

    data: Path
    """JSON lines to choose from: messages, prompt and completion, or text."""
    keep: str
    """How many rows: a share such as 5%, or a number."""
    out: Path
    """The file for the kept rows, as they are; it is there whole or not at all."""
    method: Literal["both", "spread", "difficulty", "random"] = "both"
    """Spread over what the data say, by difficulty for the model, both, or random rows."""
    sequence: int = 256
    """Tokens of a row that the model looks at."""
    tolerate: int = 0
    """Malformed rows that are skipped; one more is an error."""
    raw: bool = False
    """Prompt and completion as they are, without the model's chat template."""
    seed: int = 0
    """Of the random choices."""
    threads: int | None = None
    """Processors to use; else all that this process may."""
    memory: Size | None = None
    """What the process may use, such as 300MiB."""


def main(model: str = "smollm2-135m", /, *, options: SelectOptions) -> None:
    """Choose the rows of a data set that are worth tuning on.

    Parameters
    ----------
    model
        The model that is to be tuned: a name in the local library, or the path of a GGUF file.
    """
    from galiot.files import check_out
    from galiot.model.model import open_model
    from galiot.tune.data import read_rows
    from galiot.tune.select import count_of, select, write_rows

    rows = read_rows(options.data, options.tolerate)
    count_of(options.keep, len(rows))
    with terminal.progress(f"getting {model}") as progress:
        opened = open_model(model, progress)
    check_out(options.out, {"the model": opened.path})
    with terminal.progress("choosing", unit="rows") as progress:
        found = select(
            rows,
            opened,
            keep=options.keep,
            method=options.method,
            seed=options.seed,
            sequence=options.sequence,
            raw=options.raw,
            threads=options.threads,
            memory_bytes=options.memory,
            progress=progress,
        )
    write_rows(found.rows, options.out)
    if options.json:
        terminal.print_json(
            {"model": opened.name, "data": str(options.data), "path": str(options.out)} | found.to_json()
        )
    else:
        _show(found)
        print(options.out)


def _show(found: Selection) -> None:
    terminal.say(
        f"kept {len(found.rows)} of {found.of} rows in {found.seconds:.1f} s: {found.duplicates} are duplicates"
        + (f", {found.too_hard} have instructions that do not help" if found.too_hard is not None else "")
    )
    if found.coverage is not None:
        terminal.say(f"coverage {found.coverage:.3f}; random rows: {found.random_coverage:.3f}")
    for line, why in found.rows.skipped:
        terminal.say(f"line {line} skipped: {why}")
