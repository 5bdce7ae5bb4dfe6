"""The simulated home: real messages on a real broker, and physics that one can predict."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import aiomqtt
import pytest

from galiot.agent.demo import DemoHome, run_demo, show
from galiot.agent.demo.home import new_devices
from galiot.agent.demo.world import Room, World
from galiot.errors import RequestError


def quiet_home(**more: Any) -> DemoHome:
    """A home without a broker, in which nobody comes or goes."""
    return DemoHome(None, new_devices(), World({}, lively=False), more.pop("speed", 60.0))


def at_home(work: Callable[[DemoHome, aiomqtt.Client], Awaitable[Any]], **more: Any) -> Any:
    async def main() -> Any:
        async with (
            run_demo(lively=False, tick_s=0.02, **more) as home,
            aiomqtt.Client("127.0.0.1", home.broker.port) as client,
        ):
            return await asyncio.wait_for(work(home, client), 5)

    return asyncio.run(main())


async def heard(client: aiomqtt.Client, topic: str, enough: Callable[[str], bool] = lambda _: True) -> list[str]:
    """Return messages of a topic up to the first that is enough."""
    await client.subscribe(topic, qos=1)
    got = []
    async for message in client.messages:
        got.append(message.payload.decode())
        if enough(got[-1]):
            break
    return got


def test_the_home_has_thirty_devices_with_names_of_their_own():
    devices = new_devices()
    assert len(devices) == len({each.name for each in devices}) == 30
    assert {each.way for each in devices} == {"zigbee2mqtt", "homie", "home assistant"}


def test_descriptions_are_retained_in_three_conventions():
    async def work(home: DemoHome, client: aiomqtt.Client) -> tuple[int, int, int]:
        for topic in ("zigbee2mqtt/bridge/devices", "homie/5/+/$description", "homeassistant/#"):
            await client.subscribe(topic)
        got = []
        async for message in client.messages:
            got.append((str(message.topic), json.loads(message.payload), message.retain))
            if len(got) == 11:
                break
        zigbee = next(payload for topic, payload, _ in got if topic.startswith("zigbee"))
        assert all(retained for _, _, retained in got)
        return len(zigbee), sum(t.startswith("homie/") for t, *_ in got), sum(t.endswith("/config") for t, *_ in got)

    assert at_home(work) == (21, 5, 5)  # the coordinator is one of Zigbee2MQTT's


def test_a_light_obeys_and_reports():
    async def work(home: DemoHome, client: aiomqtt.Client) -> Any:
        await client.publish("zigbee2mqtt/kitchen/kitchen light/set", '{"state":"ON","brightness":99}')
        return json.loads((await heard(client, "zigbee2mqtt/kitchen/kitchen light", lambda each: '"ON"' in each))[-1])

    assert at_home(work) == {"state": "ON", "brightness": 99}


def test_a_command_out_of_range_is_refused_in_the_log():
    async def work(home: DemoHome, client: aiomqtt.Client) -> Any:
        await client.subscribe("zigbee2mqtt/bridge/logging")
        await client.publish("zigbee2mqtt/kitchen/kitchen light/set", '{"brightness":300}')
        return json.loads((await anext(client.messages)).payload), home.device("kitchen light").state["brightness"]

    said, brightness = at_home(work)
    assert (
        said["message"] == "z2m: Publish 'set' 'brightness' to 'kitchen/kitchen light' failed: 'brightness is 0 to 254'"
    )
    assert brightness == 200


def test_a_blind_takes_its_time_and_tells_where_it_is():
    async def work(home: DemoHome, client: aiomqtt.Client) -> list[int]:
        home.device("bedroom blind").speed = 300.0
        await client.publish("zigbee2mqtt/bedroom/bedroom blind/set", '{"position":60}')
        told = await heard(client, "zigbee2mqtt/bedroom/bedroom blind", lambda each: json.loads(each)["position"] == 60)
        return [json.loads(each)["position"] for each in told]

    positions = at_home(work)
    assert positions == sorted(positions)
    assert len(set(positions)) > 3


def test_the_washer_runs_its_cycle_and_says_once_that_it_is_done():
    async def work(home: DemoHome, client: aiomqtt.Client) -> Any:
        await client.subscribe("homie/5/washer/washer/event")
        await client.publish("homie/5/washer/washer/run/set", "true")
        message = await anext(client.messages)
        return message.payload, message.retain, home.device("washer").state

    payload, retained, state = at_home(work, speed=20_000)
    assert (payload, retained) == (b"finished", False)
    assert (state["run"], state["stage"], state["remaining"]) == (False, "done", 0)


def test_a_jammed_lock_stays_as_it_is_and_complains():
    async def work(home: DemoHome, client: aiomqtt.Client) -> Any:
        home.device("front door lock").jammed = True
        await client.subscribe("zigbee2mqtt/bridge/logging")
        await client.publish("zigbee2mqtt/hall/front door lock/set", '{"state":"UNLOCK"}')
        return json.loads((await anext(client.messages)).payload)["message"], home.device("front door lock").state

    message, state = at_home(work)
    assert message.endswith("to 'hall/front door lock' failed: 'the bolt is jammed'")
    assert (state["state"], state["lock_state"]) == (True, "not_fully_locked")


def test_a_command_in_home_assistants_way_moves_the_garage_door():
    async def work(home: DemoHome, client: aiomqtt.Client) -> list[str]:
        home.device("garage door").speed = 500.0
        await client.publish("demo/garage-door/state/set", "OPEN")
        return await heard(client, "demo/garage-door/state/state", lambda each: each == "open")

    told = at_home(work)
    assert told[-2:] == ["opening", "open"]


def test_nonsense_is_survived():
    async def work(home: DemoHome, client: aiomqtt.Client) -> Any:
        for payload in (
            b"{",
            b"\xff",
            b"[]",
            b'{"state":{}}',
            b'{"brightness":"x"}',
            b'{"no":1}',
            b'{"brightness":null}',
        ):
            await client.publish("zigbee2mqtt/kitchen/kitchen light/set", payload)
            await client.publish("homie/5/speaker/speaker/volume/set", payload)
            await client.publish("demo/porch-light/light/set", payload)
        await client.publish("zigbee2mqtt/no/nobody/set", '{"state":"ON"}')
        await client.publish("zigbee2mqtt/kitchen/kitchen light/set", '{"state":"ON"}')
        await heard(client, "zigbee2mqtt/kitchen/kitchen light", lambda each: '"ON"' in each)
        return home.device("speaker").state["volume"]

    assert at_home(work) == 30


def test_a_room_cools_faster_with_its_window_open_and_warms_when_it_is_heated():
    def after_an_hour(**more: Any) -> float:
        room = Room("x", temperature_c=20.0, **more)
        for _ in range(60):
            room.step(60, outside_c=5.0)
        return room.temperature_c

    assert after_an_hour(window_open=True) < 8 < 17 < after_an_hour() < 20 < after_an_hour(heating=1.0)


def test_a_thermostat_brings_its_room_to_the_temperature_that_is_set():
    home = quiet_home()
    home.device("bedroom thermostat").command("occupied_heating_setpoint", 23)
    for _ in range(600):
        home.step(1.0)
    assert home.world.room("bedroom").temperature_c == pytest.approx(22.5, abs=0.6)


def test_batteries_drain_and_plugs_count():
    home = quiet_home(speed=3_600.0)
    home.device("coffee machine").command("state", "TOGGLE")
    for _ in range(24):
        home.step(1.0)
    assert home.device("coffee machine").state["energy"] == pytest.approx(12.5 + 24 * 0.9)
    assert home.device("kitchen window").state["battery"] == pytest.approx(87 - 1 / 3)


def test_the_same_seed_lives_the_same_day():
    def a_day(seed: int) -> list[Any]:
        import random

        home = DemoHome(None, new_devices(), World({}, random=random.Random(seed)), 600.0)
        told = []
        for _ in range(144):
            home.step(1.0)
            told.append(
                (home.device("kitchen window").state["contact"], home.device("hall motion sensor").state["occupancy"])
            )
        return told

    assert a_day(1) == a_day(1) != a_day(2)
    assert {contact for contact, _ in a_day(1)} == {True, False}


def test_windows_faults_and_alarms_can_be_made_to_happen():
    async def work(home: DemoHome, client: aiomqtt.Client) -> Any:
        for payload in (
            '{"open window":"kitchen"}',
            "nonsense",
            '{"jam":"front door lock","no":1}',
            '{"smoke":true}',
            '{"offline":"washer"}',
        ):
            await client.publish("galiot-demo/set", payload)
        await heard(client, "homie/5/washer/$state", lambda each: each == "lost")
        return (
            home.world.rooms["kitchen"].window_open,
            home.device("front door lock").jammed,
            home.device("kitchen smoke detector").state,
        )

    window, jammed, state = at_home(work)
    assert (window, jammed, state["smoke"]) == (True, True, True)


def test_the_table_names_every_device():
    from rich.console import Console

    async def work(home: DemoHome, client: aiomqtt.Client) -> str:
        home.device("washer").online = False
        console = Console(width=160, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
        console.print(show(home))
        return console.export_text()

    table = at_home(work)
    assert all(each.name in table for each in new_devices())
    assert "OFFLINE program cotton" in table


def test_a_port_that_is_taken_is_named():
    async def main() -> None:
        async with run_demo() as home, run_demo(home.broker.port):
            pass

    with pytest.raises(RequestError, match=r"no broker at mqtt://127\.0\.0\.1:\d+: .*choose another port"):
        asyncio.run(main())


def test_the_usual_port_gives_way_to_a_free_one_when_it_is_taken(monkeypatch: pytest.MonkeyPatch):
    import io

    from rich.console import Console

    from galiot.agent.demo import main

    console = Console(file=io.StringIO())

    async def show_and_stop(port: int, **_: Any) -> None:
        async with run_demo(port) as home:
            console.print(home.address)

    async def work(home: DemoHome, client: aiomqtt.Client) -> tuple[int, int]:
        monkeypatch.setattr("galiot.agent.demo.screen._USUAL_PORT", home.broker.port)
        monkeypatch.setattr("galiot.agent.demo.screen.show_forever", show_and_stop)
        return await asyncio.to_thread(main, None), home.broker.port

    status, taken = at_home(work)
    assert status == 0
    assert "mqtt://127.0.0.1:" in console.file.getvalue()
    assert str(taken) not in console.file.getvalue()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_foreground_process_cleanly(number: int):
    program = "from galiot.agent.demo import main; print('ended', main(0))"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline()
        while "mqtt://" not in line:
            line = process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    finally:
        process.kill()
    assert (process.returncode, err) == (0, "")
    assert out.rstrip().endswith("ended 0")
