"""Reading a report back: which statements does a text make?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from galiot.senses.base import Label
from galiot.senses.wording import NORMAL

_NOT = re.compile(r"\b(?:not taken for|cannot be called|no longer|not) normal\b", re.IGNORECASE)
_NORMAL = re.compile(r"\bis (?:likely |probably |possibly )?normal\b|\bnormal ECG\b", re.IGNORECASE)
_UNLIKELY = re.compile(r"[^.;]*\b(?:unlikely|not likely enough)\b[^.;]*[.;]?", re.IGNORECASE)


def read_back(text: str, labels: Sequence[Label]) -> npt.NDArray[np.bool_]:
    """Return which labels a text states (labels,), by their names; a finer label states the wide one of its group.

    A name counts only where it is no part of a longer one: "infarction" in "inferior infarction" is not said twice.
    """
    left = _UNLIKELY.sub(" ", text)
    codes = [label.code for label in labels]
    said = np.zeros(len(labels), bool)
    if NORMAL in codes:
        left = _NOT.sub(" ", left)
        said[codes.index(NORMAL)] = bool(_NORMAL.search(left))
        left = _NORMAL.sub(" ", left)
    for place in sorted(range(len(labels)), key=lambda place: -len(labels[place].name)):
        if codes[place] == NORMAL:
            continue
        left, count = re.subn(rf"(?<!\w){re.escape(labels[place].name)}(?!\w)", " ", left, flags=re.IGNORECASE)
        said[place] = count > 0
    for place in np.flatnonzero(said).tolist():
        if (group := labels[place].group) in codes:
            said[codes.index(group)] = True
    return said
