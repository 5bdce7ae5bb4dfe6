"""The agent of one home: from a sentence to checked, scheduled, executed commands, and an answer of what was done."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from galiot.agent import answers, rules
from galiot.agent.answer import Answer
from galiot.agent.bindings.base import Binding
from galiot.agent.bindings.memory import Memory
from galiot.agent.checked import CheckedStep
from galiot.agent.command import Command
from galiot.agent.config import AgentConfig
from galiot.agent.executor import Executor
from galiot.agent.home import Home
from galiot.agent.journal import Journal
from galiot.agent.memory import corrections
from galiot.agent.memory.questions import Told, together
from galiot.agent.memory.store import Store
from galiot.agent.pending import May, Pending, Which
from galiot.agent.plan import Act, After, Ask, Comparison, Do, Find, For, Plan, Read, Refuse, Say, Step, Until
from galiot.agent.policy import Consent, Policy
from galiot.agent.policy_settings import read_policy
from galiot.agent.readable import holds
from galiot.agent.report import Report, StepReport
from galiot.agent.schedule.clock import Clock, SystemClock
from galiot.agent.schedule.conflicts import conflicts
from galiot.agent.schedule.device import DeviceScheduler
from galiot.agent.schedule.jobs import Job
from galiot.agent.schedule.lines import line_of
from galiot.agent.schedule.revise import revised, shared
from galiot.agent.schedule.timed import Happened, TimedPlans
from galiot.agent.schedule.waiting import Waiting, WaitingStore, new_id
from galiot.agent.services import Served, Services
from galiot.agent.telling import happened_words, outline, refused
from galiot.agent.text import render
from galiot.agent.turn import Way
from galiot.agent.validator import check
from galiot.agent.wishes import hear
from galiot.errors import RequestError
from galiot.model.library import home_dir
from galiot.runtime.peak import peak_bytes

if TYPE_CHECKING:
    from galiot.agent.planner import Planner
    from galiot.agent.thing import Thing

log = logging.getLogger(__name__)

_LIKELY, _SURE = 0.5, 0.9
"""Share of a question that a document has to bear to be quoted; and where a device may be meant as well."""
_AT_ONCE = 16
"""Devices that are read together while a question may still settle itself."""
_PLANNING_S = 1.0
"""What a sentence takes the model at most, for the order of work."""


class Agent:
    """One home and everything about it; made by `open`, used from one event loop.

    tell: hears what happens by itself, in sentences
    """

    def __init__(
        self, home: Home, binding: Binding, *, config: AgentConfig, clock: Clock, store: Store, journal: Journal
    ) -> None:
        self.home, self.config, self.clock, self.journal, self._store = home, config, clock, journal, store
        settings = read_policy(home.settings.policy) if home.settings else None
        names = {thing.id: (home.label(thing), *thing.aliases) for thing in home.things}
        policy = Policy(settings, clock=self._now, names=names)
        self.executor = Executor(home, binding, policy=policy, journal=journal)
        self.plans = TimedPlans(
            WaitingStore(store),
            clock,
            carry_out=self._carry_out_later,
            put_back=self._put_back,
            holds=lambda comparison: holds(comparison, home, self.executor.state),
            refresh=self._refresh,
            hear=self._told,
            shared=lambda what, one: shared(what, one, home),
        )
        self.services = Services(home, store, self.executor.gate, clock, cancel=self.plans.cancel)
        self.scheduler = DeviceScheduler()
        self.tell: Callable[[str], None] = lambda _: None
        self.staying = False
        self._planner: Planner | None = None
        self._last: _Done | None = None
        self._open: Pending | None = None
        self._folder: Path | None = None

    @classmethod
    async def open(cls, source: str, config: AgentConfig | None = None) -> Agent:
        """Find out what there is, and be ready for sentences.

        source: a home.toml, a file or folder of descriptions, mqtt://..., http://...
        raises: FileError, FormatError, ConfigError for the source; DeviceError when nothing answers at an address
        """
        from galiot.agent.bindings.pool import Bindings
        from galiot.agent.discover import open_home

        config = config or AgentConfig()
        home, credentials = await open_home(source)
        binding: Binding = Memory() if config.simulate else Bindings(credentials=credentials)
        zone = ZoneInfo(home.settings.timezone) if home.settings and home.settings.timezone else None
        folder = config.state or (None if config.simulate else home_dir() / "agent" / _key(source))
        store = Store(folder / "memory.db" if folder else ":memory:")
        journal = Journal(folder / "journal.jsonl" if folder else None)
        agent = cls(home, binding, config=config, clock=SystemClock(zone), store=store, journal=journal)
        agent._folder = folder
        agent.know(model=False)
        return agent

    def know(self, *, model: bool = True) -> None:
        """Read names and features of all things, so that the first sentence does not wait for it.

        model: also what only the model needs; else that waits for the first sentence that it reads
        """
        from galiot.agent.rules import index, templates

        index.index_of(self.home)
        self.home.once(templates.Lists)
        if model and self.config.model is not None:
            from galiot.agent import names, prompt, retrieve, validator

            names.names_of(self.home)
            retrieve.index_of(self.home)
            self.home.once(prompt.Listing)
            validator.named_in("", self.home)

    async def ask(self, sentence: str, *, yes: bool = False, pin: str | None = None, plan_only: bool = False) -> Answer:
        """Do what a sentence asks; nothing is sent with plan_only.

        yes: the user's confirmation of what needs it; pin: as it was typed
        raises: RequestError for an empty sentence or one that is too long
        """
        began = time.perf_counter()
        sentence = self._taken(sentence)
        consent = Consent(yes=yes, pin=pin)
        if (settled := self._settled(sentence)) is not None:
            plan, consent = settled[0], Consent(yes=yes or settled[1], pin=pin or settled[2])
        elif (changed := revised(sentence, self.waiting(), self.home, self._now(), self.clock.local)) is not None:
            plan = changed.plan
            if not plan_only:
                self.plans.take_back(changed.dropped)
        elif (meant := self._corrected(sentence)) is not None:
            plan = meant
            if not plan_only:
                await self._undo_last()
        else:
            plan = await self._cleared_up(await self._understood(sentence))
        await self.executor.refresh(_touched(plan))
        checked = check(plan, self.home, self.executor.state)
        planned = time.perf_counter() - began
        if plan_only:
            barred = await self.executor.judged(checked, consent)
            report = Report(checked.plan, (), (*checked.refused, *barred), checked.question)
            text = outline(report, self.home)
            return self._answer(report, text, began, planned, plan_only=True)
        run = _Run(self, plan)
        report = await self.executor.carry_out(checked, Way(consent, wait=run.wait, other=run.other))
        self.undo_later(report, run)
        self._remember(sentence, plan, report, run.id)
        text = " ".join(filter(None, [run.summed(report) or answers.answer(report, self.home), *run.notes()]))
        return self._answer(report, text, began, planned, facts=run.facts, waiting=run.waiting)

    def waiting(self) -> list[Waiting]:
        """Return what waits, in the order of the asking."""
        return self.plans.waiting()

    async def rehearse(self, sentence: str, seconds: float) -> list[dict[str, str]]:
        """Return what would be done within a time by what waits and a sentence, on a simulated clock and home."""
        from galiot.agent.rehearsal import rehearse

        return await rehearse(self, await self._understood(self._taken(sentence)), seconds)

    async def stay(self) -> None:
        """Observe the things, carry out what waits, tell timers; ends when it is cancelled.

        raises: RequestError when another process stays for this home already
        """
        from galiot.agent.stay import stay

        await stay(self, self._folder)

    def row(self, thing: Thing) -> dict[str, str]:
        """Return a row for a table of things."""
        features = self.home.features(thing)
        return {
            "thing": self.home.label(thing),
            "kind": self.home.kind(thing) or "",
            "area": thing.area or "",
            "can": ", ".join(role for role, feature in features.items() if feature.commandable),
            "tells": ", ".join(role for role, feature in features.items() if feature.read and not feature.commandable),
        }

    def journal_tail(self, count: int = 10) -> list[str]:
        """Return the last commands as lines."""
        done = [entry for entry in self.journal.entries(["started"]) if "command" in entry.body]
        told = ((self.clock.local(entry.at), entry.body["command"]) for entry in done[-count:])
        return [f"{at:%d %b %H:%M:%S} {command['thing']} {command['name']}" for at, command in told]

    async def close(self) -> None:
        """Give back connections, the model and the files."""
        await self.executor.close()
        if self._planner is not None:
            self._planner.close()
        self._store.close()

    def _now(self) -> datetime:
        return self.clock.local(self.clock.now())

    def _taken(self, sentence: str) -> str:
        text = " ".join(sentence.split())
        if not text:
            raise RequestError("nothing is said: say what you wish, such as turn on the kitchen light")
        if len(text) > self.config.longest:
            raise RequestError(
                f"the sentence has {len(text)} characters, at most {self.config.longest} are read: say it shorter"
            )
        return text

    async def _understood(self, sentence: str) -> Plan:
        """Return the plan of rules, else of the model, else one that refuses."""
        context = {"things": list(_touched(self._last.plan))} if self._last else None
        if self.config.rules:
            language = self.config.language
            plan = rules.read(sentence, self.home, language=language, now=self._now(), context=context)
            if (plan is None or _only_refuses(plan)) and self._is_documented(sentence):
                return Plan((Step(Find(sentence)),), "rules", sentence)
            if (plan is None or _refuses(plan) or _swallows(plan) or _parrots(plan)) and language in (None, "en"):
                told = rules.loosely(sentence, self.home, context) if plan is None else None
                if told is None and plan is None:
                    told = rules.pared(sentence, self.home, now=self._now(), context=context)
                if told is None and (plan is None or _only_refuses(plan)):
                    told = await self._wished(sentence)
                told = told or rules.beyond(sentence, self.home, now=self._now(), context=context)
                plan = told if plan is None or _parrots(plan) or (told and not _only_refuses(told)) else plan
            if plan is not None:
                return rules.summing(plan)
        if self.config.model is None:
            return Plan((Step(Refuse("unclear", sentence[:80])),), "rules", sentence)
        if self.config.rules:
            parts = rules.read_parts(sentence, self.home, now=self._now(), context=context)
            if parts is not None:
                open_ones = [step.act.what for step in parts.steps if isinstance(step.act, Refuse)]
                wished = {said: plan for said in open_ones if (plan := await self._wished(said)) is not None}
                return await asyncio.to_thread(self._filled, parts, wished)
        return rules.summing(_told_only(await asyncio.to_thread(self._planned, sentence)))

    def _is_documented(self, sentence: str) -> bool:
        """Whether a sentence asks for what stands in the user's documents."""
        if not rules.is_question(sentence) or rules.asks_of_state(sentence):
            return False
        return self.services.documents.knows(sentence, enough=_SURE if rules.asks_of_now(sentence) else _LIKELY)

    async def _wished(self, sentence: str) -> Plan | None:
        """Return what helps where a sentence tells of a need and names no command; as things are now."""
        wish = hear(sentence, self.home)
        if wish is None:
            return None
        await self.executor.refresh(wish.things)
        return wish.plan(self.executor.state)

    def _filled(self, parts: Plan, wished: Mapping[str, Plan]) -> Plan:
        """Let the model read the clauses that rules left open, under the guards that they found.

        What was to follow a clause that the model does not understand either is left out.
        """
        steps: list[Step] = []
        broken = False
        for step in parts.steps:
            if broken and any(isinstance(guard, After) and guard.then for guard in step.guards):
                continue
            broken = False
            if isinstance(step.act, Refuse) and step.act.reason == "unclear" and step.act.what:
                said = step.act.what
                told = rules.loosely(said, self.home) or rules.beyond(said, self.home)
                told = told or wished.get(said) or self._planned(said)
                found = told.steps
                broken = all(isinstance(one.act, Refuse | Ask) for one in found)
                steps += [replace(one, guards=(*step.guards, *one.guards)) for one in found]
            else:
                steps.append(step)
        return Plan(tuple(steps), "model", parts.request)

    async def _cleared_up(self, plan: Plan) -> Plan:
        """Return what is meant where the states leave one choice: "pause" is for the only thing that plays.

        The others have to be known to be as wished; what is not known leaves the question open.
        """
        asked = [step.act for step in plan.steps]
        if len(asked) != 1 or not isinstance(asked[0], Ask) or plan.source != "rules":
            return plan
        things = [
            thing for option in asked[0].options if (thing := self.home.by_id.get(option) or self.home.find(option))
        ]
        open_ones: list[Plan] = []
        barred: list[Plan] = []
        for number, thing in enumerate(things):
            if len(open_ones) > 1 or (open_ones and barred):
                return plan
            if number % _AT_ONCE == 0:
                await self.executor.refresh(one.id for one in things[number : number + _AT_ONCE])
            meant = self.read_without(plan.request, [other for other in things if other is not thing])
            checked = check(meant, self.home, self.executor.state) if meant else None
            if meant is None or checked is None or checked.question is not None:
                return plan
            if not checked.commands and {refusal.reason for refusal in checked.refused} == {"out of range"}:
                barred.append(meant)
            elif any(refusal.reason != "nothing to change" for refusal in checked.refused) or checked.commands:
                open_ones.append(meant)
        if barred and len(barred) == len(things):
            return barred[0]
        return open_ones[0] if len(open_ones) == 1 and not barred else plan

    def read_without(self, sentence: str, left_out: Sequence[Thing]) -> Plan | None:
        """Return what rules understand in a home without some things."""
        rest = [thing for thing in self.home.things if thing not in left_out]
        home = Home(rest, name=self.home.name, language=self.home.language, settings=self.home.settings)
        return rules.read(sentence, home, language=self.config.language, now=self._now())

    def _planned(self, sentence: str) -> Plan:
        job = Job(name=f"plan {new_id()}", seconds=_PLANNING_S, urgency="reactive")
        with self.scheduler.admitted(job):
            if self._planner is None:
                self._planner = self._load()
            waiting = [line_of(one, self.home, self.clock.local) for one in self.waiting() if not one.undo]
            self._draft = self._planner.draft(sentence, self.home, waiting, self._now())
            return self._draft.plan

    def _load(self) -> Planner:
        from galiot.agent.planner import Planner, shipped_adapter
        from galiot.model.adapter import read_adapter
        from galiot.model.model import open_model
        from galiot.runtime.config import RuntimeConfig

        model = open_model(str(self.config.model))
        adapter = read_adapter(self.config.adapter, model) if self.config.adapter else shipped_adapter(model)
        if adapter is None:
            log.warning("%s has no adapter for planning; its plans will be poor", model.name)
        return Planner(model, adapter=adapter, config=RuntimeConfig(context=1024, threads=self.config.threads))

    def _settled(self, sentence: str) -> tuple[Plan, bool, str | None] | None:
        """Return the plan that an answer to an open question leads to, and what it consents to."""
        pending, self._open = self._open, None
        return pending.settle(sentence, self) if pending else None

    def _corrected(self, sentence: str) -> Plan | None:
        if self._last is None:
            return None
        before = self._last.plan
        meant = corrections.corrected(sentence, before, self.home)
        if meant is not None and self._folder is not None:
            from galiot.agent.prompt import compose

            prompt = compose(before.request, self.home)
            corrections.keep(
                self._folder / "corrections.jsonl", prompt.prefix + prompt.question, render(meant, self.home)
            )
        return meant

    async def _undo_last(self) -> None:
        assert self._last is not None
        self.plans.drop(self._last.run)
        undo = [command for step in self._last.report.steps for command in step.undo]
        if undo:
            await self.executor.run(undo, consents=self._last.report.consents, request="correction")

    def _remember(self, sentence: str, plan: Plan, report: Report, run: str) -> None:
        if report.question is not None and report.question.options:
            self._open = Which(plan.request or sentence, report.question.options)
        elif barred := [refusal for refusal in report.refused if refusal.needs]:
            self._open = May(plan, tuple((one.step or 0, one.thing or "") for one in barred), barred[0].needs)
        if any(isinstance(step.act, Do) for step in plan.steps):
            self._last = _Done(plan, report, run)

    def undo_later(self, report: Report, run: _Run) -> None:
        """Store what puts back what was done for a while."""
        for step in report.steps:
            guards = [guard for guard in step.step.guards if isinstance(guard, For | Until)]
            if guards and step.undo and step.status != "waits":
                one = Waiting(id=new_id(), made=self.clock.now(), request=run.plan.request, plan=run.id)
                self.plans.put_back_later(replace(one, consents=tuple(report.consents)), guards, step.undo)
                run.waiting.append(render(Plan((step.step,)), self.home))

    async def _refresh(self, conditions: Sequence[Comparison]) -> None:
        await self.executor.refresh({part.thing for condition in conditions for part in condition.operands})

    async def _carry_out_later(self, step: Step, waiting: Waiting) -> tuple[StepReport, Sequence[Command]]:
        served: list[Served] = []

        async def other(act: Act) -> str:
            served.append(await self.services.serve(act))
            return served[-1].text

        found = await self.executor.act(step, request=waiting.request, consents=waiting.consents, other=other)
        return found, found.undo

    async def _put_back(self, commands: Sequence[Command], waiting: Waiting) -> Any:
        return await self.executor.run(commands, consents=waiting.consents, request=waiting.request)

    def _told(self, happened: Happened) -> None:
        self.tell(happened_words(happened, self.home))

    def _answer(
        self,
        report: Report,
        text: str,
        began: float,
        planned: float,
        *,
        facts: Sequence[Any] = (),
        waiting: Sequence[str] = (),
        plan_only: bool = False,
    ) -> Answer:
        draft = getattr(self, "_draft", None) if report.plan.source == "model" else None
        commands = [{**vars(result.command), "outcome": result.outcome, "why": result.why} for result in report.results]
        for command in commands:
            del command["kind"]
        question, options = (report.question.text, report.question.options) if report.question else (None, ())
        if question is None and isinstance(self._open, May):
            question, options = f"{text.rstrip('.')}. Shall I?", ("yes", "no")
        spent = {"seconds": time.perf_counter() - began, "plan_seconds": planned, "peak_bytes": peak_bytes()}
        spent |= {"tokens": draft.tokens if draft else 0, "prompt_tokens": draft.prompt_tokens if draft else 0}
        return Answer(
            text=text,
            plan=report.plan,
            plan_text=render(report.plan, self.home),
            source=report.plan.source,
            commands=tuple(commands),
            refused=tuple(refused(one) for one in report.refused),
            question=question,
            options=tuple(options),
            facts=tuple(facts),
            waiting=tuple(waiting),
            spent=spent,
            plan_only=plan_only,
        )


