"""Byte-level BPE: words over an alphabet of 256 characters, pairs merged in the order of a list.

Source: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, section 2.2.
"""

from __future__ import annotations

from itertools import accumulate

from galiot.errors import FormatError
from galiot.model.gguf import GgufFile
from galiot.model.tokenizer.base import Tokenizer
from galiot.model.tokenizer.merging import merge
from galiot.model.tokenizer.pretokenizers import known_names, pre_tokenizer
from galiot.model.tokenizer.vocabulary import TokenKind, read_vocabulary

_PRE = "tokenizer.ggml.pre"


def _alphabet() -> str:
    """Return the character that stands for each byte: itself where it can be seen, else one from U+0100 on."""
    seen = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = iter(range(0x100, 0x200))
    return "".join(chr(byte if byte in seen else next(hidden)) for byte in range(256))


_CHARACTER_OF = _alphabet()
_BYTE_OF = {ord(character): byte for byte, character in enumerate(_CHARACTER_OF)}


class ByteLevelTokenizer(Tokenizer):
    """The tokenizer of `tokenizer.ggml.model` "gpt2": Llama 3, SmolLM2, Qwen 2 and 3 and many more."""

    def __init__(self, file: GgufFile) -> None:
        name = file.text(_PRE, "default")
        words = pre_tokenizer(name)
        if words is None:
            from difflib import get_close_matches

            near = ", ".join(get_close_matches(name[:40], known_names(), n=8, cutoff=0.0))
            raise FormatError(file.path, f"{_PRE} is {name[:40]!a}, which is not known; the nearest known are {near}")
        super().__init__(read_vocabulary(file, defaults={}, add_bos=words.start_token))
        self._words = words
        merges = file.strings("tokenizer.ggml.merges").raw()  # as bytes: 5 ms and 3 MB less for 49k of them
        # A pair listed twice counts as its first; zipped backwards, the first is what stays.
        self._ranks = dict(zip(reversed(merges), range(len(merges) - 1, -1, -1), strict=True))

    def _cut_into_words(self, text: str) -> list[str]:
        return self._words.split(text)

    def _encode_word(self, word: str) -> list[int]:
        ids, letters = self._vocabulary.ids, word.encode().decode("latin-1").translate(_CHARACTER_OF)
        if self._words.whole_words and letters in ids:
            return [ids[letters]]
        tokens: list[int] = []
        for symbol in merge(list(letters), self._rank):
            token = ids.get(symbol)
            tokens += self._single_bytes(symbol) if token is None else [token]
        return tokens

    def _rank(self, left: str, right: str) -> int | None:
        return self._ranks.get(f"{left} {right}".encode())

    def _single_bytes(self, symbol: str) -> list[int]:
        """Return tokens for a symbol that is none: those of its bytes in UTF-8 that are tokens, the others are lost."""
        singles = (bytes([byte]).decode("utf-8", "surrogateescape") for byte in symbol.encode())
        return [self._vocabulary.ids[single] for single in singles if single in self._vocabulary.ids]

    def _bytes_of(self, text: str) -> bytes:
        try:
            return text.translate(_BYTE_OF).encode("latin-1")
        except UnicodeEncodeError:  # a character outside the alphabet stands for itself
            pieces = (_BYTE_OF.get(ord(character), character) for character in text)
            return b"".join(
                bytes([piece]) if isinstance(piece, int) else piece.encode("utf-8", "surrogateescape")
                for piece in pieces
            )

    def token_table(self) -> list[bytes]:
        """Return `token_bytes` of every token, by id; all at once, which is five times as fast."""
        texts = self._vocabulary.texts
        joined = "".join(texts).translate(_BYTE_OF)
        try:
            data = joined.encode("latin-1")
        except UnicodeEncodeError:
            return super().token_table()
        ends = list(accumulate(map(len, texts)))
        table = [data[start:stop] for start, stop in zip([0, *ends], ends, strict=False)]
        for token, kind in self._vocabulary.kinds.items():
            if kind is not TokenKind.NORMAL:
                table[token] = self.token_bytes(token)
        return table
