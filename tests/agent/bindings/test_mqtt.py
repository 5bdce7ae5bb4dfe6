"""MQTT against a real broker: what is written is confirmed by what the device reports."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiomqtt
import pytest

from galiot.agent.bindings import Bindings, DeviceError, Limits, Reply
from galiot.agent.command import UNKNOWN
from galiot.agent.demo.broker import Broker
from galiot.agent.thing import Affordance, Form, Schema, Thing

PATIENT = Limits(timeout_s=6, confirm_s=6, settle_s=0.05, backoff_s=0.05)  # for what answers, on a busy machine
SHORT = replace(PATIENT, confirm_s=0.4)  # for what stays silent or says something else
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
        async with Broker() as broker, device(broker, honest) as (came, _), Bindings(PATIENT) as bindings:
            thing = lamp(broker.address)
            return await bindings.write(thing, thing.properties["on"], True), came

    reply, came = asyncio.run(main())
    assert reply == Reply("done", value=True)
    assert came == [b'{"state":"ON"}']


def run(
    work: Callable[[Bindings, Thing, Broker, list[bytes], Say], Awaitable[Any]],
    answer: Callable[[bytes, Say], Awaitable[None]] | None = None,
    limits: Limits = PATIENT,
    **terms: Any,
) -> Any:
    """Have a broker, a device and bindings for some work."""

    async def main() -> Any:
        async with Broker() as broker, device(broker, answer) as (came, say), Bindings(limits) as bindings:
            return await work(bindings, lamp(broker.address, **terms), broker, came, say)

    return asyncio.run(main())


def written(name: str, value: Any, answer: Any = None, **more: Any) -> tuple[Reply, list[bytes]]:
    async def work(
        bindings: Bindings, thing: Thing, _b: Broker, came: list[bytes], _s: Say
    ) -> tuple[Reply, list[bytes]]:
        return await bindings.write(thing, thing.properties[name], value), came

    return run(work, answer, **more)


def test_a_silent_device_is_asked_once_and_stays_unknown():
    reply, came = written("on", True, limits=SHORT)
    assert reply == Reply("unknown", "sent, but its state was not reported within 0.4 s", UNKNOWN)
    assert len(came) == 1


def test_a_late_device_is_unknown_when_time_is_over():
    async def late(payload: bytes, say: Say) -> None:
        await asyncio.sleep(0.7)
        await say(payload)

    reply, came = written("on", True, late, limits=SHORT)
    assert reply.outcome == "unknown"
    assert len(came) == 1


def test_a_device_that_says_done_and_is_not_is_not_believed():
    async def liar(_: bytes, say: Say) -> None:
        await say('{"state":"ON"}')
        await asyncio.sleep(0.02)
        await say('{"state":"OFF"}')

    reply, _ = written("on", True, liar, limits=replace(SHORT, settle_s=0.3))
    assert reply == Reply("unknown", "sent, but it reports False", False)


def test_an_old_state_that_comes_late_is_no_denial_and_duplicates_do_no_harm():
    async def disorder(payload: bytes, say: Say) -> None:
        for state in (b'{"state":"OFF"}', payload, payload, payload):
            await say(state)

    reply, _ = written("on", True, disorder)
    assert reply == Reply("done", value=True)


def test_a_retained_state_from_before_is_no_confirmation():
    async def work(bindings: Bindings, thing: Thing, _b: Broker, came: list[bytes], say: Say) -> Reply:
        await say('{"state":"ON"}', retain=True)
        return await bindings.write(thing, thing.properties["on"], True)

    reply = run(work, limits=SHORT)
    assert reply.outcome == "unknown"
    assert reply.why.endswith("before, it was so already")


def test_a_refusal_on_the_error_topic_is_the_devices_no():
    async def no(_: bytes, say: Say) -> None:
        await say('{"level":"error","message":"set \'other\' failed"}', topic="home/log")
        await say('{"level":"error","message":"set \'lamp\' failed:\\n no converter"}', topic="home/log")

    reply, _ = written("on", True, no)
    assert reply == Reply("refused", "set 'lamp' failed: no converter", UNKNOWN)


def test_a_device_that_is_reported_offline_is_sent_nothing():
    async def work(
        bindings: Bindings, thing: Thing, _b: Broker, came: list[bytes], say: Say
    ) -> tuple[Reply, list[bytes]]:
        await say('{"state":"offline"}', topic="home/lamp/availability", retain=True)
        reply = await bindings.write(thing, thing.properties["on"], True)
        with pytest.raises(DeviceError) as caught:
            await bindings.read(thing, thing.properties["on"])
        assert caught.value.outcome == "unreachable"
        return reply, came

    reply, came = run(work, honest)
    assert reply == Reply("unreachable", "Lamp is reported to be offline", UNKNOWN)
    assert came == []


def test_what_takes_its_time_is_waited_for_while_it_comes_nearer():
    async def slow(_: bytes, say: Say) -> None:
        for level in (50, 100, 150, 199):
            await say(f'{{"brightness":{level}}}')
            await asyncio.sleep(0.25)

    reply, _ = written("brightness", 200, slow, limits=replace(PATIENT, confirm_s=0.7))
    assert reply == Reply("done", value=199)


def test_a_value_that_gets_stuck_is_told_as_it_is():
    async def stuck(_: bytes, say: Say) -> None:
        for level in (50, 100, 100, 90):
            await say(f'{{"brightness":{level}}}')

    reply, _ = written("brightness", 200, stuck, limits=SHORT)
    assert reply == Reply("unknown", "sent, but it reports 90", 90)


def test_a_state_that_turns_at_the_end_is_waited_for_while_the_position_changes():
    async def closing(_: bytes, say: Say) -> None:
        for position in (80, 60, 40, 20):
            await say(f'{{"state":"OPEN","position":{position}}}')
            await asyncio.sleep(0.25)
        await say('{"state":"OFF","position":0}')

    reply, _ = written("on", False, closing, limits=replace(PATIENT, confirm_s=0.7))
    assert reply == Reply("done", value=False)


def test_a_word_for_being_on_the_way_is_waited_for():
    async def closing(_: bytes, say: Say) -> None:
        await say('{"state":"closing"}')
        await asyncio.sleep(0.6)
        await say('{"state":"OFF"}')

    reply, _ = written("on", False, closing, limits=SHORT)
    assert reply == Reply("done", value=False)


def test_an_action_that_nothing_confirms_is_unknown_and_sent_once():
    async def work(
        bindings: Bindings, thing: Thing, _b: Broker, came: list[bytes], _s: Say
    ) -> tuple[Reply, list[bytes]]:
        reply = await bindings.invoke(thing, thing.actions["toggle"])
        await asyncio.sleep(0.05)
        return reply, came

    reply, came = run(work)
    assert reply == Reply("unknown", "sent; it reports nothing that would confirm it", UNKNOWN)
    assert came == [b'{"state":"TOGGLE"}']


def test_an_oversized_message_is_left_alone_and_named():
    async def loud(_: bytes, say: Say) -> None:
        await say('{"state":"ON","x":"' + "x" * 5000 + '"}')

    reply, _ = written("on", True, loud, limits=replace(SHORT, message_bytes=1000))
    assert reply.outcome == "unknown"
    assert reply.why.endswith("; a message of 5021 bytes is more than the 1000 allowed")


@pytest.mark.parametrize("payload", [b"\xff\xfe", b"{", b"[1]", b'{"brightness":3}', b"[" * 20_000])
def test_a_message_that_makes_no_sense_confirms_nothing(payload: bytes):
    async def odd(_: bytes, say: Say) -> None:
        await say(payload)

    reply, _ = written("on", True, odd, limits=replace(SHORT, confirm_s=0.1))
    assert reply.outcome == "unknown"


def test_no_broker_is_unreachable_within_the_time():
    async def main() -> Reply:
        async with Bindings(replace(PATIENT, timeout_s=0.3)) as bindings:
            thing = lamp("mqtt://127.0.0.1:9")
            return await bindings.write(thing, thing.properties["on"], True)

    begun = time.monotonic()
    reply = asyncio.run(main())
    assert reply.outcome == "unreachable"
    assert "mqtt://127.0.0.1:9" in reply.why
    assert time.monotonic() - begun < 2


def test_after_the_broker_was_gone_and_came_back_it_goes_on():
    async def main() -> list[Reply]:
        broker, replies = Broker(), []
        async with Bindings(replace(PATIENT, timeout_s=1)) as bindings:
            for _ in range(2):
                async with broker, device(broker, honest):
                    thing = lamp(broker.address)
                    replies.append(await bindings.write(thing, thing.properties["on"], True))
                replies.append(await bindings.write(thing, thing.properties["on"], True))
            return replies

    assert [each.outcome for each in asyncio.run(main())] == ["done", "unreachable", "done", "unreachable"]


def test_observing_outlives_the_broker():
    async def main() -> list[Any]:
        broker, got = Broker(), []

        async def follow(bindings: Bindings, thing: Thing) -> None:
            async for value in bindings.observe(thing, thing.properties["on"]):
                got.append(value)

        async with Bindings(PATIENT) as bindings:
            for state in ("ON", "OFF"):
                async with broker, device(broker) as (_, say):
                    if not got:
                        task = asyncio.create_task(follow(bindings, lamp(broker.address)))
                    for _ in range(50):
                        await say(json.dumps({"state": state}))
                        await asyncio.sleep(0.02)
                        if got[-1:] == [state == "ON"]:
                            break
            task.cancel()
            await asyncio.wait({task})
        return sorted(set(got))

    assert asyncio.run(main()) == [False, True]


@pytest.mark.parametrize(("name", "outcome", "times"), [("toggle", "unknown", 1), ("on", "done", 2)])
def test_when_the_broker_dies_while_it_takes_a_command_only_what_is_idempotent_goes_out_again(
    name: str, outcome: str, times: int
):
    """A gate between us and the broker passes the command on, but cuts the line before the broker's answer."""

    async def main() -> tuple[Reply, list[bytes]]:
        async with (
            Broker() as broker,
            device(broker, honest) as (came, _),
            _gate(broker) as gate,
            Bindings(PATIENT) as bindings,
        ):
            thing = lamp(f"mqtt://127.0.0.1:{gate.port}", **{"mqv:qos": 1})
            work = (
                bindings.invoke(thing, thing.actions[name])
                if name == "toggle"
                else bindings.write(thing, thing.properties[name], True)
            )
            return await work, came

    reply, came = asyncio.run(main())
    assert reply.outcome == outcome
    assert len(came) == times


