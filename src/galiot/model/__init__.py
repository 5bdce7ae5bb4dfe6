"""What a model is: a GGUF file with its spec, tensors, tokenizer and chat template."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from galiot.model.gguf import GgufFile, TensorInfo
    from galiot.model.model import Model, open_model
    from galiot.model.spec import ModelSpec
    from galiot.model.types import TensorType, Typed
    from galiot.model.writer import write_gguf

__all__ = ["GgufFile", "Model", "ModelSpec", "TensorInfo", "TensorType", "Typed", "open_model", "write_gguf"]

_HOMES = {
    "GgufFile": "gguf",
    "Model": "model",
    "ModelSpec": "spec",
    "TensorInfo": "gguf",
    "TensorType": "types",
    "Typed": "types",
    "open_model": "model",
    "write_gguf": "writer",
}


def __getattr__(name: str) -> object:
    """Load a public name when somebody asks for it, so that `galiot list` needs no NumPy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
