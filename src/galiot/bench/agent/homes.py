"""Allen Porter's public set of small synthetic homes and requests, judged by the home's end state.

The data are not part of the package: `python -m galiot.bench.agent.homes --data DIR` reads `device-actions.jsonl` and
`device-actions-v2.jsonl` from a folder. One home is all devices of one sub-set and home name; each has one Thing
Description made from its capabilities. A request is right when the things end in the state that its action and its
own words ask for and nothing else has changed:

    from galiot.bench.agent.homes import load, judge
    for home in load(folder):
        for request in home.requests:
            verdict = judge(home, request, commands)      # commands: what was sent, in order

"Brighter" is right when the value moves that way. A request that names neither a device nor a room that tells which
of several is meant is marked `underspecified`. Half of the homes, by a hash of their name, are for developing
(`home.held_out` is False), half are held out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from galiot.agent.command import UNKNOWN, Command, Problem
from galiot.agent.features.commands import commands_for
from galiot.agent.features.words import fold, plain
from galiot.agent.home import Home
from galiot.agent.plan import Do, Plan
from galiot.agent.rules.amounts import amount
from galiot.agent.rules.polite import digits
from galiot.agent.rules.words import split

FILES = ("device-actions.jsonl", "device-actions-v2.jsonl")
_KINDS = {
    "light": "Light",
    "light-dimmable": "Light",
    "smart-plug": "SmartPlug",
    "switch": "OnOffSwitch",
    "hvac": "Thermostat",
    "heat-pump": "Heater",
    "smart-speaker": "Speaker",
    "smart-tv": "TV",
    "smart-lock": "Lock",
    "smart-blinds": "Blind",
    "garage-door": "GarageDoor",
    "water-valve": "Valve",
    "smart-sprinkler": "Sprinkler",
    "exhaust-fan": "Fan",
    "fan-oscilating": "Fan",
    "vacuum": "VacuumCleaner",
}
_START: Mapping[str, Any] = {
    "on": None,
    "brightness": 40,
    "volume": 40,
    "targetTemperature": 18,
    "position": 30,
    "locked": None,
}
_ACTIONS = {
    "Pause": "pause",
    "Unpause": "play",
    "Next track": "nextTrack",
    "Previous track": "previousTrack",
    "Open": "open",
    "Close": "close",
    "Start": "start",
    "Return to base": "returnToBase",
}
_SHARES = {
    "three quarters": 75,
    "3 quarters": 75,
    "quarter": 25,
    "half": 50,
    "halfway": 50,
    "mitad": 50,
    "moitie": 50,
    "fully open": 100,
    "fully closed": 0,
    "close": 0,
    "maximo": 100,
    "max": 100,
    "maximum": 100,
    "minimum": 1,
    "full": 100,
    "fully": 100,
    "open": 100,
}
_MORE = (
    r"\b(?:up|bright|brighter|brighten|louder|increase|raise|warmer|hotter|higher|more|boost|lighter|"
    r"crank|sube|augmente|monte)\b"
)
_LESS = (
    r"\b(?:down|dimmer|dim|dark|darker|quieter|softer|decrease|lower|reduce|cooler|colder|less|darken|baja|baisse|"
    r"diminue)\b"
)


@dataclass(frozen=True)
class Request:
    """One sentence, and the device and action that it was written for."""

    sentence: str
    thing: str
    action: str
    kind: str
    underspecified: bool = False
    category: str = ""


@dataclass
class SmallHome:
    """One home of the set: Thing Descriptions, and requests to it."""

    name: str
    descriptions: list[dict[str, Any]]
    requests: list[Request] = field(default_factory=list)

    @property
    def held_out(self) -> bool:
        """Whether the home is kept for the report: the name alone decides, in every sub-set the same."""
        return hashlib.sha256(self.name.partition("/")[2].encode()).digest()[0] % 2 == 1

    def home(self) -> Home:
        """Return the things as the agent has them."""
        from galiot.agent.things.td import read_thing

        return Home([read_thing(description) for description in self.descriptions], name=self.name)

    def reply(self, request: Request) -> str:
        """Return what whoever asked says when they are asked which device they mean: its name and where it is."""
        meant = next(description for description in self.descriptions if description["id"] == request.thing)
        area = meant["galiot:area"]
        return f"the {meant['title']} in the {area}" if area else f"the {meant['title']}"


def load(folder: Path) -> list[SmallHome]:
    """Return the homes of the sub-sets in a folder, in the order of their names."""
    homes: dict[str, SmallHome] = {}
    for file in FILES:
        if not (folder / file).exists():
            continue
        subset = "v2" if "v2" in file else "v1"
        for line in (folder / file).read_text(encoding="utf-8").splitlines():
            for document in json.loads(line).get("docs") or []:
                if document and "device" in document:
                    name = f"{subset}/{document['home']}"
                    _add(homes.setdefault(name, SmallHome(name, [])), document)
    return [_marked(homes[name]) for name in sorted(homes)]


def _add(home: SmallHome, document: Mapping[str, Any]) -> None:
    device = document["device"]
    number = len(home.descriptions) + 1
    thing = f"urn:{re.sub(r'[^a-z0-9]+', '-', fold(home.name))}:{number}"
    home.descriptions.append(describe(thing, device, document["capabilities"], fahrenheit=home.name.endswith("-us")))
    for action in document["actions"]["actions"]:
        for sentence in action["sentences"] or []:
            if "[" not in sentence:  # a few have a slot that was never filled
                home.requests.append(Request(sentence, thing, action["action"], device["device_type"]))


def describe(thing: str, device: Mapping[str, Any], capabilities: Iterable[str], *, fahrenheit: bool) -> dict[str, Any]:
    """Return the Thing Description of a device, made from what it can do."""
    able = set(capabilities)
    properties: dict[str, Any] = {}
    actions: dict[str, Any] = {}
    if able & {"Turn on", "Turn off"}:
        properties["on"] = {"type": "boolean", "title": "On"}
    if "Set brightness" in able:
        properties["brightness"] = {
            "type": "integer",
            "minimum": 0,
            "maximum": 100,
            "unit": "percent",
            "title": "Brightness",
        }
    if "Set volume" in able:
        properties["volume"] = {"type": "integer", "minimum": 0, "maximum": 100, "unit": "percent", "title": "Volume"}
    if "Set temperature" in able:
        properties["targetTemperature"] = {
            "type": "number",
            "unit": "degree fahrenheit" if fahrenheit else "degree celsius",
            "title": "Target temperature",
        }
    if "Set position" in able or "Open" in able:
        properties["position"] = {
            "type": "integer",
            "minimum": 0,
            "maximum": 100,
            "unit": "percent",
            "title": "Position",
        }
        properties["position"]["readOnly"] = "Set position" not in able
    if "Lock" in able:
        properties["locked"] = {"type": "boolean", "title": "Locked"}
    for capability in capabilities:
        if capability in _ACTIONS:
            name = _ACTIONS[capability]
            actions[name] = {"title": plain(name).capitalize()}
    return {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "id": thing,
        "title": device["name"],
        "@type": [_KINDS[device["device_type"]]],
        "galiot:area": device.get("area"),
        "properties": properties,
        "actions": actions,
    }


def _marked(home: SmallHome) -> SmallHome:
    """Mark requests that several devices fit: same action, and no word of the sentence tells them apart."""
    bags = {d["id"]: set(_words(d["title"])) | set(_words(d["galiot:area"] or "")) for d in home.descriptions}
    able: dict[str, set[str]] = {}
    for request in home.requests:
        able.setdefault(request.action, set()).add(request.thing)
    marked = []
    for request in home.requests:
        said = set(_words(request.sentence))
        score = {thing: len(said & bags[thing]) for thing in able[request.action]}
        best = max(score.values())
        several = sum(1 for value in score.values() if value == best) > 1
        marked.append(
            Request(
                request.sentence,
                request.thing,
                request.action,
                request.kind,
                several or score[request.thing] < best,
                request.action,
            )
        )
    home.requests = marked
    return home


def _words(text: str) -> list[str]:
    return [w[:-1] if len(w) > 3 and w.endswith("s") else w for w in re.findall(r"[^\W_]+", fold(text))]


class Simulated:
    """What the things' properties are, from the start on; the state that relative requests are judged against."""

    def __init__(self, home: SmallHome, request: Request) -> None:
        self.values: dict[tuple[str, str], Any] = {}
        for description in home.descriptions:
            for name in description["properties"]:
                start = _START[name]
                if name == "on":
                    start = request.action == "Turn off"
                elif name == "locked":
                    start = request.action == "Unlock"
                elif name == "targetTemperature" and description["properties"][name]["unit"].endswith("fahrenheit"):
                    start = 65
                self.values[description["id"], name] = start

    def get(self, thing_id: str, name: str) -> Any:
        """Return a value as the thing has it."""
        return self.values.get((thing_id, name), UNKNOWN)

    def apply(self, commands: Sequence[Command]) -> list[tuple[str, str]]:
        """Carry commands out; returns the (thing, action) that were invoked."""
        invoked = []
        for command in commands:
            if command.kind == "property":
                self.values[command.thing, command.name] = command.input
            elif command.name in ("open", "close") and (command.thing, "position") in self.values:
                self.values[command.thing, "position"] = 100 if command.name == "open" else 0
            else:
                invoked.append((command.thing, command.name))
        return invoked


