"""Writes WFDB files one sample at a time, as slowly and plainly as the guide describes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def packed(form: int, samples: Sequence[int]) -> bytes:
    if form == 212:
        made = b""
        for place in range(0, len(samples), 2):
            pair = [sample & 0xFFF for sample in samples[place : place + 2]]
            made += bytes([pair[0] & 0xFF, pair[0] >> 8 | (pair[1] >> 8 << 4 if len(pair) == 2 else 0)])
            made += bytes([pair[1] & 0xFF]) if len(pair) == 2 else b""
        return made
    size, shift, order = {
        16: (2, 0, "little"),
        24: (3, 0, "little"),
        32: (4, 0, "little"),
        61: (2, 0, "big"),
        80: (1, 128, "little"),
        160: (2, 1 << 15, "little"),
    }[form]
    signed = not shift
    return b"".join((sample + shift).to_bytes(size, order, signed=signed) for sample in samples)  # type: ignore[arg-type]


def framed(signals: Sequence[Sequence[int]], per_frame: Sequence[int]) -> list[int]:
    frames = len(signals[0]) // per_frame[0]
    return [
        sample
        for frame in range(frames)
        for signal, count in zip(signals, per_frame, strict=True)
        for sample in signal[frame * count : (frame + 1) * count]
    ]


def write_record(folder: Path, lines: Iterable[str], files: dict[str, bytes], name: str = "r") -> Path:
    path = folder / f"{name}.hea"
    path.write_text("\n".join(lines) + "\n")
    for file, data in files.items():
        (folder / file).write_bytes(data)
    return path
