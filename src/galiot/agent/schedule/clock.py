"""Time for plans that wait: the system's, or one that a rehearsal moves."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day, and time that only goes on."""

    def now(self) -> float:
        """Return Unix time; may jump when somebody sets the clock."""

    def steady(self) -> float:
        """Return seconds that never jump."""

    def local(self, when: float) -> datetime:
        """Return a Unix time on the wall clock."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The device's own clock.

    zone: of the times of day that are said; None: the system's
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def now(self) -> float:
        return time.time()

    def steady(self) -> float:
        return time.monotonic()

    def local(self, when: float) -> datetime:
        return datetime.fromtimestamp(when, self._zone).astimezone(self._zone)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SimulatedClock:
    """A clock that stands until it is moved."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            start = start.astimezone()
        self._now, self._zone, self._steady = start.timestamp(), start.tzinfo, 0.0

    def now(self) -> float:
        return self._now

    def steady(self) -> float:
        return self._steady

    def local(self, when: float) -> datetime:
        return datetime.fromtimestamp(when, self._zone)

    async def sleep(self, seconds: float) -> None:
        self.move_to(self._now + seconds)

    def move_to(self, when: float) -> None:
        """Let time go on to a Unix time; never back."""
        self._steady += max(0.0, when - self._now)
        self._now = max(self._now, when)

    def jump_to(self, when: float) -> None:
        """Set the clock, as somebody who corrects it does: no time passes."""
        self._now = when
