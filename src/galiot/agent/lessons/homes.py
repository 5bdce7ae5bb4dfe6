"""Random homes: 3 to 60 things of many kinds, differently called, described in the ways of real devices."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from galiot.agent.home import Home
from galiot.agent.lessons import devices
from galiot.agent.thing import Affordance, Schema, Thing

_SIZES = (
    (3, 4, 0.5),
    (5, 9, 3),
    (10, 16, 4.5),
    (17, 26, 3.5),
    (27, 60, 0.5),
    (61, 160, 0.1),
)  # things from, to, how often
MACHINE = {"made": "machine"}
"""The source of a device that no kind is known for: nobody calls it by what it may be taken for."""
_USUAL = 0.75
"""Share of the devices that most homes have."""
_NAMED = ("vacuum", "mower")
"""What people like to give a name."""
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")


def make_home(rng: random.Random, *, things: int | None = None) -> Home:
    """Return a home with so many things, or with a number that is drawn."""
    low, high, _ = rng.choices(_SIZES, weights=[often for *_, often in _SIZES])[0]
    count = things if things is not None else rng.randint(low, high)
    rooms = _rooms(rng, count)
    style = rng.choice(("plain", "plain", "with area", "area only", "mixed"))
    exotic = rng.random()
    share = 0.6 if exotic < 0.04 else 0.1 if exotic < 0.12 else 0.0
    made: list[Thing] = []
    titles: set[tuple[str, str | None]] = set()
    while len(made) < count:
        number = len(made)
        thing = _machine(rng, rooms, number) if rng.random() < share else _device(rng, rooms, number, style)
        if (key := (thing.title.lower(), thing.area)) not in titles:
            titles.add(key)
            made.append(thing)
            if rng.random() < 0.18 and thing.area and len(made) < count:
                made.extend(_twin(thing, rng, titles, number))
    return Home(made[:count])


def _rooms(rng: random.Random, count: int) -> dict[str, list[tuple[str, str | None]]]:
    """Place -> (room, its floor) of one home."""
    floors = rng.sample(_words(devices.FLOORS), k=rng.choice((1, 2, 2, 3))) if rng.random() < 0.55 and count > 4 else []
    foreign = rng.random() < 0.04
    rooms: dict[str, list[tuple[str, str | None]]] = {}
    for place in ("in", "wet", "yard", "garage", "office"):
        names = _words(devices.ROOMS["foreign" if foreign and place in ("in", "wet") else place])
        if not foreign and place in ("in", "wet"):
            names = names[:6] * 3 + names
        many = {
            "in": max(1, min(8, count // 4)),
            "wet": max(1, min(4, count // 6)),
            "office": max(2, min(6, count // 4)),
        }
        chosen = list(dict.fromkeys(rng.choices(names, k=many.get(place, rng.randint(1, 2)))))
        cased = [name.title().replace("'S", "'s") if rng.random() < 0.5 else name for name in chosen]
        outside = place in ("yard", "garage")
        rooms[place] = [(name, rng.choice(floors) if floors and not outside else None) for name in cased]
    return rooms


def _device(rng: random.Random, rooms: dict[str, list[tuple[str, str | None]]], number: int, style: str) -> Thing:
    name = rng.choices(list(devices.KINDS), weights=[kind.weight for kind in devices.KINDS.values()])[0]
    if rng.random() < _USUAL:
        name = rng.choices(list(devices.USUAL), weights=list(devices.USUAL.values()))[0]
    kind = devices.KINDS[name]
    place = kind.places if kind.places != "any" else rng.choice(("in", "in", "in", "wet", "yard", "garage"))
    area, floor = rng.choice(rooms[place])
    nouns = _words(kind.nouns)
    noun = rng.choice(nouns[:3] if rng.random() < 0.65 else nouns)
    title = noun
    if rng.random() < 0.22:
        title = f"{rng.choice(_words(devices.ADJECTIVES))} {noun}"
    if style == "with area" or (style == "mixed" and rng.random() < 0.4):
        title = f"{area} {noun}"
    if rng.random() < (0.3 if name in _NAMED else 0.02):
        title = rng.choice(_words(devices.NICKNAMES))
    here = None if rng.random() < 0.08 else area
    aliases = tuple(rng.sample(_words(devices.NICKNAMES), k=1)) if rng.random() < 0.08 else ()
    if rng.random() < 0.22:
        aliases += (rng.choice(nouns),)
    if rng.random() < 0.15:
        aliases += (f"{rng.choice(_words(devices.ADJECTIVES))} {rng.choice(nouns)}",)
    traits = [
        trait.removesuffix("?") for trait in kind.traits.split(",") if not trait.endswith("?") or rng.random() < 0.5
    ]
    return _thing(
        rng, number, title, here, floor if here else None, aliases, " ".join(_trait(rng, trait) for trait in traits)
    )


def _machine(rng: random.Random, rooms: dict[str, list[tuple[str, str | None]]], number: int) -> Thing:
    """A device with abilities that no kind is known for."""
    area, floor = rng.choice(rooms["office"])
    specs = [
        f"{'_'.join(item.split(':')[0].split())}:{item.split(':', 1)[1]}:w"
        for item in rng.sample(devices.NUMBERS.split(","), k=rng.choice((0, 1, 1, 2)))
        + rng.sample(devices.CHOICES.split(","), k=rng.choice((0, 1, 1, 2)))
    ]
    specs += [
        f"{'_'.join(item.split())}()" for item in rng.sample(devices.ACTIONS.split(","), k=rng.choice((0, 1, 1, 2, 3)))
    ]
    specs += [_joined(item) for item in rng.sample(devices.SENSES.split(","), k=rng.choice((0, 0, 1, 2)))]
    specs += [
        f"!{'_'.join(item.split())}" for item in rng.sample(devices.HAPPENINGS.split(","), k=rng.choice((0, 0, 1)))
    ]
    if rng.random() < 0.4 or not specs:
        specs.append(_trait(rng, "power"))
    noun = rng.choice(_words(devices.MACHINES))
    title = f"{rng.choice(_words(devices.ADJECTIVES))} {noun}" if rng.random() < 0.2 else noun
    return _thing(rng, number, title, area if rng.random() < 0.8 else None, floor, (), " ".join(specs), MACHINE)


def _twin(thing: Thing, rng: random.Random, titles: set[tuple[str, str | None]], number: int) -> Iterator[Thing]:
    """A second device of the same kind in the same room, so that one has to say which."""
    pair = rng.choice(
        (("left", "right"), ("big", "small"), ("front", "back"), ("1", "2"), ("upper", "lower"), ("window", "wall"))
    )
    noun = thing.title
    second = f"{noun} {pair[1]}" if pair[1].isdigit() else f"{pair[1]} {noun}"
    if (key := (second.lower(), thing.area)) not in titles:
        titles.add(key)
        yield Thing(
            id=f"{_slug(second)}-{number}b",
            title=_cased(second, rng),
            area=thing.area,
            floor=thing.floor,
            properties=thing.properties,
            actions=thing.actions,
            events=thing.events,
            source=thing.source,
        )


def _thing(
    rng: random.Random,
    number: int,
    title: str,
    area: str | None,
    floor: str | None,
    aliases: tuple[str, ...],
    specs: str,
    source: Mapping[str, str] | None = None,
) -> Thing:
    affordances = list(map(_affordance, specs.split(" ")))
    by_kind: dict[str, dict[str, Affordance]] = {"property": {}, "action": {}, "event": {}}
    for affordance in affordances:
        by_kind[affordance.kind][affordance.name] = affordance
    return Thing(
        id=f"{_slug(title)}-{number}",
        title=_cased(title, rng),
        area=area,
        floor=floor,
        aliases=aliases,
        properties=by_kind["property"],
        actions=by_kind["action"],
        events=by_kind["event"],
        source=source or {},
    )


def _trait(rng: random.Random, name: str) -> str:
    """One way in which devices have an ability, as specs without blanks inside."""
    text = rng.choice(devices.TRAITS[name])
    parts: list[str] = []
    for word in text.split(" "):
        starts = ":" in word or word.endswith(")") or word.startswith("!")
        if starts and not (parts and _open_ended(parts[-1])):
            parts.append(word)
        else:
            parts[-1] += f"_{word}"
    return " ".join(parts)


def _open_ended(spec: str) -> bool:
    """Return whether the words of an enumeration may go on behind a blank: `state:armed home/armed away`."""
    return False if ":" not in spec else "/" in spec and spec.endswith("\0")


def _joined(item: str) -> str:
    name, rest = item.split(":", 1)
    return f"{'_'.join(name.split())}:{rest}"


def _affordance(spec: str) -> Affordance:
    if spec.startswith("!"):
        return Affordance(name=spec[1:], kind="event")
    if spec.endswith(")"):
        name, argument = spec[:-1].split("(")
        return Affordance(name=name, kind="action", schema=_schema(argument, None) if argument else None)
    name, kind, *rest = spec.split(":")
    writable = rest[-1:] == ["w"]
    unit = rest[0] if rest and rest[0] != "w" else None
    return Affordance(name=name, kind="property", schema=_schema(kind, unit), writable=writable, observable=True)


def _schema(kind: str, unit: str | None) -> Schema:
    if found := _RANGE.fullmatch(kind):
        low, high = map(float, found.groups())
        whole = high - low > 1 and unit not in ("celsius", "fahrenheit")
        return Schema(type="integer" if whole else "number", minimum=low, maximum=high, unit=unit)
    if kind in ("bool", "text"):
        return Schema(type={"bool": "boolean", "text": "string"}[kind])
    choices: tuple[Any, ...] = tuple(word.replace("_", " ") for word in kind.split("/"))
    return Schema(type="string", enum=choices)


def _cased(title: str, rng: random.Random) -> str:
    style = rng.randrange(3)
    return title if style == 0 else title[:1].upper() + title[1:] if style == 1 else _capitals(title)


def _capitals(title: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in title.split(" "))


def _slug(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower()).strip("-")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