def judge(home: SmallHome, request: Request, commands: Sequence[Command]) -> bool:
    """Whether the commands bring about what was asked, and nothing else."""
    before, after = Simulated(home, request), Simulated(home, request)
    invoked = after.apply(commands)
    changed = {key: value for key, value in after.values.items() if value != before.values[key]}
    if request.action in _ACTIONS and request.action not in ("Open", "Close"):
        names = {_ACTIONS[request.action]} | ({"pause", "stop"} if request.action == "Pause" else set())
        return (
            not changed and bool(invoked) and all(thing == request.thing and name in names for thing, name in invoked)
        )
    if invoked or any(thing != request.thing for thing, _ in changed):
        return False
    in_fahrenheit = home.name.endswith("-us")
    right = _wanted(request, in_fahrenheit)
    return bool(changed) and bool(right(before.values, after.values, {name for _, name in changed}))


def _wanted(request: Request, in_fahrenheit: bool) -> Any:
    thing, action = request.thing, request.action
    if action in ("Turn on", "Turn off", "Lock", "Unlock"):
        name = "on" if action.startswith("Turn") else "locked"
        return lambda before, after, names: names == {name} and after[thing, name] is (action in ("Turn on", "Lock"))
    if action in ("Open", "Close"):
        return lambda before, after, names: (
            names == {"position"}
            and (
                after[thing, "position"] > before[thing, "position"]
                if action == "Open"
                else after[thing, "position"] == 0
            )
        )
    name = {
        "Set brightness": "brightness",
        "Set volume": "volume",
        "Set temperature": "targetTemperature",
        "Set position": "position",
    }[action]
    value, direction = _value(request)
    if value is not None and name == "targetTemperature":  # said in the other unit than the device's
        celsius, fahrenheit = (
            re.search(r"\d ?°? ?(?:degrees? )?c(?:elsius)?\b", request.sentence, re.I),
            re.search(r"\d ?°? ?(?:degrees? )?f", request.sentence, re.I),
        )
        if in_fahrenheit and celsius:
            value = value * 1.8 + 32
        elif not in_fahrenheit and fahrenheit:
            value = (value - 32) / 1.8

    def right(before: Any, after: Any, names: set[str]) -> bool:
        if not names <= {name, "on"} or name not in names:
            return False
        moved = after[thing, name] - before[thing, name]
        return bool(abs(after[thing, name] - value) <= 1 if value is not None else direction * moved > 0)

    return right


