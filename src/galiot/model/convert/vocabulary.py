"""A Hugging Face tokenizer as GGUF metadata."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from galiot.errors import FormatError, RequestError
from galiot.model.convert.prewords import recognise
from galiot.model.convert.safetensors import read_json
from galiot.model.convert.sentencepiece import read_pieces
from galiot.model.tokenizer.vocabulary import TokenKind
from galiot.model.types import Typed
from galiot.model.writer import U32

_ADDED_SCORE, _UNUSED_SCORE = -1000.0, -10000.0
_IDS = {
    "bos_token": "bos_token_id",
    "eos_token": "eos_token_id",
    "unk_token": "unknown_token_id",
    "pad_token": "padding_token_id",
}


@dataclass
class Tokens:
    """The vocabulary while it is put together; lists by id, None where nothing stands yet."""

    texts: list[str | None]
    kinds: list[TokenKind]
    scores: list[float]
    merges: list[str] = field(default_factory=list)

    @classmethod
    def empty(cls, size: int) -> Tokens:
        return cls([None] * size, [TokenKind.UNUSED] * size, [_UNUSED_SCORE] * size)

    def put(self, path: Path, token: int, text: str, kind: TokenKind, score: float) -> None:
        """Set one token; FormatError where the embedding has no row for it."""
        if not 0 <= token < len(self.texts):
            raise FormatError(path, f"token {text[:40]!r} has the id {token}, the embedding has {len(self.texts)} rows")
        self.texts[token], self.kinds[token], self.scores[token] = text, kind, score


def read_vocabulary(folder: Path, rows: int) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the tokenizer's metadata, and notes for the user.

    rows: of the embedding; ids without a token get an unused one
    raises: RequestError for a kind of tokenizer that we do not have, FormatError for nonsense
    """
    path, settings = folder / "tokenizer.json", _optional(folder / "tokenizer_config.json")
    notes: list[str] = []
    file: dict[str, Any] = {}
    if not path.is_file():
        if not (folder / "tokenizer.model").is_file():
            raise RequestError(f"{folder} has neither tokenizer.json nor tokenizer.model")
        facts, tokens = _from_pieces(folder, rows, settings)
    else:
        file = read_json(path)
        model = file.get("model")
        if not isinstance(model, dict) or model.get("type", "BPE") != "BPE":
            kind = model.get("type") if isinstance(model, dict) else None
            raise RequestError(f"{path}: the tokenizer is {kind!r}; only BPE can be converted")
        if model.get("continuing_subword_prefix") or model.get("end_of_word_suffix"):
            raise RequestError(f"{path}: marks at the ends of words are of a kind that GGUF cannot hold")
        if not model.get("byte_fallback"):
            facts, tokens = _byte_level(path, file, rows, notes)
        elif (folder / "tokenizer.model").is_file():
            facts, tokens = _from_pieces(folder, rows, settings)
        else:
            facts, tokens = _like_sentencepiece(path, file, rows)
        _add_tokens(path, tokens, file.get("added_tokens") or [], spaces=bool(model.get("byte_fallback")))
    facts |= _finished(path, tokens, scored=facts["tokenizer.ggml.model"] == "llama")
    ids = {text: token for token, text in enumerate(tokens.texts) if text is not None}
    facts |= _special_ids(folder, settings, ids)
    nothing: dict[str, Any] | None = (
        {} if facts["tokenizer.ggml.model"] == "gpt2" else None
    )  # SentencePiece adds the start token by itself
    facts |= _start_and_end(file.get("post_processor") or nothing, settings, facts, ids) | _template(folder, settings)
    return facts, tuple(notes)