def _only_refuses(plan: Plan) -> bool:
    return all(isinstance(step.act, Refuse) for step in plan.steps)


def _refuses(plan: Plan) -> bool:
    return any(isinstance(step.act, Refuse) and step.act.reason == "absent device" for step in plan.steps)


def _swallows(plan: Plan) -> bool:
    """Whether what is to be played may be more than that."""
    acts = [step.act for step in plan.steps]
    return any(isinstance(act, Do) and act.verb == "play" and " and " in str(act.value) for act in acts)


def _parrots(plan: Plan) -> bool:
    """Whether a question would only be said back: "remind me what the capital of Peru is"."""
    return all(isinstance(step.act, Say) and step.act.text and not step.guards for step in plan.steps) and bool(
        re.match(
            r"\s*(?:please )?remind (?:me|us) (?:how|what|who|why|where|when|which)\b", plan.request, re.IGNORECASE
        )
    )


def _told_only(plan: Plan) -> Plan:
    """Return a plan of the model, or a refusal where it would do something for a sentence that only asks."""
    if rules.only_asks(plan.request) and any(isinstance(step.act, Do) for step in plan.steps):
        return replace(plan, steps=(Step(Refuse("unclear", plan.request[:80])),))
    return plan


@dataclass(frozen=True)
class _Done:
    """The last request that changed something, for the next sentence; run: of what it left waiting."""

    plan: Plan
    report: Report
    run: str


