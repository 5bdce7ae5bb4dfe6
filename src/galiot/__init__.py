"""Galiot: generative models on small devices.

>>> import galiot
>>> model = galiot.open_model("smollm2-135m")
>>> with galiot.Session(model) as session:
...     for piece in galiot.generate(session, "The sea is"):
...         print(piece, end="")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from galiot.model.model import open_model
    from galiot.runtime.generate import generate
    from galiot.runtime.session import Session
    from galiot.signals import read

__version__ = "0.1.0"
__all__ = ["Session", "__version__", "generate", "open_model", "read"]

_HOMES = {
    "Session": "galiot.runtime.session",
    "generate": "galiot.runtime.generate",
    "open_model": "galiot.model.model",
    "read": "galiot.signals",
}


def __getattr__(name: str) -> Any:
    """Load a public name when somebody asks for it, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'galiot' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
