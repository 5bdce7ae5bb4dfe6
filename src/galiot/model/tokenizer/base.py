"""The narrow interface of every tokenizer, and the stream of text that comes out of one."""

from __future__ import annotations

import codecs
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property

from galiot.errors import FormatError, RequestError
from galiot.model.gguf import GgufFile
from galiot.model.tokenizer.vocabulary import SPECIAL, TokenKind, Vocabulary

_KIND = "tokenizer.ggml.model"
_KEPT_WORDS = 1 << 16
_LONGEST_KEPT = 32  # characters
_WHITE_SPACE = frozenset(" \t\n\v\f\r")


class Tokenizer(ABC):
    """Text to tokens and back.

    Agrees with llama.cpp token for token, a lone surrogate excepted: it becomes one replacement character (U+FFFD).
    """

    vocab: int
    """Number of tokens."""
    bos: int | None
    """The token a text begins with."""
    eos: int | None
    """The token a text ends with."""
    eot: int | None
    """The token a turn of a conversation ends with."""
    end_tokens: frozenset[int]
    """Every token that ends an answer."""
    add_bos: bool
    """Whether the file asks for `bos` before a text."""
    add_eos: bool
    """Whether the file asks for `eos` after a text."""

    @staticmethod
    def from_gguf(file: GgufFile) -> Tokenizer:
        """Make the tokenizer that a file describes.

        raises: FormatError naming the key when a part is missing, contradicts another or is of an unknown kind
        """
        kind = file.text(_KIND)
        if kind == "gpt2":
            from galiot.model.tokenizer.bpe import ByteLevelTokenizer

            return ByteLevelTokenizer(file)
        if kind == "llama":
            from galiot.model.tokenizer.sentencepiece import SentencePieceTokenizer

            return SentencePieceTokenizer(file)
        raise FormatError(file.path, f"{_KIND} is {kind[:40]!a}, expected 'gpt2' or 'llama'")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._kept: dict[str, list[int]] = {}
        self.vocab = len(vocabulary.texts)
        self.bos, self.eos, self.eot = vocabulary.bos, vocabulary.eos, vocabulary.eot
        self.end_tokens = vocabulary.end_tokens
        self.add_bos, self.add_eos = vocabulary.add_bos, vocabulary.add_eos

    def encode(self, text: str, *, special: bool = False, start: bool = False) -> list[int]:
        """Return the tokens of a text.

        special: control tokens written out in the text ("<|im_end|>") become those tokens; say so only for text that
            you wrote yourself. User-defined tokens are always looked for.
        start: begin with `bos` and end with `eos` where the file asks for them
        """
        tokens = [self.bos] if start and self.add_bos and self.bos is not None else []
        for fragment in self._fragments(_without_lone_surrogates(text), special):
            if isinstance(fragment, int):
                tokens.append(fragment)
            else:
                self._encode_into(tokens, fragment)
        if start and self.add_eos and self.eos is not None:
            tokens.append(self.eos)
        return tokens

    def decode(self, tokens: Iterable[int], *, continuing: bool = False) -> str:
        """Return the text of tokens; control tokens have none, bytes that are no UTF-8 become U+FFFD.

        continuing: the tokens go on after others, so a leading space is kept that `encode` would have added
        """
        stream = StreamDecoder(self, continuing=continuing)
        return "".join(map(stream.push, tokens)) + stream.flush()

    def token_bytes(self, token: int) -> bytes:
        """Return the exact bytes of a token; none for control, unknown and unused tokens."""
        if not 0 <= token < self.vocab:
            raise RequestError(f"token {token} is outside the vocabulary of {self.vocab}")
        kind = self._vocabulary.kind(token)
        if kind is TokenKind.USER_DEFINED:
            return self.token_text(token).encode("utf-8", "surrogateescape")
        if kind is TokenKind.BYTE:
            return self._byte_of(token)
        return self._bytes_of(self._vocabulary.texts[token]) if kind is TokenKind.NORMAL else b""

    def token_table(self) -> list[bytes]:
        """Return `token_bytes` of every token, by id."""
        return [self.token_bytes(token) for token in range(self.vocab)]

    def token_text(self, token: int) -> str:
        """Return a token as the file writes it, control tokens too."""
        return self._vocabulary.texts[token]

    def token_id(self, text: str) -> int | None:
        """Return the token that the file writes so, None where there is none."""
        return self._vocabulary.ids.get(text)

    def is_control(self, token: int) -> bool:
        """Tell whether a token steers and has no text."""
        return self._vocabulary.kind(token) in (TokenKind.CONTROL, TokenKind.UNKNOWN)

    @property
    def adds_space(self) -> bool:
        """Whether `encode` puts a space before a text."""
        return False

    @abstractmethod
    def _cut_into_words(self, text: str) -> list[str]:
        """Cut a text without special tokens, the first one or one after such a token, where no token goes across."""

    @abstractmethod
    def _encode_word(self, word: str) -> list[int]:
        """Return the tokens of a word."""

    @abstractmethod
    def _bytes_of(self, text: str) -> bytes:
        """Return the bytes that a normal token stands for."""

    def _encode_into(self, tokens: list[int], text: str) -> None:
        """Append the tokens of a text; those of a word that was there before are known."""
        kept = self._kept
        for word in self._cut_into_words(text):
            found = kept.get(word)
            if found is None:
                found = self._encode_word(word)
                if len(word) <= _LONGEST_KEPT:
                    if len(kept) >= _KEPT_WORDS:
                        kept.clear()
                    kept[word] = found
            tokens += found

    def _byte_of(self, token: int) -> bytes:
        """Return the byte of a token that is written like <0x0A>."""
        digits = self.token_text(token)[3:5]
        try:
            return bytes.fromhex(digits)
        except ValueError:
            return b""

    def _fragments(self, text: str, special: bool) -> list[str | int]:
        """Cut a text at its special tokens: the longest is looked for first, everywhere."""
        fragments: list[str | int] = [text] if text else []
        for mark, token, control in self._special:
            if mark in text and (special or not control):
                fragments = [part for fragment in fragments for part in self._cut(fragment, mark, token)]
        return fragments

    def _cut(self, fragment: str | int, mark: str, token: int) -> list[str | int]:
        if isinstance(fragment, int):
            return [fragment]
        strips = token in self._vocabulary.strips_right
        parts: list[str | int] = []
        start = 0
        while (found := fragment.find(mark, start)) >= 0:
            parts += (fragment[start:found], token)
            start = found + len(mark)
            while strips and fragment[start : start + 1] in _WHITE_SPACE:
                start += 1
        return [part for part in (*parts, fragment[start:]) if part != ""]

    @cached_property
    def _special(self) -> list[tuple[str, int, bool]]:
        """Text, id and whether it is looked for on request only, of every special token; the longest first."""
        kinds, texts = self._vocabulary.kinds, self._vocabulary.texts
        chosen = [(texts[token], token, kind) for token, kind in kinds.items() if kind in SPECIAL]
        chosen.sort(key=lambda entry: (-len(entry[0].encode("utf-8", "surrogateescape")), entry[1]))
        return [(text, token, kind is not TokenKind.USER_DEFINED) for text, token, kind in chosen]


class StreamDecoder:
    """Text out of tokens as they come; a character whose bytes are spread over tokens comes when it is whole.

    continuing: the tokens go on after a prompt, so their leading space belongs to the text. False drops one leading
        space where `encode` adds one: the pieces are then what `decode` of all tokens gives.
    """

    def __init__(self, tokenizer: Tokenizer, *, continuing: bool = True) -> None:
        self._tokenizer = tokenizer
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._drops_space = tokenizer.adds_space and not continuing

    def push(self, token: int) -> str:
        """Return the text that is whole with this token, "" where none is yet."""
        piece = self._tokenizer.token_bytes(token)
        if self._drops_space and piece:
            piece, self._drops_space = piece.removeprefix(b" "), False
        elif self._tokenizer.adds_space and self._tokenizer.is_control(token):
            self._drops_space = True
        return self._utf8.decode(piece)

    def flush(self) -> str:
        """Return what is left at the end: a replacement character for a character that never became whole."""
        return self._utf8.decode(b"", final=True)


def _without_lone_surrogates(text: str) -> str:
    """Join surrogate pairs, replace surrogates without a partner."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
