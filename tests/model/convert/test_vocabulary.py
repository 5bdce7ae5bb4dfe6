from __future__ import annotations

import json
import struct

import pytest
from hf_folder import write_folder
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from galiot.errors import FormatError, GaliotError, RequestError
from galiot.model.convert import convert_folder
from galiot.model.convert.prewords import recognise
from galiot.model.convert.sentencepiece import read_pieces
from galiot.model.convert.vocabulary import read_vocabulary
from galiot.model.gguf import GgufFile
from galiot.model.tokenizer import Tokenizer as Ours
from galiot.model.tokenizer.vocabulary import TokenKind

_SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_END = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_UP, _LOW = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_FIRST = r"[^\r\n\p{L}\p{N}]?"
_CASED_END = r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
PUBLISHED = {
    "llama-bpe": (rf"{_SHORT}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}|{_END}", True),
    "qwen2": (rf"{_SHORT}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}|{_END}", False),
    "tekken": (rf"{_FIRST}{_UP}*{_LOW}+|{_FIRST}{_UP}+{_LOW}*|\p{{N}}|{_CASED_END}", True),
    "gpt-4o": (rf"{_FIRST}{_UP}*{_LOW}+{_SHORT}?|{_FIRST}{_UP}+{_LOW}*{_SHORT}?|\p{{N}}{{1,3}}|{_CASED_END}", False),
}


def splitter(words):
    return lambda text: [text[start:stop] for _, (start, stop) in words.pre_tokenize_str(text)]


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_expressions_are_recognised(name):
    expression, whole = PUBLISHED[name]
    words = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(expression), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    assert recognise(splitter(words), whole_words=whole)[0] == name


def test_plain_and_digit_by_digit_byte_level_are_recognised():
    plain = pre_tokenizers.ByteLevel(add_prefix_space=False)
    assert recognise(splitter(plain), whole_words=False) == ("gpt-2", 0)
    digits = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), plain])
    assert recognise(splitter(digits), whole_words=False) == ("smollm", 0)


@pytest.mark.parametrize("words", [pre_tokenizers.Whitespace(), pre_tokenizers.Split("a", "isolated")])
def test_other_ways_of_cutting_have_no_name(words):
    assert recognise(splitter(words), whole_words=False) is None


def byte_fallback(*, gemma=False):
    """A tokenizer.json like Llama 2's or Gemma's, with a handful of merges."""
    merges = [("l", "l"), ("▁", "h"), ("▁h", "e"), ("▁he", "ll"), ("▁hell", "o"), ("▁", "▁")]
    texts = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "h", "e", "l", "o", "w"]
    texts += [left + right for left, right in merges]
    model = models.BPE(
        {t: i for i, t in enumerate(texts)}, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True
    )
    words = Tokenizer(model)
    replace = normalizers.Replace(" ", "▁")
    words.normalizer = replace if gemma else normalizers.Sequence([normalizers.Prepend("▁"), replace])
    words.add_special_tokens(["<unk>", "<s>", "</s>"])
    words.add_tokens(["▁▁▁▁x"])
    return words


