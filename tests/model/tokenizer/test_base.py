from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vocabularies import MARKS, TEXTS, byte_level, hard_texts, sentencepiece, write_model

from galiot.errors import FormatError, RequestError
from galiot.model.gguf import GgufFile
from galiot.model.tokenizer import StreamDecoder, Tokenizer
from galiot.model.tokenizer.bpe import _CHARACTER_OF
from galiot.model.types import TensorType
from galiot.model.writer import F32, I32, U32, write_gguf

KEY = "tokenizer.ggml."


def tokenizer_of(folder, metadata):
    return Tokenizer.from_gguf(GgufFile.open(write_model(folder / "m.gguf", metadata)))


@pytest.fixture(scope="module")
def byte_level_tokenizer(tmp_path_factory):
    """Every byte has a token."""
    metadata = byte_level("llama-bpe")
    metadata[KEY + "tokens"] += [_CHARACTER_OF[byte] for byte in (0x01, 0x1B, 0xF3)]
    metadata[KEY + "token_type"] = I32([MARKS.get(text, 1) for text in metadata[KEY + "tokens"]])
    return tokenizer_of(tmp_path_factory.mktemp("m"), metadata)


@pytest.fixture(scope="module")
def sentencepiece_tokenizer(tmp_path_factory):
    return tokenizer_of(tmp_path_factory.mktemp("m"), sentencepiece())


@settings(deadline=None, max_examples=300)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_bytes_come_back_as_they_were(byte_level_tokenizer, text):
    tokens = byte_level_tokenizer.encode(text)
    assert byte_level_tokenizer.decode(tokens) == text
    assert b"".join(map(byte_level_tokenizer.token_bytes, tokens)) == text.encode()


@settings(deadline=None, max_examples=300)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="▁")))
def test_sentencepiece_gives_back_what_it_got_but_the_space_it_added(sentencepiece_tokenizer, text):
    tokens = sentencepiece_tokenizer.encode(text)
    if not any(mark in text for mark in MARKS):
        assert sentencepiece_tokenizer.decode(tokens) == text
        assert sentencepiece_tokenizer.decode(tokens, continuing=True) == (" " + text if text else "")


def test_a_text_after_a_special_token_comes_back_without_the_added_space(sentencepiece_tokenizer):
    tokens = sentencepiece_tokenizer.encode("one<|im_start|>two", special=True, start=True)
    assert sentencepiece_tokenizer.decode(tokens) == "onetwo"


def test_a_lone_surrogate_becomes_a_replacement_character_and_a_pair_one_character(byte_level_tokenizer):
    encode = byte_level_tokenizer.encode
    assert encode("a\ud800b\udc00") == encode("a\ufffdb\ufffd")
    assert encode("\ud83d\ude00") == encode("\U0001f600")


def test_control_tokens_are_found_on_request_and_user_defined_tokens_always(byte_level_tokenizer):
    start, bold = (byte_level_tokenizer.token_id(text) for text in ("<|im_start|>", "<b>"))
    assert byte_level_tokenizer.encode("<|im_start|><b>", special=True) == [start, bold]
    assert start not in byte_level_tokenizer.encode("<|im_start|>")
    assert byte_level_tokenizer.encode("<b>") == [bold]
    assert byte_level_tokenizer.is_control(start)
    assert not byte_level_tokenizer.is_control(bold)


def test_control_tokens_have_no_bytes_and_the_table_holds_what_token_bytes_says(
    byte_level_tokenizer, sentencepiece_tokenizer
):
    for tokenizer in (byte_level_tokenizer, sentencepiece_tokenizer):
        table = tokenizer.token_table()
        assert table == [tokenizer.token_bytes(token) for token in range(tokenizer.vocab)]
        assert all(not table[token] for token in range(tokenizer.vocab) if tokenizer.is_control(token))
    assert sentencepiece_tokenizer.token_bytes(3 + 0x0A) == b"\n"


def test_a_stream_gives_whole_characters_and_all_of_them(byte_level_tokenizer, sentencepiece_tokenizer):
    for tokenizer in (byte_level_tokenizer, sentencepiece_tokenizer):
        for text in TEXTS:
            stream, tokens = StreamDecoder(tokenizer, continuing=False), tokenizer.encode(text)
            pieces = [stream.push(token) for token in tokens]
            assert "".join(pieces) + stream.flush() == tokenizer.decode(tokens)
            assert "\ufffd" not in "".join(pieces) or "\ufffd" in text


def test_a_stream_that_ends_within_a_character_says_so(sentencepiece_tokenizer):
    stream = StreamDecoder(sentencepiece_tokenizer)
    first, *rest = (3 + byte for byte in "ひ".encode())
    assert [stream.push(first), stream.push(rest[0])] == ["", ""]
    assert stream.flush() == "\ufffd"


def test_a_stream_that_goes_on_keeps_the_space_of_its_first_word(sentencepiece_tokenizer):
    tokens = sentencepiece_tokenizer.encode("the")
    assert "".join(map(StreamDecoder(sentencepiece_tokenizer).push, tokens)) == " the"
    assert "".join(map(StreamDecoder(sentencepiece_tokenizer, continuing=False).push, tokens)) == "the"


