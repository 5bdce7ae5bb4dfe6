"""How byte-level vocabularies cut a text into words: llama.cpp's pre-tokenizer names and their expressions.

The expressions of a vocabulary are applied one after the other, each inside the pieces that the one before left; what
matches and what lies between becomes a piece. Most of them see a simplified text in which every character beyond ASCII
is replaced by a letter for its Unicode class, so Python's `re` does. Those that name such letters see the text itself.

Source: the tokenizer files that the models' makers publish, in the form that llama.cpp gave them (its classes know no
upper and lower case beyond ASCII).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_SPACE, _OTHER = "\x0b", "\xd0"
_CLASSES = {"N": "\xd1", "L": "\xd2", "P": "\xd3", "M": "\xd4", "S": "\xd5"}
_WIDE_SPACES = dict.fromkeys(
    map(ord, "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))), _SPACE
)
# Letters, marks and numbers of Unicode 15 and 15.1, which Python 3.11 does not know yet.
_NEWER = {
    "L": "1123f-11240 11f02 11f04-11f10 11f12-11f33 1342f 13441-13446 1b132 1b155 1df25-1df2a 1e030-1e06d 1e4d0-1e4eb "
    "2b739 2ebf0-2ee5d 31350-323af",
    "N": "11f50-11f59 1d2c0-1d2d3 1e4f0-1e4f9",
    "M": "cf3 ece 10efd-10eff 11241 11f00-11f01 11f03 11f34-11f3a 11f3e-11f42 13440 13447-13455 1e08f 1e4ec-1e4ef",
    "P": "11b00-11b09 11f43-11f4f",
    "S": "2ffc-2fff 31ef 1f6dc 1f774-1f776 1f77b-1f77f 1f7d9 1fa75-1fa77 1fa87-1fa88 1faad-1faaf 1fabb-1fabd 1fabf "
    "1face-1facf 1fada-1fadb 1fae8 1faf7-1faf8",
}

# The inside of a character class, in the simplified text.
_L = "A-Za-z\xd2"
_N = "0-9\xd1"
_P = r"!-#%-*,-/:;?@\[-\]_{}" + "\xd3"
_M = "\xd4"
_S = r"$+<->^`|~" + "\xd5"
_UPPER, _LOWER = "A-Z\xd2", "a-z\xd2"

_SHORT_FORMS = r"'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])"
_LINES_AND_SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
_DIGIT = f"[{_N}]"
_GPT2 = rf"'(?:[stmd]|re|ve|ll)| ?[{_L}]+| ?[{_N}]+| ?[^\s{_L}{_N}]+|\s+(?!\S)|\s+"


def _words(digits: str, *, letters: str = _L, short_forms: str = _SHORT_FORMS, ends: str = r"[\r\n]*") -> str:
    """Return the expression of Llama 3 and its many relatives."""
    return rf"{short_forms}|[^\r\n{_L}{_N}]?[{letters}]+|{digits}| ?[^\s{letters}{_N}]+{ends}|{_LINES_AND_SPACES}"


def _cased_words(digits: str, short_forms: str = "") -> str:
    """Return the expression of GPT-4o's relatives: a capital may begin a word, not end it."""
    first = rf"[^\r\n{_L}{_N}]?"
    return (
        rf"{first}[{_UPPER}]*[{_LOWER}]+{short_forms}|{first}[{_UPPER}]+[{_LOWER}]*{short_forms}|{digits}"
        rf"| ?[^\s{_L}{_N}]+[\r\n/]*|{_LINES_AND_SPACES}"
    )


_LLAMA3 = _words(f"[{_N}]{{1,3}}")
_QWEN2 = _words(_DIGIT)
_BLOOM = r" ?[^(\s|.,!?…。，、।۔،)]+"
_DEEPSEEK_LETTERS = (
    "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-\u1f7dᾀ-ᾴᾶ"
    "-ᾼ\u1fbeῂ-ῄῆ-ῌῐ-\u1fd3ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-"
    "ﬆﬓ-ﬗ\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-\U000104fb\U00010c80-"
    "\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943"
)
_DEEPSEEK_HAN = "[一-龥ࠀ-一가-\ud7ff]+"
_DEEPSEEK3 = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"
    rf"|[^\r\n{_L}{_P}{_S}]?[{_L}{_M}]+| ?[{_P}{_S}]+[\r\n]*|{_LINES_AND_SPACES}"
)

_EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "default": (rf"[{_P}$+<=>^~|]+", _GPT2, f"[{_N}]+", "[0-9][0-9][0-9]"),
    "gpt-2": (_GPT2,),
    "starcoder": (_DIGIT, _GPT2),
    "falcon": (rf"[{_P}$+<=>^~|`]+", _GPT2, "[0-9][0-9][0-9]"),
    "llama3": (_LLAMA3,),
    "qwen2": (_QWEN2,),
    "qwen35": (_words(_DIGIT, letters=_L + _M),),
    "tekken": (_cased_words(_DIGIT),),
    "gpt-4o": (_cased_words(f"[{_N}]{{1,3}}", f"(?:{_SHORT_FORMS})?"),),
    "deepseek-llm": (
        r"[\r\n]",
        rf"\s?[{_DEEPSEEK_LETTERS}]+",
        r"\s?[!-/:-~！-／：-～‘-‟\u3000-。]+",
        r"\s+\Z",
        _DEEPSEEK_HAN,
        f"[{_N}]+",
    ),
    "deepseek-coder": (r"[\r\n]", rf"\s?[{_L}]+", rf"\s?[{_P}]+", _DEEPSEEK_HAN, _DIGIT),
    "deepseek-v3": (f"[{_N}]{{1,3}}", "[一-龥\u3040-ゟ゠-ヿ]+", _DEEPSEEK3),
    "bloom": (_BLOOM,),
    "viking": (_BLOOM, _DIGIT),
    "seed-coder": (_words(_DIGIT, ends=""),),
    "laguna": (r"[^\n]+|\n+", _QWEN2),
    "bailingmoe": (_QWEN2.replace(r"\s*[\r\n]+", r"\s*[\r\n]"),),
    "ufakzeka": (_QWEN2.removeprefix(_SHORT_FORMS + "|"),),
    "minicpm5": (f"[{_N}]{{1,3}}", _words(f"[{_N}]+")),
}

_SAME: dict[str, str] = {
    "llama3": "llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano dbrx smaug-bpe chatglm-bpe glm4 "
    "glm5",
    "gpt-2": "phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert jina-v1-en jina-v2-code "
    "roberta-bpe mpt olmo jais trillion granite-docling exaone4",
    "starcoder": "refact command-r smollm codeshell exaone minerva-7b mellum2",
    "qwen2": "deepseek-r1-qwen kormo f2llmv2 stablelm2 hunyuan solar-open megrez grok-2",
    "gpt-4o": "llama4 kanana2 talkie minimax-m2",
    "deepseek-v3": "hunyuan-dense joyai-llm hy_v4",
    "bloom": "poro-chat gpt3-finnish",
    "bailingmoe": "bailingmoe2 llada-moe",
}
_FAMILY = {name: family for family, names in _SAME.items() for name in names.split()}
_START_TOKEN = {"tekken", "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"}
_START_TOKEN |= {"jina-v5-nano"}
_WHOLE_WORDS = _START_TOKEN | {"minicpm5", "glm4", "glm5"}


@dataclass(frozen=True)
class PreTokenizer:
    """Cuts a text into the words inside which pairs merge."""

    name: str
    expressions: tuple[str, ...]
    whole_words: bool
    """A word that is a token is that token, whatever the merges would make of it."""
    start_token: bool
    """A text begins with the start token where the file does not say."""

    def split(self, text: str) -> list[str]:
        """Return the words of a text; joined they are the text."""
        ends = [len(text)]
        for pattern, simplified in self._patterns:
            ends = _cut(pattern, _simplify(text) if simplified else text.translate(_WIDE_SPACES), ends)
        return [text[start:stop] for start, stop in zip([0, *ends], ends, strict=False)]

    @property
    def _patterns(self) -> list[tuple[re.Pattern[str], bool]]:
        return [_compiled(expression) for expression in self.expressions]


def pre_tokenizer(name: str) -> PreTokenizer | None:
    """Return the pre-tokenizer of this name, None where the name is not known."""
    expressions = _EXPRESSIONS.get(_FAMILY.get(name, name))
    if expressions is None:
        return None
    return PreTokenizer(name, expressions, name in _WHOLE_WORDS, name in _START_TOKEN)


def known_names() -> list[str]:
    """Return every name that `pre_tokenizer` knows."""
    return sorted({*_EXPRESSIONS, *_FAMILY})


@cache
def _compiled(expression: str) -> tuple[re.Pattern[str], bool]:
    return re.compile(expression, re.ASCII), max(expression) <= "\xff"


def _cut(pattern: re.Pattern[str], text: str, ends: list[int]) -> list[int]:
    """Return where the pieces end when each is cut into what the pattern matches and what lies between."""
    found: list[int] = []
    start = 0
    for stop in ends:
        for match in pattern.finditer(text, start, stop):
            if match.start() > start:
                found.append(match.start())
            start = match.end()
            found.append(start)
        if start < stop:
            found.append(stop)
        start = stop
    return found


class _ClassOf(dict[int, str]):
    """The letter that stands for a character, found when first asked for."""

    def __missing__(self, point: int) -> str:
        self[point] = letter = chr(point) if point < 128 else _WIDE_SPACES.get(point) or _class_letter(point)
        return letter


_CLASS_OF = _ClassOf()


def _simplify(text: str) -> str:
    """Return as many characters, those beyond ASCII replaced by the letter of their class."""
    return text if text.isascii() else text.translate(_CLASS_OF)


def _class_letter(point: int) -> str:
    category = unicodedata.category(chr(point))
    if category == "Cn":
        return next((_CLASSES[kind] for kind in _NEWER if any(point in span for span in _spans(kind))), _OTHER)
    return _CLASSES.get(category[0], _OTHER)


def _spans(kind: str) -> Iterator[range]:
    for span in _NEWER[kind].split():
        first, _, last = span.partition("-")
        yield range(int(first, 16), int(last or first, 16) + 1)
