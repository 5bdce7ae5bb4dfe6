"""Text out of a session, piece by piece."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from galiot.errors import CancelledError, ConfigError, ContextError
from galiot.runtime.budget import Spent
from galiot.runtime.choose import Chooser, Constraint
from galiot.runtime.mixed import Part, joined
from galiot.runtime.peak import peak_bytes
from galiot.runtime.sampling import SamplingConfig
from galiot.runtime.session import Session

Finish = Literal["stop", "length", "context", "cancelled", "constraint"]


@dataclass(frozen=True, kw_only=True)
class GenerateConfig(SamplingConfig):
    """How an answer is made, and when it ends."""

    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    """The answer ends before the first of these."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.max_tokens < 1:
            raise ConfigError(f"max_tokens is {self.max_tokens}, expected at least 1")
        if "" in self.stop:
            raise ConfigError("a stop text is empty")


class Generation:
    """An answer as it is made: iterate over its pieces of text, then read `text`, `finish` and `spent`."""

    def __init__(
        self,
        session: Session,
        prompt: Sequence[int] | npt.NDArray[Any],
        settings: GenerateConfig,
        constraint: Constraint | None = None,
    ) -> None:
        self.text = ""
        self.tokens: list[int] = []
        self.finish: Finish | None = None
        """Why it ended: an end token or stop text, `max_tokens`, the context, `cancel`, or the constraint's end."""
        self.spent = Spent()
        self._started = self._latest = 0.0  # when the prompt was read, when the last token was chosen
        self._session, self._prompt, self._settings, self._constraint = session, prompt, settings, constraint
        self._pieces = self._run()

    def __iter__(self) -> Iterator[str]:
        """Pieces of the answer; never a part of a character."""
        return self._pieces

    def finished(self) -> Generation:
        """Make the rest of the answer and return self."""
        for _ in self._pieces:
            pass
        return self

    def cancel(self) -> None:
        """End the answer where it is; may be called from any thread."""
        self._session.cancel()

    def _run(self) -> Iterator[str]:
        began = time.perf_counter()
        try:
            for piece in _until_stop(self._decoded(), self._settings.stop):
                self.text += piece
                yield piece
        except CancelledError:
            self.finish = "cancelled"
        finally:
            self.finish = self.finish or "stop"
            self.spent = replace(
                self.spent,
                seconds=time.perf_counter() - began,
                tokens=len(self.tokens),
                decode_seconds=self._latest - self._started,
                peak_bytes=peak_bytes(),
            )

    def _decoded(self) -> Iterator[str]:
        from galiot.model.tokenizer import StreamDecoder

        decoder = StreamDecoder(self._session.model.tokenizer)
        for token in self._chosen():
            if piece := decoder.push(token):
                yield piece
        if rest := decoder.flush():
            yield rest

    def _chosen(self) -> Iterator[int]:
        """The tokens of the answer, and what they took; sets `finish`."""
        session, settings, constraint = self._session, self._settings, self._constraint
        ends, chooser = session.model.tokenizer.end_tokens, Chooser(session, settings, constraint)
        began = time.perf_counter()
        chooser.read(self._prompt)
        self._started = time.perf_counter()
        self.spent = Spent(prompt_tokens=len(self._prompt), prompt_seconds=self._started - began)
        while True:
            if constraint and constraint.must_stop:
                self.finish = "constraint"
                return
            pending = constraint.forced() if constraint else []
            if not pending:
                pending = [chooser.choose()]
                if constraint and not constraint.must_stop:
                    pending += constraint.forced()  # read with the token that they follow
            for token in pending:
                if token in ends:
                    self.finish = "stop"
                    return
                self.tokens.append(token)
                self._latest = time.perf_counter()
                if len(self.tokens) == 1:
                    self.spent = replace(self.spent, first_token_s=self._latest - began)
                yield token
                if len(self.tokens) == settings.max_tokens:
                    self.finish = "constraint" if constraint and constraint.done else "length"
                    return
            if len(pending) > session.room:
                self.finish = "context"
                return
            chooser.read(pending)


def generate(
    session: Session,
    prompt: str | Sequence[int] | npt.NDArray[Any] | Sequence[Part],
    *,
    settings: GenerateConfig | None = None,
    constraint: Constraint | None = None,
) -> Generation:
    """Continue a prompt; iterate over what is returned to get the text as it is made.

    prompt: text (taken as it is, after the start token where the file asks for one), tokens, embeddings
        (tokens, width) float32, or a list of such parts, as [text, sense.encode(reading), text]; it is appended to
        what the session has seen
    raises: ContextError when the prompt leaves no room; RequestError for a part that is none; everything else while
        the text is made
    """
    if isinstance(prompt, str):
        prompt = session.model.tokenizer.encode(prompt, special=True, start=session.position == 0)
    elif isinstance(prompt, Sequence) and any(not isinstance(part, int | np.integer) for part in prompt):
        prompt = joined(session, prompt)  # type: ignore[arg-type]
    if len(prompt) > session.room:
        advice = "shorten the prompt or give a longer context"
        needed = session.position + len(prompt)
        raise ContextError("tokens", needed=needed, allowed=session.config.context, advice=advice)
    return Generation(session, prompt, settings or GenerateConfig(), constraint)  # type: ignore[arg-type]


def _until_stop(pieces: Iterator[str], stop: tuple[str, ...]) -> Iterator[str]:
    """Pass text on up to the first stop text; what may be the start of one is held back until it is known."""
    held = ""
    for piece in pieces:
        held += piece
        ends = [at for text in stop if (at := held.find(text)) >= 0]
        if ends:
            if min(ends):
                yield held[: min(ends)]
            return
        keep = max((n for text in stop for n in range(1, len(text)) if held.endswith(text[:n])), default=0)
        if len(held) > keep:
            yield held[: len(held) - keep]
            held = held[len(held) - keep :]
    if held:
        yield held
