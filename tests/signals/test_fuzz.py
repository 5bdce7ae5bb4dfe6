from __future__ import annotations

import json
import time

import numpy as np
import pytest

from galiot.errors import GaliotError
from galiot.signals import facts, read

SEEDS = {
    "csv": "time,temp [°C],label,b\n"
    + "".join(f"2024-01-01 10:{i:02d}:00,{20 + i / 7:.2f},x{i},{i}\n" for i in range(60)),
    "semicolon": "Datum;Uhrzeit;a;b\n" + "".join(f"0{1 + i % 9}.02.2024;10:00:{i:02d};{i},5;\n" for i in range(60)),
    "elapsed": "".join(f"{i * 0.5}\t{i}\t{-i}e-3\n" for i in range(80)),
    "long": "time,sensor,value\n" + "".join(f"{1.7e9 + i // 2},{'ab'[i % 2]},{i}\n" for i in range(80)),
    "jsonl": "\n".join(json.dumps({"ts": 1.7e9 + i, "a": i, "b": {"c": [1, 2.5]}, "s": "on"}) for i in range(50)),
    "senml": json.dumps(
        [{"bn": "u:", "bt": 1.7e9, "n": "a", "v": 0}] + [{"n": "ab"[i % 2], "t": i, "v": i} for i in range(50)]
    ),
    "sensml": "\n".join(json.dumps({"bn": "u:", "n": "a", "t": 1.7e9 + i, "v": i, "s": i}) for i in range(50)),
}
PIECES = [
    b"\n",
    b"\0",
    b'"',
    b",",
    b";",
    b"\t",
    b"nan",
    b"1e400",
    b"-",
    b"\xff",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"[",
    b"]",
]
PIECES += [b"#", b"9" * 20, b"2024-13-45", b":", b"\r", b"null", b"true", b" ", b"\\", b"\xc2\xb5", b"inf", b"_"]


def mutated(text: bytes, generator: np.random.Generator) -> bytes:
    data = bytearray(text)
    for _ in range(int(generator.integers(1, 12))):
        place, kind = int(generator.integers(0, len(data) + 1)), int(generator.integers(0, 6))
        size = int(generator.integers(1, 60))
        if kind == 0:
            data[place : place + 1] = bytes([int(generator.integers(0, 256))])
        elif kind == 1:
            data[place:place] = PIECES[int(generator.integers(0, len(PIECES)))]
        elif kind == 2:
            del data[place : place + size]
        elif kind == 3:
            other = int(generator.integers(0, len(data) + 1))
            data[place:place] = data[other : other + size * 4]
        elif kind == 4 and generator.random() < 0.2:
            del data[place:]
        else:
            data[place : place + 2] = PIECES[int(generator.integers(0, len(PIECES)))] * int(generator.integers(1, 4))
    return bytes(data)


@pytest.mark.parametrize("kind", SEEDS)
def test_a_mutated_file_is_read_or_refused_in_one_line(tmp_path, kind):
    generator = np.random.default_rng(list(SEEDS).index(kind))
    path = tmp_path / "m"
    used, refusals = 0, []
    for _ in range(150):
        path.write_bytes(mutated(SEEDS[kind].encode(), generator))
        begun = time.monotonic()
        try:
            reading = read(str(path))
            found = facts(reading)
            assert (np.diff(reading.times) >= 0).all()
            assert len(found.prompt().split("\n")) <= 40
            json.dumps(found.to_json(), allow_nan=False)
            found.rows()
            used += 1
        except GaliotError as error:
            refusals.append(str(error))
        assert time.monotonic() - begun < 5
    assert used > 30
    assert not any("\n" in refusal for refusal in refusals)
