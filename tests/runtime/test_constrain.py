from __future__ import annotations

import functools
import json
import re
import time

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from galiot.errors import RequestError
from galiot.runtime.constrain import (
    Constraint,
    Vocabulary,
    as_vocabulary,
    from_grammar,
    from_regex,
    from_schema,
    outline,
    parse_schema,
)

jsonschema = pytest.importorskip("jsonschema")

WORDS = ["true", "false", "null", "12", "345", " the", "aa", "aaaa", "é"]
WORDS += ['{"', '":"', '":', '","', ',"', '"}', '"]', "},", "[["]
VALVE = {
    "type": "object",
    "properties": {"valve": {"type": "string"}, "open": {"type": "boolean"}, "level": {"type": "number"}},
    "required": ["valve", "open", "level"],
}


class Table:
    """A tokenizer of single bytes, some words and two end tokens."""

    end_tokens = frozenset({0, 1})

    def token_table(self) -> list[bytes]:
        return [b"", b"", *(bytes([value]) for value in range(256)), *(word.encode() for word in WORDS)]


VOCABULARY = Vocabulary(Table())
PIECES = VOCABULARY.pieces


def generate(constraint: Constraint, seed: int = 0, favour: bytes = b"") -> str:
    """What a model of random logits says; it repeats the tokens of `favour` where it may."""
    rng, steps = np.random.default_rng(seed), 0
    while not constraint.must_stop:
        assert (steps := steps + 1) < 20 * constraint.max_tokens + 20
        logits = rng.standard_normal(len(PIECES)).astype(np.float32)
        logits[[i for i, piece in enumerate(PIECES) if piece and piece in favour]] += 5
        constraint.mask_into(logits)
        assert np.isfinite(logits).any()
        constraint.accept(int(logits.argmax()))
    assert constraint.done
    assert constraint.tokens <= constraint.max_tokens
    return constraint.text.decode()


@pytest.mark.parametrize("favour", [b"", b"aaaa", b"345", b"[", b'{"', b"\\u", b"1e5"])
@pytest.mark.parametrize("max_tokens", [24, 40, 200])
def test_answer_is_complete_and_valid_whatever_the_model_likes(favour, max_tokens):
    for seed in range(5):
        answer = json.loads(generate(from_schema(VALVE, VOCABULARY, max_tokens=max_tokens), seed, favour))
        jsonschema.validate(answer, VALVE)
        assert list(answer) == ["valve", "open", "level"]


def test_answer_has_no_white_space_between_its_parts():
    schema = VALVE | {"properties": VALVE["properties"] | {"valve": {"enum": ["a", "b"]}}}
    for seed in range(10):
        assert " " not in generate(from_schema(schema, VOCABULARY, max_tokens=60), seed, favour=b" ")


def test_a_number_stays_short_though_the_model_repeats_digits():
    text = generate(from_schema({"type": "number"}, VOCABULARY, max_tokens=500), favour=b"345")
    assert len(text) < 25


def test_bounds_beyond_exact_doubles_are_tightened_or_refused():
    schema = {"type": "integer", "minimum": -(2**63), "maximum": 2**64 - 1}
    assert abs(json.loads(generate(from_schema(schema, VOCABULARY, max_tokens=30), favour=b"345"))) <= 2**53
    with pytest.raises(RequestError, match="beyond"):
        from_schema({"type": "integer", "minimum": 10**20}, VOCABULARY, max_tokens=30)


def test_a_constant_that_is_no_exact_double_is_refused():
    with pytest.raises(RequestError, match="beyond"):
        from_schema({"enum": [{"id": 1234567890123456789012}]}, VOCABULARY, max_tokens=40)


def test_a_string_leaves_room_for_the_fields_after_it():
    answer = json.loads(generate(from_schema(VALVE, VOCABULARY, max_tokens=120), favour=b"aaaa"))
    assert 20 < len(answer["valve"]) < 4 * 120 - 100


def test_names_of_an_object_come_once():
    schema = {"type": "object", "additionalProperties": {"enum": [1]}}
    for seed in range(20):
        text = generate(from_schema(schema, VOCABULARY, max_tokens=40), seed, favour=b'{"aaaa":1,')
        names = [name for name, _ in json.loads(text, object_pairs_hook=list)]
        assert len(set(names)) == len(names)


