"""Plans that wait: each kind of guard on a clock that the test moves, and what restarts and set clocks do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from galiot.agent.command import UNKNOWN, Command
from galiot.agent.memory.store import Store
from galiot.agent.plan import After, At, Comparison, Do, Every, For, If, Operand, Step, Target, Until, When
from galiot.agent.schedule.clock import SimulatedClock
from galiot.agent.schedule.conflicts import conflicts
from galiot.agent.schedule.timed import GRACE_S, Happened, TimedPlans
from galiot.agent.schedule.waiting import Waiting, WaitingStore, new_id

START = datetime(2026, 3, 12, 20, 0, tzinfo=timezone(timedelta(hours=1)))  # a Thursday


class Home:
    """What was done and when, in minutes from the start; and values that the test sets."""

    def __init__(self, path: Any = ":memory:", start: datetime = START) -> None:
        self.clock = SimulatedClock(start)
        self.done: list[tuple[float, str]] = []
        self.told: list[Happened] = []
        self.values: dict[tuple[str, str], Any] = {}
        self.store = WaitingStore(Store(path))
        self.plans = TimedPlans(
            self.store,
            self.clock,
            carry_out=self.carry_out,
            put_back=self.put_back,
            holds=self.holds,
            refresh=self.refresh,
            hear=self.told.append,
        )

    @property
    def minute(self) -> float:
        return (self.clock.now() - START.timestamp()) / 60

    async def ask(self, steps: Sequence[Step], *, request: str = "") -> None:
        plan, before = new_id(), None
        for step in steps:
            before, _ = await self.plans.add(step, plan=plan, before=before, request=request)

    async def refresh(self, conditions: Sequence[Comparison]) -> None:
        """Values are set by the test."""

    def holds(self, comparison: Comparison) -> bool | None:
        value = self.values.get((comparison.operand.thing, comparison.operand.role), UNKNOWN)
        if value is UNKNOWN:
            return None
        return bool(value >= comparison.value if comparison.relation == "at least" else value == comparison.value)

    async def carry_out(self, step: Step, waiting: Waiting) -> tuple[Any, Sequence[Command]]:
        act = step.act
        assert isinstance(act, Do)
        self.done.append((self.minute, act.verb))
        return None, [Command(act.target.things[0], "on", "property", input=False)]

    async def put_back(self, commands: Sequence[Command], waiting: Waiting) -> Any:
        self.done.append((self.minute, "back"))

    async def until(self, minute: float) -> None:
        """Let time pass, doing what is due when it is due."""
        end = START.timestamp() + 60 * minute
        while (due := self.plans.next_due()) is not None and due <= end:
            self.clock.move_to(due)
            await self.plans.tick()
        self.clock.move_to(end)

    async def set(self, thing: str, role: str, value: Any) -> None:
        self.values[thing, role] = value
        await self.plans.changed()


def do(verb: str = "turn on", thing: str = "lamp") -> Do:
    return Do(verb, Target((thing,)))


def compare(thing: str, role: str, relation: Any, value: Any = None) -> Comparison:
    return Comparison(Operand(thing, role), relation, value)


async def test_a_step_without_guards_is_done_at_once(anyio_backend):
    home = Home()
    await home.ask([Step(do())])
    assert home.done == [(0, "turn on")]
    assert home.plans.waiting() == []


async def test_a_time_of_day_is_the_next_one(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (At("22:00"),)), Step(do("turn off"), (At("7:00"),))])
    await home.until(24 * 60)
    assert home.done == [(120, "turn on"), (660, "turn off")]
    assert home.plans.waiting() == []


async def test_every_day_comes_again_on_its_days_only(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (At("21:00", ("fri", "sun"), repeat=True),))])
    await home.until(9 * 24 * 60)
    assert [when / 60 for when, _ in home.done] == [25, 73, 193]  # Friday, Sunday, the next Friday


async def test_for_a_while_puts_back_what_was(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (At("20:30"), For(600)))])
    await home.until(60)
    assert home.done == [(30, "turn on"), (40, "back")]


async def test_until_ends_with_the_time_or_the_condition_whichever_is_first(anyio_backend):
    for warm_at, ended in ((15, 15), (90, 60)):
        home = Home()
        await home.ask([Step(do(), (Until("21:00", (compare("room", "temperature", "at least", 22),)),))])
        await home.until(warm_at if warm_at < 60 else 80)
        await home.set("room", "temperature", 22.5)
        await home.until(120)
        assert home.done == [(0, "turn on"), (ended, "back")]


async def test_when_waits_for_the_state_and_counts_what_holds_already(anyio_backend):
    home = Home()
    await home.ask([Step(do("lock"), (When((compare("washer", "power", "is", False),)),))])
    await home.set("washer", "power", True)
    assert home.done == []
    await home.set("washer", "power", False)
    assert home.done == [(0, "lock")]
    await home.ask([Step(do("open"), (When((compare("washer", "power", "is", False),)),))])
    assert home.done[-1] == (0, "open")
    assert home.plans.waiting() == []


async def test_whenever_fires_at_each_rise(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (When((compare("hall", "motion", "is", True),), every_time=True),))])
    for value in (True, True, False, True, False):
        await home.set("hall", "motion", value)
    assert len(home.done) == 2


async def test_an_event_has_to_come_and_its_condition_has_to_hold_then(anyio_backend):
    home = Home()
    guard = When((compare("washer", "done", "happens"), compare("door", "lock", "is", False)))
    await home.ask([Step(do("lock"), (guard,))])
    await home.set("door", "lock", True)
    await home.plans.event("washer", "done")
    assert home.done == []
    await home.set("door", "lock", False)
    assert home.done == []
    await home.plans.event("dryer", "done")
    await home.plans.event("washer", "done")
    assert home.done == [(0, "lock")]


@pytest.mark.parametrize(
    ("negated", "value", "done"),
    [(False, True, True), (False, False, False), (False, None, False), (True, True, False), (True, False, True)],
)
async def test_a_condition_is_looked_at_when_the_time_has_come(anyio_backend, negated, value, done):
    home = Home()
    await home.ask([Step(do(), (At("21:00"), If((compare("window", "contact", "is", True),), negated)))])
    if value is not None:
        await home.set("window", "contact", value)
    await home.until(90)
    assert bool(home.done) == done
    assert [happened.what for happened in home.told] == ["done" if done else "skipped"]


async def test_what_is_not_known_lets_unless_do_nothing_wrong(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (If((compare("window", "contact", "is", True),), negated=True),))])
    assert home.done == []
    assert "not known" in home.told[0].why


async def test_then_counts_from_the_end_of_the_step_before(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (At("21:00"),)), Step(do("turn off"), (After(300, then=True),)), Step(do("lock"))])
    assert home.done == [(0, "lock")]
    await home.until(120)
    assert home.done[1:] == [(60, "turn on"), (65, "turn off")]


async def test_steps_of_one_moment_go_by_what_held_before_the_first(anyio_backend):
    home = Home()
    home.values["door", "lock"] = False
    open_ = If((compare("door", "lock", "is", False),))

    async def lock(step: Step, waiting: Waiting) -> tuple[Any, Sequence[Command]]:
        home.values["door", "lock"] = True
        return await home.carry_out(step, waiting)

    home.plans._carry_out = lock
    await home.ask([Step(do("lock"), (At("21:00"), open_)), Step(do("say"), (At("21:00"), open_))])
    await home.until(61)
    assert [verb for _, verb in home.done] == ["lock", "say"]


async def test_what_waits_for_the_same_goes_on_together(anyio_backend):
    home = Home()
    when = When((compare("door", "lock", "is", False),))

    async def lock(step: Step, waiting: Waiting) -> tuple[Any, Sequence[Command]]:
        home.values["door", "lock"] = True
        return await home.carry_out(step, waiting)

    home.plans._carry_out = lock
    await home.ask([Step(do("lock"), (when,)), Step(do("say"), (when,))])
    await home.set("door", "lock", False)
    assert [verb for _, verb in home.done] == ["lock", "say"]


async def test_cancelling_a_thing_leaves_the_rest_of_the_request(anyio_backend):
    home = Home()
    home.plans._shared = lambda what, one: len({what} & set(one.step.act.target.things))
    steps = [Step(do(thing="lamp"), (At("21:00"),)), Step(do("turn off", "lamp"), (After(60, then=True),))]
    await home.ask([*steps, Step(do("lock", "door"), (At("22:00"),))], request="lamp at nine, door at ten")
    assert len(home.plans.cancel("lamp")) == 2
    await home.until(240)
    assert home.done == [(120, "lock")]


async def test_every_so_often_ends_after_its_times(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (Every(600, times=3),))])
    await home.until(120)
    assert [when for when, _ in home.done] == [10, 20, 30]


async def test_cancelling_by_its_words_drops_the_whole_request(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (At("21:00"),)), Step(do("lock"), (At("22:00"),))], request="evening things")
    await home.ask([Step(do("open"), (At("23:00"),))], request="open the blinds at eleven")
    assert len(home.plans.cancel("the evening things")) == 2
    await home.until(240)
    assert home.done == [(180, "open")]


async def test_a_restart_keeps_what_waits_and_says_what_was_missed(anyio_backend, tmp_path):
    home = Home(tmp_path / "m.db")
    await home.ask(
        [Step(do(), (At("21:00"),)), Step(do("lock"), (After(5400),)), Step(do("open"), (At("7:00", repeat=True),))]
    )
    later = Home(tmp_path / "m.db")
    later.clock.move_to(START.timestamp() + 3600 + GRACE_S + 60)
    await later.plans.tick()
    assert [happened.what for happened in later.told] == ["missed"]
    await later.until(24 * 60)
    assert later.done == [(90, "lock"), (660, "open")]


async def test_a_short_absence_is_made_up_for(anyio_backend, tmp_path):
    await Home(tmp_path / "m.db").ask([Step(do(), (At("21:00"),))])
    later = Home(tmp_path / "m.db", start=START + timedelta(minutes=62))
    await later.plans.tick()
    assert later.done == [(62, "turn on")]


async def test_a_set_clock_moves_waits_along_but_not_times_of_day(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (After(600),)), Step(do("lock"), (At("21:00"),))])
    home.clock.jump_to(START.timestamp() - 3600)  # set back by an hour
    await home.plans.tick()
    await home.until(-51)
    assert home.done == []
    await home.until(-50)
    assert home.done == [(-50, "turn on")]
    await home.until(60)
    assert home.done[1:] == [(60, "lock")]


async def test_what_was_interrupted_is_said_and_not_done_again(anyio_backend, tmp_path):
    home = Home(tmp_path / "m.db")
    await home.ask([Step(do("open"), (At("21:00"),))])

    async def power_cut(step: Step, waiting: Waiting) -> Any:
        raise KeyboardInterrupt

    home.plans._carry_out = power_cut
    with pytest.raises(KeyboardInterrupt):
        await home.until(90)
    later = Home(tmp_path / "m.db", start=START + timedelta(minutes=61))
    assert [happened.what for happened in later.plans.recover()] == ["interrupted"]
    await later.until(24 * 60)
    assert later.done == []


async def test_what_happens_once_is_not_waited_for_for_ever(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (When((compare("parcel", "arrived", "happens"),)),))])
    await home.until(8 * 24 * 60)
    assert [happened.what for happened in home.told] == ["expired"]


async def test_opposite_orders_for_the_same_moment_are_seen(anyio_backend):
    home = Home()
    await home.ask([Step(do(), (At("21:00", repeat=True),))], request="lamp on at nine")
    await home.ask([Step(do("turn off", "fan"), (At("21:00"),))], request="fan off")
    assert conflicts(home.plans.waiting()) == []
    await home.ask([Step(do("turn off"), (At("21:00", ("fri",), repeat=True),))], request="lamp off on fridays")
    assert len(conflicts(home.plans.waiting())) == 1
