"""Values as they travel: payload templates, places in JSON messages, words that stand for values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from galiot.agent.thing import Form, Schema

PLACE = "{value}"


def encode(form: Form, value: Any) -> bytes:
    """Return the message that carries a value, by the form's template; no value without a template is no bytes."""
    value = _to_wire(form, value)
    if "galiot:payload" in form.terms:
        value = _filled(form.terms["galiot:payload"], value)
        return value.encode() if isinstance(value, str) else _json(value).encode()
    if value is None:
        return b""
    return (_text(value) if form.content_type.startswith("text/") else _json(value)).encode()


def decode(form: Form, schema: Schema | None, payload: bytes) -> Any:
    """Return the value in a message.

    raises: ValueError when it is not there
    """
    text = payload.decode("utf-8")
    path = form.terms.get("galiot:path")
    value: Any
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        if path:
            raise ValueError(f"no JSON in {clip(text)!r}") from None
        value = text
    if path:
        value = _at(value, path)
    elif schema is not None and schema.type == "string" and not isinstance(value, str):
        value = text
    return _from_wire(form, value)


def clip(text: str, most: int = 80) -> str:
    """Return a device's text on one line, short, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def agree(wanted: Any, reported: Any, schema: Schema | None = None) -> bool:
    """Whether a report confirms what was written, as far as the device's own rounding goes."""
    if isinstance(wanted, Mapping):
        return isinstance(reported, Mapping) and all(
            key in reported and agree(each, reported[key], schema.properties.get(key) if schema else None)
            for key, each in wanted.items()
        )
    if isinstance(wanted, bool) or isinstance(reported, bool):
        return wanted is reported
    if isinstance(wanted, (int, float)) and isinstance(reported, (int, float)):
        return abs(wanted - reported) <= _rounding(schema, wanted)
    if isinstance(wanted, str) and isinstance(reported, str):
        return wanted.casefold() == reported.casefold()
    return bool(wanted == reported)


def _rounding(schema: Schema | None, wanted: float) -> float:
    exact = 1e-6 * max(1.0, abs(wanted))
    if schema is None:
        return exact
    if schema.minimum is not None and schema.maximum is not None and schema.maximum - schema.minimum >= 100:
        exact = max(exact, (schema.maximum - schema.minimum) / 100)
    return max(exact, schema.multiple_of or 0.0)


def _to_wire(form: Form, value: Any) -> Any:
    for wire, meant in form.terms.get("galiot:values", {}).items():
        if meant == value and isinstance(meant, bool) == isinstance(value, bool):
            return wire
    return value


def _from_wire(form: Form, value: Any) -> Any:
    values = form.terms.get("galiot:values")
    return values.get(_text(value), value) if values and not isinstance(value, (Mapping, list)) else value


def _filled(template: Any, value: Any) -> Any:
    if isinstance(template, str):
        return _text(value) if template == PLACE else template.replace(PLACE, _text(value))
    return _within(template, value)


def _within(template: Any, value: Any) -> Any:
    if isinstance(template, Mapping):
        return {key: _within(each, value) for key, each in template.items()}
    if isinstance(template, list):
        return [_within(each, value) for each in template]
    if isinstance(template, str) and PLACE in template:
        return value if template == PLACE else template.replace(PLACE, _text(value))
    return template


def _at(value: Any, path: str | Sequence[str | int]) -> Any:
    """Walk into JSON; a key that has dots in itself is found too."""
    if isinstance(path, str):
        if isinstance(value, Mapping) and path in value:
            return value[path]
        path = path.split(".")
    for key in path:
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and str(key).isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise ValueError(f"no {'.'.join(map(str, path))} in the message")
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
