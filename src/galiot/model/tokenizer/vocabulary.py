"""What a GGUF file says about its tokens: their texts, their kinds, and the ids with a meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from galiot.errors import FormatError
from galiot.model.gguf import GgufFile

# Texts by which llama.cpp knows a token's meaning where the file has no key for it, the most usual first.
_END_OF_TURN = (
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "<｜end▁of▁sentence｜>",
    "<end_of_utterance>",
)
_END_OF_MESSAGE = ("<|eom_id|>",)
_FILL = {
    "fim_pre": (
        *("<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>"),
        "<|prefix|>",
    ),
    "fim_suf": (
        *("<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>"),
        "<|suffix|>",
    ),
    "fim_mid": (
        *("<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>"),
        "<|middle|>",
    ),
    "fim_pad": ("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"),
    "fim_rep": ("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"),
    "fim_sep": ("<|file_sep|>",),
}
_ENDS = (
    *("<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>"),
    *("<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>", "<eos>"),
    *("<turn|>", "<end_of_utterance>", "<|tool_response>", "<｜end▁of▁sentence｜>", "[e~["),
)
_ALWAYS_SHOWN = ("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>")


class TokenKind(IntEnum):
    """What a token is for, in the numbers of `tokenizer.ggml.token_type`."""

    UNDEFINED = 0
    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The tokens of a file."""

    texts: list[str]
    """By id; bytes that are no UTF-8 are surrogate escapes."""
    ids: dict[str, int]
    kinds: dict[int, TokenKind]
    """Of the tokens that are not normal."""
    bos: int | None
    eos: int | None
    eot: int | None
    unknown: int | None
    end_tokens: frozenset[int]
    add_bos: bool
    add_eos: bool
    strips_right: frozenset[int]
    """Special tokens that swallow the white space after them."""

    def kind(self, token: int) -> TokenKind:
        """Return what a token is for."""
        return self.kinds.get(token, TokenKind.NORMAL)


def read_vocabulary(file: GgufFile, *, defaults: dict[str, int], add_bos: bool) -> Vocabulary:
    """Read and check the tokens of a file.

    defaults: ids that hold where the file has no key for them, by name ("bos", "eos", "unknown")
    add_bos: whether a text begins with the start token where the file does not say
    raises: FormatError naming the key
    """
    texts = file.strings("tokenizer.ggml.tokens")[:]
    ids = _ids(file, texts)
    kinds = _kinds(file, len(texts))
    named = {name: token for name, token in defaults.items() if token < len(texts)}
    named |= {name: token for name in _NAMED if (token := _named_token(file, name, len(texts))) is not None}
    end_tokens = _mark_by_text(ids, kinds, named)
    vocabulary = Vocabulary(
        texts=texts,
        ids=ids,
        kinds=kinds,
        bos=named.get("bos"),
        eos=named.get("eos"),
        eot=named.get("eot"),
        unknown=named.get("unknown"),
        end_tokens=end_tokens,
        add_bos=file.flag("tokenizer.ggml.add_bos_token", add_bos),
        add_eos=file.flag("tokenizer.ggml.add_eos_token", False),
        strips_right=_strips_right(file, ids, kinds),
    )
    for wanted, token, name in (
        (vocabulary.add_bos, vocabulary.bos, "bos"),
        (vocabulary.add_eos, vocabulary.eos, "eos"),
    ):
        if wanted and token is None:
            raise FormatError(file.path, f"tokenizer.ggml.add_{name}_token asks for {_NAMED[name]}, which is missing")
    return vocabulary


_NAMED = {
    "bos": "tokenizer.ggml.bos_token_id",
    "eos": "tokenizer.ggml.eos_token_id",
    "eot": "tokenizer.ggml.eot_token_id",
    "eom": "tokenizer.ggml.eom_token_id",
    "unknown": "tokenizer.ggml.unknown_token_id",
    **{name: f"tokenizer.ggml.{name}_token_id" for name in _FILL},
}


