"""What tuning will need, method by method and part by part, before it starts.

A run has moments that may decide: the output layer with the loss, the way back through a layer, a checkpoint, and the
gate, which loads the engine beside what PyTorch keeps. Each is the sum of what lies in memory then; the largest counts.
"""

from __future__ import annotations

import functools
import logging
import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from galiot.errors import BudgetError, MissingExtraError
from galiot.learn import kernels
from galiot.learn.batch import GROUP_TOKENS, Batch, Sample, rounded
from galiot.learn.share import QUERIES, blocks, share
from galiot.model.adapter import adaptable
from galiot.model.model import Model
from galiot.runtime import heap
from galiot.runtime.budget import forecast as forecast_session
from galiot.runtime.budget import resident_bytes
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.likelihood import head_bytes
from galiot.tune.data import Batches
from galiot.tune.gate import ROWS
from galiot.tune.methods.mezo import CHUNK, initial
from galiot.tune.settings import TuneSettings

log = logging.getLogger(__name__)

Parts = Mapping[str, int]
EVERY = ("lora", "rslora", "dora", "full", "mezo")
BEST_FIRST = ("lora", "full", "mezo")
"""The order in which `auto` takes what fits: `full` learns no better than an adapter here, and needs more."""
_GENERAL = 513  # cells of the gate's session, which reads a general text
_LOGITS = 16 << 20  # bytes of logits at a time on the way through the loss, and as much again for their softmax
_TRIED = 2048  # batches that are laid out beforehand
_GIVEN = ("process", "PyTorch", "PyTorch's kernels", "left in the heap")
_OFTEN = 6  # layers that `full` passes before the heap gives back what is free
_SLACK = 48 << 20  # bytes that were freed and stay in the heap, at most: it gives back what is free above 64 MiB


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Bytes that a method will need at the moment when it needs the most."""

    method: str
    moment: str
    """Which that is: loss, way back, checkpoint, or gate; for `mezo` passes or gate."""
    parts: Parts
    """Name -> bytes, all that lies in memory then."""

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(self.parts.values())

    @property
    def decides(self) -> str:
        """The largest part that depends on method, model or settings."""
        changeable = {name: size for name, size in self.parts.items() if name not in _GIVEN}
        return max(changeable, key=lambda name: changeable[name])

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON object."""
        return {
            "method": self.method,
            "total_bytes": self.total,
            "moment": self.moment,
            "decides": self.decides,
            "parts_bytes": dict(self.parts),
        }


def forecasts(
    model: Model, samples: Sequence[Sample] | int, settings: TuneSettings, methods: Sequence[str] = EVERY
) -> list[Forecast]:
    """Say what each method would need, best first; takes some seconds the first time, as PyTorch is tried out.

    samples: the data, or the tokens of their longest one. A method whose package is not installed is left out.
    """
    shape = _Shape.of(model, _Fed.of(samples, settings), settings)
    _ = model.tokenizer, model.template
    begin, found = resident_bytes(), []
    for method in methods:
        try:
            found.append(_forecast(method, model, shape, settings, begin))
        except MissingExtraError:
            log.info("%s is left out: PyTorch is not installed", method)
    heap.trim()  # of outlines of weights
    return found


def choose(model: Model, samples: Sequence[Sample] | int, settings: TuneSettings) -> Forecast:
    """Return the forecast of the method that is asked for or, with `auto`, of the best one that fits.

    raises: BudgetError when nothing does, saying what would; MissingExtraError for a method that needs PyTorch
    """
    wanted = BEST_FIRST if settings.method == "auto" else (settings.method,)
    found = {forecast.method: forecast for forecast in forecasts(model, samples, settings, wanted)}
    names = [name for name in wanted if name in found or settings.method == name]
    if missing := [name for name in names if name not in found]:
        raise MissingExtraError("learn", f"torch, for the method {missing[0]}")
    allowed = settings.memory_bytes
    for name in names:
        if allowed is None or found[name].total <= allowed:
            return found[name]
    assert allowed is not None
    least = min((found[name] for name in names), key=lambda forecast: forecast.total)
    raise BudgetError(
        "bytes",
        needed=least.total,
        allowed=allowed,
        parts={name: size for name, size in least.parts.items() if size >= 1 << 19},
        advice=_advice(model, samples, settings, least),
    )


