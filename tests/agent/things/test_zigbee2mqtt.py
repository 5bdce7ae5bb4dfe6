"""Zigbee2MQTT's exposes become things whose commands are the messages that the bridge takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from galiot.agent.bindings.terms import problem_of
from galiot.agent.bindings.wire import decode, encode
from galiot.agent.command import Problem
from galiot.agent.features import commands_for, features_of, kind_of
from galiot.agent.thing import Schema, Thing
from galiot.agent.things.zigbee2mqtt import read_devices, write_devices

STATE = {"type": "binary", "name": "state", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF"}
LEVEL = {
    "type": "numeric",
    "name": "brightness",
    "property": "brightness",
    "access": 7,
    "value_min": 0,
    "value_max": 254,
}
WHITE = {"type": "numeric", "name": "color_temp", "property": "color_temp", "access": 7, "value_min": 150}
XY = {
    "type": "composite",
    "name": "color_xy",
    "property": "color",
    "features": [{"type": "numeric", "name": name, "property": name, "access": 7} for name in "xy"],
}
HS = {
    "type": "composite",
    "name": "color_hs",
    "property": "color",
    "features": [
        {"type": "numeric", "name": "hue", "property": "hue", "access": 7},
        {"type": "numeric", "name": "saturation", "property": "saturation", "access": 7},
    ],
}


def numeric(name: str, access: int = 7, **more: Any) -> dict[str, Any]:
    return {"type": "numeric", "name": name, "property": name, "access": access, **more}


def enum(name: str, *values: str, access: int = 7) -> dict[str, Any]:
    return {"type": "enum", "name": name, "property": name, "access": access, "values": list(values)}


def device(name: str, *exposes: Any, **more: Any) -> dict[str, Any]:
    definition = {"model": "M1", "vendor": "V", "description": "A thing", "exposes": list(exposes)}
    return {
        "ieee_address": f"0x{len(name):x}",
        "type": "Router",
        "friendly_name": name,
        "definition": definition,
        **more,
    }


def read(name: str, *exposes: Any, **more: Any) -> Thing:
    things, refused = read_devices([device(name, *exposes)], broker="mqtt://h:1883", **more)
    assert refused == []
    assert [problem_of(form) for one in things[0].affordances() for form in one.forms if problem_of(form)] == []
    return things[0]


def sent(thing: Thing, *request: Any) -> list[tuple[str, Any]]:
    found = commands_for(thing, *request)
    assert not isinstance(found, Problem), found
    forms = [(thing.properties[command.name].forms[0], command.input) for command in found]
    return [(form.terms["mqv:topic"], json.loads(encode(form, value))) for form, value in forms]


def test_a_light_is_switched_dimmed_and_coloured_by_one_message_each():
    thing = read(
        "kitchen/ceiling_light", {"type": "light", "features": [STATE, LEVEL, WHITE | {"value_max": 500}, XY, HS]}
    )
    assert (kind_of(thing), thing.title, thing.area) == ("light", "ceiling light", "kitchen")
    topic = "zigbee2mqtt/kitchen/ceiling_light/set"
    assert sent(thing, "turn on") == [(topic, {"state": "ON"})]
    assert sent(thing, "set", "brightness", 50, "%") == [(topic, {"brightness": 127})]
    assert sent(thing, "set", "color temperature", 4000, "K") == [(topic, {"color_temp": 250})]
    [(_, colour)] = sent(thing, "set", "color", "red")
    assert set(colour) == {"color"}
    assert colour["color"] in (
        {"x": pytest.approx(0.64, abs=0.1), "y": pytest.approx(0.33, abs=0.1)},
        {"hue": 0, "saturation": 100},
    )


def test_a_state_is_found_in_the_message_of_the_device():
    thing = read("lamp", {"type": "light", "features": [STATE, LEVEL]})
    power = thing.properties["state"]
    message = b'{"state":"ON","brightness":127,"linkquality":80}'
    assert decode(power.forms[0], power.schema, message) == "ON"
    assert features_of(thing)["power"].meaning("ON") is True
    assert (
        features_of(thing)["brightness"].meaning(decode(thing.properties["brightness"].forms[0], None, message)) == 50
    )
    assert power.forms[0].terms["galiot:stateTopic"] == "zigbee2mqtt/lamp"
    assert power.forms[0].terms["galiot:getTopic"] == "zigbee2mqtt/lamp/get"
    assert power.forms[0].terms["galiot:getPayload"] == {"state": ""}


@pytest.mark.parametrize("access", range(1, 8))
def test_access_bits_say_what_is_told_set_and_asked(access: int):
    one = read("x", numeric("speed", access)).properties["speed"]
    told, set_, asked = bool(access & 1), bool(access & 2), bool(access & 4)
    assert (one.observable, one.writable, one.readable) == (told, set_, told or asked)
    terms = one.forms[0].terms
    assert ("galiot:getTopic" in terms) == asked
    assert ("galiot:payload" in terms) == set_
    assert terms["mqv:topic"] == ("zigbee2mqtt/x/set" if set_ else "zigbee2mqtt/x")


def test_a_cover_opens_by_its_state_and_moves_by_its_position():
    thing = read(
        "hall blind",
        {
            "type": "cover",
            "features": [enum("state", "OPEN", "CLOSE", "STOP"), numeric("position", value_min=0, value_max=100)],
        },
    )
    assert kind_of(thing) == "blind"
    assert sent(thing, "set", "position", 30) == [("zigbee2mqtt/hall blind/set", {"position": 30})]
    assert sent(thing, "stop") == [("zigbee2mqtt/hall blind/set", {"state": "STOP"})]
    assert sent(thing, "open")[0][1] in ({"state": "OPEN"}, {"position": 100})


def test_a_lock_takes_its_own_words():
    state = {**STATE, "value_on": "LOCK", "value_off": "UNLOCK"}
    thing = read(
        "front door", {"type": "lock", "features": [state, enum("lock_state", "locked", "unlocked", access=1)]}
    )
    assert kind_of(thing) == "lock"
    assert sent(thing, "lock") == [("zigbee2mqtt/front door/set", {"state": "LOCK"})]
    assert sent(thing, "unlock") == [("zigbee2mqtt/front door/set", {"state": "UNLOCK"})]


def test_a_thermostat_has_a_target_a_temperature_and_modes():
    target = numeric("occupied_heating_setpoint", value_min=5, value_max=30, value_step=0.5, unit="°C")
    here = numeric("local_temperature", 5, unit="°C")
    thing = read(
        "radiator", {"type": "climate", "features": [target, here, enum("system_mode", "off", "heat", "auto")]}
    )
    assert kind_of(thing) == "thermostat"
    assert sent(thing, "set", "temperature", 21) == [("zigbee2mqtt/radiator/set", {"occupied_heating_setpoint": 21})]
    assert sent(thing, "set", "temperature", 70, "F")[0][1] == {"occupied_heating_setpoint": 21}
    assert sent(thing, "set", "mode", "heat")[0][1] == {"system_mode": "heat"}
    assert not features_of(thing)["temperature"].commandable
    assert isinstance(commands_for(thing, "set", "temperature", 35), Problem)


def test_a_fan_has_modes_for_speeds():
    thing = read(
        "fan",
        {
            "type": "fan",
            "features": [{**STATE, "property": "fan_state"}, enum("fan_mode", "low", "medium", "high", "auto")],
        },
    )
    assert sent(thing, "turn on")[0][1] == {"fan_state": "ON"}
    assert sent(thing, "set", "fan speed", "high")[0][1] == {"fan_mode": "high"}


def test_binaries_of_truths_are_booleans():
    one = {
        "type": "binary",
        "name": "occupancy",
        "property": "occupancy",
        "access": 1,
        "value_on": True,
        "value_off": False,
    }
    thing = read("hall", one)
    assert thing.properties["occupancy"].schema == Schema(type="boolean")
    assert kind_of(thing) is not None


def test_numbers_are_whole_where_all_that_is_said_is_whole():
    thing = read(
        "x",
        numeric("a", value_min=0, value_max=10),
        numeric("b", value_min=0, value_max=1, value_step=0.1),
        numeric("c", unit="W"),
    )
    assert [thing.properties[name].schema.type for name in "abc"] == ["integer", "number", "number"]  # type: ignore[union-attr]
    assert thing.properties["b"].schema.multiple_of == 0.1  # type: ignore[union-attr]


def test_a_button_tells_events_and_has_no_state():
    thing = read("remote", enum("action", "single", "double", access=1), numeric("battery", 1, unit="%"))
    assert set(thing.properties) == {"battery"}
    assert thing.events["action"].schema is not None
    assert thing.events["action"].forms[0].operations == ("subscribeevent",)


def test_a_composite_and_a_list_keep_their_parts():
    level = {"type": "composite", "name": "level_config", "property": "level_config", "access": 7,
             "features": [numeric("on_level"), enum("behaviour", "a", "b")]}  # fmt: skip
    listed = {"type": "list", "name": "days", "property": "days", "access": 3, "item_type": enum("day", "mon", "tue")}
    thing = read("x", level, listed, {"type": "text", "name": "note", "property": "note", "access": 2})
    schema = thing.properties["level_config"].schema
    assert schema is not None
    assert set(schema.properties) == {"on_level", "behaviour"}
    assert schema.required == ()
    assert thing.properties["days"].schema.items.enum == ("mon", "tue")  # type: ignore[union-attr]
    assert thing.properties["note"].schema.type == "string"  # type: ignore[union-attr]


def test_two_of_a_kind_are_two_properties():
    switch = [
        {"type": "switch", "features": [{**STATE, "label": "State", "property": f"state_l{n}", "endpoint": f"l{n}"}]}
        for n in (1, 2)
    ]
    thing = read("double", *switch)
    assert set(thing.properties) == {"state_l1", "state_l2"}
    assert [message for _, message in sent(thing, "turn on")] == [{"state_l1": "ON"}, {"state_l2": "ON"}]
    assert [message for _, message in sent(thing, "turn off", "l2")] == [{"state_l2": "OFF"}]


def test_the_coordinator_and_what_is_disabled_or_not_supported_are_left_out():
    others = [
        {**device("c"), "type": "Coordinator"},
        {**device("d"), "disabled": True},
        {**device("e"), "definition": None},
    ]
    assert read_devices(others, broker="mqtt://h") == ([], [])


def test_availability_and_errors_of_the_bridge_are_looked_at():
    terms = read("x", numeric("a"), availability=True, base="z").properties["a"].forms[0].terms
    assert terms["galiot:availability"] == [{"topic": "z/x/availability", "path": "state", "offline": ["offline"]}]
    assert terms["galiot:errors"]["topic"] == "z/bridge/logging"
    assert "galiot:availability" not in read("x", numeric("a")).properties["a"].forms[0].terms


def test_devices_come_back_as_they_were():
    devices = [device("a", {"type": "light", "features": [STATE]}, more=1), device("bb", numeric("x"))]
    things, _ = read_devices(devices, broker="mqtt://h")
    assert write_devices(things) == devices
    assert read_devices(write_devices(things), broker="mqtt://h")[0] == things


@pytest.mark.parametrize(
    "bad",
    [
        5,
        None,
        [],
        {"definition": {}},
        {**device("a"), "friendly_name": 5},
        {**device("a"), "ieee_address": None},
        {**device("a"), "definition": []},
        device("a", 5),
        device("a", {"type": "numeric"}),
        device("a", {"type": "light", "features": 5}),
        device("a", numeric("x", value_min="0")),
        device("a", numeric("x", value_min=5, value_max=1)),
        device("a", enum("x") | {"values": 5}),
        device("a", numeric("x", access="all")),
        {**device("a"), "definition": {"exposes": {}}},
    ],
)
def test_what_makes_no_sense_is_one_line_and_the_others_work(bad: Any):
    things, refused = read_devices([device("good", numeric("x")), bad], broker="mqtt://h")
    assert [thing.title for thing in things] == ["good"]
    assert len(refused) == (0 if isinstance(bad, dict) and not bad["definition"] else 1)
    assert all("\n" not in str(error) and "bridge/devices[1]" in str(error) for error in refused)


def test_a_message_that_is_no_list_is_refused():
    assert len(read_devices({}, broker="mqtt://h")[1]) == 1
