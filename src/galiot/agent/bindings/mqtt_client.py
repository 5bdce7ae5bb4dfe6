"""The MQTT library, as a link wants it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from typing import Any

from galiot.agent.bindings.base import Limits
from galiot.agent.bindings.credentials import Credential
from galiot.errors import MissingExtraError


def new_client(
    host: str,
    port: int,
    *,
    tls: bool,
    version: int,
    credential: Credential | None,
    limits: Limits,
    answered: Callable[[int], None],
) -> Any:
    """Return a client that is not connected yet.

    version: 5, or 4 for MQTT 3.1.1
    answered: is called with the reason that a broker of version 5 gives for each message of ours
    """
    import aiomqtt

    credential = credential or Credential()
    # No properties of version 5 here, such as a largest packet: brokers of 3.1.1 that read on behind the version, amqtt
    # among them, wait for what never comes instead of saying no.
    client = aiomqtt.Client(
        host,
        port,
        username=credential.user,
        password=credential.password or credential.token,
        protocol=aiomqtt.ProtocolVersion.V5 if version == 5 else aiomqtt.ProtocolVersion.V311,
        timeout=limits.timeout_s / 3,
        keepalive=20,
        tls_context=ssl.create_default_context() if tls else None,
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    )
    client.pending_calls_threshold = 10_000  # it warns of more, and a whole home is read at once
    # aiomqtt drops the reason.
    paho: Any = client._client
    inner = paho.on_publish

    def on_publish(own: Any, userdata: Any, mid: int, code: Any, properties: Any) -> None:
        answered(getattr(code, "value", 0))
        inner(own, userdata, mid, code, properties)

    paho.on_publish = on_publish
    return client


def import_aiomqtt() -> None:
    """Raise MissingExtraError where the package is not installed."""
    try:
        import aiomqtt  # noqa: F401
    except ImportError:
        raise MissingExtraError("agent", "aiomqtt") from None


def code_of(error: Exception) -> int | None:
    """Return the reason that the broker gave."""
    code = getattr(error, "rc", None)
    return code if isinstance(code, int) else getattr(code, "value", None)


def expiry(seconds: float) -> Any:
    """A command that could not be delivered in time must not be carried out much later."""
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.MessageExpiryInterval = max(1, round(seconds))
    return properties
