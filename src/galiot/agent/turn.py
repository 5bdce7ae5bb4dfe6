"""One plan on its way: its steps in order, each by what is known when its turn comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from galiot.agent.checked import CheckedStep, Refusal
from galiot.agent.command import UNKNOWN, Command, Result, State
from galiot.agent.features import VERBS, Feature
from galiot.agent.guards import WAITING
from galiot.agent.home import Home
from galiot.agent.plan import Act, After, Comparison, Do, If, Read, Step, Target
from galiot.agent.policy import Consent, Judgement
from galiot.agent.prepare import Prepared, feature_of, prepare
from galiot.agent.readable import readable
from galiot.agent.report import Reading, StepReport, status_of
from galiot.agent.thing import Affordance, Thing

if TYPE_CHECKING:
    from galiot.agent.executor import Executor

Confirm = Callable[[Sequence[Judgement]], Awaitable[Consent]]
"""Asks the user about commands that need it; what it returns counts for this plan only."""
Wait = Callable[[CheckedStep, frozenset[str]], Awaitable[str]]
"""Takes a step that waits, with the consents that go with it; returns what to say about it."""
Other = Callable[[Act], Awaitable[str]]
"""Does an act that is about no device; returns what to say."""
_BROKEN = "the step before it was not done"


@dataclass(frozen=True)
class Way:
    """How one plan is carried out, beside the plan itself."""

    consent: Consent = field(default_factory=Consent)
    confirm: Confirm | None = None
    wait: Wait | None = None
    other: Other | None = None
    texts: tuple[str, ...] = ()
    """What devices and documents said that whoever wrote the plan had before it."""


class Turn:
    """One plan on its way."""

    def __init__(self, owner: Executor, run: str, way: Way, consent: Consent, granted: frozenset[str]) -> None:
        self.owner, self.run, self.way, self.consent, self.granted = owner, run, way, consent, granted
        self.waited = False
        self.last: StepReport | None = None
        self._decided: dict[tuple[Comparison, ...], bool | None] = {}

    async def step(self, checked: CheckedStep, barred: dict[str, Refusal]) -> StepReport:
        """Do one step, or hand it on, and tell what became of it."""
        self.last = await self._step(checked, barred)
        self.owner.journal.add("done", {"run": self.run, "step": checked.number, "status": self.last.status})
        return self.last

    async def _step(self, checked: CheckedStep, barred: dict[str, Refusal]) -> StepReport:
        step, number, owner = checked.step, checked.number, self.owner
        told = StepReport(step, number, "told", left_out=checked.left_out, notes=checked.notes)
        if isinstance(step.act, Do):
            step = _without(step, barred)
            if not (isinstance(step.act, Do) and step.act.target.things):
                return replace(told, status="refused", refused=tuple(barred.values()))
        told = replace(told, refused=tuple(barred.values()))
        self._forget_all_but(step)
        if self._follows(step) and self._broke_off(waits=self._waits(step)):
            return replace(told, status="skipped", text=_BROKEN)
        while step.guards and isinstance(first := step.guards[0], If):
            if why := await self._keeps_from(first):
                return replace(told, status="skipped", text=why)
            step = replace(step, guards=step.guards[1:])
        if self._waits(step):
            self.waited = True
            owner.journal.add("started", {"run": self.run, "step": number, "waits": True})
            say = await self.way.wait(replace(checked, step=step), self.granted) if self.way.wait else ""
            return replace(told, step=step, status="waits", text=say)
        for guard in step.guards:
            if isinstance(guard, If) and (why := await self._keeps_from(guard)):
                return replace(told, status="skipped", text=why)
        if isinstance(step.act, Do):
            return await self._do(replace(told, step=step), step, step.act)
        if isinstance(step.act, Read) and self.way.other is None:
            return replace(told, readings=await readings(owner, step.act))
        text = await self.way.other(step.act) if self.way.other else ""
        return replace(told, text=text)

    def _forget_all_but(self, step: Step) -> None:
        asked = [guard.conditions for guard in step.guards if isinstance(guard, If)]
        self._decided = {conditions: held for conditions, held in self._decided.items() if conditions in asked}

    @staticmethod
    def _follows(step: Step) -> bool:
        """Whether a step hangs on the one before."""
        return any(isinstance(guard, After) and guard.then for guard in step.guards)

    def _broke_off(self, *, waits: bool) -> bool:
        """Whether the step before was not done; what comes later is kept where that is only not confirmed."""
        if self.last is None:
            return False
        return self.last.status in (("refused",) if waits else ("failed", "refused")) or self.last.text == _BROKEN

    def _waits(self, step: Step) -> bool:
        return any(
            isinstance(guard, WAITING) and not (isinstance(guard, After) and guard.seconds <= 0 and not self.waited)
            for guard in step.guards
        )

    async def _keeps_from(self, guard: If) -> str:
        """Say why a condition keeps a step back, or "".

        It is looked at once for steps in a row that it stands before: what the first of them does changes nothing
        for the others.
        """
        if guard.conditions not in self._decided:
            self._decided[guard.conditions] = await self.owner.holds(guard.conditions)
        holding = self._decided[guard.conditions]
        if holding is None:
            return "whether the condition holds is not known"
        if holding is guard.negated:
            return "the condition holds" if guard.negated else "the condition does not hold"
        return ""

    async def _do(self, told: StepReport, step: Step, act: Do) -> StepReport:
        home, state = self.owner.home, self.owner.state
        await self.owner.gate.refresh(_involved(home, act))
        made = prepare(act, home, state, step=told.number)
        undo = _undo(made, act, home, state)
        by_thing: dict[str, list[Command]] = {}
        for command in made.commands:
            by_thing.setdefault(command.thing, []).append(command)
        done = await asyncio.gather(*(self._in_order(commands, told.number) for commands in by_thing.values()))
        results = tuple(one for some in done for one in some if isinstance(one, Result))
        barred = (one for some in done for one in some if isinstance(one, Refusal))
        refused = (*told.refused, *made.refused, *made.unknown, *barred)
        happened = {result.command.thing for result in results if result.outcome in ("done", "unknown")}
        return replace(
            told,
            status=status_of(results, refused, tuple(made.same)),
            results=results,
            refused=refused,
            same=tuple(made.same),
            left_out=tuple(dict.fromkeys((*told.left_out, *made.left_out))),
            notes=tuple(made.notes),
            undo=tuple(command for command in undo if command.thing in happened),
        )

    async def _in_order(self, commands: Sequence[Command], number: int) -> list[Result | Refusal]:
        return [await self.owner.command(self.run, number, command, self.consent) for command in commands]


async def readings(owner: Executor, act: Read) -> tuple[Reading, ...]:
    """Read what things tell now, in the order of the target."""
    features = {id: readable(owner.home.by_id[id], act.role) for id in act.target.things if id in owner.home.by_id}
    there = {id: feature for id, feature in features.items() if feature is not None}
    await owner.gate.refresh(_reads(there.values()))
    told = []
    for id, feature in there.items():
        raw, value = feature.raw(owner.state), feature.value(owner.state)
        told.append(Reading(id, feature.role, value, feature.unit, raw))
    return tuple(told)


def _undo(made: Prepared, act: Do, home: Home, state: State) -> list[Command]:
    """What puts back what is now: the values that are known, else the opposite."""
    undo = VERBS[act.verb].undo if act.verb in VERBS else None
    found: list[Command] = []
    for command in made.commands:
        present = state.get(command.thing, command.name) if command.kind == "property" else UNKNOWN
        if present is not UNKNOWN:
            found.append(Command(command.thing, command.name, "property", present))
        elif undo is not None and act.value is None:
            opposite = replace(act, verb=undo, target=Target((command.thing,)))
            found += prepare(opposite, home, state, skip_same=False).commands
    return found


def _without(step: Step, barred: Mapping[str, Refusal]) -> Step:
    act = step.act
    assert isinstance(act, Do)
    rest = tuple(thing for thing in act.target.things if thing not in barred)
    return (
        step if rest == act.target.things else replace(step, act=replace(act, target=replace(act.target, things=rest)))
    )


def _involved(home: Home, act: Do) -> list[tuple[Thing, Affordance]]:
    things = [home.by_id[id] for id in act.target.things if id in home.by_id]
    return _reads(feature for thing in things if (feature := feature_of(act, thing)) is not None)


def _reads(features: Iterable[Feature]) -> list[tuple[Thing, Affordance]]:
    parts = [part for feature in features for part in (feature, *feature.parts)]
    return [(part.thing, one) for part in parts for one in (part.read, part.write) if one is not None and one.readable]
