from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from galiot.errors import BudgetError, FormatError
from galiot.signals import assemble, facts, read, reading, stream


@pytest.fixture
def little_memory(monkeypatch):
    for module in (assemble, reading):
        monkeypatch.setattr(module, "WHOLE_VALUES", 3000)
    monkeypatch.setattr(stream, "BLOCK_BYTES", 1 << 16)


def table(path, rows, order=None):
    generator = np.random.default_rng(4)
    values = generator.normal(20, 2, (rows, 2)).round(3)
    lines = [
        f"2024-01-{1 + i // 1440:02d} {i // 60 % 24:02d}:{i % 60:02d},{a},{b}"
        for i, (a, b) in enumerate(values.tolist())
    ]
    lines = lines if order is None else [lines[i] for i in order]
    path.write_text("time,a,b\n" + "\n".join(lines) + "\n")
    return str(path), values


def test_a_long_file_is_read_again_for_every_pass(tmp_path, little_memory):
    path, values = table(tmp_path / "r.csv", 20_000)
    long = read(path)
    assert not long.in_memory
    for _ in range(2):
        np.testing.assert_array_equal(np.concatenate([block for _, block in long.blocks()], axis=1), values.T)
    assert facts(long).of("a", "maximum")[0].value == values[:, 0].max()
    with pytest.raises(BudgetError):
        _ = long.values


def test_late_rows_of_a_long_file_are_left_out_and_counted(tmp_path, little_memory):
    order = list(range(20_000))
    order.append(order.pop(5))
    path, _ = table(tmp_path / "r.csv", 20_000, order)
    long = read(path)
    assert sum(len(times) for times, _ in long.blocks()) == 19_999
    assert long.limits == ["1 row out of time order left out (line 20001)"]
    path, _ = table(tmp_path / "r.csv", 20_000, range(19_999, -1, -1))
    with pytest.raises(FormatError, match="times run backwards"):
        facts(read(path))


def test_a_large_file_needs_little_memory(tmp_path):
    path = tmp_path / "large.csv"
    block = "".join(f"{{}}{i:04d},{i % 97}.5,{i % 89}.25,{i % 83}.125\n" for i in range(10_000)).encode()
    with open(path, "wb") as file:
        file.write(b"time,a,b,c\n")
        for k in range(150):
            file.write(block.replace(b"{}", b"%d" % (1000 + k)))
    program = (
        "import sys; from galiot.signals import read, facts; x = facts(read(sys.argv[1]));"
        "assert x.of('a', 'count')[0].value == 1_500_000;"
        "from galiot.runtime.budget import peak_bytes; print(peak_bytes())"
    )
    made = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert int(made.stdout) < 200 << 20


def test_importing_signals_loads_no_reader_and_no_heavy_library():
    program = (
        "import sys, galiot.signals; "
        "print([m for m in sys.modules if m.split('.')[0] in ('torch', 'ggml', 'msgspec', 'gzip', 'csv') "
        "or m in ('galiot.signals.table', 'galiot.signals.analysis')])"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == "[]"
