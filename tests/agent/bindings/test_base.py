"""Addresses, forms and values, whatever a description says."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galiot.agent.bindings import Bindings, DeviceError, Limits
from galiot.agent.bindings.base import calls_of, resolve
from galiot.agent.bindings.terms import _FITS as terms_that_are_checked
from galiot.agent.bindings.wire import agree, clip, decode, encode
from galiot.agent.thing import Affordance, Form, Schema, Thing

QUICK = Limits(timeout_s=0.05, confirm_s=0.05, settle_s=0.01)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("base", "href", "expected"),
    [
        ("mqtt://b:1884", "a/b", "mqtt://b:1884/a/b"),
        ("coap://h/x/y", "../z", "coap://h/z"),
        ("coap+tcp://h/x/", "z?a=1", "coap+tcp://h/x/z?a=1"),
        ("https://h/x", "/z", "https://h/z"),
        ("https://h/x", "http://other/z", "http://other/z"),
        (None, "x", "x"),
        ("http://[", "x", "x"),
    ],
)
def test_addresses_are_resolved_alike_in_every_scheme(base: str | None, href: str, expected: str):
    assert resolve(base, href) == expected


@pytest.mark.parametrize(
    ("terms", "value", "message"),
    [
        ({}, 5, b"5"),
        ({}, "on", b'"on"'),
        ({}, None, b""),
        ({"galiot:payload": {"state": "{value}", "transition": 1}}, "ON", b'{"state":"ON","transition":1}'),
        ({"galiot:payload": {"a": [{"b": "{value}"}]}}, 5.5, b'{"a":[{"b":5.5}]}'),
        ({"galiot:payload": "{value}"}, True, b"true"),
        ({"galiot:payload": "level={value};"}, 7, b"level=7;"),
        ({"galiot:payload": "PRESS"}, None, b"PRESS"),
        ({"galiot:payload": '{"x": {value}}'}, {"y": 1}, b'{"x": {"y":1}}'),
        ({"galiot:payload": "{value}", "galiot:values": {"ON": True, "1": 1}}, True, b"ON"),
        ({"galiot:payload": "{value}", "galiot:values": {"ON": True, "one": 1}}, 1, b"one"),
    ],
)
def test_a_template_takes_the_value_as_json_or_as_text(terms: dict[str, Any], value: Any, message: bytes):
    assert encode(Form(href="", terms=terms), value) == message


def test_text_content_is_sent_without_quotes():
    assert encode(Form(href="", content_type="text/plain"), "on") == b"on"


@pytest.mark.parametrize(
    ("terms", "type_", "message", "value"),
    [
        ({}, "number", b"21.5", 21.5),
        ({}, None, b"ON", "ON"),
        ({}, "string", b"12", "12"),
        ({}, "string", b'"12"', "12"),
        ({"galiot:path": "color.x"}, None, b'{"color":{"x":0.3}}', 0.3),
        ({"galiot:path": ["a", 1]}, None, b'{"a":[5,6]}', 6),
        ({"galiot:path": "a.b"}, None, b'{"a.b":1}', 1),
        ({"galiot:values": {"OPEN": True, "CLOSE": False}}, "boolean", b"CLOSE", False),
        ({"galiot:values": {"1": "auto"}}, "string", b"1", "auto"),
        ({"galiot:path": "s", "galiot:values": {"true": "yes"}}, "string", b'{"s":true}', "yes"),
    ],
)
def test_a_value_is_found_in_its_message(terms: dict[str, Any], type_: str | None, message: bytes, value: Any):
    assert decode(Form(href="", terms=terms), Schema(type=type_), message) == value


@given(terms=st.fixed_dictionaries({"galiot:payload": JSON}), value=JSON)
def test_whatever_the_template_is_there_is_a_message(terms: dict[str, Any], value: Any):
    assert isinstance(encode(Form(href="", terms=terms), value), bytes)


@given(value=JSON)
def test_what_is_sent_without_a_template_is_read_back(value: Any):
    form = Form(href="")
    if value is not None:
        assert decode(form, None, encode(form, value)) == value


@given(
    message=st.binary(max_size=30), path=st.none() | st.text(max_size=4) | st.lists(st.integers() | st.text(max_size=3))
)
def test_any_message_has_a_value_or_has_none(message: bytes, path: Any):
    with suppress(ValueError):
        decode(Form(href="", terms={"galiot:path": path}), None, message)


@pytest.mark.parametrize(
    ("wanted", "reported", "schema", "same"),
    [
        (True, True, None, True),
        (True, 1, None, False),
        ("ON", "on", None, True),
        (200, 199, Schema(minimum=0, maximum=254), True),
        (200, 190, Schema(minimum=0, maximum=254), False),
        (21.5, 21.0, Schema(minimum=5, maximum=30, multiple_of=0.5), True),
        (21.5, 20.5, Schema(minimum=5, maximum=30, multiple_of=0.5), False),
        (21.5, 21.4, Schema(minimum=5, maximum=30), False),
        ({"x": 0.3}, {"x": 0.3, "y": 1}, None, True),
        ({"x": 0.3, "y": 2}, {"x": 0.3}, None, False),
        ([1], [1], None, True),
        (5, "5", None, False),
    ],
)
def test_a_report_confirms_what_was_written_up_to_rounding(wanted: Any, reported: Any, schema: Any, same: bool):
    assert agree(wanted, reported, schema) is same


def test_a_devices_text_becomes_one_short_line():
    assert clip("a\n  b\tc" + "x" * 100, 10) == "a b cxxxx…"


_ODD = JSON | st.sampled_from(["a/#", "+", "", "\0", [{"topic": 5}], {"topic": "x", "path": {}}, {"ON": []}, "POST", 7])


@settings(max_examples=60, deadline=None)
@given(
    scheme=st.sampled_from(
        ["mqtt://127.0.0.1:9/x", "http://127.0.0.1:9/x", "coap://127.0.0.1:9/x", "http://[", "mqtt://a:b", ""]
    ),
    terms=st.dictionaries(
        st.sampled_from(["galiot:payload", "galiot:confirm", "subprotocol", "security", *terms_that_are_checked]),
        _ODD,
        max_size=4,
    ),
    value=JSON,
)
def test_no_description_makes_more_than_one_line_of_trouble(scheme: str, terms: dict[str, Any], value: Any):
    one = Affordance(name="one", kind="property", forms=(Form(href=scheme, terms=terms),))
    thing = Thing(id="x", title="X", properties={"one": one})

    async def main() -> None:
        async with Bindings(QUICK) as bindings:
            reply = await bindings.write(thing, one, value)
            assert reply.outcome in ("unreachable", "unknown")
            assert "\n" not in reply.why
            with pytest.raises(DeviceError):
                await bindings.read(thing, one)

    asyncio.run(main())


def test_a_form_that_makes_no_sense_gives_way_to_one_that_does():
    forms = (Form(href="mqtt://a:b"), Form(href="http://h/x", terms={"mqv:qos": 9}), Form(href="http://h/y"))
    one = Affordance(name="one", kind="property", forms=forms)
    assert [call.form.href for call in calls_of(Thing(id="x", title="X"), one, "readproperty")] == ["http://h/y"]
    with pytest.raises(DeviceError, match="X: one: its address makes no sense"):
        calls_of(Thing(id="x", title="X"), Affordance(name="one", kind="property", forms=forms[:1]), "readproperty")
