"""What a template from a stranger may make and how long it may take: one account that everything is charged to."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from jinja2 import TemplateError
from jinja2.runtime import Undefined
from jinja2.utils import Namespace

LONGEST_TEXT = 1 << 20
"""Characters of the output, and of any text on the way there."""
MOST_WORK = 1 << 24
"""Characters and values a rendering may make, and rounds its loops may take, all together."""
_LARGEST_NUMBER = 1 << 64
_LIST_WORK = 16


class BeyondBound(TemplateError):
    """A bound that the template went over."""


class Account:
    """What one rendering has made so far and when it has to end."""

    def open(self, seconds: float) -> None:
        self._left, self._written, self._seconds = MOST_WORK, 0, seconds
        self._deadline = time.monotonic() + seconds

    def charge(self, amount: int) -> None:
        self._left -= amount
        if self._left < 0:
            raise BeyondBound(f"makes more than {MOST_WORK} characters and values")
        if time.monotonic() > self._deadline:
            raise BeyondBound(f"takes more than {self._seconds:g} s")

    def made(self, value: Any) -> Any:
        """Charge a value a template made, and return it."""
        self.charge(size_of(value))
        return value

    def measured(self, value: Any) -> Any:
        """Return a value that something is about to walk through, if it is not endless inside."""
        self.charge(1)
        weight_of(value)
        return value

    def composed(self, value: Any) -> Any:
        """Charge a list or dictionary that a template wrote out, and look at what it holds."""
        return self.made(self.measured(value))

    def written(self, value: Any) -> Any:
        """Charge a value that is about to be written."""
        weight = weight_of(value)
        self.charge(weight)
        self._written += weight
        if self._written > LONGEST_TEXT:
            raise BeyondBound(f"writes more than {LONGEST_TEXT} characters")
        return value

    def joined(self, values: Iterable[Any], between: str = "") -> str:
        """Return the texts of values, one after the other."""
        pieces: list[str] = []
        total = 0
        for value in values:
            total += weight_of(value) + len(between)
            if total > LONGEST_TEXT:
                raise BeyondBound(TOO_LONG)
            self.charge(1)
            pieces.append(str(value))
        return str(between).join(pieces)

    def rounds(self, values: Any) -> Any:
        """Return what a loop goes through so that every round is charged."""
        return values if isinstance(values, Undefined) else _Rounds(self, values)


class _Rounds:
    """The values of a loop; as long as they are, where that is known."""

    def __init__(self, account: Account, values: Iterable[Any]) -> None:
        self._account, self._values = account, values

    def __iter__(self) -> Iterator[Any]:
        for value in self._values:
            self._account.charge(1)
            yield value

    def __len__(self) -> int:
        return len(self._values)  # type: ignore[arg-type]


TOO_LONG = f"makes a text of more than {LONGEST_TEXT} characters"


def size_of(value: Any) -> int:
    """Return what a value costs, without looking into what it holds.

    raises: BeyondBound for a text or a number that is too large
    """
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise BeyondBound(TOO_LONG)
        return len(value) + 1
    if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        raise BeyondBound("makes a number of more than 64 bits")
    return _LIST_WORK + 2 * len(value) if isinstance(value, list | tuple | set | dict) else 1


def weight_of(value: Any) -> int:
    """Return the characters and values that a value is made of; what a list holds twice counts twice.

    raises: BeyondBound as soon as they are too many
    """
    if isinstance(value, str | int | float) or value is None:
        return size_of(value)
    total, waiting = 0, [iter((value,))]
    while waiting:
        for item in waiting[-1]:
            total += 1 + (len(item) if isinstance(item, str) else 0)
            if isinstance(item, Namespace):
                item = item._Namespace__attrs
            if isinstance(item, Mapping):
                waiting.append(chain.from_iterable(item.items()))
                break
            if isinstance(item, list | tuple | set | frozenset):
                waiting.append(iter(item))
                break
        else:
            waiting.pop()
        if total > LONGEST_TEXT or len(waiting) > 100:
            raise BeyondBound(f"makes a list of more than {LONGEST_TEXT} characters and values, or a hundred deep")
    return total
