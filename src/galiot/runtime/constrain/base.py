"""Output that keeps to a grammar and is complete when the tokens run out."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from galiot.errors import RequestError
from galiot.runtime.choose import FEW
from galiot.runtime.constrain.completion import Search
from galiot.runtime.constrain.vocabulary import END_BYTE, TokenTable, Vocabulary, as_vocabulary

_FIRST_STEPS, _STEPS = 20_000, 600  # bytes tried when planning at the start, and after one token
_BYTES_PER_TOKEN = 16
_ENDS = (b"", b",", b"}", b"]")  # how a plan starts where a number may end
_SKIPS = 8  # first bytes of a plan that one token may make unnecessary
_REFUSALS = 6  # at one place; then the plan is followed


class Constraint:
    """Says which token may come next, and always knows a way to the end that fits what is left of `max_tokens`.

    `mask_into` forbids what the grammar forbids. `accept` takes a token, or refuses one after which the answer could
    not be completed in time: then ask `mask_into` and sample again. Whoever follows this ends with a complete answer:

        while not constraint.must_stop:
            constraint.mask_into(logits)
            token = sample(logits)
            if constraint.accept(token):
                logits = evaluate(token)

    complete: rules beyond the grammar, asked about a whole text
    avoid: endings of the text that are refused where it could have gone on or stopped before them
    raises: RequestError if the grammar is faulty, allows nothing, or needs more than max_tokens
    """

    def __init__(
        self,
        grammar: str,
        tokenizer: TokenTable | Vocabulary,
        *,
        max_tokens: int,
        what: str = "grammar",
        complete: Callable[[bytes], bool] = lambda text: True,
        avoid: re.Pattern[bytes] | None = None,
    ) -> None:
        self.vocabulary, self.max_tokens, self.what = as_vocabulary(tokenizer), max_tokens, what
        self._complete, self._avoid = complete, avoid
        self._matcher, self._reader = self.vocabulary.matchers(grammar)
        for matcher in (self._matcher, self._reader):
            if matcher.is_error():
                raise RequestError(f"{what}: {_one_line(matcher.get_error())}")
        self.text, self.tokens = b"", 0
        self.must_stop = False
        """Nothing may follow."""
        self._mask = np.zeros(self.vocabulary.mask_words, np.int32)
        self._refused: list[int] = []
        self._still, self._slack = 0, 0
        self._plan, self._plan_tokens = b"", [0]
        self._replan(self._first_plan())
        self._update_stop()

    @property
    def done(self) -> bool:
        """Whether the text is complete as it stands."""
        return not self._plan

    @property
    def left(self) -> int:
        """Tokens that may still come."""
        return self.max_tokens - self.tokens

    def mask_into(self, logits: np.ndarray) -> None:
        """Set the logits of forbidden tokens to minus infinity, in place; logits: (vocabulary,) float32."""
        allowed = self._allowing(len(logits))
        np.copyto(logits, -np.inf, where=~allowed)

    def few(self) -> np.ndarray | None:
        """Return the tokens that may come next, None where they are more than `FEW`."""
        allowed = np.flatnonzero(self._allowing(self.vocabulary.size))
        return allowed if 0 < len(allowed) <= FEW else None

    def _allowing(self, size: int) -> np.ndarray:
        """Which of so many tokens may come next, (size,) bool."""
        allowed = np.zeros(size, bool)
        if self._must_follow_plan():
            allowed[self._plan_tokens[0]] = True
        elif self.must_stop or len(self._refused) >= _REFUSALS:
            pass  # only an end is possible
        else:
            try:
                self._matcher.unsafe_compute_mask_ptr(self._mask.ctypes.data, self._mask.nbytes)
            except ValueError as error:
                raise RequestError(f"{self.what}: {_one_line(str(error))}") from None
            bits = np.unpackbits(self._mask.view(np.uint8), bitorder="little")[: self.vocabulary.size]
            count = min(size, len(bits))
            allowed[:count] = bits[:count]
            allowed[self._refused] = False
        allowed[[token for token in self.vocabulary.end_tokens if token < size]] = self.done
        return allowed

    def accept(self, token: int) -> bool:
        """Take a token and return True, or leave all as it was and return False."""
        if token in self.vocabulary.end_tokens and self.done:
            self.must_stop = True
            return True
        piece = self.vocabulary.pieces[token] if token < self.vocabulary.size else b""
        plan = self._plan_after(piece) if piece and self.left > 0 else None
        if plan is None:
            self._refused.append(token)
            return False
        if not self._matcher.consume_token(token) or not self._reader.consume_tokens(list(piece)):
            raise RequestError(f"{self.what}: {_one_line(self._matcher.get_error() or self._reader.get_error())}")
        self.text, self.tokens = self.text + piece, self.tokens + 1
        self._refused.clear()
        self._replan(plan)
        self._update_stop()
        return True

    def forced(self) -> list[int]:
        """Accept and return tokens that spell what must come next, as far as only one text is possible; often none."""
        certain = self._reader.compute_ff_bytes() if self._plan else b""
        if not certain or not self._plan.startswith(certain):
            return []
        tokens = self.vocabulary.split(certain) or []
        if len(certain) < len(self._plan):
            tokens = tokens[:-1]  # the last token might be a longer one, with what comes after
        return [token for token in tokens if self.accept(token)] if len(tokens) > 1 else []

    def _first_plan(self) -> bytes:
        search = Search(
            self._reader.deep_copy(),
            self._complete,
            steps=_FIRST_STEPS,
            longest=min(_BYTES_PER_TOKEN * self.max_tokens, 2**16),
        )
        plan = search.short()
        if search.failure:
            raise RequestError(f"{self.what}: {_one_line(search.failure)}")
        if plan is None:
            none = (
                "nothing satisfies it" if search.exhausted else f"no answer was found within {self.max_tokens} tokens"
            )
            raise RequestError(f"{self.what}: {none}")
        tokens = self.vocabulary.split(plan)
        if tokens is None:
            raise RequestError(f"{self.what}: the model's vocabulary cannot spell an answer")
        if len(tokens) > self.max_tokens:
            raise RequestError(
                f"{self.what}: the shortest answer found takes {len(tokens)} tokens, {self.max_tokens} are allowed; "
                "allow more tokens or ask for less"
            )
        return plan

    def _plan_after(self, piece: bytes) -> bytes | None:
        """Return how the answer could end after `piece`, within the tokens then left, or None."""
        if self._plan.startswith(piece):
            return self._plan[len(piece) :] if self._fits(piece, self._plan[len(piece) :]) else None
        if self._avoid and self._plan[:1] in _ENDS and self._avoid.search(self.text + piece):
            return None
        for skip in (len(self._plan), *range(min(len(self._plan), _SKIPS))):
            plan = self._plan[skip:]
            path = [*piece, *plan, END_BYTE]
            if self._reader.validate_tokens(path) == len(path) and self._fits(piece, plan):
                return plan
        return self._searched(piece)

    def _searched(self, piece: bytes) -> bytes | None:
        reader = self._reader.deep_copy()
        if reader.try_consume_tokens(list(piece)) < len(piece):
            return None
        longest = min(_BYTES_PER_TOKEN * self.left, 2**16)
        return Search(reader, lambda plan: self._fits(piece, plan), steps=_STEPS, longest=longest).first()

    def _fits(self, piece: bytes, plan: bytes) -> bool:
        tokens = self.vocabulary.split(plan)
        return tokens is not None and len(tokens) < self.left and self._complete(self.text + piece + plan)

    def _replan(self, plan: bytes) -> None:
        """Note the plan; a run of tokens that do not change it is free text: a string, a name, prose."""
        tokens = self.vocabulary.split(plan)
        assert tokens is not None
        if plan == self._plan and plan:
            self._still += 1
        else:
            self._still, self._slack = 0, self.left - len(tokens)
        self._plan, self._plan_tokens = plan, tokens

    def _must_follow_plan(self) -> bool:
        if not self._plan:
            return False
        if len(self._refused) >= _REFUSALS or len(self._plan_tokens) >= self.left:
            return True
        # Where more must follow, free text may take half of what is to spare.
        return len(self._plan_tokens) > 3 and self._still > max(8, self._slack // 2)

    def _update_stop(self) -> None:
        if self.done and (self.left <= 0 or self._reader.is_stopped()):
            self.must_stop = True


def _one_line(message: str) -> str:
    said = re.split(r"\n\s*\d+ \| |<state>", message)[0]
    said = re.sub(r"^at \d+\(\d+\): |failed to compile JSON schema: ", "", " ".join(said.split()))
    return said[:300] or "it cannot be used"
