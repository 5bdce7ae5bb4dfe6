"""An opened model: a checked file, what it is, and how text becomes tokens."""

from __future__ import annotations

import logging
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from galiot.errors import FormatError
from galiot.files import Progress, sha256_of
from galiot.model.gguf import GgufFile, TensorInfo
from galiot.model.manifest import known_sha256
from galiot.model.spec import ModelSpec, expected_tensors
from galiot.model.types import TensorType

if TYPE_CHECKING:
    from galiot.model.template import ChatTemplate
    from galiot.model.tokenizer import Tokenizer

log = logging.getLogger(__name__)


class Model:
    """A GGUF file whose tensors are what its metadata says, so that the engine can build on them without asking."""

    def __init__(self, file: GgufFile, spec: ModelSpec) -> None:
        self.file, self.spec = file, spec

    @property
    def path(self) -> Path:
        """The file."""
        return self.file.path

    @property
    def name(self) -> str:
        """The file's name without its ending, which is the model's name in the library."""
        return self.path.stem

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Text to tokens and back.

        raises: FormatError when the file holds no vocabulary, or one that makes no sense
        """
        from galiot.model.tokenizer import Tokenizer

        return Tokenizer.from_gguf(self.file)

    @cached_property
    def template(self) -> ChatTemplate:
        """How a conversation is written for this model.

        raises: FormatError when the file's template is no template
        """
        from galiot.model.template import ChatTemplate

        return ChatTemplate.from_gguf(self.file)

    @cached_property
    def sha256(self) -> str:
        """The hash of the file, 64 hexadecimal digits; reads all of it the first time, where no manifest knows it."""
        return known_sha256(self.path) or sha256_of(self.path)

    def close(self) -> None:
        """Let go of the file's mapping."""
        self.file.close()

    def __enter__(self) -> Model:
        """Return the model itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def open_model(name_or_path: str | os.PathLike[str], progress: Progress | None = None) -> Model:
    """Open a model of the local library, or a file; the weights are not read yet.

    progress: bytes of the download, where the built-in model has to be fetched first
    raises: RequestError for a name or path that is not there, FormatError, naming the key or the tensor, for a file
        that could not be run
    """
    file = GgufFile.open(_find(os.fspath(name_or_path), progress))
    try:
        spec = ModelSpec.from_gguf(file)
        check_tensors(file, spec)
    except BaseException:
        file.close()
        raise
    return Model(file, spec)


def check_tensors(file: GgufFile, spec: ModelSpec) -> None:
    """Hold the file's tensors against what its metadata says they are.

    raises: FormatError naming the first tensor that is missing, has another shape, or a type that ggml's CPU backend
        cannot use in its place
    """
    expected = expected_tensors(spec)
    for name, (shape, optional) in expected.items():
        info = file.tensors.get(name)
        if info is not None:
            _check_tensor(file, info, shape)
        elif not optional:
            raise FormatError(file.path, f"tensor {name} is missing, expected with shape {list(shape)}")
    tokens = file.strings("tokenizer.ggml.tokens", default=None)
    if tokens is not None and len(tokens) > spec.vocab:
        raise FormatError(file.path, f"has {len(tokens)} tokens, token_embd.weight has rows for {spec.vocab}")
    if unknown := [name for name in file.tensors if name not in expected]:
        log.info("%s: %d tensors are not used, %s the first", file.path, len(unknown), ascii(unknown[0]))


def _find(name_or_path: str, progress: Progress | None) -> str | Path:
    """Return the file; the library's code, 40 ms to import, is not needed where a path names one."""
    if os.sep in name_or_path and os.path.isfile(name_or_path):
        return name_or_path
    from galiot.model.library import find

    return find(name_or_path, progress)


def _check_tensor(file: GgufFile, info: TensorInfo, shape: tuple[int, ...]) -> None:
    if info.shape != shape:
        raise FormatError(file.path, f"tensor {info.name} has shape {list(info.shape)}, expected {list(shape)}")
    if len(shape) == 1 and info.type != TensorType.F32:
        raise FormatError(file.path, f"tensor {info.name} is {info.type.name}, norms and biases are expected in F32")
    if not info.type.multipliable:
        raise FormatError(file.path, f"tensor {info.name} is {info.type.name}, which the processor cannot multiply")
