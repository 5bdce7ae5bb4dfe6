"""HTTP against a real web server: methods, security, refusals, and what is true when an answer is missing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest
from web_device import Request, web_device

from galiot.agent.bindings import Bindings, Credential, Credentials, DeviceError, Limits, Reply
from galiot.agent.command import UNKNOWN
from galiot.agent.thing import Affordance, Form, Schema, Thing

PATIENT = Limits(timeout_s=6, confirm_s=0.3, settle_s=0.05, backoff_s=0.05, poll_s=0.02, message_bytes=10_000)
QUICK = replace(PATIENT, timeout_s=0.4)


def heater(base: str, *, security: dict[str, Any] | None = None, **forms: Any) -> Thing:
    """Has a temperature to set, and two actions; `forms` are terms of all of them."""
    source = {"securityDefinitions": {"own": security}, "security": ["own"]} if security else {}

    def at(path: str) -> tuple[Form, ...]:
        return (Form(href=path, terms=forms),)

    number = Schema(type="number", minimum=5, maximum=30)
    return Thing(
        id="heater",
        title="Heater",
        base=base + "/",
        properties={
            "target": Affordance(name="target", kind="property", schema=number, writable=True, forms=at("target"))
        },
        actions={
            "boost": Affordance(name="boost", kind="action", forms=at("boost{?minutes}")),
            "stop": Affordance(name="stop", kind="action", idempotent=True, forms=at("stop")),
        },
        events={"hot": Affordance(name="hot", kind="event", forms=(Form(href="hot", terms={"subprotocol": "sse"}),))},
        source=source,
    )


def use(
    thing: Thing,
    work: Callable[[Bindings, Thing], Any],
    credentials: Credentials | None = None,
    limits: Limits = PATIENT,
) -> Any:
    async def main() -> Any:
        async with Bindings(limits, credentials) as bindings:
            return await work(bindings, thing)

    return asyncio.run(main())


def write(thing: Thing, value: Any, credentials: Credentials | None = None) -> Reply:
    return use(thing, lambda bindings, t: bindings.write(t, t.properties["target"], value), credentials)


def invoke(thing: Thing, name: str, value: Any = None, limits: Limits = PATIENT) -> Reply:
    return use(thing, lambda bindings, t: bindings.invoke(t, t.actions[name], value), limits=limits)


def memory() -> Callable[[Request], Any]:
    """A device that keeps what it is told."""
    state = {"/target": 20.0}

    def answer(request: Request) -> Any:
        if request.method == "PUT":
            state[request.path] = request.json()
            return 204, None
        return 200, state[request.path]

    return answer


def test_a_value_that_was_put_is_read_back():
    with web_device(memory()) as device:
        assert write(heater(device.address), 22.5) == Reply("done", value=22.5)
    assert [each.body for each in device.of("PUT")] == [b"22.5"]
    assert device.of("PUT")[0].headers["content-type"] == "application/json"


def test_a_form_names_its_own_methods():
    with web_device(lambda request: (200, 21)) as device:
        write(heater(device.address, **{"htv:methodName": "POST"}), 21)
    assert {each.method for each in device.requests} == {"POST"}


def test_a_device_that_lies_is_not_believed():
    with web_device(lambda request: (204, None) if request.method == "PUT" else (200, 18)) as device:
        reply = write(heater(device.address), 22)
    assert (reply.outcome, reply.value) == ("unknown", 18)
    assert reply.why == "it answered 204, but it reports 18"
    assert len(device.of("PUT")) == 1


@pytest.mark.parametrize(
    ("status", "outcome"), [(400, "refused"), (403, "refused"), (404, "refused"), (503, "refused"), (500, "unknown")]
)
def test_a_status_says_whether_it_was_refused(status: int, outcome: str):
    with web_device(lambda request: (status, {"detail": "child lock\nis on"})) as device:
        reply = write(heater(device.address), 22)
    assert reply.outcome == outcome
    assert reply.why.endswith(": child lock is on")
    assert f" {status} " in reply.why


def test_nothing_there_is_unreachable():
    reply = write(heater("http://127.0.0.1:9"), 22)
    assert reply.outcome == "unreachable"
    assert "127.0.0.1:9" in reply.why


def test_a_silent_device_leaves_it_unknown_whether_it_was_done_and_is_not_asked_twice():
    with web_device(lambda request: time.sleep(3)) as device:
        begun = time.monotonic()
        assert invoke(heater(device.address), "boost", limits=QUICK).outcome == "unknown"
        assert time.monotonic() - begun < 2
    assert len(device.requests) == 1


@pytest.mark.parametrize(("action", "times"), [("boost", 1), ("stop", 2)])
def test_only_what_is_idempotent_is_sent_again_when_the_connection_breaks(action: str, times: int):
    with web_device(lambda request: None) as device:
        reply = invoke(heater(device.address), action)
    assert reply.outcome == "unknown"
    assert len(device.of("POST")) == times


def test_input_fills_the_variables_of_an_address():
    with web_device(lambda request: (200, {"until": "8:00"})) as device:
        assert invoke(heater(device.address), "boost", {"minutes": 5}) == Reply("done", value={"until": "8:00"})
        invoke(heater(device.address), "boost")
    assert [each.path for each in device.requests] == ["/boost?minutes=5", "/boost"]


@pytest.mark.parametrize(("end", "outcome"), [("completed", "done"), ("failed", "refused")])
def test_an_action_that_goes_on_is_followed_to_its_end(end: str, outcome: str):
    states = iter(["running", end])

    def answer(request: Request) -> Any:
        if request.method == "POST":
            return 201, {"status": "pending", "href": "/boost/1"}
        return 200, {"status": next(states), "href": "/boost/1"}

    with web_device(answer) as device:
        assert invoke(heater(device.address), "boost").outcome == outcome
    assert [each.path for each in device.of("GET")] == ["/boost/1", "/boost/1"]


def test_an_oversized_answer_is_refused_in_one_line():
    with web_device(lambda request: (200, "x" * 20_000)) as device, pytest.raises(DeviceError) as caught:
        use(heater(device.address), lambda bindings, t: bindings.read(t, t.properties["target"]))
    assert str(caught.value) == "127.0.0.1: an answer of more than the 10000 bytes allowed"


@pytest.mark.parametrize(
    ("security", "header", "expected"),
    [
        ({"scheme": "basic"}, "authorization", "Basic bWU6c2VjcmV0"),
        ({"scheme": "bearer"}, "authorization", "Bearer key"),
        ({"scheme": "apikey", "in": "header", "name": "x-key"}, "x-key", "key"),
        ({"scheme": "apikey", "in": "cookie", "name": "k"}, "cookie", "k=key"),
        ({"scheme": "nosec"}, "authorization", None),
        (None, "authorization", "Bearer key"),
    ],
)
def test_credentials_go_where_the_description_asks_for_them(
    security: Any, header: str, expected: str | None, caplog: Any
):
    caplog.set_level("DEBUG")
    known = Credentials({"127.0.0.1": Credential("me", "secret", "key")})
    with web_device(memory()) as device:
        write(heater(device.address, security=security), 22, known)
    assert {each.headers.get(header) for each in device.requests} == {expected}
    assert "secret" not in caplog.text + repr(known)


def test_a_key_in_the_address_is_added_to_the_query():
    known = Credentials({"127.0.0.1": Credential(token="k y")})
    with web_device(lambda request: (200, 1)) as device:
        write(heater(device.address, security={"scheme": "apikey", "in": "query", "name": "key"}), 22, known)
    assert device.requests[0].path == "/target?key=k+y"


def test_credentials_come_from_the_environment_and_stay_with_their_host(monkeypatch: Any):
    monkeypatch.setenv("GALIOT_TOKEN_CAMERA_LOCAL", "t")
    assert Credentials().find("https://camera.local:8443/x") == Credential(token="t")
    assert Credentials().find("https://camera.local.evil.example/x") is None
    assert Credentials({"a:81": Credential("x")}).find("http://a/") is None


def test_a_polled_property_yields_when_it_changes():
    values = iter([1, 1, 2, 2, 3])

    async def work(bindings: Bindings, thing: Thing) -> list[Any]:
        got = []
        async with aclosing(bindings.observe(thing, thing.properties["target"])) as told:
            async for value in told:
                got.append(value)
                if len(got) == 3:
                    break
        return got

    with web_device(lambda request: (200, next(values))) as device:
        assert use(heater(device.address), work) == [1, 2, 3]


def test_server_sent_events_come_one_by_one_and_again_after_the_end():
    stream = b'data: {"c": 91}\n\n: comment\ndata: {"c":\ndata: 92}\n\n'

    async def work(bindings: Bindings, thing: Thing) -> list[Any]:
        got = []
        async with aclosing(bindings.observe(thing, thing.events["hot"])) as told:
            async for value in told:
                got.append(value["c"])
                if len(got) == 3:
                    break
        return got

    with web_device(lambda request: (200, stream, {"content-type": "text/event-stream"})) as device:
        assert use(heater(device.address), work) == [91, 92, 91]


def test_a_scheme_that_nobody_speaks_is_named():
    thing = heater("zigbee://lamp")
    assert write(thing, 20) == Reply("unreachable", "Heater: target: no binding for zigbee", UNKNOWN)