def _byte_level(path: Path, file: Mapping[str, Any], rows: int, notes: list[str]) -> tuple[dict[str, object], Tokens]:
    tokens = Tokens.empty(rows)
    model = file["model"]
    for text, token in _vocabulary(path, model).items():
        tokens.put(path, token, text, TokenKind.NORMAL, 0.0)
    tokens.merges = _merges(path, model)
    found = recognise(_splitter(path, file.get("pre_tokenizer")), whole_words=bool(model.get("ignore_merges")))
    if found is None:
        raise RequestError(f"{path}: it cuts texts into words in a way that llama.cpp has no name for")
    name, wrong = found
    if wrong:
        notes.append(f"words beyond ASCII are cut nearly, not exactly, as tokenizer.json does (pre-tokenizer {name})")
    if file.get("normalizer"):
        notes.append("the tokenizer's normalizer is left out: llama.cpp has none for byte-level vocabularies")
    return {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": name}, tokens


def _like_sentencepiece(path: Path, file: Mapping[str, Any], rows: int) -> tuple[dict[str, object], Tokens]:
    """Return a byte-fallback BPE as a SentencePiece model: a token's score says how early it is merged."""
    tokens, model = Tokens.empty(rows), file["model"]
    rank: dict[str, int] = {}
    for order, merge in enumerate(_merges(path, model)):
        left, _, right = merge.partition(" ")
        rank.setdefault(left + right, order)
    unknown = model.get("unk_token")
    for text, token in _vocabulary(path, model).items():
        kind = TokenKind.UNKNOWN if text == unknown else TokenKind.BYTE if _is_byte(text) else TokenKind.NORMAL
        last = len(rank) + token  # single characters are not merged, so their score only has to be the lowest
        tokens.put(path, token, text, kind, 0.0 if kind != TokenKind.NORMAL else -float(rank.get(text, last)))
    return _sentencepiece_facts(_adds_space(file)), tokens


def _from_pieces(folder: Path, rows: int, settings: Mapping[str, Any]) -> tuple[dict[str, object], Tokens]:
    path, tokens = folder / "tokenizer.model", Tokens.empty(rows)
    pieces, adds_space = read_pieces(path)
    for token, (text, score, kind) in enumerate(pieces):
        tokens.put(path, token, text, kind, score)
    added = settings.get("added_tokens_decoder")
    if isinstance(added, dict):
        listed = [{**said, "id": int(i)} for i, said in added.items() if i.isdigit() and isinstance(said, dict)]
        _add_tokens(folder / "tokenizer_config.json", tokens, listed, spaces=True)
    return _sentencepiece_facts(adds_space), tokens


def _sentencepiece_facts(adds_space: bool) -> dict[str, object]:
    facts: dict[str, object] = {"tokenizer.ggml.model": "llama", "tokenizer.ggml.pre": "default"}
    return {**facts, "tokenizer.ggml.add_space_prefix": adds_space}


def _adds_space(file: Mapping[str, Any]) -> bool:
    """Return whether a space is put before a text, which is said in one of three ways."""
    for step in _steps(file.get("normalizer")):
        if step.get("type") == "Prepend":
            return True
    for step in _steps(file.get("pre_tokenizer")):
        if step.get("type") == "Metaspace":
            return bool(
                step.get("prepend_scheme", "always" if step.get("add_prefix_space", True) else "never") != "never"
            )
    return False


def _steps(part: Any) -> Iterable[Mapping[str, Any]]:
    if not isinstance(part, dict):
        return []
    inner = part.get("normalizers") or part.get("pretokenizers")
    return [step for step in inner if isinstance(step, dict)] if isinstance(inner, list) else [part]


def _vocabulary(path: Path, model: Mapping[str, Any]) -> dict[str, int]:
    vocab = model.get("vocab")
    if not isinstance(vocab, dict) or not all(type(token) is int for token in vocab.values()):
        raise FormatError(path, "model.vocab does not give every token its id")
    return vocab


def _merges(path: Path, model: Mapping[str, Any]) -> list[str]:
    """Return "left right" pairs; newer files write them as lists of two."""
    merges, found = model.get("merges"), []
    for i, merge in enumerate(merges if isinstance(merges, list) else []):
        parts = merge.split(" ") if isinstance(merge, str) else merge
        if not isinstance(parts, list) or len(parts) != 2 or not all(isinstance(part, str) and part for part in parts):
            raise FormatError(path, f"model.merges[{i}] is no pair of tokens")
        found.append(" ".join(parts))
    return found


def _splitter(path: Path, cutter: Any) -> Callable[[str], list[str]]:
    """Return what the file's pre-tokenizer does, run by `tokenizers` beside an empty vocabulary."""
    from tokenizers import Tokenizer

    if cutter is None:
        raise RequestError(f"{path}: it does not cut texts into words, so it is no byte-level tokenizer that we know")
    empty = {"type": "BPE", "vocab": {}, "merges": []}
    try:
        words = Tokenizer.from_str(
            json.dumps({"added_tokens": [], "pre_tokenizer": cutter, "model": empty})
        ).pre_tokenizer
    except Exception as error:  # the package raises nothing more exact
        raise FormatError(path, f"pre_tokenizer makes no sense: {str(error).splitlines()[0][:120]}") from error
    return lambda text: [text[start:stop] for _, (start, stop) in words.pre_tokenize_str(text)]


def _add_tokens(path: Path, tokens: Tokens, added: Any, *, spaces: bool) -> None:
    """Set the tokens that were added to the vocabulary; those of conversations are control tokens.

    spaces: the text is written with spaces, as llama.cpp looks for it, and not with the mark that stands for them
    """
    for token in added if isinstance(added, list) else [added]:
        if not isinstance(token, dict) or type(token.get("id")) is not int or not isinstance(token.get("content"), str):
            raise FormatError(path, "an added token has no id and content")
        number, text = token["id"], token["content"]
        known = 0 <= number < len(tokens.kinds) and tokens.kinds[number]
        if known in (TokenKind.UNKNOWN, TokenKind.BYTE):
            continue
        kind = TokenKind.CONTROL if token.get("special") else TokenKind.USER_DEFINED
        if spaces and kind == TokenKind.USER_DEFINED:
            text = text.replace("▁", " ")
        tokens.put(path, number, text, kind, _ADDED_SCORE)


def _finished(path: Path, tokens: Tokens, *, scored: bool) -> dict[str, object]:
    texts = [f"[PAD{i}]" if text is None else text for i, text in enumerate(tokens.texts)]
    if len(set(texts)) < len(texts):
        twice = Counter(texts).most_common(1)[0][0]
        raise FormatError(path, f"two tokens are written {twice[:40]!r}")
    facts: dict[str, object] = {
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": np.array(tokens.kinds, np.int32),
    }
    if scored:
        return {**facts, "tokenizer.ggml.scores": np.array(tokens.scores, np.float32)}
    return {**facts, "tokenizer.ggml.merges": tokens.merges} if tokens.merges else facts


def _special_ids(folder: Path, settings: Mapping[str, Any], ids: Mapping[str, int]) -> dict[str, object]:
    """Return the ids of start, end, unknown and padding: by text in the tokenizer's settings, else by number."""
    numbers = {**_optional(folder / "config.json"), **_optional(folder / "generation_config.json")}
    facts: dict[str, object] = {}
    for name, key in _IDS.items():
        text = settings.get(name)
        text = text.get("content") if isinstance(text, dict) else text
        number = numbers.get(f"{name}_id")
        number = number[0] if isinstance(number, list) and number else number
        token = ids.get(text) if isinstance(text, str) else number
        if type(token) is int and 0 <= token < len(ids):
            facts[f"tokenizer.ggml.{key}"] = U32(token)
    return facts


def _start_and_end(
    processor: Any, settings: Mapping[str, Any], facts: Mapping[str, object], ids: Mapping[str, int]
) -> dict[str, object]:
    """Return whether a text begins with the start token and ends with the end token: as set, else as it is done."""
    found: dict[str, object] = {}
    ends = _ends_of_a_text(processor)
    for end, name, key in zip(ends or (None, None), ("add_bos_token", "add_eos_token"), _IDS.values(), strict=False):
        said, known = settings.get(name), facts.get(f"tokenizer.ggml.{key}")
        if isinstance(said, bool):
            found[f"tokenizer.ggml.{name}"] = said
        elif ends is not None and isinstance(known, Typed):
            found[f"tokenizer.ggml.{name}"] = isinstance(end, str) and ids.get(end) == known.value
    return found


def _ends_of_a_text(processor: Any) -> tuple[Any, Any] | None:
    """Return which tokens, as texts, a post-processor puts before and after a text; None where there is none."""
    if not isinstance(processor, dict):
        return None
    steps = processor.get("processors")
    for step in steps if isinstance(steps, list) else [processor]:
        kind = step.get("type") if isinstance(step, dict) else None
        if kind in ("RobertaProcessing", "BertProcessing"):
            cls, sep = step.get("cls"), step.get("sep")
            return cls[0] if isinstance(cls, list) and cls else None, sep[0] if isinstance(sep, list) and sep else None
        if kind == "TemplateProcessing" and isinstance(parts := step.get("single"), list) and parts:
            return _special_in(parts[0]), _special_in(parts[-1])
    return None, None


def _special_in(part: Any) -> Any:
    special = part.get("SpecialToken") if isinstance(part, dict) else None
    return special.get("id") if isinstance(special, dict) else None


def _template(folder: Path, settings: Mapping[str, Any]) -> dict[str, object]:
    """Return the chat template: a file of its own, else in the settings, alone or in a list of named ones."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return {"tokenizer.chat_template": (folder / "chat_template.jinja").read_text("utf-8")}
    template = _optional(folder / "chat_template.json").get("chat_template") or settings.get("chat_template")
    if isinstance(template, list):
        named = {said.get("name"): said.get("template") for said in template if isinstance(said, dict)}
        template = named.get("default")
    return {"tokenizer.chat_template": template} if isinstance(template, str) else {}


def _optional(path: Path) -> dict[str, Any]:
    return read_json(path) if path.is_file() else {}


def _is_byte(text: str) -> bool:
    return len(text) == 6 and text.startswith("<0x") and text.endswith(">")
