"""An evaluation as one HTML page with plots, which needs nothing else to be read."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.files import atomic_write
from galiot.learn.sense.examples import Examples
from galiot.learn.sense.metrics import auc
from galiot.learn.sense.plots import bars, curves
from galiot.senses.base import Label

Wide = npt.NDArray[np.float64]
Cells = Sequence[Sequence[str]]
_MOST_CURVES = 7
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}"
    "td+td{text-align:right}svg{margin:0 1rem 1rem 0;font-family:system-ui,sans-serif}.notice{color:#a00}"
)
_APART = frozenset(
    {"by_label", "blind", "baselines", "texts", "noise", "notice", "sense", "records", "examples", "seen_in_training"}
)
_NAMES = {"auc": "AUC", "f1": "F1", "bleu": "BLEU", "rouge": "ROUGE", "l": "L", "meteor": "METEOR", "sha256": "SHA-256"}


def write_page(
    path: Path, scores: dict[str, Any], probability: Wide, examples: Examples, labels: Sequence[Label]
) -> None:
    """Write the page.

    raises: FileError when it cannot be written
    """
    wide = [place for place, label in enumerate(labels) if label.group == label.code and label.code]
    shown = wide or list(range(min(len(labels), _MOST_CURVES)))
    parts = [
        f"<h1>{html.escape(Path(str(scores['sense'])).name)}</h1>",
        f"<p>{scores['records']} records, {scores['examples']} windows.</p>",
        _notice("These records were learned from: the figures say nothing of others.", scores.get("seen_in_training")),
        _notice(f"This sense is {scores.get('notice')}.", scores.get("notice")),
        "<h2>Scores</h2>" + _table(_flat({key: scores[key] for key in scores if key not in _APART})),
        "<h2>Ranking and calibration</h2>",
        _ranking(probability, examples.truth, labels, shown),
        _calibration(probability[:, shown], examples.truth[:, shown]),
        "<h2>By label</h2>" + _wide_table("label", scores["by_label"]),
        *_more(scores),
    ]
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>Sense evaluation</title><style>{_STYLE}</style>"
    with atomic_write(path) as file:
        file.write((head + "\n".join(filter(None, parts)) + "</html>\n").encode())


def _more(scores: dict[str, Any]) -> Iterator[str]:
    """What was asked for beside the scores."""
    if "blind" in scores:
        yield "<h2>Blind controls</h2>" + _table(_flat(scores["blind"]))
    if "baselines" in scores:
        yield "<h2>Baselines</h2>" + _wide_table("baseline", scores["baselines"])
    if "texts" in scores:
        yield "<h2>Texts of reports</h2>" + _wide_table("written by", scores["texts"])
    if "noise" in scores:
        name = "macro_f1" if "recordings_right" in scores else "macro_auc"
        plain = scores[name]["value"]
        yield "<h2>Noise</h2>" + bars(_said(name), {"as it is": plain, **scores["noise"]}, line=plain)


def _notice(text: str, wanted: object) -> str:
    return f"<p class=notice>{html.escape(text)}</p>" if wanted else ""


def _flat(values: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """One row a score, each with the way to it."""
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{before}{_said(key)}"
        if isinstance(value, Mapping) and set(value) != {"value", "interval_95"}:
            rows += _flat(value, f"{name}: ")
        elif key == "peak_bytes":
            rows.append((f"{before}peak memory", f"{value / 2**20:.0f} MiB"))
        else:
            rows.append((name, _shown(value)))
    return rows


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        low, high = value["interval_95"]
        return f"{_shown(value['value'])} [{_shown(low)}, {_shown(high)}]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "-" if value is None else str(value)


def _said(key: str) -> str:
    """The key of a score as words."""
    return " ".join(_NAMES.get(word, word) for word in key.split("_"))


def _table(rows: Cells, head: Sequence[str] = ()) -> str:
    top = f"<tr>{''.join(f'<th>{html.escape(cell)}</th>' for cell in head)}</tr>" if head else ""
    body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{top}{body}</table>"


def _wide_table(first: str, scores: Mapping[str, Mapping[str, Any]]) -> str:
    """One row for each of many things that have the same scores."""
    columns = list(dict.fromkeys(column for row in scores.values() for column in row))
    rows = [[name, *(_shown(row.get(column)) for column in columns)] for name, row in scores.items()]
    return _table(rows, [first, *map(_said, columns)])


def _ranking(probability: Wide, truth: npt.NDArray[np.bool_], labels: Sequence[Label], shown: Sequence[int]) -> str:
    lines: dict[str, tuple[Wide, Wide]] = {}
    for place in shown:
        yes = truth[np.argsort(-probability[:, place]), place]
        if yes.all() or not yes.any():
            continue
        x = np.concatenate([[0], np.cumsum(~yes) / (~yes).sum()])
        y = np.concatenate([[0], np.cumsum(yes) / yes.sum()])
        lines[f"{labels[place].code} {auc(truth[:, place], probability[:, place]):.3f}"] = x, y
    return curves("Found, against false alarms (area)", "share of others called so", "share found", lines)


def _calibration(probability: Wide, truth: npt.NDArray[np.bool_]) -> str:
    order = np.argsort(probability.ravel())
    parts = [part for part in np.array_split(order, 10) if len(part)]
    x = np.array([probability.ravel()[part].mean() for part in parts])
    y = np.array([truth.ravel()[part].mean() for part in parts])
    return curves("Calibration", "probability", "share that is true", {"ten equal parts": (x, y)}, dots=True)
