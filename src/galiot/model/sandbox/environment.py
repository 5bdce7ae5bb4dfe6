"""Jinja as transformers sets it up, without what a chat template does not need and what has no bound."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial, wraps
from itertools import chain
from string import Formatter
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.ext import loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context

from galiot.model.sandbox.account import LONGEST_TEXT, TOO_LONG, Account, BeyondBound, weight_of
from galiot.model.sandbox.metering import CHARGES, HIDDEN, Generation, Metering

_LONGEST_RANGE = 100_000
_LONGEST_SOUGHT = 256  # characters
_WIDEST_INDENT = 32
_TEXT_METHODS = """strip lstrip rstrip split rsplit splitlines partition rpartition startswith endswith removeprefix
removesuffix find rfind index rindex count replace join upper lower title capitalize swapcase casefold isdigit isalpha
isalnum isspace isupper islower isnumeric isdecimal istitle isascii"""
_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(_TEXT_METHODS.split()),
    dict: frozenset(["get", "items", "keys", "values"]),
    **dict.fromkeys((list, tuple, bytes, int, float), frozenset()),
}
# Search from the right, and stripping, take time in proportion to the text and to what is sought, multiplied.
_SLOW_METHODS = frozenset(["rfind", "rindex", "rsplit", "rpartition", "strip", "lstrip", "rstrip"])
_FILTERS = """abs capitalize count d default dictsort e escape first float groupby indent int items join last length
list lower map max min reject rejectattr replace reverse round safe select selectattr sort string title tojson trim
truncate unique upper wordcount"""
_LOOKS_INSIDE = frozenset(["dictsort", "groupby", "join", "max", "min", "sort", "string", "tojson", "unique"])


def _multiplied(left: Any, right: Any) -> Any:
    for text, times in ((left, right), (right, left)):
        if hasattr(text, "__len__") and isinstance(times, int) and len(text) * times > LONGEST_TEXT:
            raise BeyondBound(f"makes a text or list of more than {LONGEST_TEXT} parts")
    return left * right


def _power(left: Any, right: Any) -> Any:
    if not isinstance(right, int | float) or abs(right) > 64:
        raise BeyondBound("raises to a power above 64")
    return left**right


def _remainder(left: Any, right: Any) -> Any:
    if isinstance(left, str | bytes):
        raise BeyondBound("formats a text, which a chat template may not")
    return left % right


def _replaced(text: Any, old: str, new: str, count: int | None = None) -> str:
    whole, old, new = str(text), str(old), str(new)
    if (whole.count(old) if old else len(whole) + 1) * len(new) > LONGEST_TEXT:
        raise BeyondBound(TOO_LONG)
    return whole.replace(old, new, -1 if count is None else count)


def _check_sought(texts: Iterable[Any]) -> None:
    if any(isinstance(text, str) and len(text) > _LONGEST_SOUGHT for text in texts):
        raise BeyondBound(f"looks for a text of more than {_LONGEST_SOUGHT} characters")


def _trimmed(text: Any, characters: str | None = None) -> str:
    _check_sought([characters])
    return str(text).strip(characters)


def _indented(text: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    margin = width if isinstance(width, str) else " " * min(width, _WIDEST_INDENT)
    lines = str(text).splitlines() or [""]
    if len(lines) * len(margin) > LONGEST_TEXT:
        raise BeyondBound(TOO_LONG)
    head, *rest = lines
    return "\n".join(
        [margin + head if first else head, *(margin + line if line or blank else line for line in rest)]
    ) + ("\n" if str(text).endswith("\n") else "")


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Return JSON as transformers does: nothing is escaped for HTML."""
    weight_of(value)
    indent = None if indent is None else min(int(indent), _WIDEST_INDENT)
    encoder = json.JSONEncoder(
        ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys, check_circular=False
    )
    pieces, total = [], 0
    for piece in encoder.iterencode(value):
        pieces.append(piece)
        total += len(piece)
        if total > LONGEST_TEXT:
            raise BeyondBound(TOO_LONG)
    return "".join(pieces)


