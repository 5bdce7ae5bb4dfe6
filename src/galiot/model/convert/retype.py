"""A GGUF file as another type: the same model in fewer or more bits."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from galiot.errors import RequestError
from galiot.files import Progress, sha256_of
from galiot.model.convert.pack import (
    Converted,
    Rows,
    check_type,
    choose_type,
    pack,
    to_floats,
    type_facts,
)
from galiot.model.convert.provenance import made_from
from galiot.model.gguf import GgufFile
from galiot.model.sources.base import check_room
from galiot.model.types import TensorType, row_bytes
from galiot.model.writer import NewTensor, write_gguf

Change = Callable[[Rows, np.ndarray], np.ndarray]
"""Given rows and their numbers, float32 (rows, width), returns the numbers to write."""


def convert_file(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    type: str,
    progress: Progress | None = None,
    *,
    threads: int = 2,
) -> Converted:
    """Write a model again in another type: f32, f16, bf16, q8_0, q4_0 or q4_1, with ggml's own quantizers.

    Which tensors get which type is said at `choose_type`: in a 4-bit file the output layer stays at Q8_0, and so does
    the embedding of a model that uses it as its output layer. What has its type already is copied, bit for bit. All
    metadata stays; file type, parent and steps are written anew.

    progress: bytes of the new file
    raises: RequestError, FileError, FormatError; then `out` is as it was
    """
    target = check_type(type)
    given, wanted = Path(path), Path(out)
    if wanted.exists() and given.exists() and wanted.samefile(given):
        raise RequestError(f"{wanted} is the file to convert: choose another --out")
    with GgufFile.open(given) as file:
        types, steps = types_of(file, target), [f"convert --type {type}"]
        facts = {**type_facts(type), **made_from(sha256_of(given), [*file.strings("galiot.steps", ()), *steps])}
        write_again(file, wanted, types, facts, progress=progress, threads=threads)
        notes = notes_on(file, types, target)
    counts = Counter(t.name for t in types.values())
    return Converted(path=wanted, type=type, bytes=wanted.stat().st_size, tensors=counts, notes=notes)


def types_of(file: GgufFile, target: TensorType) -> dict[str, TensorType]:
    """Return the type of every tensor in a file of type `target`, as `choose_type` says."""
    output = "output.weight" if "output.weight" in file.tensors else "token_embd.weight"
    return {
        name: choose_type(name, info.shape, info.type, target, output=output) for name, info in file.tensors.items()
    }


def write_again(
    file: GgufFile,
    out: Path,
    types: Mapping[str, TensorType],
    facts: Mapping[str, object],
    *,
    changes: Mapping[str, Change] | None = None,
    progress: Progress | None = None,
    threads: int = 2,
) -> None:
    """Write a file's tensors in other types, piece by piece; what keeps its type and is not changed is copied.

    facts: metadata that takes the place of the file's own
    changes: by tensor, what is done to its numbers on their way
    raises: RequestError for one part of a split model, FileError, FormatError; then `out` is as it was
    """
    if file.integer("split.count", 1) > 1:
        raise RequestError(f"{file.path} is one part of a split model; join the parts first")
    given = changes or {}
    with ThreadPoolExecutor(max(1, threads)) as pool:
        tensors = [_tensor(file, name, types[name], given.get(name), pool) for name in file.tensors]
        size = sum(row_bytes(t, shape[0]) * math.prod(shape[1:]) for _, shape, t, _ in tensors)
        check_room(out.absolute().parent, size + file.size // 8)
        metadata = {**file.typed_metadata(), **facts}
        if not any(type.quantized for type in types.values()) and "general.quantization_version" not in facts:
            metadata.pop("general.quantization_version", None)
        write_gguf(out, metadata, tensors, progress)


def _tensor(file: GgufFile, name: str, type: TensorType, change: Change | None, pool: ThreadPoolExecutor) -> NewTensor:
    info = file.tensors[name]

    def read(rows: Rows) -> np.ndarray:
        floats = to_floats(file.data(name)[slice(*rows)], info.type, info.shape[0])
        return floats if change is None else change(rows, floats)

    def pieces() -> Iterator[np.ndarray]:
        if type == info.type and change is None:
            yield file.data(name)
        else:
            yield from pack(file.path, name, info.shape, read, type, pool)
        file.release([name])

    return name, info.shape, type, pieces


def notes_on(file: GgufFile, types: Mapping[str, TensorType], target: TensorType) -> tuple[str, ...]:
    """Return what the user should know of a file in these types: each one sentence."""
    notes = []
    again = Counter(
        info.type.name for name, info in file.tensors.items() if info.type.quantized and types[name] != info.type
    )
    if again and target in (TensorType.Q4_0, TensorType.Q4_1):
        kinds = ", ".join(f"{count} {kind}" for kind, count in again.items())
        notes.append(
            f"{kinds} tensors are quantized a second time, which costs quality; F16 or F32 is the better source"
        )
    odd = [name for name, info in file.tensors.items() if len(info.shape) > 1 and info.shape[0] % target.block]
    if odd:
        notes.append(f"{len(odd)} tensors have rows that are no multiple of {target.block} and are not {target.name}")
    return tuple(notes)
