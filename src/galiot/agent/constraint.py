"""Output that keeps to a grammar of plans, for `runtime.generate`."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.model.tokenizer import Tokenizer
from galiot.runtime.constrain.vocabulary import as_vocabulary

_PIECE = re.compile(r" ?[^\W\d_]+|\s?[^\s\w]+|\d|\s", re.ASCII)
_DIGITS = b"0123456789"


class PlanConstraint:
    """Keeps to a grammar, and hands out what is certain as the tokens that the tokenizer itself would make of it.

    `runtime.constrain.Constraint` also looks ahead, so that a text is complete when the tokens run out; here a text
    that was cut is thrown away, and a token costs little.
    raises: RequestError if the grammar is faulty
    """

    def __init__(self, grammar: str, tokenizer: Tokenizer) -> None:
        self._vocabulary, self._tokenizer = as_vocabulary(tokenizer), tokenizer
        self._matcher = self._vocabulary.matcher(grammar)
        if self._matcher.is_error():
            raise RequestError(f"the grammar of plans: {' '.join(self._matcher.get_error().split())[:300]}")
        self._mask = np.zeros(self._vocabulary.mask_words, np.int32)
        self._allowed = np.zeros(0, bool)
        self._ends = sorted(self._vocabulary.end_tokens)
        self.must_stop = False
        """Nothing may follow."""
        self.doubt = 0.0
        """By how much the likeliest token was above the likeliest that was allowed, at most; logits."""

    @property
    def done(self) -> bool:
        """Whether the text is complete as it stands."""
        return bool(self._matcher.is_accepting())

    def mask_into(self, logits: npt.NDArray[np.float32]) -> None:
        """Set the logits (vocabulary,) of forbidden tokens to minus infinity, in place."""
        allowed = self._allowing()[: len(logits)]
        best = float(logits.max())
        np.copyto(logits[: len(allowed)], -np.inf, where=~allowed)
        logits[len(allowed) :] = -np.inf
        self.doubt = max(self.doubt, best - float(logits.max()))

    def few(self) -> None:
        """See `runtime.choose.Constraint`; all logits are wanted, for `doubt`."""

    def accept(self, token: int) -> bool:
        """Take a token."""
        if token in self._vocabulary.end_tokens:
            self.must_stop = True
        else:
            self._take([token])
        return True

    def forced(self) -> list[int]:
        """Take and return the tokens of what must come next, without a last word that might yet become longer."""
        text = self._matcher.compute_ff_bytes().decode(errors="ignore")
        if len(text) < 2 or self.must_stop:
            return []
        tokens = self._tokenizer.encode(text)
        self._take(tokens)
        if self._may_grow(text):
            sure = self._tokenizer.encode(text[: -len(_PIECE.findall(text)[-1])])
            self._matcher.rollback(len(tokens) - len(sure))
            return sure
        return tokens

    def _take(self, tokens: list[int]) -> None:
        if not self._matcher.consume_tokens(tokens):
            raise RequestError(f"the grammar of plans: {' '.join(self._matcher.get_error().split())[:300]}")

    def _allowing(self) -> npt.NDArray[np.bool_]:
        """Which tokens may come, (vocabulary,)."""
        self._matcher.unsafe_compute_mask_ptr(self._mask.ctypes.data, self._mask.nbytes)
        allowed = np.unpackbits(self._mask.view(np.uint8), bitorder="little")[: self._vocabulary.size].view(bool)
        allowed[self._ends] = self.done
        return allowed

    def _may_grow(self, text: str) -> bool:
        """Whether what may come next would join the last word, number or sign of the text in one token."""
        allowed = self._allowing()
        singles = self._vocabulary.singles
        following = {byte for byte, token in singles.items() if allowed[token]}
        last = text[-1]
        if last == " ":
            return bool(following - set(_DIGITS))
        if last.isdigit():
            return False
        if last.isalpha():
            return any(chr(byte).isalpha() or byte >= 0x80 or byte == 0x27 for byte in following)
        return any(byte < 0x80 and not chr(byte).isalnum() and byte != 0x20 for byte in following)
