"""Plans as JSON, and back: each object names its class, so that a stored plan reads as what it was."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

from galiot.agent import plan as plans
from galiot.errors import RequestError

_CLASSES: dict[str, type] = {
    kind.__name__.lower(): kind
    for kind in vars(plans).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
}


def to_json(part: Any) -> Any:
    """Return a plan or a part of one as JSON has it; fields at their defaults are left out.

    A step is written flat: {"kind": "do", "verb": "lock", ..., "guards": [...]}.
    """
    if isinstance(part, tuple | list):
        return [to_json(item) for item in part]
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        return part
    if isinstance(part, plans.Step):
        guards = {"guards": to_json(part.guards)} if part.guards else {}
        return {**to_json(part.act), **guards}
    fields = {
        field.name: to_json(getattr(part, field.name))
        for field in dataclasses.fields(part)
        if getattr(part, field.name) != field.default
    }
    return fields if isinstance(part, plans.Target | plans.Operand) else {"kind": type(part).__name__.lower(), **fields}


def from_json(content: Mapping[str, Any], kind: type | None = None) -> Any:
    """Return what `to_json` was given.

    kind: the class, where the object does not name it
    raises: RequestError for what is no part of a plan
    """
    try:
        named = content.get("kind")
        found = kind or _CLASSES[typing.cast(str, named)]
        if found is plans.Step:
            inner = {key: value for key, value in content.items() if key != "guards"}
            return plans.Step(from_json(inner), tuple(from_json(guard) for guard in content.get("guards", ())))
        hints = _hints(found)
        return found(**{key: _value(value, hints[key]) for key, value in content.items() if key != "kind"})
    except (KeyError, TypeError, AttributeError) as error:
        raise RequestError(f"{str(content)[:80]} is no part of a plan") from error


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(value: Any, hint: Any) -> Any:
    """Return a field's value by its annotation: tuples, classes of the plan, or what JSON has."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return tuple(_value(item, arguments[0]) for item in value)
    if hint is plans.Step or hint in (plans.Target, plans.Operand):
        return from_json(value, hint)
    if isinstance(value, Mapping) and "thing" in value and "kind" not in value:
        return from_json(value, plans.Operand)
    if isinstance(value, Mapping) and (origin in (types.UnionType, typing.Union) or hint in _CLASSES.values()):
        return from_json(value)
    return value
