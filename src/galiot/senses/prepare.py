"""From a reading of any rate, order and unit to the windows that a sense takes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from galiot.senses.base import Prepared, Span
from galiot.senses.channels import arrange
from galiot.senses.file import SenseFile
from galiot.senses.leads import arrange_leads
from galiot.senses.resample import Extent, extent_of, on_grid, stretches_of
from galiot.signals.clock import show_duration
from galiot.signals.reading import Reading

Wide = npt.NDArray[np.float64]
MOST_WINDOWS = 12
_MOST_S = 120.0  # of a recording that is looked at, where windows are short
_LEAST = 0.5  # of a window: a shorter reading is too short
_KNOWN = 0.5  # of a channel's samples: with fewer it counts as absent
_COMPLETE = 0.66  # of the channels of a sense: with fewer, its members judge what they were not trained on
_SLOW = 0.6  # of the sense's rate: what was sampled slower lacks detail


def prepare(reading: Reading, file: SenseFile) -> Prepared:
    """Resample, order and scale a reading as a sense wants it; what stands against it is in `limits`."""
    extent = extent_of(reading)
    samples = file.window_samples
    if extent is None:
        return _nothing(reading, file, "the reading is too short to be judged")
    rate_hz = file.rate_hz if file.window_s else samples / extent.seconds
    starts, window_s, limits, usable = _windows(extent, file, rate_hz)
    spans, rows = list[Span](), []
    margin, long_s = 4 / rate_hz + 4 * extent.step_s, samples / rate_hz
    cut = stretches_of(reading, [(start - margin, start + long_s + margin) for start in starts])
    for start, (times, values, first) in zip(starts, cut, strict=True):
        grid = start + np.arange(samples) / rate_hz
        inside = np.searchsorted(times, [start - 1e-9, start + long_s - 1e-9])
        spans.append((first + int(inside[0]), first + int(inside[1])))
        rows.append([on_grid(times, each, grid) for each in values])
    values = np.array(rows, np.float64)
    arranged = (
        arrange_leads(reading.channels, values, rate_hz) if file.kind == "ecg" else arrange(reading, file, values)
    )
    level, scale, present = _measures(arranged.values, file.scaling)
    scaled = (arranged.values - level[:, None]) / scale[:, None]
    scaled = np.where(present[:, None] & np.isfinite(scaled), scaled, 0)
    return Prepared(
        reading=reading,
        windows=scaled.astype(np.float32),
        present=present,
        channels=arranged.channels,
        units=arranged.units,
        rate_hz=rate_hz,
        window_s=window_s,
        spans=tuple(spans),
        starts_s=tuple(starts),
        level=level.astype(np.float32),
        scale=scale.astype(np.float32),
        limits=(*limits, *arranged.limits),
        usable=usable and arranged.usable and bool(present.any()),
        complete=not file.channels or float(present.mean()) >= _COMPLETE,
    )


def _windows(extent: Extent, file: SenseFile, rate_hz: float) -> tuple[list[float], float, list[str], bool]:
    """Return when windows start, how long one is, what stands against it, and whether it is usable."""
    limits, usable = list[str](), True
    if not file.window_s:
        return [extent.first_s], extent.seconds, limits, usable
    window_s, seconds = file.window_s, extent.seconds
    if 1 / extent.step_s < _SLOW * rate_hz:
        limits.append(f"sampled {1 / extent.step_s:.3g} times a second, {rate_hz:g} are wanted: detail is missing")
        usable = file.kind != "ecg"
    if seconds < 0.98 * window_s:
        limits.append(f"{show_duration(seconds)} are short, {show_duration(window_s)} are wanted")
        usable = usable and seconds >= _LEAST * window_s
    count = max(1, int((seconds + 1.5 * extent.step_s) / window_s))
    starts = [extent.first_s + number * window_s for number in range(count)]
    most = max(MOST_WINDOWS, int(_MOST_S / window_s))
    if count > most:
        limits.append(f"{most} stretches of {show_duration(window_s)} are judged, spread over the recording")
        starts = [starts[place] for place in np.linspace(0, count - 1, most).round().astype(int)]
    return starts, window_s, limits, usable


def _measures(values: Wide, scaling: str) -> tuple[Wide, Wide, npt.NDArray[np.bool_]]:
    """Return level and scale of each channel over all windows, and which channels are there."""
    known = np.isfinite(values)
    present = known.mean(axis=(0, 2)) >= _KNOWN
    level, scale = np.zeros(values.shape[1]), np.ones(values.shape[1])
    if scaling == "none":
        return level, scale, present
    for row in np.flatnonzero(known.any(axis=(0, 2))):
        inside = values[:, row][known[:, row]]
        level[row] = np.median(inside) if scaling == "level" else inside.mean()
        if scaling == "standard":
            deviation = float(inside.std())
            scale[row] = deviation if deviation > 1e-9 * max(1.0, abs(level[row])) else 1.0
    return level, scale, present


def _nothing(reading: Reading, file: SenseFile, limit: str) -> Prepared:
    channels = file.channels or tuple(channel.name for channel in reading.channels)
    count = len(channels)
    rate_hz = file.rate_hz or 1.0
    return Prepared(
        reading=reading,
        windows=np.zeros((1, count, file.window_samples), np.float32),
        present=np.zeros(count, bool),
        channels=channels,
        units=file.units or ("",) * count,
        rate_hz=rate_hz,
        window_s=file.window_samples / rate_hz,
        spans=((0, 0),),
        level=np.zeros(count, np.float32),
        scale=np.ones(count, np.float32),
        limits=(limit,),
        usable=False,
    )
