"""The only road to devices: reads for everybody, commands for those who hold the policy's permit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from typing import Any

from galiot.agent.bindings.base import Binding, DeviceError, Reply
from galiot.agent.command import UNKNOWN, Command
from galiot.agent.home import Home
from galiot.agent.policy import Permit, Policy
from galiot.agent.thing import Affordance, Thing

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 16


class Seen:
    """What devices reported last; a `command.State`."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._values: dict[tuple[str, str], Any] = {}

    def get(self, thing_id: str, name: str) -> Any:
        """Return the last report of a property, or UNKNOWN."""
        return self._values.get((thing_id, name), UNKNOWN)

    def put(self, thing_id: str, name: str, value: Any) -> None:
        """Take a report; None and UNKNOWN are no reports, and what was known before no longer counts."""
        if value is None or value is UNKNOWN:
            self._values.pop((thing_id, name), None)
        else:
            self._values[thing_id, name] = value


class Gate:
    """Keeps the bindings to itself.

    read_timeout_s: how long a device may take to tell a value before it counts as not known
    """

    def __init__(self, home: Home, bindings: Binding, policy: Policy, *, read_timeout_s: float = 2.0) -> None:
        """Open nothing yet."""
        self.home, self.policy, self.seen, self.read_timeout_s = home, policy, Seen(), read_timeout_s
        self.__bindings = bindings
        self._slots = asyncio.Semaphore(_MOST_AT_ONCE)

    async def send(self, permit: Permit, command: Command) -> Reply:
        """Do one command; takes the permit for it.

        raises: PermissionError without a permit for this very command that was not used before
        """
        if not isinstance(permit, Permit) or not self.policy.redeem(permit, command):
            raise PermissionError(f"no permit for {command.name} of {command.thing}")
        thing = self.home.by_id[command.thing]
        affordances = thing.properties if command.kind == "property" else thing.actions
        affordance = affordances[command.name]
        try:
            if command.kind == "property":
                return await self.__bindings.write(thing, affordance, command.input)
            return await self.__bindings.invoke(thing, affordance, command.input)
        except DeviceError as error:
            return Reply(error.outcome, error.why)
        except (OSError, ValueError, TypeError, KeyError) as error:  # a binding's own mistake must not stop the others
            log.exception("%s of %s failed", command.name, command.thing)
            return Reply("unknown", f"sending failed: {type(error).__name__}")

    async def read(self, thing: Thing, affordance: Affordance) -> Any:
        """Return what a device reports now, UNKNOWN where it does not."""
        if not affordance.readable or affordance.kind != "property":
            return UNKNOWN
        async with self._slots:
            try:
                async with asyncio.timeout(self.read_timeout_s):
                    value = await self.__bindings.read(thing, affordance)
            except (DeviceError, TimeoutError, OSError, ValueError, TypeError, KeyError) as error:
                log.debug("%s of %s could not be read: %s", affordance.name, thing.id, error)
                value = UNKNOWN
        self.seen.put(thing.id, affordance.name, value)
        return self.seen.get(thing.id, affordance.name)

    async def observe(self, thing: Thing, affordance: Affordance) -> AsyncIterator[Any]:
        """Yield what a device reports of a property or an event, as it comes.

        raises: DeviceError when it cannot be reached or does not tell
        """
        async for value in self.__bindings.observe(thing, affordance):
            if affordance.kind == "property":
                self.seen.put(thing.id, affordance.name, value)
            yield value

    async def refresh(self, wanted: Iterable[tuple[Thing, Affordance]]) -> None:
        """Read several properties at once."""
        once = {(thing.id, affordance.name): (thing, affordance) for thing, affordance in wanted}
        await asyncio.gather(*(self.read(thing, affordance) for thing, affordance in once.values()))

    async def close(self) -> None:
        """Give all connections back."""
        await self.__bindings.close()
