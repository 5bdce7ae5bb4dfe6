"""SentencePiece as llama.cpp does it: neighbours merge in the order of the score of what they become.

Source: Kudo and Richardson, "SentencePiece: A simple and language independent subword tokenizer", EMNLP 2018.
"""

from __future__ import annotations

import re

import numpy as np

from galiot.errors import FormatError
from galiot.model.gguf import GgufFile
from galiot.model.tokenizer.base import Tokenizer
from galiot.model.tokenizer.merging import merge
from galiot.model.tokenizer.vocabulary import read_vocabulary

_SCORES = "tokenizer.ggml.scores"
_SPACE = "\u2581"


class SentencePieceTokenizer(Tokenizer):
    """The tokenizer of `tokenizer.ggml.model` "llama": Llama 2, TinyLlama, Mistral, Gemma 3."""

    def __init__(self, file: GgufFile) -> None:
        super().__init__(read_vocabulary(file, defaults={"bos": 1, "eos": 2, "unknown": 0}, add_bos=True))
        self._adds_space = file.flag("tokenizer.ggml.add_space_prefix", True)
        self._ranks = dict(zip(self._vocabulary.texts, _ranks(file, self.vocab), strict=True))
        self._borders = _borders(self._vocabulary.texts)

    @property
    def adds_space(self) -> bool:
        """Whether `encode` puts a space before a text."""
        return self._adds_space

    def _cut_into_words(self, text: str) -> list[str]:
        spaced = " " + text if self._adds_space else text
        return self._borders.split(spaced.replace(" ", _SPACE))

    def _encode_word(self, word: str) -> list[int]:
        tokens: list[int] = []
        for symbol in merge(list(word), self._rank):
            token = self._vocabulary.ids.get(symbol)
            tokens += self._single_bytes(symbol) if token is None else [token]
        return tokens

    def _rank(self, left: str, right: str) -> float | None:
        return self._ranks.get(left + right)

    def _single_bytes(self, symbol: str) -> list[int]:
        """Return the byte tokens of a character that is no token; the unknown token where the file has none."""
        ids, unknown = self._vocabulary.ids, self._vocabulary.unknown
        found = [ids.get(f"<0x{byte:02X}>", unknown) for byte in symbol.encode()]
        return [token for token in found if token is not None]

    def _bytes_of(self, text: str) -> bytes:
        return text.replace(_SPACE, " ").encode("utf-8", "surrogateescape")


def _ranks(file: GgufFile, count: int) -> list[float]:
    """Return the order in which tokens are made: the best score first."""
    scores = file.array(_SCORES, "iuf", None)
    if scores is None:
        return [0.0] * count
    if len(scores) < count:
        raise FormatError(file.path, f"{_SCORES} has {len(scores)} numbers for {count} tokens")
    ranks = -scores[:count].astype(np.float32)
    wrong = np.flatnonzero(np.isnan(ranks))
    if len(wrong):
        raise FormatError(file.path, f"{_SCORES} is no number for token {wrong[0]}")
    return ranks.tolist()  # type: ignore[no-any-return]


def _borders(texts: list[str]) -> re.Pattern[str]:
    """Return where a text can be cut before a space: where no token holds that space and the character before it.

    Words then merge one by one, and the result of a word that comes again is known.
    """
    parts = "\0".join(texts).split(_SPACE)[:-1]
    inside = {part[-1:] or _SPACE for part in parts} - {"\0"}
    return re.compile(f"(?<=[^{re.escape(''.join(sorted(inside)))}])(?={_SPACE})" if inside else f"(?!^)(?={_SPACE})")
