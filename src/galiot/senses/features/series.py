"""What can be measured on one channel of any series: trend, cycle, step, spikes, flat stretches, spread."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from galiot.senses.base import Prepared

Wide = npt.NDArray[np.float64]
_TINY = 1e-9


def series_features(prepared: Prepared, window: int) -> dict[str, float]:
    """Return features of the first channel of a window (channels, samples), which has mean 0 and deviation 1."""
    x = prepared.windows[window, 0].astype(np.float64)
    x = x - x.mean()
    slope, rest = _line(x)
    height, place, split = _step(x)
    _, after = _step(rest)[0], _step(rest)[2]
    return {
        "slope": slope,
        "line explains": 1 - _power(rest) / (_power(x) + _TINY),
        "step": height,
        "step at": place,
        "step explains": 1 - split / (_power(x) + _TINY),
        "step beside line": 1 - after / (_power(rest) + _TINY),
        "ends": float(np.median(x[-len(x) // 6 :]) - np.median(x[: len(x) // 6])),
        **_excursion(x),
        **_cycle(rest, ""),
        **_cycle(_without_step(x), " without step"),
        **_differences(x),
        **_flat(x),
    }


def _line(x: Wide) -> tuple[float, Wide]:
    """Rise over the window, and what the line leaves."""
    t = np.linspace(-0.5, 0.5, len(x))
    slope = float(t @ x / (t @ t))
    return slope, x - slope * t


def _step(x: Wide) -> tuple[float, float, float]:
    """Height and place of the best single step, and the mean square that it leaves."""
    n = len(x)
    k = np.arange(n // 12, n - n // 12)
    left = np.cumsum(x)[k - 1]
    before, after = left / k, (x.sum() - left) / (n - k)
    gain = k * before**2 + (n - k) * after**2
    best = int(gain.argmax())
    return float(after[best] - before[best]), float(k[best] / n), float((x @ x - gain[best]) / n)


def _excursion(x: Wide) -> dict[str, float]:
    """The best stretch with a level of its own: its height, length, and what it explains."""
    n = len(x)
    total, best = np.concatenate([[0.0], np.cumsum(x)]), (0.0, 0.0, 0.0)
    for length in (n // 16, n // 10, n // 6, n // 4, n // 3):
        inside = total[length:] - total[:-length]
        gain = inside**2 / length + inside**2 / (n - length)
        first = int(gain[n // 16 : len(gain) - n // 16].argmax()) + n // 16
        if gain[first] > best[0]:
            best = float(gain[first]), float(inside[first] / length), length / n
    explained, height, share = best
    return {"excursion": height, "excursion length": share, "excursion explains": explained / n / (_power(x) + _TINY)}


def _without_step(x: Wide) -> Wide:
    height, place, _ = _step(x)
    made = x - np.where(np.arange(len(x)) >= round(place * len(x)), height, 0.0)
    return np.asarray(made - made.mean())


def _cycle(x: Wide, tail: str) -> dict[str, float]:
    """The highest peak of the autocorrelation behind its first fall, and of the spectrum."""
    n = len(x)
    spectrum = np.abs(np.fft.rfft(x * np.hanning(n))) ** 2
    whole = spectrum[2:].sum() + _TINY
    peak = int(spectrum[3 : n // 8].argmax()) + 3
    power = np.abs(np.fft.rfft(x, 2 * n)) ** 2
    lags = np.fft.irfft(power)[: n // 2]
    lags = lags / (lags[0] + _TINY) * (n / (n - np.arange(n // 2)))
    fallen = np.flatnonzero(lags < 0.1)
    first = int(fallen[0]) if len(fallen) else n // 2 - 1
    return {
        f"cycle{tail}": float(lags[first:].max(initial=0.0)),
        f"tone{tail}": float(spectrum[peak - 1 : peak + 2].sum() / whole),
        f"turns{tail}": float(peak),
        f"slow part{tail}": float(spectrum[1:3].sum() / (spectrum.sum() + _TINY)),
    }


def _differences(x: Wide) -> dict[str, float]:
    """How the changes from sample to sample are spread, and how far the largest is from the others."""
    change = np.diff(x)
    spread = np.median(np.abs(change - np.median(change))) + 1e-3
    bend = np.abs(np.diff(x, 2))
    quarters = [float(part.std()) + 1e-3 for part in np.array_split(change, 4)]
    robust = [float(np.median(np.abs(part))) + 1e-3 for part in np.array_split(change, 4)]
    return {
        "largest change": float(np.abs(change).max() / spread),
        "largest bend": float(bend.max() / (np.median(bend) + 1e-3)),
        "second bend": float(np.sort(bend)[-4] / (np.median(bend) + 1e-3)),
        "farthest": float(np.abs(x - np.median(x)).max()),
        "spread grows": float(np.log(quarters[3] / quarters[0])),
        "spread grows, robust": float(np.log(robust[3] / robust[0])),
        "spread of halves": float(np.log((quarters[2] + quarters[3]) / (quarters[0] + quarters[1]))),
        "roughness": float(change.std()),
    }


def _flat(x: Wide) -> dict[str, float]:
    """Runs of equal values."""
    same = np.abs(np.diff(x)) < 1e-4
    edges = np.flatnonzero(np.diff(np.concatenate([[0], same.astype(int), [0]])))
    runs = edges[1::2] - edges[::2]
    longest = int(runs.max(initial=0))
    return {"longest run": longest / len(x), "equal": float(same.mean()), "runs": float(len(runs))}


def _power(x: Wide) -> float:
    return float(x @ x / len(x))
