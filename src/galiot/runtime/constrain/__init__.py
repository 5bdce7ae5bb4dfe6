"""Output that keeps to a JSON schema, a regular expression or a grammar, and is complete in time."""

from __future__ import annotations

from galiot.runtime.constrain.base import Constraint
from galiot.runtime.constrain.grammar import from_grammar, from_regex
from galiot.runtime.constrain.schema import from_schema, outline, parse_schema
from galiot.runtime.constrain.vocabulary import Vocabulary, as_vocabulary

__all__ = [
    "Constraint",
    "Vocabulary",
    "as_vocabulary",
    "from_grammar",
    "from_regex",
    "from_schema",
    "outline",
    "parse_schema",
]
