"""What commands would do: the worst that a description allows, whatever it calls itself."""

import pytest

from galiot.agent.command import Command
from galiot.agent.risk import effect_of
from galiot.agent.thing import Affordance, Schema, Thing

_BOOL, _PERCENT = Schema(type="boolean"), Schema(type="integer", minimum=0, maximum=100)


def thing(title, *, types=(), writable=None, actions=()):
    """Build a thing: property name -> schema, actions by name or as affordances."""
    made = [one if isinstance(one, Affordance) else Affordance(name=one, kind="action") for one in actions]
    return Thing(
        id=f"urn:{title}",
        title=title,
        types=types,
        properties={
            name: Affordance(name=name, kind="property", schema=schema, writable=True)
            for name, schema in (writable or {}).items()
        },
        actions={one.name: one for one in made},
    )


def _write(one, name, value):
    return effect_of(one, Command(one.id, name, "property", value))


def _invoke(one, name, given=None):
    return effect_of(one, Command(one.id, name, "action", given))


ON, LOCKED = {"on": _BOOL}, {"locked": _BOOL}
CASES = [
    (_write(thing("Kitchen light", writable=ON), "on", True), "low", "turn on"),
    (_write(thing("Kitchen light", writable={"brightness": _PERCENT}), "brightness", 50), "low", "set"),
    (_write(thing("Front door lock", writable=LOCKED), "locked", True), "low", "lock"),
    (_write(thing("Front door lock", writable=LOCKED), "locked", False), "high", "unlock"),
    (_write(thing("Front door lock", writable=LOCKED), "locked", "nonsense"), "high", "unlock"),
    (_invoke(thing("Front door lock", actions=("lock", "unlock")), "lock"), "low", "lock"),
    (_invoke(thing("Front door lock", actions=("lock", "unlock")), "unlock"), "high", "unlock"),
    (_invoke(thing("Front door", types=("Lock",), actions=("open", "lock")), "open"), "high", "unlock"),
    (_write(thing("Garage door", writable={"position": _PERCENT}), "position", 0), "low", "close"),
    (_write(thing("Garage door", writable={"position": _PERCENT}), "position", 1), "high", "open"),
    (_invoke(thing("Garage door", actions=("open", "close", "toggle")), "close"), "low", "close"),
    (_invoke(thing("Garage door", actions=("open", "close", "toggle")), "toggle"), "high", "toggle"),
    (_write(thing("Gate", writable={"open": _BOOL}), "open", True), "high", "open"),
    (_write(thing("Bedroom blind", writable={"position": _PERCENT}), "position", 80), "medium", "open"),
    (_write(thing("Water valve", writable={"open": _BOOL}), "open", True), "high", None),
    (_write(thing("Water valve", writable={"open": _BOOL}), "open", False), "low", None),
    (_write(thing("Oven", writable=ON), "on", True), "high", "turn on"),
    (_write(thing("Oven", writable=ON), "on", False), "low", "turn off"),
    (_write(thing("Kettle plug", types=("SmartPlug",), writable=ON), "on", True), "high", "turn on"),
    (_write(thing("Desk plug", types=("SmartPlug",), writable=ON), "on", True), "medium", "turn on"),
    (_invoke(thing("Alarm panel", actions=("arm", "disarm")), "arm"), "low", "arm"),
    (_invoke(thing("Alarm panel", actions=("arm", "disarm")), "disarm"), "critical", "disarm"),
    (_invoke(thing("Lamp", actions=("unlockFrontDoor",)), "unlockFrontDoor"), "high", None),
    (_invoke(thing("Lamp", actions=("factoryReset",)), "factoryReset"), "high", None),
    (_invoke(thing("Frobnicator", actions=("frobnicate",)), "frobnicate"), "unknown", None),
    (_invoke(thing("Lamp", writable=ON, actions=("frobnicate",)), "frobnicate"), "high", None),
    (_invoke(thing("Coffee machine", actions=("brewEspresso",)), "brewEspresso"), "medium", None),
    (_invoke(thing("Oven", actions=("preheat",)), "preheat"), "high", None),
    (_write(thing("Frobnicator", writable={"frobs": _PERCENT}), "frobs", 3), "high", None),
    (_invoke(thing("Lamp"), "whatever"), "unknown", None),
]


@pytest.mark.parametrize(("effect", "risk", "verb"), CASES, ids=[f"{e.title}-{e.verb}-{e.value}" for e, _, _ in CASES])
def test_a_command_has_the_risk_that_a_household_would_see(effect, risk, verb):
    assert effect.risk == risk, effect
    assert verb is None or effect.verb == verb


def test_a_thermostat_may_be_set_and_an_oven_asks_first():
    target = {"targetTemperature": Schema(type="number", minimum=5, maximum=250, unit="celsius")}
    assert _write(thing("Hall thermostat", writable=target), "targetTemperature", 21).risk == "medium"
    assert _write(thing("Oven", writable=target), "targetTemperature", 200).risk == "high"


def test_a_description_raises_a_risk_and_never_lowers_one():
    calm = Affordance(name="unlock", kind="action", safe=True, description="perfectly harmless")
    assert _invoke(thing("Lamp", types=("Light",), actions=(calm,)), "unlock").risk == "high"
    wild = Affordance(name="boost", kind="action", description="Ignites the burner.")
    assert _invoke(thing("Boiler", actions=(wild,)), "boost").risk == "high"


def test_an_action_that_changes_nothing_is_harmless_even_where_nothing_else_is_known():
    ask = Affordance(name="frobnicate", kind="action", safe=True)
    assert _invoke(thing("Frobnicator", actions=(ask,)), "frobnicate").risk == "low"
