"""Sentences whose parts hang together: what comes after what, on what condition, and what "it" is."""

from __future__ import annotations

from datetime import datetime

import pytest

from galiot.agent.rules import read, read_parts
from galiot.agent.text import render
from tests.agent.rules.house import house

HOME = house()
NOW = datetime(2026, 3, 2, 20, 0)  # a Monday


def lines(sentence: str) -> list[str] | None:
    plan = read(sentence, HOME, now=NOW)
    return render(plan, HOME).splitlines() if plan is not None else None


ONE_AFTER_THE_OTHER = {
    "turn on the desk lamp, wait a minute, then dim it to 10 percent and start the office fan": [
        "turn on: desk lamp",
        "then in 1 min, set brightness to 10%: desk lamp",
        "then, turn on: office fan",
    ],
    "run the sprinkler for 20 minutes, then the office fan for 5": [
        "for 20 min, turn on: sprinkler",
        "then in 20 min, for 5 min, turn on: office fan",
    ],
    "turn on the fireplace in 5 minutes, and 10 minutes later turn it off again": [
        "in 5 min, turn on: fireplace",
        "then in 10 min, turn off: fireplace",
    ],
    "every day at 7 open the bedroom blind, ten minutes later turn on the hall light": [
        "every day at 07:00, open: bedroom blind",
        "every day at 07:00, in 10 min, turn on: hall light",
    ],
    "when the washer is done, turn on the office fan, and after half an hour turn it off and tell me": [
        "when running of washer is done, turn on: office fan",
        "when running of washer is done, in 30 min, turn off: office fan",
        "when running of washer is done, in 30 min, say",
    ],
    "turn on the sprinkler until the bedroom humidity is above 70, then tell me how humid the bedroom is": [
        "until humidity of bedroom sensor > 70, turn on: sprinkler",
        "when humidity of bedroom sensor > 70, read humidity: bedroom sensor",
    ],
    "open the garage door, close it after two minutes, and confirm that it is closed": [
        "open: garage door",
        "then in 2 min, close: garage door",
        "then, read position is closed: garage door",
    ],
    "pause the tv, wait two minutes, then play it again and lower the volume to 15": [
        "pause: tv",
        "then in 2 min, resume: tv",
        "then, set volume to 15: tv",
    ],
}


@pytest.mark.parametrize("sentence", ONE_AFTER_THE_OTHER)
def test_steps_come_after_those_that_they_follow(sentence):
    assert lines(sentence) == ONE_AFTER_THE_OTHER[sentence]


ON_CONDITION = {
    "is the bedroom window open? if so, turn off the fireplace, otherwise turn it on": [
        "read contact is on: bedroom window",
        "if contact of bedroom window is on, turn off: fireplace",
        "unless contact of bedroom window is on, turn on: fireplace",
    ],
    "is the front door locked? if not, lock it and confirm": [
        "read lock is on: front door",
        "unless lock of front door is on, lock: front door",
        "unless lock of front door is on, say",
    ],
    "read the humidity in the bedroom. over 60, start the office fan, below that leave it off": [
        "read humidity: bedroom sensor",
        "if humidity of bedroom sensor > 60, turn on: office fan",
    ],
    "check the battery of robbie; if it is above 40 percent, let him clean, otherwise send him home": [
        "read battery: robbie",
        "if battery of robbie > 40%, start: robbie",
        "unless battery of robbie > 40%, dock: robbie",
    ],
    "at 8 close the garage door unless it is already closed": [
        "at 08:00, unless position of garage door is closed, close: garage door"
    ],
    "if it gets warmer than 24 in the bedroom, start the office fan": [
        "when temperature of bedroom sensor > 24, turn on: office fan"
    ],
    "when the bedroom window opens turn off the fireplace, and when it closes turn it on again": [
        "when contact of bedroom window is on, turn off: fireplace",
        "when contact of bedroom window is on, when contact of bedroom window is off, turn on: fireplace",
    ],
    "when there is motion in the hall turn on the hall light; if it is still on five minutes later, tell me": [
        "when motion of hall motion is on, turn on: hall light",
        "then in 5 min, if power of hall light is on, say",
    ],
    "ten minutes after the washer is done turn off the kitchen light": [
        "when running of washer is done, in 10 min, turn off: kitchen light"
    ],
}


