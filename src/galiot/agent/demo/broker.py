"""An MQTT broker in this process, for the demonstration and the tests."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

from galiot.errors import MissingExtraError, RequestError

log = logging.getLogger(__name__)


class Broker:
    """amqtt on 127.0.0.1, MQTT 3.1.1; retained messages live as long as it does.

    async with Broker() as broker: broker.address is "mqtt://127.0.0.1:PORT"
    """

    def __init__(self, port: int = 0, *, tls: tuple[str, str] | None = None) -> None:
        """Open nothing yet.

        port: 0 takes a free one, which stays this broker's when it is started again
        tls: files with a key and its certificate; the address is then mqtts://
        """
        self.port, self.tls = port, tls
        self._broker: Any = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{'mqtts' if self.tls else 'mqtt'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Broker:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Listen.

        raises: RequestError when the port is taken; MissingExtraError
        """
        _hush()
        broker = _new_broker(self.port, self.tls)
        try:
            await broker.start()
        except Exception as error:
            raise RequestError(
                f"no broker at {self.address}: {error.__cause__ or error}; choose another port"
            ) from None
        self._broker = broker
        # The library does not tell which free port it was given.
        self.port = broker._servers["default"].instance.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drop all connections; harmless when repeated."""
        broker, self._broker = self._broker, None
        if broker is not None:
            with suppress(Exception):
                async with asyncio.timeout(0.5):
                    await broker.shutdown()


def _new_broker(port: int, tls: tuple[str, str] | None) -> Any:
    try:
        from amqtt.broker import Broker as Amqtt
    except ImportError:
        raise MissingExtraError("agent", "amqtt") from None
    listener: dict[str, Any] = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
    if tls is not None:
        listener |= {"ssl": True, "keyfile": tls[0], "certfile": tls[1]}
    return Amqtt(
        {
            "listeners": {"default": listener},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )


def _hush() -> None:
    """The broker logs a client that only asked whether it speaks MQTT 5 as a fault."""
    for name in ("amqtt", "transitions"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
