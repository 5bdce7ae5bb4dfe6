"""A robust slope, and whether it can be told from none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galiot.signals.reading import Floats

_BLOCKS = 200
_TESTED = 60
_CRITICAL = 4.5


@dataclass(frozen=True, slots=True)
class Trend:
    """slope_per_h: median of the slopes between all pairs; clear: it can be told from none; change: over the span."""

    slope_per_h: float
    change: float
    clear: bool


def find_trend(times: Floats, values: Floats) -> Trend | None:
    """Find the trend of a course (points,), or None where there are fewer than eight points or no time goes by.

    The slope is Theil and Sen's. It is called clear by a t test on the means of at most 60 blocks whose degrees of
    freedom are cut down by what the residuals remember of their neighbours, so that a random walk rarely passes.
    """
    span = times[-1] - times[0] if len(times) else 0.0
    if len(values) < 8 or span <= 0:
        return None
    t, v = _blocks(times - times[0], values, _BLOCKS)
    first, second = np.triu_indices(len(t), 1)
    apart = t[second] - t[first]
    good = apart > 0
    slope = float(np.median((v[second] - v[first])[good] / apart[good]))
    return Trend(slope * 3600, slope * float(span), _is_clear(*_blocks(times - times[0], values, _TESTED), slope))


def _is_clear(t: Floats, v: Floats, slope: float) -> bool:
    centred = t - t.mean()
    straight = float((centred * (v - v.mean())).sum() / (centred**2).sum())
    rest = v - v.mean() - straight * centred
    power = float((rest**2).sum())
    count = len(v)
    if straight * slope <= 0:
        return False
    if power <= 1e-18 * float((v**2).sum()):
        return True
    memory = float((rest[1:] * rest[:-1]).sum()) / power
    memory = min(max((count * memory + 2) / (count - 4), 0.0), 0.999)
    independent = count * (1 - memory) / (1 + memory)
    freedom = independent - 2
    if freedom < 1:
        return False
    error = np.sqrt(power / count / (centred**2).sum() * (count / max(freedom, 1)))
    # Few degrees of freedom have long tails: the bound grows as Student's quantile does.
    return abs(straight) / float(error) > _CRITICAL * (1 + 4 / freedom)


def _blocks(t: Floats, v: Floats, count: int) -> tuple[Floats, Floats]:
    if len(v) <= count:
        return t, v
    starts = np.linspace(0, len(v), count + 1).astype(np.int64)[:-1]
    sizes = np.diff(np.append(starts, len(v)))
    return np.add.reduceat(t, starts) / sizes, np.add.reduceat(v, starts) / sizes
