"""galiot get"""

from __future__ import annotations

from dataclasses import dataclass

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class GetOptions(Output):
    """Settings of `galiot get`."""

    name: str | None = None
    """What the library calls it; else a name is made from the file's."""


def main(source: str, /, *, options: GetOptions = GetOptions()) -> None:
    """Fetch a model into the local library.

    Parameters
    ----------
    source
        A built-in name (smollm2-135m), hf:org/repo/file.gguf, or the path of a GGUF file.
    """
    from galiot.model import library

    with terminal.progress(f"getting {source}") as progress:
        path = library.get(source, progress, options.name)
    model = next(model for model in library.list_models() if model.path == path)
    if options.json:
        terminal.print_json(model.to_json())
    else:
        terminal.say(f"{model.name}: {terminal.size(model.bytes)}")
        print(path)
