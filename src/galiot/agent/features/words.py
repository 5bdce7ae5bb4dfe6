"""Names into plain lower-case words."""

from __future__ import annotations

import functools
import re
import unicodedata

_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][^\W\d_A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_GAP = re.compile(r"[\W_]+", re.UNICODE)
_LONGEST = 400  # characters of a name that are looked at


@functools.lru_cache(maxsize=65536)
def words_of(name: str) -> tuple[str, ...]:
    """Return "targetTemperature_2" as ("target", "temperature", "2"); letters of any language are kept."""
    name = unicodedata.normalize("NFKC", name[:_LONGEST])
    return tuple(_GAP.sub(" ", _HUMP.sub(" ", name)).lower().split())


def plain(name: str) -> str:
    """Return the words of a name as one text: "spinSpeed" is "spin speed"."""
    return " ".join(words_of(name))


def fold(text: str) -> str:
    """Return the text without accents and case, to compare names that people write both ways."""
    if text.isascii():
        return text.lower()
    text = text.lower().replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