class _Run:
    """One plan on its way: what it stored and what was answered."""

    def __init__(self, agent: Agent, plan: Plan) -> None:
        self.agent, self.plan, self.id = agent, plan, new_id()
        self.facts: list[Any] = []
        self.told: list[Told] = []
        self.waiting: list[str] = []
        self._before: str | None = None

    async def wait(self, checked: CheckedStep, consents: frozenset[str]) -> str:
        """Store a step that waits; return what to say about it."""
        agent = self.agent
        self._before, happened = await agent.plans.add(
            checked.step,
            plan=self.id,
            before=self._before,
            request=self.plan.request,
            source=self.plan.source,
            consents=consents,
        )
        if happened:
            return " ".join(happened_words(one, agent.home) for one in happened)
        self.waiting.append(render(Plan((checked.step,)), agent.home))
        return ""

    async def other(self, act: Act) -> str:
        """Do an act that is about no device; return what to say."""
        served = await self.agent.services.serve(act)
        self.facts += served.facts
        self.told += [served.told] if served.told else []
        return served.text

    def summed(self, report: Report) -> str | None:
        """Return one answer for a question that was read in several parts, None where there is no such thing."""
        reads = [step.act for step in self.plan.steps if isinstance(step.act, Read)]
        asked = {read.asks for read in reads}
        if len(asked) != 1 or not 1 < len(reads) == len(self.plan.steps) == len(self.told) or report.refused:
            return None
        return together(self.told, asked.pop())

    def notes(self) -> list[str]:
        """What the user has to know about what was stored."""
        if not self.waiting:
            return []
        notes = [f"Mind that {line}." for line in conflicts(self.agent.waiting())]
        if not self.agent.staying:
            notes.append(
                "This waits for the process that stays: run galiot agent with the same --things and no sentence."
            )
        return notes


def _touched(plan: Plan) -> Iterable[str]:
    """Return the things that a plan is about, once."""
    targets = [getattr(step.act, "target", None) for step in plan.steps]
    return dict.fromkeys(thing for target in targets if target is not None for thing in target.things)


def _key(source: str) -> str:
    """Return a folder's name for a home, the same from wherever it is called."""
    where = source if "://" in source else str(Path(source).resolve())
    words = re.sub(r"[^a-z0-9]+", "-", where.lower()).strip("-")[-40:]
    return f"{words}-{hashlib.sha256(where.encode()).hexdigest()[:8]}"
