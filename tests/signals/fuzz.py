"""Seeded mutations of valid files of every format of readings.

PYTHONPATH=tests python -m signals.fuzz --count 2000 --seed 1 --format wfdb
PYTHONPATH=tests python -m signals.fuzz --seed 1 --format edf --only 123 --keep DIR     # the files of one case
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from fuzzing import Probe, Result, run

from galiot.signals import facts, read
from galiot.signals.draw.screen import draw
from galiot.signals.wfdb import read_annotations

Files = dict[str, bytes]
"""Files that belong together by name; the first one is opened."""

NUMBERS = [b"0", b"-1", b"1", b"2", b"3", b"7", b"255", b"10000", b"16777216", b"2147483648", b"281474976710655"]
NUMBERS += [b"9" * 20, b"0.5", b"1e-300", b"1e300", b"1e400", b"nan", b"inf", b"-inf", b"", b"x", b"1,5"]
PIECES = [b"\n", b"\0", b'"', b",", b";", b"\t", b"-", b"\xff", b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b"#", b":"]
PIECES += [b"2024-13-45", b"\r", b"null", b"true", b" ", b"\\", b"\xc2\xb5", b"_", b"/", b"..", b"~", b"(", b"((" * 99]
PIECES += [b"\x1b[2J", b"9999-12-31T23:59:59", b"0001-01-01", b"1e", b"+", b"'", b"L", b"b'", b"\x14", b"\x15"]


def read_and_draw(path: str) -> None:
    """Read a file, compute its facts, and say and draw everything."""
    reading = read(path)
    found = facts(reading)
    for times, values in reading.blocks():
        assert np.isfinite(times).all()
        assert (np.diff(times) >= 0).all(), "times run backwards"
        assert not np.isinf(values).any()
    assert len(found.prompt().split("\n")) <= 40
    json.dumps(found.to_json(), allow_nan=False)
    found.tables()
    for line in draw(reading, found, columns=60):
        assert line.isprintable(), line


def run_cases(form: str, count: int, seed: int, only: int | None = None) -> Result:
    """Try `count` cases of a format, or one of them."""
    bases = FORMATS[form]()
    probe: Probe = read_annotations if form == "annotations" else read_and_draw

    def write(index: int, folder: Path) -> Path:
        for left in folder.iterdir():
            left.unlink()
        return written(case(index, seed, bases), folder)

    return run(range(count) if only is None else [only], write, probe)


def case(index: int, seed: int, bases: list[Files]) -> Files:
    """Return the files of one case, the same every time."""
    rng = random.Random(f"{seed}:{index}")
    files = dict(bases[index % len(bases)])
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        name = rng.choice([*files, next(iter(files))])
        files[name] = bytes(rng.choice(MUTATIONS)(bytearray(files[name]), rng))
    return files


def written(files: Files, folder: Path) -> Path:
    """Write the files of a case and return the one that is opened."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / next(iter(files))


# Changes --------------------------------------------------------------------------------------------------------------


def _other_number(raw: bytearray, rng: random.Random) -> bytearray:
    """Put a number that makes no sense in the place of one in text; fields of a fixed width keep it."""
    words = _words(raw, b"0123456789.-+e")
    if not words:
        return raw
    begin, end = rng.choice(words)
    value = rng.choice(NUMBERS)
    keep = rng.random() < 0.5
    room = end + len(raw[end : end + 8]) - len(raw[end : end + 8].lstrip(b" ")) if keep else end
    raw[begin:room] = value[: room - begin].ljust(room - begin) if keep else value
    return raw


def _other_word(raw: bytearray, rng: random.Random) -> bytearray:
    """Put another word of the file, or a piece of nonsense, in the place of one."""
    words = _words(raw, bytes(range(0x21, 0x7F)))
    if not words:
        return raw
    begin, end = rng.choice(words)
    other = rng.choice(words)
    raw[begin:end] = rng.choice([bytes(raw[slice(*other)]), rng.choice(PIECES), rng.choice(PIECES) * 3])
    return raw


def _insert(raw: bytearray, rng: random.Random) -> bytearray:
    where = rng.randrange(len(raw) + 1)
    raw[where:where] = rng.choice([rng.choice(PIECES), rng.randbytes(rng.choice([1, 2, 4, 30]))])
    return raw


def _flip(raw: bytearray, rng: random.Random) -> bytearray:
    """Flip bits, most of them in front."""
    for _ in range(rng.choice([1, 1, 2, 8])):
        if raw:
            raw[rng.randrange(min(len(raw), rng.choice([64, 512, len(raw) or 1])))] ^= 1 << rng.randrange(8)
    return raw


