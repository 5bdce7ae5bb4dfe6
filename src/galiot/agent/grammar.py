"""A grammar of the plans that a home allows, so that the model can only name what is there.

A plan is one regular expression, made of named parts that llguidance joins, so that there is no doubt where a name
ends. Numbers are held to a few digits, not to a device's range: a model that may not write 150 would write 15. The
validator says what is out of range.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from galiot.agent.features.colors import COLORS
from galiot.agent.features.words import plain
from galiot.agent.names import clean, kinds_of, names_of, words_said
from galiot.agent.prompt import shown
from galiot.agent.words import HOWS, REASONS, joint_of, write_role, write_value

if TYPE_CHECKING:
    from galiot.agent.features import Feature
    from galiot.agent.home import Home
    from galiot.agent.prompt import Prompt
    from galiot.agent.thing import Thing

QUESTIONS = ("which", "what", "where", "when", "how much", "how long")
"""What `ask` may be followed by."""
_MOST_WORDS, _MOST_CHOICES = 60, 40
_NUMBER = "/-?[0-9]{1,5}(\\.[0-9]{1,2})?/"
_COMMON = r"""
NUMBER: /-?[0-9]{1,5}(\.[0-9]{1,2})?/
TIME: /([01]?[0-9]|2[0-3]):[0-5][0-9]|sunset|sunrise/
DURATION: /[0-9]{1,3}(\.5)? (s|min|h|d)/
DAYS: /(mon|tue|wed|thu|fri|sat|sun)( (mon|tue|wed|thu|fri|sat|sun)){0,6}/
SPAN: /last night|today|yesterday|this (morning|week)|last ([0-9]{1,3} )?(minute|hour|day|week|month)s?/ | WORDS
CONDITIONS: CONDITION (" and " CONDITION){0,3}
GUARD: (IF | AT | EVERY | IN | /for / DURATION | UNTIL) ", "
IF: /if |unless |when |whenever / CONDITIONS
AT: "at " TIME (" on " DAYS)?
EVERY: "every " ((DAYS | "day") " at " TIME | DURATION / [0-9]{1,2} times/?)
IN: "then" | /(then )?in / DURATION
UNTIL: "until " (TIME (" or " CONDITIONS)? | CONDITIONS)
FIND: "find " WORDS
TIMER: "timer " (/(start|add|remove) / DURATION | /cancel|status|pause|resume/) (" " WORDS)?
ITEM: ("add " WORDS " to " | "remove " WORDS " from " | "complete " WORDS " on " | "show ") ("shopping" | WORDS) " list"
SAY: "say" (" " WORDS)?
CANCEL: "cancel" (" all" | " " WORDS)?
"""
_STATES = {
    "contact": ("open", "closed"),
    "position": ("open", "closed"),
    "lock": ("locked", "unlocked"),
    **dict.fromkeys(("motion", "occupancy", "smoke", "leak"), ("detected", "clear")),
}  # words for a feature's truth beside on and off
_UNITS = {"C": "/( [cf])?/", "F": "/( [cf])?/", "K": "/( k)?/", "%": '"%"?'}


def grammar_of(prompt: Prompt, sentence: str, waiting: Sequence[str] = ()) -> str:
    """Return the grammar (llguidance's Lark) of what may follow a prompt: lines, with a space before each.

    Free text is made of the words of the sentence and of plans that wait, as `names.words_said` gives them.
    """
    said = words_said(" ".join([shown(sentence), *waiting]))[:_MOST_WORDS]
    return f'{_body_of(prompt)}\nWORD: {_either(said or ["it"])}\nWORDS: WORD (" " WORD){{0,11}}\n'


def _body_of(prompt: Prompt) -> str:
    """All but the words that were said: the same for every sentence where the whole home is shown."""
    if not prompt.whole:
        return _Body(prompt).text()
    known = prompt.home.once(_Known)
    if known.body is None:
        known.body = _Body(prompt).text()
    return known.body


class _Known:
    """What was worked out for a home."""

    def __init__(self, home: Home) -> None:
        self.can: dict[str, _Can] = {}
        """By id."""
        self.body: str | None = None
        """Of all things together."""


@dataclass(frozen=True)
class _Can:
    """What one thing can be asked, as parts of the grammar."""

    acts: tuple[str, ...]
    """Beginnings of acts, up to the colon."""
    reads: tuple[str, ...]
    """Roles with what they may be compared with."""
    tests: tuple[tuple[str, str], ...]
    """(role, what may follow it in a condition)"""


@dataclass
class _Body:
    prompt: Prompt
    rules: dict[str, str] = field(default_factory=dict)
    """Expression -> name, so that equal ones are there once."""

    def text(self) -> str:
        things = self.prompt.things
        acts: dict[str, list[Thing]] = {}
        tests: dict[tuple[str, str], list[Thing]] = {}
        for thing in things:
            can = _can(self.prompt.home, thing)
            for head in dict.fromkeys(can.acts + can.reads):
                acts.setdefault(head, []).append(thing)
            for test in can.tests:
                tests.setdefault(test, []).append(thing)
        options = [f"{head} {self.targets(able)}" for head, able in acts.items()]
        conditions = [f'{role} " of " {self.labels(able)} {rest}' for (role, rest), able in tests.items()]
        choice = f'(": " {labels} (", " {labels}){{0,5}})?' if (labels := things and self.labels(things)) else ""
        ask = f'"ask " {_either(QUESTIONS)} {choice}'
        refuse = f'"refuse " {_either(REASONS)} (": " WORDS)?'
        options += [ask, refuse, "FIND", "TIMER", "ITEM", "SAY", "CANCEL"]
        rules = "\n".join(f"{name}: {rule}" for rule, name in self.rules.items())
        common = _COMMON if conditions else _without_conditions()
        start = 'start: PLAN\nPLAN: LINE ("\\n" LINE){0,9}\nLINE: " " GUARD{0,3} ACT'
        condition = f"CONDITION: {_join(conditions)}\n" if conditions else ""
        measured = [f'{role} " of " {self.labels(able)}' for (role, rest), able in tests.items() if _OTHER in rest]
        condition += f"QUANTITY: {_join(measured)}\n" if measured else ""
        return f'%llguidance {{"no_forcing": true}}\n{start}\nACT: {_join(options)}\n{condition}{common}{rules}'

    def name(self, prefix: str, rule: str) -> str:
        """Give a rule a name, the same for the same rule."""
        return self.rules.setdefault(rule, f"{prefix}{len(self.rules)}")

    def labels(self, things: Iterable[Thing]) -> str:
        names = names_of(self.prompt.home)
        return self.name("L", _either(names.by_id[thing.id] for thing in things))

    def targets(self, things: Sequence[Thing]) -> str:
        """Labels and groups, separated by commas."""
        kinds: dict[str, list[Thing]] = {}
        for thing in things:
            for kind in kinds_of(thing):
                kinds.setdefault(clean(kind), []).append(thing)
        groups = [self.name("G", f"{_literal(f'every {kind}')} {self.scope(able)}") for kind, able in kinds.items()]
        every = self.name("G", f'"everything" {self.scope(self.prompt.things)}')
        item = self.name("I", " | ".join([self.labels(things), *groups, every]))
        return self.name("T", f'{item} (", " {item}){{0,7}}')

    def scope(self, things: Sequence[Thing]) -> str:
        """Where a group is, and what does not belong to it."""
        names = names_of(self.prompt.home)
        areas = {thing.area for thing in things}
        floors = {thing.floor for thing in things}
        rooms = [word for word, area in names.areas.items() if area in areas]
        levels = [word for word, floor in names.floors.items() if floor in floors]
        places = [f'" {joint} " {_either(words)}' for joint, words in (("in", rooms), ("on", levels)) if words]
        labels = self.labels(things)
        where = f"({' | '.join(places)})? " if places else ""
        return f'{where}(" except " {labels} (" and " {labels}){{0,3}})?'


def _can(home: Home, thing: Thing) -> _Can:
    known = home.once(_Known).can
    if thing.id not in known:
        known[thing.id] = _work_out(thing)
    return known[thing.id]


def _work_out(thing: Thing) -> _Can:
    from galiot.agent.features import features_of, verbs_of

    acts = [_head(verb, role, feature) for (verb, role), feature in verbs_of(thing).items()]
    features = {role: feature for role, feature in features_of(thing).items() if feature.read is not None}
    tests = [(_literal(write_role(role)), _test(feature)) for role, feature in features.items()]
    hows = f'({_either(HOWS)} " ")?'
    asked = [(role, rest.replace(_OTHER, "")) for role, rest in tests]
    reads = [f'"read " {hows} {role} ({rest})? (", " SPAN)? ": "' for role, rest in asked]
    tests += [(_literal(write_role(plain(name))), '" happens"') for name in thing.events if plain(name)]
    return _Can(tuple(acts), tuple(reads), tuple(tests))


def _head(verb: str, role: str | None, feature: Feature) -> str:
    """An act up to the colon, with the values that the feature takes."""
    from galiot.agent.features import VERBS

    words = _literal(" ".join([verb, *([write_role(role, verb)] if role else [])]))
    joint = _literal(f" {joint_of(verb)} ")
    takes = VERBS[verb].takes
    if takes == "value":
        return f'{words} {joint} {_value(feature)} ": "'
    if takes == "amount":
        return f'{words} ({joint} NUMBER {_UNITS.get(feature.unit or "", "")})? ": "'
    if takes == "text":
        return f'{words} ({joint} WORDS)? ": "'
    if verb == "run" and any(action.schema for action in feature.actions.values()):
        return f'{words} ({joint} (NUMBER | WORDS))? ": "'
    return f'{words} ": "'


def _value(feature: Feature) -> str:
    if feature.shape in ("percent", "number"):
        number = f"NUMBER {_UNITS.get(feature.unit or '', '')}"
        words = [choice for choice in feature.choices[:_MOST_CHOICES] if isinstance(choice, str) and choice.strip()]
        return f"({number} | {_either(map(write_value, map(plain, words)))})" if words else number
    if feature.shape == "switch":
        return '("on" | "off")'
    if feature.shape == "color":
        return _either(COLORS)
    return _either(_choices(feature)) if feature.choices else "WORDS"


def _choices(feature: Feature) -> list[str]:
    meanings = (feature.meaning(choice) for choice in feature.choices[:_MOST_CHOICES])
    return [write_value(value) for value in meanings if isinstance(value, str | bool | int | float)]


_OTHER = " | / (>|<|>=|<=) / QUANTITY"
"""A number may be compared with another quantity of the home."""


def _test(feature: Feature) -> str:
    """What may follow a quantity in a comparison."""
    words = [*_STATES.get(feature.like or feature.role, ()), *(["on", "off"] if feature.shape == "switch" else [])]
    if feature.shape in ("choice", "text"):
        words += _choices(feature)
    same = f"/ is( not)? / {_either(words)}" if words else ""
    if feature.shape in ("percent", "number"):
        number = f"NUMBER {_UNITS.get(feature.unit or '', '')}"
        measure = f"(/ (>|<|>=|<=|is|is not) / {number}{_OTHER})"
        return f"({measure} | {same})" if same else measure
    return same or "/ is( not)? / WORDS"


def _without_conditions() -> str:
    """The common part for things of which nothing can be known."""
    lines = [line for line in _COMMON.splitlines() if not line.startswith(("CONDITIONS", "IF"))]
    return "\n".join(lines).replace("IF | ", "").replace(' (" or " CONDITIONS)? | CONDITIONS', "") + "\n"


def _either(words: Iterable[str]) -> str:
    """One of some texts, as a regular expression between slashes."""
    escaped = (re.escape(word).replace("\\ ", " ").replace("/", "\\/") for word in dict.fromkeys(words))
    return f"/{'|'.join(escaped)}/"


def _literal(text: str) -> str:
    return _either([text])


def _join(options: Sequence[str]) -> str:
    return "\n  | ".join(options)
