"""Lists (shopping, to do) and kitchen timers."""

from __future__ import annotations

from dataclasses import dataclass

from galiot.agent.memory.store import Store
from galiot.errors import RequestError


class Lists:
    """Named lists of things to buy or do; names and items are told apart without regard to case."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, item: str, *, to: str, now: float) -> bool:
        """Put an item on a list; False where it stands there already."""
        if item.casefold() in map(str.casefold, self.show(to)):
            return False
        self._store.write("insert into item values (?, ?, ?, null)", [(to.casefold(), item, now)])
        return True

    def remove(self, item: str, *, of: str) -> bool:
        """Take an item off a list; False where it is not there."""
        return bool(
            self._store.write(
                "delete from item where list = ? and lower(item) = ? and done is null", [(of.casefold(), item.lower())]
            )
        )

    def complete(self, item: str, *, of: str, now: float) -> bool:
        """Mark an item as done; False where it is not there."""
        return bool(
            self._store.write(
                "update item set done = ? where list = ? and lower(item) = ? and done is null",
                [(now, of.casefold(), item.lower())],
            )
        )

    def show(self, name: str) -> list[str]:
        """Return what is still on a list, the oldest first."""
        return [
            row[0]
            for row in self._store.rows(
                "select item from item where list = ? and done is null order by added", (name.casefold(),)
            )
        ]


@dataclass(frozen=True)
class TimerState:
    """A timer: `ends` is a Unix time, or None while it is paused with `left` seconds to go."""

    name: str
    ends: float | None
    left: float | None
    seconds: float

    def remaining(self, now: float) -> float:
        """Return the seconds to go; 0 when it is over."""
        return max(0.0, self.ends - now) if self.ends is not None else (self.left or 0.0)


class Timers:
    """Timers that outlive the process: one that ended while nobody was there is still told."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[TimerState]:
        """Return every timer, the one that ends first before the others."""
        return [
            TimerState(*row)
            for row in self._store.rows("select name, ends, left, seconds from timer order by ends is null, ends, left")
        ]

    def start(self, seconds: float, *, name: str, now: float) -> TimerState:
        """Start a timer; one of the same name begins anew.

        raises: RequestError for no time at all, or more than a week
        """
        if not 0 < seconds <= 7 * 86400:
            raise RequestError(f"a timer runs from a second to a week, not {seconds:g} s")
        started = TimerState(name, now + seconds, None, seconds)
        self._put(started)
        return started

    def cancel(self, name: str = "") -> list[TimerState]:
        """Stop the timer of that name, the only one where no name is said, or all; return those that were stopped."""
        gone = self.all() if name == "all" else [self.named(name)]
        self._store.write("delete from timer where name = ?", [(timer.name,) for timer in gone])
        return gone

    def pause(self, name: str, *, now: float) -> TimerState:
        """Hold a timer."""
        timer = self.named(name)
        return self._put(TimerState(timer.name, None, timer.remaining(now), timer.seconds))

    def resume(self, name: str, *, now: float) -> TimerState:
        """Let a held timer run on."""
        timer = self.named(name)
        return self._put(TimerState(timer.name, now + timer.remaining(now), None, timer.seconds))

    def change(self, seconds: float, *, name: str, now: float) -> TimerState:
        """Add seconds to what is left, or take them away."""
        timer = self.named(name)
        left = max(0.0, timer.remaining(now) + seconds)
        running = timer.ends is not None
        return self._put(
            TimerState(timer.name, now + left if running else None, None if running else left, timer.seconds)
        )

    def ended(self, now: float) -> list[TimerState]:
        """Return the timers that are over, and forget them."""
        over = [timer for timer in self.all() if timer.ends is not None and timer.ends <= now]
        self._store.write("delete from timer where name = ?", [(timer.name,) for timer in over])
        return over

    def named(self, name: str) -> TimerState:
        """Return the timer of that name, or the only one.

        raises: RequestError where there is none, or several and no name
        """
        timers = self.all()
        if not timers:
            raise RequestError("no timer is running")
        fitting = [timer for timer in timers if timer.name.casefold() == name.casefold()] if name else timers
        if len(fitting) == 1:
            return fitting[0]
        names = ", ".join(timer.name or "without a name" for timer in timers)
        raise RequestError(
            f"there is no timer {name!r}, but: {names}" if name else f"several timers are running: {names}"
        )

    def _put(self, timer: TimerState) -> TimerState:
        self._store.write("delete from timer where name = ?", [(timer.name,)])
        self._store.write(
            "insert into timer values (?, ?, ?, ?)", [(timer.name, timer.ends, timer.left, timer.seconds)]
        )
        return timer
