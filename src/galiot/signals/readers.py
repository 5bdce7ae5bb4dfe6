"""Reading whatever is given: the formats, in the order in which they are asked, and this device itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from galiot.signals.base import BinaryFormat, Format, ReadOptions
from galiot.signals.reading import Reading


def read(
    source: str | os.PathLike[str],
    *,
    rate_hz: float | None = None,
    time: str | None = None,
    delimiter: str | None = None,
    units: Mapping[str, str] | None = None,
    day_first: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Reading:
    """Read a file of sensor data, or this device's own sensors.

    source: a path (CSV and relatives, JSON lines, SenML, gzip too; WFDB, EDF, NPZ), or host:10s for ten seconds of
        this device
    rate_hz: samples a second, for a file without times; for a device how often it is asked (default: by the length)
    time: name or number of the time column; date+clock for two
    units: by channel name, instead of the file's
    progress: (done, total) in bytes of the file, or in samples of the device
    raises: FileError, FormatError (with the line number) or RequestError
    """
    source = os.fspath(source)
    options = ReadOptions(rate_hz=rate_hz, time=time, delimiter=delimiter, units=units or {}, day_first=day_first)
    if source == "host" or source.startswith("host:"):
        from galiot.signals.host import read_host

        return read_host(source, options, progress)
    from galiot.signals.assemble import assemble
    from galiot.signals.json_stream import beginning
    from galiot.signals.notes import Notes
    from galiot.signals.stream import TextFile, beginning_of

    first, _ = beginning_of(source)
    for entry in _binary_formats():
        if entry.recognises(first, source):
            return entry.open(source, options, Notes())
    file, notes = TextFile.open(source, progress), Notes()
    head = beginning(file)
    chosen = next(form for form in _formats() if form.recognises(head, source))
    return assemble(source, chosen.open(file, options, notes), notes)


def _formats() -> list[Format]:
    from galiot.signals.json_lines import JsonLines
    from galiot.signals.senml import SenML
    from galiot.signals.table import Table

    return [SenML(), JsonLines(), Table()]


def _binary_formats() -> list[BinaryFormat]:
    from galiot.signals.edf import Edf
    from galiot.signals.npz import Npz
    from galiot.signals.wfdb import Wfdb

    return [Wfdb(), Edf(), Npz()]
