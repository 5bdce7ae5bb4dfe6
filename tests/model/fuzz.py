"""Seeded mutations of valid model files.

PYTHONPATH=tests python -m model.fuzz --count 5000 --seed 1
PYTHONPATH=tests python -m model.fuzz --seed 1 --only 1234 --keep bad.gguf     # one case again, with its traceback
"""

from __future__ import annotations

import argparse
import contextlib
import random
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tiny
from fuzzing import Probe, Result, run

from galiot.model.model import open_model
from galiot.runtime.config import RuntimeConfig
from galiot.runtime.session import Session

BASES = {
    "llama": tiny.Tiny(layers=1, tied=False, type="Q4_0"),
    "llama-factors": tiny.Tiny(layers=2, frequency_factors=True, type="Q8_0", biases=True),
    "qwen3": tiny.Tiny(family="qwen3", layers=1, scaling="yarn", type="Q5_0"),
    "by-layer": tiny.Tiny(layers=2, heads=(4, 2), kv_heads=(2, 1), ff=(96, 64), type="F16"),
    "k-quants": tiny.Tiny(layers=1, width=256, head_dim=64, ff=256, type="Q4_K", types=(("attn_v", "Q6_K"),)),
    "gemma3": tiny.Tiny(family="gemma3", layers=2, tokenizer="spm", window=4, type="Q4_1"),
}


def open_and_run(path: str) -> None:
    """Open a model, build everything that its metadata describes, and let the engine take a few steps."""
    with open_model(path) as model:
        text = model.template.render([{"role": "user", "content": "The valve is open: 23.5 °C."}])
        tokens = model.tokenizer.encode(text[:1000], special=True, start=True)
        model.tokenizer.decode(range(model.tokenizer.vocab))
        with Session(model, RuntimeConfig(context=64, threads=1)) as session:
            session.evaluate(tokens[:20] or [0])
            session.evaluate([model.spec.vocab - 1])


