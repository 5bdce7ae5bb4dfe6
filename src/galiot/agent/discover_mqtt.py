"""What a broker holds of devices that describe themselves: Zigbee2MQTT, Homie 5, Home Assistant's discovery."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from galiot.agent.bindings.base import Limits
from galiot.agent.bindings.credentials import Credentials
from galiot.agent.bindings.mqtt_link import Link, Listener
from galiot.agent.bindings.wire import clip
from galiot.agent.discover import Found
from galiot.agent.thing import Thing
from galiot.agent.things import home_assistant, homie, td, zigbee2mqtt
from galiot.agent.things.homefile import BrokerSettings
from galiot.errors import FormatError, GaliotError

log = logging.getLogger(__name__)

LARGEST_BYTES = 16 * 2**20
"""Of one description; a list of 500 devices of Zigbee2MQTT has about 5 MiB."""
_MOST_MESSAGES = 20_000

Messages = Mapping[str, bytes]
"""Topic -> payload."""


async def discover_broker(
    settings: BrokerSettings, limits: Limits, credentials: Credentials, *, language: str = "en", quiet_s: float = 0.4
) -> Found:
    """Return the things that are described in retained messages of a broker.

    raises: DeviceError when it cannot be reached or refuses us
    """
    wanted = {
        "zigbee2mqtt": _zigbee_filters(settings.zigbee2mqtt),
        "homie": (f"{settings.homie}/5/+/$description",),
        "homeassistant": (f"{settings.homeassistant}/+/+/config", f"{settings.homeassistant}/+/+/+/config"),
    }
    filters = [each for system in settings.discover for each in wanted[system]]
    limits = replace(limits, message_bytes=LARGEST_BYTES)
    link = Link(settings.url, limits, credentials.find(settings.url))
    try:
        async with link.listen(*filters) as listener:
            messages, refused = await _collect(listener, quiet_s, 2 * limits.timeout_s)
    finally:
        await link.close()
    things: list[Thing] = []
    for system in settings.discover:
        found, malformed = _READERS[system](messages, link.address, settings)
        things += found
        refused += malformed
    log.info("%s: %d things, %d refused", link.address, len(things), len(refused))
    return Found(tuple(things), tuple(refused))


async def _collect(listener: Listener, quiet_s: float, most_s: float) -> tuple[dict[str, bytes], list[GaliotError]]:
    """Take messages until nothing more comes for a while; the newest of a topic counts."""
    messages: dict[str, bytes] = {}
    refused: dict[str, GaliotError] = {}
    clock = asyncio.get_running_loop().time
    end = clock() + most_s
    while len(messages) < _MOST_MESSAGES:
        try:
            async with asyncio.timeout_at(min(end, clock() + quiet_s)):
                message = await listener.get()
        except TimeoutError:
            break
        if len(message.payload) > LARGEST_BYTES:
            problem = f"a description of {len(message.payload)} bytes, at most {LARGEST_BYTES} are read"
            refused[message.topic] = FormatError(clip(message.topic, 200), problem)
        elif message.payload:
            messages[message.topic] = message.payload
        else:
            messages.pop(message.topic, None)
    return messages, list(refused.values())


def _zigbee_filters(base: str) -> tuple[str, ...]:
    # Names may hold slashes, so availability may lie deeper.
    return (f"{base}/bridge/devices", f"{base}/bridge/info", f"{base}/+/availability", f"{base}/+/+/availability")


def _of_zigbee(messages: Messages, broker: str, settings: BrokerSettings) -> tuple[list[Thing], list[GaliotError]]:
    base = settings.zigbee2mqtt
    payload = messages.get(f"{base}/bridge/devices")
    if payload is None:
        return [], []
    told = any(topic.startswith(f"{base}/") and topic.endswith("/availability") for topic in messages)
    try:
        data = td.parse_json(payload)
    except (ValueError, RecursionError) as error:
        return [], [FormatError(f"{base}/bridge/devices", f"is no JSON: {clip(str(error))}")]
    things, refused = zigbee2mqtt.read_devices(data, broker=broker, base=base, availability=told)
    return things, [*refused]


def _of_homie(messages: Messages, broker: str, settings: BrokerSettings) -> tuple[list[Thing], list[GaliotError]]:
    things: list[Thing] = []
    refused: list[GaliotError] = []
    for topic, payload in sorted(messages.items()):
        if topic.startswith(f"{settings.homie}/5/") and topic.endswith("/$description"):
            device = topic.split("/")[-2]
            try:
                things.append(homie.read_device(payload, device=device, broker=broker, base=settings.homie))
            except FormatError as error:
                refused.append(error)
    return things, refused


def _of_home_assistant(
    messages: Messages, broker: str, settings: BrokerSettings
) -> tuple[list[Thing], list[GaliotError]]:
    prefix = f"{settings.homeassistant}/"
    configs = {
        topic: each for topic, each in messages.items() if topic.startswith(prefix) and topic.endswith("/config")
    }
    things, refused = home_assistant.read_configs(configs, broker=broker)
    return things, [*refused]


_READERS: dict[str, Callable[[Messages, str, BrokerSettings], tuple[list[Thing], list[GaliotError]]]] = {
    "zigbee2mqtt": _of_zigbee,
    "homie": _of_homie,
    "homeassistant": _of_home_assistant,
}
