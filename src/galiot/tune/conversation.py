"""A conversation in a model's tokens, and which of them the assistant says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.learn.batch import Sample
from galiot.model.model import Model
from galiot.runtime.chat import chat_tokens

Message = Mapping[str, Any]


def encode_conversation(model: Model, messages: Sequence[Message]) -> list[Sample]:
    """Return a conversation as one sample, the assistant's turns with the tokens that end them as its targets.

    Where the assistant's words begin and end is told by what the template writes up to there, so that a template may
    add what it likes. One that writes earlier turns in another way once later ones follow (as those that drop
    thoughts do) gives one sample for each answer, with what stands before it at the time.
    raises: FormatError when the template refuses the conversation; RequestError when an answer cannot be found in it
    """
    turns = [dict(message) for message in messages]
    answers = [i for i, turn in enumerate(turns) if turn["role"] == "assistant"]
    parts = [_answer(model, turns, i) for i in answers]
    before, said = parts[-1]
    whole = before + said
    if all(whole[: len(head) + len(tail)] == head + tail for head, tail in parts):
        return [_sample(whole, [(len(head), len(head) + len(tail)) for head, tail in parts])]
    return [_sample(head + tail, [(len(head), len(head) + len(tail))]) for head, tail in parts]


def _answer(model: Model, turns: list[dict[str, Any]], place: int) -> tuple[list[int], list[int]]:
    """Return the tokens before an answer, and those of it up to the one that ends the turn."""
    after = chat_tokens(model, turns[: place + 1], answer=False)
    before = _before(model, turns[:place])
    if before is not None and after[: len(before)] == before:
        return before, _ended(model, after[len(before) :])
    return _apart(model, turns[: place + 1], before if place else None)


def _before(model: Model, turns: list[dict[str, Any]]) -> list[int] | None:
    """Return what the model is given for its answer; None where the template writes no conversation without turns."""
    try:
        return chat_tokens(model, turns)
    except FormatError:
        if turns:
            raise
        return None


def _apart(model: Model, turns: list[dict[str, Any]], before: list[int] | None) -> tuple[list[int], list[int]]:
    """Find an answer by its words where its tokens do not follow on those before it."""
    content = turns[-1]["content"]
    text = model.template.render(turns, add_generation_prompt=False)
    place = text.rfind(content) if content in text else text.rfind(content := content.strip())
    if place < 0:
        raise RequestError("the template does not write the assistant's words as they are")
    if before is None:
        before = model.tokenizer.encode(text[:place], special=True)
    tail = text[place + len(content) :]
    said = model.tokenizer.encode(content) + model.tokenizer.encode(tail, special=True)
    return before, _ended(model, said)


def _ended(model: Model, said: list[int]) -> list[int]:
    """Cut behind the last token that ends a turn; a template that writes none gets the one that ends a text."""
    tokenizer = model.tokenizer
    for place in range(len(said) - 1, -1, -1):
        if said[place] in tokenizer.end_tokens:
            return said[: place + 1]
    return said + [token for token in (tokenizer.eos,) if token is not None]


def _sample(tokens: list[int], spans: list[tuple[int, int]]) -> Sample:
    targets = np.zeros(len(tokens), bool)
    for first, stop in spans:
        targets[first:stop] = True
    return Sample(np.asarray(tokens, np.int32), targets)
