"""A large home costs little more than a small one, and leaves nothing behind."""

import gc
import weakref

from galiot.agent.features import features_of
from galiot.agent.home import Home
from galiot.agent.names import names_of
from galiot.agent.prompt import compose
from galiot.agent.retrieve import index_of
from galiot.agent.rules import read
from galiot.agent.rules.slots import Slots
from tests.agent.homes import BOOL, thing


def test_what_is_made_of_a_home_is_made_once():
    home = Home([thing("Lamp")])
    assert home.once(list_of_titles) is home.once(list_of_titles) == ["Lamp"]


def test_a_home_that_nobody_holds_is_gone_with_its_things_and_all_that_was_made_of_it():
    home = Home([thing("Desk Lamp", "Office", writable={"on": BOOL}), thing("Fan", "Hall")])
    read("turn on the desk lamp", home)
    compose("turn on the desk lamp", home)
    assert index_of(home)
    assert names_of(home)
    assert features_of(home.things[0])
    held = [weakref.ref(home), *map(weakref.ref, home.things)]
    del home
    gc.collect()
    assert [one() for one in held] == [None] * 3


def test_slots_hand_out_every_name_that_may_be_said():
    slots = Slots([("desk lamp", 1), ("lamp", 2), ("kitchen lamp", 3), ("wall-light", 4), ("straße", 5), ("卧室灯", 6)])
    said = {
        "Turn on the Desk Lamp!": [1, 2],
        "desk the lamp": [1, 2],
        "wall light": [4],
        "walllight": [4],
        "STRASSE": [5],
        "打开卧室的灯": [6],
        "nothing of it": [],
    }
    assert {text: [row[1] for row in slots.within(text)] for text in said} == said


def list_of_titles(home):
    return [one.title for one in home.things]
