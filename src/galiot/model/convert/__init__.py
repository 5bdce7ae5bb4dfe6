"""Making GGUF files: from a Hugging Face folder, and from a GGUF file of another type."""

from __future__ import annotations

import os
from pathlib import Path

from galiot.files import Progress
from galiot.model.convert.pack import FILE_TYPES, Converted
from galiot.model.convert.retype import convert_file

__all__ = ["FILE_TYPES", "Converted", "convert", "convert_file", "convert_folder"]


def convert(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    type: str | None = None,
    progress: Progress | None = None,
) -> Converted:
    """Convert a Hugging Face folder, or a GGUF file given by path or library name; the default types: f16, q8_0.

    progress: bytes of the new file
    raises: RequestError, FileError, FormatError; then `out` is as it was
    """
    from galiot.model.library import find

    if Path(source).is_dir():
        return convert_folder(source, out, type or "f16", progress)
    return convert_file(find(source), out, type or "q8_0", progress)


def convert_folder(
    folder: str | os.PathLike[str], out: str | os.PathLike[str], type: str = "f16", progress: Progress | None = None
) -> Converted:
    """Write the model of a Hugging Face folder as GGUF; see `galiot.model.convert.huggingface.convert_folder`."""
    from galiot.model.convert import huggingface

    return huggingface.convert_folder(folder, out, type, progress)
