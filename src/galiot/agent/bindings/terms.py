"""Whether the terms of a form are what `base` says they are: descriptions come from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from galiot.agent.thing import Form

_LONGEST = 2000  # characters


def problem_of(form: Form) -> str | None:
    """Return what is wrong with the address or the terms of a form, None when nothing is."""
    try:
        port = urlsplit(form.href).port
    except ValueError:
        port = -1
    if port == -1 or len(form.href) > _LONGEST:
        return "its address makes no sense"
    for term, fits in _FITS.items():
        if term in form.terms and not fits(form.terms[term]):
            return f"its {term} makes no sense"
    return None


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST


def _topic(value: Any) -> bool:
    return _text(value) and "\0" not in value


def _whole_topic(value: Any) -> bool:
    return _topic(value) and "+" not in value and "#" not in value


def _path(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, (str, int)) and not isinstance(each, bool) for each in value)
    return isinstance(value, str)


def _availability(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, Mapping)
        and _topic(each.get("topic"))
        and _path(each.get("path") or "")
        and isinstance(each.get("offline", []), list)
        for each in value
    )


def _errors(value: Any) -> bool:
    return isinstance(value, Mapping) and _topic(value.get("topic")) and _path(value.get("path") or "")


def _words(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, str) for each in value)


_FITS: dict[str, Callable[[Any], bool]] = {
    "mqv:topic": _whole_topic,
    "mqv:filter": _topic,
    "mqv:qos": lambda value: str(value) in ("0", "1", "2"),
    "mqv:retain": lambda value: isinstance(value, bool),
    "galiot:stateTopic": _topic,
    "galiot:path": _path,
    "galiot:values": _words,
    "galiot:getTopic": _whole_topic,
    "galiot:availability": _availability,
    "galiot:errors": _errors,
    "htv:methodName": _text,
    "cov:method": _text,
    "cov:methodName": _text,
}
