"""CoAP (RFC 7252): GET, PUT, POST and observation (RFC 7641); what was written is read back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any, ClassVar
from urllib.parse import urlsplit

from galiot.agent.bindings.base import Binding, Call, DeviceError, Limits, Operation, Reply, calls_of
from galiot.agent.bindings.confirm import confirm, polled
from galiot.agent.bindings.credentials import Credentials, without_credentials
from galiot.agent.bindings.wire import clip, decode, encode
from galiot.agent.command import Outcome
from galiot.agent.thing import Affordance, Thing
from galiot.errors import MissingExtraError

log = logging.getLogger(__name__)

_METHODS: dict[Operation, str] = {"writeproperty": "PUT", "invokeaction": "POST"}
_MAYBE_DONE = (5, 0), (5, 2), (5, 4)  # internal error, bad gateway, gateway timeout


class Coap(Binding):
    """Devices that speak CoAP; one endpoint of ours for all of them."""

    schemes: ClassVar[tuple[str, ...]] = ("coap", "coaps", "coap+tcp")

    def __init__(self, limits: Limits | None = None, credentials: Credentials | None = None) -> None:
        """Open nothing yet.

        raises: MissingExtraError
        """
        try:
            import aiocoap  # noqa: F401
        except ImportError:
            raise MissingExtraError("agent", "aiocoap") from None
        self.limits, self.credentials = limits or Limits(), credentials or Credentials()
        self._context: Any = None
        self._opening = asyncio.Lock()

    async def read(self, thing: Thing, affordance: Affordance) -> Any:
        """See `Binding`."""
        call = self._call(thing, affordance, "readproperty")
        return _decoded(call, await self._request(call))

    async def write(self, thing: Thing, affordance: Affordance, value: Any) -> Reply:
        """Send it, and read it back until it agrees, where it can be read."""
        try:
            call = self._call(thing, affordance, "writeproperty", value)
            witnessed = affordance.readable and bool(calls_of(thing, affordance, "readproperty"))
            answer = await self._request(call)
        except DeviceError as error:
            return Reply(error.outcome, error.why)
        if not witnessed:
            return Reply("done", "its state cannot be read back")
        report = polled(lambda: self.read(thing, affordance))
        try:
            return await confirm(report, value, affordance.schema, self.limits, said=f"it answered {answer.code}")
        except DeviceError as error:
            return Reply("done", f"it answered {answer.code}; not read back: {error.why}")

    async def invoke(self, thing: Thing, affordance: Affordance, value: Any = None) -> Reply:
        """See `Binding`."""
        try:
            call = self._call(thing, affordance, "invokeaction", value)
            answer = await self._request(call)
            return Reply("done", value=_decoded(call, answer) if answer.payload else None)
        except DeviceError as error:
            return Reply(error.outcome, error.why)

    async def observe(self, thing: Thing, affordance: Affordance) -> AsyncIterator[Any]:
        """Yield what the device notifies of; an observation that ends is begun again."""
        operation: Operation = "subscribeevent" if affordance.kind == "event" else "observeproperty"
        call = self._call(thing, affordance, operation)
        pause_s, began = self.limits.backoff_s, False
        while True:
            try:
                async for value in self._notifications(call):
                    pause_s, began = self.limits.backoff_s, True
                    yield value
            except DeviceError as error:
                if error.outcome == "refused" or not began:
                    raise
                log.info("%s; trying again in %.1f s", error, pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self.limits.backoff_most_s)

    async def close(self) -> None:
        """See `Binding`."""
        context, self._context = self._context, None
        if context is not None:
            await context.shutdown()

    async def _notifications(self, call: Call) -> AsyncIterator[Any]:
        from aiocoap import error as errors

        request = (await self._opened(call)).request(self._built(call, observe=0))
        try:
            yield _decoded(call, await self._answer(call, request))
            if request.observation is not None:
                async for answer in request.observation:
                    yield _decoded(call, answer)
        except (errors.NotObservable, errors.ObservationCancelled):
            await asyncio.sleep(self.limits.poll_s)
        except errors.Error as error:
            raise DeviceError("unreachable", f"{call.name}: {clip(repr(error))}") from None
        finally:
            if request.observation is not None and not request.observation.cancelled:
                request.observation.cancel()

    async def _request(self, call: Call) -> Any:
        """Send and return the answer.

        The protocol repeats a lost message under the same number, and a device acts on a number once.

        raises: DeviceError
        """
        return await self._answer(call, (await self._opened(call)).request(self._built(call)))

    async def _answer(self, call: Call, request: Any) -> Any:
        from aiocoap import error as errors

        late: Outcome = "unknown" if call.operation in _METHODS else "unreachable"
        try:
            async with asyncio.timeout(self.limits.timeout_s):
                answer = await request.response
        except (TimeoutError, errors.TimeoutError):
            raise DeviceError(late, f"{call.name}: no answer within {self.limits.timeout_s:g} s") from None
        except (errors.Error, OSError) as error:
            shown = without_credentials(call.form.href)
            raise DeviceError("unreachable", f"{call.name}: nothing answers at {shown} ({_said(error)})") from None
        return self._checked(call, answer)

    def _checked(self, call: Call, answer: Any) -> Any:
        if not answer.code.is_successful():
            kind = (answer.code.class_, int(answer.code) % 32)
            outcome: Outcome = "unknown" if kind in _MAYBE_DONE and call.operation in _METHODS else "refused"
            detail = clip(answer.payload.decode("utf-8", "replace"))
            raise DeviceError(outcome, f"{call.name}: it answered {answer.code}" + (f": {detail}" if detail else ""))
        if len(answer.payload) > self.limits.message_bytes:
            most = self.limits.message_bytes
            raise DeviceError("refused", f"{call.name}: an answer of {len(answer.payload)} bytes, {most} allowed")
        return answer

    def _built(self, call: Call, observe: int | None = None) -> Any:
        import aiocoap
        from aiocoap.numbers import ContentFormat

        terms = call.form.terms
        method = str(terms.get("cov:method") or terms.get("cov:methodName") or _METHODS.get(call.operation, "GET"))
        code: Any = getattr(aiocoap, method.upper(), None)
        content = encode(call.form, call.value) if method.upper() not in ("GET", "DELETE") else b""
        try:
            if code not in aiocoap.numbers.codes.Code or not code.is_request():
                raise ValueError(f"no CoAP method {method}")
            message = aiocoap.Message(
                code=code, uri=without_credentials(call.form.href), payload=content, observe=observe
            )
            if content:
                message.opt.content_format = ContentFormat.by_media_type(call.form.content_type)
        except (ValueError, TypeError, KeyError, aiocoap.error.Error) as error:
            raise DeviceError("unreachable", f"{call.name}: {clip(str(error))} in its description") from None
        return message

    async def _opened(self, call: Call) -> Any:
        import aiocoap

        async with self._opening:
            if self._context is None:
                self._context = await aiocoap.Context.create_client_context()
        credential = self.credentials.find(call.form.href)
        parts = urlsplit(call.form.href)
        if parts.scheme == "coaps" and credential is not None and credential.user is not None:
            key = {"psk": {"ascii": credential.password or ""}, "client-identity": {"ascii": credential.user}}
            address = without_credentials(f"{parts.scheme}://{parts.netloc}")
            self._context.client_credentials.load_from_dict({f"{address}/*": {"dtls": key}})
        return self._context

    def _call(self, thing: Thing, affordance: Affordance, operation: Operation, value: Any = None) -> Call:
        calls = calls_of(thing, affordance, operation, value)
        if operation == "observeproperty" and not calls:
            calls = calls_of(thing, affordance, "readproperty", value)
        for call in calls:
            if urlsplit(call.form.href).scheme in self.schemes:
                return call
        raise DeviceError("unreachable", f"{thing.title}: {affordance.name}: no CoAP form for {operation}")


def _decoded(call: Call, answer: Any) -> Any:
    schema = call.affordance.output if call.operation == "invokeaction" else call.affordance.schema
    try:
        return decode(call.form, schema, answer.payload)
    except ValueError as error:
        raise DeviceError("refused", f"{call.name}: an answer without its value: {clip(str(error))}") from None


def _said(error: BaseException) -> str:
    return clip(str(error.__cause__ or error) or type(error).__name__)
