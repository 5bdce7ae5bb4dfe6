"""Measured features: what an expert would measure on a window, as a vector with names; one file per kind of reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from galiot.errors import RequestError
from galiot.senses.base import Floats, Prepared

__all__ = ["KINDS", "measured"]


def _ecg(prepared: Prepared, window: int) -> dict[str, float]:
    from galiot.senses.features.ecg import ecg_window_features

    return ecg_window_features(prepared, window)


def _motion(prepared: Prepared, window: int) -> dict[str, float]:
    from galiot.senses.features.motion import motion_features

    return motion_features(prepared, window)


def _series(prepared: Prepared, window: int) -> dict[str, float]:
    from galiot.senses.features.series import series_features

    return series_features(prepared, window)


KINDS: dict[str, Callable[[Prepared, int], dict[str, float]]] = {"ecg": _ecg, "motion": _motion, "series": _series}


def measured(kind: str, prepared: Prepared, names: Sequence[str]) -> Floats:
    """Return features (windows, names) of every window, NaN for what could not be measured.

    raises: RequestError for a kind of which nothing is measured
    """
    if kind not in KINDS:
        raise RequestError(f"no features are measured of {kind}; expected one of {', '.join(KINDS)}")
    made = np.full((len(prepared.windows), len(names)), np.nan, np.float32)
    for window in range(len(prepared.windows)):
        found = KINDS[kind](prepared, window)
        made[window] = [found.get(name, np.nan) for name in names]
    return made
