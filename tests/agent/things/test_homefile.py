"""home.toml: every key, and what is said about a wrong one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from galiot.agent.things import load, read_home_file
from galiot.errors import ConfigError, FileError, FormatError

FULL = """
[home]
name = "Lake house"
language = "de"
units = "imperial"
things = ["lamps.json", "more/", "mqtt://10.0.0.4", "http://cam/.well-known/wot", "/abs/x.json"]
timezone = "Europe/Zurich"

[[broker]]
url = "mqtt://192.168.1.4:1883"
user = "agent"
password_file = "secret"
discover = ["homie"]
zigbee2mqtt = "z"
homie = "h"
homeassistant = "ha"

[[broker]]
url = "mqtts://other"

[[note]]
folder = "manuals"

[policy]
pin = "1234"

[thing."urn:lamp:1"]
title = "Reading lamp"
area = "Study"
floor = "Upstairs"
aliases = ["the small one", "my lamp"]

[thing."Old lamp"]
hidden = true
"""


def write(folder: Path, text: str) -> Path:
    (folder / "home.toml").write_text(text)
    return folder / "home.toml"


def test_every_key_is_read(tmp_path: Path):
    file = read_home_file(write(tmp_path, FULL))
    assert (file.name, file.language, file.units) == ("Lake house", "de", "imperial")
    assert file.timezone == "Europe/Zurich"
    assert file.things == (
        str(tmp_path / "lamps.json"),
        str(tmp_path / "more"),
        "mqtt://10.0.0.4",
        "http://cam/.well-known/wot",
        "/abs/x.json",
    )
    first, second = file.brokers
    assert (first.url, first.user, first.password_file) == (
        "mqtt://192.168.1.4:1883",
        "agent",
        tmp_path / "secret",
    )
    assert (first.discover, first.zigbee2mqtt, first.homie, first.homeassistant) == (("homie",), "z", "h", "ha")
    assert second.discover == ("zigbee2mqtt", "homie", "homeassistant")
    assert file.notes[0].folder == tmp_path / "manuals"
    assert file.policy == {"pin": "1234"}
    assert file.overrides["urn:lamp:1"].aliases == ("the small one", "my lamp")
    assert file.overrides["Old lamp"].hidden


def test_an_empty_file_is_a_home_without_things(tmp_path: Path):
    home = load(write(tmp_path, ""))
    assert len(home) == 0
    assert (home.language, home.units) == ("en", "metric")


def test_what_the_owner_says_counts_more_than_the_description(tmp_path: Path):
    things = [
        {"title": "Lamp", "id": "urn:lamp:1", "galiot:area": "Hall", "galiot:aliases": ["it"]},
        {"title": "Old lamp", "id": "urn:lamp:2"},
        {"title": "Fan", "id": "urn:fan"},
    ]
    (tmp_path / "lamps.json").write_text(json.dumps(things))
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "bell.json").write_text(json.dumps({"title": "Bell"}))
    text = FULL.replace('"/abs/x.json"', "")
    home = load(write(tmp_path, text).parent)
    assert [thing.title for thing in home.things] == ["Reading lamp", "Fan", "Bell"]
    lamp = home.things[0]
    assert (lamp.area, lamp.floor, lamp.aliases) == ("Study", "Upstairs", ("the small one", "my lamp"))
    assert home.name == "Lake house"
    assert home.settings is not None


def test_a_file_that_a_home_names_and_that_makes_no_sense_is_refused_alone(tmp_path: Path):
    (tmp_path / "good.json").write_text(json.dumps({"title": "Bell"}))
    (tmp_path / "bad.json").write_text("{")
    home = load(write(tmp_path, '[home]\nthings = ["bad.json", "good.json"]'))
    assert [thing.title for thing in home.things] == ["Bell"]
    assert len(home.refused) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[hme]\n", 'there is no key "hme"; the nearest is "home"'),
        ("[home]\nlanguag = 1", 'there is no key "languag"; the nearest is "language"'),
        ('[[broker]]\nurl="mqtt://x"\npassword = "x"', 'no key "password"; the nearest is "password_file"'),
        ("[[note]]\nfoldr = 1", 'the nearest is "folder"'),
        ("[thing.x]\nalias = []", 'the nearest is "aliases"'),
        ("[home]\nunits = 'furlongs'", "expected metric or imperial"),
        ("[home]\nname = 5", "home.name is 5, expected a text"),
        ("[home]\nthings = [5]", "expected a list of texts"),
        ("home = 5", "is no table"),
        ("[[broker]]\nuser = 'x'", 'the key "url" is missing'),
        ("[[broker]]\nurl = 'tcp://x'", "expected mqtt://HOST:PORT"),
        ("[[broker]]\nurl = 'mqtt://x'\ndiscover = ['zigbee']", "expected some of"),
        ("[broker]\nurl = 'mqtt://x'", r"write \[\[broker\]\]"),
        ("broker = 5", r"write \[\[broker\]\]"),
        ("[[note]]", 'the key "folder" is missing'),
        ("[thing.x]\nhidden = 'yes'", "neither true nor false"),
        ("[thing.x]\narea = 5", "expected a text"),
        ("[thing]\nx = 5", "is no table"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_the_file(tmp_path: Path, text: str, said: str):
    with pytest.raises(ConfigError, match=said) as error:
        load(write(tmp_path, text))
    assert "home.toml: " in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_toml_or_too_large_or_not_there(tmp_path: Path):
    with pytest.raises(FormatError, match="is no TOML"):
        load(write(tmp_path, "[home"))
    (tmp_path / "home.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FormatError, match="is no TOML"):
        load(tmp_path / "home.toml")
    with pytest.raises(FormatError, match="larger than 4 MiB"):
        load(write(tmp_path, "#" * (5 * 2**20)))
    with pytest.raises(FileError, match="cannot be read"):
        load(tmp_path / "none.toml")
