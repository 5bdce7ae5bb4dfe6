"""Whether a value is one that a schema allows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from galiot.agent.thing import Schema

LARGEST_VALUE = 2**20  # characters of a value as JSON


def problem_of(schema: Schema | None, value: Any, where: str = "the value") -> str | None:
    """Return why a JSON value does not fit a schema, None when it does. No schema takes no value but None."""
    if schema is None:
        return None if value is None or value == {} else f"{where} is not wanted"
    if value is None and schema.type in (None, "null"):
        return None
    if problem := _problem_of_type(schema, value, where) or _problem_of_choice(schema, value, where):
        return problem
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _problem_of_number(schema, value, where)
    if isinstance(value, str) and schema.max_length is not None and len(value) > schema.max_length:
        return f"{where} has {len(value)} characters, at most {schema.max_length} are allowed"
    if isinstance(value, Mapping):
        return _problem_of_object(schema, value, where)
    if isinstance(value, list) and schema.items is not None:
        found = (problem_of(schema.items, item, f"{where}[{number}]") for number, item in enumerate(value))
        return next((problem for problem in found if problem), None)
    return None


def _problem_of_type(schema: Schema, value: Any, where: str) -> str | None:
    if schema.type is not None and not _TYPE_TESTS[schema.type](value):
        return f"{where} is {_shown(value)}, expected {'an' if schema.type[0] in 'aio' else 'a'} {schema.type}"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{where} is no number that JSON knows"
    if isinstance(value, str) and len(value) > LARGEST_VALUE:
        return f"{where} has {len(value)} characters, at most {LARGEST_VALUE} are sent"
    return None


def _problem_of_choice(schema: Schema, value: Any, where: str) -> str | None:
    if schema.enum and not any(_equal(value, choice) for choice in schema.enum):
        return f"{where} is {_shown(value)}, none of {', '.join(_shown(choice) for choice in schema.enum[:8])}"
    if schema.const is not None and not _equal(value, schema.const):
        return f"{where} is {_shown(value)}, it can only be {_shown(schema.const)}"
    if schema.one_of:
        problems = [problem_of(part, value, where) for part in schema.one_of]
        return None if None in problems else problems[0]
    return None


def _problem_of_number(schema: Schema, value: float, where: str) -> str | None:
    if schema.minimum is not None and value < schema.minimum:
        return f"{where} is {value:g}, at least {schema.minimum:g} is allowed"
    if schema.maximum is not None and value > schema.maximum:
        return f"{where} is {value:g}, at most {schema.maximum:g} is allowed"
    if schema.multiple_of and abs(value / schema.multiple_of - round(value / schema.multiple_of)) > 1e-6:
        return f"{where} is {value:g}, it must be a multiple of {schema.multiple_of:g}"
    return None


def _problem_of_object(schema: Schema, value: Mapping[str, Any], where: str) -> str | None:
    missing = [name for name in schema.required if name not in value]
    if missing:
        return f"{where} lacks {missing[0]}"
    found = (
        problem_of(part, value[name], f"{where}.{name}") for name, part in schema.properties.items() if name in value
    )
    return next((problem for problem in found if problem), None)


_TYPE_TESTS = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}


def _equal(one: Any, other: Any) -> bool:
    """1 is 1.0 and not true."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = str(type(value).__name__)
    return text if len(text) <= 40 else text[:37] + "..."
