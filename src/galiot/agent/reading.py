"""Plans out of lines; the other direction of `text.py`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from galiot.agent.features.verbs import VERBS
from galiot.agent.names import names_of
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
    Read,
    Refuse,
    Say,
    Step,
    Target,
    Timer,
    Until,
    Value,
    When,
)
from galiot.agent.words import (
    DAYS,
    HOWS,
    LISTS,
    OPENERS,
    REASONS,
    RELATION,
    RELATIONS,
    TIME_OF_DAY,
    joint_of,
    read_duration,
    read_free,
    read_number,
    read_value,
    split_quoted,
    verb_of,
)
from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.agent.home import Home


class Reader:
    """Reads the lines of plans for one home; what it cannot read raises RequestError."""

    def __init__(self, home: Home) -> None:
        self.home, self.names = home, names_of(home)
        self.order = {thing.id: i for i, thing in enumerate(home.things)}

    def step(self, line: str) -> Step:
        parts, guards = split_quoted(line, ", "), []
        while len(parts) > 1 and parts[0].split(" ")[0] in OPENERS:
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
            case "every" if rest[:1].isdecimal():
                seconds, rest = read_duration(rest)
                return Every(seconds, int(_whole(rest.removesuffix(" times")) if rest else 0))
            case "every":
                days, _, time = rest.partition(" at ")
                return At(_time(time), () if days == "day" else _days(days), repeat=True)
            case "for":
                return For(_duration(rest))
            case "until":
                first, _, others = rest.partition(" or ")
                if not TIME_OF_DAY.fullmatch(first):
                    return Until(None, self.conditions(rest))
                return Until(first, self.conditions(others) if others else ())
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
        verb = verb_of(head)
        if not verb or not target:
            raise RequestError(f"{text[:40]!r} is no act")
        joint = f" {joint_of(verb)} "
        role, *value = split_quoted(f"{head[len(verb) :]} ", joint)
        found, unit = _value(joint.join(value).strip(), verb) if value else (None, None)
        return Do(verb, self.target(": ".join(target)), read_free(role.strip()) or None, found, unit)

    def read(self, text: str) -> Read:
        head, *target = split_quoted(text, ": ")
        what, *span = split_quoted(head, ", ")
        how, _, rest = what.partition(" ")
        how, what = (how, rest) if how in HOWS and rest else ("now", what)
        role, sign = what, ""
        value: Value = None
        unit: str | None = None
        for match in reversed([*RELATION.finditer(what)]):
            try:
                value, unit = _operand(match, what)
                role, sign = what[: match.start()], match[1] or "happens"
                break
            except RequestError:
                continue
        span_said = read_free(span[0]) if span else ""
        return Read(_role(role), self.target(": ".join(target)), how, span_said, RELATIONS.get(sign), value, unit)

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
        for match in reversed([*RELATION.finditer(other)]):
            thing = self.names.labels.get(other[: match.start()])
            if thing is not None:
                if measured := self.quantity(other[match.end() :]):
                    return Comparison(Operand(thing, _role(role)), RELATIONS[match[1]], measured)
                try:
                    value, unit = _operand(match, other)
                    return Comparison(Operand(thing, _role(role)), RELATIONS[match[1] or "happens"], value, unit)
                except RequestError:
                    continue
        return None

    def quantity(self, text: str) -> Operand | None:
        """The quantity of another thing, where a text is one."""
        role, *rest = split_quoted(text, " of ")
        thing = self.names.labels.get(" of ".join(rest))
        return Operand(thing, _role(role)) if thing is not None else None

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


def _operand(match: re.Match[str], text: str) -> tuple[Any, str | None]:
    rest = text[match.end() :]
    if match[1] is None:
        if rest:
            raise RequestError("nothing follows happens")
        return None, None
    return read_value(rest)


def _value(text: str, verb: str) -> tuple[Value, str | None]:
    """A value; what is to be played may hold words that separate elsewhere."""
    try:
        return read_value(text)
    except RequestError:
        if VERBS[verb].takes == "text" and text and '"' not in text:
            return text, None
        raise


def _role(text: str) -> str:
    role = read_free(text.strip())
    if not role:
        raise RequestError("a quantity is missing")
    return role


def _time(text: str) -> str:
    if not TIME_OF_DAY.fullmatch(text):
        raise RequestError(f"{text[:40]!r} is no time of day")
    return text


def _days(text: str) -> tuple[str, ...]:
    days = tuple(text.split())
    if unknown := [day for day in days if day not in DAYS]:
        raise RequestError(f"{unknown[0][:40]!r} is no day")
    return days


def _duration(text: str) -> float:
    seconds, rest = read_duration(text)
    if rest:
        raise RequestError(f"{text[:40]!r} is no duration")
    return seconds


def _whole(text: str) -> float:
    if not text.isdecimal():
        raise RequestError(f"{text[:40]!r} is no number of times")
    return read_number(text)


def _timer(text: str) -> Timer:
    do, _, rest = text.partition(" ")
    seconds: float = 0
    if rest[:1].isdecimal():
        seconds, rest = read_duration(rest)
    return Timer(do, seconds, read_free(rest))


def _item(do: str, text: str) -> Item:
    *item, name = split_quoted(f" {text}", f" {LISTS[do]} ")
    return Item(do, read_free(f" {LISTS[do]} ".join(item).strip()), read_free(name.strip()))
