"""The language side of a sense: a model learns to write what statements and facts say, then to hear the signal.

Three stages, after Wan et al. (arXiv 2403.04945) and Xie et al. (ChatTS, arXiv 2412.03104), but with the language side
first, since a model that does not know what the words mean learns to ignore the signal:

text     an adapter on the quantized base, from true and from drawn statements with facts to text
align    the bridge from hidden states, adapter and base frozen: the text is to come out of the signal
joint    bridge and adapter: the signal with facts, half of the time with what the head states
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch

from galiot.errors import DivergedError
from galiot.learn.batch import Sample, pack
from galiot.learn.decoder import Decoder
from galiot.learn.optimizers import AdamW
from galiot.learn.sense.bridge import Bridge, KeysValuesBridge, SoftBridge
from galiot.learn.sense.told import Shown, Telling, drawn, prompt_of, sample_of, text_for, with_truth
from galiot.model.adapter import Adapter, LowRank
from galiot.model.model import Model
from galiot.senses.base import Floats, Label
from galiot.senses.recipe import LanguageRecipe
from galiot.senses.seen import Seen

Stage = Literal["text", "align", "joint"]
STAGES: tuple[Stage, ...] = ("text", "align", "joint")
Heard = Callable[[int, int], None]
_BRIDGES: dict[str, type[Bridge]] = {"soft-tokens": SoftBridge, "keys-values": KeysValuesBridge}
_WARM_UP, _CLIP = 0.1, 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Lessons:
    """What there is to learn from.

    seen: readings with their facts and what the head states of them, out of fold
    truth: (readings, labels)
    hidden: (readings, rows, width): hidden states, joined to as many as a reading gets rows
    questions: what a report is asked for with
    """

    seen: Sequence[Seen]
    labels: Sequence[Label]
    truth: npt.NDArray[np.bool_]
    hidden: Floats
    questions: Sequence[str]

    def shares(self) -> npt.NDArray[np.float64]:
        """How often each reading is shown: a set of statements counts with the root of how often it occurs."""
        _, kind, counts = np.unique(self.truth, axis=0, return_inverse=True, return_counts=True)
        weights = 1 / np.sqrt(counts[kind.reshape(-1)])
        return np.asarray(weights / weights.sum())


@dataclass
class LanguageTraining:
    """A model, a bridge and an adapter that learn together. Not for several threads at once."""

    model: Model
    settings: LanguageRecipe
    lessons: Lessons
    seed: int = 0
    threads: int = 1
    facts: bool = True
    """Whether facts stand in the prompts."""
    losses: dict[str, float] = field(default_factory=dict)
    """Stage -> mean loss of its last tenth, nats a token."""

    def __post_init__(self) -> None:
        """Load the base weights."""
        settings = self.settings
        self.decoder = Decoder(self.model, threads=self.threads)
        self.bridge = _BRIDGES[settings.way](
            self.decoder,
            self.lessons.hidden.shape[2],
            rank=settings.rank,
            scale=settings.alpha / settings.rank,
            targets=settings.targets,
            seed=self.seed,
        )
        self._rng = np.random.default_rng(self.seed)
        self._shares = self.lessons.shares()

    @property
    def rows(self) -> int:
        """Rows of a reading."""
        return int(self.lessons.hidden.shape[1])

    def run(self, stage: Stage, steps: int, heard: Heard | None = None, until: float | None = None) -> None:
        """Learn for so many updates, or until a time of the monotonic clock.

        raises: DivergedError
        """
        adapter = AdamW(self.bridge.parameters) if stage != "align" else None
        weights = AdamW(self.bridge.weights) if stage != "text" else None
        found: list[float] = []
        for number in range(steps):
            if until is not None and time.monotonic() > until:
                break
            rate = self.settings.rate * _shape(number / steps)
            found.append(self._step(stage, rate, adapter, weights))
            if not math.isfinite(found[-1]):
                raise DivergedError("the loss is no number any more: lower language.rate", step=number + 1)
            if heard:
                heard(number + 1, steps)
        if found:
            self.losses[stage] = float(np.mean(found[-max(1, len(found) // 10) :]))

    def loss(self, tellings: Sequence[Telling], hidden: Floats, shown: Shown) -> float:
        """Return the mean loss in nats a token of one text for each reading."""
        total = count = 0.0
        rng = np.random.default_rng(0)
        for telling in tellings:
            sample = self._sample(telling, shown, rng, first=0)
            self._lead(hidden[telling.row : telling.row + 1], shown)
            nats, tokens = self.decoder.loss(pack([sample]), self.bridge)
            total, count = total + nats, count + tokens
        return total / count

    def adapter(self) -> Adapter:
        """Return the adapter, for the model."""
        values = {name: p.detach().numpy().copy() for name, p in self.bridge.parameters.items()}
        names = [name.removesuffix(".a") for name in values if name.endswith(".a")]
        return Adapter(
            architecture=self.model.spec.family,
            alpha=self.settings.alpha,
            layers={name: LowRank(values[f"{name}.a"], values[f"{name}.b"]) for name in names},
            base_sha256=self.model.sha256,
        )

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that was learned, by name."""
        adapter = {f"adapter.{name}": p.detach().numpy().copy() for name, p in self.bridge.parameters.items()}
        bridge = {f"bridge.{name}": p.detach().numpy().copy() for name, p in self.bridge.weights.items()}
        return adapter | bridge | {f"loss.{stage}": np.array(loss) for stage, loss in self.losses.items()}

    def restore(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Come back to what `state` returned."""
        self.losses = {key.removeprefix("loss."): float(state[key]) for key in state if key.startswith("loss.")}
        with torch.no_grad():
            for kind, leaves in (("adapter", self.bridge.parameters), ("bridge", self.bridge.weights)):
                for name, leaf in leaves.items():
                    leaf.copy_(torch.from_numpy(np.asarray(state[f"{kind}.{name}"])))

    def close(self) -> None:
        """Close the model's file."""
        self.decoder.close()

    def _step(self, stage: Stage, rate: float, adapter: AdamW | None, weights: AdamW | None) -> float:
        samples, shown, places = [], list[Shown](), list[int]()
        for _ in range(self.settings.batch):
            telling, how = self._drawn(stage)
            samples.append(self._sample(telling, how, self._rng, first=len(places) * self.rows))
            shown.append(how)
            places += [telling.row] if how != "text" else []
        self._lead(self.lessons.hidden[places], "both" if places else "text")
        batch = pack(samples)
        loss, count = self.decoder.gradients(batch, self.bridge, 1 / batch.predicted)
        self.bridge.follow()
        for optimizer, leaves in ((adapter, self.bridge.parameters), (weights, self.bridge.weights)):
            if optimizer is not None:
                torch.nn.utils.clip_grad_norm_(leaves.values(), _CLIP)
                optimizer.step(rate)
            for leaf in leaves.values():
                leaf.grad = None
        return loss / count

    def _drawn(self, stage: Stage) -> tuple[Telling, Shown]:
        """Return what is told next, and what stands in its prompt."""
        lessons, rng = self.lessons, self._rng
        row = int(rng.choice(len(lessons.seen), p=self._shares))
        seen, truth = lessons.seen[row], lessons.truth[row]
        if stage == "text":
            holds = truth if rng.random() < 0.3 else drawn(lessons.truth, lessons.labels, rng)
            sure = rng.uniform(0.5, 1.0, len(lessons.labels)) ** 0.5
            return Telling(seen=with_truth(seen, lessons.labels, holds, sure.tolist()), row=row), "text"
        if stage == "joint" and rng.random() < 0.5:
            return Telling(seen=seen, row=row), "both"
        return Telling(seen=with_truth(seen, lessons.labels, truth), row=row), "signal"

    def _sample(self, telling: Telling, shown: Shown, rng: np.random.Generator, *, first: int) -> Sample:
        asked = self.lessons.questions
        question = asked[int(rng.integers(len(asked)))] if asked else None
        prompt = prompt_of(
            self.model,
            telling.seen,
            shown=shown,
            question=question,
            signal=list(range(-first - 1, -first - 1 - self.rows, -1)),
            front=self.settings.way == "keys-values",
            facts=self.facts,
        )
        return sample_of(self.model, prompt, text_for(telling.seen, rng))

    def _lead(self, hidden: Floats, shown: Shown) -> None:
        if shown != "text" and self.rows:
            self.bridge.lead(np.ascontiguousarray(hidden.reshape(-1, hidden.shape[2])))


def _shape(done: float) -> float:
    """The rate's share of its largest: up by a line, down along a cosine."""
    if done < _WARM_UP:
        return (done + 0.02) / (_WARM_UP + 0.02)
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP))) + 0.02