def _advice(model: Model, samples: Sequence[Sample] | int, settings: TuneSettings, least: Forecast) -> str:
    """Name a change that would make it fit."""
    assert settings.memory_bytes is not None
    every = forecasts(model, samples, settings)
    if fitting := [forecast.method for forecast in every if forecast.total <= settings.memory_bytes]:
        return f"the method {fitting[-1]} would fit"
    longest = samples if isinstance(samples, int) else max(map(len, samples))
    for batch, sequence in ((1, settings.sequence), (1, 128), (1, 32)):
        smaller = replace(settings, batch=batch, sequence=min(sequence, settings.sequence))
        shape = _Shape.of(model, _Fed.of(longest, smaller), smaller)
        if _forecast(least.method, model, shape, smaller, least.parts["process"]).total <= settings.memory_bytes:
            return f"{least.method} with a batch of {batch} and a sequence of {smaller.sequence} would fit"
    return f"the most goes to {least.decides}: give more memory, or a smaller model"


class _Fed(NamedTuple):
    """What the largest batch is made of."""

    tokens: int
    longest: int
    seen: int
    """Keys that a query sees, on average."""
    laid: tuple[Batch, ...]
    """Batches as they go through the model, as many as there are or can be looked at."""

    @classmethod
    def of(cls, samples: Sequence[Sample] | int, settings: TuneSettings) -> _Fed:
        """Lay out the batches of a run and look at them, or take each sample for as long as the longest."""
        longest = min(samples if isinstance(samples, int) else max(map(len, samples)), settings.sequence)
        tokens, seen = longest * settings.batch, min(longest, (longest + QUERIES) // 2)
        if isinstance(samples, int):
            return cls(tokens, longest, seen, (rounded(_alike(longest, settings.batch)),))
        updates = settings.steps or math.ceil(settings.epochs * len(samples) / (settings.batch * settings.accumulate))
        batches = Batches(samples, batch=settings.batch, seed=settings.seed)
        laid = tuple(rounded(share(batches.at(i))) for i in range(min(_TRIED, updates * settings.accumulate)))
        if not any(batch.forks for batch in laid):
            return cls(tokens, longest, seen, laid)
        looked = [sum(b.keys * (b.last - b.first) for b in blocks(batch.ends, batch.forks, 0)) for batch in laid]
        seen = max(sum_ // len(batch) for sum_, batch in zip(looked, laid, strict=True))
        return cls(min(tokens, max(map(len, laid))), longest, seen, laid)


def _alike(tokens: int, count: int) -> Batch:
    """A batch of samples of one length."""
    ends = tuple(tokens * i for i in range(1, count + 1))
    return Batch(np.zeros(ends[-1], np.int32), np.zeros(ends[-1], np.int32), ends)


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """The numbers that memory depends on; floats are two bytes wide, or four where bfloat16 is slow."""

    tokens: int
    """Of one pass."""
    labels: int
    """Of one pass, as many as the loss is made for."""
    longest: int
    layers: int
    width: int
    vocab: int
    layer_weights: int
    """Of the largest layer."""
    weights: int
    """Of all matrices."""
    pass_bytes: int
    """What the recomputation of a layer and its gradients take."""
    adapter_numbers: int
    adapter_rows: int
    laid: tuple[Batch, ...] = field(repr=False)
    """See `_Fed`."""
    float_bytes: int = 2

    @classmethod
    def of(cls, model: Model, fed: _Fed, settings: TuneSettings) -> _Shape:
        spec, matrices = model.spec, adaptable(model.spec)
        by_layer = [
            sum(rows * width for name, (rows, width) in matrices.items() if name.startswith(f"blk.{i}."))
            for i in range(spec.layers)
        ]
        tables = 1 + ("output.weight" in model.file.tensors)
        chosen = [shape for name, shape in matrices.items() if name.rpartition(".")[2] in settings.targets]
        at_once = min(fed.tokens, max(GROUP_TOKENS, fed.longest))
        numbers = max(_numbers_per_token(spec, i, fed.seen) for i in range(spec.layers))
        return cls(
            tokens=fed.tokens,
            labels=1 << (max(batch.predicted for batch in fed.laid) - 1).bit_length(),
            longest=fed.longest,
            layers=spec.layers,
            width=spec.width,
            vocab=spec.vocab,
            layer_weights=max(by_layer),
            weights=sum(by_layer) + tables * spec.vocab * spec.width,
            pass_bytes=2 * at_once * numbers,
            adapter_numbers=settings.rank * sum(rows + width for rows, width in chosen),
            adapter_rows=sum(rows for rows, _ in chosen),
            laid=fed.laid,
        )


def _numbers_per_token(spec: Any, i: int, seen: int) -> int:
    """What one token leaves in layer i between the way there and the way back."""
    queries, keys = spec.heads[i] * spec.key_dim, 2 * spec.kv_heads[i] * spec.key_dim
    return int(8 * spec.width + 3 * (queries + keys) + 2 * spec.heads[i] * seen + 7 * spec.ff_width[i])


def _forecast(method: str, model: Model, shape: _Shape, settings: TuneSettings, begin: int) -> Forecast:
    """begin: bytes that the process holds before anything of it is done"""
    if method == "mezo":
        moments = _mezo(model, shape, settings, begin)
    else:
        moments = _exact(method, model, shape, settings, begin)
    moment = max(moments, key=lambda name: sum(moments[name].values()))
    parts = {name: size for name, size in moments[moment].items() if size}
    return Forecast(method=method, moment=moment, parts=parts)


def _mezo(model: Model, shape: _Shape, settings: TuneSettings, process: int) -> Mapping[str, Parts]:
    adapter, begin = [(initial(model, settings), 1.0)], {"process": process}
    passes = begin | _engine(model, shape.longest, adapter, CHUNK) | {"hidden states": 8 * shape.longest * shape.width}
    return {
        "passes": passes | {"adapter's a": shape.adapter_numbers * 2},
        "gate": begin | _gate(model, shape, settings),
    }


def _exact(method: str, model: Model, shape: _Shape, settings: TuneSettings, process: int) -> Mapping[str, Parts]:
    """The moments of a method with exact gradients."""
    trial = torch_bytes()
    compiled = trial.kernel * kernels.count(shape.laid, method)
    begin = {"process": process, "PyTorch": trial.itself, "PyTorch's kernels": compiled}
    joined = settings.accumulate if method == "full" else 1  # batches whose inputs wait together
    wide, states = shape.float_bytes, joined * shape.tokens * shape.width
    layer_bytes, pass_bytes = wide * shape.layer_weights, shape.pass_bytes * (5 if method == "dora" else 4) // 4
    waiting = states * wide * (shape.layers if settings.checkpoints == "memory" else 1)
    logits = 2 * min(_LOGITS, joined * shape.labels * shape.vocab * wide)
    slack = min(_SLACK, logits + pass_bytes)
    judged = _gate(model, shape, settings, whole=method == "full")
    gate = {"gate": begin | judged | {"left in the heap": slack}}
    if method == "full":
        begin |= {"weights": wide * shape.weights, "left in the heap": _OFTEN * layer_bytes + slack}
        back = {"layer inputs": waiting, "gradients": layer_bytes, "layer's activations": 2 * pass_bytes}
        return gate | {"way back": begin | back, "checkpoint": begin | {"copy of the weights": wide * shape.weights}}
    held = _learned(method, shape, settings) | {"layer inputs": waiting}
    held |= {"layer's weights": layer_bytes}  # whose memory is kept for the next layer
    output = {"output layer": wide * shape.vocab * shape.width, "logits": logits, "states": 4 * states * wide}
    back = {"gradients": 4 * shape.adapter_numbers, "layer's activations": pass_bytes}
    left = {"left in the heap": slack}
    return gate | {"loss": begin | held | output | left, "way back": begin | held | back | left}


def _learned(method: str, shape: _Shape, settings: TuneSettings) -> dict[str, int]:
    """Parameters and what the optimizer keeps of them."""
    numbers = shape.adapter_numbers + (shape.adapter_rows if method == "dora" else 0)
    kept = {"adamw": 8, "adamw8": 2, "adafactor": 1}[settings.optimizer]
    squares = 4 * shape.adapter_rows if method == "dora" else 0
    return {"adapter": 4 * numbers + squares, "optimizer": kept * numbers}


def _gate(model: Model, shape: _Shape, settings: TuneSettings, *, whole: bool = False) -> dict[str, int]:
    """The engine, with the adapter or beside the model that was tuned as a whole."""
    context = max(_GENERAL, shape.longest + 1)
    adapters = [] if whole else [(initial(model, settings), 1.0)]
    parts = {name: size * (2 if whole else 1) for name, size in _engine(model, context, adapters).items()}
    parts |= {"probabilities": 4 * shape.vocab * (2 * ROWS + 8)}  # of both models, and of one token as float64
    return parts | {"hidden states": 12 * context * shape.width, "adapter": 0 if whole else 4 * shape.adapter_numbers}


def _engine(model: Model, context: int, adapters: Any, chunk: int = RuntimeConfig.chunk) -> dict[str, int]:
    """What the engine needs for sequences of this length, its output layer in slices."""
    found = forecast_session(model, RuntimeConfig(context=context, chunk=chunk), adapters, before=0)
    sizes = {f"engine's {name}": size for name, size in found.parts.items() if name != "interpreter"}
    return sizes | {"engine's libraries": found.interpreter, "logits": head_bytes(model.spec)}


_TRIAL = """
from galiot.learn import kernels
kernels.bound()
from galiot.runtime import heap
from galiot.runtime.budget import resident_bytes
from galiot.runtime.peak import peak_bytes
import galiot.runtime.session
before = resident_bytes()
import torch
from galiot.learn import decoder, optimizers
from galiot.learn.functions import attend, gate, norm, project, rotate
from galiot.learn.loss import cross_entropy
torch.set_num_threads(2)
kind = decoder.preferred_dtype()
def some(*shape, learn=False):
    return torch.randn(*shape).to(kind).requires_grad_(learn)
x, turn = some(64, 64, learn=True), torch.polar(torch.ones(64, 1, 8), torch.ones(64, 1, 8))
y = norm(project(x, some(96, 64), some(8, 64, learn=True), some(96, 8, learn=True)), some(96), 1e-5).view(64, 6, 16)
y = rotate(y, turn, True)
y = attend(y[:, :4], y[:, 4:5], y[:, 5:6], (32, 64), 0.25, 0).flatten(1)
y = gate(torch.cat((y, y), 1), True)
cross_entropy(y.detach(), torch.zeros(64, dtype=torch.int64), some(128, 64), 1.0)
torch.autograd.grad(y, x, some(64, 64))
p = torch.zeros(8, 8, requires_grad=True)
p.grad = torch.ones(8, 8)
optimizers.AdamW({"p": p}).step(1e-3)
most = peak_bytes()
heap.trim()
least = resident_bytes()
weight = some(64, 64)
for tokens in range(128, 640, 32):
    some(tokens, 64) @ weight
heap.trim()
print(most - before, max(0, resident_bytes() - least) // 16)
"""


class Trial(NamedTuple):
    """Bytes that PyTorch was seen to take."""

    itself: int
    kernel: int
    """Each further one that it compiles; hardly any where it multiplies float32."""


@functools.cache
def torch_bytes() -> Trial:
    """Return what PyTorch takes by itself: another process runs one small layer there and back, and then some products.

    raises: MissingExtraError when it is not installed, or does not run
    """
    found = subprocess.run([sys.executable, "-c", _TRIAL], capture_output=True, text=True, check=False)
    if found.returncode:
        log.debug("PyTorch cannot be tried out: %s", found.stderr.strip().rpartition("\n")[2])
        raise MissingExtraError("learn", "torch")
    itself, kernel = map(int, found.stdout.split()[-2:])  # libraries that were told to may print before them
    return Trial(itself, kernel)