def test_a_value_is_read_from_what_is_retained_or_asked_for():
    async def work(bindings: Bindings, thing: Thing, _b: Broker, came: list[bytes], say: Say) -> Any:
        with pytest.raises(DeviceError, match="reported nothing"):
            await bindings.read(thing, thing.properties["on"])
        await say('{"state":"OFF","brightness":7}', retain=True)
        return [await bindings.read(thing, thing.properties[name]) for name in ("on", "brightness")]

    assert run(work, limits=replace(PATIENT, timeout_s=1)) == [False, 7]

    async def asked(payload: bytes, say: Say) -> None:
        await say('{"state":"ON"}')

    async def ask(bindings: Bindings, thing: Thing, _b: Broker, came: list[bytes], say: Say) -> Any:
        return await bindings.read(thing, thing.properties["on"]), came

    assert run(ask, asked, **{"galiot:getTopic": "home/lamp/set", "galiot:getPayload": {"state": ""}}) == (
        True,
        [b'{"state":""}'],
    )


def test_a_plain_description_with_topics_in_its_addresses_works():
    """Forms as the MQTT binding template has them; the state is told on another topic than the command."""

    async def relay(payload: bytes, say: Say) -> None:
        await say(payload, topic="home/lamp/level")

    async def work(bindings: Bindings, _t: Thing, broker: Broker, came: list[bytes], _s: Say) -> Any:
        level = Affordance(
            name="level",
            kind="property",
            schema=Schema(type="integer"),
            forms=(
                Form(href=broker.address + "/home/lamp/set", operations=("writeproperty",), terms={"mqv:qos": "1"}),
                Form(href=broker.address, operations=("readproperty",), terms={"mqv:filter": "home/lamp/level"}),
            ),
        )
        return await bindings.write(Thing(id="x", title="X"), level, 4), came

    assert run(work, relay) == (Reply("done", value=4), [b"4"])


