"""A constraint to one of some whole texts: all are known, so every step is a look at what is left of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from galiot.errors import RequestError
from galiot.runtime.choose import FEW
from galiot.runtime.constrain import Vocabulary


class OneOf:
    """Says which token may come next, so that the answer is one of `texts`.

    raises: RequestError when none can be spelt in max_tokens
    """

    def __init__(self, vocabulary: Vocabulary, texts: Sequence[str], *, max_tokens: int) -> None:
        self._vocabulary, self._tokens_left = vocabulary, max_tokens
        self._left = [text.encode() for text in dict.fromkeys(texts)]
        self._ended = False
        shortest = min((self._tokens(text) for text in self._left), default=0)
        self._left = self._in_time(self._left)
        if not self._left:
            raise RequestError(f"the shortest report takes {shortest} tokens, {max_tokens} are allowed: allow more")

    @property
    def done(self) -> bool:
        """Whether the text is complete as it stands."""
        return b"" in self._left

    @property
    def must_stop(self) -> bool:
        """Whether nothing may follow."""
        return self._ended or self._left == [b""]

    def mask_into(self, logits: npt.NDArray[np.float32]) -> None:
        """Set the logits (vocabulary,) of tokens that lead to none of the texts to minus infinity."""
        allowed = [token for token in self._allowed() if token < len(logits)]
        kept = logits[allowed]
        logits[:] = -np.inf
        logits[allowed] = kept

    def few(self) -> npt.NDArray[np.intp] | None:
        """Return the tokens that may come next, None where they are more than `FEW`."""
        allowed = self._allowed()
        return np.array(allowed, np.intp) if 0 < len(allowed) <= FEW else None

    def accept(self, token: int) -> bool:
        """Take a token and return True, or leave all as it was and return False."""
        if token in self._vocabulary.end_tokens:
            self._ended = self.done
            return self.done
        piece = self._vocabulary.pieces[token] if token < self._vocabulary.size else b""
        self._tokens_left -= 1
        left = self._in_time([text[len(piece) :] for text in self._left if text.startswith(piece)]) if piece else []
        if not left:
            self._tokens_left += 1
            return False
        self._left = left
        return True

    def forced(self) -> list[int]:
        """Accept and return tokens that spell what must come next, as far as only one text is possible."""
        low, high = min(self._left), max(self._left)
        same = next((place for place, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
        tokens = self._vocabulary.split(low[:same]) or []
        if len(self._left) > 1:
            tokens = tokens[:-1]  # the last token might be a longer one, with what comes after
        return [token for token in tokens if self.accept(token)] if len(tokens) > 1 else []

    def _allowed(self) -> list[int]:
        """The tokens that lead to some of the texts, in ascending order."""
        ids, longest = _by_bytes(self._vocabulary)
        starts = {text[:longest] for text in self._left}
        begun = {start[:size] for start in starts for size in range(1, len(start) + 1)}
        found = {ids[piece] for piece in begun if piece in ids}
        return sorted(found | self._vocabulary.end_tokens if self.done else found)

    def _in_time(self, texts: list[bytes]) -> list[bytes]:
        """Keep what can still be spelt: a byte takes no more than a token."""
        if all(len(text) <= self._tokens_left for text in texts):
            return texts
        return [text for text in texts if self._tokens(text) <= self._tokens_left]

    def _tokens(self, text: bytes) -> int:
        spelt = self._vocabulary.split(text)
        return 1 << 30 if spelt is None else len(spelt)


@lru_cache(2)
def _by_bytes(vocabulary: Vocabulary) -> tuple[dict[bytes, int], int]:
    """Bytes -> token, and the length of the longest."""
    ids = {piece: token for token, piece in enumerate(vocabulary.pieces) if piece}
    return ids, max(map(len, ids), default=0)
