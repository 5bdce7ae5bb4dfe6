"""Small vocabularies of every kind, made from a text that is hard on tokenizers, and a llama.cpp that reads them.

Pairs are merged across the whole text, so that there are tokens with a space, a line end or a digit inside: a word
border in the wrong place then gives other tokens.
"""

from __future__ import annotations

import json
import random
import urllib.request
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from galiot.model.tokenizer.bpe import _CHARACTER_OF as BYTE_CHARACTERS
from galiot.model.types import TensorType
from galiot.model.writer import F32, I32, U32, write_gguf

TEXTS = (
    *("", " ", "  ", "   ", "\n", "\n\n\n", "\r\n\r\n", "\t\t", " \t\n \r\n ", "Hello, world!", "  Hello  world  "),
    "I'm you're he's we'll they'd can't I'VE it'S 'Tis ''s'' o'Clock don\u2019t '\u017f \u0130'S '\u212a",
    "def f(x):\n    return x ** 2  # comment\n\n\nclass A:\n\tpass\n",
    "for (int i=0;i<10;++i){a[i]+=b[i]->c;}\r\n\t// x\r\n",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f469\U0001f3fd\u200d\U0001f680 \U0001f1e9\U0001f1ea \u263a\ufe0f",
    "中文测试，你好世界。日本語テスト、ひらがなカタカナ。한국어 테스트 السلام عليكم שלום हिन्दी में ภาษาไทย Привет, мир!",
    "e\u0301 a\u0308\u0304 Z\u0351\u036b \u20dd x\u0300\u0301'S \ufb01 \ufb02",
    "\u00bd \u00b2 \u2167 \u2460 \u0663\u0664 \u0967\u0968 \uff10\uff11 1 12 123 1234 12345 1,234.56 0x1F 1e-10",
    "\x00 a\x00b \x01\x1b\x1c\x1f\x7f\x80\x85\x9f\xa0 \u2028\u2029\u3000\u1680\u2003\u200b\ufeff\u00ad",
    "CamelCase UPPERCASE lowerUPPERlower McDonald \u00c9COLE \u00e9cole \u01c5 \u01c6 \u03a3\u03af\u03c3\u03c5",
    "\ufffd\uffff\U0010ffff\U000e0001\U00011f04\U00031350\U0001e4f1\u0cf3 \U00020000\U00010348",
    "▁ ▁▁ a▁b Ġ Ċ ĠĠ aĠb <0x0A> <0xFF> (a|b,c.d!e?f)… $100 €50 ^~`|<>=+ @user http://a.b/c?q=1&r=%20",
    *("a" * 70, "ab" * 40, " " * 60, "\n" * 30, "x" + " " * 33 + "y", "=" * 50, "!?" * 20, "ABC" * 20, "1" * 20),
)
MARKS = {
    "<|im_start|>": 3,
    "<|im_end|>": 3,
    "<|im_end|>\n": 4,
    "<b>": 4,
    "<b><": 3,
    "  \n": 4,
    "<unk>": 2,
    "Δx": 4,
    "##": 3,
}
"""Special tokens and their kinds; some are the beginning of others or white space."""
_POOLS = (
    "abcdehilnorst",
    "ABCXYZ",
    "0123456789",
    " ",
    "\n\r\t",
    "'sSdDtTmMrRelLvV",
    ".,;:!?()<>|/_-+=#",
    "éßñ中文ひ한Жعé\u0301½²٣",
)


def hard_texts(count: int, *, seed: int = 3) -> list[str]:
    """`TEXTS`, every special token in several surroundings, and `count` random ones."""
    rng = random.Random(seed)
    texts = list(TEXTS)
    for mark in MARKS:
        texts += [mark, f" {mark} x {mark}{mark}\n{mark}", f"a{mark}b", mark[:-1], mark[1:]]
    for _ in range(count):
        parts = rng.choices((*_POOLS, *_POOLS, *TEXTS, *MARKS), k=rng.randint(1, 25))
        texts.append(
            "".join(part if part in MARKS else rng.choice(part or " ") * rng.choice((1, 1, 2)) for part in parts)
        )
    return texts


