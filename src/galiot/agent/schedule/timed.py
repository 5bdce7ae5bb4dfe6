"""Plans that wait: when each step goes on, what is put back afterwards, and what a restart or a set clock does to them.

The guards of a step are passed one after the other, from left to right. A guard that waits is written to disk with what
comes after it. The same code runs at home and in a rehearsal, where only the clock and the home are others.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from galiot.agent.command import Command
from galiot.agent.encoding import from_json, to_json
from galiot.agent.plan import After, At, Comparison, Every, For, Guard, If, Step, Until, When
from galiot.agent.schedule.clock import Clock
from galiot.agent.schedule.conditions import Holds, all_hold
from galiot.agent.schedule.times import next_time
from galiot.agent.schedule.waiting import Waiting, WaitingStore, new_id

log = logging.getLogger(__name__)

GRACE_S = 300.0
"""A moment that passed longer ago, while nobody was there or because the clock was set, is not made up for."""
JUMP_S = 30.0
"""The wall clock and the steady one may drift apart by so much before it counts as set."""
PATIENCE_S = 7 * 86400.0
"""What waits for something to happen once is dropped after a week."""
_SMALL_WORDS = frozenset("a an and at for in is it my of off on please that the then to turn when".split())
LOOK_S = 1.0
"""How often plans that another process stored are looked for."""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What became of a step that waited.

    what: done, skipped (a condition did not hold), missed, expired, put back, interrupted
    """

    waiting: Waiting
    what: str
    why: str = ""
    when: float = 0.0
    results: Any = None


CarryOut = Callable[[Step, Waiting], Awaitable[tuple[Any, Sequence[Command]]]]
"""Does a step now; returns what came of it, and the commands that would put back what was before."""
Refresh = Callable[[Sequence[Comparison]], Awaitable[None]]
PutBack = Callable[[Sequence[Command], Waiting], Awaitable[Any]]


