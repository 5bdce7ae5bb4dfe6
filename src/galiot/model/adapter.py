"""Low-rank adapters: GGUF files as llama.cpp reads them, and folders of PEFT.

An adapter adds scale * b @ a to some weights of a model. Source: Hu et al., "LoRA", arXiv 2106.09685.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from galiot.errors import FormatError
from galiot.model.gguf import GgufFile
from galiot.model.header import StringArray
from galiot.model.manifest import read_manifest
from galiot.model.model import Model
from galiot.model.spec import ModelSpec, expected_tensors
from galiot.model.types import TensorType
from galiot.model.writer import F32, F64, NewTensor, write_gguf

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
_OWN = "galiot."
_BASE = "galiot.base.sha256"
_TENSOR = re.compile(r"(blk\.\d+\.\w+)\.weight\.lora_(a|b|magnitude)")


@dataclass(frozen=True, eq=False)
class LowRank:
    """What is added to one weight (rows, width)."""

    a: Floats
    """(rank, width)"""
    b: Floats
    """(rows, rank), not scaled"""
    magnitude: Floats | None = None
    """(rows,): the length that each row of the sum is given. Source: Liu et al., "DoRA", arXiv 2402.09353."""

    def __post_init__(self) -> None:
        assert self.a.dtype == self.b.dtype == np.float32
        assert self.a.ndim == self.b.ndim == 2
        assert self.a.shape[0] == self.b.shape[1] > 0
        assert self.magnitude is None or self.magnitude.shape == (len(self.b),)

    @property
    def rank(self) -> int:
        """How many products of a column and a row are added."""
        return len(self.a)

    @property
    def arrays(self) -> dict[str, Floats]:
        """The arrays by name."""
        found = {"a": self.a, "b": self.b}
        return found if self.magnitude is None else {**found, "magnitude": self.magnitude}


@dataclass(frozen=True, kw_only=True, eq=False)
class Adapter:
    """Low-rank additions to a model."""

    architecture: str
    """Family of the model, as `ModelSpec.family`."""
    alpha: float
    layers: Mapping[str, LowRank]
    """By the weight's name without its ending: blk.0.attn_q."""
    base_sha256: str | None = None
    """Hash of the file that it was made on; None where nobody wrote it down."""
    about: Mapping[str, object] = field(default_factory=dict)
    """What else its file says of its making, by key without the prefix `galiot.`: numbers, texts, lists of them."""
    name: str = "adapter"

    def scale(self, key: str) -> float:
        """Return what b @ a of a weight is multiplied with: alpha / rank.

        A rank-stabilised adapter (arXiv 2312.03732) is stored with alpha * sqrt(rank), so every reader gets it right.
        """
        return self.alpha / self.layers[key].rank

    @property
    def size(self) -> int:
        """Bytes of all numbers."""
        return sum(array.nbytes for layer in self.layers.values() for array in layer.arrays.values())

    @cached_property
    def sha256(self) -> str:
        """A hash of the numbers, which two adapters share when they change a model alike."""
        digest = hashlib.sha256(repr((self.architecture, self.alpha)).encode())
        for key, layer in sorted(self.layers.items()):
            for part, array in layer.arrays.items():
                digest.update(f"{key} {part} {array.shape}".encode())
                digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def problem_on(self, spec: ModelSpec) -> str | None:
        """Return why it does not fit a model, None where it fits."""
        if self.architecture != spec.family:
            return f"is for the architecture {self.architecture[:40]}, the model is {spec.family}"
        weights = adaptable(spec)
        for key, layer in self.layers.items():
            if key not in weights:
                return f"changes {key[:80]}, which is no projection of this model with {spec.layers} layers"
            if (rows := len(layer.b), width := layer.a.shape[1]) != weights[key]:
                wanted = "{} x {}".format(*weights[key])
                return f"changes {key} as a matrix of {rows} x {width}, the model's is {wanted}"
        return None


def adaptable(spec: ModelSpec) -> dict[str, tuple[int, int]]:
    """Return name without ending -> (rows, width) of the weights that an adapter can change."""
    return {
        name.removesuffix(".weight"): (shape[1], shape[0])
        for name, (shape, _) in expected_tensors(spec).items()
        if name.startswith("blk.") and len(shape) == 2
    }


def read_adapter(path: str | os.PathLike[str], model: Model | None = None) -> Adapter:
    """Read an adapter: a GGUF file, or a folder as PEFT writes it, for which the model has to be given.

    model: what the adapter is for; architecture, names, shapes and the base's hash are held against it. A model whose
        manifest or metadata says that it was made from that base is taken with a warning.
    raises: RequestError when there is no such file, FileError, FormatError naming what is wrong
    """
    if os.path.isdir(path):
        from galiot.model.peft import read_peft

        adapter = read_peft(path, model)
    else:
        with GgufFile.open(path) as file:
            adapter = _read(file)
    if model is not None:
        check_fits(path, adapter, model)
    log.info("%s: %d weights, %.1f MB", os.fspath(path), len(adapter.layers), adapter.size / 1e6)
    return adapter


def write_adapter(path: str | os.PathLike[str], adapter: Adapter, *, half: bool = False) -> None:
    """Write an adapter as GGUF, F32, whole or not at all; llama.cpp reads it unless it has magnitudes.

    half: its numbers as F16, in half the space
    raises: FileError when the disk is full or the folder cannot be written; ValueError for an `about` beyond GGUF
    """
    assert 0 < adapter.alpha < math.inf
    metadata: dict[str, object] = {
        "general.type": "adapter",
        "general.architecture": adapter.architecture,
        "general.name": adapter.name,
        "adapter.type": "lora",
        "adapter.lora.alpha": F32(adapter.alpha),
    }
    if adapter.base_sha256:
        metadata[_BASE] = adapter.base_sha256
    write_gguf(path, metadata | facts_of(adapter.about), _tensors(adapter, half))


