"""Making GGUF files: from a Hugging Face folder, and from a GGUF file of another type."""

from __future__ import annotations

from galiot.model.convert.pack import FILE_TYPES, Converted
from galiot.model.convert.retype import convert_file

__all__ = ["FILE_TYPES", "Converted", "convert_file"]
