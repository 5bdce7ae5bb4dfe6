from __future__ import annotations

import pytest

from galiot.errors import ConfigError, RequestError
from galiot.senses.recipe import parse_recipe, read_recipe, shipped

SMALL = """
name = "watch"
kind = "motion"
rate_hz = 50
window_s = 2
[data]
layout = "folder"
files = "*/*.csv"
path = '(?P<person>[^/]+)/(?P<label>[^/]+)_\\d+\\.csv'
[forest]
trees = 10
"""


@pytest.mark.parametrize("name", shipped())
def test_shipped_recipes_are_sound(name):
    recipe, text = read_recipe(name)
    assert recipe.name == name
    assert parse_recipe(text) == recipe
    assert len(recipe.units) in (0, len(recipe.channels))
    assert recipe.text.prompts


def test_a_recipe_of_ones_own_needs_few_lines():
    recipe = parse_recipe(SMALL)
    assert recipe.data.layout == "folder"
    assert recipe.labels.kind == "class"
    assert recipe.forest.trees == 10


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("window_s", "windows_s"), "did you mean window_s"),
        (("trees = 10", 'trees = "ten"'), "forest.trees"),
        (('"folder"', '"folders"'), "data.layout"),
        (("rate_hz = 50", "rate_hz = 0"), "rate_hz"),
        (("[forest]\ntrees = 10", ""), "nothing to train"),
        (("[data]", "[data"), "no TOML"),
    ],
)
def test_what_is_wrong_is_named(change, said):
    with pytest.raises(ConfigError, match=said):
        parse_recipe(SMALL.replace(*change), "mine.toml")


def test_a_recipe_that_nobody_knows_is_refused_with_those_that_are_known():
    with pytest.raises(RequestError, match="ecg, "):
        read_recipe("eeg")
