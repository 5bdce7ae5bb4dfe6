"""Training a patch transformer on labels; half of the time the names of the channels are hidden from it.

So the sense also serves where the language model is another one, whose embeddings of names mean nothing to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from galiot.errors import DivergedError
from galiot.learn.sense.encoders import PatchModule
from galiot.learn.sense.examples import Examples
from galiot.learn.sense.made import Job, Made
from galiot.learn.sense.stages import Arrays
from galiot.model.model import open_model
from galiot.senses.base import Floats, Namer
from galiot.senses.names import namer_of, names_in
from galiot.senses.patches import PatchSpec, time_features
from galiot.senses.recipe import PatchesRecipe

_HIDDEN = 0.5  # of the names
_NOISY = 0.05  # deviation of what is added to windows of deviation 1, at most


@dataclass(frozen=True, kw_only=True, eq=False)
class Windows:
    """What a patch transformer reads of all examples.

    values: (examples, channels, samples); present: (examples, channels); names: (examples, channels, name_width);
    times: (examples, patches, 7)
    """

    values: Floats
    present: npt.NDArray[np.bool_]
    names: Floats
    times: Floats

    @classmethod
    def of(cls, examples: Examples, namer: Namer, patch: int) -> Windows:
        """Read them off; all examples have as many channels."""
        return cls(
            values=examples.windows,
            present=np.stack([each.present for each in examples.prepared]),
            names=np.stack([namer(names_in(each)) for each in examples.prepared]),
            times=np.stack([time_features(each, 0, patch) for each in examples.prepared]),
        )

    def batch(self, places: npt.NDArray[np.int64]) -> tuple[torch.Tensor, ...]:
        """Return some of them as tensors, in the order in which the module takes them."""
        return tuple(torch.from_numpy(part[places]) for part in (self.values, self.present, self.names, self.times))


def train_patches(
    windows: Windows,
    truth: npt.NDArray[np.bool_],
    chosen: npt.NDArray[np.int64],
    settings: PatchesRecipe,
    spec: PatchSpec,
    *,
    classes: bool,
    seed: int,
    passed: Callable[[int, float], None] | None = None,
) -> PatchModule:
    """Train on the chosen examples; `passed` hears of each pass and its mean loss.

    raises: DivergedError
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = PatchModule(spec, truth.shape[1])
    steps = max(1, len(chosen) // settings.batch)
    optimizer = torch.optim.AdamW(net.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    plan = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=settings.passes * steps, pct_start=0.2
    )
    for number in range(settings.passes):
        order, total = rng.permutation(chosen), 0.0
        for step in range(steps):
            places = order[step * settings.batch : (step + 1) * settings.batch]
            values, present, names, times = windows.batch(places)
            values = values + rng.uniform(0, _NOISY) * torch.randn(values.shape)
            names = names * torch.from_numpy(rng.random((len(places), 1, 1)) > _HIDDEN)
            logits = net(values, present, names.float(), times)
            wanted = torch.from_numpy(truth[places].astype(np.float32))
            loss = (
                functional.cross_entropy(logits, wanted)
                if classes
                else functional.binary_cross_entropy_with_logits(logits, wanted)
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            plan.step()
            total += loss.item()
        if not np.isfinite(total):
            raise DivergedError("the loss is no number any more: lower patches.learning_rate", step=number + 1)
        if passed:
            passed(number + 1, total / steps)
    return net.eval()


def judge_patches(net: PatchModule, windows: Windows, places: npt.NDArray[np.int64]) -> Floats:
    """Return logits (places, labels)."""
    with torch.no_grad():
        parts = np.array_split(places, max(1, len(places) // 256))
        return np.concatenate([net(*windows.batch(part)).numpy() for part in parts if len(part)])


def train_transformer(job: Job) -> Made:
    """Train a patch transformer: without each part for its logits, then on all."""
    settings, examples = job.recipe.patches, job.examples
    assert settings is not None

    wanted = ("patch", "width", "heads", "layers", "inner")
    with open_model(settings.base) as model:
        spec = PatchSpec(**{name: getattr(settings, name) for name in wanted}, name_width=model.spec.width)
        windows, base_sha256 = Windows.of(examples, namer_of(model), spec.patch), model.sha256
    single = np.unique(examples.part)
    parts = np.array_split(single, min(len(single), settings.folds))
    total = (len(parts) + 1) * settings.passes

    def one(chosen: npt.NDArray[np.bool_], turn: int) -> Any:
        def heard(passes: int, _: float) -> None:
            job.said("patches", turn * settings.passes + passes, total)

        classes, places = job.recipe.labels.kind == "class", np.flatnonzero(chosen)
        return train_patches(
            windows, examples.truth, places, settings, spec, classes=classes, seed=job.recipe.seed, passed=heard
        )

    def work() -> Arrays:
        made = np.zeros(examples.truth.shape, np.float32)
        for turn, part in enumerate(parts):
            apart = np.isin(examples.part, part)
            made[apart] = judge_patches(one(~apart, turn), windows, np.flatnonzero(apart))
        net = one(np.ones(len(examples.part), bool), len(parts))
        return {"out_of_fold": made, **net.tensors("patch.0", half=True)}

    found = job.stages.run("patches", work)
    return Made(
        kind="patches",
        out_of_fold=found.pop("out_of_fold"),
        tensors=found,
        settings=spec.settings("patch.0"),
        base_sha256=base_sha256,
    )
