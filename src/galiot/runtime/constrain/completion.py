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
_LETTER = ord("q")
_NEAR = 64  # bytes to a place where a value may end, such as the quote after a pattern
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
    failure: str = field(default="", init=False)
    """What the matcher could not cope with; it is of no use any more."""

    _mask: np.ndarray = field(default_factory=lambda: np.zeros(9, np.int32), init=False)

    def first(self, most_slips: int = 3) -> bytes | None:
        """Return the first completion found, or None; the matcher is left as it was, unless it failed."""
        return b"" if self._is_end(b"") else self._nearest(most_slips, self.longest, self._is_end, local=False)

    def short(self) -> bytes | None:
        """Return a completion that some more search did not shorten."""
        best = found = self.first()
        self.steps = min(self.steps, _SHORTENING)
        while found and self.steps > 0:
            self.longest = len(found) - 1
            found = self.first(most_slips=1)
            best = best if found is None else found
        return best

    def _nearest(self, most_slips: int, longest: int, goal: Callable[[bytes], bool], *, local: bool) -> bytes | None:
        depths = [2**power for power in range(1 if local else 3, longest.bit_length()) if 2**power < longest]
        for slips in range(most_slips + 1):
            for depth in [*depths, longest]:
                self.exhausted = True
                found = self._walk(slips, depth, goal, local=local)
                if found is not None or self.exhausted or self.steps <= 0:
                    return found
        return None

    def _walk(self, slips: int, depth: int, goal: Callable[[bytes], bool], *, local: bool) -> bytes | None:
        """Try every path of at most `depth` bytes with at most `slips` deviations."""
        path = bytearray()
        places = [(self._choices(depth, local=local), 0, slips)]
        taken: list[int] = []
        try:
            while places:
                choices, tried, left = places.pop()
                if tried >= len(choices) or (tried and not left):
                    self.exhausted &= tried >= len(choices)
                    if taken:
                        size = taken.pop()
                        self.matcher.rollback(size)
                        del path[-size:]
                    continue
                step = choices[tried]
                self.steps -= len(step)
                if self.steps < 0:
                    self.exhausted = False
                    return None
                if self.matcher.try_consume_tokens(list(step)) < len(step):
                    self._give_up()
                    return None
                path += step
                taken.append(len(step))
                if goal(bytes(path)):
                    return bytes(path)
                places.append((choices, tried + 1, left))
                places.append((self._choices(depth - len(path), local=local), 0, left - (tried > 0)))
            return None
        finally:
            if not self.failure:
                self.matcher.rollback(len(path))

    def _choices(self, room: int, *, local: bool) -> list[bytes]:
        """What may follow, in the order in which it is tried: bytes, or first the nearest way to a place to close."""
        if room <= 0:
            self.exhausted = False
            return []
        allowed = self._allowed()
        order = _IN_STRING if allowed[_LETTER] else _ORDER  # where any letter may come, a quote closes
        choices = [bytes([value]) for value in order if allowed[value]]
        if local or len(choices) < 2 or self._may_close(allowed):
            return choices
        exhausted = self.exhausted
        way = self._nearest(2, min(room, _NEAR), lambda path: self._may_close(self._allowed()), local=True)
        self.exhausted = exhausted
        return choices if way is None else [way, *choices]

    def _give_up(self) -> None:
        self.failure = self.matcher.get_error() or "it is too complex"
        self.steps, self.exhausted = 0, False

    def _is_end(self, path: bytes) -> bool:
        return self.matcher.is_accepting() and self.good(path)

    def _may_close(self, allowed: bytes) -> bool:
        closing = b'"' if allowed[_LETTER] else b'",}]'
        return self.matcher.is_accepting() or any(allowed[value] for value in closing)

    def _allowed(self) -> bytes:
        """One for every byte that may follow, zero for the others."""
        try:
            self.matcher.unsafe_compute_mask_ptr(self._mask.ctypes.data, self._mask.nbytes)
        except ValueError:
            self._give_up()
            return bytes(END_BYTE)
        return np.unpackbits(self._mask.view(np.uint8), bitorder="little")[:END_BYTE].tobytes()


def _order() -> bytes:
    fixed = _CLOSING_FIRST + _OPENING_LAST
    letters = bytes(value for value in range(0x20, 0x7F) if value not in fixed)
    rest = bytes(value for value in range(256) if value not in fixed and value not in letters)
    return _CLOSING_FIRST + letters + _OPENING_LAST + rest


_ORDER = _order()
_IN_STRING = b'"' + _ORDER.replace(b'"', b"")
