"""Plain requests: the English sentence templates of `home-assistant-intents`, filled in for one home, with what they
have to bring about.

    from galiot.bench.agent.plain import DESCRIPTIONS, cases, check
    for case in cases(seed=0, per_block=4):
        wrong = check(case, plan)                 # "" where the plan does what the template says

`DESCRIPTIONS` are the Thing Descriptions of the home; `case.context` says where the user is for templates that need
it. Expansions are drawn at random from each block of templates (about 400 blocks of 38 intents), so a seed gives the
same sentences again. What is expected follows from the intent and from the names that were filled in, not from any
reading of the sentence. The templates let "the light in the living room" mean all of them; where that is one word in
the singular and several things, asking which is right as well. Left out are intents and blocks that no thing here
has: weather, persons, scenes, scripts, buttons, and small talk.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from galiot.agent.plan import Ask, Do, Item, Plan, Read, Say, Timer
from galiot.errors import MissingExtraError

_WRITABLE: Mapping[str, Mapping[str, Any]] = {
    "on": {"type": "boolean"},
    "brightness": {"type": "integer", "minimum": 0, "maximum": 100, "unit": "percent"},
    "color": {"type": "string"},
    "colorTemperature": {"type": "integer", "minimum": 1000, "maximum": 10000, "unit": "kelvin"},
    "targetTemperature": {"type": "number", "minimum": 0, "maximum": 100, "unit": "degree celsius"},
    "fanMode": {
        "type": "string",
        "enum": ["auto", "on", "off", "low", "medium", "high", "top", "middle", "focus", "diffuse"],
    },
    "fanSpeed": {"type": "integer", "minimum": 0, "maximum": 100, "unit": "percent"},
    "position": {"type": "integer", "minimum": 0, "maximum": 100, "unit": "percent"},
    "locked": {"type": "boolean"},
    "volume": {"type": "integer", "minimum": 0, "maximum": 100, "unit": "percent"},
    "muted": {"type": "boolean"},
}
_READABLE: Mapping[str, Mapping[str, Any]] = {
    "temperature": {"type": "number", "unit": "degree celsius", "readOnly": True},
    "open": {"type": "boolean", "readOnly": True},
    "motion": {"type": "boolean", "readOnly": True},
    "playback": {"type": "string", "enum": ["playing", "paused", "stopped"], "readOnly": True},
}
_PLAYER = ("play", "pause", "next", "previous")
_ROWS: Sequence[tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]]] = (
    # title, domain, class, area, floor, properties, actions
    ("Ceiling Light", "light", "Light", "Living Room", "Ground", ("on", "brightness", "color", "colorTemperature"), ()),
    ("Corner Light", "light", "Light", "Living Room", "Ground", ("on", "brightness", "color", "colorTemperature"), ()),
    ("Counter Light", "light", "Light", "Kitchen", "Ground", ("on", "brightness", "color", "colorTemperature"), ()),
    ("Nightstand Light", "light", "Light", "Bedroom", "Upper", ("on", "brightness", "color", "colorTemperature"), ()),
    ("Coffee Maker", "switch", "SmartPlug", "Kitchen", "Ground", ("on",), ()),
    ("Aquarium", "switch", "OnOffSwitch", "Office", "Upper", ("on",), ()),
    ("Box Fan", "fan", "Fan", "Living Room", "Ground", ("on", "fanSpeed"), ()),
    ("Tower Fan", "fan", "Fan", "Bedroom", "Upper", ("on", "fanSpeed"), ()),
    (
        "Ecobee",
        "climate",
        "Thermostat",
        "Living Room",
        "Ground",
        ("on", "targetTemperature", "fanMode", "temperature"),
        (),
    ),
    (
        "Honeywell",
        "climate",
        "Thermostat",
        "Bedroom",
        "Upper",
        ("on", "targetTemperature", "fanMode", "temperature"),
        (),
    ),
    ("Left Curtain", "cover:curtain", "Curtain", "Living Room", "Ground", ("position",), ()),
    ("Right Curtain", "cover:curtain", "Curtain", "Living Room", "Ground", ("position",), ()),
    ("Roof Blind", "cover:blind", "Blind", "Bedroom", "Upper", ("position",), ()),
    ("Car Port", "cover:garage", "GarageDoor", "Garage", "Ground", ("position",), ()),
    ("Front Lock", "lock", "Lock", "Hallway", "Ground", ("locked",), ()),
    ("Cellar Lock", "lock", "Lock", "Kitchen", "Ground", ("locked",), ()),
    ("Main Valve", "valve", "Valve", "Garage", "Ground", ("position",), ()),
    ("Samsung TV", "media_player", "TV", "Living Room", "Ground", ("on", "volume", "muted", "playback"), _PLAYER),
    ("Sonos", "media_player", "Speaker", "Bedroom", "Upper", ("on", "volume", "muted", "playback"), _PLAYER),
    ("Rosie", "vacuum", "VacuumCleaner", "Hallway", "Ground", (), ("start", "pause", "dock")),
    ("Shaun", "lawn_mower", "Mower", "Yard", "Ground", (), ("start", "pause", "dock")),
    ("Patio Door Sensor", "binary_sensor:open", "DoorSensor", "Kitchen", "Ground", ("open",), ()),
    ("Corridor Motion", "binary_sensor:motion", "MotionSensor", "Hallway", "Ground", ("motion",), ()),
)


def _identifier(title: str) -> str:
    return f"urn:plain:{title.lower().replace(' ', '-')}"


def _describe(
    title: str, kind: str, area: str, floor: str, properties: Sequence[str], actions: Sequence[str]
) -> dict[str, Any]:
    known = {**_WRITABLE, **_READABLE}
    return {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "id": _identifier(title),
        "title": title,
        "@type": kind,
        "galiot:area": area,
        "galiot:floor": floor,
        "properties": {name: dict(known[name]) for name in properties},
        "actions": {name: {} for name in actions},
    }


DESCRIPTIONS: tuple[dict[str, Any], ...] = tuple(_describe(t, k, a, f, p, x) for t, _, k, a, f, p, x in _ROWS)
"""The home that the sentences are about."""


@dataclass(frozen=True)
class Case:
    """One sentence.

    ends: (thing, verb or role) -> value, None for a verb alone; other: what is asked of timers, lists, readings
    """

    sentence: str
    intent: str
    block: str
    ends: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    other: tuple[Any, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Device:
    id: str
    title: str
    domain: str
    device_class: str
    area: str
    floor: str
    properties: tuple[str, ...]


_DEVICES = tuple(
    _Device(_identifier(t), t, d.partition(":")[0], d.partition(":")[2], a, f, p) for t, d, _, a, f, p, _ in _ROWS
)
_PLURAL = re.compile(r"(?i)\b(all|every|each|everywhere|lighting|\w+[^s]s)\b(?<!\bis)")
_WORDS = {
    "shopping_list_item": ("oat milk", "two lemons"),
    "todo_list_item": ("call mum",),
    "timer_name": ("pizza", "laundry"),
    "search_query": ("miles davis", "abbey road"),
    "message": ("dinner is on the table",),
    "name:todo": ("chores",),
}
_NO_THING = {
    "HassRespond",
    "HassGetWeather",
    "HassNevermind",
    "HassListAddItem",
    "HassListCompleteItem",
    "HassListRemoveItem",
}


def cases(*, seed: int = 0, per_block: int = 4) -> list[Case]:
    """Return sentences of every block that a thing of the home fits, in the order of the templates, without doubles."""
    try:
        from home_assistant_intents import get_intents
    except ImportError:
        raise MissingExtraError("agent", "home-assistant-intents") from None
    data = get_intents("en") or {"intents": {}}
    found: dict[str, Case] = {}
    for intent, content in data["intents"].items():
        if intent in _NO_THING:
            continue
        for number, block in enumerate(content["data"]):
            chance = random.Random(f"{seed}/{intent}/{number}")
            for case in _block(
                intent, f"{intent}/{number}/{block['metadata']['slot_combination']}", block, data, chance, per_block
            ):
                found.setdefault(case.sentence, case)
    return list(found.values())


def _block(
    intent: str, name: str, block: Mapping[str, Any], data: Mapping[str, Any], chance: random.Random, count: int
) -> Iterator[Case]:
    for _ in range(count):
        filler = _Filler(block, data, chance)
        if not filler.choose(intent):
            return
        sentence = filler.sentence(chance.choice(block["sentences"]))
        if (
            sentence is not None
            and intent == "HassGetState"
            and not re.match(r"(?i)(is|are|any|some|which|what|how|who|do|tell|whats)\b", sentence)
        ):
            continue  # "all lights off" is a command to anybody but the template
        case = _expected(intent, name, filler, sentence) if sentence is not None else None
        if case is not None:
            yield case


class _Filler:
    """Draws one device, place and value for the slots of a template, and one way through it."""

    def __init__(self, block: Mapping[str, Any], data: Mapping[str, Any], chance: random.Random) -> None:
        self.block, self.data, self.chance = block, data, chance
        self.slots: dict[str, Any] = dict(block.get("slots", {}))
        needed = block.get("requires_context", {}).get("domain")
        self.domains = [needed] if isinstance(needed, str) else list(needed or ())
        self.device: _Device | None = None
        self.area = self.floor = ""
        self.state = ""
        self.here = bool(block.get("requires_context", {}).get("area"))

    def choose(self, intent: str) -> bool:
        """Pick a device that the block can be about; False where the home has none."""
        domain = self.slots.get("domain")
        wanted = self.domains or ([domain] if domain else _IMPLIED.get(intent, []))
        fitting = [d for d in _DEVICES if not wanted or d.domain in wanted]
        if any("bs_open_states" in s for s in self.block["sentences"]):
            fitting = [d for d in fitting if d.device_class == "open"]
        if any("bs_occupancy" in s for s in self.block["sentences"]):
            fitting = [d for d in fitting if d.device_class == "motion"]
        if not fitting:
            return False
        self.device = self.chance.choice(fitting)
        self.area, self.floor = self.device.area, self.device.floor
        return True

    def sentence(self, template: str) -> str | None:
        """Return one expansion of a template, None where a slot cannot be filled."""
        from hassil import parse_sentence
        from hassil.expression import (
            Alternative,
            Expression,
            ListReference,
            Permutation,
            RuleReference,
            Sequence,
            TextChunk,
        )

        rules = {**self.data["expansion_rules"], **self.block.get("expansion_rules", {})}

        def walk(expression: Expression) -> str:
            if isinstance(expression, TextChunk):
                return expression.original_text
            if isinstance(expression, Alternative):
                return walk(self.chance.choice(expression.items))
            if isinstance(expression, Permutation):
                items = list(expression.items)
                self.chance.shuffle(items)
                return " ".join(walk(item) for item in items)
            if isinstance(expression, Sequence):
                return "".join(walk(item) for item in expression.items)
            if isinstance(expression, RuleReference):
                return walk(parse_sentence(rules[expression.rule_name]).expression)
            if isinstance(expression, ListReference):
                return self._slot(expression.list_name, expression.slot_name)
            raise TypeError(type(expression))

        try:
            text = walk(parse_sentence(template).expression)
        except KeyError:
            return None
        return re.sub(r"\s+([,%])", r"\1", " ".join(text.split()))

    def _slot(self, name: str, slot: str) -> str:
        assert self.device is not None
        if name == "name":
            self.slots["name"] = self.device
            return self.device.title
        if name in ("area", "floor"):
            self.slots[name] = self.area if name == "area" else self.floor
            return str(self.slots[name])
        values = self.data["lists"][name]
        if "range" in values:
            span = values["range"]
            number = self.chance.randrange(span["from"], span["to"] + 1, span.get("step", 1))
            self.slots[slot] = number * span.get("multiplier", 1)
            return str(number)
        if values.get("wildcard"):
            self.slots[slot] = self.chance.choice(_WORDS[name])
            return str(self.slots[slot])
        rows = [row if isinstance(row, dict) else {"in": row, "out": row} for row in values["values"]]
        if name == "cover_classes":
            rows = [row for row in rows if row["out"] == self.device.device_class]
        if name == "cover_states":
            rows = [row for row in rows if row["out"] in ("open", "closed")]
        if not rows:
            raise KeyError(name)
        row = self.chance.choice(rows)
        self.slots[slot] = row["out"]
        said = self.sentence(row["in"])
        if said is None:
            raise KeyError(name)
        return said


_IMPLIED = {
    "HassClimateGetTemperature": ["climate"],
    "HassClimateSetTemperature": ["climate"],
    "HassClimateSetFanMode": ["climate"],
    "HassFanSetSpeed": ["fan"],
    "HassLightSet": ["light"],
    "HassMediaNext": ["media_player"],
    "HassMediaPause": ["media_player"],
    "HassMediaUnpause": ["media_player"],
    "HassMediaPrevious": ["media_player"],
    "HassMediaPlayerMute": ["media_player"],
    "HassMediaPlayerUnmute": ["media_player"],
    "HassMediaSearchAndPlay": ["media_player"],
    "HassSetVolume": ["media_player"],
    "HassSetVolumeRelative": ["media_player"],
    "HassVacuumStart": ["vacuum"],
    "HassVacuumCleanArea": ["vacuum"],
    "HassVacuumReturnToBase": ["vacuum"],
    "HassLawnMowerStartMowing": ["lawn_mower"],
    "HassLawnMowerDock": ["lawn_mower"],
}
_MEDIA = {
    "HassMediaNext": "next",
    "HassMediaPrevious": "previous",
    "HassMediaPause": "pause",
    "HassMediaUnpause": "resume",
    "HassMediaPlayerMute": "mute",
    "HassMediaPlayerUnmute": "unmute",
}


def _expected(intent: str, name: str, filler: _Filler, sentence: str) -> Case | None:
    """Return the case with what the intent and its slots ask for."""
    slots = filler.slots
    context = {"area": filler.area} if filler.here and "area" not in slots and "name" not in slots else {}
    things = _meant(slots, context, filler, intent)

    def ends(verb: str, value: Any = None, needs: str = "") -> Case:
        chosen = [t for t in things if not needs or needs in t.properties]
        return Case(sentence, intent, name, {(t.id, verb): value for t in chosen}, (), context)

    if intent in ("HassTurnOn", "HassTurnOff"):
        on = intent == "HassTurnOn"
        return Case(
            sentence,
            intent,
            name,
            {(t.id, _SWITCH.get(t.domain, ("turn on", "turn off"))[not on]): None for t in things},
            (),
            context,
        )
    if intent == "HassLightSet":
        wanted = {
            role: slots[slot]
            for slot, role in (("brightness", "brightness"), ("color", "color"), ("temperature", "color temperature"))
            if slot in slots
        }
        return Case(
            sentence, intent, name, {(t.id, role): value for t in things for role, value in wanted.items()}, (), context
        )
    if intent in _MEDIA:
        return ends(_MEDIA[intent])
    if intent == "HassMediaSearchAndPlay":
        return ends("play", slots["search_query"])
    for one, slot, role in (
        ("HassClimateSetTemperature", "temperature", "target temperature"),
        ("HassClimateSetFanMode", "fan_mode", "fan mode"),
        ("HassFanSetSpeed", "percentage", "fan speed"),
        ("HassSetPosition", "position", "position"),
        ("HassSetVolume", "volume_level", "volume"),
    ):
        if intent == one:
            return ends(role, slots[slot])
    if intent == "HassSetVolumeRelative":
        step = slots["volume_step"]
        return ends(
            "raise volume" if step == "up" or (isinstance(step, int | float) and step >= 0) else "lower volume",
            abs(step) if isinstance(step, int | float) else None,
        )
    if intent.startswith(("HassVacuum", "HassLawn")):
        verb = "dock" if intent in ("HassVacuumReturnToBase", "HassLawnMowerDock") else "start"
        return Case(
            sentence,
            intent,
            name,
            {(t.id, verb): None for t in _DEVICES if t.domain == _IMPLIED[intent][0]},
            (),
            {"area": filler.area} if filler.here else {},
        )
    return _without_thing(intent, name, filler, sentence, things, context)


_SWITCH = {"lock": ("lock", "unlock"), "cover": ("open", "close"), "valve": ("open", "close")}


def _meant(slots: Mapping[str, Any], context: Mapping[str, str], filler: _Filler, intent: str) -> list[_Device]:
    if isinstance(slots.get("name"), _Device):
        return [slots["name"]]
    domains = [slots["domain"]] if "domain" in slots else _IMPLIED.get(intent, filler.domains)
    found = [d for d in _DEVICES if not domains or d.domain in domains]
    if "device_class" in slots:
        found = [d for d in found if d.device_class == slots["device_class"]]
    area = slots.get("area") or context.get("area")
    found = [d for d in found if (not area or d.area == area) and ("floor" not in slots or d.floor == slots["floor"])]
    return found


def _without_thing(
    intent: str, name: str, filler: _Filler, sentence: str, things: Sequence[_Device], context: Mapping[str, str]
) -> Case | None:
    slots = filler.slots
    seconds = sum(size * float(slots.get(unit, 0)) for unit, size in (("hours", 3600), ("minutes", 60), ("seconds", 1)))
    timers = {
        "HassStartTimer": "start",
        "HassIncreaseTimer": "add",
        "HassDecreaseTimer": "remove",
        "HassCancelTimer": "cancel",
        "HassCancelAllTimers": "cancel",
        "HassPauseTimer": "pause",
        "HassUnpauseTimer": "resume",
        "HassTimerStatus": "status",
    }
    if intent in timers:
        if "conversation_command" in slots:
            return None
        return Case(sentence, intent, name, {}, ("timer", timers[intent], seconds), context)
    if intent.startswith("HassShoppingList"):
        return Case(
            sentence, intent, name, {}, ("item", "add" if "Add" in intent else "complete", slots["item"]), context
        )
    if intent == "HassBroadcast":
        return Case(sentence, intent, name, {}, ("say", slots["message"]), context)
    if intent in ("HassGetCurrentTime", "HassGetCurrentDate"):
        return Case(sentence, intent, name, {}, ("say", None), context)
    if intent == "HassClimateGetTemperature":
        return Case(sentence, intent, name, {}, ("read", frozenset(t.id for t in things), None), context)
    if intent == "HassGetState" and slots.get("domain") != "person":
        return Case(sentence, intent, name, {}, ("read", frozenset(t.id for t in things), slots.get("state")), context)
    return None


def check(case: Case, plan: Plan | None) -> str:
    """Return what is wrong with a plan for a case, "" where it is right."""
    if plan is None:
        return "not read"
    acts = [step.act for step in plan.steps]
    if any(step.guards for step in plan.steps):
        return "waits"
    if case.other:
        return "" if len(acts) == 1 and _answers(case.other, acts[0]) else f"expected {case.other}"
    done: dict[tuple[str, str], Any] = {}
    wanted = {thing for thing, _ in case.ends}
    if (
        len(acts) == 1
        and isinstance(acts[0], Ask)
        and len(wanted) > 1
        and set(acts[0].options) <= wanted
        and not _PLURAL.search(case.sentence)
    ):
        return ""
    for act in acts:
        if not isinstance(act, Do):
            return f"expected {dict(case.ends)}"
        key = act.verb if act.role is None else act.role if act.verb == "set" else f"{act.verb} {act.role}"
        for thing in act.target.things:
            done[thing, key] = act.value
    missing = {key: value for key, value in case.ends.items() if key not in done or not _same(value, done[key])}
    extra = set(done) - set(case.ends)
    return f"expected {dict(case.ends)}" if missing or extra else ""


def _same(wanted: Any, given: Any) -> bool:
    if isinstance(wanted, int | float) and isinstance(given, int | float):
        return abs(float(wanted) - float(given)) < 0.01
    if isinstance(wanted, int | float) and isinstance(given, str):
        return given in {
            1900: ("candle light", "candlelight", "candle"),
            2700: ("warm white",),
            4000: ("cool white", "cold white"),
            6500: ("daylight",),
        }.get(int(wanted), ())
    return wanted is None or (str(wanted) in str(given) if given is not None else False)


def _answers(other: tuple[Any, ...], act: Any) -> bool:
    if other[0] == "timer":
        return isinstance(act, Timer) and act.do == other[1] and act.seconds == other[2]
    if other[0] == "item":
        return (
            isinstance(act, Item)
            and act.do in (other[1], "remove" if other[1] == "complete" else "")
            and act.item in (other[2], other[2].replace("two", "2"))
        )
    if other[0] == "say":
        return isinstance(act, Say) and (other[1] is None or act.text == other[1])
    return isinstance(act, Read) and set(act.target.things) == set(other[1])


def main() -> None:
    """Run the rules on all cases: `python -m galiot.bench.agent.plain [SEED] [PER_BLOCK]`."""
    import sys
    import time
    from collections import Counter

    from galiot.agent.home import Home
    from galiot.agent.rules import read
    from galiot.agent.things.td import read_thing

    seed, per_block = (int(a) for a in (*sys.argv[1:3], *("0", "4")[len(sys.argv) - 1 :]))
    home = Home([read_thing(description) for description in DESCRIPTIONS])
    total, right, times = Counter[str](), Counter[str](), []
    for case in cases(seed=seed, per_block=per_block):
        start = time.perf_counter()
        plan = read(case.sentence, home, context=case.context)
        times.append(time.perf_counter() - start)
        wrong = check(case, plan)
        total[case.intent] += 1
        right[case.intent] += not wrong
        if wrong:
            print(
                f"{case.block} | {case.sentence!r} {dict(case.context)} -> "
                f"{[s.act for s in plan.steps] if plan else None} | {wrong}"
            )
    for intent in total:
        print(f"{intent:30} {right[intent]:4}/{total[intent]}")
    print(
        f"{sum(right.values())}/{sum(total.values())} = "
        f"{sum(right.values()) / sum(total.values()):.4f} of {len(total)} intents, median "
        f"{1000 * sorted(times)[len(times) // 2]:.1f} ms"
    )


if __name__ == "__main__":
    main()
