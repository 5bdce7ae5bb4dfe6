"""What every way of giving a reading to a language model offers."""

from __future__ import annotations

from abc import ABC, abstractmethod

from galiot.runtime.session import Session
from galiot.senses.seen import Seen


class Fusion(ABC):
    """One way for what a sense saw to get in front of, or into, what a language model reads."""

    name: str

    @abstractmethod
    def append(self, session: Session, seen: Seen) -> int:
        """Put it behind what the session has seen, and return how many cells it takes.

        raises: ContextError when it does not fit; RequestError when the sense does not make what is needed
        """
