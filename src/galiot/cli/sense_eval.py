"""galiot sense eval"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.scores import numbers_in, say_done
from galiot.cli.settings import Output
from galiot.files import check_out


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SenseEvalOptions(Output):
    """Settings of `galiot sense eval`."""

    data: Path | None = None
    """Folder of the records to judge, as the sense's recipe describes it."""
    blind: bool = False
    """Also judge another person's signal, a shuffled and a zeroed one in place of each."""
    recipe: Path | None = None
    """A TOML file that describes the data; else the recipe that the sense was made by."""
    model: str | None = None
    """A language model that writes a report on each record; then the texts are scored too."""
    limit: int | None = None
    """Records at most, spread over all of them."""
    report: Path | None = None
    """An HTML page to write."""


def main(sense: str, /, *, options: SenseEvalOptions = SenseEvalOptions()) -> None:
    """Measure how good a sense is on records that it was not trained on.

    Parameters
    ----------
    sense
        A name of `galiot sense list`, or the path of a sense file.
    """
    from galiot.learn.sense.evaluate import evaluate
    from galiot.senses.installed import open_sense

    if options.report:
        check_out(options.report)
    with open_sense(sense) as opened:
        path = opened.file.path
    scores = evaluate(
        path,
        options.data,
        blind=options.blind,
        recipe=options.recipe,
        model=options.model,
        most=options.limit,
        report=options.report,
        said=say_done,
    )
    if options.json:
        terminal.print_json(scores)
    else:
        terminal.print_pairs(dict(numbers_in(scores)))
