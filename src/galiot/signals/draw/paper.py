"""An electrocardiogram on its paper: 25 mm a second, 10 mm a millivolt, three rows of four leads and a rhythm strip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from galiot.signals.ecg import Ecg, measure
from galiot.signals.ecg.filters import band_pass
from galiot.signals.ecg.leads import in_millivolts
from galiot.signals.ecg.quality import filled_in
from galiot.signals.fact import Facts
from galiot.signals.reading import Floats, Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MM = 1 / 25.4
_SPEED, _GAIN = 25.0, 10.0  # mm/s, mm/mV
_ROW_MM, _LEFT_MM, _RIGHT_MM, _TOP_MM, _FOOT_MM = 28.0, 14.0, 5.0, 6.0, 9.0
_SHOWN_S = 10.0
_COLUMNS = (("I", "II", "III"), ("aVR", "aVL", "aVF"), ("V1", "V2", "V3"), ("V4", "V5", "V6"))
_INK, _FINE, _COARSE, _MARK = "#20262b", "#f6d5d3", "#eaa9a5", "#2a6f97"
_TOLD = ("heart rate", "pr", "qrs", "qt", "qtc", "axis")
_NAMES = {"heart rate": "rate", "pr": "PR", "qrs": "QRS", "qt": "QT", "qtc": "QTc", "axis": "axis"}


def ecg_figure(reading: Reading, facts: Facts) -> Figure | None:
    """Draw the first ten seconds; None where the reading is no electrocardiogram."""
    ecg = measure(reading)
    if ecg is None or not ecg.leads:
        return None
    signals = _signals(reading, ecg)
    samples = min(next(iter(signals.values())).shape[0], round(_SHOWN_S * ecg.rate_hz))
    seconds = samples / ecg.rate_hz
    rows = _rows(list(signals), seconds)
    return _figure(ecg, facts, signals, rows, seconds)


def _signals(reading: Reading, ecg: Ecg) -> dict[str, Floats]:
    """The leads in mV without baseline wander, of the first stretch of the reading."""
    _, values = next(iter(reading.blocks()))
    kept = round((_SHOWN_S + 1) * ecg.rate_hz)
    found = {}
    for name, place in zip(ecg.leads, ecg.places, strict=True):
        lead, _ = in_millivolts(values[place, :kept], reading.channels[place].unit)
        found[name] = band_pass(filled_in(lead), ecg.rate_hz, 0.3, 100.0)
    return found


Strip = tuple[str, float, float]
"""A lead from one second to another."""


def _rows(leads: list[str], seconds: float) -> list[list[Strip]]:
    """What stands in each row: the usual three rows of four and lead II below, or a row for each lead."""
    if not all(name in leads for column in _COLUMNS for name in column):
        return [[(name, 0.0, seconds)] for name in leads]
    quarter = seconds / 4
    rows = [[(column[row], k * quarter, (k + 1) * quarter) for k, column in enumerate(_COLUMNS)] for row in range(3)]
    return [*rows, [("II", 0.0, seconds)]]


def _figure(ecg: Ecg, facts: Facts, signals: dict[str, Floats], rows: list[list[Strip]], seconds: float) -> Figure:
    from matplotlib.figure import Figure

    wide, high = _LEFT_MM + seconds * _SPEED + _RIGHT_MM, _TOP_MM + len(rows) * _ROW_MM + _FOOT_MM
    figure = Figure(figsize=(wide * _MM, (high + 14) * _MM))
    axis = figure.add_axes((0, 0, 1, high / (high + 14)))
    _paper(axis, wide, high)
    for number, row in enumerate(rows):
        base = high - _TOP_MM - (number + 0.55) * _ROW_MM
        _pulse(axis, base)
        for name, first, last in row:
            _strip(axis, signals[name], ecg.rate_hz, name, (first, last), base)
    _beats(axis, ecg, _FOOT_MM + 0.09 * _ROW_MM, seconds)
    _intervals(axis, ecg, _FOOT_MM, seconds)
    told = [fact for name in _TOLD for fact in facts.of("", name)]
    line = "     ".join(f"{_NAMES[fact.name]} {fact.display}" for fact in told)
    figure.text(0.012, 1 - 4.5 / (high + 14), facts.title, fontsize=8, color=_INK, va="center")
    figure.text(0.012, 1 - 10 / (high + 14), line or "nothing could be measured", fontsize=10, color=_INK, va="center")
    figure.text(0.988, 1 - 4.5 / (high + 14), "25 mm/s   10 mm/mV", fontsize=7, color=_INK, va="center", ha="right")
    return figure


def _paper(axis: Any, wide: float, high: float) -> None:
    """Lines every millimetre and, stronger, every five."""
    axis.set_xlim(0, wide)
    axis.set_ylim(0, high)
    axis.set_axis_off()
    for step, colour, width in ((1, _FINE, 0.35), (5, _COARSE, 0.6)):
        axis.vlines(np.arange(0, wide, step), 0, high, color=colour, linewidth=width, zorder=0)
        axis.hlines(np.arange(0, high, step), 0, wide, color=colour, linewidth=width, zorder=0)


def _pulse(axis: Any, base: float) -> None:
    """The step of one millivolt in front of a row, by which its height can be read."""
    x, y = np.array([3, 5, 5, 10, 10, 12]), np.array([0, 0, 1, 1, 0, 0])
    axis.plot(x, base + _GAIN * y, color=_INK, linewidth=0.75)


def _strip(axis: Any, signal: Floats, rate_hz: float, name: str, part: tuple[float, float], base: float) -> None:
    begin, end = (round(second * rate_hz) for second in part)
    shown = signal[begin:end]
    x = _LEFT_MM + (begin + np.arange(len(shown))) / rate_hz * _SPEED
    axis.plot(x, base + (shown * _GAIN).clip(-0.62 * _ROW_MM, 0.62 * _ROW_MM), color=_INK, linewidth=0.75)
    left = _LEFT_MM + begin / rate_hz * _SPEED
    paper = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1}
    axis.text(left + 1, base + 0.37 * _ROW_MM, name, fontsize=8, color=_INK, weight="bold", bbox=paper, zorder=1.5)
    if begin:
        axis.vlines(left, base - 3, base + 3, color=_INK, linewidth=0.6)


def _beats(axis: Any, ecg: Ecg, height: float, seconds: float) -> None:
    """A mark under the last row for each beat that was found."""
    beats = ecg.beats[ecg.beats < seconds * ecg.rate_hz] / ecg.rate_hz
    axis.plot(_LEFT_MM + beats * _SPEED, np.full(len(beats), height), "^", color=_MARK, markersize=4)


def _intervals(axis: Any, ecg: Ecg, height: float, seconds: float) -> None:
    """PR, QRS and QT as bars under the first beat of the commonest shape that is shown whole."""
    beat, waves = ecg.beat, ecg.waves
    if beat is None or waves is None:
        return
    bars: list[tuple[str, float | None, float | None, int]] = [
        ("PR", waves.p_begins, waves.qrs_begins, 0),
        ("QRS", waves.qrs_begins, waves.qrs_ends, 1),
        ("QT", waves.qrs_begins, waves.t_ends, 2),
    ]
    spans = [
        (name, (begin - beat.middle) / beat.rate_hz, (end - beat.middle) / beat.rate_hz, row)
        for name, begin, end, row in bars
        if begin is not None and end is not None
    ]
    first, last = min(span[1] for span in spans), max(span[2] for span in spans)
    places = beat.places[beat.alike] / ecg.rate_hz
    whole = places[(places + first > 0) & (places + last < seconds)]
    for name, begin, end, row in spans if len(whole) else ():
        x, y = _LEFT_MM + (whole[0] + np.array([begin, end])) * _SPEED, height - 2.4 * row
        axis.plot(x, (y, y), color=_MARK, linewidth=2.2, solid_capstyle="butt")
        told = f"{name} {1000 * (end - begin):.0f} ms"
        axis.text(x[1] + 1, y, told, fontsize=6, color=_MARK, va="center")