def _formatted(inner: Callable[..., str], text: str, *args: Any, **kwargs: Any) -> str:
    fields = list(Formatter().parse(text))
    if any(spec for _, _, spec, _ in fields):
        raise BeyondBound("formats a text with a width or a type, which a chat template may not")
    if len(text) + len(fields) * weight_of((args, kwargs)) > LONGEST_TEXT:
        raise BeyondBound(TOO_LONG)
    return inner(*args, **kwargs)


def _refuse(message: object) -> None:
    raise TemplateError(str(message))


def _now(form: str) -> str:
    if len(form) > 100:
        raise BeyondBound("asks for a date of more than 100 characters")
    return datetime.now().strftime(form)


def _range(*limits: int) -> range:
    numbers = range(*limits)
    if len(numbers) > _LONGEST_RANGE:
        raise BeyondBound(f"counts further than {_LONGEST_RANGE}")
    return numbers


class Environment(ImmutableSandboxedEnvironment):
    """Jinja with transformers' settings, and the account at every place where something is made."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "**", "%"])

    def __init__(self, account: Account) -> None:
        @pass_context  # so that it is asked while the template runs, never while it is compiled
        def written(context: Context, value: Any) -> Any:
            return account.written(value)

        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            cache_size=0,
            finalize=written,
            extensions=[loopcontrols, Generation],
        )
        self._account = account
        self.binop_table |= {"*": _multiplied, "**": _power, "%": _remainder}
        own: dict[str, Callable[..., Any]] = {
            "tojson": _to_json,
            "replace": _replaced,
            "indent": _indented,
            "join": self._join,
            "trim": _trimmed,
        }
        self.filters = {name: self._charged(name, own.get(name, self.filters[name])) for name in _FILTERS.split()}
        for node, charge in CHARGES.items():
            self.filters[node.__name__ + HIDDEN] = getattr(account, charge)
        self.tests = {name: self._charged("sort", test) for name, test in dict[str, Any](self.tests).items()}
        allowed = {"dict": dict, "namespace": self.globals["namespace"], "range": _range}
        self.globals = {**allowed, "raise_exception": _refuse, "strftime_now": _now}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = Parser(self, source, name, filename).parse()
        return Metering().visit(tree)  # type: ignore[no-any-return]

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return self._account.made(self.binop_table[operator](left, right))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        account, owner, name = __self._account, getattr(__obj, "__self__", None), getattr(__obj, "__name__", "")
        if isinstance(__obj, Macro):
            account.charge(1)
            return super().call(__context, __obj, *args, **kwargs)
        account.measured((args, kwargs))
        if isinstance(owner, str):
            if name in _SLOW_METHODS:
                _check_sought(args)
            bounded = {"replace": partial(_replaced, owner), "join": partial(account.joined, between=owner)}
            __obj = bounded.get(name, __obj)
        return account.made(super().call(__context, __obj, *args, **kwargs))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        for kind, names in _METHODS.items():
            if isinstance(obj, kind):
                return attr in names
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Allow `str.format` without widths, which can be a billion."""
        inner = super().wrap_str_format(value) if getattr(value, "__name__", "") == "format" else None
        return None if inner is None else partial(_formatted, inner, value.__self__)

    def _join(self, value: Iterable[Any], d: str = "", attribute: str | int | None = None) -> str:
        if attribute is not None:
            value = (self.getitem(item, attribute) for item in value)
        return self._account.joined(value, d)

    def _charged(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        looks_inside, account = name in _LOOKS_INSIDE, self._account

        @wraps(function)
        def charged(*args: Any, **kwargs: Any) -> Any:
            account.charge(1)
            for value in chain(args, kwargs.values()):
                if isinstance(value, int) and abs(value) > LONGEST_TEXT:
                    raise BeyondBound(f"passes {value} to {name}")
                if looks_inside:
                    weight_of(value)
            return account.made(function(*args, **kwargs))

        return charged
