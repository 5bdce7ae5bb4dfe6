from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galiot.model.tokenizer.pretokenizers import known_names, pre_tokenizer


@settings(deadline=None)
@given(st.text())
@pytest.mark.parametrize("name", ["default", "smollm", "llama3", "qwen35", "tekken", "gpt-4o", "deepseek-llm", "bloom"])
def test_words_joined_are_the_text_and_none_is_empty(name, text):
    words = pre_tokenizer(name).split(text)
    assert "".join(words) == text
    assert all(words)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("gpt-2", "I'm 123 years  old", ["I", "'m", " 123", " years", " ", " old"]),
        ("smollm", "a 12\n\nb", ["a", " ", "1", "2", "\n", "\n", "b"]),
        ("llama3", "x=12345;\n\n  y", ["x", "=", "123", "45", ";\n\n", " ", " y"]),
        ("llama3", "It'S été", ["It", "'S", " été"]),
        ("qwen2", "v12 日本", ["v", "1", "2", " 日本"]),
        ("gpt-4o", "camelCaseWORD's", ["camel", "Case", "WORD's"]),
        ("tekken", "don't", ["don", "'t"]),
    ],
)
def test_words_are_cut_as_the_expression_says(name, text, words):
    assert pre_tokenizer(name).split(text) == words


def test_letters_of_newer_unicode_are_letters():
    assert pre_tokenizer("gpt-2").split("\U00031350a") == ["\U00031350a"]


def test_every_known_name_has_a_pre_tokenizer_and_others_have_none():
    assert all(pre_tokenizer(name) for name in known_names())
    assert pre_tokenizer("nobody") is None
    assert {"default", "smollm", "llama-bpe", "qwen2", "tekken", "gpt-2", "deepseek-llm"} <= set(known_names())