def test_recursive_schema_is_closed_in_time():
    tree = {
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "parts": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
                "required": ["name", "parts"],
            }
        },
        "$ref": "#/$defs/node",
    }
    for seed in range(10):
        answer = json.loads(generate(from_schema(tree, VOCABULARY, max_tokens=90), seed, favour=b'{"[[name":"parts'))
        jsonschema.validate(answer, tree)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "integer", "minimum": 5, "maximum": 3}, "minimum"),
        ({"enum": []}, "empty"),
        ({"type": "object", "properties": {"a": False}, "required": ["a"]}, "required property 'a'"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "incompatible"),
        ({"type": "string", "minLength": 5, "maxLength": 2}, "minLength"),
        ({"type": "array", "minItems": 3, "maxItems": 1}, "minItems"),
        ({"type": "array", "uniqueItems": True}, "uniqueItems"),
        ({"type": "thing"}, "thing"),
        ({"$ref": "#/nowhere"}, "nowhere"),
        ({"type": "string", "pattern": "(?=a)b"}, "look-around"),
        (
            {
                "$defs": {"t": {"properties": {"c": {"$ref": "#/$defs/t"}}, "required": ["c"], "type": "object"}},
                "$ref": "#/$defs/t",
            },
            "no answer",
        ),
        ({"const": float("nan")}, "not JSON"),
        ({"const": object()}, "not JSON"),
        (False, "false"),
        ([], "a list"),
    ],
    ids=str,
)
def test_schema_that_cannot_be_satisfied_is_refused_in_one_line(schema, said):
    with pytest.raises(RequestError, match=said) as caught:
        from_schema(schema, VOCABULARY, max_tokens=100)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_too_few_tokens_are_refused_with_both_numbers():
    needed = int(re.search(r"takes (\d+) tokens, 5 are", _refusal(VALVE, 5)).group(1))
    assert generate(from_schema(VALVE, VOCABULARY, max_tokens=needed))
    assert f"takes {needed} tokens, {needed - 1} are" in _refusal(VALVE, needed - 1)


def _refusal(schema, max_tokens):
    with pytest.raises(RequestError) as caught:
        from_schema(schema, VOCABULARY, max_tokens=max_tokens)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":\n1,}', "line 2, column 3"),
        ("", "not JSON"),
        (b"\xff{}", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "a list"),
        ("3", "a number"),
        (" " * (5 * 2**20), "at most"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_malformed_schema_file_is_refused_in_one_line(text, said):
    with pytest.raises(RequestError, match=said) as caught:
        parse_schema(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("pattern", ["[a-z]+@x\\.com", "(a|b{9})c", "\\d{3}/\\d", "x*", '"[^"]*"', "(ab|cd)+e"])
def test_regular_expression_is_matched_in_whole(pattern):
    for seed in range(10):
        assert re.fullmatch(pattern, generate(from_regex(pattern, VOCABULARY, max_tokens=14), seed))


@pytest.mark.parametrize("pattern", ["(a|b", "a^b", "[0-9]{500}"])
def test_regular_expression_that_cannot_be_matched_is_refused(pattern):
    with pytest.raises(RequestError, match="regular expression"):
        from_regex(pattern, VOCABULARY, max_tokens=14)


def test_grammar_is_followed_to_its_end():
    grammar = 'start: "(" start ")" | NAME\nNAME: /[a-c]{2,5}/'
    for seed in range(10):
        text = generate(from_grammar(grammar, VOCABULARY, max_tokens=16), seed, favour=b"(")
        depth = text.count("(")
        assert re.fullmatch(r"[a-c]{2,5}", text[depth : len(text) - depth])
        assert text.count(")") == depth


def test_faulty_grammar_is_refused():
    with pytest.raises(RequestError, match="unknown name"):
        from_grammar("start: nothing", VOCABULARY, max_tokens=10)


def test_forced_tokens_are_taken_and_spell_the_only_possible_text():
    constraint = from_schema(VALVE, VOCABULARY, max_tokens=60)
    text = b"".join(PIECES[token] for token in constraint.forced())
    assert constraint.text == text
    assert b'{"valve":"'.startswith(text)
    assert len(text) > 5
    assert constraint.forced() == []
    generate(constraint)


def test_a_refused_token_changes_nothing():
    constraint = from_schema(VALVE, VOCABULARY, max_tokens=60)
    assert not constraint.accept(PIECES.index(b"x"))
    assert not constraint.accept(0)
    assert (constraint.text, constraint.tokens) == (b"", 0)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {f"p{i}": {"type": "string"} for i in range(600)}},
        {"enum": [f"value {i}" for i in range(5000)]},
        {"type": "string", "pattern": "^(a{1000}){1000}$"},
        {"type": "array", "minItems": 100_000},
        functools.reduce(lambda inner, _: {"type": "array", "items": inner}, range(300), {}),
    ],
    ids=["wide", "long", "dense", "many", "deep"],
)
def test_outsized_schema_is_followed_or_refused_soon(schema):
    began = time.perf_counter()
    try:
        generate(from_schema(schema, VOCABULARY, max_tokens=30))
    except RequestError as error:
        assert "\n" not in str(error)  # noqa: PT017
    assert time.perf_counter() - began < 20


