"""Adapters written into the weights of a model, so that it runs as before and needs none."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.files import Progress, check_out
from galiot.model.adapter import Adapter, Floats, LowRank, write_adapter
from galiot.model.convert.pack import FILE_TYPES, Rows, check_type, type_facts
from galiot.model.convert.provenance import made_from
from galiot.model.convert.retype import notes_on, types_of, write_again
from galiot.model.gguf import GgufFile
from galiot.model.model import Model, open_model
from galiot.model.types import TensorType

Weighted = tuple[Adapter, float]
"""An adapter and how much of it is wanted; 1 is all."""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What was written."""

    path: Path
    bytes: int
    tensors: Mapping[str, int]  # how many of each type
    changed: int  # weights that the adapters changed
    adapters: tuple[str, ...]  # hashes of their numbers
    notes: tuple[str, ...] = ()  # what the user should know: each one sentence
    divergence: float | None = None
    """Of the merged model from the model with its adapters, nats a token, where it was measured."""

    def to_json(self) -> dict[str, Any]:
        """Return the same, ready for JSON."""
        return {**self.__dict__, "path": str(self.path), "tensors": dict(self.tensors)}


def merge(
    model: Model,
    adapters: Sequence[Weighted],
    out: str | os.PathLike[str],
    *,
    type: str | None = None,
    progress: Progress | None = None,
    threads: int = 2,
) -> Merged:
    """Write a model whose weights are those that it has with its adapters.

    Each changed weight W becomes gain * W + sum of weight * ratio * scale * B A: ratio is 1, and with magnitudes m
    (DoRA) m / |W + scale * B A| by row; gain is 1 + sum of weight * (ratio - 1). That is what a session computes that
    runs with the adapters. Only a few thousand rows are in memory at a time.

    type: of the whole file, quantized by ggml; None: changed weights become F16 (F32 stays F32), which moves them by
        less than a tool can see, and everything else is copied byte for byte
    progress: bytes of the new file
    raises: RequestError, FileError, FormatError, naming the tensor for numbers that the type cannot hold; then `out`
        is as it was
    """
    target, wanted = check_type(type) if type else None, Path(out)
    check_out(wanted, {"the model": model.path})
    _check(model, adapters)
    parts: dict[str, list[tuple[LowRank, float, float]]] = {}
    for adapter, weight in adapters:
        for key, layer in adapter.layers.items():
            parts.setdefault(f"{key}.weight", []).append((layer, adapter.scale(key), weight))
    file = model.file
    types = _types(file, parts.keys()) if target is None else types_of(file, target)
    hashes = tuple(adapter.sha256 for adapter, _ in adapters)
    steps = _steps("merge", adapters, file.strings("galiot.steps", ())) + ([f"convert --type {type}"] if type else [])
    mostly = type or _main_type(file, types)
    facts = {
        **(type_facts(mostly) if mostly else {}),
        **made_from(model.sha256, steps),
        "galiot.adapters.sha256": list(hashes),
    }
    changes = {name: Change(tuple(layers)) for name, layers in parts.items()}
    write_again(file, wanted, types, facts, changes=changes, progress=progress, threads=threads)
    return Merged(
        path=wanted,
        bytes=wanted.stat().st_size,
        tensors=Counter(kind.name for kind in types.values()),
        changed=len(changes),
        adapters=hashes,
        notes=notes_on(file, types, target) if target else (),
    )


@dataclass(frozen=True)
class Change:
    """What adapters do to one weight."""

    parts: tuple[tuple[LowRank, float, float], ...]
    """Factors, scale and weight of each."""

    def __call__(self, rows: Rows, floats: Floats) -> Floats:
        """Return rows of the changed weight, float32 (rows, width), given the same rows of the base."""
        here, gain, added = slice(*rows), np.ones((len(floats), 1), np.float32), np.zeros_like(floats)
        for layer, scale, weight in self.parts:
            delta = (np.float32(scale) * layer.b[here]) @ layer.a
            if layer.magnitude is None:
                added += np.float32(weight) * delta
                continue
            length = np.linalg.norm(floats + delta, axis=1, keepdims=True)
            ratio = layer.magnitude[here, None] / np.maximum(length, np.finfo(np.float32).tiny)
            gain += np.float32(weight) * (ratio - 1)
            added += np.float32(weight) * ratio * delta
        return gain * floats + added


def divergence_of(path: str | os.PathLike[str], model: Model, adapters: Sequence[Weighted]) -> float:
    """Return how far a merged model is from the model that runs with the adapters, on a short general text.

    Both are in memory at once. Nats a token, KL(with adapters || merged).
    """
    from galiot.runtime.config import RuntimeConfig
    from galiot.runtime.likelihood import Likelihood
    from galiot.runtime.session import Session
    from galiot.tune.gate import divergence, general_tokens

    tokens = general_tokens(model)
    config = RuntimeConfig(context=len(tokens) + 1)
    with (
        open_model(path) as merged,
        Session(model, config, adapters=adapters) as first,
        Session(merged, config) as second,
        closing(Likelihood(first)) as beside,
        closing(Likelihood(second)) as within,
    ):
        apart = divergence(beside, beside.hidden(tokens), within, within.hidden(tokens))
    return max(apart, 0.0)  # rounding may leave less than nothing


