"""The words that stand for things."""

from __future__ import annotations

import pytest

from galiot.agent.home import Home
from galiot.agent.names import clean, kinds_of, names_of, words_said
from tests.agent.homes import PERCENT, home, thing


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Küchen-Licht", "küchen-licht"),
        ("lamp,\n unlock: door", "lamp unlock door"),
        ('"quoted" > 5', "quoted 5"),
        ("every lamp", "the every lamp"),
        ("  \t", ""),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_name_is_one_line_without_what_separates(name, word):
    assert clean(name) == word
    assert clean(word) == word or word.startswith("the ")


def test_names_that_become_alike_stay_apart():
    names = names_of(Home([thing("Lamp!", "A"), thing("Lamp?", "B"), thing("!!!", "C")]))
    assert list(names.labels) == ["lamp", "lamp 2", "thing"]
    assert names.by_id[names.labels["lamp 2"]] == "lamp 2"


def test_kinds_are_those_of_the_home_and_wider_ones():
    assert {"light", "blind", "cover", "lock"} <= set(names_of(home()).kinds)
    assert kinds_of(thing("Left blind", writable={"position": PERCENT})) == ("blind", "cover")


def test_names_are_made_once():
    here = home()
    assert names_of(here) is names_of(here)


def test_words_said_are_clean_and_come_once():
    assert words_said('Turn on the "Sauna", please... the sauna!') == ["turn", "on", "the", "sauna", "please"]
