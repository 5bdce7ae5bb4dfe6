"""From out-of-fold logits to the head: weights of members, calibration, thresholds.

Everything is chosen on records that a member has not seen. A threshold is half of the best F1, which is the best
threshold for calibrated probabilities (Lipton, Elkan and Naryanaswamy, ECML 2014) and steadier than the best on paper;
that of a group, which has more records, lies midway between the two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from galiot.learn.sense.metrics import macro_auc
from galiot.senses.base import Label
from galiot.senses.head import Head, from_kin
from galiot.senses.recipe import HeadRecipe

Wide = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
_STEPS = 12
_GAIN = 0.002  # of AUC: less is luck
_HEARD = 0.02  # of a member that adds nothing, so that it speaks where the others have no opinion
_COMMON = 0.3  # share of records: so common a code would set the threshold of all others


def join(logits: Wide, truth: Truth, labels: Sequence[Label], settings: HeadRecipe, kinds: Sequence[str] = ()) -> Head:
    """Return the head for members whose logits (members, records, labels) are out of fold.

    kinds: of the members; those that are no `settings.judges` are heard only where the others have no opinion
    """
    judges = np.array([not settings.judges or kind in settings.judges for kind in kinds or [""] * len(logits)])
    weights = (even if settings.even else weigh)(logits, truth, judges if judges.any() else None)
    score = np.einsum("mrl,ml->rl", np.nan_to_num(logits), weights)
    if any(label.kind == "class" for label in labels):
        calibration = np.tile([_temperature(score, truth), 0.0], (len(labels), 1))
    else:
        calibration = calibrate(score, truth, wide_labels(labels))
    shares = (truth.sum(axis=0) + 0.5) / (len(truth) + 1)
    priors = np.array([settings.prior.get(label.code, share) for label, share in zip(labels, shares, strict=True)])
    shift = _log_odds(priors) - _log_odds(shares)
    kin = kinship(labels) if settings.kin else np.zeros((len(labels), len(labels)))
    calibration[:, 1] += np.where(kin.any(axis=1), 0.0, shift)
    heard = hear_kin(score * calibration[:, 0] + calibration[:, 1], truth, kin, shift)
    known = {"weights": weights, "calibration": calibration, "priors": priors, "kin": kin, "kin_calibration": heard}
    head = Head.of(tuple(labels), len(logits), **known)
    probability = np.stack([head.probabilities(logits[:, row].astype(np.float32)) for row in range(len(truth))])
    thresholds = choose(probability.astype(np.float64), truth, labels, settings, priors, shares)
    return Head.of(tuple(labels), len(logits), **known, thresholds=thresholds)


def kinship(labels: Sequence[Label]) -> Wide:
    """Return how labels are kin (labels, labels), as `Head.kin` has it: groups to their codes.

    A group without codes of its own is what is left when no other group holds.
    """
    wide, groups = wide_labels(labels), np.array([label.group for label in labels])
    codes = np.array([label.code for label in labels])
    made = (wide[:, None] & ~wide & (groups == codes[:, None])).astype(np.float64)
    full = made.any(axis=1)
    made[np.ix_(wide & ~full, full)] = -1
    return np.asarray(made)


def hear_kin(score: Wide, truth: Truth, kin: Wide, shift: Wide) -> Wide:
    """Return slope and offset (labels, 2) of the mean of own log odds (records, labels) and those from kin.

    All groups have one slope and offset, as in `calibrate`; `shift` (labels,) is added to the offset.
    """
    made, whole = np.tile([1.0, 0.0], (score.shape[1], 1)), score.copy()
    for side in (1, -1):
        rows = np.flatnonzero((kin == side).any(axis=1))
        if not len(rows):
            continue
        mean = np.stack([0.5 * (score[:, row] + from_kin(whole, kin[row])) for row in rows], axis=1)
        made[rows] = _platt(mean.ravel(), truth[:, rows].ravel())
        made[rows, 1] += shift[rows]
        whole[:, rows] = made[rows, 0] * mean + made[rows, 1]
    return made


def weigh(logits: Wide, truth: Truth, judges: Truth | None = None) -> Wide:
    """Return weights (members, labels), for all labels the same: others are added to the best while ranking gains.

    Source: Caruana et al., "Ensemble selection from libraries of models", ICML 2004, with replacement.
    """
    spread = np.array([max(1e-6, float(np.nanstd(each))) for each in logits])
    even = np.nan_to_num(logits) / spread[:, None, None]
    silent = np.where(judges, 0.0, -np.inf) if judges is not None and not judges.all() else np.zeros(len(logits))
    counts = np.full(len(logits), _HEARD)
    best = int(np.nanargmax(silent + [macro_auc(truth, each) for each in even]))
    counts[best] += 1
    total, reached = even[best], macro_auc(truth, even[best])
    for _ in range(_STEPS if len(logits) > 1 else 0):
        scores = silent + [macro_auc(truth, total + each) for each in even]
        best = int(np.nanargmax(scores))
        if scores[best] < reached + _GAIN:
            break
        counts[best] += 1
        total, reached = total + even[best], scores[best]
    return np.repeat((counts / counts.sum() / spread)[:, None], truth.shape[1], axis=1)


def even(logits: Wide, truth: Truth, judges: Truth | None = None) -> Wide:
    """Return weights (members, labels) with which all judges of classes count alike, each calibrated by itself.

    So their probabilities are pooled by geometric means (Genest and Zidek, Statistical Science 1, 1986).
    """
    counts = np.where(judges, 1.0, _HEARD) if judges is not None else np.ones(len(logits))
    scales = np.array([_temperature(np.nan_to_num(each), truth) for each in logits])
    return np.repeat((counts / counts.sum() * scales)[:, None], truth.shape[1], axis=1)


def calibrate(score: Wide, truth: Truth, together: Truth) -> Wide:
    """Return slope and offset (labels, 2) of Platt scaling, one for the labels of each side of `together` (labels,).

    A slope of its own for each label follows the luck of few records: out of fold it ranks and decides worse.
    """
    made = np.zeros((score.shape[1], 2))
    for side in (together, ~together):
        if side.any():
            made[side] = _platt(score[:, side].ravel(), truth[:, side].ravel())
    return made


def wide_labels(labels: Sequence[Label]) -> Truth:
    """Which labels are groups of others (labels,)."""
    return np.array([label.group == label.code and label.code != "" for label in labels])


def choose(
    probability: Wide, truth: Truth, labels: Sequence[Label], settings: HeadRecipe, priors: Wide, shares: Wide
) -> Wide:
    """Return the threshold of each label: of wide ones its own, of single codes one for all (so counts their F1)."""
    if labels[0].kind == "class":
        return np.zeros(len(labels))
    weights = np.where(truth, priors / shares, (1 - priors) / (1 - shares))
    own = wide_labels(labels) | (shares > _COMMON)
    made = np.zeros(len(labels))
    for column in np.flatnonzero(own).tolist():
        best, at = _best_f1(probability[:, [column]], truth[:, [column]], weights[:, [column]])
        made[column] = 0.5 * (0.5 * best + at) if wide_labels(labels)[column] else 0.5 * best
    if (~own).any():
        made[~own] = 0.5 * _best_f1(probability[:, ~own], truth[:, ~own], weights[:, ~own])[0]
    for place, label in enumerate(labels):
        if label.code in settings.wrong:
            without = probability[~truth[:, place], place]
            made[place] = max(made[place], float(np.quantile(without, 1 - settings.wrong[label.code])) + 1e-6)
    return np.clip(made, 0.02, 0.98)


def _best_f1(probability: Wide, truth: Truth, weights: Wide) -> tuple[float, float]:
    """The best F1 that a threshold reaches, and the lowest such threshold."""
    best, at = 0.0, 0.5
    for threshold in np.unique(probability) if probability.shape[1] == 1 else _quantiles(probability):
        said = probability >= threshold
        right = float(weights[truth & said].sum())
        reached = 2 * right / max(1e-9, float(weights[truth].sum() + weights[said].sum()))
        if reached > best:
            best, at = reached, float(threshold)
    return best, at


def _quantiles(probability: Wide) -> Wide:
    return np.asarray(np.unique(np.quantile(probability, np.linspace(0, 1, 200))))


def _platt(score: Wide, truth: Truth) -> Wide:
    """Newton's method with halved steps on the log loss, with targets a little inside of 0 and 1 (Platt 1999)."""
    yes = float(truth.sum())
    no = len(truth) - yes
    target = np.where(truth, (yes + 1) / (yes + 2), 1 / (no + 2))
    columns = np.stack([score, np.ones_like(score)])

    def loss(at: Wide) -> float:
        z = at @ columns
        return float((np.logaddexp(0, z) - target * z).sum())

    at = np.array([1.0, 0.0])
    now = loss(at)
    for _ in range(50):
        p = 0.5 * (1 + np.tanh(0.5 * (at @ columns)))
        curve = (columns * (p * (1 - p))) @ columns.T + 1e-6 * np.eye(2)
        step = np.linalg.solve(curve, columns @ (p - target))
        while loss(at - step) > now and np.abs(step).max() > 1e-9:
            step = 0.5 * step
        at, before, now = at - step, now, loss(at - step)
        if before - now < 1e-9 * max(1.0, abs(now)):
            break
    return np.array([max(at[0], 1e-3), at[1]])


def _temperature(score: Wide, truth: Truth) -> float:
    """Factor of the logits of classes at which the true ones are likeliest."""
    place = truth.argmax(axis=1)

    def loss(factor: float) -> float:
        scaled = factor * score
        top = scaled.max(axis=1, keepdims=True)
        return float(-np.mean(scaled[np.arange(len(place)), place] - top[:, 0] - np.log(np.exp(scaled - top).sum(1))))

    return float(min(np.geomspace(0.1, 10, 60), key=loss))


def _log_odds(share: Wide) -> Wide:
    return np.asarray(np.log(share / (1 - share)))
