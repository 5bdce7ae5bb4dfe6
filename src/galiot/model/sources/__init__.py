"""Where models come from: built in, a public repository, a file on this device."""

from __future__ import annotations

from pathlib import Path

from galiot.errors import RequestError
from galiot.model.sources.base import Fetched, Source
from galiot.model.sources.builtin import MODELS, BuiltIn, Wheel
from galiot.model.sources.hub import HubFile
from galiot.model.sources.local import LocalFile

__all__ = ["MODELS", "BuiltIn", "Fetched", "HubFile", "LocalFile", "Source", "Wheel", "parse"]


def parse(text: str) -> Source:
    """Return the source that a built-in name, hf:org/repo[/file.gguf][@revision] or a path means."""
    if text in MODELS:
        return MODELS[text]
    if text.startswith("hf:"):
        return HubFile.parse(text)
    path = Path(text).expanduser()
    if path.is_dir():
        raise RequestError(f"{text} is a folder: galiot convert {text} --out MODEL.gguf makes a model of it")
    if not path.is_file():
        kinds = f"a built-in name ({', '.join(MODELS)}), hf:org/repo/file.gguf or the path of a GGUF file"
        raise RequestError(f"{text[:200]}: no such file; give {kinds}")
    if path.suffix == ".whl":
        wheel = path.name.lower().replace("_", "-")
        for model in MODELS.values():
            if wheel.startswith(f"{model.package}-{model.version}-"):
                return Wheel(path, model)
    return LocalFile(path)