def _value(request: Request) -> tuple[float | None, int]:
    """Return the value that the sentence names, or None and the direction in which it asks to go."""
    words = digits(split(request.sentence))
    text = " ".join(words)
    direction = 1 if re.search(_MORE, text) else -1 if re.search(_LESS, text) else 0
    if direction and re.search(r"\bby \d|\d percent (?:brighter|dimmer|louder|quieter)", text):
        return None, direction
    numbers = [float(w) for w in words if re.fullmatch(r"\d+(?:\.\d+)?", w)]
    named = re.search(r"(\d+(?:\.\d+)?) (?:percent|degrees|grados|degres|grad|celsius|fahrenheit|c\b|f\b)", text)
    place = re.search(
        r"(?:to|at) (\d+(?:\.\d+)?)$|\b(?:volume|brightness|temperature|position) (\d+(?:\.\d+)?)\b", text
    )
    behind = re.search(r"\b(\d+(?:\.\d+)?) (?:volume|brightness)\b", text)
    if found := place or named or behind:
        return float(next(filter(None, found.groups()))), direction
    for word, value in _SHARES.items():
        if re.search(rf"\b{word}\b", text):
            return float(value), direction
    if direction == 0 and (inside := re.search(r"\b(?:to|at) (\d+(?:\.\d+)?)\b", text)):
        return float(inside.group(1)), direction
    tail = amount(words[-1])
    if direction == 0 and numbers and tail is not None:
        return numbers[-1], direction
    return None, direction


