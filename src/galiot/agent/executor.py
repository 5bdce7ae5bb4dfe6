"""Plans carried out: screened whole before anything runs, each command under a permit, written down first."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from galiot.agent.bindings.base import Binding, Limits
from galiot.agent.checked import Checked, CheckedStep, Refusal
from galiot.agent.command import UNKNOWN, Command, NoState, Result
from galiot.agent.encoding import to_json
from galiot.agent.features import VERBS, Feature, features_of
from galiot.agent.gate import Gate, Seen
from galiot.agent.home import Home
from galiot.agent.journal import Journal
from galiot.agent.plan import Comparison, Do, For, Plan, Step, Until
from galiot.agent.policy import Consent, Judgement, Permit, Policy
from galiot.agent.prepare import prepare
from galiot.agent.provenance import Provenance
from galiot.agent.readable import holds, readable
from galiot.agent.report import Report, StepReport
from galiot.agent.risk import feature_behind
from galiot.agent.settle import conclude, settled, witness_of
from galiot.agent.thing import Affordance, Thing
from galiot.agent.turn import Other, Turn, Way

_NO_STATE = NoState()


class Executor:
    """Owns the devices of a home: whatever is to be done to them comes through here.

    policy, journal: of this home; a journal without a file where none is given
    limits: how long a device is waited for until its state shows what was commanded
    """

    def __init__(
        self,
        home: Home,
        bindings: Binding,
        *,
        policy: Policy | None = None,
        journal: Journal | None = None,
        limits: Limits | None = None,
        read_timeout_s: float = 2.0,
    ) -> None:
        """Open nothing yet."""
        self.home, self.limits = home, limits or Limits()
        self.policy, self.journal = policy or Policy(), journal or Journal()
        self.gate = Gate(home, bindings, self.policy, read_timeout_s=read_timeout_s)
        self.provenance = Provenance(home)

    @property
    def state(self) -> Seen:
        """What devices reported last."""
        return self.gate.seen

    async def carry_out(self, checked: Checked, way: Way | None = None) -> Report:
        """Do what can be done of a plan now, hand on what waits, and tell what became of each step.

        Nothing is done before all of the plan, with what waits and what is put back afterwards, was judged.
        raises: FileError when the journal cannot be written; then nothing more is done
        """
        run, way = secrets.token_hex(6), way or Way()
        self._tell_plan(run, checked)
        if checked.question is not None:
            self._close(run)
            return Report(checked.plan, (), checked.refused, checked.question, run=run)
        consent, granted, barred = await self._screen(checked, way)
        turn = Turn(self, run, way, replace(consent, given=consent.given | granted), granted)
        steps = [await turn.step(step, barred.get(step.number, {})) for step in checked.steps]
        refused = (*checked.refused, *(refusal for step in steps for refusal in step.refused))
        self._tell_refused(run, refused)
        self._close(run)
        return Report(checked.plan, tuple(steps), refused, None, granted, run)

    async def judged(self, checked: Checked, consent: Consent | None = None) -> tuple[Refusal, ...]:
        """Return what the policy would hold back of a plan, without doing anything."""
        _, _, barred = await self._screen(checked, Way(consent or Consent()))
        return tuple(refusal for some in barred.values() for refusal in some.values())

    async def act(
        self, step: Step, *, request: str = "", consents: Iterable[str] = (), other: Other | None = None
    ) -> StepReport:
        """Do one step whose time has come; it is judged anew, with the consents that came with it."""
        plan = Plan((step,), "api", request)
        checked = Checked(plan, (CheckedStep(step, 0),))
        way = Way(Consent(given=frozenset(consents)), other=other)
        return (await self.carry_out(checked, way)).steps[0]

    async def run(
        self, commands: Sequence[Command], *, consents: Iterable[str] = (), request: str = ""
    ) -> tuple[Result, ...]:
        """Do commands in order, such as those that put back what was; each under a permit of its own."""
        run, consent = secrets.token_hex(6), Consent(given=frozenset(consents))
        self.journal.add(
            "planned", {"run": run, "request": request, "commands": [vars(command) for command in commands]}
        )
        results = [await self.command(run, 0, command, consent) for command in commands]
        self._close(run)
        return tuple(_as_result(result, command) for result, command in zip(results, commands, strict=True))

    async def holds(self, conditions: Iterable[Comparison]) -> bool | None:
        """Whether all conditions hold, by asking the devices; None where one is not known and none fails."""
        conditions = tuple(conditions)
        await self.gate.refresh(_asked(self.home, conditions))
        found = [holds(condition, self.home, self.state) for condition in conditions]
        return False if False in found else None if None in found else True

    async def refresh(self, things: Iterable[str]) -> None:
        """Ask things for all that they tell."""
        there = [self.home.by_id[id] for id in things if id in self.home.by_id]
        await self.gate.refresh((thing, one) for thing in there for one in thing.properties.values() if one.readable)

    async def command(self, run: str, step: int, command: Command, consent: Consent) -> Result | Refusal:
        """Do one command: permit, journal, device, state read back, journal."""
        thing = self.home.by_id.get(command.thing)
        if thing is None or command.name not in (thing.properties if command.kind == "property" else thing.actions):
            return Refusal("absent device", command.thing[:80], "there is no such device", step, command.thing)
        permit = self.policy.permit(thing, command, consent)
        if isinstance(permit, Judgement):
            return self.refusal(permit, step)
        id = f"{run}-{permit.number[:6]}"
        told = {"run": run, "step": step, "id": id, "command": vars(command), "redo": _redoable(thing, command)}
        self.journal.add("permitted", {"run": run, "id": id, "risk": permit.effect.risk, "effect": permit.effect.verb})
        feature = feature_behind(thing, command)
        witness = witness_of(thing, command, permit.effect, feature)
        before = self.state.get(thing.id, witness.affordance.name) if witness else UNKNOWN
        self.journal.add("started", told)
        result = await self._send(permit, thing, command, feature, before)
        self._note(thing, command, result)
        after = {} if result.read_back is UNKNOWN else {"read_back": result.read_back}
        self.journal.add("done", {"run": run, "id": id, "outcome": result.outcome, "why": result.why, **after})
        return result

    def refusal(self, judgement: Judgement, step: int | None = None) -> Refusal:
        """Say why the policy does not let a command through."""
        label = self.home.label(self.home.by_id[judgement.command.thing])
        effect = judgement.effect
        needs = {"confirm": "it needs your confirmation", "pin": "it needs the PIN"}.get(
            judgement.needs, "it is not allowed"
        )
        why = f"{needs}: {judgement.why}" if judgement.why else needs
        return Refusal("not permitted", f"{effect.verb} {label}", why, step, effect.thing, judgement.needs)

    async def close(self) -> None:
        """Give all connections back."""
        await self.gate.close()

    async def _send(
        self, permit: Permit, thing: Thing, command: Command, feature: Feature | None, before: Any
    ) -> Result:
        reply = await self.gate.send(permit, command)
        witness = witness_of(thing, command, permit.effect, feature)
        if reply.outcome in ("refused", "unreachable"):
            return Result(command, reply.outcome, reply.why, reply.value if command.kind == "property" else UNKNOWN)
        if witness is None:
            return Result(command, reply.outcome, reply.why)
        if command.kind == "property" and reply.value is not UNKNOWN and witness.affordance.name == command.name:
            self.state.put(thing.id, command.name, reply.value)
            if reply.outcome == "done" and witness.wanted(reply.value):
                return Result(command, "done", "", reply.value)
        limits = self.limits if reply.outcome == "done" else replace(self.limits, confirm_s=0.0)
        seen, raw = await settled(lambda: self.gate.read(thing, witness.affordance), witness, before, limits)
        return conclude(command, reply, seen, raw, witness)

    def _note(self, thing: Thing, command: Command, result: Result) -> None:
        """After an action nobody knows what a property that was not read again shows."""
        for feature in features_of(thing).values():
            acts = command.kind == "action" and any(one.name == command.name for one in feature.actions.values())
            if acts and feature.read is not None and result.read_back is UNKNOWN:
                self.state.put(thing.id, feature.read.name, UNKNOWN)

    async def _screen(
        self, checked: Checked, way: Way
    ) -> tuple[Consent, frozenset[str], dict[int, dict[str, Refusal]]]:
        """Judge every command that the plan may come to; ask for what needs it.

        returns: the consent, the keys of effects that it let through, and step -> thing -> why not
        """
        judged: list[tuple[int, Judgement]] = []
        barred: dict[int, dict[str, Refusal]] = {}
        consent = way.consent
        for step in checked.steps:
            for command in self._may_come(step):
                thing = self.home.by_id[command.thing]
                if refusal := self._untraceable(checked.plan, step, command, way.texts):
                    barred.setdefault(step.number, {})[thing.id] = refusal
                else:
                    judged.append((step.number, self.policy.judge(thing, command, consent)))
        open_ones = [one for _, one in judged if one.needs]
        if open_ones and way.confirm is not None:
            more = await way.confirm(_once(open_ones))
            consent = Consent(consent.yes or more.yes, more.pin or consent.pin, consent.given | more.given)
        granted: set[str] = set()
        for number, first in judged:
            now = self.policy.judge(self.home.by_id[first.command.thing], first.command, consent)
            free = self.policy.judge(self.home.by_id[first.command.thing], first.command)
            if not now.allowed:
                barred.setdefault(number, {})[first.command.thing] = self.refusal(now, number)
            elif not free.allowed:
                granted.add(now.effect.key)
        return consent, frozenset(granted), barred

    def _may_come(self, step: CheckedStep) -> list[Command]:
        """All commands that a step may come to, whatever its guards say then, and those that undo it."""
        act = step.step.act
        if not isinstance(act, Do):
            return []
        made = [*step.commands, *prepare(act, self.home, _NO_STATE, skip_same=False).commands]
        if any(isinstance(guard, For | Until) for guard in step.step.guards):
            made += self._opposite(act)
        return _unique(made)

    def _opposite(self, act: Do) -> list[Command]:
        undo = VERBS[act.verb].undo if act.verb in VERBS else None
        if undo is None:
            return []
        return prepare(replace(act, verb=undo), self.home, _NO_STATE, skip_same=False).commands

    def _untraceable(self, plan: Plan, step: CheckedStep, command: Command, texts: Sequence[str]) -> Refusal | None:
        act = step.step.act
        if plan.source != "model" or not isinstance(act, Do):
            return None
        why = self.provenance.doubt(act, command, plan.request, texts)
        label = self.home.label(self.home.by_id[command.thing])
        return Refusal("untraceable", f"{act.verb} {label}", why, step.number, command.thing) if why else None

    def _tell_plan(self, run: str, checked: Checked) -> None:
        plan = checked.plan
        self.journal.add("asked", {"run": run, "request": plan.request[:4000], "source": plan.source})
        self.journal.add("planned", {"run": run, "request": plan.request[:4000], "steps": to_json(plan.steps)})
        steps = [{"step": step.number, "commands": [vars(one) for one in step.commands]} for step in checked.steps]
        self.journal.add(
            "checked", {"run": run, "steps": steps, "question": checked.question and checked.question.text}
        )

    def _tell_refused(self, run: str, refused: Sequence[Refusal]) -> None:
        for refusal in refused:
            self.journal.add("refused", {"run": run, **vars(refusal)})

    def _close(self, run: str) -> None:
        self.journal.add("done", {"run": run, "all": True})


def _unique(commands: Iterable[Command]) -> list[Command]:
    once = {(command.thing, command.name, command.kind, repr(command.input)): command for command in commands}
    return list(once.values())


def _once(judged: Iterable[Judgement]) -> list[Judgement]:
    return list({judgement.effect.key: judgement for judgement in judged}.values())


def _as_result(found: Result | Refusal, command: Command) -> Result:
    return found if isinstance(found, Result) else Result(command, "refused", found.why)


def _redoable(thing: Thing, command: Command) -> bool:
    """Whether doing it twice is doing it once."""
    return command.kind == "property" or thing.actions[command.name].idempotent


def _asked(home: Home, conditions: Iterable[Comparison]) -> list[tuple[Thing, Affordance]]:
    found = []
    for operand in (operand for condition in conditions for operand in condition.operands):
        thing = home.by_id.get(operand.thing)
        feature = readable(thing, operand.role) if thing else None
        for one in (feature, *feature.parts) if feature else ():
            if one.read is not None:
                found.append((one.thing, one.read))
    return found
