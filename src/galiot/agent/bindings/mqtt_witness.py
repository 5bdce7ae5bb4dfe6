"""What MQTT messages say about one affordance: its state, whether its device is there, complaints about commands."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from galiot.agent.bindings.base import Call, DeviceError, Limits, calls_of
from galiot.agent.bindings.mqtt_link import Listener, Message
from galiot.agent.bindings.wire import clip, decode
from galiot.agent.command import UNKNOWN, Outcome
from galiot.agent.thing import Form

log = logging.getLogger(__name__)

SCHEMES = ("mqtt", "mqtts")
_POSITIONS = ("position", "current_position", "tilt", "tilt_position")


@dataclass
class Witness:
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


def topic_of(form: Form) -> str:
    """Return where a command goes, or the value comes from where nothing else says so."""
    topic = form.terms.get("mqv:topic") or form.terms.get("mqv:filter")
    return str(topic) if topic else unquote(urlsplit(form.href).path.lstrip("/"))


def _state_form(call: Call) -> tuple[Form, str | None]:
    """Return the form and topic by which the state is told, which must not be that of the command itself."""
    own = call.form
    if "galiot:stateTopic" in own.terms:
        return own, own.terms["galiot:stateTopic"]
    if call.operation not in ("writeproperty", "invokeaction"):
        return own, topic_of(own)
    for operation in ("observeproperty", "readproperty"):
        for other in calls_of(call.thing, call.affordance, operation):
            topic = other.form.terms.get("galiot:stateTopic") or topic_of(other.form)
            if urlsplit(other.form.href).scheme in SCHEMES and topic != topic_of(own):
                return other.form, topic
    return own, None


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
