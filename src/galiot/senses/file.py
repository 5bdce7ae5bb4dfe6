"""Sense files: one GGUF that holds all of a sense - members, head, projection, adapter, labels, recipe and scores.

galiot.sense.kind, rate_hz, window_s, channels, units, scaling      how a reading is prepared
galiot.sense.members                                                kinds of members, in the order of the head
galiot.sense.labels.codes, names, groups, kinds, synonyms           what it can say
galiot.sense.conv.0.widths, ...                                     settings of a member
galiot.sense.recipe, manifest, scores, notice, base.sha256          how it was made and how good it is
conv.0.stem.weight, forest.0.value, head.weight, proj.weight        tensors
blk.3.attn_q.weight.lora_a                                          the adapter of the language model
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import FormatError
from galiot.files import sha256_of
from galiot.model.adapter import Adapter, LowRank, pair_up
from galiot.model.gguf import GgufFile
from galiot.model.header import StringArray
from galiot.model.types import TensorType, Typed, ValueType
from galiot.model.writer import NewTensor, write_gguf
from galiot.senses.base import Label

Array = npt.NDArray[Any]
ARCHITECTURE = "galiot-sense"
PREFIX = "galiot.sense."
SCALINGS = ("none", "level", "standard")
LANGUAGE = ("proj.", "kv.")
"""What the names of tensors begin with that are for one language model."""
MOST_SAMPLES = 1 << 16  # of a window
MOST_CHANNELS = 1024
_TYPES = {
    TensorType.F32: np.float32,
    TensorType.F16: np.float16,
    TensorType.I8: np.int8,
    TensorType.I16: np.int16,
    TensorType.I32: np.int32,
}
_TYPE_OF = {np.dtype(dtype): kind for kind, dtype in _TYPES.items()}
_JSON = ("manifest", "scores")
_TEXTS = ("kind", "scaling", "recipe", "notice")
_LISTS = ("channels", "units", "members", "features", "facts", "prompts")
_LABELS = tuple(f"labels.{part}" for part in ("codes", "names", "groups", "kinds", "synonyms"))
_FIELDS = ("rate_hz", "window_s", "samples", "base.sha256", "adapter.alpha", "adapter.architecture")
_OWN = {*_JSON, *_TEXTS, *_LISTS, *_LABELS, *_FIELDS}


@dataclass(frozen=True, kw_only=True, eq=False)
class SenseFile:
    """Everything of a sense, in memory.

    kind: ecg, motion, series, ...: which readings it is for
    rate_hz, window_s: of a window; window_s 0: the whole reading is one window, of `samples`
    channels, units: what a window holds, in this order; no channels: whatever a reading has
    scaling: what is taken out of each channel: "none", its "level", or level and deviation ("standard")
    members: their kinds, in the order of the rows of `head.weight`
    settings: numbers, texts and lists of members by key, such as `conv.0.widths`
    tensors: arrays by name, such as `conv.0.stem.weight`
    features: names of the measured features that trees take
    facts: names of the facts that a report never leaves out
    """

    kind: str
    rate_hz: float
    window_s: float
    labels: tuple[Label, ...]
    members: tuple[str, ...]
    tensors: Mapping[str, Array]
    samples: int = 0
    channels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    scaling: str = "none"
    settings: Mapping[str, object] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    base_sha256: str | None = None
    adapter: Adapter | None = None
    recipe: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    notice: str = ""
    name: str = "sense"
    licence: str = ""
    path: str = ""
    sha256: str = ""

    @property
    def window_samples(self) -> int:
        """Samples of a window."""
        return self.samples or round(self.rate_hz * self.window_s)

    def part(self, prefix: str) -> Part:
        """Settings and tensors whose names begin with `prefix` and a dot."""
        return Part(self, prefix)

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Kind and part of every member: the second convolution is `conv.1`."""
        seen: dict[str, int] = {}
        for kind in self.members:
            number = seen[kind] = seen.get(kind, -1) + 1
            yield kind, self.part(f"{PREFIXES.get(kind, kind)}.{number}")


def without_language(file: SenseFile) -> SenseFile:
    """Return a sense without what only its own language model takes: projection, keys and values, adapter."""
    tensors = {name: array for name, array in file.tensors.items() if not name.startswith(LANGUAGE)}
    return replace(file, tensors=tensors, adapter=None, base_sha256=None)


PREFIXES = {"convolution": "conv", "patches": "patch"}
"""What the tensors of a kind of member begin with, where that is not its name."""


