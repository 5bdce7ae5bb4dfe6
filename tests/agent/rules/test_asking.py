"""Questions of many shapes, read in a made home; the home has what they ask for and nothing has to be guessed."""

from __future__ import annotations

from datetime import datetime

import pytest

from galiot.agent.home import Home
from galiot.agent.plan import Read
from galiot.agent.rules import read, summing
from galiot.agent.text import render
from galiot.agent.things.td import read_thing
from tests.agent.rules.house import describe

NOW = datetime(2026, 3, 4, 15, 0)
_NUMBER = {"type": "number", "readOnly": True}
_KINDS = {
    "temperature": {**_NUMBER, "unit": "degree celsius"},
    "humidity": {**_NUMBER, "unit": "percent"},
    "moisture": {**_NUMBER, "unit": "percent"},
    "toner": {**_NUMBER, "unit": "percent"},
    "remaining": {**_NUMBER, "unit": "minutes"},
    "windSpeed": {**_NUMBER, "unit": "km/h"},
    "rain": {"type": "boolean", "readOnly": True},
    "occupied": {"type": "boolean", "readOnly": True},
    "message": {"type": "string", "readOnly": True},
    "charging": {"type": "boolean"},
    "input": {"type": "string", "enum": ["Cable", "Disc"]},
    "locked": {"type": "boolean"},
    "on": {"type": "boolean"},
}
_ROWS = (
    ("Studio Climate", "Sensor", "Studio", ("temperature", "humidity")),
    ("Shed Climate", "Sensor", "Shed", ("temperature",)),
    ("Fern Probe", "Sensor", "Studio", ("moisture",)),
    ("Label Printer", "Printer", "Studio", ("on", "toner")),
    ("Bread Oven", "Oven", "Kitchen", ("on", "remaining")),
    ("Roof Mast", "Sensor", "Roof", ("windSpeed", "rain")),
    ("Den Presence", "OccupancySensor", "Den", ("occupied",)),
    ("Whiteboard", "Screen", "Den", ("message",)),
    ("Wall Socket Nine", "Charger", "Carport", ("charging",)),
    ("Screen", "TV", "Den", ("on", "input")),
    ("Side Door", "Lock", "Shed", ("locked",)),
    ("Cellar Door", "Lock", "Kitchen", ("locked",)),
)


def _described(title: str, kind: str, area: str, properties: tuple[str, ...]) -> dict[str, object]:
    made = describe(title, kind, area, None, (), ())
    return {**made, "properties": {name: dict(_KINDS[name]) for name in properties}}


HOME = Home([read_thing(_described(*row)) for row in _ROWS])


def asked(sentence: str) -> list[str]:
    plan = read(sentence, HOME, now=NOW)
    return [] if plan is None else render(plan, HOME).splitlines()


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("how much toner is left in the label printer?", ["read toner: label printer"]),
        ("how much longer does the bread oven need", ["read remaining: bread oven"]),
        ("which input is the screen on", ["read source: screen"]),
        ("what does the whiteboard say", ["read message: whiteboard"]),
        ("is there a message on the whiteboard?", ["read message: whiteboard"]),
        ("is it raining outside", ["read rain is on: roof mast"]),
        ("how windy is it", ["read wind speed: roof mast"]),
        ("is the van charging", ["read charging is on: wall socket nine"]),
        ("is the den free", ["read occupancy is off: den presence"]),
        ("which room is occupied", ["read occupancy is on: den presence"]),
        ("does the fern need watering", ["read soil moisture: fern probe"]),
        ("is it warmer in the studio or in the shed", ["read temperature: studio climate, shed climate"]),
        ("how much colder is the shed than the studio", ["read temperature: shed climate, studio climate"]),
        ("did it freeze in the shed last night", ["read ever temperature <= 0, last night: shed climate"]),
        ("did it drop below 8 degrees in the shed last night", ["read ever temperature < 8, last night: shed climate"]),
        ("what was the coldest it got in the shed yesterday", ["read lowest temperature, yesterday: shed climate"]),
        ("average humidity in the studio today?", ["read average humidity, today: studio climate"]),
        ("what time was the side door locked", ["read last lock is on: side door"]),
        ("for how long was the side door open yesterday", ["read duration lock is off, yesterday: side door"]),
        ("how many times did someone unlock the side door today", ["read count lock is off, today: side door"]),
        ("what was the temperature in the shed at 3 am", ["read temperature, at 3 am: shed climate"]),
        ("tell me if the cellar door is locked", ["read lock is on: cellar door"]),
    ],
)
def test_a_question_becomes_a_reading(sentence, lines):
    assert asked(sentence) == lines


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [
        ("is any door unlocked", "any"),
        ("are all doors locked", "all"),
        ("which doors are locked", "which"),
        ("how many doors are locked", "count"),
        ("which room is warmest", "most"),
        ("is the studio colder than the shed", "less"),
        ("is the side door locked", ""),
        ("check the doors", ""),
    ],
)
def test_a_question_says_what_it_wants_of_several_things(sentence, asks):
    plan = read(sentence, HOME, now=NOW)
    assert plan is not None
    acts = [step.act for step in summing(plan).steps]
    assert {act.asks for act in acts if isinstance(act, Read)} == {asks}


def test_a_set_value_is_no_time_of_day():
    assert asked("is the shed above 20 degrees") == ["read temperature > 20: shed climate"]