def test_outline_names_every_field_and_what_it_may_be():
    said = outline(VALVE | {"properties": VALVE["properties"] | {"state": {"enum": ["on", "off"]}}})
    assert said.splitlines() == [
        "Answer as JSON with these fields:",
        "- valve (string)",
        "- open (boolean)",
        "- level (number)",
        '- state (one of "on", "off")',
    ]
    assert outline({"type": "array", "items": {"type": "integer"}}) == "Answer with JSON: array, each integer."


def schemas() -> st.SearchStrategy[dict]:
    name = st.text("abé ", min_size=1, max_size=3)
    bounds = st.tuples(st.integers(-200, 200), st.integers(0, 50)).map(lambda p: {"minimum": p[0], "maximum": sum(p)})
    lengths = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda p: {"minLength": p[0], "maxLength": sum(p)})
    leaves = st.one_of(
        st.sampled_from([{"type": kind} for kind in ("string", "integer", "number", "boolean", "null")]),
        st.lists(
            st.one_of(st.text(max_size=5), st.integers(-999, 999), st.booleans(), st.none()), min_size=1, max_size=3
        ).map(lambda values: {"enum": values}),
        bounds.map(lambda b: {"type": "integer"} | b),
        bounds.map(lambda b: {"type": "number"} | b),
        lengths.map(lambda b: {"type": "string"} | b),
        st.sampled_from([{"type": "string", "pattern": p} for p in ("^[A-Z]{2}-[0-9]+$", "^(ab|c)*d$", "x")]),
        st.sampled_from([{}, {"type": ["integer", "null"]}, {"type": "string", "format": "date"}]),
    )

    def nest(inner: st.SearchStrategy[dict]) -> st.SearchStrategy[dict]:
        arrays = st.tuples(inner, st.integers(0, 2)).map(lambda p: {"type": "array", "items": p[0], "minItems": p[1]})
        objects = st.tuples(st.dictionaries(name, inner, max_size=4), st.booleans(), st.sets(name, max_size=1)).map(
            lambda p: (
                {"type": "object", "properties": p[0], "required": sorted(set(list(p[0])[::2]) | p[2])}
                | ({"additionalProperties": False} if p[1] and p[2] <= p[0].keys() else {})
            )
        )
        return st.one_of(arrays, objects, st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"anyOf": parts}))

    return st.recursive(leaves, nest, max_leaves=8)


@settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    schemas(), st.integers(1, 150), st.integers(0, 2**31), st.sampled_from([b"", b'{"', b"[[", b"aaaa", b"34", b'",'])
)
def test_any_schema_gives_valid_json_in_time_or_is_refused(schema, max_tokens, seed, favour):
    try:
        constraint = from_schema(schema, VOCABULARY, max_tokens=max_tokens)
    except RequestError as error:
        if "takes" not in str(error) and max_tokens > 80:  # all these schemas can be satisfied
            raise
        return
    jsonschema.Draft202012Validator(schema).validate(json.loads(generate(constraint, seed, favour)))


def test_a_vocabulary_is_made_once_and_kept_as_long_as_its_tokenizer():
    table = Table()
    assert as_vocabulary(table) is as_vocabulary(table)
    assert as_vocabulary(table) is not as_vocabulary(Table())
