"""Senses: what lets a model read sensors.

>>> from galiot.senses import Sense
>>> sense = Sense.open("ecg.gguf")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from galiot.senses.base import Encoded, Statement
    from galiot.senses.installed import find_sense, installed
    from galiot.senses.sense import Sense

__all__ = ["Encoded", "Sense", "Statement", "find_sense", "installed"]

_HOMES = {
    "Encoded": "galiot.senses.base",
    "Sense": "galiot.senses.sense",
    "Statement": "galiot.senses.base",
    "find_sense": "galiot.senses.installed",
    "installed": "galiot.senses.installed",
}


def __getattr__(name: str) -> Any:
    """Load a public name when somebody asks for it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'galiot.senses' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
