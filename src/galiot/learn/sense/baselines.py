"""What is cheaper than a sense: the commonest answer, the nearest neighbour, and a line through the features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.learn.sense.examples import Examples, feature_names, measure_examples
from galiot.learn.sense.forest import filled, usual_values
from galiot.learn.sense.scores import Truth, scores_of
from galiot.senses.base import Floats, Label
from galiot.senses.recipe import Recipe

Wide = npt.NDArray[np.float64]
_ROWS = ("macro_auc", "macro_f1", "abnormal_statement_f1", "abnormal_called_normal", "recordings_right")


Judgement = tuple[Wide, Truth]
"""Probabilities and decisions (records, labels)."""


def baselines(recipe: Recipe, training: Examples, test: Examples) -> dict[str, Judgement]:
    """Return what each baseline says of the test records."""
    names = feature_names(recipe, training)
    rows = [measure_examples(recipe, each, names, copies=0, seed=0)[0] for each in (training, test)]
    known, asked = _scaled(*rows)
    return {
        "commonest": commonest(training.truth, len(asked)),
        "nearest neighbour": nearest(known, training.truth, asked),
        "features, logistic regression": linear(known, training.truth, asked),
        "features, one forest": trees(known, training.truth, asked),
    }


def main_scores(judgement: Judgement, test: Examples, labels: Sequence[Label]) -> dict[str, Any]:
    """Return the main scores of a judgement."""
    return _short(scores_of(*judgement, test, labels))


def commonest(truth: Truth, count: int) -> Judgement:
    """Say of every record what is true of most."""
    share = truth.mean(axis=0)
    said = share >= 0.5 if (share >= 0.5).any() else share == share.max()
    return np.tile(share, (count, 1)), np.tile(said, (count, 1))


def nearest(known: Floats, truth: Truth, asked: Floats) -> Judgement:
    """Say what was true of the training record that is most alike."""
    away = ((asked[:, None] - known[None]) ** 2).mean(axis=2) if len(asked) * len(known) < 4e5 else _far(asked, known)
    found = truth[away.argmin(axis=1)]
    return found.astype(np.float64), found


def linear(known: Floats, truth: Truth, asked: Floats) -> Judgement:
    """Logistic regression on all features, strongly held back; thresholds where the training records have best F1."""
    from sklearn.linear_model import LogisticRegression

    probability, said = np.zeros((len(asked), truth.shape[1])), np.zeros((len(asked), truth.shape[1]), bool)
    for label in range(truth.shape[1]):
        wanted = truth[:, label]
        if len(np.unique(wanted)) < 2:
            probability[:, label] = wanted.mean()
            continue
        model = LogisticRegression(C=0.003, max_iter=500).fit(known, wanted)
        probability[:, label] = model.predict_proba(asked)[:, 1]
        said[:, label] = probability[:, label] >= np.quantile(model.predict_proba(known)[:, 1], 1 - wanted.mean())
    return probability, said


def trees(known: Floats, truth: Truth, asked: Floats) -> Judgement:
    """Extremely randomized trees for all labels together, thresholds where as much is said as is true."""
    from sklearn.ensemble import ExtraTreesClassifier

    model = ExtraTreesClassifier(
        200, min_samples_leaf=2, max_features=0.1, random_state=0, oob_score=True, bootstrap=True
    )
    model.fit(known, truth)
    found = model.predict_proba(asked)
    shares = [each[:, 1] if each.shape[1] > 1 else np.zeros(len(asked)) for each in found]
    probability = np.stack(shares, axis=1)
    apart = np.asarray(model.oob_decision_function_)[:, 1].reshape(len(known), -1)
    bound = [np.quantile(apart[:, label], 1 - truth[:, label].mean()) for label in range(truth.shape[1])]
    return probability, probability >= np.maximum(bound, 1e-6)


def _scaled(known: Floats, asked: Floats) -> tuple[Floats, Floats]:
    usual = usual_values(known)
    known, asked = filled(known, usual), filled(asked, usual)
    middle, spread = known.mean(axis=0), known.std(axis=0) + 1e-6
    return np.clip((known - middle) / spread, -4, 4), np.clip((asked - middle) / spread, -4, 4)


def _far(asked: Floats, known: Floats) -> Floats:
    return np.asarray((asked**2).sum(axis=1)[:, None] - 2 * asked @ known.T + (known**2).sum(axis=1))


def _short(scores: dict[str, Any]) -> dict[str, Any]:
    return {name: scores[name] for name in _ROWS if name in scores}
