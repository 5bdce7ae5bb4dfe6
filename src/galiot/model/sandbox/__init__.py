"""Jinja for templates from strangers: what they make and how long they take is bounded.

Jinja's own sandbox keeps a template from the interpreter, not from a gigabyte or an endless loop. Here every value a
template makes and every round of its loops is charged to one account. What could make a giant in a single step is
measured first (multiplying, joining, replacing) or not there at all (padding, formatting); what walks through a list is
told first how large it is inside, because a list that holds a list twice, forty times over, is short and endless.
"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import Template, TemplateSyntaxError

from galiot.model.sandbox.account import Account
from galiot.model.sandbox.environment import Environment

__all__ = ["Sandbox", "TemplateFault"]


class TemplateFault(Exception):
    """Why a template was not rendered, in one line, with the line of the template where it is known."""


class Sandbox:
    """Compiles and renders templates, one at a time."""

    def __init__(self) -> None:
        self._account = Account()
        self._environment = Environment(self._account)

    def compile(self, source: str) -> Template:
        """Return a template ready to be rendered.

        raises: TemplateFault
        """
        try:
            return self._environment.from_string(source)
        except Exception as error:
            raise TemplateFault(_describe(error)) from None

    def render(self, template: Template, variables: Mapping[str, object], seconds: float) -> str:
        """Return what a template makes of its variables.

        raises: TemplateFault
        """
        self._account.open(seconds)
        try:
            return template.render(variables)
        except Exception as error:
            raise TemplateFault(_describe(error)) from None


def _describe(error: Exception) -> str:
    """Return one line that says what went wrong and in which line of the template."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else _line_of(error)
    if isinstance(error, RecursionError | MemoryError):
        said = "is nested too deeply or too large"
    else:
        said = " ".join(str(getattr(error, "message", None) or error or type(error).__name__).split())[:300]
    return f"line {line}: {said}" if line else said


def _line_of(error: Exception) -> int | None:
    """Return the template's line in the traceback, which Jinja has rewritten."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in ("<template>", "<unknown>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
