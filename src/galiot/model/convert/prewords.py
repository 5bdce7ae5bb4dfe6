"""Finding the name under which llama.cpp knows how a tokenizer.json cuts a text into words.

The file says it as a tree of regular expressions. Two trees that cut alike are alike for us, so the tree is run on
texts that tell the known ones apart, and the name whose expressions cut them in the same places is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from galiot.model.tokenizer.pretokenizers import known_names, pre_tokenizer

Split = Callable[[str], list[str]]

# Usual names first: of several that cut alike the first is taken.
_USUAL = ("gpt-2", "smollm", "llama-bpe", "qwen2", "tekken", "gpt-4o", "qwen35", "starcoder", "falcon", "default")
# Texts that every right name must cut right.
_PLAIN = (
    "Hello world, it's 7 o'clock!  We've 12 of 345 and 6789 or 1234567.",
    "I'LL say: THEY'RE he'D don'T\tx  y   z",
    "a\nb\n\nc \n d\r\n\r\n  e\t\n",
    "def f(x_1):\n    return x**2  # (ok)...\n\n\n",
    "http://a.b/c?d=1&e=%20 foo/bar/\n//x\n",
    "don't.Stop;camelCaseHTTPServer v2.0-rc1 ---- ====\n",
    "  leading and trailing  ",
)
# Texts where llama.cpp's own expressions are known to be nearly right only.
_FOREIGN = (
    "Grüße aus Köln, ÄRGER Été naïve",
    "Привет МИР как дела",
    "你好,世界。2024年",
    "e\u0301a\u0308 ก็ नमस्ते",
    "x² ½ ٣٤٥ Ⅻ",
    "🙂🙂 👩‍👩‍👧 ok — “quoted” …",
    "\u00a0\u3000\u2003 wide\u00a0spaces",
)


def recognise(split: Split, *, whole_words: bool) -> tuple[str, int] | None:
    """Return the name that cuts as `split` does, and how many of the foreign texts it cuts otherwise; None for none.

    whole_words: whether the vocabulary takes a word that is a token as it is (`ignore_merges`)
    """
    plain, foreign = [split(text) for text in _PLAIN], [split(text) for text in _FOREIGN]
    best: tuple[tuple[int, bool], str] | None = None
    for name in dict.fromkeys((*_USUAL, *known_names())):
        words = pre_tokenizer(name)
        if words is None or [words.split(text) for text in _PLAIN] != plain:
            continue
        wrong = _differences([words.split(text) for text in _FOREIGN], foreign)
        order = (wrong, words.whole_words != whole_words)
        if best is None or order < best[0]:
            best = order, name
    return (best[1], best[0][0]) if best else None


def _differences(ours: Sequence[object], theirs: Sequence[object]) -> int:
    return sum(a != b for a, b in zip(ours, theirs, strict=True))
