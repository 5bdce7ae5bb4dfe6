"""One MQTT broker: connects, comes back after a break, and hands messages to whoever listens."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from galiot.agent.bindings.base import DeviceError, Limits, end
from galiot.agent.bindings.credentials import Credential, without_credentials
from galiot.agent.bindings.mqtt_client import code_of, expiry, import_aiomqtt, new_client

log = logging.getLogger(__name__)

_WRONG_VERSION = (1, 132)  # "unacceptable protocol version" of MQTT 3.1.1 and 5
_NOBODY = 16  # "no matching subscribers" of MQTT 5
_SILENT = "Operation timed out"
_REFUSALS = (2, 4, 5, 133, 134, 135, 138, 140)  # identifier, password, authorization: trying again changes nothing


@dataclass(frozen=True)
class Message:
    """What came on a topic."""

    topic: str
    payload: bytes
    retained: bool
    connection: int
    """Counts connections: which one brought it."""


class Listener:
    """A queue of the messages of some topics."""

    def __init__(self, filters: Sequence[str], most: int = 10_000) -> None:
        """Listen to topic filters; the oldest message goes when `most` wait."""
        self.filters = tuple(dict.fromkeys(filters))
        self._queue: asyncio.Queue[Message] = asyncio.Queue(most)

    def put(self, message: Message) -> None:
        """Take a message."""
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(message)

    async def get(self) -> Message:
        """Wait for the next message."""
        return await self._queue.get()

    def waiting(self) -> list[Message]:
        """Return, and take away, what has come so far."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]