def test_start_and_end_tokens_come_where_the_file_asks(tmp_path):
    metadata = byte_level("gpt-2") | {KEY + "add_bos_token": True, KEY + "add_eos_token": True}
    tokenizer = tokenizer_of(tmp_path, metadata)
    assert tokenizer.encode("", start=True) == [tokenizer.bos, tokenizer.eos]
    assert tokenizer.encode("") == []
    assert tokenizer_of(tmp_path, byte_level("gpt-2")).encode("", start=True) == []
    assert tokenizer_of(tmp_path, byte_level("llama-bpe")).encode("", start=True) == [0]


def test_tokens_that_end_an_answer_are_known_by_key_and_by_text(tmp_path):
    metadata = byte_level("gpt-2")
    texts = metadata[KEY + "tokens"] = [*metadata[KEY + "tokens"], "<|eot_id|>", "<|fim_pad|>", "<stop>", "[EOS]"]
    metadata[KEY + "token_type"] = I32([MARKS.get(text, 1) for text in texts])
    tokenizer = tokenizer_of(tmp_path, metadata | {KEY + "eos_token_id": U32(texts.index("<stop>"))})
    expected = ("<stop>", "<|eot_id|>", "<|fim_pad|>", "<|im_end|>", "[EOS]")
    assert tokenizer.end_tokens == {texts.index(text) for text in expected}
    assert tokenizer.eot == texts.index("<|eot_id|>")
    assert tokenizer.is_control(tokenizer.eot)
    assert tokenizer.is_control(texts.index("[EOS]"))


def test_ids_outside_the_vocabulary_are_refused(byte_level_tokenizer):
    for token in (-1, byte_level_tokenizer.vocab):
        with pytest.raises(RequestError, match=f"token {token} is outside"):
            byte_level_tokenizer.token_bytes(token)


def test_empty_texts_get_names_of_their_own(tmp_path):
    metadata = byte_level("gpt-2")
    metadata[KEY + "tokens"] += ["", ""]
    metadata[KEY + "token_type"] = I32([1] * len(metadata[KEY + "tokens"]))
    tokenizer = tokenizer_of(tmp_path, metadata)
    assert tokenizer.token_text(tokenizer.vocab - 1) == f"[EMPTY_{tokenizer.vocab - 1}]"


NOT_A_VOCABULARY = {
    "model is 'bert', expected 'gpt2' or 'llama'": {"model": "bert"},
    "pre is 'nobody', which is not known": {"pre": "nobody"},
    "tokens is missing": {"tokens": None},
    "merges is missing": {"merges": None},
    "tokens has 'x' twice, as 0 and 1": {"tokens": ["x", "x"]},
    "token_type has 2 numbers for": {"token_type": I32([1, 1])},
    "bos_token_id is 99999, expected": {"bos_token_id": U32(99999)},
    "add_bos_token asks for tokenizer.ggml.bos_token_id, which is missing": {
        "bos_token_id": None,
        "add_bos_token": True,
    },
    "merges is F32, expected": {"merges": F32(1.0)},
}


@pytest.mark.parametrize("problem", NOT_A_VOCABULARY)
def test_what_is_no_byte_level_vocabulary_is_refused_with_its_key(problem, tmp_path):
    changes = {KEY + key: value for key, value in NOT_A_VOCABULARY[problem].items()}
    metadata = {key: value for key, value in (byte_level("gpt-2") | changes).items() if value is not None}
    write_gguf(tmp_path / "m.gguf", metadata, [])
    with pytest.raises(FormatError, match=problem):
        Tokenizer.from_gguf(GgufFile.open(tmp_path / "m.gguf"))


@pytest.mark.parametrize(
    ("scores", "problem"),
    [([0.0], "scores has 1 numbers for"), (None, "scores is no number for token 5"), ([0, 1], "scores has 2")],
)
def test_scores_that_make_no_order_are_refused(scores, problem, tmp_path):
    metadata = sentencepiece()
    if scores is None:
        scores = [float("nan") if token == 5 else 0.0 for token in range(len(metadata[KEY + "tokens"]))]
    with pytest.raises(FormatError, match=problem):
        tokenizer_of(tmp_path, metadata | {KEY + "scores": F32(scores)})


def test_a_vocabulary_that_does_not_fit_the_embedding_is_refused(tmp_path):
    metadata = byte_level("gpt-2")
    count = len(metadata[KEY + "tokens"])
    longer = np.zeros((count + 1, 32), np.float32)
    write_gguf(tmp_path / "m.gguf", metadata, [("token_embd.weight", (32, count + 1), TensorType.F32, longer)])
    with pytest.raises(FormatError, match=f"tokens has {count} texts, token_embd.weight {count + 1} rows"):
        Tokenizer.from_gguf(GgufFile.open(tmp_path / "m.gguf"))


def test_merges_of_unknown_tokens_and_pairs_listed_twice_change_nothing_else(tmp_path):
    metadata = byte_level("gpt-2")
    plain = tokenizer_of(tmp_path, metadata)
    metadata = byte_level("gpt-2")
    first = metadata[KEY + "merges"][0]
    odd = tokenizer_of(tmp_path, metadata | {KEY + "merges": [*metadata[KEY + "merges"], first, "Q Z", "odd", ""]})
    for text in hard_texts(20):
        assert odd.encode(text) == plain.encode(text)
    assert odd.encode("QZ") == plain.encode("Q") + plain.encode("Z")