@dataclass(frozen=True)
class Part:
    """The share of a file that belongs to one member: what it asks for is checked against what is there."""

    file: SenseFile
    prefix: str

    def array(self, name: str, *shape: int | None) -> Array:
        """Return a tensor (None: any size); halves become float32.

        raises: FormatError when it is missing, has another shape or holds numbers that are not finite
        """
        whole = f"{self.prefix}.{name}"
        found = self.file.tensors.get(whole)
        if found is None:
            raise FormatError(self.file.path, f"tensor {whole} is missing")
        if shape and (
            len(shape) != found.ndim
            or any(want not in (None, have) for want, have in zip(shape, found.shape, strict=True))
        ):
            wanted = " x ".join("any" if size is None else str(size) for size in shape)
            raise FormatError(self.file.path, f"tensor {whole} has shape {list(found.shape)}, expected {wanted}")
        if found.dtype.kind == "f":
            found = found.astype(np.float32)
            if not np.isfinite(found).all():
                raise FormatError(self.file.path, f"tensor {whole} holds numbers that are not finite")
        return found

    def has(self, name: str) -> bool:
        """Whether there is such a tensor."""
        return f"{self.prefix}.{name}" in self.file.tensors

    def integer(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from low to high.

        raises: FormatError
        """
        value = self.file.settings.get(f"{self.prefix}.{name}", default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._wrong(name, value, f"a whole number from {low} to {high}")
        return value

    def integers(self, name: str, *, low: int, high: int, most: int) -> tuple[int, ...]:
        """Return at least one and at most `most` whole numbers from low to high.

        raises: FormatError
        """
        value = self.file.settings.get(f"{self.prefix}.{name}")
        numbers = value if isinstance(value, list | tuple) else []
        if not 1 <= len(numbers) <= most or not all(isinstance(one, int) and low <= one <= high for one in numbers):
            raise self._wrong(name, value, f"1 to {most} whole numbers from {low} to {high}")
        return tuple(numbers)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text.

        raises: FormatError
        """
        value = self.file.settings.get(f"{self.prefix}.{name}", default)
        if not isinstance(value, str):
            raise self._wrong(name, value, "a text")
        return value

    def _wrong(self, name: str, value: object, wanted: str) -> FormatError:
        said = "missing" if value is None else f"{value!r:.60}"
        return FormatError(self.file.path, f"{PREFIX}{self.prefix}.{name} is {said}, expected {wanted}")


def read_sense(path: str | os.PathLike[str]) -> SenseFile:
    """Read a sense file.

    raises: RequestError when there is no such file, FileError, FormatError naming what is wrong in it
    """
    with GgufFile.open(path) as file:
        architecture = file.text("general.architecture", "")
        if architecture != ARCHITECTURE:
            raise FormatError(path, f"is no sense: general.architecture is {architecture[:40]!a}, not {ARCHITECTURE}")
        return _read(file, sha256_of(path))


def write_sense(path: str | os.PathLike[str], sense: SenseFile) -> None:
    """Write a sense file, whole or not at all.

    raises: FileError when the disk is full or the folder cannot be written; ValueError for what no file can hold
    """
    metadata: dict[str, object] = {
        "general.architecture": ARCHITECTURE,
        "general.type": "sense",
        "general.name": sense.name,
    }
    if sense.licence:
        metadata["general.license"] = sense.licence
    own = {name: getattr(sense, name) for name in _TEXTS}
    own |= {name: _strings(getattr(sense, name)) for name in _LISTS}
    own |= {name: json.dumps(getattr(sense, name), ensure_ascii=False) for name in _JSON}
    own |= {"rate_hz": float(sense.rate_hz), "window_s": float(sense.window_s), "samples": sense.samples}
    own |= _label_lists(sense.labels)
    if sense.base_sha256:
        own["base.sha256"] = sense.base_sha256
    if sense.adapter:
        own |= {"adapter.alpha": float(sense.adapter.alpha), "adapter.architecture": sense.adapter.architecture}
    if clash := sorted(own.keys() & sense.settings.keys()):
        raise ValueError(f"the setting {clash[0]} has the name of a field of its own")
    metadata |= {PREFIX + key: value for key, value in (own | dict(sense.settings)).items()}
    write_gguf(path, metadata, _tensors(sense))


def _strings(values: tuple[str, ...]) -> Typed:
    return Typed(ValueType.STRING, list(values))


def _label_lists(labels: tuple[Label, ...]) -> dict[str, object]:
    columns = (
        [label.code for label in labels],
        [label.name for label in labels],
        [label.group for label in labels],
        [label.kind for label in labels],
        ["|".join(label.synonyms) for label in labels],
    )
    return {name: Typed(ValueType.STRING, column) for name, column in zip(_LABELS, columns, strict=True)}


def _tensors(sense: SenseFile) -> Iterator[NewTensor]:
    arrays = dict(sense.tensors)
    for key, layer in (sense.adapter.layers if sense.adapter else {}).items():
        for part, array in layer.arrays.items():
            arrays[f"{key}.weight.lora_{part}"] = array.astype(np.float16)
    for name, array in arrays.items():
        kind = _TYPE_OF.get(array.dtype)
        if kind is None:
            raise ValueError(f"tensor {name} is of {array.dtype}, expected one of {', '.join(map(str, _TYPE_OF))}")
        yield name, tuple(reversed(array.shape)), kind, np.ascontiguousarray(array)


def _read(file: GgufFile, sha256: str) -> SenseFile:
    texts: dict[str, Any] = {name: file.text(PREFIX + name, "") for name in _TEXTS}
    lists: dict[str, Any] = {name: tuple(file.strings(PREFIX + name, ()))[:MOST_CHANNELS] for name in _LISTS}
    if not texts["kind"]:
        raise FormatError(file.path, f"{PREFIX}kind is missing")
    if texts["scaling"] not in SCALINGS:
        raise FormatError(
            file.path, f"{PREFIX}scaling is {texts['scaling'][:40]!a}, expected one of {', '.join(SCALINGS)}"
        )
    if lists["units"] and len(lists["units"]) != len(lists["channels"]):
        raise FormatError(file.path, f"{len(lists['units'])} units for {len(lists['channels'])} channels")
    rate_hz = file.number(PREFIX + "rate_hz", low=0.0, high=1e6)
    window_s = file.number(PREFIX + "window_s", low=0.0, high=1e6)
    samples = file.integer(PREFIX + "samples", 0, low=0, high=MOST_SAMPLES)
    if not 2 <= (samples or round(rate_hz * window_s)) <= MOST_SAMPLES:
        raise FormatError(
            file.path, f"a window of {window_s:g} s at {rate_hz:g} Hz; expected 2 to {MOST_SAMPLES} samples"
        )
    arrays = {name: _array(file, name) for name in file.tensors}
    return SenseFile(
        **texts,
        **lists,
        manifest=_json(file, "manifest"),
        scores=_json(file, "scores"),
        rate_hz=rate_hz,
        window_s=window_s,
        samples=samples,
        labels=_labels(file),
        tensors={name: array for name, array in arrays.items() if ".lora_" not in name},
        settings=_settings(file),
        base_sha256=file.text(PREFIX + "base.sha256", None),
        adapter=_adapter(file, arrays),
        name=file.text("general.name", file.path.stem),
        licence=file.text("general.license", ""),
        path=str(file.path),
        sha256=sha256,
    )


def _array(file: GgufFile, name: str) -> Array:
    info = file.tensors[name]
    dtype = _TYPES.get(info.type)
    if dtype is None:
        raise FormatError(file.path, f"tensor {name[:80]} is {info.type.name}, which a sense does not hold")
    return file.data(name).reshape(-1).view(dtype).reshape(tuple(reversed(info.shape))).copy()


def _json(file: GgufFile, name: str) -> dict[str, Any]:
    try:
        value = json.loads(file.text(PREFIX + name, "{}"))
    except (ValueError, RecursionError):
        raise FormatError(file.path, f"{PREFIX}{name} is no JSON") from None
    if not isinstance(value, dict):
        raise FormatError(file.path, f"{PREFIX}{name} is no JSON object")
    return value


def _settings(file: GgufFile) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in file.metadata.items():
        name = key.removeprefix(PREFIX)
        if key != name and name not in _OWN:
            plain = value.tolist() if isinstance(value, np.ndarray) else value
            found[name] = list(plain) if isinstance(plain, StringArray) else plain
    return found


def _labels(file: GgufFile) -> tuple[Label, ...]:
    columns = [list(file.strings(PREFIX + name, ())) for name in _LABELS]
    count = len(columns[0])
    for name, column in zip(_LABELS, columns, strict=True):
        if len(column) != count:
            raise FormatError(file.path, f"{PREFIX}{name} has {len(column)} entries, the codes are {count}")
    if not 1 <= count <= MOST_CHANNELS or len(set(columns[0])) < count:
        raise FormatError(file.path, f"{count} labels, expected 1 to {MOST_CHANNELS} of different codes")
    made = []
    for code, name, group, kind, synonyms in zip(*columns, strict=True):
        if kind not in ("statement", "class"):
            raise FormatError(file.path, f"label {code[:40]!a} is a {kind[:40]!a}, expected a statement or a class")
        others = tuple(filter(None, synonyms.split("|")))
        made.append(Label(code=code, name=name, group=group, kind=kind, synonyms=others))
    return tuple(made)


def _adapter(file: GgufFile, arrays: Mapping[str, Array]) -> Adapter | None:
    found: dict[str, dict[str, Any]] = {}
    for name, array in arrays.items():
        if ".weight.lora_" in name:
            key, part = name.split(".weight.lora_", 1)
            found.setdefault(key, {})[part] = array.astype(np.float32)
    if not found:
        return None
    layers: dict[str, LowRank] = pair_up(file.path, found)
    alpha = file.number(PREFIX + "adapter.alpha", low=1e-6, high=1e6)
    base = file.text(PREFIX + "base.sha256", None)
    family = file.text(PREFIX + "adapter.architecture", "llama")
    return Adapter(architecture=family, alpha=alpha, layers=layers, base_sha256=base, name=file.path.stem)
