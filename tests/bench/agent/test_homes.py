import json

import pytest

from galiot.agent.command import Command
from galiot.bench.agent.homes import Request, Simulated, _value, commands_of, judge, load, wilson

LIGHT = {
    "Turn on": ["Kitchen light on"],
    "Set brightness": ["Kitchen light to 50%", "Make the kitchen light brighter"],
}
DEVICES = [
    ("Kitchen", "Kitchen Light", "light-dimmable", LIGHT),
    ("Hall", "Hall Light", "light", {"Turn on": ["Turn on the light"]}),
    ("Office", "Speaker", "smart-speaker", {"Pause": ["Pause"]}),
]


@pytest.fixture
def small(tmp_path):
    rows = []
    for area, name, kind, actions in DEVICES:
        document = {
            "home": "somewhere-us",
            "device": {"area": area, "name": name, "device_type": kind},
            "capabilities": list(actions),
            "actions": {"actions": [{"action": action, "sentences": said} for action, said in actions.items()]},
        }
        rows.append(json.dumps({"path": name, "docs": [document]}))
    (tmp_path / "device-actions.jsonl").write_text("\n".join(rows))
    return load(tmp_path)[0]


def request(small, sentence):
    return next(request for request in small.requests if request.sentence == sentence)


def test_a_request_is_right_when_its_thing_ends_as_asked_and_nothing_else_has_changed(small):
    light, hall = (description["id"] for description in small.descriptions[:2])
    half = request(small, "Kitchen light to 50%")
    assert judge(small, half, [Command(light, "brightness", "property", 50)])
    assert not judge(small, half, [Command(light, "brightness", "property", 60)])
    assert not judge(small, half, [Command(light, "brightness", "property", 50), Command(hall, "on", "property", True)])
    assert not judge(small, half, [])


def test_a_relative_request_is_right_in_its_direction(small):
    light = small.descriptions[0]["id"]
    more = request(small, "Make the kitchen light brighter")
    assert judge(small, more, [Command(light, "brightness", "property", 60)])
    assert not judge(small, more, [Command(light, "brightness", "property", 30)])


def test_a_request_that_fits_several_things_is_marked(small):
    assert request(small, "Turn on the light").underspecified
    assert not request(small, "Kitchen light on").underspecified


def test_whoever_asks_which_one_is_told_by_name_and_room_and_only_where_several_fit(small):
    import asyncio

    from galiot.agent.config import AgentConfig
    from galiot.bench.agent.given import played_home
    from galiot.bench.agent.ours import Ours

    assert small.reply(request(small, "Turn on the light")) == "the Hall Light in the Hall"
    played = asyncio.run(played_home(Ours(AgentConfig(model=None)), small))
    by_said = {one.case.said: one for one in played}
    several, clear = by_said["Turn on the light"], by_said["Kitchen light on"]
    assert (several.grade.right, several.grade.asked, len(several.answers)) == (True, True, 2)
    assert (clear.grade.right, clear.grade.asked, len(clear.answers)) == (True, False, 1)


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Dim the lamp to three quarters", 75),
        ("Lamp 40 brightness", 40),
        ("Brightness 40 for the lamp", 40),
        ("Volume 5 in the den", 5),
        ("Set it to half", 50),
    ],
)
def test_the_value_that_a_sentence_names_is_the_one_it_is_judged_by(sentence, value):
    assert _value(Request(sentence, "urn:made:lamp", "Set brightness", "light"))[0] == value


def test_rules_do_the_clear_requests_of_a_home(small):
    from galiot.agent.rules import read

    home = small.home()
    for one in small.requests:
        if not one.underspecified:
            commands = commands_of(read(one.sentence, home), home, Simulated(small, one))
            assert judge(small, one, commands or []), one.sentence


def test_the_interval_of_a_share_holds_it():
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(90, 100)
    assert low == pytest.approx(0.8256, abs=1e-4)
    assert high == pytest.approx(0.9448, abs=1e-4)