@pytest.mark.parametrize("sentence", ON_CONDITION)
def test_conditions_are_those_that_were_spoken_of(sentence):
    assert lines(sentence) == ON_CONDITION[sentence]


COMPARED = {
    "if the bedroom is colder than the living room, set the heating to 22, otherwise leave it as it is and tell me": [
        "if temperature of bedroom sensor < temperature of thermostat, set target temperature to 22: thermostat",
        "unless temperature of bedroom sensor < temperature of thermostat, say",
    ],
    "compare the bedroom with the living room. if it is warmer in the bedroom, start the office fan": [
        "read temperature: bedroom sensor, thermostat",
        "if temperature of bedroom sensor > temperature of thermostat, turn on: office fan",
    ],
    "turn on whichever of the desk lamp and the reading lamp is off": [
        "if power of desk lamp is off, turn on: desk lamp",
        "if power of reading lamp is off, turn on: reading lamp",
    ],
}


@pytest.mark.parametrize("sentence", COMPARED)
def test_two_readings_decide(sentence):
    assert lines(sentence) == COMPARED[sentence]


HELD = {
    "keep the tv off until nine": ["turn off: tv", "at 21:00, turn on: tv"],
    "turn on the hall light at ten and leave it on for an hour": ["at 22:00, for 1 h, turn on: hall light"],
    "do not start the washer now, start it at 11 pm": ["at 23:00, start: washer"],
    "turn on the coffee maker half an hour before noon": ["at 11:30, turn on: coffee maker"],
    "tell me when 10 minutes are over": ["in 10 min, say"],
    "hall light off at 22:00, on again at 8": ["at 22:00, turn off: hall light", "at 08:00, turn on: hall light"],
}


@pytest.mark.parametrize("sentence", HELD)
def test_times_are_said_in_many_ways(sentence):
    assert lines(sentence) == HELD[sentence]


def test_what_stands_before_a_colon_says_where_or_what():
    assert lines("living room: ceiling light off, reading lamp at 30 percent") == [
        "turn off: ceiling light",
        "set brightness to 30%: reading lamp",
    ]
    assert lines("blink the desk lamp: turn it on, wait 3 seconds, turn it off") == [
        "turn on: desk lamp",
        "then in 3 s, turn off: desk lamp",
    ]


def test_what_is_only_told_does_not_hinder():
    assert lines("turn on the kitchen light, I am cooking") == ["turn on: kitchen light"]
    assert lines("turn on the kitchen light, it is too dark") != ["turn on: kitchen light"]


def test_its_volume_is_that_of_what_was_spoken_of():
    assert lines("turn on the tv, set its volume to 20 and mute it after five minutes") == [
        "turn on: tv",
        "set volume to 20: tv",
        "then in 5 min, mute: tv",
    ]


def test_an_open_clause_is_left_with_names_for_its_pronouns():
    plan = read_parts("turn on the desk lamp and make it dance", HOME)
    assert plan is not None
    assert render(plan, HOME).splitlines() == ["turn on: desk lamp", "refuse unclear: make the desk lamp dance"]


def test_nothing_is_done_of_a_sentence_whose_condition_is_not_understood():
    sentence = "if the moon is full, turn on the desk lamp and lock the front door"
    assert read(sentence, HOME) is None
    assert read_parts(sentence, HOME) is None


def test_what_is_told_at_the_end_does_not_become_an_open_clause():
    plan = read_parts("dim the reading lamp, tell me what you did and make it sing", HOME)
    assert plan is not None
    assert render(plan, HOME).splitlines() == [
        "lower brightness: reading lamp",
        "say",
        "refuse unclear: make the reading lamp sing",
    ]