def test_one_topic_for_command_and_state_is_no_witness():
    async def work(bindings: Bindings, _t: Thing, broker: Broker, came: list[bytes], _s: Say) -> Reply:
        level = Affordance(name="level", kind="property", forms=(Form(href=broker.address + "/home/lamp/set"),))
        return await bindings.write(Thing(id="x", title="X"), level, 4)

    assert run(work).outcome == "unknown"


@asynccontextmanager
async def _gate(broker: Broker):
    """Pass bytes on; when a publication has gone to the broker the first time, cut the line without its answer."""
    cut = False

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal cut
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", broker.port)

        async def down() -> None:
            while data := await up_reader.read(65536):
                writer.write(data)

        answers = asyncio.create_task(down())
        while data := await reader.read(65536):
            if not cut and data[0] >> 4 == 3:
                cut = True
                answers.cancel()
                up_writer.write(data)
                await up_writer.drain()
                await asyncio.sleep(0.05)
                break
            up_writer.write(data)
        answers.cancel()
        up_writer.close()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.port = server.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.close()


@asynccontextmanager
async def version_5_broker(answer: int):
    """As much of an MQTT 5 broker as one command needs: it takes everything, and answers messages with one reason."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(1):
            length, shift = 0, 0
            while True:
                part = (await reader.readexactly(1))[0]
                length, shift = length | (part & 127) << shift, shift + 7
                if part < 128:
                    break
            body = await reader.readexactly(length)
            kind = head[0] >> 4
            if kind == 1:
                server.versions.append(body[6])
                writer.write(b"\x20\x03\x00\x00\x00")
            elif kind in (8, 10):  # subscribe, unsubscribe
                count = max(1, body.count(b"home/"))
                writer.write(bytes([0x90 if kind == 8 else 0xB0, 3 + count]) + body[:2] + b"\x00" + b"\x00" * count)
            elif kind == 3:
                topic = 2 + int.from_bytes(body[:2], "big")
                writer.write(b"\x40\x03" + body[topic : topic + 2] + bytes([answer]))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.versions, server.port = [], server.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.close()


@pytest.mark.parametrize(("answer", "outcome"), [(0, "unknown"), (16, "unreachable"), (135, "refused")])
def test_a_broker_of_version_5_says_what_became_of_a_message(answer: int, outcome: str):
    async def main() -> tuple[Reply, list[int]]:
        async with version_5_broker(answer) as server, Bindings(SHORT) as bindings:
            thing = lamp(f"mqtt://127.0.0.1:{server.port}")
            return await bindings.write(thing, thing.properties["on"], True), server.versions

    reply, versions = asyncio.run(main())
    assert reply.outcome == outcome
    assert versions == [5]


def test_a_reader_beside_a_command_does_not_confirm_it():
    """Subscribing once more has the broker tell again what it retains; that is no news of the device."""

    async def work(bindings: Bindings, thing: Thing, _b: Broker, came: list[bytes], say: Say) -> tuple[Reply, Any]:
        await say('{"state":"ON"}', retain=True)
        writing = asyncio.create_task(bindings.write(thing, thing.properties["on"], True))
        while not came:
            await asyncio.sleep(0.01)
        value = await bindings.read(thing, thing.properties["on"])
        return await writing, value

    reply, value = run(work, limits=SHORT)
    assert value is True
    assert reply.outcome == "unknown"


def test_many_devices_are_read_and_written_at_once(caplog: pytest.LogCaptureFixture):
    async def echo(payload: bytes, say: Say) -> None:
        await say(payload)

    async def work(bindings: Bindings, thing: Thing, _b: Broker, came: list[bytes], say: Say) -> list[Reply]:
        level = thing.properties["brightness"]
        return await asyncio.gather(*(bindings.write(thing, level, 100) for _ in range(20)))

    assert {reply.outcome for reply in run(work, echo)} == {"done"}
    assert [each.message for each in caplog.records if each.levelname == "WARNING"] == []