@pytest.mark.parametrize("gemma", [False, True])
@pytest.mark.parametrize("text", ["hello", " hello  hello", "wow é🙂\n", "hell</s>o"])
def test_a_byte_fallback_tokenizer_becomes_sentencepiece(tmp_path, gemma, text):
    folder = write_folder(tmp_path / "m")
    theirs = byte_fallback(gemma=gemma)
    theirs.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"bos_token": "<s>", "add_bos_token": False}))
    convert_folder(folder, tmp_path / "m.gguf")
    with GgufFile.open(tmp_path / "m.gguf") as file:
        ours = Ours.from_gguf(file)
        assert file.flag("tokenizer.ggml.add_space_prefix") is not gemma
        assert file.strings("tokenizer.ggml.tokens")[theirs.get_vocab_size() - 1] == "    x"
    assert ours.encode(text, special=True, start=True) == theirs.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize(
    ("processor", "settings", "expected"),
    [
        (None, {}, (False, False)),
        ({"single": [{"SpecialToken": {"id": "<|endoftext|>"}}, {"Sequence": {"id": "A"}}]}, {}, (True, False)),
        ({"single": [{"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "<|im_end|>"}}]}, {}, (False, True)),
        ({"single": [{"SpecialToken": {"id": "<|endoftext|>"}}]}, {"add_bos_token": False}, (False, False)),
        ({"type": "BertProcessing", "cls": ["<|endoftext|>", 0], "sep": ["<|im_end|>", 2]}, {}, (True, True)),
        ({"type": "Sequence", "processors": [{"type": "ByteLevel"}]}, {}, (False, False)),
    ],
)
def test_start_and_end_tokens_follow_the_settings_then_the_post_processor(tmp_path, processor, settings, expected):
    folder = write_folder(tmp_path / "m")
    file = json.loads((folder / "tokenizer.json").read_text())
    file["post_processor"] = processor and {"type": "TemplateProcessing", **processor}
    (folder / "tokenizer.json").write_text(json.dumps(file))
    names = {"bos_token": "<|endoftext|>", "eos_token": "<|im_end|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps({**names, **settings}))
    facts, _ = read_vocabulary(folder, 320)
    assert (facts["tokenizer.ggml.add_bos_token"], facts["tokenizer.ggml.add_eos_token"]) == expected


def field(number, content):
    return bytes([number << 3 | 2, len(content)]) + content


def piece(text, score, kind=1):
    return field(1, field(1, text.encode()) + b"\x15" + struct.pack("<f", score) + bytes([3 << 3, kind]))


BPE = field(2, b"\x18\x02")
PIECES = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("<0x0A>", 0.0, 6), ("▁a", -1.0, 1), ("b", -2.0, 1)]


def test_sentencepiece_files_are_read_field_by_field(tmp_path):
    path = tmp_path / "tokenizer.model"
    path.write_bytes(b"".join(piece(*entry) for entry in PIECES) + BPE + field(3, b"\x18\x00") + b"\x30\x05")
    pieces, adds_space = read_pieces(path)
    assert pieces == [(text, score, TokenKind(kind)) for text, score, kind in PIECES]
    assert adds_space is False
    path.write_bytes(piece("a", 0.0) + BPE)
    assert read_pieces(path)[1] is True


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (b"", FormatError, "no pieces"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", FormatError, "is no SentencePiece model"),
        (b"\x0a\x7f", FormatError, "does not fit"),
        (piece("a", 0.0, 99) + BPE, FormatError, "is no SentencePiece model"),
        (piece("a", 0.0), RequestError, "another kind than BPE"),
        (b"{}" * 40, FormatError, "is no SentencePiece model"),
    ],
)
def test_what_is_no_sentencepiece_file_is_one_line(tmp_path, content, error, said):
    (tmp_path / "tokenizer.model").write_bytes(content)
    with pytest.raises(error, match=said):
        read_pieces(tmp_path / "tokenizer.model")


def test_every_cut_of_a_sentencepiece_file_is_read_or_refused(tmp_path):
    content = b"".join(piece(*entry) for entry in PIECES) + BPE
    for length in range(len(content)):
        (tmp_path / "tokenizer.model").write_bytes(content[:length])
        with pytest.raises(GaliotError):
            read_pieces(tmp_path / "tokenizer.model")


def test_a_folder_with_a_sentencepiece_file_alone_is_enough(tmp_path):
    folder = write_folder(tmp_path / "m")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.model").write_bytes(b"".join(piece(*entry) for entry in PIECES) + BPE)
    added = {"5": {"content": "<|x|>", "special": True}, "6": {"content": "▁▁", "special": False}}
    settings = {"added_tokens_decoder": added, "bos_token": "<s>", "add_bos_token": True}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    convert_folder(folder, tmp_path / "m.gguf")
    with GgufFile.open(tmp_path / "m.gguf") as file:
        assert file.strings("tokenizer.ggml.tokens")[:8] == [
            "<unk>",
            "<s>",
            "<0x0A>",
            "▁a",
            "b",
            "<|x|>",
            "  ",
            "[PAD7]",
        ]
        kinds = file.array("tokenizer.ggml.token_type", "i")[:8].tolist()
    assert kinds == [2, 3, 6, 1, 1, 3, 4, 5]
