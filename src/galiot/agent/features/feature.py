"""One feature of one thing, and the commands that a verb stands for there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from galiot.agent.command import UNKNOWN, Command, NoState, Problem, State
from galiot.agent.features import values
from galiot.agent.features.roles import CHOICES, ROLES, STATES, Shape
from galiot.agent.features.units import convert, convert_span, unit_of
from galiot.agent.features.verbs import VERBS
from galiot.agent.features.words import fold, plain
from galiot.agent.plan import Value
from galiot.agent.thing import Affordance, Schema, Thing

ASSUMED: Mapping[tuple[str, str], float] = {
    ("raise", "volume"): 60, ("lower", "volume"): 30, ("raise", "target temperature"): 22,
    ("lower", "target temperature"): 19,
}  # fmt: skip
"""(verb, role) -> what "louder" or "colder" means while the present state is not known; others take 75 and 25 percent
of the range."""

STEPS: Mapping[str, float] = {
    "brightness": 20, "volume": 10, "position": 25, "tilt": 25, "fan speed": 25, "target temperature": 1,
    "color temperature": 500, "target humidity": 5,
    "channel": 1,
}  # fmt: skip
"""Role -> a little: percent, degrees Celsius, kelvin."""

_SAME_STATE = {
    "playing": "running",
    "running": "playing",
    "stopped": "paused",
    "docked": "stopped",
    "armed": "armed away",
}
_SAME_ACTION: Mapping[str, tuple[str, ...]] = {
    "resume": ("play", "start"), "play": ("resume", "start"), "start": ("play",), "stop": ("pause",),
    "arm": ("arm away",), "dock": ("return",),
}  # fmt: skip
_NO_STATE = NoState()


@dataclass(frozen=True)
class Feature:
    """What a thing can show or do in one respect.

    role: a key of `ROLES`, or the affordance's title in plain words
    like: the role whose words its values have; "left" of a double switch is like power
    read, write: the properties for it; `also` are more writable ones, tried in turn
    actions: verb -> action ("set" takes the value as input)
    low, high: in `unit`; None where the description does not say
    choices: the raw values of an enumeration
    inverted: the raw value says the opposite: "closed", "paused"
    hundredths: the raw value counts hundredths of a degree Celsius
    parts: of a thing with several of the same, each one's feature
    """

    role: str
    thing: Thing = field(repr=False)
    read: Affordance | None = field(default=None, repr=False)
    write: Affordance | None = field(default=None, repr=False)
    actions: Mapping[str, Affordance] = field(default_factory=dict, repr=False)
    like: str = ""
    shape: Shape = "text"
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    choices: tuple[Any, ...] = ()
    inverted: bool = False
    hundredths: bool = False
    path: tuple[str, ...] = ()
    also: tuple[Affordance, ...] = ()
    parts: tuple[Feature, ...] = ()

    @property
    def verbs(self) -> tuple[str, ...]:
        """The verbs that can be asked of it, with this role."""
        return tuple(verb for verb in VERBS if self._takes(verb))

    @property
    def commandable(self) -> bool:
        """Whether anything about it can be changed."""
        return self.write is not None or bool(self.actions) or any(part.commandable for part in self.parts)

    def raw(self, state: State) -> Any:
        """Return what is known of its raw value, or UNKNOWN."""
        if self.read is None:
            return UNKNOWN
        value = state.get(self.thing.id, self.read.name)
        for name in self.path:
            if not isinstance(value, Mapping) or name not in value:
                return UNKNOWN
            value = value[name]
        return UNKNOWN if value is None else value

    def value(self, state: State) -> Any:
        """Return what is known of it as a canonical value, or UNKNOWN."""
        if self.parts and self.read is None:
            seen = {part.value(state) for part in self.parts}
            return seen.pop() if len(seen) == 1 else UNKNOWN
        raw = self.raw(state)
        return UNKNOWN if raw is UNKNOWN else self.meaning(raw)

    def meaning(self, raw: Any) -> Any:
        """Return the canonical value of a raw one: a truth, percent, a number in `unit`, a plain word, a colour's
        name."""
        return self.meaning_at(self.read or self.write, raw)

    def meaning_at(self, door: Affordance | None, raw: Any) -> Any:
        """Return the canonical value of a raw one of one of the properties that this feature has."""
        schema = self._schema(door)
        if self.shape == "switch":
            truth = values.decode_switch(self.like, raw, inverted=self.inverted)
            return raw if truth is None else truth
        if self.shape == "percent":
            return self._percent_meaning(schema, raw)
        if self.shape == "color":
            return values.decode_color(raw)
        if self.shape == "number":
            number = raw if isinstance(raw, (int, float)) else _number(raw)
            centi = self._in_hundredths(schema) and isinstance(number, (int, float))
            return number / 100 if centi else number
        return self._word_meaning(raw)

    def shown(self, meant: Any) -> Any:
        """Return the raw value with which the property that is read would report a canonical one, UNKNOWN where it
        cannot."""
        if self.read is None:
            return UNKNOWN
        schema = self._schema(self.read)
        if schema.enum and (
            same := [
                choice
                for choice in schema.enum
                if self.meaning(choice) == meant and type(self.meaning(choice)) is type(meant)
            ]
        ):
            states = STATES.get(self.like, {}).get(meant, ())
            return (
                next(
                    (
                        choice
                        for choice in same
                        if isinstance(choice, str) and fold(plain(choice)).endswith(("ed", "ing"))
                    ),
                    same[0],
                )
                if states
                else same[0]
            )
        raw = self._encode(schema, meant, "%" if self.shape == "percent" else None)
        return UNKNOWN if isinstance(raw, Problem) else raw

    def said(self, value: Value, unit: str | None = None) -> Any:
        """Return the canonical value of what a person says about it: "open", "half", 72 F where it counts in C."""
        if self.shape == "switch" and isinstance(value, (str, bool, int, float)):
            truth = values.decode_switch(self.like, value)
            return value if truth is None else truth
        if self.shape == "percent" and isinstance(value, (str, bool)):
            percent = 100.0 * value if isinstance(value, bool) else values.percent_of(value)
            return value if percent is None else percent
        if isinstance(value, (int, float)) and not isinstance(value, bool) and unit is not None:
            converted = convert(float(value), unit, self.unit)
            return value if converted is None else round(converted, 2)
        return (
            self._word_meaning(value) if isinstance(value, (str, bool)) and self.shape in ("choice", "text") else value
        )

    def same(self, raw: Any, value: Value, unit: str | None = None) -> bool:
        """Whether a raw value is what a person said ("heat", 50 %, "open"); open is anything above closed."""
        one, other = self.meaning(raw), self.said(value, unit)
        if isinstance(one, (int, float)) and isinstance(other, (int, float)):
            if self.shape == "percent" and isinstance(value, str) and value.lower() in ("open", "opened", "on"):
                return one > 0
            return abs(one - other) <= self._grain()
        return values.same_word(one, other) if isinstance(one, str) and isinstance(other, str) else bool(one == other)

    def commands(
        self, verb: str, value: Value = None, unit: str | None = None, state: State = _NO_STATE
    ) -> list[Command] | Problem:
        """Return what has to be sent, or why it cannot be.

        verb: of `VERBS`; value, unit: as they were said
        """
        if self.parts and self.write is None and not self.actions:
            return self._of_parts(verb, value, unit, state)
        if verb in ("raise", "lower"):
            return self._relative(verb, value, unit, state)
        if verb == "toggle":
            return self._toggle(state)
        if verb == "run":
            return self._run(value, unit)
        if verb in ("next", "previous"):
            return self._step_through(verb, state)
        wanted = self._wanted(verb, value)
        return wanted if isinstance(wanted, Problem) else self._reach(verb, wanted, unit, state)

    def _takes(self, verb: str) -> bool:
        if verb in self.actions or (verb in _SAME_ACTION and any(name in self.actions for name in _SAME_ACTION[verb])):
            return True
        if verb == "set":
            return self.write is not None and self.shape != "trigger"
        if verb in ("raise", "lower"):
            return self.write is not None and self.shape in ("percent", "number") and self._counts()
        sense = VERBS[verb]
        if self.like not in sense.roles or not self.commandable:
            return verb == "turn on" and self.like == "power" and self.commandable
        return not isinstance(self.commands(verb), Problem) or (verb == "toggle" and self.write is not None)

    def _counts(self) -> bool:
        return (
            any(values.flat(door.schema).type in ("integer", "number", None) for door in self._doors())
            or len(self.choices) > 2
        )

    def _doors(self) -> tuple[Affordance, ...]:
        return ((self.write,) if self.write else ()) + self.also

    def _schema(self, door: Affordance | None) -> Schema:
        schema = values.flat(door.schema if door else None)
        for name in self.path:
            schema = values.flat(schema.properties.get(name))
        return schema

    def _grain(self) -> float:
        if self.shape == "percent":
            schema = self._schema(self.read or self.write)
            low, high = values.span_of(schema, self.like)
            return 0.51 * max(100 / (high - low) if high > low and schema.type == "integer" else 0, 1)
        return 0.05 if self.shape == "number" else 0.0

    def _percent_meaning(self, schema: Schema, raw: Any) -> Any:
        if isinstance(raw, bool):
            return 100.0 if raw ^ self.inverted else 0.0
        if isinstance(raw, (int, float)):
            return values.decode_percent(schema, self.like, raw, inverted=self.inverted)
        for canonical, words in STATES.get(self.like, {}).items():
            if isinstance(raw, str) and fold(plain(raw)) in words:
                return float(canonical) if isinstance(canonical, (int, float)) else canonical
        return (
            _number(raw)
            if isinstance(raw, str) and _number(raw) != raw
            else plain(raw)
            if isinstance(raw, str)
            else raw
        )

    def _word_meaning(self, raw: Any) -> Any:
        if self.like in STATES and self.shape == "choice":
            if isinstance(raw, bool):
                first, second = list(STATES[self.like])[:2]
                return first if raw ^ self.inverted else second
            word = fold(plain(str(raw)))
            return next((state for state, words in STATES[self.like].items() if word in words), plain(str(raw)))
        if isinstance(raw, str) and self.shape == "choice":
            return next(
                (name for name, words in CHOICES.items() if fold(plain(raw)) in words and self.like == "mode"),
                plain(raw),
            )
        return raw

    def _wanted(self, verb: str, value: Value) -> Any:
        sense = VERBS[verb]
        if sense.takes == "value":
            return Problem("unclear", f"what {self.role} should be set to was not said") if value is None else value
        if verb == "arm" and isinstance(value, str) and value:
            return _armed(value) or f"armed {value}"
        return sense.value

    def _reach(self, verb: str, wanted: Any, unit: str | None, state: State) -> list[Command] | Problem:
        problem: Problem | None = None
        if self.like == "alarm" and isinstance(wanted, str):
            wanted = _armed(wanted) or wanted
        for door in sorted(self._doors(), key=lambda door: self._far(door, wanted, unit)):
            raw = self._encode(self._schema(door), wanted, unit)
            raw = raw if isinstance(raw, Problem) else self._whole(door, raw, state)
            if not isinstance(raw, Problem):
                return [Command(self.thing.id, door.name, "property", raw)]
            problem = problem if problem and problem.reason == "out of range" else raw
        for name in self._ways(verb, wanted):
            if name in self.actions:
                own = name == "set" or (name == "arm" and wanted != "armed")
                given = self._fill(self.actions[name].schema, wanted, unit, fixed=not own)
                if not isinstance(given, Problem):
                    return [Command(self.thing.id, self.actions[name].name, "action", given)]
                problem = problem or given
        flipped = self._flip(wanted, state)
        if flipped is not None:
            return flipped
        if problem and problem.reason == "out of range" and VERBS[verb].takes != "value":
            problem = None
        return problem or Problem(
            "absent attribute", f"{_title(self.thing)} cannot {verb}" + ("" if VERBS[verb].roles else f" {self.role}")
        )

    def _far(self, door: Affordance, wanted: Any, unit: str | None) -> tuple[bool, bool]:
        """A number is for a property of numbers, where there is also one of words; a percentage for one in percent."""
        schema = self._schema(door)
        number = isinstance(wanted, (int, float)) and not isinstance(wanted, bool) and 0 < wanted < 100
        return number and bool(schema.enum), number and unit_of(unit) == "%" and unit_of(schema.unit) != "%"

    def _ways(self, verb: str, wanted: Any) -> tuple[str, ...]:
        """Return the verbs of actions that bring about a value, the surest first; an alarm is armed in one way only."""
        if self.like == "alarm" and isinstance(wanted, str) and wanted.startswith("armed"):
            way = wanted.replace("armed", "arm")
            return (way, "arm", "set", *(("arm away",) if way == "arm" else ()))
        return (verb, *self._verbs_for(wanted), *_SAME_ACTION.get(verb, ()))

    def _verbs_for(self, wanted: Any) -> tuple[str, ...]:
        """Verbs of actions that bring about a value, the general "set" last."""
        if self.shape not in ("number", "color", "text"):
            truth = wanted if isinstance(wanted, bool) else None
            if isinstance(wanted, str) and (self.shape in ("switch", "percent") or self.like in STATES):
                wanted = self.said(wanted)
            fitting = [
                verb
                for verb, sense in VERBS.items()
                if self.like in sense.roles and (type(sense.value), sense.value) == (type(wanted), wanted)
            ]
            if self.shape == "percent" and wanted in (0, 100) and truth is None:
                fitting = [
                    verb for verb in ("open", "close") if VERBS[verb].value == wanted and self.like == "position"
                ]
            return (*fitting, "set")
        return ("set",)

    def _encode(self, schema: Schema, wanted: Any, unit: str | None, *, clip: bool = False) -> Any:
        if schema.const is not None and not schema.enum:
            schema = Schema(type=schema.type, enum=(schema.const,))
        if self.shape == "color":
            return values.encode_color(schema, wanted)
        if self.like == "color temperature":
            return values.encode_white(schema, wanted, unit, clip=clip)
        if schema.enum:
            return self._pick(schema.enum, wanted)
        if schema.one_of:
            tried = [self._encode(values.flat(part), wanted, unit, clip=clip) for part in schema.one_of]
            return next((raw for raw in tried if not isinstance(raw, Problem)), tried[0])
        if schema.type == "boolean":
            if self._between(wanted):
                return Problem("absent attribute", f"{_title(self.thing)} can only be open or closed, on or off")
            truth = self._truth(wanted)
            return (
                Problem("out of range", f"{wanted} is neither on nor off") if truth is None else truth ^ self.inverted
            )
        if schema.type in ("integer", "number"):
            return self._encode_number(schema, wanted, unit, clip=clip)
        return self._encode_text(schema, wanted, unit)

    def _between(self, wanted: Any) -> bool:
        """Whether a part of the way is asked for: 30 %, half."""
        if self.shape != "percent" or isinstance(wanted, bool):
            return False
        share = values.percent_of(wanted) if isinstance(wanted, str) else wanted
        return isinstance(share, (int, float)) and 0 < share < 100

    def _pick(self, choices: tuple[Any, ...], wanted: Any) -> Any:
        if isinstance(wanted, bool) and self.shape == "percent":
            wanted = 100 if wanted else 0
        if self.shape == "switch" and not isinstance(wanted, bool):
            truth = self._truth(wanted)
            wanted = wanted if truth is None else truth
        tried = values.pick(choices, self.like, wanted)
        if isinstance(tried, Problem) and wanted in _SAME_STATE and self.like in STATES and not self._brings(wanted):
            tried = values.pick(choices, self.like, _SAME_STATE[wanted])
        if isinstance(tried, Problem) and self.shape == "percent" and isinstance(wanted, str):
            percent = values.percent_of(wanted)
            tried = tried if percent is None else values.pick(choices, self.like, int(percent))
        if isinstance(tried, Problem) and self.like == "mode" and wanted == "on":
            return _on_mode(choices)
        if isinstance(tried, Problem) and self.shape == "percent" and isinstance(wanted, (int, float)):
            exact = (choice for choice in choices if values.percent_of(choice) == wanted)
            tried = next(exact, tried)
        if isinstance(tried, Problem) and self.like in ("position", "tilt") and self._between(wanted):
            return Problem("absent attribute", f"{_title(self.thing)} can only be open or closed")
        return tried

    def _brings(self, wanted: Any) -> bool:
        """Whether an action brings about exactly that: a robot that stops and can dock is not stopped to be docked."""
        return any(verb in VERBS and VERBS[verb].value == wanted for verb in self.actions)

    def _truth(self, wanted: Any) -> bool | None:
        if isinstance(wanted, bool):
            return wanted
        if isinstance(wanted, (int, float)):
            return wanted > 0
        if wanted in ("stopped", "paused", "docked", "disarmed"):
            return (
                False
                if self.like != "position" and not (self.like in ("cleaning", "mowing") and wanted == "docked")
                else None
            )
        if wanted in ("playing", "running", "armed"):
            return True
        return values.decode_switch(self.like, wanted)

    def _encode_number(self, schema: Schema, wanted: Any, unit: str | None, *, clip: bool) -> Any:
        if self.shape == "percent":
            return values.encode_percent(schema, self.like, wanted, unit, inverted=self.inverted, clip=clip)
        if self.shape in ("switch", "choice") or isinstance(wanted, bool):
            truth = self._truth(wanted)
            high = schema.maximum if schema.maximum is not None else 1
            low = schema.minimum if schema.minimum is not None else 0
            return (
                Problem("out of range", f"{wanted} is no number")
                if truth is None
                else values.encode_number(schema, high if truth ^ self.inverted else low)
            )
        number = _number(wanted)
        if not isinstance(number, (int, float)):
            percent = values.percent_of(wanted) if isinstance(wanted, str) else None
            if percent is None or schema.minimum is None or schema.maximum is None:
                return Problem("out of range", f'"{str(wanted)[:60]}" is not a number')
            number = schema.minimum + percent / 100 * (schema.maximum - schema.minimum)
        centi = self._in_hundredths(schema)
        raw = convert(float(number), unit or "C", "cC") if centi else convert(float(number), unit, schema.unit)
        if raw is None:
            return Problem("out of range", f"{self.role} is in {schema.unit}, not in {unit}")
        return values.encode_number(schema, raw, clip=clip)

    def _in_hundredths(self, schema: Schema) -> bool:
        return self.hundredths or values.in_hundredths(schema, self.like)

    def _encode_text(self, schema: Schema, wanted: Any, unit: str | None) -> Any:
        if schema.type == "array":
            return Problem("absent attribute", f"{self.role} of {_title(self.thing)} is a list")
        if schema.type == "object":
            return self._fill(schema, wanted, unit, fixed=False)
        if schema.type == "null":
            return Problem("absent attribute", f"{self.role} takes no value")
        if self.shape == "percent" or (schema.type is None and self.shape == "number"):
            return values.encode_percent(Schema(), self.like, wanted, unit) if self.shape == "percent" else wanted
        if self.shape == "switch" and schema.type is None:
            truth = self._truth(wanted)
            return wanted if truth is None else truth ^ self.inverted
        words = STATES.get(self.like, {}).get(wanted, ()) if self.shape in ("switch", "choice") else ()
        if schema.type == "string" and not isinstance(wanted, str) and not words:
            wanted = "true" if wanted is True else "false" if wanted is False else f"{wanted:g}"
        if schema.max_length is not None and isinstance(wanted, str) and len(wanted) > schema.max_length:
            return Problem("out of range", f"longer than {schema.max_length} characters")
        return words[0] if words else wanted

    def _whole(self, door: Affordance, raw: Any, state: State) -> Any:
        """Return an object with the one part that changes, and the others that it must have as they are now."""
        if not self.path:
            return raw
        present = state.get(self.thing.id, door.name)
        whole: Any = raw
        schemas = [values.flat(door.schema)]
        for name in self.path[:-1]:
            schemas.append(values.flat(schemas[-1].properties.get(name)))
        for depth in range(len(self.path) - 1, -1, -1):
            held = _at(present, self.path[:depth])
            others = {
                k: held[k]
                for k in schemas[depth].required
                if isinstance(held, Mapping) and k in held and k != self.path[depth]
            }
            missing = [k for k in schemas[depth].required if k not in others and k != self.path[depth]]
            if missing:
                return Problem(
                    "unknown state", f"{missing[0]} of {_title(self.thing)} is not known, and has to be sent too"
                )
            whole = {**others, self.path[depth]: whole}
        return whole

    def _fill(self, schema: Schema | None, wanted: Any, unit: str | None, *, fixed: bool) -> Any:
        """Return the input of an action; fixed: the action's name says it all, a value is only sent where it must
        be."""
        if schema is None or schema.type == "null":
            return None if fixed else Problem("absent attribute", f"{self.role} takes no value")
        schema = values.flat(schema)
        if schema.type != "object" and not schema.properties:
            return schema.default if fixed and schema.default is not None else self._encode(schema, wanted, unit)
        filled = {
            name: part.default if part.default is not None else part.const for name, part in schema.properties.items()
        }
        filled = {name: part for name, part in filled.items() if part is not None and name in schema.required}
        open_names = [name for name in schema.required if name not in filled]
        undescribed = any(part not in schema.properties for part in open_names)
        name = None if undescribed or (fixed and not open_names) else _slot(schema, self, open_names)
        if name is None:
            return (
                filled
                if fixed and not open_names
                else Problem("absent attribute", f"{_title(self.thing)} needs more than {self.role}")
            )
        if (self.shape == "color" and {plain(part) for part in schema.properties} >= {"hue"}) or name == "*":
            return values.encode_color(schema, wanted)
        part = values.flat(schema.properties[name])
        if fixed and self.shape != "percent" and part.type in ("integer", "number") and part.maximum != 1:
            return Problem("unclear", f"{_title(self.thing)} also needs {name}")
        raw = self._encode(part, wanted, unit)
        missing = [other for other in open_names if other != name]
        if missing and not isinstance(raw, Problem):
            return Problem("absent attribute", f"{_title(self.thing)} also needs {missing[0]}")
        return raw if isinstance(raw, Problem) else {**filled, name: raw}

    def _flip(self, wanted: Any, state: State) -> list[Command] | None:
        """A toggle brings about a value only where the present one is known."""
        if "toggle" not in self.actions or self.actions["toggle"].schema is not None:
            return None
        present, truth = self.value(state), self._truth(wanted)
        present = (
            present > 0
            if isinstance(present, float)
            else {"playing": True, "running": True, "paused": False, "stopped": False}.get(present, present)
            if isinstance(present, str)
            else present
        )
        if not isinstance(present, bool) or truth is None:
            return None
        return [] if present == truth else [Command(self.thing.id, self.actions["toggle"].name, "action", None)]

    def _toggle(self, state: State) -> list[Command] | Problem:
        if "toggle" in self.actions:
            return [Command(self.thing.id, self.actions["toggle"].name, "action", None)]
        for door in self._doors():
            for choice in self._schema(door).enum:
                if isinstance(choice, str) and plain(choice) == "toggle":
                    return [Command(self.thing.id, door.name, "property", choice)]
        present = self.value(state)
        if present is UNKNOWN:
            return Problem("unknown state", f"whether {_title(self.thing)} is on is not known")
        truth = present > 0 if isinstance(present, (int, float)) and not isinstance(present, bool) else bool(present)
        return self._reach("turn off" if truth else "turn on", not truth, None, state)

    def _run(self, value: Value, unit: str | None) -> list[Command] | Problem:
        action = self.actions.get("run") or next(iter(self.actions.values()), None)
        if action is None:
            door = self.write
            if door is not None and self.shape == "trigger":
                schema = self._schema(door)
                return [Command(self.thing.id, door.name, "property", schema.enum[0] if schema.enum else schema.const)]
            return Problem("absent attribute", f"{_title(self.thing)} cannot run {self.role}")
        given = self._fill(action.schema, value, unit, fixed=value is None)
        if value is None and (
            isinstance(given, Problem)
            or (given is None and action.schema is not None and action.schema.type not in (None, "null"))
        ):
            return Problem("unclear", f"{self.role} of {_title(self.thing)} needs a value")
        return given if isinstance(given, Problem) else [Command(self.thing.id, action.name, "action", given)]

    def _step_through(self, verb: str, state: State) -> list[Command] | Problem:
        if verb in self.actions:
            return [
                Command(
                    self.thing.id,
                    self.actions[verb].name,
                    "action",
                    self._fill(self.actions[verb].schema, None, None, fixed=True),
                )
            ]
        for door in self._doors():
            raw = values.pick(self._schema(door).enum, "track", verb) if self._schema(door).enum else None
            if raw is not None and not isinstance(raw, Problem):
                return [Command(self.thing.id, door.name, "property", raw)]
        if "set" in self.actions and self.like == "playback":
            given = self._fill(self.actions["set"].schema, verb, None, fixed=False)
            return given if isinstance(given, Problem) else self._invoked("set", given)
        if self.like == "channel":
            return self._relative("raise" if verb == "next" else "lower", None, None, state)
        return Problem("absent attribute", f"{_title(self.thing)} cannot go to the {verb} {self.role}")

    def _invoked(self, verb: str, given: Any) -> list[Command]:
        return [Command(self.thing.id, self.actions[verb].name, "action", given)]

    def _relative(self, verb: str, value: Value, unit: str | None, state: State) -> list[Command] | Problem:
        door = next(
            (
                door
                for door in self._doors()
                if self._schema(door).type in ("integer", "number", None) and not self._schema(door).enum
            ),
            None,
        )
        present, sign = self.raw(state), 1 if verb == "raise" else -1
        if door is None and len(self.choices) > 1 and self.write is not None:
            return self._next_choice(sign, present)
        if verb in self.actions and (door is None or present is UNKNOWN):
            return self._nudge(verb, value, unit)
        if door is None and "set" in self.actions:
            return self._relative_set(verb, value, unit, present, state)
        if door is None:
            return Problem("absent attribute", f"{self.role} of {_title(self.thing)} cannot be changed by degrees")
        raw = self._moved(self._schema(door), sign, value, unit, present)
        raw = raw if isinstance(raw, Problem) else self._whole(door, raw, state)
        return raw if isinstance(raw, Problem) else [Command(self.thing.id, door.name, "property", raw)]

    def _moved(self, schema: Schema, sign: int, value: Value, unit: str | None, present: Any) -> Any:
        if present is UNKNOWN or not isinstance(present, (int, float)) or isinstance(present, bool):
            if value is not None:
                return Problem(
                    "unknown state",
                    f"{self.role} of {_title(self.thing)} is not known, so it cannot be changed by {value}",
                )
            return self._assumed(schema, sign)
        amount = _number(value) if value is not None else STEPS.get(self.like)
        if amount is not None and not isinstance(amount, (int, float)):
            return Problem("unclear", f"{value} is no amount")
        low, high = values.span_of(schema, self.like)
        if self.shape == "percent" or amount is None or unit_of(unit) == "%":
            amount = 10.0 if amount is None else amount
            moved = (
                amount if value is not None and high - low < 100 and unit is None else amount / 100 * (high - low)
            ) * (-sign if self.inverted else sign)
            least = schema.multiple_of or (1 if schema.type == "integer" else 0)
            moved = math.copysign(least, moved) if 0 < abs(moved) < least else moved
        elif self.like == "color temperature" and values.is_mired(schema):
            moved = -sign * (amount if value is not None and unit_of(unit) != "K" else 50)
        else:
            moved = (
                sign * (convert_span(amount, unit, schema.unit) or amount)
                if value is not None
                else sign * self._step(amount, schema)
            )
            moved = moved * 100 if self._in_hundredths(schema) and unit_of(unit) != "cC" else moved
        return values.encode_number(
            schema,
            present + moved,
            low=schema.minimum,
            high=schema.maximum if schema.maximum is not None else high if self.shape == "percent" else None,
            clip=True,
        )

    def _step(self, amount: float, schema: Schema) -> float:
        if self._in_hundredths(schema):
            return amount
        if self.like == "target temperature" and (unit_of(schema.unit) == "F" or (schema.maximum or 0) > 60):
            amount *= 2
        return max(amount, schema.multiple_of or 0)

    def _assumed(self, schema: Schema, sign: int) -> Any:
        """What brighter, louder, colder mean while the present state is not known."""
        assumed = ASSUMED.get(("raise" if sign > 0 else "lower", self.like))
        if self.like == "target temperature" and assumed is not None and self._in_hundredths(schema):
            return values.encode_number(schema, assumed * 100, clip=True)
        if self.like == "target temperature" and assumed is not None:
            fahrenheit = unit_of(schema.unit) == "F" or (unit_of(schema.unit) is None and (schema.maximum or 0) > 60)
            return values.encode_number(schema, assumed * 1.8 + 32 if fahrenheit else assumed, clip=True)
        percent = assumed if assumed is not None else 75.0 if sign > 0 else 25.0
        if self.shape == "percent":
            return values.encode_percent(schema, self.like, percent, "%", inverted=self.inverted, clip=True)
        if schema.minimum is None or schema.maximum is None:
            return Problem("unknown state", f"{self.role} of {_title(self.thing)} is not known")
        percent = 100 - percent if self.like == "color temperature" and values.is_mired(schema) else percent
        return values.encode_number(
            schema, schema.minimum + percent / 100 * (schema.maximum - schema.minimum), clip=True
        )

    def _next_choice(self, sign: int, present: Any) -> list[Command] | Problem:
        assert self.write is not None
        ordered = [
            choice for choice in self.choices if not any(values.same_word(choice, word) for word in ("off", "auto"))
        ]
        if not ordered:
            return Problem("absent attribute", f"{self.role} of {_title(self.thing)} has no levels")
        if present in ordered:
            chosen = ordered[min(len(ordered) - 1, max(0, ordered.index(present) + sign))]
        else:
            chosen = ordered[-1] if sign > 0 else ordered[0]
        return [Command(self.thing.id, self.write.name, "property", chosen)]

    def _nudge(self, verb: str, value: Value, unit: str | None) -> list[Command] | Problem:
        action = self.actions[verb]
        given = (
            None
            if action.schema is None
            else self._fill(action.schema, STEPS.get(self.like, 10) if value is None else value, unit, fixed=False)
        )
        return given if isinstance(given, Problem) else [Command(self.thing.id, action.name, "action", given)]

    def _relative_set(
        self, verb: str, value: Value, unit: str | None, present: Any, state: State
    ) -> list[Command] | Problem:
        schema = values.flat(self.actions["set"].schema)
        name = _slot(schema, self, list(schema.required)) if schema.properties else None
        inner = values.flat(schema.properties[name]) if name and name in schema.properties else schema
        if inner.enum or inner.type not in ("integer", "number", None):
            return Problem("absent attribute", f"{self.role} of {_title(self.thing)} cannot be changed by degrees")
        raw = self._moved(inner, 1 if verb == "raise" else -1, value, unit, present)
        if isinstance(raw, Problem):
            return raw
        return [Command(self.thing.id, self.actions["set"].name, "action", {name: raw} if name else raw)]

    def _of_parts(self, verb: str, value: Value, unit: str | None, state: State) -> list[Command] | Problem:
        found: list[Command] = []
        for part in self.parts:
            one = part.commands(verb, value, unit, state)
            if isinstance(one, Problem):
                return one
            found += one
        return found


def _slot(schema: Schema, feature: Feature, open_names: list[str]) -> str | None:
    """Return the name of the input's part that takes the value, "*" where the whole is a colour."""
    if (
        feature.shape == "color"
        and {plain(name)[:1] for name in schema.properties} & {"r", "h", "x"}
        and len(schema.properties) > 1
    ):
        return "*"
    wanted = {feature.role, feature.like, *ROLES[feature.like].names} if feature.like in ROLES else {feature.role}
    named = [name for name in schema.properties if plain(name) in wanted]
    named += [
        name
        for name in schema.properties
        if plain(name) in ("value", "level", "target", "to", "percent", "percentage", "state", "amount")
    ]
    if not named and len(open_names) == 1:
        named = open_names
    if not named and len(schema.properties) == 1:
        named = list(schema.properties)
    return named[0] if named else None


def _armed(said: str) -> str | None:
    """Return the state of an alarm that a word names: "stay" is armed home."""
    word = fold(plain(said))
    if word in ("armed", "arm", "on"):
        return "armed"
    named = (state for state, words in STATES["alarm"].items() if word in words)
    return next((str(state) for state in named if state not in ("armed", "triggered")), None)


def _on_mode(choices: tuple[Any, ...]) -> Any:
    for wish in ("on", "auto", "heat", "cool"):
        for choice in choices:
            if values.same_word(choice, wish):
                return choice
    return next(
        (choice for choice in choices if not values.same_word(choice, "off")),
        Problem("out of range", "there is no mode that is on"),
    )


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str):
        return value
    try:
        return float(value) if len(value) < 40 else value
    except ValueError:
        return value


def _title(thing: Thing) -> str:
    return (thing.title or thing.id)[:60]


Way = Literal["property", "action"]
