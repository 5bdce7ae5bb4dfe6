"""The shortest way out: bytes that complete a text that a grammar has half read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from galiot.runtime.constrain.vocabulary import END_BYTE

if TYPE_CHECKING:
    from llguidance import LLMatcher

_CLOSING_FIRST = b'}]",:1023456789TZntf'  # what ends or carries on; what opens or escapes comes last
_OPENING_LAST = b"[{-\\"
_CHOICES = 24  # bytes tried per place: enough for digits and first letters of names
_SHORTENING = 2_000  # steps


@dataclass
class Search:
    """A bounded search for completions in a matcher of bytes.

    It follows a fixed preference (close, then carry on, then open), and where that leads nowhere it deviates from it
    in one place, in two, in three: limited discrepancy search, Harvey and Ginsberg, IJCAI 1995. Near ends are tried
    before far ones, because a grammar may go deeper for ever.

    good: says whether a completion will do (it fits, it keeps rules that the grammar does not know)
    steps: bytes that may be tried in all
    longest: bytes of the longest completion
    """

    matcher: LLMatcher
    good: Callable[[bytes], bool]
    steps: int
    longest: int
    exhausted: bool = field(default=False, init=False)
    """Whether everything was tried, so that "none" means none."""

    _depth: int = field(default=0, init=False)
    _mask: np.ndarray = field(default_factory=lambda: np.zeros(9, np.int32), init=False)

    def first(self, most_slips: int = 3) -> bytes | None:
        """Return the first completion found, or None; the matcher is left as it was."""
        depths = [2**power for power in range(3, self.longest.bit_length()) if 2**power < self.longest]
        for slips in range(most_slips + 1):
            for depth in [*depths, self.longest]:
                self._depth, self.exhausted = depth, True
                found = self._walk(slips)
                if found is not None or self.exhausted or self.steps <= 0:
                    return found
        return None

    def short(self) -> bytes | None:
        """Return a completion that some more search did not shorten."""
        best = found = self.first()
        self.steps = min(self.steps, _SHORTENING)
        while found and self.steps > 0:
            self.longest = len(found) - 1
            found = self.first(most_slips=1)
            best = best if found is None else found
        return best

    def _walk(self, slips: int) -> bytes | None:
        path = bytearray()
        places = [(self._choices(0), 0, slips)]
        try:
            if self.matcher.is_accepting() and self.good(b""):
                return b""
            while places:
                choices, tried, left = places.pop()
                if tried >= len(choices) or (tried and not left):
                    self.exhausted &= tried >= len(choices)
                    if places:
                        self.matcher.rollback(1)
                        path.pop()
                    continue
                places.append((choices, tried + 1, left))
                self.steps -= 1
                if self.steps < 0:
                    self.exhausted = False
                    return None
                if not self.matcher.consume_token(choices[tried]):
                    raise AssertionError(self.matcher.get_error())
                path.append(choices[tried])
                if self.matcher.is_accepting() and self.good(bytes(path)):
                    return bytes(path)
                places.append((self._choices(len(path)), 0, left - (tried > 0)))
            return None
        finally:
            self.matcher.rollback(len(path))

    def _choices(self, depth: int) -> bytes:
        """Bytes that may follow, in the order in which they are tried."""
        if depth >= self._depth:
            self.exhausted = False
            return b""
        self.matcher.unsafe_compute_mask_ptr(self._mask.ctypes.data, self._mask.nbytes)
        allowed = np.unpackbits(self._mask.view(np.uint8), bitorder="little")[:END_BYTE].tobytes()
        if len(choices := allowed.translate(None, b"\0")) == 1:
            return bytes([allowed.index(1)])
        order = _IN_STRING if allowed[ord("q")] else _ORDER  # where any letter may come, a quote closes
        choices = bytes(value for value in order if allowed[value])
        if len(choices) > _CHOICES:
            self.exhausted = False
        return choices[:_CHOICES]


def _order() -> bytes:
    fixed = _CLOSING_FIRST + _OPENING_LAST
    letters = bytes(value for value in range(0x20, 0x7F) if value not in fixed)
    rest = bytes(value for value in range(256) if value not in fixed and value not in letters)
    return _CLOSING_FIRST + letters + _OPENING_LAST + rest


_ORDER = _order()
_IN_STRING = b'"' + _ORDER.replace(b'"', b"")
