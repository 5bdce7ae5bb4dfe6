"""Whether new data are still like those that a model was tuned on, with a known rate of false alarms.

Two things are compared under the model as it is, without any adapter: how well it predicts the samples, and where they
lie in its hidden states. Data may move in one of them only: a new way to say things leaves the answers as likely as
they were, a new task of the old words does not. Each comparison is a permutation test, exact for samples of any size
and kind, at half of the false-alarm rate (Bonferroni), so that both together keep to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.learn.batch import Sample
from galiot.model.model import Model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session
from galiot.tune.scan import PAGE, scan

Floats = npt.NDArray[np.floating[Any]]
SAMPLES = 200
"""At most so many samples are looked at and kept."""
_DIMS = 32  # numbers that are kept of a sample's hidden state
_PERMUTATIONS = 1999
_SIZE, _LOSS, _STATES = "drift.dims", "drift.loss", "drift.states"


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What the comparison found."""

    case: bool
    """Whether there is a case for tuning."""
    why: str
    """In one sentence."""
    false_alarm_rate: float
    """How often there is a case although nothing has changed, at most."""
    loss_before: float | None = None
    """Nats per predicted token, mean over samples, of the data that the model was tuned on."""
    loss_now: float | None = None
    loss_p: float | None = None
    """How often losses of one source differ as much (rank sum, two-sided)."""
    hidden_distance: float | None = None
    """Energy distance of the hidden states from those before; around 0 for one source."""
    hidden_p: float | None = None
    """How often hidden states of one source are as far from each other."""
    samples_before: int = 0
    samples_now: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON object."""
        return asdict(self)


class Described(Protocol):
    """An adapter, or a model that was tuned itself."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def about(self) -> Mapping[str, object]:
        """What its file says of its making."""
        ...


def statistics(session: Session, samples: Sequence[Sample], *, seed: int = 0) -> dict[str, object]:
    """Return what later data are compared with, as metadata of an adapter: about 26 kB.

    session: of the model without adapters; its context holds the longest sample
    samples: of which `SAMPLES` are drawn where there are more
    raises: RequestError for no samples or a session with adapters, ContextError
    """
    rng = np.random.default_rng([seed, 0xD21F7])
    drawn = [samples[i] for i in np.sort(rng.permutation(len(samples))[:SAMPLES])]
    found = scan(session, drawn, whole=True)
    states = found.hidden @ _directions(found.hidden.shape[1])
    return {
        _SIZE: _DIMS,
        _LOSS: found.loss.astype(np.float32),
        _STATES: states.astype(np.float32).reshape(-1),
    }


def drift(
    model: Model,
    samples: Sequence[Sample],
    tuned: Described | None,
    *,
    alpha: float = 0.01,
    threads: int | None = None,
) -> Drift:
    """Tell whether there is a case for tuning the model on samples.

    tuned: the adapter or model that there is; its metadata hold the `statistics` of what it was tuned on
    alpha: the rate of false alarms that is granted
    """
    if tuned is None:
        return Drift(case=True, why="a case: nothing was tuned before", false_alarm_rate=alpha)
    if not {_SIZE, _LOSS, _STATES} <= set(tuned.about):
        why = f"a case: {tuned.name} does not say what the data were like that it was tuned on"
        return Drift(case=True, why=why, false_alarm_rate=alpha)
    longest = max(map(len, samples))
    with Session(model, RuntimeConfig(context=longest + max(longest, PAGE), threads=threads)) as session:
        return compare(tuned.about, statistics(session, samples), alpha=alpha)


def compare(before: Mapping[str, object], now: Mapping[str, object], *, alpha: float = 0.01, seed: int = 0) -> Drift:
    """Hold the `statistics` of two data sets against each other.

    raises: RequestError for statistics that make no sense, or an alpha that no test can keep to
    """
    if not 2 / (_PERMUTATIONS + 1) <= alpha < 1:
        raise RequestError(f"a false-alarm rate of {alpha} is out of reach: from {2 / (_PERMUTATIONS + 1)} to 1")
    (old_loss, old_states), (new_loss, new_states) = _parsed(before), _parsed(now)
    sizes = len(old_loss), len(new_loss)
    if math.comb(sum(sizes), sizes[0]) < 2 / alpha:
        why = f"no case: {sizes[1]} new samples beside {sizes[0]} are too few to tell"
        return Drift(case=False, why=why, false_alarm_rate=alpha, samples_before=sizes[0], samples_now=sizes[1])
    marks = _marks(*sizes, np.random.default_rng(seed))
    loss_p = _rank_sum(np.concatenate([old_loss, new_loss]), marks)
    distance, hidden_p = _energy(np.concatenate([old_states, new_states]), marks)
    means = float(old_loss.mean()), float(new_loss.mean())
    return Drift(
        case=min(loss_p, hidden_p) <= alpha / 2,
        why=_why(means, loss_p, hidden_p, alpha),
        false_alarm_rate=alpha,
        loss_before=means[0],
        loss_now=means[1],
        loss_p=loss_p,
        hidden_distance=distance,
        hidden_p=hidden_p,
        samples_before=sizes[0],
        samples_now=sizes[1],
    )