def byte_level(pre: str, **keys: object) -> dict[str, object]:
    """Metadata of a byte-level vocabulary; three bytes have no token."""
    characters = "".join(BYTE_CHARACTERS[byte] for text in TEXTS for byte in text.encode())
    merges = _merges(characters, 400)
    texts = [*MARKS, *(c for byte, c in enumerate(BYTE_CHARACTERS) if byte not in (0x01, 0x1B, 0xF3))]
    texts += [merged for merged in dict.fromkeys(left + right for left, right in merges) if merged not in texts]
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": I32([MARKS.get(text, 1) for text in texts]),
        "tokenizer.ggml.merges": [f"{left} {right}" for left, right in merges],
        "tokenizer.ggml.bos_token_id": U32(0),
        "tokenizer.ggml.eos_token_id": U32(1),
    } | keys


def sentencepiece(**keys: object) -> dict[str, object]:
    """Metadata of a SentencePiece vocabulary; characters beyond ASCII are bytes, some scores are equal."""
    spaced = "".join(TEXTS).replace(" ", "▁").replace("\0", "")  # llama.cpp reads a token up to a zero
    pieces = [left + right for left, right in _merges(spaced, 400)]
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    singles = sorted({c for c in spaced if c.isascii() or c in "▁é中文"} - {"\n"})
    texts = list(dict.fromkeys(["<unk>", "<s>", "</s>", *bytes_, "<|endoftext|>", *MARKS, *singles, *pieces]))
    kinds = {"<unk>": 2, "<s>": 3, "</s>": 3, "<|endoftext|>": 3, **dict.fromkeys(bytes_, 6), **MARKS}
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": I32([kinds.get(text, 1) for text in texts]),
        "tokenizer.ggml.scores": F32([-float(token // 3) for token in range(len(texts))]),
    } | keys


def write_model(path: Path, tokens: dict[str, object]) -> Path:
    """Write a model of one layer of zeros around a vocabulary: llama.cpp's server reads nothing less."""
    shape = {"block_count": 1, "embedding_length": 32, "feed_forward_length": 32, "context_length": 64}
    shape |= {"attention.head_count": 1, "attention.head_count_kv": 1, "rope.dimension_count": 32}
    metadata = {f"llama.{key}": U32(number) for key, number in shape.items()}
    metadata |= {"general.architecture": "llama", "llama.attention.layer_norm_rms_epsilon": F32(1e-5), **tokens}
    vocab = len(tokens["tokenizer.ggml.tokens"])  # type: ignore[arg-type]
    names = {f"attn_{part}.weight": (32, 32) for part in ("q", "k", "v", "output")}
    names |= {f"ffn_{part}.weight": (32, 32) for part in ("gate", "up", "down")}
    names |= {"attn_norm.weight": (32,), "ffn_norm.weight": (32,)}
    tensors = {"token_embd.weight": (32, vocab), "output_norm.weight": (32,)}
    tensors |= {f"blk.0.{name}": shape for name, shape in names.items()}
    zeros = [(name, shape, TensorType.F32, np.zeros(shape[::-1], np.float32)) for name, shape in tensors.items()]
    write_gguf(path, metadata, zeros)
    return path


class TokenizerPeer:
    """llama.cpp's tokenizer on a file, through whichever wheel is there."""

    def __init__(self, path: Path) -> None:
        xllamacpp = pytest.importorskip("xllamacpp")
        p = xllamacpp.CommonParams()
        p.model.path = str(path)
        p.n_ctx, p.n_parallel, p.warmup, p.fit_params, p.verbosity, p.port = 64, 1, False, False, -1, 0
        self._server = xllamacpp.Server(p)

    def encode(self, text: str, *, special: bool = False, start: bool = False) -> list[int]:
        """Return llama.cpp's tokens."""
        body = json.dumps({"content": text, "parse_special": special, "add_special": start}).encode()
        request = urllib.request.Request(f"{self._server.listening_address}/tokenize", body)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["tokens"]


@cache
def _merges(text: str, count: int) -> list[tuple[str, str]]:
    """The most frequent neighbours, again and again."""
    symbols, found = list(text), []
    for _ in range(count):
        (left, right), _ = Counter(pairwise(symbols)).most_common(1)[0]
        found.append((left, right))
        merged: list[str] = []
        for symbol in symbols:
            if merged and merged[-1] == left and symbol == right:
                merged[-1] += symbol
            else:
                merged.append(symbol)
        symbols = merged
    return found
