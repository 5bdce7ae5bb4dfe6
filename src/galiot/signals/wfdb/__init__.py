"""WFDB records as PhysioNet has them: a text header, signal files and annotations."""

from __future__ import annotations

from galiot.signals.wfdb.annotations import Annotation, read_annotations
from galiot.signals.wfdb.record import Wfdb

__all__ = ["Annotation", "Wfdb", "read_annotations"]
