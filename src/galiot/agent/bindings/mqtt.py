"""MQTT: topics and payloads from the form; the state topic is the witness of every command."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from galiot.agent.bindings.base import Binding, Call, DeviceError, Limits, Operation, Reply, calls_of, end
from galiot.agent.bindings.confirm import confirm
from galiot.agent.bindings.credentials import Credentials
from galiot.agent.bindings.mqtt_link import Link, Listener, Message, import_aiomqtt
from galiot.agent.bindings.wire import agree, clip, decode, encode
from galiot.agent.command import UNKNOWN, Outcome
from galiot.agent.thing import Affordance, Form, Thing

log = logging.getLogger(__name__)

_POSITIONS = ("position", "current_position", "tilt", "tilt_position")


class Mqtt(Binding):
    """Devices behind brokers; one connection for each broker."""

    schemes: ClassVar[tuple[str, ...]] = ("mqtt", "mqtts")

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
        witness = _Witness(call, self.limits)
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
        witness = _Witness(call, self.limits)
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
            witness = _Witness(call, self.limits)
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
            await link.publish(_topic(call.form), payload, qos=qos, retain=retain)
        except DeviceError as error:
            if not (error.lost and call.repeatable):
                raise
            try:
                await link.publish(_topic(call.form), payload, qos=qos, retain=retain)
            except DeviceError:
                raise error from None

    async def _confirmed(self, link: Link, call: Call, witness: _Witness, listener: Listener) -> Reply:
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


@dataclass
class _Witness:
    """Looks at what is told about one affordance: its state, whether the device is there, complaints about commands."""

    call: Call
    limits: Limits
    before: Any = UNKNOWN
    """The state as it was told before the command."""
    since: int = -1
    """Retained messages of this connection are from before the command."""
    problem: str = ""
    moving: bool = False
    """Whether the last two messages show something on its way, such as a blind."""
    _places: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.form, self.topic = _state_form(self.call)
        self._availability = [each for each in self.call.form.terms.get("galiot:availability", ()) if "topic" in each]
        self._errors: Mapping[str, Any] = self.call.form.terms.get("galiot:errors") or {}
        others = [each["topic"] for each in self._availability] + [self._errors.get("topic")]
        self.filters = [each for each in (self.topic, *others) if each]

    def known(self, listener: Listener) -> list[Any]:
        """Take what was retained; DeviceError when that says that the device is away."""
        values = [
            self.value(message) for message in listener.waiting() if not self._about_device(message, "unreachable")
        ]
        values = [value for value in values if value is not UNKNOWN]
        self.before = values[-1] if values else UNKNOWN
        return values

    async def next(self, listener: Listener) -> Any:
        """Wait for the next value."""
        while True:
            message = await listener.get()
            if self._about_device(message, "unknown") or (message.retained and message.connection == self.since):
                continue
            value = self.value(message)
            if value is not UNKNOWN:
                places = _positions(message.payload)
                self.moving, self._places = bool(self._places) and places != self._places, places
                return value

    async def objection(self, listener: Listener) -> None:
        """Give complaints the time to come where there is nothing else to wait for."""
        try:
            async with asyncio.timeout(self.limits.settle_s):
                while True:
                    self._about_device(await listener.get(), "unknown")
        except TimeoutError:
            return

    def value(self, message: Message) -> Any:
        """Return the value in a message of the state topic, UNKNOWN where there is none."""
        from aiomqtt import Topic

        if (
            self.topic is None
            or not Topic(message.topic).matches(self.topic)
            or (message.retained and not message.payload)
        ):
            return UNKNOWN
        if len(message.payload) > self.limits.message_bytes:
            self.problem = (
                f"a message of {len(message.payload)} bytes is more than the {self.limits.message_bytes} allowed"
            )
            log.warning("%s: %s", self.call.name, self.problem)
            return UNKNOWN
        try:
            return decode(self.form, self.call.affordance.schema, message.payload)
        except ValueError as error:
            self.problem = f"a message without its value: {clip(str(error))}"
            log.debug("%s: %s", self.call.name, self.problem)
            return UNKNOWN

    def _about_device(self, message: Message, outcome: Outcome) -> bool:
        """Whether it is no state; raises when it says that the device is away or has refused."""
        if message.topic == self._errors.get("topic"):
            text = _text_at(message.payload, self._errors.get("path"))
            if not message.retained and str(self._errors.get("contains", "")) in text:
                raise DeviceError("refused", clip(text, 160))
            return message.topic != self.topic
        for each in self._availability:
            if message.topic == each["topic"]:
                if _text_at(message.payload, each.get("path")) in each.get("offline", ("offline",)):
                    raise DeviceError(
                        outcome, f"{self.call.thing.title or self.call.thing.id} is reported to be offline"
                    )
                return message.topic != self.topic
        return False


def _state_form(call: Call) -> tuple[Form, str | None]:
    """Return the form and topic by which the state is told, which must not be that of the command itself."""
    own = call.form
    if "galiot:stateTopic" in own.terms:
        return own, own.terms["galiot:stateTopic"]
    if call.operation not in ("writeproperty", "invokeaction"):
        return own, _topic(own)
    for operation in ("observeproperty", "readproperty"):
        for other in calls_of(call.thing, call.affordance, operation):
            topic = other.form.terms.get("galiot:stateTopic") or _topic(other.form)
            if urlsplit(other.form.href).scheme in Mqtt.schemes and topic != _topic(own):
                return other.form, topic
    return own, None


def _topic(form: Form) -> str:
    topic = form.terms.get("mqv:topic") or form.terms.get("mqv:filter")
    return str(topic) if topic else unquote(urlsplit(form.href).path.lstrip("/"))


async def _ask(link: Link, form: Form, *, after_s: float = 0.0) -> None:
    """Have the state told, where the device takes such a request."""
    topic = form.terms.get("galiot:getTopic")
    if topic:
        await asyncio.sleep(after_s)
        question = Form(href="", terms={"galiot:payload": form.terms.get("galiot:getPayload", "")})
        with suppress(DeviceError):
            await link.publish(topic, encode(question, None), qos=0)


def _positions(payload: bytes) -> dict[str, Any]:
    """Return the parts of a JSON message that change while something moves."""
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return {key: message[key] for key in _POSITIONS if key in message} if isinstance(message, dict) else {}


def _text_at(payload: bytes, path: Any) -> str:
    try:
        value = decode(Form(href="", terms={"galiot:path": path} if path else {}), None, payload)
    except ValueError:
        return payload.decode("utf-8", "replace")
    return value if isinstance(value, str) else payload.decode("utf-8", "replace")
