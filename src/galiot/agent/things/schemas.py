"""Data schemas and forms of a Thing Description: read with every slip named, written back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from galiot.agent.thing import Form, Schema

TYPES = ("boolean", "integer", "number", "string", "object", "array", "null")
LONGEST_TEXT = 2000  # characters of a title, a name or a unit
_DEEPEST = 12  # schemas inside each other
_MOST_CHOICES = 4096


class Malformed(Exception):
    """A description that makes no sense: where, and what is wrong; becomes one line for the user."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}" if where else problem)


def read_schema(data: Any, where: str, *, depth: int = 0) -> Schema:
    """Return the schema of TD 1.1, section 5.3.2, that an object describes.

    raises: Malformed
    """
    data = a_mapping(data, where)
    if depth > _DEEPEST:
        raise Malformed(where, f"schemas lie more than {_DEEPEST} deep in each other")
    type_ = data.get("type")
    if type_ is not None and type_ not in TYPES:
        raise Malformed(where, f"type {_shown(type_)} is none of {', '.join(TYPES)}")
    low, high = (
        _bound(data, "minimum", "exclusiveMinimum", type_, where),
        _bound(data, "maximum", "exclusiveMaximum", type_, where),
    )
    if low is not None and high is not None and low > high:
        raise Malformed(where, f"minimum {low:g} is above maximum {high:g}")
    step = a_number(data.get("multipleOf"), f"{where}.multipleOf")
    if step is not None and step <= 0:
        raise Malformed(where, f"multipleOf is {step:g}, it must be above 0")
    return Schema(
        type=type_,
        minimum=low,
        maximum=high,
        multiple_of=step,
        unit=a_text(data.get("unit"), f"{where}.unit"),
        enum=_choices(data.get("enum"), where),
        const=data.get("const"),
        default=data.get("default"),
        max_length=_length(data.get("maxLength"), where),
        properties={
            a_name(name, where): read_schema(part, f"{where}.{name[:40]}", depth=depth + 1)
            for name, part in a_mapping(data.get("properties") or {}, f"{where}.properties").items()
        },
        required=tuple(texts(data.get("required"), f"{where}.required")),
        items=_items(data.get("items"), where, depth),
        one_of=tuple(
            read_schema(part, f"{where}.oneOf[{number}]", depth=depth + 1)
            for number, part in enumerate(a_list(data.get("oneOf"), f"{where}.oneOf"))
        ),
    )


def write_schema(schema: Schema) -> dict[str, Any]:
    """Return the object that `read_schema` reads as this schema."""
    plain: dict[str, Any] = {
        "type": schema.type,
        "minimum": schema.minimum,
        "maximum": schema.maximum,
        "multipleOf": schema.multiple_of,
        "unit": schema.unit,
        "enum": list(schema.enum) or None,
        "const": schema.const,
        "default": schema.default,
        "maxLength": schema.max_length,
        "properties": {name: write_schema(part) for name, part in schema.properties.items()} or None,
        "required": list(schema.required) or None,
        "items": write_schema(schema.items) if schema.items else None,
        "oneOf": [write_schema(part) for part in schema.one_of] or None,
    }
    return {name: value for name, value in plain.items() if value is not None}


def read_forms(data: Mapping[str, Any], where: str) -> tuple[Form, ...]:
    """Return the forms of an affordance; `links`, as Web Thing gateways have them, where there are none."""
    listed = a_list(data.get("forms"), f"{where}.forms")
    if not listed and isinstance(data.get("links"), list):
        listed = [
            link
            for link in data["links"]
            if isinstance(link, Mapping) and link.get("rel") in (None, "property", "action", "event")
        ]
    return tuple(_form(form, f"{where}.forms[{number}]") for number, form in enumerate(listed))


def write_form(form: Form) -> dict[str, Any]:
    """Return the object that is read as this form."""
    written: dict[str, Any] = {"href": form.href}
    if form.operations:
        written["op"] = list(form.operations)
    if form.content_type != "application/json":
        written["contentType"] = form.content_type
    return {**written, **form.terms}


def a_mapping(data: Any, where: str) -> Mapping[str, Any]:
    """Return an object, or raise Malformed."""
    if not isinstance(data, Mapping):
        raise Malformed(where, f"is {_shown(data)}, expected an object")
    return data


