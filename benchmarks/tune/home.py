"""Commands and the home actions that they ask for, from the sentence templates that Home Assistant keeps.

    python benchmarks/tune/home.py build/tune/home [--seed 7]

Writes train.jsonl, held_out.jsonl and test.jsonl, as `galiot tune --data` reads them, and about.json with the hash of
the split. A sentence template lies in one of the three files only, so that the test asks in forms never seen; what a
sentence says (a slot combination of an intent) has a template left to learn from.
Runs in the peer's environment, which has the packages that it needs.
Source: the package home-assistant-intents (Apache-2.0), read with hassil.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from hassil.expression import Alternative, Expression, ListReference, Permutation, RuleReference, Sentence, TextChunk
from hassil.intents import IntentData, Intents, RangeSlotList, TextSlotList
from hassil.util import normalize_whitespace
from home_assistant_intents import get_intents

SYSTEM = "You control a home. Answer with one action as JSON."
SIZES = {"train": 4000, "held_out": 400, "test": 300}
_SHARES = {"held_out": 0.1, "test": 0.2}  # of the templates, at most
_SILENT = ("HassRespond", "HassNevermind")  # answered with words, not with an action
AREAS = ["kitchen", "living room", "bedroom", "bathroom", "garage", "office", "hallway", "dining room", "basement",
         "attic", "guest room", "nursery", "laundry room", "patio", "garden", "play room"]  # fmt: skip
FLOORS = ["first", "second", "ground", "upper", "lower", "top"]
NAMES = {
    "light": ["ceiling light", "reading lamp", "night light", "christmas lights", "desk lamp", "porch light"],
    "switch": ["coffee maker", "heater plug", "christmas tree", "water pump", "kettle", "printer"],
    "fan": ["ceiling fan", "tower fan", "exhaust fan"],
    "media_player": ["tv", "stereo", "bedroom speaker", "record player", "soundbar", "kitchen radio"],
    "cover": ["left curtain", "garage door", "skylight", "roller blind", "awning", "balcony shutter"],
    "lock": ["front door", "back door", "garden gate", "cellar door"],
    "valve": ["sprinkler valve", "main water valve", "radiator valve"],
    "climate": ["thermostat", "air conditioner", "floor heating"],
    "vacuum": ["robo", "dusty", "upstairs vacuum"],
    "lawn_mower": ["mower", "grass goat"],
    "binary_sensor": ["window sensor", "smoke detector", "phone charger", "hall motion sensor", "freezer door"],
    "sensor": ["outdoor thermometer", "power meter", "humidity sensor"],
    "todo": ["shopping", "weekend", "chores", "packing"],
    "person": ["alice", "bob", "carla", "deniz"],
    "scene": ["movie night", "dinner party", "good morning"],
    "script": ["water the plants", "bedtime routine"],
    "button": ["doorbell button", "restart router"],
    "weather": ["home forecast", "mountain cabin"],
    "input_boolean": ["guest mode", "vacation mode"],
}  # fmt: skip
WILDCARDS = {
    "timer_name": ["pizza", "laundry", "tea", "homework", "eggs", "bread", "meditation"],
    "timer_command": ["turn off the lights", "open the garage door", "lock the front door", "stop the music"],
    "shopping_list_item": ["milk", "apples", "dish soap", "olive oil", "oat flakes", "batteries", "coffee beans"],
    "todo_list_item": ["call grandma", "buy stamps", "clean the oven", "pay rent", "water the ficus", "fix the bike"],
    "message": ["dinner is ready", "the bus is here", "time for bed", "please come downstairs"],
    "search_query": ["abbey road", "miles davis", "jazz classics", "daily news", "space oddity", "rainy day mix"],
    "zone": ["home", "work", "school", "the gym"],
}


@dataclass(frozen=True)
class Template:
    """One sentence of Home Assistant's, and what it stands for."""

    intent: str
    block: int
    """Which slot combination of the intent."""
    text: str
    sentence: Sentence
    data: IntentData


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(json.dumps(write(given.folder, given.seed)))


def write(folder: Path, seed: int = 7) -> dict[str, Any]:
    """Write train.jsonl, held_out.jsonl, test.jsonl and about.json; return what about.json says."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = make(seed)
    digest = hashlib.sha256()
    for name, rows in parts.items():
        text = "".join(json.dumps({"messages": row["messages"]}, ensure_ascii=False) + "\n" for row in rows)
        digest.update(name.encode() + b"\0" + text.encode())
        (folder / f"{name}.jsonl").write_text(text, "utf-8")
    about = {
        "split_sha256": digest.hexdigest(),
        "seed": seed,
        "rows": {name: len(rows) for name, rows in parts.items()},
        "templates": {name: len({row["template"] for row in rows}) for name, rows in parts.items()},
        "intents": {name: len({row["intent"] for row in rows}) for name, rows in parts.items()},
        "versions": {name: metadata.version(name) for name in ("hassil", "home-assistant-intents")},
    }
    (folder / "about.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    return about


def make(seed: int, sizes: Mapping[str, int] = SIZES) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each part, each with its messages, template and intent; the same for the same seed.

    Sentences that mean two things are left out, and so is a sentence of the test that occurs in training too.
    """
    said = get_intents("en")
    assert said is not None
    intents = Intents.from_dict({"language": "en", **said})
    rng = random.Random(seed)
    parts = split(templates(intents), rng)
    drawn = {name: _draw(intents, chosen, 2 * sizes[name], rng) for name, chosen in parts.items()}
    meanings = defaultdict(set)
    for row in (row for rows in drawn.values() for row in rows):
        meanings[row["user"]].add(row["answer"])
    made: dict[str, list[dict[str, Any]]] = {}
    taken: set[str] = set()
    for name in sizes:
        clear = [row for row in drawn[name] if len(meanings[row["user"]]) == 1 and row["user"] not in taken]
        made[name] = clear[: sizes[name]]
        taken |= {row["user"] for row in clear}
    return made


