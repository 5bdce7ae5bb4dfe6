"""The heart vector: how large QRS and T are in space, where they point when, and which way round they go."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from galiot.senses.features.beat import Beat, qrs_span, t_span
from galiot.signals.reading import Floats

Named = Iterator[tuple[str, float]]
_PLANES = {"frontal": (0, 1), "flat": (0, 2), "side": (2, 1)}
_FIRST_MS, _LAST_MS, _ST_MS = (10, 20, 30, 40), (10, 20, 30, 40), (20, 60)
_KORS = np.array([
    [0.38, -0.07, -0.13, 0.05, -0.01, 0.14, 0.06, 0.54],
    [-0.07, 0.93, 0.06, -0.02, -0.05, 0.06, -0.17, 0.13],
    [0.11, -0.23, -0.43, -0.06, -0.14, -0.20, -0.11, 0.31],
])  # fmt: skip
"""Heart vector (left, down, back) of I, II, V1 to V6: Kors et al., Eur Heart J 1990."""


def vector_features(beat: Beat) -> Named:
    """Yield size, direction and shape of the loops of QRS and T, and the angle between them."""
    vector = _KORS @ beat.values[[0, 1, 6, 7, 8, 9, 10, 11]]
    begin, end = qrs_span(beat)
    first, last = t_span(beat)
    qrs, t = vector[:, begin : end + 1], vector[:, first:last]
    means = {"qrs": qrs.mean(axis=1), "t": t.mean(axis=1)}
    for name, loop in (("qrs", qrs), ("t", t)):
        size = np.linalg.norm(loop, axis=0)
        at = int(np.argmax(size))
        yield f"{name}_vector", float(size[at])
        for axis, value in zip("xyz", loop[:, at] / max(1e-3, size[at]), strict=True):
            yield f"{name}_{axis}", float(value)
        spread = np.linalg.svd(loop - loop.mean(axis=1, keepdims=True), compute_uv=False)
        yield f"{name}_round", float(spread[1] / max(1e-6, spread[0]))
        yield f"{name}_flat", float(spread[2] / max(1e-6, spread[0]))
    yield "angle", _angle(means["qrs"], means["t"])
    yield "angle_peaks", _angle(qrs[:, np.linalg.norm(qrs, axis=0).argmax()], t[:, np.linalg.norm(t, axis=0).argmax()])
    yield "gradient", float(np.linalg.norm(vector[:, begin:last].sum(axis=1)) / beat.rate_hz)
    yield from _turns(qrs, beat.rate_hz)
    yield from _moments(vector, begin, end, beat.rate_hz)


def _turns(loop: Floats, rate_hz: float) -> Named:
    """The area that the loop goes round in each plane, in mV²; its sign is the way round."""
    for name, (one, other) in _PLANES.items():
        x, y = loop[one], loop[other]
        yield f"turn_{name}", 0.5 * float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    speed = np.linalg.norm(np.diff(loop, axis=1), axis=0) * rate_hz
    yield "loop_speed", float(speed.max())
    yield "loop_slow", float(np.mean(speed < 0.3 * speed.max()))
    yield "loop_length", float(speed.sum() / rate_hz)


def _moments(vector: Floats, begin: int, end: int, rate_hz: float) -> Named:
    """The vector some milliseconds after QRS begins, before it ends, and after it, in mV."""
    times = {f"first{ms}": begin + ms * rate_hz / 1000 for ms in _FIRST_MS}
    times |= {f"last{ms}": end - ms * rate_hz / 1000 for ms in _LAST_MS}
    times |= {f"st{ms}": end + ms * rate_hz / 1000 for ms in _ST_MS}
    at = np.arange(vector.shape[1])
    for name, place in times.items():
        for axis, row in zip("xyz", vector, strict=True):
            yield f"{name}_{axis}", float(np.interp(place, at, row))


def _angle(one: Floats, other: Floats) -> float:
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return math.degrees(math.acos(float(np.clip(one @ other / size, -1, 1)))) if size > 0 else math.nan
