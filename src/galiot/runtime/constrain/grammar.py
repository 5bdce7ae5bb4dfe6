"""Text that a regular expression or a grammar describes."""

from __future__ import annotations

from galiot.errors import RequestError
from galiot.runtime.constrain.base import Constraint
from galiot.runtime.constrain.vocabulary import TokenTable, Vocabulary

_HEAD = '%llguidance {"no_forcing": true}\n'
_MOST_BYTES = 2**20


def from_regex(pattern: str, tokenizer: TokenTable | Vocabulary, *, max_tokens: int) -> Constraint:
    """Constrain output to the whole of a regular expression (Rust's syntax without look-around; \\d is 0-9).

    raises: RequestError if the pattern is malformed, or matches nothing within max_tokens
    """
    from llguidance import regex_to_lark

    _check_size(pattern, "regular expression")
    try:
        body = regex_to_lark(pattern, "d")
    except ValueError as error:
        raise RequestError(f"the regular expression: {' '.join(str(error).split())}") from None
    return Constraint(f"{_HEAD}start: /{body}/", tokenizer, max_tokens=max_tokens, what="the regular expression")


def from_grammar(
    grammar: str, tokenizer: TokenTable | Vocabulary, *, max_tokens: int, what: str = "the grammar"
) -> Constraint:
    """Constrain output to a context-free grammar in llguidance's form of Lark, whose first rule is `start`.

    what: how errors call it
    raises: RequestError if the grammar is faulty, or gives nothing within max_tokens
    """
    _check_size(grammar, "grammar")
    return Constraint(_HEAD + grammar, tokenizer, max_tokens=max_tokens, what=what)


def _check_size(text: str, what: str) -> None:
    if len(text) > _MOST_BYTES:
        raise RequestError(f"the {what} has {len(text)} characters, at most {_MOST_BYTES} are read")
