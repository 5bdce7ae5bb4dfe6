"""Tokens beside llama.cpp's: every kind of vocabulary and pre-tokenizer, and the built-in model."""

from __future__ import annotations

import pytest
from vocabularies import TokenizerPeer, byte_level, hard_texts, sentencepiece, write_model

from galiot.model.gguf import GgufFile
from galiot.model.library import find
from galiot.model.tokenizer import Tokenizer
from galiot.model.tokenizer.pretokenizers import _EXPRESSIONS

VOCABULARIES = {
    **{name: byte_level(name) for name in _EXPRESSIONS},
    "llama-bpe": byte_level("llama-bpe"),
    "smollm": byte_level("smollm"),
    "start and end": byte_level(
        "gpt-2", **{"tokenizer.ggml.add_bos_token": True, "tokenizer.ggml.add_eos_token": True}
    ),
    "sentencepiece": sentencepiece(),
    "sentencepiece without a first space": sentencepiece(**{"tokenizer.ggml.add_space_prefix": False}),
    "sentencepiece that strips": sentencepiece(**{"general.name": "Phi-3"}),
    "sentencepiece without scores": {k: v for k, v in sentencepiece().items() if k != "tokenizer.ggml.scores"},
}


def disagreements(tokenizer, peer, texts):
    """Texts that give other tokens, with and without special tokens and start."""
    ways = [{}, {"special": True}, {"special": True, "start": True}]
    return [(text, way) for text in texts for way in ways if tokenizer.encode(text, **way) != peer.encode(text, **way)]


@pytest.mark.parametrize("name", VOCABULARIES)
def test_tokens_are_those_of_llama_cpp(name, tmp_path):
    path = write_model(tmp_path / "m.gguf", VOCABULARIES[name])
    assert disagreements(Tokenizer.from_gguf(GgufFile.open(path)), TokenizerPeer(path), hard_texts(80)) == []


def test_the_built_in_models_tokens_are_those_of_llama_cpp():
    path = find("smollm2-135m")
    tokenizer = Tokenizer.from_gguf(GgufFile.open(path))
    marks = [tokenizer.token_text(token) for token in range(tokenizer.vocab) if tokenizer.is_control(token)]
    assert len(marks) == 17
    texts = [*hard_texts(200, seed=5), *marks, *(f"a{mark} {mark}\n" for mark in marks)]
    assert disagreements(tokenizer, TokenizerPeer(path), texts) == []
