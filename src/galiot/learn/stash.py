"""Where the input of each layer waits for the way back."""

from __future__ import annotations

import tempfile
from typing import BinaryIO, Protocol

import torch


class Stash(Protocol):
    """A stack of tensors of one shape."""

    def put(self, x: torch.Tensor) -> None:
        """Lay one on top."""
        ...

    def take(self) -> torch.Tensor:
        """Take the topmost off."""
        ...

    def close(self) -> None:
        """Forget all."""
        ...


class InMemory:
    """The stack as a list."""

    def __init__(self) -> None:
        self._waiting: list[torch.Tensor] = []

    def put(self, x: torch.Tensor) -> None:
        """Lay one on top."""
        self._waiting.append(x)

    def take(self) -> torch.Tensor:
        """Take the topmost off."""
        return self._waiting.pop()

    def close(self) -> None:
        """Forget all."""
        self._waiting.clear()


class OnDisk:
    """The stack in a temporary file, for many layers of long sequences: memory of one layer only."""

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile(prefix="galiot-")  # noqa: SIM115 - closed by `close`
        self._waiting: list[tuple[torch.Size, torch.dtype, torch.device, int]] = []
        self._end = 0

    def put(self, x: torch.Tensor) -> None:
        """Lay one on top."""
        raw = x.detach().cpu().contiguous().view(torch.uint8).numpy()
        self._file.seek(self._end)
        self._file.write(raw.data)
        self._waiting.append((x.shape, x.dtype, x.device, raw.nbytes))
        self._end += raw.nbytes

    def take(self) -> torch.Tensor:
        """Take the topmost off."""
        shape, dtype, device, size = self._waiting.pop()
        self._end -= size
        self._file.seek(self._end)
        raw = torch.frombuffer(bytearray(self._file.read(size)), dtype=dtype)
        return raw.view(shape).to(device)

    def close(self) -> None:
        """Forget all."""
        self._file.close()
