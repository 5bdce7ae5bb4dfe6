"""CoAP against a real server on the loopback."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import aiocoap
import pytest
from aiocoap import resource

from galiot.agent.bindings import Bindings, DeviceError, Limits, Reply
from galiot.agent.thing import Affordance, Form, Schema, Thing

QUICK = Limits(timeout_s=1, confirm_s=0.2, settle_s=0.05, backoff_s=0.05, message_bytes=1000)


class Valve(resource.ObservableResource):
    """Keeps what it is told, unless `stuck`."""

    def __init__(self, stuck: bool = False) -> None:
        super().__init__()
        self.value, self.stuck, self.puts = 10, stuck, 0

    async def render_get(self, request: aiocoap.Message) -> aiocoap.Message:
        return aiocoap.Message(payload=json.dumps(self.value).encode())

    async def render_put(self, request: aiocoap.Message) -> aiocoap.Message:
        self.puts += 1
        if json.loads(request.payload) > 100:
            return aiocoap.Message(code=aiocoap.BAD_REQUEST, payload=b"at most 100")
        if not self.stuck:
            self.value = json.loads(request.payload)
            self.updated_state()
        return aiocoap.Message(code=aiocoap.CHANGED)


class Flush(resource.Resource):
    """Counts; the second time it says nothing for long."""

    times = 0

    async def render_post(self, request: aiocoap.Message) -> aiocoap.Message:
        self.times += 1
        if self.times > 1:
            await asyncio.sleep(3)
        return aiocoap.Message(payload=b'{"litres": 3}')


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", 0))
        return own.getsockname()[1]


def valve(port: int) -> Thing:
    return Thing(
        id="valve",
        title="Valve",
        base=f"coap://127.0.0.1:{port}/",
        properties={
            "position": Affordance(
                name="position",
                kind="property",
                schema=Schema(type="integer", minimum=0, maximum=200),
                forms=(Form(href="position"),),
            ),
            "none": Affordance(name="none", kind="property", forms=(Form(href="none"),)),
        },
        actions={"flush": Affordance(name="flush", kind="action", forms=(Form(href="flush"),))},
    )


def use(work: Callable[[Bindings, Thing, Valve], Awaitable[Any]], stuck: bool = False) -> Any:
    async def main() -> Any:
        site, own, port = resource.Site(), Valve(stuck), free_port()
        site.add_resource(["position"], own)
        site.add_resource(["flush"], Flush())
        server = await aiocoap.Context.create_server_context(site, bind=("127.0.0.1", port))
        try:
            async with Bindings(QUICK) as bindings:
                return await work(bindings, valve(port), own)
        finally:
            await server.shutdown()

    return asyncio.run(main())


def test_a_value_that_was_put_is_read_back():
    assert use(lambda b, t, _: b.write(t, t.properties["position"], 40)) == Reply("done", value=40)


def test_a_valve_that_is_stuck_is_not_said_to_have_moved():
    async def work(bindings: Bindings, thing: Thing, own: Valve) -> tuple[Reply, int]:
        return await bindings.write(thing, thing.properties["position"], 40), own.puts

    reply, puts = use(work, stuck=True)
    assert (reply.outcome, reply.value, puts) == ("unknown", 10, 1)
    assert reply.why == "it answered 2.04 Changed, but it reports 10"


def test_the_devices_no_is_passed_on():
    reply = use(lambda b, t, _: b.write(t, t.properties["position"], 150))
    assert reply.outcome == "refused"
    assert reply.why == "Valve: position: it answered 4.00 Bad Request: at most 100"
    assert use(lambda b, t, _: b.write(t, t.properties["none"], 1)).outcome == "refused"


def test_nothing_there_is_no_success():
    async def main() -> tuple[Reply, Any]:
        async with Bindings(QUICK) as bindings:
            thing = valve(free_port())
            with pytest.raises(DeviceError) as caught:
                await bindings.read(thing, thing.properties["position"])
            return await bindings.write(thing, thing.properties["position"], 1), caught.value.outcome

    reply, read = asyncio.run(main())
    assert reply.outcome == "unreachable"
    assert read == "unreachable"


def test_an_action_gives_its_output_and_silence_leaves_it_unknown():
    async def work(bindings: Bindings, thing: Thing, own: Valve) -> list[Reply]:
        return [await bindings.invoke(thing, thing.actions["flush"]) for _ in range(2)]

    first, second = use(work)
    assert first == Reply("done", value={"litres": 3})
    assert second.outcome == "unknown"


def test_an_oversized_answer_is_refused():
    async def work(bindings: Bindings, thing: Thing, own: Valve) -> None:
        own.value = "x" * 1100
        await bindings.read(thing, thing.properties["position"])

    with pytest.raises(DeviceError, match="an answer of 1102 bytes, 1000 allowed"):
        use(work)


def test_changes_are_notified():
    async def work(bindings: Bindings, thing: Thing, own: Valve) -> list[Any]:
        got = []
        async with aclosing(bindings.observe(thing, thing.properties["position"])) as told:
            async for value in told:
                got.append(value)
                if len(got) == 3:
                    return got
                own.value += 1
                own.updated_state()
        return got

    assert use(work) == [10, 11, 12]
