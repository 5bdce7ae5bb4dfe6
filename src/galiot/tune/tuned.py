"""What was tuned before: an adapter, or a model that was changed itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from galiot.errors import FormatError
from galiot.model.adapter import Adapter, about_in, facts_of, read_adapter
from galiot.model.convert.retype import write_again
from galiot.model.gguf import GgufFile
from galiot.model.model import Model


@dataclass(frozen=True)
class TunedModel:
    """A whole model that was tuned."""

    path: Path
    about: Mapping[str, object]
    """What its file says of its making, as `Adapter.about`."""

    @property
    def name(self) -> str:
        """Of the file."""
        return self.path.stem


def read_tuned(path: Path, model: Model) -> Adapter | TunedModel:
    """Read what was made of a model.

    raises: FormatError for what was made of another one; FileError
    """
    if path.is_dir():
        return read_adapter(path, model)
    with GgufFile.open(path) as file:
        kind, parent, about = file.text("general.type", "model"), file.text("galiot.parent.sha256", ""), about_in(file)
    if kind == "adapter":
        return read_adapter(path, model)
    if parent != model.sha256:
        raise FormatError(path, f"is no adapter, and no model that was made of {model.name}")
    return TunedModel(path, about)


def add_facts(path: Path, out: Path, about: Mapping[str, object]) -> None:
    """Write a model again as it is, with more said of its making; `out` is there whole or as it was."""
    with GgufFile.open(path) as file:
        types = {name: info.type for name, info in file.tensors.items()}
        write_again(file, out, types, facts_of(about))
