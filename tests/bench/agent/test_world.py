from datetime import datetime

from galiot.bench.agent.world import World

NOON = datetime(2026, 3, 2, 12)


def shutter(id="urn:made:shutter", *, input=None):
    return {
        "id": id,
        "title": "Shutter",
        "properties": {"position": {"type": "integer"}},
        "actions": {"set_position": {"input": input or {"type": "object"}}, "stop": {}},
    }


def test_an_action_does_what_its_device_says():
    effects = {"set_position": {"position": {"input": "position"}, "moving": True}}
    world = World([shutter()], {"urn:made:shutter": {"state": {"position": 0}, "effects": effects}})
    assert world.invoke("urn:made:shutter", "set_position", {"position": 40}, NOON) == ""
    assert world.differences() == {"urn:made:shutter.position": 40, "urn:made:shutter.moving": True}


def test_an_action_of_which_nothing_is_said_leaves_a_trace_with_its_input():
    world = World([shutter()], {})
    assert world.invoke("urn:made:shutter", "set_position", {"position": 40}, NOON) == ""
    assert world.invoke("urn:made:shutter", "stop", None, NOON) == ""
    assert world.differences() == {"urn:made:shutter._set_position": {"position": 40}, "urn:made:shutter._stop": True}


def test_an_input_that_the_description_forbids_changes_nothing():
    least = {"type": "object", "properties": {"position": {"type": "integer", "maximum": 100}}}
    world = World([shutter(input=least)], {})
    assert "outside" in world.invoke("urn:made:shutter", "set_position", {"position": 400}, NOON)
    assert world.differences() == {}
