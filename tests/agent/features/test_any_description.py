"""Whatever a description says, a request becomes commands that it allows, or a reason."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galiot.agent.command import Command, Problem
from galiot.agent.features import ROLES, VERBS, commands_for, features_of, kind_of
from galiot.agent.thing import Thing
from galiot.agent.things import read_thing
from galiot.agent.things.check import problem_of


def _beside(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


styles = _beside("styles")
ROWS = styles.STYLES + _beside("systems").SYSTEMS
REQUESTS: list[tuple[Any, ...]] = [
    *((verb,) for verb in VERBS),
    *(("set", role, value, unit) for role in ("brightness", "position", "volume", "fan speed", "heat level")
      for value, unit in ((0, None), (1, None), (33, "%"), (100, "%"), (250, None), (-5, None), ("half", None))),
    *(("set", "target temperature", value, unit) for value, unit in ((21, None), (21.26, "C"), (70, "F"), (900, None))),
    *(("set", "mode", value) for value in ("heat", "off", "nonsense")),
    *(("set", role, value) for role in ("color", "color temperature") for value in ("red", "warm", "#12ab9f", 4000)),
    *((verb, role) for verb in ("raise", "lower") for role in ("brightness", "volume", "temperature", "position")),
    *(("arm", None, way) for way in ("home", "away", "night", "upside down")),
]  # fmt: skip


class Shown:
    """A state that shows something for everything, of the type that is asked for or of another."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def get(self, thing_id: str, name: str) -> Any:
        return self.value


def allowed(thing: Thing, found: list[Command]) -> list[str]:
    doors = [(thing.properties if one.kind == "property" else thing.actions)[one.name] for one in found]
    said = [problem_of(door.schema, one.input) for door, one in zip(doors, found, strict=True) if one.input is not None]
    return [problem for problem in said if problem]


@pytest.mark.parametrize(("title", "text"), [pytest.param(row[0], row[1], id=str(n)) for n, row in enumerate(ROWS)])
def test_every_command_is_one_that_the_description_allows(title, text):
    thing = styles.thing_of(title, text)
    for request in REQUESTS:
        for state in (Shown(None), Shown(30), Shown(True), Shown("on"), Shown({"on": True, "position": 3})):
            found = commands_for(thing, *request, state=state)
            if not isinstance(found, Problem):
                assert allowed(thing, found) == [], (request, found)
                assert all(one.kind == "action" or thing.properties[one.name].writable for one in found)


NAMES = st.sampled_from(sorted({name for role in ROLES.values() for name in role.names})) | st.text(max_size=12)
SCALARS = st.booleans() | st.integers(-300, 300) | st.text(max_size=6) | st.floats(-1e3, 1e3)
SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["boolean", "integer", "number", "string", "object", "array", "null"]),
        "minimum": st.integers(-300, 0),
        "maximum": st.integers(1, 10000),
        "unit": st.sampled_from(["%", "C", "F", "K", "mired", "W", "lx", "furlong"]),
        "enum": st.lists(
            st.sampled_from(["on", "off", "OPEN", "closed", "heat", "low", "start"]) | SCALARS, min_size=1
        ),
        "const": SCALARS,
        "readOnly": st.booleans(),
        "properties": st.dictionaries(NAMES.filter(str.strip), st.just({"type": "integer"}), max_size=3),
        "required": st.lists(st.text(max_size=3), max_size=2),
    },
)
THINGS = st.fixed_dictionaries(
    {
        "title": NAMES.filter(str.strip),
        "@type": st.lists(NAMES, max_size=2),
        "properties": st.dictionaries(NAMES.filter(str.strip), SCHEMAS, max_size=4),
        "actions": st.dictionaries(
            NAMES.filter(str.strip), st.fixed_dictionaries({}, optional={"input": SCHEMAS}), max_size=4
        ),
    }
)


@settings(max_examples=150, deadline=None)
@given(THINGS, st.sampled_from(REQUESTS), SCALARS | st.none() | st.dictionaries(st.text(max_size=4), SCALARS))
def test_no_description_is_too_odd(description: dict[str, Any], request_: tuple[Any, ...], raw: Any):
    thing = read_thing(json.loads(json.dumps(description)))
    kind_of(thing)
    for feature in features_of(thing).values():
        feature.value(Shown(raw))
        feature.same(raw, "on")
    found = commands_for(thing, *request_, state=Shown(raw))
    assert isinstance(found, (list, Problem))


def test_an_action_that_takes_a_list_is_left_alone():
    thing = read_thing({"title": "Player", "actions": {"is playing": {"input": {"type": "array"}}}})
    assert isinstance(commands_for(thing, "play"), Problem)


def test_an_action_that_requires_what_nobody_describes_is_left_alone():
    takes = {"type": "boolean", "required": ["side"], "properties": {"position": {"type": "integer"}}}
    thing = read_thing({"title": "Skylight", "actions": {"opening": {"input": takes}}})
    assert isinstance(commands_for(thing, "set", "position", 0), Problem)
