"""MQTT: topics and payloads from the form; the state topic is the witness of every command."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

from galiot.agent.bindings.base import Binding, Call, DeviceError, Limits, Operation, Reply, calls_of, end
from galiot.agent.bindings.confirm import confirm
from galiot.agent.bindings.credentials import Credentials
from galiot.agent.bindings.mqtt_client import import_aiomqtt
from galiot.agent.bindings.mqtt_link import Link, Listener
from galiot.agent.bindings.mqtt_witness import SCHEMES, Witness, topic_of
from galiot.agent.bindings.wire import agree, encode
from galiot.agent.command import UNKNOWN
from galiot.agent.thing import Affordance, Form, Thing

log = logging.getLogger(__name__)


class Mqtt(Binding):
    """Devices behind brokers; one connection for each broker."""

    schemes: ClassVar[tuple[str, ...]] = SCHEMES

    def __init__(self, limits: Limits | None = None, credentials: Credentials | None = None) -> None:
        """Open nothing yet.

        raises: MissingExtraError
        """
        import_aiomqtt()
        self.limits, self.credentials = limits or Limits(), credentials or Credentials()
        self._links: dict[str, Link] = {}

    async def read(self, thing: Thing, affordance: Affordance) -> Any:
        """Return what is retained, or else what the device tells when it is asked."""
        call = self._call(thing, affordance, "readproperty")
        witness = Witness(call, self.limits)
        link = self._link(call)
        async with link.listen(*witness.filters) as listener:
            reported = witness.known(listener)
            if reported:
                return reported[-1]
            await _ask(link, call.form)
            try:
                async with asyncio.timeout(self.limits.timeout_s):
                    return await witness.next(listener)
            except TimeoutError:
                reason = witness.problem or f"it reported nothing within {self.limits.timeout_s:g} s"
                raise DeviceError("unreachable", f"{call.name}: {reason}") from None

    async def write(self, thing: Thing, affordance: Affordance, value: Any) -> Reply:
        """See `Binding`."""
        return await self._command(thing, affordance, "writeproperty", value)

    async def invoke(self, thing: Thing, affordance: Affordance, value: Any = None) -> Reply:
        """See `Binding`."""
        return await self._command(thing, affordance, "invokeaction", value)

    async def observe(self, thing: Thing, affordance: Affordance) -> AsyncIterator[Any]:
        """Yield values as they are told; messages that make no sense are left out and logged."""
        event = affordance.kind == "event"
        call = self._call(thing, affordance, "subscribeevent" if event else "observeproperty")
        witness = Witness(call, self.limits)
        async with self._link(call).listen(*witness.filters) as listener:
            while True:
                message = await listener.get()
                if event and message.retained:
                    continue
                value = witness.value(message)
                if value is not UNKNOWN:
                    yield value

    async def close(self) -> None:
        """See `Binding`."""
        while self._links:
            _, link = self._links.popitem()
            await link.close()

    async def _command(self, thing: Thing, affordance: Affordance, operation: Operation, value: Any) -> Reply:
        try:
            call = self._call(thing, affordance, operation, value)
            payload = encode(call.form, value)
            witness = Witness(call, self.limits)
            link = self._link(call)
            async with link.listen(*witness.filters) as listener:
                witness.known(listener)
                witness.since = link.connections
                await self._send(link, call, payload)
                return await self._confirmed(link, call, witness, listener)
        except DeviceError as error:
            return Reply(error.outcome, error.why)

    async def _send(self, link: Link, call: Call, payload: bytes) -> None:
        """Publish once; twice only where the connection broke in between and doing it twice is doing it once."""
        terms = call.form.terms
        # What is not idempotent goes with qos 0: no broker delivers it a second time.
        qos, retain = int(terms.get("mqv:qos", 1 if call.repeatable else 0)), bool(terms.get("mqv:retain", False))
        try:
            await link.publish(topic_of(call.form), payload, qos=qos, retain=retain)
        except DeviceError as error:
            if not (error.lost and call.repeatable):
                raise
            try:
                await link.publish(topic_of(call.form), payload, qos=qos, retain=retain)
            except DeviceError:
                raise error from None

    async def _confirmed(self, link: Link, call: Call, witness: Witness, listener: Listener) -> Reply:
        wanted = call.form.terms.get("galiot:confirm", call.value if call.operation == "writeproperty" else None)
        if witness.topic is None or wanted is None:
            await witness.objection(listener)
            return Reply("unknown", "sent; it reports nothing that would confirm it")
        schema = call.affordance.schema if call.operation == "writeproperty" else None
        asking = asyncio.create_task(_ask(link, call.form, after_s=self.limits.confirm_s / 3))
        try:
            reply = await confirm(
                lambda: witness.next(listener), wanted, schema, self.limits, moving=lambda: witness.moving
            )
        finally:
            await end(asking)
        if reply.outcome == "unknown" and reply.value is UNKNOWN and agree(wanted, witness.before, schema):
            return replace(reply, why=f"{reply.why}; before, it was so already", value=witness.before)
        return replace(reply, why=f"{reply.why}; {witness.problem}") if reply.why and witness.problem else reply

    def _call(self, thing: Thing, affordance: Affordance, operation: Operation, value: Any = None) -> Call:
        calls = calls_of(thing, affordance, operation, value)
        if operation == "observeproperty" and not calls:
            calls = calls_of(thing, affordance, "readproperty", value)
        for call in calls:
            if urlsplit(call.form.href).scheme in self.schemes:
                return call
        raise DeviceError("unreachable", f"{thing.title}: {affordance.name}: no MQTT form for {operation}")

    def _link(self, call: Call) -> Link:
        parts = urlsplit(call.form.href)
        address = f"{parts.scheme}://{parts.netloc}"
        if address not in self._links:
            self._links[address] = Link(address, self.limits, self.credentials.find(address))
        return self._links[address]


async def _ask(link: Link, form: Form, *, after_s: float = 0.0) -> None:
    """Have the state told, where the device takes such a request."""
    topic = form.terms.get("galiot:getTopic")
    if topic:
        await asyncio.sleep(after_s)
        question = Form(href="", terms={"galiot:payload": form.terms.get("galiot:getPayload", "")})
        with suppress(DeviceError):
            await link.publish(topic, encode(question, None), qos=0)
