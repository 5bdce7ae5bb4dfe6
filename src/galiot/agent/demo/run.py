"""The simulated home in motion: a broker, three clients that speak for thirty devices, and time that passes."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from galiot.agent.bindings.base import end
from galiot.agent.demo.broker import Broker
from galiot.agent.demo.devices import Device, Way
from galiot.agent.demo.home import new_devices
from galiot.agent.demo.speech import SPEECHES, Said, Speech
from galiot.agent.demo.world import World

log = logging.getLogger(__name__)


_ALARMS = {"leak": ("kitchen leak sensor", "water_leak"), "smoke": ("kitchen smoke detector", "smoke")}


@dataclass
class DemoHome:
    """What runs: its devices, its rooms, and where it is reached."""

    broker: Broker
    devices: list[Device]
    world: World
    speed: float
    """Simulated seconds in a real one; mechanics such as blinds go by real ones."""
    messages: int = 0
    """Commands that came."""
    _told: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def address(self) -> str:
        """mqtt://127.0.0.1:PORT"""
        return self.broker.address

    def device(self, name: str) -> Device:
        """Return one by its name, id or path.

        raises: KeyError
        """
        for each in self.devices:
            if name in (each.name, each.id, each.path):
                return each
        raise KeyError(name)

    def step(self, seconds: float) -> None:
        """Let real seconds pass."""
        simulated_s = seconds * self.speed
        self.world.step(simulated_s)
        for device in self.devices:
            device.step(seconds, simulated_s, self.world)

    def happen(self, what: str, value: Any) -> None:
        """Do what no command can.

        what: "open window" or "shut window", "enter" or "leave" with a room; "jam" or "free" with a lock; "offline" or
            "online" with a device; "leak" or "smoke" with true or false
        raises: KeyError for what is not there
        """
        if what in ("open window", "shut window"):
            self.world.rooms[value].window_open = what == "open window"
        elif what in ("enter", "leave"):
            self.world.rooms[value].occupied = what == "enter"
        elif what in ("jam", "free"):
            setattr(self.device(value), "jammed", what == "jam")  # noqa: B010
        elif what in ("offline", "online"):
            self.device(value).online = what == "online"
        elif what in ("leak", "smoke"):
            name, quality = _ALARMS[what]
            self.device(name).state[quality] = bool(value)
        else:
            raise KeyError(what)

    def news(self, way: Way) -> list[Said]:
        """Return what has not been told since, for one convention."""
        fresh = []
        for device in self.devices:
            if device.way == way:
                for said in SPEECHES[way].report(device):
                    if not said.retain or self._told.get(said.topic) != said.payload:
                        fresh.append(said)
                        self._told[said.topic] = said.payload
                device.happened.clear()
        return fresh

    def again(self, device: Device) -> None:
        """Have the state of a device told once more, changed or not."""
        for said in SPEECHES[device.way].report(device):
            self._told.pop(said.topic, None)


@asynccontextmanager
async def run_demo(
    port: int = 0, *, speed: float = 60.0, seed: int = 0, tick_s: float = 0.2, lively: bool = True
) -> AsyncIterator[DemoHome]:
    """Run the home while inside; everything has been told once when this begins.

    port: of the embedded broker on 127.0.0.1; 0 takes a free one
    speed: simulated seconds in a real one
    lively: False: nobody comes, goes or opens windows
    raises: RequestError when the port is taken; MissingExtraError
    """
    world = World({}, random=random.Random(seed), lively=lively)
    async with Broker(port) as broker, AsyncExitStack() as stack:
        home = DemoHome(broker, new_devices(), world, speed)
        home.step(0.0)
        tasks = []
        for way, speech in SPEECHES.items():
            client = await stack.enter_async_context(_client(broker.port))
            await client.subscribe([(each, 1) for each in speech.filters])
            await _say(client, speech.introduce([each for each in home.devices if each.way == way]))
            await _say(client, home.news(way))
            lock = asyncio.Lock()
            tasks.append(asyncio.create_task(_listen(home, client, way, lock)))
            tasks.append(asyncio.create_task(_tell(home, client, way, lock, tick_s)))
        client = await stack.enter_async_context(_client(broker.port))
        await client.subscribe("galiot-demo/set")
        tasks.append(asyncio.create_task(_meddle(home, client)))
        tasks.append(asyncio.create_task(_pass_time(home, tick_s)))
        try:
            yield home
        finally:
            await end(*tasks)


async def _pass_time(home: DemoHome, tick_s: float) -> None:
    clock = asyncio.get_running_loop().time
    last = clock()
    while True:
        await asyncio.sleep(tick_s)
        now = clock()
        home.step(now - last)
        last = now


async def _tell(home: DemoHome, client: Any, way: Way, lock: asyncio.Lock, tick_s: float) -> None:
    while True:
        await asyncio.sleep(tick_s)
        async with lock:
            await _say(client, home.news(way))


async def _listen(home: DemoHome, client: Any, way: Way, lock: asyncio.Lock) -> None:
    async for message in client.messages:
        said = _taken(home, SPEECHES[way], str(message.topic), bytes(message.payload))
        async with lock:
            await _say(client, [*said, *home.news(way)])


async def _meddle(home: DemoHome, client: Any) -> None:
    """Let things happen that no device can do, by JSON on `galiot-demo/set`: a window, somebody home, a fault."""
    async for message in client.messages:
        try:
            for what, value in json.loads(message.payload).items():
                home.happen(what, value)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            log.info("nothing happens: %s", error)


def _taken(home: DemoHome, speech: Speech, topic: str, payload: bytes) -> list[Said]:
    """Carry a command out; return complaints."""
    home.messages += 1
    try:
        heard = speech.hear(topic, payload.decode("utf-8"))
    except ValueError:
        log.info("%s: no sense in a message of %d bytes", topic, len(payload))
        return []
    if heard is None:
        return []
    with suppress(KeyError):
        device = home.device(heard.device)
        complaints = _obeyed(device, speech, heard.wanted) if device.online else []
        device.step(0.0, 0.0, home.world)
        if device.online:
            home.again(device)
        return complaints
    return speech.refuse(heard.device, "", "no such device")


def _obeyed(device: Device, speech: Speech, wanted: dict[str, Any]) -> list[Said]:
    complaints = []
    name = device.path if device.way == "zigbee2mqtt" else device.id
    for quality, value in wanted.items():
        try:
            device.command(quality, _typed(device, quality, value))
        except (ValueError, TypeError, KeyError) as error:
            complaints += speech.refuse(name, quality, str(error))
    return complaints


def _typed(device: Device, quality: str, value: Any) -> Any:
    """Numbers come as text where a convention has one topic for each value."""
    known = device.quality(quality)
    return float(value) if known.kind in ("whole", "decimal") and not isinstance(value, bool) else value


async def _say(client: Any, messages: Sequence[Said]) -> None:
    for each in messages:
        await client.publish(each.topic, each.payload, qos=0, retain=each.retain)


def _client(port: int) -> Any:
    import socket

    import aiomqtt

    return aiomqtt.Client("127.0.0.1", port, socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)])
