"""Prompts of text and embeddings mixed, such as a reading in the middle of what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.runtime.session import Session

Array = npt.NDArray[Any]


class Embedded(Protocol):
    """Something that was turned into embeddings, such as a reading by a sense."""

    @property
    def values(self) -> Array:
        """Embeddings (tokens, width) float32."""
        ...


Part = str | Sequence[int] | Array | Embedded
"""Text, tokens, or embeddings (tokens, width)."""


def joined(session: Session, parts: Sequence[Part]) -> list[int] | Array:
    """Return one prompt of several parts: tokens where all is text, else embeddings (tokens, width) float32.

    Text is taken as it is, after the start token where the file asks for one and the session has seen nothing.
    raises: RequestError for embeddings of another width
    """
    plain = [_plain(session, part, first=not place) for place, part in enumerate(parts)]
    if not any(isinstance(part, np.ndarray) for part in plain):
        return [token for part in plain for token in part]
    rows = [part if isinstance(part, np.ndarray) else session.embed(part) for part in plain if len(part)]
    for row in rows:
        if row.ndim != 2 or row.shape[1] != session.spec.width:
            taken = f"this model takes (tokens, {session.spec.width})"
            raise RequestError(f"embeddings of shape {row.shape}, {taken}; of a reading give sense.encode(reading)")
    return np.concatenate(rows, dtype=np.float32) if rows else []


def _plain(session: Session, part: Part, *, first: bool) -> list[int] | Array:
    if isinstance(part, str):
        return session.model.tokenizer.encode(part, special=True, start=first and session.position == 0)
    if isinstance(part, np.ndarray) and part.dtype.kind == "f":
        return part
    if isinstance(part, Sequence | np.ndarray):
        return [int(token) for token in part]
    if not isinstance(getattr(part, "values", None), np.ndarray):
        kind = type(part).__name__
        raise RequestError(f"a part of the prompt is a {kind}: give text, tokens or embeddings, as sense.encode makes")
    return part.values
