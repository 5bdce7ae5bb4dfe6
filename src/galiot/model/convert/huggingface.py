"""A Hugging Face folder as a GGUF file: config.json, safetensors and tokenizer of the families that we run."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.files import Progress, sha256_of
from galiot.model.convert.architecture import Architecture, Plan, read_architecture
from galiot.model.convert.pack import Converted, Rows, check_type, choose_type, pack, type_facts
from galiot.model.convert.provenance import made_from
from galiot.model.convert.rotary import pairs_adjacent
from galiot.model.convert.safetensors import StoredTensor, open_weights, weight_files
from galiot.model.convert.vocabulary import read_vocabulary
from galiot.model.sources.base import check_room
from galiot.model.types import TensorType, row_bytes
from galiot.model.writer import NewTensor, write_gguf

_PREFIXES = ("model.", "model.language_model.", "language_model.model.")
# What a folder may have beside the decoder's own tensors; all else is an architecture that we do not know.
_BESIDE = re.compile(
    r"(.*\.)?(rotary_emb\.inv_freq|masked_bias)|(model\.)?(vision_tower|multi_modal_projector|vision_model)\..*"
)


def convert_folder(
    folder: str | os.PathLike[str],
    out: str | os.PathLike[str],
    type: str = "f16",
    progress: Progress | None = None,
    *,
    threads: int = 2,
) -> Converted:
    """Write the model of a Hugging Face folder as GGUF, as llama.cpp names things.

    Families: llama (Llama 2 and 3, SmolLM2, TinyLlama, Mistral), qwen2, qwen3, gemma3 (its text part). Tensor by
    tensor, so the folder may be larger than memory; types are chosen as `choose_type` says.

    progress: bytes of the new file
    raises: RequestError for what we do not have, FileError and FormatError for what is missing or makes no sense; then
        `out` is as it was
    """
    given, wanted, target = Path(folder), Path(out), check_type(type)
    if not given.is_dir():
        raise RequestError(f"{given} is no folder")
    weights = open_weights(given)
    prefix, rows = _prefix(given, weights)
    output = weights.pop("language_model.lm_head.weight", None)
    if output is not None:
        weights["lm_head.weight"] = output
    found = read_architecture(given, rows, has_output="lm_head.weight" in weights, prefix=prefix)
    _check(given, found, weights)
    tokenizer, notes = read_vocabulary(given, rows)
    metadata = {
        "general.architecture": found.family,
        "general.type": "model",
        "general.name": given.resolve().name,
        **_licence(given),
        **found.metadata,
        f"{found.family}.vocab_size": rows,
        **tokenizer,
        **type_facts(type),
        **made_from(_folder_sha256(given), [f"convert huggingface --type {type}"]),
    }
    output_name = "token_embd.weight" if found.tied else "output.weight"
    with ThreadPoolExecutor(max(1, threads)) as pool:
        tensors = [_tensor(given, plan, weights[plan.source], target, output_name, pool) for plan in found.plans] + [
            (name, values.shape, TensorType.F32, values) for name, values in found.added.items()
        ]
        check_room(wanted.absolute().parent, sum(_size(shape, kind) for _, shape, kind, _ in tensors) + (16 << 20))
        try:
            write_gguf(wanted, metadata, tensors, progress)
        except ValueError as error:  # a text that is none, a name that is too long
            raise FormatError(given, f"cannot be GGUF: {error}") from error
    counts = Counter(kind.name for _, _, kind, _ in tensors)
    return Converted(path=wanted, type=type, bytes=wanted.stat().st_size, tensors=counts, notes=(*found.notes, *notes))


def _prefix(folder: Path, weights: dict[str, StoredTensor]) -> tuple[str, int]:
    """Return how the names of the decoder's tensors begin, and the rows of the embedding."""
    for prefix in _PREFIXES:
        embedding = weights.get(f"{prefix}embed_tokens.weight")
        if embedding is not None and len(embedding.shape) == 2:
            return prefix, embedding.shape[0]
    raise FormatError(folder, "model.embed_tokens.weight is missing: not the weights of a decoder that we know")


def _check(folder: Path, found: Architecture, weights: dict[str, StoredTensor]) -> None:
    """Hold the folder's tensors against the plan: every one there, with its shape, and nothing beside."""
    for plan in found.plans:
        tensor = weights.get(plan.source)
        if tensor is None:
            raise FormatError(folder, f"tensor {plan.source} is missing")
        if tensor.shape != plan.shape:
            shapes = f"{list(tensor.shape)}, config.json says {list(plan.shape)}"
            raise FormatError(folder, f"tensor {plan.source} has the shape {shapes}")
    used = {plan.source for plan in found.plans} | ({"lm_head.weight"} if found.tied else set())
    strange = [name for name in weights if name not in used and not _BESIDE.fullmatch(name)]
    if strange:
        raise FormatError(folder, f"tensor {strange[0][:80]} has no place in the architecture {found.family}")


def _tensor(
    folder: Path, plan: Plan, stored: StoredTensor, target: TensorType, output: str, pool: ThreadPoolExecutor
) -> NewTensor:
    shape = tuple(reversed(plan.shape))
    kind = choose_type(plan.name, shape, stored.type, target, output=output)
    order = pairs_adjacent(plan.shape[0], plan.heads) if plan.heads else None

    def read(rows: Rows) -> np.ndarray:
        if len(shape) == 1:
            values = stored.floats(slice(0, 1))
            values = values if order is None else values[:, order]
        else:
            values = stored.floats(slice(*rows) if order is None else order[slice(*rows)])
        return (
            values
            if plan.plus == 0.0 and plan.times == 1.0
            else (values + np.float32(plan.plus)) * np.float32(plan.times)
        )

    return plan.name, shape, kind, partial(pack, folder, plan.name, shape, read, kind, pool)


def _size(shape: tuple[int, ...], kind: TensorType) -> int:
    return row_bytes(kind, shape[0]) * math.prod(shape[1:])


def _folder_sha256(folder: Path) -> str:
    """Return one hash for a folder: that of the lines "hash  name" of the files that were read, sorted by name."""
    names = ["config.json", "tokenizer.json", "tokenizer.model"]
    files = sorted([*weight_files(folder), *(folder / name for name in names if (folder / name).is_file())])
    lines = "".join(f"{sha256_of(file)}  {file.name}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _licence(folder: Path) -> dict[str, str]:
    """Return the licence that the folder's model card names."""
    try:
        head = (folder / "README.md").read_text("utf-8", "replace")[:4000]
    except OSError:
        return {}
    match = re.search(r"\A---\n(?:.*\n)*?license:\s*([\w.-]+)", head)
    return {"general.license": match[1]} if match else {}
