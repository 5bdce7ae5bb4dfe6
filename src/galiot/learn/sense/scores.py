"""Scores of statements on records that were not learned from, with intervals and blind controls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.learn.sense.examples import Examples
from galiot.learn.sense.joining import join
from galiot.learn.sense.labels import HEALTHY
from galiot.learn.sense.metrics import auc, calibration_error, f1, interval, macro_auc, macro_f1
from galiot.senses.base import Label
from galiot.senses.recipe import Recipe

Wide = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


def out_of_fold_scores(
    logits: Wide, examples: Examples, labels: Sequence[Label], recipe: Recipe, kinds: Sequence[str] = ()
) -> dict[str, Any]:
    """Return scores where members, calibration and thresholds have not seen a record's part.

    logits: (members, examples, labels), out of fold
    """
    probability, said = np.zeros(examples.truth.shape), np.zeros(examples.truth.shape, bool)
    for part in np.unique(examples.part):
        apart = examples.part == part
        head = join(logits[:, ~apart], examples.truth[~apart], labels, recipe.head, kinds)
        for place in np.flatnonzero(apart):
            probability[place] = head.probabilities(logits[:, place].astype(np.float32))
            said[place] = [each.said for each in head.statements(probability[place].astype(np.float32))]
    made = scores_of(probability, said, examples, labels)
    made["split"] = f"out of fold, {len(np.unique(examples.part))} parts by person"
    return made


def scores_of(probability: Wide, said: Truth, examples: Examples, labels: Sequence[Label]) -> dict[str, Any]:
    """Return scores of probabilities and decisions (examples, labels)."""
    if labels[0].kind == "class":
        return _of_classes(probability, examples, labels)
    return _of_statements(probability, said, examples, labels)


def swapped(examples: Examples, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """For each example one of another person of the same site (examples,), evenly used; itself where there is none."""
    made = np.arange(len(examples.record))
    for site in sorted(set(examples.site)):
        places = np.flatnonzero(np.array([each == site for each in examples.site]))
        if len(places) > 1:
            order = rng.permutation(places)
            made[order] = np.roll(order, 1)
    return made


def abnormal_f1(truth: Truth, said: Truth, labels: Sequence[Label], beyond: int = 0) -> float:
    """F1 over all records and single codes together, without those that say that all is well.

    beyond: codes of the records that are no label: they are missed
    """
    codes = np.array([not is_wide(label) and label.code not in HEALTHY for label in labels])
    t, s = truth[:, codes], said[:, codes]
    return 2 * float((t & s).sum()) / max(1.0, float(t.sum() + s.sum() + beyond))


def called_normal(truth: Truth, said: Truth, labels: Sequence[Label]) -> float:
    """Share of the records without NORM of which NORM is said; NaN where the label is not known."""
    codes = [label.code for label in labels]
    if "NORM" not in codes:
        return float("nan")
    place = codes.index("NORM")
    return float(said[~truth[:, place], place].mean()) if not truth[:, place].all() else float("nan")


def is_wide(label: Label) -> bool:
    """Whether a label is a group of others."""
    return label.group == label.code and label.code != ""


def _of_statements(probability: Wide, said: Truth, examples: Examples, labels: Sequence[Label]) -> dict[str, Any]:
    truth = examples.truth
    wide = np.array([is_wide(label) for label in labels])
    if not wide.any():
        wide = np.ones(len(labels), bool)
    t, p, s = truth[:, wide], probability[:, wide], said[:, wide]
    other = swapped(examples, np.random.default_rng(0))
    missed = examples.beyond if examples.beyond is not None else np.zeros(len(t), np.int64)

    def abnormal(rows: npt.NDArray[np.int64], told: Truth) -> float:
        return abnormal_f1(truth[rows], told[rows], labels, int(missed[rows].sum()))

    everybody = np.arange(len(t))
    made = {
        "macro_auc": _with_interval(len(t), lambda rows: macro_auc(t[rows], p[rows])),
        "macro_f1": _with_interval(len(t), lambda rows: macro_f1(t[rows], s[rows])),
        "abnormal_statement_f1": _with_interval(len(t), lambda rows: abnormal(rows, said)),
        "abnormal_codes_beyond_labels": int(missed.sum()),
        "abnormal_called_normal": called_normal(truth, said, labels),
        "calibration_error": calibration_error(t, p),
        "by_label": {
            label.code: {
                "records": int(truth[:, place].sum()),
                "auc": _rounded(auc(truth[:, place], probability[:, place])),
                "f1": _rounded(f1(truth[:, place], said[:, place])),
            }
            for place, label in enumerate(labels)
        },
        "blind": {
            "another person of the same site": {
                "macro_auc": _rounded(macro_auc(t, p[other])),
                "macro_f1": _rounded(macro_f1(t, s[other])),
                "abnormal_statement_f1": _rounded(abnormal(everybody, said[other])),
                "abnormal_statement_f1_lost": _with_interval(
                    len(t),
                    lambda rows: abnormal(rows, said) - abnormal(rows, said[other]),
                ),
            },
            "every label said": {"macro_auc": 0.5, "macro_f1": _rounded(macro_f1(t, np.ones_like(t)))},
        },
    }
    return {name: _rounded(value) if isinstance(value, float) else value for name, value in made.items()}


def _of_classes(probability: Wide, examples: Examples, labels: Sequence[Label]) -> dict[str, Any]:
    truth, found = examples.truth, probability.argmax(axis=1)
    said = np.eye(len(labels), dtype=bool)[found]
    records = np.unique(examples.record)
    voted = np.array(
        [np.log(np.maximum(probability[examples.record == record], 1e-6)).mean(axis=0).argmax() for record in records]
    )
    right = voted == np.array([truth[examples.record == record][0].argmax() for record in records])
    other = swapped(examples, np.random.default_rng(0))
    share = truth.mean(axis=0)
    return {
        "macro_f1": _with_interval(len(truth), lambda rows: macro_f1(truth[rows], said[rows])),
        "recordings_right": _with_interval(len(right), lambda rows: float(right[rows].mean())),
        "macro_auc": _rounded(macro_auc(truth, probability)),
        "calibration_error": _rounded(calibration_error(truth, probability)),
        "by_label": {
            label.code: {"windows": int(truth[:, place].sum()), "f1": _rounded(f1(truth[:, place], said[:, place]))}
            for place, label in enumerate(labels)
        },
        "blind": {
            "another window of anybody": {"macro_f1": _rounded(macro_f1(truth, said[other]))},
            "commonest class": {
                "macro_f1": _rounded(macro_f1(truth, np.eye(len(labels), dtype=bool)[[share.argmax()] * len(truth)]))
            },
        },
    }


def _with_interval(count: int, score: Any) -> dict[str, Any]:
    low, high = interval(count, score)
    return {"value": _rounded(score(np.arange(count))), "interval_95": [_rounded(low), _rounded(high)]}


def _rounded(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None
