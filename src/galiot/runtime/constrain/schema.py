"""JSON that a schema describes, compact and complete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from galiot.errors import RequestError
from galiot.runtime.constrain.base import Constraint
from galiot.runtime.constrain.vocabulary import TokenTable, Vocabulary

_OPTIONS = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}
_MAPS = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
_LISTS = {"prefixItems", "anyOf", "oneOf", "allOf"}
_SINGLE = {"items", "additionalProperties", "additionalItems", "contains", "not"}
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_EXACT = 2**53
_OUTLINED = 24  # fields, and values of a field
_MOST_BYTES = 4 * 2**20
# A weak model repeats digits until it is stopped; doubles hold 17, and exponents overflow them.
_LONG_NUMBER = re.compile(rb"(?<![\w.+-])-?(?:[\d.]*[eE][-+.\d]*|(?:\.?\d){18,})$")


def from_schema(schema: object, tokenizer: TokenTable | Vocabulary, *, max_tokens: int) -> Constraint:
    """Constrain output to compact JSON that satisfies a JSON Schema (2020-12) and ends within `max_tokens`.

    Names in an object follow the order of the schema and come once; names beyond `properties` come only where the
    schema speaks of them. A keyword that cannot be kept is refused, not ignored.
    raises: RequestError if the schema is no schema, cannot be satisfied, or not within max_tokens
    """
    text = _checked(schema)
    grammar = f'%llguidance {{"no_forcing": true}}\nstart: %json {text}'
    return Constraint(
        grammar, tokenizer, max_tokens=max_tokens, what="the schema", complete=_is_json, avoid=_LONG_NUMBER
    )


def parse_schema(text: str | bytes) -> dict[str, Any]:
    """Read a schema from the text of a file; raises RequestError that says where it is malformed."""
    if len(text) > _MOST_BYTES:
        raise RequestError(f"the schema has {len(text)} bytes, at most {_MOST_BYTES} are read")
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        raise RequestError(f"the schema is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise RequestError(f"the schema is not JSON: {str(error).splitlines()[0]}") from None
    if not isinstance(schema, dict):
        raise RequestError(f"the schema is {_kind(schema)}, expected an object")
    return schema


def outline(schema: Mapping[str, Any]) -> str:
    """Describe a schema in a few words, to stand before a question: a model that knows the fields fills them better."""
    fields = schema.get("properties")
    if not isinstance(fields, dict) or not fields:
        return f"Answer with JSON: {_describe(schema)}."
    listed = [f"- {name} ({_describe(part)})" for name, part in list(fields.items())[:_OUTLINED]]
    return "\n".join(["Answer as JSON with these fields:", *listed])


def _describe(part: object) -> str:
    if not isinstance(part, Mapping):
        return "anything"
    said = [part["description"]] if isinstance(part.get("description"), str) else []
    if isinstance(part.get("enum"), list):
        said.append("one of " + ", ".join(json.dumps(value, ensure_ascii=False) for value in part["enum"][:_OUTLINED]))
    elif "const" in part:
        said.append("always " + json.dumps(part["const"], ensure_ascii=False))
    else:
        kind = part.get("type", "anything")
        said.append(" or ".join(map(str, kind)) if isinstance(kind, list) else str(kind))
        if isinstance(part.get("items"), dict):
            said.append("each " + _describe(part["items"]))
    return ", ".join(said)


def _checked(schema: object) -> str:
    if schema is True:
        schema = {}
    if schema is False:
        raise RequestError("the schema is false, which nothing satisfies")
    if not isinstance(schema, dict):
        raise RequestError(f"the schema is {_kind(schema)}, expected an object")
    try:
        tighter = _tighter(schema, close=not any(map(_joins, _nodes(schema))))
        text = json.dumps(tighter | {"x-guidance": _OPTIONS}, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestError(f"the schema is not JSON: {error}") from None
    if len(text) > _MOST_BYTES:
        raise RequestError(f"the schema has {len(text)} bytes, at most {_MOST_BYTES} are read")
    return text


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """A schema and all schemas inside it."""
    if not isinstance(node, dict):
        return
    yield node
    for keyword, value in node.items():
        if keyword in _MAPS and isinstance(value, dict):
            parts = list(value.values())
        else:
            parts = value if keyword in _LISTS and isinstance(value, list) else [value] if keyword in _SINGLE else []
        for part in parts:
            yield from _nodes(part)


def _joins(node: dict[str, Any]) -> bool:
    """Whether objects are put together from several schemas, so that none of them may be closed on its own."""
    joined = node.keys() & {"anyOf", "oneOf", "$ref", "patternProperties"} and node.keys() & {"properties", "required"}
    return bool(joined) or "allOf" in node or "unevaluatedProperties" in node


def _tighter(node: Any, *, close: bool) -> Any:
    """The same schema, but numbers stay where a double is exact, and listed properties are all there are if `close`."""
    if not isinstance(node, dict):
        return node
    copy = dict(node)
    for keyword, value in node.items():
        if keyword in _MAPS and isinstance(value, dict):
            copy[keyword] = {name: _tighter(part, close=close) for name, part in value.items()}
        elif keyword in _LISTS and isinstance(value, list):
            copy[keyword] = [_tighter(part, close=close) for part in value]
        elif keyword in _SINGLE:
            copy[keyword] = _tighter(value, close=close)
        elif keyword in ("const", "enum"):
            _check_constants(keyword, value)
        elif keyword in _BOUNDS and isinstance(value, int | float):
            copy[keyword] = _exact(keyword, value)
    names, required = node.get("properties"), node.get("required", [])
    if close and isinstance(names, dict) and isinstance(required, list) and all(name in names for name in required):
        copy.setdefault("additionalProperties", False)
    return copy


def _exact(keyword: str, bound: float) -> float:
    """A bound that doubles represent exactly: the compiler bends others without a word."""
    sign = 1 if keyword in ("maximum", "exclusiveMaximum") else -1
    if sign * bound < -_EXACT:
        raise RequestError(
            f"the schema: {keyword} {bound} leaves only numbers beyond ±{_EXACT}, which are not supported"
        )
    return sign * _EXACT if sign * bound > _EXACT else bound


def _check_constants(keyword: str, value: Any) -> None:
    if isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            _check_constants(keyword, part)
    elif isinstance(value, int) and abs(value) > _EXACT:
        raise RequestError(f"the schema: {keyword} {value} is beyond ±{_EXACT}, which is not supported")


def _is_json(text: bytes) -> bool:
    """Whether the text is JSON whose objects have every name once, which a grammar cannot promise."""
    try:
        json.loads(text, object_pairs_hook=_unique, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return False
    return True


def _unique(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name comes twice")


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a string", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), "a number")