@dataclass(frozen=True)
class Parts:
    """A file taken apart, so that its pieces can be dropped, doubled and changed."""

    entries: list[bytes]
    infos: list[bytes]
    data: bytes

    def joined(self, alignment: int = 32) -> bytes:
        """Put the pieces together as a file again."""
        head = b"GGUF" + struct.pack("<IQQ", 3, len(self.infos), len(self.entries))
        head += b"".join(self.entries) + b"".join(self.infos)
        return head.ljust(-(-len(head) // alignment) * alignment, b"\0") + self.data


def mutate(parts: Parts, rng: random.Random) -> bytes:
    """Return a changed file: one to three things are wrong with it."""
    changed = Parts(list(parts.entries), list(parts.infos), parts.data)
    kinds = rng.choices(MUTATIONS, [weight for _, weight in MUTATIONS], k=rng.choice([1, 1, 1, 2, 3]))
    raw = None
    for change, _ in kinds:
        if change in _OF_BYTES:
            raw = change(bytearray(changed.joined() if raw is None else raw), rng)
        elif raw is None:
            change(changed, rng)
    return changed.joined() if raw is None else bytes(raw)


def run_cases(count: int, seed: int, probe: Probe = open_and_run, only: int | None = None) -> Result:
    """Try `count` cases, or one of them; what neither opens nor is refused in one line is among the failures."""
    with tempfile.TemporaryDirectory() as folder:
        bases = _bases(Path(folder))

    def write(index: int, folder: Path) -> Path:
        path = folder / "case.gguf"
        path.write_bytes(case(index, seed, bases))
        return path

    return run(range(count) if only is None else [only], write, probe)


def case(index: int, seed: int, bases: Sequence[Parts]) -> bytes:
    """Return the file of one case, the same every time."""
    rng = random.Random(f"{seed}:{index}")
    return mutate(bases[index % len(bases)], rng)


# Changes of the pieces ------------------------------------------------------------------------------------------------


def _drop_entry(parts: Parts, rng: random.Random) -> None:
    parts.entries.pop(rng.randrange(len(parts.entries)))


def _double_entry(parts: Parts, rng: random.Random) -> None:
    parts.entries.insert(rng.randrange(len(parts.entries)), rng.choice(parts.entries))


def _drop_tensor(parts: Parts, rng: random.Random) -> None:
    if parts.infos:
        parts.infos.pop(rng.randrange(len(parts.infos)))


def _double_tensor(parts: Parts, rng: random.Random) -> None:
    if parts.infos:
        parts.infos.insert(rng.randrange(len(parts.infos)), rng.choice(parts.infos))


def _swap_names(parts: Parts, rng: random.Random) -> None:
    if len(parts.infos) < 2:
        return
    a, b = rng.sample(range(len(parts.infos)), 2)
    (name_a, rest_a), (name_b, rest_b) = _split(parts.infos[a]), _split(parts.infos[b])
    parts.infos[a], parts.infos[b] = name_b + rest_a, name_a + rest_b


def _other_value(parts: Parts, rng: random.Random) -> None:
    """Give a key a value that makes no sense: any kind, any number, an array of anything."""
    index = rng.randrange(len(parts.entries))
    key, _ = _split(parts.entries[index])
    parts.entries[index] = key + rng.choice(_VALUES)


def _other_number(parts: Parts, rng: random.Random) -> None:
    """Give a key that has a number another number of the same kind."""
    numbers = [i for i, entry in enumerate(parts.entries) if _split(entry)[1][0] in _NUMBERS]
    if numbers:
        index = rng.choice(numbers)
        key, value = _split(parts.entries[index])
        parts.entries[index] = key + value[:4] + rng.choice(_NUMBERS[value[0]])


def _other_element(parts: Parts, rng: random.Random) -> None:
    """Change one number in an array: a token's type or score, a layer's width."""
    values = [(i, *_split(entry)) for i, entry in enumerate(parts.entries)]
    arrays = [found for found in values if found[2][0] == 9 and found[2][4] in (5, 6) and len(found[2]) >= 20]
    if arrays:
        index, key, value = rng.choice(arrays)
        where = rng.randrange(16, len(value) - 3, 4)
        parts.entries[index] = key + value[:where] + rng.choice(_NUMBERS[value[4]]) + value[where + 4 :]


def _other_text(parts: Parts, rng: random.Random) -> None:
    """Give a key that has a text another text."""
    texts = [i for i, entry in enumerate(parts.entries) if _split(entry)[1][0] == 8]
    index = rng.choice(texts) if texts else 0
    key, _ = _split(parts.entries[index])
    parts.entries[index] = key + _text_value(rng.choice(_TEXTS))


def _other_shape(parts: Parts, rng: random.Random) -> None:
    """Give a tensor other dimensions, type or offset."""
    if not parts.infos:
        return
    index = rng.randrange(len(parts.infos))
    name, rest = _split(parts.infos[index])
    count = struct.unpack_from("<I", rest)[0]
    shape = list(struct.unpack_from(f"<{count}Q", rest, 4))
    number, offset = struct.unpack_from("<IQ", rest, 4 + 8 * count)
    what = rng.choice(["dimension", "swap", "type", "offset", "more", "fewer"])
    if what == "dimension":
        shape[rng.randrange(count)] = rng.choice([*_HUGE, shape[0] * 2, shape[0] // 2, shape[0] + 1])
    elif what == "swap":
        shape.reverse()
    elif what == "type":
        number = rng.choice([*range(45), 1 << 31, (1 << 32) - 1])
    elif what == "offset":
        offset = rng.choice([*_HUGE, offset + 1, offset + 32, max(0, offset - 32), len(parts.data)])
    elif what == "more":
        shape += [rng.choice([1, 2, 1 << 40])] * rng.choice([1, 2, 3, 4])
    else:
        shape = shape[:-1]
    fields = struct.pack(f"<I{len(shape)}Q", len(shape), *shape) + struct.pack("<IQ", number, offset)
    parts.infos[index] = name + fields


# Changes of the bytes -------------------------------------------------------------------------------------------------


def _flip(raw: bytearray, rng: random.Random) -> bytearray:
    """Flip a few bits, most of them before the weights."""
    end = rng.choice([24, 2000, len(raw) // 4, len(raw)])
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        raw[rng.randrange(min(end, len(raw)))] ^= 1 << rng.randrange(8)
    return raw


def _random_bytes(raw: bytearray, rng: random.Random) -> bytearray:
    """Overwrite a stretch."""
    start, length = rng.randrange(len(raw)), rng.choice([1, 4, 8, 64, 1024])
    raw[start : start + length] = rng.randbytes(min(length, len(raw) - start))
    return raw


def _cut(raw: bytearray, rng: random.Random) -> bytearray:
    """Truncate: the download was cut off."""
    return raw[: rng.choice([rng.randrange(len(raw) + 1), rng.randrange(200), len(raw) - 1])]


def _insert(raw: bytearray, rng: random.Random) -> bytearray:
    """Shift everything behind a place."""
    where = rng.randrange(len(raw))
    raw[where:where] = rng.randbytes(rng.choice([1, 4, 8, 32]))
    return raw


def _huge_length(raw: bytearray, rng: random.Random) -> bytearray:
    """Set a length or count to something huge, or off by one."""
    where = rng.choice(list(_lengths(bytes(raw))) or [8])
    old = int.from_bytes(raw[where : where + 8], "little")
    raw[where : where + 8] = rng.choice([*_HUGE, (old + 1) % (1 << 64), max(0, old - 1)]).to_bytes(8, "little")
    return raw


def _other_version(raw: bytearray, rng: random.Random) -> bytearray:
    raw[4:8] = rng.choice([struct.pack("<I", n) for n in (0, 1, 2, 4, 1 << 31)] + [struct.pack(">I", 3)])
    return raw


_OF_BYTES = (_flip, _random_bytes, _cut, _insert, _huge_length, _other_version)
MUTATIONS: list[tuple[Callable[..., object], int]] = [
    (_flip, 10),
    (_random_bytes, 4),
    (_cut, 4),
    (_insert, 2),
    (_huge_length, 12),
    (_other_version, 1),
    (_drop_entry, 5),
    (_double_entry, 2),
    (_drop_tensor, 2),
    (_double_tensor, 2),
    (_swap_names, 3),
    (_other_value, 12),
    (_other_number, 25),
    (_other_element, 8),
    (_other_text, 6),
    (_other_shape, 12),
]
"""What is done, and how often against the others."""

_HUGE = [
    0,
    1,
    2,
    3,
    4,
    7,
    1 << 16,
    (1 << 31) - 1,
    1 << 31,
    1 << 32,
    1 << 40,
    1 << 61,
    (1 << 63) - 1,
    1 << 63,
    (1 << 64) - 1,
]


def _text_value(text: bytes) -> bytes:
    return struct.pack("<IQ", 8, len(text)) + text


_INTEGERS = [0, 1, 2, 3, 5, 7, 63, 100, 255, 1 << 15, 65537, 1 << 20, (1 << 31) - 1, 1 << 31, (1 << 32) - 1]
_REALS = [0.0, -0.0, 1.0, -1.0, 1e-45, 1e-30, 1e30, 3e38, float("inf"), float("-inf"), float("nan")]
_NUMBERS: dict[int, list[bytes]] = {
    0: [bytes([n]) for n in (0, 1, 255)],
    4: [struct.pack("<I", n) for n in _INTEGERS],
    5: [struct.pack("<I", n) for n in _INTEGERS],
    6: [struct.pack("<f", x) for x in _REALS],
    7: [b"\0", b"\1", b"\2", b"\xff"],
    10: [n.to_bytes(8, "little") for n in _HUGE],
}
"""Bytes of nonsensical numbers by kind."""
_TEXTS = [
    *(
        b"",
        b"llama",
        b"qwen2",
        b"qwen3",
        b"gemma3",
        b"gpt2",
        b"bert",
        b"none",
        b"linear",
        b"yarn",
        b"\xff\xfe\0",
        b"a\nb\x1b[2J",
    ),
    *(
        b"x" * 100_000,
        "é🙂".encode() * 50,
        b"{{ messages[0]['content'] }}",
        b"{% for m in messages %}",
        b"{{ 10 ** 10 ** 10 }}",
    ),
    *(
        b"{% for i in range(10**9) %}x{% endfor %}",
        b"{{ 'x' * 10**10 }}",
        b"{{ ''.__class__.__mro__ }}",
        b"{{ raise }}",
    ),
    *(
        b"{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        b"(" * 5000,
        b"{{" + b"(" * 3000,
        b"{{ 1/0 }}",
        b"smollm",
        b"default",
    ),
]
_VALUES = [
    *(struct.pack("<I", kind) + raw for kind, raws in _NUMBERS.items() for raw in raws),
    *(_text_value(text) for text in _TEXTS[:12]),
    *(struct.pack("<IIQ", 9, kind, 0) for kind in (4, 5, 6, 7, 8, 9, 12, 13)),
    *(struct.pack("<IIQ", 9, kind, count) for kind in (0, 5, 8, 9) for count in (1 << 20, 1 << 40, (1 << 64) - 1)),
    *(struct.pack("<IIQ", 9, 5, n) + struct.pack(f"<{n}i", *range(-1, n - 1)) for n in (1, 2, 3, 300)),
    *(struct.pack("<IIQ", 9, 8, n) + (struct.pack("<Q", 1) + b"a") * n for n in (1, 2, 300, 400)),
    struct.pack("<IIQ", 9, 9, 1) + struct.pack("<IQi", 5, 1, 7),
    struct.pack("<IIQ", 9, 9, 1) * 1000,
    struct.pack("<IIQ", 9, 8, 1 << 40) + struct.pack("<Q", 0) * 1000,
    struct.pack("<IQ", 8, 1 << 40),
    struct.pack("<I", 99),
    struct.pack("<Id", 12, float("nan")),
    struct.pack("<Iq", 11, -1),
]


# Taking files apart ---------------------------------------------------------------------------------------------------


def take_apart(raw: bytes) -> Parts:
    """Return the pieces of a valid file."""
    tensors, keys = struct.unpack_from("<QQ", raw, 8)
    position, entries, infos = 24, [], []
    for _ in range(keys):
        stop = _behind_value(raw, _behind_text(raw, position))
        entries.append(raw[position:stop])
        position = stop
    for _ in range(tensors):
        stop = _behind_text(raw, position)
        stop += 16 + 8 * struct.unpack_from("<I", raw, stop)[0]
        infos.append(raw[position:stop])
        position = stop
    return Parts(entries, infos, raw[-(-position // 32) * 32 :])


def _split(part: bytes | bytearray) -> tuple[bytes, bytes]:
    """Return the name with its length, and the rest."""
    end = _behind_text(part, 0)
    return bytes(part[:end]), bytes(part[end:])


def _behind_text(raw: bytes | bytearray, position: int) -> int:
    return position + 8 + int(struct.unpack_from("<Q", raw, position)[0])


_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


def _behind_value(raw: bytes, position: int) -> int:
    kind = struct.unpack_from("<I", raw, position)[0]
    position += 4
    if kind in _SIZES:
        return position + _SIZES[kind]
    if kind == 8:
        return _behind_text(raw, position)
    element, count = struct.unpack_from("<IQ", raw, position)
    position += 12
    if element in _SIZES:
        return position + count * _SIZES[element]
    for _ in range(count):
        position = _behind_text(raw, position)
    return position


def _lengths(raw: bytes) -> Iterator[int]:
    """Go through the places of lengths and counts, as far as the file can be followed."""
    yield from (8, 16)
    with contextlib.suppress(struct.error, OverflowError, KeyError):
        position = 24
        for _ in range(min(200, struct.unpack_from("<Q", raw, 16)[0])):
            yield position
            position = _behind_text(raw, position)
            kind = struct.unpack_from("<I", raw, position)[0]
            if kind == 8:
                yield position + 4
            elif kind == 9:
                yield from (position + 8, position + 16)
            position = _behind_value(raw, position)
        for _ in range(min(200, struct.unpack_from("<Q", raw, 8)[0])):
            yield position
            position = _behind_text(raw, position)
            position += 16 + 8 * struct.unpack_from("<I", raw, position)[0]


# Running them ---------------------------------------------------------------------------------------------------------


def _bases(folder: Path) -> list[Parts]:
    found = []
    for name, model in BASES.items():
        parts = take_apart(tiny.write_tiny(folder / f"{name}.gguf", model).read_bytes())
        key = b"general.alignment"
        parts.entries.insert(3, struct.pack("<Q", len(key)) + key + struct.pack("<II", 4, 32))
        found.append(parts)
    return found


def main() -> int:
    """Run from the command line and return its exit status: 1 where a case failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="number of one case")
    parser.add_argument("--keep", type=Path, help="write the file of that case here")
    arguments = parser.parse_args()
    if arguments.only is not None and arguments.keep:
        with tempfile.TemporaryDirectory() as folder:
            arguments.keep.write_bytes(case(arguments.only, arguments.seed, _bases(Path(folder))))
    result = run_cases(arguments.count, arguments.seed, only=arguments.only)
    print(result.told)
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
