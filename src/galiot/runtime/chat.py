"""A conversation: turns in, answers out, and what to forget when the context ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from galiot.errors import ContextError, RequestError
from galiot.model.model import Model
from galiot.runtime.choose import Constraint
from galiot.runtime.generate import GenerateConfig, Generation
from galiot.runtime.session import Session

Message = dict[str, Any]
_ROOM = 0.25  # share of the context that is kept free for an answer, where its length is not bounded by less


class Chat:
    """A conversation in one session. Only what changed since the last turn goes through the model.

    When the context ends, the oldest turns are dropped: the system prompt and the newest turns stay.
    """

    def __init__(self, session: Session, *, system: str | None = None) -> None:
        self.session = session
        self.messages: list[Message] = [{"role": "system", "content": system}] if system else []
        self.dropped_turns = 0
        """Messages that the model no longer sees, in all."""

    def send(
        self, text: str, *, settings: GenerateConfig | None = None, constraint: Constraint | None = None
    ) -> Generation:
        """Say something; iterate over what is returned to get the answer as it is made.

        The answer becomes part of the conversation when it has ended, also when it was cancelled.
        raises: ContextError when this turn alone, with the system prompt, leaves no room for an answer
        """
        settings = settings or GenerateConfig()
        before = list(self.messages), self.dropped_turns
        self.messages.append({"role": "user", "content": text})
        try:
            tokens = self._fit(settings)
        except ContextError:
            self.messages, self.dropped_turns = before
            raise
        self.session.rewind(_common(self.session.tokens, tokens))
        return _Answer(self, tokens[self.session.position :], settings, constraint)

    def clear(self) -> None:
        """Forget everything but the system prompt."""
        self.messages = [m for m in self.messages if m["role"] == "system"]
        self.dropped_turns = 0

    def _fit(self, settings: GenerateConfig) -> list[int]:
        """Drop the oldest turns until the conversation and an answer fit; return its tokens."""
        context = self.session.config.context
        room = min(settings.max_tokens, max(1, int(context * _ROOM)))
        while True:
            tokens = chat_tokens(self.session.model, self.messages)
            if len(tokens) + room <= context:
                return tokens
            first = 1 if self.messages[0]["role"] == "system" else 0
            if len(self.messages) - first <= 1:
                if len(tokens) < context:
                    return tokens
                advice = "shorten the prompt or give a longer context"
                raise ContextError("tokens", needed=len(tokens) + 1, allowed=context, advice=advice)
            # a question and its answer go together; one that was never read has no answer
            count = 2 if self.messages[first + 1]["role"] == "assistant" else 1
            del self.messages[first : first + count]
            self.dropped_turns += count


def chat_tokens(model: Model, messages: Sequence[Message], *, answer: bool = True) -> list[int]:
    """Return the tokens of a conversation as the model's own template writes it.

    answer: go on to where the assistant's next answer begins; False: end where the last turn ends
    What somebody said never becomes a control token: where it holds the text of one, each turn is encoded by itself.
    raises: RequestError when the template does not write every turn as it is, so that this cannot be done
    """
    tokenizer = model.tokenizer
    said = [message["content"] for message in messages]
    if any(tokenizer.is_control(token) for text in said for token in tokenizer.encode(text, special=True)):
        tokens = _apart(model, messages, answer)
    else:
        text = model.template.render(list(messages), add_generation_prompt=answer)
        tokens = tokenizer.encode(text, special=True)
    start = tokenizer.encode("", start=True)
    return tokens if tokens[: len(start)] == start else start + tokens  # many templates write the start token


def _apart(model: Model, messages: Sequence[Message], answer: bool) -> list[int]:
    """Encode what the template writes and what was said apart from each other."""
    marks = [f"\u2063{i}\u2063" for i in range(len(messages))]
    marked = [{**message, "content": mark} for message, mark in zip(messages, marks, strict=True)]
    rest, tokens = model.template.render(marked, add_generation_prompt=answer), []
    for message, mark in zip(messages, marks, strict=True):
        before, found, rest = rest.partition(mark)
        if not found or mark in rest:
            raise RequestError("the text holds a control token of this model, which its template cannot keep apart")
        tokens += model.tokenizer.encode(before, special=True) + model.tokenizer.encode(message["content"])
    return tokens + model.tokenizer.encode(rest, special=True)


class _Answer(Generation):
    """An answer that joins the conversation when it ends."""

    def __init__(self, chat: Chat, tokens: list[int], settings: GenerateConfig, constraint: Constraint | None) -> None:
        super().__init__(chat.session, tokens, settings, constraint)
        self._chat = chat

    def _run(self) -> Iterator[str]:
        try:
            yield from super()._run()
        finally:
            self._chat.messages.append({"role": "assistant", "content": self.text})


def _common(seen: list[int], wanted: list[int]) -> int:
    """How many tokens at the start are the same, leaving at least one to evaluate."""
    same = next((i for i, (a, b) in enumerate(zip(seen, wanted, strict=False)) if a != b), min(len(seen), len(wanted)))
    return min(same, len(wanted) - 1)