def join(adapters: Sequence[Weighted]) -> Adapter:
    """Return one adapter that does what several do at their weights; its ranks are the sums of theirs.

    raises: RequestError for adapters of other architectures, and for magnitudes beside anything else, which no single
        pair of factors can stand for
    """
    first = adapters[0][0]
    if len(adapters) == 1 and adapters[0][1] == 1:
        return first
    if any(layer.magnitude is not None for adapter, _ in adapters for layer in adapter.layers.values()):
        raise RequestError("magnitudes (DoRA) cannot be joined: export that adapter alone, or merge into a model")
    if odd := [adapter for adapter, _ in adapters if adapter.architecture != first.architecture]:
        raise RequestError(f"{odd[0].name} is for {odd[0].architecture}, {first.name} for {first.architecture}")
    keys = dict.fromkeys(key for adapter, _ in adapters for key in adapter.layers)
    layers = {key: [(a.layers[key], w * a.scale(key)) for a, w in adapters if key in a.layers] for key in keys}
    alpha = float(max(sum(layer.rank for layer, _ in found) for found in layers.values()))
    bases = {adapter.base_sha256 for adapter, _ in adapters}
    return Adapter(
        architecture=first.architecture,
        alpha=alpha,
        layers={key: _joined(found, alpha) for key, found in layers.items()},
        base_sha256=bases.pop() if len(bases) == 1 else None,
        about={"steps": _steps("join", adapters)},
        name="+".join(adapter.name for adapter, _ in adapters),
    )


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What adapter was written."""

    path: Path
    bytes: int
    weights: int  # that it changes
    rank: int  # the largest
    sha256: str  # of its numbers

    def to_json(self) -> dict[str, Any]:
        """Return the same, ready for JSON."""
        return {**self.__dict__, "path": str(self.path)}


def export(
    model: Model, adapters: Sequence[Weighted], out: str | os.PathLike[str], format: Literal["adapter", "peft"]
) -> Exported:
    """Write adapters as one: a GGUF file that llama.cpp reads, or a folder that PEFT reads.

    raises: RequestError for what cannot be joined, FileError, FormatError; then `out` is as it was
    """
    _check(model, adapters)
    joined, wanted = join(adapters), Path(out)
    check_out(wanted, {"the model": model.path}, folder=format == "peft")
    if format == "peft":
        from galiot.model.peft import write_peft

        write_peft(wanted, joined, model)
        files = list(wanted.iterdir())
    else:
        write_adapter(wanted, joined)
        files = [wanted]
    return Exported(
        path=wanted,
        bytes=sum(file.stat().st_size for file in files),
        weights=len(joined.layers),
        rank=max(layer.rank for layer in joined.layers.values()),
        sha256=joined.sha256,
    )


def _joined(found: Sequence[tuple[LowRank, float]], alpha: float) -> LowRank:
    """Return factors that, times alpha / rank, are the sum of the given ones times their numbers."""
    rank = sum(layer.rank for layer, _ in found)
    b = np.concatenate([layer.b * np.float32(times * rank / alpha) for layer, times in found], axis=1)
    return LowRank(np.concatenate([layer.a for layer, _ in found]), b)


def _check(model: Model, adapters: Sequence[Weighted]) -> None:
    if not adapters:
        raise RequestError("name at least one adapter to merge")
    for adapter, weight in adapters:
        if not np.isfinite(weight):
            raise RequestError(f"the weight of {adapter.name} is {weight}, expected a number")
        if problem := adapter.problem_on(model.spec):
            raise FormatError(adapter.name, problem)


def _steps(verb: str, adapters: Sequence[Weighted], before: Iterable[str] = ()) -> list[str]:
    """Return what was done to the model before, how each adapter came about, and that it was taken."""
    steps = list(before)
    for adapter, weight in adapters:
        own = adapter.about.get("steps")
        steps += [step for step in own if isinstance(step, str) and step not in steps] if isinstance(own, list) else []
        steps.append(f"{verb} {adapter.name} {adapter.sha256[:12]} weight {weight:g}")
    return steps


def _types(file: GgufFile, changed: Collection[str]) -> dict[str, TensorType]:
    """Return F16 for what is changed, unless it is F32, and for everything else the type that it has."""
    return {
        name: TensorType.F16 if name in changed and info.type != TensorType.F32 else info.type
        for name, info in file.tensors.items()
    }


def _main_type(file: GgufFile, types: Mapping[str, TensorType]) -> str | None:
    """Return the type of most numbers, None where a whole file cannot be said to have it."""
    counts: Counter[TensorType] = Counter()
    for name, info in file.tensors.items():
        counts[types[name]] += math.prod(info.shape)
    (most, _), *_ = counts.most_common(1)
    return next((name for name, kind in FILE_TYPES.items() if kind == most), None)
