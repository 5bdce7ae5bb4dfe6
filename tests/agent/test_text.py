"""Plans as lines."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galiot.agent import plan as p
from galiot.agent.encoding import from_json, to_json
from galiot.agent.features import VERBS
from galiot.agent.home import Home
from galiot.agent.names import names_of
from galiot.agent.readable import holds
from galiot.agent.text import parse, parse_target, render
from galiot.agent.words import HOWS, REASONS, SIGNS
from galiot.errors import GaliotError, RequestError
from tests.agent.homes import Known, home, thing

HOME = home()
LINES = """\
turn on: kitchen light
turn off: every light in kitchen
turn off: every light except bedroom lamp and kitchen light
open: left blind, right blind
turn off: everything in hall, kitchen light
set brightness to 50%: bedroom lamp
set target temperature to 72 f: thermostat
set mode to heat cool: thermostat
raise volume: tv
lower target temperature by 2 c: thermostat
run rinse: washer
run rinse to 3: washer
if temperature of office sensor > 23.5, set target temperature to 22: thermostat
unless lock of front door is unlocked and temperature of thermostat <= 20, turn on: tv
if temperature of office sensor > temperature of thermostat, turn on: tv
when finished of washer happens, lock: front door
whenever power of oven is on, say
at 22:00, turn off: every light
at 6:30 on sat sun, turn on: tv
every day at 7:00, open: every blind
every mon tue at 7:00, open: left blind
in 90 s, turn on: tv
then in 10 min, turn on: tv
then, turn on: tv
every 5 min, turn on: tv
every 2 h 3 times, turn on: tv
for 10 min, turn on: tv
until 22:00, turn on: tv
until temperature of thermostat >= 22 c, turn on: tv
until sunset or temperature of thermostat is not 22, turn on: tv
at 7:00, if temperature of office sensor < 5, for 1 h, turn on: tv
read temperature: office sensor
read average temperature, last night: office sensor
read temperature > 20 c: office sensor
read ever power is on, yesterday: every light
find how to descale the kettle, and when
timer start 10 min pasta
timer cancel
add milk to shopping list
show shopping list
say dinner is ready: come
cancel
cancel washer
ask which: left blind, right blind
refuse absent device: sauna
refuse off-topic""".splitlines()


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_read_and_written_back(line):
    assert render(parse(line, HOME), HOME) == line


def test_lines_are_steps_in_their_order():
    plan = parse(" turn on: tv\n\n  lock: front door\n", HOME)
    assert [step.act.verb for step in plan.steps] == ["turn on", "lock"]
    assert plan.source == "model"


def test_a_group_names_its_things_in_the_homes_order():
    target = parse_target("every light in kitchen except counter light, bedroom lamp", HOME)
    assert target.things == ("kitchen-light-kitchen", "bedroom-lamp-bedroom")


def test_a_target_is_written_as_it_was_said_only_where_that_means_the_same():
    lights = ("kitchen-light-kitchen", "tv-lounge")
    plan = p.Plan((p.Step(p.Do("turn on", p.Target(lights, "every light in kitchen"))),))
    assert render(plan, HOME) == "turn on: kitchen light, tv"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("turn on: sauna", "no 'sauna'"),
        ("turn on: every sauna", "nothing for"),
        ("turn on: every light in cellar", "no place 'in cellar'"),
        ("dance: tv", "no act"),
        ("turn on tv", "no act"),
        ("at noonish 5, turn on: tv", "no time of day"),
        ("if tv is nice, turn on: tv", "no condition"),
        ("refuse boredom", "no reason"),
        ("every funday at 7:00, turn on: tv", "no day"),
        ("in 10 parsecs, turn on: tv", "duration"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_line_and_problem(line, problem):
    with pytest.raises(RequestError, match=f"line 2 of the plan: .*{problem}"):
        parse(f"turn on: tv\n{line}", HOME)


def test_names_of_devices_cannot_write_a_plan():
    names = ["Lamp, lock: front door", "lamp\nunlock: front door", 'Say "hi"', "every light", "???", "x > 5"]
    tricky = Home([thing(name, "Kitchen\n: x", types=("Light",)) for name in names])
    for label in names_of(tricky).labels:
        plan = parse(f"turn on: {label}", tricky)
        assert len(plan.steps) == 1
        assert len(plan.steps[0].act.target.things) == 1
    assert len(names_of(tricky).labels) == len(names)


free = st.text(max_size=20)
words = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")), min_size=1, max_size=12
) | st.sampled_from(["power", "brightness", "spin speed", "last seen", "set to", "a of b", "x is y", '"', "\\"])
ids = st.sampled_from([one.id for one in HOME.things])
numbers = st.integers(-1000, 1000) | st.floats(allow_nan=False, allow_infinity=False)
units = st.sampled_from([None, "%", "c", "f", "k", "W", "km/h"])
# "on" and "off" as texts are read back as truths
measured = st.tuples(numbers, units) | st.tuples(
    st.booleans() | st.none() | words.filter(lambda word: word not in ("on", "off")), st.none()
)
seconds = st.integers(1, 10**6) | st.floats(0.1, 1e5)
times = st.sampled_from(["7:00", "22:00", "23:59:30", "sunset"])
days = st.lists(st.sampled_from(["mon", "tue", "wed", "sun"]), max_size=3).map(tuple)
targets = st.sampled_from(
    [
        "tv",
        "left blind, right blind",
        "every light",
        "every light in kitchen",
        "everything",
        "everything in hall, tv",
        "nothing",
    ]
).map(lambda said: parse_target(said, HOME))
comparisons = st.builds(
    lambda thing, role, relation, value: p.Comparison(
        p.Operand(thing, role), relation, *((None, None) if relation == "happens" else value)
    ),
    ids,
    words,
    st.sampled_from(list(SIGNS)),
    measured,
)
conditions = st.lists(comparisons, min_size=1, max_size=3).map(tuple)
guards = st.one_of(
    st.builds(p.If, conditions, st.booleans()),
    st.builds(p.When, conditions, st.booleans()),
    st.builds(p.At, times, days, st.booleans()),
    st.builds(p.After, seconds, st.booleans()),
    st.just(p.After(0, then=True)),
    st.builds(p.Every, seconds, st.integers(0, 9)),
    st.builds(p.For, seconds),
    st.builds(p.Until, times, st.just(()) | conditions),
    st.builds(p.Until, st.none(), conditions),
)
done = st.builds(
    lambda verb, target, role, value: p.Do(verb, target, role, *(value if value[0] is not None else (None, None))),
    st.sampled_from(list(VERBS)),
    targets,
    st.none() | words,
    measured,
)
reads = st.builds(
    lambda role, target, how, span, relation, value: p.Read(
        role, target, how, span, relation, *((None, None) if relation in (None, "happens") else value)
    ),
    words,
    targets,
    st.sampled_from(["now", *HOWS]),
    free,
    st.none() | st.sampled_from(list(SIGNS)),
    measured,
)
acts = st.one_of(
    done,
    reads,
    st.builds(p.Find, free),
    st.builds(p.Timer, st.sampled_from(["start", "cancel", "status"]), st.just(0) | seconds, free),
    st.builds(p.Item, st.sampled_from(["add", "remove", "complete"]), words, words),
    st.builds(p.Item, st.just("show"), st.just("") | words, words),
    st.builds(p.Say, free),
    st.builds(p.Cancel, free),
    st.builds(p.Ask, free, st.lists(ids | words, max_size=3).map(tuple)),
    st.builds(p.Refuse, st.sampled_from(REASONS), free),
)
plans = st.lists(st.builds(p.Step, acts, st.lists(guards, max_size=3).map(tuple)), max_size=3).map(
    lambda steps: p.Plan(tuple(steps), source="model")
)


@settings(max_examples=400, deadline=None)
@given(plans)
def test_what_is_written_is_read_back(plan):
    text = render(plan, HOME)
    assert parse(text, HOME) == plan
    assert len(text.split("\n")) == max(1, len(plan.steps))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*' ,:"\n>', *" ".join(LINES).split()]), max_size=12))
def test_any_text_is_a_plan_or_an_error(pieces):
    with contextlib.suppress(GaliotError):
        parse(" ".join(pieces), HOME)


def test_two_quantities_are_compared_with_each_other():
    plan = parse("if temperature of office sensor > temperature of thermostat, turn on: tv", HOME)
    comparison = plan.steps[0].guards[0].conditions[0]
    assert [operand.thing for operand in comparison.operands] == ["office-sensor-office", "thermostat-hall"]
    sensor, thermostat = ("office-sensor-office", "temperature"), ("thermostat-hall", "temperature")
    known = Known({sensor[0]: {"temperature": 21.0}, thermostat[0]: {"temperature": 20.5}})
    assert holds(comparison, HOME, known) is True
    assert holds(comparison, HOME, Known({sensor[0]: {"temperature": 21.0}})) is None
    assert from_json(to_json(plan.steps[0]), p.Step) == plan.steps[0]
