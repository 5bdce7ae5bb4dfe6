"""The weights of a Hugging Face folder: one safetensors file or several with an index, mapped and checked.

Read by our own few lines because NumPy has no BF16: the bytes are widened to float32 as they are asked for.
Source: the safetensors format, https://github.com/huggingface/safetensors#format.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from galiot.errors import FileError, FormatError, RequestError
from galiot.model.types import TensorType

_LONGEST_HEADER = 100_000_000  # bytes; the format's own limit
_TYPES = {"F32": TensorType.F32, "F16": TensorType.F16, "BF16": TensorType.BF16}
_STORED: dict[TensorType, np.dtype[np.generic]] = {
    TensorType.F32: np.dtype("<f4"),
    TensorType.F16: np.dtype("<f2"),
    TensorType.BF16: np.dtype("<u2"),
}


@dataclass(frozen=True)
class StoredTensor:
    """One tensor: shape in the order of PyTorch (rows first), type, and its numbers as they lie in the file."""

    name: str
    shape: tuple[int, ...]
    type: TensorType
    values: np.ndarray  # float32, float16, or uint16 that holds BF16

    def floats(self, rows: np.ndarray | slice) -> np.ndarray:
        """Return some rows as float32 (rows, width); a vector is one row."""
        chosen = self.values.reshape(-1, self.shape[-1])[rows]
        if self.type != TensorType.BF16:
            return chosen.astype(np.float32)
        return (chosen.astype(np.uint32) << 16).view(np.float32)


def open_weights(folder: Path) -> dict[str, StoredTensor]:
    """Map every tensor of a folder, by name.

    raises: RequestError when the folder has no weights, FileError when a part is missing, FormatError for nonsense
    """
    files, expected = _files(folder)
    found: dict[str, StoredTensor] = {}
    for file in files:
        for tensor in read_tensors(file):
            if expected is None or expected.get(tensor.name) == file.name:
                found[tensor.name] = tensor
    missing = [name for name in expected or () if name not in found]
    if missing:
        raise FormatError(folder, f"tensor {missing[0]} is not in {(expected or {})[missing[0]]}, where the index says")
    return found


def weight_files(folder: Path) -> list[Path]:
    """Return the files that hold the weights, by name."""
    return _files(folder)[0]


def _files(folder: Path) -> tuple[list[Path], dict[str, str] | None]:
    """Return the weight files, and by tensor the file's name where an index says it."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        weight_map = read_json(index).get("weight_map")
        if not isinstance(weight_map, dict) or not all(isinstance(name, str) for name in weight_map.values()):
            raise FormatError(index, "has no weight_map from tensors to files")
        names = sorted(set(weight_map.values()))
        if any(Path(name).name != name for name in names):
            raise FormatError(index, "names files outside its folder")
        lost = [name for name in names if not (folder / name).is_file()]
        if lost:
            raise FileError(
                folder / lost[0], f"is missing: {len(lost)} of {len(names)} parts of the weights are not there"
            )
        return [folder / name for name in names], weight_map
    whole = folder / "model.safetensors"
    files = [whole] if whole.is_file() else sorted(folder.glob("*.safetensors"))
    if not files:
        others = [file.name for file in folder.glob("*.bin")] or [file.name for file in folder.glob("*.pth")]
        hint = f" ({others[0]} is a pickle, which can run code; save it as safetensors)" if others else ""
        raise RequestError(f"{folder} has no *.safetensors{hint}")
    return files, None


def read_tensors(file: Path) -> Iterator[StoredTensor]:
    """Map every tensor of one file.

    raises: FormatError for nonsense
    """
    try:
        mapped = np.memmap(file, np.uint8, "r")
    except (OSError, ValueError) as error:
        raise FormatError(file, f"cannot be mapped: {error}") from error
    length = int.from_bytes(mapped[:8].tobytes(), "little")
    if len(mapped) < 8 or length > min(_LONGEST_HEADER, len(mapped) - 8):
        raise FormatError(file, f"is no safetensors file: a header of {length} bytes in a file of {len(mapped)}")
    header = _parse(file, mapped[8 : 8 + length].tobytes())
    data = mapped[8 + length :]
    for name, said in header.items():
        if name != "__metadata__":
            yield _tensor(file, name, said, data)


def _tensor(file: Path, name: str, said: Any, data: np.ndarray) -> StoredTensor:
    try:
        kind, shape, (start, stop) = said["dtype"], tuple(said["shape"]), said["data_offsets"]
        numbers = (*shape, start, stop)
        if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in numbers):
            raise ValueError("numbers that are none")
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(file, f"tensor {name[:80]} has no dtype, shape and data_offsets that make sense") from error
    if kind not in _TYPES:
        raise FormatError(file, f"tensor {name[:80]} is {kind}; only F32, F16 and BF16 can be converted")
    type_ = _TYPES[kind]
    size = math.prod(shape) * _STORED[type_].itemsize
    if not shape or not size or stop > len(data) or stop - start != size:
        raise FormatError(file, f"tensor {name[:80]} of {kind} {list(shape)} at {start}-{stop} does not fit the file")
    return StoredTensor(name, shape, type_, data[start:stop].view(_STORED[type_]))


def _parse(file: Path, text: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(file, f"is not JSON: {str(error)[:120]}") from error
    if not isinstance(parsed, dict):
        raise FormatError(file, "is JSON, but no object")
    return parsed


def read_json(file: Path) -> dict[str, Any]:
    """Return a JSON object; RequestError when the file is missing, FormatError when it is something else."""
    try:
        return _parse(file, file.read_bytes())
    except FileNotFoundError as error:
        raise RequestError(f"{file.parent} has no {file.name}") from error
    except OSError as error:
        raise FileError(file, f"cannot be read: {error.strerror or error}") from error
