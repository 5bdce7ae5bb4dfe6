"""Text files as blocks of whole lines, in bounded memory: plain or gzip, UTF-8, UTF-16 or an 8-bit encoding."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from galiot.errors import FileError, FormatError, RequestError

BLOCK_BYTES = 1 << 20
LINE_BYTES = 1 << 20
"""A line longer than this is no row of a table."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def beginning_of(path: str, count: int = 512) -> tuple[bytes, int]:
    """Return the first bytes of a regular file, and its size.

    raises: RequestError for no file, FileError where it cannot be read
    """
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise FileError(path, "is a folder; give a file")
        if not stat.S_ISREG(status.st_mode):
            raise FileError(path, "is not a regular file; save what it gives in a file first")
        with open(path, "rb") as file:
            return file.read(count), status.st_size
    except FileNotFoundError as error:
        raise RequestError(f"{path}: no such file") from error
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise FileError(path.replace("\0", "?"), f"cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that can be read again and again; `progress` is called with (bytes read, bytes on disk)."""

    path: str
    compressed: bool
    encoding: str
    size: int
    progress: Callable[[int, int], None] | None = None

    @classmethod
    def open(cls, path: str, progress: Callable[[int, int], None] | None = None) -> TextFile:
        """Look at a file's beginning.

        raises: RequestError for no file, FileError where it cannot be read, FormatError where it is not text
        """
        first, size = beginning_of(path)
        compressed = first.startswith(b"\x1f\x8b")
        head = next(cls(path, compressed, "utf-8", size)._chunks(), b"")
        if not head.strip(b"\xef\xbb\xbf\xff\xfe\r\n\t "):
            raise FormatError(path, "is empty: it holds no rows")
        encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "utf-8")
        if encoding == "utf-8":
            _check_text(path, head)
        return cls(path, compressed, encoding, size, progress)

    def head(self) -> bytes:
        """The first block of whole lines."""
        return next(self.blocks(), (b"", 1))[0]

    def blocks(self) -> Iterator[tuple[bytes, int]]:
        """Yield (whole lines ending in a newline, number of the first of them); line ends become a bare newline.

        raises: FormatError for a line beyond LINE_BYTES, with its number
        """
        rest, line, last_was_return = b"", 1, False
        for chunk in self.chunks():
            if b"\r" in chunk or last_was_return:
                chunk = chunk[1:] if last_was_return and chunk.startswith(b"\n") else chunk
                last_was_return = chunk.endswith(b"\r")
                chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            cut = chunk.rfind(b"\n") + 1
            if cut:
                block = rest + chunk[:cut]
                yield block, line
                line += block.count(b"\n")
                rest = chunk[cut:]
            else:
                rest += chunk
            if len(rest) > LINE_BYTES:
                raise FormatError(
                    self.path, f"line {line} is longer than {LINE_BYTES >> 20} MiB; this is no table of text"
                )
        if rest:
            yield rest + b"\n", line

    def chunks(self) -> Iterator[bytes]:
        """Yield the text as UTF-8 (or as whatever 8-bit encoding it has) in pieces that end anywhere."""
        chunks = self._chunks()
        if self.encoding == "utf-8":
            first = next(chunks, b"")
            yield first.removeprefix(codecs.BOM_UTF8)
            yield from chunks
            return
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        for number, chunk in enumerate(chunks):
            text = decoder.decode(chunk)
            yield (text[1:] if number == 0 else text).encode("utf-8", "replace")

    def _chunks(self) -> Iterator[bytes]:
        import gzip
        import zlib

        done = 0
        try:
            with open(self.path, "rb") as raw:
                file = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if self.compressed else raw
                while chunk := file.read(BLOCK_BYTES):
                    done += len(chunk)
                    yield chunk
                    if self.progress:
                        self.progress(min(raw.tell(), self.size), self.size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FormatError(self.path, f"gzip data is damaged after {done} bytes of text: {error}") from error
        except OSError as error:
            raise FileError(self.path, f"cannot be read: {error.strerror or error}") from error


def text_of(raw: bytes) -> str:
    """Decode a line or a cell: UTF-8, else the western 8-bit encoding."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _check_text(path: str, head: bytes) -> None:
    strange = head.translate(None, bytes(range(32, 256)) + b"\t\r\n\f\x1b")
    if b"\0" in strange or len(strange) > len(head) // 50 + 1:
        place = next(place for place, byte in enumerate(head) if byte < 32 and byte not in b"\t\r\n\f\x1b")
        raise FormatError(path, f"is not text: byte {head[place]:#04x} at offset {place}")
