"""Making GGUF files: from a Hugging Face folder, and from a GGUF file of another type."""

from __future__ import annotations

import os

from galiot.files import Progress
from galiot.model.convert.pack import FILE_TYPES, Converted
from galiot.model.convert.retype import convert_file

__all__ = ["FILE_TYPES", "Converted", "convert_file", "convert_folder"]


def convert_folder(
    folder: str | os.PathLike[str], out: str | os.PathLike[str], type: str = "f16", progress: Progress | None = None
) -> Converted:
    """Write the model of a Hugging Face folder as GGUF; see `galiot.model.convert.huggingface.convert_folder`."""
    from galiot.model.convert import huggingface

    return huggingface.convert_folder(folder, out, type, progress)
