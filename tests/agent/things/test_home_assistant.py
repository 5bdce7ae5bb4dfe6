"""Home Assistant's discovery messages become things; what makes no sense is refused one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from galiot.agent.bindings.terms import problem_of
from galiot.agent.bindings.wire import decode, encode
from galiot.agent.thing import Thing
from galiot.agent.things.home_assistant import read_configs
from galiot.agent.things.home_assistant_components import READERS

DEVICE = {"identifiers": ["d1"], "name": "Device", "suggested_area": "Kitchen"}


def read(component: str, config: dict[str, Any]) -> Thing:
    things, refused = read_configs(
        {f"homeassistant/{component}/node/one/config": json.dumps({"device": DEVICE, **config})}, broker="mqtt://h"
    )
    assert refused == []
    return things[0]


def sent(thing: Thing, name: str, value: Any) -> tuple[str, bytes]:
    form = (thing.properties.get(name) or thing.actions[name]).forms[0]
    return form.terms["mqv:topic"], encode(form, value)


def told(thing: Thing, name: str, message: bytes) -> Any:
    one = thing.properties[name]
    return decode(one.forms[0], one.schema, message)


def test_a_switch_has_its_own_words_for_commands_and_states():
    thing = read(
        "switch",
        {
            "~": "a/b",
            "cmd_t": "~/set",
            "stat_t": "~/state",
            "pl_on": "1",
            "pl_off": "0",
            "stat_on": "is on",
            "stat_off": "is off",
            "val_tpl": "{{ value_json.power }}",
        },
    )
    assert (thing.title, thing.area) == ("Device", "Kitchen")
    assert sent(thing, "state", True) == ("a/b/set", b"1")
    assert told(thing, "state", b'{"power": "is off"}') is False
    assert thing.properties["state"].forms[0].terms["galiot:stateTopic"] == "a/b/state"


def test_a_light_with_json_puts_every_value_in_its_place():
    modes = {"supported_color_modes": ["color_temp"], "effect_list": ["rainbow"]}
    thing = read("light", {"schema": "json", "command_topic": "c", "state_topic": "s", **modes})
    assert sent(thing, "state", False) == ("c", b'{"state":"OFF"}')
    assert sent(thing, "brightness", 12) == ("c", b'{"brightness":12}')
    assert told(thing, "color_temp", b'{"state":"ON","color_temp":200}') == 200
    assert set(thing.properties) == {"state", "brightness", "color_temp", "effect"}


def test_a_cover_is_opened_and_its_state_confirms_it():
    thing = read("cover", {"command_topic": "c", "state_topic": "s", "position_topic": "p", "set_position_topic": "sp"})
    assert {name: sent(thing, name, None) for name in thing.actions} == {
        "open": ("c", b"OPEN"),
        "close": ("c", b"CLOSE"),
        "stop": ("c", b"STOP"),
    }
    assert thing.actions["close"].forms[0].terms["galiot:confirm"] == "closed"
    assert "galiot:confirm" not in thing.actions["stop"].forms[0].terms
    assert sent(thing, "position", 40) == ("sp", b"40")


def test_a_lock_is_locked_by_one_word_and_reported_by_another():
    thing = read("lock", {"command_topic": "c", "state_topic": "s"})
    assert sent(thing, "locked", False) == ("c", b"UNLOCK")
    assert told(thing, "locked", b"LOCKED") is True
    assert told(thing, "locked", b"LOCKING") == "LOCKING"


def test_components_of_one_device_are_one_thing():
    config = {"device": DEVICE, "state_topic": "s"}
    messages = {
        "homeassistant/sensor/d/t/config": {**config, "device_class": "temperature", "unit_of_measurement": "°C"},
        "homeassistant/sensor/d/h/config": {**config, "device_class": "humidity", "unit_of_measurement": "%"},
        "homeassistant/switch/d/a/config": {**config, "command_topic": "a", "name": "Left"},
        "homeassistant/switch/d/b/config": {**config, "command_topic": "b", "name": "Right"},
    }
    things, _ = read_configs({topic: json.dumps(each) for topic, each in messages.items()}, broker="mqtt://h")
    assert len(things) == 1
    assert set(things[0].properties) == {"temperature", "humidity", "state", "right_state"}
    assert things[0].properties["temperature"].schema.unit == "°C"


def test_a_whole_device_in_one_message_is_read():
    message = {
        "dev": DEVICE,
        "o": {"name": "x"},
        "state_topic": "s",
        "cmps": {
            "t": {"p": "sensor", "device_class": "temperature", "value_template": "{{ value_json.t }}"},
            "b": {"p": "button", "command_topic": "press", "name": "Restart"},
        },
    }
    things, refused = read_configs({"homeassistant/device/x/config": json.dumps(message)}, broker="mqtt://h")
    assert refused == []
    assert sent(things[0], "restart", None) == ("press", b"PRESS")
    assert told(things[0], "temperature", b'{"t": 20.5}') == 20.5


def test_availability_is_kept():
    config = {"command_topic": "c", "availability": [{"topic": "t", "value_template": "{{ value_json.state }}"}]}
    terms = read("switch", config).properties["state"].forms[0].terms
    assert terms["galiot:availability"] == [{"topic": "t", "path": ["state"], "offline": ["offline"]}]


def test_a_template_that_computes_leaves_out_what_depends_on_it():
    thing = read("switch", {"command_topic": "c", "state_topic": "s", "value_template": "{{ value | int + 1 }}"})
    assert not thing.properties["state"].readable
    assert thing.properties["state"].writable


@pytest.mark.parametrize(
    "config", ["{", "[]", '"x"', '{"device":5}', '{"command_topic":{"a":1}}', '{"min":"x","command_topic":"c"}']
)
@pytest.mark.parametrize("component", ["number", "device", "nothing"])
def test_what_makes_no_sense_is_one_line_and_the_others_work(config: str, component: str):
    good = json.dumps({"command_topic": "c", "unique_id": "u", "name": "Good"})
    messages = {f"homeassistant/{component}/x/config": config, "homeassistant/switch/y/config": good}
    things, refused = read_configs(messages, broker="mqtt://h")
    assert "Good" in {thing.title for thing in things}
    assert len(refused) == 1 or component == "number"
    assert all("\n" not in str(each) for each in refused)


_EVERY_TOPIC = {
    key: key.removesuffix("_topic")
    for key in (
        "command_topic state_topic brightness_command_topic brightness_state_topic mode_command_topic mode_state_topic "
        "temperature_command_topic temperature_state_topic current_temperature_topic percentage_command_topic "
        "percentage_state_topic set_position_topic position_topic activity_state_topic start_mowing_command_topic "
        "pause_command_topic dock_command_topic target_humidity_command_topic target_humidity_state_topic "
        "set_fan_speed_topic oscillation_command_topic oscillation_state_topic fan_mode_command_topic"
    ).split()
}


@pytest.mark.parametrize("component", sorted(READERS))
def test_every_component_gives_forms_that_bindings_understand(component: str):
    thing = read(component, {**_EVERY_TOPIC, "options": ["a", "b"], "event_types": ["press"], "modes": ["off", "heat"]})
    forms = [form for one in thing.affordances() for form in one.forms]
    assert forms
    assert [problem_of(form) for form in forms] == [None] * len(forms)