class TimedPlans:
    """Everything that waits in one home.

    carry_out: does the act of a step, through the same checks as any other
    put_back: gives commands that undo an act to the executor
    holds: whether a comparison holds, by what was reported last
    refresh: asks the devices that conditions are about
    hear: is told what became of each step
    shared: how many words a phrase shares with the names of what a step is for
    """

    def __init__(
        self,
        store: WaitingStore,
        clock: Clock,
        *,
        carry_out: CarryOut,
        put_back: PutBack,
        holds: Holds,
        refresh: Refresh,
        hear: Callable[[Happened], None] = lambda _: None,
        shared: Callable[[str, Waiting], int] = lambda what, one: 0,
    ) -> None:
        self._refresh, self._shared = refresh, shared
        self._store, self.clock, self._holds = store, clock, holds
        self._carry_out, self._put_back, self.hear = carry_out, put_back, hear
        self._wake = asyncio.Event()
        self._decided: dict[tuple[str, tuple[Comparison, ...]], bool | None] = {}
        """What held at the moment at which several steps of a plan go on."""
        self._asked = ""
        self._last = (clock.now(), clock.steady())

    def waiting(self) -> list[Waiting]:
        """Return what waits, in the order of the asking."""
        return [one for one in self._store.all() if one.started is None]

    async def add(
        self,
        step: Step,
        *,
        plan: str,
        before: str | None = None,
        request: str = "",
        source: str = "rules",
        consents: Iterable[str] = (),
    ) -> tuple[str, list[Happened]]:
        """Take in one step of a plan: store it if it waits, else do it now.

        plan: one id for all steps of a request; before: the id of the step that a `then` follows
        returns: the id of the step, and what happened at once
        """
        if plan != self._asked:
            self._asked = plan
            self._decided.clear()
        one = Waiting(
            id=new_id(),
            made=self.clock.now(),
            step=step,
            request=request,
            plan=plan,
            source=source,
            consents=tuple(consents),
        )
        follows = any(isinstance(guard, After) and guard.then for guard in step.guards)
        if follows and before in {other.id for other in self._store.all()}:
            self._store.change(put=[replace(one, after=before)])
            return one.id, []
        happened = await self._go_on(one)
        self._wake.set()
        return one.id, happened

    def put_back_later(self, one: Waiting, guards: Iterable[Guard], undo: Sequence[Command]) -> None:
        """Store what puts a step back that was done for a while: when its time is over, or its condition has come."""
        now = self.clock.now()
        for guard in guards if undo else ():
            back = replace(one, id=new_id(), made=now, step=None, undo=tuple(undo), due=None, conditions=(), again=None)
            if isinstance(guard, For):
                self._store.change(put=[replace(back, due=now + guard.seconds, relative=True)])
            elif isinstance(guard, Until):
                due = next_time(guard.time, self.clock.local(now)).timestamp() if guard.time else None
                self._store.change(put=[replace(back, due=due, conditions=guard.conditions)])
        self._wake.set()

    def cancel(self, what: str = "") -> list[Waiting]:
        """Drop what waits: the steps for the things that are named, else all of the requests that have most of the
        words; undoing what is on for a while is not dropped.

        what: names or words of the request; "" the newest, "all" every one
        """
        there = [one for one in self.waiting() if not one.undo]
        if _words(what) & {"all", "everything", "every"}:
            chosen = there
        else:
            for_them = {one.id: self._shared(what, one) for one in there} if what else {}
            most = max(for_them.values(), default=0)
            if most:
                return self._dropped([one for one in there if for_them[one.id] == most])
            shared = {one.id: len(_words(what) & _words(one.request)) for one in there}
            best = max(shared.values(), default=0)
            named = (
                {one.plan for one in there if best and shared[one.id] == best}
                if what
                else {there[-1].plan}
                if there
                else set()
            )
            chosen = [one for one in there if one.plan in named]
        return self._dropped(chosen)

    def _dropped(self, chosen: list[Waiting]) -> list[Waiting]:
        """Drop steps and those that would have come after them."""
        while followers := [one for one in self.waiting() if one not in chosen and one.after in {c.id for c in chosen}]:
            chosen = [*chosen, *followers]
        self._store.change(remove=[one.id for one in chosen])
        return chosen

    def take_back(self, ids: Iterable[str]) -> None:
        """Drop steps in whose place others are stored."""
        self._store.change(remove=list(ids))

    def drop(self, plan: str) -> None:
        """Drop the steps of one plan that still wait."""
        self._store.change(remove=[one.id for one in self.waiting() if one.plan == plan and not one.undo])

    def next_due(self) -> float | None:
        """Return the Unix time of the next thing to do by time; None where there is none."""
        times = [when for one in self.waiting() if not one.after for when in (one.due, one.expires) if when is not None]
        return min(times, default=None)

    async def tick(self) -> list[Happened]:
        """Do what is due by now, the earliest first."""
        self._follow_the_clock()
        happened: list[Happened] = []
        moment = None
        while True:
            now = self.clock.now()
            due = [one for one in self.waiting() if not one.after and _moment(one) <= now]
            if not due:
                return happened
            one = min(due, key=_moment)
            if one.due != moment:
                moment = one.due
                self._decided.clear()
            if one.due is None or (one.expires is not None and one.expires < one.due):
                happened.append(self._drop(one, "expired", "it did not come about in a week"))
            elif now - one.due > GRACE_S and not one.undo:
                happened += self._missed(one)
            else:
                happened += await self._passed(one)

    async def changed(self) -> list[Happened]:
        """Look at all conditions anew, after something was reported."""
        self._decided.clear()
        come: list[Waiting] = []
        for one in self.waiting():
            if one.conditions and not one.after:
                holding = all_hold(_states(one.conditions), self._holds)
                events = len(_states(one.conditions)) < len(one.conditions)
                if holding is True and not one.held and not events:
                    come.append(one)
                elif holding is False and one.held:
                    self._store.change(put=[replace(one, held=False)])
        return await self._all_passed(come)

    async def _all_passed(self, come: Sequence[Waiting]) -> list[Happened]:
        """Go on with all that waited for the same, whatever the first of them does; one may have dropped another."""
        happened: list[Happened] = []
        for one in come:
            if one.id in {other.id for other in self.waiting()}:
                happened += await self._passed(one)
        return happened

    async def event(self, thing: str, name: str) -> list[Happened]:
        """Go on with what waited for an event; states named beside it have to hold when it comes."""
        self._decided.clear()
        come: list[Waiting] = []
        for one in self.waiting():
            waited = any(
                (part.operand.thing, part.operand.role) == (thing, name) and part.relation == "happens"
                for part in one.conditions
            )
            if waited and not one.after and all_hold(_states(one.conditions), self._holds) is not False:
                come.append(one)
        return await self._all_passed(come)

    async def run(self) -> None:
        """Stay, and do everything when its time comes; ends when it is cancelled."""
        while True:
            await self.tick()
            due = self.next_due()
            pause = LOOK_S if due is None else min(LOOK_S, max(0.0, due - self.clock.now()))
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def _passed(self, one: Waiting) -> list[Happened]:
        """Go on with a step whose guard is passed.

        What comes again is stored anew first, and what is being done stays marked on disk until it is over, so that a
        power cut loses nothing and does nothing twice.
        """
        keep = self._again(one)
        doing = replace(one, id=new_id() if keep else one.id, again=None, started=self.clock.now())
        self._store.change(put=[doing, keep] if keep else [doing])
        if one.undo:
            results = await self._put_back(one.undo, one)
            happened = [self._told(Happened(waiting=one, what="put back", when=self.clock.now(), results=results))]
        else:
            moment = one.due if one.due is not None else self.clock.now()
            happened = await self._go_on(
                replace(
                    doing, id=new_id(), made=max(one.made, moment), due=None, conditions=(), started=None, held=False
                )
            )
        self._store.change(remove=[doing.id])
        return happened + await self._let_followers_go(one.id)

    def recover(self) -> list[Happened]:
        """Drop what was being done when the power went, and say so: nobody knows how far it came."""
        interrupted = [one for one in self._store.all() if one.started is not None]
        why = "it was begun, and then the power went or the program ended; look whether it was done"
        return [self._drop(one, "interrupted", why) for one in interrupted]

    async def _go_on(self, one: Waiting) -> list[Happened]:
        """Pass the guards that do not wait; store the step at the first that does, or do the act."""
        assert one.step is not None
        guards = list(one.step.guards)
        held: list[Guard] = []
        while guards:
            guard = guards.pop(0)
            rest = replace(one, step=Step(one.step.act, (*held, *guards)))
            if isinstance(guard, If):
                holding = await self._decide(one, guard.conditions)
                if (holding is not False) if guard.negated else (holding is not True):
                    why = (
                        "it is not known whether the condition holds"
                        if holding is None
                        else "the condition did not hold"
                    )
                    return [self._told(Happened(waiting=one, what="skipped", why=why, when=self.clock.now()))]
            elif isinstance(guard, For | Until):
                held.append(guard)
            elif not (isinstance(guard, After) and guard.seconds <= 0):
                return await self._wait(rest, guard)
        return await self._act(one, held)

    async def _decide(self, one: Waiting, conditions: tuple[Comparison, ...]) -> bool | None:
        """Look at conditions once for all steps of a plan that come at the same moment."""
        key = (one.plan, conditions)
        if key not in self._decided:
            await self._refresh(conditions)
            self._decided[key] = all_hold(conditions, self._holds)
        return self._decided[key]

    async def _wait(self, one: Waiting, guard: Guard) -> list[Happened]:
        now = self.clock.now()
        match guard:
            case At(time, days, repeat):
                due = next_time(time, self.clock.local(one.made), days).timestamp()
                stored = replace(one, due=due, again=to_json(guard) if repeat else None)
            case After(seconds, _):
                stored = replace(one, due=one.made + seconds, relative=True)
            case Every(seconds, times):
                stored = replace(one, due=one.made + seconds, relative=True, again=to_json(guard), left=times)
            case When(conditions, every_time):
                states = _states(conditions)
                holds_now = len(states) == len(conditions) and await self._decide(one, conditions) is True
                again = to_json(guard) if every_time else None
                expires = None if every_time else now + PATIENCE_S
                stored = replace(
                    one, conditions=conditions, again=again, held=holds_now and every_time, expires=expires
                )
                if holds_now and not every_time:
                    return await self._go_on(replace(one, made=now))
            case _:
                raise AssertionError(guard)
        self._store.change(put=[stored])
        self._wake.set()
        return []

    async def _act(self, one: Waiting, held: Sequence[Guard]) -> list[Happened]:
        assert one.step is not None
        results, undo = await self._carry_out(Step(one.step.act), one)
        now = self.clock.now()
        self.put_back_later(one, held, undo)
        return [self._told(Happened(waiting=one, what="done", when=now, results=results))]

    def _again(self, one: Waiting) -> Waiting | None:
        """Return how a step that comes again waits anew, or None."""
        guard = from_json(one.again) if one.again else None
        if isinstance(guard, At):
            after = max(one.due or 0.0, self.clock.now())
            return replace(one, due=next_time(guard.time, self.clock.local(after), guard.days).timestamp())
        if isinstance(guard, Every) and one.left != 1:
            return replace(one, due=(one.due or 0.0) + guard.seconds, left=max(0, one.left - 1))
        if isinstance(guard, When):
            events = any(part.relation == "happens" for part in guard.conditions)
            return replace(one, held=not events)
        return None

    async def _let_followers_go(self, done: str) -> list[Happened]:
        happened: list[Happened] = []
        for one in self.waiting():
            if one.after == done:
                self._store.change(remove=[one.id])
                happened += await self._go_on(replace(one, after=None, made=self.clock.now()))
        return happened

    def _missed(self, one: Waiting) -> list[Happened]:
        late = self.clock.now() - (one.due or 0.0)
        keep = self._again(one)
        if keep and isinstance(from_json(one.again), Every):
            now, period = self.clock.now(), from_json(one.again).seconds
            keep = replace(keep, due=now + period - (now - (one.due or now)) % period)
        self._store.change(remove=[] if keep else [one.id], put=[keep] if keep else [])
        why = f"its time passed {late / 60:.0f} minutes before anybody was there to do it"
        return [self._told(Happened(waiting=one, what="missed", why=why, when=self.clock.now()))]

    def _drop(self, one: Waiting, what: str, why: str) -> Happened:
        self._store.change(remove=[one.id])
        return self._told(Happened(waiting=one, what=what, why=why, when=self.clock.now()))

    def _told(self, happened: Happened) -> Happened:
        log.info("%s: %s %s", happened.what, happened.waiting.request, happened.why)
        self.hear(happened)
        return happened

    def _follow_the_clock(self) -> None:
        """Move what was counted from a moment along when somebody sets the clock: ten minutes stay ten minutes."""
        now, steady = self.clock.now(), self.clock.steady()
        jump = (now - self._last[0]) - (steady - self._last[1])
        self._last = (now, steady)
        if abs(jump) > JUMP_S:
            log.warning("the clock was set by %+.0f s", jump)
            self._store.shift(jump)


def _states(conditions: Sequence[Comparison]) -> list[Comparison]:
    return [part for part in conditions if part.relation != "happens"]


def _moment(one: Waiting) -> float:
    """Return when a step is to be looked at by time; never where only conditions count."""
    return min((when for when in (one.due, one.expires) if when is not None), default=float("inf"))


def _words(text: str) -> set[str]:
    return {word.strip(".,!?") for word in text.casefold().split()} - _SMALL_WORDS
