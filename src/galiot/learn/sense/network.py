"""Training a convolutional encoder: labels, and beside them the measured features, whose knowledge it takes over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from galiot.errors import DivergedError
from galiot.learn.sense.augment import vary
from galiot.learn.sense.encoders import ConvolutionModule
from galiot.learn.sense.labels import Truth
from galiot.learn.sense.made import Job, Made
from galiot.learn.sense.stages import Arrays
from galiot.senses.base import Floats
from galiot.senses.convolution import ConvolutionSpec
from galiot.senses.recipe import ConvolutionRecipe, Recipe

log = logging.getLogger(__name__)

Present = npt.NDArray[np.bool_]
_RARE = 0.3  # weight of a label that is no wide one
_ASIDE = 32  # directions of the features that are learned


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """What is learned.

    windows: (examples, channels, samples); present: (examples, channels)
    truth: (examples, labels); wide: (labels,) which labels count fully
    aside: (examples, directions) of the measured features, or None
    classes: of the labels exactly one is true
    """

    windows: Floats
    present: Present
    truth: Truth
    wide: npt.NDArray[np.bool_]
    aside: Floats | None
    classes: bool


def spec_of(settings: ConvolutionRecipe, channels: int) -> ConvolutionSpec:
    """Return the shape of the network that a recipe asks for."""
    return ConvolutionSpec(
        channels=channels,
        widths=settings.widths,
        blocks=(1,) * len(settings.widths),
        strides=settings.strides,
        kernel=settings.kernel,
        stem_kernel=settings.stem_kernel,
        stem_stride=settings.stem_stride,
    )


def directions(rows: Floats, count: int = _ASIDE) -> Floats:
    """Return the main directions (examples, count) in which ranked features (examples, features) differ."""
    ranks = np.argsort(np.argsort(np.nan_to_num(rows), axis=0), axis=0) / max(1, len(rows) - 1) - 0.5
    left, size, _ = np.linalg.svd(ranks - ranks.mean(axis=0), full_matrices=False)
    made = (left * size)[:, :count]
    return np.asarray(made / (made.std(axis=0) + 1e-9), np.float32)


def train_network(
    task: Task,
    chosen: npt.NDArray[np.int64],
    recipe: Recipe,
    *,
    seed: int,
    passed: Callable[[int, float], None] | None = None,
) -> ConvolutionModule:
    """Train on the chosen examples; `passed` hears of each pass and its mean loss.

    raises: DivergedError
    """
    settings = recipe.convolution
    assert settings is not None
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    labels = task.truth.shape[1]
    net = ConvolutionModule(spec_of(settings, task.windows.shape[1]), labels, dropout=settings.dropout)
    aside = nn.Linear(2 * settings.widths[-1], task.aside.shape[1]) if task.aside is not None else None
    parameters = [*net.parameters(), *(aside.parameters() if aside else ())]
    steps = max(1, len(chosen) // settings.batch)
    optimizer = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    plan = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=settings.passes * steps, pct_start=0.2
    )
    net.train()
    for number in range(settings.passes):
        order, total = rng.permutation(chosen), 0.0
        for step in range(steps):
            batch = order[step * settings.batch : (step + 1) * settings.batch]
            loss = _loss(net, aside, task, batch, recipe, rng)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            plan.step()
            total += loss.item()
        if not np.isfinite(total):
            raise DivergedError("the loss is no number any more: lower convolution.learning_rate", step=number + 1)
        if passed:
            passed(number + 1, total / steps)
    return net.eval()


def judge(net: ConvolutionModule, windows: Floats) -> Floats:
    """Return logits (examples, labels)."""
    with torch.no_grad():
        return np.concatenate([net(torch.from_numpy(part)).numpy() for part in np.array_split(windows, 8) if len(part)])


def train_convolutions(job: Job) -> list[Made]:
    """Train networks, as many as the recipe asks for and the time allows."""
    settings = job.recipe.convolution
    assert settings is not None
    found: list[Made] = []
    for number in range(settings.seeds):
        if job.until is not None and not job.stages.done(f"network{number}"):
            took = job.stages.seconds.get(f"network{number - 1}", 0.0)
            if time.monotonic() + took > job.until:
                log.warning("%d of %d networks are trained: the time is up", number, settings.seeds)
                break
        found.append(_one(job, number))
    return found


def _one(job: Job, number: int) -> Made:

    examples, recipe, rows = job.examples, job.recipe, job.rows
    assert recipe.convolution is not None
    aside = directions(rows[0]) if recipe.convolution.features else None
    wide = np.array([label.group == label.code for label in job.labels])
    task = Task(
        windows=examples.windows,
        present=np.stack([each.present for each in examples.prepared]),
        truth=examples.truth,
        wide=wide if wide.any() else np.ones(len(wide), bool),
        aside=aside,
        classes=recipe.labels.kind == "class",
    )
    single = np.unique(examples.part)
    parts = np.array_split(single, min(len(single), recipe.convolution.folds))
    prefix, seed = f"conv.{number}", recipe.seed + 1000 * (number + 1)
    total = (len(parts) + 1) * recipe.convolution.passes

    def one(chosen: npt.NDArray[np.bool_], turn: int) -> Any:
        def heard(passes: int, _: float) -> None:
            assert recipe.convolution is not None
            job.said(f"network {number + 1}", turn * recipe.convolution.passes + passes, total)

        return train_network(task, np.flatnonzero(chosen), recipe, seed=seed, passed=heard)

    def work() -> Arrays:
        made = np.zeros(task.truth.shape, np.float32)
        for turn, part in enumerate(parts):
            apart = np.isin(examples.part, part)
            made[apart] = judge(one(~apart, turn), task.windows[apart])
        net = one(np.ones(len(examples.part), bool), len(parts))
        return {"out_of_fold": made, **net.tensors(prefix, half=True)}

    found = job.stages.run(f"network{number}", work)
    spec = spec_of(recipe.convolution, task.windows.shape[1])
    return Made(
        kind="convolution",
        out_of_fold=found.pop("out_of_fold"),
        tensors=found,
        settings=spec.settings(prefix),
    )


def _loss(
    net: ConvolutionModule,
    aside: nn.Linear | None,
    task: Task,
    batch: npt.NDArray[np.int64],
    recipe: Recipe,
    rng: np.random.Generator,
) -> Tensor:
    settings = recipe.convolution
    assert settings is not None
    windows = torch.from_numpy(_varied(task, batch, recipe, rng))
    truth = torch.from_numpy(task.truth[batch].astype(np.float32))
    other = torch.from_numpy(task.aside[batch]) if task.aside is not None else None
    if settings.mix:
        share = rng.beta(settings.mix, settings.mix, len(batch)).astype(np.float32)
        part, mate = torch.from_numpy(np.maximum(share, 1 - share)), torch.from_numpy(rng.permutation(len(batch)))
        windows = part[:, None, None] * windows + (1 - part)[:, None, None] * windows[mate]
        truth = part[:, None] * truth + (1 - part)[:, None] * truth[mate]
        other = part[:, None] * other + (1 - part)[:, None] * other[mate] if other is not None else None
    found = net.feature_map(windows)
    logits = net.judge(found)
    if task.classes:
        loss = functional.cross_entropy(logits, truth)
    else:
        weights = torch.from_numpy(np.where(task.wide, 1.0, _RARE).astype(np.float32))
        each = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
        loss = (each * weights).sum(dim=1).mean() / max(1.0, float(task.wide.sum()))
    if aside is not None and other is not None:
        pooled = torch.cat([found.mean(dim=2), found.amax(dim=2)], dim=1)
        loss = loss + settings.features * functional.mse_loss(aside(net.dropout(pooled)), other)
    return loss


def _varied(task: Task, batch: npt.NDArray[np.int64], recipe: Recipe, rng: np.random.Generator) -> Floats:
    """Varied windows (batch, channels, samples), turned round in time."""
    made = np.empty((len(batch), *task.windows.shape[1:]), np.float32)
    for row, place in enumerate(batch):
        values, _ = vary(
            task.windows[place],
            task.present[place],
            recipe.augment,
            channels=recipe.channels,
            rate_hz=recipe.rate_hz,
            rng=rng,
        )
        made[row] = np.roll(values, int(rng.integers(values.shape[1])), axis=1)
    return made