def _directions(width: int) -> Floats:
    """Return the directions that hidden states are seen from, (width, dims): the same for every model of that width."""
    return np.random.default_rng(width).standard_normal((width, _DIMS)) / math.sqrt(width)


def _parsed(said: Mapping[str, object]) -> tuple[Floats, Floats]:
    """Return losses (samples,) and states (samples, dims)."""
    try:
        loss = np.asarray(said[_LOSS], np.float64)
        states = np.asarray(said[_STATES], np.float64).reshape(len(loss), _DIMS)
    except (KeyError, TypeError, ValueError) as error:
        raise RequestError("the statistics of earlier data make no sense; tune without --if-drift") from error
    if said.get(_SIZE) != _DIMS or not len(loss) or not (np.isfinite(loss).all() and np.isfinite(states).all()):
        raise RequestError("the statistics of earlier data make no sense; tune without --if-drift")
    return loss, states


def _marks(old: int, new: int, rng: np.random.Generator) -> Floats:
    """Return which samples are taken as new, (1 + permutations, samples) of 0 and 1: as it is first, then at random."""
    marks = np.zeros((_PERMUTATIONS + 1, old + new), np.float32)
    marks[:, old:] = 1
    marks[1:] = rng.permuted(marks[1:], axis=1)
    return marks


def _rank_sum(values: Floats, marks: Floats) -> float:
    """Return how often samples marked at random have ranks as far from the middle as the new ones have."""
    order = np.argsort(values, kind="stable")
    _, tied, counts = np.unique(values[order], return_inverse=True, return_counts=True)
    ranks = np.empty(len(values))
    ranks[order] = (np.cumsum(counts) - (counts + 1) / 2)[tied]
    apart = np.abs(marks @ (ranks - ranks.mean()))
    return _share(apart)


def _energy(states: Floats, marks: Floats) -> tuple[float, float]:
    """Return the energy distance of the new states from the others, and how often random marks give as much.

    Source: Szekely and Rizzo, "Testing for equal distributions in high dimension" (2004). The deviations of the states
    (samples, dims) in directions of their own are replaced by their square roots first, which no permutation changes:
    as they are, a few directions decide; all made equal, the noise of the others does.
    """
    x = states - states.mean(axis=0)
    _, sizes, vectors = np.linalg.svd(x, full_matrices=False)
    kept = sizes > 1e-4 * max(float(sizes[0]), 1e-12)
    x = x @ vectors[kept].T / np.sqrt(sizes[kept])
    squares = (x * x).sum(axis=1)
    between = np.sqrt(np.maximum(squares[:, None] + squares - 2 * x @ x.T, 0)).astype(np.float32)
    new = marks.sum(axis=1)
    old = marks.shape[1] - new
    to_new = marks @ between
    within_new = (to_new * marks).sum(axis=1)
    across = to_new.sum(axis=1) - within_new
    within_old = between.sum() - within_new - 2 * across
    pairs = np.maximum(new * (new - 1), 1), np.maximum(old * (old - 1), 1)
    distances = 2 * across / (new * old) - within_new / pairs[0] - within_old / pairs[1]
    return float(distances[0]), _share(distances)


def _share(values: Floats) -> float:
    """Return which share of values is at least the first of them, itself counted."""
    slack = 1e-6 * max(abs(float(values[0])), 1e-12)  # sums in another order differ in their last digits
    return float((values >= values[0] - slack).mean())


def _why(losses: tuple[float, float], loss_p: float, hidden_p: float, alpha: float) -> str:
    more, by = ("higher" if losses[1] > losses[0] else "lower"), abs(losses[1] - losses[0])
    about_loss = f"the loss of the new data is {by:.2f} nats a token {more} (p = {loss_p:.4f})"
    about_states = f"their hidden states lie elsewhere (p = {hidden_p:.4f})"
    found = [text for p, text in ((loss_p, about_loss), (hidden_p, about_states)) if p <= alpha / 2]
    if found:
        return "a case: " + " and ".join(found)
    return (
        f"no case: losses (p = {loss_p:.3f}) and hidden states (p = {hidden_p:.3f}) are as those that were tuned on; "
        f"at most {100 * alpha:g} % of such tests give a false alarm"
    )
