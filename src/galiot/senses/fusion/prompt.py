"""Prompts of text and embeddings mixed: a reading stands where it belongs in what is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.model.model import Model
from galiot.runtime.session import Session

Array = npt.NDArray[Any]
Part = str | list[int] | Array
"""Text, tokens, or embeddings (tokens, width)."""
_MARK = "\u2063"


def chat_parts(model: Model, system: str, content: Sequence[Part]) -> list[Part]:
    """Return a conversation of one turn as the model's template writes it, up to where the answer begins.

    What is said never becomes a control token.
    raises: RequestError when the template does not write what is said as it is
    """
    tokenizer, marks = model.tokenizer, [f"{_MARK}{place}{_MARK}" for place in range(2)]
    messages = [{"role": "system", "content": marks[0]}, {"role": "user", "content": marks[1]}]
    rest, made = model.template.render(messages, add_generation_prompt=True), list[Part]()
    for mark, said in zip(marks, ([system], content), strict=True):
        before, found, rest = rest.partition(mark)
        if not found:
            raise RequestError("this model's chat template does not write what is said as it is")
        made.append(tokenizer.encode(before, special=True, start=not made))
        made += [tokenizer.encode(part) if isinstance(part, str) else part for part in said]
    return [*made, tokenizer.encode(rest, special=True)]


def joined_parts(session: Session, parts: Sequence[Part]) -> list[int] | Array:
    """Return one prompt: tokens where all is text, else embeddings (tokens, width) float32.

    raises: RequestError for embeddings of another width
    """
    if not any(isinstance(part, np.ndarray) for part in parts):
        return [token for part in parts for token in _tokens(session, part)]
    encoded = [part if isinstance(part, np.ndarray) else _tokens(session, part) for part in parts]
    rows = [part if isinstance(part, np.ndarray) else session.embed(part) for part in encoded if len(part)]
    for row in rows:
        if row.ndim != 2 or row.shape[1] != session.spec.width:
            raise RequestError(f"embeddings of shape {row.shape}, the model takes (tokens, {session.spec.width})")
    return np.concatenate(rows, dtype=np.float32)


def _tokens(session: Session, part: Part) -> list[int]:
    return session.model.tokenizer.encode(part) if isinstance(part, str) else list(part)
