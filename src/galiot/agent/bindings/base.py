"""One narrow interface to devices of every protocol: read, write, invoke, observe; one truthful outcome per command.

A protocol is one file with one `Binding`; `pool.Bindings` picks it by the scheme of a form and has this interface too.
What a form says beyond TD 1.1 stands in `Form.terms`; readers of descriptions write these, bindings read them:

mqv:topic                     where a command is published; of what is only read: where its value is told
mqv:qos, mqv:retain           as the MQTT binding template has them; commands are retained only where it is said
galiot:stateTopic             where the value is told after a command; what it reports is the confirmation
galiot:path                   where in a JSON message the value lies: "color.brightness", or a list of keys
galiot:payload                what is published, a text or a JSON template; a string that is "{value}" alone stands for
                              the JSON value, inside a longer text for its text. Absent: the value itself
galiot:values                 what values are on the wire, {"ON": true, "OFF": false}; used in both directions
galiot:confirm                of an action: the value that its state topic reports when it is done
galiot:getTopic, galiot:getPayload    published to have the value told now
galiot:availability           a list of {"topic", "path", "offline": ["offline", ...]}: reporting one of these, a device
                              cannot be reached
galiot:errors                 {"topic", "path", "contains"}: a message with that text says that a command was refused
htv:methodName, cov:method    as the HTTP and CoAP binding templates have them
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from galiot.agent.bindings.terms import problem_of
from galiot.agent.command import UNKNOWN, Outcome
from galiot.agent.thing import Affordance, Form, Thing
from galiot.errors import GaliotError

Operation = Literal["readproperty", "writeproperty", "observeproperty", "invokeaction", "subscribeevent"]


@dataclass(frozen=True)
class Reply:
    """What became of one command.

    done: the device, or the state that it reports, confirms it
    refused: the device said no
    unreachable: nothing there, the broker is gone, or time was over before it was sent: nothing has happened
    unknown: sent, and nothing confirms it: it may have happened
    """

    outcome: Outcome
    why: str = ""
    """One line; empty where it is simply done."""
    value: Any = UNKNOWN
    """What the device reports afterwards, or what an action returned; UNKNOWN: it said nothing."""


class DeviceError(GaliotError):
    """A device that did not answer as it should: refused, unreachable or unknown (sent, and no answer).

    lost: the connection broke after sending, so that asking again makes sense where that does no harm
    """

    def __init__(self, outcome: Outcome, why: str, *, lost: bool = False) -> None:
        super().__init__(why)
        self.outcome: Outcome = outcome
        self.why, self.lost = why, lost


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long devices are waited for, and how much they may say."""

    timeout_s: float = 5.0
    """Connecting, sending and one answer together."""
    confirm_s: float = 3.0
    """For the state to report what was written; begins anew with every report that comes nearer."""
    moving_s: float = 60.0
    """Most that a confirmation is waited for while reports come nearer."""
    settle_s: float = 0.1
    """How long a confirmation must stand: a device that claims at once and corrects itself is not believed."""
    backoff_s: float = 0.2
    """Before the second try to connect; doubles up to `backoff_most_s`."""
    backoff_most_s: float = 30.0
    poll_s: float = 2.0
    """Between two questions to a device that is observed and tells nothing by itself."""
    message_bytes: int = 2**20
    """A larger message is not looked at."""


@dataclass(frozen=True)
class Call:
    """One operation on one affordance by one form, whose href is absolute."""

    thing: Thing
    affordance: Affordance
    form: Form
    operation: Operation
    value: Any = None

    @property
    def name(self) -> str:
        """For messages: "kitchen light: brightness"."""
        return f"{self.thing.title or self.thing.id}: {self.affordance.name}"

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is doing it once."""
        return self.operation != "invokeaction" or self.affordance.idempotent or self.affordance.safe


class Binding(ABC):
    """One protocol. Used inside one event loop; connections are kept until `close`."""

    schemes: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    async def read(self, thing: Thing, affordance: Affordance) -> Any:
        """Return the value that the device reports now.

        raises: DeviceError
        """

    @abstractmethod
    async def write(self, thing: Thing, affordance: Affordance, value: Any) -> Reply:
        """Set a property, and wait until it is confirmed or time is over."""

    @abstractmethod
    async def invoke(self, thing: Thing, affordance: Affordance, value: Any = None) -> Reply:
        """Start an action. What is not idempotent is sent once, whatever happens to it."""

    @abstractmethod
    def observe(self, thing: Thing, affordance: Affordance) -> AsyncIterator[Any]:
        """Yield a property's values, the present one first where it is known, or an event's data; without end.

        A connection that breaks is made again. raises: DeviceError where it never came about
        """

    @abstractmethod
    async def close(self) -> None:
        """Give all connections back; harmless when repeated."""


_OPERATIONS: dict[str, tuple[Operation, ...]] = {
    "property": ("readproperty", "writeproperty", "observeproperty"),
    "action": ("invokeaction",),
    "event": ("subscribeevent",),
}


def calls_of(thing: Thing, affordance: Affordance, operation: Operation, value: Any = None) -> list[Call]:
    """Return the ways in which an operation can be done, in the description's order, with absolute addresses.

    raises: DeviceError when there are forms for it and none of them makes sense
    """
    calls: list[Call] = []
    problem = None
    for form in affordance.forms:
        if operation in (form.operations or _OPERATIONS[affordance.kind]):
            form = replace(form, href=resolve(thing.base, form.href))
            if (wrong := problem_of(form)) is None:
                calls.append(Call(thing, affordance, form, operation, value))
            problem = problem or wrong
    if problem and not calls:
        raise DeviceError("unreachable", f"{thing.title or thing.id}: {affordance.name}: {problem}")
    return calls


async def end(*tasks: asyncio.Future[Any]) -> None:
    """Cancel tasks and wait until they are over.

    Again and again: `asyncio.wait_for` of Python 3.11 loses a cancellation that comes when its result is just there.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.1)


def resolve(base: str | None, href: str) -> str:
    """Return an absolute address: RFC 3986 for every scheme, mqtt and coap as http."""
    from urllib.parse import urljoin, urlsplit

    try:
        if not base or urlsplit(href).scheme:
            return href
        own = urlsplit(base).scheme
        return own + urljoin("http" + base[len(own) :], href).removeprefix("http")
    except ValueError:
        return href
