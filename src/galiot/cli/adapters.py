"""Adapters as they are named on the command line: FILE, or FILE:WEIGHT."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.model.adapter import Adapter
    from galiot.model.model import Model


def read_adapters(named: Sequence[str], model: Model) -> list[tuple[Adapter, float]]:
    """Read the adapters of a model, each with the weight that was given, 1 where none was.

    raises: RequestError for a weight that is none and a file that is not there, FileError, FormatError
    """
    from galiot.model.adapter import read_adapter

    return [(read_adapter(path, model), weight) for path, weight in map(split_weight, named)]


def split_weight(text: str) -> tuple[Path, float]:
    """Return path and weight of FILE:WEIGHT; what is there under its whole name has the weight 1.

    raises: RequestError for a weight that is no number
    """
    path, colon, said = text.rpartition(":")
    if not colon or Path(text).exists():
        return Path(text), 1.0
    try:
        weight = float(said)
    except ValueError:
        weight = math.nan
    if not path or not math.isfinite(weight):
        raise RequestError(f"{text}: no such file, and {said!r} is no weight; say FILE:0.5")
    return Path(path), weight