def _whole_number(raw: bytearray, rng: random.Random) -> bytearray:
    """Overwrite 2, 4 or 8 bytes by a size that makes no sense."""
    where, size = rng.randrange(len(raw) + 1), rng.choice([2, 4, 8])
    value = rng.choice([0, 1, 2**15, 2**16 - 1, 2**31 - 1, 2**32 - 1, 2**62, 2**64 - 1]) % 2 ** (8 * size)
    raw[where : where + size] = value.to_bytes(size, "little")
    return raw


def _cut(raw: bytearray, rng: random.Random) -> bytearray:
    return raw[: rng.randrange(len(raw) + 1)]


def _drop(raw: bytearray, rng: random.Random) -> bytearray:
    where = rng.randrange(len(raw) + 1)
    del raw[where : where + rng.randint(1, 60)]
    return raw


def _double(raw: bytearray, rng: random.Random) -> bytearray:
    """Copy a stretch to another place."""
    where, begin = rng.randrange(len(raw) + 1), rng.randrange(len(raw) + 1)
    raw[where:where] = raw[begin : begin + rng.randint(1, 300)]
    return raw


MUTATIONS = [_other_number] * 4 + [_other_word] * 2 + [_insert, _flip, _flip, _whole_number, _cut, _drop, _double]


def _words(raw: bytearray, letters: bytes) -> list[tuple[int, int]]:
    """Places [begin, end) of runs of these letters in the first 4 KiB, the first lines counted often."""
    found, begin = [], -1
    for at, byte in enumerate(bytes(raw[:4096]) + b"\0"):
        if byte in letters and begin < 0:
            begin = at
        elif byte not in letters and begin >= 0:
            found.append((begin, at))
            begin = -1
    return found + [word for word in found if word[1] < 400] * 3


# Valid files ----------------------------------------------------------------------------------------------------------


def _text(name: str, text: str) -> Callable[[], list[Files]]:
    return lambda: [{name: text.encode()}]


def _csv() -> list[Files]:
    dated = "".join(f"2024-01-01 10:{i:02d}:00,{20 + i / 7:.2f},x{i},{i}\n" for i in range(60))
    first = "time,temp [°C],label,b\n" + dated
    rates = "t,fast,slow\n" + "".join(f"{i / 50:.2f},{i % 7},{i if i % 5 == 0 else ''}\n" for i in range(60))
    texts = (first, rates, "".join(f"{i * 0.5}\t{i}\t{-i}e-3\n" for i in range(80)))
    return [{"m.csv": text.encode()} for text in texts] + [{"m.csv.gz": gzip.compress(first.encode(), mtime=0)}]


def _motion() -> list[Files]:
    rows = [(i / 20, np.sin(i / 5), np.cos(i / 5), 1.0) for i in range(200)]
    lines = "".join(f"{t:.2f},{x:.3f},{y:.3f},{z:.3f}\n" for t, x, y, z in rows)
    return [{"m.csv": f"time,ax [g],ay [g],az [g]\n{lines}".encode()}]


def _wfdb() -> list[Files]:
    rng = np.random.default_rng(1)
    beat = np.tile(np.r_[np.zeros(60), 300, 900, 200, np.zeros(37)], 12).astype(int) + rng.integers(-5, 5, 1200)
    plain = beat.astype("<i2").repeat(2).tobytes()
    head = b"r 2 100 1200 10:00:00 01/02/2020\nr.dat 16 1000(0)/mV 16 0 0 0 0 I\nr.dat 16 1000/mV 16 0 0 0 0 II\n# x\n"
    rates = b"r 2 100/50 6 1:00:00 01/02/2020\nr.dat 212x2:1 200.0(3)/mV 12 0 5 6 0 I\nr.dat 212 1/mV 12 0 5 6 0 V\n"
    mixed = b"r 3 50 40\na.dat 80+4 20/uV 8 0 0 0 0 x\na.dat 80+4 0 8 0 0 0 0 y\nb.mat 24:1 5/V 24 0 0 0 0 z\n"
    one = b"s1 1 100 600\nr.dat 16 1000/mV 16 0 0 0 0 I\n"
    parts = {"r.hea": b"r/3 1 100 1300\ns1 600\n~ 100\ns2 600\n", "s1.hea": one, "s2.hea": one.replace(b"s1", b"s2")}
    return [
        {"r.hea": head, "r.dat": plain},
        {"r.hea": rates, "r.dat": bytes(range(60))},
        {"r.hea": mixed, "a.dat": bytes(range(84)), "b.mat": bytes(123)},
        {**parts, "r.dat": beat[:600].astype("<i2").tobytes()},
    ]


def _annotations() -> list[Files]:
    words = [1 << 10 | 300, 59 << 10, 1, 5000, 5 << 10, 63 << 10 | 5]
    text = b"(AFIB\0"
    raw = struct.pack("<6H", *words) + text + struct.pack("<4H", 62 << 10 | 1, 61 << 10 | 2, 28 << 10 | 90, 0)
    return [{"r.atr": raw}]


