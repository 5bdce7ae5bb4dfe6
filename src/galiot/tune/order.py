"""What is to be tuned and where it goes, looked at before anything is begun."""

from __future__ import annotations

import glob
import logging
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from galiot.errors import FileError, RequestError
from galiot.model.adapter import adaptable
from galiot.model.convert.pack import check_type
from galiot.model.model import Model
from galiot.tune.settings import TuneSettings

log = logging.getLogger(__name__)

_PART = re.compile(r"(resume\.)?[0-9a-f]{8}\.part")
_FLOAT = 4  # bytes
_STATES = 3  # what a checkpoint holds of each number that is learned: itself and two of the optimizer


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be made of what, and when it is to be kept."""

    data: Path
    out: Path
    held_out: Path | None = None
    """Rows for the gate; None: a tenth of the data."""
    keep: str | None = None
    """How many of the rows are learned from, chosen by the model: 5%, or 200; None: all."""
    resume: bool = False
    """Go on from the checkpoint beside `out`, where there is one."""
    reject_worse: bool = False
    """Leave `out` as it is when what was held out is not predicted better."""
    if_drift: bool = False
    """Do nothing unless the data differ from what `out` was made of."""
    type: str | None = None
    """How the model that `full` writes stores its weights; None: in a type that keeps what was learned."""


def remove_parts(out: Path) -> None:
    """Remove what a run that was killed while it wrote has left beside `out`: part of it, or of a checkpoint."""
    for part in out.parent.glob(f".{glob.escape(out.name)}.*"):
        if _PART.fullmatch(part.name.removeprefix(f".{out.name}.")):
            log.warning("%s is removed: a run ended while it was written", part)
            part.unlink(missing_ok=True)


def check_type_wanted(order: Order, method: str) -> None:
    """Make sure that only a whole model is asked for in a type.

    raises: RequestError
    """
    if order.type is None:
        return
    check_type(order.type)
    if method != "full":
        raise RequestError(
            f"--type {order.type} is for a whole model, {method} makes an adapter: leave it out, or give --method full"
        )


def check_disk(model: Model, out: Path, settings: TuneSettings) -> None:
    """Make sure that the result and two checkpoints, the last one and the next, fit on the disk.

    raises: FileError with both numbers
    """
    needed, free = disk_bytes(model, settings), shutil.disk_usage(out.parent).free
    if needed > free:
        mib = f"{needed / 2**20:.1f} MiB with its checkpoints, {free / 2**20:.1f} MiB are free"
        smaller = "choose another disk" if settings.method == "full" else "give a smaller --rank"
        raise FileError(out, f"the disk is too full: needs {mib}; make room or {smaller}")


def disk_bytes(model: Model, settings: TuneSettings) -> int:
    """Return the bytes that the result and its checkpoints take at most at one time."""
    if settings.method == "full":
        return 2 * os.path.getsize(model.path) + 2 * _STATES * _FLOAT * _numbers(model)
    learned = sum(
        settings.rank * (rows + width)
        for name, (rows, width) in adaptable(model.spec).items()
        if name.rpartition(".")[2] in settings.targets
    )
    return learned * _FLOAT * (1 + 2 * _STATES)


def _numbers(model: Model) -> int:
    return sum(rows * width for rows, width in adaptable(model.spec).values())
