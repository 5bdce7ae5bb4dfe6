"""What homes of all sorts need: names that are misspelt, rooms by another word, robots that only go home."""

import pytest

from galiot.agent.home import Home
from galiot.agent.plan import Ask, Do, Refuse
from galiot.agent.rules import read
from galiot.agent.rules.words import slipped
from galiot.agent.things.td import read_thing
from tests.agent.rules.house import describe

SWITCH, DIMMER = ("on",), ("on", "brightness")
PLAYER = ("volume", "playback")
PLAYS = ("play", "pause", "next", "previous")


def acts(sentence, *rows):
    plan = read(sentence, Home([read_thing(describe(*row)) for row in rows]))
    return [step.act for step in plan.steps] if plan else None


def done(sentence, *rows):
    """Return (verb, title of the thing, value) of each command."""
    found = acts(sentence, *rows)
    assert found is not None
    assert all(isinstance(act, Do) for act in found), found
    return [(act.verb, thing.removeprefix("urn:house:"), act.value) for act in found for thing in act.target.things]


def row(title, kind="Light", area=None, properties=SWITCH, actions=()):
    return (title, kind, area, None, properties, actions)


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("telescope tv pause", "pause"),
        ("telescope tv unpause", "resume"),
        ("telescope tv next song", "next"),
        ("telescope tv previous track", "previous"),
        ("back", "previous"),
    ],
)
def test_the_verb_may_come_after_what_plays(said, verb):
    assert done(said, row("Telescope TV", "TV", "Lounge", PLAYER, PLAYS)) == [(verb, "telescope-tv", None)]


def test_right_is_a_side_before_a_name_and_an_interjection_elsewhere():
    rooms = row("Left Bedroom"), row("Right Bedroom")
    assert done("right bedroom light on", *rooms) == [("turn on", "right-bedroom", None)]
    assert done("right, turn on the left bedroom light", *rooms) == [("turn on", "left-bedroom", None)]


@pytest.mark.parametrize(("said", "value"), [("very bright", 100), ("bright", 100), ("very dim", 10)])
def test_a_light_is_as_bright_as_it_is_said(said, value):
    lamp = row("Hall Light", area="Hall", properties=DIMMER)
    assert done(f"make the hall light {said}", lamp) == [("set", "hall-light", value)]


def test_all_the_way_down_is_dim_and_not_off():
    lamp = row("Hall Light", area="Hall", properties=DIMMER)
    assert done("turn the hall light all the way down", lamp) == [("set", "hall-light", 1)]


def test_what_cannot_stop_goes_home():
    robot = row("Dusty", "VacuumCleaner", "Hall", (), ("start", "returnToBase"))
    assert done("stop dusty", robot) == [("dock", "dusty", None)]
    pausing = row("Dusty", "VacuumCleaner", "Hall", (), ("start", "stop", "returnToBase"))
    assert done("stop dusty", pausing) == [("stop", "dusty", None)]


def test_an_outlet_is_unplugged():
    assert done("unplug the pantry outlet", row("Pantry Outlet", "SmartPlug")) == [("turn off", "pantry-outlet", None)]


def test_the_water_is_what_lets_it_through():
    things = row("Hedge Sprinkler", "Sprinkler", "Orchard"), row("Orchard Lamp", area="Orchard")
    assert done("turn off the water", *things) == [("turn off", "hedge-sprinkler", None)]


def test_a_room_goes_by_another_name_only_where_the_home_has_none_of_that_name():
    fire, lamp = row("Fireplace", "SmartPlug", "Great Room"), row("Sofa Lamp", area="Living Room")
    assert done("turn on the fireplace in the living room", fire) == [("turn on", "fireplace", None)]
    assert isinstance(acts("turn on the fireplace in the living room", fire, lamp)[0], Refuse)


def test_a_slip_of_the_finger_finds_the_only_name_that_is_near():
    lamp = row("Conservatory Light", area="Conservatory")
    assert done("turn on the conservtory light", lamp) == [("turn on", "conservatory-light", None)]
    assert done("turn on the conservatory light", row("Consevatory Light")) == [("turn on", "consevatory-light", None)]


def test_a_short_word_or_two_that_are_near_are_no_slip():
    pair = row("Chambers Lamp"), row("Chamberg Lamp")
    for sentence, rows in (("turn on the cooler", [row("Cooker", "Oven")]), ("turn on the chamberq lamp", pair)):
        found = acts(sentence, *rows)
        assert found is None or not isinstance(found[0], Do)


@pytest.mark.parametrize(
    ("word", "other", "is_slip"),
    [
        ("kitchen", "kitchn", True),
        ("kitchen", "kitchenn", True),
        ("kitchen", "kithcen", True),
        ("kitchen", "kitchan", True),
        ("kitchen", "kitchen", False),
        ("kitchen", "bitchen", False),
        ("kitchen", "kthcen", False),
        ("kitchen", "kitten", False),
    ],
)
def test_one_letter_is_a_slip(word, other, is_slip):
    assert slipped(word, other) is is_slip


@pytest.mark.parametrize(
    ("sentence", "verb"),
    [
        ("Pon la lámpara en el dormitorio", "turn on"),
        ("La lámpara del dormitorio, apagada, por favor", "turn off"),
        ("Allume la lampe intelligente de la chambre", "turn on"),
        ("Mets la lampe de la chambre en marche", "turn on"),
        ("Mets la lampe de la chambre en arrêt", "turn off"),
    ],
)
def test_other_languages_turn_things_on_and_off(sentence, verb):
    spanish, french = row("Lámpara", area="Dormitorio"), row("Lampe", area="Chambre")
    thing = french if "chambre" in sentence else spanish
    assert [verb for verb, *_ in done(sentence, thing)] == [verb]


def test_what_is_in_two_rooms_is_asked_for_in_other_languages_too():
    rooms = row("Luces del Ático 1", area="Ático 1"), row("Luces del Ático 2", area="Ático 2")
    found = acts("Enciende la luz del ático", *rooms)
    assert isinstance(found[0], Ask)


def test_a_fountain_is_one_in_any_language():
    assert done("turn on the fountain", row("Fuente", "SmartPlug", "Patio")) == [("turn on", "fuente", None)]
