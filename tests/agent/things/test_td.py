"""Thing Descriptions are read with every slip named, and written back without loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from galiot.agent.thing import Schema
from galiot.agent.things import load, read_thing, read_things, td, write_file, write_thing
from galiot.errors import FileError, FormatError

LAMP: dict[str, Any] = {
    "@context": ["https://www.w3.org/2022/wot/td/v1.1", {"saref": "https://w3id.org/saref#", "x": "urn:x"}],
    "@type": ["saref:LightSwitch", "Light"],
    "id": "urn:lamp:1",
    "title": "Desk lamp",
    "base": "http://lamp.local/",
    "support": "mailto:me@example.com",
    "x:maker": {"name": "Acme", "since": 1999},
    "galiot:area": "Study",
    "galiot:floor": "Upstairs",
    "galiot:aliases": ["the small one"],
    "securityDefinitions": {"basic_sc": {"scheme": "basic", "in": "header"}},
    "security": ["basic_sc"],
    "properties": {
        "on": {"type": "boolean", "x:register": 12, "forms": [{"href": "on", "op": ["readproperty", "writeproperty"]}]},
        "level": {"type": "integer", "minimum": 0, "maximum": 254, "uriVariables": {"u": {"type": "string"}}},
        "power": {"type": "number", "unit": "W", "readOnly": True, "observable": True},
    },
    "actions": {
        "fade": {
            "safe": False,
            "idempotent": True,
            "input": {"type": "object", "properties": {"to": {"type": "integer"}}, "required": ["to"]},
            "output": {"type": "string"},
        }
    },
    "events": {"overheated": {"data": {"type": "number", "unit": "C"}}},
}


def with_(**changed: Any) -> dict[str, Any]:
    return {**LAMP, **{name.replace("_", ":", 1): value for name, value in changed.items()}}


def test_one_description_is_one_thing_with_all_that_it_says():
    thing = read_thing(LAMP)
    assert (thing.id, thing.title, thing.area, thing.floor) == ("urn:lamp:1", "Desk lamp", "Study", "Upstairs")
    assert thing.aliases == ("the small one",)
    assert thing.types == ("saref:LightSwitch", "Light")
    assert thing.base == "http://lamp.local/"
    assert thing.properties["level"].schema == Schema(type="integer", minimum=0, maximum=254)
    assert not thing.properties["power"].writable
    assert thing.properties["power"].observable
    fade = thing.actions["fade"]
    assert fade.idempotent
    assert not fade.safe
    assert fade.schema is not None
    assert fade.schema.required == ("to",)
    assert fade.output == Schema(type="string")
    assert thing.events["overheated"].schema == Schema(type="number", unit="C")


def test_a_description_comes_back_as_it_was_terms_that_are_not_ours_included():
    assert write_thing(read_thing(LAMP)) == LAMP


def test_a_changed_thing_keeps_what_we_do_not_know():
    import dataclasses

    thing = dataclasses.replace(read_thing(LAMP), area="Attic")
    written = write_thing(thing)
    assert written["galiot:area"] == "Attic"
    assert written["x:maker"] == LAMP["x:maker"]
    assert written["security"] == ["basic_sc"]
    assert written["properties"]["on"]["x:register"] == 12
    assert written["properties"]["level"]["uriVariables"] == {"u": {"type": "string"}}
    assert read_thing(written) == thing


def test_a_thing_without_source_is_written_as_a_description_that_reads_the_same():
    import dataclasses

    thing = dataclasses.replace(read_thing(LAMP), source={})
    written = write_thing(thing)
    assert written["@context"] == td.CONTEXT
    assert written["security"] == "nosec_sc"
    assert read_thing(written) == thing


@pytest.mark.parametrize("nothing", [None, "", [], [None], ["", " "]])
def test_terms_of_ours_may_be_null_or_empty(nothing: Any):
    place = nothing if not isinstance(nothing, list) else None
    thing = read_thing({**LAMP, "galiot:area": place, "galiot:floor": place, "galiot:aliases": nothing})
    assert (thing.area, thing.floor, thing.aliases) == (None, None, ())


def test_little_is_needed():
    thing = read_thing({"title": "Bell", "properties": None, "actions": {"ring": {}}, "events": {}})
    assert thing.id == "bell"
    assert thing.actions["ring"].schema is None
    assert thing.area is None


def test_titles_of_several_languages_are_aliases():
    titles = {"title": None, "titles": {"en": "Desk lamp", "de": "Schreibtischlampe", "fr": "Lampe de bureau"}}
    assert read_thing({**LAMP, **titles}).title == "Desk lamp"
    assert read_thing({**LAMP, **titles}).aliases == ("the small one", "Schreibtischlampe", "Lampe de bureau")
    german = read_thing({**LAMP, **titles}, language="de")
    assert german.title == "Schreibtischlampe"
    assert "Desk lamp" in german.aliases
    assert read_thing({**LAMP, "title": None, "titles": {"fr": "Lampe"}}).title == "Lampe"


def test_a_title_of_an_affordance_may_have_several_languages():
    on = {"type": "boolean", "titles": {"de": "Licht an", "en": "Power"}, "descriptions": {"en": "Whether it shines"}}
    one = read_thing({**LAMP, "properties": {"on": on}}).properties["on"]
    assert (one.title, one.description) == ("Power", "Whether it shines")


@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: {"things": x}, lambda x: {"@graph": x}])
def test_a_list_is_read_one_by_one(wrap: Any):
    things, refused = read_things(wrap([LAMP, {"title": "Bell"}]), "it.json")
    assert [thing.title for thing in things] == ["Desk lamp", "Bell"]
    assert refused == []


MALFORMED: list[tuple[Any, str]] = [
    (5, "expected an object"),
    (None, "expected an object"),
    ({}, "title"),
    (with_(title="  "), "title"),
    (with_(title=7), "title"),
    (with_(title="x" * 3000), "3000 characters"),
    (with_(properties=[]), ""),
    (with_(properties=[1]), "properties"),
    (with_(properties={"": {"type": "boolean"}}), "empty"),
    (with_(properties={"x" * 3000: {"type": "boolean"}}), "3000 characters"),
    (with_(properties={"on": 5}), "properties.on"),
    (with_(properties={"on": {"type": "bool"}}), "none of boolean"),
    (with_(properties={"on": {"minimum": 5, "maximum": 1}}), "minimum 5 is above maximum 1"),
    (with_(properties={"on": {"minimum": "0"}}), "minimum"),
    (with_(properties={"on": {"multipleOf": 0}}), "multipleOf"),
    (with_(properties={"on": {"enum": []}}), "enum is empty"),
    (with_(properties={"on": {"enum": list(range(5000))}}), "5000 values"),
    (with_(properties={"on": {"readOnly": "yes"}}), "readOnly"),
    (with_(properties={"on": {"forms": {"href": "x"}}}), "forms"),
    (with_(properties={"on": {"forms": [{}]}}), "no href"),
    (with_(properties={f"p{n}": {} for n in range(2001)}), "2001 entries"),
    (with_(actions={"go": {"input": "text"}}), "actions.go.input"),
    (with_(galiot_area=["a"]), "galiot:area"),
    (with_(galiot_aliases={"a": 1}), "galiot:aliases"),
    (with_(titles={"en": 5}), "titles.en"),
    (with_(id=5), "id"),
    (with_(base={}), "base"),
    ({**LAMP, "@type": {"a": 1}}, "@type"),
]


@pytest.mark.parametrize(("description", "said"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_description_is_one_line_and_the_others_work(description: Any, said: str):
    things, refused = read_things([LAMP, description, {"title": "Bell"}], "it.json")
    if not said:
        assert len(things) == 3  # an empty list is taken for nothing
        return
    assert [thing.title for thing in things] == ["Desk lamp", "Bell"]
    assert len(refused) == 1
    line = str(refused[0])
    assert line.startswith("it.json[1]: ")
    assert said in line
    assert "\n" not in line
    assert len(line) < 400


def test_what_lies_too_deep_is_refused():
    schema: dict[str, Any] = {"type": "integer"}
    for _ in range(40):
        schema = {"type": "object", "properties": {"in": schema}}
    with pytest.raises(FormatError, match="deep"):
        read_thing({**LAMP, "properties": {"on": schema}})


def test_operations_of_forms_say_what_can_be_done():
    def property_(**form: Any) -> Any:
        one = {"type": "boolean", "forms": [{"href": "x", **form}]}
        return read_thing({"title": "x", "properties": {"on": one}}).properties["on"]

    assert (property_().readable, property_().writable) == (True, True)
    assert (property_(op="readproperty").readable, property_(op="readproperty").writable) == (True, False)
    assert (property_(op=["writeproperty"]).readable, property_(op=["writeproperty"]).writable) == (False, True)
    assert property_(op=["observeproperty"]).observable


def test_files_and_folders_are_read_in_the_order_of_their_names(tmp_path: Path):
    (tmp_path / "b.jsonld").write_text(json.dumps({"title": "Bell"}))
    (tmp_path / "a.json").write_text("\ufeff" + json.dumps([LAMP]))
    (tmp_path / "c.json").write_text("{")
    (tmp_path / ".hidden.json").write_text("{")
    (tmp_path / "notes.txt").write_text("no description")
    home = load(tmp_path)
    assert [thing.title for thing in home.things] == ["Desk lamp", "Bell"]
    assert len(home.refused) == 1
    assert "c.json: is no JSON" in home.refused[0]
    assert len(load(tmp_path / "a.json")) == 1


def test_what_is_written_is_read_again(tmp_path: Path):
    write_file([read_thing(LAMP), read_thing({"title": "Glöckchen 🔔"})], tmp_path / "x.json")
    home = load(tmp_path / "x.json")
    assert [thing.title for thing in home.things] == ["Desk lamp", "Glöckchen 🔔"]
    assert write_thing(home.things[0]) == LAMP


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("[1,", "no JSON"),
        ('{"title": "x", "properties": {"a": {"minimum": NaN}}}', "NaN"),
        ("[" * 100000, "no JSON"),
        ("\udcff", "no JSON"),
        ("[5, 6]", "1 more"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_an_error_of_one_line(tmp_path: Path, text: str, said: str):
    (tmp_path / "x.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(FormatError, match=said) as error:
        load(tmp_path / "x.json")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_and_a_folder_without_descriptions_are_named(tmp_path: Path):
    with pytest.raises(FileError, match=r"nowhere\.json: cannot be read"):
        load(tmp_path / "nowhere.json")
    with pytest.raises(FileError, match=r"holds no \.json"):
        load(tmp_path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path):
    path = tmp_path / "large.json"
    with open(path, "wb") as file:
        file.truncate(td.LARGEST_FILE + 2**20)
    with pytest.raises(FormatError, match="has 65 MiB, at most 64 are read"):
        load(path)


def test_two_of_one_id_are_told_apart_and_the_first_counts(tmp_path: Path):
    other = {**LAMP, "title": "Other lamp"}
    (tmp_path / "x.json").write_text(json.dumps([LAMP, other]))
    home = load(tmp_path / "x.json")
    assert [thing.title for thing in home.things] == ["Desk lamp"]
    assert home.refused == ('"Other lamp": the id "urn:lamp:1" is taken by "Desk lamp"; give each thing its own',)
