"""The device's own work in its order: what somebody waits for goes before reports, tuning and indexing.

Work runs in threads of its own and asks between tokens whether it may go on. So a request of a person begins within the
time of one token (or of one chunk of a prompt), and what was interrupted goes on where it stood.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from galiot.agent.schedule.jobs import Grants, Job, timetable
from galiot.errors import BudgetError, CancelledError, NotAdmittedError


class Turn:
    """What a job holds while it is in: `checkpoint()` between tokens, `cancel()` from anywhere."""

    def __init__(self, scheduler: DeviceScheduler, job: Job) -> None:
        self.job, self._scheduler = job, scheduler
        self.cancelled = False
        self.ran_s = self.waited_s = 0.0
        """Seconds in which it ran, and in which it could have run and others did."""
        self.begun_at: float | None = None

    def left(self, now: float) -> Job:
        """Return the job as it stands: what it still needs, and whether it holds its memory."""
        ran = self.ran_s + (now - self.begun_at if self.begun_at is not None else 0.0)
        return replace(
            self.job, seconds=max(0.0, self.job.seconds - ran), begun=self.ran_s > 0 or self.begun_at is not None
        )

    def checkpoint(self) -> None:
        """Go on if nobody more urgent wants the processor, else wait until it is free again.

        raises: CancelledError when the job was cancelled
        """
        self._scheduler._pass(self)

    def cancel(self) -> None:
        """End the job at its next checkpoint."""
        self._scheduler._cancel(self)


class DeviceScheduler:
    """One processor and its grants, shared by the threads of a process.

    grants: memory and energy that all admitted jobs may take together
    clock: seconds that never jump
    """

    def __init__(self, grants: Grants | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._grants, self._clock = grants or Grants(), clock
        self._changed = threading.Condition()
        self._turns: list[Turn] = []
        self._running: Turn | None = None

    @property
    def jobs(self) -> list[Job]:
        """Return what is in now, the running one first."""
        with self._changed:
            return [
                turn.job for turn in sorted(self._turns, key=lambda turn: (turn is not self._running, turn.job.rank))
            ]

    @contextmanager
    def admitted(self, job: Job) -> Iterator[Turn]:
        """Let a job in, wait for its turn, and take it out at the end.

        job: release and deadline in seconds from now
        raises: NotAdmittedError with the reason when it or what is in already would be late or find no memory
        """
        turn = self._admit(job)
        try:
            turn.checkpoint()
            yield turn
        finally:
            self._leave(turn)

    def spend(self, turn: Turn, energy_j: float) -> None:
        """Count energy that a job has taken against what is granted.

        raises: BudgetError when more was taken than is left; the job should end
        """
        with self._changed:
            if (left := self._grants.energy_j) is None:
                return
            self._grants = replace(self._grants, energy_j=max(0.0, left - energy_j))
            if energy_j > left:
                raise BudgetError(
                    "J", needed=round(energy_j), allowed=round(left), advice=f"{turn.job.name} has to end"
                )

    def _admit(self, job: Job) -> Turn:
        with self._changed:
            now = self._clock()
            job = replace(job, release=now + job.release, deadline=now + job.deadline)
            others = [turn.left(now) for turn in self._turns]
            refused = timetable([*others, job], self._grants, now=now).refused
            if job.name in refused:
                raise NotAdmittedError(f"{job.name} is not taken on: {refused[job.name]}")
            turn = Turn(self, job)
            self._turns.append(turn)
            self._changed.notify_all()
            return turn

    def _pass(self, turn: Turn) -> None:
        with self._changed:
            began = self._clock()
            self._stop(turn)
            while not turn.cancelled and not (self._running is None and self._first() is turn):
                self._changed.wait()
            if turn.cancelled:
                self._changed.notify_all()
                raise CancelledError(f"{turn.job.name} was cancelled")
            self._running, turn.begun_at = turn, self._clock()
            turn.waited_s += self._clock() - began

    def _first(self) -> Turn | None:
        now = self._clock()
        there = [(turn, turn.left(now)) for turn in self._turns if turn.job.release <= now and not turn.cancelled]
        room = float("inf") if self._grants.memory_bytes is None else self._grants.memory_bytes
        room -= sum(job.memory_bytes for _, job in there if job.begun)
        ready = [turn for turn, job in there if job.begun or job.memory_bytes <= room]
        return min(ready, key=lambda turn: turn.job.rank, default=None)

    def _cancel(self, turn: Turn) -> None:
        with self._changed:
            turn.cancelled = True
            self._changed.notify_all()

    def _leave(self, turn: Turn) -> None:
        with self._changed:
            self._stop(turn)
            self._turns.remove(turn)
            self._changed.notify_all()

    def _stop(self, turn: Turn) -> None:
        if self._running is turn and turn.begun_at is not None:
            turn.ran_s += self._clock() - turn.begun_at
            self._running = turn.begun_at = None
            self._changed.notify_all()
