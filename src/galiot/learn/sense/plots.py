"""Small plots as SVG, for a page that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Wide = npt.NDArray[np.float64]
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf")
_SIDE, _LEFT, _TOP, _LEGEND = 260, 52, 30, 130
_BAR, _NAMES = 20, 130


def curves(title: str, below: str, beside: str, lines: Mapping[str, tuple[Wide, Wide]], *, dots: bool = False) -> str:
    """Draw lines between 0 and 1 on both axes, with a legend.

    lines: name -> x and y; dots: their points are marked
    """
    made = [_text(_LEFT + _SIDE / 2, 16, title, anchor="middle", size=13), _frame(below, beside)]
    for number, (name, (x, y)) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        at_x, at_y = _LEFT + x * _SIDE, _TOP + (1 - y) * _SIDE
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(at_x, at_y, strict=True))
        made.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        if dots:
            made += [
                f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in zip(at_x, at_y, strict=True)
            ]
        row = _TOP + 14 + 17 * number
        made.append(f'<rect x="{_LEFT + _SIDE + 10}" y="{row - 9}" width="10" height="10" fill="{colour}"/>')
        made.append(_text(_LEFT + _SIDE + 25, row, name))
    return _svg(_LEFT + _SIDE + _LEGEND, _TOP + _SIDE + 42, title, made)


def bars(title: str, values: Mapping[str, float], *, line: float) -> str:
    """Draw one bar a value between 0 and 1, and a line where `line` is."""
    made = [_text(_NAMES, 16, title, size=13)]
    for number, (name, value) in enumerate(values.items()):
        top = _TOP + _BAR * number
        made.append(_text(_NAMES - 8, top + 13, name, anchor="end"))
        long = f"{max(0.0, value) * 400:.1f}"
        made.append(f'<rect x="{_NAMES}" y="{top}" width="{long}" height="{_BAR - 6}" fill="{COLOURS[0]}"/>')
        made.append(_text(_NAMES + 410, top + 13, f"{value:.3f} ({value - line:+.3f})"))
    at, bottom = _NAMES + 400 * line, _TOP + _BAR * len(values)
    made.append(
        f'<line x1="{at:.1f}" y1="{_TOP - 6}" x2="{at:.1f}" y2="{bottom}" stroke="#d62728" stroke-dasharray="4 3"/>'
    )
    return _svg(_NAMES + 530, bottom + 10, title, made)


def _frame(below: str, beside: str) -> str:
    """Axes from 0 to 1 with their ticks, and the diagonal."""
    bottom, middle = _TOP + _SIDE, _TOP + _SIDE / 2
    made = [
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>',
        f'<line x1="{_LEFT}" y1="{bottom}" x2="{_LEFT + _SIDE}" y2="{_TOP}" stroke="#ccc"/>',
        _text(_LEFT + _SIDE / 2, bottom + 36, below, anchor="middle"),
        _text(14, middle, beside, anchor="middle", turn=f"rotate(-90 14 {middle})"),
    ]
    for tick in np.linspace(0, 1, 5):
        x, y = _LEFT + tick * _SIDE, bottom - tick * _SIDE
        made.append(f'<path d="M{x} {bottom}v4M{_LEFT} {y}h-4" stroke="#999"/>')
        made.append(_text(x, bottom + 17, f"{tick:g}", anchor="middle"))
        made.append(_text(_LEFT - 8, y + 4, f"{tick:g}", anchor="end"))
    return "".join(made)


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 11, turn: str = "") -> str:
    more = f' transform="{turn}"' if turn else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}"{more}>{html.escape(words)}</text>'


def _svg(width: float, height: float, title: str, inside: list[str]) -> str:
    label = html.escape(title, quote=True)
    return f'<svg width="{width:g}" height="{height:g}" role="img" aria-label="{label}">{"".join(inside)}</svg>'
