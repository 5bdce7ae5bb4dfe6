"""An evaluation as one HTML page with plots, which needs nothing else to be read."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.files import atomic_write
from galiot.learn.sense.examples import Examples
from galiot.senses.base import Label

Wide = npt.NDArray[np.float64]
_SIDE = 300
_COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf")
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}"
    "svg{margin:0 1rem 1rem 0}.notice{color:#a00}"
)


def write_page(
    path: Path, scores: dict[str, Any], probability: Wide, examples: Examples, labels: Sequence[Label]
) -> None:
    """Write the page.

    raises: FileError when it cannot be written
    """
    wide = [place for place, label in enumerate(labels) if label.group == label.code and label.code]
    shown = wide or list(range(min(len(labels), len(_COLOURS))))
    parts = [
        f"<h1>{html.escape(Path(str(scores['sense'])).name)}</h1>",
        f"<p>{scores['records']} records, {scores['examples']} windows.</p>",
        f"<p class=notice>{html.escape(scores['notice'])}</p>" if scores.get("notice") else "",
        "<h2>Scores</h2>" + _table(_flat({key: scores[key] for key in scores if key not in _APART})),
        "<h2>Ranking and calibration</h2>",
        _roc(probability, examples.truth, labels, shown),
        _reliability(probability[:, shown], examples.truth[:, shown]),
        "<h2>By label</h2>" + _labels(scores["by_label"]),
        *(
            f"<h2>{title}</h2>" + _table(_flat(scores[key]))
            for key, title in (
                ("blind", "Blind controls"),
                ("baselines", "Baselines"),
                ("texts", "Texts of reports"),
                ("noise", "Noise"),
            )
            if key in scores
        ),
    ]
    text = f"<!doctype html><meta charset=utf-8><title>Sense evaluation</title><style>{_STYLE}</style>" + "\n".join(
        parts
    )
    with atomic_write(path) as file:
        file.write(text.encode())


_APART = frozenset({"by_label", "blind", "baselines", "texts", "noise", "notice", "sense"})


def _flat(values: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and set(value) == {"value", "interval_95"}:
            low, high = value["interval_95"]
            rows.append((name, f"{value['value']} [{low}, {high}]"))
        elif isinstance(value, dict):
            rows += _flat(value, f"{name}: ")
        else:
            rows.append((name, str(value)))
    return rows


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td>{html.escape(a)}</td><td>{html.escape(b)}</td></tr>" for a, b in rows)
    return f"<table>{cells}</table>"


def _labels(by_label: dict[str, dict[str, Any]]) -> str:
    columns = list(next(iter(by_label.values())))
    head = "".join(f"<th>{column}</th>" for column in ("label", *columns))
    body = "".join(
        f"<tr><td>{html.escape(code)}</td>" + "".join(f"<td>{row[column]}</td>" for column in columns) + "</tr>"
        for code, row in by_label.items()
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _roc(probability: Wide, truth: npt.NDArray[np.bool_], labels: Sequence[Label], shown: Sequence[int]) -> str:
    lines, names = [], []
    for number, place in enumerate(shown):
        order = np.argsort(-probability[:, place])
        yes = truth[order, place]
        if yes.all() or not yes.any():
            continue
        x = np.concatenate([[0], np.cumsum(~yes) / (~yes).sum()])
        y = np.concatenate([[0], np.cumsum(yes) / yes.sum()])
        colour = _COLOURS[number % len(_COLOURS)]
        lines.append(_line(x, y, colour))
        names.append(f'<tspan x="170" dy="15" fill="{colour}">{html.escape(labels[place].code)}</tspan>')
    return _plot("false alarms", "found", [*lines, f'<text y="{_SIDE - 110}" font-size="12">{"".join(names)}</text>'])


def _reliability(probability: Wide, truth: npt.NDArray[np.bool_]) -> str:
    order = np.argsort(probability.ravel())
    parts = np.array_split(order, 10)
    x = np.array([probability.ravel()[part].mean() for part in parts if len(part)])
    y = np.array([truth.ravel()[part].mean() for part in parts if len(part)])
    return _plot("said probability", "true share", [_line(x, y, _COLOURS[0])])


def _line(x: Wide, y: Wide, colour: str) -> str:
    points = " ".join(
        f"{20 + a * (_SIDE - 40):.1f},{_SIDE - 20 - b * (_SIDE - 40):.1f}" for a, b in zip(x, y, strict=True)
    )
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def _plot(below: str, beside: str, inside: Sequence[str]) -> str:
    low, high, middle = 20, _SIDE - 20, _SIDE // 2 + 20
    return (
        f'<svg width="{_SIDE}" height="{_SIDE}" role="img" aria-label="{beside} against {below}">'
        f'<rect x="{low}" y="{low}" width="{high - low}" height="{high - low}" fill="none" stroke="#999"/>'
        f'<line x1="{low}" y1="{high}" x2="{high}" y2="{low}" stroke="#ccc"/>{"".join(inside)}'
        f'<text x="{_SIDE // 2 - 40}" y="{_SIDE - 5}" font-size="11">{below}</text>'
        f'<text x="12" y="{middle}" font-size="11" transform="rotate(-90 12 {middle})">{beside}</text>'
        "</svg>"
    )
