"""A home in memory takes what its descriptions allow, and shows what was brought about."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from galiot.agent.bindings import DeviceError
from galiot.agent.bindings.memory import Memory
from galiot.agent.command import UNKNOWN, Command
from galiot.agent.thing import Thing
from galiot.agent.things import read_thing


def thing(properties: dict[str, Any] | None = None, actions: dict[str, Any] | None = None, **more: Any) -> Thing:
    return read_thing({"title": "It", "id": "it", "properties": properties or {}, "actions": actions or {}, **more})


def write(memory: Memory, one: Thing, name: str, value: Any) -> str:
    return asyncio.run(memory.write(one, one.properties[name], value)).outcome


def invoke(memory: Memory, one: Thing, name: str, value: Any = None) -> str:
    return asyncio.run(memory.invoke(one, one.actions[name], value)).outcome


def test_nothing_is_known_before_it_is_written_not_even_a_default():
    one = thing({"on": {"type": "boolean", "default": False}, "model": {"const": "M1"}})
    memory = Memory()
    assert memory.get("it", "on") is UNKNOWN
    with pytest.raises(DeviceError, match="not known"):
        asyncio.run(memory.read(one, one.properties["on"]))
    assert asyncio.run(memory.read(one, one.properties["model"])) == "M1"


def test_what_is_written_is_recorded_and_read_back():
    one, memory = thing({"level": {"type": "integer", "minimum": 0, "maximum": 10}}), Memory()
    assert write(memory, one, "level", 7) == "done"
    assert asyncio.run(memory.read(one, one.properties["level"])) == 7
    assert memory.accepted == [Command("it", "level", "property", 7)]


@pytest.mark.parametrize("value", [11, "5", 1.5, True, None, float("nan")])
def test_a_value_that_the_description_does_not_allow_is_refused(value: Any):
    one, memory = thing({"level": {"type": "integer", "minimum": 0, "maximum": 10}}), Memory()
    assert write(memory, one, "level", value) == "refused"
    assert memory.accepted == []
    assert memory.get("it", "level") is UNKNOWN


def test_what_can_only_be_read_or_only_written_stays_so():
    one, memory = (
        thing({"a": {"type": "integer", "readOnly": True}, "b": {"type": "integer", "writeOnly": True}}),
        Memory(),
    )
    assert write(memory, one, "a", 1) == "refused"
    assert write(memory, one, "b", 1) == "done"
    with pytest.raises(DeviceError, match="cannot be read"):
        asyncio.run(memory.read(one, one.properties["b"]))


@pytest.mark.parametrize(
    ("value", "outcome"), [(None, "refused"), ({}, "refused"), ({"to": 101}, "refused"), ({"to": 5}, "done")]
)
def test_an_action_takes_the_input_that_it_needs(value: Any, outcome: str):
    schema = {"type": "object", "properties": {"to": {"type": "integer", "maximum": 100}}, "required": ["to"]}
    assert invoke(Memory(), thing(actions={"fade": {"input": schema}}), "fade", value) == outcome


def test_an_action_without_input_takes_none():
    one = thing(actions={"ring": {}})
    assert invoke(Memory(), one, "ring") == "done"
    assert invoke(Memory(), one, "ring", 5) == "refused"


def test_an_action_shows_in_the_property_that_it_is_about():
    one = thing({"lockState": {"enum": ["LOCKED", "UNLOCKED"], "readOnly": True}}, {"lock": {}, "unlock": {}})
    memory = Memory()
    invoke(memory, one, "lock")
    assert memory.get("it", "lockState") == "LOCKED"
    invoke(memory, one, "unlock")
    assert memory.get("it", "lockState") == "UNLOCKED"


def test_a_toggle_turns_over_what_is_known_and_nothing_else():
    one = thing({"on": {"type": "boolean", "readOnly": True}}, {"toggle": {}})
    memory = Memory()
    invoke(memory, one, "toggle")
    assert memory.get("it", "on") is UNKNOWN
    memory.tell("it", "on", True)
    invoke(memory, one, "toggle")
    assert memory.get("it", "on") is False


def test_a_target_that_is_written_shows_in_its_own_property_only():
    one = thing({"targetTemperature": {"type": "number"}, "temperature": {"type": "number", "readOnly": True}})
    memory = Memory({("it", "temperature"): 18.5})
    write(memory, one, "targetTemperature", 22)
    assert (memory.get("it", "targetTemperature"), memory.get("it", "temperature")) == (22, 18.5)


def test_who_observes_hears_what_is_there_and_what_comes():
    one, memory = thing({"on": {"type": "boolean"}}), Memory({("it", "on"): False})

    async def heard() -> list[Any]:
        values = []
        async for value in memory.observe(one, one.properties["on"]):
            values.append(value)
            if len(values) == 3:
                return values
            await memory.write(one, one.properties["on"], len(values) == 1)
        return values

    assert asyncio.run(asyncio.wait_for(heard(), 1)) == [False, True, False]
