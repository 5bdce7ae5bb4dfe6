"""galiot sense train"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.scores import say_done
from galiot.cli.settings import Duration, Output, Size


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SenseTrainOptions(Output):
    """Settings of `galiot sense train`."""

    data: Path | None = None
    """Folder of the data that the recipe describes; none for a recipe that makes its data."""
    out: Path
    """The sense file to write."""
    memory: Size | None = None
    """What the whole process may use, such as 2GiB; a training that needs more is refused before it begins."""
    time: Duration | None = None
    """When to be done, such as 1h; what would take longer is left out."""
    start: Path | None = None
    """A sense file of the same recipe: what it judges by is kept, and only the language model is taught anew."""
    resume: bool = False
    """Go on where a training to the same file was stopped."""


def main(recipe: str, /, *, options: SenseTrainOptions) -> None:
    """Train a sense on data of your own, by a recipe.

    Parameters
    ----------
    recipe
        A TOML file, or the name of a recipe that comes with the package: ecg, motion, series.
    """
    from galiot.learn.sense.train import train

    made = train(
        recipe,
        options.data,
        options.out,
        memory_bytes=options.memory,
        time_s=options.time,
        resume=options.resume,
        start=options.start,
        said=say_done,
    )
    told: dict[str, Any] = {**asdict(made), "path": str(made.path)}
    if options.json:
        terminal.print_json(told)
        return
    terminal.print_pairs(
        {
            "sense": told["path"],
            "size": terminal.size(made.bytes),
            "labels": str(made.labels),
            "examples": f"{made.examples}, {len(made.failed)} could not be read",
            "time": f"{made.seconds:.0f} s",
        }
    )
