"""Plans as lines: what the model writes, and what tests read.

One step a line; guards first, each ended by a comma; then the act; what it is for behind a colon:

    turn on: kitchen light
    turn off: every light in kitchen except oven lamp
    set brightness to 50%: bedroom light, desk lamp
    raise volume by 10%: tv
    if temperature of bedroom sensor > 23, set temperature to 22 c: thermostat
    at 22:00, unless contact of front door is on, lock: front door
    then in 10 min, turn off: everything on ground floor
    read average temperature, last night: bedroom sensor
    refuse absent device: sauna

Comparisons are `ROLE of THING is VALUE`, `is not`, `>`, `<`, `>=`, `<=` and `happens`; several are joined by "and". The
words on and off are True and False. Free text is quoted where it could be taken for something else. Names are those of
`names.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from galiot.agent.names import clean, names_of
from galiot.agent.plan import (
    Act,
    After,
    Ask,
    At,
    Cancel,
    Comparison,
    Do,
    Every,
    Find,
    For,
    Guard,
    If,
    Item,
    Operand,
    Plan,
    Read,
    Refuse,
    Say,
    Step,
    Target,
    Timer,
    Until,
    When,
)
from galiot.agent.words import (
    quote,
    read_duration,
    read_free,
    read_number,
    read_value,
    split_quoted,
    write_duration,
    write_free,
    write_value,
)
from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.agent.home import Home

HOWS = ("average", "lowest", "highest", "count", "duration", "ever", "last", "change")
"""What `read` may be followed by; without one of them it is the value of now."""
REASONS = (
    "absent device",
    "absent attribute",
    "out of range",
    "off-topic",
    "negated",
    "contradiction",
    "unsafe",
    "unclear",
)
"""What `refuse` may be followed by."""
_SIGNS = {"is not": "is not", "is": "is", "above": ">", "below": "<", "at least": ">=", "at most": "<="}
_RELATIONS = {sign: relation for relation, sign in _SIGNS.items()}
_RELATION = re.compile(r" (is not|is|>=|<=|>|<) (?=\S)| happens")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|[a-z]+")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LISTS = {"add": "to", "remove": "from", "complete": "on", "show": "on"}
_NO_ROLE = re.compile(r"(^| )(of|to|by|is|and|or|happens)( |$)")
_OPENERS = ("if", "unless", "when", "whenever", "at", "every", "then", "in", "for", "until")


def render(plan: Plan, home: Home) -> str:
    """Write a plan as lines, without a newline at the end.

    A target is written as it was said where that means the same things, else thing by thing.
    raises: RequestError for a thing that the home does not have
    """
    return "\n".join(_Writer(home).step(step) for step in plan.steps)


def parse(text: str, home: Home) -> Plan:
    """Read what `render` gives; the source of the plan is "model".

    raises: RequestError that names the line and what is wrong with it
    """
    reader, steps = _Reader(home), []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                steps.append(reader.step(line.strip()))
            except RequestError as error:
                raise RequestError(f"line {number} of the plan: {error}") from None
    return Plan(tuple(steps), source="model")


def parse_target(text: str, home: Home) -> Target:
    """Read `kitchen light, desk lamp`, `every light in kitchen except oven lamp`, `everything on attic`, `nothing`.

    raises: RequestError for what the home does not have
    """
    return _Reader(home).target(text)


def write_role(role: str, verb: str = "") -> str:
    """Write the name of a quantity as it stands in a plan, after the verb that it may belong to."""
    plain = clean(role) == role != "" and not _NO_ROLE.search(role) and role.split(" ")[0] not in HOWS
    return role if plain and not (verb and _verb_of(f"{verb} {role}") != verb) else quote(role)


def joint_of(verb: str) -> str:
    """Return the word between what is changed and its value: by for raise and lower, else to."""
    return "by" if verb in ("raise", "lower") else "to"


class _Writer:
    def __init__(self, home: Home) -> None:
        self.home, self.names = home, names_of(home)

    def step(self, step: Step) -> str:
        return "".join(f"{self.guard(guard)}, " for guard in step.guards) + self.act(step.act)

    def guard(self, guard: Guard) -> str:
        match guard:
            case If(conditions, negated):
                return f"{'unless' if negated else 'if'} {self.conditions(conditions)}"
            case When(conditions, every_time):
                return f"{'whenever' if every_time else 'when'} {self.conditions(conditions)}"
            case At(time, days, repeat):
                if repeat:
                    return f"every {' '.join(days) or 'day'} at {time}"
                return f"at {time}" + (f" on {' '.join(days)}" if days else "")
            case After(seconds, then):
                wait = f"in {write_duration(seconds)}" if seconds or not then else ""
                return f"{'then' if then else ''} {wait}".strip()
            case Every(seconds, times):
                return f"every {write_duration(seconds)}" + (f" {times} times" if times else "")
            case For(seconds):
                return f"for {write_duration(seconds)}"
            case Until(time, conditions):
                return "until " + " or ".join(filter(None, [time, self.conditions(conditions)]))

    def act(self, act: Act) -> str:
        match act:
            case Do(verb, target, role, value, unit):
                words = [verb, *([] if role is None else [write_role(role, verb)])]
                if value is not None:
                    words += [joint_of(verb), write_value(value, unit)]
                return f"{' '.join(words)}: {self.target(target)}"
            case Read(role, target, how, span, relation, value, unit):
                words = ["read", *([] if how == "now" else [how]), write_role(role)]
                if relation:
                    words.append(self.relation(relation, value, unit))
                return " ".join(words) + (f", {write_free(span, '[,:]')}" if span else "") + f": {self.target(target)}"
            case Find(query):
                return f"find {write_free(query)}"
            case Timer(do, seconds, name):
                words = [write_duration(seconds)] if seconds else []
                return " ".join(["timer", do, *words, *([write_free(name, r"^-?\d")] if name else [])])
            case Item(do, item, name):
                joint = _LISTS[do]
                entry = [write_free(item, f" {joint} | list$"), joint] if item or do != "show" else []
                return " ".join([do, *entry, write_free(name, f" {joint} "), "list"])
            case Say(text):
                return f"say {write_free(text)}" if text else "say"
            case Cancel(what):
                return f"cancel {write_free(what)}" if what else "cancel"
            case Ask(question, options):
                choice = ", ".join(map(self.option, options))
                return f"ask {write_free(question, ': ')}" + (f": {choice}" if options else "")
            case Refuse(reason, what):
                return f"refuse {reason}" + (f": {write_free(what)}" if what else "")

    def conditions(self, conditions: Iterable[Comparison]) -> str:
        return " and ".join(
            f"{write_role(c.operand.role)} of {self.thing(c.operand.thing)} "
            f"{self.relation(c.relation, c.value, c.unit)}"
            for c in conditions
        )

    def relation(self, relation: str, value: Any, unit: str | None) -> str:
        return "happens" if relation == "happens" else f"{_SIGNS[relation]} {write_value(value, unit)}"

    def target(self, target: Target) -> str:
        if target.said:
            try:
                if _Reader(self.home).target(target.said).things == target.things:
                    return target.said
            except RequestError:
                pass
        return ", ".join(map(self.thing, target.things)) or "nothing"

    def thing(self, thing: str) -> str:
        if thing not in self.names.by_id:
            raise RequestError(f"the home has no thing {thing[:60]!r}")
        return self.names.by_id[thing]

    def option(self, option: str) -> str:
        if option in self.names.by_id:
            return self.names.by_id[option]
        return write_free(option, "[,:]") if option not in self.names.labels else f'"{option}"'


class _Reader:
    def __init__(self, home: Home) -> None:
        self.home, self.names = home, names_of(home)
        self.order = {thing.id: i for i, thing in enumerate(home.things)}

    def step(self, line: str) -> Step:
        parts, guards = split_quoted(line, ", "), []
        while len(parts) > 1 and parts[0].split(" ")[0] in _OPENERS:
            guards.append(self.guard(parts.pop(0)))
        return Step(self.act(", ".join(parts)), tuple(guards))

    def guard(self, text: str) -> Guard:
        word, _, rest = text.partition(" ")
        match word:
            case "if" | "unless":
                return If(self.conditions(rest), negated=word == "unless")
            case "when" | "whenever":
                return When(self.conditions(rest), every_time=word == "whenever")
            case "at":
                time, _, days = rest.partition(" on ")
                return At(_time(time), _days(days))
            case "every" if rest[:1].isdigit():
                seconds, rest = read_duration(rest)
                return Every(seconds, int(_whole(rest.removesuffix(" times")) if rest else 0))
            case "every":
                days, _, time = rest.partition(" at ")
                return At(_time(time), () if days == "day" else _days(days), repeat=True)
            case "for":
                return For(_duration(rest))
            case "until":
                first, _, others = rest.partition(" or ")
                time = first if _TIME.fullmatch(first) else None
                return Until(time, self.conditions(others if time else rest) if others or not time else ())
            case _:
                waits = re.fullmatch(r"(then)?(?: ?in (.+))?", text)
                if not waits:
                    raise RequestError(f"{text[:40]!r} is no guard")
                return After(_duration(waits[2]) if waits[2] else 0, then=bool(waits[1]))

    def act(self, text: str) -> Act:
        word, _, rest = text.partition(" ")
        match word:
            case "read":
                return self.read(rest)
            case "find":
                return Find(read_free(rest))
            case "timer":
                return _timer(rest)
            case "say":
                return Say(read_free(rest))
            case "cancel":
                return Cancel(read_free(rest))
            case "ask":
                question, *options = split_quoted(rest, ": ")
                return Ask(
                    read_free(question), tuple(self.option(o) for o in split_quoted(": ".join(options), ", ") if o)
                )
            case "refuse":
                reason, _, what = rest.partition(": ")
                if reason not in REASONS:
                    raise RequestError(f"{reason[:40]!r} is no reason to refuse")
                return Refuse(reason, read_free(what))
            case "add" | "remove" | "complete" | "show" if text.endswith(" list"):
                return _item(word, rest.removesuffix("list").strip())
            case _:
                return self.do(text)

    def do(self, text: str) -> Do:
        head, *target = split_quoted(text, ": ")
        verb = _verb_of(head)
        if not verb or not target:
            raise RequestError(f"{text[:40]!r} is no act")
        joint = f" {joint_of(verb)} "
        *role, value = split_quoted(head[len(verb) :] + " ", joint)
        if not role:
            role, value = [value], ""
        found, unit = read_value(value.strip()) if value.strip() else (None, None)
        return Do(verb, self.target(": ".join(target)), read_free(joint.join(role).strip()) or None, found, unit)

    def read(self, text: str) -> Read:
        head, *target = split_quoted(text, ": ")
        what, *span = split_quoted(head, ", ")
        how, _, rest = what.partition(" ")
        how, what = (how, rest) if how in HOWS and rest else ("now", what)
        role, relation, value, unit = what, None, None, None
        for match in reversed([*_RELATION.finditer(what)]):
            try:
                role, relation, (value, unit) = what[: match.start()], match[1], _operand(match, what)
                break
            except RequestError:
                role, relation = what, None
        things = self.target(": ".join(target))
        relation = _RELATIONS.get(relation or "", "happens" if role != what else None)
        return Read(_role(role), things, how, read_free(span[0]) if span else "", relation, value, unit)

    def conditions(self, text: str) -> tuple[Comparison, ...]:
        found, begun = [], ""
        for part in split_quoted(text, " and "):
            begun = f"{begun} and {part}" if begun else part
            if comparison := self.comparison(begun):
                found.append(comparison)
                begun = ""
        if begun or not found:
            raise RequestError(f"{text[:60]!r} is no condition")
        return tuple(found)

    def comparison(self, text: str) -> Comparison | None:
        role, *rest = split_quoted(text, " of ")
        other = " of ".join(rest)
        for match in reversed([*_RELATION.finditer(other)]):
            thing = self.names.labels.get(other[: match.start()])
            if thing is not None:
                try:
                    value, unit = _operand(match, other)
                    return Comparison(Operand(thing, _role(role)), _RELATIONS.get(match[1], "happens"), value, unit)
                except RequestError:
                    continue
        return None

    def target(self, text: str) -> Target:
        things: dict[str, None] = {}
        for item in text.split(", ") if text != "nothing" else ():
            thing = self.names.labels.get(item)
            things |= dict.fromkeys(self.group(item) if thing is None else [thing])
        return Target(tuple(sorted(things, key=self.order.__getitem__)), text)

    def group(self, text: str) -> list[str]:
        """Ids of `every KIND` or `everything`, in an area or on a floor, without some."""
        if not re.match("every(thing)?(?= |$)", text):
            raise RequestError(f"the home has no {text[:60]!r}")
        whole, *left_out = text.split(" except ")
        head, kind = self._kind(whole)
        area, floor = self._scope(whole[len(head) :])
        out = self._labels(" except ".join(left_out)) if left_out else set()
        found = [thing.id for thing in self.home.group(kind, area, floor) if thing.id not in out]
        if not found:
            raise RequestError(f"the home has nothing for {text[:60]!r}")
        return found

    def _kind(self, text: str) -> tuple[str, str | None]:
        if text.startswith("everything"):
            return "everything", None
        words = [word for word in self.names.kinds if f"{text} ".startswith(f"every {word} ")]
        if not words:
            raise RequestError(f"the home has nothing for {text[:60]!r}")
        return f"every {max(words, key=len)}", self.names.kinds[max(words, key=len)]

    def _scope(self, text: str) -> tuple[str | None, str | None]:
        if not text:
            return None, None
        area, floor = self.names.areas.get(text[4:]), self.names.floors.get(text[4:])
        if text.startswith(" in ") and area is not None:
            return area, None
        if text.startswith(" on ") and floor is not None:
            return None, floor
        raise RequestError(f"the home has no place {text.strip()[:60]!r}")

    def _labels(self, text: str) -> set[str]:
        found, begun = set(), ""
        for part in text.split(" and "):
            begun = f"{begun} and {part}" if begun else part
            if begun in self.names.labels:
                found.add(self.names.labels[begun])
                begun = ""
        if begun:
            raise RequestError(f"the home has no {begun[:60]!r}")
        return found

    def option(self, text: str) -> str:
        return self.names.labels.get(text) or read_free(text)


def _verb_of(text: str) -> str:
    """The longest verb that a text begins with, or ""."""
    from galiot.agent.features.verbs import VERBS

    return max((verb for verb in VERBS if f"{text} ".startswith(f"{verb} ")), key=len, default="")


def _operand(match: re.Match[str], text: str) -> tuple[Any, str | None]:
    rest = text[match.end() :]
    if match[1] is None:
        if rest:
            raise RequestError("nothing follows happens")
        return None, None
    return read_value(rest)


def _role(text: str) -> str:
    role = read_free(text.strip())
    if not role:
        raise RequestError("a quantity is missing")
    return role


def _time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise RequestError(f"{text[:40]!r} is no time of day")
    return text


def _days(text: str) -> tuple[str, ...]:
    days = tuple(text.split())
    if unknown := [day for day in days if day not in _DAYS]:
        raise RequestError(f"{unknown[0][:40]!r} is no day")
    return days


def _duration(text: str) -> float:
    seconds, rest = read_duration(text)
    if rest:
        raise RequestError(f"{text[:40]!r} is no duration")
    return seconds


def _whole(text: str) -> float:
    if not text.isdigit():
        raise RequestError(f"{text[:40]!r} is no number of times")
    return read_number(text)


def _timer(text: str) -> Timer:
    do, _, rest = text.partition(" ")
    seconds: float = 0
    if rest[:1].isdigit():
        seconds, rest = read_duration(rest)
    return Timer(do, seconds, read_free(rest))


def _item(do: str, text: str) -> Item:
    *item, name = split_quoted(f" {text}", f" {_LISTS[do]} ")
    return Item(do, read_free(f" {_LISTS[do]} ".join(item).strip()), read_free(name.strip()))
