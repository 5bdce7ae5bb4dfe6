"""Choices and comparisons in whatever words; a word that says something else makes it nothing."""

from __future__ import annotations

import pytest

from galiot.agent.rules import loosely
from galiot.agent.text import render
from galiot.agent.things.load import join
from galiot.agent.things.td import read_thing


def prop(type: str, **more: object) -> dict[str, object]:
    return {"type": type, "forms": [{"href": "/x"}], **more}


def thing(id: str, title: str, area: str, properties: dict[str, object], **more: object) -> dict[str, object]:
    return {"id": f"urn:{id}", "title": title, "galiot:area": area, "properties": properties, **more}


LEVEL = prop("integer", minimum=0, maximum=100, unit="percent")
SIGNAL = prop("string", enum=["AirPlay", "TV", "Vinyl"])
HOME = join(
    [
        read_thing(one)
        for one in (
            thing("amp", "Amplifier", "Den", {"on": prop("boolean"), "source": SIGNAL, "volume": LEVEL}),
            thing("tv", "TV", "Den", {"on": prop("boolean"), "source": prop("string", enum=["ZDF Mediathek", "Arte"])}),
            thing("spot", "Reading Spot", "Den", {"on": prop("boolean"), "brightness": LEVEL}),
            thing("ac", "Air Conditioner", "Loft", {"on": prop("boolean"), "mode": prop("string", enum=["cool", "dry"]),
                  "targetTemperature": prop("number", minimum=16, maximum=30, unit="celsius")}),
            thing("fan1", "Desk Fan", "Study", {"speed": prop("string", enum=["low", "high"])}),
            thing("fan2", "Floor Fan", "Den", {"speed": prop("string", enum=["low", "high"])}),
            thing("bar", "Coffee Bar", "Den", {"on": prop("boolean")},
                  actions={"brew": {"title": "Brew", "input": {"type": "string", "enum": ["ristretto", "flat white"]},
                                    "forms": [{"href": "/b"}]}}),
        )
    ]
)  # fmt: skip


def plan(sentence: str) -> str:
    found = loosely(sentence, HOME)
    return render(found, HOME) if found else ""


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Arte on the tv please", "set source to Arte: tv"),
        ("let's watch the mediathek", "set source to ZDF Mediathek: tv"),
        ("the amplifier should play vinyl", "set source to Vinyl: amplifier"),
        ("airplay, please", "set source to AirPlay: amplifier"),
        ("could you make me a ristretto", "run brew to ristretto: coffee bar"),
        ("some flat white would be lovely", "run brew to flat white: coffee bar"),
        ("air con to dry mode", "set mode to dry: air conditioner"),
        ("reading spot a bit weaker", "lower brightness: reading spot"),
        ("the amplifier less loud by ten percent", "lower volume by 10%: amplifier"),
        ("air conditioner two degrees cooler", "lower target temperature by 2: air conditioner"),
        ("drop the air conditioner by a degree and a half", "lower target temperature by 1.5: air conditioner"),
        ("make it half a degree warmer in the loft", "raise target temperature by 0.5: air conditioner"),
    ],
)
def test_what_every_word_speaks_of_is_done(sentence: str, said: str) -> None:
    assert plan(sentence) == said


@pytest.mark.parametrize(
    "sentence",
    [
        "is Arte on",
        "I read about vinyl in the paper",
        "don't play vinyl",
        "anything but Arte",
        "low",
        "make it dry",
        "Arte at eight",
        "Arte and then the mediathek",
        "reading spot brighter and dimmer",
        "the weather is two degrees cooler today",
        "my grandma is weaker",
        "reading spot weaker when the tv is on",
    ],
)
def test_a_word_that_says_something_else_makes_it_nothing(sentence: str) -> None:
    assert plan(sentence) == ""


def test_a_choice_that_several_things_have_becomes_a_question() -> None:
    assert plan("fans to low").startswith("ask which")
    assert plan("desk fan to low") == "set fan speed to low: desk fan"
