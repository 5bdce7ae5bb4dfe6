"""galiot convert"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output
from galiot.errors import RequestError
from galiot.files import check_out

if TYPE_CHECKING:
    from galiot.model.convert import Converted


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ConvertOptions(Output):
    """Settings of `galiot convert`."""

    out: Path
    """The file to write; it is there whole or not at all."""
    type: Literal["f32", "f16", "bf16", "q8_0", "q4_0", "q4_1"] | None = None
    """How weights are stored; f16 for a folder unless told otherwise."""


def main(source: str, /, *, options: ConvertOptions) -> None:
    """Make a GGUF file of a Hugging Face folder, or one of another type of a GGUF file.

    Parameters
    ----------
    source
        A folder with config.json, safetensors and a tokenizer; or a model.
    """
    check_out(options.out, {"the model": Path(source)})
    made = _convert(source, options)
    if options.json:
        terminal.print_json(made.to_json())
        return
    for note in made.notes:
        terminal.say(note)
    terminal.say(
        f"{terminal.size(made.bytes)}: " + ", ".join(f"{count} {kind}" for kind, count in made.tensors.items())
    )
    print(made.path)


def _convert(source: str, options: ConvertOptions) -> Converted:
    from galiot.model import convert, library

    if Path(source).is_dir():
        with terminal.progress(f"converting {source}") as progress:
            return convert.convert_folder(source, options.out, options.type or "f16", progress)
    if options.type is None:
        raise RequestError(
            f"{source} is a GGUF file already; say which --type it is to have: {', '.join(convert.FILE_TYPES)}"
        )
    with terminal.progress(f"getting {source}") as progress:
        path = library.find(source, progress)
    with terminal.progress(f"converting {path.name}") as progress:
        return convert.convert_file(path, options.out, options.type, progress)