def check_fits(path: str | os.PathLike[str], adapter: Adapter, model: Model) -> None:
    """Hold an adapter that was read from `path` against a model.

    raises: FormatError with what does not fit
    """
    if problem := adapter.problem_on(model.spec):
        raise FormatError(path, problem)
    base = adapter.base_sha256
    if base is None or base == model.sha256:
        return
    manifest = read_manifest(model.path)
    parents = {model.file.metadata.get("galiot.parent.sha256"), manifest and manifest.parent_sha256}
    if base not in parents:
        said = f"was made on another model (sha256 {base[:12]}...) than {model.name} ({model.sha256[:12]}...)"
        raise FormatError(path, f"{said}; give that model, or tune again on this one")
    log.warning("%s was made on the model that %s was made from: it may do a little less here", path, model.name)


def about_in(file: GgufFile) -> dict[str, object]:
    """Return what a file that we made says of its making, as `Adapter.about`."""
    return {key.removeprefix(_OWN): _plain(value) for key, value in file.metadata.items() if _is_about(key)}


def facts_of(about: Mapping[str, object]) -> dict[str, object]:
    """Return metadata that says so."""
    return {_OWN + key: F64(value) if isinstance(value, float) else value for key, value in about.items()}


def _tensors(adapter: Adapter, half: bool) -> Iterator[NewTensor]:
    kind, dtype = (TensorType.F16, np.float16) if half else (TensorType.F32, np.float32)
    for key, layer in adapter.layers.items():
        for part, array in layer.arrays.items():
            yield f"{key}.weight.lora_{part}", tuple(reversed(array.shape)), kind, array.astype(dtype, copy=False)


def _read(file: GgufFile) -> Adapter:
    if (kind := file.text("general.type", "model")) != "adapter":
        raise FormatError(file.path, f"is no adapter: general.type is {kind[:40]!a}")
    if (kind := file.text("adapter.type")) != "lora":
        raise FormatError(file.path, f"adapter.type is {kind[:40]!a}, expected lora")
    if "adapter.alora.invocation_tokens" in file.metadata:
        raise FormatError(file.path, "is an adapter that some tokens switch on, which cannot be run here")
    alpha = file.number("adapter.lora.alpha")
    if alpha <= 0:
        raise FormatError(file.path, f"adapter.lora.alpha is {alpha:g}, expected a number above zero")
    base = file.text(_BASE, None)
    return Adapter(
        architecture=file.text("general.architecture"),
        alpha=alpha,
        layers=pair_up(file.path, _arrays(file)),
        base_sha256=base,
        about=about_in(file),
        name=file.text("general.name", file.path.stem),
    )


def _is_about(key: str) -> bool:
    return key.startswith(_OWN) and key != _BASE


def _plain(value: object) -> object:
    """Return a metadata value that outlives its file."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return list(value) if isinstance(value, StringArray) else value


def _arrays(file: GgufFile) -> dict[str, dict[str, Floats]]:
    """Weight -> part -> numbers."""
    found: dict[str, dict[str, Floats]] = {}
    for name, info in file.tensors.items():
        match = _TENSOR.fullmatch(name)
        if not match:
            raise FormatError(file.path, f"tensor {name[:80]!a} is no part of an adapter of a layer's projection")
        shape = tuple(reversed(info.shape))
        found.setdefault(match[1], {})[match[2]] = _floats(file, name, info.type).reshape(shape)
    return found


def _floats(file: GgufFile, name: str, kind: TensorType) -> Floats:
    raw = file.data(name)
    if kind == TensorType.F32:
        return raw.view("<f4").astype(np.float32)
    if kind == TensorType.F16:
        return raw.view("<f2").astype(np.float32)
    if kind == TensorType.BF16:
        return (raw.view("<u2").astype(np.uint32) << 16).view(np.float32)
    if kind == TensorType.Q8_0:
        blocks = raw.reshape(-1, 34)
        scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
        return scales * blocks[:, 2:].view(np.int8)
    raise FormatError(file.path, f"tensor {name} is {kind.name}; adapters are read in F32, F16, BF16 and Q8_0")


def pair_up(path: str | os.PathLike[str], found: Mapping[str, Mapping[str, Floats]]) -> dict[str, LowRank]:
    """Make pairs of what a file holds: weight -> part -> numbers.

    raises: FormatError for a half without the other, shapes that make no pair, numbers that are not finite
    """
    if not found:
        raise FormatError(path, "holds no low-rank pair")
    layers = {}
    for key, parts in found.items():
        if lost := {"a", "b"} - parts.keys():
            raise FormatError(path, f"{key} has no lora_{min(lost)}")
        a, b, magnitude = parts["a"], parts["b"], parts.get("magnitude")
        if a.ndim != 2 or b.ndim != 2 or len(a) != b.shape[1] or not len(a):
            raise FormatError(path, f"{key} has lora_a {list(a.shape)} and lora_b {list(b.shape)}, which make no pair")
        if magnitude is not None and magnitude.shape != (len(b),):
            raise FormatError(path, f"{key} has {magnitude.size} magnitudes for {len(b)} rows")
        for part, array in parts.items():
            if not np.isfinite(array).all():
                raise FormatError(path, f"{key} has numbers in lora_{part} that are not finite")
        layers[key] = LowRank(a, b, magnitude)
    return layers
