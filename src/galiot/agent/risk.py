"""What a command would do in the home, and how much can go wrong.

Words of a description may raise a risk and never lower one: an action that is called "unlock" unlocks, whatever kind of
thing it belongs to and however harmless it is said to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from galiot.agent.command import Command
from galiot.agent.features import ROLES, Feature, features_of, kind_of
from galiot.agent.features.words import fold, plain, words_of
from galiot.agent.thing import Affordance, Thing

Risk = Literal["low", "medium", "high", "critical", "unknown"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high", "critical", "unknown")

_ENTRANCES = frozenset(("door", "gate", "garage door", "lock"))
_FLOWS = frozenset(("valve",))
_HOT = frozenset(("oven", "kettle", "heater", "water heater", "microwave"))
_GUARDS = frozenset(("smoke detector", "leak sensor", "siren"))
_CALM_ROLES = frozenset(
    "brightness|color|color temperature|effect|volume|mute|playback|track|channel|source|tilt".split("|")
)
_CALM_KINDS = frozenset(("light", "tv", "speaker", "radio", "media"))
_CALM_VERBS = frozenset(("turn off", "stop", "pause", "close", "lock", "arm", "dock", "mute", "lower"))
_NO_KIND = frozenset(("",))
_STATED = ("lock", "alarm", "position", "power", "watering", "cleaning", "mowing", "running")

_HOT_WORDS = frozenset(
    "oven stove cooker hob cooktop kettle heater furnace boiler fireplace fryer iron toaster sauna grill burner "
    "backofen herd wasserkocher heizlufter bugeleisen kamin four cuisiniere bouilloire fer horno hervidor plancha "
    "forno bollitore ferro waterkoker strijkijzer piekarnik czajnik zelazko".split()
)
_ENTRANCE_WORDS = frozenset(
    "door gate garage entrance entry lock deadbolt barrier tur haustur tor garagentor schloss porte portail serrure "
    "puerta porton cerradura porta cancello serratura deur poort slot drzwi brama zamek".split()
)
_FLOW_WORDS = frozenset("gas valve vanne valvula valvola ventil zawor gasventil".split())
_UNLOCKS = (
    *("unlock", "unlatch", "entsperr", "aufschliess", "entriegel", "deverrouill", "desbloque", "sblocc", "ontgrendel"),
    "odblok",
)
_DISARMS = ("disarm", "unscharf", "entscharf", "desarm", "disinser", "uitschakelalarm", "rozbroj")
_HAZARDS = (
    *(
        "ignit",
        "purg",
        "eras",
        "delet",
        "firmware",
        "reset",
        "reboot",
        "restart",
        "factory",
        "format",
        "wipe",
        "uninstall",
    ),
    *(
        "provision",
        "override",
        "bypass",
        "danger",
        "hazard",
        "irreversib",
        "detonat",
        "explo",
        "launch",
        "selfdestruct",
    ),
    *("zund", "losch", "zuruckset", "effac", "supprim", "reinitialis", "borra", "reinici", "cancell", "elimin"),
    *("ripristin", "wissen", "ontsteek", "usun", "release", "emergency", "panic", "trigger"),
)
_BENIGN = frozenset(
    "start stop pause resume run play next previous skip dock return home locate find beep identify refresh ping "
    "blink flash cancel snooze mute unmute dim fade increase decrease up down brew wash rinse spin dry drain clean "
    "vacuum mow water feed dispense cool freeze scene activate preset mode program programme cycle level speed set "
    "change select adjust toggle on off close lock shut add remove timer print scan snapshot record speak say "
    "announce notify sleep wake eco boost quiet auto swing charge make descale grind steam warm keep swap move tilt "
    "rotate position raise lower light color sound volume channel source".split()
)


@dataclass(frozen=True)
class Effect:
    """What a command does: "unlock" of the role "lock" of a thing of the kind "lock".

    verb: of `features.VERBS` where one says it, else "set" for properties and "run" for actions
    why: what makes it risky, in a few words; "" for low and medium
    """

    thing: str
    title: str
    kind: str
    role: str
    verb: str
    risk: Risk
    value: Any = None
    area: str | None = None
    floor: str | None = None
    why: str = ""

    @property
    def key(self) -> str:
        """The same for commands that differ in their amount only: what a consent is given for."""
        return f"{self.thing}|{self.role}|{self.verb}"


def effect_of(thing: Thing, command: Command) -> Effect:
    """Return what a command of a thing would do; what is not understood counts as the worst that it could be."""
    affordance = (thing.properties if command.kind == "property" else thing.actions).get(command.name)
    feature = feature_behind(thing, command)
    kind = kind_of(thing) or ""
    if feature is None:
        role, verb, value = plain(command.name), "run" if command.kind == "action" else "set", command.input
    else:
        role, (verb, value) = feature.role, _meant(feature, command)
    risk, why = _assess(thing, affordance, kind=kind, role=role, verb=verb, known=role in ROLES)
    return Effect(command.thing, thing.title, kind, role, verb, risk, value, thing.area, thing.floor, why)


def feature_behind(thing: Thing, command: Command) -> Feature | None:
    """Return the feature of a thing that a command changes, None where it is none."""
    for whole in features_of(thing).values():
        for feature in (*whole.parts, whole):
            owned = [feature.write, *feature.also] if command.kind == "property" else list(feature.actions.values())
            if any(one is not None and one.name == command.name for one in owned):
                return feature
    return None


def _meant(feature: Feature, command: Command) -> tuple[str, Any]:
    """The verb that a command comes to, and the value; where that is not sure, the worst verb."""
    value = _meaning(feature, command.input) if command.input is not None else None
    named = [verb for verb, action in feature.actions.items() if action.name == command.name]
    if command.kind == "action" and len(named) == 1 and (command.input is None or named[0] not in ("set", "run")):
        return ("unlock" if feature.role == "lock" and named[0] == "open" else named[0]), value
    role = feature.role if feature.role in _STATED else feature.like
    if role == "lock":
        return ("lock" if value is True or named == ["lock"] else "unlock"), value
    if role == "alarm":
        text = str(value)
        return ("arm" if text.startswith("armed") else "trigger" if text == "triggered" else "disarm"), value
    if role == "position":
        return ("stop" if value == "stopped" else "close" if _is_zero(value) else "open"), value
    if role in ("power", "watering"):
        return ("turn off" if value is False else "turn on"), value
    if role in ("cleaning", "mowing", "running"):
        calm = {"paused": "pause", "stopped": "stop", "docked": "dock"}
        return calm.get(str(value), "start"), value
    return (named[0] if named else "set"), value


def _meaning(feature: Feature, raw: Any) -> Any:
    if isinstance(raw, dict) and len(raw) == 1:
        raw = next(iter(raw.values()))
    try:
        return feature.meaning(raw)
    except (TypeError, ValueError, ArithmeticError):
        return None


def _assess(
    thing: Thing, affordance: Affordance | None, *, kind: str, role: str, verb: str, known: bool
) -> tuple[Risk, str]:
    names = _words(*(() if affordance is None else (affordance.name, affordance.title)))
    titles = _words(thing.title, *thing.types)
    if verb == "disarm" or _begins(names, _DISARMS):
        return "critical", "it disarms the alarm"
    if verb == "unlock" or _begins(names, _UNLOCKS):
        return "high", "it unlocks"
    if known and (verb in _CALM_VERBS or (role in _CALM_ROLES and kind not in _GUARDS)):
        return "low", ""
    if why := _opens(kind, role, verb, names, titles) or _heats(kind, role, verb, titles) or _alarms(kind, role):
        return "high", why
    told = names | (_words(affordance.description) if affordance else frozenset())
    if _begins(told if affordance and affordance.kind == "action" else names, _HAZARDS):
        return "high", "its description does not look harmless"
    if known:
        return ("low" if kind in _CALM_KINDS else "medium"), ""
    return _assess_generic(affordance, kind, names)


def _assess_generic(affordance: Affordance | None, kind: str, names: frozenset[str]) -> tuple[Risk, str]:
    """An affordance that is no feature that we know."""
    if affordance is None:
        return "unknown", "it is not in the description of the thing"
    if affordance.kind == "action" and affordance.safe:
        return "low", ""
    known_kind, benign = kind not in _NO_KIND, bool(names & _BENIGN)
    if known_kind and (benign or affordance.kind == "property"):
        return "medium", ""
    if known_kind or benign or affordance.kind == "property":
        return "high", "it is not known what it does"
    return "unknown", "it is not known what it does"


def _opens(kind: str, role: str, verb: str, names: frozenset[str], titles: frozenset[str]) -> str:
    if verb in _CALM_VERBS or role in _CALM_ROLES:
        return ""
    moves = role in ("position", "power", "lock", "watering", "running") or verb in ("open", "toggle", "run")
    if (kind in _FLOWS and moves) or (titles & _FLOW_WORDS and kind in ("switch", "plug", *_NO_KIND) and moves):
        return "it opens a valve"
    entrance = kind in _ENTRANCES or (
        titles & _ENTRANCE_WORDS and kind in ("switch", "plug", "cover", "button", *_NO_KIND)
    )
    if (entrance and moves) or ("open" in names and names & _ENTRANCE_WORDS):
        return "it opens the house"
    return ""


def _heats(kind: str, role: str, verb: str, titles: frozenset[str]) -> str:
    if verb in _CALM_VERBS or (role == "target temperature" and kind not in _HOT - {"heater"}):
        return ""
    if kind in _HOT or (titles & _HOT_WORDS and kind in ("switch", "plug", "appliance", *_NO_KIND)):
        return "it gets hot"
    return ""


def _alarms(kind: str, role: str) -> str:
    if kind in _GUARDS or (kind == "alarm" and role == "power"):
        return "people rely on its warning"
    return ""


def _words(*names: str) -> frozenset[str]:
    return frozenset(fold(word) for name in names for word in words_of(name))


def _begins(words: frozenset[str], stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stems) for word in words)


def _is_zero(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and value == 0
