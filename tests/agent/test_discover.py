"""Things are found where they describe themselves; what makes no sense is one line, and the others work."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from web_device import Request, web_device

from galiot.agent.bindings import Bindings, Credential, Credentials, DeviceError, Limits
from galiot.agent.demo import Broker, run_demo
from galiot.agent.demo.home import new_devices
from galiot.agent.discover import Found, discover, open_home
from galiot.agent.things.homefile import BrokerSettings
from galiot.errors import RequestError

QUICK = Limits(timeout_s=0.5, backoff_s=0.05)
PATIENT = Limits(timeout_s=6, confirm_s=6, settle_s=0.02, backoff_s=0.05)  # of what answers at once, on a busy machine


def lamp(number: int, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "id": f"urn:lamp:{number}",
        "title": f"Lamp {number}",
        "securityDefinitions": {"none": {"scheme": "nosec"}},
        "security": ["none"],
        "properties": {"on": {"type": "boolean", "forms": [{"href": "on"}]}},
        **more,
    }


def found_at(address: str | BrokerSettings, limits: Limits = PATIENT, **more: Any) -> Found:
    return asyncio.run(discover(address, limits=limits, quiet_s=0.1, **more))


def told(messages: dict[str, Any], source: str = "", **more: Any) -> Found:
    """Discover what a broker holds."""

    async def main() -> Found:
        async with Broker() as broker:
            async with aiomqtt.Client("127.0.0.1", broker.port) as client:
                for topic, payload in messages.items():
                    data = payload if isinstance(payload, (str, bytes)) else json.dumps(payload)
                    await client.publish(topic, data, qos=1, retain=True)
            return await discover(broker.address + source, limits=PATIENT, quiet_s=0.1, **more)

    return asyncio.run(main())


def test_the_simulated_home_is_found_whole():
    async def main() -> Found:
        async with run_demo(lively=False) as home:
            return await discover(home.address, limits=PATIENT, quiet_s=0.1)

    found = asyncio.run(main())
    assert found.refused == ()
    assert {thing.title for thing in found.things} == {each.name for each in new_devices()}


def test_everything_that_can_be_set_in_the_simulated_home_confirms_it():
    """Every writable property of every thing is written with a value that it does not have; all are done."""

    async def main() -> dict[str, Any]:
        async with run_demo(lively=False, tick_s=0.02) as home, Bindings(PATIENT) as bindings:
            for each in home.devices:
                if hasattr(each, "speed"):
                    each.speed = 2_000.0
            found = await discover(home.address, limits=PATIENT, quiet_s=0.1)
            replies = {}
            for thing in found.things:
                for one in thing.properties.values():
                    if one.writable and one.readable:
                        value = other_value(one, await bindings.read(thing, one))
                        reply = await bindings.write(thing, one, value)
                        replies[f"{thing.title} {one.name} {value}"] = (reply.outcome, reply.why)
        return replies

    replies = asyncio.run(main())
    assert len(replies) == 41
    assert {key: reply for key, reply in replies.items() if reply != ("done", "")} == {}


def other_value(affordance: Any, now: Any) -> Any:
    schema = affordance.schema
    if schema.type == "boolean":
        return not now
    if schema.enum:
        return next(each for each in schema.enum if each != now)
    return schema.minimum + (10 if now != schema.minimum + 10 else 5)


def test_what_makes_no_sense_is_refused_one_by_one():
    found = told(
        {
            "homie/5/good/$description": {"homie": "5.0", "version": 1, "name": "Good", "nodes": {}},
            "homie/5/old/$description": {"homie": "4.0"},
            "homie/5/broken/$description": "{",
            "zigbee2mqtt/bridge/devices": b"\xff",
            "homeassistant/switch/x/config": "[]",
        }
    )
    assert [thing.title for thing in found.things] == ["Good"]
    assert sorted(str(each).split(":")[0] for each in found.refused) == [
        "homeassistant/switch/x/config",
        "homie/5/broken/$description",
        "homie/5/old/$description",
        "zigbee2mqtt/bridge/devices",
    ]
    assert all("\n" not in str(each) for each in found.refused)


def test_an_oversized_description_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("galiot.agent.discover_mqtt.LARGEST_BYTES", 100)
    found = told({"zigbee2mqtt/bridge/devices": "x" * 101})
    assert [str(each) for each in found.refused] == [
        "zigbee2mqtt/bridge/devices: a description of 101 bytes, at most 100 are read"
    ]


def test_a_base_topic_in_the_address_is_used():
    description = {"homie": "5.0", "version": 1, "name": "Here", "nodes": {}}
    assert len(told({"mine/5/a/$description": description}, source="/mine").things) == 1
    assert told({"mine/5/a/$description": description}).things == ()


def test_a_broker_that_is_not_there_is_unreachable():
    with pytest.raises(DeviceError, match=r"the broker mqtt://127\.0\.0\.1:9: ") as caught:
        found_at("mqtt://127.0.0.1:9", QUICK)
    assert caught.value.outcome == "unreachable"


def test_an_unknown_scheme_is_a_wrong_request():
    with pytest.raises(RequestError, match="nothing is known about ftp://"):
        found_at("ftp://x")


def test_a_device_describes_itself_and_its_addresses_count_from_there():
    with web_device(lambda request: (200, lamp(1)) if request.path.endswith("wot") else (200, True)) as device:

        async def main() -> Any:
            found = await discover(device.address, limits=PATIENT)
            async with Bindings(PATIENT) as bindings:
                return found, await bindings.read(found.things[0], found.things[0].properties["on"])

        found, value = asyncio.run(main())
    assert [each.path for each in device.requests] == ["/.well-known/wot", "/.well-known/on"]
    assert (found.things[0].title, value) == ("Lamp 1", True)


def test_a_directory_is_read_page_by_page():
    introduction = {
        "@type": "ThingDirectory",
        "title": "Directory",
        "properties": {"things": {"forms": [{"href": "/things{?offset,limit}"}]}},
    }

    def answer(request: Request) -> Any:
        if request.path.endswith("wot"):
            return 200, introduction
        offset = int((re.findall(r"offset=(\d+)", request.path) or [0])[0])
        more = {"link": f'</things?offset={offset + 2}>; rel="next"'} if offset < 4 else {}
        return 200, [lamp(offset), lamp(offset + 1)], more

    with web_device(answer) as device:
        found = found_at(device.address)
    assert [thing.title for thing in found.things] == [f"Lamp {number}" for number in range(6)]


def test_a_collection_goes_on_by_its_own_word_and_a_bad_description_does_not_stop_it():
    def answer(request: Request) -> Any:
        if "2" in request.path:
            return 200, {"@type": "ThingCollection", "members": [lamp(2)]}
        return 200, {"@type": "ThingCollection", "members": [lamp(1), {"title": 5}], "next": "/things?page=2"}

    with web_device(answer) as device:
        found = found_at(device.address + "/things")
    assert [thing.title for thing in found.things] == ["Lamp 1", "Lamp 2"]
    assert len(found.refused) == 1


@pytest.mark.parametrize("after", ["http://127.0.0.1:9/things", "/things"])
def test_a_list_that_leads_elsewhere_or_round_in_circles_ends(after: str):
    with web_device(lambda request: (200, [lamp(1)], {"link": f'<{after}>; rel="next"'})) as device:
        found = found_at(device.address + "/things")
    assert len(found.things) == len(found.refused) == len(device.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "why"), [(404, None, "it answered 404"), (200, b"<html>", "no Thing Description")]
)
def test_what_is_no_description_is_one_line(status: int, body: Any, why: str):
    with web_device(lambda request: (status, body)) as device, pytest.raises(DeviceError, match=why):
        found_at(device.address)


def test_a_home_file_names_several_sources_and_one_that_is_away_does_not_stop_it(tmp_path: Path):
    (tmp_path / "lamps.json").write_text(json.dumps([lamp(7, base="http://127.0.0.1:9/")]))
    (tmp_path / "password").write_text("secret\n")

    async def main() -> Any:
        async with run_demo(lively=False) as home:
            (tmp_path / "home.toml").write_text(
                f"""
                [home]
                things = ["lamps.json", "http://127.0.0.1:9/x"]
                [[broker]]
                url = "{home.address}"
                discover = ["homie"]
                user = "me"
                password_file = "password"
                [thing."speaker"]
                area = "Loft"
                """
            )
            return await open_home(str(tmp_path), limits=replace(PATIENT, timeout_s=2)), home.address

    (home, credentials), address = asyncio.run(main())
    assert len(home.things) == 6
    assert "Loft" in home.areas
    assert len(home.refused) == 1
    assert "127.0.0.1:9" in home.refused[0]
    assert credentials.find(address) == Credential("me", "secret")
    assert "secret" not in repr(credentials)


def test_credentials_reach_a_directory_that_asks_for_them():
    with web_device(lambda request: (200, lamp(1))) as device:
        found_at(device.address, credentials=Credentials({"127.0.0.1": Credential(token="t")}))
    assert device.requests[0].headers["authorization"] == "Bearer t"


def test_a_password_in_an_address_is_used_for_its_things_and_stands_nowhere_in_them():
    with web_device(lambda request: (200, lamp(1, securityDefinitions={"none": {"scheme": "basic"}}))) as device:
        address = device.address.replace("://", "://me:se%40cret@")

        async def main() -> Any:
            home, credentials = await open_home(address, limits=PATIENT)
            async with Bindings(PATIENT, credentials) as bindings:
                await bindings.read(home.things[0], home.things[0].properties["on"])
            return home

        home = asyncio.run(main())
    assert [each.headers["authorization"] for each in device.requests] == ["Basic bWU6c2VAY3JldA=="] * 2
    assert "cret" not in repr(home.things[0]) + repr(home.things[0].base)


def test_a_jammed_lock_refuses_and_a_device_that_is_away_is_unreachable():
    async def main() -> list[tuple[str, str]]:
        async with run_demo(lively=False, tick_s=0.02) as home, Bindings(PATIENT) as bindings:
            home.happen("jam", "front door lock")
            home.happen("offline", "kitchen light")
            home.happen("offline", "speaker")
            await asyncio.sleep(0.1)
            found = await discover(home.address, limits=PATIENT, quiet_s=0.1)
            by_title = {thing.title: thing for thing in found.things}
            wanted = (
                ("front door lock", "state", "UNLOCK"),
                ("kitchen light", "state", "ON"),
                ("speaker", "volume", 50),
            )
            replies = [
                await bindings.write(by_title[title], by_title[title].properties[name], value)
                for title, name, value in wanted
            ]
            assert home.device("front door lock").state["state"] is True
        return [(reply.outcome, reply.why) for reply in replies]

    assert asyncio.run(main()) == [
        ("refused", "z2m: Publish 'set' 'state' to 'hall/front door lock' failed: 'the bolt is jammed'"),
        ("unreachable", "kitchen light is reported to be offline"),
        ("unreachable", "speaker is reported to be offline"),
    ]


def test_a_garage_door_is_done_when_it_is_open_and_a_press_that_nothing_shows_is_unknown():
    async def main() -> tuple[Any, Any, float]:
        async with run_demo(lively=False, tick_s=0.02) as home, Bindings(PATIENT) as bindings:
            door = home.device("garage door")
            door.speed = 400.0
            found = await discover(home.address, limits=PATIENT, quiet_s=0.1)
            thing = next(thing for thing in found.things if thing.title == "garage door")
            opened = await bindings.invoke(thing, thing.actions["open"])
            position = door.state["position"]
            return opened, await bindings.invoke(thing, thing.actions["stop"]), position

    opened, stopped, position = asyncio.run(main())
    assert (opened.outcome, opened.value, position) == ("done", "open", 100)
    assert stopped.outcome == "unknown"
