"""galiot list"""

from __future__ import annotations

from typing import TYPE_CHECKING

from galiot.cli import terminal
from galiot.cli.settings import Output

if TYPE_CHECKING:
    from galiot.model.library import LibraryModel


def main(*, options: Output = Output()) -> None:
    """List the models of the local library."""
    from galiot.model import library

    models = library.list_models()
    if options.json:
        terminal.print_json({"folder": str(library.library_dir()), "models": [model.to_json() for model in models]})
        return
    if not models:
        terminal.say("the library is empty: galiot get smollm2-135m fetches the built-in model")
        return
    terminal.print_table([_row(model) for model in models], right=("size",))


def _row(model: LibraryModel) -> dict[str, str]:
    said = model.manifest
    return {
        "name": model.name,
        "size": terminal.size(model.bytes),
        "architecture": (said and said.architecture) or "-",
        "licence": (said and said.licence) or "-",
        "source": said.source if said else "put there by hand",
    }
