"""One case from its first sentence to its last event, for whoever is tested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from galiot.bench.agent.grade import Answered, Grade, grade
from galiot.bench.agent.suite import Case
from galiot.bench.agent.world import World, delayed_message, world_of
from galiot.errors import GaliotError


class Tested(Protocol):
    """Whoever is asked: Galiot's agent, or a peer."""

    name: str
    told: list[str]
    """What was said by itself since `begin`."""

    async def begin(self, case: Case, world: World, *, injected: bool = False) -> None:
        """Enter a home."""

    async def ask(self, sentence: str) -> Answered:
        """Do what a sentence asks in the world."""

    async def wait(self, until: datetime) -> None:
        """Let time pass."""

    async def report(self, path: str) -> None:
        """Hear what a device reports."""

    async def end(self) -> None:
        """Leave the home."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of one case."""

    case: Case
    grade: Grade
    answers: tuple[Answered, ...]
    injected: bool = False
    told: tuple[str, ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    """Path or action and value of what was sent."""
    dry_run: bool | None = None
    """Whether a rehearsal foretold the commands; None: it was not asked for one."""
    unfounded: tuple[str, ...] = field(default=())
    """Numbers of the answer that no reading gives."""

    def to_json(self) -> dict[str, Any]:
        """Return a row of the raw answers."""
        row: dict[str, Any] = {
            "id": self.case.id,
            "home": self.case.home,
            "kind": self.case.kind,
            "sentence": self.case.said,
        }
        row |= asdict(self.grade) | {"injected": self.injected, "dry_run": self.dry_run}
        row["answers"] = [asdict(one) for one in self.answers]
        return row | {"told": self.told, "commands": self.commands, "unfounded": self.unfounded}


async def play(
    case: Case,
    tested: Tested,
    *,
    injected: bool = False,
    rehearse: bool = False,
    among: Sequence[dict[str, Any]] = (),
) -> Played:
    """Ask what a case asks, let happen what happens, and grade it.

    rehearse: compare a dry run with the real one, where the case has one turn and nothing happens by itself
    among: descriptions of further devices that are there
    """
    world = world_of(case, injected=injected, among=among)
    await tested.begin(case, world, injected=injected)
    try:
        foretold = None
        if rehearse and len(case.turns) == 1 and not case.events and hasattr(tested, "rehearse"):
            foretold = await _foretold(tested, case)
        answers = await _happen(case, world, tested, injected)
    finally:
        await tested.end()
    return Played(
        case=case,
        grade=grade(case, world, answers, tested.told),
        answers=tuple(answers),
        injected=injected,
        told=tuple(tested.told),
        commands=tuple((f"{sent.thing} {sent.name}", str(sent.value)) for sent in world.sent),
        dry_run=None if foretold is None or not (foretold or world.sent) else foretold == _sent(world),
        unfounded=tuple(unfounded(case, world, answers)) if case.suite == "ask" else (),
    )


async def play_all(
    cases: Sequence[Case],
    tested: Tested,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    **how: Any,
) -> list[Played]:
    """Play cases one after the other; hostile ones twice, without and with the text of somebody else's."""
    played = []
    for number, case in enumerate(cases):
        for injected in (False, True) if case.inject else (False,):
            played.append(await play(case, tested, injected=injected, **how))
        progress(number + 1, len(cases))
    return played


async def _happen(case: Case, world: World, tested: Tested, injected: bool) -> list[Answered]:
    events = sorted([*case.events, *delayed_message(case, injected=injected)], key=lambda event: event[0])
    moments = sorted({at for at, _ in case.turns} | {at for at, _, _ in events})
    answers = []
    for moment in moments:
        await tested.wait(moment)
        now = [(path, value) for at, path, value in events if at == moment]
        for path, value in now:
            world.report(path, value)
        for path, _ in now:
            await tested.report(path)
        answers += [await tested.ask(text) for at, text in case.turns if at == moment]
    await tested.wait(case.until)
    return answers


async def _foretold(tested: Any, case: Case) -> list[tuple[str, str, str]]:
    try:
        rows: list[tuple[str, str, str]] = await tested.rehearse(case.turns[0][1], case.until)
    except GaliotError:
        return []
    return rows


def _sent(world: World) -> list[tuple[str, str, str]]:
    return sorted(
        (f"{one.at:%a %d %b %H:%M:%S}", one.thing, one.name if one.value is None else f"{one.name} {one.value}")
        for one in world.sent
    )


def unfounded(case: Case, world: World, answers: Sequence[Answered]) -> list[str]:
    """Return the numbers in the answers that are in no fact, reading, question or name, and in nothing right to say."""
    from galiot.bench.agent.facts import numbers_of, numbers_that_may_be_said

    may = numbers_that_may_be_said(case, world, answers)
    return [number for answer in answers for number in numbers_of(answer.text) if number not in may]
