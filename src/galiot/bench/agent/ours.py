"""Galiot's agent at a home in memory, on a clock that is moved."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from galiot.agent.agent import Agent
from galiot.agent.bindings.base import Binding, DeviceError, Reply
from galiot.agent.command import UNKNOWN
from galiot.agent.config import AgentConfig
from galiot.agent.journal import Journal
from galiot.agent.memory.store import Store
from galiot.agent.schedule.clock import SimulatedClock
from galiot.agent.things.load import join
from galiot.agent.things.td import read_thing
from galiot.bench.agent.grade import Answered
from galiot.bench.agent.suite import Case
from galiot.bench.agent.world import World, documents_of, history_of
from galiot.errors import GaliotError

if TYPE_CHECKING:
    from galiot.agent.plan import Plan
    from galiot.agent.planner import Planner
    from galiot.agent.thing import Affordance, Thing


class Devices(Binding):
    """The devices of a world, as a protocol would reach them."""

    schemes = ("memory",)

    def __init__(self, world: World, clock: SimulatedClock) -> None:
        self._world, self._clock = world, clock

    def now(self) -> datetime:
        """Return the time of day without its zone, as the suites have it."""
        return self._clock.local(self._clock.now()).replace(tzinfo=None)

    async def read(self, thing: Thing, affordance: Affordance) -> Any:
        """See `Binding`."""
        value = self._world.get(thing.id, affordance.name)
        if value is UNKNOWN:
            raise DeviceError("unknown", f"{affordance.name} of {thing.title} is not known")
        return value

    async def write(self, thing: Thing, affordance: Affordance, value: Any) -> Reply:
        """See `Binding`."""
        why = self._world.write(thing.id, affordance.name, value, self.now())
        return Reply("refused", why) if why else Reply("done", value=value)

    async def invoke(self, thing: Thing, affordance: Affordance, value: Any = None) -> Reply:
        """See `Binding`."""
        why = self._world.invoke(thing.id, affordance.name, value, self.now())
        return Reply("refused", why) if why else Reply("done")

    async def observe(self, thing: Thing, affordance: Affordance) -> AsyncIterator[Any]:
        """Yield nothing: what happens is told by `Ours.report`."""
        return
        yield

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Ours:
    """An agent that is asked case after case; its model stays loaded.

    rules: whether rules read first; model: a name or path, None for rules alone
    """

    config: AgentConfig
    name: str = "galiot"

    def __post_init__(self) -> None:
        self._planner: Planner | None = None
        self._agent: Agent | None = None
        self.told: list[str] = []

    async def begin(self, case: Case, world: World, *, injected: bool = False) -> None:
        """Enter a home; nothing of the one before is known."""
        self._world, self._seen = world, 0
        self._clock = SimulatedClock(case.turns[0][0])
        home = join([read_thing(description) for description in world.descriptions])
        devices, store = Devices(world, self._clock), Store()
        agent = Agent(home, devices, config=self.config, clock=self._clock, store=store, journal=Journal())
        agent._planner = self._planner
        agent.know()
        agent.staying = True
        self.told = []
        agent.tell = self.told.append
        self._agent = agent
        if case.suite in ("ask", "hostile"):
            self._remember(case, injected)

    async def ask(self, sentence: str) -> Answered:
        """Return the answer; what fails keeps its line."""
        agent = self._running()
        began = time.perf_counter()
        try:
            answer = await agent.ask(sentence, yes=True)
        except GaliotError as error:
            return Answered(failed=str(error), seconds=time.perf_counter() - began)
        self._planner = agent._planner
        await self._observed()
        return Answered(
            text=answer.text,
            source=answer.source,
            reasons=tuple(refusal["reason"] for refusal in answer.refused),
            question=answer.question or "",
            seconds=answer.spent["plan_seconds"],
            spent=answer.spent,
            plan=answer.plan_text,
            facts=tuple(vars(fact) for fact in answer.facts),
        )

    async def plan(self, sentence: str) -> tuple[Answered, Plan | None]:
        """Return what would be done, without doing it."""
        agent = self._running()
        try:
            answer = await agent.ask(sentence, plan_only=True)
        except GaliotError as error:
            return Answered(failed=str(error)), None
        self._planner = agent._planner
        seconds = answer.spent["plan_seconds"]
        return Answered(source=answer.source, seconds=seconds, spent=answer.spent, plan=answer.plan_text), answer.plan

    async def rehearse(self, sentence: str, until: datetime) -> list[tuple[str, str, str]]:
        """Return the commands of a dry run: when, thing, command."""
        agent = self._running()
        seconds = until.astimezone().timestamp() - self._clock.now()
        rows = await agent.rehearse(sentence, seconds)
        self._planner = agent._planner
        return sorted((row["when"], row["thing"], row["command"]) for row in rows if row["thing"])

    async def wait(self, until: datetime) -> None:
        """Let time pass, and what waits be done."""
        agent, end = self._running(), until.astimezone().timestamp()
        while (due := agent.plans.next_due()) is not None and due <= end:
            self._clock.move_to(due)
            await agent.plans.tick()
            await self._observed()
        self._clock.move_to(end)

    async def report(self, path: str) -> None:
        """Tell the agent what a device reports, as the process that stays would hear it."""
        agent = self._running()
        thing, name = path.rsplit(".", 1)
        value = self._world.get(thing, name)
        if value is not UNKNOWN:
            agent.executor.gate.seen.put(thing, name, value)
            agent.services.keep(thing, name, value)
            await agent.plans.changed()

    async def end(self) -> None:
        """Leave the home."""
        if self._agent is not None:
            self._agent._planner = None
            await self._agent.close()
            self._agent = None

    def sha256(self) -> str:
        """Return the digest of the model's file, "" without a model."""
        from galiot.model.model import open_model

        if self.config.model is None:
            return ""
        with open_model(self.config.model) as model:
            return model.sha256

    def close(self) -> None:
        """Give the model's memory back."""
        if self._planner is not None:
            self._planner.close()

    async def _observed(self) -> None:
        """Tell the agent of the changes that its own commands made."""
        while self._seen < len(self._world.changes):
            self._seen += 1
            await self.report(self._world.changes[self._seen - 1].path)

    def _remember(self, case: Case, injected: bool) -> None:
        services = self._running().services
        for thing, name, readings in history_of(case.home):
            services.history.add([(at.astimezone().timestamp(), thing, name, value) for at, value in readings])
        with tempfile.TemporaryDirectory() as folder:
            documents = documents_of(case, Path(folder), injected=injected)
            if documents is not None:
                services.documents.read(documents)

    def _running(self) -> Agent:
        assert self._agent is not None, "begin() comes first"
        return self._agent