def templates(intents: Intents) -> list[Template]:
    """Return every sentence template that stands for an action, each once."""
    found = {
        sentence.text: Template(name, block, sentence.text, sentence, data)
        for name, intent in intents.intents.items()
        if name not in _SILENT
        for block, data in enumerate(intent.data)
        for sentence in data.sentences
        if sentence.text
    }
    return list(found.values())


def split(found: Sequence[Template], rng: random.Random) -> dict[str, list[Template]]:
    """Divide the templates; of each slot combination at least one stays to learn from."""
    blocks: dict[tuple[str, int], list[Template]] = defaultdict(list)
    for template in found:
        blocks[template.intent, template.block].append(template)
    spare = [template for block in blocks.values() for template in rng.sample(block, len(block))[1:]]
    rng.shuffle(spare)
    parts, first = {"train": list(found)}, 0
    for name, share in _SHARES.items():
        stop = first + round(share * len(found))
        parts[name], first = spare[first:stop], stop
    away = {template.text for template in spare[:first]}
    parts["train"] = [template for template in found if template.text not in away]
    return parts


def _draw(intents: Intents, chosen: Sequence[Template], count: int, rng: random.Random) -> list[dict[str, Any]]:
    """Return rows of different sentences; intents of many templates are drawn less often a template."""
    of_intent = Counter(template.intent for template in chosen)
    weights = [1 / math.sqrt(of_intent[template.intent]) for template in chosen]
    rows: dict[str, dict[str, Any]] = {}
    for template in rng.choices(chosen, weights, k=20 * count):
        if len(rows) == count:
            break
        user, action = Sampler(intents, template, rng).sample()
        answer = json.dumps(action, ensure_ascii=False)
        turns = [("system", SYSTEM), ("user", user), ("assistant", answer)]
        messages = [{"role": role, "content": content} for role, content in turns]
        row = {"user": user, "answer": answer, "template": template.text, "intent": template.intent}
        rows.setdefault(user, row | {"messages": messages})
    return list(rows.values())


class Sampler:
    """One way through a template at random, and the slots that it fills."""

    def __init__(self, intents: Intents, template: Template, rng: random.Random) -> None:
        self.intents, self.template, self.rng = intents, template, rng
        self.rules = {**intents.expansion_rules, **template.data.expansion_rules}
        self.slots: dict[str, Any] = {}

    def sample(self) -> tuple[str, dict[str, Any]]:
        """Return a sentence, and its action: the intent and its slots, the place first."""
        text = normalize_whitespace(self._text(self.template.sentence.expression)).strip()
        slots = {**self.template.data.slots, **self.slots}
        order = [name for name in ("name", "area", "floor") if name in slots]
        order += sorted(set(slots) - set(order))
        return text, {"intent": self.template.intent, **{name: slots[name] for name in order}}

    def _text(self, part: Expression) -> str:
        if isinstance(part, TextChunk):
            return part.original_text
        if isinstance(part, RuleReference):
            return self._text(self.rules[part.rule_name].expression)
        if isinstance(part, ListReference):
            return f"{part.prefix or ''}{self._value(part)}{part.suffix or ''}"
        assert isinstance(part, Alternative | Permutation) or hasattr(part, "items")
        items = list(part.items)
        if isinstance(part, Alternative):
            return self._text(self.rng.choice(items))
        if isinstance(part, Permutation):
            self.rng.shuffle(items)
            return " ".join(self._text(item) for item in items)
        return "".join(self._text(item) for item in items)

    def _value(self, part: ListReference) -> str:
        """Return what is said for a list, and note what it stands for."""
        said, meant = self._choose(part)
        self.slots[part.slot_name] = meant
        return said

    def _choose(self, part: ListReference) -> tuple[str, Any]:
        name = part.list_name
        own = {"area": AREAS, "floor": FLOORS, "name": self._names(), **WILDCARDS}
        if name in own:
            value = self.rng.choice(own[name])
            return value, value
        values = {**self.intents.slot_lists, **self.template.data.slot_lists}[name]
        if isinstance(values, RangeSlotList):
            number = self.rng.choice(range(values.start, values.stop + 1, values.step))
            return str(number), int(number * (values.multiplier or 1))
        assert isinstance(values, TextSlotList)
        value = self.rng.choice(values.values)
        return self._text(value.text_in), value.value_out

    def _names(self) -> list[str]:
        domains = self.template.data.domains or set(NAMES)
        return [name for domain in sorted(domains) for name in NAMES.get(domain, [])] or NAMES["switch"]


if __name__ == "__main__":
    main()