def commands_of(plan: Plan | None, home: Home, state: Any) -> list[Command] | None:
    """Return what a plan without guards sends, None for no plan or one that asks or refuses."""
    if plan is None:
        return None
    commands: list[Command] = []
    for step in plan.steps:
        if not isinstance(step.act, Do) or step.guards:
            return None
        for thing in step.act.target.things:
            found = commands_for(home.by_id[thing], step.act.verb, step.act.role, step.act.value, step.act.unit, state)
            if isinstance(found, Problem):
                return None
            commands += found
    return commands


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Return the interval of a share with 95 % confidence."""
    if not total:
        return 0.0, 1.0
    share = right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * (share * (1 - share) / total + z * z / (4 * total * total)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def _run(homes: Sequence[SmallHome], *, failures: bool) -> Iterator[dict[str, Any]]:
    from galiot.agent.rules import read

    for small in homes:
        home = small.home()
        for request in small.requests:
            start = time.perf_counter()
            plan = read(request.sentence, home)
            seconds = time.perf_counter() - start
            commands = commands_of(plan, home, Simulated(small, request))
            right = commands is not None and judge(small, request, commands)
            if failures and not right:
                said = ", ".join(
                    f"{d['title']} @ {d['galiot:area']}" for d in small.descriptions if d["id"] == request.thing
                )
                acts = [s.act for s in plan.steps] if plan else None
                print(
                    f"{'U' if request.underspecified else ' '} {small.name} | {said} | {request.action} | "
                    f"{request.sentence!r} -> {acts}"
                )
            yield {
                "home": small.name,
                "right": right,
                "underspecified": request.underspecified,
                "action": request.action,
                "read": plan is not None,
                "acted": commands is not None,
                "seconds": seconds,
            }


def main() -> None:
    """Run the rules on the set and print shares with intervals."""
    parser = argparse.ArgumentParser(description="rules on the public small homes")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("dev", "held-out", "both"), default="both")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    homes = load(args.data)
    rows = list(
        _run(
            [h for h in homes if args.half == "both" or h.held_out is (args.half == "held-out")], failures=args.failures
        )
    )
    held = {h.name for h in homes if h.held_out}
    table = {}
    for label, chosen in _groups(rows, held):
        right = sum(row["right"] for row in chosen)
        low, high = wilson(right, len(chosen))
        wrong = sum(row["acted"] and not row["right"] for row in chosen)
        table[label] = {
            "n": len(chosen),
            "right": right,
            "share": round(right / max(1, len(chosen)), 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "wrong_acts": wrong,
        }
    if args.json:
        print(json.dumps(table))
        return
    for label, row in table.items():
        print(
            f"{label:28} {row['right']:5}/{row['n']:<5} {100 * row['share']:6.2f} %  "
            f"[{100 * row['low']:.1f}, {100 * row['high']:.1f}]  acted wrongly {row['wrong_acts']}"
        )
    times = sorted(row["seconds"] for row in rows)
    print(
        f"seconds: median {times[len(times) // 2]:.4f}, p95 {times[int(len(times) * 0.95)]:.4f}, most {times[-1]:.4f}"
    )


def _groups(rows: Sequence[Mapping[str, Any]], held: set[str]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    yield "all", list(rows)
    yield "clear", [r for r in rows if not r["underspecified"]]
    yield "underspecified", [r for r in rows if r["underspecified"]]
    for label, out in (("homes for developing", False), ("homes held out", True)):
        chosen = [r for r in rows if (r["home"] in held) is out]
        yield label, chosen
        yield f"  {'dev' if not out else 'held'} clear", [r for r in chosen if not r["underspecified"]]
    for action in sorted({r["action"] for r in rows}):
        yield f"  {action}", [r for r in rows if r["action"] == action]


if __name__ == "__main__":
    main()