def a_list(data: Any, where: str) -> Sequence[Any]:
    """Return a list; a missing one is empty."""
    if data is None:
        return ()
    if not isinstance(data, list):
        raise Malformed(where, f"is {_shown(data)}, expected a list")
    return data


def a_text(data: Any, where: str) -> str | None:
    """Return a text of a length that can be meant, None where it is missing."""
    if data is None:
        return None
    if not isinstance(data, str):
        raise Malformed(where, f"is {_shown(data)}, expected a text")
    if len(data) > LONGEST_TEXT:
        raise Malformed(where, f"has {len(data)} characters, at most {LONGEST_TEXT} are allowed")
    return data


def a_name(name: str, where: str) -> str:
    """Return the name of a property, action or event."""
    if not name.strip() or len(name) > LONGEST_TEXT:
        raise Malformed(
            where,
            "has a name that is empty"
            if not name.strip()
            else f"has a name of {len(name)} characters, at most {LONGEST_TEXT} are allowed",
        )
    return name


def a_number(data: Any, where: str) -> float | None:
    """Return a finite number, None where it is missing."""
    if data is None:
        return None
    if isinstance(data, bool) or not isinstance(data, (int, float)) or not math.isfinite(data) or abs(data) > 1e300:
        raise Malformed(where, f"is {_shown(data)}, expected a number")
    return data


def texts(data: Any, where: str) -> list[str]:
    """Return a list of texts from a list, one text, or nothing; empty and null entries are left out."""
    if data is None:
        return []
    found = (
        [a_text(part, f"{where}[{number}]") for number, part in enumerate(data)]
        if isinstance(data, list)
        else [a_text(data, where)]
    )
    return [part for part in found if part and part.strip()]


def flag(data: Any, where: str) -> bool:
    """Return a truth value; a missing one is false."""
    if data is not None and not isinstance(data, bool):
        raise Malformed(where, f"is {_shown(data)}, expected true or false")
    return bool(data)


def _bound(data: Mapping[str, Any], name: str, exclusive: str, type_: Any, where: str) -> float | None:
    bound = a_number(data.get(name), f"{where}.{name}")
    if bound is not None:
        return bound
    outside = a_number(data.get(exclusive), f"{where}.{exclusive}")
    if outside is None or type_ != "integer":
        return outside
    return math.floor(outside) + 1 if name == "minimum" else math.ceil(outside) - 1


def _choices(data: Any, where: str) -> tuple[Any, ...]:
    choices = a_list(data, f"{where}.enum")
    if data is not None and not choices:
        raise Malformed(where, "enum is empty")
    if len(choices) > _MOST_CHOICES:
        raise Malformed(where, f"enum has {len(choices)} values, at most {_MOST_CHOICES} are allowed")
    return tuple(choices)


def _length(data: Any, where: str) -> int | None:
    number = a_number(data, f"{where}.maxLength")
    if number is not None and (number < 0 or number != int(number)):
        raise Malformed(where, f"maxLength is {number:g}")
    return None if number is None else int(number)


def _items(data: Any, where: str, depth: int) -> Schema | None:
    if isinstance(data, list):
        return read_schema(data[0], f"{where}.items", depth=depth + 1) if data else None
    return read_schema(data, f"{where}.items", depth=depth + 1) if data is not None else None


def _form(data: Any, where: str) -> Form:
    data = a_mapping(data, where)
    href = a_text(data.get("href"), f"{where}.href")
    if not href:
        raise Malformed(where, "has no href")
    terms = {name: value for name, value in data.items() if name not in ("href", "op", "contentType")}
    return Form(
        href=href,
        operations=tuple(texts(data.get("op"), f"{where}.op")),
        content_type=a_text(data.get("contentType"), where) or "application/json",
        terms=terms,
    )


def _shown(value: Any) -> str:
    if isinstance(value, (Mapping, list)):
        return "an object" if isinstance(value, Mapping) else "a list"
    if isinstance(value, str) and len(value) > 40:
        return f'"{value[:40]}..."'
    return f'"{value}"' if isinstance(value, str) else "null" if value is None else str(value)[:40].lower()
