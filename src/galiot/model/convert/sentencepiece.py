"""The pieces of a SentencePiece tokenizer.model, read from its protocol buffer by a few lines of our own.

Source: sentencepiece_model.proto of https://github.com/google/sentencepiece, messages ModelProto and SentencePiece.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from galiot.errors import FileError, FormatError, RequestError
from galiot.model.tokenizer.vocabulary import TokenKind

_BPE = 2
_MOST_BYTES = 1 << 28


def read_pieces(path: Path) -> tuple[list[tuple[str, float, TokenKind]], bool]:
    """Return text, score and kind of every piece, and whether a space is put before a text.

    raises: RequestError for a unigram model, FormatError for what is no such file
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error
    pieces: list[tuple[str, float, TokenKind]] = []
    adds_space, kind = True, 1
    try:
        for number, value in _fields(data):
            if number == 1 and isinstance(value, bytes):
                pieces.append(_piece(value))
            elif number == 2 and isinstance(value, bytes):
                kind = next((v for n, v in _fields(value) if n == 3 and isinstance(v, int)), 1)
            elif number == 3 and isinstance(value, bytes):
                adds_space = all(v for n, v in _fields(value) if n == 3)
    except (IndexError, ValueError, struct.error) as error:
        raise FormatError(path, f"is no SentencePiece model: {error}") from error
    if not pieces:
        raise FormatError(path, "is no SentencePiece model: it has no pieces")
    if kind != _BPE:
        raise RequestError(f"{path}: a SentencePiece model of another kind than BPE cannot be converted")
    return pieces, adds_space


def _piece(data: bytes) -> tuple[str, float, TokenKind]:
    text, score, kind = "", 0.0, 1
    for number, value in _fields(data):
        if number == 1 and isinstance(value, bytes):
            text = value.decode("utf-8")
        elif number == 2 and isinstance(value, bytes):
            score = struct.unpack("<f", value)[0]
        elif number == 3 and isinstance(value, int):
            kind = value
    return text, score, TokenKind(kind)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of every field; the bytes of a fixed-width one as they are."""
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        wire = tag & 7
        if wire == 0:
            number, position = _varint(data, position)
            yield tag >> 3, number
            continue
        size, position = {1: (8, position), 5: (4, position)}.get(wire) or (
            _varint(data, position) if wire == 2 else (-1, 0)
        )
        if size < 0 or position + size > len(data):
            raise ValueError(f"a field at byte {position} does not fit")
        yield tag >> 3, data[position : position + size]
        position += size


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError(f"a number at byte {position} has no end")
