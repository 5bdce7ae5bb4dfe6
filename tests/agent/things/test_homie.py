"""A Homie 5 device becomes a thing: what is told, what is set, what only happens."""

from __future__ import annotations

import json
from typing import Any

import pytest

from galiot.agent.bindings.terms import problem_of
from galiot.agent.bindings.wire import encode
from galiot.agent.command import Problem
from galiot.agent.features import commands_for, features_of, kind_of
from galiot.agent.thing import Schema, Thing
from galiot.agent.things.homie import read_device, write_device
from galiot.errors import FormatError


def read(properties: dict[str, Any], **more: Any) -> Thing:
    described = {
        "homie": "5.0",
        "version": 1,
        "name": "Desk lamp",
        "nodes": {"main": {"properties": properties}},
        **more,
    }
    thing = read_device(json.dumps(described), device="lamp-1", broker="mqtt://h:1883")
    assert [problem_of(form) for one in thing.affordances() for form in one.forms if problem_of(form)] == []
    return thing


LIGHT = {
    "on": {"datatype": "boolean", "settable": True},
    "brightness": {"datatype": "integer", "format": "0:100", "settable": True, "unit": "%"},
    "color": {"datatype": "color", "format": "rgb,hsv", "settable": True},
    "power": {"datatype": "float", "unit": "W", "name": "Power use"},
}


def sent(thing: Thing, *request: Any) -> list[tuple[str, bytes]]:
    found = commands_for(thing, *request)
    assert not isinstance(found, Problem), found
    doors = [((thing.properties.get(one.name) or thing.actions[one.name]).forms[0], one.input) for one in found]
    return [(form.terms["mqv:topic"], encode(form, value)) for form, value in doors]


def test_a_light_is_set_by_plain_texts():
    thing = read(LIGHT)
    assert (kind_of(thing), thing.title, thing.id) == ("light", "Desk lamp", "urn:homie:lamp-1")
    assert sent(thing, "turn on") == [("homie/5/lamp-1/main/on/set", b"true")]
    assert sent(thing, "set", "brightness", 40) == [("homie/5/lamp-1/main/brightness/set", b"40")]
    assert sent(thing, "set", "color", "red") == [("homie/5/lamp-1/main/color/set", b"rgb,255,0,0")]


def test_what_is_told_is_only_read():
    power = read(LIGHT).properties["power"]
    assert (power.readable, power.writable, power.observable) == (True, False, True)
    assert power.forms[0].terms["mqv:topic"] == "homie/5/lamp-1/main/power"
    assert power.forms[0].terms["galiot:availability"][0]["topic"] == "homie/5/lamp-1/$state"
    assert power.schema == Schema(type="number", unit="W")


def test_a_colour_that_is_told_has_its_name():
    assert features_of(read(LIGHT))["color"].meaning("rgb,0,0,255") == "blue"


@pytest.mark.parametrize(("form", "text"), [("rgb", b"rgb,0,255,0"), ("hsv", b"hsv,120,100,100"), ("xyz,rgb", b"xyz,")])
def test_colours_are_sent_in_the_first_form_that_is_offered(form: str, text: bytes):
    thing = read({"color": {"datatype": "color", "format": form, "settable": True}})
    assert sent(thing, "set", "color", "#00ff00")[0][1].startswith(text)


def test_what_is_not_retained_happens_or_is_done():
    thing = read(
        {
            "ring": {"datatype": "string", "retained": False},
            "dock": {"datatype": "enum", "format": "now", "settable": True, "retained": False},
        }
    )
    assert set(thing.events) == {"ring"}
    assert set(thing.actions) == {"dock"}
    assert thing.properties == {}
    assert "galiot:stateTopic" not in thing.actions["dock"].forms[0].terms


def test_two_nodes_with_one_property_put_their_names_in_front():
    nodes = {
        name: {
            "name": f"{name} side",
            "type": "switch",
            "properties": {"on": {"datatype": "boolean", "settable": True}},
        }
        for name in ("left", "right")
    }
    thing = read({}, nodes=nodes)
    assert set(thing.properties) == {"left_on", "right_on"}
    assert thing.properties["left_on"].title == "left side on"
    assert [topic for topic, _ in sent(thing, "turn on")] == [
        "homie/5/lamp-1/left/on/set",
        "homie/5/lamp-1/right/on/set",
    ]


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("0:100", (0, 100, None)),
        ("0:100:5", (0, 100, 5)),
        (":10", (None, 10, None)),
        ("-5:", (-5, None, None)),
        ("", (None, None, None)),
        ("::2", (None, None, 2)),
    ],
)
def test_ranges_may_be_open(format_: str, expected: Any):
    schema = read({"x": {"datatype": "integer", "format": format_, "settable": True}}).properties["x"].schema
    assert schema is not None
    assert (schema.minimum, schema.maximum, schema.multiple_of) == expected


def test_a_description_comes_back_as_it_was_and_one_is_made_of_a_thing_without():
    import dataclasses

    thing = read(LIGHT, extra="kept")
    assert write_device(thing)["extra"] == "kept"
    made = write_device(dataclasses.replace(thing, source={}))
    again = read_device(made, device="lamp-1", broker="mqtt://h:1883")
    assert {name: (one.schema, one.writable) for name, one in again.properties.items()} == {
        name: (one.schema, one.writable) for name, one in thing.properties.items()
    }


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{",
        "[]",
        "5",
        "{}",
        '{"homie": "4.0"}',
        '{"homie": 5}',
        '{"homie": "5.0", "nodes": {"a": 5}}',
        '{"homie": "5.0", "nodes": {"a": {"properties": {"x": {}}}}}',
        '{"homie": "5.0", "nodes": {"a": {"properties": {"x": {"datatype": "number"}}}}}',
        '{"homie": "5.0", "nodes": {"a": {"properties": {"x": {"datatype": "enum"}}}}}',
        '{"homie": "5.0", "nodes": {"a": {"properties": {"x": {"datatype": "float", "format": "a:b"}}}}}',
        '{"homie": "5.0", "nodes": {"a": {"properties": {"x": {"datatype": "float", "format": "9:1"}}}}}',
        '{"homie": "5.0", "nodes": {"a": {"properties": {"x": {"datatype": "float", "format": "nan:1"}}}}}',
        '{"homie": "5.0", "nodes": {"a": {"properties": {"x": {"datatype": "float", "format": "0:1:0"}}}}}',
        '{"homie": "5.0", "nodes": {"a": {"properties": {"x": {"datatype": "float", "settable": 1}}}}}',
        "[" * 100000,
    ],
)
def test_a_description_that_makes_no_sense_is_one_line(payload: str):
    with pytest.raises(FormatError, match=r"homie/5/d/\$description: ") as error:
        read_device(payload, device="d", broker="mqtt://h")
    assert "\n" not in str(error.value)


def test_too_many_properties_are_refused():
    with pytest.raises(FormatError, match="3000 properties"):
        read({f"p{n}": {"datatype": "string"} for n in range(3000)})
