"""Annotations of a WFDB record: beats and what else was marked (annot(5) of the WFDB Applications Guide)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from galiot.errors import FileError, FormatError, RequestError

_CODES = ' N L R a V F J A S E j / Q ~ - | - s T * D " = p B ^ t + u ? ! [ ] e n @ x f ( ) r'.split(" ")
SYMBOLS = {code: symbol for code, symbol in enumerate(_CODES) if symbol not in ("", "-")}
"""What an annotation's code is written as; N, L, R, a, V, F, J, A, S, E, j, /, Q, B, e, n, f, r and ? are beats."""
BEATS = frozenset("NLRaVFJASEj/QBenfr?")
_LARGEST_BYTES = 256 << 20
_SKIP, _NUM, _SUB, _CHAN, _AUX = 59, 60, 61, 62, 63


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mark at a sample: `symbol` as in SYMBOLS, `text` what was written beside it."""

    sample: int
    symbol: str
    text: str = ""
    channel: int = 0

    @property
    def is_beat(self) -> bool:
        """Whether it marks a heart beat."""
        return self.symbol in BEATS


def read_annotations(path: str | os.PathLike[str]) -> list[Annotation]:
    """Read an annotation file such as `100.atr`, in the order of the file.

    raises: RequestError for no file, FormatError with the byte that makes no sense
    """
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FormatError(path, "is larger than 256 MiB; this is no annotation file")
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise RequestError(f"{path}: no such file") from error
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error
    return _parsed(path, raw)


def _parsed(path: Path, raw: bytes) -> list[Annotation]:
    found: list[Annotation] = []
    sample = channel = at = 0
    while at + 2 <= len(raw):
        word = int.from_bytes(raw[at : at + 2], "little")
        code, low = word >> 10, word & 0x3FF
        at += 2
        if word == 0:
            return found
        if code == _SKIP:
            if at + 4 > len(raw):
                break
            step = int.from_bytes(raw[at : at + 2], "little") << 16 | int.from_bytes(raw[at + 2 : at + 4], "little")
            sample += step - (1 << 32) if step >> 31 else step
            at += 4
        elif code == _AUX:
            if at + low > len(raw):
                break
            text = raw[at : at + low].rstrip(b"\0").decode("utf-8", "replace")
            at += low + low % 2
            if found:
                found[-1] = Annotation(found[-1].sample, found[-1].symbol, text, channel)
        elif code == _CHAN:
            channel = low
            if found:
                found[-1] = Annotation(found[-1].sample, found[-1].symbol, found[-1].text, channel)
        elif code not in (_NUM, _SUB):
            sample += low
            if not 0 <= sample < 1 << 48:
                raise FormatError(path, f"byte {at - 2} puts an annotation at sample {sample}")
            found.append(Annotation(sample, SYMBOLS.get(code, f"[{code}]"), channel=channel))
    raise FormatError(path, f"ends at byte {len(raw)} without its end mark; is it whole?")
