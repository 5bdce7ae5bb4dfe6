"""HTTP: one request per operation; what was written is read back."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from galiot.agent.bindings.base import Binding, Call, DeviceError, Limits, Operation, Reply, calls_of
from galiot.agent.bindings.confirm import confirm, polled
from galiot.agent.bindings.credentials import Credentials, without_credentials
from galiot.agent.bindings.http_client import events_of, expanded, limited_body, new_client
from galiot.agent.bindings.security import sign
from galiot.agent.bindings.wire import clip, decode, encode
from galiot.agent.command import Outcome
from galiot.agent.thing import Affordance, Thing

log = logging.getLogger(__name__)

_METHODS: dict[Operation, str] = {"writeproperty": "PUT", "invokeaction": "POST"}
_GOING_ON, _FAILED = ("pending", "running"), ("failed", "cancelled")


class Http(Binding):
    """Devices with a web server, as the HTTP binding of Thing Descriptions has them; connections are kept."""

    schemes: ClassVar[tuple[str, ...]] = ("http", "https")

    def __init__(self, limits: Limits | None = None, credentials: Credentials | None = None) -> None:
        """Open nothing yet.

        raises: MissingExtraError
        """
        self.limits, self.credentials = limits or Limits(), credentials or Credentials()
        self._client = new_client(self.limits)

    async def read(self, thing: Thing, affordance: Affordance) -> Any:
        """See `Binding`."""
        call = self._call(thing, affordance, "readproperty")
        _, body = await self._request(call)
        return _decoded(call, body)

    async def write(self, thing: Thing, affordance: Affordance, value: Any) -> Reply:
        """Send it, and read it back until it agrees, where it can be read."""
        try:
            call = self._call(thing, affordance, "writeproperty", value)
            witnessed = affordance.readable and bool(calls_of(thing, affordance, "readproperty"))
            status, _ = await self._command(call)
        except DeviceError as error:
            return Reply(error.outcome, error.why)
        if not witnessed:
            return Reply("done", "its state cannot be read back")
        report = polled(lambda: self.read(thing, affordance))
        try:
            return await confirm(report, value, affordance.schema, self.limits, said=f"it answered {status}")
        except DeviceError as error:
            return Reply("done", f"it answered {status}; not read back: {error.why}")

    async def invoke(self, thing: Thing, affordance: Affordance, value: Any = None) -> Reply:
        """Send it; an action that goes on is asked for its status until it ends or time is over."""
        try:
            call = self._call(thing, affordance, "invokeaction", value)
            status, body = await self._command(call)
            output = _decoded(call, body) if body.strip() else None
            return await self._followed(call, output) if status in (201, 202) else Reply("done", value=output)
        except DeviceError as error:
            return Reply(error.outcome, error.why)

    async def observe(self, thing: Thing, affordance: Affordance) -> AsyncIterator[Any]:
        """Yield by server-sent events or long polling where the form says so, else by asking again and again."""
        event = affordance.kind == "event"
        call = self._call(thing, affordance, "subscribeevent" if event else "observeproperty")
        last: Any = self  # equals no value
        pause_s = self.limits.backoff_s
        while True:
            try:
                if call.form.terms.get("subprotocol") == "sse":
                    async for value in self._server_sent(call):
                        pause_s = self.limits.backoff_s
                        yield value
                else:
                    long = call.form.terms.get("subprotocol") == "longpoll"
                    _, body = await self._request(call, patient=long)
                    if (value := _decoded(call, body)) != last or long:
                        last = value
                        yield value
                    await asyncio.sleep(0 if long else self.limits.poll_s)
                    pause_s = self.limits.backoff_s
                    continue
            except DeviceError as error:
                if error.outcome == "refused":
                    raise
                log.info("%s; trying again in %.1f s", error, pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self.limits.backoff_most_s)

    async def close(self) -> None:
        """See `Binding`."""
        await self._client.aclose()

    async def _command(self, call: Call) -> tuple[int, bytes]:
        try:
            return await self._request(call)
        except DeviceError as error:
            if error.lost and call.repeatable:
                return await self._request(call)
            raise

    async def _request(self, call: Call, *, patient: bool = False) -> tuple[int, bytes]:
        """Send and return status and body; `patient` is for answers that come when there is something to say.

        raises: DeviceError
        """
        import httpx

        request = self._built(call)
        if patient:
            request.extensions["timeout"] = httpx.Timeout(self.limits.timeout_s, read=None).as_dict()
        try:
            async with asyncio.timeout(None if patient else self.limits.timeout_s):
                answer = await self._client.send(request, stream=True, follow_redirects=request.method == "GET")
                try:
                    body = await limited_body(answer, self.limits.message_bytes)
                finally:
                    await answer.aclose()
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
            httpx.LocalProtocolError,
        ) as error:
            raise DeviceError(
                "unreachable", f"{call.name}: nothing answers at {_shown(call)} ({clip(str(error))})"
            ) from None
        except (httpx.HTTPError, TimeoutError) as error:
            reading = call.operation not in _METHODS
            lost = isinstance(error, (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError))
            why = "the connection broke" if lost else f"no answer within {self.limits.timeout_s:g} s"
            raise DeviceError("unreachable" if reading else "unknown", f"{call.name}: {why}", lost=lost) from None
        if answer.status_code >= 300:
            raise _no(call, answer.status_code, answer.reason_phrase, body)
        return answer.status_code, body

    def _built(self, call: Call) -> Any:
        import httpx

        method = str(call.form.terms.get("htv:methodName") or _METHODS.get(call.operation, "GET")).upper()
        url, value = expanded(call.form.href, call.value)
        content = encode(call.form, value) if method not in ("GET", "HEAD", "DELETE") else b""
        headers = {"content-type": call.form.content_type} if content else {}
        try:
            request = self._client.build_request(
                method, without_credentials(url), content=content or None, headers=headers
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise DeviceError("unreachable", f"{call.name}: {clip(str(error))} in its description") from None
        return sign(request, call, self.credentials)

    async def _followed(self, call: Call, status: Any) -> Reply:
        """Wait for the end of an action that answers with its status (href, status) and goes on."""
        if not isinstance(status, Mapping) or not isinstance(href := status.get("href"), str):
            return Reply("done", "it was accepted and goes on", status)
        form = replace(call.form, href=urljoin(call.form.href, href), terms={})
        if urlsplit(form.href).netloc != urlsplit(call.form.href).netloc:
            return Reply("done", "it was accepted and goes on", status)
        asking = replace(call, form=form, operation="readproperty", value=None)
        deadline = asyncio.get_running_loop().time() + self.limits.confirm_s
        while isinstance(status, Mapping) and status.get("status") in _GOING_ON:
            if asyncio.get_running_loop().time() > deadline:
                return Reply("done", "it was accepted and goes on", status)
            await asyncio.sleep(0.1)
            status = _decoded(asking, (await self._request(asking))[1])
        if isinstance(status, Mapping) and status.get("status") in _FAILED:
            return Reply("refused", f"{call.name}: {clip(json.dumps(status.get('error', status['status'])))}", status)
        return Reply("done", value=status.get("output", status) if isinstance(status, Mapping) else status)

    async def _server_sent(self, call: Call) -> AsyncIterator[Any]:
        import httpx

        request = self._built(call)
        request.headers["accept"] = "text/event-stream"
        request.extensions["timeout"] = httpx.Timeout(self.limits.timeout_s, read=None).as_dict()
        try:
            answer = await self._client.send(request, stream=True)
            try:
                if answer.status_code >= 300:
                    raise _no(call, answer.status_code, answer.reason_phrase, b"")
                async for data in events_of(answer, self.limits.message_bytes):
                    yield _decoded(call, data)
            finally:
                await answer.aclose()
        except httpx.HTTPError as error:
            raise DeviceError("unreachable", f"{call.name}: {clip(str(error)) or type(error).__name__}") from None

    def _call(self, thing: Thing, affordance: Affordance, operation: Operation, value: Any = None) -> Call:
        calls = calls_of(thing, affordance, operation, value)
        if operation == "observeproperty" and not calls:
            calls = calls_of(thing, affordance, "readproperty", value)
        for call in calls:
            if urlsplit(call.form.href).scheme in self.schemes:
                return call
        raise DeviceError("unreachable", f"{thing.title}: {affordance.name}: no HTTP form for {operation}")


def _decoded(call: Call, body: bytes) -> Any:
    schema = call.affordance.output if call.operation == "invokeaction" else call.affordance.schema
    try:
        return decode(call.form, schema, body)
    except ValueError as error:
        raise DeviceError("refused", f"{call.name}: an answer without its value: {clip(str(error))}") from None


def _no(call: Call, status: int, reason: str, body: bytes) -> DeviceError:
    """A server error may have come after the deed; every other refusal came before."""
    outcome: Outcome = "unknown" if status in (500, 502, 504) and call.operation in _METHODS else "refused"
    try:
        said = json.loads(body)
        detail = said.get("detail") or said.get("title") or said.get("message") or ""
    except (ValueError, AttributeError, RecursionError):
        detail = ""
    return DeviceError(
        outcome, f"{call.name}: it answered {status} {reason}" + (f": {clip(str(detail))}" if detail else "")
    )


def _shown(call: Call) -> str:
    return without_credentials(call.form.href)
