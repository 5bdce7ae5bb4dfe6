"""MQTT against a real broker: what is written is confirmed by what the device reports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt

from galiot.agent.bindings import Bindings, Limits, Reply
from galiot.agent.demo.broker import Broker
from galiot.agent.thing import Affordance, Form, Schema, Thing

QUICK = Limits(timeout_s=0.6, confirm_s=0.4, settle_s=0.05, backoff_s=0.05, moving_s=3)
Say = Callable[..., Awaitable[None]]


def lamp(base: str, **terms: Any) -> Thing:
    """A lamp in the way of Zigbee2MQTT."""
    common = {
        "mqv:topic": "home/lamp/set",
        "galiot:stateTopic": "home/lamp",
        "galiot:availability": [{"topic": "home/lamp/availability", "path": "state"}],
        "galiot:errors": {"topic": "home/log", "path": "message", "contains": "'lamp'"},
        **terms,
    }

    def form(**more: Any) -> tuple[Form, ...]:
        return (Form(href="home/lamp/set", terms=common | more),)

    return Thing(
        id="lamp",
        title="Lamp",
        base=base,
        properties={
            "on": Affordance(
                name="on",
                kind="property",
                schema=Schema(type="boolean"),
                writable=True,
                forms=form(
                    **{
                        "galiot:path": "state",
                        "galiot:payload": {"state": "{value}"},
                        "galiot:values": {"ON": True, "OFF": False},
                    }
                ),
            ),
            "brightness": Affordance(
                name="brightness",
                kind="property",
                schema=Schema(type="integer", minimum=0, maximum=254),
                writable=True,
                forms=form(**{"galiot:path": "brightness", "galiot:payload": {"brightness": "{value}"}}),
            ),
        },
        actions={
            "toggle": Affordance(name="toggle", kind="action", forms=form(**{"galiot:payload": {"state": "TOGGLE"}}))
        },
    )


@asynccontextmanager
async def device(
    broker: Broker, answer: Callable[[bytes, Say], Awaitable[None]] | None = None, topic: str = "home/lamp/set"
):
    """A device that gives every command to `answer`; yields the commands that came."""
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        came: list[bytes] = []

        async def say(payload: str | bytes, topic: str = "home/lamp", retain: bool = False) -> None:
            await client.publish(topic, payload, qos=1, retain=retain)

        async def work() -> None:
            async for message in client.messages:
                came.append(message.payload)
                if answer is not None:
                    await answer(message.payload, say)

        await client.subscribe(topic, qos=1)
        task = asyncio.create_task(work())
        try:
            yield came, say
        finally:
            task.cancel()


async def honest(payload: bytes, say: Say) -> None:
    await say(payload)


def test_a_lamp_that_reports_what_was_written_is_done():
    async def main() -> tuple[Reply, list[bytes]]:
        async with Broker() as broker, device(broker, honest) as (came, _), Bindings(QUICK) as bindings:
            thing = lamp(broker.address)
            return await bindings.write(thing, thing.properties["on"], True), came

    reply, came = asyncio.run(main())
    assert reply == Reply("done", value=True)
    assert came == [b'{"state":"ON"}']
