from galiot.agent.command import Command, NoState
from galiot.agent.home import Home
from galiot.bench.agent.grade import Answered, Grade
from galiot.bench.agent.play import Played
from galiot.bench.agent.suite import NOON, Case
from galiot.bench.agent.tools import Tools
from tests.agent.homes import BOOL, PERCENT, thing

TRACK = {"volume": PERCENT, "on": BOOL}
HOME = Home(
    [
        thing("Sonos", "Terrace", types=("Speaker",), writable=TRACK, actions=("play", "pause", "next")),
        thing("Desk lamp", "Office", aliases=("Writing light",), writable={"on": BOOL, "brightness": PERCENT}),
        thing("Left lamp", "Bedroom", writable={"on": BOOL}),
        thing("Right lamp", "Bedroom", writable={"on": BOOL}),
    ]
)


def declared():
    return {schema["name"]: schema["parameters"] for schema in Tools(HOME).schemas()}


def test_what_plays_has_a_tool_for_each_action_as_the_peers_own_example_has():
    tools = declared()
    assert {"pause_media", "skip_track", "set_volume"} <= set(tools)
    assert tools["set_volume"]["required"] == ["device", "volume_percent"]
    assert tools["pause_media"]["required"] == ["device"]
    assert "pause" not in tools["control_speaker"]["properties"]["action"]["enum"]


def test_devices_are_named_by_label_alias_place_and_group():
    assert "terrace speaker" in declared()["pause_media"]["properties"]["device"]["enum"]
    lamps = declared()["control_light"]["properties"]["device"]["enum"]
    assert {"desk lamp", "writing light", "office light", "all bedroom lights"} <= set(lamps)
    assert "bedroom light" not in lamps


def test_a_call_of_a_tool_for_one_action_is_that_action():
    tools = Tools(HOME)
    assert tools.commands("pause_media", {"device": "terrace speaker"}, NoState()) == [
        Command("sonos-terrace", "pause", "action")
    ]
    loud = tools.commands("set_volume", {"device": "sonos", "volume_percent": 40}, NoState())
    assert loud == [Command("sonos-terrace", "volume", "property", 40)]


def test_every_name_that_a_tool_declares_means_something():
    tools = Tools(HOME)
    for schema in tools.schemas():
        for device in schema["parameters"]["properties"]["device"]["enum"]:
            assert tools.meant(schema["name"], {"device": device})[0]


def test_a_raw_answer_holds_the_sentence_that_was_asked():
    case = Case(id="1", suite="plain", home="made", kind="", turns=((NOON, "pause the sonos"),), until=NOON)
    played = Played(case=case, grade=Grade(right=True, done=True), answers=(Answered(source="model"),))
    assert played.to_json()["sentence"] == "pause the sonos"
    assert played.to_json()["home"] == "made"
