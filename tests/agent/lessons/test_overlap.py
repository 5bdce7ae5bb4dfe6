"""No sentence of the frozen suites may be learned from, nor one that differs in a name, a room or a number alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import ModuleType

import pytest

from galiot.agent.lessons import (
    command_words,
    everyday_words,
    question_words,
    refusal_words,
    remarks,
    requests,
    situations,
    timed_words,
    wishes,
)
from galiot.bench.agent.suite import WRITTEN, load_suite

TABLES = (
    wishes,
    situations,
    remarks,
    everyday_words,
    requests,
    command_words,
    question_words,
    refusal_words,
    timed_words,
)
FEWEST = 3
"""Words of a pattern's own that make it a sentence of its own."""
FRAMES = (everyday_words, requests, command_words, question_words, refusal_words, timed_words)
"""Tables of plain commands and questions too: everybody's "turn {it} on" is no suite's, so that only what has no slot
counts."""
_WORD = re.compile(r"\w+(?:'\w+)?")
_PIECE = re.compile(r"\{\w+\}|[()\[\]|]|[^{}()\[\]|]+")


def strings(table: object) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, Mapping):
        yield from (text for value in table.values() for text in strings(value))
    elif is_dataclass(table) and not isinstance(table, type):
        yield from (text for field in fields(table) for text in strings(getattr(table, field.name)))
    elif isinstance(table, Iterable):
        yield from (text for value in table for text in strings(value))


def patterns_of(module: ModuleType) -> Iterator[str]:
    for name, table in vars(module).items():
        if name[:1].isupper() or name[:2].isupper():
            yield from strings(table)


def plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower().replace("’", "'")))


def as_expression(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression over plain words; a slot is one to six words, a place none to six."""
    parts = []
    for piece in _PIECE.findall(pattern.lower()):
        if piece == "{in}":
            parts.append(r"(?: \w+(?:'\w+)?){0,6}")
        elif piece.startswith("{"):
            parts.append(r"(?: \w+(?:'\w+)?){1,6}")
        elif piece in "()[]|":
            parts.append({"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|"}[piece])
        else:
            parts.append("".join(f" {re.escape(word)}" for word in _WORD.findall(piece)))
    return re.compile("".join(parts) + r"\Z")


def own_words(pattern: str) -> int:
    return len(_WORD.findall(re.sub(r"\{\w+\}|\[[^\]]*\]", " ", re.sub(r"\|[^()|]*", "", pattern))))


@pytest.fixture(scope="module")
def suites():
    return {plain(text): case.id for suite in WRITTEN for case in load_suite(suite) for _, text in case.turns}


def test_an_expression_of_a_pattern_takes_its_sentences_and_no_others():
    expression = as_expression("it's (so|too) dark [here] {in}")
    assert expression.match(" it's too dark")
    assert expression.match(" it's so dark here in the hall")
    assert not expression.match(" it's dark")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__.rsplit(".", 1)[1])
def test_no_pattern_says_what_a_suite_says(table, suites):
    found = [
        (suites[said], pattern)
        for pattern in dict.fromkeys(patterns_of(table))
        if own_words(pattern) >= FEWEST and ("{" not in pattern or table not in FRAMES)
        for expression in [as_expression(pattern)]
        for said in suites
        if expression.match(f" {said}")
    ]
    assert not found
