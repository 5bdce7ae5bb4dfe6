"""The suites that are made when they are run: plain sentences of templates, the public small homes, and large homes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from galiot.agent import rules
from galiot.agent.command import Command
from galiot.agent.home import Home
from galiot.agent.plan import Do, Plan, Step, Target
from galiot.agent.things.load import join
from galiot.agent.things.td import read_thing
from galiot.bench.agent import homes, plain
from galiot.bench.agent.grade import Answered, Grade
from galiot.bench.agent.ours import Ours
from galiot.bench.agent.peer import ToolCaller
from galiot.bench.agent.play import Played, Tested, play
from galiot.bench.agent.suite import NOON, Case, frozen, load_suite
from galiot.bench.agent.tools import Tools
from galiot.bench.agent.world import World

SIZES = (20, 200, 1000)
_SCALED = ("loft", "studio", "cottage", "bungalow")
_MANY = ("all ", "every", "both", "everything", "lights", "house", "anybody")


async def play_plain(tested: Tested, *, seed: int = 0, per_block: int = 4, limit: int = 0) -> list[Played]:
    """Ask sentences of the templates and compare plans; a peer that calls tools is asked for devices alone."""
    home = join([read_thing(description) for description in plain.DESCRIPTIONS])
    world = World(copy.deepcopy(plain.DESCRIPTIONS), {})
    peer = isinstance(tested, ToolCaller)
    cases = [one for one in plain.cases(seed=seed, per_block=per_block) if not (peer and (one.other or one.context))]
    cases = cases[:: max(1, len(cases) // limit)] if limit else cases
    played = []
    for number, one in enumerate(cases):
        case = _case("plain", f"plain-{number + 1:04}", "plain", one.intent, one.sentence)
        await tested.begin(case, world)
        if isinstance(tested, ToolCaller):
            told = tested.call(one.sentence)
            plan: Plan | None = _plan_of(tested, told)
            answer = Answered(source="model", seconds=told["seconds"], plan=json.dumps(told["calls"]), spent=told)
        else:
            assert isinstance(tested, Ours)
            plan, answer = await _planned(tested, one, home)
        await tested.end()
        wrong = plain.check(one, plan)
        grade = Grade(right=not wrong, done=not wrong, why=wrong)
        played.append(Played(case=case, grade=grade, answers=(answer,)))
    return played


async def play_homes(tested: Tested, folder: Path, *, limit: int = 0) -> list[Played]:
    """Ask the requests of the public small homes, home by home; `kind` is the action.

    Whoever asks back where a request fits several devices is told which one it was written for, once.
    """
    every = [(small, request) for small in homes.load(folder) for request in small.requests]
    every = every[:: max(1, len(every) // limit)] if limit else every
    return [await _play_home(tested, small, one, number + 1) for number, (small, one) in enumerate(every)]


async def played_home(tested: Tested, small: homes.SmallHome) -> list[Played]:
    """Ask all requests of one small home."""
    return [await _play_home(tested, small, one, number + 1) for number, one in enumerate(small.requests)]


async def _play_home(tested: Tested, small: homes.SmallHome, request: homes.Request, number: int) -> Played:
    case = _case("homes", f"homes-{number:04}", small.name, request.action, request.sentence)
    start = homes.Simulated(small, request)
    devices: dict[str, Any] = {description["id"]: {"state": {}} for description in small.descriptions}
    for (thing, name), value in start.values.items():
        if value is not None:
            devices[thing]["state"][name] = value
    world = World(small.descriptions, devices)
    await tested.begin(case, world)
    answers = [await tested.ask(request.sentence)]
    asked = bool(answers[0].question)
    if asked and request.underspecified and not world.sent:
        answers.append(await tested.ask(small.reply(request)))
    await tested.end()
    right = homes.judge(small, request, [_command(sent.thing, sent.name, sent.value, world) for sent in world.sent])
    grade = Grade(right=right, done=right, asked=asked, why="" if right else "home")
    kind = f"{request.action}{' (underspecified)' if request.underspecified else ''}"
    case = _case("homes", case.id, f"{small.name}{'' if small.held_out else ' (dev)'}", kind, request.sentence)
    return Played(case=case, grade=grade, answers=tuple(answers))


async def play_scale(tested: Tested, size: int, *, limit: int = 0) -> list[Played]:
    """Ask requests about single devices in homes that were filled up with other devices."""
    cases = [case for case in load_suite("phrased") if case.home in _SCALED and _is_single(case)]
    cases = cases[:: max(1, len(cases) // limit)] if limit else cases
    return [await play(case, tested, among=strangers(case.home, size)) for case in cases]


def strangers(home: str, size: int) -> list[dict[str, Any]]:
    """Return devices of other people, so that there are `size` with those of the home; their names are unlike."""
    own = len(json.loads(frozen(f"homes/{home}.json")))
    found: list[dict[str, Any]] = []
    source = [json.loads(frozen(f"homes/{name}.json")) for name in ("townhouse", "farmhouse", "office")]
    for flat in _flats():
        for description in source[flat % len(source)]:
            if own + len(found) >= size:
                return found
            one = {key: value for key, value in copy.deepcopy(description).items() if key != "galiot:aliases"}
            one |= {"id": f"{one['id']}-{flat}", "title": f"Flat {flat} {one['title']}", "galiot:floor": f"Flat {flat}"}
            one["galiot:area"] = f"Flat {flat} {one.get('galiot:area', 'Hall')}"
            found.append(one)
    raise AssertionError(size)


def _flats() -> Iterator[int]:
    yield from range(100, 10_000)


def _is_single(case: Case) -> bool:
    several = any(len({path.rsplit(".", 1)[0] for path in state}) > 2 for state in case.ends)
    return bool(case.ends) and not several and not case.may_ask and not any(word in case.said.lower() for word in _MANY)


async def _planned(tested: Ours, one: plain.Case, home: Home) -> tuple[Plan | None, Answered]:
    """Return the plan, by rules with where the user is, as a room's own device tells it, else as the agent makes it."""
    if one.context and tested.config.rules:
        plan = rules.read(one.sentence, home, context=one.context)
        if plan is not None:
            return plan, Answered(source="rules")
    answer, plan = await tested.plan(one.sentence)
    return plan, answer


def _plan_of(tested: ToolCaller, told: Mapping[str, Any]) -> Plan | None:
    tools: Tools = tested.tools
    steps = [
        Step(Do(verb, Target(tuple(thing.id for thing in things)), role, value, unit))
        for call in tested.calls_of(told)
        for things, acts in [tools.meant(call["name"], call.get("arguments") or {})]
        for verb, role, value, unit in acts
        if verb != "turn on" or len(acts) == 1  # "on at 40 %" is one wish
    ]
    return Plan(tuple(steps), "model") if steps else None


def _case(suite: str, id: str, home: str, kind: str, sentence: str) -> Case:
    return Case(id=id, suite=suite, home=home, kind=kind, turns=((NOON, sentence),), until=NOON)


def _command(thing: str, name: str, value: Any, world: World) -> Command:
    described = next(one for one in world.descriptions if one["id"] == thing)
    return Command(thing, name, "property" if name in described.get("properties", {}) else "action", value)
