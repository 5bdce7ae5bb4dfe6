"""A model's vocabulary as the constraint library wants it: once by token, once by byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from llguidance import LLMatcher, LLTokenizer

_CONTINUATION = bytes(range(0x80, 0xC0))
END_BYTE = 256  # the id that ends the text in the vocabulary of single bytes


class TokenTable(Protocol):
    """What a constraint needs to know of a tokenizer."""

    @property
    def end_tokens(self) -> frozenset[int]:
        """Tokens that end an answer."""
        ...

    def token_table(self) -> list[bytes]:
        """Return the bytes of every token, empty for control tokens."""
        ...


class Vocabulary:
    """Token bytes, prepared for masks; building it for 49,000 tokens takes about 0.06 s, so it is worth keeping.

    The second, byte by byte view follows the same grammar with 256 symbols, where a step costs a few microseconds:
    looking ahead happens there.
    """

    def __init__(self, tokenizer: TokenTable) -> None:
        self.pieces = tokenizer.token_table()
        self.end_tokens = tokenizer.end_tokens
        end = min(self.end_tokens, default=None)
        if end is None:  # a file without an end token: a control token or a token past the last one does as well
            end = next((i for i, piece in enumerate(self.pieces) if not piece), None)
        marked = [piece or b"\xff<control>" for piece in self.pieces]
        if end is None:
            end = len(marked)
            marked.append(b"\xff<end>")
        self._single = {piece[0]: i for i, piece in enumerate(self.pieces) if len(piece) == 1}
        self._tokens = _build(marked, end)
        self._bytes = _build([bytes([value]) for value in range(256)] + [b"\xff<end>"], END_BYTE)

    @property
    def size(self) -> int:
        """Number of tokens."""
        return len(self.pieces)

    @property
    def mask_words(self) -> int:
        """32-bit words of a mask over the tokens."""
        return -(-int(self._tokens.vocab_size) // 32)

    @property
    def singles(self) -> Mapping[int, int]:
        """Byte -> the token that is this byte alone."""
        return self._single

    def matcher(self, grammar: str) -> LLMatcher:
        """Compile a grammar for tokens; the caller asks it for errors."""
        return self._compiled(grammar, self._tokens)

    def matchers(self, grammar: str) -> tuple[LLMatcher, LLMatcher]:
        """Compile a grammar for tokens and for bytes; the caller asks them for errors."""
        return self._compiled(grammar, self._tokens), self._compiled(grammar, self._bytes)

    def _compiled(self, grammar: str, vocabulary: LLTokenizer) -> LLMatcher:
        from llguidance import LLMatcher, LLParserLimits

        limits = LLParserLimits(max_items_in_row=50_000, step_max_items=200_000, verbose_errors=False)
        return LLMatcher(vocabulary, grammar, log_level=0, limits=limits)

    def split(self, text: bytes) -> list[int] | None:
        """Return tokens that spell `text`, longest first, or None where the vocabulary cannot spell it.

        Every spelling is as good to a grammar. The text may start inside a character.
        """
        rest = text.lstrip(_CONTINUATION)
        head = [self._single.get(value) for value in text[: len(text) - len(rest)]]
        try:
            tail = self._tokens.greedy_tokenize(rest.decode())
        except UnicodeDecodeError:
            return None
        tokens = [token for token in head if token is not None] + list(tail)
        return tokens if b"".join(map(self.pieces.__getitem__, tokens)) == text else None


def as_vocabulary(tokenizer: TokenTable | Vocabulary) -> Vocabulary:
    """Return the vocabulary of a tokenizer, made once and kept as long as that lives; or the one that is given."""
    if isinstance(tokenizer, Vocabulary):
        return tokenizer
    if tokenizer not in _KNOWN:
        _KNOWN[tokenizer] = Vocabulary(tokenizer)
    return _KNOWN[tokenizer]


_KNOWN: WeakKeyDictionary[TokenTable, Vocabulary] = WeakKeyDictionary()


class _Source:
    """The attributes that the library reads from a tokenizer."""

    def __init__(self, pieces: Sequence[bytes], end: int) -> None:
        self.tokens, self.eos_token_id, self.bos_token_id = pieces, end, None
        self.special_token_ids: list[int] = []

    def __call__(self, text: bytes) -> list[int]:
        """Spell a text; grammars here never ask, because they are compiled with `no_forcing`."""
        return []


def _build(pieces: Sequence[bytes], end: int) -> LLTokenizer:
    from llguidance import LLTokenizer, TokenizerWrapper

    # Slices, which speed up some masks, take 45 ms to prepare and save 8 us a mask: worth it after 5,000 tokens.
    return LLTokenizer(TokenizerWrapper(_Source(pieces, end)), slices=[])
