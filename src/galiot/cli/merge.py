"""galiot merge"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import Parameter

from galiot.cli import terminal
from galiot.cli.settings import Output
from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.model.model import Model
    from galiot.tune.merge import Merged, Weighted


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class MergeOptions(Output):
    """Settings of `galiot merge`."""

    out: Path
    """The file to write, or the folder of --format peft; it is there whole or not at all."""
    type: Literal["f32", "f16", "bf16", "q8_0", "q4_0", "q4_1"] | None = None
    """How all weights are stored; else changed ones as F16 and the others as they are."""
    format: Literal["model", "adapter", "peft"] = "model"
    """A model that needs no adapter; or one adapter of all that are named, as GGUF or as a folder for PEFT."""
    check: bool = False
    """Run the merged model beside the model with its adapters, and tell how far they are apart."""

    def __post_init__(self) -> None:
        if self.format != "model" and (given := "--type" if self.type else "--check" if self.check else ""):
            raise RequestError(
                f"{given} is for a merged model, --format {self.format} writes an adapter: leave one out"
            )


def main(model: str, /, *adapters: str, options: MergeOptions) -> None:
    """Write adapters into a model's weights, or export them for llama.cpp or PEFT.

    Parameters
    ----------
    model
        The model that the adapters were made for: a name in the local library, or the path of a GGUF file.
    adapters
        A GGUF file or a folder of PEFT; FILE:0.5 takes half of what it does.
    """
    from galiot.cli.adapters import read_adapters, split_weight
    from galiot.files import check_out
    from galiot.model.model import open_model

    if not adapters:
        raise RequestError("name at least one ADAPTER to merge, such as kitchen.gguf or kitchen.gguf:0.5")
    with terminal.progress(f"getting {model}") as progress:
        opened = open_model(model, progress)
    with opened:
        given = read_adapters(adapters, opened)
        inputs = {name: split_weight(name)[0] for name in adapters}
        check_out(options.out, inputs, folder=options.format == "peft")
        if options.format != "model":
            _export(opened, given, options)
            return
        made = _merge(opened, given, options)
    if options.json:
        terminal.print_json(made.to_json())
        return
    for note in made.notes:
        terminal.say(note)
    kinds = ", ".join(f"{count} {kind}" for kind, count in made.tensors.items())
    terminal.say(f"{terminal.size(made.bytes)}: {kinds}; {made.changed} weights changed")
    if made.divergence is not None:
        terminal.say(f"divergence from the model with its adapters: {made.divergence:.6f} nats a token")
    print(made.path)


def _merge(model: Model, adapters: list[Weighted], options: MergeOptions) -> Merged:
    from galiot.tune.merge import divergence_of, merge

    with terminal.progress(f"merging {model.name}") as progress:
        made = merge(model, adapters, options.out, type=options.type, progress=progress)
    return replace(made, divergence=divergence_of(made.path, model, adapters)) if options.check else made


def _export(model: Model, adapters: list[Weighted], options: MergeOptions) -> None:
    from galiot.tune.merge import export

    made = export(model, adapters, options.out, "peft" if options.format == "peft" else "adapter")
    if options.json:
        terminal.print_json(made.to_json())
        return
    terminal.say(f"{terminal.size(made.bytes)}: {made.weights} weights, rank {made.rank}")
    print(made.path)
