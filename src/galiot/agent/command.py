"""What is sent to a device, and what came of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

Outcome = Literal["done", "refused", "unreachable", "unknown"]


class Unknown(enum.Enum):
    """The type of `UNKNOWN`, so that a checker tells it from a value."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
"""A state that nobody has reported yet; it is no value and equals none."""


class State(Protocol):
    """What is known about the things now."""

    def get(self, thing_id: str, name: str) -> Any:
        """Return the raw value of the property `name` of the thing, as its description has it, or UNKNOWN."""
        ...


class NoState:
    """Nothing is known about anything."""

    def get(self, thing_id: str, name: str) -> Any:
        """Return UNKNOWN."""
        return UNKNOWN


@dataclass(frozen=True)
class Command:
    """A property to write or an action to invoke."""

    thing: str
    """The id of its description."""
    name: str
    """The affordance."""
    kind: Literal["property", "action"]
    input: Any = None
    """A JSON value; None for an action without input."""


@dataclass(frozen=True)
class Problem:
    """Why something cannot be commanded; reasons are those of `plan.Refuse`, and "unknown state"."""

    reason: str
    why: str


@dataclass(frozen=True)
class Result:
    """What became of a command.

    outcome: done: confirmed; refused: by the device or the binding; unreachable: it did not get there; unknown: it was
        sent, and nothing came back
    read_back: the raw value of the property afterwards, UNKNOWN where it could not be read
    """

    command: Command
    outcome: Outcome
    why: str = ""
    read_back: Any = UNKNOWN
