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

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

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
from galiot.agent.reading import Reader
from galiot.agent.words import (
    LISTS,
    SIGNS,
    joint_of,
    write_duration,
    write_free,
    write_role,
    write_value,
)
from galiot.errors import RequestError

if TYPE_CHECKING:
    from galiot.agent.home import Home


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
    reader, steps = Reader(home), []
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
    return Reader(home).target(text)


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
                joint = LISTS[do]
                entry = [write_free(item, rf"(^| )({joint}|list)( |$)"), joint] if item or do != "show" else []
                return " ".join([do, *entry, write_free(name, rf"(^| )({joint}|list)( |$)"), "list"])
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
            f"{self.operand(c.operand)} {self.relation(c.relation, c.value, c.unit)}" for c in conditions
        )

    def operand(self, operand: Operand) -> str:
        return f"{write_role(operand.role)} of {self.thing(operand.thing)}"

    def relation(self, relation: str, value: Any, unit: str | None) -> str:
        if relation == "happens":
            return "happens"
        other = self.operand(value) if isinstance(value, Operand) else write_value(value, unit)
        return f"{SIGNS[relation]} {other}"

    def target(self, target: Target) -> str:
        if target.said:
            try:
                if Reader(self.home).target(target.said).things == target.things:
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
