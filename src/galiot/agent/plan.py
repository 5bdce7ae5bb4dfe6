"""What is to be done: steps that can be checked before they are done.

Rules and the model write the same plan; validator, policy, scheduler and executor read it. A step is one act under
guards: "when the washer is done, lock the front door" is `Step(act=Do("lock", targets), guards=(When(...),))`.
`text.py` writes and reads plans as the lines that the model writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Value = bool | int | float | str | None
Relation = Literal["is", "is not", "above", "below", "at least", "at most", "happens"]


@dataclass(frozen=True)
class Target:
    """The things that an act is for."""

    things: tuple[str, ...]
    """Ids, in the home's order."""
    said: str = ""
    """How the target was named: "kitchen light", "every light in kitchen"."""


@dataclass(frozen=True)
class Operand:
    """A quantity of one thing: `Operand("thermostat-1", "temperature")`. An event's role is its name in plain words."""

    thing: str
    role: str


@dataclass(frozen=True)
class Comparison:
    """`operand relation value`, where the value may be another quantity; an event "happens" and has no value."""

    operand: Operand
    relation: Relation
    value: Value | Operand = None
    unit: str | None = None
    """As it was said; None: the one in which the thing measures."""

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The quantities that have to be known."""
        return (self.operand, self.value) if isinstance(self.value, Operand) else (self.operand,)


@dataclass(frozen=True)
class If:
    """Do it only if all of these hold when the step's turn comes; a value that is not known holds nothing."""

    conditions: tuple[Comparison, ...]
    negated: bool = False
    """unless"""


@dataclass(frozen=True)
class When:
    """Wait until all of these come to hold (they count from now: what holds already counts, an event must come)."""

    conditions: tuple[Comparison, ...]
    every_time: bool = False
    """whenever: stays after the first time"""


@dataclass(frozen=True)
class At:
    """Wait for a time of day, local: "22:00"; `days` such as ("mon", "tue") or () for the next time that comes."""

    time: str
    days: tuple[str, ...] = ()
    repeat: bool = False
    """every day, or on each of the days"""


@dataclass(frozen=True)
class After:
    """Wait so many seconds; from the asking, or from the end of the step before when `then` is set."""

    seconds: float
    then: bool = False


@dataclass(frozen=True)
class Every:
    """Again and again, so many seconds apart; `times` 0 is without end."""

    seconds: float
    times: int = 0


@dataclass(frozen=True)
class For:
    """Undo it after so many seconds: what was there before comes back, or the opposite where that is not known."""

    seconds: float


@dataclass(frozen=True)
class Until:
    """Undo it when a time of day comes or all of the conditions hold."""

    time: str | None = None
    conditions: tuple[Comparison, ...] = ()


Guard = If | When | At | After | Every | For | Until


@dataclass(frozen=True)
class Do:
    """Change something.

    verb: a verb of `features.VERBS`: "turn on", "open", "lock", "set", "raise", "lower", "pause", "run", ...
    role: the feature that it is about where the verb does not say it ("brightness" for set, an action's title for run)
    value: for set; by how much for raise and lower, None: a little. In the unit that was said.
    """

    verb: str
    target: Target
    role: str | None = None
    value: Value = None
    unit: str | None = None


@dataclass(frozen=True)
class Read:
    """Answer from readings: a state now, or of a span of time.

    how: now, average, lowest, highest, count (how often it came to be `value`), duration (how long it was `value`),
        ever (was it `value`), last (when was it last `value`), change
    span: "last night", "today", "yesterday", "last 2 hours", ...; "" for now
    relation, value: the question was whether this holds ("is it above 20?"), answered by yes or no
    asks: what several things are summed up to: any, all, which, count, most, least, more, less or difference; "" for
        each of them by itself
    """

    role: str
    target: Target
    how: str = "now"
    span: str = ""
    relation: str | None = None
    value: Value = None
    unit: str | None = None
    asks: str = ""


@dataclass(frozen=True)
class Find:
    """Look something up in the user's documents (manuals, notes)."""

    query: str


@dataclass(frozen=True)
class Timer:
    """A kitchen timer. do: start, cancel, status, pause, resume, add, remove"""

    do: str
    seconds: float = 0
    name: str = ""


@dataclass(frozen=True)
class Item:
    """An entry of a list. do: add, remove, complete, show"""

    do: str
    item: str
    list: str = "shopping"


@dataclass(frozen=True)
class Say:
    """Tell the user something when the step's turn comes; `text` is in the user's words, or empty for what was done."""

    text: str


@dataclass(frozen=True)
class Cancel:
    """Drop plans that wait; `what` names them in the user's words, "" is the newest, "all" every one."""

    what: str = ""


@dataclass(frozen=True)
class Ask:
    """It is not clear which; the user has to say. options: ids or labels to choose from"""

    question: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refuse:
    """What cannot be done, one by one.

    reason: absent device, absent attribute, out of range, off-topic, negated, contradiction, unsafe, unclear
    what: the part of the request that it is about
    """

    reason: str
    what: str = ""


Act = Do | Read | Find | Timer | Item | Say | Cancel | Ask | Refuse


@dataclass(frozen=True)
class Step:
    """One act under guards, read from left to right: "at 22:00, if the window is open, close it"."""

    act: Act
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What is to be done, in order; a step that waits does not hold up those after it, unless they say `then`."""

    steps: tuple[Step, ...]
    source: Literal["rules", "model", "api"] = "rules"
    request: str = ""