class Link:
    """A connection that lasts: MQTT 5, or 3.1.1 where the broker has only that."""

    def __init__(self, address: str, limits: Limits, credential: Credential | None = None) -> None:
        """Start to connect to mqtt://HOST[:PORT] or mqtts://HOST[:PORT]; needs a running event loop.

        raises: MissingExtraError
        """
        import_aiomqtt()
        parts = urlsplit(address)
        self.address = without_credentials(f"{parts.scheme}://{parts.netloc}")
        self.host, self.tls = parts.hostname or "127.0.0.1", parts.scheme == "mqtts"
        self.port = parts.port or (8883 if self.tls else 1883)
        self.version = 5
        self.connections = 0
        self._limits, self._credential = limits, credential
        self._listeners: list[Listener] = []
        self._filters: Counter[str] = Counter()
        self._client: Any = None
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._down.set()
        self._wake = asyncio.Event()
        self._down_since = asyncio.get_running_loop().time()
        self._problem: tuple[bool, str] = (False, "no answer")
        self._publishing = asyncio.Lock()
        self._answer = 0
        self._task = asyncio.create_task(self._run())

    async def ready(self) -> None:
        """Return when connected.

        raises: DeviceError with the reason when that takes too long or the broker refuses us
        """
        if not self._up.is_set():
            # A broker that has been away for long is tried once more, and not waited for every time anew.
            away_s = asyncio.get_running_loop().time() - self._down_since
            self._wake.set()
            wait_s = max(self._limits.timeout_s - away_s, self._limits.timeout_s / 10)
            up = asyncio.create_task(self._up.wait())
            await asyncio.wait({up, self._task}, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
            await end(up)
        if not self._up.is_set():
            refused, why = self._problem
            raise DeviceError("refused" if refused else "unreachable", f"the broker {self.address}: {why}")

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> None:
        """Publish; with qos 1 and 2 the broker has it when this returns.

        raises: DeviceError: unreachable when it was not sent or, as brokers of version 5 tell, nobody listens; refused
            when the broker does not allow it; unknown when nobody knows
        """
        await self.ready()
        properties = (
            expiry(self._limits.timeout_s + self._limits.confirm_s) if self.version == 5 and not retain else None
        )
        async with self._publishing if qos and self.version == 5 else nullcontext():
            self._answer = 0
            sending = asyncio.ensure_future(
                self._client.publish(topic, payload, qos, retain, properties=properties, timeout=self._limits.timeout_s)
            )
            error = await self._unless_down(sending)
            answer = self._answer
        if error is not None:
            # A code, and a topic that cannot be, come from the library itself, before anything was sent.
            sent = getattr(error, "rc", None) is None and not isinstance(error, ValueError)
            lost = self._down.is_set() or not sent
            why = f"the broker {self.address} {'was lost' if lost else 'did not confirm the message'}"
            raise DeviceError("unknown" if sent else "unreachable", why, lost=lost)
        if answer == _NOBODY:
            raise DeviceError("unreachable", f"nobody listens at {topic} of the broker {self.address}")
        if answer >= 128:
            raise DeviceError("refused", f"the broker {self.address} does not take the command (reason {answer})")

    @asynccontextmanager
    async def listen(self, *filters: str, qos: int = 1) -> AsyncIterator[Listener]:
        """Subscribe while inside; what the broker has retained has come when this begins.

        raises: DeviceError
        """
        listener = Listener(filters)
        await self.ready()
        self._listeners.append(listener)
        self._filters.update(listener.filters)
        try:
            if listener.filters:
                await self._subscribe(listener.filters, qos)
            yield listener
        finally:
            self._listeners.remove(listener)
            await self._forget(listener.filters)

    async def close(self) -> None:
        """Disconnect."""
        await end(self._task)

    async def _subscribe(self, filters: Sequence[str], qos: int) -> None:
        async def subscribe() -> None:
            await self._client.subscribe([(each, qos) for each in filters], timeout=self._limits.timeout_s)
            # Brokers answer in order, so retained messages are in front of the answer to this.
            await self._client.unsubscribe("galiot/nothing", timeout=self._limits.timeout_s)

        error = await self._unless_down(asyncio.ensure_future(subscribe()))
        if error is not None:
            raise DeviceError("unreachable", f"the broker {self.address} did not take the subscription", lost=True)

    async def _unless_down(self, work: asyncio.Future[Any]) -> BaseException | None:
        """Wait for work on the connection, no longer than that lives; return what went wrong."""
        import aiomqtt

        down = asyncio.ensure_future(self._down.wait())
        try:
            await asyncio.wait({work, down}, timeout=self._limits.timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            down.cancel()
            await end(work)
        if work.cancelled():
            return TimeoutError()
        error = work.exception()
        if error is not None and not isinstance(error, (aiomqtt.MqttError, ValueError, OSError)):
            raise error
        return error

    async def _forget(self, filters: Sequence[str]) -> None:
        self._filters.subtract(filters)
        gone = [each for each in filters if self._filters[each] <= 0]
        for each in gone:
            del self._filters[each]
        if gone and self._up.is_set():
            await self._unless_down(asyncio.ensure_future(self._client.unsubscribe(gone)))

    async def _run(self) -> None:
        """Connect, hand out messages until it breaks, and again, with growing pauses."""
        import aiomqtt

        pause_s, silent = self._limits.backoff_s, False
        while True:
            before = self.connections
            try:
                await self._connected()
            except (aiomqtt.MqttError, OSError, ValueError) as error:
                code = code_of(error)
                if code in _WRONG_VERSION and self.version == 5:
                    self.version = 4
                    continue
                if _SILENT in str(error) and not silent:
                    # Some brokers of 3.1.1 stumble over a connection by 5 and say nothing, and the other way round.
                    self.version, silent = 9 - self.version, True
                    continue
                silent = False
                self._problem = (code in _REFUSALS, str(error) or type(error).__name__)
                if code in _REFUSALS and self.connections == before:
                    log.warning("%s: %s", self.address, self._problem[1])
                    return
            finally:
                if self._up.is_set():
                    self._down_since = asyncio.get_running_loop().time()
                self._up.clear()
                self._down.set()
            pause_s = self._limits.backoff_s if self.connections > before else pause_s
            log.info("%s: %s; trying again in %.1f s", self.address, self._problem[1], pause_s)
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()
            pause_s = min(2 * pause_s, self._limits.backoff_most_s)

    async def _connected(self) -> None:
        async with self._new_client() as client:
            self._client = client
            if self._filters:
                await client.subscribe([(each, 1) for each in self._filters], timeout=self._limits.timeout_s)
            self.connections += 1
            log.info("connected to %s by MQTT %s", self.address, "5" if self.version == 5 else "3.1.1")
            self._down.clear()
            self._up.set()
            async for message in client.messages:
                self._hand_out(message)

    def _hand_out(self, message: Any) -> None:
        ours = Message(str(message.topic), bytes(message.payload or b""), bool(message.retain), self.connections)
        for listener in self._listeners:
            if any(message.topic.matches(each) for each in listener.filters):
                listener.put(ours)

    def _new_client(self) -> Any:
        def answered(reason: int) -> None:
            self._answer = reason

        return new_client(
            self.host,
            self.port,
            tls=self.tls,
            version=self.version,
            credential=self._credential,
            limits=self._limits,
            answered=answered,
        )