def _edf_file(kind: str, per_record: tuple[int, ...], records: int, width: int = 2) -> bytes:
    labels = [*("ECG", "Temp rectal", "x")[: len(per_record) - 1], "EDF Annotations"]
    count = len(labels)
    head = (b"\xffBIOSEMI" if width == 3 else b"0".ljust(8)) + b"X".ljust(80) + b"Startdate".ljust(80)
    head += b"01.02.2010.30.00" + str(256 * (count + 1)).encode().ljust(8) + kind.encode().ljust(44)
    head += str(records).encode().ljust(8) + b"1".ljust(8) + str(count).encode().ljust(4)
    columns = [(16, labels), (80, [""] * count), (8, ["mV"] * count), (8, ["-5"] * count), (8, ["5"] * count)]
    columns += [(8, ["-2048"] * count), (8, ["2047"] * count), (80, [""] * count)]
    columns += [(8, [str(each) for each in per_record]), (32, [""] * count)]
    table = b"".join(cell.encode().ljust(size) for size, cells in columns for cell in cells)
    data = b""
    for number in range(records):
        for each in per_record[:-1]:
            data += b"".join((40 * i % 2000).to_bytes(width, "little") for i in range(each))
        data += f"+{2 * number}\x14\x14\0".encode().ljust(width * per_record[-1], b"\0")
    return head + table + data


def _edf() -> list[Files]:
    kinds = [
        ("EDF+D", (10, 1, 8), 6, 2),
        ("EDF+C", (100, 7, 8), 3, 2),
        ("", (50, 8), 5, 2),
        ("24BIT", (20, 2, 8), 4, 3),
    ]
    return [{"r.edf": _edf_file(*each)} for each in kinds]


def _npz() -> list[Files]:
    data = np.cumsum(np.random.default_rng(2).normal(size=(3, 400)), axis=1)
    made = []
    for save in (np.savez, np.savez_compressed):
        whole, timed = io.BytesIO(), io.BytesIO()
        save(whole, data=data.T, fs=np.array(100.0), channels=np.array(["I", "II", "V1"]), units=np.array(["mV"] * 3))
        save(timed, time=np.arange(400) / 10, level=data[0].astype("f4"), count=np.arange(400, dtype="<i2"))
        made += [{"r.npz": whole.getvalue()}, {"r.npz": timed.getvalue()}]
    for array in (data, np.asfortranarray(data), data[0].astype(">f8")):
        single = io.BytesIO()
        np.save(single, array)
        made.append({"r.npy": single.getvalue()})
    return made


def _jsonl() -> list[Files]:
    rows = [{"ts": 1.7e9 + i, "a": i, "b": {"c": [1, 2.5]}, "s": "on"} for i in range(50)]
    return [{"m.jsonl": "\n".join(map(json.dumps, rows)).encode()}, {"m.json": json.dumps(rows).encode()}]


def _senml() -> list[Files]:
    pack = [{"bn": "u:", "bt": 1.7e9, "n": "a", "v": 0}, *({"n": "ab"[i % 2], "t": i, "v": i} for i in range(50))]
    lines = [json.dumps({"bn": "u:", "n": "a", "t": 1.7e9 + i, "v": i, "s": i}) for i in range(50)]
    return [{"m.senml": json.dumps(pack).encode()}, {"m.sensml": "\n".join(lines).encode()}]


FORMATS: dict[str, Callable[[], list[Files]]] = {
    "csv": _csv,
    "semicolon": _text(
        "m.csv", "Datum;Uhrzeit;a;b\n" + "".join(f"0{1 + i % 9}.02.2024;10:00:{i:02d};{i},5;\n" for i in range(60))
    ),
    "long": _text("m.csv", "time,sensor,value\n" + "".join(f"{1.7e9 + i // 2},{'ab'[i % 2]},{i}\n" for i in range(80))),
    "motion": _motion,
    "jsonl": _jsonl,
    "senml": _senml,
    "wfdb": _wfdb,
    "annotations": _annotations,
    "edf": _edf,
    "npz": _npz,
}


def main() -> int:
    """Run from the command line and return its exit status: 1 where a case failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=FORMATS, action="append")
    parser.add_argument("--only", type=int, help="number of one case")
    parser.add_argument("--keep", type=Path, help="write the files of that case into this folder")
    arguments = parser.parse_args()
    failed = False
    for form in arguments.format or FORMATS:
        if arguments.only is not None and arguments.keep:
            written(case(arguments.only, arguments.seed, FORMATS[form]()), arguments.keep)
        result = run_cases(form, arguments.count, arguments.seed, arguments.only)
        print(f"{form}\n{result.told}")
        failed |= bool(result.failures)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
