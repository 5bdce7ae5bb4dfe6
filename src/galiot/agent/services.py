"""What the agent does without a device: timers, lists, documents, questions about readings, plans that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from galiot.agent.command import UNKNOWN
from galiot.agent.features import Feature
from galiot.agent.gate import Gate
from galiot.agent.home import Home
from galiot.agent.memory.documents import Documents
from galiot.agent.memory.history import History
from galiot.agent.memory.lists import Lists, Timers
from galiot.agent.memory.questions import Fact, Told, answer, length
from galiot.agent.memory.store import Store
from galiot.agent.plan import Act, Cancel, Find, Item, Read, Say, Timer
from galiot.agent.schedule.clock import Clock
from galiot.agent.schedule.waiting import Waiting
from galiot.errors import RequestError

_QUOTED = 400
"""Characters of a passage that an answer repeats."""


@dataclass(frozen=True)
class Served:
    """What came of an act: what to say, and the facts that it rests on."""

    text: str
    facts: tuple[Fact, ...] = ()
    sources: tuple[str, ...] = field(default=())
    told: Told | None = None


class Services:
    """The acts that change nothing at a device.

    cancel: drops plans that wait, by the user's words, and returns them
    """

    def __init__(
        self, home: Home, store: Store, gate: Gate, clock: Clock, *, cancel: Callable[[str], list[Waiting]]
    ) -> None:
        self.home, self.clock, self.gate = home, clock, gate
        self.history, self.documents = History(store), Documents(store)
        self.lists, self.timers, self._cancel = Lists(store), Timers(store), cancel

    async def serve(self, act: Act) -> Served:
        """Do one act and say what came of it; what cannot be done is said, too."""
        try:
            match act:
                case Read():
                    return await self._read(act)
                case Find(query):
                    return self._find(query)
                case Timer():
                    return Served(self._timer(act))
                case Item():
                    return Served(self._item(act))
                case Cancel(what):
                    return Served(self._drop(what))
                case Say(text):
                    return Served(text)
        except RequestError as error:
            return Served(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        raise AssertionError(act)

    def keep(self, thing: str, name: str, value: Any) -> None:
        """Remember what a device reported."""
        self.history.add([(self.clock.now(), thing, name, value)])

    async def _read(self, read: Read) -> Served:
        now = self.clock.local(self.clock.now())
        raw: dict[str, Any] = {}
        if read.how == "now" and not read.span:
            wanted = [found for id in read.target.things if (found := self._readable(id, read.role))]
            values = await asyncio.gather(*(self.gate.read(one.thing, one.read) for one in wanted if one.read))
            raw = {one.thing.id: one.raw(self.gate.seen) for one, _ in zip(wanted, values, strict=True)}
        told = await asyncio.to_thread(
            answer, read, self.home, self.history, now, lambda feature: raw.get(feature.thing.id, UNKNOWN)
        )
        return Served(told.text, told.facts, told=told)

    def _readable(self, thing: str, role: str) -> Feature | None:
        from galiot.agent.readable import readable

        found = readable(self.home.by_id[thing], role)
        return found if found and found.read else None

    def _find(self, query: str) -> Served:
        if (best := self.documents.answer(query)) is None:
            return Served("I find nothing about that in your documents.")
        text = best.text if len(best.text) <= _QUOTED else best.text[:_QUOTED].rsplit(" ", 1)[0] + " ..."
        return Served(f'{best.source} says: "{text}"', sources=(best.source,))

    def _timer(self, act: Timer) -> str:
        now, timers = self.clock.now(), self.timers
        match act.do:
            case "start":
                timers.start(act.seconds, name=act.name, now=now)
                return f"The {_called(act.name)} runs for {length(act.seconds)}."
            case "cancel":
                return " ".join(f"The {_called(gone.name)} is cancelled." for gone in timers.cancel(act.name))
            case "pause":
                held = timers.pause(act.name, now=now)
                return f"The {_called(held.name)} is paused with {length(held.remaining(now))} to go."
            case "resume":
                on = timers.resume(act.name, now=now)
                return f"The {_called(on.name)} runs on, {length(on.remaining(now))} to go."
            case "add" | "remove":
                seconds = act.seconds if act.do == "add" else -act.seconds
                changed = timers.change(seconds, name=act.name, now=now)
                return f"The {_called(changed.name)} has {length(changed.remaining(now))} to go."
            case "status":
                named = [timers.named(act.name)] if act.name else timers.all()
                said = [f"The {_called(one.name)} has {length(one.remaining(now))} to go." for one in named]
                return " ".join(said) or "No timer is running."
        raise RequestError(f"a timer cannot {act.do[:20]}")

    def _item(self, act: Item) -> str:
        lists, what, now = self.lists, act.item.strip(), self.clock.now()
        match act.do:
            case "add" if what:
                added = lists.add(what, to=act.list, now=now)
                return f"{_capital(what)} is {'now' if added else 'already'} on the {act.list} list."
            case "remove":
                gone = lists.remove(what, of=act.list)
                return f"{_capital(what)} {'is taken off' if gone else 'is not on'} the {act.list} list."
            case "complete":
                done = lists.complete(what, of=act.list, now=now)
                return f"{_capital(what)} {'is done' if done else 'is not'} on the {act.list} list."
            case "show":
                items = lists.show(act.list)
                return f"On the {act.list} list: {', '.join(items)}." if items else f"The {act.list} list is empty."
        raise RequestError(f"a list cannot {act.do[:20]} {what[:40]}".strip())

    def _drop(self, what: str) -> str:
        gone = self._cancel(what)
        if not gone:
            return "Nothing is waiting." if not what else f"Nothing that waits is about {what}."
        said = dict.fromkeys(one.request for one in gone)
        return "I no longer wait to: " + "; ".join(said) + "."


def _called(name: str) -> str:
    return f"{name} timer" if name else "timer"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
