"""Conversations with readings in them, as a model's chat template writes them."""

from __future__ import annotations

from collections.abc import Sequence

from galiot.errors import RequestError
from galiot.model.model import Model
from galiot.runtime.mixed import Part

_MARK = "\u2063"


def chat_parts(model: Model, system: str, content: Sequence[Part]) -> list[Part]:
    """Return a conversation of one turn as the model's template writes it, up to where the answer begins.

    What is said never becomes a control token.
    raises: RequestError when the template does not write what is said as it is
    """
    tokenizer, marks = model.tokenizer, [f"{_MARK}{place}{_MARK}" for place in range(2)]
    messages = [{"role": "system", "content": marks[0]}, {"role": "user", "content": marks[1]}]
    rest = model.template.render(messages, add_generation_prompt=True)
    made: list[Part] = []
    for mark, said in zip(marks, ([system], content), strict=True):
        before, found, rest = rest.partition(mark)
        if not found:
            raise RequestError("this model's chat template does not write what is said as it is")
        made.append(tokenizer.encode(before, special=True))
        made += [tokenizer.encode(part) if isinstance(part, str) else part for part in said]
    start, written = tokenizer.encode("", start=True), made[0]
    if isinstance(written, list) and written[: len(start)] != start:  # many templates write the start token
        made.insert(0, start)
    return [*made, tokenizer.encode(rest, special=True)]
