"""Wishes that name no command, in a home of which the states are known."""

from __future__ import annotations

import pytest

from galiot.agent.home import Home
from galiot.agent.plan import Ask, Do
from galiot.agent.things.td import read_thing
from galiot.agent.wishes import hear
from tests.agent.homes import Known
from tests.agent.rules.house import describe, house

MORE = (
    ("Terrace Awning", "Awning", "Terrace", None, ("position",), ()),
    ("Garden Lights", "Light", "Garden", None, ("on",), ()),
    ("Bathroom Heater", "Heater", "Bathroom", "Upstairs", ("on",), ()),
    ("Cooker Hood", "Fan", "Kitchen", "Ground floor", ("on",), ()),
)
OFF = {f"urn:house:{name}": {"on": False} for name in (
    "kitchen-light", "ceiling-light", "reading-lamp", "hall-light", "bedroom-light", "desk-lamp", "garden-lights",
    "cooker-hood", "bathroom-heater", "office-fan", "coffee-maker", "fireplace", "oven", "tv",
)}  # fmt: skip
STATES = {
    **OFF,
    "urn:house:left-blind": {"position": 100},
    "urn:house:right-blind": {"position": 100},
    "urn:house:bedroom-blind": {"position": 100},
    "urn:house:thermostat": {"targetTemperature": 20, "mode": "heat"},
    "urn:house:front-door": {"locked": False},
    "urn:house:garage-door": {"position": 0},
    "urn:house:terrace-awning": {"position": 0},
    "urn:house:robbie": {"status": "docked"},
}


@pytest.fixture(scope="module")
def home():
    return Home([*house().things, *(read_thing(describe(*row)) for row in MORE)])


def helped(sentence, home, **changed):
    """What a wish comes to: (verb, role, ids without their beginning), a question as ("which", "", ids), or None."""
    states = {**STATES, **{f"urn:house:{name.replace('_', '-')}": state for name, state in changed.items()}}
    wish = hear(sentence, home)
    plan = wish.plan(Known(states)) if wish else None
    if plan is None:
        return None
    (act,) = (step.act for step in plan.steps)
    things = act.target.things if isinstance(act, Do) else act.options
    verb, role = (act.verb, act.role or "") if isinstance(act, Do) else ("which", "")
    assert isinstance(act, Do | Ask)
    return verb, role, " ".join(sorted(thing.removeprefix("urn:house:") for thing in things))


@pytest.mark.parametrize(
    ("sentence", "verb", "role", "things"),
    [
        ("brr, I am chilled to the bone", "raise", "target temperature", "thermostat"),
        ("it is awfully gloomy in the office", "turn on", "", "desk-lamp"),
        ("We are grilling on the terrace and the sun is dazzling us", "open", "", "terrace-awning"),
        ("strangers are peering in through the living room windows", "close", "", "left-blind right-blind"),
        ("there is dog hair all over the carpet", "start", "", "robbie"),
        ("I could murder a cup of coffee", "turn on", "", "coffee-maker"),
        ("the kitchen smells of fried fish", "turn on", "", "cooker-hood"),
        ("the lawn is all brown and thirsty", "start", "", "sprinkler"),
        ("we have run out of clean socks", "start", "", "washer"),
        ("anyone could just walk in here at night", "lock", "", "front-door"),
        ("let's have a real fire, I love the flames", "turn on", "", "fireplace"),
        ("I would love some daylight in the bedroom", "nothing", "", ""),
    ],
)  # fmt: skip
def test_a_need_leads_to_what_helps_where_it_is_felt(sentence, verb, role, things, home):
    found = helped(sentence, home, bedroom_blind={"position": 100})
    if verb == "nothing":
        assert found == ("open", "", "bedroom-blind"), "it is so already, and the answer says it"
    else:
        assert found == (verb, role, things)


def test_what_people_do_tells_where_they_are(home):
    assert helped("I want to chop onions and can hardly see the knife", home) == ("turn on", "", "kitchen-light")
    assert helped("I just stepped out of the shower and I am shivering", home) == ("turn on", "", "bathroom-heater")


def test_states_decide_what_helps(home):
    dark = "I can hardly see anything in the office"
    assert helped(dark, home, desk_lamp={"on": True, "brightness": 20}) == ("raise", "brightness", "desk-lamp")
    empty = "nobody is in the living room any more"
    assert helped(empty, home, reading_lamp={"on": True}) == ("turn off", "", "reading-lamp")


def test_several_that_help_equally_are_asked_about(home):
    verb, _, things = helped("it is pitch black", home)
    assert verb == "which"
    assert "kitchen-light" in things


def test_the_main_lamp_of_a_room_is_meant_where_nothing_else_decides(home):
    assert helped("the living room is so dark", home) == ("turn on", "", "ceiling-light")


@pytest.mark.parametrize(
    ("sentence", "verb", "role", "things"),
    [
        ("the office fan is rattling like mad", "lower", "fan speed", "office-fan"),
        ("Robbie makes a terrible noise", "dock", "", "robbie"),
        ("the hall light has been burning since this morning", "turn off", "", "hall-light"),
        ("somebody left the garage door wide open", "close", "", "garage-door"),
        ("nobody is watching the TV", "turn off", "", "tv"),
        ("the kids forgot to lock the front door", "lock", "", "front-door"),
        ("Robbie is stuck", "dock", "", "robbie"),
    ],
)
def test_a_remark_about_a_thing_is_about_that_thing(sentence, verb, role, things, home):
    on = {"on": True}
    changed = {
        "office_fan": {**on, "fanSpeed": 80},
        "hall_light": on,
        "tv": on,
        "garage_door": {"position": 100},
        "robbie": {"status": "cleaning"},
    }
    assert helped(sentence, home, **changed) == (verb, role, things)


@pytest.mark.parametrize(
    "sentence",
    [
        "I am not cold at all",
        "it is nice and warm in the living room",
        "I have a cold",
        "the soup is cold",
        "is it dark in the office",
        "turn the desk lamp to 40 percent, it is dark",
        "the thermostat two degrees warmer",
        "write me a story about a dark forest",
        "when it gets dark I go home",
        "my sister plays the violin",
        "strongest rain yesterday",
        "",
    ],
)
def test_what_is_denied_praised_asked_or_commanded_is_no_wish(sentence, home):
    assert helped(sentence, home) is None


def test_a_thing_named_that_would_not_help_is_left_to_the_model(home):
    assert helped("the washer seems cold", home) is None


def test_what_is_called_like_the_floor_that_is_said_comes_first(home):
    heating = describe("Upstairs Heating", "Thermostat", "Landing", "Upstairs", ("targetTemperature",), ())
    larger = Home([*home.things, read_thing(heating)])
    found = helped("it is like an oven upstairs", larger, upstairs_heating={"targetTemperature": 24})
    assert found == ("lower", "target temperature", "upstairs-heating")


def test_what_has_run_empty_is_filled_by_what_fills(home):
    trough = describe("Trough Valve", "Valve", "Yard", None, ("on",), ())
    larger = Home([*home.things, read_thing(trough)])
    assert helped("the trough has run dry", larger, trough_valve={"on": False}) == ("open", "", "trough-valve")
    assert helped("the washer is empty", larger) is None


def test_too_bright_outside_is_no_matter_of_lamps_that_are_off(home):
    assert helped("it is too bright on the terrace", home) == ("open", "", "terrace-awning")
