"""The Jinja templates of discovery messages, in a sandbox: where a value lies, and what is sent for one.

Only expressions are taken: no loops, macros or calls, so a template ends; one that cannot be reduced to a place or to
a text around the value is None, and what depends on it is left out.
"""

from __future__ import annotations

import functools
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

PLACE = "{value}"
_LONGEST = 2000  # characters
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
            nodes.Filter, nodes.If, nodes.CondExpr,
            nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Keyword, nodes.Dict,
            nodes.Pair)  # fmt: skip
_HARMLESS = (
    "int",
    "float",
    "round",
    "string",
    "default",
    "d",
    "trim",
    "lower",
    "upper",
    "tojson",
    "to_json",
    "safe",
    "bool",
    "is_defined",
    "from_json",
)


class _Mark(str):
    """A text that stands for a value: filters that would convert it leave it alone."""


class _Finder:
    """Takes the place of a JSON message and remembers which way was taken into it."""

    def __init__(self, path: tuple[str | int, ...] = ()) -> None:
        self._path = path

    def __getattr__(self, name: str) -> _Finder:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Finder((*self._path, name))

    def __getitem__(self, name: str | int) -> _Finder:
        return _Finder((*self._path, name))

    def __str__(self) -> str:
        return "\0" + "\1".join(map(str, self._path)) + "\0"


def path_of(template: str | None) -> list[str] | None:
    """Return where "{{ value_json.a.b }}" finds its value: ["a", "b"]; [] for the whole message, None where that
    cannot be said."""
    if template is None:
        return []
    text = _rendered(template, value_json=_Finder(), value=_Finder(("",)))
    if text is None:
        return None
    text = text.strip()
    if text.count("\0") != 2 or text[0] != "\0" or text[-1] != "\0":
        return None
    path = text.strip("\0").split("\1") if text != "\0\0" else []
    return [] if path == [""] else path


def payload_of(template: str | None, name: str = "value", **others: Any) -> str | None:
    """Return the text that a command template makes, with "{value}" for the value; None where it cannot be said.

    others: further variables with fixed values
    """
    if template is None:
        return PLACE
    text = _rendered(template, **{name: _Mark(PLACE)}, **others)
    return None if text is None or (name and PLACE not in text) else text


def text_of(template: str, **others: Any) -> str | None:
    """Return what a template makes of fixed values, None where it makes nothing of them."""
    return _rendered(template, **others)


def _rendered(template: str, **variables: Any) -> str | None:
    if not isinstance(template, str) or len(template) > _LONGEST:
        return None
    try:
        if any(not isinstance(node, _ALLOWED) for node in _environment().parse(template).find_all(nodes.Node)):
            return None
        return _environment().from_string(template).render(**variables)
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError, LookupError):
        return None


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment()
    kept = {name: environment.filters.get(name) for name in _HARMLESS}
    environment.filters = {name: _passing(function) for name, function in kept.items()}
    return environment


def _passing(function: Any) -> Any:
    def passed(value: Any, *given: Any, **named: Any) -> Any:
        if isinstance(value, (_Mark, _Finder)) or function is None:
            return value
        return function(value, *given, **named)

    return passed