def _ids(file: GgufFile, texts: list[str]) -> dict[str, int]:
    """Return the id of every text; empty texts get a name of their own, as llama.cpp gives them one."""
    key = "tokenizer.ggml.tokens"
    if not texts:
        raise FormatError(file.path, f"{key} is empty")
    embedding = file.tensors.get("token_embd.weight")
    if embedding is not None and len(embedding.shape) > 1 and embedding.shape[1] != len(texts):
        raise FormatError(file.path, f"{key} has {len(texts)} texts, token_embd.weight {embedding.shape[1]} rows")
    ids = dict(zip(texts, range(len(texts)), strict=True))
    if "" in ids:
        texts[:] = [text or f"[EMPTY_{token}]" for token, text in enumerate(texts)]
        ids = dict(zip(texts, range(len(texts)), strict=True))
    if len(ids) != len(texts):
        first = next(token for token, text in enumerate(texts) if ids[text] != token)
        raise FormatError(file.path, f"{key} has {texts[first][:40]!a} twice, as {first} and {ids[texts[first]]}")
    return ids


def _kinds(file: GgufFile, count: int) -> dict[int, TokenKind]:
    key = "tokenizer.ggml.token_type"
    numbers = file.array(key, "iu", None)
    if numbers is None:
        return {}
    if len(numbers) < count:
        raise FormatError(file.path, f"{key} has {len(numbers)} numbers for {count} tokens")
    numbers = numbers[:count]
    known = {kind.value: kind for kind in TokenKind}
    special = np.flatnonzero(numbers != TokenKind.NORMAL).tolist()
    return {token: known.get(int(numbers[token]), TokenKind.UNDEFINED) for token in special}


def _named_token(file: GgufFile, name: str, count: int) -> int | None:
    return file.integer(_NAMED[name], None, low=0, high=count - 1)


def _mark_by_text(ids: dict[str, int], kinds: dict[int, TokenKind], named: dict[str, int]) -> frozenset[int]:
    """Give tokens with a well-known text the meaning llama.cpp gives them; return those that end an answer."""

    def find(texts: Iterable[str]) -> Iterable[int]:
        return (ids[text] for text in texts if text in ids)

    for name, texts in {"eot": _END_OF_TURN, "eom": _END_OF_MESSAGE, **_FILL}.items():
        token = next(iter(find(texts)), None)
        if name not in named and token is not None:
            named[name], kinds[token] = token, TokenKind.CONTROL
    ends = {named[name] for name in ("fim_pad", "fim_rep", "fim_sep") if name in named}
    for token in find(_ENDS):
        ends.add(token)
        kinds[token] = TokenKind.CONTROL
    kinds.update(dict.fromkeys(find(_ALWAYS_SHOWN), TokenKind.USER_DEFINED))
    ends |= {named[name] for name in ("eos", "eot", "eom") if name in named}
    for token, kind in _not_ends(ids, ends):
        ends.discard(token)
        kinds[token] = kind
    return frozenset(ends)


def _not_ends(ids: dict[str, int], ends: set[int]) -> Iterable[tuple[int, TokenKind]]:
    """Yield tokens that look like an end and are none, because a companion is there too."""

    def there(text: str) -> bool:
        return ids.get(text) in ends

    calls = there("<|call|>") or there("<|calls|>")
    if there("<|end|>") and ((there("<|return|>") and calls) or (calls and there("<|flush|>"))):
        yield ids["<|end|>"], TokenKind.USER_DEFINED
    if there("</s>") and (there("<|tool_response>") or there("<|plamo:eos|>")):
        yield ids["</s>"], TokenKind.NORMAL


def _strips_right(file: GgufFile, ids: dict[str, int], kinds: dict[int, TokenKind]) -> frozenset[int]:
    """Return the special tokens of Phi-3, whose files have no key for this, but the three that do not strip."""
    name = file.text("general.name", "").lower()
    if "phi-3" not in name and "phi3" not in name:
        return frozenset()
    special = {token for token, kind in kinds.items() if kind in SPECIAL}
    return frozenset((special | {ids.get("</s>", -1)}) - {ids.get(text) for text in ("<unk>", "<s>", "<|endoftext|>")})


SPECIAL = (TokenKind.CONTROL, TokenKind.USER_DEFINED, TokenKind.UNKNOWN)
"""Kinds that are looked for in a text before it is cut into words."""
